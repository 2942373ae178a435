from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules.errors import Fault
from tuanti.rules.law import UNITS, Rule
from tuanti.rules.subsidy import (
    APPLY,
    Lift,
    NotASubsidy,
    OutOfRange,
    Stake,
    UnknownBonus,
    at_stake,
    divided,
    grant,
    lost_fen,
    stack,
)
from tuanti.texts import LANGS, sentence

WAN = 1_000_000  # ten thousand yuan in fen


def d(text: str) -> date:
    return date.fromisoformat(text)


def scheme(name: str = "lift", *, unit: str = "subsidy", **value: Any) -> Rule:  # noqa: ANN401 (as in TOML)
    both = {"zh": "虚构补贴", "en": "invented scheme"}
    faults: list[Fault] = []
    read = UNITS[unit](value if unit == "subsidy" else 1, (), faults)
    assert not faults
    return Rule(
        place="cn", topic="subsidy", name=name, title=both, unit=unit, value=read, article=both,
        source="invented", grade="memory", in_force_from=d("2026-01-01"),
    )  # fmt: skip


FIXED = scheme(kind="fixed", fen=20 * WAN, min_storeys=6)
SHARE = scheme(kind="percentage", percentage="2/5", cap_fen=28 * WAN, city_share="1/2")
STOREYS = scheme(
    kind="by-storeys", by_storeys={"4": 16 * WAN, "5": 18 * WAN, "6": 20 * WAN, "7": 22 * WAN}
)
DATED = scheme(
    kind="fixed", fen=20 * WAN, trigger="use-registration", apply_within_days=90,
    expires_on=d("2026-12-31"), payee="applicant",
)  # fmt: skip


def lift(storeys: int = 6, cost_fen: int = 60 * WAN, **more: Any) -> Lift:  # noqa: ANN401 (any field)
    return Lift(storeys, cost_fen, **more)


# --- How much --------------------------------------------------------------------------------


def test_a_fixed_sum_is_what_it_is_and_keeps_its_law() -> None:
    found = grant(FIXED, lift())
    assert (found.paid_fen, found.at_most, found.reasons) == (20 * WAN, False, ())
    assert found.law_ids == ("cn/subsidy/lift@2026-01-01",)


@pytest.mark.parametrize(
    ("cost_fen", "paid_fen"),
    [
        (0, 0),
        (2, 0),  # 0.8 fen: rounded down
        (3, 1),  # 1.2 fen
        (70 * WAN - 1, 28 * WAN - 1),  # a fen below the cap
        (70 * WAN, 28 * WAN),
        (70 * WAN + 3, 28 * WAN),
        (10**12, 28 * WAN),
    ],
)
def test_a_percentage_is_rounded_down_and_capped(cost_fen: int, paid_fen: int) -> None:
    assert grant(SHARE, lift(cost_fen=cost_fen)).paid_fen == paid_fen


def test_a_percentage_may_have_no_cap() -> None:
    rule = scheme(kind="percentage", percentage="2/5", up_to=True)
    assert grant(rule, lift(cost_fen=10**12)).paid_fen == 4 * 10**11


@given(cost_fen=st.integers(0, 10**9), parts=st.integers(0, 100))
def test_a_percentage_is_never_a_whole_fen_off(cost_fen: int, parts: int) -> None:
    rule = scheme(kind="percentage", percentage=f"{parts}/100", cap_fen=2**50)
    exact = Fraction(parts, 100) * cost_fen
    assert 0 <= exact - grant(rule, lift(cost_fen=cost_fen)).base_fen < 1


@pytest.mark.parametrize(
    ("storeys", "paid_wan"), [(3, 0), (4, 16), (5, 18), (6, 20), (7, 22), (8, 22), (33, 22)]
)
def test_a_table_by_storeys_gives_the_greatest_number_reached(storeys: int, paid_wan: int) -> None:
    assert grant(STOREYS, lift(storeys)).paid_fen == paid_wan * WAN


def test_without_a_least_number_one_storey_is_enough() -> None:
    table = scheme(kind="by-storeys", by_storeys={"1": WAN})
    assert grant(table, lift(1)).paid_fen == WAN
    assert grant(SHARE, lift(1)).reasons == ()


