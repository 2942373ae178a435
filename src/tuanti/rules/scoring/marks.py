"""What experts mark: means, least marks, and who stands apart from the others."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from tuanti.rules.regimes import Reason
from tuanti.rules.scoring.prices import hundredths
from tuanti.rules.scoring.terms import Bid, Criterion, Exact, Terms


def means(bid: Bid, terms: Terms) -> dict[str, Fraction]:
    """The mean mark of each criterion over all experts, exact; nobody's mark is left out."""
    return {
        criterion.id: mean([bid.marks[expert][criterion.id] for expert in terms.experts])
        for criterion in terms.criteria
    }


def mean(values: Sequence[Exact]) -> Fraction:
    """The exact mean of some numbers.

    >>> mean([8, Fraction(19, 2), 9])
    Fraction(53, 6)
    """
    return Fraction(sum(values)) / len(values)


def below_least(found: Mapping[str, Fraction], criteria: Sequence[Criterion]) -> Iterator[Reason]:
    """A reason for each criterion of which the mean is below the least."""
    for criterion in criteria:
        if found[criterion.id] < criterion.least:
            yield Reason(
                "scoring.below_least",
                {
                    "criterion": criterion.id,
                    "mark": hundredths(found[criterion.id]),
                    "least": hundredths(criterion.least),
                },
            )


def mark_reasons(bid: Bid, terms: Terms, found: Mapping[str, Fraction]) -> list[Reason]:
    """Where the points of each criterion come from."""
    return [
        Reason(
            "scoring.mark",
            {
                "criterion": criterion.id,
                "experts": len(terms.experts),
                "marks": _summed([bid.marks[expert][criterion.id] for expert in terms.experts]),
                "points": hundredths(found[criterion.id]),
                "most": hundredths(criterion.points),
            },
        )
        for criterion in terms.criteria
    ]


def deviations(bid: Bid, terms: Terms) -> Iterator[Reason]:
    """A warning for each mark far from the mean of the other experts' marks.

    Far is more than ``tolerance`` times the criterion's points; exactly so much is not. A mark is
    measured against the others, so that it cannot hide by drawing the mean to itself. With fewer
    than two experts there are no others.
    """
    for criterion in terms.criteria:
        allowed = Fraction(terms.tolerance) * criterion.points
        for expert in terms.experts if len(terms.experts) > 1 else ():
            own = bid.marks[expert][criterion.id]
            others = mean([bid.marks[e][criterion.id] for e in terms.experts if e != expert])
            if abs(own - others) > allowed:
                yield Reason(
                    "scoring.deviation",
                    {
                        "expert": expert,
                        "bidder": bid.bidder,
                        "criterion": criterion.id,
                        "mark": hundredths(own),
                        "others": hundredths(others),
                        "allowed": hundredths(allowed),
                    },
                )


def _summed(marks: Sequence[Exact]) -> str:
    shown = (divmod(hundredths(mark), 100) for mark in marks)
    return " + ".join(f"{whole}.{rest:02}" for whole, rest in shown)
