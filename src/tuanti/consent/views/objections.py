"""Objections to a notice, their mediation, and what follows from them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from tuanti.consent import forms_notices as forms
from tuanti.consent import permissions
from tuanti.consent.commands import objections
from tuanti.consent.models import Consultation, Objection
from tuanti.consent.queries import notices as known
from tuanti.consent.queries.story import consultations_for
from tuanti.consent.views.desk import said
from tuanti.consent.views.notices import SIGNS, by_now, fact_of, latest_of
from tuanti.consent.views.story_doing import address, form_page, seen, trail_of
from tuanti.people.actors import Actor
from tuanti.people.http import Request
from tuanti.people.vault import masked_name
from tuanti.places.queries import scoped
from tuanti.web.doing import Trail, Way, fetched
from tuanti.web.listing import Column, Listing, State, listing_response
from tuanti.web.templatetags.tuanti import moment


def objection_list(request: Request, consultation_id: int) -> HttpResponseBase:
    """List the objections of a consultation, the latest first."""
    here = seen(request, consultation_id, *permissions.KNOW)
    rows = here.objections.select_related("flat", "notice").order_by("-id")
    title = said("notice.objections")
    listing = Listing(request, rows, _OBJECTIONS, title=title, empty="notices.notice.no_objections")
    mediates = permissions.may(request.actor, permissions.MEDIATE, here, allow_resident=False)
    runs = permissions.may(request.actor, permissions.RUN, here, allow_resident=False)
    context = {
        "title": title,
        "trail": trail_of(here, (title, "")),
        "new_url": address("objection-new", here.pk) if mediates else "",
        "print_url": address("paper", here.pk, "objections") if rows else "",
        "revise_url": address("revise", here.pk) if runs and here.state == "objected" else "",
        "fail_url": address("fail", here.pk) if runs and here.state == "objected" else "",
    }
    return listing_response(request, "consent/notices/objections.html", listing, context)


def objection_new(request: Request, consultation_id: int) -> HttpResponse:
    """Enter an objection that was handed in."""
    here = seen(request, consultation_id, *permissions.MEDIATE)
    row = latest_of(here)
    form = forms.ObjectionForm(request.POST or None, request.FILES or None)
    form.offer("party", _people(request.actor, here))
    return form_page(
        request,
        form,
        title=said("objection.new"),
        lead=said("objection.lead"),
        consultation=here,
        do=lambda: objections.object_to_notice(notice_id=row.pk, **form.facts, **by_now(request)),
        to=address("objections", here.pk),
        up=[(said("notice.one"), address("notice", here.pk))],
    )


def objection(request: Request, objection_id: int) -> HttpResponse:
    """Show an objection with its mediation."""
    row, here = _objection(request, objection_id, *permissions.KNOW)
    mediates = permissions.may(request.actor, permissions.MEDIATE, here, allow_resident=False)
    title = said("objection.title", number=row.pk)
    context = {
        "title": title,
        "trail": _objection_trail(here, title),
        "row": row,
        "facts": _objection_facts(row, here.pk),
        "steps": row.mediations.select_related("paper"),
        "here": here,
        "acts": [
            Way(address(f"objection-{name}", row.pk), said(f"objection.{name}"), icon)
            for name, icon in (("mediate", "talk"), ("withdraw", "edit"), ("void", "cross"))
            if mediates and row.state == "open"
        ],
    }
    return render(request, "consent/notices/objection.html", context)


def objection_mediate(request: Request, objection_id: int) -> HttpResponse:
    """Record a step of mediation."""
    return _on_objection(request, objection_id, "mediate", forms.MediateForm, objections.mediate)


def objection_withdraw(request: Request, objection_id: int) -> HttpResponse:
    """Record that who objected takes it back."""
    act = objections.withdraw_objection
    return _on_objection(request, objection_id, "withdraw", forms.WithdrawForm, act)


def objection_void(request: Request, objection_id: int) -> HttpResponse:
    """Set an objection aside that is not named, not written, or disowned."""
    return _on_objection(request, objection_id, "void", forms.VoidForm, objections.void_objection)


def revise(request: Request, consultation_id: int) -> HttpResponse:
    """Go back to the plans to meet an objection, once that is confirmed."""
    here = seen(request, consultation_id, *permissions.RUN)
    return _confirmed(request, here, "objection.revise", objections.revise_plan)


def fail(request: Request, consultation_id: int) -> HttpResponse:
    """Find a case failed, for a reason."""
    here = seen(request, consultation_id, *permissions.RUN)
    form = forms.FailForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("objection.fail"),
        lead=said("objection.fail_hint"),
        consultation=here,
        do=lambda: objections.fail_consultation(
            consultation_id=here.pk, reason=form.cleaned_data["reason"], **by_now(request)
        ),
    )


def reopen(request: Request, consultation_id: int) -> HttpResponse:
    """Go back to the plans after a vote that failed, once that is confirmed."""
    here = seen(request, consultation_id, *permissions.RUN)
    return _confirmed(request, here, "reopen.title", objections.reopen_consultation)


def _on_objection(
    request: Request,
    objection_id: int,
    name: str,
    kind: type[forms.Offered],
    do: Callable[..., object],
) -> HttpResponse:
    row, here = _objection(request, objection_id, *permissions.MEDIATE)
    form: Any = kind(request.POST or None, request.FILES or None)
    back = address("objection", row.pk)
    return form_page(
        request,
        form,
        title=said(f"objection.{name}"),
        consultation=here,
        do=lambda: do(objection_id=row.pk, **form.facts, **by_now(request)),
        to=back,
        up=[(said("objection.title", number=row.pk), back)],
    )


def _confirmed(
    request: Request, here: Consultation, path: str, do: Callable[..., object]
) -> HttpResponse:
    lead = said("objection.revise_hint") if path == "objection.revise" else ""
    return form_page(
        request,
        forms.PlainForm(request.POST if request.method == "POST" else None),
        title=said(path),
        lead=lead,
        consultation=here,
        do=lambda: do(consultation_id=here.pk, **by_now(request)),
        submit=f"notices.{path}",
        kind="act",
    )


def _objection(request: Request, objection_id: int, *duties: str) -> tuple[Objection, Consultation]:
    reach = consultations_for(request.actor, *duties)
    rows = Objection.objects.filter(consultation__in=reach.values("pk"))
    row = fetched(rows.select_related("flat", "owner", "notice", "paper"), objection_id)
    return row, fetched(reach, row.consultation_id)


def _objection_trail(here: Consultation, title: str) -> Trail:
    return trail_of(here, (said("notice.objections"), address("objections", here.pk)), (title, ""))


def _people(actor: Actor, here: Consultation) -> Iterator[tuple[str, str]]:
    """Offer every owner of the building, flat by flat, and each flat unsigned."""
    flats = scoped.flats_for(actor).filter(stairwell__building=here.stairwell.building_id)
    flats = flats.select_related("stairwell").prefetch_related("ownerships__owner")
    for flat in flats.order_by("stairwell", "-floor", "number"):
        own = flat.stairwell_id == here.stairwell_id
        number = flat.number if own else f"{flat.stairwell.name} {flat.number}"
        for held in flat.ownerships.all():
            yield f"{flat.pk}-{held.owner_id}", f"{number} {masked_name(held.owner.name)}"
        yield str(flat.pk), said("objection_form.unsigned", number=number)


def _objection_facts(row: Objection, consultation_id: int) -> list[dict[str, object]]:
    named = masked_name(row.owner.name) if row.owner else said("none")
    paper = address("kept", consultation_id, row.paper_id) if row.paper_id else ""
    lines = [
        fact_of("objection.flat", row.flat.number, note=named),
        fact_of("objection.raised_at", moment(row.raised_at)),
        fact_of("objection.state", said(f"objections.{row.state}"), state=SIGNS[row.state]),
        fact_of("objection.text", row.text),
    ]
    if paper:
        lines.append(fact_of("objection.paper", said("objection.see_paper"), url=paper))
    if outcome := _outcome(row):
        lines.append(fact_of("objection.outcome", outcome))
    return lines


def _outcome(row: Objection) -> str:
    first, _, rest = row.outcome.partition("\n")
    if first in (*known.VOID, known.REVISED):
        return " ".join((said(f"void.{first}"), rest)).strip()
    return row.outcome


def _state(row: Objection) -> State:
    return State(SIGNS[row.state], said(f"objections.{row.state}"))


_OBJECTIONS = (
    Column(
        "number",
        "notices.notice.objections",
        value=lambda row: said("objection.title", number=row.pk),
        url=lambda row: address("objection", row.pk),
    ),
    Column("flat", "notices.objection.flat", value=lambda row: row.flat.number),
    Column("raised_at", "notices.objection.raised_at", "moment", "raised_at"),
    Column("state", "notices.objection.state", "state", "state", _state),
    Column("outcome", "notices.objection.outcome", value=_outcome),
)
