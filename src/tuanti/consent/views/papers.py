"""Papers to print: a list of those there are, and each as PDF or Word, one or a whole estate's."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tuanti import papers as printer
from tuanti.consent import permissions
from tuanti.consent.models import Consultation, Poll, RollFlat
from tuanti.consent.queries import papers, polls, story
from tuanti.consent.queries.papers_told import Printing
from tuanti.consent.refusals.polls import CodeElsewhere, CodeUnread
from tuanti.consent.views.story_doing import address, name_of, seen, trail_of
from tuanti.papers.facts import Facts
from tuanti.people.http import Request
from tuanti.places.queries import scoped
from tuanti.texts.words import say, word
from tuanti.web.doing import fetched
from tuanti.web.templatetags.tuanti import spoken

FORMATS = {
    "pdf": ("application/pdf", printer.pdf),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        printer.docx,
    ),
}
# What is printed of a whole estate at once.
OF_ESTATES = ("ballot", "doors", "summary", "notice", "mandate", "pack")


def said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    """Say a sentence of the papers' pages in the language of the page."""
    return say(f"papers.pages.{path}", spoken(), **facts)


def papers_page(request: Request, consultation_id: int) -> HttpResponse:
    """Show the papers there are of a consultation, and those of the estate around it."""
    here = seen(request, consultation_id)
    ready = papers.there(request.actor, here)
    context = {
        "title": said("title"),
        "trail": trail_of(here, (said("title"), "")),
        "lines": [_line(here, kind, ready=kind in ready) for kind in _kinds(request, here)],
        "flats": [*_flats(request, here, ready)],
        "estate": [*_estate(request, here)],
        "name": name_of(here),
    }
    return render(request, "consent/papers/list.html", context)


def paper(request: Request, consultation_id: int, kind: str) -> HttpResponse:
    """Hand over a paper: ``?format=docx`` as Word, ``?which=`` of one flat or meeting only."""
    here = seen(request, consultation_id)
    if kind not in papers.KINDS:
        raise Http404
    found = papers.paper_of(here, kind, _printing(request), which=_which(request))
    return _answer(request, kind, found, name_of(here))


def estate_papers(request: Request, estate_id: int, kind: str) -> HttpResponse:
    """Hand over a kind of paper of all stairwells of an estate, as one file."""
    estate = fetched(scoped.estates_for(request.actor, *permissions.KNOW), estate_id)
    if kind not in OF_ESTATES:
        raise Http404
    rows = story.consultations_for(request.actor, *permissions.KNOW)
    rows = rows.filter(stairwell__building__estate=estate).exclude(state="withdrawn")
    printing = _printing(request)
    ordered = rows.select_related("plan__profile").order_by("stairwell__building", "stairwell")
    found = [one for here in ordered for one in papers.paper_of(here, kind, printing)]
    return _answer(request, kind, found, estate.name)


def ballot_form(request: Request, code: str) -> HttpResponse:
    """Lead from the code on a ballot form to where it is entered, or where its owner votes.

    To anyone else it is the way to the stairwell's page, as the poster is.
    """
    flat = _flat_with(code)
    here = flat.poll.consultation
    if permissions.may(request.actor, permissions.TYPE, here, allow_resident=False):
        return redirect(_entering(flat, code))
    return redirect(f"/b/{here.stairwell.code}")


def _entering(flat: RollFlat, code: str) -> str:
    """Find where a paper ballot is typed in."""
    try:
        return f"{reverse('consent:ballots', args=[flat.poll.consultation_id])}?code={quote(code)}"
    except NoReverseMatch:
        return address("consultation", flat.poll.consultation_id)


def _flat_with(code: str) -> RollFlat:
    head = code.partition("-")[0].upper()
    poll = Poll.objects.filter(code=head).select_related("consultation__stairwell").first()
    if poll is None:
        raise Http404
    try:
        return polls.flat_with(poll, code)
    except (CodeUnread, CodeElsewhere):
        raise Http404 from None


def _printing(request: Request) -> Printing:
    return Printing(
        lang=spoken(),
        now=timezone.now(),
        by=request.actor,
        origin=request.build_absolute_uri("/").rstrip("/"),
        phone=settings.PHONE,
        made_up=settings.DEMO,
    )


def _which(request: Request) -> int | None:
    asked = request.GET.get("which", "")
    if not asked:
        return None
    if not asked.isdecimal():
        raise Http404
    return int(asked)


def _answer(request: Request, kind: str, found: Sequence[Facts], name: str) -> HttpResponse:
    """Hand over a file; there is none where there is no paper."""
    form = request.GET.get("format", "pdf")
    if not found or form not in FORMATS:
        raise Http404
    content_type, make = FORMATS[form]
    title = f"{name}-{word(f'papers.kinds.{kind}', spoken())}.{form}"
    answer = HttpResponse(make(kind, found, spoken()), content_type=content_type)
    shown = "inline" if form == "pdf" else "attachment"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(title)}"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _kinds(request: Request, here: Consultation) -> list[str]:
    return papers.kinds_for(request.actor, here)


def _line(here: Consultation, kind: str, *, ready: bool) -> dict[str, Any]:
    return {
        "name": word(f"papers.kinds.{kind}", spoken()),
        "text": said(f"about.{kind}"),
        "url": address("paper", here.pk, kind) if ready else "",
        "wait": said(f"when.{kind}"),
    }


def _flats(request: Request, here: Consultation, ready: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield each flat with its own papers, for whoever may have those of all."""
    kinds = [kind for kind in ready if kind in papers.SINGLE]
    if request.actor.kind == "resident" or not kinds:
        return
    for flat in here.stairwell.flats.order_by("floor", "number"):
        yield {
            "number": flat.number,
            "ways": [
                (
                    word(f"papers.kinds.{kind}", spoken()),
                    f"{address('paper', here.pk, kind)}?which={flat.pk}",
                )
                for kind in kinds
            ],
        }


def _estate(request: Request, here: Consultation) -> Iterator[dict[str, Any]]:
    """Yield what may be printed of the whole estate."""
    estate = here.stairwell.building.estate
    if not scoped.estates_for(request.actor, *permissions.KNOW).filter(pk=estate.pk).exists():
        return
    for kind in OF_ESTATES:
        yield {
            "name": word(f"papers.kinds.{kind}", spoken()),
            "url": reverse("consent:estate-papers", args=[estate.pk, kind]),
        }
