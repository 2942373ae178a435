"""All roles, all addresses, own and other objects: each answer is what the policy table says."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseForbidden, HttpResponseNotFound
from django.test import override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from tests.access.matrix import (
    ALL_METHODS,
    METHODS,
    mismatches,
    named_addresses,
    probes,
    unregistered,
)
from tests.access.objects import OBJECTS, forget, town_anew
from tests.access.roles import Role, roles, strangers
from tuanti.config import urls
from tuanti.config.policy import TABLE
from tuanti.people import middleware, queries
from tuanti.people.actors import Actor
from tuanti.people.models import Account, Organisation

pytestmark = pytest.mark.django_db
_SETTINGS: dict[str, Any] = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "USERSESSIONS_TRACK_ACTIVITY": False,  # half of the time of a request
}


@pytest.fixture(autouse=True)
def brief_refusals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep thousands of refusals short: no page of its own for each, nothing in the log."""
    monkeypatch.setattr(urls, "handler403", lambda *_, **__: HttpResponseForbidden())
    monkeypatch.setattr(urls, "handler404", lambda *_, **__: HttpResponseNotFound())
    log = logging.getLogger("django.request")
    level, log.level = log.level, logging.CRITICAL
    yield
    log.level = level


@pytest.fixture(autouse=True)
def actors_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read each role's actor once: no question changes a post, and a third of the time goes there.

    Whoever asks is told apart by the session; what is asked is undone, a new session too.
    """
    known: dict[str, Actor] = {}

    def once(request: HttpRequest) -> Actor:
        session = request.COOKIES.get("session", "")
        if session not in known:
            known[session] = queries.actor_of(request)
        return known[session]

    monkeypatch.setattr(middleware, "actor_of", once)


@pytest.fixture(autouse=True)
def plain_requests(settings: Settings) -> None:
    for name, value in _SETTINGS.items():
        setattr(settings, name, value)
    forget()  # it went with the test before


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Role]]:  # noqa: ARG001 (first)
    """Make everybody once for all tests here: whatever these do is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**_SETTINGS):
            town = town_anew()
            strangers()
            made = list(roles(town))
        yield made
        transaction.set_rollback(True)


def canaries() -> list[str]:
    """Collect what no page may show: every telephone, whole."""
    return [account.phone for account in Account.objects.all() if account.phone]


def test_every_address_with_an_object_is_registered() -> None:
    assert not unregistered(), "register them in tests/access/objects.py"


def test_every_answer_is_what_the_table_says(everybody: list[Role]) -> None:
    found = mismatches(everybody, METHODS, canaries())
    assert not found, "\n".join([f"{len(found)} mismatches", *found[:40]])


@pytest.mark.torture
def test_every_answer_to_every_method_is_what_the_table_says(everybody: list[Role]) -> None:
    assert len(list(probes(everybody, METHODS, thorough=True))) > 2 * 33 * 40
    found = mismatches(everybody, ALL_METHODS, canaries(), thorough=True)
    assert not found, "\n".join([f"{len(found)} mismatches", *found[:40]])


def test_the_matrix_asks_enough(everybody: list[Role]) -> None:
    asked = list(probes(everybody, METHODS))
    assert len({probe.role.name for probe in asked}) == len(everybody) >= 33
    assert {probe.address for probe in asked} == {name for name, _ in named_addresses()}
    assert len(asked) > 33 * 40


@pytest.mark.parametrize("name", ["people:organisations", "people:account"])
def test_a_row_that_is_gone_is_noticed(
    everybody: list[Role],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    name: str,
) -> None:
    monkeypatch.setitem(globals(), "SHUT", {key: TABLE[key] for key in TABLE if key != name})
    settings.POLICY = f"{__name__}.SHUT"
    found = mismatches(_few(everybody), METHODS, [])
    assert found
    assert all(f" {name} " in one for one in found), found


def test_a_row_too_wide_is_noticed(
    everybody: list[Role],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    wide = {**TABLE, "people:organisation_new": dict.fromkeys(METHODS, frozenset({"anyone"}))}
    monkeypatch.setitem(globals(), "WIDE", wide)
    settings.POLICY = f"{__name__}.WIDE"
    found = mismatches(_few(everybody), METHODS, [])
    assert {one.split(":")[0] for one in found} == {"visitor", "supplier-manager", "signed in"}


def test_a_query_too_wide_is_noticed(
    everybody: list[Role], monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_of_them(_actor: object) -> QuerySet[Organisation]:
        return Organisation.objects.all()

    monkeypatch.setattr(queries, "organisations_for", all_of_them)
    found = mismatches(_few(everybody), METHODS, [])
    assert any("people:organisation (other)" in one for one in found), found
    assert any("people:account (other)" in one for one in found), found


def test_a_telephone_shown_whole_is_noticed(
    everybody: list[Role], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "masked_phone", property(lambda account: account.phone))
    found = mismatches(_few(everybody), ["GET"], canaries())
    assert any("shows 13" in one for one in found)


def test_no_form_is_taken_without_its_token(everybody: list[Role]) -> None:
    """Each address that takes a form, asked by one whom the table lets in."""
    asked = 0
    for name, row in TABLE.items():
        allowed = [role for role in everybody if row.get("POST", frozenset()) & role.duties]
        if not allowed or name.startswith("sample:"):
            continue
        role, arguments = _with_object(name, allowed)
        role.client.handler.enforce_csrf_checks = True
        answered = role.client.post(reverse(name, kwargs=arguments))
        role.client.handler.enforce_csrf_checks = False
        assert answered.status_code == 403, name
        assert answered.context["kind"] == "stale", name
        asked += 1
    assert asked > 20


def _with_object(name: str, allowed: list[Role]) -> tuple[Role, dict[str, Any] | None]:
    if name not in OBJECTS:
        return allowed[0], None
    own, other = OBJECTS[name]
    for role in allowed:
        if (arguments := own(role)) is not None:
            return role, arguments
    return allowed[0], other()


def _few(everybody: list[Role]) -> list[Role]:
    wanted = ("visitor", "administrator of supplier", "supplier-manager", "signed in")
    return [role for role in everybody if role.name in wanted]
