"""Who looks at a stairwell's page: one of its people, an office that serves it, or anyone else.

Nothing but the stairwell's name, stage and clock is for anyone else: not a neighbour from another
stairwell, not an office of another street.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tuanti.people.actors import Actor
from tuanti.places.codes import read_code
from tuanti.places.queries import scoped
from tuanti.places.refusals import CodeMistyped

Kind: TypeAlias = Literal["home", "office", "poster"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of a stairwell's page: ``flats`` are their own in it, the lowest first."""

    kind: Kind
    actor: Actor
    stairwell: Any
    flats: tuple[Any, ...] = ()

    @property
    def inside(self) -> bool:
        """Whether they see more than the poster in the stairwell tells."""
        return self.kind != "poster"

    @property
    def homes(self) -> frozenset[int]:
        """The rows of their own flats."""
        return frozenset(flat.pk for flat in self.flats)


def reader_within(actor: Actor, code: str) -> Reader | None:
    """Find who reads the page of a stairwell in their reach; None if it is in nobody's."""
    wells = scoped.stairwells_for(actor).select_related(
        "building__estate__street", "building__estate__community"
    )
    stairwell = wells.filter(code=_read(code)).first()
    if stairwell is None:
        return None
    if actor.kind != "resident":
        return Reader("office", actor, stairwell)
    flats = tuple(scoped.flats_for(actor).order_by("floor", "number", "pk"))
    return Reader("home", actor, stairwell, flats) if flats else None


def own_code(actor: Actor) -> str:
    """The code of a resident's own stairwell; "" if they have none any more."""
    if actor.kind != "resident" or not scoped.flats_for(actor).exists():
        return ""
    found = scoped.stairwells_for(actor).values_list("code", flat=True).first()
    return str(found or "")


def _read(typed: str) -> str:
    try:
        return read_code(typed)
    except CodeMistyped:
        return ""
