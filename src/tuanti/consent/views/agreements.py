"""The agreement with its signatures, the mandates, and the demand that comes of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from tuanti.consent import forms_notices as forms
from tuanti.consent import permissions
from tuanti.consent.commands import agreements, mandates
from tuanti.consent.commands.agreements import PAPER, SIGN_ON_PAPER
from tuanti.consent.models import Agreement, Consultation, Mandate
from tuanti.consent.queries import notices as known
from tuanti.consent.queries.mandates import buyers_there
from tuanti.consent.queries.notices import AgreedStairwell
from tuanti.consent.queries.story import consultations_for
from tuanti.consent.views.desk import said
from tuanti.consent.views.notices import by_now, fact_of
from tuanti.consent.views.story_doing import (
    address,
    carried_out,
    form_page,
    name_of,
    seen,
    trail_of,
)
from tuanti.people.actors import CLOCK, Actor
from tuanti.people.http import Request
from tuanti.people.queries import organisations
from tuanti.people.vault import masked_name
from tuanti.places.codes import shown_code
from tuanti.places.naming import whole_name
from tuanti.places.queries import scoped
from tuanti.texts.words import word
from tuanti.web.doing import Way, fetched
from tuanti.web.listing import Column, Listing, State, listing_response
from tuanti.web.templatetags.layout import percent
from tuanti.web.templatetags.tuanti import moment, spoken

DRAW = (*permissions.RUN, "owners-representative")


def agreement_new(request: Request, consultation_id: int) -> HttpResponse:
    """Draw up the agreement; drawn anew, it begins with the terms of the one before."""
    here = seen(request, consultation_id, *DRAW)
    before = known.agreement_of(here)
    form = forms.TermsForm(request.POST or None, initial=before.facts["terms"] if before else None)
    return form_page(
        request,
        form,
        title=said("agreement.redraw" if before else "agreement.new"),
        lead=said("agreement.redraw_hint" if before else "agreement.lead"),
        consultation=here,
        do=lambda: agreements.draw_agreement(
            consultation_id=here.pk, terms=form.facts, **by_now(request)
        ),
        to=address("agreement", here.pk),
        submit="notices.agreement.new",
    )


def agreement(request: Request, consultation_id: int) -> HttpResponse:
    """Show the agreement: every clause, who has signed, who has given a mandate."""
    here = seen(request, consultation_id, *permissions.KNOW)
    row = _latest(here)
    title = said("agreement.title", number=row.number)
    today = timezone.localdate()
    parties = [*_parties(row, here, today)]
    signed, given = (sum(one[key] for one in parties) for key in ("signed", "mandated"))
    context = {
        "title": title,
        "place": name_of(here),
        "trail": trail_of(here, (title, "")),
        "here": here,
        "row": row,
        "facts": _facts_of(row),
        "clauses": _clauses(row),
        "parties": parties,
        "compensated": row.facts["compensated"],
        "signed": said("agreement.progress", done=signed, all=len(parties)),
        "whole": signed == len(parties),
        "given": said("mandate.progress", done=given, all=len(parties)),
        "mandating": here.state in ("agreed", "mandated"),
        "ways": [*_ways(request.actor, here)],
        "settle_url": _settle_url(request.actor, here, missing=len(parties) - given),
    }
    return render(request, "consent/notices/agreement.html", context)


def sign_new(request: Request, consultation_id: int) -> HttpResponse:
    """Enter a signature on paper."""
    here = seen(request, consultation_id, *SIGN_ON_PAPER)
    row = _latest(here)
    form = forms.SignForm(request.POST or None, request.FILES or None)
    form.offer("party", _signers(row))
    return _after(
        request,
        here,
        form,
        "agreement.sign_on_paper",
        lambda: agreements.sign_agreement(
            agreement_id=row.pk, way=PAPER, **form.facts, **by_now(request)
        ),
    )


def mandate_new(request: Request, consultation_id: int) -> HttpResponse:
    """Enter a mandate on paper."""
    here = seen(request, consultation_id, *SIGN_ON_PAPER)
    row = _latest(here)
    form = forms.MandateForm(request.POST or None, request.FILES or None)
    form.offer("party", _signers(row))
    form.offer("buyer", buyers_there(here))
    return _after(
        request,
        here,
        form,
        "mandate.new",
        lambda: mandates.give_mandate(
            agreement_id=row.pk, way=PAPER, **form.facts, **by_now(request)
        ),
        lead="mandate.lead",
    )


def mandate_leave_paper(request: Request, mandate_id: int) -> HttpResponse:
    """Leave a mandate by a signed letter."""
    row, here = _mandate(request, mandate_id)
    form = forms.LeaveForm(request.POST or None, request.FILES or None)
    return _after(
        request,
        here,
        form,
        "mandate.leave",
        lambda: mandates.leave_mandate(mandate_id=row.pk, **form.facts, **by_now(request)),
        lead="mandate.leave_lead",
    )


def mandate_above(request: Request, mandate_id: int) -> HttpResponse:
    """Enter a confirmation of a sum above the ceiling."""
    row, here = _mandate(request, mandate_id)
    form = forms.AboveForm(request.POST or None, request.FILES or None)
    return _after(
        request,
        here,
        form,
        "mandate.confirm_above",
        lambda: mandates.confirm_above_ceiling(mandate_id=row.pk, **form.facts, **by_now(request)),
        lead="mandate.above_lead",
    )


def settle(request: Request, consultation_id: int) -> HttpResponse:
    """Find every flat mandated."""
    here = seen(request, consultation_id, *permissions.RUN)
    return carried_out(
        request,
        lambda: mandates.settle_mandates(consultation_id=here.pk, **by_now(request)),
        address("agreement", here.pk),
    )


def demand(request: Request) -> HttpResponseBase:
    """List the agreed demand in the actor's reach."""
    today = timezone.localdate()
    rows = known.agreed_demand(request.actor, today)
    listing = Listing(
        request,
        rows,
        _demand_columns(rows, request.actor, today),
        title=said("demand.title"),
        empty="notices.demand.empty",
    )
    mandated = sum(one.mandated for one in rows)
    figures = [
        {"label": said("demand.stairwells"), "value": f"{len(rows):,}"},
        {"label": said("demand.of_which"), "value": f"{mandated:,}"},
        {"label": said("demand.lifts"), "value": f"{sum(one.lifts for one in rows):,}"},
    ]
    return listing_response(request, "consent/notices/demand.html", listing, {"figures": figures})


