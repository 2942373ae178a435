"""The round, ``tuanti-round/1``: checked in one pass, and written in one way only.

``docs/en/reference/round.md`` is the definition; this is the code of it. ``check`` finds every
fault of a round at once. ``canonical`` writes a faultless round so that two that mean the same
are the same, and ``digest`` gives that a name of 64 characters.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tuanti.rules.award.round_fields import BIGGEST, FORMAT, HEAD, LISTS, PARTS, RULES, Field, Row
from tuanti.rules.award.round_ladders import all_units, ladder_faults
from tuanti.rules.award.round_links import link_faults
from tuanti.rules.award.round_shape import shape
from tuanti.rules.award.round_terms import term_faults
from tuanti.rules.errors import Fault

__all__ = ["FORMAT", "canonical", "canonical_json", "check", "digest"]

# What tells the rows of a list apart: their order in the canonical round.
_KEYS = {
    "lots": ("id",),
    "parcels": ("id",),
    "bill": ("parcel", "profile", "stops", "entry"),
    "suppliers": ("id",),
    "books": ("supplier", "zone", "profile"),
    "tiers": ("supplier", "from_lifts"),
    "packages": ("id",),
    "pairs": ("lot", "supplier", "kind"),
}
_PLACES = {name: place for place, name in enumerate([*(f.name for f in HEAD), "rules", *LISTS])}


def check(data: object) -> list[Fault]:
    """Find every fault of a round in one pass, in the order of its lists and rows.

    What depends on an ill-formed field is not judged: no fault is told twice.
    """
    faults, sound = shape(data)
    faults += [*link_faults(sound), *ladder_faults(sound), *term_faults(sound)]
    return sorted(faults, key=_place)


def canonical(data: Mapping[str, Any]) -> dict[str, Any]:
    """Write out a faultless round: defaults filled in, ladders all-units, rows in their order."""
    rows = {name: _filled_rows(data.get(name) or (), fields) for name, fields in LISTS.items()}
    for lot in rows["lots"]:
        lot["zone"] = lot["zone"] or lot["district"]
    for package in rows["packages"]:
        package["lots"] = sorted(package["lots"])
    rows["tiers"] = _tiers(rows["suppliers"], rows["tiers"])
    for supplier in rows["suppliers"]:
        supplier["ladder"] = "all_units"
    head = _filled(data, HEAD) | {"rules": _rules(data["rules"])}
    return head | {name: _sorted(rows[name], _KEYS[name]) for name in LISTS}


def canonical_json(value: object) -> str:
    """Write ``value`` as JSON in the one way its digest is taken of.

    :raises TypeError: there is a float in it, or something JSON does not know.
    """
    _refuse_inexact(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """Name ``value`` by the SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _place(fault: Fault) -> tuple[int, int]:
    top, row = (*fault.path, "", "")[:2]
    return _PLACES.get(str(top), -1), row if isinstance(row, int) else -1


def _rules(given: Row) -> dict[str, Any]:
    rules = _filled(given, RULES)
    rules["price_basis"] = [part for part in PARTS if part in rules["price_basis"]]
    rules["groups"] = dict(sorted((rules["groups"] or {}).items()))
    return rules


def _filled_rows(rows: Iterable[Row], fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [_filled(row, fields) for row in rows]


def _filled(row: Row, fields: Iterable[Field]) -> dict[str, Any]:
    return {
        field.name: field.default if (value := row.get(field.name)) is None else value
        for field in fields
        if not field.silent or row.get(field.name) is not None
    }


def _tiers(suppliers: Iterable[Row], tiers: Iterable[Row]) -> list[dict[str, Any]]:
    ladders: dict[str, list[Row]] = {}
    for tier in tiers:
        ladders.setdefault(tier["supplier"], []).append(tier)
    return [
        tier
        for supplier in suppliers
        for tier in all_units(supplier, ladders.get(supplier["id"], []))
    ]


def _sorted(rows: Iterable[dict[str, Any]], key: Iterable[str]) -> list[dict[str, Any]]:
    fields = tuple(key)
    return sorted(rows, key=lambda row: tuple(row[field] for field in fields))


def _refuse_inexact(value: object) -> None:
    if isinstance(value, dict):
        if not all(type(name) is str for name in value):
            raise TypeError("a name in canonical JSON is text")
        for item in value.values():
            _refuse_inexact(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_inexact(item)
    elif type(value) is int:
        if abs(value) > BIGGEST:
            raise TypeError("a number of 2^53 or more is written as text")
    elif value is not None and type(value) not in (str, bool):
        raise TypeError(f"canonical JSON has no {type(value).__name__}")
