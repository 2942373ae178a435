"""Whole units of a crowd to suppliers: the LP's lifts dealt out kind by kind, then chains of moves.

Where prices repeat, thousands of units differ in size only. Most kinds go whole to one supplier;
the few that the LP splits are dealt out, large units first, and their small units then make up for
what is a few lifts beyond a bound.
"""

import numpy as np

from tuanti.solve.assign import Chains, Fit
from tuanti.solve.model import NO_BID, Crowd, Floats, Ints, Model, sums
from tuanti.solve.primal import Found, consider

_SMALLEST = 6  # so many units a supplier of each kind that is split are moved to and fro first
_CANDIDATES = 12  # suppliers looked at for a unit: many cost the same
_ENOUGH = 2e-5  # of the LP's value: what whole units may cost more
_CHEAPEST = 6_000  # then as many units of the kinds that lose least elsewhere


def deal(model: Model, fit: Fit, found: Found) -> None:
    """Whole units from the LP's shares of a crowd's kinds; kept if lawful and better."""
    crowd = model.crowd
    assert crowd is not None
    at, few = _dealt(model, crowd, fit)
    for more in (few[:0], _cheapest(model, crowd, fit)):
        settled = _settled(model, crowd, fit, at, np.union1d(few, more))
        if settled is not None:
            consider(model, found, np.array([model.rungs[r].s for r in fit.rungs])[settled], [])
        if found.cost <= fit.value + _ENOUGH * abs(fit.value):
            return


def _dealt(model: Model, crowd: Crowd, fit: Fit) -> tuple[Ints, Ints]:
    """(N,) each unit's place in ``fit.rungs``, close to the LP's lifts; small units to move."""
    order = np.lexsort((-crowd.d, crowd.kind))
    first = np.searchsorted(crowd.kind[order], np.arange(model.n + 1))
    lifts = fit.shares * model.d
    at, few = fit.shares.argmax(0)[crowd.kind], [order[:0]]
    firms, left = (lifts > 0.5).sum(0), np.zeros(len(fit.rungs))
    for kind in np.flatnonzero(firms > 1).tolist():
        mine = order[first[kind] : first[kind + 1]]
        among = np.flatnonzero(lifts[:, kind] > 0.5)
        due = lifts[among, kind] + left[among]  # what one kind could not give, the next may
        at[mine] = among[_largest_first(due, crowd.d[mine])]
        left[among] = due - np.bincount(np.searchsorted(among, at[mine]), crowd.d[mine], len(among))
        few.append(mine[-_SMALLEST * firms[kind] :])
    shared = {
        kind: np.flatnonzero(firm) for kind, firm in enumerate(lifts.T > 0.5) if firm.sum() > 1
    }
    Swaps(crowd, fit, at, shared).run()
    return at, np.concatenate(few)


def _cheapest(model: Model, crowd: Crowd, fit: Fit) -> Ints:
    """Small units of the kinds that lose least a lift if they go to the next supplier."""
    best = np.sort(fit.reduced, axis=0)
    regret = (best[min(1, len(best) - 1)] - best[0]) / model.d
    return np.lexsort((crowd.d, crowd.kind, regret[crowd.kind]))[:_CHEAPEST]


def _largest_first(lifts: Floats, sizes: Ints) -> Ints:
    """Each unit, the largest first, to whom most is still due."""
    due, found = lifts.tolist(), list[int]()
    for size in sizes.tolist():
        to = due.index(max(due))
        due[to] -= size
        found.append(to)
    return np.array(found, dtype=np.int64)


