"""Large rounds: price ascent, awards from prices, a small best-first tree of winners and rungs."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tuanti.solve.ascent import ascend
from tuanti.solve.assign import Fit, transport
from tuanti.solve.branch import Fact, child
from tuanti.solve.certify import Certificate
from tuanti.solve.deal import deal
from tuanti.solve.dual import Dual, Node, Prices
from tuanti.solve.model import Model
from tuanti.solve.primal import Found, Rungs, polish, round_off, wanted

Tell = Callable[[str, float, float], None]
_LP_SHARE = 0.3  # of the gap may be between a bound and a program's value: the rest is rounding's


@dataclass(frozen=True)
class Effort:
    """How much work, in steps and never in seconds."""

    turns: int = 150
    node_turns: int = 60
    nodes: int = 60
    rungs: int = 50
    columns: int = 3000
    mip_nodes: int = 20


class Search:
    """Narrows the gap between an award and its proof until it is small enough."""

    def __init__(self, model: Model, dual: Dual, gap: float, effort: Effort, tell: Tell) -> None:
        self.model, self.dual, self.effort, self.tell = model, dual, effort, tell
        self.gap = 0.999 * gap  # prices are rounded to whole numbers in the end
        self.found, self.tried = Found(), dict[bytes, float]()
        self.best: Fit | None = None
        self.polished = 0

    def run(self, top: Node, start: Prices, certificate: Certificate) -> bool:
        """Search below ``top``; fills ``certificate``; whether the gap was reached."""
        p = self.open(top, start)
        heap: list[tuple[float, int, Node, Prices]] = [(p.bound, 0, top, p)]
        count = 0
        while heap:
            bound, _, node, p = heap[0]
            self.tell("tree", bound, self.found.cost)
            if bound >= self.cut() or count >= self.effort.nodes or self._lacks_award(bound):
                break
            fact = self.fact(node, p)
            if fact is None:  # nothing left to split by: this bound stands
                break
            heapq.heappop(heap)
            for yes in (True, False):
                side = child(self.model, node, fact, yes=yes)
                count += 1
                q = self.bound(side, p)
                heapq.heappush(heap, (q.bound, count, side, q))
            if count % 8 == 0:
                self.improve(heap[0][2], heap[0][3], heap[0][0])
        leaves = [(node, p) for _, _, node, p in heap]
        least = min(p.bound for _, p in leaves)
        self.finish(leaves, least)
        self.close(top, leaves, certificate)
        return least >= self.cut()

    def close(self, top: Node, leaves: list[tuple[Node, Prices]], certificate: Certificate) -> None:
        """Give each leaf prices that prove enough, and the same to as many leaves as they do."""
        shared = list[tuple[Prices, float]]()
        for node, p in sorted(leaves, key=lambda leaf: leaf[1].bound):
            enough = (q for q, start in shared if self.dual.total(start, q.z, node) >= self.cut())
            full = next(enough, None)
            if full is None:  # counted for all awards, to serve in other leaves as well
                full = self.dual.prices(p.u, p.q, top, p.m, top.rungs)
                shared.append((full, full.bound - self.dual.total(0.0, full.z, top)))
            certificate.leaf(node.path, full)

    def cut(self) -> float:
        """Bounds from here on prove enough."""
        cost = self.found.cost
        return cost - self.gap * abs(cost) if self.found.award else np.inf

    def open(self, top: Node, p: Prices) -> Prices:
        """The first bound and award."""
        for rise, turns in ((4e-3, 40), (1e-3, 40)):
            p = ascend(self.dual, top, p, p.bound + rise * abs(p.bound), turns)
            self.tell("prices", p.bound, self.found.cost)
        self.improve(top, p, p.bound)
        goal = self.found.cost if np.isfinite(self.found.cost) else p.bound + 1e-3 * abs(p.bound)
        if p.bound < self.cut():
            p = ascend(self.dual, top, p, goal, self.effort.turns, self.cut())
        if p.bound < self.cut():
            self.improve(top, p, p.bound)
        return p

    def _lacks_award(self, bound: float) -> bool:
        """Whether the best rungs' program is near the bound: only whole units are lacking."""
        room = _LP_SHARE * self.gap * abs(self.found.cost)
        return min(self.tried.values(), default=np.inf) < bound + room

    def bound(self, node: Node, parent: Prices) -> Prices:
        """A child's bound, from its parent's prices."""
        rungs = node.rungs & np.repeat(node.used != 0, [len(x) for x in self.model.rungs_of])
        p = self.dual.prices(parent.u, parent.q, node, parent.m, rungs)
        if p.bound >= self.cut() or not np.isfinite(self.found.cost):
            return p
        if self.fact(node, p) is None:
            p = self.settled(node, p)
        return ascend(self.dual, node, p, self.found.cost, self.effort.node_turns, self.cut())

    def settled(self, node: Node, p: Prices) -> Prices:
        """Where every rung is fixed, the transport LP has the best prices, or shows none fit."""
        fit = transport(self.model, wanted(self.model, node, p), p.m)
        if fit is None:
            return p
        self.offer(fit, p.bound)
        better = self.dual.prices(fit.u, p.q, node, p.m, node.rungs)
        return better if better.bound > p.bound else p

    def improve(self, node: Node, p: Prices, least: float) -> None:
        """Look for a better award near these prices."""
        enough = least + _LP_SHARE * self.gap * abs(least)
        fit = Rungs(self.dual, node, p, self.tried).search(self.effort.rungs, enough)
        if fit is not None:
            self.offer(fit, least)
        self.tell("award", least, self.found.cost)

    def offer(self, fit: Fit, least: float) -> None:
        """Make an award of a program's answer if it may be the best so far."""
        if not fit.short and fit.value < self.found.cost:
            self.tried[np.sort(fit.rungs).tobytes()] = fit.value
            self.best = min(fit, self.best or fit, key=lambda x: x.value)
            near = fit.value + 0.5 * self.gap * abs(fit.value)  # what whole units will not undercut
            self._whole(fit, max(near, least + self.gap * abs(least)))

    def _whole(self, fit: Fit, goal: float) -> None:
        """Awards near the program's answer, until one costs no more than ``goal``."""
        if self.model.crowd is None:
            round_off(self.model, fit, self.found, goal)
        else:
            deal(self.model, fit, self.found)

    def finish(self, leaves: list[tuple[Node, Prices]], least: float) -> None:
        """If the award is what is lacking, polish it near the leaf of the least bound."""
        node, p = min(leaves, key=lambda leaf: leaf[1].bound)
        before = np.inf
        while least < self.cut() and self.found.cost < before and self.polished < 2:
            before = self.found.cost
            self._polish(node, p, least)

    def _polish(self, node: Node, p: Prices, least: float) -> None:
        if self.model.crowd is not None:  # HiGHS' program is of single units
            return
        self.polished += 1
        if self.best is not None:
            goal = least + self.gap * abs(least)
            round_off(self.model, self.best, self.found, goal, self.polished)
            if self.found.cost <= goal:
                return
        polish(
            self.model, self.dual, node, p, self.found,
            size=self.effort.columns + 1500 * (self.polished - 1), nodes=self.effort.mip_nodes,
            target=least + 0.6 * self.gap * abs(least),
        )  # fmt: skip

    def fact(self, node: Node, p: Prices) -> Fact | None:
        """The supplier most torn between two choices (rungs, or staying out).

        Torn is who took each in many of the last turns; then whose two best are closest in worth.
        """
        best: tuple[tuple[float, float], Fact] | None = None
        for s, mine in enumerate(self.model.rungs_of):
            worth = {r: float(p.z[r]) for r in mine if node.rungs[r] and np.isfinite(p.z[r])}
            if node.used[s] == -1:
                worth[-1] = 0.0
            if node.used[s] == 0 or len(worth) < 2:
                continue
            share = dict.fromkeys(worth, 0.0)
            if p.often is not None:
                share |= {r: float(p.often[r]) for r in worth if r >= 0}
                share |= {-1: 1 - float(p.often[list(mine)].sum())}
            r, other = sorted(worth, key=lambda r: (-share[r], worth[r]))[:2]
            key = (-share[other], abs(worth[other] - worth[r]))
            rung = r if r >= 0 else other
            winner = node.used[s] == -1 and -1 in (r, other)
            name = self.model.names[s]
            fact: Fact = ("winner", name) if winner else ("tier", name, self.model.rungs[rung].k)
            if best is None or key < best[0]:
                best = (key, fact)
        return best[1] if best else None
