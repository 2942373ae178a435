"""Awards of large rounds: rungs by local search, units by transport and chains, then HiGHS."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tuanti.rules.award.problem import Award, evaluate
from tuanti.solve.assign import Chains, Fit, transport
from tuanti.solve.branch import rank
from tuanti.solve.core import Core, build
from tuanti.solve.dual import Dual, Node, Prices, charges, root
from tuanti.solve.lp import solve
from tuanti.solve.model import NO_BID, Bools, Floats, Ints, Model

_MOVES = 12  # of a supplier to another rung, and as many of two suppliers, tried at a time
_FEW = 4  # up to so many suppliers a unit: only their best rungs


@dataclass
class Found:
    """The best lawful award so far and its exact cost."""

    award: Award | None = None
    cost: float = np.inf


def consider(model: Model, found: Found, winners: Ints, bundles: list[int]) -> bool:
    """Keep the award if it is lawful and better: exact cost, then quality, then the public seed."""
    if (winners < 0).any():
        return False
    award = model.award(winners, bundles)
    result = evaluate(model.problem, award)
    if result.broken or result.cost > found.cost:
        return False
    if result.cost == found.cost and found.award and rank(model, award) >= rank(model, found.award):
        return False
    found.award, found.cost = award, result.cost
    return True


def wanted(model: Model, node: Node, p: Prices) -> Ints:
    """The rung each supplier would choose at these prices, of those that want to win."""
    best = [min(mine, key=lambda r: float(p.z[r])) for mine in model.rungs_of if mine]
    return np.array(
        [r for r in best if p.z[r] < 0 or node.used[model.rungs[r].s] == 1], dtype=np.int64
    )


class Rungs:
    """Local search over who wins on which rung, guided by the prices of the bound."""

    def __init__(self, dual: Dual, node: Node, p: Prices, tried: dict[bytes, float]) -> None:
        self.dual, self.model, self.node, self.p, self.tried = dual, dual.model, node, p, tried
        self.top = root(dual.model)

    def fit(self, rungs: Ints, most: float = np.inf) -> Fit | None:
        """The transport LP over these rungs, unless it was tried before or costs over ``most``."""
        rungs = np.sort(rungs)
        if rungs.tobytes() in self.tried or not len(rungs):
            return None
        answer = transport(self.model, rungs, self.p.m, most)
        self.tried[rungs.tobytes()] = answer.value if answer else np.inf
        return answer

    def search(self, most: int, enough: float = -np.inf) -> Fit | None:
        """The best rungs met with at most ``most`` further linear programs, or good ``enough``."""
        best = self.fit(wanted(self.model, self.node, self.p))
        better = best
        while better is not None:
            best, better = better, None
            if best.value <= enough:
                break
            for rungs in self.neighbours(best)[:most]:
                fit, most = self.fit(rungs, best.value), most - 1
                if fit is not None and fit.value < best.value - 0.5:
                    better = fit
                    break
        return best

    def met(self, most: int) -> Iterator[Fit]:
        """What ``search`` met that can hold the units, the cheapest first."""
        self.search(most)
        for key in sorted(self.tried, key=lambda key: self.tried[key]):
            if np.isfinite(self.tried[key]):
                fit = transport(self.model, np.frombuffer(key, dtype=np.int64), self.p.m)
                if fit is not None and not fit.short:
                    yield fit

    def neighbours(self, best: Fit) -> list[Ints]:
        """One supplier on another rung, out, or in, then two: where that may cost less.

        The prices of the last program bound what any other rungs can save; most likely first.
        """
        model, lifts = self.model, float(self.model.d.sum())
        firm, old, new = self.moves(best.rungs)
        z = self.dual.prices(best.u, np.zeros(len(model.rules)), self.top, self.p.m, self.top.rungs)
        low, high = ([float(getattr(x, end)) for x in model.rungs] for end in ("low", "high"))
        worth, least, most = ((of := np.r_[x, 0.0])[new] - of[old] for x in (z.z, low, high))
        i, j = np.triu_indices(len(firm), 1)
        if best.short:
            keep = i == 0
        else:
            saved = best.value - float(best.u.sum()) - float(z.z[best.rungs].sum())
            keep = (firm[i] != firm[j]) & (worth[i] + worth[j] < saved - 0.5)
            keep &= best.low.sum() + least[i] + least[j] <= lifts
            keep &= best.high.sum() + most[i] + most[j] >= lifts
        i, j = i[keep], j[keep]
        order = np.argsort(worth[i] + worth[j], kind="stable")
        one = i[order] == 0
        return [
            np.setdiff1d(np.r_[np.setdiff1d(best.rungs, old[[a, b]]), new[[a, b]]], -1)
            for at in (order[one][:_MOVES], order[~one][:_MOVES])
            for a, b in zip(i[at], j[at], strict=True)
        ]

    def moves(self, rungs: Ints) -> tuple[Ints, Ints, Ints]:
        """What may change: the supplier, its rung now and then (-1: none). First: nothing."""
        now = {self.model.rungs[r].s: int(r) for r in rungs}
        found, used = [(-1, -1, -1)], self.node.used
        for s, mine in enumerate(self.model.rungs_of):
            open_ = [r for r in mine if self.node.rungs[r] and used[s] != 0]
            to = [*open_, *([-1] if used[s] != 1 else [])]
            found += [(s, now.get(s, -1), r) for r in to if r != now.get(s, -1)]
        firm, old, new = np.array(found).T
        return firm, old, new


def round_off(model: Model, fit: Fit, found: Found, goal: float, seed: int = 0) -> None:
    """Whole units by chains of moves from the LP's shares, until they cost ``goal``.

    Where they are not within these rungs they may be lawful on others, and are looked at, too.
    """
    fixed = sum(model.rungs[r].fixed for r in fit.rungs)
    places, _ = Chains(model, fit).run(goal - fixed, seed)
    firm = np.array([model.rungs[r].s for r in fit.rungs])
    consider(model, found, firm[places], [])


def columns_near(
    model: Model, dual: Dual, node: Node, p: Prices, found: Found, *, size: int, own: int
) -> Bools:
    """(R, n) the ``size`` columns cheapest at these prices, ``own`` of each unit, the award's."""
    rise = extra(model, dual, node, p)
    if found.award is not None:
        rise = _with_award(model, found.award, rise)
    finite: Bools = np.isfinite(rise)
    size = min(size, int(finite.sum()))
    if not size:
        return finite
    keep: Bools = finite & (rise <= np.partition(rise[finite], size - 1)[size - 1])
    return keep | _own(model, p, rise, own)


