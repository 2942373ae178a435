from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules import law
from tuanti.rules.errors import Fault
from tuanti.rules.law import Rule
from tuanti.rules.upkeep import indicators, items, terms, visits
from tuanti.rules.upkeep.items import Form, Item, items_of, read_items
from tuanti.rules.upkeep.terms import ArrivedBeforeTheCall, Check, WrongUnit
from tuanti.rules.upkeep.visits import (
    LAYERS,
    Interval,
    LayersAmiss,
    NotContained,
    UnknownLayer,
    Visit,
)
from tuanti.texts import LANGS, sentence

DAY = timedelta(days=1)


def d(text: str) -> date:
    return date.fromisoformat(text)


def rule(unit: str, value: Any, name: str = "sample") -> Rule:  # noqa: ANN401 (any unit's value)
    both = {"zh": "样例", "en": "sample"}
    return Rule(
        place="cn", topic="upkeep", name=name, title=both, unit=unit, value=value, article=both,
        source="invented", grade="memory", in_force_from=d("2026-01-01"),
    )  # fmt: skip


def layer_rule(name: str, *, months: int | None, days: int | None, contains: Sequence[str]) -> Rule:
    value = {"layer": name, "at_most_months": months, "at_most_days": days, "contains": contains}
    return rule("upkeep", MappingProxyType(value), name)


RULES = (
    layer_rule("yearly", months=12, days=None, contains=LAYERS[:3]),  # in no order
    layer_rule("half-monthly", months=None, days=15, contains=()),
    layer_rule("half-yearly", months=6, days=None, contains=LAYERS[:2]),
    rule("minutes", 30),
    layer_rule("quarterly", months=3, days=None, contains=LAYERS[:1]),
)
FOUR = visits.layers(RULES)


# --- Layers ----------------------------------------------------------------------------------


def test_the_layers_come_from_the_law_the_shallowest_first() -> None:
    assert [(one.name, one.months, one.days) for one in FOUR] == [
        ("half-monthly", 0, 15),
        ("quarterly", 3, 0),
        ("half-yearly", 6, 0),
        ("yearly", 12, 0),
    ]
    assert FOUR[1].law_id == "cn/upkeep/quarterly@2026-01-01"


def test_the_packaged_law_has_the_four_layers() -> None:
    found = visits.layers(law.on(d("2026-11-22"), "chongqing").topic("upkeep"))
    assert [(one.name, one.months, one.days) for one in found] == [
        (one.name, one.months, one.days) for one in FOUR
    ]


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (RULES[1:], "half-monthly, quarterly, half-yearly"),
        ((*RULES, RULES[1]), "half-monthly, half-monthly, quarterly, half-yearly, yearly"),
        ((RULES[3],), None),
    ],
)
def test_a_layer_missing_or_twice_is_refused(rules: Sequence[Rule], found: str | None) -> None:
    with pytest.raises(LayersAmiss) as refusal:
        visits.layers(rules)
    assert refusal.value.facts == {"found": found, "needed": ", ".join(LAYERS)}


def test_a_layer_that_does_not_contain_the_shallower_is_refused() -> None:
    bare = layer_rule("yearly", months=12, days=None, contains=("half-monthly", "half-yearly"))
    with pytest.raises(NotContained) as refusal:
        visits.layers((bare, *RULES[1:]))
    assert refusal.value.facts == {"layer": "yearly", "missing": "quarterly"}


# --- The plan --------------------------------------------------------------------------------


def test_a_year_of_visits_is_planned() -> None:
    planned = visits.plan(FOUR, d("2026-01-01"), d("2027-01-01"))
    assert len(planned) == 24  # every 15 days: day 15, 30, … 360
    deeper = [(str(visit.on), visit.layer) for visit in planned if visit.layer != "half-monthly"]
    assert deeper == [
        ("2026-04-01", "quarterly"),  # on the last day: three months
        ("2026-06-30", "half-yearly"),  # the next visit would be 15 July
        ("2026-09-28", "quarterly"),  # from 30 June; the next would be 13 October
        ("2026-12-27", "yearly"),  # the next would be 11 January
    ]


def test_a_plan_ends_before_its_last_day() -> None:
    assert visits.plan(FOUR, d("2026-01-01"), d("2026-01-16")) == ()
    assert visits.plan(FOUR, d("2026-01-01"), d("2026-01-17")) == (
        Visit(d("2026-01-16"), "half-monthly"),
    )