def test_a_table_by_storeys_says_who_is_too_low() -> None:
    assert grant(STOREYS, lift(3)).full_fen == 0
    assert grant(STOREYS, lift(3)).reasons == (
        Fault("subsidy.too_low", (), {"storeys": 3, "least": 4}),
    )
    raised = scheme(kind="by-storeys", by_storeys={"4": 16 * WAN}, min_storeys=5)
    assert grant(raised, lift(4)).paid_fen == 0
    assert grant(raised, lift(5)).paid_fen == 16 * WAN


@pytest.mark.parametrize(("storeys", "paid_fen"), [(5, 0), (6, 20 * WAN), (7, 20 * WAN)])
def test_a_scheme_for_six_storeys_begins_at_six(storeys: int, paid_fen: int) -> None:
    assert grant(FIXED, lift(storeys)).paid_fen == paid_fen


def test_what_would_have_been_paid_is_still_told() -> None:
    found = grant(FIXED, lift(5))
    assert (found.full_fen, found.paid_fen) == (20 * WAN, 0)
    assert found.reasons == (Fault("subsidy.too_low", (), {"storeys": 5, "least": 6}),)


@pytest.mark.parametrize(
    ("cost_fen", "paid_fen"),
    [(0, 0), (9 * WAN, 9 * WAN), (15 * WAN, 15 * WAN), (16 * WAN, 15 * WAN)],
)
def test_money_for_pipes_is_never_more_than_they_cost(cost_fen: int, paid_fen: int) -> None:
    rule = scheme(kind="fixed", fen=20 * WAN, pipeline_fen=15 * WAN)
    found = grant(rule, lift(pipeline_fen=cost_fen))
    assert (found.pipeline_fen, found.paid_fen) == (paid_fen, 20 * WAN + paid_fen)


def test_where_no_pipes_are_moved_there_is_no_money_for_them() -> None:
    assert grant(scheme(kind="fixed", fen=1, pipeline_fen=9), lift()).pipeline_fen == 0


def test_a_scheme_without_money_for_pipes_gives_none() -> None:
    assert grant(FIXED, lift(pipeline_fen=WAN)).pipeline_fen == 0


BONUS = scheme(
    kind="fixed", fen=10 * WAN, up_to=True,
    bonus=[
        {"name": {"zh": "已有井道", "en": "shaft exists"}, "fen": 5 * WAN},
        {"name": {"zh": "整栋加装", "en": "whole building"}, "fen": 2 * WAN},
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("claimed", "bonus_wan"),
    [
        ((), 0),
        (("已有井道",), 5),
        (("shaft exists",), 5),
        (("shaft exists", "已有井道"), 5),  # one bonus by two names
        (("整栋加装", "已有井道"), 7),
    ],
)
def test_a_bonus_is_paid_once_by_either_name(claimed: tuple[str, ...], bonus_wan: int) -> None:
    found = grant(BONUS, lift(bonuses=claimed))
    assert (found.bonus_fen, found.paid_fen) == (bonus_wan * WAN, (10 + bonus_wan) * WAN)
    assert found.at_most


def test_a_bonus_nobody_offers_is_refused() -> None:
    with pytest.raises(UnknownBonus) as refusal:
        grant(BONUS, lift(bonuses=("free tea",)))
    assert refusal.value.facts == {
        "value": "free tea",
        "known": "已有井道, shaft exists, 整栋加装, whole building",
    }
    with pytest.raises(UnknownBonus) as refusal:
        grant(FIXED, lift(bonuses=("free tea",)))
    assert refusal.value.facts["known"] is None


def test_only_a_subsidy_gives_money() -> None:
    with pytest.raises(NotASubsidy) as refusal:
        grant(scheme(unit="days"), lift())
    assert refusal.value.facts == {"id": "cn/subsidy/lift@2026-01-01"}


@pytest.mark.parametrize(
    ("name", "value", "low"), [("storeys", 0, 1), ("cost_fen", -1, 0), ("pipeline_fen", -1, 0)]
)
def test_a_lift_has_a_storey_and_no_sum_below_zero(name: str, value: int, low: int) -> None:
    facts: dict[str, Any] = {"storeys": 1, "cost_fen": 0, "pipeline_fen": 0}
    Lift(**facts)
    with pytest.raises(OutOfRange) as refusal:
        Lift(**facts | {name: value})
    assert refusal.value.facts == {"field": name, "value": value, "low": low}


# --- Who pays --------------------------------------------------------------------------------


def test_city_and_district_pay_the_whole_between_them() -> None:
    found = grant(SHARE, lift(cost_fen=3))
    assert (found.paid_fen, found.city_fen, found.district_fen) == (1, 1, 0)


def test_who_pays_is_not_guessed_at() -> None:
    assert (grant(FIXED, lift()).city_fen, grant(FIXED, lift()).district_fen) == (None, None)


def test_nothing_is_divided_where_nothing_is_paid() -> None:
    rule = scheme(kind="fixed", fen=WAN, city_share="1/3", min_storeys=9)
    assert (grant(rule, lift()).city_fen, grant(rule, lift()).district_fen) == (0, 0)


@given(fen=st.integers(0, 10**10), parts=st.integers(0, 100))
def test_no_fen_is_lost_between_city_and_district(fen: int, parts: int) -> None:
    city, district = divided(fen, Fraction(parts, 100))
    assert city + district == fen
    assert abs(city - Fraction(parts, 100) * fen) < 1


# --- By when ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("triggered", "apply_by"),
    [
        (None, "2026-12-31"),  # nobody knows yet: the scheme's end
        ("2026-06-01", "2026-08-30"),  # ninety days, the first of June not counted
        ("2026-10-02", "2026-12-31"),
        ("2026-10-03", "2026-12-31"),  # cut short by the scheme's end
    ],
)
def test_one_applies_in_time_and_before_the_scheme_ends(
    triggered: str | None, apply_by: str
) -> None:
    on = d(triggered) if triggered else None
    assert grant(DATED, lift(triggered_on=on)).apply_by_on == d(apply_by)


