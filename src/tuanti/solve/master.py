"""The best prices for whole units: a master program over sets of units, grown column by column.

A column is a set of units that one supplier could win on one rung. The duals of the program are
prices; the tables answer them with the sets that are missing, and with the bound the prices prove
(Dantzig and Wolfe 1960). Prices asked for are drawn toward the best known, which keeps them calm
(Wentges 1997), and are sought in a box around it, which moves where they lean on it (du Merle,
Villeneuve, Desrosiers and Hansen 1999): without the box a unit not yet in enough sets gets a price
beyond all reason, and each program takes a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np

from tuanti.rules.award.problem import Award
from tuanti.solve.branch import Shares
from tuanti.solve.dual import Node, Prices
from tuanti.solve.lp import quiet
from tuanti.solve.model import Bools, Floats, Ints, Model
from tuanti.solve.primal import rungs_of
from tuanti.solve.tables import Tables

_CALM = 0.9
_REACH = 0.3  # half the box, in parts of the room between bound and award
_NEAR = 0.02  # so near its program's value, in parts of that room, a bound is good enough
_TINY = 1e-6


@dataclass(frozen=True)
class Mixed:
    """A node's program: its prices, its fractional answer, and how much that lacks."""

    prices: Prices
    shares: Shares
    missing: float


