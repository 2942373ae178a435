"""One cell: from what a person writes to what is meant, exactly, and back.

Numbers in a workbook are binary. A value is taken at its shortest decimal form, which is what was
typed; a computed one (0.1 + 0.2) that has too many decimals is taken at the 15 digits Excel
itself shows. What still has more than two decimals is a fault, never rounded.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from tuanti.rules.award.round_shape import shown
from tuanti.rules.errors import Fact
from tuanti.sheets.layout import CellKind, Column, plain, spoken, word
from tuanti.texts import Lang

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+", re.ASCII).fullmatch
_BETWEEN = re.compile(r"[、,;\s]+")
_MOST_DIGITS = 10**15  # from here on a workbook has lost digits
_MOST_TEXT = 32_767  # Excel's own limit
_HUNDREDTHS = ("yuan", "percent", "points", "area_m2")
_FINEST = 10_000  # parts: the smallest share read is a basis point
_PARTS = re.compile(r"(\d{1,6})/(\d{1,6})", re.ASCII).fullmatch
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})(\d\d)(\d\d)", re.ASCII).fullmatch
_HOUR = re.compile(r"[ T](?=\d)")
_DAY_SIGNS = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": ""})
_DAY_ZERO = date(1899, 12, 30)  # Excel's

Cell: TypeAlias = str | float | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be read: the code and the facts of it. No check accepts it as a value."""

    code: str
    facts: Mapping[str, Fact]


class _Unread(Exception):
    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.facts = facts


def read(column: Column, value: object, *, per_cent: bool = False) -> object:
    """Read a cell that is not blank; ``per_cent``: it is formatted as per cent (0.35 is 35 %)."""
    if isinstance(value, date | time | timedelta) and column.kind != "date":
        return Wrong("sheets.date_in_cell", {"field": column.field, "value": _when(value)})
    try:
        if column.kind == "percent":
            return _percent(value, per_cent=per_cent)
        return _READERS[column.kind](value, column)
    except _Unread as unread:
        facts = {"field": column.field, "value": shown(_typed(value))} | unread.facts
        return Wrong(str(unread), facts)


def write(column: Column, value: Any, lang: Lang) -> Cell:  # noqa: ANN401 (what a sheet may hold)
    """Write a value as a cell: a number, or text where a number would not be exact."""
    if value is None:
        return None
    if column.kind in _HUNDREDTHS and isinstance(value, int):
        return _written(column.kind, value)
    if column.kind == "choice":
        return column.say(str(value), lang)
    if column.kind == "choices":
        return _joined([column.say(choice, lang) for choice in value], lang)
    text = _WRITERS.get(column.kind, _same)(value, lang)
    if isinstance(text, str) and len(text) > _MOST_TEXT:
        raise ValueError(f"{column.field}: more text than a cell can hold")
    return text


def _when(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return str(value)


def _typed(value: object) -> str:
    """A value as its writer saw it: 3, not 3.0."""
    return str(_decimal(value)) if isinstance(value, float) else str(value)


def _decimal(value: object) -> Decimal:
    if isinstance(value, float):
        return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    text = _narrow(value).replace("\u2212", "-")
    if isinstance(value, bool) or not _NUMBER(text):
        raise _Unread("sheets.not_a_number")
    return Decimal(text.replace(",", ""))


def _whole(number: Decimal, code: str, *, computed: bool) -> int:
    whole = int(number)
    if whole == number:
        return whole
    if computed:  # 15 digits are what Excel shows of a computed number
        return _whole(Decimal(f"{number:.15g}"), code, computed=False)
    raise _Unread(code)


def _hundredths(value: object, _column: Column) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value) * 100
    return _whole(_decimal(value) * 100, "sheets.too_fine", computed=isinstance(value, float))


def _count(value: object, _column: Column) -> int:
    return _whole(_decimal(value), "sheets.not_whole", computed=isinstance(value, float))


def _percent(value: object, *, per_cent: bool) -> int:
    if isinstance(value, str) and _narrow(value).endswith("%"):
        number = _decimal(_narrow(value).removesuffix("%"))
    elif per_cent and isinstance(value, float):
        number = _decimal(value) * 100
    else:
        number = _decimal(value)
        if 0 < number < 1:
            raise _Unread("sheets.percent_fraction")
    return _whole(number * 100, "sheets.too_fine", computed=isinstance(value, float))


