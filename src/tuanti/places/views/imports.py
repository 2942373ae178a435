"""Pages of imports: the list of them, a new one, and one page for each, by its state."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from tuanti.people.http import Request
from tuanti.places import marking, tasks
from tuanti.places.commands import imports as commands
from tuanti.places.forms_imports import ColumnsForm, ImportForm
from tuanti.places.lists import Settled
from tuanti.places.models import Import
from tuanti.places.placing import Places
from tuanti.places.queries import imports as queries
from tuanti.places.views import importing
from tuanti.places.views.doing import named
from tuanti.rules.errors import RuleBroken
from tuanti.sheets import housing
from tuanti.texts.words import say
from tuanti.web.doing import fetched
from tuanti.web.listing import Column, Filter, Listing, State, listing_response
from tuanti.web.templatetags.tuanti import spoken
from tuanti.web.views import refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def imports(request: Request) -> HttpResponseBase:
    """List the imports of the actor's places, their own first in mind."""
    rows = queries.imports_for(request.actor)
    choices = [("mine", _said("mine")), ("others", _said("others"))]
    listing = Listing(
        request,
        rows,
        _columns(request),
        search=queries.found,
        filters=[Filter("whose", "imports.whose", choices, _whose(request))],
        title=_said("title"),
        empty="imports.empty",
    )
    new = reverse("places:import-new")
    context = {"listing_action_url": new, "listing_action_text": _said("new")}
    return listing_response(request, "places/imports/list.html", listing, context)


def import_new(request: Request) -> HttpResponse:
    """Bring a list."""
    form = ImportForm(request.POST or None, request.FILES or None)
    form.offer(queries.scopes_for(request.actor).order_by("level", "code", "pk"))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = commands.bring_list(
                scope_id=form.cleaned_data["scope"].pk,
                name=file.name,
                content=file.chunks(),
                by=request.actor,
                now=timezone.now(),
            )
        except RuleBroken as refusal:
            form.refuse(refusal, "file")
        else:
            return redirect("places:import", row.pk)
    return render(request, "places/imports/new.html", {"form": form})


def template(_request: Request) -> FileResponse:
    """Hand over the workbook to fill in, in the page's language."""
    content, name = BytesIO(housing.template(spoken())), _said("template_name")
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)


def one(request: Request, import_id: int) -> HttpResponse:
    """Show an import by its state; take how its columns are to be read."""
    row = _seen(request, import_id)
    form = _form(request, row) if row.state in importing.AT_REST and row.path else None
    if request.method == "POST" and form and form.is_valid():
        try:
            _settle(request, row, form)
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _said("done.settled"))
            return redirect("places:import", row.pk)
    context = importing.context_of(row, timezone.now())
    return render(request, "places/imports/one.html", {**context, "form": form})


def progress(request: Request, import_id: int) -> HttpResponse:
    """Show how far the job is; when it has ended, the whole page comes anew."""
    row = _seen(request, import_id)
    if not request.htmx:
        return redirect("places:import", row.pk)
    if row.state not in commands.AT_WORK:
        return HttpResponseClientRefresh()
    context = importing.context_of(row, timezone.now())
    return render(request, "places/imports/progress.html", context)


def marked(request: Request, import_id: int) -> HttpResponseBase:
    """Hand over the workbook with its faults in red; a large one is made by a job first."""
    row, lang = _seen(request, import_id), spoken()
    name = f"{Path(row.name).stem}{_said('marked_name')}.xlsx"
    path = marking.path_of(row.pk, lang)
    if path.exists():
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=XLSX)
    if row.result.get("check", {}).get("rows", 0) > marking.AT_ONCE:
        tasks.run_mark.enqueue(row.pk, lang)
        messages.info(request, _said("done.marking"))
        return redirect("places:import", row.pk)
    out = BytesIO()
    try:
        marking.write(row, lang, out, timezone.now())
    except RuleBroken as refusal:
        return refused(request, refusal)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name, content_type=XLSX)


def check(request: Request, import_id: int) -> HttpResponse:
    """Begin to look the list through."""
    return _begin(request, import_id, commands.check_list)


def apply(request: Request, import_id: int) -> HttpResponse:
    """Begin to load the list, without the faulty lines if the button says so."""
    leave_out = request.POST.get("leave_out") == "1"
    return _begin(request, import_id, commands.apply_list, leave_out=leave_out)


def undo(request: Request, import_id: int) -> HttpResponse:
    """Begin to take back what the list made and changed."""
    return _begin(request, import_id, commands.undo_list)


def resume(request: Request, import_id: int) -> HttpResponse:
    """Begin again a job that stopped."""
    return _begin(request, import_id, commands.resume_list)


def drop(request: Request, import_id: int) -> HttpResponse:
    """Drop a list of which nothing is loaded."""
    row = _seen(request, import_id)
    try:
        commands.drop_list(import_id=row.pk, by=request.actor, now=timezone.now())
    except RuleBroken as refusal:
        return refused(request, refusal)
    messages.success(request, _said("done.dropped", name=row.name))
    return redirect("places:imports")


def _begin(request: Request, import_id: int, act: Callable[..., Any], **facts: Any) -> HttpResponse:  # noqa: ANN401 (of the command)
    row = _seen(request, import_id)
    try:
        act(import_id=row.pk, by=request.actor, now=timezone.now(), **facts)
    except RuleBroken as refusal:
        return refused(request, refusal)
    return redirect("places:import", row.pk)


def _seen(request: Request, import_id: int) -> Import:
    return fetched(queries.imports_for(request.actor), import_id)


def _form(request: Request, row: Import) -> ColumnsForm:
    streets = sorted(Places(row.scope).streets.values(), key=lambda street: street.name)
    choices = [(street.id, named(street.name)) for street in streets]
    data = request.POST if request.method == "POST" else None
    return ColumnsForm(data, row.result["opened"], Settled.of(row.settled), choices)


def _settle(request: Request, row: Import, form: ColumnsForm) -> None:
    commands.settle_columns(
        import_id=row.pk, settled=form.settled, by=request.actor, now=timezone.now()
    )


def _columns(request: Request) -> list[Column]:
    own = request.actor.id
    return [
        Column("name", "imports.name", sort="name", url=_to_one),
        Column(
            "scope", "imports.scope", value=lambda row: named(row.scope.name), sort="scope__name"
        ),
        Column("state", "imports.state", "state", value=_state, sort="state"),
        Column("rows", "imports.lines", "number", value=_lines),
        Column("by", "imports.by", value=lambda row: _by(row, own)),
        Column("at", "imports.at", "moment", sort="at"),
    ]


def _to_one(row: Import) -> str:
    return reverse("places:import", args=[row.pk])


def _state(row: Import) -> State:
    return State(importing.SIGNS[row.state], _said(f"states.{row.state}"))


def _lines(row: Import) -> int | None:
    rows: int | None = row.result.get("check", {}).get("rows")
    return rows


def _by(row: Import, own: str) -> str:
    return _said("me") if row.by == own else row.by_name


def _whose(request: Request) -> Callable[[Any, str], Any]:
    def narrow(rows: Any, whose: str) -> Any:  # noqa: ANN401 (a queryset)
        own = {"by": request.actor.id}
        return rows.filter(**own) if whose == "mine" else rows.exclude(**own)

    return narrow


def _said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    return say(f"imports.{path}", spoken(), **facts)
