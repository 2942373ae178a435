"""Who is entitled to what public money for a lift, by when, and what a missed date costs.

A scheme is a law rule of unit ``subsidy``: a fixed sum, a percentage with a cap, or a sum by
storeys; with money for moving pipes, bonuses, a trigger, a time to apply, an end. Most is paid
only after use registration, so that a late lift can lose all of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tuanti.rules.errors import Fault, RuleBroken
from tuanti.rules.law import Rule
from tuanti.rules.money import split

APPLY = "subsidy-applied"


class NotASubsidy(RuleBroken):
    """The rule is no subsidy scheme."""

    code = "subsidy.not_a_subsidy"


class OutOfRange(RuleBroken):
    """A number of the lift is below what it can be."""

    code = "subsidy.out_of_range"


class UnknownBonus(RuleBroken):
    """The scheme has no such bonus."""

    code = "subsidy.unknown_bonus"


@dataclass(frozen=True, slots=True)
class Lift:
    """What a scheme asks about a lift.

    ``cost_fen`` is the cost the scheme takes its percentage of, ``pipeline_fen`` what moving pipes
    costs, ``bonuses`` the names, in either language, of the bonuses whose conditions are met.

    :raises OutOfRange: a sum is below zero, or there is no storey.
    """

    storeys: int
    cost_fen: int
    pipeline_fen: int = 0
    bonuses: Collection[str] = ()
    triggered_on: date | None = None
    applied_on: date | None = None

    def __post_init__(self) -> None:
        for name, low in (("storeys", 1), ("cost_fen", 0), ("pipeline_fen", 0)):
            if (value := getattr(self, name)) < low:
                raise OutOfRange(field=name, value=value, low=low)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a scheme gives a lift: its parts, who pays, by when to ask, and why there is nothing.

    ``at_most``: the scheme names a ceiling, not a sum. ``city_fen`` and ``district_fen`` are None
    where the scheme does not say who pays. Where there is a reason, nothing is paid; the parts
    still say what it would have been.
    """

    base_fen: int
    pipeline_fen: int
    bonus_fen: int
    at_most: bool
    city_share: Fraction | None
    payee: str | None
    trigger: str
    triggered_on: date | None
    trigger_by_on: date | None
    applied_on: date | None
    apply_by_on: date | None
    law_ids: tuple[str, ...]
    reasons: tuple[Fault, ...] = ()

    @property
    def full_fen(self) -> int:
        """All parts together."""
        return self.base_fen + self.pipeline_fen + self.bonus_fen

    @property
    def paid_fen(self) -> int:
        """All parts together, or nothing where there is a reason."""
        return 0 if self.reasons else self.full_fen

    @property
    def is_meant(self) -> bool:
        """Whether the scheme is for such a lift at all, whatever was missed."""
        return all(reason.code != "subsidy.too_low" for reason in self.reasons)

    @property
    def city_fen(self) -> int | None:
        """What the city pays."""
        return None if self.city_share is None else divided(self.paid_fen, self.city_share)[0]

    @property
    def district_fen(self) -> int | None:
        """What the district pays."""
        return None if self.city_share is None else divided(self.paid_fen, self.city_share)[1]


@dataclass(frozen=True, slots=True)
class Stake:
    """``fen`` are lost if ``act`` has not happened by the end of ``by_on``."""

    act: str
    by_on: date
    fen: int
    law_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """What several schemes pay together under a cap: each its part, and what the cap cut off."""

    paid_fen: tuple[int, ...]
    cut_fen: int
    law_ids: tuple[str, ...]

    @property
    def total_fen(self) -> int:
        """All parts together."""
        return sum(self.paid_fen)


def grant(scheme: Rule, lift: Lift) -> Grant:
    """Find what ``scheme`` gives ``lift``.

    A percentage is rounded down to the whole fen, then capped if there is a cap. A table by
    storeys gives a building the sum of the greatest number of storeys it reaches. Money for pipes
    is never more than they cost. The time to apply is in days, the day of the trigger not counted
    (Civil Code art. 201); a last day on a rest day is not moved on, since earlier is safer.

    :raises NotASubsidy: the rule has another unit.
    :raises UnknownBonus: the lift claims a bonus the scheme does not have.

    >>> from tuanti.rules import law
    >>> scheme = law.find("shanghai/subsidy/lift", on=date(2026, 11, 22))  # 40 %, 280,000 yuan most
    >>> found = grant(scheme, Lift(storeys=6, cost_fen=60_000_000))
    >>> found.paid_fen, found.city_fen, found.district_fen
    (24000000, 12000000, 12000000)
    """
    if scheme.unit != "subsidy":
        raise NotASubsidy(id=scheme.id)
    value = scheme.value
    found = Grant(
        base_fen=_base_fen(value, lift),
        pipeline_fen=min(value["pipeline_fen"] or 0, lift.pipeline_fen),
        bonus_fen=_bonus_fen(value["bonus"], lift.bonuses),
        at_most=value["up_to"],
        city_share=value["city_share"],
        payee=value["payee"],
        trigger=value["trigger"],
        triggered_on=lift.triggered_on,
        trigger_by_on=value["expires_on"],
        applied_on=lift.applied_on,
        apply_by_on=_apply_by_on(value, lift.triggered_on),
        law_ids=(scheme.id,),
    )
    return replace(found, reasons=_reasons(found, lift, value))


