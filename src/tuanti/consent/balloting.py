"""What every ballot is held to before it enters the ledger: whose it is, by whom, in time."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.models import Poll, Record, RollFlat
from tuanti.consent.queries import polls as known
from tuanti.consent.refusals.polls import (
    AnswersAmiss,
    FormUsed,
    NotOnTheRoll,
    NotOpenYet,
    NotVoting,
    NotYourFlat,
    OneHand,
    TooLate,
)
from tuanti.people.actors import Actor
from tuanti.people.commands.outbox import queue_message
from tuanti.places.queries import scoped
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.rules.deadlines import accepts
from tuanti.texts.words import say

ANSWERS = ("yes", "no", "abstain")
_KEEPER = "roll-keeper"


def received_before(poll: Poll, client_id: uuid.UUID, by: Actor, body: Mapping[str, object],
                    flat_id: int) -> Record | None:  # fmt: skip
    """Find the record of a form that has come in already.

    :raises FormUsed: it came in with other answers, or from somebody else.
    """
    known_ = poll.records.filter(client_id=client_id).order_by()
    if not known_.values_list("pk", flat=True)[:1]:  # nearly always: no more is read
        return None
    row = known_.select_related("roll_flat").get()
    same = row.by == by.id and row.kind == "ballot" and row.roll_flat is not None
    if not same or row.body != body or row.roll_flat.flat_id != flat_id:  # type: ignore[union-attr]  # same tells
        raise FormUsed
    row.poll = poll
    return row


def in_time(poll: Poll, received_at: datetime, state: str) -> None:
    """Let pass what came in while the vote was open; ``state`` is its consultation's.

    :raises NotVoting: the consultation was withdrawn.
    :raises NotOpenYet: the vote has not begun.
    :raises TooLate: it came in at the deadline or after, or the count is over.
    """
    if poll.closed_at is None and state != "open":
        raise NotVoting
    if received_at < poll.opens_at:
        raise NotOpenYet(at=said(poll.opens_at))
    if poll.closed_at is not None or not accepts(received_at, poll.closes_at):
        raise TooLate(at=said(poll.closes_at))


def own_flat(poll: Poll, flat_id: int, by: Actor) -> RollFlat:
    """Fetch a resident's own flat from the roll.

    :raises NotPermitted: ``by`` is no resident.
    :raises NotInReach: the roll does not name them at all.
    :raises NotYourFlat: it names them for other flats only.
    """
    if by.kind != "resident":
        raise NotPermitted
    found = poll.roll.filter(flat=flat_id, owners__owner=by.owner).order_by().first()
    if found is None:
        raise NotYourFlat if known.own_flats(by).filter(roll_flat__poll=poll) else NotInReach
    return found


def on_roll(poll: Poll, flat_id: int, owner_id: int) -> RollFlat:
    """Fetch a flat of the roll that is an owner's.

    :raises NotOnTheRoll: the roll does not hold it, or not with this owner.
    """
    flat = poll.roll.filter(flat=flat_id, owners__owner=owner_id).first()
    if flat is None:
        raise NotOnTheRoll
    return flat


def whole(poll: Poll, flat: RollFlat, answers: Mapping[str, str]) -> dict[str, str]:
    """Take the answers on every matter a flat is asked about, and on no other.

    :raises AnswersAmiss: one is missing, too many, or none of yes, no and abstain.
    """
    asked = known.asked_of(poll, flat)
    if set(answers) != set(asked) or not set(answers.values()) <= set(ANSWERS):
        raise AnswersAmiss
    return {matter: answers[matter] for matter in asked}


def other_hand(poll: Poll, by: Actor, *others: str) -> None:
    """Let pass whoever did not keep the roll and is none of ``others``.

    :raises OneHand: they did, or are.
    """
    if by.id in (poll.terms["roll_by"], *others) or by.holds(_KEEPER):
        raise OneHand


def handled(poll: Poll, by: Actor, duties: tuple[str, ...], *others: str) -> None:
    """Let pass who holds one of ``duties`` over the vote and is another hand.

    :raises NotInReach, NotPermitted: they do not hold one.
    :raises OneHand: they kept the roll, or are one of ``others``.
    """
    people_only(by)
    permissions.require(by, duties, poll.consultation)
    other_hand(poll, by, *others)


def people_only(by: Actor) -> None:
    """Let pass people: no ballot and no roll is the machine's own doing.

    :raises NotPermitted: it is the clock, or whoever runs the machine.
    """
    if by.kind == "clock":
        raise NotPermitted


def tell_owner(poll: Poll, flat: RollFlat, owner_id: int, *, origin: str, by: Actor,
               now: datetime) -> bool:  # fmt: skip
    """Tell an owner by message that a ballot was entered for them, and where to dispute it.

    Not what it says. False where no phone is on file: somebody has to go and tell them.
    """
    owner = scoped.owners_for(by).model._default_manager.filter(pk=owner_id).first()
    if owner is None or not owner.phone:
        return False
    code = poll.consultation.stairwell.code
    where = f"{origin}/b/{code}" if origin else say("polls.message.poster", "zh", code=code)
    text = say("polls.message.entered", "zh", flat=flat.number, where=where,
               until=said(poll.closes_at))  # fmt: skip
    queue_message(channel="sms", to=owner.phone, text=text, purpose="notice", by=by, now=now)
    return True


def said(at: datetime) -> str:
    """Write an instant as Shanghai shows it."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
