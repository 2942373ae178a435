"""A stairwell's page, how a share is computed, and what a household may keep."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tuanti.overview import acts, household, reckoning
from tuanti.overview.case import Case, case_of
from tuanti.overview.page import head_of, page_of
from tuanti.overview.readers import Reader, own_code, reader_within
from tuanti.people.http import Request
from tuanti.places.knocking import find_stairwell, origin_of
from tuanti.rules.errors import RuleBroken


def stairwell(request: Request, code: str) -> HttpResponse:
    """Show a stairwell's page: to its people all they may see, to anyone else what hangs there."""
    reader = reader_within(request.actor, code)
    if reader is None:
        return _poster(request, code)
    case = case_of(reader, timezone.now())
    page = page_of(case) | acts.shown(case, request.build_absolute_uri)
    return render(request, "overview/stairwell.html", {"page": page})


def share(request: Request, code: str) -> HttpResponse:
    """Show how a resident's share is computed, step by step."""
    case = _own_case(request, code)
    return render(request, "overview/share.html", {"page": reckoning.shown(case)})


def pack(request: Request, code: str) -> HttpResponse:
    """Show what a household may print or keep."""
    case = _own_case(request, code)
    return render(request, "overview/pack.html", {"page": household.shown(case)})


def mine(request: Request) -> HttpResponse:
    """Lead a resident to their own stairwell's page; to their data where they have none."""
    code = own_code(request.actor)
    if not code:
        return redirect("places:home")
    return redirect("overview:stairwell", code=code)


def _poster(request: Request, code: str) -> HttpResponse:
    """Show what hangs in the stairwell; a code that is none leads to where one is typed."""
    now = timezone.now()
    try:
        found = find_stairwell(typed=code, origin=origin_of(request), now=now)
    except RuleBroken:
        return redirect(f"{reverse('places:resident')}?code={code}")
    head = head_of(case_of(Reader("poster", request.actor, found), now))
    own = own_code(request.actor)
    ways: dict[str, Any] = {
        "enter_url": f"{reverse('places:resident')}?code={found.code}",
        "own_url": reverse("overview:stairwell", args=[own]) if own else "",
    }
    return render(request, "overview/poster.html", {"page": head | ways})


def _own_case(request: Request, code: str) -> Case:
    """Read the case of a resident's own stairwell.

    :raises Http404: it is not theirs.
    """
    reader = reader_within(request.actor, code)
    if reader is None or reader.kind != "home":
        raise Http404
    return case_of(reader, timezone.now())
