"""The award as a mixed-integer program over chosen columns, every rule included.

Variables, in this order: x (unit on rung), y (rung), b (package on rung), v (supplier present in a
lot of several units), w (supplier present in a district group). Links x <= y make it strong.
"""

from dataclasses import dataclass

import numpy as np

from tuanti.solve.branch import Shares
from tuanti.solve.lp import Columns
from tuanti.solve.model import NO_BID, Bools, Floats, Ints, Model, Rule


@dataclass(frozen=True)
class Core:
    """``columns`` for HiGHS and what each column stands for; row ``u0 + i`` is unit i's."""

    columns: Columns
    units: Ints
    rungs: Ints
    packages: tuple[tuple[int, int], ...]
    constant: float
    rule_row: Ints
    """For each rule of the model its row, or -1."""
    links: int
    """The first link row; those before are needed, those after only make the relaxation strong."""

    def award(self, model: Model, x: Floats) -> tuple[Ints, list[int]]:
        """The winner of each unit (model positions) and the packages of a 0/1 solution."""
        nx, ny = len(self.units), len(model.rungs)
        firm = np.array([rung.s for rung in model.rungs])
        winners = np.full(model.n, -1, dtype=np.int64)
        won = np.flatnonzero(x[:nx] > 0.5)
        winners[self.units[won]] = firm[self.rungs[won]]
        taken = [b for at, (b, _) in enumerate(self.packages) if x[nx + ny + at] > 0.5]
        for b in taken:
            winners[model.bundles[b].units] = model.bundles[b].s
        return winners, sorted(set(taken))

    def shares(self, model: Model, x: Floats) -> Shares:
        """A fractional solution by units, rungs and packages."""
        nx, ny = len(self.units), len(model.rungs)
        firm = np.array([rung.s for rung in model.rungs])
        units, bundles = np.zeros((model.S, model.n)), np.zeros(len(model.bundles))
        np.add.at(units, (firm[self.rungs], self.units), x[:nx])
        for at, (b, _) in enumerate(self.packages):
            bundles[b] += x[nx + ny + at]
        return Shares(units, x[nx : nx + ny], bundles)


class _Rows:
    """Rows collected as triples."""

    def __init__(self) -> None:
        self.low, self.high = list[float](), list[float]()
        self.parts: list[tuple[Ints, Ints, Floats]] = []

    def add(self, low: float, high: float, columns: Ints, values: Floats | float) -> int:
        at = len(self.low)
        self.low.append(low)
        self.high.append(high)
        size = np.full(len(columns), at)
        self.parts.append((size, columns, np.broadcast_to(np.asarray(values, float), len(columns))))
        return at

    def block(self, low: Floats, high: Floats, rows: Ints, columns: Ints, values: Floats) -> int:
        """Many rows at once; ``rows`` count from 0."""
        at = len(self.low)
        self.low += low.tolist()
        self.high += high.tolist()
        self.parts.append((rows + at, columns, values))
        return at


def build(model: Model, keep: Bools, u: Floats, *, strong: bool) -> Core:
    """The program over the columns (rung, unit) in ``keep``; ``u`` shifts costs for accuracy."""
    rungs, units = np.nonzero(keep & (model.cost < 0.5 * NO_BID))
    order = np.lexsort((rungs, units))
    rungs, units = rungs[order], units[order]
    packages = tuple((b, r) for b, x in enumerate(model.bundles) for r in model.rungs_of[x.s])
    nx, ny, d = len(units), len(model.rungs), model.d.astype(np.float64)
    x, y, rows = np.arange(nx), nx + np.arange(ny), _Rows()
    pack = nx + ny + np.arange(len(packages))
    cover = [(pack[at], i) for at, (b, _) in enumerate(packages) for i in model.bundles[b].units]
    ones = np.ones(model.n)
    rows.block(ones, ones, np.r_[units, np.array([i for _, i in cover], dtype=np.int64)],
               np.r_[x, np.array([at for at, _ in cover], dtype=np.int64)],
               np.ones(nx + len(cover)))  # fmt: skip
    size = np.array([d[model.bundles[b].units].sum() for b, _ in packages])
    of = np.array([r for _, r in packages], dtype=np.int64)
    for bound, low, high in (("high", -np.inf, 0.0), ("low", 0.0, np.inf)):
        edge = np.array([getattr(rung, bound) for rung in model.rungs], dtype=np.float64)
        rows.block(np.full(ny, low), np.full(ny, high), np.r_[rungs, of, np.arange(ny)],
                   np.r_[x, pack, y], np.r_[d[units], size, -edge])  # fmt: skip
    firm = np.array([rung.s for rung in model.rungs])
    rows.block(np.full(model.S, -np.inf), np.ones(model.S), firm, y, np.ones(ny))
    extra = _Presence(model, rows, nx + ny + len(packages), (x, rungs, units), (pack, packages))
    rule_row = np.array([extra.rule(rule, y, firm) for rule in model.rules], dtype=np.int64)
    links = len(rows.low)
    if strong:
        two = np.r_[np.arange(nx), np.arange(nx)]
        rows.block(np.full(nx, -np.inf), np.zeros(nx), two, np.r_[x, y[rungs]],
                   np.r_[np.ones(nx), -np.ones(nx)])  # fmt: skip
    for at, (_, r) in enumerate(packages):
        rows.add(-np.inf, 0.0, np.array([pack[at], y[r]]), np.array([1.0, -1.0]))
    own = [model.bundles[b].cost - float(u[model.bundles[b].units].sum()) for b, _ in packages]
    cost = np.r_[model.cost[rungs, units] - u[units], [float(r.fixed) for r in model.rungs], own,
                 np.zeros(extra.next - nx - ny - len(packages))]  # fmt: skip
    triples = [np.concatenate([part[k] for part in rows.parts]) for k in range(3)]
    columns = Columns(
        cost, triples[0], triples[1], triples[2], np.array(rows.low), np.array(rows.high)
    )
    return Core(columns, units, rungs, packages, float(u.sum()), rule_row, links)


