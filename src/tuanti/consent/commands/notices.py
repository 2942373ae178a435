"""Public notice (公示) of plan and result: posted, photographed where it hangs, over in time."""

from datetime import date, datetime, timedelta

from django.db import transaction

from tuanti.consent import permissions
from tuanti.consent.frozen import digest_of, notice_facts
from tuanti.consent.holding import found, held, moved
from tuanti.consent.models import Consultation, Notice, NoticePhoto
from tuanti.consent.queries.notices import ended, last_day, notice_of, open_objections
from tuanti.consent.refusals.notices import TextMissing
from tuanti.journal import commands as journal
from tuanti.journal.queries import history_of
from tuanti.people.actors import Actor
from tuanti.places.filing import Paper, file
from tuanti.places.queries.eligible import law_of
from tuanti.rules.deadlines import day_of

SHORTEST = 4  # characters; "不同意修" is four
_PLACE = 2  # characters; "楼道" is two


@transaction.atomic
def post_notice(*, consultation_id: int, by: Actor, now: datetime) -> Notice:
    """Post plan and result of a vote that passed; the case is ``on-notice`` through its last day.

    How long it hangs is the rule ``notice/plan`` of the place on the day it is posted, in days or
    working days; that day is not counted (Civil Code art. 201), and a last day on a rest day moves
    to the next working day (art. 203). What it says is frozen with its digest; ``code`` checks it.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises MoveRefused: no vote has passed that was not posted.
    :raises NoRule: the law of the place has no notice.
    """
    consultation = held(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    moved(consultation, "post-notice", now)
    poll = consultation.polls.select_related("plan", "consultation").order_by("-number").first()
    assert poll is not None, "what passed was voted on"
    posted_on = day_of(now)
    law = law_of(consultation.stairwell, posted_on)
    last_on, law_id = last_day(law, posted_on), law.rule("notice/plan").id
    facts = notice_facts(poll, posted_on=posted_on, last_on=last_on, law=law_id)
    notice = Notice.objects.create(
        consultation=consultation,
        poll=poll,
        number=consultation.notices.count() + 1,
        from_on=posted_on,
        last_on=last_on,
        law=law_id,
        facts=facts,
        digest=digest_of(facts),
        posted_at=now,
        by=by.id,
    )
    told = {"notice": notice.pk, "last_on": last_on.isoformat(), "law": law_id}
    digest = notice.digest
    journal.write(at=now, by=by, act="notice.post", subject=consultation, digest=digest, **told)
    return notice


@transaction.atomic
def add_notice_photo(
    *, notice_id: int, place: str, photo: Paper, by: Actor, now: datetime
) -> NoticePhoto:
    """Keep a photo of a notice where it hangs, rid of what the camera hid in it.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises TextMissing: it is not told where that is.
    :raises EvidenceMissing, EvidenceKind, EvidenceSize: it is no photo we keep.
    """
    notice = found(Notice, notice_id)
    consultation = held(notice.consultation_id)
    permissions.require(by, (*permissions.RUN, "owners-representative"), consultation)
    where = " ".join(place.split())
    if len(where) < _PLACE:
        raise TextMissing(least=_PLACE, field="place")
    kept = NoticePhoto.objects.create(
        notice=notice, place=where[:120], photo=file(photo, by, now), by=by.id, at=now
    )
    digest = kept.photo.digest
    journal.write(
        at=now, by=by, act="notice.photo", subject=consultation, notice=notice.pk, evidence=digest
    )
    return kept


def end_due_notices(*, by: Actor, now: datetime) -> int:
    """Write down which notices are over, once each, and what is open against them; tell how many.

    Nothing moves by itself: the agreement is drawn up by a person, and the desk says so.
    """
    waiting = Consultation.objects.filter(state__in=("on-notice", "objected"))
    due = [notice_of(one) for one in waiting.order_by("pk")]
    return sum(_written_off(one, by, now) for one in due if one and ended(one, now))


@transaction.atomic
def _written_off(notice: Notice, by: Actor, now: datetime) -> bool:
    consultation = held(notice.consultation_id)
    before = history_of("consultation", consultation.pk).filter(act="notice.end")
    if any(entry.facts["notice"] == notice.pk for entry in before):
        return False
    told = {"notice": notice.pk, "objections": open_objections(consultation).count()}
    journal.write(at=now, by=by, act="notice.end", subject=consultation, **told)
    return True


def day_after(notice: Notice) -> date:
    """Tell the first day on which a notice is over."""
    return notice.last_on + timedelta(days=1)
