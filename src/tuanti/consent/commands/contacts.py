"""The contact log: doors knocked at, calls, letters, notices; and reminders before a vote ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.commands.polls import mark_served
from tuanti.consent.holding import found, held
from tuanti.consent.models import Consultation, Contact, Poll
from tuanti.consent.models.notices import CONTACT_RESULTS, CONTACT_WAYS
from tuanti.consent.queries.polls import answered, poll_of
from tuanti.consent.refusals.notices import AheadOfTime, FlatElsewhere, NotVoting, PaperMissing
from tuanti.journal import commands as journal
from tuanti.journal.queries import history_of
from tuanti.people.actors import CLOCK, Actor
from tuanti.people.commands.outbox import queue_message
from tuanti.places.codes import shown_code
from tuanti.places.facts import one_of
from tuanti.places.filing import Paper, file
from tuanti.places.naming import whole_name
from tuanti.places.queries import scoped
from tuanti.texts.words import say

KNOCK = (*permissions.RUN, *permissions.TYPE, "owners-representative", "mediator")
REMIND = (timedelta(hours=24), timedelta(hours=48))  # before the end, the nearest first
_HOUR = timedelta(hours=1)
_LONGEST = 1_000


@transaction.atomic
def record_contact(
    *,
    consultation_id: int,
    flat_id: int,
    way: str,
    result: str,
    note: str = "",
    photo: Paper | None = None,
    at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Contact:
    """Write down a visit, call, letter, message or notice to a flat of the stairwell.

    A notice hung up at the door of someone nobody can find (``way`` ``notice``, ``result``
    ``posted``) serves their ballot, with its photo, while the vote is open.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises UnknownValue: there is no such way or result.
    :raises FlatElsewhere: the flat is in another stairwell.
    :raises AheadOfTime: it is told of a time to come.
    :raises PaperMissing: service by notice has no photo.
    :raises NotVoting: service by notice needs an open vote.
    :raises EvidenceKind, EvidenceSize: the photo is none we keep.
    """
    consultation = held(consultation_id)
    permissions.require(by, KNOCK, consultation)
    one_of("way", way, CONTACT_WAYS)
    one_of("result", result, CONTACT_RESULTS)
    if not consultation.stairwell.flats.filter(pk=flat_id).exists():
        raise FlatElsewhere
    if at is not None and at > now:
        raise AheadOfTime(field="at")
    contact = Contact.objects.create(
        consultation=consultation,
        flat_id=flat_id,
        way=way,
        result=result,
        note=note.strip()[:_LONGEST],
        photo=file(photo, by, now) if photo else None,
        by=by.id,
        at=at or now,
    )
    told = {"flat": flat_id, "way": way, "result": result, "contact": contact.pk}
    journal.write(at=now, by=by, act="contact.record", subject=consultation, **told)
    if (way, result) == ("notice", "posted"):
        _serve(consultation, contact, by, now)
    return contact


def remind_before_closing(*, by: Actor, now: datetime) -> int:
    """Send a reminder 48 and 24 hours before a vote ends; tell how many messages were queued.

    They go to the owners of flats that have not answered who have a phone and agreed to messages
    (PIPL art. 14; without that we promised to send none), once each time, however many flats they
    have. The door list tells who was not reached. Safe to repeat; late, only the nearer is sent.
    """
    soon = Poll.objects.filter(
        closed_at=None,
        opens_at__lte=now,
        closes_at__gt=now,
        closes_at__lte=now + max(REMIND),
        consultation__state="open",
    )
    return sum(_reminded(pk, by, now) for pk in soon.order_by("pk").values_list("pk", flat=True))


def _serve(consultation: Consultation, contact: Contact, by: Actor, now: datetime) -> None:
    poll = poll_of(consultation)
    if poll is None or consultation.state != "open":
        raise NotVoting
    if contact.photo_id is None:
        raise PaperMissing(field="photo")
    mark_served(poll_id=poll.pk, flat_id=contact.flat_id, by=by, now=now)


@transaction.atomic
def _reminded(poll_id: int, by: Actor, now: datetime) -> int:
    consultation = held(found(Poll, poll_id).consultation_id)
    poll = found(Poll, poll_id)
    hours = next(span // _HOUR for span in REMIND if poll.closes_at <= now + span)
    if consultation.state != "open" or _told_before(poll, hours):
        return 0
    flats = _silent(poll)
    people = _reachable(flats)
    for owner, flat in people:
        _remind(poll, owner, by, now)
        Contact.objects.create(
            consultation=consultation, flat_id=flat, way="message", result="delivered",
            by=by.id, at=now,
        )  # fmt: skip
    told = {"poll": poll.number, "hours": hours, "flats": len(flats), "messages": len(people)}
    journal.write(at=now, by=by, act="poll.remind", subject=consultation, **told)
    return len(people)


def _told_before(poll: Poll, hours: int) -> bool:
    sent = history_of("consultation", poll.consultation_id).filter(act="poll.remind")
    told = [one.facts for one in sent]
    return any(one["poll"] == poll.number and one["hours"] <= hours for one in told)


def _silent(poll: Poll) -> list[int]:
    """List the flats of the stairwell's own roll that have not answered."""
    own = poll.roll.filter(own=True).order_by("-floor", "number")
    said = answered(poll)
    return [flat for flat in own.values_list("flat_id", flat=True) if flat not in said]


def _reachable(flats: Iterable[int]) -> list[tuple[Any, int]]:
    """Pair the owners who may be sent messages with the first of their flats."""
    rows = scoped.owners_for(CLOCK).filter(ownerships__flat__in=list(flats), life="living")
    rows = rows.filter(agreements__purpose="messages", agreements__withdrawn_at=None)
    found_ = {}
    for owner in rows.exclude(phone_index=b"").distinct().prefetch_related("ownerships"):
        theirs = {one.flat_id for one in owner.ownerships.all()}
        found_[owner.pk] = (owner, next(flat for flat in flats if flat in theirs))
    return [*found_.values()]


def _remind(poll: Poll, owner: Any, by: Actor, now: datetime) -> None:  # noqa: ANN401 (of places)
    stairwell = poll.consultation.stairwell
    text = say(
        "notices.reminder",
        "zh",
        place=whole_name(stairwell, "zh"),
        until=f"{timezone.localtime(poll.closes_at):%Y-%m-%d %H:%M}",
        code=shown_code(stairwell.code),
    )
    queue_message(
        channel="sms",
        to=owner.phone,
        text=text,
        purpose="reminder",
        until_at=poll.closes_at,
        by=by,
        now=now,
    )
