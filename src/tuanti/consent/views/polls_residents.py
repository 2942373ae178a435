"""What residents do in a vote, and what anybody may check.

A resident's page posts to ``consent:cast`` with the vote's id: ``client_id`` (a UUID minted with
the form, hidden, so that a form sent twice is one ballot), ``flat`` (its row id) and
``answer_<matter>`` for every matter of ``queries.polls.asked_of``: ``yes``, ``no`` or ``abstain``.
It goes on to ``consent:receipt``. ``consent:dispute`` takes the record's id and no fields.
"""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from tuanti.consent.commands import ballots as commands
from tuanti.consent.forms_polls import CodeForm, cast_from
from tuanti.consent.models import Record
from tuanti.consent.queries import notices
from tuanti.consent.queries import polls as known
from tuanti.consent.receipts import read_short
from tuanti.consent.refusals.polls import CodeUnread, FormTorn
from tuanti.consent.views.polls_shown import fault_said, said
from tuanti.consent.views.story_doing import address
from tuanti.journal.sealing import public_key
from tuanti.people.http import Request
from tuanti.places.naming import whole_name
from tuanti.places.refusals import CodeMistyped
from tuanti.rules.errors import RuleBroken
from tuanti.web.doing import fetched
from tuanti.web.templatetags.tuanti import moment, spoken
from tuanti.web.views import refused


def cast(request: Request, poll_id: int) -> HttpResponse:
    """Take a resident's ballot; the moment it came in is the first thing noted."""
    received_at = timezone.now()
    try:
        receipt = commands.cast_ballot(
            poll_id=poll_id, by=request.actor, received_at=received_at, **cast_from(request.POST)
        )
    except FormTorn as torn:
        fetched(known.polls_for(request.actor), poll_id)
        return refused(request, torn)
    except RuleBroken as refusal:
        return _refused(request, refusal)
    return redirect(address("receipt", receipt.code))


def dispute(request: Request, record_id: int) -> HttpResponse:
    """Take a dispute over a ballot that was entered for the owner."""
    row = fetched(known.records_for(request.actor).filter(kind="ballot"), record_id)
    try:
        commands.dispute_ballot(record_id=row.pk, by=request.actor, now=timezone.now())
    except RuleBroken as refusal:
        return _refused(request, refusal)
    messages.success(request, said("dispute.done"))
    if request.actor.kind == "resident":
        code = row.poll.consultation.stairwell.code
        return redirect(reverse(settings.STAIRWELL_PAGE, args=[code]))
    return redirect(address("ballot", row.pk))


def receipt(request: Request, code: str) -> HttpResponse:
    """Show a resident the receipt of a ballot for their flat, or hand it over as a file."""
    row = _own(request, code)
    issued = known.receipt_of(row)
    if request.GET.get("format") == "txt":
        answer = HttpResponse(issued.note, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="receipt-{issued.code}.txt"'
        return answer
    poll = row.poll
    context = {
        "title": said("receipt.title"),
        "place": whole_name(poll.consultation.stairwell, spoken()),
        "flat": row.roll_flat.number if row.roll_flat else "",
        "seq": row.seq,
        "at": moment(row.received_at),
        "closes": moment(poll.closes_at),
        "open": poll.closed_at is None and timezone.now() < poll.closes_at,
        "code": issued.code,
        "check": request.build_absolute_uri(address("check", issued.code)),
        "qr": _drawn(issued.note),
        "note": issued.note,
        "back": reverse(settings.STAIRWELL_PAGE, args=[poll.consultation.stairwell.code]),
    }
    return render(request, "consent/polls/receipt.html", context)


def check_any(request: Request) -> HttpResponse:
    """Ask for the code of a receipt, a notice or an agreement."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    form.fields["code"].label = said("check.code")
    form.fields["code"].help_text = said("check.code_hint")
    if form.is_bound and form.is_valid():
        typed = "".join(form.cleaned_data["code"].split())
        slug = "".join(one for one in typed if one.isascii() and (one.isalnum() or one == "-"))
        if slug == typed:
            return redirect(address("check", slug))
        form.refuse(CodeUnread(), "code")
    return render(request, "consent/polls/check_any.html", {"form": form})


def check(request: Request, code: str) -> HttpResponse:
    """Tell anybody what a code stands for: that a ballot stands in the chain; not what it says."""
    try:
        found = _receipt_checked(code) if "-" in code else _paper_checked(code)
    except RuleBroken:
        found = None
    if found is None:
        return render(request, "consent/polls/check.html", {"code": code}, status=404)
    return render(request, "consent/polls/check.html", {"code": code, **found})


def _receipt_checked(code: str) -> dict[str, Any] | None:
    row = known.record_with(read_short(code))
    if row is None:
        return None
    fault = known.fault_of(row.poll)
    standing = fault is None or int(fault.facts["seq"] or 0) > row.seq
    return {
        "kind": "receipt",
        "seq": row.seq,
        "at": moment(row.received_at),
        "hash": row.hash,
        "poll": row.poll.code,
        "standing": standing,
        "fault": fault_said(fault.code, fault.facts) if fault else "",
        "key": public_key().text,
    }


def _paper_checked(code: str) -> dict[str, Any] | None:
    try:
        found = notices.check_code(code)
    except CodeMistyped:
        return None
    if found is None:
        return None
    return {
        "kind": found.kind,
        "place": found.place[spoken()],
        "number": found.number,
        "digest": found.digest,
        "made_at": moment(found.made_at),
        "from_on": found.from_on,
        "last_on": found.last_on,
        "latest": found.latest,
    }


def _own(request: Request, code: str) -> Record:
    """Fetch a line by its receipt's code, for the owner it is about."""
    try:
        row = known.record_with(read_short(code))
    except CodeUnread:
        raise Http404 from None
    rows = known.records_for(request.actor).select_related(
        "poll__consultation__stairwell__building__estate", "roll_flat"
    )
    found = fetched(rows.filter(kind="ballot"), row.pk if row else 0)
    if found.body["owner"] != str(request.actor.owner):
        raise Http404
    return found


def _refused(request: Request, refusal: RuleBroken) -> HttpResponse:
    """Show a refusal; what is out of reach is not there."""
    if refusal.code == "places.not_in_reach":
        raise Http404
    return refused(request, refusal)


def _drawn(note: str) -> SafeString:
    """Draw a receipt as a picture to scan, without script or style."""
    drawn = segno.make(note, error="l", micro=False, encoding="utf-8")
    svg = drawn.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 (drawn here, from what we signed)