def _own(model: Model, p: Prices, rise: Floats, own: int) -> Bools:
    """(R, n) each unit's ``own`` cheapest suppliers: best rung and next; if many, all rungs."""
    wide = own > _FEW
    near = [list(mine) if wide else _best_and_next(p, mine) for mine in model.rungs_of]
    least = np.array(
        [rise[mine].min(0) if mine else np.full(model.n, np.inf) for mine in near], dtype=np.float64
    )
    chosen = np.zeros((model.S, model.n), np.bool_)
    first = np.argsort(least, axis=0, kind="stable")[:own]
    chosen[first, np.arange(model.n)] = True
    keep = np.zeros(rise.shape, np.bool_)
    for s, mine in enumerate(near):
        keep[mine] = chosen[s]
    return keep & np.isfinite(rise)


def _best_and_next(p: Prices, mine: tuple[int, ...]) -> list[int]:
    if not mine:
        return []
    best = min(range(len(mine)), key=lambda at: float(p.z[mine[at]]))
    return list(mine[best : best + 2])


def relaxed(model: Model, dual: Dual, node: Node, p: Prices, *, own: int) -> Prices:
    """Prices from HiGHS' duals of the relaxation near ``p``, where rules have prices, too."""
    keep = columns_near(model, dual, node, p, Found(), size=model.n, own=own)
    core = build(model, keep, p.u, strong=False)
    answer = solve(core.columns)
    if answer is None:
        return p
    signs = np.array([rule.sign for rule in model.rules])
    q = np.maximum(0.0, answer.duals[core.rule_row] * signs)
    return dual.prices(p.u + answer.duals[: model.n], q, node, p.m, node.rungs)


