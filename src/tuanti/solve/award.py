"""The award: the best lawful one that a bounded search finds, with a certificate anyone can check.

Deterministic: the same round gives the same award. Limits are counted in steps, never in seconds;
ties go by exact cost, then quality, then the publicly drawn seed. HiGHS and floating point only
suggest: what is claimed is counted exactly, and anyone can count again (``rules.award.verify``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Literal

import numpy as np

from tuanti.rules.award import verify
from tuanti.rules.award.problem import Award, Problem
from tuanti.solve.ascent import congestion
from tuanti.solve.certify import Certificate, plain_worth, scale_for, worth
from tuanti.solve.dual import Dual, Prices, root
from tuanti.solve.model import NO_BID, Model, build
from tuanti.solve.primal import Found, Rungs, columns_near, extra, polish, relaxed, round_off
from tuanti.solve.relax import Relaxation
from tuanti.solve.search import Effort, Search
from tuanti.solve.tree import AROUND, Priced, Tree

Progress = Callable[[str, Fraction | None], None]
Tell = Callable[[str, float, float], None]
_SMALL = 40_000  # bid-tiers: up to here the strong program is solved to the end
_NODES = 6_000
_COARSE_NODES = 200
_GOES = 4  # at rounding, where it does not succeed


@dataclass(frozen=True)
class Outcome:
    """``proven`` within the gap asked, ``infeasible`` (proven), or stopped at a ``limit``.

    ``certificate`` is what ``verify`` reads, with the proven ``bound`` (decimal string; None if
    infeasible).
    """

    state: Literal["proven", "infeasible", "limit"]
    award: Award | None
    certificate: dict[str, Any]


def silent(_stage: str, _gap: Fraction | None) -> None:
    """No progress shown."""


def solve(
    problem: Problem,
    *,
    gap: Fraction = Fraction(1, 10_000),
    progress: Progress = silent,
    effort: Effort | None = None,
) -> Outcome:
    """The award of a problem, proven within ``gap`` where the search suffices."""
    model = build(problem)
    dual, found = Dual(model), Found()
    certificate = Certificate(model, scale_for(problem) if gap == 0 else 1)

    def tell(stage: str, bound: float, cost: float) -> None:
        known = np.isfinite(cost) and np.isfinite(bound)
        progress(
            stage, Fraction(max(0.0, cost - bound)) / max(1, int(abs(cost))) if known else None
        )

    if (hungry := starved(model)) is not None:
        certificate.leaf((), hungry, empty=True)
        return _judge(model, found, certificate, gap, progress)
    start = first_prices(model, dual)
    if model.crowd is None and model.n * len(model.rungs) <= _SMALL:
        _small(model, dual, start, float(gap), found, certificate, tell)
    elif model.rules or model.bundles:
        _ruled(model, dual, start, float(gap), found, certificate, tell)
    else:
        search = Search(model, dual, float(gap), effort or effort_for(model), tell)
        search.run(root(model), start, certificate)
        found = search.found
    return _judge(model, found, certificate, gap, progress)


def effort_for(model: Model) -> Effort:
    """More branches where one costs little."""
    size = model.n * max(1, len(model.rungs))
    return Effort(nodes=min(200, max(12, 10_000_000 // size)))


def starved(model: Model) -> Prices | None:
    """Prices that prove there is no award where all suppliers together cannot hold the lifts."""
    most = [max((model.rungs[r].high for r in mine), default=0) for mine in model.rungs_of]
    short = float(model.d.sum() - sum(most))
    if short <= 0:
        return None
    ones = np.ones(len(model.rungs))
    return Prices(model.d.astype(np.float64), np.zeros(len(model.rules)), ones, ones, short)


def first_prices(model: Model, dual: Dual) -> Prices:
    """Congestion prices, and what they prove."""
    top, rungs = root(model), len(model.rungs)
    u = congestion(model) if rungs else np.zeros(model.n)
    u = np.where(u < 1e16, u, 0.0)
    return dual.prices(u, np.zeros(len(model.rules)), top, np.zeros(rungs), top.rungs)


def _small(
    model: Model, dual: Dual, start: Prices, gap: float, found: Found, certificate: Certificate,
    tell: Tell,
) -> None:  # fmt: skip
    """Split a small round to the end."""
    top = root(model)
    everything = model.cost < 0.5 * NO_BID
    first = Relaxation(model, dual, everything, start).relax(top)
    tell("prices", first.prices.bound, found.cost)
    _first_award(model, dual, first.prices, gap, found)
    tell("award", first.prices.bound, found.cost)
    # a column that costs more than the room left is in no better award
    room = found.cost - first.prices.bound
    keep = everything & (extra(model, dual, top, first.prices) <= room)
    tree = Priced if plain(model) else Tree
    tree(model, dual, keep, first.prices, found, gap).run(certificate, _NODES, tell)


def plain(model: Model) -> bool:
    """Whether tables can count: no packages, and rules that charge by the lift or the winner."""
    return not model.bundles and all(rule.level in ("used", "lift") for rule in model.rules)


def _ruled(
    model: Model, dual: Dual, start: Prices, gap: float, found: Found, certificate: Certificate,
    tell: Tell,
) -> None:  # fmt: skip
    """Split a large round with rules by winners and rungs."""
    top = root(model)
    p = relaxed(model, dual, top, start, own=model.S)
    tell("prices", p.bound, found.cost)
    keep = columns_near(model, dual, top, p, found, size=model.n, own=6)
    Tree(model, dual, keep, p, found, gap, coarse=True).run(certificate, _COARSE_NODES, tell)


def _first_award(model: Model, dual: Dual, p: Prices, gap: float, found: Found) -> None:
    """An award to measure the tree against."""
    top, goal = root(model), p.bound + max(0.6, gap * abs(p.bound))
    if not model.rules and not model.bundles:
        fits = [*Rungs(dual, top, p, {}).met(25)]
        for seed, fit in product(range(_GOES), fits):
            if found.award is None:
                round_off(model, fit, found, goal, seed)
    sizes = [model.n + AROUND, 2500, _SMALL][not plain(model) :]
    for size in sizes:
        if found.award is None:  # or too few columns to hold one
            nodes = 60 if size < _SMALL else 200
            polish(model, dual, top, p, found, size=size, nodes=nodes, target=goal)


def _judge(
    model: Model, found: Found, certificate: Certificate, gap: Fraction, progress: Progress
) -> Outcome:
    """Count the certificate exactly and say what is proven."""
    document = certificate.document()
    counted = plain_worth(model, document)
    least = worth(verify.Facts(dict(model.problem.round)), document) if counted is None else counted
    if found.award is None:
        state: Literal["infeasible", "limit"] = "infeasible" if least == np.inf else "limit"
        bound = None if least == np.inf else str(int(least))
        return Outcome(state, None, {**document, "bound": bound})
    cost = int(found.cost)
    proven = min(int(least), cost) if least < np.inf else cost
    reached = Fraction(cost - proven, max(1, abs(cost)))
    progress("check", reached)
    return Outcome(
        "proven" if reached <= gap else "limit", found.award, {**document, "bound": str(proven)}
    )
