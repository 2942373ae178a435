"""Every page there is shuts nobody out: on a phone in Chinese or on a desk in English.

Each page has one of the two looks, in turn; `make torture` gives each page both.

The pages one walks in a staged town stand in ``visits``. Whatever else the policy table opens to
somebody is opened with the objects of the access matrix, by the first who sees a page there; an
address without a page, and a page that nobody sees, fail.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.access.objects import OBJECTS, town_anew
from tests.access.roles import Role, roles
from tests.browser.test_shell_in_browser import FLUSH, violations
from tests.browser.visits import (
    FAILED,
    LEADS_ON,
    NO_PAGE,
    VISITS,
    Town,
    demonstrated,
    names_of,
    stage,
)
from tuanti.config import policy

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOKS = ((390, "zh-hans"), (1440, "en"))
THOROUGH = pytest.param(True, marks=pytest.mark.torture)
Faults: TypeAlias = dict[tuple[str, str, int], list[str]]  # of a path, as whom, how wide
EVERY_ROW = policy.TABLE | policy.DEMO


def named() -> list[str]:
    return [*NO_PAGE, *(name for names in VISITS.values() for name in names)]


def named_elsewhere() -> set[str]:
    """Collect what other tests of this folder say they visit."""
    here = Path(__file__).parent
    modules = [import_module(f"tests.browser.{path.stem}") for path in here.glob("test_*.py")]
    return {name for module in modules for name in getattr(module, "VISITED", ())}


def opened_to_somebody(rows: Mapping[str, policy.Row] = EVERY_ROW) -> set[str]:
    """Collect the addresses whose GET the policy table opens to anybody at all."""
    return {name for name, row in rows.items() if row.get("GET")}


def visited() -> set[str]:
    return {name for names in VISITS.values() for name in names}


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Town:
    demonstrated(settings, tmp_path)
    return stage()


def unvisited(rows: Mapping[str, policy.Row]) -> set[str]:
    return opened_to_somebody(rows) - set(named()) - named_elsewhere()


def test_a_new_page_is_noticed() -> None:
    anyone = frozenset({"anyone"})
    new = {"lifts:lift": {"GET": anyone}, "lifts:ride": {"POST": anyone}, "lifts:shut": {}}
    assert unvisited(EVERY_ROW | new) - unvisited(EVERY_ROW) == {"lifts:lift"}


@pytest.fixture
def everybody(settings: Settings, tmp_path: Path) -> list[Role]:
    """All roles of the access matrix, each with what is theirs."""
    settings.MEDIA_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    town = town_anew()
    return list(roles(town))


def first_sight(name: str, everybody: list[Role]) -> tuple[Role | None, str]:
    """Find who sees a page at an address, and its path; nobody where there is a file, or a way on.

    :raises LookupError: nobody is shown anything there.
    """
    own = OBJECTS.get(name, (None, None))[0]
    seen = "nobody may"
    for role in (one for one in everybody if EVERY_ROW[name]["GET"] & one.duties):
        arguments = own(role) if own else None
        if own and arguments is None:
            continue
        path = reverse(name, kwargs=arguments)
        role.client.raise_request_exception = False
        answer = role.client.get(path)
        seen = f"{role.name} gets {answer.status_code}"
        if answer.status_code == (302 if name in LEADS_ON else 200):
            page = name not in LEADS_ON and answer["Content-Type"].startswith("text/html")
            return (role if page else None), path
    raise LookupError(f"{name} shows nobody a page: {seen}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("thorough", [False, THOROUGH])
def test_every_other_page_of_the_policy_table_shuts_nobody_out(
    opened: Any,  # noqa: ANN401 (a fixture)
    everybody: list[Role],
    thorough: bool,  # noqa: FBT001 (a parameter)
) -> None:
    sights = [first_sight(name, everybody) for name in sorted(unvisited(EVERY_ROW))]
    found: Faults = {}
    for role in everybody:
        paths = [path for seer, path in sights if seer is role]
        cookie = role.client.cookies.get("session")
        session = cookie.value if cookie else ""
        found |= look(opened, role.name, session, paths, thorough=thorough)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_an_address_is_visited_once_and_is_there() -> None:
    assert len(set(named())) == len(named())
    assert set(named()) | named_elsewhere() <= opened_to_somebody()
    assert len(named()) > 90


@pytest.mark.django_db(transaction=True)
def test_what_is_said_to_have_no_page_has_none(town: Town) -> None:
    for name, (who, reason) in NO_PAGE.items():
        client = Client()
        client.cookies["session"] = town.sessions[who]
        answer = client.get(town.path(name))
        page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        assert not page, f"{name} has a page ({reason})"
        assert answer.status_code in (200, 302, 401), name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("thorough", [False, THOROUGH])
def test_every_page_shuts_nobody_out(
    opened: Any,  # noqa: ANN401 (a fixture)
    town: Town,
    thorough: bool,  # noqa: FBT001 (a parameter)
) -> None:
    found: Faults = {}
    for who, paths in town.visits():
        found |= look(opened, who, town.sessions[who], paths, thorough=thorough)
    assert {seen: faults for seen, faults in found.items() if faults} == {}
    assert names_of(path for path, *_ in found) == visited()


def look(
    opened: Any,  # noqa: ANN401 (a fixture)
    who: str,
    session: str,
    paths: Sequence[str],
    *,
    thorough: bool,
) -> Faults:
    """Open pages as somebody, in every look or each in the next; tell the faults of each."""
    found: Faults = {}
    for at, (width, language) in enumerate(LOOKS):
        if some := paths if thorough else paths[at :: len(LOOKS)]:
            with opened("/open/journal", width, language, session=session) as page:
                found |= {(path, who, width): [*faults_of(page, path)] for path in some}
    return found


def faults_of(page: "Page", path: str) -> Iterator[str]:
    """Open a page; tell what axe finds, and where one was led or scrolls sideways instead."""
    answer = page.goto("/".join(page.url.split("/")[:3]) + path)
    assert answer is not None
    if answer.status not in (200, FAILED.get(path)):
        yield f"answers {answer.status}"
    if (led := "/" + page.url.split("/", 3)[3]) != path:
        yield f"leads to {led}"
    if page.evaluate(FLUSH) > 0:
        yield "scrolls sideways"
    yield from violations(page)
