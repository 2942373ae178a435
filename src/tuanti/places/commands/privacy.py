"""Personal data: unmasked for a reason and shown to the person, agreed to, taken back, erased."""

from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import evidence, permissions
from tuanti.places.facts import one_of
from tuanti.places.filing import Paper, file
from tuanti.places.models import (
    FIELDS,
    PURPOSES,
    Agreement,
    Evidence,
    Flat,
    Look,
    Owner,
    Report,
)
from tuanti.places.refusals import (
    AlreadyAgreed,
    AlreadyAnswered,
    AlreadyWithdrawn,
    EvidenceMissing,
    NotAnOwner,
    NotInReach,
    OwnerErased,
    ReasonMissing,
    StillOwns,
)
from tuanti.places.rows import locked

RETENTION_DAYS = 3 * 365  # from the day one owns nothing more; OWNER_RETENTION_DAYS in settings
_REASON = 4  # characters; "核对电话" is one
_BATCH = 500


@transaction.atomic
def reveal_owner(*, owner_id: int, field: str, reason: str, by: Actor, now: datetime) -> str:
    """Return an owner's name, phone or ID number unmasked; the owner is shown who looked, and why.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises ReasonMissing: the reason is shorter than four characters.
    :raises UnknownValue: there is no such field.
    :raises OwnerErased: their data were erased.
    """
    owner = locked(Owner, owner_id)
    permissions.require(by, permissions.UNMASK, owner.estate)
    one_of("field", field, FIELDS)
    why = " ".join(reason.split())
    if len(why) < _REASON:
        raise ReasonMissing(least=_REASON)
    if owner.erased_on:
        raise OwnerErased
    post = next((one for one in by.posts if one.duty in permissions.UNMASK), None)
    Look.objects.create(
        owner=owner,
        by=by.id,
        by_name=by.name,
        organisation=post.organisation_name if post else "",
        field=field,
        reason=why[:200],
        at=now,
    )
    journal.write(at=now, by=by, act="owner.reveal", subject=owner, field=field)
    return str(getattr(owner, field))


@transaction.atomic
def record_agreement(
    *, owner_id: int, purpose: str, by: Actor, now: datetime, paper: Paper | None = None
) -> Agreement:
    """Record a person's separate agreement: their own, or a signed paper a worker brings.

    :raises NotInReach, NotPermitted: ``by`` may not, for them.
    :raises UnknownValue: there is no such purpose.
    :raises OwnerErased: their data were erased.
    :raises AlreadyAgreed: they have agreed to it, and not taken it back.
    :raises EvidenceMissing, EvidenceKind, EvidenceSize: on behalf, without a paper we keep.
    """
    owner = locked(Owner, owner_id)
    permissions.require_own_or_kept(by, owner)
    one_of("purpose", purpose, PURPOSES)
    if owner.erased_on:
        raise OwnerErased
    if owner.agreements.filter(purpose=purpose, withdrawn_at=None).exists():
        raise AlreadyAgreed
    on_behalf = by.kind != "resident"
    if on_behalf and paper is None:
        raise EvidenceMissing
    agreement = Agreement.objects.create(
        owner=owner,
        purpose=purpose,
        given_at=now,
        given_by=by.id,
        on_behalf=on_behalf,
        evidence=file(paper, by, now) if paper else None,
    )
    told = {"purpose": purpose, "on_behalf": on_behalf}
    journal.write(at=now, by=by, act="owner.agree", subject=owner, **told)
    return agreement


@transaction.atomic
def withdraw_agreement(*, agreement_id: int, by: Actor, now: datetime) -> Agreement:
    """Take an agreement back, as easily as it was given (PIPL art. 15).

    :raises NotInReach, NotPermitted: ``by`` may not, for them.
    :raises AlreadyWithdrawn: it was taken back before.
    """
    agreement = locked(Agreement, agreement_id)
    permissions.require_own_or_kept(by, agreement.owner)
    if agreement.withdrawn_at:
        raise AlreadyWithdrawn
    agreement.withdrawn_at = now
    agreement.save(update_fields=["withdrawn_at"])
    journal.write(
        at=now, by=by, act="owner.disagree", subject=agreement.owner, purpose=agreement.purpose
    )
    return agreement


