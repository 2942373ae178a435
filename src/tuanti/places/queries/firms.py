"""Property firms an estate may be in the care of: organisations, chosen and shown by name."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from tuanti.people.queries import organisations
from tuanti.places.queries import tree

KIND = "property-firm"


def firms_around(places: Iterable[str], kept: str = "") -> QuerySet[Any]:
    """Select the open property firms of ``places``, what lies in them and what they lie in.

    ``kept`` is chosen already and stays, even if it closed or is registered elsewhere.
    """
    places = list(places)
    above = {one.pk for place in places for one in tree.ancestors_on(place)}
    near = Q(place__in=above) | Q(place__in=tree.divisions_within(places).values("pk"))
    firms = organisations().filter(kind=KIND)
    return firms.filter(Q(closed_on=None) & near | Q(pk=kept)).order_by("name")


def firm_name(firm: str) -> str:
    """Call a firm by its name; "" for none, and an id that nobody bears as it is."""
    if not firm:
        return ""
    return organisations().filter(pk=firm).values_list("name", flat=True).first() or firm
