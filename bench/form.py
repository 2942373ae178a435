"""The award as a plain mixed-integer program, every rule included, as peers are given it.

Columns, in this order: x (unit to supplier in tier), y (supplier in tier), p (package in tier),
presence of a supplier in a lot or group where a rule counts it. All are 0 or 1, all figures whole.
Weak: x is held by its tier's sums only. Strong: also x <= y, one row a column.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuanti.rules.award.problem import Problem, Row

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Form:
    """min cost*z, low <= A z <= high, z of 0 and 1; A as (rows, columns, values) triples."""

    cost: Ints
    rows: Ints
    columns: Ints
    values: Ints
    low: Floats
    high: Floats
    unit: Ints
    """The unit of each x column; they are the first columns."""
    firm: Ints
    packs: tuple[tuple[int, int], ...]
    """Each package column: (package, column)."""
    problem: Problem

    @property
    def scale(self) -> float:
        """A power of ten that brings the largest cost below 10,000, for floating point."""
        return float(10.0 ** (len(str(int(np.abs(self.cost).max(initial=1)))) - 4))

    def award(self, z: npt.ArrayLike) -> tuple[list[int], list[int]]:
        """Winners of all units and packages taken, of a solution."""
        on = np.asarray(z) > 0.5
        winners = np.full(len(self.problem.units), -1, dtype=np.int64)
        won = np.flatnonzero(on[: len(self.unit)])
        winners[self.unit[won]] = self.firm[won]
        taken = [p for p, column in self.packs if on[column]]
        for p in taken:
            winners[list(self.problem.packages[p].units)] = self.problem.packages[p].supplier
        return winners.tolist(), taken

    def by_row(self) -> tuple[Ints, Ints, Ints]:
        """A row by row: starts, columns, values."""
        order = np.lexsort((self.columns, self.rows))
        starts = np.searchsorted(self.rows[order], np.arange(len(self.low) + 1))
        return starts, self.columns[order], self.values[order]


def build(problem: Problem, *, strong: bool) -> Form:
    """The program of a problem."""
    return _Builder(problem).form(strong=strong)


class _Builder:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rungs = [(s, k) for s, ladder in enumerate(problem.tiers)
                      for k, tier in enumerate(ladder) if tier.low <= tier.high]  # fmt: skip
        self.lifts = np.array([unit.lifts for unit in problem.units], dtype=np.int64)
        self.low, self.high = list[float](), list[float]()
        self.triples: list[tuple[Ints, Ints, Ints]] = []
        self.present: dict[tuple[str, int, str], int] = {}
        self.held: set[tuple[int, int]] = set()
        self.homes: dict[str, npt.NDArray[np.str_]] = {}
        self._columns()

    def _columns(self) -> None:
        problem = self.problem
        bids = [np.flatnonzero(np.frombuffer(bid, np.uint8)) for bid in problem.bids]
        units = [bids[s] for s, _ in self.rungs]
        self.unit = np.concatenate([*units, np.zeros(0, np.int64)])
        self.rung = np.repeat(np.arange(len(self.rungs)), [len(part) for part in units])
        self.firm = np.array([s for s, _ in self.rungs], dtype=np.int64)[self.rung]
        prices = [
            np.array(problem.costs_of(s, k, range(len(problem.units))))[bids[s]]
            for s, k in self.rungs
        ]
        fixed = [problem.tiers[s][k].fixed_fen for s, k in self.rungs]
        first = len(self.unit) + len(self.rungs)
        pairs = [(p, r) for p, package in enumerate(problem.packages)
                 for r, (s, _) in enumerate(self.rungs) if s == package.supplier]  # fmt: skip
        self.packs = [(p, r, first + at) for at, (p, r) in enumerate(pairs)]
        own = [problem.packages[p].cost for p, _ in pairs]
        self.cost = np.concatenate([*prices, np.array(fixed + own, dtype=np.int64)])
        self.next = len(self.cost)

    def form(self, *, strong: bool) -> Form:
        self._cover()
        self._ladders()
        for row in self.problem.rows:
            self._rule(row)
        if strong:
            self._links()
        rows, columns, values = (np.concatenate([t[at] for t in self.triples]) for at in range(3))
        cost = np.concatenate([self.cost, np.zeros(self.next - len(self.cost), np.int64)])
        packs = tuple((p, column) for p, _, column in self.packs)
        return Form(cost, rows, columns, values, np.array(self.low), np.array(self.high),
                    self.unit, self.firm, packs, self.problem)  # fmt: skip

    def _block(self, rows: Ints, columns: Ints, values: Ints, low: Floats, high: Floats) -> None:
        """Rows ``low`` to ``high``; ``rows`` count from 0."""
        self.triples.append((rows + len(self.low), columns, values))
        self.low += low.tolist()
        self.high += high.tolist()

    def _row(self, columns: list[int] | Ints, values: list[int] | Ints | int, low: float,
             high: float) -> None:  # fmt: skip
        at = np.array(columns, dtype=np.int64)
        each = np.broadcast_to(np.array(values, dtype=np.int64), at.shape)
        self._block(np.zeros_like(at), at, each, np.array([low]), np.array([high]))

    def _cover(self) -> None:
        """Every unit is won once, alone or in a package."""
        inside = [(i, column) for p, _, column in self.packs
                  for i in self.problem.packages[p].units]  # fmt: skip
        pairs = np.array(inside, dtype=np.int64).reshape(-1, 2)
        rows = np.concatenate([self.unit, pairs[:, 0]])
        columns = np.concatenate([np.arange(len(self.unit)), pairs[:, 1]])
        ones = np.ones(len(self.problem.units))
        self._block(rows, columns, np.ones(len(rows), np.int64), ones, ones)

    def _ladders(self) -> None:
        """In a tier: at least its low lifts, at most its high; and one tier a supplier."""
        count, first = len(self.rungs), len(self.unit)
        of = np.array([r for _, r, _ in self.packs], dtype=np.int64)
        size = np.array([self.problem.packages[p].lifts for p, _, _ in self.packs], dtype=np.int64)
        packs = np.array([column for _, _, column in self.packs], dtype=np.int64)
        rows = np.concatenate([self.rung, of, np.arange(count)])
        columns = np.concatenate([np.arange(first), packs, first + np.arange(count)])
        none, ever = np.zeros(count), np.full(count, np.inf)
        for edge, low, high in (("high", -ever, none), ("low", none, ever)):
            limit = [getattr(self.problem.tiers[s][k], edge) for s, k in self.rungs]
            values = np.concatenate([self.lifts[self.unit], size, -np.array(limit, np.int64)])
            self._block(rows, columns, values, low, high)
        firms = np.array([s for s, _ in self.rungs], dtype=np.int64)
        each = np.ones(len(self.problem.suppliers))
        tiers = first + np.arange(count)
        self._block(firms, tiers, np.ones(count, np.int64), np.full_like(each, -np.inf), each)

    def _links(self) -> None:
        count, first = len(self.unit), len(self.unit)
        both = np.tile(np.arange(count), 2)
        columns = np.concatenate([np.arange(count), first + self.rung])
        values = np.repeat(np.array([1, -1]), count)
        self._block(both, columns, values, np.full(count, -np.inf), np.zeros(count))
        for _, r, column in self.packs:
            self._row([column, first + r], [1, -1], -np.inf, 0.0)

    def _rule(self, row: Row) -> None:
        level, who, where, sign, least = row
        low, high = (float(least), np.inf) if sign > 0 else (-np.inf, float(-least))
        mine = [who in self.problem.kinds(s) for s in range(len(self.problem.suppliers))]
        if level == "used":
            tiers = [len(self.unit) + r for r, (s, _) in enumerate(self.rungs) if mine[s]]
            self._row(tiers, 1, low, high)
        elif level == "lift":
            self._row(*self._lifts(np.array(mine), where), low, high)
        else:
            places = self._places(level, where)
            firms = [s for s, counted in enumerate(mine) if counted]
            found = [self._presence(level, s, at, sign) for s in firms for at in places]
            self._row(found, 1, low, high)

    def _lifts(self, mine: npt.NDArray[np.bool_], where: str) -> tuple[Ints, Ints]:
        """Columns and lifts of what these suppliers win in a place."""
        inside = np.array([where in {"*", unit.district} for unit in self.problem.units])
        x = np.flatnonzero(mine[self.firm] & inside[self.unit])
        columns, values = list[int](), list[int]()
        for p, _, column in self.packs:
            package = self.problem.packages[p]
            if mine[package.supplier]:
                columns.append(column)
                values.append(sum(int(self.lifts[i]) for i in package.units if inside[i]))
        return (np.concatenate([x, np.array(columns, dtype=np.int64)]),
                np.concatenate([self.lifts[self.unit[x]], np.array(values, np.int64)]))  # fmt: skip

    def _homes(self, level: str) -> npt.NDArray[np.str_]:
        """The lot or group of every unit, named as rows name it."""
        if level not in self.homes:
            units, lots = self.problem.units, self.problem.lots
            names = [u.group if level == "group" else f"lot {lots[u.lot]['id']}" for u in units]
            self.homes[level] = np.array(names)
        return self.homes[level]

    def _places(self, level: str, where: str) -> list[str]:
        """The lots or groups that a rule about ``where`` counts."""
        districts = [unit.district for unit in self.problem.units]
        homes = dict(zip(self._homes(level).tolist(), districts, strict=True))
        return [home for home, district in homes.items() if where in {"*", home, district}]

    def _presence(self, level: str, s: int, place: str, sign: int) -> int:
        """A column that is 1 if ``s`` wins anything there; held down or up as the rule needs it."""
        fresh = (level, s, place) not in self.present
        column = self.present.setdefault((level, s, place), self.next)
        self.next += fresh
        if (column, sign) not in self.held:
            self.held.add((column, sign))
            witnesses = [*self._witnesses(level, s, place)]
            if sign > 0:
                self._row([column, *witnesses], [1] + [-1] * len(witnesses), -np.inf, 0.0)
            for witness in witnesses if sign < 0 else ():
                self._row([witness, column], [1, -1], -np.inf, 0.0)
        return column

    def _witnesses(self, level: str, s: int, place: str) -> Iterator[int]:
        inside = self._homes(level) == place
        yield from np.flatnonzero((self.firm == s) & inside[self.unit]).tolist()
        for p, _, column in self.packs:
            package = self.problem.packages[p]
            if package.supplier == s and any(inside[i] for i in package.units):
                yield column
