"""Flats and their owners: always masked, unmasked one fact at a time for a reason that is kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tuanti.people.http import Request
from tuanti.places import forms, permissions
from tuanti.places.commands import owners, privacy
from tuanti.places.models import Agreement, Estate, Flat, Owner, Ownership
from tuanti.places.queries import scoped
from tuanti.places.views.browsing import history
from tuanti.places.views.doing import carried_out, form_page, name_of, said, trail_of
from tuanti.places.views.showing import (
    LIVES,
    STATES,
    agreements_of,
    flat_facts,
    owner_facts,
    owner_ways,
    shown_agreement,
    shown_name,
    shown_owner,
    state_acts,
    to_owner,
)
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import word
from tuanti.web.doing import Trail, Way, fetched
from tuanti.web.templatetags.tuanti import spoken

_KEEP = permissions.KEEP_OWNERS


def flat(request: Request, flat_id: int) -> HttpResponse:
    """Show a flat, and its owners to whoever works with them."""
    rows = scoped.flats_for(request.actor).select_related("stairwell__building__estate")
    here = fetched(rows, flat_id)
    estate = here.stairwell.building.estate
    seen = scoped.owners_for(request.actor).values("pk")
    held = here.ownerships.filter(owner__in=seen).select_related("owner")
    keeps = permissions.may(request.actor, _KEEP, estate)
    add = reverse("places:owner-new", args=[here.pk]) if keeps else ""
    context = {
        "title": name_of(here),
        "trail": trail_of(here),
        "facts": flat_facts(here),
        "owners": [shown_owner(one, keeps=keeps) for one in held],
        "states": state_acts(here) if keeps else [],
        "history": history("flat", here.pk),
        "add_url": add,
        "add_text": said("owner.add"),
        "ways": [Way(add, said("owner.add"), "person", main=True)] if keeps else [],
        **_housing(request, here, estate),
    }
    return render(request, "places/flat.html", context)


def flat_state(request: Request, flat_id: int, state: str) -> HttpResponse:
    """Record that a flat is sealed, unreachable, or neither."""
    here = fetched(scoped.flats_for(request.actor, *_KEEP), flat_id)
    return carried_out(
        request,
        lambda: STATES[state](flat_id=here.pk, **_by(request)),
        reverse("places:flat", args=[here.pk]),
    )


def owner(request: Request, owner_id: int) -> HttpResponse:
    """Show an owner, masked: what they own, agreed to, and who saw their data."""
    here = fetched(scoped.owners_for(request.actor).select_related("estate"), owner_id)
    keeps = permissions.may(request.actor, _KEEP, here.estate)
    may_erase = permissions.may(request.actor, permissions.ERASE, here.estate)
    context = {
        "title": shown_name(here),
        "trail": [*_trail(here)[:-1], (shown_name(here), "")],
        "facts": owner_facts(here),
        "agreements": [shown_agreement(one, keeps=keeps) for one in agreements_of(here)],
        "looks": here.looks.all()[:50],
        "history": history("owner", here.pk),
        "ways": owner_ways(here) if keeps else [],
    }
    if may_erase and here.left_on and not here.erased_on:
        context["remove_url"] = reverse("places:owner-erase", args=[here.pk])
    return render(request, "places/person.html", context)


def owner_new(request: Request, flat_id: int) -> HttpResponse:
    """Record an owner of a flat."""
    here = fetched(scoped.flats_for(request.actor, *_KEEP), flat_id)
    form = forms.NewOwnerForm(request.POST or None)

    def do() -> Ownership:
        share, standing = form.cleaned_data["share"], form.cleaned_data["standing"]
        return owners.record_owner(
            flat_id=here.pk, facts=form.facts, share=share, standing=standing, **_by(request)
        )

    return form_page(
        request,
        form,
        title=said("owner.add"),
        trail=trail_of(here, whole=True),
        do=do,
        to=lambda _: reverse("places:flat", args=[here.pk]),
    )


def owner_edit(request: Request, owner_id: int) -> HttpResponse:
    """Mend an owner's data; the form begins empty."""
    here = fetched(scoped.owners_for(request.actor, *_KEEP), owner_id)
    form = forms.OwnerForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("owner.edit"),
        lead=said("owner.edit_lead"),
        trail=_trail(here),
        do=lambda: owners.amend_owner(owner_id=here.pk, facts=form.facts, **_by(request)),
        to=to_owner,
    )


def owner_life(request: Request, owner_id: int, life: str) -> HttpResponse:
    """Record that an owner died, cannot be found, or lives."""
    here = fetched(scoped.owners_for(request.actor, *_KEEP), owner_id)
    return carried_out(
        request, lambda: LIVES[life](owner_id=here.pk, **_by(request)), to_owner(here)
    )


