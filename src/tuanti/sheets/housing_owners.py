"""The owners of a flat as cells name them: one after another, with numbers that can be checked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from tuanti.rules.award.round_fields import is_uscc_form, uscc_check
from tuanti.rules.housing import Owner
from tuanti.sheets.cells import Wrong
from tuanti.sheets.housing_cells import narrow

MOST_OWNERS = 50
MOST_NAME = 60

_SPLIT = re.compile(r"\s*[、,，;；/／\n]\s*")
_SEVERAL = re.compile(r"[、,，;；/／\n]").search
_ID = re.compile(r"\d{17}[\dX]", re.ASCII).fullmatch
_OLD_ID = re.compile(r"\d{15}", re.ASCII).fullmatch
_OTHER_ID = re.compile(r"[A-Z]{1,3}\d{6,10}[A-Z0-9]?(\(\d\))?", re.ASCII).fullmatch
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})", re.ASCII).fullmatch
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?", re.ASCII).fullmatch
_PARTED = re.compile(r"[\s()]|(?<=\d)-(?=\d{4}(-\d{4})?$)").sub
_SERVICE = re.compile(r"(?:400|800)-?\d{3}-?\d{4}", re.ASCII).fullmatch


Blamed: TypeAlias = tuple[str, Wrong]  # a field and what is wrong with its cell


def owners(values: Mapping[str, Any]) -> tuple[tuple[Owner, ...], list[Blamed], list[Blamed]]:
    """Read the owners a row names; with the faults and the gaps of their cells.

    Several in one cell have their numbers and shares in the same order; a single telephone is the
    first one's. Numbers without a name are a fault.
    """
    if _is_one(values):
        return _one(values)
    names = _parts(values.get("owner"))
    if not names:
        rest = [field for field in ("phone", "id_number", "share") if values.get(field)]
        return (), [(field, Wrong("housing.nobody", {"field": field})) for field in rest], []
    faults = [*_sound_names(names)]
    gaps = [*_second_phone(values, names)]
    phones = _matching("phone", values, names, faults)
    numbers = _matching("id_number", values, names, faults)
    shares = _matching("share", values, names, faults)
    standing: Any = values.get("standing", "registered")
    life: Any = values.get("life", "living")
    found = tuple(
        Owner(name, _phone(phone, faults), _id(number, faults), share, standing, life)
        for name, phone, number, share in zip(names, phones, numbers, shares, strict=True)
    )
    return found, faults, gaps


def sound_shares(found: Sequence[Owner]) -> Wrong | None:
    """Find what is wrong with the shares of a flat's owners: all or none, adding up to 1."""
    shares = [one.share for one in found if one.share is not None]
    if not shares:
        return None
    if len(shares) < len(found):
        return Wrong("housing.shares_partly", {"count": len(found) - len(shares)})
    total = sum(shares, Fraction(0))
    return None if total == 1 else Wrong("housing.shares_sum", {"value": str(total)})


def id_fault(number: str) -> str:
    """Name what is wrong with an ID number, "" if nothing is: GB 11643, or a body's credit code."""
    if is_uscc_form(number) and number[-1] == uscc_check(number):
        return ""
    if _ID(number):
        return _id_18(number)
    if is_uscc_form(number):
        return "housing.id_check"
    if _OLD_ID(number):
        return "housing.id_old"
    return "" if _OTHER_ID(number) else "housing.id_shape"


def phone_of(text: str) -> str | None:
    """Read a telephone number, mobile or not; None if it is none."""
    code = text if text.isascii() and text.isdigit() else _PARTED("", narrow(text))
    mobile = _MOBILE(code.replace("-", ""))
    if mobile:
        return mobile[1]
    return code if _LANDLINE(code) or _SERVICE(code) else None


def masked(code: str) -> str:
    """A code with its middle hidden, so that a fault tells which one and no more."""
    return f"{code[:3]}…{code[-2:]}" if len(code) > 7 else "…"  # noqa: PLR2004


def _is_one(values: Mapping[str, Any]) -> bool:
    """Whether the row names a single owner, with one number of each kind: nearly every row does."""
    if "owner" not in values or len(values.get("share", ())) > 1:
        return False
    told = (values[name] for name in ("owner", "phone", "id_number") if name in values)
    return not any(map(_SEVERAL, told)) and len(values["owner"]) <= MOST_NAME


def _one(values: Mapping[str, Any]) -> tuple[tuple[Owner, ...], list[Blamed], list[Blamed]]:
    faults: list[Blamed] = []
    phone, number = _phone(values.get("phone"), faults), _id(values.get("id_number"), faults)
    (share,) = values.get("share", (None,))
    standing: Any = values.get("standing", "registered")
    life: Any = values.get("life", "living")
    return (Owner(values["owner"], phone, number, share, standing, life),), faults, []


def _parts(cell: object) -> list[Any]:
    if cell is None:
        return []
    if isinstance(cell, tuple):
        return [*cell]
    return [part for part in _SPLIT.split(str(cell)) if part]


def _sound_names(names: Sequence[str]) -> Iterator[Blamed]:
    if len(names) > MOST_OWNERS:
        yield "owner", Wrong("housing.many_owners", {"count": len(names), "limit": MOST_OWNERS})
    if any(len(name) > MOST_NAME for name in names):
        yield (
            "owner",
            Wrong("housing.too_long", {"field": "owner", "value": "…", "limit": MOST_NAME}),
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        yield "owner", Wrong("housing.owner_twice", {"value": twice})


def _matching(
    field: str, values: Mapping[str, Any], names: Sequence[str], faults: list[Blamed]
) -> list[Any]:
    """Part a cell into one for each owner."""
    parts = _parts(values.get(field))
    if len(parts) > len(names) == 1 and field == "phone":
        return next(([part] for part in parts if not phone_of(part)), parts[:1])
    single = field == "phone" and len(parts) == 1
    if parts and not single and len(parts) != len(names):
        told = Wrong(
            "housing.owners_mismatch",
            {"field": field, "count": len(parts), "owners": len(names)},
        )
        faults.append((field, told))
    return (parts + [None] * len(names))[: len(names)]


def _second_phone(values: Mapping[str, Any], names: Sequence[str]) -> Iterator[Blamed]:
    count = len(_parts(values.get("phone")))
    if count > len(names) == 1:
        yield "phone", Wrong("housing.second_phone", {"count": count})


def _phone(text: str | None, faults: list[Blamed]) -> str:
    if not text:
        return ""
    found = phone_of(text)
    if found is None:
        faults.append(("phone", Wrong("housing.bad_phone", {"value": masked(narrow(text))})))
    return found or ""


def _id(text: str | None, faults: list[Blamed]) -> str:
    number = narrow(text or "").upper()
    code = id_fault(number) if number else ""
    if code:
        faults.append(("id_number", Wrong(code, {"value": masked(number)})))
    return number


def _id_18(number: str) -> str:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "housing.id_date"
    total = sum(int(sign) * weight for sign, weight in zip(number, _WEIGHTS, strict=False))
    return "" if _CHECKS[total % 11] == number[-1] else "housing.id_check"
