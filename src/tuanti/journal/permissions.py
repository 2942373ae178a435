"""Who may read the journal."""

from collections.abc import Sequence
from typing import Protocol

from tuanti.rules.errors import RuleBroken

CHECKING = ("auditor", "supervising-officer")
RUNNING = "platform"  # the kind of organisation whose administrators run the house


class NotYours(RuleBroken):
    """The journal as a whole is read by those who check it."""

    code = "journal.not_yours"


class Held(Protocol):
    """A post, as the journal sees it."""

    @property
    def duty(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def organisation_kind(self) -> str: ...


class Reader(Protocol):
    """Whoever reads: an actor with posts."""

    @property
    def id(self) -> str: ...
    @property
    def posts(self) -> Sequence[Held]: ...


def reads_all(reader: Reader) -> bool:
    """Whether ``reader`` checks or runs the house, and so reads all of the journal.

    A tree can only be checked whole, and its facts name nobody: so it has no districts.
    """
    return any(
        post.duty in CHECKING or (_administers(post) and post.organisation_kind == RUNNING)
        for post in reader.posts
    )


def administered(reader: Reader) -> list[str]:
    """The organisations whose administrator ``reader`` is."""
    return [post.organisation for post in reader.posts if _administers(post)]


def require_all(reader: Reader) -> None:
    """Let only those pass who read all of the journal.

    :raises NotYours: ``reader`` does not.
    """
    if not reads_all(reader):
        raise NotYours


def _administers(post: Held) -> bool:
    return post.duty == "administrator"
