"""Plans: drawn up with a preview, shown with every sum, side by side, and scheme by scheme."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.commands import planning
from tuanti.consent.drawing import Drawn, draw_up
from tuanti.consent.forms_plan import PlanForm, first_values
from tuanti.consent.forms_story import ImpactForm
from tuanti.consent.models import Consultation, Plan
from tuanti.consent.plan_facts import PlanFacts, facts_of
from tuanti.consent.queries import plans, story
from tuanti.consent.refusals.story import PlanRefused
from tuanti.consent.views import story_plan_shown as shown
from tuanti.consent.views.story_doing import (
    address,
    carried_out,
    form_page,
    in_words,
    said,
    seen,
    trail_of,
)
from tuanti.people.http import Request
from tuanti.profiles import queries as profiles
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing.schemes import find
from tuanti.web.doing import Way, fetched
from tuanti.web.listing import Listing, listing_response
from tuanti.web.templatetags.tuanti import spoken
from tuanti.web.views import refused

_STOPS = (2, 40)


def plan_new(request: Request, consultation_id: int) -> HttpResponse:
    """Draw up a plan: see what it makes of every flat, then keep it."""
    here = seen(request, consultation_id, *permissions.RUN)
    form = _form(request, here)
    drawn: Drawn | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                drawn = draw_up(here, form.facts, timezone.localdate())
            else:
                plan = planning.draw_plan(consultation_id=here.pk, facts=form.facts, **_by(request))
                messages.success(request, said("done"))
                return redirect(address("plan", plan.pk))
        except PlanRefused as refusal:
            form.refuse_all(refusal.faults)
        except RuleBroken as refusal:
            form.refuse(in_words(refusal))
    title = said("plan_form.title")
    context = {
        "title": title,
        "trail": trail_of(here, (title, "")),
        "form": form,
        "preview": shown.preview_of(here, drawn) if drawn else None,
        "proposal": _proposal(here, form),
        "cancel": address("consultation", here.pk),
    }
    return render(request, "consent/story/plan_form.html", context)


def plan(request: Request, plan_id: int) -> HttpResponseBase:
    """Show a plan: what it costs and why, who pays what, what it does to each flat."""
    row = _seen_plan(request, plan_id)
    here = row.consultation
    listing = Listing(
        request,
        shown.lines_of(row),
        shown.LINES,
        title=row.name,
        empty="consultation.plan.unshared",
    )
    runs = permissions.may(request.actor, permissions.RUN, here)
    knows = runs or permissions.may(request.actor, permissions.DRAW, here)
    context = {
        "title": said("plan.title", number=row.number, name=row.name),
        "trail": trail_of(here, (row.name, "")),
        "plan": row,
        "facts": [*shown.facts_of_plan(row)],
        "items": [shown.item_of(one) for one in row.estimate["items"]],
        "estimate": row.estimate,
        "unshared": shown.unshared(row),
        **shown.impacts_of(row, may=knows and here.state == "draft"),
        "ways": [
            Way(address("schemes", row.pk), said("schemes.open"), "bars"),
            Way(address("plans", here.pk), said("plans.open"), "list"),
        ],
        "acts": [*_acts(row)] if runs and here.state == "draft" else [],
    }
    return listing_response(request, "consent/story/plan.html", listing, context)


def plan_choose(request: Request, plan_id: int) -> HttpResponse:
    """Settle on a plan."""
    row = _seen_plan(request, plan_id)
    try:
        planning.choose_plan(plan_id=row.pk, **_by(request))
    except PlanRefused as refusal:
        for said_ in shown.faults_said(row, refusal):
            messages.error(request, said_)
        return redirect(address("plan", row.pk))
    except RuleBroken as refusal:
        return refused(request, in_words(refusal))
    messages.success(request, said("done"))
    return redirect(address("consultation", row.consultation_id))


def plan_drop(request: Request, plan_id: int) -> HttpResponse:
    """Drop a plan."""
    row = _seen_plan(request, plan_id)
    return carried_out(
        request,
        lambda: planning.drop_plan(plan_id=row.pk, **_by(request)),
        address("consultation", row.consultation_id),
    )


def plans_beside(request: Request, consultation_id: int) -> HttpResponse:
    """Set the plans side by side; ``?only=differences`` leaves out what is the same in all."""
    here = seen(request, consultation_id)
    found = plans.plans_of(here)
    only = request.GET.get("only") == "differences"
    told = [one for one in plans.side_by_side(found) if one.differs or not only]
    title = said("plans.title")
    context = {
        "title": title,
        "trail": trail_of(here, (title, "")),
        "plans": [{"name": one.name, "url": address("plan", one.pk)} for one in found],
        "chosen": here.plan_id,
        "lines": [shown.beside(one, found) for one in told],
        "homes": [*shown.homes_beside(here, found, only=only)],
        "only": only,
    }
    return render(request, "consent/story/plans.html", context)


def schemes(request: Request, plan_id: int) -> HttpResponseBase:
    """Compare the schemes for a plan: who gains, who loses, who would rather go alone."""
    row = _seen_plan(request, plan_id)
    here = row.consultation
    title = said("schemes.title")
    context: dict[str, Any] = {"title": title, "trail": trail_of(here, _up(row), (title, ""))}
    asked = request.GET.get("reference", "")
    try:
        beside = plans.comparison_of(row, reference=asked)
    except RuleBroken as refusal:
        context["refusal"] = shown.refusal_said(row, refusal)
        return render(request, "consent/story/schemes.html", context)
    context |= {
        "reference": find(beside.reference.scheme).title[spoken()],
        "columns": [shown.column_of(one, row) for one in beside.columns],
        "refused": [
            {"title": find(name).title[spoken()], "text": shown.refusal_said(row, why)}
            for name, why in beside.refused
        ],
    }
    rows, columns = shown.scheme_lines(row, beside), shown.scheme_columns(beside)
    listing = Listing(request, rows, columns, title=f"{row.name} {title}")
    return listing_response(request, "consent/story/schemes.html", listing, context)


def impact(request: Request, plan_id: int, flat_id: int) -> HttpResponse:
    """Record what a plan does to a flat."""
    rows = story.consultations_for(request.actor, *permissions.DRAW)
    row = fetched(Plan.objects.filter(consultation__in=rows.values("pk")), plan_id)
    here = seen(request, row.consultation_id)
    flat = fetched(here.stairwell.flats.all(), flat_id)
    before = row.impacts.filter(flat=flat).first()
    names = ("daylight", "ventilation", "noise", "privacy", "occupied", "note", "author")
    first = {name: getattr(before, name) for name in names} if before else {}
    form = ImpactForm(request.POST or None, initial=first)
    return form_page(
        request,
        form,
        title=said("impact_form.title", flat=flat.number),
        consultation=here,
        do=lambda: planning.record_impact(
            plan_id=row.pk, flat_id=flat.pk, facts=form.facts, **_by(request)
        ),
        to=address("plan", row.pk),
        lead=said("impact_form.lead"),
        up=[_up(row)],
    )


def _form(request: Request, here: Consultation) -> PlanForm:
    """Make the form of a plan: blank as the house has it, or begun from another plan."""
    on = timezone.localdate()
    lang = spoken()
    named = profiles.profiles_on(on)
    offered = [(one.pk, one.title_zh if lang == "zh" else one.title_en) for one in named]
    asked = [
        (line.id, line.title[lang]) for line in profiles.cost_model_on(on).model.lines if line.asked
    ]
    before = plans.plans_of(here)
    like = next((one for one in before if str(one.pk) == request.GET.get("like")), None)
    number = 1 + max(here.plans.values_list("number", flat=True), default=0)
    name = said("plan_form.usual_name", number=number)
    first = first_values(
        facts_of(like) if like else _usual(here, [pk for pk, _ in offered]),
        plans.usual_grounds(here),
    )
    return PlanForm(
        request.POST or None,
        flats=here.stairwell.flats.order_by("-floor", "pk"),
        profiles=offered,
        asked=asked,
        initial={**first, "name": name},
    )


def _usual(here: Consultation, offered: list[str]) -> PlanFacts:
    """Begin a plan as most are: a stop for each storey, half-landing entry, the usual scheme."""
    low, high = _STOPS
    storeys = here.stairwell.building.storeys or here.stairwell.flats.count() // 2
    profile = "p630" if "p630" in offered else next(iter(offered), "")
    return PlanFacts(
        name="",
        profile=profile,
        entry="half",
        position="",
        stops=min(max(storeys, low), high),
    )


def _proposal(here: Consultation, form: PlanForm) -> str:
    """Say what subsidy the rules propose for the lift as it stands in the form."""
    told = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    on = timezone.localdate()
    try:
        found = profiles.estimate_of(
            told["profile"], told["stops"], told["entry"], tuple(told.get("asks") or ()), on
        )
    except RuleBroken:
        return ""
    return shown.proposal_of(here, found.total.likely, on)


def _acts(row: Plan) -> list[Way]:
    """Offer to choose a plan, to begin another from it, and to drop it."""
    like = f"{address('plan-new', row.consultation_id)}?like={row.pk}"
    ways = [Way(like, said("plan.like"), "plus")]
    if row.dropped_at or row.consultation.plan_id == row.pk:
        return ways
    return [
        Way(address("plan-choose", row.pk), said("plan.choose"), "check", main=True, post=True),
        *ways,
        Way(address("plan-drop", row.pk), said("plan.drop"), "cross", post=True),
    ]


def _up(row: Plan) -> tuple[str, str]:
    return row.name, address("plan", row.pk)


def _seen_plan(request: Request, plan_id: int) -> Plan:
    """Fetch a plan of a consultation in the actor's reach.

    :raises Http404: there is none.
    """
    rows = story.consultations_for(request.actor)
    found = Plan.objects.filter(consultation__in=rows.values("pk"))
    return fetched(
        found.select_related("consultation__stairwell__building__estate", "profile"), plan_id
    )


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "now": timezone.now()}
