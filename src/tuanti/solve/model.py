"""The problem as numpy arrays, in an order drawn from the public seed.

Suppliers, groups, lots and units are put in the order of SHA-256(seed, id), so that neither their
names nor their place in the file can favour anyone where two awards cost the same.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from tuanti.rules.award.problem import Award, Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_Numbers = TypeVar("_Numbers", Floats, Ints)

_CROWDED = 1_000_000  # bid-tiers: beyond this, units that cost the same a lift are one
_ALIKE = 4  # if they are so many to a kind
NO_BID = 1e17  # above any price, small enough that sums stay exact enough to compare


def draw(seed: str, *names: str) -> str:
    """The lot that ``names`` draw under the public ``seed``: a hexadecimal SHA-256."""
    return hashlib.sha256("\n".join((seed, *names)).encode()).hexdigest()


def sums(places: Ints, weights: Floats, size: int) -> Floats:
    """(size,) the weights added up by place."""
    return np.bincount(places, weights=weights, minlength=size).astype(np.float64)


@dataclass(frozen=True)
class Rung:
    """A tier somebody could win in: supplier and tier by position, bounds in lifts."""

    s: int
    k: int
    low: int
    high: int
    fixed: int


@dataclass(frozen=True)
class Rule:
    """A rule row in array form: ``firms`` (S,) and ``units`` (n,) say what it counts."""

    level: str
    sign: int
    least: int
    firms: Bools
    units: Bools


@dataclass(frozen=True)
class Bundle:
    """A package: its position in the problem, supplier, units, cost."""

    at: int
    s: int
    units: Ints
    cost: int


@dataclass(frozen=True)
class Crowd:
    """The units behind a model whose own units are *kinds*: units that cost the same a lift.

    A nation has a hundred thousand lots but few prices. The bound's best prices for units of one
    kind are the same a lift, and the LP's shares of them are one sum of lifts, so nothing is lost
    by looking at kinds until whole units are dealt out. (N,) each, in drawn order.
    """

    units: Ints
    """Position in the problem."""
    d: Ints
    kind: Ints
    """The model's unit that each is part of."""


@dataclass(frozen=True)
class Model:
    """Arrays over suppliers s (S), units i (n) and rungs r (R), all in drawn order."""

    problem: Problem
    firms: Ints
    """Position in the problem of each supplier."""
    units: Ints
    """Position in the problem of each unit; units of a lot, lots of a group stand together.

    Of a kind, its first unit.
    """
    d: Ints
    lot: Ints
    group: Ints
    rungs: tuple[Rung, ...]
    rungs_of: tuple[tuple[int, ...], ...]
    bids: Bools
    """(S, n)"""
    cost: Floats
    """(R, n): a unit's cost on each rung; NO_BID where there is none. Whole numbers."""
    rules: tuple[Rule, ...]
    bundles: tuple[Bundle, ...]
    names: tuple[str, ...] = field(default=())
    crowd: Crowd | None = None

    @property
    def S(self) -> int:  # noqa: N802 (the letter of the field)
        """How many suppliers."""
        return len(self.firms)

    @property
    def n(self) -> int:
        """How many units."""
        return len(self.units)

    def award(self, winners: Ints, bundles: Sequence[int] = ()) -> Award:
        """The award in the problem's own order; bundles by model position.

        ``winners`` by model position, (n,) or (N,) of the crowd's units.
        """
        back = np.empty(len(self.problem.units), np.int64)
        back[self.units if self.crowd is None else self.crowd.units] = self.firms[winners]
        return Award(tuple(back.tolist()), tuple(sorted(self.bundles[b].at for b in bundles)))

    def gathered(self, values: _Numbers) -> _Numbers:
        """(n,) values (N,) of the problem's units in model order; a kind's are summed up."""
        if self.crowd is None:
            return values[self.units]
        found = np.zeros(self.n, values.dtype)
        np.add.at(found, self.crowd.kind, values[self.crowd.units])
        return found


def build(problem: Problem) -> Model:
    """The model of a problem; of kinds of units where single ones would be too many."""
    seed = str(problem.round["rules"]["seed"])
    names = [str(firm["id"]) for firm in problem.suppliers]
    firms = np.array(sorted(range(len(names)), key=lambda s: draw(seed, "supplier", names[s])))
    units = np.array(_unit_order(problem, seed), dtype=np.int64)
    lifts = np.array([problem.units[i].lifts for i in units], dtype=np.int64)
    bids = np.array(
        [np.frombuffer(problem.bids[s], np.uint8)[units] for s in firms], dtype=np.bool_
    )
    rungs = _rungs(problem, firms)
    crowd = _crowd(problem, units, lifts, bids) if len(units) * len(rungs) > _CROWDED else None
    if crowd is not None:
        first = np.unique(crowd.kind, return_index=True)[1]
        units, bids = units[first], bids[:, first]
        lifts = np.bincount(crowd.kind, weights=lifts).astype(np.int64)
    of: list[list[int]] = [[] for _ in firms]
    for r, rung in enumerate(rungs):
        of[rung.s].append(r)
    place = np.zeros(len(problem.units), np.int64)
    place[units] = np.arange(len(units))
    home = np.empty(len(firms), np.int64)
    home[firms] = np.arange(len(firms))
    return Model(
        problem=problem,
        firms=firms,
        units=units,
        d=lifts,
        lot=_numbered([problem.units[i].lot for i in units]),
        group=_numbered([problem.units[i].group for i in units]),
        rungs=rungs,
        rungs_of=tuple(tuple(x) for x in of),
        bids=bids,
        cost=_costs(problem, rungs, firms, units, lifts, bids),
        rules=_rules(problem, firms, units),
        bundles=tuple(
            Bundle(at, int(home[p.supplier]), np.sort(place[list(p.units)]), p.cost)
            for at, p in enumerate(problem.packages)
        ),
        names=tuple(names[s] for s in firms),
        crowd=crowd,
    )


