"""Whole units to suppliers, the rung of each supplier given: a transport LP, then chains of moves.

A move gives one unit to another supplier. A chain is up to three moves, each from the supplier the
one before moved to; the last may close the ring. Every supplier must stay within its rung.
"""

from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

import numpy as np

from tuanti.solve.lp import Columns, solve
from tuanti.solve.model import NO_BID, Floats, Ints, Model, sums

_NEAR = 3  # suppliers of a unit in the LP, cheapest first, unless these cannot hold the units
_COLUMNS = 12_000  # of a crowd's LP; pairs of a unit and a supplier that chains look at
_SWEEPS = 200
_LONGEST = 3  # moves of a chain
_CHAINS = 10_000  # about how many chains one sweep may weigh
_MILD = 0.03  # of the greatest fine: what the search begins with
_ROUNDS = 24  # of the search, where its goal is not reached

Chain = tuple[tuple[Ints, Ints], ...]
"""Sets of moves, place by place of the chain: units, and the suppliers they go to."""


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
    price: Floats
    """(J,) the LP's price of a lift: what is saved by one more (below 0: one less) allowed."""
    u: Floats
    """The LP's price of each unit."""
    short: bool
    """Whether the rungs cannot hold the units (the value then has a fine in it)."""


def transport(
    model: Model, rungs: Ints, m: Floats, most: float = np.inf, near: int = _NEAR
) -> Fit | None:
    """The LP of the units over ``rungs`` (one a used supplier); None if it costs over ``most``.

    ``m`` (R,) prices a lift and only chooses which suppliers of a unit are looked at: ``near``, or
    more where these cannot hold the units and all might.
    """
    low = np.array([model.rungs[r].low for r in rungs], dtype=np.float64)
    high = np.array([model.rungs[r].high for r in rungs], dtype=np.float64)
    cost = model.cost[rungs]
    if model.crowd is None:  # a unit larger than a rung is on another
        cost[model.d > high[:, None]] = NO_BID
    reduced = cost + m[rungs][:, None] * model.d
    wide = 0 if model.crowd is None else _COLUMNS // model.n  # a kind may need many suppliers
    count = min(max(near, wide), len(rungs))
    j = np.argpartition(reduced, count - 1, axis=0)[:count].T.ravel()
    i = np.repeat(np.arange(model.n), count)
    keep = cost[j, i] < 0.5 * NO_BID
    i, j = i[keep], j[keep]
    base = np.where((least := reduced.min(0)) < 0.5 * NO_BID, least, 0.0)
    at, firms = np.arange(len(i)), model.n + np.arange(len(rungs))
    fine = 3 * float((np.abs(cost[j, i]) / model.d[i]).max(initial=0.0))
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
    fixed = float(base.sum()) + sum(model.rungs[r].fixed for r in rungs)
    answer = solve(columns, most=most - fixed)
    if answer is None or answer.value + fixed > most:
        return None
    shares = np.zeros((len(rungs), model.n))
    shares[j, i] = answer.x[: len(i)]
    price = -answer.duals[model.n :]
    short = float(answer.x[len(i) :].sum()) > 1e-9
    if short and count < len(rungs) and low.sum() <= model.d.sum() <= high.sum():
        return transport(model, rungs, m, most, 2 * count)
    return Fit(rungs, cost, low, high, cost + price[:, None] * model.d, answer.value + fixed,
               shares, price, answer.duals[: model.n] + base, short)  # fmt: skip


