"""A best-first tree over HiGHS' relaxations that finds an award and proves how good it is.

Small rounds are split to the end: down to the pair of a unit and a supplier. In large rounds with
rules only winners and rungs are split by (``coarse``): once they are whole, HiGHS places the units,
and the node keeps the bound it has.
"""

import heapq
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tuanti.solve.ascent import ascend
from tuanti.solve.branch import Shares, branch, child, whole_rungs
from tuanti.solve.certify import Certificate
from tuanti.solve.dual import Dual, Node, Prices, root
from tuanti.solve.lp import solve
from tuanti.solve.master import Master
from tuanti.solve.model import NO_BID, Bools, Floats, Model
from tuanti.solve.primal import Found, consider, polish, relaxed
from tuanti.solve.relax import Relaxation, Relaxed
from tuanti.solve.tables import Tables

_TINY = 1e-6
_TURNS = 30  # of price ascent at a coarse node: its relaxation is a weak one
_COLUMNS = 3000
_SUGGEST = 100
_MANY = 400  # turns of a master program
_TRIAL = 40  # turns after which whole sets must have closed so much of the gap,
_WORTH_IT = 0.05  # or prices a lift do as well
AROUND = 250  # columns beside the best of each unit
_TRIES = 500  # nodes of HiGHS among them, so often
_POLISHES = 4

Entry = tuple[float, int, Node, Prices]


class Tree:
    """Finds the best award of a round and proves it, or how near to it the best can be."""

    def __init__(
        self, model: Model, dual: Dual, keep: Bools, start: Prices, found: Found, gap: float,
        *, coarse: bool = False,
    ) -> None:  # fmt: skip
        self.model, self.dual, self.found, self.gap, self.coarse = model, dual, found, gap, coarse
        self.relaxation = Relaxation(model, dual, keep, start, strong=not coarse)
        self._costless: Relaxation | None = None

    def run(
        self, certificate: Certificate, nodes: int, tell: Callable[[str, float, float], None]
    ) -> None:
        """Close every leaf within the gap, or with the bound it has once ``nodes`` are used up."""
        open_: list[Entry] = [(-np.inf, 0, root(self.model), self.relaxation.start)]
        count = 0
        if self.coarse:
            self._suggest(root(self.model))
        while open_:
            _, _, node, parent = self._next(open_)
            count += 1
            if count > nodes or self._closed(parent.bound):  # these prices hold here, too
                certificate.leaf(node.path, parent)
                continue
            p, sides = self._visit(node, parent, certificate)
            for at, side in enumerate(sides):
                heapq.heappush(open_, (p.bound, -2 * count - at, side, p))
            tell("tree", open_[0][0] if open_ else p.bound, self.found.cost)

    def _visit(
        self, node: Node, parent: Prices, certificate: Certificate
    ) -> tuple[Prices, list[Node]]:
        """The node's prices, and its two sides unless it is closed here."""
        answer = self.relaxation.relax(node)
        if answer.missing > _TINY and not self._closed(answer.prices.bound):
            if self._empty(node, certificate):
                return answer.prices, []
            answer = self._whole(node, answer)
        if answer.missing <= _TINY:
            self._try(answer)
        p = self._best(node, answer.prices, parent)
        shares = self.relaxation.core.shares(self.model, answer.x)
        if not self._closed(p.bound):
            p, shares = self._sharper(node, p, shares)
        if not self._closed(p.bound):
            split = branch(self.model, node, shares)
            if split and (not self.coarse or split[0][0] in ("winner", "tier")):
                fact, likely = split
                return p, [child(self.model, node, fact, yes=yes) for yes in (not likely, likely)]
            if answer.missing <= _TINY and answer.value < self.found.cost:
                self._place(node, answer.prices, answer.x, answer.value)
        certificate.leaf(node.path, p)
        return p, []

    def _best(self, node: Node, p: Prices, parent: Prices) -> Prices:
        """The better of these prices and the parent's; coarse nodes have them raised further."""
        if self.coarse and not self._closed(p.bound):
            known = self.found.award is not None
            goal = self.found.cost if known else p.bound + 2e-3 * abs(p.bound)
            p = ascend(self.dual, node, p, goal, _TURNS)
        return p if p.bound >= parent.bound else parent

    def _sharper(self, _node: Node, p: Prices, shares: Shares) -> tuple[Prices, Shares]:
        """Better prices than the relaxation's, and their fractional answer, if there are any."""
        return p, shares

    def _next(self, open_: list[Entry]) -> Entry:
        """The node of the least bound; while no award is known, the deepest."""
        if self.found.award is not None:
            return heapq.heappop(open_)
        deepest = open_.pop(min(range(len(open_)), key=lambda at: open_[at][1]))
        heapq.heapify(open_)
        return deepest

    def _closed(self, bound: float) -> bool:
        slack = max(0.6, self.gap * abs(self.found.cost)) if self.found.award else 0.0
        return self.found.award is not None and bound >= self.found.cost - slack

    def _empty(self, node: Node, certificate: Certificate) -> bool:
        """Close the leaf if the relaxation without costs lacks something even so."""
        answer = self.costless().relax(node)
        if answer.prices.bound <= 1e-4:
            return False
        certificate.leaf(node.path, answer.prices, empty=True)
        return True

    def costless(self) -> Relaxation:
        """The relaxation without costs: what a node lacks, if anything."""
        if self._costless is None:
            cost = np.where(self.model.cost < 0.5 * NO_BID, 0.0, NO_BID)
            free = replace(
                self.model,
                cost=cost,
                rungs=tuple(replace(rung, fixed=0) for rung in self.model.rungs),
                bundles=tuple(replace(bundle, cost=0) for bundle in self.model.bundles),
            )
            zero = replace(self.relaxation.start, u=np.zeros(self.model.n), m=np.zeros(len(cost)))
            self._costless = Relaxation(free, Dual(free), cost < 1, zero, strong=not self.coarse)
        return self._costless

    def _whole(self, node: Node, answer: Relaxed) -> Relaxed:
        """Where nothing need be lacking, make lacking dear enough not to pay."""
        for _ in range(4):
            if answer.missing <= _TINY:
                break
            self.relaxation.dearer()
            answer = self.relaxation.relax(node)
        return answer

    def _try(self, answer: Relaxed) -> None:
        """If the answer is whole, evaluate it exactly."""
        nx = len(self.relaxation.core.units)
        x = answer.x[: nx + len(self.model.rungs) + len(self.relaxation.core.packages)]
        if np.abs(x - np.round(x)).max(initial=0.0) < _TINY:
            consider(self.model, self.found, *self.relaxation.core.award(self.model, answer.x))

    def _suggest(self, node: Node) -> None:
        """A first award: HiGHS chooses winners and rungs over the columns at hand."""
        core = self.relaxation.core
        first, rungs = len(core.units), len(self.model.rungs)
        at = np.arange(len(core.columns.cost))
        answer = solve(core.columns, whole=(at >= first) & (at < first + rungs), nodes=_SUGGEST)
        if answer is not None:
            value = answer.value + core.constant
            self._place(node, self.relaxation.start, answer.x, value)

    def _place(self, node: Node, p: Prices, x: Floats, value: float) -> None:
        """Give units to the winners and rungs of ``x``, which is worth ``value``, by HiGHS."""
        first = len(self.relaxation.core.units)
        y = x[first : first + len(self.model.rungs)] > 0.5
        firm = np.array([rung.s for rung in self.model.rungs])
        used = np.isin(np.arange(self.model.S), firm[y]).astype(np.int64)
        side = replace(node, rungs=node.rungs & y, used=used)
        p = relaxed(self.model, self.dual, side, p, own=self.model.S)
        polish(self.model, self.dual, side, p, self.found, size=_COLUMNS, nodes=20,
               target=value + 0.3 * self.gap * abs(value), own=3)  # fmt: skip


