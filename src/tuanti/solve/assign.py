"""Whole units to suppliers, the rung of each supplier given: a transport LP, then chains of moves.

A move gives one unit to another supplier. A chain is up to three moves, each from the supplier the
one before moved to; the last may close the ring. Every supplier must stay within its rung.
"""

from dataclasses import dataclass

import numpy as np

from tuanti.solve.lp import Columns, solve
from tuanti.solve.model import NO_BID, Bools, Floats, Ints, Model, sums

_CANDIDATES = 6  # suppliers looked at for a unit, cheapest first
_COLUMNS = 12_000  # of a crowd's LP
_SHAPES = ("1", "2", "path")
_CHAINS = 100_000  # about how many chains one sweep may weigh


@dataclass(frozen=True)
class Fit:
    """An assignment problem with fixed rungs: costs (J, n), bounds and the LP's answer."""

    rungs: Ints
    cost: Floats
    low: Floats
    high: Floats
    reduced: Floats
    value: float
    shares: Floats
    steepest: float
    """The greatest price of a lift more or less, in absolute terms."""
    u: Floats
    """The LP's price of each unit."""
    short: bool
    """Whether the rungs cannot hold the units (the value then has a fine in it)."""


def transport(model: Model, rungs: Ints, m: Floats) -> Fit | None:
    """The LP of the units over ``rungs`` (one a used supplier); None if it has no answer.

    ``m`` (R,) prices a lift and only chooses which suppliers of a unit are looked at.
    """
    cost = model.cost[rungs]
    reduced = cost + m[rungs][:, None] * model.d
    wide = 0 if model.crowd is None else _COLUMNS // model.n  # a kind may need many suppliers
    count = min(max(_CANDIDATES, wide), len(rungs))
    j = np.argpartition(reduced, count - 1, axis=0)[:count].T.ravel()
    i = np.repeat(np.arange(model.n), count)
    keep = cost[j, i] < 0.5 * NO_BID
    i, j = i[keep], j[keep]
    low = np.array([model.rungs[r].low for r in rungs], dtype=np.float64)
    high = np.array([model.rungs[r].high for r in rungs], dtype=np.float64)
    base = np.where((least := reduced.min(0)) < 0.5 * NO_BID, least, 0.0)
    at, firms = np.arange(len(i)), model.n + np.arange(len(rungs))
    fine = 3 * float((np.abs(cost[j, i]) / model.d[i]).max())
    slack = len(i) + np.arange(2 * len(rungs))  # lifts short of low, lifts above high
    columns = Columns(
        cost=np.r_[cost[j, i] - base[i], np.full(len(slack), fine * float(model.d.sum()))],
        rows=np.r_[i, model.n + j, firms, firms],
        columns=np.r_[at, at, slack],
        values=np.r_[
            np.ones(len(i)),
            model.d[i].astype(np.float64),
            np.repeat((1.0, -1.0), len(rungs)) * float(model.d.sum()),
        ],
        low=np.r_[np.ones(model.n), low],
        high=np.r_[np.ones(model.n), high],
    )
    answer = solve(columns)
    if answer is None:
        return None
    shares = np.zeros((len(rungs), model.n))
    shares[j, i] = answer.x[: len(i)]
    price = -answer.duals[model.n :]
    value = answer.value + float(base.sum()) + sum(model.rungs[r].fixed for r in rungs)
    short = float(answer.x[len(i) :].sum()) > 1e-9
    return Fit(rungs, cost, low, high, cost + price[:, None] * model.d, value, shares,
               float(np.abs(price).max()), answer.duals[: model.n] + base, short)  # fmt: skip


