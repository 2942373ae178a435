"""Pages of this room: the standard lifts, and the prices they are estimated by."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tuanti.people.http import Request
from tuanti.profiles import commands, permissions, queries
from tuanti.profiles.forms import ModelForm
from tuanti.rules import cost_model as rules
from tuanti.rules.cost_model import Line
from tuanti.rules.errors import Fault, RuleBroken
from tuanti.texts import sentence
from tuanti.texts.words import say, word
from tuanti.web.listing import Column, Listing, listing_response
from tuanti.web.templatetags.layout import percent
from tuanti.web.templatetags.tuanti import day, spoken, yuan

_BP = 10_000


def _said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    return say(f"profiles.{path}", spoken(), **facts)


def _title(row: Any) -> str:  # noqa: ANN401 (a profile)
    return str(row.title_zh if spoken() == "zh" else row.title_en)


def _speed(row: Any) -> str:  # noqa: ANN401 (as above)
    whole, rest = divmod(row.speed_mm_s, 1000)
    return f"{whole}.{rest:03}".rstrip("0").ljust(len(f"{whole}.0"), "0")


def _figure(name: str) -> Callable[[Line], str]:
    """Write a line's ``low``, ``likely`` or ``high``: yuan, or a part of the whole."""
    place = ("low", "likely", "high").index(name)

    def written(line: Line) -> str:
        if line.fen:
            return yuan(getattr(line.fen, name))
        assert line.share
        return percent(int(line.share[place] * _BP))

    return written


def _serves(line: Line) -> str:
    parts = [", ".join(line.profiles)] if line.profiles else []
    if line.entry:
        parts.append(word(f"profiles.entries.{line.entry}", spoken()))
    if line.asked:
        parts.append(_said("asked"))
    return "；".join(parts) if spoken() == "zh" else "; ".join(parts)


_PROFILES = (
    Column("id", "profiles.columns.id", sort="id"),
    Column("title", "profiles.columns.title", value=_title),
    Column("load_kg", "profiles.columns.load", "number", "load_kg"),
    Column("speed", "profiles.columns.speed", value=_speed),
    Column("drive", "profiles.columns.drive", value=lambda row: _said(f"drives.{row.drive}")),
    Column("machine_room", "profiles.columns.machine_room", "yes"),
    Column("wheelchair", "profiles.columns.wheelchair", "yes"),
    Column("source", "profiles.columns.source"),
    Column("from_on", "profiles.columns.from_on", "date", "from_on"),
)
_LINES = (
    Column("title", "profiles.columns.line", value=lambda line: line.title[spoken()]),
    Column("per", "profiles.columns.per", value=lambda line: _said(f"pers.{line.per}")),
    *(
        Column(name, f"profiles.columns.{name}", value=_figure(name))
        for name in ("low", "likely", "high")
    ),
    Column("serves", "profiles.columns.serves", value=_serves),
    Column("source", "profiles.columns.source", value=lambda line: line.source),
    Column("grade", "profiles.columns.grade", value=lambda line: line.grade),
    Column(
        "verified",
        "profiles.columns.verified",
        value=lambda line: line.verified_by or _said("unverified"),
    ),
    Column(
        "note", "profiles.columns.note", value=lambda line: line.note[spoken()] if line.note else ""
    ),
)


def profiles(request: Request) -> HttpResponseBase:
    """List the standard lifts plans may name today."""
    rows = queries.profiles_on(timezone.localdate())
    title = _said("title")
    listing = Listing(request, rows, _PROFILES, title=title, empty="profiles.empty")
    context = {
        "title": title,
        "trail": [(title, "")],
        "lead": _said("lead"),
        "ways": [(reverse("profiles:cost-model"), _said("model.title"), "bars")],
    }
    return listing_response(request, "profiles/list.html", listing, context)


def cost_model(request: Request) -> HttpResponseBase:
    """Show the cost model in force, line by line, and those that were or will be."""
    here = queries.cost_model_on(timezone.localdate())
    title = _said("model.title")
    listing = Listing(request, list(here.model.lines), _LINES, title=here.model.id)
    ways = [(reverse("profiles:cost-model-file"), _said("model.file"), "export")]
    if permissions.may_adopt(request.actor):
        ways.append((reverse("profiles:cost-model-new"), _said("model.new"), "plus"))
    unverified = sum(not line.verified_by for line in here.model.lines)
    context = {
        "title": title,
        "trail": [(_said("title"), reverse("profiles:profiles")), (title, "")],
        "lead": _said("model.lead"),
        "ways": ways,
        "warning": _said("model.unverified", n=unverified) if unverified else "",
        "facts": [*_facts(here)],
        "others": queries.cost_models(),
    }
    return listing_response(request, "profiles/list.html", listing, context)


def cost_model_file(request: Request) -> HttpResponse:
    """Hand over the text of the cost model in force."""
    del request
    here = queries.cost_model_on(timezone.localdate())
    answer = HttpResponse(here.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{here.model.id}.toml"'
    return answer


def cost_model_new(request: Request) -> HttpResponse:
    """Check another cost model, show what it says or every fault, and adopt it."""
    today = timezone.localdate()
    first = {"from_on": today + timedelta(days=1), "text": queries.cost_model_on(today).text}
    form = ModelForm(request.POST or None, request.FILES or None, initial=first)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        text = form.model_text
        faults = rules.check(text)
        context["faults"] = [_fault(one) for one in faults]
        if not faults and "adopt" in request.POST and _adopted(request, form, text):
            return redirect(reverse("profiles:cost-model"))
        if not faults:
            context["checked"] = _summary(rules.read(text), today)
    title = _said("model.new")
    context |= {
        "title": title,
        "trail": [
            (_said("title"), reverse("profiles:profiles")),
            (_said("model.title"), reverse("profiles:cost-model")),
            (title, ""),
        ],
        "form": form,
        "cancel": reverse("profiles:cost-model"),
    }
    return render(request, "profiles/model_form.html", context)


def _adopted(request: Request, form: ModelForm, text: str) -> bool:
    try:
        commands.adopt_cost_model(
            text=text,
            from_on=form.cleaned_data["from_on"],
            by=request.actor,
            now=timezone.now(),
        )
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _said("model.adopted"))
    return True


def _facts(here: queries.InForce) -> list[dict[str, object]]:
    since = day(here.from_on) if here.from_on else _said("model.packaged")
    return [
        {"label": _said("model.name"), "value": here.model.title[spoken()], "note": here.model.id},
        {"label": _said("model.priced_on"), "value": day(here.model.priced_on)},
        {"label": _said("model.from_on"), "value": since},
        {"label": _said("model.digest"), "value": here.digest[:16]},
    ]


def _summary(model: rules.Model, today: date) -> dict[str, object]:
    """Say what a checked model would make of a usual lift, beside the one in force."""
    before = queries.cost_model_on(today).model
    return {
        "lines": len(model.lines),
        "profiles": ", ".join(model.profiles),
        "added": ", ".join(sorted({x.id for x in model.lines} - {x.id for x in before.lines})),
        "gone": ", ".join(sorted({x.id for x in before.lines} - {x.id for x in model.lines})),
    }


def _fault(fault: Fault) -> dict[str, str]:
    where = ".".join(str(part) for part in fault.path)
    return {"where": where, "text": sentence(fault.code, spoken(), **fault.facts)}
