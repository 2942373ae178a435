"""Consultations: whose they are, how far, who wishes, what people said."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.models import Canvass, Consultation, Impact, Plan, Representative, Wish
from tuanti.people.actors import Actor
from tuanti.places.queries import counts, eligible, scoped
from tuanti.rules.eligibility import Finding
from tuanti.rules.law import Law

# How far a consultation may be for the acts before the vote.
WISHING = ("wished", "canvassing", "draft")
ASKING = ("canvassing", "draft")
OVER = ("withdrawn",)

_BP = 10_000


def consultations_for(actor: Actor, *duties: str) -> QuerySet[Consultation]:
    """Select the consultations in the actor's reach, with where they are; newest first."""
    return permissions.seen_by(actor, *duties).select_related("stairwell__building__estate")


def consultation_of(stairwell_id: int) -> Consultation | None:
    """Find the live consultation of a stairwell: any but a withdrawn one."""
    live = Consultation.objects.filter(stairwell=stairwell_id).exclude(state__in=OVER)
    return live.select_related("stairwell__building__estate", "plan").first()


def stairwell_of(consultation: Consultation) -> Any:  # noqa: ANN401 (a row of places)
    """Take the stairwell of a consultation, with its building and estate."""
    return consultation.stairwell


def law_of(consultation: Consultation, on: date | None = None) -> Law:
    """Find the rules that hold at the stairwell on a day."""
    return eligible.law_of(consultation.stairwell, on or timezone.localdate())


def eligibility_of(consultation: Consultation, on: date | None = None) -> Finding:
    """Judge whether a lift may be added there, as far as the facts are on file."""
    return eligible.eligibility_of(consultation.stairwell, on)


def wishes_of(consultation: Consultation) -> QuerySet[Wish]:
    """Select the wishes that count, the oldest first."""
    return consultation.wishes.filter(withdrawn_at=None).select_related("flat").order_by("id")


def latest_answers(consultation: Consultation) -> dict[int, Canvass]:
    """Map each flat that was asked to what it said last."""
    return {said.flat_id: said for said in consultation.answers.order_by("id")}


def answer_counts(consultation: Consultation) -> dict[str, int]:
    """Count flats by what they said last: ``yes``, ``no``, ``talk``, and ``none`` for the rest."""
    found = dict.fromkeys(("yes", "no", "talk"), 0)
    for said in latest_answers(consultation).values():
        found[said.answer] += 1
    flats = consultation.stairwell.flats.count()
    return found | {"none": flats - sum(found.values())}


def group_of(consultation: Consultation) -> QuerySet[Representative]:
    """Select the members of the owners' group, in the order they were elected."""
    return consultation.group.filter(left_on=None).select_related("owner")


def group_bounds(consultation: Consultation, on: date | None = None) -> tuple[int, int | None]:
    """Tell how many members the owners' group must have and may have at the most, by law."""
    law = law_of(consultation, on)
    least, most = law.get("consent/group-least"), law.get("consent/group-most")
    return (least.value if least else 0, most.value if most else None)


def group_complete(consultation: Consultation, on: date | None = None) -> bool:
    """Whether the owners' group has as many members as the rules of the place ask for."""
    return group_of(consultation).count() >= group_bounds(consultation, on)[0]


def impacts_of(plan: Plan) -> dict[int, Impact]:
    """Map flats to what a plan does to them, as far as somebody has said."""
    return {one.flat_id: one for one in plan.impacts.all()}


@dataclass(frozen=True, slots=True)
class Heat:
    """How much is wished for in an estate or a stairwell: flats that wish, of how many."""

    id: int
    place: Any  # the row of places
    wishing: int
    flats: int
    stairwells: int = 1  # where someone wishes
    waiting: int = 0  # of these, where nobody has begun
    consultation: Consultation | None = None

    @property
    def bp(self) -> int:
        """The part that wishes, in basis points, rounded down."""
        return _BP * self.wishing // self.flats if self.flats else 0


def heat(actor: Actor) -> list[Heat]:
    """Rank the estates in the actor's reach by the part of their flats that wish for a lift."""
    live = Wish.objects.filter(
        withdrawn_at=None, consultation__in=permissions.seen_by(actor).values("pk")
    ).exclude(consultation__state__in=OVER)
    estate = "consultation__stairwell__building__estate"
    counted = {
        row[estate]: row
        for row in live.order_by()
        .values(estate)
        .annotate(
            wishing=Count("flat", distinct=True),
            wells=Count("consultation", distinct=True),
            waiting=Count("consultation", distinct=True, filter=Q(consultation__state="wished")),
        )
    }
    estates: Any = counts.with_counts(scoped.estates_for(actor).filter(pk__in=counted))
    found = [
        Heat(
            one.pk,
            one,
            counted[one.pk]["wishing"],
            one.flats_count,
            counted[one.pk]["wells"],
            counted[one.pk]["waiting"],
        )
        for one in estates
    ]
    return sorted(found, key=_hottest)


def heat_in(actor: Actor, estate_id: int) -> list[Heat]:
    """Rank the stairwells of an estate by the part of their flats that wish for a lift."""
    rows = (
        consultations_for(actor)
        .exclude(state__in=OVER)
        .filter(stairwell__building__estate=estate_id)
        .annotate(
            wishing=Count("wishes", filter=Q(wishes__withdrawn_at=None), distinct=True),
            homes=Count("stairwell__flats", distinct=True),
        )
    )
    found = [
        Heat(row.stairwell_id, row.stairwell, row.wishing, row.homes, consultation=row)
        for row in rows
    ]
    return sorted(found, key=_hottest)


def _hottest(row: Heat) -> tuple[int, int, int]:
    return -row.bp, -row.wishing, row.id
