"""What is on offer: plans side by side, who may use the lift, what it does to the reader's home."""

from typing import Any

from tuanti.consent.queries import story
from tuanti.overview.case import Case, plan_of
from tuanti.overview.costs import Bill
from tuanti.overview.course import said
from tuanti.overview.money import bill_for
from tuanti.rules.sharing.schemes import find
from tuanti.texts.words import word
from tuanti.web.templatetags.tuanti import spoken, yuan

_TALKS = ("wished", "canvassing", "draft")
_GRADES = {"none": "ok", "slight": "info", "some": "warn", "serious": "warn"}
_EFFECTS = ("daylight", "ventilation", "noise", "privacy")
_BP_A_PERCENT = 100


def shown(case: Case) -> dict[str, Any]:
    """Show the plans, or the one chosen; the rights under it; what it does to the reader's home."""
    if case.consultation is None:
        return {}
    chosen = plan_of(case)
    there = case.plans if case.state in _TALKS else [chosen]
    there = [one for one in there if one]
    return {
        "plans": _beside(case, there) if there else None,
        "rights": _rights(chosen) if chosen else [],
        "impacts": _impacts(case, chosen) if chosen else [],
    }


def _beside(case: Case, there: list[Any]) -> dict[str, Any]:
    several = len(there) > 1
    names = [name for name in _TOLD if several or name not in _BILLED]
    lines = [_line(name, [_TOLD[name](one) for one in there]) for name in names]
    bills = [bill_for(case, one) for one in there]
    if several and case.reader.homes:
        lines.insert(0, _line("yours", [_own(bill) for bill in bills], main=True))
    columns = [
        {"name": one.name, "chosen": one.pk == case.consultation.plan_id and several}
        for one in there
    ]
    return {
        "several": several,
        "columns": columns,
        "lines": [one for one in lines if any(one["values"])],
    }


def _line(name: str, values: list[str], *, main: bool = False) -> dict[str, Any]:
    return {"name": said(f"plans.{name}"), "values": values, "main": main}


def _own(bill: Bill | None) -> str:
    if bill is None:
        return "—"
    return yuan(bill.own_fen) if bill.own_fen else said("bill.free")


def _profile(plan: Any) -> str:  # noqa: ANN401 (a row of consent)
    return str(plan.profile.title_en if spoken() == "en" else plan.profile.title_zh)


def _late(plan: Any) -> str:  # noqa: ANN401 (as above)
    percent = plan.late_factor_bp // _BP_A_PERCENT
    name = "late_text" if percent else "late_plain"
    return said(f"plans.{name}", n=plan.late_years, **({"percent": percent} if percent else {}))


# What a plan is told by: the line's name, and how its value is written.
_TOLD = {
    "total": lambda plan: yuan(plan.total_fen),
    "subsidy": lambda plan: yuan(plan.subsidy_fen),
    "profile": _profile,
    "entry": lambda plan: said(f"entries.{plan.entry}"),
    "position": lambda plan: plan.position,
    "stops": lambda plan: str(plan.stops),
    "scheme": lambda plan: find(plan.scheme).title[spoken()],
    "running": lambda plan: yuan(plan.running_fen),
    "late": _late,
}

_BILLED = frozenset({"total", "subsidy", "running"})  # told with the bill, where there is one plan


def _rights(plan: Any) -> list[dict[str, object]]:  # noqa: ANN401 (as above)
    return [
        {
            "label": word(f"consultation.matters.{matter}", spoken()),
            "value": word(f"consultation.rights.{matter}.{choice}", spoken()),
        }
        for matter, choice in plan.rights.items()
    ]


def _impacts(case: Case, plan: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (as above)
    found = story.impacts_of(plan)
    return [_impact(flat, found[flat.pk]) for flat in case.reader.flats if flat.pk in found]


def _impact(flat: Any, impact: Any) -> dict[str, Any]:  # noqa: ANN401 (rows)
    grades = [(name, getattr(impact, name)) for name in _EFFECTS]
    return {
        "title": said("impact.home", number=flat.number),
        "grades": [
            {
                "name": said(f"impact.{name}"),
                "state": _GRADES[grade],
                "text": said(f"grades.{grade}"),
            }
            for name, grade in grades
        ],
        "occupied": impact.occupied,
        "note": impact.note,
        "author": impact.author,
    }
