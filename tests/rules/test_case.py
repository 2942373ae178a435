from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.case_cast import SHELF, case
from tuanti.rules.case import FORMAT, Standstill, check, read
from tuanti.rules.clocks import BY_RULE, CLOCKS, EVENTS
from tuanti.rules.errors import Fact, Fault
from tuanti.rules.regimes import REGIMES
from tuanti.rules.subsidy import Lift
from tuanti.texts import LANGS, sentence

LIFT = {"storeys": 7, "cost_fen": 48_000_000}
PAUSE = {"clock": "licence/decision", "reason": "hearing", "from_on": "2026-06-01"}


def fault(code: str, *path: str | int, **facts: Fact) -> Fault:
    return Fault(f"case.{code}", path, facts)


# --- What is sound ---------------------------------------------------------------------------


def test_a_case_needs_little() -> None:
    assert check(case(), SHELF) == []
    found = read(case())
    assert (found.id, found.title, found.place) == ("hehua-3-1", "荷花苑3栋1单元", "yunzhou")
    assert (found.fictional, found.regime, found.lift) == (False, None, None)
    assert (found.standstills, found.subsidies) == ((), ())
    assert found.events == {"notice-posted": date(2026, 6, 1)}


def test_a_case_may_say_much() -> None:
    data = case(
        fictional=True,
        regime="tendering",
        pauses=[PAUSE, PAUSE | {"until_on": "2026-06-01"}],
        lift=LIFT | {"pipeline_fen": 5, "bonuses": ["奖励"]},
        subsidies=["subsidy/lift"],
    )
    assert check(data, SHELF) == []
    found = read(data)
    assert (found.fictional, found.regime) == (True, "tendering")
    assert found.lift == Lift(7, 48_000_000, 5, ("奖励",))
    assert found.subsidies == ("subsidy/lift",)
    day = date(2026, 6, 1)
    assert found.standstills == (
        Standstill("licence/decision", "hearing", day, None),
        Standstill("licence/decision", "hearing", day, day),
    )


def test_what_is_null_is_left_out() -> None:
    optional = dict.fromkeys(("fictional", "regime", "pauses", "lift", "subsidies"))
    assert check(case(**optional), SHELF) == []
    assert read(case(**optional)) == read(case())
    data = case(lift=LIFT | {"pipeline_fen": None, "bonuses": None})
    assert check(data, SHELF) == []
    assert read(data).lift == Lift(7, 48_000_000)


def test_every_event_of_every_clock_may_have_a_day() -> None:
    for regime in REGIMES:
        assert check(case(regime=regime, events=dict.fromkeys(EVENTS, "2026-06-01")), SHELF) == []


def test_a_scheme_may_wait_for_an_event_of_its_own() -> None:
    assert "topping-out" not in EVENTS
    assert check(case(events={"topping-out": "2026-06-01"}), SHELF) == []


def test_the_owners_money_starts_no_clock_of_a_purchase_but_may_be_named() -> None:
    assert check(case(regime="owners", events={"bid-deadline": "2026-06-01"}), SHELF) == []


# --- What is not -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        (
            {"format": "tuanti-case/2"},
            [fault("unknown_format", "format", value="tuanti-case/2", format=FORMAT)],
        ),
        ({"format": None}, [fault("field_missing", "format", field="format")]),
        ({"id": "Hehua"}, [fault("bad_id", "id", field="id", value="Hehua")]),
        ({"id": None}, [fault("field_missing", "id", field="id")]),
        ({"title": " x"}, [fault("bad_text", "title", field="title", value=" x")]),
        ({"title": None}, [fault("field_missing", "title", field="title")]),
        ({"fictional": 1}, [fault("not_yes_no", "fictional", field="fictional", value="1")]),
        ({"place": "atlantis"}, [fault("unknown_place", "place", value="atlantis")]),
        ({"place": 3}, [fault("unknown_place", "place", value="3")]),
        ({"place": None}, [fault("field_missing", "place", field="place")]),
        (
            {"regime": "barter"},
            [
                fault("unknown_choice", "regime", field="regime", value="barter",
                      choices="fiscal tendering owners")
            ],
        ),
        ({"colour": "red"}, [fault("field_unknown", "colour", field="colour")]),
        ({"events": None}, [fault("field_missing", "events", field="events")]),
        ({"events": [1]}, [fault("not_an_object", "events", value="[…]")]),
        (
            {"events": {"party": "2026-06-01"}},
            [fault("unknown_event", "events", "party", value="party")],
        ),
        ({"pauses": {}}, [fault("not_a_list", "pauses", field="pauses", value="{…}")]),
        ({"pauses": [3]}, [fault("not_an_object", "pauses", 0, value="3")]),
        (
            {"pauses": [{"x": 1}]},
            [
                fault("field_unknown", "pauses", 0, "x", field="x"),
                fault("field_missing", "pauses", 0, "clock", field="clock"),
                fault("field_missing", "pauses", 0, "reason", field="reason"),
                fault("field_missing", "pauses", 0, "from_on", field="from_on"),
            ],
        ),
        (
            {"pauses": [PAUSE, PAUSE | {"clock": "licence/fee", "until_on": "x"}]},
            [
                fault("unknown_clock", "pauses", 1, "clock", value="licence/fee"),
                fault("bad_date", "pauses", 1, "until_on", field="until_on", value="x"),
            ],
        ),
        (
            {"pauses": [PAUSE | {"reason": "rain"}]},
            [
                fault("reason_not_allowed", "pauses", 0, "reason", value="rain",
                      clock="licence/decision", known="expert-review hearing inspection")
            ],
        ),
        (
            {"pauses": [PAUSE | {"clock": "notice/plan", "reason": 3}]},
            [fault("bad_id", "pauses", 0, "reason", field="reason", value="3")],
        ),
        (
            {"pauses": [PAUSE | {"clock": "notice/plan"}]},
            [
                fault("reason_not_allowed", "pauses", 0, "reason", value="hearing",
                      clock="notice/plan", known=None)
            ],
        ),
        (
            {"pauses": [PAUSE | {"until_on": "2026-05-31"}]},
            [
                fault("pause_reversed", "pauses", 0, "until_on", from_on="2026-06-01",
                      until_on="2026-05-31")
            ],
        ),
        (
            {"lift": {"storeys": 0, "cost_fen": "x", "pipeline_fen": -1, "bonuses": [" "]}},
            [
                fault("bad_count", "lift", "storeys", field="storeys", low=1, high=200, value="0"),
                fault("bad_count", "lift", "cost_fen", field="cost_fen", low=0, high=2**53 - 1,
                      value="x"),
                fault("bad_count", "lift", "pipeline_fen", field="pipeline_fen", low=0,
                      high=2**53 - 1, value="-1"),
                fault("bad_text", "lift", "bonuses", 0, field="bonuses", value=" "),
            ],
        ),
        (
            {"lift": {}},
            [
                fault("field_missing", "lift", "storeys", field="storeys"),
                fault("field_missing", "lift", "cost_fen", field="cost_fen"),
            ],
        ),
        ({"lift": 3}, [fault("not_an_object", "lift", value="3")]),
        (
            {"lift": LIFT, "subsidies": ["subsidy/gold", ["x"]]},
            [
                fault("unknown_scheme", "subsidies", 0, value="subsidy/gold"),
                fault("unknown_scheme", "subsidies", 1, value="[…]"),
            ],
        ),
        ({"subsidies": ["subsidy/lift"]}, [fault("lift_missing", "lift")]),
    ],
)  # fmt: skip
def test_every_fault_has_its_place(changes: dict[str, Any], faults: list[Fault]) -> None:
    assert check(case(**changes), SHELF) == faults
    for lang in LANGS:
        assert all(sentence(found.code, lang, **found.facts) for found in faults)


