"""Objections to a notice (公示异议): raised, mediated, closed; and what follows from them.

They are the neighbours' own and have nothing to do with objections to a tender.
"""

from datetime import datetime

from django.db import transaction

from tuanti.consent import permissions
from tuanti.consent.commands.notices import SHORTEST
from tuanti.consent.holding import found, held, moved
from tuanti.consent.models import Consultation, Mediation, Notice, Objection
from tuanti.consent.queries.notices import (
    DISOWNED,
    REVISED,
    UNNAMED,
    UNWRITTEN,
    VOID,
    ended,
    notice_of,
    open_objections,
)
from tuanti.consent.refusals.notices import (
    AheadOfTime,
    FlatElsewhere,
    NoticeEnded,
    NoticeNotBegun,
    NotOnNotice,
    ObjectionClosed,
    ObjectionStands,
    PaperMissing,
    TextMissing,
)
from tuanti.consent.repeating import allow_further_ballot
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places.facts import one_of
from tuanti.places.filing import Paper, file
from tuanti.places.queries import scoped
from tuanti.places.queries.eligible import law_of
from tuanti.places.refusals import NotAnOwner
from tuanti.rules.deadlines import SHANGHAI, accepts, closes_at, day_of
from tuanti.rules.law import Law

OUTCOMES = ("talks", "settled", "failed")
_LONGEST = 4000


