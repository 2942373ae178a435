"""Stepping into a role: only a demonstration has these addresses."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tuanti.people.queries import RESIDENT
from tuanti.rules.duties import DUTIES
from tuanti.sample import housing, playing

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody one can step into."""

    id: str
    name: str
    duty: str
    organisation: str


def roles(request: HttpRequest) -> HttpResponse:
    """Show who acts in the town, in the order in which a case meets them."""
    facts = {"roles": _roles(), "neighbours": _neighbours()}
    return render(request, "sample/roles.html", facts)


def enter(request: HttpRequest) -> HttpResponse:
    """Become one of the cast, by one click."""
    account = get_user_model().objects.filter(username=request.POST.get("who", "")).first()
    if account is None or account.get_username() not in {role.id for role in _roles()}:
        raise Http404
    logout(request)
    login(request, account, backend=_BACKEND)
    return redirect("web:desk")


def enter_home(request: HttpRequest) -> HttpResponse:
    """Become a resident of the first house, by one click."""
    for owner in _neighbours():
        if str(owner["owner"]) == request.POST.get("who"):
            logout(request)
            request.session[RESIDENT] = {name: owner[name] for name in _HELD}
            return redirect("places:home")
    raise Http404


_HELD = ("owner", "stairwell", "name")


def _roles() -> list[Role]:
    bodies = {body.id: body.name for body in housing.organisations("tiny")}
    order = list(DUTIES)
    members = sorted(housing.cast("tiny"), key=lambda one: order.index(one.duty))
    return [Role(one.id, one.name, one.duty, bodies.get(one.organisation, "")) for one in members]


def _neighbours() -> list[dict[str, Any]]:
    """Find the neighbours of the story; none before the town is filled."""
    known = get_user_model().objects.filter(username=playing.REPRESENTATIVES[0])
    return playing.neighbours() if known.exists() else []
