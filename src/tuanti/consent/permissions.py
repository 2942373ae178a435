"""Who may do what in a consultation: duties, and whose stairwell it is."""

from django.db.models import Q, QuerySet

from tuanti.consent.models import Consultation
from tuanti.people.actors import Actor
from tuanti.places.queries import scoped
from tuanti.places.refusals import NotInReach, NotPermitted

RUN = ("street-officer", "community-worker")  # runs a consultation
SEE = tuple(sorted(scoped.SEE_PLACES))
KEEP_ROLL = ("roll-keeper",)
TYPE = ("ballot-typist", "community-worker")
CONFIRM = ("ballot-confirmer", "owners-representative", "street-officer")
MEDIATE = ("mediator", "street-officer", "community-worker")
ANSWER = (*RUN, "owners-representative")  # questions; minutes
KNOW = tuple(sorted(scoped.SEE_OWNERS))  # who said what, flat by flat; others see counts only
# Firms and bodies that take part where the case needs them: only those asked to.
INVITED = ("designer", "supplier-manager")
SAY = (*INVITED, "property-manager", "utility-officer", *RUN)
DRAW = (*RUN, "designer")  # what a plan does to each flat


def seen_by(actor: Actor, *duties: str) -> QuerySet[Consultation]:
    """Select the consultations in the actor's reach; only by ``duties`` if any is named.

    Who serves a place has those of its stairwells, a property firm those of its estates, a
    representative and a resident theirs, and a body that was asked those it was asked to.
    """
    stairwells = scoped.stairwells_for(actor, *duties).values("pk")
    reach = Q(stairwell__in=stairwells)
    if asked := _organisations(actor, duties):
        reach |= Q(
            pk__in=Consultation.objects.filter(
                invitations__organisation__in=asked, invitations__ended_at=None
            ).values("pk")
        )
    return Consultation.objects.filter(reach)


def may(
    actor: Actor,
    duties: tuple[str, ...],
    consultation: Consultation,
    *,
    allow_resident: bool = False,
) -> bool:
    """Whether the actor holds one of ``duties`` over a consultation, or is of its stairwell."""
    if actor.kind == "resident":
        return allow_resident and actor.stairwell == consultation.stairwell_id
    return seen_by(actor, *duties).filter(pk=consultation.pk).exists()


def require(
    by: Actor,
    duties: tuple[str, ...],
    consultation: Consultation,
    *,
    allow_resident: bool = False,
) -> None:
    """Let pass who holds one of ``duties`` over a consultation, or lives there if residents may.

    :raises NotInReach: they do not even see it.
    :raises NotPermitted: they see it, but in another duty.
    """
    if may(by, duties, consultation, allow_resident=allow_resident):
        return
    seen = seen_by(by).filter(pk=consultation.pk).exists()
    raise NotPermitted if seen else NotInReach


def _organisations(actor: Actor, duties: tuple[str, ...]) -> frozenset[str]:
    """Collect the organisations for which the actor could have been asked to take part."""
    wanted = frozenset(INVITED) & frozenset(duties or INVITED)
    return frozenset(post.organisation for post in actor.posts if post.duty in wanted)
