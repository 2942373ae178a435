"""The pages of people, journal and imports in a real browser, as those who work with them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.browser.test_places_in_browser import SEEN, looked_at
from tuanti.journal.models import Entry
from tuanti.people.models import Account
from tuanti.sample import staging

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "zhou-zhiyuan": ("/desk", "/organisations", "/organisations/new", "/my/account", "/outbox"),
    "shen-mingcha": ("/journal", "/open/journal"),
    "deng-xiaohe": ("/imports", "/imports/new"),
}


def session_of(username: str) -> str:
    client = Client()
    account = Account.objects.get(username=username)
    client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["session"].value


@pytest.mark.parametrize(("width", "language"), SEEN)
def test_office_pages_shut_nobody_out(
    opened: Any,  # noqa: ANN401 (a fixture)
    settings: Settings,
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    staging.stage("tiny", told=lambda *_: None)
    administrator = Account.objects.get(username="zhou-zhiyuan")
    more = {
        "zhou-zhiyuan": ("/organisations/platform", f"/accounts/{administrator.pk}"),
        "shen-mingcha": (f"/journal/{Entry.objects.latest('pk').pk}",),
    }
    found: dict[str, list[str]] = {}
    for who, pages in PAGES.items():
        with opened("/desk", width, language, session=session_of(who)) as page:
            found |= {path: looked_at(page, path) for path in (*pages, *more.get(who, ()))}
    assert {path: faults for path, faults in found.items() if faults} == {}
