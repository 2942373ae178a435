"""The calendar handed to the rules is the official one; ``chinese_calendar`` is the oracle."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.places.calendars import china
from tuanti.rules.deadlines import KINDS, UNITS, Kind, Term, Unit, ending

DAY = timedelta(days=1)
is_workday = import_module("chinese_calendar").is_workday  # it carries no types
ORACLE = [
    date(2010, 1, 1) + days * DAY for days in range((date(2027, 1, 1) - date(2010, 1, 1)).days)
]
WORKED = [day for day in ORACLE if is_workday(day)]


def d(text: str) -> date:
    return date.fromisoformat(text)


def end(length: int, unit: Unit, start: str, kind: Kind = "within") -> str:
    return ending(Term(length, unit, kind), d(start), china()).on.isoformat()


def test_every_day_from_2010_to_2026_is_worked_as_announced() -> None:
    assert [day for day in ORACLE if china().works(day)] == WORKED


def test_every_notice_from_2008_on_is_known() -> None:
    assert china().published_from_on == d("2008-01-01")
    assert china().published(d("2026-12-28"))


@given(start=st.sampled_from(ORACLE[:-400]), length=st.integers(1, 200))
def test_working_days_are_counted_as_the_oracle_counts_them(start: date, length: int) -> None:
    ahead = [day for day in ORACLE[ORACLE.index(start) + 1 :][:400] if is_workday(day)]
    assert ending(Term(length, "working-days"), start, china()).on == ahead[length - 1]


@given(
    start=st.dates(date(2010, 1, 1), date(2025, 1, 1)),
    length=st.integers(1, 60),
    unit=st.sampled_from([unit for unit in UNITS if unit != "years"]),
    kind=st.sampled_from(KINDS),
)
def test_no_term_ends_on_a_rest_day_of_the_oracle(
    start: date, length: int, unit: Unit, kind: Kind
) -> None:
    on = ending(Term(length, unit, kind), start, china()).on
    if d("2010-01-01") <= on <= d("2026-12-31"):
        assert is_workday(on)


@pytest.mark.parametrize(
    ("length", "unit", "start", "last"),
    [
        (20, "working-days", "2026-02-13", "2026-03-19"),  # the Friday before Spring Festival
        (1, "working-days", "2026-09-30", "2026-10-08"),  # the eve of National Day
        (5, "working-days", "2025-12-31", "2026-01-08"),  # over New Year; Sunday the 4th is worked
        (10, "days", "2026-02-12", "2026-02-24"),  # ends on a Sunday of the holidays
        (3, "days", "2024-02-26", "2024-02-29"),  # a leap day
        (1, "months", "2024-01-31", "2024-02-29"),
        (1, "years", "2024-02-29", "2025-02-28"),
        (3, "days", "2018-12-28", "2019-01-02"),  # Monday the 31st was off, by the notice of 2019
        (1, "working-days", "2018-12-28", "2018-12-29"),  # and Saturday the 29th worked for it
    ],
)
def test_known_years_give_known_days(length: int, unit: Unit, start: str, last: str) -> None:
    assert end(length, unit, start) == last


@pytest.mark.parametrize(
    ("start", "provisional"),
    [("2026-12-21", False), ("2026-12-28", True), ("2027-02-01", True), ("2028-09-28", True)],
)
def test_dates_of_unannounced_schedules_are_provisional(start: str, *, provisional: bool) -> None:
    found = ending(Term(5, "working-days"), d(start), china())
    assert found.provisional is provisional


def test_the_last_days_of_the_last_known_year_may_still_move() -> None:
    """The notice of 2019 moved days of December 2018; so may that of 2027."""
    assert not china().published(d("2026-12-29"))
    assert not china().published(d("2027-01-01"))


def test_holidays_not_announced_yet_are_estimated() -> None:
    new_year = [d("2027-01-01"), d("2027-02-08"), d("2027-10-01"), d("2050-10-03")]
    assert [china().works(day) for day in new_year] == [False] * 4
