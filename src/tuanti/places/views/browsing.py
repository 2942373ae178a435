"""Going down the town: divisions, estates, buildings, stairwells and their posters."""

from typing import Any

import segno
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from tuanti.journal.naming import Doers, act
from tuanti.journal.queries import history_of
from tuanti.people.http import Request
from tuanti.places import permissions
from tuanti.places.codes import shown_code
from tuanti.places.models import Building, Division, Estate, Flat, Stairwell
from tuanti.places.queries import counts, eligible, finding, firms, scoped, tree
from tuanti.places.queries.roll import floors_of
from tuanti.places.views import lists, papers
from tuanti.places.views.doing import (
    fact,
    figures,
    in_chinese,
    known,
    name_of,
    named,
    said,
    trail_of,
)
from tuanti.rules.eligibility import Finding, Reason
from tuanti.texts import sentence
from tuanti.texts.words import say, word
from tuanti.web.doing import Trail, Way, fetched
from tuanti.web.listing import Listing, listing_response
from tuanti.web.templatetags.tuanti import day, spoken, square_metres

_HISTORY = 20
_VERDICTS = {"met": "ok", "failed": "no", "needed": "wait", "note": "info"}
_FINDINGS = {True: ("ok", "eligible"), False: ("no", "not-eligible"), None: ("wait", "open")}


def places(request: Request) -> HttpResponseBase:
    """Show where the actor serves, and what stands there."""
    rows = counts.of_scopes(request.actor)
    if not rows and scoped.estates_for(request.actor).exists():
        return redirect("places:estates")  # a firm's or a neighbour's: they serve no division
    whole = counts.total(rows)
    if len(rows) == 1:
        rows = counts.below(request.actor, rows[0].division) or rows
    title = said("title")
    context = {"title": title, "trail": [(title, "")], "figures": _totals(whole)}
    return _list(request, lists.divisions(request, rows, "places.empty"), context)


def division(request: Request, division_id: str) -> HttpResponseBase:
    """Show a division, an abolished one too, and what lies in it."""
    here = _seen_division(request, division_id)
    rows = counts.below(request.actor, here)
    projects = scoped.projects_for(request.actor).filter(division=here)
    context = {
        "title": named(here.name),
        "chinese": in_chinese(here.name),
        "trail": _upwards(request, here),
        "notice": _gone(here),
        "figures": _totals(counts.total(rows)) if rows else None,
        "projects": counts.programme(projects),
        "ways": _division_ways(request, here),
    }
    return _list(request, lists.divisions(request, rows, "places.division.empty"), context)


def estates(request: Request) -> HttpResponseBase:
    """Show the estates in the actor's reach."""
    title = said("estates.title")
    context: dict[str, Any] = {"title": title, "trail": [(title, "")]}
    if request.actor.holds(*permissions.KEEP_HOUSING):
        add = Way(reverse("places:estate-new"), said("estates.add"), "plus", main=True)
        context |= {"ways": [add], "listing_action_url": add.url, "listing_action_text": add.text}
    return _list(request, lists.estates(request), context)


def estate(request: Request, estate_id: int) -> HttpResponseBase:
    """Show an estate: its facts, buildings, renovation projects, and what was done to it."""
    rows = scoped.estates_for(request.actor)
    here = fetched(counts.with_counts(rows).select_related("street", "community"), estate_id)
    buildings = scoped.buildings_for(request.actor).filter(estate=here)
    listing = Listing(
        request,
        counts.with_building_counts(buildings),
        lists.BUILDINGS,
        search=finding.buildings,
        empty="places.estate.empty",
    )
    projects = scoped.projects_for(request.actor).filter(estate=here)
    numbers = [
        (f"counts.{name}", getattr(here, f"{name}_count"))
        for name in ("buildings", "stairwells", "flats")
    ]
    context = {
        "facts": _estate_facts(here),
        "figures": figures(numbers),
        "projects": counts.programme(projects),
        **_keeping(request, here, "building", "estate"),
    }
    return _thing(request, "places/estate.html", here, listing, context)


def building(request: Request, building_id: int) -> HttpResponseBase:
    """Show a building, whether it may have lifts, and its stairwells."""
    rows = scoped.buildings_for(request.actor).select_related("estate__street")
    here = fetched(rows, building_id)
    stairwells = scoped.stairwells_for(request.actor).filter(building=here)
    listing = Listing(
        request,
        counts.with_flat_counts(stairwells),
        lists.STAIRWELLS,
        empty="places.building.empty",
    )
    context = {
        "facts": _building_facts(here),
        "finding": _found(eligible.eligibility_of_building(here)),
        **_keeping(request, here.estate, "stairwell", "building", here.pk),
    }
    return _thing(request, "places/thing.html", here, listing, context)


