"""The owners' agreement (增设电梯协议): drawn up from the plan that was chosen, and signed."""

from datetime import date, datetime

from django.db import transaction

from tuanti.consent import permissions
from tuanti.consent.commands.notices import SHORTEST, day_after
from tuanti.consent.frozen import Terms, agreement_facts, digest_of
from tuanti.consent.holding import found, held, moved
from tuanti.consent.models import Agreement, Consultation, Notice, Signing
from tuanti.consent.queries.notices import (
    agreement_of,
    ended,
    notice_of,
    open_objections,
    unsigned,
)
from tuanti.consent.refusals.notices import (
    AgreementReplaced,
    NobodyPays,
    NotAParty,
    NoticeRuns,
    NotOnNotice,
    ObjectionsOpen,
    PaperMissing,
    PhoneNotWritten,
    SignedBefore,
    TextMissing,
)
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places.filing import Paper, file
from tuanti.places.queries.eligible import law_of
from tuanti.places.refusals import NotAnOwner
from tuanti.rules import law as laws
from tuanti.rules.consent import LIFT, Regime
from tuanti.rules.deadlines import day_of

PAPER, PHONE = "paper", "phone"


@transaction.atomic
def draw_agreement(*, consultation_id: int, terms: Terms, by: Actor, now: datetime) -> Agreement:
    """Draw up the agreement from the plan that was voted on, its figures frozen.

    Its parties are the flats that pay. It may be drawn anew, which voids the signatures under the
    former one, until everybody has signed.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NotOnNotice: there is no notice, or the agreement is signed already.
    :raises NoticeRuns: one may still object.
    :raises ObjectionsOpen: an objection is not settled.
    :raises TextMissing: it does not say who manages the lift, how money is raised or repairs paid.
    :raises NobodyPays: under the plan there is no party.
    :raises RollIncomplete: a flat lacks its area or an owner.
    """
    consultation = held(consultation_id)
    permissions.require(by, (*permissions.RUN, "owners-representative"), consultation)
    notice = _over(consultation, now)
    _whole(terms)
    plan = notice.poll.plan
    told = {"number": notice.number, "code": notice.code, "digest": notice.digest}
    regime = voted_under(notice)
    facts = agreement_facts(plan, terms, regime=regime, notice=told, drawn_on=day_of(now))
    if not facts["parties"]:
        raise NobodyPays
    agreement = Agreement.objects.create(
        consultation=consultation,
        plan=plan,
        number=consultation.agreements.count() + 1,
        facts=facts,
        digest=digest_of(facts),
        made_at=now,
        by=by.id,
    )
    made = {"agreement": agreement.pk, "digest": agreement.digest, "plan": plan.number}
    journal.write(at=now, by=by, act="agreement.draw", subject=consultation, **made)
    return agreement


