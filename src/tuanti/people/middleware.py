"""Who asks, and whether the policy table lets them: default deny, before any view runs."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from tuanti.people.actors import Actor
from tuanti.people.gate import ahead
from tuanti.people.queries import actor_of

Respond = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Puts ``request.actor`` there, read when first asked for."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]  # ours
        return self._respond(request)


class PolicyMiddleware:
    """Looks every address up in the one table; what has no row is refused."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._respond(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _facts: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the request through, or refuse it: 405, the sign-in page, or 403."""
        match = request.resolver_match
        address = match.view_name if match else ""
        row = import_string(settings.POLICY).get(address, {})
        method = "GET" if request.method == "HEAD" else request.method
        if row and method not in row:
            return HttpResponseNotAllowed(row)
        actor: Actor = request.actor  # type: ignore[attr-defined]  # ours
        if not row or not actor.duties & row[method]:
            return self._refuse(request, actor)
        first = ahead(request, address)
        return redirect(first) if first else None

    def _refuse(self, request: HttpRequest, actor: Actor) -> HttpResponse:
        if actor.kind == "nobody" and request.method in ("GET", "HEAD"):
            asked = urlencode({"next": request.get_full_path()})
            return redirect(f"{settings.SIGN_IN_ADDRESS}?{asked}")
        raise PermissionDenied
