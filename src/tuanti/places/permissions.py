"""Who may do what here: duties, and the reach of each actor's posts."""

from datetime import date

from tuanti.people.actors import Actor
from tuanti.places.models import Building, Division, Estate, Flat, Owner, Stairwell
from tuanti.places.queries import scoped
from tuanti.places.refusals import NotInReach, NotPermitted

# What an estate is made of.
KEEP_HOUSING = ("district-officer", "street-officer", "community-worker", "roll-keeper")
FOUND_COMMUNITIES = ("city-officer", "district-officer", "street-officer")
# Whose it is.
KEEP_OWNERS = ("street-officer", "community-worker", "roll-keeper")
UNMASK = ("street-officer", "community-worker", "roll-keeper")
ENTER_PAPERS = ("district-officer", "street-officer", "community-worker")
READ_PAPERS = (*ENTER_PAPERS, "city-officer", "roll-keeper", "supervising-officer", "auditor")
RECORD_PROGRAMME = ("city-officer", "district-officer", "street-officer")
ERASE = ("street-officer", "roll-keeper")


def may(actor: Actor, duties: tuple[str, ...], estate: Estate) -> bool:
    """Whether the actor holds one of ``duties`` over an estate."""
    return scoped.estates_for(actor, *duties).filter(pk=estate.pk).exists()


def require(by: Actor, duties: tuple[str, ...], estate: Estate) -> None:
    """Let pass who holds one of ``duties`` over an estate.

    :raises NotInReach: they do not even see it.
    :raises NotPermitted: they see it, but in another duty.
    """
    if may(by, duties, estate):
        return
    seen = scoped.estates_for(by).filter(pk=estate.pk).exists()
    raise NotPermitted if seen else NotInReach


def require_division(
    by: Actor, duties: tuple[str, ...], division: Division, on: date | None = None
) -> None:
    """Let pass who holds one of ``duties`` over a division, or over what it lies in on a day.

    :raises NotInReach: they have no post there.
    :raises NotPermitted: they have, but in another duty.
    """
    if scoped.divisions_for(by, *duties, on=on).filter(pk=division.pk).exists():
        return
    seen = scoped.divisions_for(by, on=on).filter(pk=division.pk).exists()
    raise NotPermitted if seen else NotInReach


def require_new_estate(by: Actor, street: Division, community: Division | None) -> None:
    """Let pass who may enter an estate there: over the street, or over its community.

    :raises NotInReach: they have no post there.
    :raises NotPermitted: they have, but in another duty.
    """
    require_division(by, KEEP_HOUSING, community or street)


def require_house_rules(by: Actor) -> None:
    """Let pass the clock and the platform's administrators.

    :raises NotPermitted: it is anyone else.
    """
    posts = [post.duty for post in by.posts if post.organisation_kind == "platform"]
    if by.kind != "clock" and "administrator" not in posts:
        raise NotPermitted


def require_own_or_kept(by: Actor, owner: Owner) -> None:
    """Let pass the owner themselves, and who keeps owners' data there.

    :raises NotInReach: it is anyone else.
    :raises NotPermitted: they see the estate in another duty.
    """
    if by.kind == "resident" and by.owner == owner.pk:
        return
    require(by, KEEP_OWNERS, owner.estate)


def estate_of(thing: Estate | Building | Stairwell | Flat | Owner) -> Estate:
    """Find the estate something stands in."""
    match thing:
        case Building() | Owner():
            return thing.estate
        case Stairwell():
            return thing.building.estate
        case Flat():
            return thing.stairwell.building.estate
    return thing
