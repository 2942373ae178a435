"""Terms are counted as the Civil Code counts them; 2026's schedule stands in as the calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tuanti.rules.deadlines import (
    KINDS,
    SHANGHAI,
    UNITS,
    Calendar,
    CalendarTorn,
    Ending,
    Kind,
    Pause,
    PauseReversed,
    Term,
    TermEmpty,
    Unit,
    accepts,
    add_months,
    closes_at,
    day_of,
    ending,
    prolonged,
)

DAY = timedelta(days=1)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def d(text: str) -> date:
    return date.fromisoformat(text)


# What the State Council announced for the spring, May and October of 2026: rest from Sunday
# 15 February to Monday 23 February, worked on Saturdays 14 and 28 February; and so on.
YEAR = Calendar(
    rest=frozenset(
        {
            *days(d("2026-01-01"), d("2026-01-02")),
            *days(d("2026-02-16"), d("2026-02-20")),
            d("2026-02-23"),
            *days(d("2026-05-01"), d("2026-05-05")),
            *days(d("2026-10-01"), d("2026-10-07")),
            d("2027-01-01"),
        }
    ),
    working=frozenset(
        {d("2026-01-04"), d("2026-02-14"), d("2026-02-28"), d("2026-05-09"), d("2026-10-10")}
    ),
    published_from_on=d("2026-01-01"),
    published_until_on=d("2027-01-01"),
)


def end(
    length: int,
    unit: Unit,
    start: str,
    kind: Kind = "within",
    *,
    moves: bool = True,
    pauses: tuple[Pause, ...] = (),
) -> str:
    return ending(Term(length, unit, kind, moves), d(start), YEAR, pauses).on.isoformat()


# --- Calendars -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),  # an ordinary Friday
        ("2026-02-14", True),  # a Saturday worked in exchange
        ("2026-02-15", False),  # an ordinary Sunday
        ("2026-02-16", False),  # New Year's Eve, a Monday
        ("2026-02-22", False),  # a Sunday in the holidays
        ("2026-02-24", True),  # the first day back
        ("2026-03-07", False),  # an ordinary Saturday
    ],
)
def test_a_working_day_is_a_weekday_but_for_what_the_calendar_says(
    day: str, *, works: bool
) -> None:
    assert YEAR.works(d(day)) is works


def test_a_schedule_is_known_from_its_first_day_until_before_its_last() -> None:
    known = [d("2025-12-31"), d("2026-01-01"), d("2026-12-31"), d("2027-01-01")]
    assert [YEAR.published(day) for day in known] == [False, True, True, False]


def test_a_calendar_does_not_contradict_itself() -> None:
    day = frozenset({d("2026-02-16"), d("2026-02-14")})
    with pytest.raises(CalendarTorn) as refusal:
        Calendar(day, day, d("2026-01-01"), d("2027-01-01"))
    assert refusal.value.facts == {"day": "2026-02-14"}


# --- Days ------------------------------------------------------------------------------------


def test_the_day_of_the_start_is_not_counted() -> None:
    assert end(1, "days", "2026-06-01", moves=False) == "2026-06-02"
    assert end(1, "working-days", "2026-06-01") == "2026-06-02"


@pytest.mark.parametrize(
    ("length", "start", "last"),
    [
        (5, "2026-02-09", "2026-02-14"),  # on a Saturday that is worked: it stays
        (6, "2026-02-09", "2026-02-24"),  # on the Sunday before the holidays: after them
        (14, "2026-02-09", "2026-02-24"),  # on the last holiday: the day after
        (15, "2026-02-09", "2026-02-24"),  # on that day itself
        (3, "2026-04-30", "2026-05-06"),  # from the day before a holiday, into it
        (1, "2026-12-31", "2027-01-04"),  # New Year's Day, a Friday: on to Monday
    ],
)
def test_a_last_day_on_a_rest_day_moves_to_the_next_working_day(
    length: int, start: str, last: str
) -> None:
    assert end(length, "days", start) == last


def test_whether_the_last_day_moves_is_said_by_the_term() -> None:
    assert end(6, "days", "2026-02-09", moves=False) == "2026-02-15"


@pytest.mark.parametrize(
    ("length", "start", "last"),
    [
        (1, "2026-09-30", "2026-10-08"),  # the Wednesday before the October holidays
        (1, "2026-02-13", "2026-02-14"),  # the Friday before a Saturday that is worked
        (2, "2026-02-13", "2026-02-24"),  # … and over the holidays
        (5, "2026-02-13", "2026-02-27"),
        (6, "2026-02-13", "2026-02-28"),
        (20, "2026-09-25", "2026-10-29"),  # three days, then 8 to 10, 12 to 16, 19 to 23, 26 to 29
        (3, "2025-12-29", "2026-01-04"),  # over the year's end; Sunday the 4th is worked
    ],
)
def test_working_days_leave_out_holidays_and_count_the_days_worked_for_them(
    length: int, start: str, last: str
) -> None:
    assert end(length, "working-days", start) == last


def test_a_term_of_working_days_may_start_on_a_rest_day() -> None:
    assert end(1, "working-days", "2026-02-18") == "2026-02-24"


# --- Months and years ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "unit", "start", "last"),
    [
        (1, "months", "2026-01-31", "2026-02-28"),  # no 31st: the last of the month
        (1, "months", "2024-01-31", "2024-02-29"),
        (1, "months", "2026-02-28", "2026-03-28"),  # the same number, not the month's end
        (3, "months", "2026-11-30", "2027-02-28"),
        (12, "months", "2026-12-15", "2027-12-15"),
        (1, "years", "2024-02-29", "2025-02-28"),
        (4, "years", "2024-02-29", "2028-02-29"),
        (15, "years", "2026-12-31", "2041-12-31"),
    ],
)
def test_months_and_years_end_on_the_day_of_the_same_number(
    length: int, unit: Unit, start: str, last: str
) -> None:
    assert end(length, unit, start, moves=False) == last


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-31", -2, "2025-11-30"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-06-30", 0, "2026-06-30"),
    ],
)
def test_months_lead_forth_and_back(day: str, months: int, found: str) -> None:
    assert add_months(d(day), months).isoformat() == found


@given(
    day=st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    months=st.integers(-600, 600),
)
def test_a_month_later_has_the_same_number_or_is_the_last_of_its_month(
    day: date, months: int
) -> None:
    found = add_months(day, months)
    assert 12 * (found.year - day.year) + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + DAY).day == 1)


# --- Backwards -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "unit", "anchor", "last"),
    [
        (15, "days", "2026-06-29", "2026-06-12"),  # Sunday the 14th: back to Friday
        (15, "days", "2026-06-26", "2026-06-11"),  # a Thursday: it stays
        (10, "days", "2026-10-15", "2026-09-30"),  # the 5th is in the holidays
        (1, "days", "2026-03-01", "2026-02-28"),  # a Saturday that is worked
        (5, "working-days", "2026-10-12", "2026-09-29"),  # 10, 9, 8 October, 30, 29 September
        (1, "months", "2026-03-31", "2026-02-28"),  # the last of February, worked
        (1, "months", "2026-06-14", "2026-05-14"),
        (1, "years", "2027-02-28", "2026-02-28"),
    ],
)
def test_a_term_counted_backwards_ends_on_the_working_day_before(
    length: int, unit: Unit, anchor: str, last: str
) -> None:
    assert end(length, unit, anchor, "before") == last


def test_a_term_counted_backwards_may_stay_on_a_rest_day() -> None:
    assert end(15, "days", "2026-06-29", "before", moves=False) == "2026-06-14"


def test_a_term_counted_backwards_knows_no_pause() -> None:
    pause = (Pause(d("2026-06-01"), d("2026-07-01")),)
    assert end(15, "days", "2026-06-26", "before", pauses=pause) == "2026-06-11"
    assert end(2, "working-days", "2026-06-26", "before", pauses=pause) == "2026-06-24"


# --- Pauses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pause", "last"),
    [
        (("2026-06-03", "2026-06-05"), "2026-06-10"),  # two days of it
        (("2026-06-03", "2026-06-03"), "2026-06-08"),  # ended the day it began: none
        (("2026-06-08", "2026-06-10"), "2026-06-10"),  # the last day is paused
        (("2026-06-09", "2026-06-12"), "2026-06-08"),  # after the end
        (("2026-05-25", "2026-06-02"), "2026-06-08"),  # over before the first counted day
        (("2026-06-01", "2026-06-03"), "2026-06-09"),  # the start is not counted anyway
    ],
)
def test_days_in_a_pause_are_not_counted(pause: tuple[str, str], last: str) -> None:
    found = end(5, "working-days", "2026-06-01", pauses=(Pause(d(pause[0]), d(pause[1])),))
    assert found == last


def test_a_pause_lengthens_months_by_its_days() -> None:
    pause = (Pause(d("2026-06-10"), d("2026-06-15")),)
    assert end(1, "months", "2026-06-01", moves=False, pauses=pause) == "2026-07-06"


def test_days_added_for_a_pause_leave_out_the_next_pause() -> None:
    pauses = (Pause(d("2026-06-03"), d("2026-06-05")), Pause(d("2026-06-11"), d("2026-06-13")))
    assert end(8, "days", "2026-06-01", moves=False, pauses=pauses) == "2026-06-13"


def test_two_pauses_over_the_same_days_count_once() -> None:
    pause = Pause(d("2026-06-03"), d("2026-06-05"))
    assert end(8, "days", "2026-06-01", moves=False, pauses=(pause, pause)) == "2026-06-11"


def test_a_last_day_does_not_move_into_a_pause() -> None:
    pause = (Pause(d("2026-06-08"), d("2026-06-10")),)
    assert end(5, "days", "2026-06-01", pauses=pause) == "2026-06-10"  # from Saturday the 6th


def test_a_pause_does_not_end_before_it_begins() -> None:
    with pytest.raises(PauseReversed) as refusal:
        Pause(d("2026-06-02"), d("2026-06-01"))
    assert refusal.value.facts == {"from_on": "2026-06-02", "until_on": "2026-06-01"}


# --- Extensions ------------------------------------------------------------------------------


def test_an_extension_is_counted_from_the_end_of_what_it_extends() -> None:
    licence = [Term(20, "working-days"), Term(10, "working-days")]
    last = prolonged(licence[0], licence[1:], d("2026-06-01"), YEAR)
    assert last == ending(Term(30, "working-days"), d("2026-06-01"), YEAR)


def test_only_the_whole_of_an_extended_term_moves_off_a_rest_day() -> None:
    days_ = [Term(5, "days"), Term(3, "days"), Term(6, "days")]
    last = prolonged(days_[0], days_[1:], d("2026-06-01"), YEAR)  # Saturday the 6th, the 9th
    assert last == Ending(d("2026-06-15"), provisional=False)
    assert prolonged(days_[0], (), d("2026-06-01"), YEAR).on == d("2026-06-08")
    still = [Term(5, "days"), Term(1, "days", moves=False)]
    assert prolonged(still[0], still[1:], d("2026-06-01"), YEAR).on == d("2026-06-07")


def test_an_extension_stands_still_in_a_pause_too() -> None:
    pauses = (Pause(d("2026-06-03"), d("2026-06-04")), Pause(d("2026-06-10"), d("2026-06-11")))
    terms = [Term(5, "days", moves=False), Term(5, "days", moves=False)]
    assert prolonged(terms[0], terms[1:], d("2026-06-01"), YEAR, pauses).on == d("2026-06-13")


# --- What is provisional ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "start", "provisional"),
    [
        (Term(1, "working-days"), "2026-12-30", False),
        (Term(2, "working-days"), "2026-12-30", True),  # it counted a day of 2027
        (Term(3, "days"), "2026-12-28", False),
        (Term(3, "days"), "2026-12-29", True),  # the last day is 1 January
        (Term(8, "days"), "2025-12-18", True),  # the end lies before what is known
        (Term(2, "days"), "2025-12-30", False),  # 1 January 2026, moved to the 4th
        (Term(9, "days", moves=False), "2026-12-29", False),  # asks no calendar
        (Term(1, "years", moves=False), "2026-12-29", False),
        (Term(1, "years"), "2026-12-29", True),
        (Term(15, "working-days"), "2025-12-20", True),  # it counted days of 2025
        (Term(1, "working-days"), "2025-12-31", False),  # it did not: the start is not counted
        (Term(2, "working-days", "before"), "2027-01-04", True),  # … and of 2027, backwards
        (Term(2, "days", "before"), "2027-01-02", False),  # 31 December
        (Term(1, "days", "before"), "2027-01-02", True),  # New Year's Day, back to 31 December
    ],
)
def test_a_date_that_hangs_on_an_unknown_schedule_is_provisional(
    term: Term, start: str, *, provisional: bool
) -> None:
    assert ending(term, d(start), YEAR).provisional is provisional


def test_a_known_last_day_that_moves_to_an_unknown_one_is_provisional() -> None:
    short = Calendar(frozenset(), frozenset(), d("2026-01-01"), d("2026-06-21"))
    found = ending(Term(5, "days"), d("2026-06-15"), short)  # Saturday the 20th, on to Monday
    assert found == Ending(d("2026-06-22"), provisional=True)


def test_an_extended_term_is_provisional_if_a_part_of_it_is() -> None:
    parts = [Term(2, "working-days"), Term(3, "days", moves=False)]
    assert prolonged(parts[0], parts[1:], d("2025-12-30"), YEAR).provisional
    assert prolonged(parts[0], [parts[1], parts[1]], d("2025-12-30"), YEAR).provisional
    assert not prolonged(parts[0], parts[1:], d("2026-02-02"), YEAR).provisional
    assert prolonged(parts[1], [parts[0]], d("2026-12-30"), YEAR).provisional


# --- Whatever the term -----------------------------------------------------------------------

starts = st.dates(date(2024, 1, 1), date(2028, 12, 31))
lengths = st.integers(1, 60)


@st.composite
def pauses(draw: st.DrawFn) -> tuple[Pause, ...]:
    firsts = draw(st.lists(starts, max_size=3))
    return tuple(Pause(first, first + DAY * draw(st.integers(0, 40))) for first in firsts)


@given(length=lengths, unit=st.sampled_from(UNITS), kind=st.sampled_from(KINDS), start=starts,
       pauses=pauses())  # fmt: skip
def test_a_term_never_ends_on_a_rest_day(
    length: int, unit: Unit, kind: Kind, start: date, pauses: tuple[Pause, ...]
) -> None:
    on = ending(Term(length, unit, kind), start, YEAR, pauses).on
    assert YEAR.works(on)
    assert kind == "before" or not any(pause.holds(on) for pause in pauses)


@given(length=lengths, unit=st.sampled_from(UNITS), kind=st.sampled_from(KINDS), start=starts)
def test_a_longer_term_never_ends_sooner(length: int, unit: Unit, kind: Kind, start: date) -> None:
    shorter = ending(Term(length, unit, kind), start, YEAR).on
    longer = ending(Term(length + 1, unit, kind), start, YEAR).on
    assert longer <= shorter if kind == "before" else longer >= shorter


@given(length=lengths, unit=st.sampled_from(UNITS), moves=st.booleans(), start=starts,
       pauses=pauses(), more=pauses())  # fmt: skip
def test_a_further_pause_never_ends_a_term_sooner(
    length: int,
    unit: Unit,
    *,
    moves: bool,
    start: date,
    pauses: tuple[Pause, ...],
    more: tuple[Pause, ...],
) -> None:
    term = Term(length, unit, "within", moves)
    with_more = ending(term, start, YEAR, pauses + more).on
    assert ending(term, start, YEAR, pauses).on <= with_more


@given(length=lengths, start=starts, pauses=pauses())
def test_days_and_working_days_are_what_counting_on_the_fingers_gives(
    length: int, start: date, pauses: tuple[Pause, ...]
) -> None:
    free = [
        day
        for day in days(start + DAY, start + DAY * 400)
        if not any(pause.from_on <= day < pause.until_on for pause in pauses)
    ]
    worked = [day for day in free if YEAR.works(day)]
    still = Term(length, "days", moves=False)
    assert ending(still, start, YEAR, pauses).on == free[length - 1]
    assert ending(Term(length, "working-days"), start, YEAR, pauses).on == worked[length - 1]


@given(length=lengths, unit=st.sampled_from(UNITS), anchor=starts, moves=st.booleans())
def test_what_is_done_by_a_backward_term_is_early_enough(
    length: int, unit: Unit, anchor: date, *, moves: bool
) -> None:
    assume(unit != "working-days" or YEAR.works(anchor))
    on = ending(Term(length, unit, "before", moves), anchor, YEAR).on
    again = ending(Term(length, unit, moves=False), on, YEAR).on
    assert again <= anchor


@given(length=lengths, anchor=starts)
def test_a_day_later_would_be_too_late_for_a_backward_term(length: int, anchor: date) -> None:
    on = ending(Term(length, "days", "before", moves=False), anchor, YEAR).on
    assert ending(Term(length, "days", moves=False), on, YEAR).on == anchor


@pytest.mark.parametrize("length", [0, -1])
def test_a_term_lasts_some_time(length: int) -> None:
    with pytest.raises(TermEmpty) as refusal:
        Term(length, "days")
    assert refusal.value.facts == {"length": length}


# --- Instants --------------------------------------------------------------------------------


def test_a_last_day_is_over_at_midnight_in_shanghai() -> None:
    over = closes_at(d("2026-12-31"))
    assert over == datetime(2026, 12, 31, 16, tzinfo=UTC)
    last = datetime(2026, 12, 31, 23, 59, 59, 999_999, SHANGHAI)
    assert accepts(last, over)
    assert not accepts(over, over)


@given(
    closes=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 (zoned below)
    off=st.integers(-(10**6), 10**6),
    hours=st.integers(-12, 14),
)
def test_what_comes_before_the_instant_is_in_time_wherever_the_clock_hangs(
    closes: datetime, off: int, hours: int
) -> None:
    closes = closes.replace(tzinfo=SHANGHAI)
    came = (closes + timedelta(microseconds=off)).astimezone(timezone(timedelta(hours=hours)))
    assert accepts(came, closes) is (off < 0)


@given(
    instant=st.datetimes(
        datetime(1992, 1, 1),  # noqa: DTZ001 (zoned by the next argument)
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_the_civil_day_is_that_of_shanghai(instant: datetime) -> None:
    assert day_of(instant) == instant.astimezone(ZoneInfo("Asia/Shanghai")).date()


@pytest.mark.parametrize(
    ("instant", "day"),
    [("2026-12-31T15:59:59+00:00", "2026-12-31"), ("2026-12-31T16:00:00+00:00", "2027-01-01")],
)
def test_the_day_begins_at_midnight_in_shanghai(instant: str, day: str) -> None:
    assert day_of(datetime.fromisoformat(instant)) == d(day)


def test_an_instant_without_a_zone_is_a_defect() -> None:
    bare = datetime(2026, 12, 1)  # noqa: DTZ001 (the defect)
    zoned = bare.replace(tzinfo=SHANGHAI)
    with pytest.raises(AssertionError):
        day_of(bare)
    with pytest.raises(AssertionError):
        accepts(bare, zoned)
    with pytest.raises(AssertionError):
        accepts(zoned, bare)


def test_days_of_the_summer_time_years_are_not_guessed_at() -> None:
    first = datetime(1991, 9, 15, tzinfo=SHANGHAI)
    assert day_of(first) == date(1991, 9, 15)
    with pytest.raises(AssertionError):
        day_of(first - timedelta(seconds=1))
