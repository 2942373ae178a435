"""What the law of a regime says of an evaluation, and which terms it refuses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tuanti.rules.errors import Fact, Fault
from tuanti.rules.law.rule import Law, Rule
from tuanti.rules.scoring.prices import hundredths, share_of
from tuanti.rules.scoring.terms import ALL_POINTS, Breaker, Exact, Terms

Bound: TypeAlias = tuple[Rule, Rule]

# The kinds of purchase of which a regime's rule on uniform standards speaks.
_UNIFORM = {"fiscal": ("goods", "services"), "tendering": ("works",)}
_LOW = ("mean", "next", "ceiling")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The rules that bind these terms; None or nothing where the regime has none.

    ``deductions`` holds the least and the most that may be taken off, by standing (``small``,
    ``joint``); ``low`` the triggers of an explanation; ``doubt`` the rule that lets a committee ask
    for one.
    """

    price: Rule | None
    uniform: Rule | None
    formula: tuple[Rule, ...]
    deductions: Mapping[str, Bound]
    low: Mapping[str, Rule]
    doubt: Rule | None


def bounds(terms: Terms, law: Law) -> Bounds:
    """Find the rules that bind these terms, in the law of a day and place."""
    regime = terms.regime
    speaks = terms.uniform and terms.kind in _UNIFORM.get(regime, ())
    formula = (law.get(f"{regime}/{name}") for name in ("price-formula", "drop-extremes"))
    doubt = law.get(f"{regime}/low-explain") or law.get(f"{regime}/below-cost")
    return Bounds(
        price=law.get(f"{regime}/price-weight-{terms.kind}-least"),
        uniform=law.get(f"{regime}/uniform-method") if speaks else None,
        formula=tuple(rule for rule in formula if rule is not None),
        deductions=_deductions(terms, law),
        low=_low(terms, law),
        doubt=doubt,
    )


def breaker(law: Law) -> Breaker:
    """The breaker of the drug rounds, for a round that wants to publish the same.

    :raises NoRule: there was none on that day.
    """
    rule = law.rule("round/breaker")
    return Breaker(rule.value["factor"], rule.value["mean_share"], rule.id)


def unlawful(terms: Terms, law: Law) -> Iterator[Fault]:
    """What the regime forbids in these terms, with the rule that forbids it."""
    known = bounds(terms, law)
    if known.price is not None and terms.price_points < share_of(known.price) * ALL_POINTS:
        facts: dict[str, Fact] = {
            "value": hundredths(terms.price_points),
            "least": hundredths(share_of(known.price) * ALL_POINTS),
            "law": known.price.id,
        }
        yield Fault("scoring.price_weight_too_low", ("terms", "price_points"), facts)
    if known.uniform is not None and terms.criteria:
        yield Fault("scoring.uniform_by_price", ("terms", "criteria"), {"law": known.uniform.id})
    for name, share in (("small", terms.small), ("joint", terms.joint)):
        if share:
            yield from _deducted(name, share, terms, known)


def _deducted(name: str, share: Exact, terms: Terms, known: Bounds) -> Iterator[Fault]:
    path = ("terms", name)
    if terms.regime == "owners":
        return
    if name not in known.deductions:
        yield Fault("scoring.deduction_without_rule", path, {"value": hundredths(share * 100)})
        return
    low, high = known.deductions[name]
    if not share_of(low) <= share <= share_of(high):
        facts: dict[str, Fact] = {
            "value": hundredths(share * 100),
            "least": hundredths(share_of(low) * 100),
            "most": hundredths(share_of(high) * 100),
            "law": low.id,
        }
        yield Fault(f"scoring.deduction_{name}", path, facts)


def _deductions(terms: Terms, law: Law) -> dict[str, Bound]:
    """Works have their own bounds, and what goes under the Tendering Law belongs to works."""
    if terms.regime == "owners":
        return {}
    works = terms.kind == "works" or terms.regime == "tendering"
    names = {"small": "works"} if works else {"small": "goods", "joint": "consortium"}
    found = {
        standing: (law.get(f"fiscal/sme-{name}-least"), law.get(f"fiscal/sme-{name}-most"))
        for standing, name in names.items()
    }
    return {name: (low, high) for name, (low, high) in found.items() if low and high}


def _low(terms: Terms, law: Law) -> dict[str, Rule]:
    own = {name: law.get(f"{terms.regime}/low-of-{name}") for name in _LOW}
    if terms.watch_low and not any(own.values()):
        own = {name: law.get(f"fiscal/low-of-{name}") for name in _LOW}
    return {name: rule for name, rule in own.items() if rule is not None}