class Swaps:
    """Hands on the lifts that a supplier has too many or too few of, by swaps within kinds.

    Units of a kind cost the same a lift, so to swap a unit of 7 lifts for one of 5 hands on two
    lifts and hardly changes the cost. Each supplier on the way keeps its lifts; the last has room.
    """

    def __init__(self, crowd: Crowd, fit: Fit, at: Ints, shared: dict[int, Ints]) -> None:
        self.crowd, self.fit, self.at, self.shared = crowd, fit, at, shared
        self.load = sums(at, crowd.d.astype(np.float64), len(fit.rungs))
        self.kinds: dict[int, list[int]] = {}
        self.sized: dict[tuple[int, int], dict[int, int]] = {}
        """For each supplier and kind: a unit of each size, and none (-1) of size 0."""
        for kind, firms in shared.items():
            for firm in firms.tolist():
                self.kinds.setdefault(firm, []).append(kind)
                self.sized[firm, kind] = {0: -1}
        for i in np.flatnonzero(np.isin(crowd.kind, [*shared])).tolist():
            self.sized[int(at[i]), int(crowd.kind[i])][int(crowd.d[i])] = i

    def run(self) -> None:
        """Change ``at`` until all rungs' bounds hold, or nothing can be handed on."""
        for firm in range(len(self.load)):
            more = int(self.load[firm] - self.held(firm, self.load[firm]))
            for giver, taker, gone, back in self.way(firm, more) if more else ():
                self.move(gone, giver, taker)
                self.move(back, taker, giver)

    def held(self, firm: int, load: float) -> float:
        """The load within the bounds that is nearest."""
        return float(min(max(load, self.fit.low[firm]), self.fit.high[firm]))

    def move(self, unit: int, giver: int, taker: int) -> None:
        """Hand over one unit (-1: none)."""
        if unit < 0:
            return
        kind, size = int(self.crowd.kind[unit]), int(self.crowd.d[unit])
        self.at[unit] = taker
        self.load[giver] -= size
        self.load[taker] += size
        self.sized[taker, kind][size] = unit
        if self.sized[giver, kind].get(size) == unit:
            del self.sized[giver, kind][size]

    def way(self, start: int, more: int) -> list[tuple[int, int, int, int]]:
        """The fewest swaps that hand on ``more`` lifts: giver, taker, unit gone, unit back."""
        ways: dict[int, list[tuple[int, int, int, int]]] = {start: []}
        queue = [start]
        for giver in queue:
            taken = {unit for step in ways[giver] for unit in step[2:]}
            for kind in self.kinds.get(giver, ()):
                for taker in self.shared[kind].tolist():
                    found = None if taker in ways else self.swap(giver, taker, kind, more)
                    if found is None or taken & {*found} - {-1}:
                        continue
                    ways[taker] = [*ways[giver], (giver, taker, *found)]
                    if self.held(taker, self.load[taker] + more) == self.load[taker] + more:
                        return ways[taker]
                    queue.append(taker)
        return []

    def swap(self, giver: int, taker: int, kind: int, more: int) -> tuple[int, int] | None:
        """Two units of a kind (or one and none) that differ by so many lifts."""
        back = self.sized[taker, kind]
        for size, unit in self.sized[giver, kind].items():
            if size - more in back:
                return unit, back[size - more]
        return None


def _settled(model: Model, crowd: Crowd, fit: Fit, at: Ints, free: Ints) -> Ints | None:
    """The same with the ``free`` units moved so that every rung's bounds hold."""
    held = np.ones(len(at), np.bool_)
    held[free] = False
    load = sums(at[held], crowd.d[held].astype(np.float64), len(fit.rungs))
    if not len(free):
        return at if ((fit.low <= load) & (load <= fit.high)).all() else None
    kind, d = crowd.kind[free], crowd.d[free]
    share = d / model.d[kind]
    shares = np.zeros((len(fit.rungs), len(free)))
    shares[at[free], np.arange(len(free))] = 1.0
    part = Fit(
        rungs=fit.rungs,
        cost=np.where(fit.cost[:, kind] < 0.5 * NO_BID, fit.cost[:, kind] * share, NO_BID),
        low=fit.low - load,
        high=fit.high - load,
        reduced=fit.reduced[:, kind] * share,
        value=fit.value,
        shares=shares,
        price=fit.price,
        u=fit.u[kind] * share,
        short=fit.short,
    )
    places, cost = Chains(model, part, d, _CANDIDATES).run()
    if not np.isfinite(cost):
        return None
    at = at.copy()
    at[free] = places
    return at
