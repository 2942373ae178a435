"""May a lift be added here? The facts on file, under the rules of the place."""

from datetime import date
from typing import TYPE_CHECKING, cast

from django.utils import timezone

from tuanti.places.divisions import CITY
from tuanti.places.models import Building, Ownership, Stairwell
from tuanti.places.queries.tree import district_on
from tuanti.rules import law
from tuanti.rules.eligibility import Finding, House, judge
from tuanti.rules.law import Law

if TYPE_CHECKING:
    from tuanti.rules.housing import Structure


def eligibility_of(stairwell: Stairwell, on: date | None = None) -> Finding:
    """Judge one stairwell on a day."""
    owners = Ownership.objects.filter(flat__stairwell=stairwell).values("owner").distinct().count()
    return judge(
        _house(stairwell.building, stairwell.lift, owners or None), _law(stairwell.building, on)
    )


def eligibility_of_building(building: Building, on: date | None = None) -> Finding:
    """Judge a building on a day: as that of its stairwells which still lacks a lift."""
    lifts = set(building.stairwells.values_list("lift", flat=True))
    lift = False if False in lifts else None if None in lifts or not lifts else True
    return judge(_house(building, lift, None), _law(building, on))


def law_there(place: str, on: date) -> Law:
    """Find the rules of a district, or of the city where none are written for the district."""
    try:
        return law.on(on, place)
    except law.UnknownPlace:
        return law.on(on, CITY)


def law_of(stairwell: Stairwell, on: date) -> Law:
    """Find the rules that hold at a stairwell on a day: its district's, else the city's."""
    return _law(stairwell.building, on)


def _law(building: Building, on: date | None) -> Law:
    day = on or timezone.localdate()
    district = district_on(building.estate.street_id, day)
    return law_there(district.pk if district else CITY, day)


def _house(building: Building, lift: bool | None, owners: int | None) -> House:  # noqa: FBT001 (a fact)
    return House(
        storeys=building.storeys,
        built=building.built,
        lift=lift,
        demolition=building.demolition,
        structure=cast("Structure | None", building.structure or None),
        owners=owners,
    )
