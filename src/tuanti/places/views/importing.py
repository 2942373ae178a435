"""What the page of an import shows: where it stands, what was found, what came of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from tuanti.places import marking
from tuanti.places.commands.imports import AT_WORK, IMPORT, STALLED
from tuanti.places.lists import told_back
from tuanti.places.models import Estate, Import
from tuanti.places.views.doing import named
from tuanti.sheets import housing
from tuanti.sheets.housing_columns import layout
from tuanti.texts import sentence
from tuanti.texts.words import say
from tuanti.web.templatetags.tuanti import spoken

AT_REST = frozenset({"brought", "checked", "failed", "undone"})
SIGNS: Mapping[str, str] = {
    "brought": "wait",
    "checking": "info",
    "checked": "info",
    "applying": "info",
    "applied": "ok",
    "undoing": "info",
    "undone": "wait",
    "failed": "no",
    "halted": "warn",
    "dropped": "wait",
}
HOW: Mapping[str, str] = {
    "known": "ok",
    "chosen": "ok",
    "guessed": "warn",
    "rival": "warn",
    "ignored": "wait",
}
_STEPS = ("bring", "columns", "check", "load")
_AT_STEP: Mapping[str, int] = {
    "brought": 1,
    "failed": 1,
    "undone": 1,
    "checking": 2,
    "checked": 3,
    "applying": 3,
    "halted": 3,
    "undoing": 3,
    "applied": 4,
}
_KINDS = ("estate", "building", "stairwell", "flat", "owner", "ownership", "change")
_SHOWN = 12  # estates linked to


def context_of(row: Import, now: datetime) -> dict[str, Any]:
    """Give the page of an import all it shows."""
    found = row.result.get("check")
    return {
        "row": row,
        "where": named(row.scope.name),
        "sign": SIGNS[row.state],
        "steps": list(_steps(row)),
        "acts": IMPORT.possible(row.state),
        "working": row.state in AT_WORK,
        "stalled": row.state in AT_WORK and row.moved_at <= now - STALLED,
        "fault": _fault(row),
        "found": _found(found) if found and row.state != "checking" else None,
        "outcome": list(_outcome(row)),
        "estates": _estates(row) if row.state == "applied" else None,
        "absent": [_heading(name) for name in row.result.get("opened", {}).get("absent", ())],
        "how": HOW,
        "large": bool(found and found["rows"] > marking.AT_ONCE),
        "made": marking.path_of(row.pk, spoken()).exists(),
    }


def _steps(row: Import) -> Iterator[dict[str, str]]:
    now = _AT_STEP[row.state]
    for at, name in enumerate(_STEPS):
        state = "done" if at < now else "now" if at == now else "next"
        yield {"text": _said(f"steps.{name}"), "state": state}


def _fault(row: Import) -> str:
    if not row.fault:
        return ""
    return sentence(row.fault, spoken(), **row.result.get("fault", {}))


def _found(found: Mapping[str, Any]) -> dict[str, Any]:
    faults = sum(found["faults"].values())
    return {
        **found,
        "figures": [
            {"label": _said(f"found.{name}"), "value": f"{value:,}"}
            for name, value in (
                ("lines", found["lines"]),
                ("new_estates", found["new"].get("estate", 0)),
                ("new_flats", found["new"].get("flat", 0)),
                ("known_flats", found["known"].get("flat", 0)),
            )
        ],
        "groups": list(_groups(found)),
        "count": faults,
        "capped": faults > marking.MOST,
        "gaps": [
            {**gap, "heading": _heading(gap["field"]), "said": _said(f"gaps.{_gap(gap['code'])}")}
            for gap in found["gaps"]
        ],
        "notes": housing.said(told_back(found["notes"]), spoken()),
    }


def _groups(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the faults of each kind together, the commonest kind first."""
    first = told_back(found["first"])
    for code, count in found["faults"].items():
        said = housing.said([one for one in first if one.code == code], spoken())
        yield {"said": said, "count": count, "more": count - len(said)}


def _gap(code: str) -> str:
    return code.rpartition(".")[2]


def _heading(name: str) -> str:
    return layout().heading(("flats", 1, name), name, spoken())


def _outcome(row: Import) -> Iterator[dict[str, Any]]:
    """Say what was made and mended, or taken back and kept, kind by kind."""
    for what in ("made", "mended", "removed", "restored", "kept"):
        counts = row.result.get(what) or {}
        said = [
            _said(f"kinds.{kind}", n=f"{counts[kind]:,}") for kind in _KINDS if counts.get(kind)
        ]
        if said:
            joined = ("、" if spoken() == "zh" else ", ").join(said)
            yield {"label": _said(f"outcome.{what}"), "value": joined}


def _estates(row: Import) -> dict[str, Any]:
    made = Estate.objects.filter(source=row.pk)
    links = [
        {"name": estate.name, "url": reverse("places:estate", args=[estate.pk])}
        for estate in made[:_SHOWN]
    ]
    return {"links": links, "more": max(0, made.count() - len(links))}


def _said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    return say(f"imports.{path}", spoken(), **facts)
