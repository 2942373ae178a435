"""Who may do what here."""

from tuanti.people.actors import Actor
from tuanti.profiles.refusals import NotPermitted

ADOPT = ("city-officer",)


def may_adopt(actor: Actor) -> bool:
    """Whether the actor sets the prices plans are estimated by."""
    return actor.kind == "clock" or actor.holds(*ADOPT)


def require_adopting(by: Actor) -> None:
    """Let pass who sets prices.

    :raises NotPermitted: they do not.
    """
    if not may_adopt(by):
        raise NotPermitted
