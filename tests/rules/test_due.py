from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.case_cast import CALENDAR, ON, RULES, case, d, dues, one, shelf
from tuanti.rules import law
from tuanti.rules.case import read
from tuanti.rules.clocks import CLOCKS, EVENTS
from tuanti.rules.due import Due, NotATerm, due
from tuanti.rules.regimes import REGIMES
from tuanti.rules.subsidy import APPLY, UnknownBonus

LIFT = {"storeys": 7, "cost_fen": 48_000_000}
SUBSIDY: dict[str, Any] = {"lift": LIFT, "subsidies": ["subsidy/lift"]}


# --- Which day -------------------------------------------------------------------------------


def test_a_clock_is_told_in_full() -> None:
    assert one("licence/decision", events={"application-accepted": "2026-06-01"}) == Due(
        rule="licence/decision",
        by="authority",
        kind="within",
        starts="application-accepted",
        started_on=d("2026-06-01"),
        ends="licence-decided",
        done_on=None,
        due_on=d("2026-06-30"),  # the 19th is off
        state="open",
        days_left=20,
        paused=False,
        provisional=False,
        law_ids=("cn/licence/decision@2000-01-01",),
        fen=0,
    )


def test_nothing_is_due_before_anything_has_happened() -> None:
    found = dues(events={})
    assert (found.dues, found.without_rule, found.grants) == ((), (), {})


def test_what_falls_due_stands_by_its_day_and_then_by_its_rule() -> None:
    events = {
        "notice-posted": "2026-06-05",
        "hearing-offered": "2026-06-10",
        "drill-held": "2026-01-02",
    }
    found = dues(events=events).dues
    assert [(str(x.due_on), x.rule) for x in found] == [
        ("2026-06-15", "licence/hearing-request"),
        ("2026-06-15", "notice/plan"),
        ("2026-07-02", "upkeep/drill"),
    ]


def test_a_moved_last_day_cites_the_law_that_moves_it() -> None:
    moved = one("notice/plan", events={"notice-posted": "2026-06-03"})  # the 13th is a Saturday
    assert moved.due_on == d("2026-06-15")
    assert moved.law_ids == ("cn/notice/plan@2000-01-01", "cn/time/last-day-off@2000-01-01")
    stays = one("notice/plan", events={"notice-posted": "2026-06-01"})
    assert stays.law_ids == ("cn/notice/plan@2000-01-01",)


def test_a_last_day_moves_even_where_the_pack_has_no_rule_to_cite() -> None:
    bare = shelf({"cn/notice/plan": ("days", 10)})
    found = dues(law_=bare, events={"notice-posted": "2026-06-03"}).dues[0]
    assert (found.due_on, found.law_ids) == (d("2026-06-15"), ("cn/notice/plan@2000-01-01",))


def test_what_must_not_grow_longer_does_not_move() -> None:
    assert one("upkeep/drill", events={"drill-held": "2026-01-04"}).due_on == d("2026-07-04")


def test_an_unpublished_schedule_makes_a_day_provisional() -> None:
    late = one("licence/decision", events={"application-accepted": "2026-12-10"})
    assert (late.due_on, late.provisional) == (d("2027-01-07"), True)
    assert not one("licence/decision", events={"application-accepted": "2026-12-01"}).provisional


def test_a_clock_runs_under_the_law_of_the_day_it_starts() -> None:
    early = shelf({"cn/notice/plan": ("days", 10)}, start="2026-06-02")
    assert dues(law_=early, events={"notice-posted": "2026-06-02"}).dues[0].due_on == d(
        "2026-06-12"
    )
    found = dues(law_=early, events={"notice-posted": "2026-06-01"})
    assert (found.dues, found.without_rule) == ((), ("notice/plan",))


# --- Rules that are not there ----------------------------------------------------------------


def test_a_clock_without_a_rule_is_named_once() -> None:
    found = dues(events={"acceptance": "2026-06-01", "departments-asked": "2026-06-01"})
    assert found.dues == ()
    assert found.without_rule == (
        "licence/consultation",
        "registration/file",
        "warranty/installation",
        "warranty/waterproofing",  # but not warranty/lift, which only some places have
    )