def stairwell(request: Request, stairwell_id: int) -> HttpResponseBase:
    """Show a stairwell: its plan, code, cases from paper, whether it may have a lift."""
    rows = scoped.stairwells_for(request.actor).select_related("building__estate__street")
    here = fetched(rows, stairwell_id)
    flats = scoped.flats_for(request.actor).filter(stairwell=here)
    listing = Listing(
        request, flats, lists.FLATS, search=finding.flats, empty="places.stairwell.empty"
    )
    context = {
        "facts": _stairwell_facts(here),
        **plan_of(here, flats),
        "cases": papers.shown(request.actor, here),
        "finding": _found(eligible.eligibility_of(here)),
        "code": shown_code(here.code),
        "qr": _qr(request, here),
        "poster_url": reverse("places:poster", args=[here.pk]),
        **_keeping(request, here.building.estate, "flat", "stairwell", here.pk),
    }
    if permissions.may(request.actor, permissions.ENTER_PAPERS, here.building.estate):
        paper = Way(reverse("places:paper-new", args=[here.pk]), said("paper.new"), "paper")
        context["ways"] = [*context["ways"], paper]
    if context["ways"]:
        context["recode_url"] = reverse("places:stairwell-recode", args=[here.pk])
    return _thing(request, "places/stairwell.html", here, listing, context)


def poster(request: Request, stairwell_id: int) -> HttpResponse:
    """Show a stairwell's poster, to print and hang up."""
    rows = scoped.stairwells_for(request.actor).select_related("building__estate")
    here = fetched(rows, stairwell_id)
    context = {
        "name": name_of(here),
        "code": shown_code(here.code),
        "qr": _qr(request, here),
        "address": request.build_absolute_uri(reverse("places:resident")),
        "phone": settings.PHONE,
        "trail": [*trail_of(here, whole=True), (said("poster.title"), "")],
    }
    return render(request, "places/poster.html", context)


def programme(request: Request) -> HttpResponseBase:
    """Show the renovation projects in the actor's reach, and their sums year by year."""
    rows = scoped.projects_for(request.actor).select_related("division")
    listing = Listing(
        request,
        rows,
        lists.PROJECTS,
        search=lambda found, query: found.filter(name__icontains=query),
        empty="places.programme.empty",
    )
    title = said("programme.title")
    context: dict[str, Any] = {
        "title": title,
        "trail": [(title, "")],
        "projects": counts.programme(rows),
    }
    if request.actor.holds(*permissions.RECORD_PROGRAMME):
        add = Way(reverse("places:project-new"), said("programme.add"), "plus", main=True)
        context |= {"ways": [add], "listing_action_url": add.url, "listing_action_text": add.text}
    return _list(request, listing, context)


def plan_of(
    here: Stairwell,
    flats: QuerySet[Flat],
    mine: frozenset[int] = frozenset(),
    *,
    links: bool = True,
) -> dict[str, Any]:
    """Give the elevation its rows: the flats of each floor, from the top down."""
    found = list(flats.prefetch_related("ownerships"))
    floors = floors_of(here, found)
    tiles = {one.pk: _tile(one, mine, links=links) for one in found}
    rows = [
        {"floor": floor, "flats": [tiles[one.pk] for one in some]}
        for floor, some in floors
        if floor is not None
    ]
    lost = [tiles[one.pk] for floor, some in floors if floor is None for one in some]
    return {"rows": rows if found else [], "floorless": lost}


def history(kind: str, pk: object) -> list[dict[str, object]]:
    """List what was done to a thing, the latest first."""
    entries = history_of(kind, str(pk)).order_by("-id")[:_HISTORY]
    by = Doers()
    return [{"at": one.at, "act": act(one.act), "by": by(one.by)} for one in entries]


def _thing(
    request: Request,
    template: str,
    here: Estate | Building | Stairwell,
    listing: Listing,
    context: dict[str, Any],
) -> HttpResponseBase:
    shown = {
        "title": name_of(here),
        "trail": trail_of(here),
        "history": history(str(here._meta.model_name), here.pk),
        **context,
    }
    return listing_response(request, template, listing, shown)


def _list(request: Request, listing: Listing, context: dict[str, Any]) -> HttpResponseBase:
    return listing_response(request, "places/list.html", listing, context)


def _keeping(
    request: Request, where: Estate, child: str, kind: str, pk: int | None = None
) -> dict[str, Any]:
    """Offer to mend a thing, to add below it and to remove it, to those who may."""
    if not permissions.may(request.actor, permissions.KEEP_HOUSING, where):
        return {"ways": []}
    at = [pk or where.pk]
    add = reverse(f"places:{child}-new", args=at)
    return {
        "ways": [
            Way(reverse(f"places:{kind}-edit", args=at), said("edit")),
            Way(add, said(f"add.{child}"), "plus", main=True),
        ],
        "listing_action_url": add,
        "listing_action_text": said(f"add.{child}"),
        "remove_url": reverse(f"places:{kind}-remove", args=at),
    }