def _after(
    request: Request,
    here: Consultation,
    form: forms.Offered,
    path: str,
    do: Callable[[], object],
    lead: str = "",
) -> HttpResponse:
    """Show a form that leads back to the agreement."""
    back = address("agreement", here.pk)
    return form_page(
        request,
        form,
        title=said(path),
        lead=said(lead) if lead else "",
        consultation=here,
        do=do,
        to=back,
        up=[(said("agreement.one"), back)],
    )


def _latest(here: Consultation) -> Agreement:
    row = known.agreement_of(here)
    if row is None:
        raise Http404
    return row


def _mandate(request: Request, mandate_id: int) -> tuple[Mandate, Consultation]:
    reach = consultations_for(request.actor, *SIGN_ON_PAPER)
    rows = Mandate.objects.filter(agreement__consultation__in=reach.values("pk"))
    row = fetched(rows.select_related("agreement"), mandate_id)
    return row, fetched(reach, row.agreement.consultation_id)


def _parties(row: Agreement, here: Consultation, today: date) -> Iterator[dict[str, Any]]:
    lacking = {one["flat"] for one in known.unsigned(row)}
    signings = {one.flat_id: one for one in row.signings.order_by("-id")}
    given = {one.flat_id: one for one in row.mandates.order_by("id")}
    names = _names(row)
    for one in row.facts["parties"]:
        flat = one["flat"]
        signing, mandate = signings.get(flat), given.get(flat)
        holds = mandate is not None and not mandate.left_at and mandate.expires_on >= today
        yield one | {
            "owners": "、".join(names[owner] for owner in one["owners"]),
            "signed": flat not in lacking,
            "scan": _scan(here, signing),
            "mandated": holds,
            "mandate": mandate,
            "sign": "ok" if holds else "wait",
            "text": said(f"mandate.{_stand(mandate, holds=holds)}"),
            "paper": _scan(here, mandate),
            "leave_url": address("mandate-leave-paper", mandate.pk) if holds and mandate else "",
            "above_url": address("mandate-above", mandate.pk) if holds and mandate else "",
        }


def _stand(mandate: Mandate | None, *, holds: bool) -> str:
    if mandate is None:
        return "lacking"
    return "holds" if holds else "left" if mandate.left_at else "expired"


def _scan(here: Consultation, row: Any) -> str:  # noqa: ANN401 (a signing, a mandate, none)
    return address("kept", here.pk, row.paper_id) if row is not None and row.paper_id else ""


def _names(row: Agreement) -> dict[int, str]:
    """Call the owners who are parties by their masked names."""
    owners = {owner for one in row.facts["parties"] for owner in one["owners"]}
    rows = scoped.owners_for(CLOCK).filter(pk__in=owners)  # whoever sees the agreement, masked
    return {one.pk: masked_name(one.name) for one in rows}


