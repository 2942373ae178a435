"""Cases from paper, the papers themselves, renovation projects, and what residents reported."""

from typing import Any

from django.db.models import F, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tuanti.people.actors import Actor
from tuanti.people.http import Request
from tuanti.places import evidence, forms, permissions
from tuanti.places.commands import papers, privacy, programme
from tuanti.places.models import Division, Evidence, PaperCase, Project, Stairwell
from tuanti.places.queries import scoped, tree
from tuanti.places.views import lists
from tuanti.places.views.doing import (
    carried_out,
    fact,
    form_page,
    in_chinese,
    name_of,
    named,
    said,
    trail_of,
)
from tuanti.places.views.filled import filled_from
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import word
from tuanti.web.doing import Way, fetched
from tuanti.web.listing import Listing, listing_response
from tuanti.web.templatetags.tuanti import day, moment, spoken, square_metres, yuan

_STAGES = {"voted": "info", "contracted": "info", "works": "wait", "installed": "ok"}


def shown(actor: Actor, here: Stairwell) -> list[dict[str, Any]]:
    """List a stairwell's cases from paper, as its page shows them."""
    may = permissions.may(actor, permissions.ENTER_PAPERS, here.building.estate)
    cases = here.paper_cases.select_related("evidence").order_by("-id")
    return [_case(one, may=may) for one in cases]


def paper_new(request: Request, stairwell_id: int) -> HttpResponse:
    """Enter a case from paper."""
    rows = scoped.stairwells_for(request.actor, *permissions.ENTER_PAPERS)
    here = fetched(rows, stairwell_id)
    form = forms.PaperForm(request.POST or None, request.FILES or None)

    def do() -> PaperCase:
        paper = forms.paper_of(form.cleaned_data["paper"])
        return papers.enter_from_paper(
            stairwell_id=here.pk, facts=form.facts, paper=paper, **_by(request)
        )

    return form_page(
        request,
        form,
        title=said("paper.new"),
        lead=said("paper.lead"),
        trail=trail_of(here, whole=True),
        do=do,
        to=lambda _: reverse("places:stairwell", args=[here.pk]),
    )


def paper_withdraw(request: Request, case_id: int) -> HttpResponse:
    """Take back a case from paper."""
    here = fetched(scoped.paper_cases_for(request.actor), case_id)
    return carried_out(
        request,
        lambda: papers.withdraw_paper_case(case_id=here.pk, **_by(request)),
        reverse("places:stairwell", args=[here.stairwell_id]),
    )


def evidence_file(request: Request, evidence_id: int) -> HttpResponse:
    """Hand over a paper, to those who may see what it proves."""
    wells = scoped.stairwells_for(request.actor, *permissions.READ_PAPERS).values("pk")
    cases = PaperCase.objects.filter(stairwell__in=wells).values("pk")
    owners = scoped.owners_for(request.actor, *permissions.KEEP_OWNERS).values("pk")
    rows = Evidence.objects.filter(Q(papercase__in=cases) | Q(agreement__owner__in=owners))
    here = fetched(rows.distinct(), evidence_id)
    try:
        content = evidence.read(here.path)
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=here.kind)
    suffix = here.path.rpartition(".")[2]
    answer["Content-Disposition"] = f'attachment; filename="{here.digest[:12]}.{suffix}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def project(request: Request, project_id: int) -> HttpResponse:
    """Show a renovation project."""
    here = fetched(scoped.projects_for(request.actor).select_related("division"), project_id)
    context: dict[str, Any] = {
        "title": here.name,
        "trail": [(said("programme.title"), reverse("places:programme")), (here.name, "")],
        "facts": _project_facts(here),
    }
    if _keeps(request, here):
        edit = reverse("places:project-edit", args=[here.pk])
        context["ways"] = [Way(edit, said("edit"))]
        context["remove_url"] = reverse("places:project-remove", args=[here.pk])
    return render(request, "places/thing.html", context)


def project_new(request: Request) -> HttpResponse:
    """Record a renovation project."""
    form = forms.ProjectForm(request.POST or None)
    reach = scoped.divisions_for(request.actor, *permissions.RECORD_PROGRAMME)
    offered = reach.filter(tree.valid()).exclude(level=Division.Level.COMMUNITY)
    form.fields["division"].queryset = offered  # type: ignore[attr-defined]  # a model's choice

    def do() -> Project:
        division = form.cleaned_data["division"].pk
        return programme.record_project(division_id=division, facts=form.facts, **_by(request))

    return form_page(
        request,
        form,
        title=said("programme.add"),
        trail=[(said("programme.title"), reverse("places:programme"))],
        do=do,
        to=lambda made: reverse("places:project", args=[made.pk]),
    )