@given(
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    length=st.integers(0, 1200),
    days=st.integers(1, 31),
)
def test_a_plan_is_never_late_and_never_closer_than_it_must_be(
    start: date, length: int, days: int
) -> None:
    four = visits.layers(
        (layer_rule("half-monthly", months=None, days=days, contains=()), *RULES[:1], *RULES[2:])
    )
    until = start + length * DAY
    planned = visits.plan(four, start, until)
    last = until - DAY
    found = visits.intervals(four, start, planned, last)
    assert visits.late(found, last) == ()
    assert all((two.on - one.on).days == days for one, two in pairwise(planned))
    assert all(start < visit.on < until for visit in planned)


@given(start=st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_no_deeper_visit_could_have_waited_for_the_next(start: date) -> None:
    planned = visits.plan(FOUR, start, start + 1200 * DAY)
    for depth, layer in enumerate(FOUR[1:], 1):
        last = start
        for one, following in pairwise(planned):
            if LAYERS.index(one.layer) >= depth:
                own = one.layer == layer.name
                assert not own or layer.due_on(last) < following.on
                last = one.on


# --- What is late ----------------------------------------------------------------------------


def interval(layer: str, due: str, done: str | None) -> Interval:
    ids = {one.name: one.law_id for one in FOUR}
    return Interval(layer, d(due), d(done) if done else None, ids[layer])


def test_a_visit_counts_for_the_shallower_layers_too() -> None:
    done = [Visit(d("2026-01-20"), "quarterly"), Visit(d("2026-01-10"), "half-monthly")]
    found = visits.intervals(FOUR, d("2026-01-01"), done, d("2026-02-04"))
    assert found == (
        interval("half-monthly", "2026-01-16", "2026-01-10"),
        interval("half-monthly", "2026-01-25", "2026-01-20"),
        interval("half-monthly", "2026-02-04", None),
        interval("quarterly", "2026-04-01", "2026-01-20"),
        interval("quarterly", "2026-04-20", None),
        interval("half-yearly", "2026-07-01", None),
        interval("yearly", "2027-01-01", None),
    )
    assert visits.late(found, d("2026-02-04")) == ()
    assert visits.late(found, d("2026-02-05")) == (found[2],)


def test_a_visit_a_day_late_is_late_by_a_day() -> None:
    done = [Visit(d("2026-01-16"), "half-monthly"), Visit(d("2026-02-01"), "half-monthly")]
    found = visits.intervals(FOUR[:1], d("2026-01-01"), done, d("2026-02-03"))
    assert [one.days_late(d("2026-02-03")) for one in found] == [0, 1, 0]


def test_what_is_late_stands_by_the_day_it_was_due() -> None:
    found = visits.intervals(FOUR, d("2026-01-01"), [], d("2027-02-01"))
    late = visits.late(reversed(found), d("2027-02-01"))
    assert [(one.layer, one.days_late(d("2027-02-01"))) for one in late] == [
        ("half-monthly", 381),
        ("quarterly", 306),
        ("half-yearly", 215),
        ("yearly", 31),
    ]


def test_visits_before_the_start_or_still_to_come_are_left_aside() -> None:
    done = [Visit(d(day), "yearly") for day in ("2025-12-31", "2026-01-01", "2026-01-06")]
    found = visits.intervals(FOUR[:1], d("2026-01-01"), done, d("2026-01-05"))
    assert found == (interval("half-monthly", "2026-01-16", None),)
    on_the_day = visits.intervals(FOUR[:1], d("2026-01-01"), done, d("2026-01-06"))
    assert on_the_day[0] == interval("half-monthly", "2026-01-16", "2026-01-06")


def test_a_visit_of_no_layer_is_refused() -> None:
    with pytest.raises(UnknownLayer) as refusal:
        Visit(d("2026-01-01"), "weekly")
    assert refusal.value.facts == {"value": "weekly", "known": ", ".join(LAYERS)}


# --- Inspections and self-tests --------------------------------------------------------------

YEARS = rule("years-of-use", (1, 4, 7, 9, 11, 13, 15), "years")
AHEAD = rule("months", 1, "apply-before")


def test_inspections_fall_in_their_years_and_self_tests_in_the_others() -> None:
    found = terms.checks(d("2026-03-31"), d("2046-03-31"), YEARS, AHEAD)
    assert [check.year for check in found] == list(range(1, 20))  # the 20th falls on the last day
    assert [check.year for check in found if check.kind == "inspection"] == [
        1, 4, 7, 9, 11, 13, 15, 16, 17, 18, 19,
    ]  # fmt: skip


def test_an_inspection_is_applied_for_ahead_and_a_self_test_is_not() -> None:
    first, second = terms.checks(d("2026-03-31"), d("2028-04-01"), YEARS, AHEAD)
    assert first == Check(
        1, "inspection", d("2027-03-31"), d("2027-02-28"), (YEARS.id, AHEAD.id)
    )  # fmt: skip
    assert second == Check(2, "self-test", d("2028-03-31"), None, (YEARS.id,))


def test_a_lift_accepted_on_a_leap_day_is_due_on_the_last_of_february() -> None:
    due = [
        str(check.due_on) for check in terms.checks(d("2024-02-29"), d("2028-03-01"), YEARS, AHEAD)
    ]
    assert due == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_without_named_years_every_year_is_inspected() -> None:
    always = rule("years-of-use", ())
    found = terms.checks(d("2026-01-01"), d("2028-06-01"), always, AHEAD)
    assert [check.kind for check in found] == ["inspection", "inspection"]


# --- Rescue, records, drills -----------------------------------------------------------------

CALLED = datetime(2026, 11, 22, 8, tzinfo=UTC)
WITHIN = rule("minutes", 30, "rescue-city")


@pytest.mark.parametrize(
    ("seconds", "minutes", "in_time"),
    [
        (0, Fraction(0), True),
        (1800, Fraction(30), True),  # exactly thirty minutes
        (1801, Fraction(1801, 60), False),
    ],
)
def test_help_within_thirty_minutes_is_in_time(
    seconds: int, minutes: Fraction, *, in_time: bool
) -> None:
    found = terms.rescue(CALLED, CALLED + timedelta(seconds=seconds), CALLED, WITHIN)
    assert found == terms.Rescue(minutes, in_time, (WITHIN.id,))


@pytest.mark.parametrize(("seconds", "in_time"), [(1800, None), (1801, False)])
def test_help_on_its_way_is_late_only_when_the_time_is_over(
    seconds: int, *, in_time: bool | None
) -> None:
    found = terms.rescue(CALLED, None, CALLED + timedelta(seconds=seconds), WITHIN)
    assert (found.minutes, found.in_time) == (Fraction(seconds, 60), in_time)


def test_a_microsecond_too_late_is_too_late() -> None:
    arrived = CALLED + timedelta(minutes=30, microseconds=1)
    assert terms.rescue(CALLED, arrived, arrived, WITHIN).in_time is False


@pytest.mark.parametrize("arrived", [CALLED - timedelta(seconds=1), None])
def test_help_does_not_come_before_it_is_called(arrived: datetime | None) -> None:
    now = CALLED - timedelta(seconds=1)
    with pytest.raises(ArrivedBeforeTheCall) as refusal:
        terms.rescue(CALLED, arrived, now, WITHIN)
    assert refusal.value.facts == {"called_at": str(CALLED), "arrived_at": str(now)}


def test_records_are_kept_four_years_and_drills_held_each_half_year() -> None:
    assert terms.keep_until(d("2024-02-29"), rule("years", 4)) == d("2028-02-29")
    assert terms.keep_until(d("2026-06-01"), rule("years", 4)) == d("2030-06-01")
    assert terms.next_drill_on(d("2026-08-31"), rule("months", 6)) == d("2027-02-28")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: terms.checks(d("2026-01-01"), d("2027-01-01"), AHEAD, AHEAD),
        lambda: terms.checks(d("2026-01-01"), d("2027-01-01"), YEARS, YEARS),
        lambda: terms.rescue(CALLED, None, CALLED, AHEAD),
        lambda: terms.keep_until(d("2026-01-01"), AHEAD),
        lambda: terms.next_drill_on(d("2026-01-01"), WITHIN),
    ],
)
def test_a_rule_of_another_unit_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(WrongUnit):
        ask()


