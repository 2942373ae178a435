"""Eligibility: what a reason holds, and when a district is asked for its own rule."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.rules.test_eligibility import GOOD, LAWS, dazu
from tuanti.rules.eligibility import LOCAL_RULE, House, Reason, judge


def reason_of(house: House, place: str, name: str) -> Reason:
    (found,) = (
        reason
        for reason in judge(house, LAWS[place]).reasons
        if reason.code.removeprefix("eligibility.").startswith(name)
    )
    return found


@pytest.mark.parametrize("name", ["legally_built", "structurally_safe", "not_to_be_expropriated"])
def test_a_condition_is_told_with_its_word_and_its_rule(name: str) -> None:
    reason = reason_of(GOOD, "jinan", name)
    rule = LAWS["jinan"].rule("eligibility/conditions").id
    told = {"condition": name.replace("_", "-"), "law": rule}
    assert {key: reason.facts[key] for key in told} == told
    assert reason.law_ids == (rule,)


@pytest.mark.parametrize(
    ("built", "answers", "name", "needs"),
    [
        (2001, {}, "appraisal_not_due", ""),
        (2000, {"appraisal": True}, "appraisal_met", ""),
        (2000, {}, "appraisal_needed", "appraisal"),
        (None, {}, "appraisal_needed", "built"),
    ],
)
def test_an_appraisal_is_told_with_the_year_it_hangs_on(
    built: int | None, answers: Mapping[str, bool], name: str, needs: str
) -> None:
    reason = reason_of(replace(GOOD, built=built, answers=answers), "huzhou", "appraisal")
    rule = LAWS["huzhou"].rule("eligibility/appraisal-built-before").id
    facts = {"built": built, "before": 2001, "law": rule}
    assert (reason.code, reason.needs) == (f"eligibility.{name}", needs)
    assert (reason.facts, reason.law_ids) == (facts, (rule,))


@pytest.mark.parametrize(("built", "needs"), [(2000, ""), (2001, "old"), (None, "built")])
def test_old_is_told_with_the_year_of_the_house(built: int | None, needs: str) -> None:
    reason = reason_of(replace(GOOD, built=built), "shanghai", "old")
    assert (reason.facts["built"], reason.needs) == (built, needs)


def test_only_what_bears_on_safety_is_told_with_structure_and_year() -> None:
    safe = reason_of(GOOD, "jinan", "structurally_safe")
    assert (safe.facts["structure"], safe.facts["built"]) == ("brick-concrete", 1996)
    assert not {"structure", "built"} & {*reason_of(GOOD, "jinan", "legally_built").facts}


def test_a_rule_nobody_can_read_is_cited_as_what_it_is() -> None:
    here = dazu(("storeys-most", "count", "9"))
    (rule,) = (rule.id for rule in here.topic("eligibility") if rule.name == "storeys-most")
    (reason,) = (one for one in judge(GOOD, here).reasons if "rule_needed" in one.code)
    assert (reason.facts, reason.law_ids) == ({"law": rule}, (rule,))


@pytest.mark.parametrize(
    "rule", [("storeys-least", "count", "4"), ("conditions", "words", '["urban"]')]
)
def test_a_district_that_lays_down_either_is_not_asked_for_more(
    rule: tuple[str, str, str],
) -> None:
    here = dazu(rule)
    told = [reason.code for reason in judge(GOOD, here).reasons]
    assert not [code for code in told if code.startswith("eligibility.local_rule")]
    assert LOCAL_RULE not in judge(House(), here).needed