def project_edit(request: Request, project_id: int) -> HttpResponse:
    """Mend a renovation project."""
    rows = scoped.projects_for(request.actor, *permissions.RECORD_PROGRAMME)
    here = fetched(rows, project_id)
    form = forms.AmendProjectForm(request.POST or None, initial=filled_from(here))
    address = reverse("places:project", args=[here.pk])
    return form_page(
        request,
        form,
        title=said("edit_of", name=here.name),
        trail=[(said("programme.title"), reverse("places:programme")), (here.name, address)],
        do=lambda: programme.amend_project(project_id=here.pk, facts=form.facts, **_by(request)),
        to=lambda _: address,
    )


def project_remove(request: Request, project_id: int) -> HttpResponse:
    """Remove a renovation project."""
    rows = scoped.projects_for(request.actor, *permissions.RECORD_PROGRAMME)
    here = fetched(rows, project_id)
    return carried_out(
        request,
        lambda: programme.remove_project(project_id=here.pk, **_by(request)),
        reverse("places:programme"),
        "done.removed",
    )


def reports(request: Request) -> HttpResponseBase:
    """List what residents reported, what is open first."""
    rows = scoped.reports_for(request.actor).select_related("flat__stairwell__building__estate")
    rows = rows.order_by(F("answered_at").asc(nulls_first=True), "-id")
    listing = Listing(request, rows, lists.REPORTS, empty="places.report.empty")
    title = said("report.title")
    context = {"title": title, "trail": [(title, "")]}
    return listing_response(request, "places/list.html", listing, context)


def report(request: Request, report_id: int) -> HttpResponse:
    """Show what a resident reported; take the answer."""
    rows = scoped.reports_for(request.actor).select_related("flat__stairwell__building__estate")
    here = fetched(rows, report_id)
    form = forms.AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            privacy.answer_report(report_id=here.pk, answer=answer, **_by(request))
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            return redirect("places:reports")
    flat = here.flat
    address = reverse("places:flat", args=[flat.pk])
    context = {
        "title": said("report.one"),
        "trail": [(said("report.title"), reverse("places:reports")), (said("report.one"), "")],
        "facts": [
            fact("report.home", name_of(flat), url=address),
            fact("report.at", moment(here.at)),
        ],
        "report": here,
        "form": form,
    }
    return render(request, "places/report.html", context)


def _case(one: PaperCase, *, may: bool) -> dict[str, Any]:
    facts = [
        fact("paper.on", day(one.on)),
        fact("paper.brand", one.brand),
        fact("paper.price", yuan(one.price_fen)),
        fact("paper.maintainer", one.maintainer),
        fact("paper.note", one.note),
        fact(
            "paper.evidence",
            one.evidence.name or one.evidence.digest[:12],
            url=reverse("places:evidence", args=[one.evidence_id]),
        ),
    ]
    withdraw = may and not one.withdrawn_at
    return {
        "stage": word(f"places.stages.{one.stage}", spoken()),
        "state": _STAGES[one.stage],
        "withdrawn": one.withdrawn_at is not None,
        "facts": [line for line in facts if line["value"]],
        "withdraw_url": reverse("places:paper-withdraw", args=[one.pk]) if withdraw else "",
    }


def _keeps(request: Request, here: Project) -> bool:
    rows = scoped.projects_for(request.actor, *permissions.RECORD_PROGRAMME)
    return rows.filter(pk=here.pk).exists()


def _project_facts(here: Project) -> list[dict[str, object]]:
    return [
        fact("project.division", named(here.division.name), note=in_chinese(here.division.name)),
        fact("project.year", here.year),
        fact("project.built_until", here.built_until),
        fact("project.area", square_metres(here.area_dm2)),
        fact("project.buildings", here.buildings),
        fact("project.households", here.households),
        fact("project.started_on", day(here.started_on)),
        fact("project.finished_on", day(here.finished_on)),
    ]


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "now": timezone.now()}