def _signers(row: Agreement) -> list[tuple[str, str]]:
    names = _names(row)
    return [
        (f"{one['flat']}-{owner}", f"{one['number']} {names[owner]}")
        for one in row.facts["parties"]
        for owner in one["owners"]
    ]


def _facts_of(row: Agreement) -> list[dict[str, object]]:
    rule = row.facts["signing"]["rule"]
    law = ", ".join(row.facts["signing"]["law"])
    return [
        fact_of("agreement.made_at", moment(row.made_at)),
        fact_of("agreement.signing", said(f"agreement.{rule}-sign"), note=law),
        fact_of("agreement.code", shown_code(row.code)),
        fact_of("agreement.digest", row.digest[:16]),
    ]


def _clauses(row: Agreement) -> list[dict[str, object]]:
    terms, plan = row.facts["terms"], row.facts["plan"]
    bp = plan["late_factor_bp"]
    late = said("agreement.late_told", years=plan["late_years"], percent=percent(bp))
    lift = said("notice.lift_told", profile=plan["profile"][spoken()], stops=plan["stops"])
    return [
        fact_of("notice.plan", plan["name"]),
        fact_of("notice.position", plan["position"]),
        fact_of("notice.lift", lift, note=said(f"entries.{plan['entry']}")),
        *(fact_of(f"agreement.{name}", terms[name]) for name in ("manager", "fund", "repairs")),
        *(_right(matter, choice) for matter, choice in plan["rights"].items()),
        fact_of("agreement.late", late if bp else said("agreement.late_same")),
        fact_of("agreement.buyers", said("agreement.buyers_told")),
        *([fact_of("agreement.other", terms["other"])] if terms["other"] else []),
    ]


def _right(matter: str, choice: str) -> dict[str, object]:
    label = word(f"consultation.matters.{matter}", spoken())
    return {"label": label, "value": word(f"consultation.rights.{matter}.{choice}", spoken())}


def _ways(actor: Actor, here: Consultation) -> Iterator[Way]:
    yield Way(address("paper", here.pk, "agreement"), said("agreement.print"), "print")
    if permissions.may(actor, SIGN_ON_PAPER, here):
        if here.state == "on-notice":
            sign = address("sign-new", here.pk)
            yield Way(sign, said("agreement.sign_on_paper"), "edit", main=True)
        if here.state in ("agreed", "mandated"):
            yield Way(address("mandate-new", here.pk), said("mandate.new"), "paper", main=True)
    if permissions.may(actor, DRAW, here) and here.state == "on-notice":
        yield Way(address("agreement-new", here.pk), said("agreement.redraw"), "edit")


def _settle_url(actor: Actor, here: Consultation, *, missing: int) -> str:
    ready = here.state == "agreed" and not missing
    runs = permissions.may(actor, permissions.RUN, here)
    return address("mandates-settle", here.pk) if ready and runs else ""


def _demand_columns(rows: list[AgreedStairwell], actor: Actor, today: date) -> tuple[Column, ...]:
    places = _places(actor, rows)
    names = dict(
        organisations().filter(pk__in={one.buyer for one in rows}).values_list("pk", "name")
    )
    return (
        Column(
            "place",
            "notices.demand.place",
            value=lambda row: places[row.stairwell],
            url=lambda row: address("agreement", row.consultation),
            sort="place",
        ),
        Column(
            "district", "notices.demand.district", value=lambda row: known.district_of(row, today)
        ),
        Column(
            "profile",
            "notices.demand.profile",
            sort="profile",
            value=lambda row: row.lift[spoken()],
        ),
        Column("entry", "notices.demand.entry", value=lambda row: said(f"entries.{row.entry}")),
        Column("stops", "notices.demand.stops", "number", "stops"),
        Column("total_fen", "notices.demand.total", "yuan", "total_fen"),
        Column("state", "notices.demand.state", "state", "state", _mandated),
        Column("ceiling_fen", "notices.demand.ceiling", "yuan", "ceiling_fen"),
        Column("buyer", "notices.demand.buyer", value=lambda row: names.get(row.buyer, "")),
        Column("expires_on", "notices.demand.expires_on", "date", "expires_on"),
    )


def _mandated(row: AgreedStairwell) -> State:
    name = "mandated" if row.mandated else "agreed"
    return State("ok" if row.mandated else "wait", said(f"demand.{name}"))


def _places(actor: Actor, rows: list[AgreedStairwell]) -> Mapping[int, str]:
    wells = scoped.stairwells_for(actor).select_related("building__estate")
    found = wells.in_bulk([one.stairwell for one in rows])
    return {pk: whole_name(one, spoken()) for pk, one in found.items()}
