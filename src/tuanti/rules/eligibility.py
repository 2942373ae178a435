"""May a stairwell have a lift added? Under the rules of its place, as far as its facts are known.

What a register does not hold is asked: a condition on which nothing is known leaves the question
open and names what is needed. One that fails decides it, whatever else is open.

>>> from datetime import date
>>> from tuanti.rules import law
>>> here = law.on(date(2026, 11, 22), "jiulongpo")
>>> found = judge(House(storeys=8, built=1996, lift=False, demolition=False), here)
>>> found.eligible, found.needed
(None, ('urban',))
>>> judge(House(storeys=3), here).eligible
False
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from tuanti.rules.errors import Fact
from tuanti.rules.housing import Structure
from tuanti.rules.law.rule import Law, Rule

# Whether a condition is met; None while nobody knows.
Known: TypeAlias = bool | None
# A note decides nothing; the others answer whether a condition is met.
Verdict: TypeAlias = Literal["met", "failed", "needed", "note"]

TOPIC = "eligibility"
LOCAL_RULE = "local-rule"
_VERDICTS: Mapping[Known, Verdict] = {True: "met", False: "failed", None: "needed"}


@dataclass(frozen=True, slots=True)
class House:
    """What is known of a stairwell and its building; None is not known.

    ``storeys`` are the building's, cellars not counted; ``built`` is the year of completion;
    ``lift``: the stairwell has one. ``demolition``: it stands in a plan of demolition or
    expropriation today. ``owners`` is the number of different owners of its flats; ``titled``: all
    flats have lawful title. ``answers`` says yes or no to conditions by their word, such as
    ``fire-code``, where the other facts leave them open.
    """

    storeys: int | None = None
    built: int | None = None
    lift: bool | None = None
    demolition: bool | None = None
    structure: Structure | None = None
    owners: int | None = None
    titled: bool | None = None
    answers: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition and how it stands: a code with its facts, the law used, and what it needs."""

    verdict: Verdict
    code: str
    facts: Mapping[str, Fact]
    law_ids: tuple[str, ...] = ()
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer, as its reasons make it."""

    reasons: tuple[Reason, ...]

    @property
    def eligible(self) -> bool | None:
        """Whether a lift may be added; None while something is needed and nothing has failed."""
        verdicts = {reason.verdict for reason in self.reasons}
        if "failed" in verdicts:
            return False
        return None if "needed" in verdicts else True

    @property
    def needed(self) -> tuple[str, ...]:
        """What is not known yet, each once: names of facts, or words to answer."""
        return tuple(dict.fromkeys(reason.needs for reason in self.reasons if reason.needs))

    @property
    def law_ids(self) -> tuple[str, ...]:
        """Every rule of law that was used."""
        return tuple(sorted({law_id for reason in self.reasons for law_id in reason.law_ids}))


# The conditions a register can decide: which fact it takes, and what that fact says.
_DECIDED: Mapping[str, tuple[str, Callable[[House], Known]]] = MappingProxyType(
    {
        "not-to-be-expropriated": ("demolition", lambda house: _not(house.demolition)),
        # A plan of today is one of the last five years; none today says nothing of the other days.
        "not-to-be-expropriated-5-years": (
            "not-to-be-expropriated-5-years",
            lambda house: False if house.demolition else None,
        ),
        "several-owners": (
            "owners",
            lambda house: None if house.owners is None else house.owners > 1,
        ),
        "legal-title": ("titled", lambda house: house.titled),
    }
)
_PLANS = frozenset({"not-to-be-expropriated", "not-to-be-expropriated-5-years"})
# The conditions nobody but a person can answer, of those the packs name.
_ASKED = frozenset(
    {
        "urban",
        "legally-built",
        "structurally-safe",
        "building-safety-code",
        "fire-code",
        "energy-code",
    }
)
_NOTES = frozenset({"state-support", "voluntary"})


def judge(house: House, law: Law) -> Finding:
    """Judge whether ``house`` may have a lift added under the rules of ``eligibility`` in ``law``.

    A stairwell that has a lift needs none, under any law. Where neither the fewest storeys nor the
    conditions are laid down, the district has to be asked, and ``answers["local-rule"]`` is its
    answer. Rules of a city's own pack that are not known here are asked by their name.
    """
    return Finding(tuple(_reasons(house, law)))


def _reasons(house: House, law: Law) -> Iterator[Reason]:
    yield _lift(house, law)
    for rule in law.topic(TOPIC):
        yield from _by_rule(house, law, rule)
    if not any(law.get(f"{TOPIC}/{name}") for name in ("storeys-least", "conditions")):
        facts = {"place": law.place, "day": law.day.isoformat()}
        yield _told("local_rule", house.answers.get(LOCAL_RULE), facts, LOCAL_RULE)
    if house.demolition and not _PLANS & {*_conditions(law)}:
        yield Reason("note", "eligibility.demolition_note", {})


def _by_rule(house: House, law: Law, rule: Rule) -> Iterator[Reason]:
    match rule.name, rule.unit:
        case "storeys-least", "count":
            yield _storeys(house, rule)
        case "conditions", "words":
            for word in rule.value:
                if word != "no-lift":  # judged for every house
                    yield _condition(house, law, rule, word)
        case "appraisal-built-before", "count":
            yield _appraisal(house, rule)
        case "old-built-until", "count":
            pass  # what "old" means, no condition by itself
        case name, "flag":
            if rule.value:
                stem = _snake(name) if name in _NOTES else "flag"
                yield Reason("note", f"eligibility.{stem}_note", {"law": rule.id}, (rule.id,))
        case _:
            asked = house.answers.get(rule.name)
            yield _told("rule", asked, {"law": rule.id}, rule.name, rule)


def _lift(house: House, law: Law) -> Reason:
    rule = law.get(f"{TOPIC}/conditions")
    cited = (rule,) if rule is not None and "no-lift" in _conditions(law) else ()
    return _told("no_lift", _not(house.lift), {}, "lift", *cited)


def _storeys(house: House, rule: Rule) -> Reason:
    holds = None if house.storeys is None else house.storeys >= rule.value
    facts = {"storeys": house.storeys, "least": rule.value, "law": rule.id}
    return _told("storeys", holds, facts, "storeys", rule)


def _condition(house: House, law: Law, rule: Rule, word: str) -> Reason:
    facts: dict[str, Fact] = {"condition": word, "law": rule.id}
    if word == "old":
        return _old(house, law, rule, facts)
    needs, holds = word, None
    if word in _DECIDED:
        needs, decide = _DECIDED[word]
        holds = decide(house)
    if word == "structurally-safe":
        facts |= {"structure": house.structure, "built": house.built}
    stem = _snake(word) if word in _DECIDED or word in _ASKED else "condition"
    return _told(stem, _else_answered(holds, house, word), facts, needs, rule)


def _old(house: House, law: Law, rule: Rule, facts: dict[str, Fact]) -> Reason:
    """Old is what the renovation programme takes in; a later house may be called old by others."""
    until = law.get(f"{TOPIC}/old-built-until")
    facts["built"] = house.built
    by_year = until is not None and house.built is not None and house.built <= until.value
    holds = True if by_year else house.answers.get("old")
    cited = (rule, until) if by_year and until is not None else (rule,)
    return _told("old", holds, facts, "built" if house.built is None else "old", *cited)


def _appraisal(house: House, rule: Rule) -> Reason:
    """Ask for an appraisal of grade A or B where the house is older than the year of the rule."""
    facts = {"built": house.built, "before": rule.value, "law": rule.id}
    if house.built is not None and house.built >= rule.value:
        return Reason("met", "eligibility.appraisal_not_due", facts, (rule.id,))
    answer = house.answers.get("appraisal")
    if house.built is None:  # a poor result does no harm to a house that needed none
        return _told("appraisal", answer or None, facts, "built", rule)
    return _told("appraisal", answer, facts, "appraisal", rule)


def _told(stem: str, holds: Known, facts: Mapping[str, Fact], needs: str, *rules: Rule) -> Reason:
    verdict = _VERDICTS[holds]
    return Reason(
        verdict=verdict,
        code=f"eligibility.{stem}_{verdict}",
        facts=MappingProxyType(dict(facts)),
        law_ids=tuple(rule.id for rule in rules),
        needs=needs if holds is None else "",
    )


def _else_answered(holds: Known, house: House, word: str) -> Known:
    return house.answers.get(word) if holds is None else holds


def _conditions(law: Law) -> tuple[str, ...]:
    rule = law.get(f"{TOPIC}/conditions")
    return rule.value if rule is not None and rule.unit == "words" else ()


def _not(known: Known) -> Known:
    return None if known is None else not known


def _snake(word: str) -> str:
    return word.replace("-", "_")
