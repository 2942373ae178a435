"""A round, changed in one thing: the other side of every "what if"."""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from tuanti.rules.award.problem import Problem
from tuanti.rules.award.reading import read
from tuanti.rules.award.round_fields import EVERY_ZONE

Round: TypeAlias = Mapping[str, Any]

# What may be dropped, and what stands in its place.
DROPPABLE: Mapping[str, Any] = {
    "winners_min": None,
    "winners_max": None,
    "lots_max": None,
    "lots_max_district": None,
    "share_max_bp": None,
    "share_max_district_bp": None,
    "share_min_bp": None,
    "small_share_min_bp": None,
    "group_suppliers_min": None,
}
_OF_SUPPLIER = ("books", "tiers", "packages", "pairs")
_ZONE = "*cut"  # no id has a star: it can be nobody's zone


def without_ladders(data: Round) -> dict[str, Any]:
    """Let every ladder stay at list price; least orders and capacities as they were."""
    first: dict[str, dict[str, Any]] = {}
    for tier in data["tiers"]:
        row = first.setdefault(tier["supplier"], dict(tier))
        row |= {"to_lifts": tier["to_lifts"], "discount_bp": 0, "off_fen": 0, "fixed_fen": 0}
    return {**data, "tiers": list(first.values())}


def without_supplier(data: Round, supplier: str) -> dict[str, Any]:
    """Leave one supplier out, with everything it offered and every pair that names it."""
    rest = {
        name: [row for row in data[name] if row["supplier"] != supplier] for name in _OF_SUPPLIER
    }
    return {
        **data,
        "suppliers": [firm for firm in data["suppliers"] if firm["id"] != supplier],
        **rest,
    }


def without_rule(data: Round, rule: str) -> dict[str, Any]:
    """Drop a rule: one of ``DROPPABLE``, ``ceilings``, ``pairs`` or ``suppliers_max``."""
    if rule == "pairs":
        return {**data, "pairs": []}
    if rule == "ceilings":
        return {**data, **{name: _each(data[name], ceiling_fen=None) for name in ("lots", "bill")}}
    if rule == "suppliers_max":
        most = len(data["parcels"])
        shared = [
            x | {"suppliers_max": most} if x["suppliers_max"] > 1 else x for x in data["lots"]
        ]
        return {**data, "lots": shared}
    if rule == "capacity":
        return _with_room(data)
    return {**data, "rules": {**data["rules"], rule: DROPPABLE[rule]}}


def only_lots(data: Round, lots: Collection[str]) -> dict[str, Any]:
    """Keep these lots, with their parcels and pairs, and the packages that lie within them."""
    kept = frozenset(lots)
    parcels = [parcel for parcel in data["parcels"] if parcel["lot"] in kept]
    names = {parcel["id"] for parcel in parcels}
    return {
        **data,
        "lots": [lot for lot in data["lots"] if lot["id"] in kept],
        "parcels": parcels,
        "bill": [line for line in data["bill"] if line["parcel"] in names],
        "packages": [package for package in data["packages"] if kept.issuperset(package["lots"])],
        "pairs": [pair for pair in data["pairs"] if pair["lot"] in kept],
    }


def cut(problem: Problem, supplier: str, lot: str | None, fen_a_lift: int) -> Problem:
    """Take ``fen_a_lift`` off the supplier's list price of every lift, or of those of one lot."""
    data = problem.round
    if lot is None:
        books = [_cheaper(row, fen_a_lift) if row["supplier"] == supplier else row
                 for row in data["books"]]  # fmt: skip
        return read({**data, "books": books})
    zone = next(row["zone"] for row in data["lots"] if row["id"] == lot)
    lots = [row | {"zone": _ZONE} if row["id"] == lot else row for row in data["lots"]]
    own = {row["profile"] for row in data["books"]
           if row["supplier"] == supplier and row["zone"] == zone}  # fmt: skip
    copies = [
        _cheaper(row, fen_a_lift if row["supplier"] == supplier else 0) | {"zone": _ZONE}
        for row in data["books"]
        if row["zone"] == zone
        or ((row["supplier"], row["zone"]) == (supplier, EVERY_ZONE) and row["profile"] not in own)
    ]
    return read({**data, "lots": lots, "books": [*data["books"], *copies]})


def deepest_cut(problem: Problem, supplier: str, lot: str | None) -> int:
    """The greatest cut a lift that leaves no list price of the supplier below zero."""
    s = next(at for at, firm in enumerate(problem.suppliers) if firm["id"] == supplier)
    cells = {
        cell
        for unit, lines in zip(problem.units, problem.lines, strict=True)
        if lot is None or problem.lots[unit.lot]["id"] == lot
        for cell, _ in lines
    }
    prices = [problem.listed[s][cell] for cell in cells]
    return min((price for price in prices if price >= 0), default=0)


def _each(rows: list[dict[str, Any]], **values: object) -> list[dict[str, Any]]:
    return [row | values for row in rows]


def _cheaper(row: dict[str, Any], fen: int) -> dict[str, Any]:
    return row | {"base_fen": row["base_fen"] - fen}


def _with_room(data: Round) -> dict[str, Any]:
    """Let everybody supply every lift, at the last tier of their ladder."""
    lifts = sum(line["lifts"] for line in data["bill"])
    last = {tier["supplier"]: tier for tier in data["tiers"]}
    tiers = [
        tier | {"to_lifts": max(lifts, tier["to_lifts"])}
        if tier is last[tier["supplier"]]
        else tier
        for tier in data["tiers"]
    ]
    return {**data, "tiers": tiers, "suppliers": _each(data["suppliers"], capacity_lifts=lifts)}
