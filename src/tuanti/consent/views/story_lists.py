"""Lists: the consultations in reach, and where most wish for a lift."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpResponseBase

from tuanti.consent import permissions
from tuanti.consent.models import Consultation, Wish
from tuanti.consent.queries import story
from tuanti.consent.queries.story import Heat
from tuanti.consent.views.story_doing import address, name_of, said
from tuanti.people.http import Request
from tuanti.places.codes import shown_code
from tuanti.places.naming import called, division_called, whole_name
from tuanti.places.queries import finding, scoped
from tuanti.rules.processes import CONSULTATION
from tuanti.texts.words import word
from tuanti.web.doing import Way
from tuanti.web.forms import chosen
from tuanti.web.listing import Column, Filter, Listing, Rows, State, listing_response
from tuanti.web.templatetags.tuanti import spoken

# How each state is shown: what waits for somebody is ``wait``, what is in trouble ``warn``.
SIGNS = {
    "wished": "info",
    "canvassing": "wait",
    "draft": "wait",
    "open": "wait",
    "closed": "wait",
    "passed": "ok",
    "on-notice": "wait",
    "objected": "warn",
    "agreed": "ok",
    "mandated": "ok",
    "failed": "no",
    "withdrawn": "no",
}


def state_of(consultation: Consultation) -> State:
    """Show how far a consultation is."""
    text = word(f"processes.consultation.states.{consultation.state}", spoken())
    return State(SIGNS[consultation.state], text)


_CONSULTATIONS = (
    Column(
        "place",
        "consultation.columns.place",
        sort="stairwell__building__estate__pinyin",
        value=name_of,
        url=lambda row: address("consultation", row.pk),
    ),
    Column("state", "consultation.columns.state", "state", "state", state_of),
    Column(
        "next",
        "consultation.columns.next",
        value=lambda row: said(f"next.{row.state}"),
    ),
    Column("wishing", "consultation.columns.wishing", "number", "wishing"),
    Column("homes", "consultation.columns.flats", "number", "homes"),
    Column("begun_at", "consultation.columns.begun_at", "moment", "begun_at"),
    Column("moved_at", "consultation.columns.moved_at", "moment", "moved_at"),
)
_ESTATES = (
    Column(
        "place",
        "consultation.columns.estate",
        sort="place",
        value=lambda row: row.place.name,
        url=lambda row: address("heat-estate", row.id),
    ),
    Column(
        "street",
        "consultation.columns.street",
        value=lambda row: division_called(row.place.street.name, spoken()),
    ),
    Column("bp", "consultation.columns.part", "percent", "bp"),
    Column("wishing", "consultation.columns.wishing", "number", "wishing"),
    Column("flats", "consultation.columns.flats", "number", "flats"),
    Column("stairwells", "consultation.columns.stairwells", "number", "stairwells"),
    Column("waiting", "consultation.columns.waiting", "number", "waiting"),
)


_FOUND = (
    Column(
        "place",
        "consultation.columns.place",
        value=lambda row: whole_name(row, spoken()),
        url=lambda row: address("wish-new", row.pk),
    ),
    Column("code", "consultation.columns.code", value=lambda row: shown_code(row.code)),
)


def _next(row: Heat) -> str:
    assert row.consultation
    return said(f"next.{row.consultation.state}")


def _to(row: Heat) -> str:
    assert row.consultation
    return address("consultation", row.consultation.pk)


_STAIRWELLS = (
    Column(
        "place",
        "consultation.columns.place",
        value=lambda row: f"{called(row.place.building, spoken())} {called(row.place, spoken())}",
        url=_to,
    ),
    Column("bp", "consultation.columns.part", "percent", "bp"),
    Column("wishing", "consultation.columns.wishing", "number", "wishing"),
    Column("flats", "consultation.columns.flats", "number", "flats"),
    Column(
        "state",
        "consultation.columns.state",
        "state",
        value=lambda row: state_of(row.consultation),
    ),
    Column("next", "consultation.columns.next", value=_next, url=_to, exported=False),
)


def consultations(request: Request) -> HttpResponseBase:
    """List the consultations in the actor's reach, by state."""
    homes = scoped.stairwells_for(request.actor).model._default_manager.filter(
        pk=OuterRef("stairwell")
    )
    counted = homes.annotate(n=Count("flats")).values("n")
    wishes = (
        Wish.objects.filter(consultation=OuterRef("pk"), withdrawn_at=None)
        .order_by()
        .values("consultation")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = story.consultations_for(request.actor).annotate(
        homes=Subquery(counted), wishing=Subquery(wishes)
    )

    def search(found: Rows, query: str) -> Rows:
        wells = finding.stairwells(scoped.stairwells_for(request.actor), query)
        invited = Q(stairwell__building__estate__name__icontains=query.strip())
        return found.filter(Q(stairwell__in=wells.values("pk")) | invited)

    states = chosen("processes.consultation.states", CONSULTATION.states)
    listing = Listing(
        request,
        rows,
        _CONSULTATIONS,
        search=search,
        filters=[
            Filter(
                "state",
                "consultation.columns.state",
                states,
                lambda found, state: found.filter(state=state),
            )
        ],
        title=said("title"),
        empty="consultation.empty",
    )
    return _list(request, listing, said("title"), [], ways=_entering(request))


def heat(request: Request) -> HttpResponseBase:
    """Rank the estates in the actor's reach by how many flats wish for a lift."""
    listing = Listing(
        request,
        story.heat(request.actor),
        _ESTATES,
        search=_named,
        title=said("heat.title"),
        empty="consultation.heat.empty",
    )
    ways = _entering(request)
    return _list(request, listing, said("heat.title"), [], lead=said("heat.lead"), ways=ways)


def heat_estate(request: Request, estate_id: int) -> HttpResponseBase:
    """Rank the stairwells of an estate; each leads to where one begins."""
    estate = scoped.estates_for(request.actor).filter(pk=estate_id).first()
    if estate is None:
        raise Http404
    rows = story.heat_in(request.actor, estate.pk)
    listing = Listing(
        request, rows, _STAIRWELLS, title=estate.name, empty="consultation.heat.empty"
    )
    title = whole_name(estate, spoken())
    context: dict[str, Any] = {"lead": said("heat.lead_estate")}
    if request.actor.holds(*permissions.RUN):
        context |= {"estate_url": estate.pk, "begin": [*_begin(request, rows)]}
    return _list(request, listing, title, [(said("heat.title"), address("heat"))], **context)


def wish_find(request: Request) -> HttpResponseBase:
    """Find the stairwell of one who wishes for a lift; those that have one are left out."""
    rows = scoped.stairwells_for(request.actor, *permissions.RUN).exclude(lift=True)
    listing = Listing(
        request,
        rows.select_related("building__estate").order_by("building__estate__pinyin", "pk"),
        _FOUND,
        search=finding.stairwells,
        title=said("wish_find.title"),
        empty="consultation.wish_find.empty",
    )
    up = [(said("title"), address("consultations"))]
    return _list(request, listing, said("wish_find.title"), up, lead=said("wish_find.lead"))


def _entering(request: Request) -> list[Way]:
    """Offer to enter a wish for someone, to whoever may."""
    if not request.actor.holds(*permissions.RUN):
        return []
    return [Way(address("wish-find"), said("ways.wish-new"), "plus")]


def _begin(request: Request, rows: list[Heat]) -> Iterator[Way]:
    """Offer to begin canvassing where somebody wishes and nobody has begun."""
    mine = story.consultations_for(request.actor, *permissions.RUN).filter(state="wished")
    open_ = set(mine.values_list("pk", flat=True))
    for row in rows:
        if row.consultation and row.consultation.pk in open_ and row.wishing:
            text = said("heat.begin", place=name_of(row.consultation))
            yield Way(address("begin-canvass", row.consultation.pk), text, "talk", post=True)


def _list(
    request: Request,
    listing: Listing,
    title: str,
    up: list[tuple[str, str]],
    **context: Any,  # noqa: ANN401 (whatever the page shows)
) -> HttpResponseBase:
    shown = {"title": title, "trail": [*up, (title, "")], **context}
    return listing_response(request, "consent/story/list.html", listing, shown)


def _named(rows: Rows, query: str) -> Rows:
    plain = finding.asked(query)
    return [
        row for row in rows if plain in finding.asked(row.place.name) or plain in row.place.pinyin
    ]
