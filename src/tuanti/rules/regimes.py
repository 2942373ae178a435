"""Three regimes of procurement: which one binds a purchase, and what it forbids.

Fiscal money buys under the Government Procurement Law (``fiscal``); works, and what is tied to
works, under the Tendering Law (``tendering``) once they are large enough; owners spend their own
money by civil contract (``owners``). A proposal cites the article it rests on. It is a
questionnaire's answer and no lawyer's.

>>> from datetime import date
>>> from tuanti.rules import law
>>> answers = Answers(money="fiscal", kind="goods", value_fen=300_000_000)
>>> propose(answers, law.on(date(2026, 11, 22))).regime
'fiscal'
>>> tied = Answers(money="fiscal", kind="goods", value_fen=300_000_000, tied=True)
>>> found = propose(tied, law.on(date(2026, 11, 22)))
>>> found.regime, found.reasons[-1].law_ids
('tendering', ('cn/tendering/goods-from@2018-06-01',))
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from tuanti.rules.errors import Fact, Fault, RuleBroken
from tuanti.rules.law.rule import Law, Rule

Regime: TypeAlias = Literal["fiscal", "tendering", "owners"]
Kind: TypeAlias = Literal["goods", "works", "services"]
Money: TypeAlias = Literal["fiscal", "state-funds", "owners"]
Favour: TypeAlias = Literal["brand", "pair", "locality", "local-share", "unequal-review"]
Group: TypeAlias = Literal["method", "periods", "bonds", "complaints", "limits"]

REGIMES: tuple[Regime, ...] = get_args(Regime)
KINDS: tuple[Kind, ...] = get_args(Kind)
MONEY: tuple[Money, ...] = get_args(Money)
FAVOURS: tuple[Favour, ...] = get_args(Favour)

MOST_FEN = 2**53 - 1  # the largest whole number every JSON reader keeps exactly

# The words of a rule ``<regime>/no-discrimination`` under which each favour falls.
_FORBIDDEN: Mapping[Favour, frozenset[str]] = MappingProxyType(
    {
        "brand": frozenset({"named-patent-brand-supplier", "named-patent-brand-origin-supplier"}),
        "pair": frozenset(
            {
                "named-patent-brand-supplier",
                "named-patent-brand-origin-supplier",
                "particular-supplier-or-product",
            }
        ),
        "locality": frozenset({"local-or-trade-record", "ownership-form-or-seat"}),
        "local-share": frozenset({"local-or-trade-record", "ownership-form-or-seat"}),
        "unequal-review": frozenset({"unequal-review"}),
    }
)

# What a regime brings with it, in the order a buyer meets it; a name no pack has is left out.
_FOLLOWS: Mapping[Group, tuple[str, ...]] = MappingProxyType(
    {
        "method": (
            "methods",
            "uniform-method",
            "price-formula",
            "price-weight-goods-least",
            "price-weight-services-least",
            "bidders-least",
            "committee",
            "candidates-most",
            "first-ranked-wins",
        ),
        "periods": (
            "venue",
            "intent-notice",
            "bid-period",
            "document-supply",
            "clarification",
            "report",
            "candidate-notice",
            "confirm-winner",
            "winner-notice",
            "result-notice",
            "contract",
        ),
        "bonds": ("bid-bond-most", "bid-bond-most-fen", "performance-bond-most"),
        "complaints": ("objection-before", "challenge", "challenge-answer", "complaint"),
        "limits": ("no-discrimination", "top-up-most", "archive"),
    }
)


class AnswersRefused(RuleBroken):
    """The questionnaire is not answered; ``faults`` holds every reason."""

    code = "regimes.answers_refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was found: a code with its facts, and the law that was used."""

    code: str
    facts: Mapping[str, Fact]
    law_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """The questionnaire: whose money, what is bought, what one contract is worth.

    ``money`` is ``fiscal`` (the budget), ``state-funds`` (a State-owned firm's) or ``owners`` (the
    residents', even where a subsidy follows). ``tied`` says that goods or services belong to works,
    as a lift in its shaft does. ``uniform`` says that technical standards are uniform.
    """

    money: Money
    kind: Kind
    value_fen: int
    tied: bool = False
    uniform: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """The regime that seems to bind, why, and the rules that follow from it, in groups."""

    regime: Regime
    reasons: tuple[Reason, ...]
    follows: Mapping[Group, tuple[Rule, ...]]

    @property
    def law_ids(self) -> tuple[str, ...]:
        """Every rule of law that was used or follows."""
        used = {law_id for reason in self.reasons for law_id in reason.law_ids}
        return tuple(sorted(used | {rule.id for group in self.follows.values() for rule in group}))