@transaction.atomic
def report_mistake(*, flat_id: int, text: str, by: Actor, now: datetime) -> Report:
    """Queue what a resident says is wrong about their flat.

    :raises NotAnOwner: ``by`` is not a resident who owns it.
    :raises ReasonMissing: fewer than four characters.
    """
    flat = locked(Flat, flat_id)
    if by.kind != "resident" or not flat.ownerships.filter(owner=by.owner).exists():
        raise NotAnOwner
    said = text.strip()
    if len(said) < _REASON:
        raise ReasonMissing(least=_REASON)
    assert by.owner is not None
    report = Report.objects.create(flat=flat, owner_id=by.owner, text=said[:2000], at=now)
    journal.write(at=now, by=by, act="report.make", subject=report, flat=flat.pk)
    return report


@transaction.atomic
def answer_report(*, report_id: int, answer: str, by: Actor, now: datetime) -> Report:
    """Answer a resident's report, once what was wrong is put right or explained.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises ReasonMissing: fewer than four characters.
    :raises AlreadyAnswered: it was answered before.
    """
    report = locked(Report, report_id)
    permissions.require(by, permissions.KEEP_OWNERS, report.owner.estate)
    said = answer.strip()
    if len(said) < _REASON:
        raise ReasonMissing(least=_REASON)
    if report.answered_at:
        raise AlreadyAnswered
    report.answer, report.answered_by, report.answered_at = said[:2000], by.id, now
    report.save(update_fields=["answer", "answered_by", "answered_at"])
    journal.write(at=now, by=by, act="report.answer", subject=report)
    return report


@transaction.atomic
def erase_owner(*, owner_id: int, by: Actor, now: datetime) -> Owner:
    """Erase the personal data of one who owns nothing more; the row's number stays.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises StillOwns: they own a flat.
    :raises OwnerErased: their data were erased before.
    """
    owner = locked(Owner, owner_id)
    if by.kind != "clock":
        permissions.require(by, permissions.ERASE, owner.estate)
    if owner.erased_on:
        raise OwnerErased
    if owner.ownerships.exists():
        raise StillOwns
    _erase(owner, timezone.localdate(now))
    journal.write(at=now, by=by, act="owner.erase", subject=owner)
    return owner


def erase_expired(*, by: Actor, now: datetime) -> int:
    """Erase the data of all whose retention has run out; tell how many. Safe to repeat.

    :raises NotInReach: ``by`` is not the clock.
    """
    if by.kind != "clock":
        raise NotInReach
    days = getattr(settings, "OWNER_RETENTION_DAYS", RETENTION_DAYS)
    until = timezone.localdate(now) - timedelta(days=days)
    due = Owner.objects.filter(left_on__lte=until, erased_on=None, ownerships=None)
    owners = list(due.values_list("pk", flat=True)[:_BATCH])
    for owner in owners:
        erase_owner(owner_id=owner, by=by, now=now)
    return len(owners)


def _erase(owner: Owner, day: date) -> None:
    owner.name, owner.phone, owner.id_number = "", "", ""
    owner.phone_index, owner.id_index = b"", b""
    owner.erased_on = day
    owner.save()
    owner.looks.all().delete()
    owner.reports.all().delete()
    papers = list(Evidence.objects.filter(agreement__owner=owner, papercase=None).distinct())
    owner.agreements.update(evidence=None)
    for paper in papers:
        paper.delete()
        if not Evidence.objects.filter(digest=paper.digest).exists():
            transaction.on_commit(partial(evidence.forget, paper.path))
