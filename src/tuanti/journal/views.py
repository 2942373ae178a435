"""The journal's pages: for those who check it, and for everybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from tuanti.journal import naming, queries
from tuanti.journal.canonical import canonical
from tuanti.journal.export import export_journal
from tuanti.journal.models import Checkpoint, Entry
from tuanti.journal.permissions import NotYours, Reader, reads_all
from tuanti.journal.sealing import public_key
from tuanti.texts.words import word
from tuanti.web.listing import Column, Filter, Listing, Rows, State, listing_response
from tuanti.web.templatetags.tuanti import moment, spoken

_DAYS = {"today": 1, "week": 7, "month": 30}


# --- For those who check ---------------------------------------------------------------------


def entries(request: HttpRequest) -> HttpResponseBase:
    """Show the entries whoever asks may see, to be searched and taken as a file."""
    found = queries.entries_for(_reader(request))
    listing = Listing(
        request,
        found,
        _columns(),
        search=_search,
        filters=_filters(found),
        title=word("journal.list.title", spoken()),
        empty="journal.list.empty",
    )
    whole = reads_all(_reader(request))
    return listing_response(request, "journal/entries.html", listing, {"whole": whole})


def export(request: HttpRequest) -> HttpResponseBase:
    """Hand over the whole journal as a file to be checked offline."""
    now = timezone.now()
    try:
        _, lines = export_journal(by=_reader(request), now=now)
    except NotYours as refusal:
        raise PermissionDenied from refusal
    name = f"journal-{timezone.localtime(now):%Y%m%d-%H%M}.jsonl"
    return StreamingHttpResponse(
        _encoded(lines),
        content_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry with its proof."""
    found = _entry_of(request, number)
    proof = queries.proof_of(found)
    shown = {
        "entry": found,
        "facts": _told(found) + (_sealed(found, proof.hash.hex()) if proof else []),
        "told": [_said_of(name, value) for name, value in sorted(found.facts.items())],
        "size": queries.sealed_size() if proof else 0,
    }
    return render(request, "journal/entry.html", shown)


def entry_proof(request: HttpRequest, number: int) -> HttpResponse:
    """Hand over the proof of an entry with the entry and its salt."""
    found = _entry_of(request, number)
    proof = queries.proof_of(found)
    if proof is None:
        raise Http404
    return _file(proof.document(public_key()) | queries.told(found), f"journal-{number}-proof.json")


# --- For everybody ---------------------------------------------------------------------------


def front(request: HttpRequest) -> HttpResponse:
    """Show the latest checkpoint, the key, and how to check; find a proof by its number."""
    asked = request.GET.get("entry", "").strip()
    if asked.isascii() and asked.isdigit() and _proved(int(asked)):
        return HttpResponseRedirect(reverse("journal:proof", args=[int(asked)]))
    last = queries.latest_checkpoint()
    return render(
        request,
        "journal/open.html",
        {"checkpoint": last, "key": public_key().text, "asked": asked[:20]},
    )


