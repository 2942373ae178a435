"""Who acts: an account with its posts, a resident behind a stairwell code, the clock, nobody."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["account", "resident", "clock", "nobody"]


@dataclass(frozen=True, slots=True)
class Post:
    """A duty someone holds now: what, in which organisation, and where it reaches.

    ``scope`` is the id of a division, or of the organisation for those that serve no place (the
    code of a stairwell for an owners' representative). ``organisation_place`` is the division the
    organisation serves or sits in.
    """

    duty: str
    organisation: str
    organisation_kind: str
    organisation_name: str
    scope: str
    organisation_place: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever makes a request or runs a command.

    A resident has ``owner`` and ``stairwell`` (row ids of ``places``) and no posts.
    """

    id: str
    name: str = ""
    kind: Kind = "account"
    posts: tuple[Post, ...] = ()
    owner: int | None = None
    stairwell: int | None = None

    @property
    def duties(self) -> frozenset[str]:
        """What the policy table knows this actor as."""
        held = {post.duty for post in self.posts}
        match self.kind:
            case "account":
                held |= {"anyone", "signed-in"}
            case "resident":
                held |= {"anyone", "resident"}
            case "nobody":
                held |= {"anyone", "visitor"}
            case "clock":
                held |= {"clock"}
        return frozenset(held)

    def scopes(self, *duties: str) -> frozenset[str]:
        """Where this actor holds one of ``duties``; anywhere it holds any, if none is named."""
        return frozenset(post.scope for post in self.posts if not duties or post.duty in duties)

    def holds(self, *duties: str) -> bool:
        """Whether this actor holds one of ``duties`` somewhere."""
        return any(post.duty in duties for post in self.posts)


NOBODY = Actor(id="nobody", kind="nobody")
CLOCK = Actor(id="clock", name="clock", kind="clock")
CONSOLE = Actor(id="console", name="console", kind="clock")  # whoever runs the machine itself


def in_force(from_on: date, until_on: date | None, day: date) -> bool:
    """Whether a half-open period holds ``day``."""
    return from_on <= day and (until_on is None or day < until_on)