def owner_reveal(request: Request, owner_id: int) -> HttpResponse:
    """Ask why, then show one fact unmasked, once."""
    here = fetched(scoped.owners_for(request.actor, *permissions.UNMASK), owner_id)
    form = forms.RevealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            value = privacy.reveal_owner(owner_id=here.pk, **form.cleaned_data, **_by(request))
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            field = word(f"places.fields.{form.cleaned_data['field']}", spoken())
            title = said("reveal.title")
            context = {"title": title, "field": field, "value": value, "back": to_owner(here)}
            answer = render(
                request, "places/revealed.html", context | {"trail": [*_trail(here), (title, "")]}
            )
            answer["Cache-Control"] = "no-store"
            return answer
    return form_page(
        request,
        form,
        title=said("reveal.title"),
        lead=said("reveal.lead"),
        trail=_trail(here),
        do=lambda: None,
        to=lambda _: to_owner(here),
        submit="places.reveal.submit",
    )


def owner_erase(request: Request, owner_id: int) -> HttpResponse:
    """Erase the data of one who owns nothing more."""
    here = fetched(scoped.owners_for(request.actor, *permissions.ERASE), owner_id)
    return carried_out(
        request,
        lambda: privacy.erase_owner(owner_id=here.pk, **_by(request)),
        to_owner(here),
        "done.erased",
    )


def ownership_end(request: Request, ownership_id: int) -> HttpResponse:
    """Take an owner off a flat."""
    held = _held(request, ownership_id)
    return carried_out(
        request,
        lambda: owners.end_ownership(ownership_id=held.pk, **_by(request)),
        reverse("places:flat", args=[held.flat_id]),
    )


def ownership_transfer(request: Request, ownership_id: int) -> HttpResponse:
    """Record a sale or gift."""
    held = _held(request, ownership_id)
    form = forms.TransferForm(request.POST or None)

    def do() -> Ownership:
        standing = form.cleaned_data["standing"]
        return owners.transfer(
            ownership_id=held.pk, to=form.facts, standing=standing, **_by(request)
        )

    return form_page(
        request,
        form,
        title=said("owner.transfer"),
        lead=said("owner.transfer_lead", name=shown_name(held.owner)),
        trail=trail_of(held.flat, whole=True),
        do=do,
        to=lambda _: reverse("places:flat", args=[held.flat_id]),
    )


def ownership_heirs(request: Request, ownership_id: int) -> HttpResponse:
    """Name the heirs of one who died."""
    held = _held(request, ownership_id)
    form = forms.HeirsForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("owner.heirs"),
        lead=said("owner.heirs_lead", name=shown_name(held.owner)),
        trail=trail_of(held.flat, whole=True),
        do=lambda: owners.name_heirs(ownership_id=held.pk, heirs=form.heirs, **_by(request)),
        to=lambda _: reverse("places:flat", args=[held.flat_id]),
    )


def agreement_new(request: Request, owner_id: int) -> HttpResponse:
    """Record what a person agreed to on paper."""
    here = fetched(scoped.owners_for(request.actor, *_KEEP), owner_id)
    form = forms.AgreementForm(request.POST or None, request.FILES or None)

    def do() -> Agreement:
        told = form.cleaned_data
        paper = forms.paper_of(told["paper"])
        return privacy.record_agreement(
            owner_id=here.pk, purpose=told["purpose"], paper=paper, **_by(request)
        )

    return form_page(
        request,
        form,
        title=said("agreement.new"),
        lead=said("agreement.lead"),
        trail=_trail(here),
        do=do,
        to=lambda _: to_owner(here),
    )


def agreement_withdraw(request: Request, agreement_id: int) -> HttpResponse:
    """Take back what a person agreed to, on their word."""
    seen = scoped.owners_for(request.actor, *_KEEP).values("pk")
    here = fetched(Agreement.objects.filter(owner__in=seen).select_related("owner"), agreement_id)
    return carried_out(
        request,
        lambda: privacy.withdraw_agreement(agreement_id=here.pk, **_by(request)),
        to_owner(here.owner),
    )


def _housing(request: Request, here: Flat, estate: Estate) -> dict[str, Any]:
    """Offer to mend or remove the flat to those who keep housing."""
    if not permissions.may(request.actor, permissions.KEEP_HOUSING, estate):
        return {}
    edit = Way(reverse("places:flat-edit", args=[here.pk]), said("edit"))
    ways = [edit]
    if permissions.may(request.actor, _KEEP, estate):
        add = reverse("places:owner-new", args=[here.pk])
        ways = [edit, Way(add, said("owner.add"), "person", main=True)]
    return {"ways": ways, "remove_url": reverse("places:flat-remove", args=[here.pk])}


def _trail(here: Owner) -> Trail:
    return [*trail_of(here.estate, whole=True), (shown_name(here), to_owner(here))]


def _held(request: Request, ownership_id: int) -> Ownership:
    seen = scoped.owners_for(request.actor, *_KEEP).values("pk")
    rows = Ownership.objects.filter(owner__in=seen)
    return fetched(rows.select_related("flat__stairwell__building__estate"), ownership_id)


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "now": timezone.now()}
