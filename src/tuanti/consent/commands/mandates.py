"""Procurement mandates (委托采购授权书): who buys what for a flat, up to how much, until when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from tuanti.consent import permissions
from tuanti.consent.commands.agreements import PAPER, PHONE, SIGN_ON_PAPER, in_writing, party
from tuanti.consent.holding import found, held, moved
from tuanti.consent.models import Agreement, Consultation, Mandate
from tuanti.consent.queries.mandates import buyers_there, usual_ceiling, usual_expiry
from tuanti.consent.queries.notices import agreement_of, mandates_in_force, unmandated
from tuanti.consent.refusals.notices import (
    AgreementReplaced,
    CeilingMissing,
    ExpiryOutside,
    MandateGiven,
    MandateOver,
    MandatesLacking,
    NoAgreement,
    NotAbove,
    NotABuyer,
    NotAgreed,
    OtherBuyer,
    PaperMissing,
)
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places.filing import Paper, file
from tuanti.places.refusals import NotAnOwner
from tuanti.rules.deadlines import add_months, day_of

LONGEST_YEARS = 3
MOST_FEN = 10**10  # a hundred million yuan: more is a slip of the pen
_SHOWN = 8


@transaction.atomic
def give_mandate(
    *,
    agreement_id: int,
    flat_id: int,
    owner_id: int,
    buyer: str,
    ceiling_fen: int | None = None,
    expires_on: date | None = None,
    way: str,
    paper: Paper | None = None,
    by: Actor,
    now: datetime,
) -> Mandate:
    """Have a flat's owner mandate ``buyer`` to buy the agreed lift for them.

    ``buyer`` is the id of an organisation that buys, the same for the whole stairwell; the profile
    is the agreement's. ``ceiling_fen`` is the most the flat would pay: its share under the
    agreement and ``consent/mandate-allowance`` on top unless told. ``expires_on`` is the last day
    it holds: ``consent/mandate-months`` of the place unless told (Civil Code arts. 165, 173). One
    that expired makes way. When every flat that pays has one, the case is ``mandated``.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises AgreementReplaced, NotAgreed: it is not the agreement everybody signed.
    :raises NotAParty, NotAnOwner: the flat pays nothing, or is not theirs.
    :raises PaperMissing, PhoneNotWritten: the way does not hold here.
    :raises NotABuyer, OtherBuyer: nobody buys there, or the neighbours named another.
    :raises CeilingMissing, ExpiryOutside: up to how much, or until when, cannot be.
    :raises MandateGiven: the flat has one that holds.
    """
    agreement, consultation = _agreed(agreement_id)
    permissions.require(by, SIGN_ON_PAPER, consultation, allow_resident=True)
    party(agreement, flat_id, owner_id)
    today = day_of(now)
    in_writing(consultation, owner_id, way, paper, by, today)
    _known_buyer(agreement, buyer, today)
    _none_before(agreement, flat_id, now)
    ceiling = usual_ceiling(agreement, flat_id, today) if ceiling_fen is None else ceiling_fen
    if not 0 < ceiling <= MOST_FEN:
        raise CeilingMissing(field="ceiling")
    mandate = Mandate.objects.create(
        agreement=agreement,
        flat_id=flat_id,
        owner_id=owner_id,
        buyer=buyer,
        profile_id=agreement.facts["plan"]["profile_id"],
        ceiling_fen=ceiling,
        expires_on=_expiry(consultation, expires_on, today),
        way=way,
        paper=file(paper, by, now) if paper else None,
        by=by.id,
        at=now,
    )
    told = {"mandate": mandate.pk, "flat": flat_id, "buyer": buyer, "ceiling_fen": ceiling}
    until = mandate.expires_on.isoformat()
    journal.write(at=now, by=by, act="mandate.give", subject=consultation, expires_on=until, **told)
    if consultation.state == "agreed" and not unmandated(agreement, today):
        _settle(consultation, agreement, by, now)
    return mandate


@transaction.atomic
def leave_mandate(
    *, mandate_id: int, paper: Paper | None = None, by: Actor, now: datetime
) -> Mandate:
    """Leave a mandate, as one may until the lift is ordered; the case is ``agreed`` again.

    A worker brings the owner's signed paper. Once a lift is ordered the rooms that order it have
    taken the stairwell's demand, and leaving is theirs to refuse.

    :raises NotInReach, NotPermitted, NotAnOwner: ``by`` may not.
    :raises MandateOver: it was left before.
    :raises PaperMissing: a worker has no paper to show.
    """
    mandate, consultation = _mandate(mandate_id, by)
    if mandate.left_at:
        raise MandateOver
    if by.kind != "resident" and paper is None:
        raise PaperMissing(field="paper")
    kept = file(paper, by, now) if paper else None
    mandate.left_at = now
    mandate.save(update_fields=["left_at"])
    told = {"mandate": mandate.pk, "flat": mandate.flat_id}
    evidence = kept.digest if kept else ""
    journal.write(
        at=now, by=by, act="mandate.leave", subject=consultation, evidence=evidence, **told
    )
    if consultation.state == "mandated":
        moved(consultation, "leave", now)
    return mandate


@transaction.atomic
def confirm_above_ceiling(
    *,
    mandate_id: int,
    above_fen: int,
    paper: Paper | None = None,
    by: Actor,
    now: datetime,
) -> Mandate:
    """Confirm in writing that a flat pays up to ``above_fen``, more than its ceiling.

    Silence is none: without this an award above the ceiling does not bind the flat (Civil Code
    art. 480: an acceptance is told, unless usage or the offer has it by conduct).

    :raises NotInReach, NotPermitted, NotAnOwner: ``by`` may not.
    :raises MandateOver: it was left or has expired.
    :raises NotAbove: the sum is within what it allows already.
    :raises CeilingMissing: no lift costs that much.
    :raises PaperMissing, PhoneNotWritten: the way does not hold here.
    """
    mandate, consultation = _mandate(mandate_id, by)
    if mandate.left_at or mandate.expires_on < day_of(now):
        raise MandateOver
    way = PHONE if by.kind == "resident" else PAPER
    in_writing(consultation, mandate.owner_id, way, paper, by, day_of(now))
    ceiling = mandate.above_fen or mandate.ceiling_fen
    if above_fen <= ceiling:
        raise NotAbove(sum=_yuan(above_fen), ceiling=_yuan(ceiling), field="above")
    if above_fen > MOST_FEN:
        raise CeilingMissing(field="above")
    mandate.above_fen, mandate.above_at = above_fen, now
    mandate.above_paper = file(paper, by, now) if paper else None
    mandate.save(update_fields=["above_fen", "above_at", "above_paper"])
    told = {"mandate": mandate.pk, "flat": mandate.flat_id, "above_fen": above_fen}
    journal.write(at=now, by=by, act="mandate.above", subject=consultation, **told)
    return mandate


@transaction.atomic
def settle_mandates(*, consultation_id: int, by: Actor, now: datetime) -> Consultation:
    """Find every flat that pays mandated: the case is ``mandated``, ready for pooling.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NoAgreement: nothing was agreed.
    :raises MandatesLacking: some have none that holds; ``flats`` names them.
    :raises MoveRefused: the case is not agreed, or mandated already.
    """
    consultation = held(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    agreement = agreement_of(consultation)
    if agreement is None:
        raise NoAgreement
    if lacking := unmandated(agreement, day_of(now)):
        raise MandatesLacking(count=len(lacking), flats=_named(lacking))
    return _settle(consultation, agreement, by, now)


def lapse_mandates(*, by: Actor, now: datetime) -> int:
    """Take back to ``agreed`` what is mandated although a mandate has expired; tell how many.

    Safe to repeat; nothing else of the case changes.
    """
    today = day_of(now)
    waiting = Consultation.objects.filter(
        state="mandated",
        agreements__mandates__left_at=None,
        agreements__mandates__expires_on__lt=today,
    )
    return sum(_lapsed(one, by, now) for one in waiting.values_list("pk", flat=True).distinct())


@transaction.atomic
def _lapsed(consultation_id: int, by: Actor, now: datetime) -> bool:
    consultation = held(consultation_id)
    agreement = agreement_of(consultation)
    if consultation.state != "mandated" or agreement is None:
        return False
    lacking = unmandated(agreement, day_of(now))
    if not lacking:
        return False
    moved(consultation, "leave", now)
    flats = [one["flat"] for one in lacking]
    journal.write(at=now, by=by, act="mandate.lapse", subject=consultation, lapsed=flats)
    return True


def _settle(
    consultation: Consultation, agreement: Agreement, by: Actor, now: datetime
) -> Consultation:
    moved(consultation, "mandate", now)
    given = mandates_in_force(agreement, day_of(now))
    told = {"agreement": agreement.pk, "mandates": [one.pk for one in given]}
    journal.write(at=now, by=by, act="consultation.mandate", subject=consultation, **told)
    return consultation


def _agreed(agreement_id: int) -> tuple[Agreement, Consultation]:
    agreement = found(Agreement, agreement_id)
    consultation = held(agreement.consultation_id)
    latest = agreement_of(consultation)
    if latest is not None and latest != agreement:
        raise AgreementReplaced(number=latest.number)
    if consultation.state not in ("agreed", "mandated"):
        raise NotAgreed
    return agreement, consultation


def _mandate(mandate_id: int, by: Actor) -> tuple[Mandate, Consultation]:
    consultation = held(found(Mandate, mandate_id).agreement.consultation_id)
    permissions.require(by, SIGN_ON_PAPER, consultation, allow_resident=True)
    mandate = found(Mandate, mandate_id)
    if by.kind == "resident" and by.owner != mandate.owner_id:
        raise NotAnOwner
    return mandate, consultation


def _known_buyer(agreement: Agreement, buyer: str, today: date) -> None:
    names = dict(buyers_there(agreement.consultation))
    if buyer not in names:
        raise NotABuyer(field="buyer")
    other = mandates_in_force(agreement, today).exclude(buyer=buyer).first()
    if other is not None:
        raise OtherBuyer(buyer=names.get(other.buyer, other.buyer), field="buyer")


def _none_before(agreement: Agreement, flat_id: int, now: datetime) -> None:
    """Refuse a second mandate of a flat; one that expired makes way."""
    before = agreement.mandates.filter(flat=flat_id, left_at=None).first()
    if before is None:
        return
    if before.expires_on >= day_of(now):
        raise MandateGiven(until=before.expires_on.isoformat())
    before.left_at = now
    before.save(update_fields=["left_at"])


def _expiry(consultation: Consultation, expires_on: date | None, today: date) -> date:
    latest = add_months(today, 12 * LONGEST_YEARS)
    until = expires_on or usual_expiry(consultation, today)
    if not today < until <= latest:
        first = today + timedelta(days=1)
        raise ExpiryOutside(first=first.isoformat(), last=latest.isoformat(), field="expires_on")
    return until


def _named(parties: Iterable[Mapping[str, Any]]) -> str:
    numbers = [one["number"] for one in parties]
    return "、".join(numbers[:_SHOWN]) + (" …" if len(numbers) > _SHOWN else "")


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" + (f".{rest:02}" if rest else "")