@transaction.atomic
def sign_agreement(
    *,
    agreement_id: int,
    flat_id: int,
    owner_id: int,
    way: str,
    paper: Paper | None = None,
    by: Actor,
    now: datetime,
) -> Signing:
    """Keep an owner's signature: their own by phone, or on paper, brought by a worker as a scan.

    The case is ``agreed`` when its notice has ended with no objection open **and every flat that
    pays has signed**. A flat has signed when one of its co-owners has, for all of them, unless the
    rule the vote was held under says ``signing = "all"``: a flat has one vote and one share of the
    cost, so that whoever could vote for it may bind it, and a co-owner who disagrees could have
    objected to the notice. (``Regime.signing``; its law id is kept in the agreement. That only
    those who pay must sign: Civil Code art. 465, an agreement binds its parties; who did not join
    owes nothing, and may join later.) Flats that pay nothing need not sign.

    A phone counts where ``consent/electronic`` of the place counts electronic text as written
    (Electronic Signature Law arts. 3, 13, 14). Who came in by the code sent to their phone signs
    for themselves only.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises AgreementReplaced: a newer one has taken its place.
    :raises NotOnNotice: the case is neither on notice nor agreed.
    :raises NotAParty: the flat pays nothing, or the person is none of its owners.
    :raises NotAnOwner: a resident signs for themselves only.
    :raises SignedBefore: they have signed for this flat.
    :raises ObjectionsOpen: an objection is not settled.
    :raises PaperMissing, PhoneNotWritten: the way does not hold here.
    :raises EvidenceKind, EvidenceSize: the scan is none we keep.
    """
    agreement, consultation = _latest(agreement_id)
    permissions.require(by, SIGN_ON_PAPER, consultation, allow_resident=True)
    if consultation.state not in ("on-notice", "agreed", "mandated"):
        raise NotOnNotice
    party(agreement, flat_id, owner_id)
    if open_objections(consultation).exists():
        raise ObjectionsOpen(count=open_objections(consultation).count())
    in_writing(consultation, owner_id, way, paper, by, day_of(now))
    if agreement.signings.filter(flat=flat_id, owner=owner_id).exists():
        raise SignedBefore
    signing = Signing.objects.create(
        agreement=agreement,
        flat_id=flat_id,
        owner_id=owner_id,
        way=way,
        paper=file(paper, by, now) if paper else None,
        by=by.id,
        at=now,
    )
    told = {"agreement": agreement.pk, "flat": flat_id, "owner": owner_id, "way": way}
    journal.write(at=now, by=by, act="agreement.sign", subject=consultation, **told)
    if consultation.state == "on-notice" and not unsigned(agreement):
        _over(consultation, now)
        moved(consultation, "agree", now)
        facts = {"agreement": agreement.pk, "law": ", ".join(agreement.facts["signing"]["law"])}
        journal.write(at=now, by=by, act="consultation.agree", subject=consultation, **facts)
    return signing


SIGN_ON_PAPER = (*permissions.TYPE, "street-officer", "owners-representative")


def party(agreement: Agreement, flat_id: int, owner_id: int) -> None:
    """Let pass an owner of a flat that pays.

    :raises NotAParty: the flat pays nothing, or the person is none of its owners.
    """
    parties = {one["flat"]: one["owners"] for one in agreement.facts["parties"]}
    if owner_id not in parties.get(flat_id, ()):
        raise NotAParty


def in_writing(
    consultation: Consultation,
    owner_id: int,
    way: str,
    paper: Paper | None,
    by: Actor,
    on: date,
) -> None:
    """Let pass what counts as written: a paper a worker brings, or the owner's own phone.

    :raises NotAnOwner: a resident acts for themselves only.
    :raises PaperMissing: on paper, without a scan of it.
    :raises PhoneNotWritten: the law of the place does not count electronic text as written.
    """
    if by.kind == "resident":
        if by.owner != owner_id or way != PHONE:
            raise NotAnOwner
        rule = law_of(consultation.stairwell, on).rule("consent/electronic")
        if not rule.value:
            raise PhoneNotWritten(law=rule.id)
    elif way != PAPER or paper is None:
        raise PaperMissing(field="paper")


def _over(consultation: Consultation, now: datetime) -> Notice:
    """Find the notice, ended, with nothing open against it."""
    notice = notice_of(consultation)
    if notice is None or consultation.state not in ("on-notice", "objected"):
        raise NotOnNotice
    if count := open_objections(consultation).count():
        raise ObjectionsOpen(count=count)
    if not ended(notice, now):
        following = day_after(notice).isoformat()
        raise NoticeRuns(last_on=notice.last_on.isoformat(), next_on=following)
    return notice


def voted_under(notice: Notice) -> Regime:
    """Read the rule of law the lift was voted on under."""
    matters = {one["matter"]: one["law"] for one in notice.poll.matters}
    rule = matters.get(LIFT) or notice.poll.matters[0]["law"]
    return Regime.of(laws.packaged().rule(rule))


def _whole(terms: Terms) -> None:
    for name in ("manager", "fund", "repairs"):
        if len(getattr(terms, name).strip()) < SHORTEST:
            raise TextMissing(least=SHORTEST, field=name)


def _latest(agreement_id: int) -> tuple[Agreement, Consultation]:
    agreement = found(Agreement, agreement_id)
    consultation = held(agreement.consultation_id)
    latest = agreement_of(consultation)
    if latest is not None and latest != agreement:
        raise AgreementReplaced(number=latest.number)
    return agreement, consultation
