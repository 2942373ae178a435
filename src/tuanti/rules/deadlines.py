"""Terms as law counts them: which day is the last, and may it still be done.

The Civil Code counts so: the day of the start is not counted (art. 201); a month or a year ends on
the day of the same number, or on the last of the month where there is none (art. 202); a last day
on a rest day moves to the next working day (art. 203). Terms of administrative licences are
working days (Administrative Licence Law art. 82) and stand still for expert reviews, inspections
and hearings (art. 45). Days are civil days of Asia/Shanghai.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal, TypeAlias, get_args

from tuanti.rules.errors import RuleBroken

Unit: TypeAlias = Literal["days", "working-days", "months", "years"]
Kind: TypeAlias = Literal["within", "lasts", "apart", "before"]

UNITS: tuple[Unit, ...] = get_args(Unit)
KINDS: tuple[Kind, ...] = get_args(Kind)

# China has kept one time since it left summer time on 15 September 1991. Written out, because a
# rule may not read the time zones of the machine it runs on.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_TIME_SINCE = datetime(1991, 9, 15, tzinfo=SHANGHAI)

_SATURDAY = 5
_MONTHS_A_YEAR = 12
_DAY = timedelta(days=1)


class CalendarTorn(RuleBroken):
    """A calendar says of one day that it is worked and that it is not."""

    code = "deadlines.calendar_torn"


class PauseReversed(RuleBroken):
    """A pause ends before it begins."""

    code = "deadlines.pause_reversed"


class TermEmpty(RuleBroken):
    """A term lasts no time at all."""

    code = "deadlines.term_empty"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that are worked: Monday to Friday, but for ``rest``, and those ``working``.

    ``rest`` are holidays and days off on weekdays, ``working`` the Saturdays and Sundays worked in
    exchange (调休). The official schedules are known from ``published_from_on`` until the day
    before ``published_until_on``; what is said of other days is provisional.

    :raises CalendarTorn: a day is in ``rest`` and in ``working``.
    """

    rest: frozenset[date]
    working: frozenset[date]
    published_from_on: date
    published_until_on: date

    def __post_init__(self) -> None:
        for day in sorted(self.rest & self.working):
            raise CalendarTorn(day=day.isoformat())

    def works(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        if day.weekday() >= _SATURDAY:
            return day in self.working
        return day not in self.rest

    def published(self, day: date) -> bool:
        """Whether the schedule of ``day`` is known."""
        return self.published_from_on <= day < self.published_until_on


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time, and what it asks for.

    ``within``: act on the last day or before. ``lasts``: it runs through its last day, and what
    waits for it comes the day after. ``apart``: the second act comes no fewer than so many days
    after the first. ``before``: act so long before the start or earlier; counted backwards.

    ``moves``: an end on a rest day moves to the next working day; of ``before`` to the one before,
    since later would be too late.

    :raises TermEmpty: ``length`` is not above zero.
    """

    length: int
    unit: Unit
    kind: Kind = "within"
    moves: bool = True

    def __post_init__(self) -> None:
        if self.length <= 0:
            raise TermEmpty(length=self.length)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that are not counted: from ``from_on`` to the day before ``until_on``.

    :raises PauseReversed: ``until_on`` is before ``from_on``.
    """

    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if self.until_on < self.from_on:
            raise PauseReversed(from_on=str(self.from_on), until_on=str(self.until_on))

    def holds(self, day: date) -> bool:
        """Whether ``day`` is within the pause."""
        return self.from_on <= day < self.until_on


@dataclass(frozen=True, slots=True)
class Ending:
    """The day a term ends; ``provisional`` if that hangs on a schedule not yet published."""

    on: date
    provisional: bool


def ending(term: Term, start_on: date, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Ending:
    """Find the day ``term`` ends when it starts on ``start_on``, a day that is not counted.

    Of ``within`` and ``before`` it is the last day to act, of ``lasts`` the last day it runs, of
    ``apart`` the first day of the second act. Days in a pause are not counted, and no term ends on
    one; a term counted backwards knows no pauses.

    >>> weekdays = Calendar(frozenset(), frozenset(), date(2026, 1, 1), date(2027, 1, 1))
    >>> ending(Term(20, "working-days"), date(2026, 6, 1), weekdays).on
    datetime.date(2026, 6, 29)
    >>> ending(Term(1, "months", moves=False), date(2026, 1, 31), weekdays).on
    datetime.date(2026, 2, 28)
    >>> ending(Term(15, "days", "before"), date(2026, 6, 29), weekdays).on
    datetime.date(2026, 6, 12)
    """
    back = term.kind == "before"
    step = -_DAY if back else _DAY
    count = _Count(calendar, () if back else tuple(pauses))
    if term.unit == "working-days":
        on = count.forth(start_on, term.length, step, working=True)
        return Ending(on, not (calendar.published(start_on + step) and calendar.published(on)))
    last_on = count.lengthened(start_on, _same_day(term, start_on))
    if not term.moves:
        return Ending(last_on, provisional=False)
    on = count.forth(last_on - step, 1, step, working=True)
    return Ending(on, not (calendar.published(last_on) and calendar.published(on)))


def prolonged(
    term: Term,
    more: Sequence[Term],
    start_on: date,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
) -> Ending:
    """Find the day ``term`` ends when it has been extended by ``more``, each from the last's end.

    Only the whole moves off a rest day, not each part.

    >>> weekdays = Calendar(frozenset(), frozenset(), date(2026, 1, 1), date(2027, 1, 1))
    >>> months = Term(3, "months", moves=False)
    >>> prolonged(months, [months], date(2025, 11, 30), weekdays).on  # 28 February, and on
    datetime.date(2026, 5, 28)
    """
    provisional = False
    for following in more:
        part = ending(replace(term, moves=False), start_on, calendar, pauses)
        start_on, provisional = part.on, provisional or part.provisional
        term = following
    last = ending(term, start_on, calendar, pauses)
    return Ending(last.on, provisional or last.provisional)


def add_months(day: date, months: int) -> date:
    """Find the day of the same number ``months`` later, or the last of a month too short for it.

    Civil Code art. 202. Fewer than no months leads backwards.

    >>> add_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    >>> add_months(date(2026, 3, 31), -1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def closes_at(last_on: date) -> datetime:
    """Find the instant a last day is over: midnight at its end, in Asia/Shanghai.

    >>> closes_at(date(2026, 12, 31)).isoformat()
    '2027-01-01T00:00:00+08:00'
    """
    return datetime.combine(last_on + _DAY, time(), SHANGHAI)


def accepts(received_at: datetime, closes_at: datetime) -> bool:
    """Whether what came in at ``received_at`` is in time; at ``closes_at`` itself it is too late.

    >>> noon = datetime(2026, 12, 1, 12, tzinfo=SHANGHAI)
    >>> accepts(noon - timedelta(microseconds=1), noon), accepts(noon, noon)
    (True, False)
    """
    assert received_at.tzinfo is not None, "an instant has a time zone"
    assert closes_at.tzinfo is not None, "an instant has a time zone"
    return received_at < closes_at


def day_of(instant: datetime) -> date:
    """Find the civil day of an instant in Asia/Shanghai.

    >>> from datetime import UTC
    >>> day_of(datetime(2026, 12, 31, 16, tzinfo=UTC))
    datetime.date(2027, 1, 1)
    """
    assert instant.tzinfo is not None, "an instant has a time zone"
    assert instant >= _ONE_TIME_SINCE, "before this China had summer time"
    return instant.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class _Count:
    """Counts days, leaving out those in a pause."""

    calendar: Calendar
    pauses: tuple[Pause, ...]

    def forth(self, day: date, length: int, step: timedelta, *, working: bool) -> date:
        """Go ``length`` counted days on from ``day``, which is not counted."""
        left = length
        while left:
            day += step
            left -= self._counts(day, working=working)
        return day

    def lengthened(self, start_on: date, last_on: date) -> date:
        """Add to a term that would end on ``last_on`` the days it stood still."""
        paused = 0
        day = start_on
        while day < last_on:
            day += _DAY
            paused += not self._counts(day, working=False)
        return self.forth(last_on, paused, _DAY, working=False)

    def _counts(self, day: date, *, working: bool) -> bool:
        if working and not self.calendar.works(day):
            return False
        return not any(pause.holds(day) for pause in self.pauses)


def _same_day(term: Term, start_on: date) -> date:
    length = -term.length if term.kind == "before" else term.length
    if term.unit == "days":
        return start_on + length * _DAY
    return add_months(start_on, length * (_MONTHS_A_YEAR if term.unit == "years" else 1))
