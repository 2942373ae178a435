"""May a lift be added: by the packs, at their borders, with what is missing named."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuanti.rules import law
from tuanti.rules.eligibility import LOCAL_RULE, Finding, House, Verdict, judge
from tuanti.rules.housing import STRUCTURES
from tuanti.rules.law import Law
from tuanti.texts import LANGS, codes, facts_of, sentence
from tuanti.texts.words import word

DAY = date(2026, 11, 22)
PLACES = [
    "cn", "chongqing", "jiulongpo", "guangzhou", "jinan", "beijing", "chaozhou",
    "shanghai", "hangzhou", "huzhou",
]  # fmt: skip
LAWS = {place: law.on(DAY, place) for place in PLACES}

OWN_PACK = """
format = "tuanti-law/1"

[[places]]
id = "dazu"
name = { zh = "重庆市大足区", en = "Dazu District, Chongqing" }
parent = "chongqing"
"""
OWN_RULE = """
[[rules]]
id = "dazu/eligibility/{name}"
title = {{ zh = "当地条件", en = "Local condition" }}
unit = "{unit}"
value = {value}
article = {{ zh = "示例", en = "Example" }}
source = "example"
grade = "memory"
in_force_from = 2026-01-01
"""

# A house that meets every condition of every pack.
GOOD = House(
    storeys=8,
    built=1996,
    lift=False,
    demolition=False,
    structure="brick-concrete",
    owners=16,
    titled=True,
    answers=dict.fromkeys(
        (
            "urban",
            "legally-built",
            "structurally-safe",
            "not-to-be-expropriated-5-years",
            "building-safety-code",
            "fire-code",
            "energy-code",
            "appraisal",
            LOCAL_RULE,
        ),
        True,
    ),
)
LACKS: Mapping[str, Any] = {
    "storeys": None, "built": None, "lift": None, "demolition": None, "structure": None,
    "owners": None, "titled": None, "answers": {},
}  # fmt: skip

# Answers that another fact may contradict, and then outweighs.
CONTRADICTING = {"old", "not-to-be-expropriated-5-years"}

known = st.none() | st.booleans()
houses = st.builds(
    House,
    storeys=st.none() | st.integers(1, 33),
    built=st.none() | st.integers(1949, 2026),
    lift=known,
    demolition=known,
    structure=st.none() | st.sampled_from(STRUCTURES),
    owners=st.none() | st.integers(1, 40),
    titled=known,
    answers=st.dictionaries(st.sampled_from([*GOOD.answers, "old"]), st.booleans()),
)
places = st.sampled_from(PLACES)


def dazu(*rules: tuple[str, str, str]) -> Law:
    """The law of a district with a pack of its own."""
    text = OWN_PACK + "".join(OWN_RULE.format(name=n, unit=u, value=v) for n, u, v in rules)
    return law.on(DAY, "dazu", shelf=law.beside(text))


def verdicts(found: Finding) -> dict[str, Verdict]:
    return {reason.code.removeprefix("eligibility."): reason.verdict for reason in found.reasons}


def failing(house: House, place: str) -> list[str]:
    found = judge(house, LAWS[place])
    return [reason.code for reason in found.reasons if reason.verdict == "failed"]


# --- The packs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_a_house_that_meets_everything_may_have_a_lift(place: str) -> None:
    found = judge(GOOD, LAWS[place])
    assert (found.eligible, found.needed) == (True, ())


@pytest.mark.parametrize("place", PLACES)
def test_of_a_house_nobody_knows_nothing_is_said(place: str) -> None:
    found = judge(House(), LAWS[place])
    assert found.eligible is None
    assert "lift" in found.needed


@pytest.mark.parametrize(
    ("place", "needed"),
    [
        ("cn", ["lift", LOCAL_RULE]),
        ("chongqing", ["lift", LOCAL_RULE]),
        ("jiulongpo", ["lift", "storeys", "urban", "built", "demolition"]),
        ("guangzhou", ["lift", "storeys", "owners", "titled"]),
        ("jinan", ["lift", "storeys", "legally-built", "structurally-safe", "demolition"]),
        ("beijing", ["lift", "building-safety-code", "fire-code", "energy-code"]),
        ("chaozhou", ["lift", "storeys", "not-to-be-expropriated-5-years"]),
        ("shanghai", ["lift", "built"]),
        ("hangzhou", ["lift", "built"]),
        ("huzhou", ["lift", "built", LOCAL_RULE]),
    ],
)
def test_each_city_asks_for_its_own(place: str, needed: list[str]) -> None:
    assert [*judge(House(), LAWS[place]).needed] == needed


@pytest.mark.parametrize(
    ("place", "least"), [("jiulongpo", 4), ("guangzhou", 4), ("jinan", 4), ("chaozhou", 3)]
)
def test_the_fewest_storeys_are_met_when_reached(place: str, least: int) -> None:
    assert judge(replace(GOOD, storeys=least), LAWS[place]).eligible is True
    assert failing(replace(GOOD, storeys=least - 1), place) == ["eligibility.storeys_failed"]


def test_a_hillside_house_of_33_storeys_is_high_enough() -> None:
    assert judge(replace(GOOD, storeys=33), LAWS["jiulongpo"]).eligible is True


@pytest.mark.parametrize("place", PLACES)
def test_a_stairwell_with_a_lift_needs_none_whatever_the_law(place: str) -> None:
    assert failing(replace(GOOD, lift=True), place) == ["eligibility.no_lift_failed"]


@pytest.mark.parametrize(("place", "cites"), [("jinan", True), ("guangzhou", False)])
def test_a_lift_is_judged_under_the_law_only_where_there_is_one(place: str, *, cites: bool) -> None:
    reason = judge(GOOD, LAWS[place]).reasons[0]
    assert reason.law_ids == (("jinan/eligibility/conditions@2019-02-12",) if cites else ())


@pytest.mark.parametrize("place", ["jiulongpo", "jinan", "chaozhou"])
def test_a_house_to_be_demolished_gets_no_lift(place: str) -> None:
    answers = {**GOOD.answers, "not-to-be-expropriated": True}
    assert failing(replace(GOOD, demolition=True, answers=answers), place)


def test_no_plan_today_does_not_tell_of_the_last_five_years() -> None:
    found = judge(replace(GOOD, answers={}), LAWS["chaozhou"])
    assert found.needed == ("not-to-be-expropriated-5-years",)


def test_where_the_rules_do_not_speak_of_demolition_it_is_told_all_the_same() -> None:
    doomed = replace(GOOD, demolition=True)
    found = judge(doomed, LAWS["guangzhou"])
    assert found.eligible is True
    assert verdicts(found)["demolition_note"] == "note"
    assert "demolition_note" not in verdicts(judge(doomed, LAWS["jinan"]))
    assert "demolition_note" not in verdicts(judge(GOOD, LAWS["guangzhou"]))


@pytest.mark.parametrize(("owners", "several"), [(1, False), (2, True), (0, False)])
def test_several_owners_are_two_or_more(owners: int, *, several: bool) -> None:
    assert judge(replace(GOOD, owners=owners), LAWS["guangzhou"]).eligible is several


@pytest.mark.parametrize("name", ["urban", "structurally-safe", "legally-built", "fire-code"])
def test_a_condition_answered_with_no_fails(name: str) -> None:
    place = {"urban": "jiulongpo", "fire-code": "beijing"}.get(name, "jinan")
    stem = name.replace("-", "_")
    refused = replace(GOOD, answers={**GOOD.answers, name: False})
    assert failing(refused, place) == [f"eligibility.{stem}_failed"]


def test_a_fact_weighs_more_than_an_answer() -> None:
    house = replace(GOOD, titled=False, answers={"legal-title": True})
    assert failing(house, "guangzhou") == ["eligibility.legal_title_failed"]
    house = replace(GOOD, titled=None, answers={"legal-title": True})
    assert judge(house, LAWS["guangzhou"]).eligible is True


@pytest.mark.parametrize("place", ["jiulongpo", "shanghai", "hangzhou"])
def test_a_house_of_2000_is_old_and_of_a_later_one_the_district_is_asked(place: str) -> None:
    assert judge(replace(GOOD, built=2000), LAWS[place]).eligible is True
    later = replace(GOOD, built=2001)
    assert judge(later, LAWS[place]).needed == ("old",)
    for old in (True, False):
        told = replace(later, answers={**GOOD.answers, "old": old})
        assert judge(told, LAWS[place]).eligible is old


def test_old_rests_on_both_rules_where_the_year_decides() -> None:
    found = judge(GOOD, LAWS["shanghai"])
    assert "cn/eligibility/old-built-until@2020-07-10" in found.law_ids
    assert (
        "cn/eligibility/old-built-until@2020-07-10"
        not in judge(replace(GOOD, built=2001), LAWS["shanghai"]).law_ids
    )


def test_before_the_scope_of_renovation_was_set_the_year_did_not_decide() -> None:
    then = law.on(date(2020, 7, 9), "jiulongpo")
    assert judge(GOOD, then).needed == ("old",)


def test_in_huzhou_a_house_from_before_2001_is_appraised_first() -> None:
    unknown = {**GOOD.answers}
    del unknown["appraisal"]
    assert judge(replace(GOOD, built=2000, answers=unknown), LAWS["huzhou"]).needed == (
        "appraisal",
    )
    assert judge(replace(GOOD, built=2001, answers=unknown), LAWS["huzhou"]).eligible is True
    poor = replace(GOOD, answers={**GOOD.answers, "appraisal": False})
    assert judge(replace(poor, built=None), LAWS["huzhou"]).needed == ("built",)
    assert judge(replace(GOOD, built=None), LAWS["huzhou"]).eligible is True
    assert failing(poor, "huzhou") == ["eligibility.appraisal_failed"]


def test_what_the_state_and_the_city_say_is_noted_and_decides_nothing() -> None:
    found = verdicts(judge(House(), LAWS["chongqing"]))
    assert (found["state_support_note"], found["voluntary_note"]) == ("note", "note")
    assert "state_support_note" not in verdicts(judge(House(), law.on(date(2023, 8, 31))))


@pytest.mark.parametrize("answer", [True, False])
def test_where_no_conditions_are_known_the_districts_answer_decides(*, answer: bool) -> None:
    assert judge(replace(GOOD, answers={}), LAWS["chongqing"]).needed == (LOCAL_RULE,)
    told = replace(GOOD, answers={LOCAL_RULE: answer})
    assert judge(told, LAWS["chongqing"]).eligible is answer


# --- A city's own pack --------------------------------------------------------------------------


def test_a_districts_own_rule_takes_the_place_of_none() -> None:
    here = dazu(("storeys-least", "count", "5"))
    assert judge(replace(GOOD, storeys=5), here).eligible is True
    assert judge(replace(GOOD, storeys=4), here).eligible is False


def test_a_condition_nobody_has_heard_of_is_asked_by_its_word() -> None:
    here = dazu(("conditions", "words", '["flat-roof"]'))
    assert judge(GOOD, here).needed == ("flat-roof",)
    for answer in (True, False):
        told = replace(GOOD, answers={"flat-roof": answer})
        assert judge(told, here).eligible is answer


@pytest.mark.parametrize(
    "rule",
    [("storeys-most", "count", "9"), ("storeys-least", "words", '["four"]'),
     ("conditions", "word", '"old"')],
)  # fmt: skip
def test_a_rule_nobody_can_read_is_asked_and_not_passed_over(rule: tuple[str, str, str]) -> None:
    found = judge(replace(GOOD, answers={LOCAL_RULE: True}), dazu(rule))
    assert found.needed == (rule[0],)
    told = replace(GOOD, answers={rule[0]: False, LOCAL_RULE: True})
    assert judge(told, dazu(rule)).eligible is False


def test_a_flag_of_a_districts_own_is_noted_if_it_is_raised() -> None:
    raised, lowered = (dazu(("pilot", "flag", value)) for value in ("true", "false"))
    assert "flag_note" in verdicts(judge(GOOD, raised))
    assert "flag_note" not in verdicts(judge(GOOD, lowered))


# --- Of every house -----------------------------------------------------------------------------


@given(houses, places)
def test_the_answer_follows_from_its_reasons(house: House, place: str) -> None:
    found = judge(house, LAWS[place])
    told = {reason.verdict for reason in found.reasons}
    assert found.eligible is (False if "failed" in told else None if "needed" in told else True)
    assert bool(found.needed) is ("needed" in told)
    assert all(bool(reason.needs) is (reason.verdict == "needed") for reason in found.reasons)
    assert told <= {*get_args(Verdict)}


@settings(max_examples=1000)
@given(houses, places, st.data())
def test_knowing_less_never_turns_the_answer_round(
    house: House, place: str, data: st.DataObject
) -> None:
    answers = {name: said for name, said in house.answers.items() if name not in CONTRADICTING}
    house = replace(house, answers=answers)
    forgotten = data.draw(st.sets(st.sampled_from([*LACKS])))
    less = replace(house, **{name: LACKS[name] for name in forgotten})
    assert judge(less, LAWS[place]).eligible in {None, judge(house, LAWS[place]).eligible}


@given(houses, places)
def test_every_reason_can_be_said_and_cites_the_law_it_used(house: House, place: str) -> None:
    found = judge(house, LAWS[place])
    rules = {rule.id for rule in LAWS[place].topic("eligibility")}
    assert set(found.law_ids) <= rules
    for reason in found.reasons:
        assert reason.facts.get("law") in (None, *reason.law_ids)
        for lang in LANGS:
            assert facts_of(reason.code, lang) <= set(reason.facts)
            assert sentence(reason.code, lang, **reason.facts)
            assert not reason.needs or word(f"eligibility.needs.{reason.needs}", lang)
            assert word(f"eligibility.verdicts.{reason.verdict}", lang)


def test_every_sentence_has_a_house_that_needs_it() -> None:
    """No sentence is left over: each is reached by some house in some place."""
    told: set[str] = set()
    no = dict.fromkeys([*GOOD.answers, "flat-roof", "storeys-most", "old"], False)
    yes = dict.fromkeys(no, True)
    worst = House(1, 2026, True, True, "mixed", 1, False, no)  # noqa: FBT003 (every fact at its worst)
    own = dazu(
        ("conditions", "words", '["flat-roof"]'),
        ("storeys-most", "count", "9"),
        ("pilot", "flag", "true"),
    )
    for here in (*LAWS.values(), own):
        for house in (GOOD, House(), worst, replace(GOOD, answers=yes, built=2005)):
            told |= {reason.code for reason in judge(house, here).reasons}
            told |= {reason.code for reason in judge(replace(house, built=1990), here).reasons}
    assert {code for code in codes("zh") if code.startswith("eligibility.")} == told