class Master:
    """The program of a model's nodes; sets once found are kept for all of them."""

    def __init__(self, model: Model, tables: Tables, start: Prices, room: float) -> None:
        self.model, self.tables, self.start = model, tables, start
        self.known = dict[tuple[int, bytes], int]()
        self.rung_of, self.sets = list[int](), list[Bools]()
        self.room = self.scale = max(room, 1.0)
        self.h = quiet({"presolve": "off", "dual_feasibility_tolerance": 1e-9})
        rules = len(model.rules)
        low = np.r_[np.ones(model.n), np.full(rules + model.S, -np.inf)]
        high = np.r_[np.ones(model.n), np.full(rules, np.inf), np.ones(model.S)]
        for j, rule in enumerate(model.rules):
            at = model.n + j
            low[at], high[at] = (rule.least, np.inf) if rule.sign > 0 else (-np.inf, -rule.least)
        for bounds in zip(low, high, strict=True):
            self.h.addRow(*bounds, 0, [], [])
        fine = 4 * max(float(np.abs(start.u).max(initial=1.0)), room) / self.scale
        signs = [1.0] * model.n + [float(rule.sign) for rule in model.rules]
        for row, sign in enumerate(signs):  # what is lacking may be bought at a fine
            self.h.addCol(fine, 0.0, highspy.kHighsInf, 1, [row], [sign])
        for row in range(model.n):  # and what is won twice be paid for
            self.h.addCol(fine, 0.0, highspy.kHighsInf, 1, [row], [-1.0])
        self.slack = len(signs) + model.n

    def _box(self, u: Floats, reach: float) -> None:
        """Let prices be sought within ``reach`` of ``u``."""
        n, first, off = self.model.n, self.slack - self.model.n, u - self.start.u
        columns = np.r_[np.arange(n), first + np.arange(n)].astype(np.int32)
        cost = np.r_[reach + off, reach - off] / self.scale
        self.h.changeColsCost(len(columns), columns, cost)

    def show(self, award: Award) -> None:
        """Take in the sets of an award."""
        winners, rungs = rungs_of(self.model, award)
        self._learn({r: winners == s for s, r in rungs.items()})

    def relax(self, node: Node, parent: Prices, cutoff: float, turns: int) -> Mixed:
        """The node's best prices, from its parent's; stops once they prove ``cutoff``."""
        best = self.tables.prices(parent.u, parent.q, node, parent.m, node.rungs)
        self._learn(self.tables.sets)
        self._open(node)
        reach = _REACH * min(self.room, max(cutoff - best.bound, 0.02 * self.room))
        self._box(best.u, reach)
        centre, x = best, np.zeros(0)
        for _ in range(turns):
            if best.bound >= cutoff:
                break
            value, x, u, q = self._solve()
            short = min(self.room, cutoff - best.bound)
            if value - best.bound > _NEAR * short + 0.05 + 1e-12 * abs(value):
                best, new = self._ask(node, best, u, q)
                if new:
                    continue
            if best.bound - centre.bound <= 0.1 * short or x[: self.slack].sum() <= _TINY:
                break
            centre = best
            self._box(best.u, reach)
        return self._mixed(best, x)

    def _ask(self, node: Node, best: Prices, u: Floats, q: Floats) -> tuple[Prices, bool]:
        """The best prices between the best known and ``u``, ``q``; whether a set was missing."""
        for calm in (_CALM, 0.0):
            p = self.tables.prices(
                calm * best.u + (1 - calm) * u, calm * best.q + (1 - calm) * q,
                node, best.m, node.rungs)  # fmt: skip
            best = p if p.bound > best.bound else best
            if self._learn(self.tables.sets):
                return best, True
        return best, False

    def _solve(self) -> tuple[float, Floats, Floats, Floats]:
        self.h.run()
        answer, n = self.h.getSolution(), self.model.n
        value = float(self.h.getInfo().objective_function_value) * self.scale
        duals = np.array(answer.row_dual) * self.scale
        signs = np.array([rule.sign for rule in self.model.rules], dtype=np.float64)
        q = np.maximum(0.0, duals[n : n + len(signs)] * signs)
        x, u = np.array(answer.col_value), self.start.u + duals[:n]
        return value + float(self.start.u.sum()), x, u, q

    def _learn(self, sets: Mapping[int, Bools]) -> bool:
        """Take in sets by rung; whether any is new."""
        new = False
        for r, taken in sets.items():
            key = r, taken.tobytes()
            if key not in self.known and taken.any():
                self.known[key] = len(self.sets)
                self._add(r, taken)
                new = True
        return new

    def _add(self, r: int, taken: Bools) -> None:
        model, units = self.model, np.flatnonzero(taken)
        rung = model.rungs[r]
        cost = rung.fixed + float((model.cost[r, units] - self.start.u[units]).sum())
        rows, values = units.tolist(), [1.0] * len(units)
        for j, rule in enumerate(model.rules):
            if rule.firms[rung.s]:
                lifts = float(model.d[taken & rule.units].sum())
                rows.append(model.n + j)
                values.append(1.0 if rule.level == "used" else lifts)
        rows.append(model.n + len(model.rules) + rung.s)
        values.append(1.0)
        self.h.addCol(cost / self.scale, 0.0, highspy.kHighsInf, len(rows), rows, values)
        self.rung_of.append(r)
        self.sets.append(taken)

    def _open(self, node: Node) -> None:
        """Shut the sets that the node's facts rule out."""
        if self.sets:
            shut = self._shut(node)
            columns: Ints = self.slack + np.arange(len(shut))
            high = np.where(shut, 0.0, np.inf)
            self.h.changeColsBounds(len(shut), columns.astype(np.int32), np.zeros(len(shut)), high)
        first = self.model.n + len(self.model.rules)
        for s, used in enumerate(node.used.tolist()):
            self.h.changeRowBounds(first + s, 1.0 if used == 1 else -np.inf, 1.0)

    def _shut(self, node: Node) -> Bools:
        rungs, sets = np.array(self.rung_of), np.array(self.sets)
        firm = np.array([rung.s for rung in self.model.rungs])[rungs]
        shut: Bools = ~node.rungs[rungs] | (node.used[firm] == 0)
        if node.barred is not None:
            shut |= (sets & node.barred[firm]).any(1)
        if node.must is not None:
            shut |= (node.must[firm] & ~sets).any(1)
        return shut

    def _mixed(self, p: Prices, x: Floats) -> Mixed:
        model = self.model
        units, rungs = np.zeros((model.S, model.n)), np.zeros(len(model.rungs))
        for at in np.flatnonzero(x[self.slack :] > _TINY).tolist():
            part, r = float(x[self.slack + at]), self.rung_of[at]
            units[model.rungs[r].s] += part * self.sets[at]
            rungs[r] += part
        return Mixed(p, Shares(units, rungs, np.zeros(0)), float(x[: self.slack].sum()))