def test_the_refusal_names_the_unit_that_is_needed() -> None:
    with pytest.raises(WrongUnit) as refusal:
        terms.keep_until(d("2026-01-01"), AHEAD)
    assert refusal.value.facts == {"id": AHEAD.id, "unit": "months", "needed": "years"}


@pytest.mark.parametrize("key", ["rescue-city", "rescue-elsewhere", "records", "drill"])
def test_the_packaged_law_has_every_term(key: str) -> None:
    units = {"rescue-city": "minutes", "rescue-elsewhere": "minutes", "records": "years"}
    found = law.on(d("2026-11-22"), "chongqing").rule(f"upkeep/{key}")
    assert found.unit == units.get(key, "months")


def test_the_packaged_law_has_inspections() -> None:
    known = law.on(d("2026-11-22"), "chongqing")
    found = terms.checks(
        d("2026-06-01"), d("2031-01-01"), known.rule("inspection/years"),
        known.rule("inspection/apply-before"),
    )  # fmt: skip
    assert [check.kind for check in found] == ["inspection", "self-test", "self-test", "inspection"]
    assert found[0].apply_by_on == d("2027-05-01")
    assert found[0].law_ids[1].startswith("chongqing/")


# --- Indicators ------------------------------------------------------------------------------

SHARES = (
    indicators.on_time_share,
    indicators.signed_share,
    indicators.rescue_in_time_share,
    indicators.downtime_share,
    indicators.repeat_fault_share,
    indicators.first_try_share,
    indicators.drill_share,
)
FACTORS = {  # of count / base
    indicators.arrival_minutes: Fraction(1, 60),
    indicators.release_minutes: Fraction(1, 60),
    indicators.entrapments_per_100_lift_months: Fraction(100),
    indicators.faults_per_lift_year: Fraction(365),
    indicators.parts_price_ratio: Fraction(1),
    indicators.resident_points: Fraction(1),
}
EVERY = (*SHARES, *FACTORS)
named = pytest.mark.parametrize("indicator", EVERY, ids=lambda one: one.__name__)