class Priced(Tree):
    """The tree over master programs, for rounds where tables can count.

    Where the relaxation has someone on parts of rungs and tables add little, that is split first.
    """

    def __init__(
        self, model: Model, dual: Dual, keep: Bools, start: Prices, found: Found, gap: float
    ) -> None:
        super().__init__(model, dual, keep, start, found, gap)
        self.tables = Tables(model)
        self.master: Master | None = None
        self.polished = 0

    def _sharper(self, node: Node, p: Prices, shares: Shares) -> tuple[Prices, Shares]:
        """The master program's prices, once tables help."""
        if self.found.award is None:
            return p, shares
        if p.tables is None:
            p, helps = self._trial(node, p, whole=whole_rungs(shares))
            if self._closed(p.bound) or not helps:
                return p, shares
        master = self._program(p)
        mixed = master.relax(node, p, self._goal(), _MANY)
        units = mixed.shares.units
        if mixed.missing <= _TINY and np.abs(units - np.round(units)).max() < _TINY:
            consider(self.model, self.found, units.argmax(0), [])
        return (mixed.prices if mixed.prices.bound >= p.bound else p), mixed.shares

    def _trial(self, node: Node, p: Prices, *, whole: bool) -> tuple[Prices, bool]:
        """Prices by tables, and whether those help: where all rungs are whole, nothing else does.

        There a good award can be found, too, and the better it is, the smaller the program's box.
        """
        if whole and self.polished < _POLISHES:
            self.polished += 1
            polish(self.model, self.dual, node, p, self.found, size=self.model.n + AROUND,
                   nodes=_TRIES, target=p.bound + 0.6, strong=True)  # fmt: skip
        if not whole and node.path:
            return p, False
        q = ascend(self.tables, node, p, self.found.cost, _TRIAL)
        return q, whole or q.bound - p.bound > _WORTH_IT * (self.found.cost - p.bound)

    def _program(self, p: Prices) -> Master:
        """The master program, with the sets of the best award."""
        if self.master is None:
            room = max(self.found.cost - p.bound, 1.0)
            self.master = Master(self.model, self.tables, p, room)
        if self.found.award is not None:
            self.master.show(self.found.award)
        return self.master

    def _goal(self) -> float:
        return self.found.cost - max(0.6, self.gap * abs(self.found.cost))
