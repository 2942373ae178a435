"""The owners' group and the plans: drawn up, compared, chosen; what a plan does to each flat."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.commands.taking import (
    LONGEST,
    flat_here,
    one_of,
    taken,
    while_in,
    words_of,
)
from tuanti.consent.commands.wishes import move
from tuanti.consent.drawing import draw_up, recheck
from tuanti.consent.models import Consultation, Impact, Plan, Representative
from tuanti.consent.models.story import GRADES
from tuanti.consent.plan_facts import PlanFacts
from tuanti.consent.queries import story
from tuanti.consent.refusals.story import (
    AlreadyInGroup,
    AnswerUnknown,
    AuthorMissing,
    GroupFull,
    GroupIncomplete,
    LeftAlready,
    OwnerElsewhere,
    PlanChosen,
    PlanDropped,
    TooManyPlans,
)
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places.refusals import DayAhead
from tuanti.rules.processes import CONSULTATION

MOST_PLANS = 6
_AUTHOR = 120


@dataclass(frozen=True, slots=True)
class ImpactFacts:
    """What a plan does to a flat: four grades, whether it takes some of it, who says so."""

    daylight: str
    ventilation: str
    noise: str
    privacy: str
    author: str
    occupied: bool = False
    note: str = ""


@transaction.atomic
def begin_planning(*, consultation_id: int, by: Actor, now: datetime) -> Consultation:
    """Begin to talk about plans, after canvassing or straight from the wishes.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises MoveRefused: it is not the time.
    :raises NotEligible: the rules of the place do not allow a lift there.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    return move(consultation=consultation, act="plan", by=by, now=now)


@transaction.atomic
def elect_representative(
    *, consultation_id: int, owner_id: int, elected_on: date, by: Actor, now: datetime
) -> Representative:
    """Record that the owners elected one of them into their group.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises NotNow: the consultation was withdrawn.
    :raises OwnerElsewhere: they own no flat of the stairwell.
    :raises DayAhead: the day has not come.
    :raises AlreadyInGroup, GroupFull: there is no seat for them.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    while_in(consultation, *_LIVE)
    if elected_on > timezone.localdate(now):
        raise DayAhead(day=elected_on.isoformat())
    if not consultation.stairwell.flats.filter(ownerships__owner=owner_id).exists():
        raise OwnerElsewhere
    group = story.group_of(consultation)
    if group.filter(owner=owner_id).exists():
        raise AlreadyInGroup
    _, most = story.group_bounds(consultation, timezone.localdate(now))
    if most is not None and group.count() >= most:
        raise GroupFull(most=most)
    seat = Representative.objects.create(
        consultation=consultation, owner_id=owner_id, elected_on=elected_on, by=by.id
    )
    journal.write(at=now, by=by, act="consultation.elect", subject=consultation, owner=owner_id)
    return seat


@transaction.atomic
def end_representative(
    *, representative_id: int, left_on: date, by: Actor, now: datetime
) -> Representative:
    """Record that a representative left the owners' group.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises DayAhead: the day has not come.
    :raises LeftAlready: they left before.
    """
    found = one_of(Representative.objects.all(), representative_id)
    consultation = taken(found.consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    if left_on > timezone.localdate(now):
        raise DayAhead(day=left_on.isoformat())
    seat = one_of(consultation.group.all(), representative_id)
    if seat.left_on:
        raise LeftAlready
    seat.left_on = left_on
    seat.save(update_fields=["left_on"])
    told = {"owner": seat.owner_id}
    journal.write(at=now, by=by, act="consultation.unseat", subject=consultation, **told)
    return seat


@transaction.atomic
def draw_plan(*, consultation_id: int, facts: PlanFacts, by: Actor, now: datetime) -> Plan:
    """Draw up one more option. Its estimate is made from the ground up and kept as it was made.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises NotNow: plans are not under discussion.
    :raises TooManyPlans: there are as many as can be compared.
    :raises PlanRefused: it has faults; ``faults`` tells each at its field.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    while_in(consultation, "draft")
    if consultation.plans.filter(dropped_at=None).count() >= MOST_PLANS:
        raise TooManyPlans(most=MOST_PLANS)
    drawn = draw_up(consultation, facts, timezone.localdate(now))
    plan = Plan.objects.create(
        consultation=consultation,
        number=1 + max(consultation.plans.values_list("number", flat=True), default=0),
        drawn_at=now,
        by=by.id,
        **drawn.columns(),
    )
    told = {"plan": plan.number, "scheme": plan.scheme, "total_fen": plan.total_fen}
    journal.write(at=now, by=by, act="consultation.draw-plan", subject=consultation, **told)
    return plan


