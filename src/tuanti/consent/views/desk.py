"""The worker's desk: stairwells by next act, doors to knock at, the contact log, group texts."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.chatting import chat_text
from tuanti.consent.commands import contacts
from tuanti.consent.forms_notices import ContactForm
from tuanti.consent.models import Contact
from tuanti.consent.queries import desk as known
from tuanti.consent.queries.desk import Door, DoorList, Work
from tuanti.consent.queries.story import consultations_for
from tuanti.consent.views.story_doing import address, form_page, name_of, seen, trail_of
from tuanti.consent.views.story_lists import SIGNS, state_of
from tuanti.journal.naming import Doers
from tuanti.people.actors import Actor
from tuanti.people.http import Request
from tuanti.rules.processes import CONSULTATION
from tuanti.texts.words import say, word
from tuanti.web.forms import chosen
from tuanti.web.listing import Column, Filter, Listing, Rows, State, listing_response
from tuanti.web.templatetags.tuanti import spoken, square_metres

SOON = 3  # days
# Where each act is done: the address of a consultation's page.
_PAGES = {
    "doors": "doors",
    "post": "notice-new",
    "hang": "notice",
    "mediate": "objections",
    "draw": "agreement-new",
    "sign": "agreement",
    "mandate": "agreement",
    "pool": "agreement",
    "reopen": "reopen",
}
_OVER = ("withdrawn",)


def said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    """Say a sentence of this part's book in the language of the page."""
    return say(f"notices.{path}", spoken(), **facts)


def page_of(work: Work) -> str:
    """Tell where what is next is done."""
    return address(_PAGES.get(work.act, "consultation"), work.consultation.pk)


def desk(request: Request) -> HttpResponseBase:
    """Show the stairwells in the actor's reach by the day of their next act."""
    now = timezone.now()
    rows = consultations_for(request.actor)
    if request.GET.get("state") not in _OVER:
        rows = rows.exclude(state__in=_OVER)
    works = known.at_work(rows, now)
    listing = Listing(
        request,
        works,
        _COLUMNS,
        search=_search,
        filters=[_by_state(), _by_community(works), _by_urgency()],
        title=said("desk.title"),
        empty="notices.desk.empty",
    )
    context = {"figures": [*_figures(works)], "today": timezone.localdate(now)}
    return listing_response(request, "consent/desk/desk.html", listing, context)


def doors(request: Request, consultation_id: int) -> HttpResponse:
    """Show the doors to knock at, to be read on a screen or printed on a sheet."""
    here = seen(request, consultation_id, *contacts.KNOCK)
    now = timezone.now()
    found = known.doors_of(here, request.actor, now)
    context = {
        "title": said("doors.title"),
        "place": name_of(here),
        "trail": trail_of(here, (said("doors.title"), "")),
        "list": found,
        "asked": said(f"doors.{found.purpose or 'nothing'}"),
        "doors": [_door(one, here.pk) for one in found.doors],
        "left": len(found.doors),
        "hidden": found.purpose == "ballot" and not found.need_persons,
        "area": square_metres(found.need_area_dm2),
        "log_url": address("contacts", here.pk),
        "chat_url": address("chat", here.pk),
        "pdf_url": address("paper", here.pk, "doors") if found.doors else "",
        "type_url": _type_url(request.actor, found),
        "today": timezone.localdate(now),
    }
    return render(request, "consent/desk/doors.html", context)


def contact_log(request: Request, consultation_id: int) -> HttpResponseBase:
    """Show the contact log of a consultation."""
    here = seen(request, consultation_id, *contacts.KNOCK)
    rows = known.contacts_of(here)
    title = said("contacts.title")
    listing = Listing(
        request, rows, _contact_columns(here.pk), title=title, empty="notices.contacts.empty"
    )
    context = {
        "title": title,
        "trail": trail_of(here, (title, "")),
        "new_url": address("contact-new", here.pk),
        "doors_url": address("doors", here.pk),
        "listing_action_url": address("contact-new", here.pk),
        "listing_action_text": said("contacts.new"),
    }
    return listing_response(request, "consent/desk/contacts.html", listing, context)


def contact_new(request: Request, consultation_id: int) -> HttpResponse:
    """Log a contact; ``?flat=`` chooses the flat."""
    here = seen(request, consultation_id, *contacts.KNOCK)
    form = ContactForm(
        request.POST or None, request.FILES or None, initial={"flat": request.GET.get("flat", "")}
    )
    flats = here.stairwell.flats.order_by("-floor", "number")
    form.offer("flat", [(str(one.pk), one.number) for one in flats])

    def do() -> Contact:
        told = form.facts
        return contacts.record_contact(
            consultation_id=here.pk, by=request.actor, now=timezone.now(), **told
        )

    return form_page(
        request,
        form,
        title=said("contacts.new"),
        lead=said("contacts.lead"),
        consultation=here,
        do=do,
        to=address("doors", here.pk),
        up=[(said("doors.title"), address("doors", here.pk))],
    )


def chat(request: Request, consultation_id: int) -> HttpResponse:
    """Show the text for the neighbours' chat group, ready to be copied."""
    here = seen(request, consultation_id, *contacts.KNOCK)
    page = request.build_absolute_uri(f"/b/{here.stairwell.code}")
    context = {
        "title": said("chat.title"),
        "trail": trail_of(here, (said("chat.title"), "")),
        "text": chat_text(here, page, "zh"),
    }
    return render(request, "consent/desk/chat.html", context)


def _search(rows: Rows, query: str) -> Rows:
    plain = query.casefold().replace(" ", "")
    return [
        row
        for row in rows
        if plain in name_of(row.consultation).casefold().replace(" ", "")
        or plain in row.consultation.stairwell.building.estate.pinyin
        or plain.upper() == row.consultation.stairwell.code
    ]