def test_an_extension_without_a_rule_is_named_and_the_term_still_told() -> None:
    events = {"application-accepted": "2026-06-01", "decision-extended": "2026-06-20"}
    bare = shelf({"cn/licence/decision": ("working-days", 20)})
    found = dues(law_=bare, events=events)
    assert found.dues[0].due_on == d("2026-06-30")
    assert found.without_rule == ("licence/decision-extension",)


def test_a_rule_that_is_no_term_is_refused() -> None:
    for value in (("minutes", 30), ("flag", "true")):
        with pytest.raises(NotATerm) as refusal:
            dues(law_=shelf({"cn/notice/plan": value}))
        assert refusal.value.facts == {"id": "cn/notice/plan@2000-01-01", "unit": value[0]}


# --- Extensions and pauses -------------------------------------------------------------------


def test_an_extension_adds_its_time_and_its_law() -> None:
    events = {"application-accepted": "2026-06-01", "decision-extended": "2026-06-20"}
    found = one("licence/decision", events=events)
    assert found.due_on == d("2026-07-14")
    assert found.law_ids == (
        "cn/licence/decision@2000-01-01",
        "cn/licence/decision-extension@2000-01-01",
    )


@pytest.mark.parametrize(
    ("events", "due_on"),
    [
        ({}, "2026-04-30"),
        ({"start-extended": "2026-04-20"}, "2026-07-30"),
        ({"start-extended": "2026-04-20", "start-extended-again": "2026-07-20"}, "2026-10-30"),
    ],
)
def test_a_start_may_be_put_off_twice(events: dict[str, str], due_on: str) -> None:
    found = one("licence/start-work", events={"work-permit": "2026-01-30"} | events)
    assert found.due_on == d(due_on)


PAUSED: dict[str, Any] = {"events": {"application-accepted": "2026-06-01"}}


def pause(from_on: str, until_on: str | None, clock: str = "licence/decision") -> dict[str, Any]:
    row = {"clock": clock, "reason": "hearing", "from_on": from_on, "until_on": until_on}
    return {"pauses": [row]}


def test_days_a_clock_stood_still_are_not_counted() -> None:
    found = one("licence/decision", **PAUSED, **pause("2026-06-08", "2026-06-10"))
    assert (found.due_on, found.paused) == (d("2026-07-02"), False)


def test_a_pause_stops_its_own_clock_only() -> None:
    found = one("licence/decision", **PAUSED, **pause("2026-06-08", None, "licence/joint-decision"))
    assert (found.due_on, found.paused) == (d("2026-06-30"), False)


@pytest.mark.parametrize(
    ("on", "due_on", "paused"),
    [
        ("2026-06-07", "2026-06-30", False),  # not yet
        ("2026-06-08", "2026-07-01", True),  # the day itself is lost
        ("2026-06-10", "2026-07-03", True),  # and every day until then
        ("2026-08-10", "2026-09-01", True),  # four days before it, sixteen after
    ],
)
def test_an_open_pause_lasts_at_least_through_the_day(
    on: str, due_on: str, *, paused: bool
) -> None:
    found = one("licence/decision", d(on), **PAUSED, **pause("2026-06-08", None))
    assert (found.due_on, found.paused, found.state) == (d(due_on), paused, "open")


def test_what_is_done_is_not_paused() -> None:
    events = {"application-accepted": "2026-06-01", "licence-decided": "2026-06-05"}
    found = one("licence/decision", events=events, **pause("2026-06-03", None))
    assert (found.paused, found.state) == (False, "kept")


def test_a_pause_after_the_term_was_over_helps_nobody() -> None:
    found = one("licence/decision", d("2026-08-10"), **PAUSED, **pause("2026-07-02", None))
    assert (found.due_on, found.state, found.paused) == (d("2026-06-30"), "overdue", True)


