"""Pages that belong to no room: the front, the desk, the look, the parts, and what went wrong."""

import sys
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme

from tuanti.rules.errors import RuleBroken
from tuanti.texts import sentence
from tuanti.web.components import parts_of
from tuanti.web.context import LARGE
from tuanti.web.desk import waiting_for
from tuanti.web.listing import listing_response
from tuanti.web.templatetags.tuanti import spoken

_YEAR = 365 * 24 * 3600
_STAGES = [
    {"name": name, "icon": icon}
    for name, icon in (
        ("wish", "people"),
        ("talk", "talk"),
        ("pool", "list"),
        ("buy", "bars"),
        ("build", "works"),
        ("care", "lift"),
    )
]
_BUSY = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_LOCKED")
_RETRY = "60"  # seconds
_SHEETS = ("web/tokens.css", "web/shell.css", "web/parts.css")


def home(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    return render(request, "web/home.html", {"stages": _STAGES})


def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk of whoever signed in."""
    waiting = waiting_for(getattr(request, "actor", None))
    return render(request, "web/desk.html", {"waiting": waiting})


def components(request: HttpRequest) -> HttpResponseBase:
    """Show every part of the shell, alive."""
    parts = parts_of(request)
    return listing_response(request, "web/components.html", parts.pop("listing"), parts)


def look(request: HttpRequest) -> HttpResponse:
    """Set the language or the type size, and go back to the page it was asked on."""
    answer = HttpResponseRedirect(_safe(request, request.POST.get("next", "/")))
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, _YEAR, samesite="Lax")
    if (large := request.POST.get("large")) in ("0", "1"):
        answer.set_cookie(LARGE, large, _YEAR, samesite="Lax")
    return answer


def refused(request: HttpRequest, refusal: RuleBroken) -> HttpResponse:
    """Show a refusal: what is wrong and what to do."""
    said = sentence(refusal.code, spoken(), **refusal.facts)
    return _page(request, "refused", HTTPStatus.CONFLICT, sentence=said)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell that a form was too old, or not ours."""
    del reason  # for the log; a visitor can do nothing with it
    return _page(request, "stale", HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Tell that the request makes no sense."""
    del exception
    return _page(request, "bad", HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Tell that this is not for whoever asks."""
    del exception
    return _page(request, "forbidden", HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Tell that nothing is there."""
    del exception
    return _page(request, "missing", HTTPStatus.NOT_FOUND)


def server_fault(request: HttpRequest) -> HttpResponse:
    """Tell that the fault is ours; asks neither the database nor any context processor."""
    del request
    kind = "away" if _away(sys.exc_info()[1]) else "fault"
    facts = {"kind": kind, "lang": spoken(), "phone": settings.PHONE, "sheets": _sheets()}
    said = get_template("web/fault.html").render(facts)
    if kind == "fault":
        return HttpResponse(said, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    later = {"Retry-After": _RETRY}
    return HttpResponse(said, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=later)


def _away(fault: BaseException | None) -> bool:
    """Whether nothing is broken but the database is away or busy."""
    if not isinstance(fault, OperationalError | InterfaceError):
        return False
    return getattr(fault.__cause__, "sqlite_errorname", "") in ("", *_BUSY)


def _sheets() -> list[str]:
    """Where our looks are; none, if it is they that are broken."""
    try:
        return [static(name) for name in _SHEETS]
    except ValueError:  # not in the manifest
        return []


def _page(request: HttpRequest, kind: str, status: int, **facts: object) -> HttpResponse:
    came_from = request.headers.get("Referer", "")
    back = came_from if came_from and _safe(request, came_from) == came_from else ""
    facts = {"kind": kind, "back": back, **facts}
    return render(request, "web/trouble.html", facts, status=status)


def _safe(request: HttpRequest, address: str) -> str:
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if ours else "/"
