"""The question an award answers: frozen facts of a round, in whole numbers; exact evaluation.

A *unit* is what one supplier must win whole: a lot, or a parcel of a lot that may be shared. A
*cell* is one price: zone, profile, stops, entry. ``docs/en/reference/round.md`` has every figure.
Large tables are ``array('q')`` (64-bit), which numpy reads without a copy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from array import array

GAP = -1  # a list price that was not given

Level = Literal["used", "group", "lot", "lift"]
Row = tuple[Level, str, str, int, int]
"""A rule: what is counted, whose, where, its sign, and the least that sign x count may be.

``whose`` is a supplier's id, ``*`` (all) or ``*small``; ``where`` is ``*``, ``in <district>``,
``lot <id>`` or ``group <id>``.
"""


@dataclass(frozen=True, slots=True)
class Tier:
    """A rung of a ladder, cut to capacity and the overall shares; empty if ``low > high``."""

    low: int
    high: int
    discount_bp: int
    off_fen: int
    fixed_fen: int


@dataclass(frozen=True, slots=True)
class Unit:
    """What one supplier wins whole. ``where`` names its district as rows do."""

    parcels: tuple[str, ...]
    lot: int
    lifts: int
    district: str
    group: str


@dataclass(frozen=True, slots=True)
class Package:
    """Whole lots at one price, all or nothing; ``cost`` in the objective's unit."""

    id: str
    supplier: int
    units: tuple[int, ...]
    lifts: int
    cost: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A bid that is not counted, by name: over a ceiling."""

    supplier: str
    lot: str
    parcel: str
    list_fen: int
    ceiling_fen: int


@dataclass(frozen=True, slots=True)
class Award:
    """Who wins each unit (supplier's position) and the packages taken (their positions)."""

    winners: tuple[int, ...]
    packages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an award costs and which tier each winner reaches; ``broken`` rules make it unlawful."""

    cost: int
    tiers: Mapping[int, int]
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A round, laid out for counting. Suppliers, lots, units, packages are known by position."""

    round: Mapping[str, Any]
    suppliers: tuple[Mapping[str, Any], ...]
    lots: tuple[Mapping[str, Any], ...]
    units: tuple[Unit, ...]
    units_of: tuple[tuple[int, ...], ...]
    lines: tuple[tuple[tuple[int, int], ...], ...]
    """For each unit its (cell, lifts)."""
    cells: int
    discounted: tuple["array[int]", ...]
    """For each supplier and cell: the part of a lift's price that tiers discount, or GAP."""
    rest: tuple["array[int]", ...]
    """For each supplier and cell: what no tier touches (maintenance, quality, minus points)."""
    listed: tuple["array[int]", ...]
    """For each supplier and cell: the list price, or GAP."""
    bids: tuple[bytes, ...]
    """For each supplier and unit: 1 where a valid bid stands."""
    tiers: tuple[tuple[Tier, ...], ...]
    packages: tuple[Package, ...]
    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]

    @property
    def lifts(self) -> int:
        """All lifts of the round."""
        return sum(unit.lifts for unit in self.units)

    @property
    def points(self) -> bool:
        """Whether the objective is to earn points; costs are then minus points."""
        return bool(self.round["rules"]["objective"] == "points")

    def kinds(self, s: int) -> tuple[str, ...]:
        """The names under which rows may count supplier ``s``."""
        own = (self.suppliers[s]["id"], "*")
        return (*own, "*small") if self.suppliers[s]["small"] else own

    def costs_of(self, s: int, k: int, units: Iterable[int]) -> list[int]:
        """What ``units`` cost from ``s`` in tier ``k``; meaningless where no bid stands."""
        tier = self.tiers[s][k]
        keep, off = 10000 - tier.discount_bp, tier.off_fen
        prices = zip(self.discounted[s], self.rest[s], strict=True)
        lift = [(p * keep + 5000) // 10000 - off + r for p, r in prices]
        return [sum([n * lift[c] for c, n in self.lines[i]]) for i in units]

    def list_price(self, i: int, s: int) -> int:
        """The list price of unit ``i`` from ``s``, for a bid that stands."""
        return sum(n * self.listed[s][cell] for cell, n in self.lines[i])


def evaluate(problem: Problem, award: Award) -> Evaluation:
    """The exact cost of an award, the tier each winner reaches, and the rules it breaks."""
    broken: list[str] = []
    packed = {i: p for p in award.packages for i in problem.packages[p].units}
    cost = sum(problem.packages[p].cost for p in award.packages)
    if len(packed) != sum(len(problem.packages[p].units) for p in award.packages):
        broken.append("packages overlap")
    if any(award.winners[i] != problem.packages[p].supplier for i, p in packed.items()):
        broken.append("a package is not whole")
    tiers: dict[int, int] = {}
    for s, mine in won(award).items():
        lifts = sum(problem.units[i].lifts for i in mine)
        k = tier_of(problem, s, lifts)
        alone = [i for i in mine if i not in packed]
        if any(not problem.bids[s][i] for i in alone):
            broken.append(f"no valid bid: {problem.suppliers[s]['id']}")
        if k is None:
            broken.append(f"outside the ladder: {problem.suppliers[s]['id']} {lifts}")
            continue
        tiers[s] = k
        cost += problem.tiers[s][k].fixed_fen + sum(problem.costs_of(s, k, alone))
    count = _count(problem, award.winners) if problem.rows else Counter()
    for level, who, where, sign, least in problem.rows:
        if sign * count[level, who, where] < least:
            broken.append(f"{level} {who} {where}")
    return Evaluation(cost, tiers, tuple(broken))


def won(award: Award) -> dict[int, list[int]]:
    """The units of each winner, in the order of suppliers."""
    found: dict[int, list[int]] = {s: [] for s in sorted(set(award.winners))}
    for i, s in enumerate(award.winners):
        found[s].append(i)
    return found


def tier_of(problem: Problem, s: int, lifts: int) -> int | None:
    """The tier of supplier ``s`` at this many lifts; None if no tier reaches it."""
    ladder = problem.tiers[s]
    return next((k for k, t in enumerate(ladder) if t.low <= lifts <= t.high), None)


def _count(problem: Problem, winners: Iterable[int]) -> Counter[tuple[str, str, str]]:
    """How often each fact that a row may count is true of the award."""
    once: set[tuple[str, int, str]] = set()
    count: Counter[tuple[str, str, str]] = Counter()
    for unit, s in zip(problem.units, winners, strict=True):
        lot = "lot " + str(problem.lots[unit.lot]["id"])
        first = ("lot", s, lot) not in once
        facts = {("used", s, "*"), ("lot", s, lot), ("group", s, unit.group)} - once
        once |= facts
        extra = [("lot", s, "*"), ("lot", s, unit.district)] if first else []
        for kind in problem.kinds(s):
            count.update((level, kind, where) for level, _, where in [*facts, *extra])
            for where in ("*", unit.district):
                count["lift", kind, where] += unit.lifts
    return count
