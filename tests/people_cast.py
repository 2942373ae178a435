"""Who plays in the tests of people: a platform, a district, a street, a supplier, and their people.

Places are stand-ins named by their path: ``city/yubei/longta`` lies within ``city/yubei``.
"""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from django.test import Client
from pytest_django import Settings

from tuanti.people.actors import CONSOLE, Actor
from tuanti.people.commands.accounts import open_account, open_house
from tuanti.people.commands.organisations import open_organisation
from tuanti.people.commands.posts import grant_post
from tuanti.people.models import Account
from tuanti.people.queries import actor_for

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
STAIRWELL = "0123ABCD5"
PASSWORD = "loquat-stairs-47"  # noqa: S105 (of nobody)


def within(place: str, scope: str) -> bool:
    """Whether a stand-in place lies in another; the one stairwell is in a community of Longta."""
    place = "city/yubei/longta/a" if place == STAIRWELL else place
    return f"{place}/".startswith(f"{scope}/")


@pytest.fixture
def quick(settings: Settings) -> None:
    """Hash passwords quickly, and let places be told by their path."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PLACE_WITHIN = "tests.people_cast.within"
    settings.PLACES_BELOW = ""


class Town(NamedTuple):
    """The cast by name: accounts; ``actor(account)`` makes whoever acts."""

    root: Account  # administers the platform
    yubei: Account  # administers the housing commission of Yubei
    nanan: Account  # of Nan'an
    chen: Account  # Officer Chen of the street office
    jia: Account  # manages supplier Jia
    yi: Account  # manages supplier Yi


def actor(account: Account) -> Actor:
    """Make the actor of an account as it is in the database now."""
    return actor_for(Account.objects.get(pk=account.pk))


@pytest.fixture
def town(db: None, quick: None) -> Town:  # noqa: ARG001 (fixtures in order)
    """Play the cast through the real commands."""
    root, _ = open_house(
        username="root",
        name="周平台",
        organisation="团梯平台",
        place="city",
        password=PASSWORD,
        now=NOW,
    )
    top = actor(root)
    for slug, kind, place, name in (
        ("yubei-housing", "district-commission", "city/yubei", "渝北区住房城乡建委"),
        ("nanan-housing", "district-commission", "city/nanan", "南岸区住房城乡建委"),
        ("longta-street", "street-office", "city/yubei/longta", "龙塔街道办事处"),
        ("jia", "supplier", "city/yubei", "甲电梯有限公司"),
        ("yi", "supplier", "city/nanan", "乙电梯有限公司"),
        ("watch", "supervising-authority", "city/yubei", "渝北区发展改革委"),
    ):
        open_organisation(slug=slug, kind=kind, name=name, place=place, by=top, now=NOW)
    return Town(
        root,
        person("yubei-housing", "yubei.admin", "钱主任", "administrator", top, "13800000001"),
        person("nanan-housing", "nanan.admin", "孙主任", "administrator", top, "13800000002"),
        person("longta-street", "chen", "陈干部", "street-officer", top, "13800000003"),
        person("jia", "jia", "甲经理", "supplier-manager", top, "13800000004"),
        person("yi", "yi", "乙经理", "supplier-manager", top, "13800000005"),
    )


def person(
    organisation: str,
    username: str,
    name: str,
    duty: str,
    by: Actor,
    phone: str = "",
    scope: str = "",
) -> Account:
    """Open an account with the cast's password and give it a duty."""
    account, _ = open_account(
        organisation=organisation, username=username, name=name, phone=phone, by=by, now=NOW
    )
    account.set_password(PASSWORD)
    account.first_password_until = None
    account.save()
    if duty:
        grant_post(
            account=account.pk,
            organisation=organisation,
            duty=duty,
            scope=scope,
            from_on=NOW.date(),
            by=CONSOLE,
            now=NOW,
        )
    return account


def signed_in(account: Account, *, enforce_csrf_checks: bool = False) -> Client:
    """Give a browser in which ``account`` is signed in."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    return client
