"""Entering and mending estates, buildings, stairwells and flats; removing what was a mistake."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from tuanti.people.http import Request
from tuanti.places import forms, permissions
from tuanti.places.commands import divisions, estates, flats
from tuanti.places.models import Division, Estate
from tuanti.places.queries import firms, scoped, tree
from tuanti.places.views.doing import carried_out, form_page, named, own_name, said, trail_of
from tuanti.places.views.filled import filled_from
from tuanti.web.doing import fetched

_KEEP = permissions.KEEP_HOUSING


def estate_new(request: Request) -> HttpResponse:
    """Enter an estate."""
    form = forms.EstateForm(request.POST or None)
    scopes = scoped.scopes_of(request.actor, _KEEP)
    streets = tree.streets_within(scopes) | _streets_of_communities(scopes)
    communities = scoped.divisions_for(request.actor, *_KEEP).filter(level="community")
    form.offer(streets.distinct(), communities, firms.firms_around(scopes))

    def do() -> Estate:
        street = form.cleaned_data["street"].pk
        return estates.add_estate(street_id=street, facts=form.facts, **_by(request))

    return form_page(
        request,
        form,
        title=said("estates.add"),
        trail=[(said("estates.title"), reverse("places:estates"))],
        do=do,
        to=_to("estate"),
    )


def estate_edit(request: Request, estate_id: int) -> HttpResponse:
    """Mend an estate."""
    here = fetched(scoped.estates_for(request.actor, *_KEEP), estate_id)
    form = forms.AmendEstateForm(request.POST or None, initial=filled_from(here))
    near = firms.firms_around([here.street_id], here.property_firm)
    form.offer(None, tree.children_on(here.street_id), near)
    return form_page(
        request,
        form,
        title=said("edit_of", name=own_name(here)),
        trail=trail_of(here, whole=True),
        do=lambda: estates.amend_estate(estate_id=here.pk, facts=form.facts, **_by(request)),
        to=_to("estate"),
    )


def estate_remove(request: Request, estate_id: int) -> HttpResponse:
    """Remove an estate."""
    here = fetched(scoped.estates_for(request.actor, *_KEEP), estate_id)
    return carried_out(
        request,
        lambda: estates.remove_estate(estate_id=here.pk, **_by(request)),
        reverse("places:estates"),
        "done.removed",
    )


def building_new(request: Request, estate_id: int) -> HttpResponse:
    """Enter a building."""
    here = fetched(scoped.estates_for(request.actor, *_KEEP), estate_id)
    form = forms.BuildingForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("add.building"),
        trail=trail_of(here, whole=True),
        do=lambda: estates.add_building(estate_id=here.pk, facts=form.facts, **_by(request)),
        to=_to("building"),
    )


def building_edit(request: Request, building_id: int) -> HttpResponse:
    """Mend a building."""
    here = fetched(scoped.buildings_for(request.actor, *_KEEP), building_id)
    form = forms.BuildingForm(request.POST or None, initial=filled_from(here))
    return form_page(
        request,
        form,
        title=said("edit_of", name=own_name(here)),
        trail=trail_of(here, whole=True),
        do=lambda: estates.amend_building(building_id=here.pk, facts=form.facts, **_by(request)),
        to=_to("building"),
    )


def building_remove(request: Request, building_id: int) -> HttpResponse:
    """Remove a building."""
    here = fetched(scoped.buildings_for(request.actor, *_KEEP), building_id)
    return carried_out(
        request,
        lambda: estates.remove_building(building_id=here.pk, **_by(request)),
        reverse("places:estate", args=[here.estate_id]),
        "done.removed",
    )


def stairwell_new(request: Request, building_id: int) -> HttpResponse:
    """Enter a stairwell."""
    here = fetched(scoped.buildings_for(request.actor, *_KEEP), building_id)
    form = forms.StairwellForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("add.stairwell"),
        trail=trail_of(here, whole=True),
        do=lambda: flats.add_stairwell(building_id=here.pk, facts=form.facts, **_by(request)),
        to=_to("stairwell"),
    )


def stairwell_edit(request: Request, stairwell_id: int) -> HttpResponse:
    """Mend a stairwell."""
    here = fetched(scoped.stairwells_for(request.actor, *_KEEP), stairwell_id)
    form = forms.StairwellForm(request.POST or None, initial=filled_from(here))
    return form_page(
        request,
        form,
        title=said("edit_of", name=own_name(here)),
        trail=trail_of(here, whole=True),
        do=lambda: flats.amend_stairwell(stairwell_id=here.pk, facts=form.facts, **_by(request)),
        to=_to("stairwell"),
    )


def stairwell_remove(request: Request, stairwell_id: int) -> HttpResponse:
    """Remove a stairwell."""
    here = fetched(scoped.stairwells_for(request.actor, *_KEEP), stairwell_id)
    return carried_out(
        request,
        lambda: flats.remove_stairwell(stairwell_id=here.pk, **_by(request)),
        reverse("places:building", args=[here.building_id]),
        "done.removed",
    )


def stairwell_recode(request: Request, stairwell_id: int) -> HttpResponse:
    """Give a stairwell a new code."""
    here = fetched(scoped.stairwells_for(request.actor, *_KEEP), stairwell_id)
    return carried_out(
        request,
        lambda: flats.new_stairwell_code(stairwell_id=here.pk, **_by(request)),
        reverse("places:stairwell", args=[here.pk]),
        "done.recoded",
    )


def flat_new(request: Request, stairwell_id: int) -> HttpResponse:
    """Enter a flat."""
    here = fetched(scoped.stairwells_for(request.actor, *_KEEP), stairwell_id)
    form = forms.FlatForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("add.flat"),
        trail=trail_of(here, whole=True),
        do=lambda: flats.add_flat(stairwell_id=here.pk, facts=form.facts, **_by(request)),
        to=_to("flat"),
    )


def flat_edit(request: Request, flat_id: int) -> HttpResponse:
    """Mend a flat."""
    here = fetched(scoped.flats_for(request.actor, *_KEEP), flat_id)
    form = forms.FlatForm(request.POST or None, initial=filled_from(here))
    return form_page(
        request,
        form,
        title=said("edit_of", name=own_name(here)),
        trail=trail_of(here, whole=True),
        do=lambda: flats.amend_flat(flat_id=here.pk, facts=form.facts, **_by(request)),
        to=_to("flat"),
    )


def flat_remove(request: Request, flat_id: int) -> HttpResponse:
    """Remove a flat."""
    here = fetched(scoped.flats_for(request.actor, *_KEEP), flat_id)
    return carried_out(
        request,
        lambda: flats.remove_flat(flat_id=here.pk, **_by(request)),
        reverse("places:stairwell", args=[here.stairwell_id]),
        "done.removed",
    )


def community_new(request: Request, division_id: str) -> HttpResponse:
    """Enter a community of a street."""
    rows = scoped.divisions_for(request.actor, *permissions.FOUND_COMMUNITIES)
    here = fetched(rows.filter(level=Division.Level.STREET), division_id)
    form = forms.CommunityForm(request.POST or None)

    def do() -> Division:
        name = form.cleaned_data["name"]
        return divisions.found_community(street_id=here.pk, name=name, **_by(request))

    return form_page(
        request,
        form,
        title=said("community.new"),
        trail=[(named(here.name), reverse("places:division", args=[here.pk]))],
        do=do,
        to=lambda _: reverse("places:division", args=[here.pk]),
    )


def _streets_of_communities(scopes: frozenset[str]) -> Any:  # noqa: ANN401 (a queryset)
    below = Division.objects.filter(pk__in=scopes, level=Division.Level.COMMUNITY)
    return Division.objects.filter(
        pk__in=tree.parents_of(below.values_list("pk", flat=True)).values()
    )


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "now": timezone.now()}


def _to(kind: str) -> Callable[[Any], str]:
    return lambda row: reverse(f"places:{kind}", args=[row.pk])