class Chains:
    """Local search from the LP's largest shares; lifts beyond a bound cost a fine.

    The fine begins a little above what the LP says a lift is worth there, so that the cheapest
    repairs come first, and rises until no bound is worth breaking.
    """

    def __init__(
        self, model: Model, fit: Fit, lifts: Ints | None = None, candidates: int = 0
    ) -> None:
        """``lifts`` are those of the fit's units, where they are not the model's.

        ``candidates`` suppliers of a unit are looked at, cheapest first; 0: more the fewer units.
        """
        self.fit, self.d = fit, (model.d if lifts is None else lifts).astype(np.float64)
        self.at = fit.shares.argmax(0)
        self.units = np.arange(len(self.d))
        self.load = sums(self.at, self.d, len(fit.rungs))
        self.worth = np.abs(fit.price)
        mean = float(np.abs(fit.cost[self.at, self.units]).sum() / self.d.sum())
        self.most = 0.2 * mean + 2 * float(self.worth.max())
        self.fine = self.worth + self.most
        candidates = candidates or max(6, _COLUMNS // len(self.d))
        self.order = np.argsort(fit.reduced, axis=0, kind="stable")[:candidates]

    def over(self) -> Floats:
        """(J,) lifts outside the rung of each supplier."""
        above, below = self.load - self.fit.high, self.fit.low - self.load
        return np.maximum(np.maximum(above, below), 0.0)

    def moves(self, count: int) -> tuple[Ints, Ints]:
        """The cheapest moves by reduced cost: units and the suppliers they would go to."""
        to = self.order.ravel()
        unit = np.tile(self.units, len(self.order))
        own = self.at[unit]
        regret = self.fit.reduced[to, unit] - self.fit.reduced[own, unit]
        open_ = (to != own) & (self.fit.cost[to, unit] < 0.5 * NO_BID)
        lost = self.over() > 0
        regret[lost[own] | lost[to]] *= 0.02  # whoever is outside its rung is helped first
        regret[~open_] = np.inf
        best = np.argpartition(regret, min(count, len(regret) - 1))[:count]
        best = best[np.isfinite(regret[best])]
        best = best[np.lexsort((to[best], unit[best], regret[best]))]
        return unit[best], to[best]

    def gain(self, chain: Chain) -> Floats:
        """What sets of moves change in cost and fines (negative is better)."""
        sizes = [self.d[unit] for unit, _ in chain]
        none = np.zeros(len(sizes[0]))
        total, changes = none.copy(), [a - b for a, b in pairwise([none, *sizes, none])]
        for unit, to in chain:
            total += self.fit.cost[to, unit] - self.fit.cost[self.at[unit], unit]
        firms = [self.at[chain[0][0]], *(to for _, to in chain)]
        above, below, now = self.load - self.fit.high, self.fit.low - self.load, self.over()
        for a, firm in enumerate(firms):
            change, again = changes[a].copy(), np.zeros(len(total), np.bool_)
            for b, other in enumerate(firms):
                if abs(b - a) > 1:  # neighbours in a chain differ
                    same = firm == other
                    change += np.where(same, changes[b], 0.0)
                    again |= same & (b < a)
            over = np.maximum(np.maximum(above[firm] + change, below[firm] - change), 0.0)
            total += np.where(again, 0.0, self.fine[firm] * (over - now[firm]))
        return total

    def chains(self, length: int, unit: Ints, to: Ints) -> Chain:
        """All sets of ``length`` moves f>s, s>t, t>u ... of these; every unit moves once."""
        source = self.at[unit]
        rows = [np.arange(len(unit))]
        for _ in range(1, length):
            rows = self._join(rows, to[rows[-1]], source)
            twice = np.zeros(len(rows[-1]), np.bool_)
            for row in rows[:-1]:
                twice |= unit[row] == unit[rows[-1]]
            rows = [row[~twice] for row in rows]
        return tuple((unit[row], to[row]) for row in rows)

    def _join(self, rows: list[Ints], firm: Ints, key: Ints) -> list[Ints]:
        """Every row with every move whose ``key`` is the row's ``firm``."""
        order = np.argsort(key, kind="stable")
        first = np.searchsorted(key[order], np.arange(len(self.load) + 1))
        count = first[firm + 1] - first[firm]
        repeat = np.repeat(np.arange(len(firm)), count)
        offset = np.arange(len(repeat)) - np.repeat(np.cumsum(count) - count, count)
        return [row[repeat] for row in rows] + [order[first[firm[repeat]] + offset]]

    def budget(self, length: int) -> int:
        """How many moves give about ``_CHAINS`` chains so long."""
        most = (_CHAINS * len(self.load) ** (length - 1)) ** (1 / length)
        return int(most) if length > 1 else 3000

    def sweep(self, length: int) -> bool:
        """Apply the best chains so long that do not touch one another; whether any helped."""
        chain = self.chains(length, *self.moves(self.budget(length)))
        gains = self.gain(chain)
        good = np.flatnonzero(gains < -0.5)
        good = good[np.argsort(gains[good], kind="stable")][:400]
        touched = np.zeros(len(self.load), np.bool_)
        for g in good:
            stops = [int(self.at[unit[g]]) for unit, _ in chain] + [int(to[g]) for _, to in chain]
            if not touched[stops].any():
                touched[stops] = True
                for unit, to in chain:
                    self.apply(int(unit[g]), int(to[g]))
        return bool(len(good))

    def apply(self, unit: int, to: int) -> None:
        """Give one unit to the supplier at this place."""
        self.load[self.at[unit]] -= self.d[unit]
        self.load[to] += self.d[unit]
        self.at[unit] = to

    def run(self, goal: float = np.inf, seed: int = 0) -> tuple[Ints, float]:
        """Suppliers' places in ``rungs`` for all units; the cost, infinite if bounds stay broken.

        Goes on from the best so far, with mild fines drawn anew, until the cost is at ``goal``.
        """
        draw, best = np.random.default_rng(seed), (np.inf, np.inf, self.at, self.load)
        spread = np.ones(len(self.load))
        for _ in range(_ROUNDS):
            for fines in (_MILD * spread, 1.0):
                self.fine = self.worth + fines * self.most
                self._settle()
            over, cost = float(self.over().sum()), float(self.fit.cost[self.at, self.units].sum())
            best = min(best, (over, cost, self.at.copy(), self.load.copy()), key=itemgetter(0, 1))
            if not best[0] and best[1] <= goal:
                break
            self.at, self.load = best[2].copy(), best[3].copy()
            spread = np.exp(draw.normal(size=len(self.load)))
        return best[2], np.inf if best[0] else best[1]

    def _settle(self) -> None:
        """Sweep until nothing helps at these fines."""
        length = 1
        for _ in range(_SWEEPS):
            helped = self.sweep(length)
            length = max(1, length - 1) if helped else length + 1
            if length > _LONGEST:
                break
