"""Asks everything of everybody, and compares the answers with the policy table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from tests.access.objects import EVERYWHERE, NARROWED, OBJECTS, OWN_IF_ANY, PRIVATE
from tests.access.roles import Role
from tuanti.config.policy import TABLE

METHODS = ("GET", "POST")
ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# The door let them in, whatever came of it (401: allauth tells of a failed single sign-on).
OPEN = frozenset({200, 302, 400, 401, 409, 429})
_TYPICAL = frozenset({"visitor", "resident", "signed in", "administrator of platform"})
SIGN_IN = "/account/login/?next="


@dataclass(frozen=True)
class Probe:
    """One question: who asks what of which address, and whose object it is."""

    role: Role
    method: str
    address: str
    whose: str
    path: str

    def __str__(self) -> str:
        return f"{self.role.name}: {self.method} {self.address} ({self.whose})"


def mismatches(
    roles: Iterable[Role],
    methods: Iterable[str],
    canaries: Iterable[str],
    *,
    thorough: bool = False,
) -> list[str]:
    """Ask, and name every answer that is not what the table says."""
    marks = [canary.encode() for canary in canaries]
    found = []
    house = BaseHandler()
    house.load_middleware()
    for probe in probes(roles, methods, thorough=thorough):
        expected, (status, body) = expectation(probe), answer(house, probe)
        if not _as_expected(expected, status, probe):
            found.append(f"{probe}: {status}, expected {expected}")
        found += [f"{probe}: shows {mark.decode()}" for mark in marks if mark in body]
    return found


def probes(
    roles: Iterable[Role], methods: Iterable[str], *, thorough: bool = False
) -> Iterator[Probe]:
    """Make every question there is; where nobody may, only ``_TYPICAL`` asks if not thorough."""
    roles, methods = list(roles), list(methods)
    missing = unregistered()
    for address, _pattern in named_addresses():
        if address in missing:
            continue
        own, other = OBJECTS.get(address, (None, None))
        theirs = other() if other else None
        for role in roles:
            for whose, arguments in _arguments(own and own(role), theirs, any_=own is None):
                path = _path(address, arguments)
                for method in methods:
                    if thorough or role.name in _TYPICAL or TABLE[address].get(method):
                        yield Probe(role, method, address, whose, path)


def named_addresses() -> Iterator[tuple[str, URLPattern]]:
    """Name every address the house answers to that can be written down."""
    return _walk(get_resolver(), "")


def expectation(probe: Probe) -> str:
    """Tell what the table says: ``open``, ``missing``, ``denied`` and so on."""
    row = TABLE[probe.address]
    method = "GET" if probe.method == "HEAD" else probe.method
    if method not in row:
        return "no-method"
    if not row[method] & probe.role.duties:
        asks = method == "GET" and "visitor" in probe.role.duties
        return "sign-in" if asks else "denied"
    if probe.address in OWN_IF_ANY:
        return "open-or-missing"
    narrowed = NARROWED.get(probe.address)
    if narrowed and not narrowed(probe.role):
        return "shut"
    everywhere = probe.role.runs_the_platform and probe.address not in PRIVATE
    everywhere |= bool(probe.role.duties & EVERYWHERE.get(probe.address, frozenset()))
    if probe.whose == "other" and not everywhere:
        return "missing"
    return "open"


def answer(house: BaseHandler, probe: Probe) -> tuple[str, bytes]:
    """Ask, and undo whatever came of it."""
    asking = RequestFactory()
    asking.cookies = probe.role.client.cookies
    request = asking.generic(probe.method, probe.path, **_form(probe.method))
    request.csrf_processing_done = True  # type: ignore[attr-defined]  # tokens have their own test
    with transaction.atomic():
        answered = house.get_response(request)
        transaction.set_rollback(True)
    location = answered.headers.get("Location", "")
    status = "sign-in" if location.startswith(SIGN_IN) else str(answered.status_code)
    return status, answered.getvalue()


def _as_expected(expected: str, status: str, probe: Probe) -> bool:
    opened = status.isdigit() and int(status) in OPEN
    match expected:
        case "open":
            # Signing in again before something grave is a way in, not a way out.
            return opened or (status == "sign-in" and probe.address.startswith("account_"))
        case "missing":
            # A library may rather ask to sign in again than tell that nothing is there.
            return status == "404" or (probe.address.startswith("mfa_") and status == "302")
        case "shut":
            return status in ("403", "404")
        case "open-or-missing":
            return status == "404" or opened
        case _:
            return status == {"sign-in": "sign-in", "denied": "403", "no-method": "405"}[expected]


def unregistered() -> set[str]:
    """Name the addresses with an object in them that nobody registered."""
    return {
        address
        for address, pattern in named_addresses()
        if address not in OBJECTS and "<" in str(pattern.pattern)
    }


def _arguments(
    own: dict[str, Any] | None, other: dict[str, Any] | None, *, any_: bool
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    if any_:
        yield "no object", None
    if own is not None:
        yield "own", own
    if other is not None:
        yield "other", other


def _path(address: str, arguments: dict[str, Any] | None) -> str:
    try:
        return reverse(address, kwargs=arguments)
    except NoReverseMatch:  # allauth's former addresses have no names
        return "/account/social/signup/"


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, inner)
        else:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield f"{space}{pattern.name or f'{view.__module__}.{view.__name__}'}", pattern


def _form(method: str) -> dict[str, Any]:
    return (
        {"data": b"", "content_type": "application/x-www-form-urlencoded"}
        if method == "POST"
        else {}
    )
