"""Every refusal of the rules can be said in both languages, with the facts it carries."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from tuanti import rules
from tuanti.rules import deadlines, due, stages, subsidy
from tuanti.rules.errors import Fact, RuleBroken
from tuanti.rules.upkeep import indicators, terms, visits
from tuanti.texts import LANGS, codes, facts_of, sentence

for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
    importlib.import_module(module.name)

# The facts each carries; tests of the rules hold them to it.
CARRIED: dict[type[RuleBroken], dict[str, Fact]] = {
    deadlines.CalendarTorn: {"day": "2026-02-14"},
    deadlines.PauseReversed: {"from_on": "2026-06-02", "until_on": "2026-06-01"},
    deadlines.TermEmpty: {"length": 0},
    due.NotATerm: {"id": "cn/notice/plan@2000-01-01", "unit": "minutes"},
    stages.MoveRefused: {"process": "works", "state": "ordered", "act": "mend", "possible": None},
    stages.UnknownState: {"process": "works", "state": "z", "known": "a, b"},
    subsidy.NotASubsidy: {"id": "cn/notice/plan@2000-01-01"},
    subsidy.OutOfRange: {"field": "storeys", "value": 0, "low": 1},
    subsidy.UnknownBonus: {"value": "x", "known": None},
    visits.LayersAmiss: {"found": None, "needed": "a, b"},
    visits.NotContained: {"layer": "yearly", "missing": "quarterly"},
    visits.UnknownLayer: {"value": "weekly", "known": "a, b"},
    terms.WrongUnit: {"id": "x", "unit": "days", "needed": "months"},
    terms.ArrivedBeforeTheCall: {"called_at": "x", "arrived_at": "y"},
    indicators.BelowZero: {"value": -1},
    indicators.PartAboveWhole: {"part": 2, "whole": 1},
}


def refusals(above: type[RuleBroken] = RuleBroken) -> Iterator[type[RuleBroken]]:
    for refusal in above.__subclasses__():
        if refusal.__module__.startswith(rules.__name__):
            yield refusal
        yield from refusals(refusal)


@pytest.mark.parametrize("refusal", [*refusals()], ids=lambda refusal: refusal.code)
def test_every_refusal_has_a_sentence(refusal: type[RuleBroken]) -> None:
    assert all(refusal.code in codes(lang) for lang in LANGS)


@pytest.mark.parametrize("refusal", CARRIED, ids=lambda refusal: refusal.code)
def test_a_sentence_names_only_facts_its_refusal_carries(refusal: type[RuleBroken]) -> None:
    for lang in LANGS:
        assert facts_of(refusal.code, lang) <= set(CARRIED[refusal])
        assert sentence(refusal.code, lang, **CARRIED[refusal])


def test_no_refusal_of_these_modules_is_forgotten() -> None:
    modules = {refusal.__module__ for refusal in CARRIED}
    assert {refusal for refusal in refusals() if refusal.__module__ in modules} == set(CARRIED)
