"""A resident's own pages: their building and flat, who saw their data, what they agreed to."""

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tuanti.people.http import Request
from tuanti.people.vault import masked
from tuanti.places import forms
from tuanti.places.commands import privacy
from tuanti.places.models import PURPOSES, Agreement, Flat, Owner, Stairwell
from tuanti.places.queries import scoped
from tuanti.places.queries.own import own_data
from tuanti.places.views.browsing import plan_of
from tuanti.places.views.doing import carried_out, fact, name_of, said
from tuanti.places.views.showing import flat_facts
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import word
from tuanti.web.doing import fetched
from tuanti.web.listing import Column, Listing, listing_response
from tuanti.web.templatetags.tuanti import moment, spoken

_DATA = (
    Column("what", "places.my.what", value=lambda row: row[0]),
    Column("value", "places.my.value", value=lambda row: row[1]),
)


def home(request: Request) -> HttpResponse:
    """Show a resident's building, their flat, and what happens with their data."""
    stairwell, owner = _own(request)
    flats = list(scoped.flats_for(request.actor))
    every = Flat.objects.filter(stairwell=stairwell)
    mine = frozenset(one.pk for one in flats)
    context = {
        "title": name_of(stairwell),
        "homes": [{"number": one.number, "facts": _home_facts(one, owner)} for one in flats],
        **plan_of(stairwell, every, mine, links=False),
        "purposes": [_purpose(owner, purpose) for purpose in PURPOSES],
        "looks": owner.looks.all()[:50],
        "reports": scoped.reports_for(request.actor).select_related("flat")[:20],
        "stairwell_url": reverse(settings.STAIRWELL_PAGE, args=[stairwell.code]),
    }
    return render(request, "places/home.html", context)


def report(request: Request) -> HttpResponse:
    """Take what a resident says is wrong."""
    _own(request)
    form = forms.ReportForm(request.POST or None)
    own = scoped.flats_for(request.actor)
    form.fields["flat"].queryset = own  # type: ignore[attr-defined]  # a model's choice
    form.fields["flat"].initial = own.first()
    if request.method == "POST" and form.is_valid():
        flat, text = form.cleaned_data["flat"], form.cleaned_data["text"]
        try:
            privacy.report_mistake(flat_id=flat.pk, text=text, by=request.actor, now=timezone.now())
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            return redirect(f"{reverse('places:home')}#reports")
    return render(request, "places/my_report.html", {"form": form})


def agree(request: Request, purpose: str) -> HttpResponse:
    """Take a resident's agreement."""
    _, owner = _own(request)
    return carried_out(
        request,
        lambda: privacy.record_agreement(
            owner_id=owner.pk, purpose=purpose, by=request.actor, now=timezone.now()
        ),
        reverse("places:home"),
        "my.agreed",
    )


def withdraw(request: Request, agreement_id: int) -> HttpResponse:
    """Take an agreement back."""
    _, owner = _own(request)
    here = fetched(owner.agreements.all(), agreement_id)
    return carried_out(
        request,
        lambda: privacy.withdraw_agreement(
            agreement_id=here.pk, by=request.actor, now=timezone.now()
        ),
        reverse("places:home"),
        "my.taken_back",
    )


def data(request: Request) -> HttpResponseBase:
    """Hand a resident all we keep of them: JSON, or ``?format=xlsx`` and ``csv``."""
    _, owner = _own(request)
    told = own_data(owner, spoken())
    if request.GET.get("format") in ("xlsx", "csv"):
        listing = Listing(request, [*_lines(told)], _DATA)
        answer = listing_response(request, "web/listing.html", listing)
    else:
        text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True)
        answer = HttpResponse(text, content_type="application/json")
        answer["Content-Disposition"] = 'attachment; filename="tuanti-data.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _own(request: Request) -> tuple[Stairwell, Owner]:
    """Find who it is; one who owns nothing there any more has no page."""
    stairwell = fetched(
        scoped.stairwells_for(request.actor).select_related("building__estate"),
        request.actor.stairwell,
    )
    owner = fetched(scoped.owners_for(request.actor), request.actor.owner)
    if owner.erased_on or not scoped.flats_for(request.actor).exists():
        raise Http404
    return stairwell, owner


def _home_facts(flat: Flat, owner: Owner) -> list[dict[str, object]]:
    own = flat.ownerships.filter(owner=owner).first()
    share = own.share if own and own.share else said("owner.joint")
    others = flat.ownerships.exclude(owner=owner).count()
    return [
        *flat_facts(flat),
        fact("my.name", owner.name),
        fact("owner.phone", masked(owner.phone)),
        fact("owner.share", share if others else said("my.whole")),
        fact("my.others", said("my.others_count", n=others)),
    ]


def _purpose(owner: Owner, purpose: str) -> dict[str, Any]:
    held = Agreement.objects.filter(owner=owner, purpose=purpose, withdrawn_at=None).first()
    return {
        "title": word(f"places.purposes.{purpose}", spoken()),
        "text": said(f"my.purposes.{purpose}"),
        "given": said("my.given", at=moment(held.given_at)) if held else "",
        "agree_url": "" if held else reverse("places:agree", args=[purpose]),
        "withdraw_url": reverse("places:withdraw", args=[held.pk]) if held else "",
    }


def _lines(told: Any, path: str = "") -> Any:  # noqa: ANN401 (JSON)
    """Flatten what is kept into lines of a sheet."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield from _lines(value, f"{path}.{name}" if path else name)
    elif isinstance(told, list):
        for number, value in enumerate(told, 1):
            yield from _lines(value, f"{path}[{number}]")
    else:
        yield path, "" if told is None else str(told)
