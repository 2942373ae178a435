"""The workbooks of sharing: the plan of a lift in, what each flat pays out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuanti.rules.errors import Fault
from tuanti.rules.sharing.plan import Costs, Flat, OwnTable, Plan, check
from tuanti.sheets import tables
from tuanti.sheets.sharing_tables import Result, tables_of
from tuanti.sheets.tables import Filled
from tuanti.texts import Lang
from tuanti.texts.words import word

_STOPS: Mapping[str, int] = {"level": 0, "below": -1, "above": 1}
_FLAT_FIELDS = ("id", "floor", "area_dm2", "takes_part")


@dataclass(frozen=True, slots=True)
class Case:
    """What a plan's workbook holds: the plan, and what it costs to run the lift."""

    title: str
    fictional: bool
    plan: Plan
    running_fen: int | None
    running_rule: str


def read_plan(path: str | Path) -> tuple[Case | None, Filled]:
    """Read a plan's workbook: the case, unless there is a fault, and what was read."""
    filled = tables.read(layout(), path)
    if filled.faults:
        return None, filled
    filled = filled.blamed(_half_costs(filled.data["plan"]))
    case = _case(filled.data)
    filled = filled.blamed(check(case.plan))
    return (None if filled.faults else case), filled


def layout() -> tables.Layout:
    """Lay out the plan's workbook."""
    return tables.declared("share_plan.toml")


def write_template(path: str | Path, lang: Lang, *, example: bool) -> None:
    """Write the plan's workbook, empty or with an invented example."""
    tables.write(layout(), path, lang, example_plan(lang) if example else None)


def write_shares(result: Result, path: str | Path, lang: Lang) -> None:
    """Write what each flat pays; with a comparison, the schemes side by side."""
    remark = word("sharing.made_up", lang) if result.fictional else ""
    tables.write_results(path, lang, result.title, tables_of(result, lang), remark)


def example_plan(lang: Lang) -> dict[str, Any]:
    """Invent a plan to try: seven floors, two flats each; one flat does not take part."""
    said: Mapping[Lang, tuple[str, str, str]] = {
        "zh": ("荷花苑 3 栋 2 单元", "王阿姨", "李叔"),
        "en": ("Hehua Court, building 3, stairwell 2", "Auntie Wang", "Uncle Li"),
    }
    title, wang, li = said[lang]
    flats = [
        {
            "id": f"{floor}0{door}",
            "floor": floor,
            "area_dm2": area_dm2,
            "takes_part": (floor, door) != (4, 2),
            "exempt": floor == 1,
        }
        for floor in range(1, 8)
        for door, area_dm2 in ((1, 8250), (2, 6820))
    ]
    flats[0] |= {"owner": wang, "compensation_fen": 600_000}
    flats[10] |= {"owner": li}
    head = {"title": title, "fictional": True, "total_fen": 52_000_000, "subsidy_fen": 15_000_000}
    costs = {"fixed_fen": 25_000_000, "storey_fen": 4_500_000}
    upkeep = {"running_fen": 650_000, "running_rule": "same"}
    return {"plan": head | {"scheme": "gd-ref"} | costs | upkeep, "flats": flats}


def _half_costs(plan: Mapping[str, Any]) -> Iterator[Fault]:
    for name, other in (("fixed_fen", "storey_fen"), ("storey_fen", "fixed_fen")):
        if name not in plan and other in plan:
            yield Fault("sharing.costs_half", ("plan", name), {"field": name})


def _case(data: Mapping[str, Any]) -> Case:
    head = data["plan"]
    entries = tuple((row["floor"], row["entry"]) for row in data["table"])
    per = head.get("table_per", "per-flat").removeprefix("per-")
    plan = Plan(
        flats=tuple(_flat(row) for row in data["flats"]),
        total_fen=head["total_fen"],
        subsidy_fen=head.get("subsidy_fen", 0),
        scheme=head["scheme"],
        inside=head.get("inside", ""),
        costs=_costs(head),
        table=OwnTable(entries, per) if entries else None,
    )
    return Case(
        title=head.get("title", ""),
        fictional=head.get("fictional", False),
        plan=plan,
        running_fen=head.get("running_fen"),
        running_rule=head.get("running_rule", "same"),
    )


def _costs(head: Mapping[str, Any]) -> Costs | None:
    if "fixed_fen" not in head or "storey_fen" not in head:
        return None
    return Costs(head["fixed_fen"], head["storey_fen"])


def _flat(row: Mapping[str, Any]) -> Flat:
    return Flat(
        **{name: row[name] for name in _FLAT_FIELDS},
        exempt=row.get("exempt", False),
        street_floor=row.get("street_floor", 1),
        stop=_STOPS[row.get("stop", "level")],
        compensation_fen=row.get("compensation_fen", 0),
        owner=row.get("owner", ""),
    )