# --- One clock after another -----------------------------------------------------------------

CHALLENGE: dict[str, Any] = {"regime": "fiscal", "events": {"challenge-filed": "2026-06-01"}}


def test_a_clock_may_run_from_the_end_of_another() -> None:
    found = one("fiscal/complaint", **CHALLENGE)
    assert (found.starts, found.started_on) == ("fiscal/challenge-answer", d("2026-06-10"))
    assert found.due_on == d("2026-07-02")


def test_what_runs_from_a_provisional_day_is_provisional() -> None:
    published = shelf({k: RULES[k] for k in ("cn/fiscal/challenge-answer",)}
                      | {"cn/fiscal/complaint": ("days", 1)})  # fmt: skip
    events = {"challenge-filed": "2025-12-29"}  # counted partly in a year that is not known
    found = dues(law_=published, regime="fiscal", events=events).dues
    assert [x.provisional for x in found] == [True, True]
    assert found[1].due_on == d("2026-01-08")


def test_a_purchase_stands_still_for_a_complaint() -> None:
    both: dict[str, Any] = {"regime": "tendering", "events": {"award-notice": "2026-06-01"}}
    row = {"clock": "tendering/contract", "reason": "complaint", "from_on": "2026-06-08"}
    assert one("tendering/contract", **both, pauses=[row]).paused


def test_without_the_first_clock_the_second_does_not_run() -> None:
    bare = shelf({"cn/fiscal/complaint": ("days", 10)})
    found = dues(law_=bare, **CHALLENGE)
    assert (found.dues, found.without_rule) == ((), ("fiscal/challenge-answer",))


# --- Regimes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regime", "rules"),
    [
        ("tendering", ["tendering/bid-period"]),
        ("fiscal", ["fiscal/bid-period"]),
        ("owners", []),
    ],
)
def test_only_the_clocks_of_the_regime_run(regime: str, rules: list[str]) -> None:
    found = dues(regime=regime, events={"documents-issued": "2026-06-01"})
    assert [x.rule for x in found.dues] == rules
    named = {"tendering": "tendering/document-supply", "fiscal": "fiscal/document-supply"}
    assert found.without_rule == ((named[regime],) if regime in named else ())


# --- How it stands ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "done", "state", "left"),
    [
        ("2026-06-30", None, "open", 0),
        ("2026-07-01", None, "overdue", -1),
        ("2026-07-05", "2026-06-30", "kept", None),
        ("2026-07-05", "2026-07-01", "late", None),
        ("2026-07-05", "2026-06-01", "kept", None),
        ("2026-07-05", "2026-05-31", "early", None),
    ],
)
def test_an_act_is_due_by_its_day(on: str, done: str | None, state: str, left: int | None) -> None:
    events = {"application-accepted": "2026-06-01"} | ({"licence-decided": done} if done else {})
    found = one("licence/decision", d(on), events=events)
    assert (found.state, found.days_left) == (state, left)
    assert found.done_on == (d(done) if done else None)


def test_a_right_not_used_lapses() -> None:
    events = {"hearing-offered": "2026-06-10"}
    states = [
        one("licence/hearing-request", d(f"2026-06-{day}"), events=events).state for day in (15, 16)
    ]
    assert states == ["open", "lapsed"]


@pytest.mark.parametrize(
    ("on", "done", "state"),
    [
        ("2026-06-11", None, "running"),  # the last day
        ("2026-06-12", None, "over"),
        ("2026-06-30", "2026-06-12", "kept"),
        ("2026-06-30", "2026-06-11", "too-soon"),
        ("2026-06-30", "2026-05-11", "too-soon"),
    ],
)
def test_a_notice_stands_through_its_last_day(on: str, done: str | None, state: str) -> None:
    events = {"notice-posted": "2026-06-01"} | ({"notice-ended": done} if done else {})
    assert one("notice/plan", d(on), events=events).state == state