def _fraction(value: object, _column: Column) -> Fraction:
    """Read a share: 1/3, 50%, 0.5, or a computed number that is nearest to one of these."""
    written = _narrow(value).replace(" ", "")
    parts = _PARTS(written)
    if parts and int(parts[2]):
        return Fraction(int(parts[1]), int(parts[2]))
    if written.endswith("%"):
        return Fraction(_decimal(written.removesuffix("%"))) / 100
    number = _decimal(value)
    nearest = Fraction(number).limit_denominator(_FINEST)
    computed = isinstance(value, float) and f"{float(nearest):.15g}" == f"{value:.15g}"
    if computed or nearest == number:
        return nearest
    raise _Unread("tables.not_a_fraction")


def _date(value: object, _column: Column) -> date:
    """Read a date as Excel keeps it, with or without an hour, or as people write it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DATE(_HOUR.split(_narrow(_typed(value)))[0].translate(_DAY_SIGNS))
    if found is None:
        raise _Unread("tables.not_a_date")
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        raise _Unread("tables.not_a_date") from None


def _narrow(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip()


def _string(value: object) -> str:
    """Text; a number typed where text belongs is taken as it was typed, if it still can be."""
    if isinstance(value, float):
        if abs(value) >= _MOST_DIGITS:
            raise _Unread("sheets.code_as_number")
        return str(_decimal(value))
    return str(value).strip()


def _id(value: object, _column: Column) -> str:
    return _narrow(_string(value))


def _text(value: object, _column: Column) -> str:
    return _string(value)


def _code(value: object, _column: Column) -> str:
    if isinstance(value, float):
        raise _Unread("sheets.code_as_number")
    return re.sub(r"\s", "", _narrow(value)).upper()


def _flag(value: object, _column: Column) -> bool:
    choice = spoken(("yes", "no")).get(plain(str(value)))
    if choice is None:
        raise _Unread("sheets.not_yes_no")
    return choice == "yes"


def _choice(value: object, column: Column) -> str:
    choice = spoken(column.choices, column.words).get(plain(str(value)))
    if choice is None:
        raise _Unread("sheets.unknown_choice", choices=" ".join(column.choices), value=shown(value))
    return choice


def _items(value: object) -> list[str]:
    return [item for item in _BETWEEN.split(_narrow(_string(value))) if item]


def _ids(value: object, _column: Column) -> list[str]:
    return _items(value)


def _choices(value: object, column: Column) -> list[str]:
    return [_choice(item, column) for item in _items(value)]


def _groups(value: object, _column: Column) -> dict[str, str]:
    groups: dict[str, str] = {}
    for item in _items(re.sub(r"\s*[=＝]\s*", "=", str(value))):
        district, sign, group = item.partition("=")
        if not sign or district in groups:
            raise _Unread("sheets.bad_groups")
        groups[district] = group
    return groups


_READERS: Mapping[CellKind, Callable[[object, Column], object]] = {
    "yuan": _hundredths,
    "points": _hundredths,
    "area_m2": _hundredths,
    "fraction": _fraction,
    "date": _date,
    "count": _count,
    "id": _id,
    "text": _text,
    "code": _code,
    "flag": _flag,
    "choice": _choice,
    "ids": _ids,
    "choices": _choices,
    "groups": _groups,
}


def _written(kind: CellKind, value: int) -> Cell:
    number = value / 100
    if kind == "percent" and 0 < value < 100:  # noqa: PLR2004 (under 1 %)
        return f"{number:.2f}%"
    exact = float(f"{number:.15g}") == number and _back(number) == value
    return number if exact else f"{Decimal(value).scaleb(-2):.2f}"


def _back(number: float) -> int:
    return int(Decimal(repr(number)) * 100)


def _same(value: Any, _lang: Lang) -> Cell:  # noqa: ANN401 (any value of a round)
    return value if isinstance(value, str) else float(value) if _fits(value) else str(value)


def _fits(value: int) -> bool:
    return abs(value) < _MOST_DIGITS


def _joined(values: Any, lang: Lang) -> str:  # noqa: ANN401 (as above)
    return ("、" if lang == "zh" else ", ").join(values)


_WRITERS: Mapping[CellKind, Callable[[Any, Lang], Cell]] = {
    "flag": lambda value, lang: word("yes" if value else "no", lang),
    "fraction": lambda value, _lang: str(value),
    "date": lambda value, _lang: float((value - _DAY_ZERO).days),
    "ids": _joined,
    "groups": lambda value, lang: _joined([f"{a}={b}" for a, b in value.items()], lang),
}