def _figures(works: Iterable[Work]) -> Iterator[dict[str, object]]:
    works = list(works)
    for name, choice, count in (
        ("to_do", "ours", sum(one.ours for one in works)),
        ("late", "late", sum(one.late_days > 0 for one in works)),
        ("soon", "soon", sum(map(_is_soon, works))),
        ("waiting", "waiting", sum(not one.ours for one in works)),
    ):
        url = f"{reverse('consent:desk')}?urgency={choice}"
        yield {"label": said(f"desk.{name}"), "value": f"{count:,}", "url": url}


def _is_soon(work: Work) -> bool:
    left = work.days_left
    return left is not None and 0 <= left <= SOON


def _by_state() -> Filter:
    choices = chosen("processes.consultation.states", CONSULTATION.states)

    def narrow(rows: Rows, state: str) -> Rows:
        return [row for row in rows if row.consultation.state == state]

    return Filter("state", "notices.desk.columns.state", choices, narrow)


def _by_community(works: Iterable[Work]) -> Filter:
    there = {community.pk: community.name for one in works if (community := _community(one))}

    def narrow(rows: Rows, community: str) -> Rows:
        return [row for row in rows if (own := _community(row)) and own.pk == community]

    return Filter("community", "notices.desk.columns.community", sorted(there.items()), narrow)


def _by_urgency() -> Filter:
    tests: dict[str, Callable[[Work], bool]] = {
        "ours": lambda row: row.ours,
        "late": lambda row: row.late_days > 0,
        "soon": _is_soon,
        "waiting": lambda row: not row.ours,
    }

    def narrow(rows: Rows, urgency: str) -> Rows:
        return [row for row in rows if tests[urgency](row)]

    choices = chosen("notices.desk.filters", tests)
    return Filter("urgency", "notices.desk.filters.urgency", choices, narrow)


def _community(work: Work) -> Any:  # noqa: ANN401 (a row of places)
    return work.consultation.stairwell.building.estate.community


def _act(work: Work) -> str:
    return said(f"acts.{work.act}")


def _when(work: Work) -> State:
    if work.due_on is None:
        return State("info" if work.ours else "wait", said("desk.when.open"))
    left = work.days_left or 0
    if work.late_days:
        return State("warn", said("desk.when.late", n=work.late_days))
    if left == 0:
        return State("warn", said("desk.when.today"))
    if left < 0:
        return State("wait", said("desk.when.over", n=-left))
    return State("warn" if left <= SOON and work.ours else "wait", said("desk.when.left", n=left))


def _progress(work: Work) -> str:
    done = work.done
    return said("of", done=done[0], all=done[1]) if done else ""


_COLUMNS = (
    Column(
        "place",
        "notices.desk.columns.place",
        value=lambda row: name_of(row.consultation),
        url=lambda row: address("consultation", row.consultation.pk),
        sort="place",
    ),
    Column(
        "state",
        "notices.desk.columns.state",
        "state",
        "state",
        lambda row: state_of(row.consultation),
    ),
    Column("act", "notices.desk.columns.act", value=_act, url=page_of),
    Column("due_on", "notices.desk.columns.due_on", "date", "due_on"),
    Column("when", "notices.desk.columns.when", "state", value=_when),
    Column("progress", "notices.desk.columns.progress", value=_progress),
    Column(
        "community",
        "notices.desk.columns.community",
        value=lambda row: getattr(_community(row), "name", ""),
        sort="community",
    ),
    Column(
        "moved_at",
        "notices.desk.columns.moved_at",
        "date",
        "moved_at",
        lambda row: timezone.localdate(row.consultation.moved_at),
    ),
)
assert set(SIGNS) == set(CONSULTATION.states), "every state has its sign"


def _type_url(actor: Actor, found: DoorList) -> str:
    types = permissions.may(actor, permissions.TYPE, found.consultation)
    voting = found.purpose == "ballot"
    return address("ballots", found.consultation.pk) if voting and types else ""


def _door(door: Door, consultation_id: int) -> dict[str, object]:
    log = address("contact-new", consultation_id)
    return {
        "door": door,
        "owners": "、".join(door.owners),
        "state": word(f"places.states.{door.state}", spoken()) if door.state != "free" else "",
        "last": _last(door.last) if door.last else "",
        "log_url": f"{log}?flat={door.flat}",
    }


def _last(contact: Contact) -> str:
    at = timezone.localtime(contact.at)
    return f"{at:%m-%d} {said(f'ways.{contact.way}')} {said(f'results.{contact.result}')}"


def _contact_columns(consultation_id: int) -> tuple[Column, ...]:
    by = Doers()
    return (
        Column("at", "notices.contacts.at", "moment", "at"),
        Column("flat", "notices.contacts.flat", value=lambda row: row.flat.number),
        Column("way", "notices.contacts.way", value=lambda row: said(f"ways.{row.way}")),
        Column(
            "result", "notices.contacts.result", value=lambda row: said(f"results.{row.result}")
        ),
        Column("note", "notices.contacts.note"),
        Column(
            "photo",
            "notices.contacts.photo",
            value=lambda row: said("contacts.see_photo") if row.photo_id else "",
            url=lambda row: _kept(consultation_id, row.photo_id),
            exported=False,
        ),
        Column("by", "notices.contacts.by", value=lambda row: by(row.by)),
    )


def _kept(consultation_id: int, evidence_id: int | None) -> str | None:
    return address("kept", consultation_id, evidence_id) if evidence_id else None
