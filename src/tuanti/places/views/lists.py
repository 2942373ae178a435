"""The columns of this room's lists."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from tuanti.people.http import Request
from tuanti.places.queries import counts, finding, scoped, tree
from tuanti.places.views.doing import name_of, named, own_name
from tuanti.texts.words import word
from tuanti.web.listing import Column, Filter, Listing, Rows, State
from tuanti.web.templatetags.tuanti import spoken


def _to(name: str, key: str = "pk") -> Callable[[Any], str]:
    def url(row: Any) -> str:  # noqa: ANN401 (any row)
        at = row
        for step in key.split("__"):
            at = getattr(at, step)
        return reverse(f"places:{name}", args=[at])

    return url


def _called(path: str, field: str) -> Callable[[Any], str]:
    def name(row: Any) -> str:  # noqa: ANN401 (any row)
        value = getattr(row, field)
        return word(f"places.{path}.{value}", spoken()) if value else ""

    return name


def _answer(field: str) -> Callable[[Any], State]:
    states = {True: ("ok", "answers.yes"), False: ("no", "answers.no"), None: ("wait", "unknown")}

    def state(row: Any) -> State:  # noqa: ANN401 (any row)
        sign, path = states[getattr(row, field)]
        return State(sign, word(f"places.{path}", spoken()))

    return state


def _counted(name: str) -> Callable[[Any], int]:
    return lambda row: int(getattr(row.counts, name))


DIVISIONS = (
    Column(
        "name",
        "places.division.name",
        value=lambda row: named(row.division.name),
        url=_to("division", "division__pk"),
        sort="name",
    ),
    Column(
        "level",
        "places.division.level",
        value=lambda row: word(f"places.levels.{row.division.level}", spoken()),
    ),
    *(
        Column(name, f"places.counts.{name}", "number", name, _counted(name))
        for name in counts.Counts.__slots__
    ),
)
ESTATES = (
    Column("name", "places.estate.name", sort="pinyin", url=_to("estate")),
    Column(
        "district_name",
        "places.estate.district",
        sort="district_name",
        value=lambda row: named(row.district_name or ""),
    ),
    Column(
        "street", "places.estate.street", value=lambda row: named(row.street.name), sort="street"
    ),
    Column("address", "places.estate.address"),
    Column("first_built", "places.estate.first_built", sort="first_built"),
    Column("buildings_count", "places.counts.buildings", "number", "buildings_count"),
    Column("stairwells_count", "places.counts.stairwells", "number", "stairwells_count"),
    Column("flats_count", "places.counts.flats", "number"),
)
BUILDINGS = (
    Column("name", "places.building.name", "text", "name", own_name, _to("building")),
    Column("storeys", "places.building.storeys", "number", "storeys"),
    Column("built", "places.building.built", sort="built"),
    Column("structure", "places.building.structure", value=_called("structures", "structure")),
    Column("stairwells_count", "places.counts.stairwells", "number", "stairwells_count"),
    Column("lifts_count", "places.building.lifts", "number", "lifts_count"),
    Column("flats_count", "places.counts.flats", "number", "flats_count"),
)
STAIRWELLS = (
    Column("name", "places.stairwell.name", "text", "name", own_name, _to("stairwell")),
    Column("lift", "places.stairwell.lift", "state", "lift", _answer("lift")),
    Column("flats_count", "places.counts.flats", "number", "flats_count"),
    Column("paper_count", "places.stairwell.papers", "number", "paper_count"),
)
FLATS = (
    Column("number", "places.flat.number", sort="number", url=_to("flat")),
    Column("floor", "places.flat.floor", "number", "floor"),
    Column("area_dm2", "places.flat.area", "area", "area_dm2"),
    Column("tenure", "places.flat.tenure", sort="tenure", value=_called("tenures", "tenure")),
    Column("state", "places.flat.state", sort="state", value=_called("states", "state")),
)
PROJECTS = (
    Column("name", "places.project.name", sort="name", url=_to("project")),
    Column("year", "places.project.year", sort="year"),
    Column("division", "places.project.division", value=lambda row: named(row.division.name)),
    Column("built_until", "places.project.built_until", sort="built_until"),
    Column("area_dm2", "places.project.area", "area", "area_dm2"),
    Column("buildings", "places.project.buildings", "number", "buildings"),
    Column("households", "places.project.households", "number", "households"),
    Column("started_on", "places.project.started_on", "date", "started_on"),
    Column("finished_on", "places.project.finished_on", "date", "finished_on"),
)


def _report_state(row: Any) -> State:  # noqa: ANN401 (any row)
    done = "done" if row.answered_at else "open"
    return State("ok" if row.answered_at else "wait", word(f"places.report.{done}", spoken()))


REPORTS = (
    Column("at", "places.report.at", "moment", "at", url=_to("report")),
    Column(
        "home",
        "places.report.home",
        value=lambda row: name_of(row.flat),
    ),
    Column("state", "places.report.state", "state", "answered_at", _report_state),
)


def divisions(request: Request, rows: list[counts.Row], empty: str) -> Listing:
    """List divisions with what stands there."""

    def search(found: Rows, query: str) -> Rows:
        plain = finding.asked(query)
        return [row for row in found if finding.is_called(row.division, plain)]

    return Listing(request, rows, DIVISIONS, search=search, empty=empty)


def estates(request: Request) -> Listing:
    """List the estates in the actor's reach."""
    rows = counts.with_counts(scoped.estates_for(request.actor))
    return Listing(
        request,
        rows,
        ESTATES,
        search=finding.estates,
        filters=[_in_division(request)],
        empty="places.estates.empty",
    )


def _in_division(request: Request) -> Filter:
    """Let estates be narrowed to what lies directly in the actor's scopes, or to one asked for."""
    scopes = scoped.scopes_of(request.actor)
    asked = request.GET.get("division", "")
    near = Q(parents__parent__in=scopes) & tree.valid(prefix="parents__")
    reach = scoped.divisions_for(request.actor)
    offered = tree.divisions_on().filter(near | Q(pk=asked, pk__in=reach.values("pk"))).distinct()
    choices = [(pk, named(name)) for pk, name in offered.values_list("pk", "name")]

    def narrow(rows: Rows, division: str) -> Rows:
        streets = tree.streets_within([division]).values("pk")
        return rows.filter(Q(street__in=streets) | Q(community=division))

    return Filter("division", "places.estates.division", choices, narrow)