def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Hand over the latest checkpoint as text (C2SP tlog-checkpoint)."""
    return _note(queries.latest_checkpoint())


def checkpoint_of(_request: HttpRequest, size: int) -> HttpResponse:
    """Hand over the checkpoint signed at a size."""
    return _note(queries.checkpoint_of(size))


def growth(_request: HttpRequest, size: int) -> HttpResponse:
    """Prove that the journal only added to what it was at a checkpoint."""
    found = queries.growth_since(size)
    if found is None:
        raise Http404
    return _file(found, f"journal-growth-{size}.json")


def proof(_request: HttpRequest, number: int) -> HttpResponse:
    """Prove that an entry is there, without telling anything of it."""
    found = _proved(number)
    if found is None:
        raise Http404
    return _file(found, f"journal-{number}-proof.json")


# --- Columns and filters ---------------------------------------------------------------------


def _state(entry: Entry) -> State:
    name = "no" if entry.leaf is None else "yes"
    said = word(f"journal.sealed.{name}", spoken())
    return State("wait" if entry.leaf is None else "ok", said)


def _columns() -> tuple[Column, ...]:
    """Make the columns of one page; it looks each name up once."""
    doers = naming.Doers()
    return (
        Column(
            "number",
            "journal.list.number",
            sort="id",
            value=lambda entry: str(entry.pk),
            url=lambda entry: reverse("journal:entry", args=[entry.pk]),
        ),
        Column("at", "journal.list.at", kind="moment", sort="at"),
        Column("by", "journal.list.by", sort="by", value=lambda entry: doers(entry.by)),
        Column("act", "journal.list.act", sort="act", value=lambda entry: naming.act(entry.act)),
        Column(
            "subject",
            "journal.list.subject",
            value=lambda entry: naming.subject(entry.subject_kind, entry.subject_id),
        ),
        Column("sealed", "journal.list.sealed", kind="state", value=_state),
    )


def _filters(found: Rows) -> tuple[Filter, ...]:
    acts = [(code, naming.act(code)) for code in queries.values_of(found, "act")]
    kinds = [(name, naming.kind(name)) for name in queries.values_of(found, "subject_kind")]
    when = [(name, word(f"journal.periods.{name}", spoken())) for name in _DAYS]
    return (
        Filter("act", "journal.list.act", acts, lambda rows, code: rows.filter(act=code)),
        Filter("kind", "journal.list.kind", kinds, lambda rows, k: rows.filter(subject_kind=k)),
        Filter("when", "journal.list.when", when, _lately),
    )


def _lately(rows: Rows, period: str) -> Rows:
    first = timezone.localdate() - timedelta(days=_DAYS[period] - 1)
    return queries.since(rows, first)


def _search(rows: Rows, asked: str) -> Rows:
    """Find by day, by number, by who acted, by subject."""
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    return queries.on_day(rows, day) if day else queries.search(rows, asked)


# --- What stands on a page -------------------------------------------------------------------


def _told(entry: Entry) -> list[dict[str, Any]]:
    around = f"{reverse('journal:entries')}?q={entry.subject_kind}:{entry.subject_id}"
    return [
        _fact("at", moment(entry.at)),
        _fact("by", naming.Doers()(entry.by), note=entry.by),
        _fact("act", naming.act(entry.act), note=entry.act),
        _fact("subject", naming.subject(entry.subject_kind, entry.subject_id), url=around),
    ]


def _sealed(entry: Entry, digest: str) -> list[dict[str, Any]]:
    over = queries.checkpoint_over(entry)
    assert over, "a sealed entry has a checkpoint"
    facts = {"size": f"{over.size:,}", "at": moment(over.at)}
    at = reverse("journal:checkpoint-of", args=[over.size])
    return [
        _fact("leaf", str(entry.leaf), book="entry"),
        _fact("hash", digest, book="entry"),
        _fact("checkpoint", naming.said("journal.entry.size", **facts), book="entry", url=at),
    ]


def _said_of(name: str, value: object) -> dict[str, Any]:
    """Say a fact in words, and beneath them what stands in the entry, which is what is sealed."""
    written = f"{name}: {canonical(value)}"
    return {"label": naming.fact(name), "value": naming.value(name, value), "note": written}


def _fact(name: str, value: str, book: str = "list", **more: str) -> dict[str, Any]:
    return {"label": word(f"journal.{book}.{name}", spoken()), "value": value, **more}


def _entry_of(request: HttpRequest, number: int) -> Entry:
    """Find an entry among those whoever asks may see."""
    found = queries.entries_for(_reader(request)).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _proved(number: int) -> dict[str, Any] | None:
    found = queries.entry_with(number)
    proved = queries.proof_of(found) if found else None
    return proved.document(public_key()) if proved else None


def _note(found: Checkpoint | None) -> HttpResponse:
    if found is None:
        raise Http404
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8")


def _file(data: dict[str, Any], name: str) -> HttpResponse:
    how = {"ensure_ascii": False, "indent": 1}
    answer = JsonResponse(data, json_dumps_params=how)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)


def _reader(request: HttpRequest) -> Reader:
    actor: Reader = request.actor  # type: ignore[attr-defined]  # put there by the people's room
    return actor
