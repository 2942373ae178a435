"""What each actor may see, by their posts.

Who serves a place sees what stands in it; a property firm sees the estates it manages; an owners'
representative sees their stairwell, a resident theirs. Nobody else sees anything here.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from tuanti.people.actors import Actor
from tuanti.places.models import (
    Building,
    Division,
    Estate,
    Flat,
    Owner,
    PaperCase,
    Project,
    Report,
    Stairwell,
)
from tuanti.places.queries.tree import divisions_within, streets_within
from tuanti.rules.duties import DUTIES

PLACE_DUTIES = frozenset(name for name, duty in DUTIES.items() if duty.scope == "place")
FIRM_DUTY = "property-manager"
REPRESENTATIVE = "owners-representative"
SEE_PLACES = PLACE_DUTIES | {FIRM_DUTY, REPRESENTATIVE}
# Whose work is with the owners themselves; names and numbers stay masked even for them.
SEE_OWNERS = frozenset(
    {
        "district-officer",
        "street-officer",
        "community-worker",
        "roll-keeper",
        "ballot-typist",
        "ballot-confirmer",
        "mediator",
        REPRESENTATIVE,
    }
)


def scopes_of(actor: Actor, duties: Iterable[str] = ()) -> frozenset[str]:
    """Collect the divisions where the actor serves, in one of ``duties`` if any is named."""
    asked = PLACE_DUTIES & frozenset(duties or PLACE_DUTIES)
    return actor.scopes(*asked) if asked else frozenset()


def divisions_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Division]:
    """Select the divisions in the actor's reach."""
    if actor.kind == "clock":
        return Division.objects.all()
    return divisions_within(scopes_of(actor, duties), on)


def estates_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Estate]:
    """Select the estates in the actor's reach; only by ``duties`` if any is named."""
    own = _own_stairwells(actor, duties).values("building__estate")
    return Estate.objects.filter(_reach(actor, duties, on, "") | Q(pk__in=own))


def whole_estates_for(actor: Actor, on: date | None = None) -> QuerySet[Estate]:
    """Select the estates of which the actor sees every stairwell."""
    return Estate.objects.filter(_reach(actor, (), on, ""))


def own_stairwells(actor: Actor) -> QuerySet[Stairwell]:
    """Select a resident's or representative's own stairwell, of whose estate they see no more."""
    return _own_stairwells(actor, ())


def buildings_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Building]:
    """Select the buildings in the actor's reach."""
    own = _own_stairwells(actor, duties).values("building")
    return Building.objects.filter(_reach(actor, duties, on, "estate__") | Q(pk__in=own))


def stairwells_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Stairwell]:
    """Select the stairwells in the actor's reach."""
    own = _own_stairwells(actor, duties).values("pk")
    return Stairwell.objects.filter(_reach(actor, duties, on, "building__estate__") | Q(pk__in=own))


def flats_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Flat]:
    """Select the flats in the actor's reach; a resident's are those they own in their stairwell."""
    if actor.kind == "resident" and not duties:
        return Flat.objects.filter(stairwell=actor.stairwell, ownerships__owner=actor.owner)
    own = _own_stairwells(actor, duties).values("pk")
    return Flat.objects.filter(
        _reach(actor, duties, on, "stairwell__building__estate__") | Q(stairwell__in=own)
    )


def owners_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Owner]:
    """Select the owners whose (masked) data the actor works with; a resident sees themselves."""
    if actor.kind == "resident" and not duties:
        return Owner.objects.filter(pk=actor.owner or 0)
    asked = SEE_OWNERS & frozenset(duties or SEE_OWNERS)
    own = Owner.objects.none().values("pk")
    if REPRESENTATIVE in asked:
        wells = _own_stairwells(actor, (REPRESENTATIVE,)).values("pk")
        own = Owner.objects.filter(ownerships__flat__stairwell__in=wells).values("pk")
    asked = asked - {REPRESENTATIVE}
    reach = _reach(actor, tuple(asked), on, "estate__") if asked else Q(pk__in=())
    return Owner.objects.filter(reach | Q(pk__in=own))


def paper_cases_for(actor: Actor, on: date | None = None) -> QuerySet[PaperCase]:
    """Select the cases from paper in the actor's reach."""
    return PaperCase.objects.filter(stairwell__in=stairwells_for(actor, on=on).values("pk"))


def gone_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Division]:
    """Select the abolished divisions whose streets lie in a district or city the actor serves."""
    wide = Division.objects.filter(
        pk__in=scopes_of(actor, duties), level__in=(Division.Level.CITY, Division.Level.DISTRICT)
    )
    streets = streets_within(wide.values_list("pk", flat=True), on).values("pk")
    return Division.objects.filter(children__division__in=streets, until_on__isnull=False)


def projects_for(actor: Actor, *duties: str, on: date | None = None) -> QuerySet[Project]:
    """Select the renovation projects in the actor's reach, those of abolished districts too.

    A project begun in a district that is gone is seen by the district its streets lie in now,
    and by the city.
    """
    if actor.kind == "clock":
        return Project.objects.all()
    reach = divisions_for(actor, *duties, on=on).values("pk")
    estates = estates_for(actor, *duties, on=on).values("pk")
    gone = gone_for(actor, *duties, on=on)
    return Project.objects.filter(
        Q(division__in=reach) | Q(estate__in=estates) | Q(division__in=gone.values("pk"))
    )


def reports_for(actor: Actor, on: date | None = None) -> QuerySet[Report]:
    """Select what residents reported, for those who keep their data; a resident's are their own."""
    if actor.kind == "resident":
        return Report.objects.filter(owner=actor.owner)
    keepers = ("street-officer", "community-worker", "roll-keeper")
    return Report.objects.filter(flat__in=flats_for(actor, *keepers, on=on).values("pk"))


def _reach(actor: Actor, duties: Iterable[str], on: date | None, prefix: str) -> Q:
    """Make the condition on an estate, ``prefix`` away."""
    if actor.kind == "clock":
        return Q(pk__isnull=False)  # Q() would vanish in an or
    scopes = scopes_of(actor, duties)
    firms = actor.scopes(FIRM_DUTY) if not duties or FIRM_DUTY in duties else frozenset[str]()
    reach = Q(pk__in=())
    if scopes:
        streets = streets_within(scopes, on).values("pk")
        reach |= Q(**{f"{prefix}street__in": streets}) | Q(**{f"{prefix}community__in": scopes})
    if firms:
        reach |= Q(**{f"{prefix}property_firm__in": firms})
    return reach


def _own_stairwells(actor: Actor, duties: Iterable[str]) -> QuerySet[Stairwell]:
    """Select the stairwell of a representative (their scope ends in its code) or a resident."""
    if actor.kind == "resident" and not duties:
        return Stairwell.objects.filter(pk=actor.stairwell or 0)
    if actor.holds(REPRESENTATIVE) and (not duties or REPRESENTATIVE in duties):
        codes = [scope.rpartition("-")[2].upper() for scope in actor.scopes(REPRESENTATIVE)]
        return Stairwell.objects.filter(code__in=codes)
    return Stairwell.objects.none()
