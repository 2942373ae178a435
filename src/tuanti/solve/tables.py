"""The bound with whole units: a rung's worth by a table over lifts, not by a price per lift.

Where a supplier wins a handful of lots, no price per lift tells it which lots fill its rung best.
A table does: the least a set of units can add, for every number of lifts the set may have.
"""

import numpy as np

from tuanti.solve.dual import Charges, Dual, Node, Prices, charges
from tuanti.solve.model import NO_BID, Bools, Floats, Ints, Model

_CORE = 16  # units looked at first


class Tables(Dual):
    """Prices whose bound counts the rungs that matter by tables."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.sets = dict[int, Bools]()
        """By rung, the set that was least at the last prices."""

    def prices(self, u: Floats, q: Floats, node: Node, m: Floats, rungs: Bools) -> Prices:
        """The bound, by tables where they raise it; ``tables`` says where."""
        p, self.sets = super().prices(u, q, node, m, rungs), {}
        c, exact = charges(self.model, q), np.zeros(len(m), np.bool_)
        for s, mine in enumerate(self.model.rungs_of):
            if not node.used[s] or c.nested or any(b.s == s for b in self.model.bundles):
                continue
            free = 0.0 if node.used[s] == -1 else np.inf
            best = before = min([free, *(float(p.z[r]) for r in mine)])
            least = free
            for r in sorted(mine, key=lambda r: float(p.z[r])):
                if p.z[r] >= least:
                    least = min(least, float(p.z[r]))
                    break
                p.z[r], self.sets[r] = self.table(r, u, c, node, float(p.m[r]))
                exact[r], least = True, min(least, float(p.z[r]))
            best = least
            p.bound += best - before if before < np.inf else 0.0
        p.tables = exact
        return p

    def table(self, r: int, u: Floats, c: Charges, node: Node, m: float) -> tuple[float, Bools]:
        """The least the supplier can add on rung ``r`` with whole units, and which it takes.

        ``m`` is the rung's best price per lift. A unit far from paying at it, or far from not
        paying, is settled: going the other way costs more than the best set found so far.
        """
        rung, margin, d = self.model.rungs[r], self.margins(r, u, c, node), self.model.d
        taken = np.zeros(self.model.n, np.bool_) if node.must is None else node.must[rung.s].copy()
        held, fixed = int(d[taken].sum()), rung.fixed + float(c.used[rung.s] + margin[taken].sum())
        low, high = max(0, rung.low - held), rung.high - held
        if fixed > 0.5 * NO_BID or high < 0:
            return np.inf, taken
        open_ = np.flatnonzero(~taken & (margin < 0.5 * NO_BID))
        shifted = margin[open_] + m * d[open_]
        far = np.argsort(np.abs(shifted), kind="stable")
        open_, shifted = open_[far], shifted[far]
        ideal = float(np.minimum(shifted, 0.0).sum()) - m * (high if m > 0 else low)
        size = _CORE
        while True:
            sure = open_[size:][shifted[size:] < 0]
            own, lifts = float(margin[sure].sum()), int(d[sure].sum())
            core = open_[:size]
            value, chosen = _fill(d[core], margin[core], low - lifts, high - lifts)
            needed = int((np.abs(shifted) <= own + value - ideal).sum())
            if needed <= size or size >= len(open_):
                break
            size = max(2 * size, needed) if np.isfinite(value) else 2 * size
        taken[sure] = True
        taken[core[chosen]] = True
        return fixed + own + value, taken


def _fill(d: Ints, margin: Floats, low: int, high: int) -> tuple[float, Bools]:
    """The least sum of margins of a set that has ``low`` to ``high`` lifts, and the set."""
    chosen = np.zeros(len(d), np.bool_)
    low, high = max(low, 0), min(high, int(d.sum()))
    if low > high:
        return np.inf, chosen
    best = np.full(high + 1, np.inf)
    best[0] = 0.0
    steps = np.zeros((len(d), high + 1), np.bool_)
    for at, (size, own) in enumerate(zip(d.tolist(), margin.tolist(), strict=True)):
        if size <= high:
            with_it = best[: high + 1 - size] + own
            np.less(with_it, best[size:], out=steps[at, size:])
            np.minimum(with_it, best[size:], out=best[size:])
    end = low + int(best[low:].argmin())
    value = float(best[end])
    for at in range(len(d) - 1, -1, -1):
        if steps[at, end]:
            chosen[at], end = True, end - int(d[at])
    return value, chosen