def _tile(flat: Flat, mine: frozenset[int], *, links: bool) -> dict[str, object]:
    state, text = "ok", said("tile.area", area=square_metres(flat.area_dm2))
    if flat.state != "free":
        state, text = "warn", word(f"places.states.{flat.state}", spoken())
    elif not flat.area_dm2:
        state, text = "wait", said("tile.no_area")
    elif not flat.ownerships.all():
        state, text = "wait", said("tile.no_owner")
    own = flat.pk in mine
    return {
        "label": flat.number,
        "state": state,
        "text": said("tile.mine") if own else text,
        "mine": own,
        "url": reverse("places:flat", args=[flat.pk]) if links else "",
    }


def _found(finding_: Finding) -> dict[str, Any]:
    state, name = _FINDINGS[finding_.eligible]
    return {
        "state": state,
        "text": say(f"eligibility.findings.{name}", spoken()),
        "needed": "、".join(_needed(one) for one in finding_.needed),
        "reasons": [
            {
                "state": _VERDICTS[one.verdict],
                "verdict": said(f"verdicts.{one.verdict}"),
                "sentence": _reason(one),
                "law_ids": one.law_ids,
            }
            for one in finding_.reasons
        ],
    }


def _reason(one: Reason) -> str:
    """Say a reason, the place in it by name."""
    facts = dict(one.facts)
    if place := facts.get("place"):
        facts["place"] = tree.place_name(str(place), spoken())
    return sentence(one.code, spoken(), **facts)


def _needed(name: str) -> str:
    try:
        return say(f"eligibility.needs.{name}", spoken())
    except LookupError:  # a condition of the city's own pack, named by itself
        return name


def _totals(whole: counts.Counts) -> list[dict[str, object]]:
    return figures([(f"counts.{name}", getattr(whole, name)) for name in whole.__slots__])


def _seen_division(request: Request, division_id: str) -> Division:
    """Find a division in the actor's reach; an abolished one, if its streets are."""
    here = Division.objects.filter(pk=division_id).first()
    if here is None:
        raise Http404
    reach = scoped.divisions_for(request.actor)
    gone = scoped.gone_for(request.actor)
    if not (reach.filter(pk=here.pk).exists() or gone.filter(pk=here.pk).exists()):
        raise Http404
    return here


def _upwards(request: Request, here: Division) -> Trail:
    seen = set(scoped.divisions_for(request.actor).values_list("pk", flat=True))
    above = [one for one in tree.ancestors_on(here.pk) if one.pk in seen]
    ways = [(named(one.name), reverse("places:division", args=[one.pk])) for one in reversed(above)]
    return [(said("title"), reverse("places:places")), *ways, (named(here.name), "")]


def _gone(here: Division) -> str:
    return said("division.abolished", day=day(here.until_on)) if here.until_on else ""


def _division_ways(request: Request, here: Division) -> list[Way]:
    see = Way(f"{reverse('places:estates')}?division={here.pk}", said("estates.title"), "estate")
    may = request.actor.holds(*permissions.FOUND_COMMUNITIES)
    if here.level != Division.Level.STREET or not may:
        return [see]
    found = reverse("places:community-new", args=[here.pk])
    return [see, Way(found, said("community.new"), "plus", main=True)]


def _estate_facts(here: Estate) -> list[dict[str, object]]:
    community = here.community.name if here.community else ""
    district = getattr(here, "district_name", "") or ""
    return [
        fact("estate.district", district_line(here), note=in_chinese(district)),
        fact("estate.street", named(here.street.name), note=in_chinese(here.street.name)),
        fact("estate.community", named(community), note=in_chinese(community)),
        fact("estate.address", here.address),
        fact("estate.aliases", "、".join(here.aliases)),
        fact("estate.property_firm", firms.firm_name(here.property_firm)),
    ]


def district_line(here: Estate) -> str:
    """Name an estate's district; and the one it began in, if it is another."""
    origin = tree.origin_of(here)
    now = named(origin.district.name) if origin.district else ""
    if origin.begun is None:
        return now
    if not now:
        return said("estate.formerly_only", begun=named(origin.begun.name))
    begun = named(origin.begun.name)
    return said("estate.formerly", begun=begun, now=now, day=day(origin.since))


def _building_facts(here: Building) -> list[dict[str, object]]:
    structure = word(f"places.structures.{here.structure}", spoken()) if here.structure else ""
    return [
        fact("building.storeys", here.storeys),
        fact("building.built", here.built),
        fact("building.structure", structure),
        fact("building.demolition", known(here.demolition)),
        fact("building.households", here.households),
    ]


def _stairwell_facts(here: Stairwell) -> list[dict[str, object]]:
    entries = "、".join(str(one) for one in here.entries or [1])
    return [
        fact("stairwell.lift", known(here.lift)),
        fact("building.storeys", here.building.storeys),
        fact("building.built", here.building.built),
        fact("stairwell.entries", entries),
    ]


def _qr(request: Request, here: Stairwell) -> SafeString:
    """Draw the way to a stairwell's page, without script or style."""
    address = request.build_absolute_uri(reverse(settings.STAIRWELL_PAGE, args=[here.code]))
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 (drawn here, from our own address)