@pytest.mark.parametrize(
    ("on", "done", "state"),
    [
        ("2026-06-21", None, "running"),
        ("2026-06-22", None, "over"),  # the 21st is a Sunday
        ("2026-06-01", "2026-06-22", "kept"),
        ("2026-06-01", "2026-06-21", "too-soon"),
    ],
)
def test_a_second_act_comes_no_sooner_than_its_day(on: str, done: str | None, state: str) -> None:
    events = {"documents-issued": "2026-06-01"} | ({"bid-deadline": done} if done else {})
    found = one("tendering/bid-period", d(on), regime="tendering", events=events)
    assert (found.due_on, found.state) == (d("2026-06-22"), state)


@pytest.mark.parametrize(
    ("on", "done", "state"),
    [
        ("2026-05-29", None, "open"),  # the 31st, a Sunday, moves back
        ("2026-05-30", None, "overdue"),
        ("2026-05-30", "2026-05-29", "kept"),
        ("2026-05-30", "2026-05-30", "late"),
        ("2026-07-30", "2026-07-01", "late"),
    ],
)
def test_what_must_come_before_counts_backwards(on: str, done: str | None, state: str) -> None:
    events = {"inspection-expiry": "2026-06-30"} | ({"inspection-requested": done} if done else {})
    found = one("inspection/apply-before", d(on), events=events)
    assert (found.due_on, found.state) == (d("2026-05-29"), state)


def test_a_clarification_not_given_in_time_lapses() -> None:
    events = {"bid-deadline": "2026-06-30"}
    facts: dict[str, Any] = {"regime": "tendering", "events": events}
    assert one("tendering/clarification", d("2026-06-15"), **facts).state == "open"
    assert one("tendering/clarification", d("2026-06-16"), **facts).state == "lapsed"


def test_what_has_no_end_only_runs_out() -> None:
    found = one("upkeep/drill", d("2026-07-03"), events={"drill-held": "2026-01-02"})
    assert (found.ends, found.done_on, found.state) == ("", None, "overdue")


# --- Subsidies -------------------------------------------------------------------------------


def test_before_registration_the_end_of_the_scheme_decides() -> None:
    found = dues(events={}, **SUBSIDY)
    assert found.dues == (
        Due(
            rule="subsidy/lift", by="applicant", kind="within", starts="", started_on=None,
            ends="use-registration", done_on=None, due_on=d("2026-12-31"), state="open",
            days_left=204, paused=False, provisional=False,
            law_ids=("yunzhou/subsidy/lift@2000-01-01",), fen=2_000_000,
        ),
    )  # fmt: skip
    assert found.grants["subsidy/lift"].paid_fen == 2_000_000


def stakes(on: str, events: dict[str, str], **more: Any) -> list[tuple[str, str, str, int]]:  # noqa: ANN401 (of a case)
    found = dues(d(on), events=events, **SUBSIDY | more).dues
    return [(x.ends, str(x.due_on), x.state, x.fen) for x in found if x.rule == "subsidy/lift"]


def test_after_registration_the_application_decides() -> None:
    events = {"use-registration": "2026-06-01"}
    registered = ("use-registration", "2026-12-31", "kept", 0)
    assert stakes("2026-07-01", events) == [(APPLY, "2026-07-01", "open", 2_000_000), registered]
    assert stakes("2026-07-02", events) == [(APPLY, "2026-07-01", "overdue", 2_000_000), registered]
    applied = events | {APPLY: "2026-07-01"}
    assert stakes("2026-08-01", applied) == [(APPLY, "2026-07-01", "kept", 0), registered]
    too_late = events | {APPLY: "2026-07-02"}
    assert stakes("2026-08-01", too_late) == [(APPLY, "2026-07-01", "late", 0), registered]


def test_the_application_runs_from_the_trigger() -> None:
    found = dues(events={"use-registration": "2026-06-01"}, **SUBSIDY).dues
    (application,) = [x for x in found if x.ends == APPLY]
    assert (application.starts, application.started_on, application.days_left) == (
        "use-registration", d("2026-06-01"), 21,
    )  # fmt: skip