def polish(
    model: Model, dual: Dual, node: Node, p: Prices, found: Found, *, size: int, nodes: int,
    target: float, own: int = 1, strong: bool = False,
) -> None:  # fmt: skip
    """HiGHS over the columns near these prices, every rule included."""
    keep = columns_near(model, dual, node, p, found, size=size, own=own)
    core = build(model, keep, p.u, strong=strong)
    count = len(core.units) + len(model.rungs) + len(core.packages)
    whole = np.arange(len(core.columns.cost)) < count
    answer = solve(core.columns, whole=whole, nodes=nodes, target=target - core.constant,
                   start=_start(model, core, found))  # fmt: skip
    if answer is not None:
        consider(model, found, *core.award(model, answer.x))


def extra(model: Model, dual: Dual, node: Node, p: Prices) -> Floats:
    """(R, n) how much the bound rises at least if a unit goes to a rung; infinite: it cannot."""
    c, found = charges(model, p.q), np.full(model.cost.shape, np.inf)
    for mine in model.rungs_of:
        best = min(0.0, min((float(p.z[r]) for r in mine), default=0.0))
        for r in mine:
            if node.rungs[r] and node.used[model.rungs[r].s]:
                margin = dual.margins(r, p.u, c, node) + p.m[r] * dual.d
                rise = float(p.z[r]) - best + np.maximum(margin, 0.0)
                found[r] = np.where(margin < 0.5 * NO_BID, rise, np.inf)
    return found


def _with_award(model: Model, award: Award, rise: Floats) -> Floats:
    """The same, with the award's own columns first."""
    winners, rungs = rungs_of(model, award)
    rise = rise.copy()
    own = np.array([rungs[s] for s in winners])
    biddable = model.cost[own, np.arange(model.n)] < 0.5 * NO_BID
    rise[own[biddable], np.flatnonzero(biddable)] = 0.0
    return rise


def rungs_of(model: Model, award: Award) -> tuple[Ints, dict[int, int]]:
    """The winners in model positions, and the rung each is on."""
    home = np.empty(model.S, np.int64)
    home[model.firms] = np.arange(model.S)
    winners = home[np.array(award.winners)[model.units]]
    lifts = np.bincount(winners, weights=model.d, minlength=model.S)
    rungs = {
        int(s): next(
            r for r in model.rungs_of[s] if model.rungs[r].low <= lifts[s] <= model.rungs[r].high
        )
        for s in np.unique(winners)
    }
    return winners, rungs


def _start(model: Model, core: Core, found: Found) -> Floats | None:
    """The best award so far as a first solution for HiGHS."""
    if found.award is None:
        return None
    winners, rungs = rungs_of(model, found.award)
    taken = set(found.award.packages)
    packed = {int(i) for b in model.bundles if b.at in taken for i in b.units}
    x = np.zeros(len(core.columns.cost))
    own = np.array([rungs[int(s)] for s in winners])
    alone = np.array([int(i) not in packed for i in core.units])
    x[: len(core.units)] = (own[core.units] == core.rungs) & alone
    x[len(core.units) + np.array(sorted(rungs.values()))] = 1.0
    for at, (b, r) in enumerate(core.packages):
        inside = model.bundles[b].at in taken and rungs[model.bundles[b].s] == r
        x[len(core.units) + len(model.rungs) + at] = float(inside)
    return x
