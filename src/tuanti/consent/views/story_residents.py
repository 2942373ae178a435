"""What residents do on their own page, which stands in ``overview``: fields in the docstrings."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from tuanti.consent.commands import saying, wishes
from tuanti.consent.queries import story
from tuanti.consent.refusals.story import NotNow
from tuanti.consent.views.story_doing import carried_out
from tuanti.people.http import Request


def wish(request: Request) -> HttpResponse:
    """Wish for a lift. Fields: ``flat`` (row id), ``next`` (where to go on; may be missing)."""
    stairwell, flat = request.actor.stairwell or 0, _number(request, "flat")
    return _resident(
        request,
        lambda: wishes.make_wish(stairwell_id=stairwell, flat_id=flat, **_by(request)),
    )


def wish_withdraw(request: Request) -> HttpResponse:
    """Take a wish back. Fields: ``flat``, ``next``."""
    flat = _number(request, "flat")
    return _resident(
        request,
        lambda: wishes.withdraw_wish(consultation_id=_mine(request), flat_id=flat, **_by(request)),
    )


def canvass(request: Request) -> HttpResponse:
    """Say what one thinks. Fields: ``flat``, ``answer`` (yes, no, talk), ``note``, ``next``."""
    flat = _number(request, "flat")
    return _resident(
        request,
        lambda: wishes.answer_canvass(
            consultation_id=_mine(request),
            flat_id=flat,
            answer=request.POST.get("answer", ""),
            note=request.POST.get("note", ""),
            **_by(request),
        ),
    )


def ask(request: Request) -> HttpResponse:
    """Ask or remark something. Fields: ``flat``, ``text``, ``next``."""
    flat = _number(request, "flat")
    return _resident(
        request,
        lambda: saying.ask_question(
            consultation_id=_mine(request),
            flat_id=flat,
            text=request.POST.get("text", ""),
            **_by(request),
        ),
    )


def _resident(request: Request, do: Callable[[], object]) -> HttpResponse:
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return carried_out(request, do, asked if ours else reverse(settings.RESIDENT_HOME))


def _mine(request: Request) -> int:
    """Find the consultation of the resident's own stairwell.

    :raises NotNow: there is none yet.
    """
    here = story.consultation_of(request.actor.stairwell or 0)
    if here is None:
        raise NotNow
    return here.pk


def _number(request: Request, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else 0


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "now": timezone.now()}
