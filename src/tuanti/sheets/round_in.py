"""Read a round from a workbook or from JSON, with everything wrong with it found at once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from tuanti.rules.award.round import FORMAT, check
from tuanti.rules.award.round_fields import EVERY_ZONE, HEAD, LISTS
from tuanti.rules.errors import Fact, Fault, Path
from tuanti.sheets.guard import FileRefused
from tuanti.sheets.json_in import read_json
from tuanti.sheets.layout import round_layout
from tuanti.sheets.reading import Located, Reading, describe, unfollowed
from tuanti.sheets.scan import ref
from tuanti.sheets.workbook_in import Contents, Places, read_contents

__all__ = ["Located", "Reading", "describe", "read_round"]

_HEAD = {field.name for field in HEAD}


def read_round(path: str | FilePath) -> Reading:
    """Read a round and check it; whatever the file is, the answer is a reading."""
    path = FilePath(path)
    try:
        return read_json(path) if path.suffix.lower() == ".json" else _read_workbook(path)
    except FileRefused as refused:
        return Reading(None, (Located(refused.code, refused.facts),))


def _read_workbook(path: FilePath) -> Reading:
    contents = _as_round(read_contents(path, round_layout()))
    told = {fault.path for fault in contents.faults}
    checked = unfollowed(_with_headings(check(contents.data), told), told)
    faults = [*contents.faults, *(_located(fault, contents.places) for fault in checked)]
    faults.sort(key=_place_of(contents))
    if faults:
        return Reading(None, tuple(faults), tuple(contents.notes))
    notes = (*contents.notes, *_unused(contents))
    return Reading(contents.data, (), notes)


def _as_round(contents: Contents) -> Contents:
    """Set the sheet of the round itself apart: its head, and its rules."""
    entry = contents.data.pop("round")
    head = {"format": FORMAT} | {name: value for name, value in entry.items() if name in _HEAD}
    rules = {name: value for name, value in entry.items() if name not in _HEAD}
    contents.data = {**head, "rules": rules, **contents.data}
    contents.faults = [replace(fault, path=_round_path(fault.path)) for fault in contents.faults]
    return contents


def _round_path(path: Path) -> Path:
    if len(path) < 2 or path[0] != "round":  # noqa: PLR2004 (no field of the round)
        return path
    return path[1:] if path[1] in _HEAD else ("rules", *path[1:])


def _with_headings(faults: list[Fault], told: set[Path]) -> list[Fault]:
    """A missing column is told once, not in every row of it."""
    return [
        fault
        for fault in faults
        if len(fault.path) < 3 or (fault.path[0], fault.path[2]) not in told  # noqa: PLR2004
    ]


def _located(fault: Fault, places: Mapping[str, Places]) -> Located:
    top = str(fault.path[0]) if fault.path else ""
    key = top if top in LISTS else "round"
    facts = dict(fault.facts)
    for fact, target in (("first", key), ("book", "books")):
        if fact in facts:
            facts[fact] = places[target].rows[int(facts[fact] or 1) - 1]
    cell = _list_cell(fault.path, places[key]) if top in LISTS else _round_cell(fault.path, places)
    return Located(fault.code, facts, places[key].title, cell, fault.path)


def _list_cell(path: Path, places: Places) -> str:
    if len(path) < 2 or not isinstance(path[1], int):  # noqa: PLR2004 (the list as a whole)
        return ""
    name = str(path[2]) if len(path) > 2 else ""  # noqa: PLR2004
    first = min(places.columns.values(), default=1)
    return ref(places.rows[path[1]], places.columns.get(name, first))


def _round_cell(path: Path, places: Mapping[str, Places]) -> str:
    name = str(path[1] if path[:1] == ("rules",) and len(path) > 1 else (*path, "")[0])
    row = places["round"].columns.get(name)
    return ref(row, 2) if row else ""


def _place_of(contents: Contents) -> Any:  # noqa: ANN401 (a sort key)
    order = {key: at for at, key in enumerate(contents.places)}

    def place(found: Located) -> tuple[int, int, int]:
        top = str(found.path[0]) if found.path else "round"
        row = found.path[1] if len(found.path) > 1 else -1
        columns = contents.places.get(top, contents.places["round"]).columns
        column = columns.get(str(found.path[-1]), 0)
        return order.get(top, 0), row if isinstance(row, int) else -1, column

    return place


def _unused(contents: Contents) -> Iterator[Located]:
    """Prices nobody asked for: each zone and profile once, where it first stands."""
    data = contents.data
    zones = {lot.get("zone") or lot["district"] for lot in data["lots"]} | {EVERY_ZONE}
    profiles = {line["profile"] for line in data["bill"]}
    for name, known in (("zone", zones), ("profile", profiles)):
        seen: set[str] = set()
        for at, book in enumerate(data["books"]):
            value = book[name]
            if value not in known and value not in seen:
                seen.add(value)
                facts: dict[str, Fact] = {"value": value}
                fault = Fault(f"sheets.note_unused_{name}", ("books", at, name), facts)
                yield _located(fault, contents.places)