@pytest.mark.parametrize(
    ("terms", "apply_by"),
    [
        ({"apply_within_days": 30}, "2026-07-01"),
        ({"expires_on": d("2026-12-31")}, "2026-12-31"),
        ({}, None),
    ],
)
def test_a_term_a_scheme_does_not_set_does_not_bind(
    terms: dict[str, Any], apply_by: str | None
) -> None:
    found = grant(scheme(kind="fixed", fen=WAN, **terms), lift(triggered_on=d("2026-06-01")))
    assert found.apply_by_on == (d(apply_by) if apply_by else None)


@pytest.mark.parametrize(
    ("triggered", "applied", "reasons"),
    [
        ("2026-06-01", "2026-08-30", []),
        ("2026-06-01", "2026-08-31", ["subsidy.applied_late"]),
        ("2026-12-31", None, []),
        ("2027-01-01", None, ["subsidy.triggered_late"]),
        ("2027-01-01", "2027-01-05", ["subsidy.triggered_late", "subsidy.applied_late"]),
    ],
)
def test_a_day_too_late_is_too_late(
    triggered: str, applied: str | None, reasons: list[str]
) -> None:
    applied_on = d(applied) if applied else None
    found = grant(DATED, lift(triggered_on=d(triggered), applied_on=applied_on))
    assert [reason.code for reason in found.reasons] == reasons
    for lang in LANGS:
        assert all(sentence(reason.code, lang, **reason.facts) for reason in found.reasons)
    assert found.paid_fen == (0 if reasons else 20 * WAN)


def test_a_reason_names_the_day_and_the_last_one() -> None:
    found = grant(DATED, lift(triggered_on=d("2027-01-01")))
    assert found.reasons[0].facts == {"on": "2027-01-01", "by_on": "2026-12-31"}


# --- What is lost ----------------------------------------------------------------------------


def test_before_the_trigger_the_scheme_end_decides() -> None:
    found = grant(DATED, lift())
    stake = Stake("use-registration", d("2026-12-31"), 20 * WAN, found.law_ids)
    assert at_stake(found) == stake