def test_a_lift_registered_too_late_need_not_apply() -> None:
    events = {"use-registration": "2027-01-01"}
    late = ("use-registration", "2026-12-31", "late", 0)
    assert stakes("2027-01-02", events) == [late]
    applied = events | {APPLY: "2027-01-02"}
    assert stakes("2027-01-02", applied) == [late, (APPLY, "2026-12-31", "late", 0)]


def test_what_the_scheme_never_meant_has_no_day() -> None:
    low = {"lift": LIFT | {"storeys": 3}}
    assert stakes("2026-06-10", {"use-registration": "2026-06-01"}, **low) == []
    assert dues(events={}, **SUBSIDY | low).grants["subsidy/lift"].paid_fen == 0


def test_a_scheme_without_days_only_tells_its_money() -> None:
    facts = SUBSIDY | {"subsidies": ["subsidy/open"]}
    found = dues(events={"topping-out": "2026-06-01"}, **facts)
    assert found.dues == ()
    assert found.grants["subsidy/open"].triggered_on == d("2026-06-01")


def test_a_scheme_of_another_place_is_named() -> None:
    found = dues(place="cn", events={}, **SUBSIDY)
    assert (found.without_rule, found.grants) == (("subsidy/lift",), {})


def test_the_law_of_the_trigger_decides_over_the_money() -> None:
    rows = {"yunzhou/subsidy/lift": RULES["yunzhou/subsidy/lift"]}
    later = shelf(rows, start="2026-06-05")
    registered = {"use-registration": "2026-06-01"}
    assert "subsidy/lift" in dues(law_=later, events=registered, **SUBSIDY).grants
    assert dues(d("2026-06-04"), later, events=registered, **SUBSIDY).without_rule == (
        "subsidy/lift",
    )


@pytest.mark.parametrize(("registered", "wan"), [("2020-12-31", 24), ("2021-01-01", 28)])
def test_a_scheme_that_changed_pays_by_the_day_of_the_trigger(registered: str, wan: int) -> None:
    """Shanghai's cap was 240,000 yuan and is 280,000."""
    facts = SUBSIDY | {"lift": {"storeys": 6, "cost_fen": 10**9}}
    events = {"use-registration": registered}
    found = dues(law_=law.packaged(), place="shanghai", events=events, **facts)
    assert found.grants["subsidy/lift"].paid_fen == wan * 1_000_000


def test_a_bonus_nobody_offers_is_refused() -> None:
    with pytest.raises(UnknownBonus):
        dues(**SUBSIDY | {"lift": LIFT | {"bonuses": ["free tea"]}})
    found = dues(**SUBSIDY | {"lift": LIFT | {"bonuses": ["bonus"]}})
    assert found.grants["subsidy/lift"].paid_fen == 2_000_100


# --- Whatever the case -----------------------------------------------------------------------

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    events=st.dictionaries(st.sampled_from(EVENTS), days.map(date.isoformat), max_size=12),
    regime=st.sampled_from(REGIMES),
    on=days,
)
def test_every_due_keeps_its_law_and_its_order(
    events: dict[str, str], regime: str, on: date
) -> None:
    found = dues(on, events=events, regime=regime)
    assert list(found.dues) == sorted(found.dues, key=lambda x: (x.due_on, x.rule))
    moving = {clock.rule for clock in CLOCKS if clock.moves}
    for x in found.dues:
        assert x.law_ids[0].split("@")[0] == f"cn/{x.rule}"
        assert (x.done_on is None) is (x.days_left is not None)
        assert x.rule not in moving or CALENDAR.works(x.due_on)
    assert not {x.rule for x in found.dues} & {*found.without_rule}


def test_the_packaged_law_is_used_if_no_other_is_handed_in() -> None:
    data = case(place="chongqing", events={"joint-application-accepted": "2026-06-01"})
    found = due(read(data), ON, CALENDAR)
    assert found.dues[0].law_ids == ("cn/licence/joint-decision@2004-07-01",)
