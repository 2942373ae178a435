"""Who the shell's tests are played by, and what waits on their desks."""

import re
from collections.abc import Iterable, Iterator

from django.test import Client

from tuanti.people.models import Account
from tuanti.web.desk import DeskItem

PASSWORD = "Tu4n ti, 2026 nian"  # noqa: S105 (of nobody: the account is made here)
LANGUAGES = ("zh-hans", "en")
WIDTHS = (390, 1440)


def officer() -> Account:
    """Officer Chen, who has an account and no posts yet."""
    account = Account(username="chen", name="陈工（虚构）")
    account.set_password(PASSWORD)
    account.save()
    return account


def visitor(language: str = "zh-hans") -> Client:
    """Someone who reads ``language`` and has not signed in."""
    client = Client()
    client.cookies["language"] = language
    return client


def signed_in(language: str = "zh-hans") -> Client:
    """Officer Chen at his desk."""
    client = visitor(language)
    account = Account.objects.filter(username="chen").first() or officer()
    client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def desk_of(_actor: object) -> Iterable[DeskItem]:
    """What waits: something late, something new, something done; given out of order."""
    yield DeskItem("web.components.parts.form", 0, "/done", "ok")
    yield DeskItem("web.components.parts.steps", 3, "/new")
    yield DeskItem("web.components.parts.gauge", 1_200, "/late", "warn")


def tokens(css: str) -> Iterator[tuple[str, str]]:
    """The colours of a sheet, by name."""
    for name, value in re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", css):
        yield name, value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:])