def test_after_the_trigger_the_application_decides() -> None:
    found = grant(DATED, lift(triggered_on=d("2026-06-01")))
    assert at_stake(found) == Stake(APPLY, d("2026-08-30"), 20 * WAN, found.law_ids)


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        (DATED, {"triggered_on": d("2026-06-01"), "applied_on": d("2026-06-02")}),  # safe
        (DATED, {"triggered_on": d("2027-06-01")}),  # lost already
        (FIXED, {}),  # no day is set
        (FIXED, {"triggered_on": d("2026-06-01")}),
        (scheme(kind="fixed", fen=0, expires_on=d("2026-12-31")), {}),  # nothing to lose
    ],
)
def test_nothing_is_at_stake_when_nothing_can_be_lost(rule: Rule, facts: dict[str, Any]) -> None:
    assert at_stake(grant(rule, lift(**facts))) is None


@pytest.mark.parametrize(
    ("facts", "on", "lost_wan"),
    [
        ({}, "2026-12-31", 0),  # the last day is still in time
        ({}, "2027-01-01", 20),
        ({"triggered_on": d("2026-06-01")}, "2026-08-30", 0),
        ({"triggered_on": d("2026-06-01")}, "2026-08-31", 20),
        ({"triggered_on": d("2026-06-01"), "applied_on": d("2026-08-30")}, "2027-06-01", 0),
        ({"triggered_on": d("2026-06-01"), "applied_on": d("2026-08-31")}, "2026-09-01", 20),
        ({"triggered_on": d("2027-01-01")}, "2027-01-02", 20),
    ],
)
def test_a_missed_day_costs_the_whole_grant(facts: dict[str, Any], on: str, lost_wan: int) -> None:
    assert lost_fen(grant(DATED, lift(**facts)), d(on)) == lost_wan * WAN


def test_who_was_never_entitled_loses_nothing() -> None:
    rule = scheme(kind="fixed", fen=WAN, min_storeys=7, expires_on=d("2026-06-30"))
    assert lost_fen(grant(rule, lift(6)), d("2027-01-01")) == 0
    assert lost_fen(grant(rule, lift(6, triggered_on=d("2026-07-01"))), d("2027-01-01")) == 0
    assert lost_fen(grant(rule, lift(7)), d("2027-01-01")) == WAN


# --- Together --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost_wan", "most", "paid_wan", "cut_wan"),
    [
        (60, Fraction(1), (20, 24, 15), 0),
        (59, Fraction(1), (20, Fraction(236, 10), 15), 0),
        (50, Fraction(1), (20, 20, 10), 5),  # the last is cut
        (30, Fraction(1), (20, 10, 0), 17),
        (100, Fraction(1, 2), (20, 28, 2), 13),
        (0, Fraction(1), (0, 0, 0), 35),
    ],
)
def test_schemes_together_never_pay_more_than_the_cap(
    cost_wan: int, most: Fraction, paid_wan: tuple[Fraction, ...], cut_wan: int
) -> None:
    one = lift(cost_fen=cost_wan * WAN)
    bonds = scheme("bonds", kind="fixed", fen=15 * WAN)
    found = stack([grant(FIXED, one), grant(SHARE, one), grant(bonds, one)], one.cost_fen, most)
    assert found.paid_fen == tuple(int(wan * WAN) for wan in paid_wan)
    assert found.cut_fen == cut_wan * WAN
    assert found.total_fen == sum(found.paid_fen)
    assert found.law_ids == ("cn/subsidy/lift@2026-01-01", "cn/subsidy/bonds@2026-01-01")


def test_if_no_cap_is_named_it_is_the_cost() -> None:
    assert stack([grant(FIXED, lift())], 7).paid_fen == (7,)


def test_the_cap_is_rounded_down() -> None:
    assert stack([grant(FIXED, lift())], 101, Fraction(1, 2)).total_fen == 50


def test_a_refused_grant_takes_no_room_in_the_stack() -> None:
    found = stack([grant(FIXED, lift(5)), grant(SHARE, lift(5))], 30 * WAN)
    assert (found.paid_fen, found.cut_fen) == ((0, 24 * WAN), 0)


def test_a_cost_below_zero_caps_nothing() -> None:
    assert stack([], 0).total_fen == 0
    with pytest.raises(OutOfRange) as refusal:
        stack([], -1)
    assert refusal.value.facts == {"field": "cost_fen", "value": -1, "low": 0}
