"""What refuses for several reasons says how many, and what might have been said instead."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.rules.consent_cast import SPECIAL, flat
from tuanti.rules import consent, cost_model, estimate, law, regimes, scoring
from tuanti.rules.errors import RuleBroken
from tuanti.rules.money import NothingToSplitBy

DAY = date(2026, 11, 22)
LAW = law.on(DAY)
NOBODY: Any = "nobody"
TWO = consent.Roll((flat("1", 0), flat("2", 0)))

REFUSED: list[Callable[[], object]] = [
    lambda: consent.tally(TWO, [], SPECIAL, on=DAY),
    lambda: cost_model.read('format = "tuanti-cost-model/1"\nid = "a"\npriced_on = 3\nlines = 3\n'),
    lambda: estimate.estimate(estimate.Lift("gold", 0, "flat"), cost_model.packaged()),
    lambda: law.beside('format = "tuanti-law/2"\ncolour = "red"\n'),
    lambda: regimes.propose(regimes.Answers(NOBODY, NOBODY, 1), LAW),
    lambda: scoring.evaluate(scoring.Terms(NOBODY, NOBODY, 100), [], LAW),
]


@pytest.mark.parametrize("refuse", REFUSED)
def test_a_refusal_says_how_many_faults_there_are(refuse: Callable[[], object]) -> None:
    with pytest.raises(RuleBroken) as refused:
        refuse()
    faults = vars(refused.value)["faults"]
    assert len(faults) > 1
    assert refused.value.facts == {"count": len(faults)}


def test_a_refusal_nobody_catches_still_says_why() -> None:
    refusal = NothingToSplitBy(weights="0, 0")
    assert refusal.args == ("money.nothing_to_split_by", {"weights": "0, 0"})


def test_a_profile_unknown_to_the_model_is_told_which_there_are() -> None:
    model = cost_model.packaged()
    (fault,) = estimate.check(estimate.Lift("gold", 7, "flat"), model)
    assert fault.facts == {"value": "gold", "choices": " ".join(model.profiles)}
    assert len(model.profiles) > 1
