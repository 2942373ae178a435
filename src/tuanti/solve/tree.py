"""Small rounds to the end: a best-first tree that finds the best award and proves it."""

import heapq
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tuanti.solve.branch import branch, child
from tuanti.solve.certify import Certificate
from tuanti.solve.dual import Dual, Node, Prices, root
from tuanti.solve.model import NO_BID, Bools, Model
from tuanti.solve.primal import Found, consider
from tuanti.solve.relax import Relaxation, Relaxed

_TINY = 1e-6


class Exact:
    """The tree: finds the best award of a small round and proves it."""

    def __init__(self, model: Model, dual: Dual, keep: Bools, start: Prices, found: Found) -> None:
        self.model, self.dual, self.found = model, dual, found
        self.relaxation = Relaxation(model, dual, keep, start)
        self._costless: Relaxation | None = None

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
            self._costless = Relaxation(free, Dual(free), cost < 1, zero)
        return self._costless

    def run(
        self, gap: float, certificate: Certificate, nodes: int, tell: Callable[[float], None]
    ) -> bool:
        """Close every leaf within ``gap``, or with the bound it has once ``nodes`` are used up."""
        top = root(self.model)
        open_: list[tuple[float, int, Node, Prices]] = [(-np.inf, 0, top, self.relaxation.start)]
        count = 0
        while open_:
            _, _, node, parent = self._next(open_)
            count += 1
            if count > nodes:  # its parent's prices hold here, too
                certificate.leaf(node.path, parent)
                continue
            answer = self.relaxation.relax(node)
            if answer.missing > _TINY and not self._closed(answer.prices.bound, gap):
                if self._empty(node, certificate):
                    continue
                answer = self._whole(node, answer)
            if answer.missing <= _TINY:
                self._try(answer)
            if self._closed(answer.prices.bound, gap):
                certificate.leaf(node.path, answer.prices)
                continue
            bound = max(answer.prices.bound, parent.bound)
            for at, side in enumerate(self._branch(node, answer)):
                heapq.heappush(open_, (bound, -2 * count - at, side, answer.prices))
            tell(min(entry[0] for entry in open_[:1]))
        return count <= nodes

    def _next(
        self, open_: list[tuple[float, int, Node, Prices]]
    ) -> tuple[float, int, Node, Prices]:
        """The node of the least bound; while no award is known, the deepest."""
        if self.found.award is not None:
            return heapq.heappop(open_)
        deepest = open_.pop(min(range(len(open_)), key=lambda at: open_[at][1]))
        heapq.heapify(open_)
        return deepest

    def _closed(self, bound: float, gap: float) -> bool:
        slack = max(0.6, gap * abs(self.found.cost)) if self.found.award else 0.0
        return self.found.award is not None and bound >= self.found.cost - slack

    def _empty(self, node: Node, certificate: Certificate) -> bool:
        """Close the leaf if the relaxation without costs lacks something even so."""
        answer = self.costless().relax(node)
        if answer.prices.bound <= 1e-4:
            return False
        certificate.leaf(node.path, answer.prices, empty=True)
        return True

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

    def _branch(self, node: Node, answer: Relaxed) -> list[Node]:
        fact, likely = branch(self.model, self.relaxation.core, node, answer.x)
        return [child(self.model, node, fact, yes=yes) for yes in (not likely, likely)]