@transaction.atomic
def drop_plan(*, plan_id: int, by: Actor, now: datetime) -> Plan:
    """Drop an option; it stays on file.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises NotNow: plans are not under discussion.
    :raises PlanDropped, PlanChosen: it was dropped before, or is the one to be voted on.
    """
    plan = _plan(plan_id, by, permissions.RUN)
    if plan.consultation.plan_id == plan.pk:
        raise PlanChosen
    plan.dropped_at = now
    plan.save(update_fields=["dropped_at"])
    _tell(plan, "consultation.drop-plan", by, now)
    return plan


@transaction.atomic
def choose_plan(*, plan_id: int, by: Actor, now: datetime) -> Plan:
    """Settle which option is put to the vote. It is checked once more, with the flats of today.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises NotNow: plans are not under discussion.
    :raises PlanDropped: it was dropped.
    :raises GroupIncomplete: the owners' group, who stand for the plan, lacks members.
    :raises PlanRefused: the flats changed, and it no longer holds.
    """
    plan = _plan(plan_id, by, permissions.RUN)
    consultation = plan.consultation
    today = timezone.localdate(now)
    if not story.group_complete(consultation, today):
        least, count = story.group_bounds(consultation, today)[0], len(story.group_of(consultation))
        raise GroupIncomplete(least=least, count=count)
    recheck(plan)
    consultation.plan = plan
    consultation.save(update_fields=["plan"])
    _tell(plan, "consultation.choose-plan", by, now)
    return plan


@transaction.atomic
def record_impact(
    *, plan_id: int, flat_id: int, facts: ImpactFacts, by: Actor, now: datetime
) -> Impact:
    """Record what a plan does to a flat, and who answers for it; what was said before is replaced.

    :raises NotInReach, NotPermitted: ``by`` neither runs the consultation nor designs for it.
    :raises NotNow: plans are not under discussion.
    :raises PlanDropped: the plan was dropped.
    :raises FlatElsewhere: the flat is in another stairwell.
    :raises AnswerUnknown, AuthorMissing: the facts do not fit.
    """
    plan = _plan(plan_id, by, permissions.DRAW)
    flat = flat_here(plan.consultation, flat_id)
    grades = (facts.daylight, facts.ventilation, facts.noise, facts.privacy)
    if any(grade not in GRADES for grade in grades):
        raise AnswerUnknown
    author = facts.author.strip()[:_AUTHOR]
    if not author:
        raise AuthorMissing
    said = {**asdict(facts), "author": author, "note": facts.note.strip()[:LONGEST]}
    impact, _ = Impact.objects.update_or_create(
        plan=plan, flat=flat, defaults={**said, "by": by.id, "at": now}
    )
    told = {"plan": plan.number, "flat": flat.pk}
    journal.write(at=now, by=by, act="consultation.impact", subject=plan.consultation, **told)
    return impact


@transaction.atomic
def withdraw_consultation(
    *, consultation_id: int, reason: str, by: Actor, now: datetime
) -> Consultation:
    """Withdraw a consultation, for a reason; the stairwell may begin anew with another wish.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises ReasonMissing: fewer than four characters.
    :raises MoveRefused: it is over.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    why = words_of(reason)
    consultation.state = CONSULTATION.after(consultation.state, "withdraw")
    consultation.reason, consultation.moved_at = why, now
    consultation.save(update_fields=["state", "reason", "moved_at"])
    journal.write(at=now, by=by, act="consultation.withdraw", subject=consultation)
    return consultation


_LIVE = tuple(state for state in CONSULTATION.states if state not in story.OVER)


def _plan(plan_id: int, by: Actor, duties: tuple[str, ...]) -> Plan:
    """Take a plan whose consultation still discusses plans; both are held."""
    found = one_of(Plan.objects.all(), plan_id)
    consultation = taken(found.consultation_id)
    permissions.require(by, duties, consultation)
    while_in(consultation, "draft")
    plan = one_of(consultation.plans.all(), plan_id)
    plan.consultation = consultation
    if plan.dropped_at:
        raise PlanDropped
    return plan


def _tell(plan: Plan, act: str, by: Actor, now: datetime) -> None:
    journal.write(at=now, by=by, act=act, subject=plan.consultation, plan=plan.number)
