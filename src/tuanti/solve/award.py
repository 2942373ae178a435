"""The award: the best lawful one that a bounded search finds, with a certificate anyone can check.

Deterministic: the same round gives the same award. Limits are counted in steps, never in seconds; ties
go by exact cost, then quality, then the publicly drawn seed. HiGHS and floating point only suggest:
what is claimed is counted by ``rules.award.verify``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from tuanti.rules.award import verify
from tuanti.rules.award.problem import Award, Problem
from tuanti.solve.ascent import congestion
from tuanti.solve.certify import Certificate, scale_for, worth
from tuanti.solve.dual import Dual, Node, Prices, root
from tuanti.solve.exact import Exact
from tuanti.solve.model import Model, build
from tuanti.solve.primal import Found, polish
from tuanti.solve.search import Effort, Search

Progress = Callable[[str, Fraction | None], None]
_SMALL = 40_000  # bid-tiers: up to here the strong program is solved to the end
_NODES = 20_000


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
        progress(stage, Fraction(max(0.0, cost - bound)) / max(1, int(abs(cost))) if known else None)

    start = first_prices(model, dual)
    small = model.n * len(model.rungs) <= _SMALL
    if small:
        found, certificate = _small(model, dual, start, float(gap), certificate, tell)
    else:
        search = Search(model, dual, float(gap), effort or Effort(), tell)
        search.run(root(model), start, certificate)
        found = search.found
    return _judge(problem, found, certificate, gap, progress)


def first_prices(model: Model, dual: Dual) -> Prices:
    """Congestion prices, and what they prove."""
    top, rungs = root(model), len(model.rungs)
    u = congestion(model) if rungs else np.zeros(model.n)
    u = np.where(u < 1e16, u, 0.0)
    return dual.prices(u, np.zeros(len(model.rules)), top, np.zeros(rungs), top.rungs)


def _small(
    model: Model, dual: Dual, start: Prices, gap: float, certificate: Certificate,
    tell: Callable[[str, float, float], None],
) -> tuple[Found, Certificate]:  # fmt: skip
    found, top = Found(), root(model)
    everything = model.cost < 1e16
    exact = Exact(model, dual, everything, start, found)
    first = exact.relaxation.relax(top)
    tell("prices", first.prices.bound, found.cost)
    if first.missing < 1e-6:
        polish(model, dual, top, first.prices, found, size=8000, nodes=200,
               target=first.prices.bound + gap * abs(first.prices.bound))  # fmt: skip
    tell("award", first.prices.bound, found.cost)
    exact.run(gap, certificate, _NODES, lambda bound: tell("tree", bound, found.cost))
    return found, certificate


def _judge(
    problem: Problem, found: Found, certificate: Certificate, gap: Fraction, progress: Progress
) -> Outcome:
    """Count the certificate exactly and say what is proven."""
    document = certificate.document()
    least = worth(verify.Facts(dict(problem.round)), document)
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
