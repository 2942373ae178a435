"""A resident comes in: the stairwell's code, their flat, a code by message; no account."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from tuanti.people.http import Request
from tuanti.people.queries import RESIDENT
from tuanti.people.vault import masked_name
from tuanti.places import forms, knocking
from tuanti.places.models import Flat, Owner, Stairwell
from tuanti.places.views.doing import name_of, said
from tuanti.rules.errors import RuleBroken
from tuanti.web.templatetags.tuanti import spoken

_DOOR = "door"  # in the session of one who is coming in: stairwell, then flat and owner


def resident(request: Request) -> HttpResponse:
    """Ask for the stairwell's code, or take it from the address."""
    typed = request.GET.get("code", "")
    form = forms.CodeForm({"code": typed} if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        try:
            found = knocking.find_stairwell(
                typed=form.cleaned_data["code"],
                origin=knocking.origin_of(request),
                now=timezone.now(),
            )
        except RuleBroken as refusal:
            form.refuse(refusal, "code")
        else:
            request.session[_DOOR] = {"stairwell": found.pk}
            return redirect("places:resident-flat")
    return render(request, "places/resident.html", {"form": form})


def resident_flat(request: Request) -> HttpResponse:
    """Ask which flat, and for the phone on file."""
    stairwell = _stairwell(request)
    if stairwell is None:
        return redirect("places:resident")
    form = forms.KnockForm(request.POST or None)
    form.fields["flat"].queryset = stairwell.flats.order_by("floor", "number", "pk")  # type: ignore[attr-defined]  # a model's choice
    if request.method == "POST" and form.is_valid():
        flat = form.cleaned_data["flat"]
        try:
            owner = knocking.knock(
                flat=flat,
                phone=form.cleaned_data["phone"],
                origin=knocking.origin_of(request),
                now=timezone.now(),
                lang=spoken(),
            )
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            request.session[_DOOR] = {"stairwell": stairwell.pk, "flat": flat.pk, "owner": owner}
            return redirect("places:resident-code")
    context = {"form": form, "name": name_of(stairwell)}
    return render(request, "places/resident_flat.html", context)


def resident_code(request: Request) -> HttpResponse:
    """Take the code that came by message, and let the owner in."""
    door = request.session.get(_DOOR, {})
    flat = Flat.objects.filter(pk=door.get("flat")).select_related("stairwell").first()
    if flat is None:
        return redirect("places:resident")
    form = forms.PasscodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = knocking.enter(
                owner_id=door.get("owner"),
                flat=flat,
                passcode=form.cleaned_data["passcode"],
                origin=knocking.origin_of(request),
                now=timezone.now(),
            )
        except RuleBroken as refusal:
            form.refuse(refusal, "passcode")
        else:
            _let_in(request, owner, flat)
            return redirect(settings.RESIDENT_HOME)
    return render(request, "places/resident_code.html", {"form": form, "flat": flat.number})


def leave(request: Request) -> HttpResponse:
    """Go out again."""
    request.session.flush()
    messages.success(request, said("my.left"))
    return redirect("web:home")


def _let_in(request: Request, owner: Owner, flat: Flat) -> None:
    """Begin a session of their own: nothing of the one before is kept, not even its key."""
    request.session.flush()
    request.session[RESIDENT] = {
        "owner": owner.pk,
        "stairwell": flat.stairwell_id,
        "name": masked_name(owner.name),
    }


def _stairwell(request: Request) -> Stairwell | None:
    door = request.session.get(_DOOR, {})
    rows = Stairwell.objects.select_related("building__estate")
    return rows.filter(pk=door.get("stairwell")).first()
