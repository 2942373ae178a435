"""Which imports an actor sees: those of the divisions whose housing they keep."""

from django.db.models import QuerySet

from tuanti.people.actors import Actor
from tuanti.places import permissions
from tuanti.places.models import Division, Import
from tuanti.places.queries import scoped


def imports_for(actor: Actor) -> QuerySet[Import]:
    """Select the imports the actor may work on, the newest first."""
    reach = scopes_for(actor).values("pk")
    seen = Import.objects.filter(scope__in=reach).exclude(state=Import.State.DROPPED)
    return seen.select_related("scope")


def scopes_for(actor: Actor) -> QuerySet[Division]:
    """Select the divisions the actor may bring lists for."""
    return scoped.divisions_for(actor, *permissions.KEEP_HOUSING)


def found(rows: QuerySet[Import], query: str) -> QuerySet[Import]:
    """Of ``rows``, those whose file is called so."""
    return rows.filter(name__icontains=query.strip())