@pytest.mark.written
def test_every_indicator_is_tested() -> None:
    public = [
        value
        for name, value in vars(indicators).items()
        if callable(value) and not name.startswith("_") and value.__module__ == indicators.__name__
    ]
    assert {one for one in public if not isinstance(one, type)} == set(EVERY)


@named
def test_an_indicator_is_exact(indicator: Callable[[int, int], Fraction | None]) -> None:
    assert indicator(3, 7) == FACTORS.get(indicator, Fraction(1)) * Fraction(3, 7)


@named
def test_with_nothing_to_count_there_is_no_indicator(
    indicator: Callable[[int, int], Fraction | None],
) -> None:
    assert indicator(0, 0) is None
    assert indicator(0, 5) == 0


@named
def test_a_count_below_zero_is_refused(indicator: Callable[[int, int], Fraction | None]) -> None:
    with pytest.raises(indicators.BelowZero):
        indicator(-1, 5)
    with pytest.raises(indicators.BelowZero):
        indicator(-2, -1)


@pytest.mark.parametrize("share", SHARES, ids=lambda one: one.__name__)
def test_a_part_is_no_more_than_the_whole(share: Callable[[int, int], Fraction | None]) -> None:
    assert share(5, 5) == 1
    with pytest.raises(indicators.PartAboveWhole) as refusal:
        share(6, 5)
    assert refusal.value.facts == {"part": 6, "whole": 5}


@pytest.mark.parametrize("ratio", FACTORS, ids=lambda one: one.__name__)
def test_a_ratio_may_be_above_one(ratio: Callable[[int, int], Fraction | None]) -> None:
    assert ratio(6, 5) == FACTORS[ratio] * Fraction(6, 5)


def test_a_count_below_zero_is_named() -> None:
    with pytest.raises(indicators.BelowZero) as refusal:
        indicators.resident_points(-3, -1)
    assert refusal.value.facts == {"value": -3}


# --- Items -----------------------------------------------------------------------------------

GOOD: tuple[tuple[Form, str], ...] = (
    ("csv", "layer,item,requirement\nhalf-monthly,doors,close\nyearly,oil,\n"),
    ("csv", '\ufeff层级,备注,项目,要求\r\n半月,x,"doors",close\r\n\r\n年度,,oil\r\n'),
    (
        "toml",
        (
            '[[items]]\nlayer = "half-monthly"\nitem = "doors"\nrequirement = "close"\n'
            '[[items]]\nlayer = "年度"\nitem = " oil "\n'
        ),
    ),
)


