"""What falls due when, in a case: every clock that runs, under the law of the day it started."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from tuanti.rules import law
from tuanti.rules.case import Case
from tuanti.rules.clocks import CLOCKS, Clock
from tuanti.rules.deadlines import UNITS, Calendar, Ending, Kind, Pause, Term, prolonged
from tuanti.rules.errors import RuleBroken
from tuanti.rules.law import Law, Rule, Shelf
from tuanti.rules.subsidy import APPLY, Grant, grant

State: TypeAlias = Literal[
    "open", "overdue", "lapsed", "running", "over", "early", "kept", "late", "too-soon"
]

# A day something starts, and whether that day is provisional.
_Start: TypeAlias = tuple[date, bool]

_LAST_DAY_OFF = "time/last-day-off"
_DAY = timedelta(days=1)
_APPLICANT = "applicant"


class NotATerm(RuleBroken):
    """The rule a clock runs under is no term of days, months or years."""

    code = "case.not_a_term"


@dataclass(frozen=True, slots=True)
class Due:
    """One clock: since when it runs, which day counts, and how it stands.

    ``due_on`` is the last day to act (``within``, ``before``), the last day it runs (``lasts``) or
    the first day of the second act (``apart``). ``state``: while nothing is done, ``open``, then
    ``overdue``, or ``lapsed`` if it was a right; of the other two ``running``, then ``over``. Once
    it is done, ``kept``, ``late`` or ``too-soon``; ``early`` if before the clock began.

    ``paused``: it stands still, and ``due_on`` is the earliest it can be. ``provisional``: it hangs
    on a schedule of holidays not yet published. ``fen`` is the public money lost if it is missed.
    """

    rule: str
    by: str
    kind: Kind
    starts: str
    started_on: date | None
    ends: str
    done_on: date | None
    due_on: date
    state: State
    days_left: int | None
    paused: bool
    provisional: bool
    law_ids: tuple[str, ...]
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Dues:
    """Everything a case must watch, by the day it counts.

    ``without_rule`` are the rules that no pack holds for the place, though a clock runs under
    them: ask the office. ``grants`` are the subsidies the case counts on, by their rule.
    """

    dues: tuple[Due, ...]
    without_rule: tuple[str, ...]
    grants: Mapping[str, Grant]


def due(case: Case, on: date, calendar: Calendar, shelf: Shelf | None = None) -> Dues:
    """Find what falls due when in ``case``, as seen on ``on``.

    Events may lie ahead, as planned. A pause without an end is taken to end with ``on``. A clock
    runs under the law of the day it starts, an extension under that of the day it was granted.

    :raises NotATerm: a clock's rule has no length of days, months or years.
    :raises UnknownBonus: the lift claims a bonus its scheme does not have.

    >>> weekdays = Calendar(frozenset(), frozenset(), date(2026, 1, 1), date(2027, 1, 1))
    >>> asked = {"joint-application-accepted": date(2026, 6, 1)}
    >>> case = Case("a", "A", True, "chongqing", None, asked, (), None, ())
    >>> (found,) = due(case, date(2026, 6, 30), weekdays).dues
    >>> found.due_on, found.days_left, found.law_ids
    (datetime.date(2026, 8, 3), 34, ('cn/licence/joint-decision@2004-07-01',))
    """
    view = _View(case, on, calendar, shelf or law.packaged())
    found: dict[str, Due] = {}
    lacking: list[str] = []
    for clock in CLOCKS:
        start = view.start(clock, found)
        if start is not None:
            rules = view.rules(clock, start[0], lacking)
            if rules:
                found[clock.rule] = view.judge(clock, start, rules)
    grants = dict(view.grants(lacking))
    stakes = [one for key, grant in grants.items() for one in _stakes(key, grant, on)]
    dues = sorted((*found.values(), *stakes), key=lambda one: (one.due_on, one.rule))
    return Dues(tuple(dues), tuple(dict.fromkeys(lacking)), MappingProxyType(grants))


@dataclass(frozen=True, slots=True)
class _View:
    """A case as seen on a day, with the law and the calendar to judge it by."""

    case: Case
    on: date
    calendar: Calendar
    shelf: Shelf

    def start(self, clock: Clock, found: Mapping[str, Due]) -> _Start | None:
        """Find the day a clock starts; provisional as the clock it waits for."""
        if clock.regime not in ("", self.case.regime):
            return None
        before = found.get(clock.starts)
        if before is not None:
            return before.due_on, before.provisional
        day = self.case.events.get(clock.starts)
        return None if day is None else (day, False)

    def rules(self, clock: Clock, start_on: date, lacking: list[str]) -> list[Rule]:
        """Collect the rule of a clock and of its extensions; note those no pack holds."""
        wanted = [(clock.rule, start_on)]
        for event, key in clock.longer:
            if event in self.case.events:
                wanted.append((key, self.case.events[event]))
        found = [(key, self._book(day).get(key)) for key, day in wanted]
        if not clock.local:
            lacking += [key for key, rule in found if rule is None]
        rules = [rule for _, rule in found if rule is not None]
        return rules if found[0][1] is not None else []

    def judge(self, clock: Clock, start: _Start, rules: Sequence[Rule]) -> Due:
        """Judge a clock: which day counts, and how it stands."""
        start_on, provisional = start
        terms = [_term(rule, clock) for rule in rules]
        end = self._end(clock, start_on, terms)
        ids = [rule.id for rule in rules]
        if end.on != self._end(clock, start_on, [replace(one, moves=False) for one in terms]).on:
            moved = self._book(start_on).get(_LAST_DAY_OFF)
            ids += [moved.id] if moved else []
        done_on = self.case.events.get(clock.ends)
        stands_still = any(
            one.clock == clock.rule and one.until_on is None and one.from_on <= self.on
            for one in self.case.standstills
        )
        return Due(
            rule=clock.rule,
            by=clock.by,
            kind=clock.kind,
            starts=clock.starts,
            started_on=start_on,
            ends=clock.ends,
            done_on=done_on,
            due_on=end.on,
            state=_state(clock, (start_on, end.on), done_on, self.on),
            days_left=None if done_on else (end.on - self.on).days,
            paused=done_on is None and stands_still,
            provisional=provisional or end.provisional,
            law_ids=tuple(ids),
        )

    def grants(self, lacking: list[str]) -> Iterator[tuple[str, Grant]]:
        """Judge the subsidies the case counts on, under the law of the day each was triggered."""
        for key in self.case.subsidies:
            rule = self._book(self.on).get(key)
            if rule is None:
                lacking.append(key)
                continue
            assert self.case.lift is not None, "a case without faults has it"
            triggered_on = self.case.events.get(rule.value["trigger"])
            if triggered_on is not None:
                rule = self._book(triggered_on).get(key) or rule
            applied_on = self.case.events.get(APPLY)
            lift = replace(self.case.lift, triggered_on=triggered_on, applied_on=applied_on)
            yield key, grant(rule, lift)

    def _end(self, clock: Clock, start_on: date, terms: Sequence[Term]) -> Ending:
        pauses = [
            Pause(one.from_on, one.until_on or max(one.from_on, self.on + _DAY))
            for one in self.case.standstills
            if one.clock == clock.rule
        ]
        return prolonged(terms[0], terms[1:], start_on, self.calendar, pauses)

    def _book(self, day: date) -> Law:
        return self.shelf.on(day, self.case.place)


def _term(rule: Rule, clock: Clock) -> Term:
    if rule.unit not in UNITS:
        raise NotATerm(id=rule.id, unit=rule.unit)
    return Term(rule.value, rule.unit, clock.kind, clock.moves)


def _state(clock: Clock, span: tuple[date, date], done_on: date | None, on: date) -> State:
    start_on, due_on = span
    if clock.kind in ("within", "before"):
        if done_on is None:
            missed: State = "lapsed" if clock.right else "overdue"
            return "open" if on <= due_on else missed
        if clock.kind == "within" and done_on < start_on:
            return "early"
        return "kept" if done_on <= due_on else "late"
    first_on = due_on if clock.kind == "apart" else due_on + _DAY
    if done_on is None:
        return "running" if on < first_on else "over"
    return "kept" if done_on >= first_on else "too-soon"


def _stakes(key: str, grant: Grant, on: date) -> Iterator[Due]:
    """Set down the days that decide over a grant: that of the trigger, that of the application."""
    if not grant.is_meant:
        return
    if grant.trigger_by_on:
        yield _stake(Clock(key, "", grant.trigger, _APPLICANT), grant, on)
    if grant.triggered_on and grant.apply_by_on and (grant.paid_fen or grant.applied_on):
        yield _stake(Clock(key, grant.trigger, APPLY, _APPLICANT), grant, on)


def _stake(clock: Clock, grant: Grant, on: date) -> Due:
    waits = clock.ends != APPLY
    done_on = grant.triggered_on if waits else grant.applied_on
    due_on = grant.trigger_by_on if waits else grant.apply_by_on
    assert due_on is not None, "asked for only where there is a day"
    return Due(
        rule=clock.rule,
        by=clock.by,
        kind=clock.kind,
        starts=clock.starts,
        started_on=None if waits else grant.triggered_on,
        ends=clock.ends,
        done_on=done_on,
        due_on=due_on,
        state=_state(clock, (date.min, due_on), done_on, on),
        days_left=None if done_on else (due_on - on).days,
        paused=False,
        provisional=False,
        law_ids=grant.law_ids,
        fen=0 if done_on else grant.paid_fen,
    )
