"""How much stands where: counts for lists, each in one query however long the list."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tuanti.people.actors import Actor
from tuanti.places.models import Building, Division, Estate, Flat, PaperCase, Project, Stairwell
from tuanti.places.queries import scoped, tree
from tuanti.places.stock import CLIMBS, COUNTS

_WHOLE = {
    "estates": Count("pk"),
    **{name: Coalesce(Sum(f"stock__{name}"), 0) for name in COUNTS},
}
_OWN = {
    "estates": Count("building__estate", distinct=True),
    "buildings": Count("building", distinct=True),
    "stairwells": Count("pk", distinct=True),
    "walk_ups": Count("pk", distinct=True, filter=CLIMBS),
    "flats": Count("flats"),
}


@dataclass(slots=True)
class Counts:
    """What stands in a division: ``walk_ups`` are stairwells of 4 storeys and more without lift."""

    estates: int = 0
    buildings: int = 0
    stairwells: int = 0
    walk_ups: int = 0
    flats: int = 0

    def add(self, other: "Counts") -> None:
        """Count ``other`` too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Row:
    """A division of a list, with what stands in it."""

    division: Division
    counts: Counts


def by_street(actor: Actor, on: date | None = None) -> dict[str, Counts]:
    """Count what the actor may see, street by street."""
    return _grouped(actor, "street", on)


def by_community(actor: Actor, on: date | None = None) -> dict[str, Counts]:
    """Count what the actor may see, community by community; "" where none is known."""
    return _grouped(actor, "community", on)


def below(actor: Actor, division: Division, on: date | None = None) -> list[Row]:
    """List what lies directly in a division with the counts of what the actor may see there."""
    children = list(tree.children_on(division.pk, on))
    if division.level == Division.Level.STREET:
        return _rows(children, by_community(actor, on))
    return _rows(children, _rolled_up(by_street(actor, on), on))


def of_scopes(actor: Actor, on: date | None = None) -> list[Row]:
    """List the divisions the actor serves, with the counts of what stands there."""
    divisions = list(Division.objects.filter(pk__in=scoped.scopes_of(actor)))
    low = any(one.level == Division.Level.COMMUNITY for one in divisions)
    counts = _rolled_up(by_street(actor, on), on) | (by_community(actor, on) if low else {})
    return _rows(divisions, counts)


def total(rows: list[Row]) -> Counts:
    """Sum a list."""
    whole = Counts()
    for row in rows:
        whole.add(row.counts)
    return whole


def with_counts(estates: QuerySet[Estate], on: date | None = None) -> QuerySet[Estate]:
    """Annotate estates with ``district_name`` and how much stands there."""
    return estates.select_related("street", "community").annotate(
        district_name=tree.district_name(on),
        buildings_count=Coalesce(F("stock__buildings"), 0),
        stairwells_count=Coalesce(F("stock__stairwells"), 0),
        flats_count=Coalesce(F("stock__flats"), 0),
        first_built=Subquery(
            Building.objects.filter(estate=OuterRef("pk"))
            .order_by()
            .values("estate")
            .annotate(first=Min("built"))
            .values("first")
        ),
    )


def with_building_counts(buildings: QuerySet[Building]) -> QuerySet[Building]:
    """Annotate buildings with how many stairwells, flats and lifts they have."""
    wells = Stairwell.objects.filter(building=OuterRef("pk"))
    flats = Flat.objects.filter(stairwell__building=OuterRef("pk"))
    return buildings.annotate(
        stairwells_count=_number(wells, "building"),
        lifts_count=_number(wells.filter(lift=True), "building"),
        flats_count=_number(flats, "stairwell__building"),
    )


def with_flat_counts(stairwells: QuerySet[Stairwell]) -> QuerySet[Stairwell]:
    """Annotate stairwells with how many flats they have, and how many cases from paper."""
    return stairwells.annotate(
        flats_count=_number(Flat.objects.filter(stairwell=OuterRef("pk")), "stairwell"),
        paper_count=_number(
            PaperCase.objects.filter(stairwell=OuterRef("pk"), withdrawn_at=None), "stairwell"
        ),
    )


def programme(projects: QuerySet[Project]) -> list[Mapping[str, Any]]:
    """Sum the renovation projects year by year, the latest first; areas in whole dm²."""
    return list(
        projects.order_by()
        .values("year")
        .annotate(
            projects=Count("pk"),
            area=Sum("area_dm2"),
            houses=Sum("buildings"),
            homes=Sum("households"),
            started=Count("pk", filter=Q(started_on__isnull=False)),
            finished=Count("pk", filter=Q(finished_on__isnull=False)),
        )
        .order_by("-year")
    )


def _number(rows: QuerySet[Any], group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _grouped(actor: Actor, key: str, on: date | None) -> dict[str, Counts]:
    """Sum by street or community: estates seen whole as they stand, of others the own stairwell."""
    whole = scoped.whole_estates_for(actor, on=on)
    wells = scoped.own_stairwells(actor).exclude(building__estate__in=whole.values("pk"))
    found: defaultdict[str, Counts] = defaultdict(Counts)
    for rows, prefix, sums in ((whole, "", _WHOLE), (wells, "building__estate__", _OWN)):
        by: Any = rows.order_by().values(at=F(f"{prefix}{key}"))
        for row in by.annotate(**sums):
            found[row.pop("at") or ""].add(Counts(**row))
    return dict(found)


def _rolled_up(streets: Mapping[str, Counts], on: date | None) -> dict[str, Counts]:
    """Add the streets' counts to all they lie in."""
    whole: defaultdict[str, Counts] = defaultdict(Counts)
    level: Mapping[str, Counts] = streets
    while level:
        for place, counts in level.items():
            whole[place].add(counts)
        above: defaultdict[str, Counts] = defaultdict(Counts)
        parents = tree.parents_of(level, on)
        for place, counts in level.items():
            if place in parents:
                above[parents[place]].add(counts)
        level = above
    return dict(whole)


def _rows(divisions: list[Division], counts: Mapping[str, Counts]) -> list[Row]:
    return [Row(division, counts.get(division.pk, Counts())) for division in divisions]