class _Presence:
    """Presence variables, made only where a rule counts them, and the rules' rows."""

    def __init__(self, model: Model, rows: _Rows, first: int, x: tuple[Ints, Ints, Ints],
                 packages: tuple[Ints, tuple[tuple[int, int], ...]]) -> None:  # fmt: skip
        self.model, self.rows, self.next = model, rows, first
        self.x, self.rungs, self.units = x
        self.pack, self.packages = packages
        self.firm = np.array([rung.s for rung in model.rungs])[self.rungs]
        self.several = np.bincount(model.lot)[model.lot] > 1
        self.known: dict[tuple[str, int, int], int] = {}
        self.first_rung = len(self.x)

    def rule(self, rule: Rule, y: Ints, firm: Ints) -> int:
        """Write the rule's row; returns its number."""
        bounds = (float(rule.least), np.inf) if rule.sign > 0 else (-np.inf, float(-rule.least))
        if rule.level == "used":
            return self.rows.add(*bounds, y[rule.firms[firm]], 1.0)
        mine = rule.firms[self.firm] & rule.units[self.units]
        if rule.level == "lift":
            columns, values = self.x[mine], self.model.d[self.units[mine]].astype(np.float64)
            weigh = self.model.d
        elif rule.level == "lot":
            columns, values = self._lots(mine)
            weigh = self._once(self.model.lot)
        else:
            columns, values = self._groups(rule, mine)
            weigh = np.zeros(self.model.n, np.int64)
        for at, (b, _) in enumerate(self.packages):
            bundle = self.model.bundles[b]
            inside = bundle.units[rule.units[bundle.units]]
            count = float(weigh[inside].sum()) if rule.firms[bundle.s] else 0.0
            columns, values = np.r_[columns, self.pack[at]], np.r_[values, count]
        return self.rows.add(*bounds, columns, values)

    def _once(self, place: Ints) -> Ints:
        """1 at the first unit of each lot, else 0: to count lots of whole packages."""
        return np.diff(place, prepend=-1).clip(0, 1).astype(np.int64)

    def _lots(self, mine: Bools) -> tuple[Ints, Floats]:
        """Columns that count the lots a supplier is in: x itself where the lot is one unit."""
        single = self.x[mine & ~self.several[self.units]]
        rest = np.flatnonzero(mine & self.several[self.units])
        present = {self._lot(int(self.firm[c]), int(self.model.lot[self.units[c]])) for c in rest}
        columns = np.r_[single, np.array(sorted(present), dtype=np.int64)].astype(np.int64)
        return columns, np.ones(len(columns))

    def _lot(self, s: int, lot: int) -> int:
        """V >= the supplier's share of each unit of the lot."""
        if ("lot", s, lot) not in self.known:
            v = self.known["lot", s, lot] = self._new()
            for i in np.flatnonzero(self.model.lot == lot):
                columns = self.x[(self.firm == s) & (self.units == i)]
                self.rows.add(-np.inf, 0.0, np.r_[columns, v], np.r_[np.ones(len(columns)), -1.0])
        return self.known["lot", s, lot]

    def _groups(self, rule: Rule, mine: Bools) -> tuple[Ints, Floats]:
        """One w for each supplier that can be present in the rule's group."""
        group = int(self.model.group[np.flatnonzero(rule.units)[0]])
        packed = {self.model.bundles[b].s for b, _ in self.packages
                  if rule.units[self.model.bundles[b].units].any()}  # fmt: skip
        firms = sorted({*np.unique(self.firm[mine]).tolist(), *packed})
        columns = np.array([self._group(s, group) for s in firms], dtype=np.int64)
        return columns, np.ones(len(columns))

    def _group(self, s: int, group: int) -> int:
        """W <= the units the supplier wins in the group, and only if it wins at all."""
        if ("group", s, group) not in self.known:
            w = self.known["group", s, group] = self._new()
            inside = self.x[(self.firm == s) & (self.model.group[self.units] == group)]
            own = [(at, self.model.bundles[b]) for at, (b, _) in enumerate(self.packages)]
            packs = [
                self.pack[at]
                for at, bundle in own
                if bundle.s == s and (self.model.group[bundle.units] == group).any()
            ]
            columns = np.r_[inside, np.array(packs, dtype=np.int64)].astype(np.int64)
            self.rows.add(-np.inf, 0.0, np.r_[w, columns], np.r_[1.0, -np.ones(len(columns))])
            used = self.first_rung + np.array(self.model.rungs_of[s], dtype=np.int64)
            self.rows.add(-np.inf, 0.0, np.r_[w, used], np.r_[1.0, -np.ones(len(used))])
        return self.known["group", s, group]

    def _new(self) -> int:
        self.next += 1
        return self.next - 1
