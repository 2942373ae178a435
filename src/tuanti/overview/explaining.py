"""How a share is reckoned, step by step, so that anyone can do it again on paper.

A table gives each payer a weight: the entry for how high the lift carries them, times their part of
the floor or their area. Weights here are in the table's own figures; a test holds that they share a
plan to the fen as ``rules.sharing.shares`` does. A game has no table, so that there is no weight to
show: only the share of the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from tuanti.rules.sharing.plan import Flat, Plan
from tuanti.rules.sharing.schemes import Scheme, find
from tuanti.rules.sharing.shares import share

_DM2 = 100  # of a square metre
Table: TypeAlias = Mapping[int, Fraction]


@dataclass(frozen=True, slots=True)
class Weight:
    """A payer's weight: ``entry`` of the table, times ``part`` (of the floor, or square metres)."""

    entry: Fraction
    part: Fraction

    @property
    def value(self) -> Fraction:
        """Entry and part multiplied."""
        return self.entry * self.part


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps to one flat's share; sums in fen.

    ``by`` names what an entry is for, as ``rules.sharing.schemes`` does ("game" where there is no
    table), and ``inside`` how a floor is shared. ``floor`` is the one the flat counts as, with a
    half where it is served from a half landing. ``fixed_fen`` is what it pays whatever the rest
    pay, ``all_fixed_fen`` what all such flats do. ``exact_fen`` is its part before rounding.
    """

    scheme: Scheme
    by: str
    inside: str
    shared_fen: int
    fixed_fen: int
    all_fixed_fen: int
    floor: Fraction
    weight: Weight | None
    all_weights: Fraction | None
    exact_fen: Fraction
    fen: int
    entries: tuple[tuple[int, Fraction], ...]

    @property
    def divided_fen(self) -> int:
        """What is left to be divided by weight."""
        return self.shared_fen - self.all_fixed_fen

    @property
    def rounded(self) -> bool:
        """Whether the share did not come out in whole fen by itself."""
        return self.exact_fen.denominator != 1


def explanation_of(plan: Plan, flat: str) -> Explanation | None:
    """Explain what a flat of a plan pays; None if it is not asked to pay, or there is no such flat.

    :raises RuleBroken: the plan cannot be shared, as ``rules.sharing.shares.share`` says.
    """
    payers = [one for one in plan.flats if one.pays]
    mine = next((one for one in payers if one.id == flat), None)
    pays = dict(zip((one.id for one in plan.flats), share(plan).pays_fen, strict=True))
    if mine is None:
        return None
    scheme, fixed = find(plan.scheme), {one.id: _fixed(plan, one) for one in payers}
    by, inside, table = _ways(plan)
    weights = weights_of(plan)
    whole = sum((one.value for one in weights.values()), Fraction(0))
    rest = plan.shared_fen - sum(fixed.values())
    here = weights.get(flat)
    exact = rest * here.value / whole if here and whole else Fraction(pays[flat] - fixed[flat])
    return Explanation(
        scheme=scheme,
        by=by,
        inside=inside,
        shared_fen=plan.shared_fen,
        fixed_fen=fixed[flat],
        all_fixed_fen=sum(fixed.values()),
        floor=1 + Fraction(mine.rise, 2),
        weight=here,
        all_weights=whole if here else None,
        exact_fen=exact,
        fen=pays[flat],
        entries=tuple((floor, table[floor]) for floor in _floors(plan) if floor in table),
    )


def weights_of(plan: Plan) -> dict[str, Weight]:
    """Weigh every payer of a plan; nothing where its scheme is a game, which has no table."""
    by, inside, table = _ways(plan)
    if not table:
        return {}
    return {
        flat.id: Weight(_entry(table, flat.rise), _part(plan, flat, by, inside))
        for flat in plan.flats
        if flat.pays
    }


def _ways(plan: Plan) -> tuple[str, str, Table]:
    """What an entry is for, how a floor is shared inside, and the table; empty for a game."""
    scheme = find(plan.scheme)
    inside = plan.inside or scheme.inside
    if scheme.by == "custom" and plan.table is not None:
        table = plan.table
        return table.per, "" if table.per == "area" else inside, dict(table.entries)
    return scheme.by, inside if scheme.inside else "", scheme.floors


def _entry(table: Table, rise: int) -> Fraction:
    """Read the table for a rise in half storeys; half-way between floors, their mean."""
    low, half = 1 + rise // 2, rise % 2
    return (table[low] + table[low + 1]) / 2 if half else table[low]


def _part(plan: Plan, flat: Flat, by: str, inside: str) -> Fraction:
    """What an entry is multiplied by: of the whole floor, with those who do not take part."""
    floor = [one.area_dm2 for one in plan.flats if one.floor == flat.floor]
    match by, inside:
        case "floor", "equal":
            return Fraction(1, len(floor))
        case "floor", _:
            return Fraction(flat.area_dm2, sum(floor))
        case "flat", "area":
            return Fraction(flat.area_dm2 * len(floor), sum(floor))
        case "area", _:
            return Fraction(flat.area_dm2, _DM2)
        case "whole-m2", _:
            return Fraction((flat.area_dm2 + _DM2 // 2) // _DM2)
    return Fraction(1)


def _fixed(plan: Plan, flat: Flat) -> int:
    by_rise = {2 * floor - 2: fen for floor, fen in find(plan.scheme).fixed_fen.items()}
    return by_rise.get(flat.rise, 0)


def _floors(plan: Plan) -> list[int]:
    return sorted({flat.floor for flat in plan.flats})
