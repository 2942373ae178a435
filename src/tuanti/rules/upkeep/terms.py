"""Inspection years and self-tests, rescue, drills and records: each term from its law rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal, TypeAlias

from tuanti.rules.deadlines import add_months
from tuanti.rules.errors import RuleBroken
from tuanti.rules.law import Rule

CheckKind: TypeAlias = Literal["inspection", "self-test"]

_MONTHS_A_YEAR = 12


class WrongUnit(RuleBroken):
    """The rule is of another unit than is needed here."""

    code = "upkeep.wrong_unit"


class ArrivedBeforeTheCall(RuleBroken):
    """Help came before it was called."""

    code = "upkeep.arrived_before_the_call"


@dataclass(frozen=True, slots=True)
class Check:
    """What is due in a year of use: a periodic inspection, to be applied for, or a self-test."""

    year: int
    kind: CheckKind
    due_on: date
    apply_by_on: date | None
    law_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rescue:
    """How long help took, and whether it came in time; ``in_time`` is None while it still may."""

    minutes: Fraction
    in_time: bool | None
    law_ids: tuple[str, ...]


def checks(start_on: date, until_on: date, years: Rule, ahead: Rule) -> tuple[Check, ...]:
    """Plan the yearly checks of a lift accepted on ``start_on`` that fall before ``until_on``.

    The years in ``years`` (unit ``years-of-use``) need a periodic inspection, and so does every
    year after the last of them; the others need a self-test. An inspection is applied for
    ``ahead`` (unit ``months``) of its day (Special Equipment Safety Law art. 40).

    :raises WrongUnit: a rule is of another unit.

    >>> from tuanti.rules import law
    >>> known = law.on(date(2026, 11, 22))
    >>> years, ahead = known.rule("inspection/years"), known.rule("inspection/apply-before")
    >>> [check.kind for check in checks(date(2026, 6, 1), date(2030, 1, 1), years, ahead)]
    ['inspection', 'self-test', 'self-test']
    """
    _needs(years, "years-of-use")
    _needs(ahead, "months")
    return tuple(_checks(start_on, until_on, years, ahead))


def rescue(called_at: datetime, arrived_at: datetime | None, now: datetime, within: Rule) -> Rescue:
    """Judge a rescue: how long help took, or has taken by ``now``, against ``within`` (minutes).

    Arriving exactly at the end of the term is in time.

    :raises WrongUnit: the rule is of another unit.
    :raises ArrivedBeforeTheCall: it is said to have come before ``called_at``.
    """
    _needs(within, "minutes")
    took = (arrived_at or now) - called_at
    if took < timedelta():
        raise ArrivedBeforeTheCall(called_at=str(called_at), arrived_at=str(arrived_at or now))
    minutes = Fraction(took // timedelta(microseconds=1), 60_000_000)
    over = minutes > within.value
    in_time = not over if arrived_at or over else None
    return Rescue(minutes, in_time, (within.id,))


def keep_until(recorded_on: date, years: Rule) -> date:
    """Find the last day a record must be kept (TSG T5002-2017 art. 5(6): four years or more).

    :raises WrongUnit: the rule is not of unit ``years``.
    """
    _needs(years, "years")
    return add_months(recorded_on, _MONTHS_A_YEAR * years.value)


def next_drill_on(last_on: date, months: Rule) -> date:
    """Find the last day for the next rescue drill (TSG T5002-2017 art. 5(3): every half year).

    :raises WrongUnit: the rule is not of unit ``months``.
    """
    _needs(months, "months")
    return add_months(last_on, months.value)


def _checks(start_on: date, until_on: date, years: Rule, ahead: Rule) -> Iterator[Check]:
    year = 1
    while (due_on := add_months(start_on, _MONTHS_A_YEAR * year)) < until_on:
        if year in years.value or year > max(years.value, default=0):
            apply_by_on = add_months(due_on, -ahead.value)
            yield Check(year, "inspection", due_on, apply_by_on, (years.id, ahead.id))
        else:
            yield Check(year, "self-test", due_on, None, (years.id,))
        year += 1


def _needs(rule: Rule, unit: str) -> None:
    if rule.unit != unit:
        raise WrongUnit(id=rule.id, unit=rule.unit, needed=unit)
