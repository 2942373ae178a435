"""Who may open organisations, give posts and see accounts: all the room's predicates.

An administrator manages their own organisation. An administrator of the platform, or of a
commission or street office, also manages the organisations in its place that stand lower than it
does; whoever supervises or audits is appointed by the platform or by its own body, never by those
it watches.
"""

from collections.abc import Iterable

from tuanti.people.actors import Actor, Post
from tuanti.people.scopes import within
from tuanti.rules.duties import DUTIES
from tuanti.rules.errors import RuleBroken

ADMINISTRATOR = "administrator"
GOVERNING = ("platform", "city-commission", "district-commission", "street-office")
WATCHING = frozenset({"supervising-authority", "auditor"})
STAIRWELL_DUTIES = frozenset({"owners-representative"})  # their scope is a stairwell's code


class NotPermitted(RuleBroken):
    """Whoever asks may not do this here."""

    code = "people.not_permitted"


def permit(allowed: bool) -> None:  # noqa: FBT001 (reads as a sentence)
    """Let pass, or refuse.

    :raises NotPermitted: it is not allowed.
    """
    if not allowed:
        raise NotPermitted


def runs_the_platform(actor: Actor) -> bool:
    """Whether ``actor`` administers the platform itself; whoever runs the machine does."""
    return actor.kind == "clock" or any(
        post.duty == ADMINISTRATOR and post.organisation_kind == "platform" for post in actor.posts
    )


def may_open(actor: Actor, kind: str, place: str) -> bool:
    """Whether ``actor`` may open an organisation of ``kind`` in ``place``."""
    return runs_the_platform(actor) or any(
        _governs(post, kind, place) for post in _administered(actor)
    )


def may_manage(actor: Actor, organisation: str, kind: str, place: str) -> bool:
    """Whether ``actor`` may rename an organisation, give its posts and open its accounts."""
    own = any(post.organisation == organisation for post in _administered(actor))
    return own or may_open(actor, kind, place)


def may_reach(actor: Actor, duty: str, kind: str, place: str) -> bool:
    """Whether ``actor`` may give ``duty``: an owners' group does not appoint its own."""
    return duty not in STAIRWELL_DUTIES or may_open(actor, kind, place)


def reach(actor: Actor) -> frozenset[str]:
    """The places whose organisations ``actor`` may see."""
    duties = {post.scope for post in actor.posts if DUTIES[post.duty].scope == "place"}
    governed = {
        post.organisation_place
        for post in _administered(actor)
        if post.organisation_kind in GOVERNING
    }
    return frozenset(duties | governed)


def _administered(actor: Actor) -> Iterable[Post]:
    return (post for post in actor.posts if post.duty == ADMINISTRATOR)


def _governs(post: Post, kind: str, place: str) -> bool:
    if post.organisation_kind not in GOVERNING or kind in WATCHING:
        return False
    rank = GOVERNING.index(post.organisation_kind)
    lower = kind not in GOVERNING or GOVERNING.index(kind) > rank
    return lower and within(place, post.organisation_place)
