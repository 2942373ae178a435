"""Wishes and canvassing: who would like a lift, and what everybody thinks, before any plan."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.commands.taking import flat_here, speaker, taken, while_in
from tuanti.consent.models import Canvass, Consultation, Wish
from tuanti.consent.models.story import ANSWERS
from tuanti.consent.queries import story
from tuanti.consent.refusals.story import (
    AlreadyWished,
    AnswerUnknown,
    HasLift,
    NotEligible,
    NotWishing,
)
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places.queries import scoped
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.rules.processes import CONSULTATION

_NOTE = 2_000


@transaction.atomic
def make_wish(
    *, stairwell_id: int, flat_id: int, by: Actor, now: datetime, owner_id: int | None = None
) -> Wish:
    """Enter that a flat wishes for a lift. The first wish of a stairwell founds its consultation.

    A resident wishes for their own flat; a worker enters it for them, of ``owner_id`` if known.

    :raises NotInReach, NotPermitted: ``by`` neither lives there nor works for the place.
    :raises HasLift: there is a lift.
    :raises NotNow: the vote has begun, or is over.
    :raises FlatElsewhere, NotYourFlat, OwnerElsewhere: flat and owner do not fit.
    :raises AlreadyWished: the flat wishes already.
    """
    consultation = _begun(stairwell_id, by, now)
    flat = flat_here(consultation, flat_id)
    owner = speaker(flat, owner_id, by)
    if story.wishes_of(consultation).filter(flat=flat).exists():
        raise AlreadyWished
    wish = Wish.objects.create(
        consultation=consultation,
        flat=flat,
        owner_id=owner,
        on_behalf=by.kind != "resident",
        by=by.id,
        at=now,
    )
    told = {"flat": flat.pk, "on_behalf": wish.on_behalf}
    journal.write(at=now, by=by, act="consultation.wish", subject=consultation, **told)
    return wish


@transaction.atomic
def withdraw_wish(*, consultation_id: int, flat_id: int, by: Actor, now: datetime) -> Wish:
    """Take a flat's wish back; it stays on file and no longer counts.

    :raises NotInReach, NotPermitted: ``by`` neither lives there nor runs the consultation.
    :raises NotNow: the vote has begun, or is over.
    :raises FlatElsewhere, NotYourFlat: the flat is another's.
    :raises NotWishing: it has no wish.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation, allow_resident=True)
    while_in(consultation, *story.WISHING)
    flat = flat_here(consultation, flat_id)
    speaker(flat, None, by)
    wish = consultation.wishes.filter(flat=flat, withdrawn_at=None).first()
    if wish is None:
        raise NotWishing
    wish.withdrawn_at = now
    wish.save(update_fields=["withdrawn_at"])
    told = {"flat": flat.pk, "on_behalf": by.kind != "resident"}
    journal.write(at=now, by=by, act="consultation.unwish", subject=consultation, **told)
    return wish


@transaction.atomic
def begin_canvass(*, consultation_id: int, by: Actor, now: datetime) -> Consultation:
    """Begin to ask every flat what it thinks.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises MoveRefused: it is not the time.
    :raises NotEligible: the rules of the place do not allow a lift there.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    return move(consultation=consultation, act="canvass", by=by, now=now)


@transaction.atomic
def answer_canvass(
    *,
    consultation_id: int,
    flat_id: int,
    answer: str,
    by: Actor,
    now: datetime,
    note: str = "",
    owner_id: int | None = None,
) -> Canvass:
    """Write down what a flat says when asked: ``yes``, ``no`` or ``talk``. Its last answer counts.

    A resident speaks for their own flat; whoever runs the consultation enters what they were told.

    :raises NotInReach, NotPermitted: ``by`` neither lives there nor runs the consultation.
    :raises NotNow: nobody is asked yet, or the vote has begun.
    :raises AnswerUnknown: it is none of the three.
    :raises FlatElsewhere, NotYourFlat, OwnerElsewhere: flat and owner do not fit.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation, allow_resident=True)
    while_in(consultation, *story.ASKING)
    if answer not in ANSWERS:
        raise AnswerUnknown
    flat = flat_here(consultation, flat_id)
    said = Canvass.objects.create(
        consultation=consultation,
        flat=flat,
        owner_id=speaker(flat, owner_id, by),
        answer=answer,
        note=note.strip()[:_NOTE],
        on_behalf=by.kind != "resident",
        by=by.id,
        at=now,
    )
    told = {"flat": flat.pk, "answer": answer, "on_behalf": said.on_behalf}
    journal.write(at=now, by=by, act="consultation.answer", subject=consultation, **told)
    return said


def move(*, consultation: Consultation, act: str, by: Actor, now: datetime) -> Consultation:
    """Carry one of the first acts out: ``canvass`` or ``plan``, where a lift may be added.

    In the transaction of the caller, which holds the row.

    :raises MoveRefused: it is not the time.
    :raises NotEligible: the rules of the place do not allow a lift there.
    """
    consultation.state = CONSULTATION.after(consultation.state, act)
    if story.eligibility_of(consultation, timezone.localdate(now)).eligible is False:
        raise NotEligible
    consultation.moved_at = now
    consultation.save(update_fields=["state", "moved_at"])
    journal.write(at=now, by=by, act=f"consultation.{act}", subject=consultation)
    return consultation


def _begun(stairwell_id: int, by: Actor, now: datetime) -> Consultation:
    """Take the live consultation of a stairwell, or found it; the stairwell is held meanwhile."""
    rows = scoped.stairwells_for(by).select_for_update(of=("self",))
    stairwell = rows.select_related("building__estate").filter(pk=stairwell_id).first()
    if stairwell is None:
        raise NotInReach
    runs = scoped.stairwells_for(by, *permissions.RUN).filter(pk=stairwell.pk).exists()
    if by.kind != "resident" and not runs:
        raise NotPermitted
    live = Consultation.objects.select_for_update(of=("self",)).exclude(state__in=story.OVER)
    consultation = live.filter(stairwell=stairwell).first()
    if consultation is not None:
        while_in(consultation, *story.WISHING)
        return consultation
    if stairwell.lift:
        raise HasLift
    return Consultation.objects.create(stairwell=stairwell, begun_at=now, moved_at=now)
