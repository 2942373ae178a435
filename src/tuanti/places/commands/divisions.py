"""Divisions: the packaged ones, and the communities a street tells us of."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import divisions as packaged
from tuanti.places import permissions
from tuanti.places.facts import named
from tuanti.places.models import Belonging, Division
from tuanti.places.queries import tree
from tuanti.places.refusals import NameTaken, WrongLevel
from tuanti.places.rows import locked
from tuanti.places.spelling import spelling

_BATCH = 500


@transaction.atomic
def load_divisions(*, by: Actor, now: datetime) -> int:
    """Load the packaged divisions and tell how many rows were new or changed. Safe to repeat.

    :raises NotPermitted: ``by`` is neither the clock nor an administrator of the platform.
    """
    permissions.require_house_rules(by)
    count = _divisions() + _belongings()
    if count:
        city = Division.objects.get(pk=packaged.CITY)
        journal.write(at=now, by=by, act="divisions.load", subject=city, rows=count)
    return count


@transaction.atomic
def found_community(
    *, street_id: str, name: str, by: Actor, now: datetime, community_id: str = ""
) -> Division:
    """Enter a community of a street.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises WrongLevel: ``street_id`` is no street.
    :raises NameTaken: the street has one of this name.
    """
    street = locked(Division, street_id)
    permissions.require_division(by, permissions.FOUND_COMMUNITIES, street)
    if street.level != Division.Level.STREET:
        raise WrongLevel(name=street.name, wanted="street")
    plain = named(name, "community")
    if tree.children_on(street.pk, timezone.localdate(now)).filter(name=plain).exists():
        raise NameTaken(name=plain)
    community = Division.objects.create(
        id=community_id or _fresh_id(plain),
        level=Division.Level.COMMUNITY,
        name=plain,
        pinyin=spelling(plain),
    )
    Belonging.objects.create(division=community, parent=street)
    journal.write(at=now, by=by, act="community.found", subject=community, street=street.pk)
    return community


def _divisions() -> int:
    """Bring the rows of divisions up to the packaged ones; tell how many differed."""
    known = Division.objects.in_bulk()
    fields = ("level", "name", "pinyin", "code", "from_on", "until_on")
    wanted = {
        one.id: Division(
            id=one.id,
            level=one.level,
            name=one.name,
            pinyin=spelling(one.name),
            code=one.code or "",
            from_on=one.from_on,
            until_on=one.until_on,
        )
        for one in packaged.packaged()[0]
    }
    fresh = [row for key, row in wanted.items() if key not in known]
    stale = [
        row
        for key, row in wanted.items()
        if key in known and any(getattr(row, f) != getattr(known[key], f) for f in fields)
    ]
    Division.objects.bulk_create(fresh, batch_size=_BATCH)
    Division.objects.bulk_update(stale, fields, batch_size=_BATCH)
    return len(fresh) + len(stale)


def _belongings() -> int:
    """Bring the belongings up to the packaged ones, those of communities untouched."""
    ours = Belonging.objects.exclude(division__level=Division.Level.COMMUNITY)
    known = {(row.division_id, row.parent_id, row.from_on, row.until_on): row.pk for row in ours}
    wanted = {
        (one.division, one.parent, one.from_on, one.until_on) for one in packaged.packaged()[1]
    }
    gone = [pk for key, pk in known.items() if key not in wanted]
    Belonging.objects.filter(pk__in=gone).delete()
    fresh = [
        Belonging(division_id=division, parent_id=parent, from_on=from_on, until_on=until_on)
        for division, parent, from_on, until_on in sorted(wanted - set(known), key=str)
    ]
    Belonging.objects.bulk_create(fresh, batch_size=_BATCH)
    return len(gone) + len(fresh)


def _fresh_id(name: str) -> str:
    """Make an id out of the name: its pinyin, with a number where that is taken."""
    plain = "".join(char for char in spelling(name).split()[0] if char.isascii() and char.isalnum())
    first = (plain or "community")[:36]
    known = set(Division.objects.filter(pk__startswith=first).values_list("pk", flat=True))
    options = (first, *(f"{first}-{number}" for number in range(2, len(known) + 3)))
    return next(option for option in options if option not in known)