@pytest.mark.parametrize(("form", "text"), GOOD)
def test_a_list_of_items_is_read_in_either_form_and_language(form: Form, text: str) -> None:
    wanted = (Item("half-monthly", "doors", "close"), Item("yearly", "oil", ""))
    assert read_items(text, form) == (wanted, ())


@pytest.mark.parametrize(
    ("word", "layer"), [("半月", 0), ("季度", 1), ("半年", 2), ("年度", 3), ("quarterly", 1)]
)
def test_every_layer_has_a_name_in_either_language(word: str, layer: int) -> None:
    found, faults = read_items(f"layer,item\n{word},doors\n", "csv")
    assert (found, faults) == ((Item(LAYERS[layer], "doors", ""),), ())


def fault(name: str, *path: str | int, **facts: str | int) -> Fault:
    return Fault(f"upkeep.{name}", path, facts)


KNOWN = ", ".join(items._LAYERS)  # noqa: SLF001 (the names it accepts, as it says them)


@pytest.mark.parametrize(
    ("form", "text", "faults"),
    [
        (
            "csv",
            "",
            [fault("heading_missing", field="layer"), fault("heading_missing", field="item")],
        ),
        ("csv", "layer,layer,item\n", [fault("heading_missing", field="layer")]),
        ("csv", "layer,thing\nyearly,oil\n", [fault("heading_missing", field="item")]),
        ("csv", "layer,item\n", [fault("no_items", "items")]),
        ("csv", "layer,item\n,\n", [fault("no_items", "items")]),
        ("csv", 'layer,item\nyearly,oil\nyearly,"oil\n', [fault("csv_broken", line=3)]),
        ("toml", "[[items]", [fault("toml_broken")]),
        ("toml", "x = " + "[" * 5000, [fault("toml_broken")]),
        ("toml", "", [fault("no_items", "items")]),
        ("toml", "items = 3", [fault("not_rows", "items")]),
        ("toml", "items = [3]", [fault("not_rows", "items")]),
        (
            "csv",
            "layer,item\nweekly,\n\nyearly,oil\n年度,oil\n,oil\n",
            [
                fault("field_missing", "items", 0, "item", field="item"),
                fault("unknown_layer", "items", 0, "layer", value="weekly", known=KNOWN),
                fault("item_twice", "items", 3, "item", value="oil", first=3),
                fault("field_missing", "items", 4, "layer", field="layer"),
            ],
        ),
        (
            "toml",
            '[[items]]\nlayer = 3\nitem = "oil"\nrequirement = 4\n',
            [
                fault("field_missing", "items", 0, "layer", field="layer"),
                fault("field_missing", "items", 0, "requirement", field="requirement"),
            ],
        ),
    ],
)
def test_every_fault_of_a_list_is_told_at_once(form: Form, text: str, faults: list[Fault]) -> None:
    assert read_items(text, form) == ((), tuple(faults))
    for lang in LANGS:
        assert all(sentence(found.code, lang, **found.facts) for found in faults)


def test_two_items_may_share_a_name_but_not_all() -> None:
    text = "layer,item,requirement\nyearly,oil,new\nyearly,oil,clean\nquarterly,oil,new\n"
    assert len(read_items(text, "csv")[0]) == 3


@pytest.mark.parametrize(
    ("row", "fault"), [(",oil", "field_missing"), ("yearly,", "field_missing"),
                       ("weekly,oil", "unknown_layer")],
)  # fmt: skip
def test_two_faulty_rows_are_not_told_to_be_the_same_item(row: str, fault: str) -> None:
    _, faults = read_items(f"layer,item\n{row}\n{row}\n", "csv")
    assert [one.code for one in faults] == [f"upkeep.{fault}"] * 2


def test_a_row_with_nothing_but_a_remark_is_no_item() -> None:
    found, faults = read_items("层级,备注,项目\n,见附件,\n半月,,doors\n", "csv")
    assert (found, faults) == ((Item("half-monthly", "doors", ""),), ())


def test_a_deeper_visit_does_the_items_of_the_shallower_ones() -> None:
    all_four = tuple(Item(layer, "item", "") for layer in LAYERS)
    assert [len(items_of(all_four, layer)) for layer in LAYERS] == [1, 2, 3, 4]
    assert items_of(all_four, "quarterly") == all_four[:2]
