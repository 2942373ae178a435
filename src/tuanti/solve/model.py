"""The problem as numpy arrays, in an order drawn from the public seed.

Suppliers, groups, lots and units are put in the order of SHA-256(seed, id), so that neither their
names nor their place in the file can favour anyone where two awards cost the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tuanti.rules.award.problem import Award, Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

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
class Model:
    """Arrays over suppliers s (S), units i (n) and rungs r (R), all in drawn order."""

    problem: Problem
    firms: Ints
    """Position in the problem of each supplier."""
    units: Ints
    """Position in the problem of each unit; units of a lot, lots of a group stand together."""
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

    @property
    def S(self) -> int:  # noqa: N802 (the letter of the field)
        """How many suppliers."""
        return len(self.firms)

    @property
    def n(self) -> int:
        """How many units."""
        return len(self.units)

    def award(self, winners: Ints, bundles: Sequence[int] = ()) -> Award:
        """The award in the problem's own order; ``winners`` (n,) and bundles by model position."""
        back = np.empty(self.n, np.int64)
        back[self.units] = self.firms[winners]
        return Award(tuple(back.tolist()), tuple(sorted(self.bundles[b].at for b in bundles)))


def build(problem: Problem) -> Model:
    """The model of a problem."""
    seed = str(problem.round["rules"]["seed"])
    names = [str(firm["id"]) for firm in problem.suppliers]
    firms = np.array(sorted(range(len(names)), key=lambda s: draw(seed, "supplier", names[s])))
    units = np.array(_unit_order(problem, seed), dtype=np.int64)
    d = np.array([problem.units[i].lifts for i in units], dtype=np.int64)
    bids = np.array(
        [np.frombuffer(problem.bids[s], np.uint8)[units] for s in firms], dtype=np.bool_
    )
    rungs = [
        Rung(place, k, tier.low, tier.high, tier.fixed_fen)
        for place, s in enumerate(firms)
        for k, tier in enumerate(problem.tiers[s])
        if tier.low <= tier.high
    ]
    cost: Floats = np.full((len(rungs), len(units)), NO_BID)
    table = Costs(problem)
    for r, rung in enumerate(rungs):
        np.copyto(cost[r], table.of(int(firms[rung.s]), rung.k)[units], where=bids[rung.s])
    of: list[list[int]] = [[] for _ in firms]
    for r, rung in enumerate(rungs):
        of[rung.s].append(r)
    place = np.empty(len(units), np.int64)
    place[units] = np.arange(len(units))
    home = np.empty(len(firms), np.int64)
    home[firms] = np.arange(len(firms))
    return Model(
        problem=problem,
        firms=firms,
        units=units,
        d=d,
        lot=_numbered([problem.units[i].lot for i in units]),
        group=_numbered([problem.units[i].group for i in units]),
        rungs=tuple(rungs),
        rungs_of=tuple(tuple(x) for x in of),
        bids=bids,
        cost=cost,
        rules=_rules(problem, firms, units),
        bundles=tuple(
            Bundle(at, int(home[p.supplier]), np.sort(place[list(p.units)]), p.cost)
            for at, p in enumerate(problem.packages)
        ),
        names=tuple(names[s] for s in firms),
    )


class Costs:
    """Exact unit costs by numpy: the same figures as ``Problem.costs``, a tier at a time."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        flat = [line for lines in problem.lines for line in lines]
        self.cell = np.array([cell for cell, _ in flat], dtype=np.int64)
        self.lifts = np.array([n for _, n in flat], dtype=np.int64)
        self.start = np.cumsum([0, *(len(lines) for lines in problem.lines[:-1])])
        self.single = len(flat) == len(problem.lines)

    def of(self, s: int, k: int) -> Ints:
        """(n,) what each unit costs from supplier ``s`` in tier ``k``, in the problem's order."""
        tier = self.problem.tiers[s][k]
        price = np.frombuffer(self.problem.discounted[s], np.int64)
        lift = (price * (10000 - tier.discount_bp) + 5000) // 10000 - tier.off_fen
        lift += np.frombuffer(self.problem.rest[s], np.int64)
        whole = lift[self.cell] * self.lifts
        return whole if self.single else np.add.reduceat(whole, self.start)


def _unit_order(problem: Problem, seed: str) -> list[int]:
    def key(i: int) -> tuple[str, str, str]:
        unit = problem.units[i]
        lot = str(problem.lots[unit.lot]["id"])
        return draw(seed, unit.group), draw(seed, "lot", lot), draw(seed, "unit", *unit.parcels)

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
