"""Organisations: opened, renamed, closed."""

import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuanti.journal.commands import write
from tuanti.people import permissions
from tuanti.people.actors import Actor
from tuanti.people.models import Organisation
from tuanti.people.permissions import permit
from tuanti.people.refusals import (
    BadIdentifier,
    NameMissing,
    OrganisationClosed,
    OrganisationTaken,
    UnknownOrganisation,
)
from tuanti.people.spelling import spelling
from tuanti.rules import duties

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NAME = 120


@transaction.atomic
def open_organisation(
    *, kind: str, name: str, place: str, slug: str = "", by: Actor, now: datetime
) -> Organisation:
    """Open an organisation of ``kind`` in ``place`` (a division's id).

    Without a ``slug`` for its id it is named by the initials of its name.

    :raises NotPermitted: ``by`` administers nothing above it.
    :raises OrganisationTaken: an open one has this id, or this name in this place.
    :raises UnknownKind: there is no such kind.
    """
    permit(permissions.may_open(by, kind, place))
    duties.duties_of(kind)
    name = given_name(name, _NAME)
    if taken(place, name):
        raise OrganisationTaken(value=name)
    organisation = Organisation.objects.create(
        id=_free(slug, name),
        kind=kind,
        name=name,
        pinyin=spelling(name),
        place=place,
        opened_at=now,
    )
    write(at=now, by=by, act="organisation.open", subject=organisation, kind=kind, place=place)
    return organisation


@transaction.atomic
def rename_organisation(*, organisation: str, name: str, by: Actor, now: datetime) -> Organisation:
    """Give an organisation another name; its id stays.

    :raises NotPermitted: ``by`` does not administer it.
    :raises OrganisationTaken: another open one in its place has this name.
    """
    row = managed(organisation, by)
    name = given_name(name, _NAME)
    if taken(row.place, name, but=row.pk):
        raise OrganisationTaken(value=name)
    before, row.name, row.pinyin = row.name, name, spelling(name)
    row.save(update_fields=["name", "pinyin"])
    write(at=now, by=by, act="organisation.rename", subject=row, before=before, name=name)
    return row


@transaction.atomic
def close_organisation(*, organisation: str, by: Actor, now: datetime) -> Organisation:
    """Close an organisation: its posts end today, its accounts stay for what they did.

    :raises NotPermitted: ``by`` administers nothing above it.
    """
    row = managed(organisation, by)
    permit(permissions.may_open(by, row.kind, row.place) and row.kind != "platform")
    row.closed_on = today = timezone.localdate(now)
    row.save(update_fields=["closed_on"])
    begun = row.posts.filter(until_on=None) | row.posts.filter(until_on__gt=today)
    ended = begun.update(until_on=today)
    write(at=now, by=by, act="organisation.close", subject=row, posts_ended=ended)
    return row


def managed(organisation: str, by: Actor) -> Organisation:
    """Fetch an open organisation under a lock, for one who administers it.

    :raises UnknownOrganisation: there is none.
    :raises NotPermitted: ``by`` does not administer it.
    :raises OrganisationClosed: it is closed.
    """
    row = Organisation.objects.select_for_update().filter(pk=organisation).first()
    if row is None:
        raise UnknownOrganisation(value=organisation)
    permit(permissions.may_manage(by, row.pk, row.kind, row.place))
    if row.closed_on:
        raise OrganisationClosed(name=row.name)
    return row


def given_name(name: str, most: int) -> str:
    """Take a name as a person typed it.

    :raises NameMissing: it is empty, or longer than ``most`` characters.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= most:
        raise NameMissing(most=most)
    return name


def taken(place: str, name: str, *, but: str = "") -> bool:
    """Whether an open organisation other than ``but`` has this name in this place."""
    same = Organisation.objects.filter(place=place, name=name, closed_on=None)
    return same.exclude(pk=but).exists()


def _free(asked: str, name: str) -> str:
    """Find an id: the one asked for, or initials with the first number that is free."""
    if asked and not _ID.fullmatch(asked):
        raise BadIdentifier(value=asked)
    if asked and Organisation.objects.filter(pk=asked).exists():
        raise OrganisationTaken(value=asked)
    if asked:
        return asked
    stem = re.sub(r"[^a-z0-9]", "", spelling(name).split()[-1])[:30] or "organisation"
    held = set(Organisation.objects.filter(pk__startswith=stem).values_list("pk", flat=True))
    return next(
        one for one in (stem, *(f"{stem}-{n}" for n in range(2, len(held) + 3))) if one not in held
    )
