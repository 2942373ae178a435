"""A vote from its roll to its count: fixed, served, closed. Ballots stand in ``ballots.py``."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tuanti.consent import ledger, permissions, rolls
from tuanti.consent.balloting import people_only
from tuanti.consent.holding import held, moved
from tuanti.consent.models import Consultation, Poll, RollFlat
from tuanti.consent.queries import polls as known
from tuanti.consent.refusals.polls import (
    ClosedAlready,
    NoPlan,
    NotOnTheRoll,
    NotVoting,
    PeriodTooLong,
    PeriodTooShort,
    RollFaulty,
    StillOpen,
)
from tuanti.consent.repeating import allow_further_ballot
from tuanti.consent.rolls import Draft
from tuanti.consent.telling import result_of
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places.queries.eligible import law_of
from tuanti.places.refusals import NotInReach
from tuanti.rules.ballots import WINS, Wins
from tuanti.rules.errors import RuleBroken

UNDER_WAY = timedelta(seconds=60)  # closing waits so long for what came in in time
CONFIRMING = timedelta(days=1)  # and the clock so long for a second person to confirm it
LONGEST = timedelta(days=180)
OPENERS = (*permissions.KEEP_ROLL, "street-officer")

_log = logging.getLogger(__name__)


@transaction.atomic
def fix_roll_and_open(
    *,
    consultation_id: int,
    opens_at: datetime,
    closes_at: datetime,
    with_estate: bool,
    by: Actor,
    now: datetime,
    wins: Wins = "later",
    counted_by: str = "",
) -> Poll:
    """Fix the roll, the matters and the terms under the law of the day, and open the vote.

    A vote whose ``opens_at`` has gone by opens now. ``wins`` is which of a paper and an electronic
    ballot of one person counts. ``counted_by`` is the key of the rule the vote is counted under,
    where the place has several. What is fixed is never changed again.

    :raises NotInReach, NotPermitted: ``by`` neither keeps the roll nor serves the street.
    :raises MoveRefused: the consultation is not at the plans.
    :raises NoPlan: none has been chosen.
    :raises RuleNotThere: the place has no such rule.
    :raises PeriodTooShort, PeriodTooLong: the law asks for longer, or nobody waits so long.
    :raises BallotsSpent, BallotTooSoon: the law allows no further ballot, or not yet.
    :raises RollFaulty: the roll has faults; ``faults`` holds every one.
    """
    consultation = held(consultation_id)
    people_only(by)
    permissions.require(by, OPENERS, consultation)

    moved(consultation, "open", now)
    if consultation.plan is None or consultation.plan.dropped_at:
        raise NoPlan
    opens_at = max(opens_at, now)
    on = timezone.localdate(opens_at)
    draft = rolls.drafted(consultation, with_estate=with_estate, on=on, counted_by=counted_by)
    _check_period(draft, opens_at, closes_at)
    _check_ballots(consultation, on)
    if draft.faults:
        raise RollFaulty(draft.faults)

    assert wins in WINS
    poll = _opened(consultation, draft, wins, by, opens_at=opens_at, closes_at=closes_at)

    told = {"poll": poll.number, "flats": len(draft.roll.flats), "hash": poll.head}
    told["law"] = poll.matters[0]["law"]
    journal.write(at=now, by=by, act="poll.open", subject=consultation, **told)
    return poll


@transaction.atomic
def mark_served(*, poll_id: int, flat_id: int, by: Actor, now: datetime) -> RollFlat:
    """Write down that a flat has been handed its ballot; done twice, the first time stands.

    :raises NotInReach, NotPermitted: ``by`` neither runs the consultation nor types its ballots.
    :raises NotVoting: the vote is over.
    :raises NotOnTheRoll: the roll does not hold the flat.
    """
    poll = taken(poll_id)
    people_only(by)
    permissions.require(by, (*permissions.RUN, *permissions.TYPE), poll.consultation)
    while_open(poll)
    flat = poll.roll.filter(flat=flat_id).first()
    if flat is None:
        raise NotOnTheRoll
    if flat.served_at is None:
        flat.served_at = now
        flat.save(update_fields=["served_at"])
        told = {"poll": poll.number, "flat": flat.flat_id}
        journal.write(at=now, by=by, act="poll.serve", subject=poll.consultation, **told)
    return flat


@transaction.atomic
def close_poll(*, poll_id: int, by: Actor, now: datetime) -> Poll:
    """Count a vote that is over, keep its tally, and find the consultation passed or failed.

    Not before a minute after the deadline, so that what came in in time is in. What waits for a
    second person then does not count.

    :raises NotInReach, NotPermitted: ``by`` neither runs the consultation nor is the clock.
    :raises ClosedAlready: it has been counted.
    :raises StillOpen: ballots may still come in, or be under way.
    :raises MoveRefused: the consultation was withdrawn.
    """
    consultation = held(_consultation_of(poll_id))
    poll = taken(poll_id)
    if by.kind != "clock":
        permissions.require(by, permissions.RUN, consultation)
    if poll.closed_at:
        raise ClosedAlready
    if now < poll.closes_at + UNDER_WAY:
        raise StillOpen(at=_said(poll.closes_at + UNDER_WAY))

    moved(consultation, "close", now)
    poll.result = result_of(poll)
    poll.passed = poll.result["passed"]
    moved(consultation, "pass" if poll.passed else "fail", now)

    poll.closed_at = now
    poll.save(update_fields=["result", "passed", "closed_at"])
    told = {"poll": poll.number, "passed": poll.passed, "line": poll.seq, "hash": poll.head}
    journal.write(at=now, by=by, act="poll.close", subject=consultation, **told)
    return poll


def close_ended_polls(*, by: Actor, now: datetime) -> int:
    """Count every vote that is over; how many. One that cannot be counted holds up no other.

    One whose ballots wait for a second person has ``CONFIRMING`` for that; whoever runs it may
    count it before.
    """
    ended = Poll.objects.filter(
        closed_at=None, closes_at__lte=now - UNDER_WAY, consultation__state="open"
    )
    done = 0
    for poll in ended.order_by("closes_at", "pk"):
        if now < poll.closes_at + CONFIRMING and known.waiting(poll):
            continue
        try:
            close_poll(poll_id=poll.pk, by=by, now=now)
        except RuleBroken:
            _log.exception("vote %s is not counted", poll.pk)
        else:
            done += 1
    return done


def taken(poll_id: int) -> Poll:
    """Fetch a vote and hold its row until the transaction ends: its ledger grows by one hand.

    :raises NotInReach: there is none.
    """
    rows = Poll.objects.select_for_update(of=("self",)).select_related("consultation")
    poll = rows.filter(pk=poll_id).first()
    if poll is None:
        raise NotInReach
    return poll


def taken_lean(poll_id: int) -> tuple[Poll, str]:
    """Fetch a vote, held as by :func:`taken`, and its consultation's state, and read no more.

    :raises NotInReach: there is none.
    """
    rows = Poll.objects.select_for_update(of=("self",)).defer("result").order_by()
    poll = rows.annotate(stage=F("consultation__state")).filter(pk=poll_id).first()
    if poll is None:
        raise NotInReach
    return poll, poll.stage


def while_open(poll: Poll) -> None:
    """Let pass while a vote has not been counted, and its consultation not been withdrawn.

    :raises ClosedAlready: it has been counted.
    :raises NotVoting: the consultation was withdrawn.
    """
    if poll.closed_at:
        raise ClosedAlready
    if poll.consultation.state != "open":
        raise NotVoting


def _consultation_of(poll_id: int) -> int:
    found = Poll.objects.filter(pk=poll_id).values_list("consultation_id", flat=True).first()
    if found is None:
        raise NotInReach
    return found


def _check_period(draft: Draft, opens_at: datetime, closes_at: datetime) -> None:
    least = draft.terms["least"]
    if closes_at < opens_at + draft.least:
        raise PeriodTooShort(least=least.value, law=least.law)
    if closes_at > opens_at + LONGEST:
        raise PeriodTooLong(most=LONGEST.days)


def _check_ballots(consultation: Consultation, on: date) -> None:
    """See that the law allows a ballot after those that failed, and so soon after the last."""
    failed = consultation.polls.filter(passed=False).count()
    latest = known.poll_of(consultation)
    again = latest is not None and latest.passed is False  # a plan revised after a pass waits not
    over_on = timezone.localdate(latest.closed_at) if latest and again else None
    allow_further_ballot(law_of(consultation.stairwell, on), failed, over_on, on)


def _opened(
    consultation: Consultation, draft: Draft, wins: Wins, by: Actor, **period: datetime
) -> Poll:
    terms: dict[str, Any] = {name: term.told for name, term in draft.terms.items()}
    latest = known.poll_of(consultation)
    poll = Poll(
        consultation=consultation,
        number=latest.number + 1 if latest else 1,
        plan=consultation.plan,
        matters=[dict(one) for one in draft.matters],
        terms=terms | {"wins": {"value": wins, "law": ""}, "roll_by": by.id},
        counted_on=timezone.localdate(period["opens_at"]),
        **period,
    )
    poll.save()
    rolls.keep(poll, draft)
    poll.head = ledger.start_of(poll, known.flats_of(poll))
    poll.save(update_fields=["head"])
    return poll


def _said(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