@pytest.mark.parametrize(
    "day",
    ["2026-02-29", "2026-6-1", "20260601", "2026-W23-1", "2026-06-01T00:00", "", 20260601, ["x"],
     "２０２６-06-01"],
)  # fmt: skip
def test_what_is_no_day_is_told(day: object) -> None:
    (found,) = check(case(events={"notice-posted": day}), SHELF)
    assert (found.code, found.path) == ("case.bad_date", ("events", "notice-posted"))
    assert found.facts["field"] == "notice-posted"


@pytest.mark.parametrize(
    ("day", "fit"),
    [("1989-12-31", False), ("1990-01-01", True), ("2100-12-31", True), ("2101-01-01", False)],
)
def test_a_day_lies_in_living_memory(day: str, *, fit: bool) -> None:
    out = fault("date_out_of_range", "events", "notice-posted", field="notice-posted", value=day,
                low="1990-01-01", high="2100-12-31")  # fmt: skip
    assert check(case(events={"notice-posted": day}), SHELF) == ([] if fit else [out])


def test_a_purchase_needs_a_regime_and_is_told_so_once() -> None:
    events = {"award-notice": "2026-06-01", "documents-issued": "2026-06-02"}
    choices = "fiscal tendering owners"
    asked = fault("regime_missing", "regime", event="documents-issued", choices=choices)
    assert check(case(events=events), SHELF) == [asked]
    assert check(case(events=events, regime="fiscal"), SHELF) == []


@pytest.mark.parametrize("data", [None, 3, "x", [], [{}]])
def test_what_is_no_object_is_no_case(data: object) -> None:
    assert [found.code for found in check(data, SHELF)] == ["case.not_an_object"]


def test_every_fault_is_told_at_once() -> None:
    data = case(id=None, events={"x": "y"}, lift={}, place="nowhere", extra=1)
    assert len(check(data, SHELF)) == 7


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    name=st.sampled_from(["format", "id", "title", "place", "regime", "events", "pauses", "lift",
                          "subsidies", "fictional"]),
    value=json_values,
)  # fmt: skip
def test_whatever_is_written_is_judged_and_never_breaks(name: str, value: object) -> None:
    data = case(**{name: value})
    if not check(data, SHELF):
        read(data)


# --- The table of clocks ---------------------------------------------------------------------


def test_every_clock_that_waits_for_another_comes_after_it() -> None:
    rules = [clock.rule for clock in CLOCKS]
    waiting = [clock for clock in CLOCKS if clock.starts in BY_RULE]
    assert waiting
    for clock in waiting:
        assert rules.index(clock.starts) < rules.index(clock.rule)


def test_a_clock_belongs_to_the_regime_of_its_rule() -> None:
    regimes = {clock.rule: clock.regime for clock in CLOCKS}
    assert regimes["fiscal/contract"] == "fiscal"
    assert regimes["tendering/contract"] == "tendering"
    assert regimes["licence/decision"] == ""


def test_no_event_is_a_rule_and_none_is_empty() -> None:
    assert len(set(EVENTS)) == len(EVENTS)
    assert not {"", *BY_RULE} & {*EVENTS}
    assert {"notice-posted", "start-extended-again", "supervision-inspection"} <= {*EVENTS}