@transaction.atomic
def object_to_notice(
    *,
    notice_id: int,
    flat_id: int,
    owner_id: int | None = None,
    text: str,
    paper: Paper | None = None,
    raised_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Objection:
    """Take an objection to a notice, until midnight in Shanghai at the end of its last day.

    A resident objects for a flat of their own; a worker enters what was handed in, at the time it
    was (``raised_at``, shown by the paper). It holds the case up if it is named and written, as
    ``notice/objection`` of the place asks: written on paper, or by a resident here where the law
    counts electronic text as written. Otherwise it is kept as ``void``, and
    ``queries.notices.void_reason`` says why. The same words from the same flat are one objection.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NotAnOwner: the flat is not theirs.
    :raises FlatElsewhere: it stands in another estate.
    :raises TextMissing: fewer than four characters.
    :raises NotOnNotice: the notice was replaced, or nothing is on notice.
    :raises NoticeNotBegun, NoticeEnded: it comes too early or too late.
    :raises AheadOfTime, PaperMissing: ``raised_at`` lies ahead, or no paper shows it.
    :raises EvidenceKind, EvidenceSize: the paper is none we keep.
    """
    notice = found(Notice, notice_id)
    consultation = held(notice.consultation_id)
    permissions.require(by, permissions.MEDIATE, consultation, allow_resident=True)
    owner = _objector(consultation, flat_id, owner_id, by)
    said, at = _worded(text), raised_at or now
    _in_time(consultation, notice, at, now, proved=paper is not None)
    again = notice.objections.filter(flat_id=flat_id, owner=owner, state="open", by=by.id)
    if same := next((one for one in again if one.text == said), None):
        return same
    law = law_of(consultation.stairwell, day_of(at))
    why = _lacking(law, owner, written=paper is not None, electronic=by.kind == "resident")
    objection = Objection.objects.create(
        consultation=consultation,
        notice=notice,
        flat_id=flat_id,
        owner_id=owner,
        text=said,
        paper=file(paper, by, now) if paper else None,
        state="void" if why else "open",
        raised_at=at,
        settled_at=now if why else None,
        outcome=why,
        by=by.id,
    )
    if not why and consultation.state == "on-notice":
        moved(consultation, "object", now)
    told = {"objection": objection.pk, "flat": flat_id, "reason": why}
    journal.write(at=now, by=by, act="objection.raise", subject=consultation, **told)
    return objection


@transaction.atomic
def withdraw_objection(
    *, objection_id: int, paper: Paper | None = None, by: Actor, now: datetime
) -> Objection:
    """Take an objection back: the resident who raised it, or a worker with their signed paper.

    :raises NotInReach, NotPermitted, NotAnOwner: ``by`` may not.
    :raises ObjectionClosed: it is closed.
    :raises PaperMissing: a worker has no paper to show.
    """
    objection, consultation = _open(objection_id)
    permissions.require(by, permissions.MEDIATE, consultation, allow_resident=True)
    if by.kind == "resident" and by.owner != objection.owner_id:
        raise NotAnOwner
    if by.kind != "resident" and paper is None:
        raise PaperMissing(field="paper")
    kept = file(paper, by, now) if paper else None
    _close(objection, "withdrawn", "", now)
    told = {"objection": objection.pk, "evidence": kept.digest if kept else ""}
    journal.write(at=now, by=by, act="objection.withdraw", subject=consultation, **told)
    _back_on_notice(consultation, by, now)
    return objection


@transaction.atomic
def void_objection(
    *,
    objection_id: int,
    reason: str,
    note: str = "",
    paper: Paper | None = None,
    by: Actor,
    now: datetime,
) -> Objection:
    """Set aside an objection that is not named, not written, or not of whom it names; it is kept.

    ``reason`` is ``unnamed``, ``unwritten`` or ``disowned``: the person named says on ``paper``
    that it is not theirs.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises UnknownValue: there is no such reason.
    :raises ObjectionClosed: it is closed.
    :raises ObjectionStands: it is named and written.
    :raises PaperMissing: it is disowned without a paper.
    """
    objection, consultation = _open(objection_id)
    permissions.require(by, permissions.MEDIATE, consultation)
    one_of("reason", reason, VOID)
    if reason == DISOWNED and paper is None:
        raise PaperMissing(field="paper")
    named, written = objection.owner_id is not None, _was_written(objection)
    if (reason == UNNAMED and named) or (reason == UNWRITTEN and written):
        raise ObjectionStands
    kept = file(paper, by, now) if paper else None
    _close(objection, "void", f"{reason}\n{note.strip()[:_LONGEST]}", now)
    told = {"objection": objection.pk, "reason": reason, "evidence": kept.digest if kept else ""}
    journal.write(at=now, by=by, act="objection.void", subject=consultation, **told)
    _back_on_notice(consultation, by, now)
    return objection


@transaction.atomic
def mediate(
    *,
    objection_id: int,
    held_at: datetime,
    text: str,
    outcome: str,
    paper: Paper | None = None,
    by: Actor,
    now: datetime,
) -> Mediation:
    """Write down a step of mediation; ``settled`` closes the objection, ``failed`` leaves it open.

    What was settled is signed: it needs its paper. When no objection is open any more the case is
    back on notice, whose last day does not move.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises UnknownValue: there is no such outcome.
    :raises ObjectionClosed: it is closed.
    :raises TextMissing, AheadOfTime, PaperMissing: something of the record is missing or wrong.
    """
    objection, consultation = _open(objection_id)
    permissions.require(by, permissions.MEDIATE, consultation)
    one_of("outcome", outcome, OUTCOMES)
    said = _worded(text)
    if held_at > now:
        raise AheadOfTime(field="held_at")
    if outcome == "settled" and paper is None:
        raise PaperMissing(field="paper")
    step = Mediation.objects.create(
        objection=objection,
        held_at=held_at,
        text=said,
        outcome=outcome,
        paper=file(paper, by, now) if paper else None,
        by=by.id,
        at=now,
    )
    told = {"objection": objection.pk, "outcome": outcome}
    journal.write(at=now, by=by, act="objection.mediate", subject=consultation, **told)
    if outcome == "settled":
        _close(objection, "settled", said, now)
        _back_on_notice(consultation, by, now)
    return step


@transaction.atomic
def revise_plan(*, consultation_id: int, by: Actor, now: datetime) -> Consultation:
    """Go back to the plans to meet an objection: another is drawn, voted on and posted.

    The objections that are open are settled by it; who still objects may do so to the new notice.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises MoveRefused: nothing is objected to.
    """
    consultation = held(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    moved(consultation, "revise", now)
    consultation.plan = None
    consultation.save(update_fields=["plan"])
    objections = [_close(one, "settled", REVISED, now).pk for one in open_objections(consultation)]
    journal.write(
        at=now, by=by, act="consultation.revise", subject=consultation, objections=objections
    )
    return consultation


@transaction.atomic
def fail_consultation(
    *, consultation_id: int, reason: str, by: Actor, now: datetime
) -> Consultation:
    """Find a case that is objected to failed: mediation led nowhere and no plan would meet it.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises MoveRefused: nothing is objected to.
    :raises TextMissing: the reason is shorter than four characters.
    """
    consultation = held(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    why = _worded(reason, "reason")
    moved(consultation, "fail", now)
    consultation.reason = why
    consultation.save(update_fields=["reason"])
    journal.write(at=now, by=by, act="consultation.fail", subject=consultation)
    return consultation


@transaction.atomic
def reopen_consultation(*, consultation_id: int, by: Actor, now: datetime) -> Consultation:
    """Go back to the plans after a vote that failed, as often and as soon as the law allows.

    ``consent/second-ballots-most`` is how many further ballots there may be,
    ``consent/second-ballot-after`` how many days from the end of the last one this waits at least;
    both of the place, on the day this is asked.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises MoveRefused: it has not failed.
    :raises BallotsSpent: there have been as many as the law allows.
    :raises BallotTooSoon: the wait is not over; ``first`` is the first day.
    """
    consultation = held(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    moved(consultation, "reopen", now)
    law = law_of(consultation.stairwell, day_of(now))
    failed = consultation.polls.filter(passed=False).count()
    latest = consultation.polls.order_by("-number").first()
    over_on = day_of(latest.closed_at or latest.closes_at) if latest else None
    allow_further_ballot(law, failed, over_on, day_of(now))
    consultation.reason = ""
    consultation.save(update_fields=["reason"])
    journal.write(at=now, by=by, act="consultation.reopen", subject=consultation, ballots=failed)
    return consultation


def _objector(
    consultation: Consultation, flat_id: int, owner_id: int | None, by: Actor
) -> int | None:
    estate = consultation.stairwell.building.estate
    if by.kind == "resident":
        owner_id = by.owner
        own = consultation.stairwell.flats.filter(pk=flat_id, ownerships__owner=owner_id)
        if not own.exists():
            raise NotAnOwner
        return owner_id
    flats = scoped.flats_for(by, *permissions.MEDIATE).filter(stairwell__building__estate=estate)
    flat = flats.filter(pk=flat_id).first()
    if flat is None:
        raise FlatElsewhere
    if owner_id is not None and not flat.ownerships.filter(owner=owner_id).exists():
        raise NotAnOwner
    return owner_id


def _in_time(
    consultation: Consultation, notice: Notice, at: datetime, now: datetime, *, proved: bool
) -> None:
    latest = notice_of(consultation)
    if consultation.state not in ("on-notice", "objected") or latest != notice:
        if ended(notice, at):
            raise NoticeEnded(last_on=notice.last_on.isoformat())
        raise NotOnNotice
    if at > now:
        raise AheadOfTime(field="raised_at")
    if at < now and not proved:
        raise PaperMissing(field="paper")
    if at < notice.posted_at:
        posted = notice.posted_at.astimezone(SHANGHAI)
        raise NoticeNotBegun(posted=f"{posted:%Y-%m-%d %H:%M}")
    if not accepts(at, closes_at(notice.last_on)):
        raise NoticeEnded(last_on=notice.last_on.isoformat())


def _lacking(law: Law, owner: int | None, *, written: bool, electronic: bool) -> str:
    """Say what keeps an objection from holding the case up: one of ``VOID``, or "" for nothing."""
    rule = law.get("notice/objection")
    if rule is not None and rule.value != "named-written":
        return ""
    if owner is None:
        return UNNAMED
    counts = law.get("consent/electronic")
    if not written and not (electronic and counts is not None and counts.value):
        return UNWRITTEN
    return ""


def _was_written(objection: Objection) -> bool:
    return objection.paper_id is not None or objection.by.startswith("resident:")


def _worded(text: str, field: str = "text") -> str:
    said = text.strip()
    if len(said) < SHORTEST:
        raise TextMissing(least=SHORTEST, field=field)
    return said[:_LONGEST]


def _open(objection_id: int) -> tuple[Objection, Consultation]:
    consultation = held(found(Objection, objection_id).consultation_id)
    objection = found(Objection, objection_id)
    if objection.state != "open":
        raise ObjectionClosed
    return objection, consultation


def _close(objection: Objection, state: str, outcome: str, now: datetime) -> Objection:
    objection.state, objection.outcome, objection.settled_at = state, outcome, now
    objection.save(update_fields=["state", "outcome", "settled_at"])
    return objection


def _back_on_notice(consultation: Consultation, by: Actor, now: datetime) -> None:
    if consultation.state != "objected" or open_objections(consultation).exists():
        return
    moved(consultation, "settle", now)
    journal.write(at=now, by=by, act="consultation.settle", subject=consultation)
