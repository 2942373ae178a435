"""What an address with an object in it is asked for: the asker's own, and somebody else's.

A room registers each such address once: ``OBJECTS[name] = (own, other)``. ``own`` makes the
address's arguments for something within the role's reach, or None where the role has none;
``other`` for something that is there, and out of everybody's reach who is not of the platform
(None where nothing is anybody's).
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from tests.access import (
    notices_objects,
    overview_objects,
    paper_objects,
    places_objects,
    polls_objects,
    story_objects,
)
from tests.access.roles import Role
from tests.passkey import Passkey
from tests.places_cast import Town
from tuanti.journal.models import Entry
from tuanti.people.models import Account, Post

Arguments = dict[str, Any]
Own = Callable[[Role], Arguments | None]
Other = Callable[[], Arguments | None]


def town_anew() -> Town:
    """Found the town anew; what stood in the last one is forgotten."""
    forget()
    return places_objects.found()


def forget() -> None:
    """Forget what was made when it was first asked for."""
    for standing in (notices_objects.standing, story_objects.standing):
        standing.cache_clear()


def _organisation(role: Role) -> Arguments | None:
    return {"organisation": role.organisation.pk} if role.organisation else None


def _administered(role: Role) -> Arguments | None:
    return _organisation(role) if role.administers else None


def _account(role: Role) -> Arguments | None:
    return {"account": role.account.pk} if role.account else None


def _colleague(role: Role) -> Arguments | None:
    if role.colleague is None or not role.administers:
        return None
    return {"account": role.colleague.pk}


def _post(role: Role) -> Arguments | None:
    if role.colleague is None or not role.administers:
        return None
    return {"post": role.colleagues_post.pk}


def _session(role: Role) -> Arguments | None:
    return {"session": _session_of(role.account)} if role.account else None


def _stranger() -> Account:
    return Account.objects.get(username="stranger")


def _session_of(account: Account) -> int:
    row, _ = UserSession.objects.get_or_create(
        session_key=f"key-of-{account.pk}",
        defaults={"user": account, "ip": "127.0.0.1", "created_at": timezone.now()},
    )
    return int(row.pk)


def _key(role: Role) -> Arguments | None:
    return {"pk": _key_of(role.account)} if role.account else None


def _key_of(account: Account) -> int:
    had = Authenticator.objects.filter(user=account).first()
    if had is not None:
        return int(had.pk)
    asked = {"challenge": "AAAA", "user": {"id": "AAAA"}}
    data = {"name": "key", "credential": Passkey().made({"publicKey": asked})}
    return int(Authenticator.objects.create(user=account, type="webauthn", data=data).pk)


def _entry(role: Role) -> Arguments | None:
    """Find an entry on the role's own organisation, which its administrator may read."""
    reads = role.duties & {"administrator", "auditor", "supervising-officer"}
    return {"number": _entry_on(role.organisation.pk)} if reads and role.organisation else None


def _entry_on(organisation: str) -> int:
    rows = Entry.objects.filter(subject_kind="organisation", subject_id=organisation)
    return int(rows.order_by("id").values_list("id", flat=True)[0])


_NO_REACH: Own = lambda _role: None  # noqa: E731 (as short as it is)

OBJECTS: dict[str, tuple[Own, Other]] = {
    "people:organisation": (_organisation, lambda: {"organisation": "stranger"}),
    "people:organisation_rename": (_administered, lambda: {"organisation": "stranger"}),
    "people:organisation_close": (_administered, lambda: {"organisation": "stranger"}),
    "people:account_new": (_administered, lambda: {"organisation": "stranger"}),
    "people:post_new": (_administered, lambda: {"organisation": "stranger"}),
    "people:post_end": (_post, lambda: {"post": Post.objects.get(account=_stranger()).pk}),
    "people:account": (_account, lambda: {"account": _stranger().pk}),
    "people:account_password": (_colleague, lambda: {"account": _stranger().pk}),
    "people:account_factor": (_colleague, lambda: {"account": _stranger().pk}),
    "people:account_close": (_colleague, lambda: {"account": _stranger().pk}),
    "people:session_end": (_session, lambda: {"session": _session_of(_stranger())}),
    "journal:entry": (_entry, lambda: {"number": _entry_on("stranger")}),
    "journal:entry-proof": (_NO_REACH, lambda: {"number": 0}),  # nothing is sealed here
    "journal:proof": (_NO_REACH, lambda: {"number": 0}),
    "journal:checkpoint-of": (_NO_REACH, lambda: {"size": 1}),
    "journal:growth": (_NO_REACH, lambda: {"size": 1}),
    "mfa_remove_webauthn": (_key, lambda: {"pk": _key_of(_stranger())}),
    "mfa_edit_webauthn": (_key, lambda: {"pk": _key_of(_stranger())}),
    "openid_connect_login": (_NO_REACH, lambda: {"provider_id": "elsewhere"}),
    "openid_connect_callback": (_NO_REACH, lambda: {"provider_id": "elsewhere"}),
    "account_confirm_email": (_NO_REACH, lambda: {"key": "k"}),
    "account_reset_password_from_key": (_NO_REACH, lambda: {"uidb36": "1", "key": "k"}),
    **places_objects.OBJECTS,
    **paper_objects.OBJECTS,
    **polls_objects.OBJECTS,
    **notices_objects.OBJECTS,
    **story_objects.OBJECTS,
    **overview_objects.OBJECTS,
}

# What even the platform's own administrator finds only where it is their own, or nowhere.
PRIVATE = frozenset(
    {
        "people:session_end",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
        "openid_connect_login",
        "openid_connect_callback",
        "journal:entry-proof",
        "journal:proof",
        "journal:checkpoint-of",
        "journal:growth",
    }
)

_CHECKERS = frozenset({"auditor", "supervising-officer"})
# What some others than the platform's administrator find everywhere: by duty.
EVERYWHERE: dict[str, frozenset[str]] = {
    "journal:entry": _CHECKERS,
}

# Addresses without an object whose page is there for some of those the row lets through.
NARROWED: dict[str, Callable[[Role], bool]] = {
    "people:outbox": lambda role: role.runs_the_platform,
    "journal:export": lambda role: role.runs_the_platform or bool(role.duties & _CHECKERS),
    "journal:checkpoint": lambda _role: False,  # nothing is sealed here
}

# Pages of one's own that are there for those only who have set up what they are about.
OWN_IF_ANY = frozenset(
    {"mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_deactivate_totp"}
)
