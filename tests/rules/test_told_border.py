"""What a refusal tells: all it knows, not only why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tuanti.rules import cost_model, duties, estimate, law, merkle, regimes
from tuanti.rules.errors import Fact, Fault, RuleBroken

LAW = law.on(date(2026, 11, 22))
MODEL = cost_model.packaged()
SEVEN = estimate.Lift("p630", stops=7, entry="half")
ON_REQUEST = " ".join(line.id for line in MODEL.lines if line.asked)
UNIFORM = regimes.Answers("fiscal", "goods", 100_000_000, uniform=True)


@pytest.mark.parametrize(
    ("refuse", "facts"),
    [
        (
            lambda: duties.check("bank", "auditor"),
            {"kind": "bank", "duty": "auditor", "possible": "administrator, bank-officer"},
        ),
        (
            lambda: duties.check("ministry", "auditor"),
            {"value": "ministry", "known": ", ".join(duties.KINDS)},
        ),
        (
            lambda: estimate.ceiling_fen(100, 10_001),
            {"value": 10_001, "low": -10_000, "high": 10_000},
        ),
        (lambda: merkle.entry_leaf(b"salt", b"entry"), {"found": 4, "needed": 16}),
        (lambda: merkle.Frontier(3, (merkle.EMPTY,)), {"size": 3, "count": 1}),
        (lambda: merkle.inclusion_proof(2, [merkle.EMPTY]), {"index": 2, "size": 1}),
        (lambda: merkle.consistency_proof(2, [merkle.EMPTY]), {"old_size": 2, "size": 1}),
    ],
)
def test_a_refusal_tells_all_it_knows(refuse: Callable[[], object], facts: dict[str, Fact]) -> None:
    with pytest.raises(RuleBroken) as refused:
        refuse()
    assert refused.value.facts == facts


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"entry": "side"},
            Fault("estimate.unknown_entry", ("entry",), {"value": "side", "choices": "flat half"}),
        ),
        (
            {"asks": ("gold",)},
            Fault("estimate.unknown_asks", ("asks",), {"value": "gold", "choices": ON_REQUEST}),
        ),
        (
            {"stops": 41},
            Fault(
                "estimate.out_of_range",
                ("stops",),
                {"field": "stops", "value": "41", "low": 2, "high": 40},
            ),
        ),
    ],
)
def test_what_speaks_against_a_lift_is_told_whole(change: dict[str, Any], fault: Fault) -> None:
    assert estimate.check(replace(SEVEN, **change), MODEL) == (fault,)


def test_an_estimate_keeps_its_lift_and_its_model() -> None:
    found = estimate.estimate(SEVEN, MODEL)
    assert (found.lift, found.model_id) == (SEVEN, MODEL.id)


def test_a_model_keeps_its_name_and_its_title() -> None:
    assert MODEL.id == "cn-published"
    assert MODEL.title == {"zh": "公开价格参考模型", "en": "Reference model of published prices"}


def test_wrong_answers_are_told_with_what_might_have_been_said() -> None:
    kind: Any = "lifts"
    assert regimes.check(replace(UNIFORM, kind=kind, value_fen=0)) == (
        Fault(
            "regimes.unknown_choice",
            ("kind",),
            {"field": "kind", "value": "lifts", "choices": "goods works services"},
        ),
        Fault("regimes.bad_value", ("value_fen",), {"value": "0"}),
    )


def test_a_value_is_told_beside_the_threshold_it_is_held_against() -> None:
    found = regimes.propose(regimes.Answers("fiscal", "works", 500_000_000), LAW)
    facts = found.reasons[-1].facts
    assert (facts["value"], facts["threshold"]) == (500_000_000, 400_000_000)


def test_a_uniform_purchase_is_told_of_its_method() -> None:
    method = [rule.name for rule in regimes.propose(UNIFORM, LAW).follows["method"]]
    assert "uniform-method" in method