def check(answers: Answers) -> tuple[Fault, ...]:
    """Every answer that is no answer, at once."""
    faults = []
    for name, choices in (("money", MONEY), ("kind", KINDS)):
        value = getattr(answers, name)
        if value not in choices:
            facts: dict[str, Fact] = {"field": name, "value": value, "choices": " ".join(choices)}
            faults.append(Fault("regimes.unknown_choice", (name,), facts))
    if type(answers.value_fen) is not int or not 1 <= answers.value_fen <= MOST_FEN:
        faults.append(Fault("regimes.bad_value", ("value_fen",), {"value": str(answers.value_fen)}))
    return tuple(faults)


def propose(answers: Answers, law: Law) -> Proposal:
    """Propose a regime, with the articles it rests on and what follows from it.

    Owners' money is spent by civil contract (Civil Code arts. 278, 283). Other money tenders works,
    and goods and services tied to them, from the value the law names, inclusive (Tendering Law
    art. 3). Below it, and for everything else, fiscal money buys under the Government Procurement
    Law (art. 2) and a State-owned firm by civil contract.

    :raises AnswersRefused: an answer is missing or out of range.
    :raises NoRule: the law of that day has no such rule.
    """
    if faults := check(answers):
        raise AnswersRefused(faults)
    regime, reasons = _regime(answers, law), list(_reasons(answers, law))
    if regime == "fiscal":
        reasons.append(_cited("fiscal_scope", law.rule("fiscal/scope")))
    return Proposal(regime, tuple(reasons), MappingProxyType(_follows(regime, answers, law)))


def forbidding(favour: Favour, regime: Regime | None, law: Law) -> Rule | None:
    """The rule under which ``regime`` forbids ``favour``; None where it is allowed.

    Brands, fixed or forbidden pairs of lot and supplier, points or shares for a locality, and
    bidders compared by different measures: all are forbidden by the Government Procurement
    regulations (art. 20) and the Tendering regulations (art. 32), none by owners spending their
    own money. A share for small firms is none of these.

    >>> from datetime import date
    >>> from tuanti.rules import law
    >>> today = law.on(date(2026, 11, 22))
    >>> forbidding("pair", "fiscal", today).id, forbidding("pair", "owners", today)
    ('cn/fiscal/no-discrimination@2015-03-01', None)
    """
    rule = law.get(f"{regime}/no-discrimination")
    return rule if rule is not None and _FORBIDDEN[favour] & set(rule.value) else None


def _is_works(answers: Answers) -> bool:
    return answers.kind == "works" or answers.tied


def _threshold(answers: Answers, law: Law) -> Rule:
    return law.rule(f"tendering/{answers.kind}-from")


def _regime(answers: Answers, law: Law) -> Regime:
    if answers.money == "owners":
        return "owners"
    if _is_works(answers) and answers.value_fen >= _threshold(answers, law).value:
        return "tendering"
    return "fiscal" if answers.money == "fiscal" else "owners"


def _reasons(answers: Answers, law: Law) -> Iterator[Reason]:
    if answers.money == "owners":
        yield _cited("owners_money", law.rule("owners/scope"))
        return
    if answers.money == "fiscal":
        yield _cited("fiscal_money", law.rule("fiscal/scope"))
    else:
        yield Reason("regimes.state_funds", {})
    if not _is_works(answers):
        yield _cited("not_works", law.rule("tendering/scope"))
        return
    yield _cited("works", law.rule("tendering/scope"))
    if answers.money == "fiscal":
        yield _cited("works_by_tender", law.rule("fiscal/tied-goods"))
    rule = _threshold(answers, law)
    name = "from_threshold" if answers.value_fen >= rule.value else "below_threshold"
    yield _cited(name, rule, value=answers.value_fen, threshold=rule.value)


def _cited(name: str, rule: Rule, **facts: Fact) -> Reason:
    return Reason(f"regimes.{name}", {**facts, "law": rule.id}, (rule.id,))


def _follows(regime: Regime, answers: Answers, law: Law) -> dict[Group, tuple[Rule, ...]]:
    other = {f"price-weight-{kind}-least" for kind in KINDS if kind != answers.kind}
    skipped = other if answers.uniform else {*other, "uniform-method"}
    found = {
        group: _known([f"{regime}/{name}" for name in names if name not in skipped], law)
        for group, names in _FOLLOWS.items()
    }
    return {group: rules for group, rules in found.items() if rules}


def _known(keys: Sequence[str], law: Law) -> tuple[Rule, ...]:
    return tuple(rule for key in keys if (rule := law.get(key)) is not None)
