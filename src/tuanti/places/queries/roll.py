"""Rows into the frozen facts a judgment is made from."""

from collections.abc import Iterable
from fractions import Fraction
from typing import cast

from django.db.models import QuerySet

from tuanti.places.models import Flat, Ownership, Stairwell
from tuanti.places.refusals import RollIncomplete
from tuanti.rules.consent import roll as facts
from tuanti.rules.housing import HIGHEST

_SHOWN = 8


def roll_of(stairwell: Stairwell) -> facts.Roll:
    """Make the roll of a stairwell; ids of flats and owners are those of our rows.

    One who died is left out where heirs are named, and stays where none are, so that the flat still
    counts. A flat is unreachable if it is marked so, or if every owner is.

    :raises RollIncomplete: a flat lacks its area or an owner; ``flats`` names them.
    """
    return _roll(stairwell.flats.all())


def estate_roll_of(stairwell: Stairwell) -> facts.Roll:
    """Make the roll of all flats of the estate around a stairwell, in the same way.

    :raises RollIncomplete: a flat lacks its area or an owner; ``flats`` names them.
    """
    estate = stairwell.building.estate_id
    return _roll(Flat.objects.filter(stairwell__building__estate=estate))


def _roll(rows: QuerySet[Flat]) -> facts.Roll:
    flats = list(rows.prefetch_related("ownerships__owner").select_related("stairwell__building"))
    lacking = [one.number for one in flats if not one.area_dm2 or not one.ownerships.all()]
    if lacking:
        more = " …" if len(lacking) > _SHOWN else ""
        raise RollIncomplete(count=len(lacking), flats="、".join(lacking[:_SHOWN]) + more)
    return facts.Roll(tuple(_flat(one) for one in flats))


def floors_of(stairwell: Stairwell, flats: Iterable[Flat]) -> list[tuple[int | None, list[Flat]]]:
    """Group flats by floor from the top down; those of unknown floor come last, under None.

    Storeys without a flat are there too, empty, so that the plan has the building's height.
    """
    by_floor: dict[int | None, list[Flat]] = {}
    for flat in flats:
        by_floor.setdefault(flat.floor, []).append(flat)
    known = [floor for floor in by_floor if floor is not None]
    top = max([*known, min(stairwell.building.storeys or 0, HIGHEST)], default=0)
    lowest = min([*known, 1])
    order: list[int | None] = [floor for floor in range(top, lowest - 1, -1) if floor]
    if None in by_floor:
        order.append(None)
    return [(floor, by_floor.get(floor, [])) for floor in order]


def _flat(flat: Flat) -> facts.Flat:
    held = _voting(flat)
    gone = all(one.owner.life == "unreachable" for one in held)
    return facts.Flat(
        id=str(flat.pk),
        area_dm2=flat.area_dm2 or 0,
        owners=tuple(_owner(one) for one in held),
        building=flat.stairwell.building.name,
        stairwell=flat.stairwell.name,
        tenure=cast("facts.Tenure", flat.tenure),
        state="unreachable" if gone else cast("facts.State", flat.state),
    )


def _voting(flat: Flat) -> list[Ownership]:
    held = list(flat.ownerships.all())
    living = [one for one in held if one.owner.life != "died"]
    return living if any(one.standing == "heir" for one in held) and living else held


def _owner(held: Ownership) -> facts.Owner:
    share = Fraction(held.share) if held.share else None
    return facts.Owner(str(held.owner_id), share, cast("facts.Standing", held.standing))
