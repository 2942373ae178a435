"""Stairwells and flats: entered, mended, given a new code, removed while nothing hangs there."""

from datetime import datetime

from django.db import transaction

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import permissions, stock
from tuanti.places.codes import new_code
from tuanti.places.facts import FlatFacts, StairwellFacts, columns
from tuanti.places.models import Building, Flat, Stairwell
from tuanti.places.refusals import NameTaken, StillInUse
from tuanti.places.rows import changed, hanging, locked


@transaction.atomic
def add_stairwell(
    *, building_id: int, facts: StairwellFacts, by: Actor, now: datetime
) -> Stairwell:
    """Enter a stairwell of a building, with a code of its own.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange: the facts do not fit.
    :raises NameTaken: the building has one of this name.
    """
    building = locked(Building, building_id)
    permissions.require(by, permissions.KEEP_HOUSING, building.estate)
    facts = facts.checked()
    if building.stairwells.filter(name=facts.name).exists():
        raise NameTaken(name=facts.name)
    stairwell = Stairwell.objects.create(building=building, **columns(facts))
    stock.recount([building.estate_id])
    journal.write(at=now, by=by, act="stairwell.add", subject=stairwell, building=building.pk)
    return stairwell


@transaction.atomic
def amend_stairwell(
    *, stairwell_id: int, facts: StairwellFacts, by: Actor, now: datetime
) -> Stairwell:
    """Mend what is known of a stairwell. The same facts again change nothing.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange: the facts do not fit.
    :raises NameTaken: the building has one of this name.
    """
    stairwell = locked(Stairwell, stairwell_id)
    permissions.require(by, permissions.KEEP_HOUSING, stairwell.building.estate)
    facts = facts.checked()
    others = stairwell.building.stairwells.exclude(pk=stairwell.pk)
    if others.filter(name=facts.name).exists():
        raise NameTaken(name=facts.name)
    if fields := changed(stairwell, columns(facts)):
        stock.recount([stairwell.building.estate_id])
        journal.write(at=now, by=by, act="stairwell.amend", subject=stairwell, fields=fields)
    return stairwell


@transaction.atomic
def new_stairwell_code(*, stairwell_id: int, by: Actor, now: datetime) -> str:
    """Give a stairwell another code, so that posters with the old one no longer work.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    """
    stairwell = locked(Stairwell, stairwell_id)
    permissions.require(by, permissions.KEEP_HOUSING, stairwell.building.estate)
    stairwell.code = new_code()
    stairwell.save(update_fields=["code"])
    journal.write(at=now, by=by, act="stairwell.recode", subject=stairwell)
    return stairwell.code


@transaction.atomic
def remove_stairwell(*, stairwell_id: int, by: Actor, now: datetime) -> None:
    """Remove a stairwell without flats or papers.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises StillInUse: it has flats or cases from paper.
    """
    stairwell = locked(Stairwell, stairwell_id)
    permissions.require(by, permissions.KEEP_HOUSING, stairwell.building.estate)
    _free(stairwell, "flats", "paper_cases")
    house = stairwell.building_id
    journal.write(at=now, by=by, act="stairwell.remove", subject=stairwell, building=house)
    stairwell.delete()
    stock.recount([stairwell.building.estate_id])


@transaction.atomic
def add_flat(*, stairwell_id: int, facts: FlatFacts, by: Actor, now: datetime) -> Flat:
    """Enter a flat of a stairwell.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange, UnknownValue: the facts do not fit.
    :raises NameTaken: the stairwell has one of this number.
    """
    stairwell = locked(Stairwell, stairwell_id)
    permissions.require(by, permissions.KEEP_HOUSING, stairwell.building.estate)
    facts = facts.checked()
    if stairwell.flats.filter(number=facts.number).exists():
        raise NameTaken(name=facts.number)
    flat = Flat.objects.create(stairwell=stairwell, **columns(facts))
    stock.recount([stairwell.building.estate_id])
    journal.write(at=now, by=by, act="flat.add", subject=flat, stairwell=stairwell.pk)
    return flat


@transaction.atomic
def amend_flat(*, flat_id: int, facts: FlatFacts, by: Actor, now: datetime) -> Flat:
    """Mend what is known of a flat. The same facts again change nothing.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange, UnknownValue: the facts do not fit.
    :raises NameTaken: the stairwell has one of this number.
    """
    flat = locked(Flat, flat_id)
    permissions.require(by, permissions.KEEP_HOUSING, permissions.estate_of(flat))
    facts = facts.checked()
    if flat.stairwell.flats.filter(number=facts.number).exclude(pk=flat.pk).exists():
        raise NameTaken(name=facts.number)
    if fields := changed(flat, columns(facts)):
        journal.write(at=now, by=by, act="flat.amend", subject=flat, fields=fields)
    return flat


def seal_flat(*, flat_id: int, by: Actor, now: datetime) -> Flat:
    """Record that a court has sealed a flat: it may not be sold, its owner still votes.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    """
    return _become(flat_id, "sealed", by, now)


def mark_flat_unreachable(*, flat_id: int, by: Actor, now: datetime) -> Flat:
    """Record that nobody can find whoever owns a flat.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    """
    return _become(flat_id, "unreachable", by, now)


def free_flat(*, flat_id: int, by: Actor, now: datetime) -> Flat:
    """Record that a flat is no longer sealed, or its owner was found.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    """
    return _become(flat_id, "free", by, now)


@transaction.atomic
def remove_flat(*, flat_id: int, by: Actor, now: datetime) -> None:
    """Remove a flat without owners or reports.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises StillInUse: it has owners or reports.
    """
    flat = locked(Flat, flat_id)
    permissions.require(by, permissions.KEEP_HOUSING, permissions.estate_of(flat))
    _free(flat, "ownerships", "reports")
    journal.write(at=now, by=by, act="flat.remove", subject=flat, stairwell=flat.stairwell_id)
    flat.delete()
    stock.recount([flat.stairwell.building.estate_id])


@transaction.atomic
def _become(flat_id: int, state: str, by: Actor, now: datetime) -> Flat:
    flat = locked(Flat, flat_id)
    permissions.require(by, permissions.KEEP_OWNERS, permissions.estate_of(flat))
    if changed(flat, {"state": state}):
        journal.write(at=now, by=by, act="flat.state", subject=flat, state=state)
    return flat


def _free(row: Stairwell | Flat, *relations: str) -> None:
    if held := hanging(row, *relations):
        raise StillInUse(what=held[0], count=held[1])
