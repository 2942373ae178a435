"""Finding good prices: congestion prices to start, then Polyak's ascent."""

from dataclasses import replace

import numpy as np

from tuanti.solve.dual import Dual, Node, Prices
from tuanti.solve.model import NO_BID, Floats, Model

_MEMORY = 0.95  # of a turn's choices in the next


def congestion(model: Model, turns: int = 120) -> Floats:
    """Unit prices (n,) where everyone is on the deepest rung and only capacity binds.

    Softmin shares with falling temperature push each supplier's price a lift until demand fits.
    """
    deepest = [mine[-1] for mine in model.rungs_of if mine]
    if not deepest:
        return np.zeros(model.n)
    d = model.d.astype(np.float64)
    c = model.cost[deepest] / d
    c[c > 0.5 * NO_BID / d.max()] = np.inf
    high = np.array([model.rungs[r].high for r in deepest], dtype=np.float64)
    known = c[np.isfinite(c)]
    if not np.isfinite(c.min(0)).all():  # a unit without a bid: no prices can help
        return np.zeros(model.n)
    mean = float(np.abs(known).mean())
    mu = np.zeros(len(deepest))
    best = (-np.inf, c.min(0))
    for turn in range(turns):
        heat = max(mean, 1.0) * 0.02 * 0.0002 ** (turn / turns) / 0.02 ** (turn / turns)
        now = c + mu[:, None]
        least = now.min(0)
        bound = float(d @ least - mu @ high)
        if bound > best[0]:
            best = (bound, least)
        share = np.exp((least - now) / heat)
        lifts = (share / share.sum(0)) @ d
        new = mu + 0.7 * heat * np.clip(np.log((lifts + 1e-9) / high), -3, 3)
        mu = np.maximum(new, 0.0)
    u: Floats = best[1] * d
    return u


def ascend(
    dual: Dual, node: Node, start: Prices, target: float, turns: int, enough: float = np.inf
) -> Prices:
    """Prices with a better bound: at most ``turns`` steps toward ``target``, a known award's cost.

    Stops where the bound is ``enough``, or all but at the target. Steps follow Polyak; directions
    are averaged; the step is cut when the bound stalls. Rungs far from being anyone's choice are
    looked at every 25th turn only.
    """
    model = dual.model
    scale = np.r_[np.sqrt(dual.d), _rule_scale(model)]
    enough = min(enough, target - 1e-6 * abs(target))
    n, best, now, pace, stall = model.n, start, start, 1.0, 0
    smooth, near = np.zeros(n + len(model.rules)), node.rungs
    positive = np.r_[np.zeros(n, np.bool_), np.ones(len(model.rules), np.bool_)]
    often = np.zeros(len(model.rungs))
    for turn in range(turns):
        x, chosen, packed = dual.answers(now, node)
        often *= _MEMORY
        often[list(chosen.values())] += 1 - _MEMORY
        slope_u, slope_q = dual.slopes(x, chosen, packed)
        slope = np.r_[slope_u, slope_q] * scale
        y = np.r_[now.u, now.q]
        slope[positive & (y <= 0) & (slope < 0)] = 0.0
        smooth = slope + 0.7 * smooth if turn else slope
        step = pace * (target - now.bound) / max(float(smooth @ smooth), 1e-12)
        y = y + step * smooth * scale
        y[positive] = np.maximum(y[positive], 0.0)
        full = turn % 25 == 0
        now = dual.prices(y[:n], y[n:], node, now.m, node.rungs if full else near)
        if full:
            near = _near(model, node, now, target - now.bound)
        if now.bound > best.bound + 1e-9 * abs(best.bound):
            stall = stall // 2 if now.bound < best.bound + 1e-7 * abs(best.bound) else 0
            best = now
        else:
            stall += 1
            if stall >= 8:
                pace, stall, now = 0.6 * pace, 0, best
                smooth[:] = 0.0
        if best.bound >= enough:
            best = now = dual.prices(best.u, best.q, node, best.m, node.rungs)
            near = node.rungs
        if best.bound >= enough or pace < 0.005:
            break
    return replace(dual.prices(best.u, best.q, node, best.m, node.rungs), often=often)


def _near(model: Model, node: Node, p: Prices, slack: float) -> np.ndarray:
    """The rungs within three times the slack of their supplier's best answer."""
    near = node.rungs.copy()
    for mine in model.rungs_of:
        best = min([0.0, *(float(p.z[r]) for r in mine)])
        for r in mine:
            near[r] &= p.z[r] - best < 3 * max(slack, 1e-6 * abs(p.bound))
    return near


def _rule_scale(model: Model) -> Floats:
    """Step sizes for rule prices, so that one step moves them about as far as unit prices."""
    sizes = {"used": max(1.0, model.n / max(1, model.S)), "lot": 1.0, "group": 1.0}
    mean = float(model.d.mean())
    weights = [1 / mean if r.level == "lift" else mean * sizes[r.level] for r in model.rules]
    return np.sqrt(np.array(weights, dtype=np.float64))
