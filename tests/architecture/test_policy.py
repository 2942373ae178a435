"""Every address has its row in the policy table, every row its address; no row, no way in."""

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from tests.people_cast import Town, quick, signed_in, town
from tuanti.config import policy
from tuanti.rules.duties import DUTIES

__all__ = ["quick", "town"]
EVERY_ROW = policy.TABLE | policy.DEMO
KNOWN = {*DUTIES, "anyone", "signed-in", "resident", "visitor", "clock"}


def addresses(resolver: URLResolver | ModuleType, space: str = "") -> Iterator[tuple[str, Any]]:
    """Name every address as a resolved request names it, with its view."""
    named = "url_patterns" if isinstance(resolver, URLResolver) else "urlpatterns"
    for pattern in getattr(resolver, named):
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, inner)
        else:
            yield f"{space}{_name(pattern)}", pattern.callback


def _name(pattern: URLPattern) -> str:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return pattern.name or f"{view.__module__}.{view.__name__}"


def rowless(found: Iterator[tuple[str, Any]]) -> set[str]:
    return {f"{name} has no row" for name, _ in found if name not in EVERY_ROW}


def everywhere() -> Iterator[tuple[str, Any]]:
    """Name the addresses of every mode, those of a demonstration among them."""
    yield from addresses(get_resolver())
    yield from addresses(importlib.import_module("tuanti.sample.urls"), "sample:")


def unanswered(found: Iterator[tuple[str, Any]]) -> set[str]:
    """Name what a view answers to and its row says nothing about."""
    said = set()
    for name, view in found:
        answers = getattr(view, "view_class", None)
        for method in ("GET", "POST"):
            has = answers is not None and hasattr(answers, method.lower())
            if has and method not in EVERY_ROW.get(name, {}):
                said.add(f"{name} answers {method}, its row does not say to whom")
    return said


# A view of a library that answers more than we let anybody ask.
MORE_THAN_USED = {
    f"{name} answers POST, its row does not say to whom"
    for name in (
        "account_inactive",
        "account_email_verification_sent",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "django.views.generic.base.RedirectView",
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
    )
}


def test_every_address_has_a_row() -> None:
    assert not rowless(everywhere())


def test_an_address_without_a_row_is_noticed() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")

    extra = ModuleType("extra")
    extra.urlpatterns = [path("extra", view, name="extra")]  # type: ignore[attr-defined]  # made here
    assert rowless(addresses(extra)) == {"extra has no row"}


def test_every_method_a_view_answers_is_in_its_row() -> None:
    assert unanswered(everywhere()) <= MORE_THAN_USED


def test_every_row_has_its_address() -> None:
    named = {name for name, _ in everywhere()}
    assert not set(EVERY_ROW) - named


def test_rows_name_only_duties_there_are() -> None:
    for name, row in EVERY_ROW.items():
        for method, duties in row.items():
            assert method in ("GET", "POST"), (name, method)
            assert duties <= KNOWN, (name, duties - KNOWN)


def test_no_row_is_written_twice() -> None:
    parts = [
        value
        for key, value in vars(policy).items()
        if key.isupper() and key != "TABLE" and isinstance(value, dict)
    ]
    assert sum(map(len, parts)) == len(EVERY_ROW)


@pytest.mark.django_db
def test_without_its_row_an_address_is_shut_even_to_the_platform(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(town.root)
    assert client.get("/organisations").status_code == 200
    monkeypatch.delitem(policy.TABLE, "people:organisations")
    assert client.get("/organisations").status_code == 403