def _rungs(problem: Problem, firms: Ints) -> tuple[Rung, ...]:
    return tuple(
        Rung(place, k, tier.low, tier.high, tier.fixed_fen)
        for place, s in enumerate(firms)
        for k, tier in enumerate(problem.tiers[s])
        if tier.low <= tier.high
    )


def _crowd(problem: Problem, units: Ints, lifts: Ints, bids: Bools) -> Crowd | None:
    """The kinds of units, if units repeat and neither rule nor package tells them apart."""
    if problem.rows or problem.packages:
        return None
    bidders = np.packbits(bids, axis=0).T
    marks = [
        (_mix(problem.lines[i]), mine.tobytes()) for i, mine in zip(units, bidders, strict=True)
    ]
    kind = _numbered(marks)
    return Crowd(units, lifts, kind) if (kind.max() + 1) * _ALIKE <= len(units) else None


def _mix(lines: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """A unit's cells and how many lifts of each there are to one another."""
    if len(lines) == 1:
        return ((lines[0][0], 1),)
    count = Counter[int]()
    for cell, n in lines:
        count[cell] += n
    part = gcd(*count.values())
    return tuple(sorted((cell, n // part) for cell, n in count.items()))


def _costs(
    problem: Problem, rungs: Sequence[Rung], firms: Ints, units: Ints, lifts: Ints, bids: Bools
) -> Floats:
    """(R, n) what all ``lifts`` of each unit's kind cost on each rung."""
    cost: Floats = np.full((len(rungs), len(units)), NO_BID)
    table, own = Costs(problem, units), np.array([problem.units[i].lifts for i in units])
    for r, rung in enumerate(rungs):
        whole, more = np.divmod(table.of(int(firms[rung.s]), rung.k), own)
        # lifts / own need not be whole, but cost * lifts / own is
        np.copyto(cost[r], whole * lifts + more * lifts // own, where=bids[rung.s])
    return cost


class Costs:
    """Exact costs of ``units`` by numpy: the same figures as ``Problem.costs_of``, tier by tier."""

    def __init__(self, problem: Problem, units: Ints) -> None:
        self.problem = problem
        lines = [problem.lines[i] for i in units]
        flat = [line for of in lines for line in of]
        self.cell = np.array([cell for cell, _ in flat], dtype=np.int64)
        self.lifts = np.array([n for _, n in flat], dtype=np.int64)
        self.start = np.cumsum([0, *(len(of) for of in lines[:-1])])
        self.single = len(flat) == len(lines)

    def of(self, s: int, k: int) -> Ints:
        """What each of the units costs from supplier ``s`` in tier ``k``."""
        tier = self.problem.tiers[s][k]
        price = np.frombuffer(self.problem.discounted[s], np.int64)
        lift = (price * (10000 - tier.discount_bp) + 5000) // 10000 - tier.off_fen
        lift += np.frombuffer(self.problem.rest[s], np.int64)
        whole = lift[self.cell] * self.lifts
        return whole if self.single else np.add.reduceat(whole, self.start)


def _unit_order(problem: Problem, seed: str) -> list[int]:
    lots = [draw(seed, "lot", str(lot["id"])) for lot in problem.lots]
    groups = {group: draw(seed, group) for group in {unit.group for unit in problem.units}}

    def key(i: int) -> tuple[str, str, str]:
        unit = problem.units[i]
        return groups[unit.group], lots[unit.lot], draw(seed, "unit", *unit.parcels)

    return sorted(range(len(problem.units)), key=key)


def _numbered(names: Sequence[object]) -> Ints:
    """0, 1, 2 .. by first appearance."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.int64)


def _rules(problem: Problem, firms: Ints, units: Ints) -> tuple[Rule, ...]:
    kinds = [problem.kinds(int(s)) for s in firms]
    lots = np.array(["lot " + str(problem.lots[problem.units[i].lot]["id"]) for i in units])
    places = {"lot": lots}
    places["in"] = np.array([problem.units[i].district for i in units])
    places["group"] = np.array([problem.units[i].group for i in units])
    found = []
    for level, who, where, sign, least in problem.rows:
        mine = np.array([who in names for names in kinds], dtype=np.bool_)
        word = where.split(" ")[0]
        inside = np.ones(len(units), np.bool_) if where == "*" else places[word] == where
        found.append(Rule(level, sign, least, mine, inside))
    return tuple(found)
