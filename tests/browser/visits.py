"""Every page of the house, and who opens it: what axe and the camera go through.

An address is named as the policy table names it. Whoever opens it is one of the cast by the name
they sign in with, or one who came in otherwise, as told below. What stands in an address
(``<int:flat_id>``) is among the parts of the town. A new row of the table is visited as soon as its
name stands here; one whose GET shows no page of HTML belongs to ``NO_PAGE``, with the reason. A
room that looks at pages in a browser test of its own names them there, as ``VISITED``, and holds
that list against what it opened by :func:`names_of`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone
from pytest_django import Settings

from tests import demo_urls
from tests.passkey import Passkey
from tests.places_cast import come_in
from tests.shell_cast import PASSWORD
from tuanti.journal.models import Entry
from tuanti.journal.queries import latest_checkpoint
from tuanti.journal.sealing import seal_entries
from tuanti.people.actors import CLOCK
from tuanti.people.models import Account, Post
from tuanti.people.queries import actor_for
from tuanti.places.commands import imports
from tuanti.places.models import Evidence, Import, Owner, Ownership, Project, Report
from tuanti.sample import housing, staging

VISITOR, RESIDENT, AT_THE_DOOR = "a visitor", "a resident", "one at the door"
HALF_WAY, CONFIRMED, KEYED = "one half-way in", "one asked again", "one with every key"
OFFICER, WORKER, CITY = "chen-shuwen", "ran-yutong", "he-ruolan"
PLATFORM, AUDITOR = "zhou-zhiyuan", "shen-mingcha"

VISITS: Mapping[str, tuple[str, ...]] = {
    VISITOR: (
        "web:home", "web:components", "account_login", "account_inactive", "openid_connect_login",
        "socialaccount_login_cancelled", "socialaccount_login_error", "journal:open",
        "places:resident", "sample:roles",
    ),
    RESIDENT: ("places:home", "places:my-report"),
    AT_THE_DOOR: ("places:resident-flat", "places:resident-code"),
    HALF_WAY: ("mfa_authenticate",),
    CONFIRMED: ("account_reauthenticate", "mfa_activate_totp", "socialaccount_connections"),
    KEYED: (
        "mfa_index", "account_change_password", "usersessions_list", "mfa_deactivate_totp",
        "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
        "mfa_remove_webauthn", "mfa_edit_webauthn", "account_logout",
    ),
    OFFICER: (
        "web:desk", "places:places", "places:division", "places:community-new", "places:estates",
        "places:estate-new", "places:estate", "places:estate-edit", "places:building-new",
        "places:building", "places:building-edit", "places:stairwell-new", "places:stairwell",
        "places:poster", "places:stairwell-edit", "places:flat-new", "places:paper-new",
        "places:flat", "places:flat-edit", "places:owner-new", "places:owner", "places:owner-edit",
        "places:owner-reveal", "places:agreement-new", "places:ownership-transfer",
        "places:ownership-heirs", "places:reports", "places:report", "places:imports",
        "places:import-new", "places:import",
    ),
    CITY: ("places:programme", "places:project-new", "places:project", "places:project-edit"),
    AUDITOR: ("journal:entries", "journal:entry"),
    PLATFORM: (
        "people:organisations", "people:organisation", "people:organisation_new",
        "people:organisation_rename", "people:organisation_close", "people:account_new",
        "people:post_new", "people:post_end", "people:account", "people:account_password",
        "people:account_factor", "people:account_close", "people:my_account", "people:outbox",
    ),
}  # fmt: skip

# What answers a GET without a page of HTML: whoever may ask, and what comes instead.
NO_PAGE: Mapping[str, tuple[str, str]] = {
    "journal:entry-proof": (AUDITOR, "a file: the proof of an entry"),
    "journal:checkpoint": (VISITOR, "a file: the checkpoint as text"),
    "journal:checkpoint-of": (VISITOR, "a file: an older checkpoint as text"),
    "journal:growth": (VISITOR, "a file: the proof of growth"),
    "journal:proof": (VISITOR, "a file: the proof that an entry is there"),
    "mfa_download_recovery_codes": (KEYED, "a file: the codes as text"),
    "mfa_login_webauthn": (VISITOR, "data for the passkey's script, no page"),
    "openid_connect_callback": (VISITOR, "leads on, or says as socialaccount_login_error does"),
    "places:evidence": (OFFICER, "a file: the paper as it was brought"),
    "places:my-data": (RESIDENT, "a file: all that is kept of a person"),
    "places:import-template": (OFFICER, "a file: the workbook to fill in"),
    "places:import-progress": (OFFICER, "a part of places:import; leads there without htmx"),
    "places:import-marked": (OFFICER, "a file: the workbook with its red cells"),
}  # fmt: skip
# What only leads on, of the rooms whose pages are opened with the objects of the access matrix.
LEADS_ON = frozenset({"consent:ballot-form", "overview:mine"})
FAILED = {"/account/3rdparty/login/error/": 401}  # says with its status that it did not work

LIST = (
    "小区,楼栋,单元,房号,所在层,建筑面积,产权人,电话\n"
    "禾岭小区,1栋,1单元,101,1,86.4,王桂芳,\n"
    "禾岭小区,1栋,1单元,102,一楼半,很大,李四,电话不知道\n"
    "禾岭小区,9栋,1单元,301,3,,赵五,\n"
    ",,,,,,,\n"
)  # some of it known, some wrong, some missing


@dataclass
class Town:
    """A staged town: what stands in an address, and the sessions of those who open it."""

    parts: dict[str, Any]
    sessions: dict[str, str] = field(default_factory=dict)
    more: list[tuple[str, str]] = field(default_factory=list)  # who opens another state of a page

    def path(self, name: str) -> str:
        """Write an address down."""
        wanted = _parts_of(name)
        return reverse(name, kwargs={part: self.parts[part] for part in wanted})

    def visits(self) -> Iterator[tuple[str, list[str]]]:
        """Give who opens which paths."""
        for who, names in VISITS.items():
            others = [path for other, path in self.more if other == who]
            yield who, [self.path(name) for name in names] + others


def demonstrated(settings: Settings, folder: Path) -> None:
    """Put the house into its demonstration, with a city's single sign-on, its files in a folder."""
    settings.DEMO = True
    settings.ROOT_URLCONF = demo_urls.__name__
    settings.POLICY = "tests.demo_urls.TABLE"
    settings.MEDIA_ROOT = folder
    city = {"provider_id": "city", "name": "单点登录", "client_id": "tuanti", "secret": "s"}
    apps = [{**city, "settings": {"server_url": "http://127.0.0.1:9"}}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    cache.clear()


def stage() -> Town:
    """Fill the town, and bring everything about that a page can show."""
    staging.stage("tiny", told=lambda *_: None)
    held = Ownership.objects.filter(owner__name=housing.WANG_AYI).earliest("pk")
    now = timezone.now()
    Report.objects.create(flat=held.flat, owner=held.owner, text="面积不对，应为 88.2", at=now)
    seal_entries(by=CLOCK, now=now)
    town = Town(_parts(held))
    town.more = [*_more(held)]
    town.sessions = {who: session() for who, session in _arrivals(held).items()}
    for who in VISITS:
        if who not in town.sessions:
            town.sessions[who] = session_of(_account(who))
    town.parts["pk"] = Authenticator.objects.get(type="webauthn").pk
    return town


def names_of(paths: Iterable[str]) -> set[str]:
    """Name the addresses that paths lead to, as the policy table names them."""
    return {resolve(path.partition("?")[0]).view_name for path in paths}


def session_of(account: Account) -> str:
    """Sign an account in."""
    client = Client()
    client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["session"].value


def _parts_of(name: str) -> list[str]:
    found = get_resolver().reverse_dict if ":" not in name else _space(name).reverse_dict
    possible = found.getlist(name.rpartition(":")[2])
    return list(possible[-1][0][0][1])


def _space(name: str) -> Any:  # noqa: ANN401 (a resolver)
    return get_resolver().namespace_dict[name.partition(":")[0]][1]


def _parts(held: Ownership) -> dict[str, Any]:
    flat, owner = held.flat, held.owner
    well = flat.stairwell
    dead = Ownership.objects.filter(owner__estate=owner.estate, owner__life="died")
    worker = _account(WORKER)
    last = latest_checkpoint()
    assert last
    return {
        "division_id": well.building.estate.street_id,
        "estate_id": well.building.estate_id,
        "building_id": well.building_id,
        "stairwell_id": well.pk,
        "flat_id": flat.pk,
        "owner_id": owner.pk,
        "ownership_id": dead.earliest("pk").pk,
        "evidence_id": Evidence.objects.filter(agreement__owner=owner).earliest("pk").pk,
        "code": well.code,
        "report_id": Report.objects.get().pk,
        "project_id": Project.objects.earliest("pk").pk,
        "import_id": _brought(well.building.estate.street_id).pk,
        "organisation": worker.organisation_id,
        "account": worker.pk,
        "post": Post.objects.get(account=worker).pk,
        "number": Entry.objects.filter(leaf__isnull=False).earliest("pk").pk,
        "size": last.size,
        "provider_id": "city",
    }


def _brought(street: str, *, checked: bool = False) -> Import:
    by: dict[str, Any] = {"by": actor_for(_account(OFFICER)), "now": timezone.now()}
    content = [LIST.encode() if checked else LIST.partition("禾岭小区,9")[0].encode()]
    row = imports.bring_list(scope_id=street, name="房屋清单.csv", content=content, **by)
    if checked:
        imports.check_list(import_id=row.pk, **by)
    return row


def _more(held: Ownership) -> Iterator[tuple[str, str]]:
    """Open some pages in another state too."""
    estate = held.flat.stairwell.building.estate
    yield OFFICER, reverse("places:import", args=[_brought(estate.street_id, checked=True).pk])
    dead = Owner.objects.filter(estate=estate, life="died").earliest("pk")
    flat = dead.ownerships.earliest("pk").flat_id
    yield OFFICER, reverse("places:flat", args=[flat])
    yield OFFICER, reverse("places:estates") + "?q=nothing-of-the-kind"
    yield CITY, reverse("places:places")
    yield WORKER, reverse("places:division", args=[estate.community_id])
    yield PLATFORM, reverse("people:account", args=[_account(PLATFORM).pk])


def _account(username: str) -> Account:
    return Account.objects.get(username=username)


def _arrivals(held: Ownership) -> dict[str, Callable[[], str]]:
    """Tell how those come in who are not simply signed in."""
    return {
        VISITOR: str,
        RESIDENT: lambda: come_in(held).cookies["session"].value,
        AT_THE_DOOR: lambda: _at_the_door(held),
        HALF_WAY: _half_way,
        CONFIRMED: lambda: _confirmed("confirmed"),
        KEYED: _keyed,
    }


def _at_the_door(held: Ownership) -> str:
    client = Client()
    session = client.session
    session["door"] = {
        "stairwell": held.flat.stairwell_id, "flat": held.flat_id, "owner": held.owner_id,
    }  # fmt: skip
    session.save()
    return str(session.session_key)


def _entered(name: str) -> Client:
    client = Client()
    client.post("/account/login/", {"login": name, "password": PASSWORD})
    return client


def _new(name: str) -> Account:
    account = Account(username=name, name="陈工（虚构）")
    account.set_password(PASSWORD)
    account.save()
    return account


def _half_way() -> str:
    TOTP.activate(_new("half"), generate_totp_secret())
    return _entered("half").cookies["session"].value


def _confirmed(name: str) -> str:
    _new(name)
    client = _entered(name)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client.cookies["session"].value


def _keyed() -> str:
    session = _confirmed("keyed")
    account = _account("keyed")
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    asked = {"challenge": "AAAA", "user": {"id": "AAAA"}}
    data = {"name": "办公室的钥匙", "credential": Passkey().made({"publicKey": asked})}
    Authenticator.objects.create(user=account, type="webauthn", data=data)
    return session
