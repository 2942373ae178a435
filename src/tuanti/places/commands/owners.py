"""Owners: who owns what, what they hold of it, who died, who inherits, who cannot be found.

No entry names anyone: the journal knows owners by the number of their row, so that their data can
be erased and the journal stays valid.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.people.vault import index
from tuanti.places import permissions
from tuanti.places.facts import OwnerFacts, columns, one_of, share_of
from tuanti.places.models import Flat, Owner, Ownership
from tuanti.places.queries.identity import known_owner
from tuanti.places.refusals import (
    NotAnOwner,
    NotDead,
    OwnerErased,
    OwnerTwice,
    SharesMixed,
    SharesTooMany,
)
from tuanti.places.rows import changed, locked
from tuanti.rules import housing

Heir = tuple[OwnerFacts, str]  # who, and their share ("" jointly)


@transaction.atomic
def record_owner(
    *,
    flat_id: int,
    facts: OwnerFacts,
    by: Actor,
    now: datetime,
    share: str = "",
    standing: str = "registered",
) -> Ownership:
    """Record that someone owns a flat, or a share of it ("1/2"; "" where owners hold it jointly).

    One known in the estate already (see :class:`OwnerFacts`) is that person, and what is told anew
    of them is kept.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises OwnerTwice: they own it already.
    :raises SharesMixed, SharesTooMany, BadShare: the shares do not add up.
    :raises NameMissing, BadPhone, BadIdNumber, UnknownValue: the facts do not fit.
    """
    flat = locked(Flat, flat_id)
    permissions.require(by, permissions.KEEP_OWNERS, permissions.estate_of(flat))
    held = _give(flat, facts.checked(), share_of(share), standing)
    facts_told = {"flat": flat.pk, "share": held.share, "standing": held.standing}
    journal.write(at=now, by=by, act="owner.record", subject=held.owner, **facts_told)
    return held


@transaction.atomic
def amend_owner(*, owner_id: int, facts: OwnerFacts, by: Actor, now: datetime) -> Owner:
    """Mend what is known of an owner. An empty phone or ID number leaves the one on file.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises OwnerErased: their data were erased.
    :raises NameMissing, BadPhone, BadIdNumber, UnknownValue: the facts do not fit.
    """
    owner = locked(Owner, owner_id)
    permissions.require(by, permissions.KEEP_OWNERS, owner.estate)
    if owner.erased_on:
        raise OwnerErased
    if fields := changed(owner, _told(facts.checked())):
        shown = [name for name in fields if not name.endswith("_index")]
        journal.write(at=now, by=by, act="owner.amend", subject=owner, fields=shown)
    return owner


@transaction.atomic
def end_ownership(*, ownership_id: int, by: Actor, now: datetime) -> None:
    """Take someone off a flat they no longer own; nothing of theirs is left there but the journal.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    """
    held = locked(Ownership, ownership_id)
    permissions.require(by, permissions.KEEP_OWNERS, held.owner.estate)
    _end(held, now)
    journal.write(at=now, by=by, act="ownership.end", subject=held.owner, flat=held.flat_id)


@transaction.atomic
def transfer(
    *,
    ownership_id: int,
    to: OwnerFacts,
    by: Actor,
    now: datetime,
    standing: str = "registered",
) -> Ownership:
    """Record a sale or gift: ``to`` holds from now what the owner held.

    ``standing`` is ``buyer`` for one who moved in without registering yet.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises OwnerTwice: they own a share of it already.
    :raises NameMissing, BadPhone, BadIdNumber, UnknownValue: the facts do not fit.
    """
    held = locked(Ownership, ownership_id)
    flat = locked(Flat, held.flat_id)
    permissions.require(by, permissions.KEEP_OWNERS, held.owner.estate)
    facts, share, former = to.checked(), held.share, held.owner
    _end(held, now)
    fresh = _give(flat, facts, share, standing)
    journal.write(
        at=now, by=by, act="ownership.transfer", subject=fresh.owner, flat=flat.pk, former=former.pk
    )
    return fresh


def mark_owner_died(*, owner_id: int, by: Actor, now: datetime) -> Owner:
    """Record that an owner died; their heirs own from the death on (Civil Code art. 230).

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises OwnerErased: their data were erased.
    """
    return _live(owner_id, "died", by, now)


def mark_unreachable(*, owner_id: int, by: Actor, now: datetime) -> Owner:
    """Record that nobody can find an owner.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises OwnerErased: their data were erased.
    """
    return _live(owner_id, "unreachable", by, now)


def mark_found(*, owner_id: int, by: Actor, now: datetime) -> Owner:
    """Record that an owner lives and can be reached.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises OwnerErased: their data were erased.
    """
    return _live(owner_id, "living", by, now)


@transaction.atomic
def name_heirs(
    *, ownership_id: int, heirs: Sequence[Heir], by: Actor, now: datetime
) -> list[Ownership]:
    """Put heirs in the place of an owner who died, for one flat.

    Shares are of the flat; all "" where the heirs hold it jointly. One heir takes what there was.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NotDead: the owner is not recorded as dead.
    :raises NotAnOwner: no heir is named.
    :raises OwnerTwice, SharesMixed, SharesTooMany, BadShare: the shares do not add up.
    :raises NameMissing, BadPhone, BadIdNumber, UnknownValue: the facts do not fit.
    """
    held = locked(Ownership, ownership_id)
    flat, dead = locked(Flat, held.flat_id), held.owner
    permissions.require(by, permissions.KEEP_OWNERS, dead.estate)
    if dead.life != "died":
        raise NotDead
    if not heirs:
        raise NotAnOwner
    only = held.share if len(heirs) == 1 else ""
    _end(held, now)
    made = [_give(flat, who.checked(), share_of(share) or only, "heir") for who, share in heirs]
    told = [one.owner_id for one in made]
    journal.write(at=now, by=by, act="owner.heirs", subject=dead, flat=flat.pk, heirs=told)
    return made


def _give(flat: Flat, facts: OwnerFacts, share: str, standing: str) -> Ownership:
    """Make someone an owner of a flat, if its shares allow it."""
    one_of("standing", standing, housing.STANDINGS)
    estate = permissions.estate_of(flat)
    owner = known_owner(estate, flat, facts)
    if owner and flat.ownerships.filter(owner=owner).exists():
        raise OwnerTwice
    _add_up([*flat.ownerships.values_list("share", flat=True)], share)
    if owner is None:
        owner = Owner.objects.create(estate=estate, **_told(facts))
    else:
        changed(owner, _told(replace(facts, life=owner.life)) | {"left_on": None})
    return Ownership.objects.create(flat=flat, owner=owner, share=share, standing=standing)


def _add_up(shares: Sequence[str], share: str) -> None:
    """Let a share join others: all joint, or fractions up to the whole."""
    if shares and any(shares) != bool(share):
        raise SharesMixed
    whole = sum((Fraction(one) for one in (*shares, share) if one), Fraction(0))
    if whole > 1:
        raise SharesTooMany(sum=str(whole))


def _end(held: Ownership, now: datetime) -> None:
    """Delete a row of ownership; one who owns nothing more has left."""
    owner = held.owner
    held.delete()
    if not owner.ownerships.exists():
        changed(owner, {"left_on": timezone.localdate(now)})


def _told(facts: OwnerFacts) -> dict[str, object]:
    """Give the columns that facts tell of; numbers left empty tell nothing."""
    row: dict[str, object] = columns(facts)
    for field, blind in (("phone", "phone_index"), ("id_number", "id_index")):
        if row[field]:
            row[blind] = index(str(row[field]))
        else:
            del row[field]
    return row


@transaction.atomic
def _live(owner_id: int, life: str, by: Actor, now: datetime) -> Owner:
    owner = locked(Owner, owner_id)
    permissions.require(by, permissions.KEEP_OWNERS, owner.estate)
    if owner.erased_on:
        raise OwnerErased
    if changed(owner, {"life": life}):
        journal.write(at=now, by=by, act="owner.life", subject=owner, life=life)
    return owner
