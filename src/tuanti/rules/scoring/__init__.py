"""From bids to a ranking: quality gates before price, exact points, a reason for every one.

``check`` finds every fault of the terms and the bids, also what the law refuses of the terms;
``evaluate`` counts what has none. Points are exact fractions and are never rounded on the way; what
a reason shows is rounded to the hundredth.

>>> from datetime import date
>>> from tuanti.rules import law
>>> terms = Terms("owners", "goods", price_points=100)
>>> bids = [Bid("jia", 36_000_000), Bid("yi", 40_000_000)]
>>> found = evaluate(terms, bids, law.on(date(2026, 11, 22)))
>>> [(bid.bidder, bid.rank, str(bid.points)) for bid in found.bids]
[('jia', 1, '100'), ('yi', 2, '90')]
"""

from collections.abc import Sequence

from tuanti.rules.errors import Fault, RuleBroken
from tuanti.rules.law.rule import Law
from tuanti.rules.scoring.bounds import Bounds, bounds, breaker
from tuanti.rules.scoring.checking import bid_faults, term_faults
from tuanti.rules.scoring.prices import (
    breaker_limit,
    deduction,
    evaluated_fen,
    maintenance_fen,
    price_points,
)
from tuanti.rules.scoring.ranking import ranked
from tuanti.rules.scoring.terms import (
    Answer,
    Bid,
    Breaker,
    Criterion,
    Evaluation,
    Exact,
    Scored,
    State,
    Terms,
)

__all__ = [
    "Answer",
    "Bid",
    "Bounds",
    "Breaker",
    "Criterion",
    "Evaluation",
    "EvaluationRefused",
    "Exact",
    "Scored",
    "State",
    "Terms",
    "bounds",
    "breaker",
    "breaker_limit",
    "check",
    "deduction",
    "evaluate",
    "evaluated_fen",
    "maintenance_fen",
    "price_points",
]


class EvaluationRefused(RuleBroken):
    """The terms or the bids have faults; ``faults`` holds every one."""

    code = "scoring.evaluation_refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


def check(terms: Terms, bids: Sequence[Bid], law: Law) -> tuple[Fault, ...]:
    """Every fault of the terms, else every fault of the bids, else answers nobody asked for.

    Terms are refused whose points do not add up to 100, or that the regime forbids: a price weight
    below the least (Order 87 art. 55), criteria for goods of uniform standard (Government
    Procurement regulations art. 34), a deduction outside its bounds (Cai Ku [2020] 46).
    """
    faults = term_faults(terms, law) or bid_faults(terms, bids)
    return tuple(faults or _unasked(terms, bids, law))


def evaluate(terms: Terms, bids: Sequence[Bid], law: Law) -> Evaluation:
    """Evaluate the bids: who is out and why, the points of the others, and their ranks.

    The gates and the ceiling come first, then the least marks. Among those left the triggers of an
    abnormally low price are looked at once, and whoever explained in vain is out; then a published
    breaker of high prices. The lowest evaluated price of the rest is the benchmark. On equal points
    the lower price offered is ahead; if that is equal too, the rank is shared. The order in which
    bids are given does not matter.

    :raises EvaluationRefused: the terms or the bids have faults.
    """
    if faults := check(terms, bids, law):
        raise EvaluationRefused(faults)
    return ranked(terms, bids, law)


def _unasked(terms: Terms, bids: Sequence[Bid], law: Law) -> list[Fault]:
    """Explanations on which the committee has a word, though the price is not low."""
    low = {bid.bidder: bid.low for bid in ranked(terms, bids, law).bids}
    return [
        Fault("scoring.not_asked", ("bids", at, "explained"), {"bidder": bid.bidder})
        for at, bid in enumerate(bids)
        if bid.explained and low[bid.bidder] == "clear"
    ]
