"""Prices of an evaluation: life cycle and deduction, too low, too high, and the points they earn.

Nothing here is rounded. A price too low asks for an explanation; a price too high for a round's
published breaker is out. The two are different questions and never meet.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tuanti.rules.law.rule import Rule
from tuanti.rules.regimes import Reason
from tuanti.rules.scoring.terms import Bid, Breaker, Exact, Terms


def maintenance_fen(yearly_fen: int, years: int, rate: Exact = 0) -> Fraction:
    """What ``years`` of yearly fees are worth, each paid at its year's end, in exact fen.

    >>> maintenance_fen(500_000, 15), maintenance_fen(500_000, 2, Fraction(1, 4))
    (Fraction(7500000, 1), Fraction(720000, 1))
    """
    factor = 1 / (1 + Fraction(rate))
    return sum((yearly_fen * factor**year for year in range(1, years + 1)), Fraction(0))


def deduction(bid: Bid, terms: Terms) -> Fraction:
    """The share taken off a price for comparison: a small firm's once, or that of a joint bid.

    A unit that employs disabled people counts as small; being both takes off no more.
    """
    if bid.small or bid.welfare:
        return Fraction(terms.small)
    return Fraction(terms.joint if bid.joint else 0)


def evaluated_fen(bid: Bid, terms: Terms) -> Fraction:
    """The price a bid is compared by: with its years of maintenance, less its deduction."""
    return _with_maintenance(bid, terms) * (1 - deduction(bid, terms))


def price_points(evaluated: Fraction, benchmark: Fraction, most: Exact) -> Fraction:
    """Points for price: benchmark / price of ``most``, the benchmark being the lowest price.

    (Order 87 of the Ministry of Finance, art. 55; no highest or lowest price is left out.)

    >>> price_points(Fraction(120), Fraction(90), most=40)
    Fraction(30, 1)
    """
    return benchmark / evaluated * most


def breaker_limit(prices_fen: Sequence[int], breaker: Breaker) -> Fraction:
    """The highest price that a published breaker lets through.

    >>> breaker_limit([100, 300, 500], Breaker(Fraction(9, 5), Fraction(1, 2)))
    Fraction(270, 1)
    """
    mean = Fraction(sum(prices_fen), len(prices_fen))
    return breaker.factor * max(Fraction(min(prices_fen)), breaker.mean_share * mean)


def low_reasons(
    bids: Sequence[Bid], ceiling_fen: int | None, triggers: Mapping[str, Rule], doubt: Rule | None
) -> dict[str, tuple[Reason, ...]]:
    """Why each price is abnormally low, by bidder; no reason where it is not.

    ``triggers`` are shares, of the mean of all these prices (``mean``), of the second-lowest
    (``next``) and of the ceiling (``ceiling``): a price *below* that share asks for an
    explanation, one exactly at it does not. The committee's own doubt (``doubt``) does so too.
    """
    against = _references([bid.price_fen for bid in bids], ceiling_fen)
    return {bid.bidder: (*_below(bid, against, triggers), *_doubted(bid, doubt)) for bid in bids}


def price_reasons(bid: Bid, terms: Terms, law_ids: Sequence[str]) -> list[Reason]:
    """How the evaluated price came about: years of maintenance added, deduction taken off."""
    reasons = []
    if terms.maintenance_years:
        reasons.append(_lived(bid, terms))
    if deduction(bid, terms):
        reasons.append(_deducted(bid, terms, law_ids))
    return reasons


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves upward: for showing only."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def hundredths(value: Exact) -> int:
    """Points or per cent in whole hundredths, halves upward: for showing only."""
    return half_up(Fraction(value) * 100)


def _lived(bid: Bid, terms: Terms) -> Reason:
    whole = _with_maintenance(bid, terms)
    return Reason(
        "scoring.life_cycle",
        {
            "price": bid.price_fen,
            "years": terms.maintenance_years,
            "yearly": bid.yearly_fen,
            "rate": hundredths(Fraction(terms.rate) * 100),
            "worth": half_up(whole - bid.price_fen),
            "whole": half_up(whole),
        },
    )


def _deducted(bid: Bid, terms: Terms, law_ids: Sequence[str]) -> Reason:
    who = "small" if bid.small else "welfare" if bid.welfare else "joint"
    return Reason(
        f"scoring.deducted_{who}",
        {
            "share": hundredths(deduction(bid, terms) * 100),
            "before": half_up(_with_maintenance(bid, terms)),
            "after": half_up(evaluated_fen(bid, terms)),
        },
        tuple(law_ids),
    )


def _with_maintenance(bid: Bid, terms: Terms) -> Fraction:
    return bid.price_fen + maintenance_fen(bid.yearly_fen or 0, terms.maintenance_years, terms.rate)


def _references(prices: Sequence[int], ceiling_fen: int | None) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    if prices:
        found["mean"] = Fraction(sum(prices), len(prices))
    if len(prices) > 1:
        found["next"] = Fraction(sorted(prices)[1])
    if ceiling_fen is not None:
        found["ceiling"] = Fraction(ceiling_fen)
    return found


def _below(bid: Bid, against: Mapping[str, Fraction], triggers: Mapping[str, Rule]) -> list[Reason]:
    reasons = []
    for name, reference in against.items():
        rule = triggers.get(name)
        if rule is not None and bid.price_fen < share_of(rule) * reference:
            facts = {
                "price": bid.price_fen,
                "reference": half_up(reference),
                "share": hundredths(share_of(rule) * 100),
            }
            reasons.append(Reason(f"scoring.low_{name}", {**facts, "law": rule.id}, (rule.id,)))
    return reasons


def _doubted(bid: Bid, doubt: Rule | None) -> list[Reason]:
    if not bid.doubted:
        return []
    return [Reason("scoring.low_doubted", {}, () if doubt is None else (doubt.id,))]


def share_of(rule: Rule) -> Fraction:
    """The share a rule of law names, whether as a fraction or in basis points."""
    return Fraction(rule.value, 10_000) if rule.unit == "bp" else Fraction(rule.value)
