"""Splitting the awards by one fact: which fact, and what each side leaves open."""

from dataclasses import dataclass, replace

import numpy as np

from tuanti.rules.award.problem import Award
from tuanti.solve.dual import Node
from tuanti.solve.model import Bools, Floats, Ints, Model, draw, sums

Fact = tuple[str | int, ...]
_TINY = 1e-6


def rank(model: Model, award: Award) -> tuple[int, str]:
    """Of two awards that cost the same, the one of lower rank stands: quality, then the seed."""
    problem = model.problem
    won = zip(problem.units, award.winners, strict=True)
    quality = sum(unit.lifts * problem.suppliers[s]["quality"] for unit, s in won)
    names = [str(problem.suppliers[s]["id"]) for s in award.winners]
    return -quality, draw(str(problem.round["rules"]["seed"]), "award", *names)


@dataclass(frozen=True)
class Shares:
    """A fractional answer: units' (S, n), rungs' (R,), packages' (B,), each at most 1."""

    units: Floats
    rungs: Floats
    bundles: Floats


def branch(model: Model, node: Node, shares: Shares) -> tuple[Fact, bool] | None:
    """The fact to split by, for a fractional answer, and the side that is likelier.

    Winners first, then tiers, packages, and last the pair of a unit and a supplier. An answer that
    lacks something may be fractional in what is settled, too: that is no fact to split by. None
    where all is settled.
    """
    y, firm = shares.rungs, np.array([rung.s for rung in model.rungs])
    used = sums(firm, y, model.S)
    s = _most_open(used, node.used == -1)
    if s >= 0:
        return ("winner", model.names[s]), bool(used[s] > 0.5)
    left = sums(firm, node.rungs.astype(np.float64), model.S)
    r = _most_open(y, node.rungs & ((node.used != 1) | (left > 1))[firm])
    if r >= 0:
        return ("tier", model.names[firm[r]], model.rungs[r].k), bool(y[r] > 0.5)
    b = _most_open(shares.bundles, node.bundles == -1)
    if b >= 0:
        return _package(model, b), bool(shares.bundles[b] > 0.5)
    return _unit(model, node, shares.units)


def whole_rungs(shares: Shares) -> bool:
    """Whether every supplier is on one rung, or on none."""
    return _most_open(shares.rungs, np.ones(len(shares.rungs), np.bool_)) < 0


def _most_open(values: Floats, open_: Bools) -> int:
    """The open place of the value furthest from whole; -1 if all are whole."""
    distance = np.where(open_, np.abs(values - np.round(values)), 0.0)
    return int(distance.argmax()) if distance.max(initial=0.0) > _TINY else -1


def _package(model: Model, b: int) -> Fact:
    bundle = model.bundles[b]
    return "package", model.names[bundle.s], model.problem.packages[bundle.at].id


def _unit(model: Model, node: Node, share: Floats) -> tuple[Fact, bool] | None:
    """The pair furthest from whole; if all are whole, open packages, then the dearest unit."""
    nobody = np.zeros((model.S, model.n), np.bool_)
    must = nobody if node.must is None else node.must
    free = (model.bids & ~must.any(0)) & ~(nobody if node.barred is None else node.barred)
    open_ = np.where(free, np.minimum(share, 1 - share) * np.sqrt(model.d), 0.0)
    if open_.max(initial=0.0) <= _TINY:
        if (node.bundles == -1).any():
            return _package(model, int(np.argmax(node.bundles == -1))), False
        open_ = np.where(free, (share + _TINY) * model.d, 0.0)
    s, i = np.unravel_index(int(open_.argmax()), open_.shape)
    if not open_[s, i]:
        return None
    return ("unit", model.names[s], int(model.units[i])), bool(share[s, i] > 0.5)


def child(model: Model, node: Node, fact: Fact, *, yes: bool) -> Node:
    """The side of ``node`` where ``fact`` holds, or does not."""
    s = model.names.index(str(fact[1]))
    rungs, used, bundles = node.rungs.copy(), node.used.copy(), node.bundles.copy()
    shape = (model.S, model.n)
    barred = np.zeros(shape, np.bool_) if node.barred is None else node.barred.copy()
    must = np.zeros(shape, np.bool_) if node.must is None else node.must.copy()
    if yes or fact[0] == "winner":
        used[s] = int(yes)
    if fact[0] == "tier":
        for r in model.rungs_of[s]:
            if (model.rungs[r].k == fact[2]) is not yes:
                rungs[r] = False
    elif fact[0] == "unit":
        i = int(np.flatnonzero(model.units == fact[2])[0])
        (must if yes else barred)[s, i] = True
        if yes:
            _close(model, barred, bundles, np.array([i]), s, -1)
    elif fact[0] == "package":
        b = next(
            b for b, x in enumerate(model.bundles) if model.problem.packages[x.at].id == fact[2]
        )
        bundles[b] = int(yes)
        if yes:
            _close(model, barred, bundles, model.bundles[b].units, -1, b)
    untouched = not barred.any() and not must.any()
    return replace(
        node,
        rungs=rungs,
        used=used,
        bundles=bundles,
        barred=None if untouched else barred,
        must=None if untouched else must,
        path=(*node.path, (fact, yes)),
    )


def _close(model: Model, barred: Bools, bundles: Ints, units: Ints, s: int, package: int) -> None:
    """Nobody but the books of ``s``, or ``package``, can win ``units`` any more."""
    others = np.arange(model.S) != s
    barred[np.ix_(others, units)] = True
    for b, bundle in enumerate(model.bundles):
        if b != package and np.isin(bundle.units, units).any():
            bundles[b] = 0
