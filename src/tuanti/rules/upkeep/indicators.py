"""The indicators of a maintenance contract: each from counted facts, exactly, by one formula.

An indicator is None when there is nothing to count: no visit was due, no fault happened. Shares lie
between 0 and 1.
"""

from fractions import Fraction

from tuanti.rules.errors import RuleBroken

_DAYS_A_YEAR = 365
_PER_LIFTS = 100


class BelowZero(RuleBroken):
    """A count is below zero."""

    code = "upkeep.below_zero"


class PartAboveWhole(RuleBroken):
    """More were counted as a part than there are in all."""

    code = "upkeep.part_above_whole"


def on_time_share(on_time_visits: int, due_visits: int) -> Fraction | None:
    """Visits of a layer made in time / visits due. Count each layer by itself.

    >>> on_time_share(23, 24), on_time_share(0, 0)
    (Fraction(23, 24), None)
    """
    return _share(on_time_visits, due_visits)


def signed_share(signed_sheets: int, sheets: int) -> Fraction | None:
    """Sheets signed by the user unit's safety manager / sheets (TSG T5002-2017 art. 7)."""
    return _share(signed_sheets, sheets)


def rescue_in_time_share(rescues_in_time: int, rescues: int) -> Fraction | None:
    """Rescues in which help came within the legal minutes / rescues."""
    return _share(rescues_in_time, rescues)


def arrival_minutes(arrival_seconds: int, rescues: int) -> Fraction | None:
    """Mean minutes from the call to the arrival: all seconds / 60 / rescues."""
    return _ratio(arrival_seconds, 60 * rescues)


def release_minutes(release_seconds: int, rescues: int) -> Fraction | None:
    """Mean minutes from the arrival to the release: all seconds / 60 / rescues."""
    return _ratio(release_seconds, 60 * rescues)


def entrapments_per_100_lift_months(entrapments: int, lift_months: int) -> Fraction | None:
    """Entrapments / lift-months × 100; a lift in use for a whole month is one lift-month."""
    return _ratio(_PER_LIFTS * entrapments, lift_months)


def faults_per_lift_year(faults: int, lift_days: int) -> Fraction | None:
    """Faults / lift-days × 365; a lift in use for a day is one lift-day.

    >>> faults_per_lift_year(12, 10 * 365)
    Fraction(6, 5)
    """
    return _ratio(_DAYS_A_YEAR * faults, lift_days)


def downtime_share(down_minutes: int, service_minutes: int) -> Fraction | None:
    """Minutes out of order / minutes the lift should have run, those out of order among them."""
    return _share(down_minutes, service_minutes)


def repeat_fault_share(repeated_faults: int, faults: int) -> Fraction | None:
    """Faults that came back / faults; the contract says within how many days of the same cause."""
    return _share(repeated_faults, faults)


def first_try_share(passed_at_first_try: int, inspections: int) -> Fraction | None:
    """Inspections passed at the first try / inspections."""
    return _share(passed_at_first_try, inspections)


def parts_price_ratio(paid_fen: int, listed_fen: int) -> Fraction | None:
    """What was paid for parts / what they cost by the published list; above 1 is too dear."""
    return _ratio(paid_fen, listed_fen)


def drill_share(drills_done: int, drills_due: int) -> Fraction | None:
    """Rescue drills done / drills due, one for each half year."""
    return _share(drills_done, drills_due)


def resident_points(points: int, answers: int) -> Fraction | None:
    """Mean of the residents' points: all points / answers."""
    return _ratio(points, answers)


def _share(part: int, whole: int) -> Fraction | None:
    if part > whole:
        raise PartAboveWhole(part=part, whole=whole)
    return _ratio(part, whole)


def _ratio(count: int, base: int) -> Fraction | None:
    if min(count, base) < 0:
        raise BelowZero(value=min(count, base))
    return Fraction(count, base) if base else None
