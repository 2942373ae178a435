"""The lower bound as a function of prices, and the ascent that finds good prices.

The bound is the one ``rules.award.verify`` explains: unit prices u, rule prices q, and for every
rung (supplier and tier) a price m a lift, chosen best here. Everything is floating point and only
suggests; ``certify`` rounds to whole numbers and counts exactly.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from tuanti.solve.model import NO_BID, Bools, Floats, Ints, Model

_ENOUGH = 0.5 * NO_BID
NEVER = np.inf


@dataclass(frozen=True)
class Node:
    """A part of all awards: what the branches on the way here have fixed. -1 free, 0 no, 1 yes."""

    rungs: Bools
    used: Ints
    bundles: Ints
    barred: Bools | None = None
    must: Bools | None = None
    path: tuple[tuple[tuple[str | int, ...], bool], ...] = ()


@dataclass
class Prices:
    """u (n,), q (rules,), m (R,), the rungs' worths z (R,), and the bound they prove.

    Where ``tables`` (R,) is true, z counts whole units, and m is not used.
    """

    u: Floats
    q: Floats
    m: Floats
    z: Floats
    bound: float
    tables: Bools | None = None
    often: Floats | None = None
    """(R,) in what share of the ascent's last turns each rung was its supplier's choice."""


def root(model: Model) -> Node:
    """All awards."""
    free = np.full(model.S, -1, dtype=np.int64)
    return Node(
        np.ones(len(model.rungs), np.bool_), free, np.full(len(model.bundles), -1, np.int64)
    )


@dataclass
class Charges:
    """What rule prices add: per supplier and unit, lot, group; per supplier once. None: nothing."""

    units: Floats | None
    lots: Floats | None
    groups: Floats | None
    used: Floats
    constant: float
    nested: bool = field(default=False)


def charges(model: Model, q: Floats) -> Charges:
    """The charges of rule prices ``q``."""
    n_lots, n_groups = int(model.lot.max()) + 1, int(model.group.max()) + 1
    units = lots = groups = None
    used, constant = np.zeros(model.S), 0.0
    for rule, price in zip(model.rules, q.tolist(), strict=True):
        if not price:
            continue
        add, constant = -rule.sign * price, constant + price * rule.least
        if rule.level == "used":
            used[rule.firms] += add
        elif rule.level == "lift":
            units = np.zeros((model.S, model.n)) if units is None else units
            units[np.ix_(rule.firms, rule.units)] += add * model.d[rule.units]
        elif rule.level == "lot":
            lots = np.zeros((model.S, n_lots)) if lots is None else lots
            lots[np.ix_(rule.firms, np.unique(model.lot[rule.units]))] += add
        else:
            groups = np.zeros((model.S, n_groups)) if groups is None else groups
            groups[np.ix_(rule.firms, np.unique(model.group[rule.units]))] += add
    return Charges(units, lots, groups, used, constant, lots is not None or groups is not None)


class Dual:
    """Evaluates the bound of a node for given prices."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.d = model.d.astype(np.float64)
        self.whole = float(self.d.sum())
        dearest = np.where(model.cost < _ENOUGH, np.abs(model.cost), 0.0).max(0, initial=0.0)
        self.huge = 64 * (float(dearest.sum()) + float(self.d.sum()))
        """A price per lift that outweighs any award."""
        self.lot_start = np.flatnonzero(np.r_[True, np.diff(model.lot) != 0])
        lots_group = model.group[self.lot_start]
        self.group_start = np.flatnonzero(np.r_[True, np.diff(lots_group) != 0])
        self.lots_of = np.diff(np.r_[self.lot_start, model.n])
        self.in_group = np.diff(np.r_[self.group_start, len(self.lot_start)])

    def margins(self, r: int, u: Floats, c: Charges, node: Node) -> Floats:
        """(n,) what taking each unit on rung ``r`` adds, before a price per lift."""
        s = self.model.rungs[r].s
        margin: Floats = self.model.cost[r] - u
        if c.units is not None:
            margin += c.units[s]
        if node.barred is not None:
            margin[node.barred[s]] = NO_BID
        return margin

    def take(self, margin: Floats, s: int, c: Charges, must: Bools | None) -> tuple[float, Bools]:
        """The least sum of margins and charges, group > lot > unit, and what it takes."""
        if not c.nested:
            taken = margin < 0
            if must is not None:
                taken |= must
            return float(margin[taken].sum()), taken
        lot_value, in_lot, lot_must = self._some(margin, self.lot_start, self.lots_of, must)
        if c.lots is not None:
            lot_value = lot_value + c.lots[s]
        value, in_group, group_must = self._some(
            lot_value, self.group_start, self.in_group, lot_must
        )
        if c.groups is not None:
            value = value + c.groups[s]
        chosen = value < 0
        if group_must is not None:
            chosen |= group_must
        lots = in_lot & np.repeat(in_group & np.repeat(chosen, self.in_group), self.lots_of)
        return float(value[chosen].sum()), lots

    @staticmethod
    def _some(
        values: Floats, start: Ints, sizes: Ints, must: Bools | None
    ) -> tuple[Floats, Bools, Bools | None]:
        """Of each stretch: all that pay or must, else the cheapest one; sums, choice, forced."""
        taken, forced = values < 0, None
        if must is not None:
            taken |= must
            forced = np.logical_or.reduceat(must, start)
        none = ~np.logical_or.reduceat(taken, start)
        if none.any():
            least = np.repeat(np.where(none, np.minimum.reduceat(values, start), -np.inf), sizes)
            at = np.where(values <= least, np.arange(len(values)), len(values))
            first = np.minimum.reduceat(at, start)  # one only, though several cost the same
            taken[first[first < len(values)]] = True
        return np.add.reduceat(np.where(taken, values, 0.0), start), taken, forced

    def best(self, r: int, u: Floats, c: Charges, node: Node, m: float) -> tuple[float, float]:
        """The best price per lift on rung ``r`` (starting from ``m``) and the rung's worth."""
        rung, margin = self.model.rungs[r], self.margins(r, u, c, node)
        must = None if node.must is None else node.must[rung.s]
        if must is not None and (must & (margin > _ENOUGH)).any():
            return 0.0, NEVER
        fixed = rung.fixed + float(c.used[rung.s])
        c, fixed = self._present(rung.s, c, node, fixed)
        offers = self._offers(rung.s, u, c, node)
        if c.nested or offers:
            price, worth = self._cut(rung.low, rung.high, margin, rung.s, c, must, offers)
            return price, fixed + worth
        held = 0.0
        if must is not None and must.any():  # what is forced is taken first
            held, fixed = float(self.d[must].sum()), fixed + float(margin[must].sum())
            margin[must] = NO_BID
        if held > rung.high:
            beyond = self._beyond(margin) + 4 * abs(fixed)
            return beyond, beyond * (held - rung.high) / 2
        price, worth = self._select(max(0.0, rung.low - held), rung.high - held, margin, m)
        return price, fixed + worth

    def _present(self, s: int, c: Charges, node: Node, fixed: float) -> tuple[Charges, float]:
        """Groups where a forced package puts ``s`` are charged once, up front."""
        sure = [b for b, x in enumerate(self.model.bundles) if x.s == s and node.bundles[b] == 1]
        if c.groups is None or not sure:
            return c, fixed
        here = np.unique(
            np.concatenate([self.model.group[self.model.bundles[b].units] for b in sure])
        )
        groups = c.groups.copy()
        groups[s, here] = 0.0
        return replace(c, groups=groups), fixed + float(c.groups[s, here].sum())

    def _offers(self, s: int, u: Floats, c: Charges, node: Node) -> list[tuple[float, float, bool]]:
        """Each open package of ``s``: what it adds at m = 0, its lifts, whether it is forced."""
        found = []
        for b, bundle in enumerate(self.model.bundles):
            if bundle.s == s and node.bundles[b]:
                own, at = bundle.cost - float(u[bundle.units].sum()), bundle.units
                if c.units is not None:
                    own += float(c.units[s, at].sum())
                if c.lots is not None:
                    own += float(c.lots[s, np.unique(self.model.lot[at])].sum())
                if c.groups is not None:
                    own += float(c.groups[s, np.unique(self.model.group[at])].sum())
                found.append((own, float(self.d[at].sum()), node.bundles[b] == 1))
        return found

    def _select(self, low: float, high: float, margin: Floats, m: float) -> tuple[float, float]:
        """A linear knapsack: take what pays, but between ``low`` and ``high`` lifts."""
        d, taken = self.d, margin < 0
        lifts = float(d @ taken)
        if low <= lifts <= high:
            return 0.0, float(margin[taken].sum())
        goal = float(high if lifts > high else low)
        rate = margin / -d  # a unit is taken where its rate exceeds m
        near, base = self._window(rate, m, goal)
        order = near[np.argsort(-rate[near])]  # ties change nothing
        at = int(np.searchsorted(base + np.cumsum(d[order]), max(goal, 1e-9)))
        if at >= len(order) or margin[order[at]] > _ENOUGH:
            beyond = self._beyond(margin)
            return -beyond, beyond * self._lacking(margin, low)
        m = float(rate[order[at]])
        shifted = margin + m * d
        return m, float(np.minimum(shifted, 0.0).sum()) - m * goal

    def _window(self, rate: Floats, m: float, goal: float) -> tuple[Ints, float]:
        """Units whose rates lie about that of the unit at ``goal`` lifts, and all lifts above."""
        for share in (0.02, 0.2) if m else ():
            window = share * abs(m) + 1e-9
            above, below = rate > m + window, rate < m - window
            base = float(self.d @ above)
            if base < goal <= self.whole - float(self.d @ below):
                return np.flatnonzero(~(above | below)), base
        return np.arange(len(rate)), 0.0

    def _beyond(self, margin: Floats) -> float:
        """A price per lift that outweighs all that units on offer add at these prices."""
        return self.huge + 4 * float(np.abs(margin[margin < _ENOUGH]).sum())

    def _lacking(self, margin: Floats, low: float) -> float:
        """How many lifts short of ``low`` everything on offer falls (times 1/2, to be safe)."""
        return max(0.0, low - float(self.d @ (margin < _ENOUGH))) / 2

    def _cut(
        self, low: int, high: int, margin: Floats, s: int, c: Charges, must: Bools | None,
        offers: list[tuple[float, float, bool]],
    ) -> tuple[float, float]:  # fmt: skip
        """The same for nested charges and packages: concave in m, so cut by tangents."""
        held = 0.0 if must is None else float(self.d @ must)
        held += sum(size for _, size, forced in offers if forced)
        reach = float(self.d @ (margin < _ENOUGH)) + sum(size for _, size, _ in offers)
        beyond = self._beyond(margin) + 4 * sum(abs(own) for own, _, _ in offers)
        for present in (c.lots, c.groups):
            beyond += 0.0 if present is None else 4 * float(np.abs(present[s]).sum())
        if held > high:
            return beyond, beyond * (held - high) / 2
        if reach < low:
            return -beyond, beyond * (low - reach) / 2

        def at(m: float) -> tuple[float, float]:
            value, taken = self.take(margin + m * self.d, s, c, must)
            lifts = float(self.d @ taken)
            for own, size, forced in offers:
                if forced or own + m * size < 0:
                    value, lifts = value + own + m * size, lifts + size
            return value, lifts

        value, lifts = at(0.0)
        if low <= lifts <= high:
            return 0.0, value
        goal, sign = (high, 1.0) if lifts > high else (low, -1.0)
        near, step = (0.0, value, lifts - goal), self._first_step(margin, offers)
        for _ in range(60):  # widen until the slope turns
            m = sign * step
            value, lifts = at(m)
            far = (m, value - m * goal, lifts - goal)
            if far[2] * near[2] <= 0:
                break
            near, step = far, 4 * step
        best = max(near, far, key=lambda point: point[1])
        for _ in range(60):
            if not near[2] or not far[2] or near[2] == far[2]:
                break
            # where the two tangents meet
            m = (far[1] - near[1] + near[0] * near[2] - far[0] * far[2]) / (near[2] - far[2])
            value, lifts = at(m)
            point = (m, value - m * goal, lifts - goal)
            top = near[1] + near[2] * (m - near[0])
            best = max(best, point, key=lambda p: p[1])
            if point[1] >= top - 1e-9 * abs(top) or point[2] == 0:
                break
            near, far = (point, far) if point[2] * near[2] > 0 else (near, point)
        return best[0], best[1]

    def _first_step(self, margin: Floats, offers: list[tuple[float, float, bool]]) -> float:
        """A price per lift beyond most units' own."""
        open_ = margin < _ENOUGH
        rate = np.abs(margin[open_]) / self.d[open_]
        own = max((abs(own) / size for own, size, _ in offers), default=0.0)
        return max(float(rate.max(initial=0.0)), own) + 1e-6

    def prices(self, u: Floats, q: Floats, node: Node, m: Floats, rungs: Bools) -> Prices:
        """The bound at ``u`` and ``q``; only ``rungs`` are looked at, others pass as worth 0."""
        c, z = charges(self.model, q), np.full(len(self.model.rungs), NEVER)
        m = m.copy()
        for r in np.flatnonzero(rungs & node.rungs):
            m[r], z[r] = self.best(int(r), u, c, node, float(m[r]))
        return Prices(u.copy(), q.copy(), m, z, self.total(float(u.sum()) + c.constant, z, node))

    def total(self, start: float, z: Floats, node: Node) -> float:
        """``start`` and the least that each supplier can add in this node."""
        for s, mine in enumerate(self.model.rungs_of):
            if node.used[s]:
                worth = min((float(z[r]) for r in mine if node.rungs[r]), default=NEVER)
                start += worth if node.used[s] == 1 else min(0.0, worth)
        return start

    def answers(
        self, p: Prices, node: Node
    ) -> tuple[Floats, dict[int, int], list[tuple[int, float]]]:
        """What suppliers would take at these prices: (S, n) shares, rung of each, packages."""
        model, c = self.model, charges(self.model, p.q)
        x, chosen, packed = (
            np.zeros((model.S, model.n)),
            dict[int, int](),
            list[tuple[int, float]](),
        )
        for s, mine in enumerate(model.rungs_of):
            if node.used[s] == 0 or not mine:
                continue
            r = min(mine, key=lambda r: float(p.z[r]))
            if p.z[r] < 0 or (node.used[s] == 1 and p.z[r] < NEVER):
                chosen[s] = r
                self._answer(r, p, c, node, x[s])
                packed += self._packed(s, r, p, c, node)
        return x, chosen, packed

    def _answer(self, r: int, p: Prices, c: Charges, node: Node, x: Floats) -> None:
        rung, m = self.model.rungs[r], float(p.m[r])
        shifted = self.margins(r, p.u, c, node) + m * self.d
        must = None if node.must is None else node.must[rung.s]
        _, taken = self.take(shifted, rung.s, c, must)
        x[taken] = 1.0
        if m and not c.nested and must is None:  # the unit at the edge is taken in part
            edge = np.abs(shifted) <= 1e-7 * abs(m) * self.d + 1e-6
            x[edge] = 0.0
            left = (rung.high if m > 0 else rung.low) - float(self.d @ x)
            size = float(self.d[edge].sum())
            x[edge] = min(1.0, max(0.0, left / size)) if size else 0.0

    def _packed(self, s: int, r: int, p: Prices, c: Charges, node: Node) -> list[tuple[int, float]]:
        open_ = [b for b, x in enumerate(self.model.bundles) if x.s == s and node.bundles[b]]
        offers = self._offers(s, p.u, c, node)
        m = float(p.m[r])
        return [(b, 1.0) for b, (own, size, forced) in zip(open_, offers, strict=True)
                if forced or own + m * size < 0]  # fmt: skip

    def slopes(
        self, x: Floats, chosen: dict[int, int], packed: list[tuple[int, float]]
    ) -> tuple[Floats, Floats]:
        """How the bound rises with each unit price and each rule price."""
        model = self.model
        cover = x.sum(0)
        whole = x.copy() if packed else x
        for b, share in packed:
            cover[model.bundles[b].units] += share
            whole[model.bundles[b].s, model.bundles[b].units] += share
        used = np.zeros(model.S)
        used[list(chosen)] = 1.0
        rule = np.zeros(len(model.rules))
        if len(rule):
            lots = np.maximum.reduceat(whole, self.lot_start, axis=1)
            groups = np.maximum.reduceat(lots, self.group_start, axis=1)
            lifts = whole * self.d
        for j, row in enumerate(model.rules):
            if row.level == "used":
                count = used[row.firms].sum()
            elif row.level == "lift":
                count = lifts[row.firms][:, row.units].sum()
            elif row.level == "lot":
                count = lots[row.firms][:, np.unique(model.lot[row.units])].sum()
            else:
                count = groups[row.firms][:, np.unique(model.group[row.units])].sum()
            rule[j] = row.least - row.sign * count
        return 1.0 - cover, rule
