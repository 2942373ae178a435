"""How this room's commands take what they act on: locked, with where it stands."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from tuanti.consent.models import Consultation
from tuanti.consent.refusals.story import FlatElsewhere, NotNow, NotYourFlat, OwnerElsewhere
from tuanti.people.actors import Actor
from tuanti.places.refusals import NotInReach, ReasonMissing

_Row = TypeVar("_Row", bound=Model)

SHORTEST = 4  # characters of a reason, a question, minutes
LONGEST = 4_000


def taken(consultation_id: int) -> Consultation:
    """Fetch a consultation and hold it until the transaction ends.

    :raises NotInReach: there is none.
    """
    rows = Consultation.objects.select_for_update(of=("self",))
    return one_of(rows.select_related("stairwell__building__estate"), consultation_id)


def one_of(rows: QuerySet[_Row], pk: object) -> _Row:
    """Fetch one of some rows.

    :raises NotInReach: it is not among them.
    """
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotInReach
    return row


def while_in(consultation: Consultation, *states: str) -> None:
    """Let pass while a consultation is in one of ``states``.

    :raises NotNow: it is not.
    """
    if consultation.state not in states:
        raise NotNow(state=consultation.state)


def flat_here(consultation: Consultation, flat_id: int) -> Any:  # noqa: ANN401 (a row of places)
    """Fetch a flat of the stairwell.

    :raises FlatElsewhere: it is in another.
    """
    flat = consultation.stairwell.flats.filter(pk=flat_id).first()
    if flat is None:
        raise FlatElsewhere
    return flat


def speaker(flat: Any, owner_id: int | None, by: Actor) -> int | None:  # noqa: ANN401 (as above)
    """Tell which owner of a flat speaks: a resident for their own, else whom a worker names.

    :raises NotYourFlat: a resident speaks for a flat that is not theirs.
    :raises OwnerElsewhere: the owner named does not own it.
    """
    mine = by.kind == "resident"
    owner = by.owner if mine else owner_id
    if owner is None and not mine:
        return None
    if not flat.ownerships.filter(owner=owner).exists():
        raise NotYourFlat if mine else OwnerElsewhere
    return owner


def words_of(text: str, least: int = SHORTEST) -> str:
    """Take what somebody wrote.

    :raises ReasonMissing: it is shorter than ``least`` characters.
    """
    said = text.strip()
    if len(said) < least:
        raise ReasonMissing(least=least)
    return said[:LONGEST]
