"""Stepping into a role: only a demonstration has these addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tuanti.people.actors import CLOCK, Actor
from tuanti.people.queries import RESIDENT, actor_for
from tuanti.places.queries import place_name
from tuanti.places.queries.scoped import estates_for
from tuanti.rules.duties import DUTIES
from tuanti.sample import housing, playing
from tuanti.sample.cast import first_estate, first_estates, username
from tuanti.web.templatetags.tuanti import spoken

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
    facts = {
        "roles": _roles(),
        "neighbours": _neighbours(),
        "others": list(_others()),
        "first": _first_address(),
    }
    return render(request, "sample/roles.html", facts)


def enter(request: HttpRequest) -> HttpResponse:
    """Become one of the cast, by one click."""
    account = get_user_model().objects.filter(username=request.POST.get("who", "")).first()
    known = {*_roles(), *(one for _, roles in _others() for one in roles)}
    if account is None or account.get_username() not in {role.id for role in known}:
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
            return redirect(settings.RESIDENT_HOME)
    raise Http404


_HELD = ("owner", "stairwell", "name")


def _roles() -> list[Role]:
    bodies = {body.id: body.name for body in housing.organisations("tiny")}
    order = list(DUTIES)
    members = sorted(housing.cast("tiny"), key=lambda one: order.index(one.duty))
    return [Role(one.id, one.name, one.duty, bodies.get(one.organisation, "")) for one in members]


def _others() -> Iterator[tuple[str, list[Role]]]:
    """Name the other streets of the town, and who works and speaks there."""
    for estate in first_estates("demo")[1:]:  # those of a smaller town are among them
        street = estate.community.street
        asked = [username(what, street) for what in ("clerk", "worker", "representative")]
        known = get_user_model().objects.filter(username__in=asked, is_active=True)
        here = {one.get_username(): actor_for(one) for one in known}
        if here:
            roles = [_role(one, here[one]) for one in asked if one in here]
            yield place_name(street, spoken()), roles


def _role(ident: str, actor: Actor) -> Role:
    post = actor.posts[0]
    return Role(ident, actor.name, post.duty, post.organisation_name)


def _first_address() -> str:
    """Tell the address of the cast's estate, which is shut to all other streets; "" before."""
    rows = estates_for(CLOCK).filter(street=first_estate("demo").community.street)
    first = rows.order_by("pk").values_list("pk", flat=True).first()
    return reverse("places:estate", args=[first]) if first else ""


def _neighbours() -> list[dict[str, Any]]:
    """Find the neighbours of the story; none before the town is filled."""
    known = get_user_model().objects.filter(username=playing.REPRESENTATIVES[0])
    return playing.neighbours() if known.exists() else []
