"""Estates and buildings: entered, mended, and removed while nothing stands in them."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import permissions, stock
from tuanti.places.facts import BuildingFacts, EstateFacts, columns
from tuanti.places.models import Building, Division, Estate
from tuanti.places.queries import tree
from tuanti.places.refusals import CommunityElsewhere, NameTaken, StillInUse, WrongLevel
from tuanti.places.rows import changed, hanging, locked
from tuanti.places.spelling import found_by


@transaction.atomic
def add_estate(*, street_id: str, facts: EstateFacts, by: Actor, now: datetime) -> Estate:
    """Enter an estate; it keeps the district it entered in.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises WrongLevel, CommunityElsewhere, NameMissing: the facts do not fit.
    :raises NameTaken: the street has one of this name.
    """
    street = locked(Division, street_id)
    facts = facts.checked()
    community = _community(street, facts, now)
    permissions.require_new_estate(by, street, community)
    if street.level != Division.Level.STREET:
        raise WrongLevel(name=street.name, wanted="street")
    if street.estates.filter(name=facts.name).exists():
        raise NameTaken(name=facts.name)
    district = tree.district_on(street.pk, timezone.localdate(now))
    estate = Estate.objects.create(
        street=street, begun_in=district.pk if district else "", **_columns(facts)
    )
    journal.write(at=now, by=by, act="estate.add", subject=estate, street=street.pk)
    return estate


@transaction.atomic
def amend_estate(*, estate_id: int, facts: EstateFacts, by: Actor, now: datetime) -> Estate:
    """Mend what is known of an estate. The same facts again change nothing.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises CommunityElsewhere, NameMissing: the facts do not fit.
    :raises NameTaken: the street has one of this name.
    """
    estate = locked(Estate, estate_id)
    permissions.require(by, permissions.KEEP_HOUSING, estate)
    facts = facts.checked()
    _community(estate.street, facts, now)
    if estate.street.estates.filter(name=facts.name).exclude(pk=estate.pk).exists():
        raise NameTaken(name=facts.name)
    if fields := changed(estate, _columns(facts)):
        journal.write(at=now, by=by, act="estate.amend", subject=estate, fields=fields)
    return estate


@transaction.atomic
def remove_estate(*, estate_id: int, by: Actor, now: datetime) -> None:
    """Remove an estate in which nothing stands.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises StillInUse: it has buildings, owners or projects.
    """
    estate = locked(Estate, estate_id)
    permissions.require(by, permissions.KEEP_HOUSING, estate)
    _free(estate, "buildings", "owners", "project_set")
    journal.write(at=now, by=by, act="estate.remove", subject=estate)
    estate.delete()


@transaction.atomic
def add_building(*, estate_id: int, facts: BuildingFacts, by: Actor, now: datetime) -> Building:
    """Enter a building of an estate.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange, UnknownValue: the facts do not fit.
    :raises NameTaken: the estate has one of this name.
    """
    estate = locked(Estate, estate_id)
    permissions.require(by, permissions.KEEP_HOUSING, estate)
    facts = facts.checked()
    if estate.buildings.filter(name=facts.name).exists():
        raise NameTaken(name=facts.name)
    building = Building.objects.create(estate=estate, **columns(facts))
    stock.recount([estate.pk])
    journal.write(at=now, by=by, act="building.add", subject=building, estate=estate.pk)
    return building


@transaction.atomic
def amend_building(*, building_id: int, facts: BuildingFacts, by: Actor, now: datetime) -> Building:
    """Mend what is known of a building. The same facts again change nothing.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange, UnknownValue: the facts do not fit.
    :raises NameTaken: the estate has one of this name.
    """
    building = locked(Building, building_id)
    permissions.require(by, permissions.KEEP_HOUSING, building.estate)
    facts = facts.checked()
    if building.estate.buildings.filter(name=facts.name).exclude(pk=building.pk).exists():
        raise NameTaken(name=facts.name)
    if fields := changed(building, columns(facts)):
        stock.recount([building.estate_id])
        journal.write(at=now, by=by, act="building.amend", subject=building, fields=fields)
    return building


@transaction.atomic
def remove_building(*, building_id: int, by: Actor, now: datetime) -> None:
    """Remove a building without stairwells.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises StillInUse: it has stairwells.
    """
    building = locked(Building, building_id)
    permissions.require(by, permissions.KEEP_HOUSING, building.estate)
    _free(building, "stairwells")
    journal.write(at=now, by=by, act="building.remove", subject=building, estate=building.estate_id)
    building.delete()
    stock.recount([building.estate_id])


def _community(street: Division, facts: EstateFacts, now: datetime) -> Division | None:
    """Find the community named, which must lie in the street."""
    if not facts.community:
        return None
    there = tree.children_on(street.pk, timezone.localdate(now))
    community = there.filter(pk=facts.community).first()
    if community is None:
        raise CommunityElsewhere(street=street.name)
    return community


def _columns(facts: EstateFacts) -> dict[str, object]:
    row = columns(facts)
    row["community_id"] = row.pop("community") or None
    row["pinyin"] = found_by(facts.name, *facts.aliases, facts.address)
    return row


def _free(row: Estate | Building, *relations: str) -> None:
    if held := hanging(row, *relations):
        raise StillInUse(what=held[0], count=held[1])