def at_stake(grant: Grant) -> Stake | None:
    """Find the next day that decides over the grant, and what is lost if it is missed.

    None if nothing can be lost any more, or no day is set.

    >>> from tuanti.rules import law
    >>> scheme = law.find("nanning/subsidy/lift", on=date(2022, 11, 22))
    >>> at_stake(grant(scheme, Lift(storeys=6, cost_fen=60_000_000))).by_on
    datetime.date(2022, 12, 31)
    """
    if grant.applied_on is not None or not grant.paid_fen:
        return None
    waiting = grant.triggered_on is None
    by_on = grant.trigger_by_on if waiting else grant.apply_by_on
    if by_on is None:
        return None
    return Stake(grant.trigger if waiting else APPLY, by_on, grant.paid_fen, grant.law_ids)


def lost_fen(grant: Grant, on: date) -> int:
    """Count what is lost on ``on`` because a day was missed before it, or had been by then.

    A lift the scheme never meant loses nothing.
    """
    if not grant.is_meant:
        return 0
    stake = at_stake(grant)
    missed = stake is not None and stake.by_on < on
    return grant.full_fen if missed or grant.reasons else 0


def stack(grants: Sequence[Grant], cost_fen: int, most: Fraction = Fraction(1)) -> Stack:
    """Pay several grants, in their order, until together they reach ``most`` of ``cost_fen``.

    The cap is rounded down to the whole fen; what is above it is cut from the later grants.

    :raises OutOfRange: the cost is below zero.
    """
    if cost_fen < 0:
        raise OutOfRange(field="cost_fen", value=cost_fen, low=0)
    left = int(cost_fen * most)  # rounds down
    paid = []
    for one in grants:
        paid.append(min(one.paid_fen, left))
        left -= paid[-1]
    wanted = sum(one.paid_fen for one in grants)
    ids = dict.fromkeys(law_id for one in grants for law_id in one.law_ids)
    return Stack(tuple(paid), wanted - sum(paid), tuple(ids))


def divided(fen: int, city_share: Fraction) -> tuple[int, int]:
    """Divide a sum between city and district, exactly; the odd fen of equal halves is the city's.

    >>> divided(28_000_001, Fraction(1, 2))
    (14000001, 14000000)
    """
    city, district = split(fen, [city_share, 1 - city_share])
    return city, district


def _base_fen(value: Mapping[str, Any], lift: Lift) -> int:
    if value["kind"] == "fixed":
        return int(value["fen"])
    if value["kind"] == "percentage":
        share = int(value["percentage"] * lift.cost_fen)  # rounds down
        return share if value["cap_fen"] is None else min(share, int(value["cap_fen"]))
    reached = [storeys for storeys in value["by_storeys"] if storeys <= lift.storeys]
    return int(value["by_storeys"][max(reached)]) if reached else 0


def _bonus_fen(bonuses: Sequence[Mapping[str, Any]], claimed: Collection[str]) -> int:
    known = {name: bonus["fen"] for bonus in bonuses for name in bonus["name"].values()}
    for name in claimed:
        if name not in known:
            raise UnknownBonus(value=name, known=", ".join(known) or None)
    met = [bonus for bonus in bonuses if any(name in claimed for name in bonus["name"].values())]
    return sum(int(bonus["fen"]) for bonus in met)


def _apply_by_on(value: Mapping[str, Any], triggered_on: date | None) -> date | None:
    expires_on: date | None = value["expires_on"]
    if triggered_on is None or value["apply_within_days"] is None:
        return expires_on
    within = triggered_on + timedelta(days=value["apply_within_days"])
    return min(within, expires_on or within)


def _reasons(found: Grant, lift: Lift, value: Mapping[str, Any]) -> tuple[Fault, ...]:
    reasons = []
    least = _least_storeys(value)
    if lift.storeys < least:
        facts = {"storeys": lift.storeys, "least": least}
        reasons.append(Fault("subsidy.too_low", (), facts))
    late = (
        ("triggered_late", lift.triggered_on, found.trigger_by_on),
        ("applied_late", lift.applied_on, found.apply_by_on),
    )
    for name, on, by_on in late:
        if on is not None and by_on is not None and on > by_on:
            reasons.append(Fault(f"subsidy.{name}", (), {"on": str(on), "by_on": str(by_on)}))
    return tuple(reasons)


def _least_storeys(value: Mapping[str, Any]) -> int:
    lowest = min(value["by_storeys"]) if value["by_storeys"] else 1
    return max(lowest, value["min_storeys"] or 1)