class Chains:
    """Local search from the LP's largest shares; breaking a bound costs ``fine`` a lift."""

    def __init__(
        self, model: Model, fit: Fit, lifts: Ints | None = None, candidates: int = _CANDIDATES
    ) -> None:
        """``lifts`` are those of the fit's units, where they are not the model's."""
        self.fit, self.d = fit, (model.d if lifts is None else lifts).astype(np.float64)
        self.at = fit.shares.argmax(0)
        self.units = np.arange(len(self.d))
        self.load = sums(self.at, self.d, len(fit.rungs))
        mean = float(np.abs(fit.cost[self.at, self.units]).sum() / self.d.sum())
        self.fine = 0.2 * mean + 3 * fit.steepest
        order = np.argsort(fit.reduced, axis=0, kind="stable")[:candidates]
        self.order = order

    def over(self, j: Ints, load: Floats) -> Floats:
        """Lifts outside the rung of ``j`` at this load."""
        return np.maximum(load - self.fit.high[j], 0.0) + np.maximum(self.fit.low[j] - load, 0.0)

    def moves(self, count: int) -> tuple[Ints, Ints]:
        """The cheapest moves by reduced cost: units and the suppliers they would go to."""
        to = self.order.ravel()
        unit = np.tile(self.units, len(self.order))
        own = self.at[unit]
        regret = self.fit.reduced[to, unit] - self.fit.reduced[own, unit]
        fine = (to != own) & (self.fit.cost[to, unit] < 0.5 * NO_BID)
        lost = self.over(np.arange(len(self.load)), self.load) > 0
        regret[lost[own] | lost[to]] *= 0.02  # whoever is outside its rung is helped first
        regret[~fine] = np.inf
        best = np.argpartition(regret, min(count, len(regret) - 1))[:count]
        best = best[np.isfinite(regret[best])]
        best = best[np.lexsort((to[best], unit[best], regret[best]))]
        return unit[best], to[best]

    def gain(self, chain: tuple[tuple[Ints, Ints], ...]) -> Floats:
        """What sets of moves change in cost and fines (negative is better)."""
        total, firms, changes = np.zeros(len(chain[0][0])), list[Ints](), list[Floats]()
        for unit, to in chain:
            own = self.at[unit]
            total += self.fit.cost[to, unit] - self.fit.cost[own, unit]
            firms += [own, to]
            changes += [-self.d[unit], self.d[unit]]
        for a, firm in enumerate(firms):
            change, first = changes[a].copy(), np.ones(len(total), np.bool_)
            for b, other in enumerate(firms):
                same = firm == other
                if b < a:
                    first &= ~same
                elif b > a:
                    change += np.where(same, changes[b], 0.0)
            load = self.load[firm]
            total += self.fine * first * (self.over(firm, load + change) - self.over(firm, load))
        return total

    def chains(self, shape: str, unit: Ints, to: Ints) -> tuple[tuple[Ints, Ints], ...]:
        """All sets of the moves of one shape; every unit moves once.

        ``1`` a move; ``2`` f>s, s>t; ``path`` f>s, s>t, t>u.
        """
        source = self.at[unit]
        rows = [np.arange(len(unit))]
        if shape != "1":
            rows = self._join(rows, to[rows[0]], source)
        if shape == "path":
            rows = self._join(rows, to[rows[1]], source)
        if len(rows) == 3:
            apart = (unit[rows[0]] != unit[rows[2]]) & (unit[rows[1]] != unit[rows[2]])
            rows = self._apart(rows, apart)
        return tuple((unit[row], to[row]) for row in rows)

    @staticmethod
    def _apart(rows: list[Ints], keep: Bools) -> list[Ints]:
        return [row[keep] for row in rows]

    def _join(self, rows: list[Ints], firm: Ints, key: Ints) -> list[Ints]:
        """Every row with every move whose ``key`` is the row's ``firm``."""
        order = np.argsort(key, kind="stable")
        first = np.searchsorted(key[order], np.arange(len(self.load) + 1))
        count = first[firm + 1] - first[firm]
        repeat = np.repeat(np.arange(len(firm)), count)
        offset = np.arange(len(repeat)) - np.repeat(np.cumsum(count) - count, count)
        return [row[repeat] for row in rows] + [order[first[firm[repeat]] + offset]]

    def budget(self, shape: str) -> int:
        """How many moves give about ``_CHAINS`` sets of this shape."""
        firms, length = len(self.load), min(3, len(shape) + (shape == "2"))
        return int((_CHAINS * firms ** (length - 1)) ** (1 / length)) if length > 1 else 3000

    def sweep(self, shape: str) -> bool:
        """Apply the best sets of this shape that do not touch one another; whether any helped."""
        chain = self.chains(shape, *self.moves(self.budget(shape)))
        gains = self.gain(chain)
        good = np.flatnonzero(gains < -0.5)
        good = good[np.argsort(gains[good], kind="stable")][:400]
        touched = np.zeros(len(self.load), np.bool_)
        for g in good:
            stops = [int(self.at[unit[g]]) for unit, _ in chain] + [int(to[g]) for _, to in chain]
            if not touched[stops].any():
                touched[stops] = True
                for unit, to in chain:
                    self._apply(int(unit[g]), int(to[g]))
        return bool(len(good))

    def _apply(self, unit: int, to: int) -> None:
        self.load[self.at[unit]] -= self.d[unit]
        self.load[to] += self.d[unit]
        self.at[unit] = to

    def run(self, sweeps: int) -> tuple[Ints, float] | None:
        """Suppliers' places in ``rungs`` for all units and the cost; None if bounds stay broken."""
        shape = 0
        for _ in range(sweeps):
            helped = self.sweep(_SHAPES[shape])
            shape = max(0, min(shape, 2) - 1) if helped else shape + 1
            if shape == len(_SHAPES):
                break
        if self.over(np.arange(len(self.load)), self.load).any():
            return None
        return self.at, float(self.fit.cost[self.at, self.units].sum())
