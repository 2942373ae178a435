"""A node's linear relaxation in HiGHS, kept warm from node to node.

Its duals become prices whose bound is counted in full (``dual``), so a column left out of the
program can only make a bound look lower, never higher; it is then put in.
"""

from dataclasses import dataclass

import numpy as np

from tuanti.solve.core import Core, build
from tuanti.solve.dual import Dual, Node, Prices, charges
from tuanti.solve.lp import Columns, lp_of, quiet
from tuanti.solve.model import Bools, Floats, Model


@dataclass
class Relaxed:
    """A node's relaxation: its prices (bound counted in full) and fractional answer."""

    prices: Prices
    value: float
    x: Floats
    missing: float


class Program:
    """The relaxation in HiGHS, kept warm from node to node; unmet rows cost ``fine``."""

    def __init__(self, model: Model, core: Core, fine: float) -> None:
        self.model, self.core = model, core
        c = core.columns
        self.nx, self.fine = len(c.cost), fine
        # what units, least orders and rules lack may be bought at a fine: every node has duals
        self.firm_rows = model.n + 2 * len(model.rungs)
        firms = range(self.firm_rows, self.firm_rows + model.S)
        rows = [r for r in range(core.links) if c.low[r] > -np.inf or r in firms]
        more = [r for r in core.rule_row.tolist() if c.high[r] < np.inf]
        signs = np.r_[np.ones(len(rows)), -np.ones(len(more))]
        at = self.nx + np.arange(len(signs))
        self.scale = max(1.0, float(np.abs(c.cost).max(initial=0.0)) / 1e3)
        wide = Columns(
            np.r_[c.cost, np.full(len(at), fine)],
            np.r_[c.rows, np.array(rows + more, dtype=np.int64)],
            np.r_[c.columns, at],
            np.r_[c.values, signs],
            c.low,
            c.high,
        )
        self.high = np.r_[np.ones(self.nx), np.full(len(at), np.inf)]
        lp = lp_of(wide, self.scale)
        lp.col_upper_ = self.high
        self.h = quiet({"presolve": "off", "dual_feasibility_tolerance": 1e-9})
        self.h.passModel(lp)
        self.held: dict[int, float] = {}
        self.used = np.full(model.S, -1)

    def raise_fine(self) -> None:
        """Make lacking dearer: it was cheaper than a lawful answer."""
        self.fine *= 64
        for column in range(self.nx, len(self.high)):
            self.h.changeColCost(column, self.fine / self.scale)

    def solve(self, node: Node) -> tuple[float, Floats, Floats]:
        """Value, x and row duals at a node."""
        want = self._bounds(node)
        for column in list(self.held):
            if column not in want:
                self.h.changeColBounds(column, 0.0, float(self.high[column]))
                del self.held[column]
        for column, value in want.items():
            if self.held.get(column) != value:
                self.h.changeColBounds(column, value, value)
                self.held[column] = value
        for s in np.flatnonzero((node.used == 1) != (self.used == 1)):
            least = 1.0 if node.used[s] == 1 else -np.inf
            self.h.changeRowBounds(self.firm_rows + int(s), least, 1.0)
        self.used = node.used
        self.h.run()
        answer = self.h.getSolution()
        value = float(self.h.getInfo().objective_function_value) * self.scale
        return (
            value + self.core.constant,
            np.array(answer.col_value),
            np.array(answer.row_dual) * self.scale,
        )

    def _bounds(self, node: Node) -> dict[int, float]:
        """Columns that the node fixes."""
        core, model, want = self.core, self.model, dict[int, float]()
        first = len(core.units)
        for r in np.flatnonzero(~node.rungs):
            want[first + int(r)] = 0.0
        for s in np.flatnonzero(node.used == 0):
            want.update({first + r: 0.0 for r in model.rungs_of[s]})
        if node.barred is not None:
            firm = np.array([rung.s for rung in model.rungs])[core.rungs]
            shut = node.barred[firm, core.units]
            want.update(dict.fromkeys(np.flatnonzero(shut).tolist(), 0.0))
        for at, (b, _) in enumerate(core.packages):
            if node.bundles[b] == 0:
                want[first + len(model.rungs) + at] = 0.0
        return want


class Relaxation:
    """The relaxation of a model's nodes; columns are put in as they are needed."""

    def __init__(
        self, model: Model, dual: Dual, keep: Bools, start: Prices, *, strong: bool = True
    ) -> None:
        self.model, self.dual, self.keep, self.start = model, dual, keep.copy(), start
        self.strong = strong
        self.rung_bids = model.bids[[rung.s for rung in model.rungs]]
        self.fine = self.least = 0.0
        self._load()

    def dearer(self) -> None:
        """Raise the fine for what is lacking, within what floating point can tell apart."""
        if self.fine > 1e6 * self.least:
            return
        self.program.raise_fine()
        self.fine = self.program.fine

    def _load(self) -> None:
        self.core = build(self.model, self.keep, self.start.u, strong=self.strong)
        least = 4 * float(np.abs(self.core.columns.cost).max(initial=0.0)) + 1.0
        self.least, self.fine = least, max(self.fine, least)
        self.program = Program(self.model, self.core, self.fine)

    def relax(self, node: Node) -> Relaxed:
        """The node's bound and fractional answer."""
        while True:
            value, x, duals = self.program.solve(node)
            u = self.start.u + duals[: self.model.n]
            signs = np.array([rule.sign for rule in self.model.rules])
            q = np.maximum(0.0, duals[self.core.rule_row] * signs) if len(signs) else np.zeros(0)
            p = self.dual.prices(u, q, node, self.start.m, node.rungs)
            done = value - p.bound <= 1e-12 * abs(value) + 0.05
            if done or not self._grow(node, p, value - p.bound):
                return Relaxed(p, value, x[: self.program.nx], float(x[self.program.nx :].sum()))

    def _grow(self, node: Node, p: Prices, short: float) -> bool:
        """Put in what may explain a bound ``short`` of the program's value; whether any was."""
        c, new = charges(self.model, p.q), np.zeros_like(self.keep)
        for mine in self.model.rungs_of:
            best = min((float(p.z[r]) for r in mine), default=0.0)
            for r in mine:
                if node.rungs[r] and p.z[r] <= best + short:
                    margin = self.dual.margins(r, p.u, c, node) + p.m[r] * self.dual.d
                    new[r] = (margin <= short) & ~self.keep[r]
        new &= self.rung_bids
        if new.any():
            self.keep |= new
            self._load()
        return bool(new.any())
