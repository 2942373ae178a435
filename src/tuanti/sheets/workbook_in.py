"""What a workbook holds: every cell of a layout read, every fault with its sheet and cell."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from tuanti.rules.errors import Fact, Path
from tuanti.sheets.cells import Wrong, read
from tuanti.sheets.guard import FileRefused, admit
from tuanti.sheets.layout import Column, Layout, Sheet, plain
from tuanti.sheets.reading import Located
from tuanti.sheets.scan import Place, Scan, per_cent_styles, ref, scan_sheet, sheet_parts
from tuanti.texts import LANGS, Lang

_HEADING_ROWS = 10  # people put a title above the headings


@dataclass(slots=True)
class Tab:
    """A sheet as found in the file."""

    sheet: Sheet
    title: str
    rows: list[list[Any]]
    scan: Scan
    lang: Lang


@dataclass(slots=True)
class Places:
    """Where the fields of a sheet stand: in which column, and on which row each entry.

    On a form's sheet a field has a row, and ``columns`` holds it instead.
    """

    title: str
    columns: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[int] = ()


@dataclass(slots=True)
class Contents:
    """What the workbook holds, by sheet, with what could not be read left as ``Wrong``.

    A list is a list of entries, a form one entry; an entry maps its fields to values, without the
    blank ones.
    """

    data: dict[str, Any] = field(default_factory=dict)
    faults: list[Located] = field(default_factory=list)
    notes: list[Located] = field(default_factory=list)
    places: dict[str, Places] = field(default_factory=dict)


def read_contents(path: FilePath, layout: Layout) -> Contents:
    """Read a workbook.

    :raises FileRefused: it cannot be read, or is not safe to.
    """
    parts, contents = admit(path), Contents()
    tabs = _tabs(path, layout, contents)
    if any(part.startswith("xl/externalLinks/") for part in parts):
        contents.notes.append(Located("sheets.note_external_links"))
    lang: Lang = next((tab.lang for tab in tabs.values()), "zh")
    for key, sheet in layout.sheets.items():
        contents.data[key] = {} if sheet.form else []
        contents.places[key] = Places(sheet.title[lang])
        if key in tabs:
            _formulas(tabs[key], contents)
            (_read_form if sheet.form else _read_list)(tabs[key], layout, contents)
        else:
            _missing_sheet(sheet, contents)
    return contents


def _tabs(path: FilePath, layout: Layout, contents: Contents) -> dict[str, Tab]:
    known: dict[str, tuple[Sheet, Lang]] = {
        plain(title): (sheet, lang)
        for sheet in layout.sheets.values()
        for lang, title in sheet.title.items()
    }
    aside = {plain(layout.readme[lang]) for lang in LANGS}
    tabs: dict[str, Tab] = {}
    with zipfile.ZipFile(path) as archive, _opened(path) as workbook:
        parts, styles = sheet_parts(archive), per_cent_styles(archive)
        for title in workbook.sheet_names:
            if plain(title) not in known:
                if plain(title) not in aside:
                    contents.notes.append(Located("sheets.note_unknown_sheet", {"value": title}))
                continue
            sheet, lang = known[plain(title)]
            if sheet.key in tabs:
                facts: dict[str, Fact] = {"sheet": sheet.key}
                contents.faults.append(
                    Located("sheets.sheet_twice", facts, title, "", (sheet.key,))
                )
                continue
            scan = scan_sheet(archive, parts.get(title, ""), styles)
            tabs[sheet.key] = Tab(sheet, title, _values(workbook, title), scan, lang)
    return tabs


def _opened(path: FilePath) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(path)
    except (CalamineError, OSError, ValueError) as broken:
        raise FileRefused("sheets.damaged", part=path.name) from broken


def _values(workbook: CalamineWorkbook, title: str) -> list[list[Any]]:
    try:
        return workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as broken:
        raise FileRefused("sheets.damaged", part=title) from broken


def _missing_sheet(sheet: Sheet, contents: Contents) -> None:
    if not sheet.optional:
        title, facts = contents.places[sheet.key].title, {"sheet": sheet.key}
        contents.faults.append(Located("sheets.sheet_missing", facts, title, "", (sheet.key,)))


def _formulas(tab: Tab, contents: Contents) -> None:
    first = [ref(*place) for place in tab.scan.first_formulas]
    if first:
        facts: dict[str, Fact] = {"count": tab.scan.formulas, "cells": ", ".join(first)}
        contents.notes.append(Located("sheets.note_formulas", facts, tab.title, first[0]))


def _blank(value: object) -> bool:
    return value == "" or value is None or (isinstance(value, str) and not value.strip())


def _spoilt(scan: Scan, place: Place) -> Wrong | None:
    """A cell that looks blank to the reader of values, but is not."""
    if place in scan.errors:
        return Wrong("sheets.error_cell", {"value": scan.errors[place]})
    return Wrong("sheets.no_cached_value", {}) if place in scan.uncached else None


def _one(tab: Tab, column: Column, place: Place, value: object) -> object:
    """Read a cell; ``None`` if it is blank."""
    wrong = _spoilt(tab.scan, place)
    if wrong is not None or _blank(value):
        return wrong
    return read(column, value, per_cent=place in tab.scan.per_cent)


def _read_list(tab: Tab, _layout: Layout, contents: Contents) -> None:
    key, heading_row = tab.sheet.key, _heading_row(tab)
    columns = _columns(tab, heading_row, contents)
    filled = [
        at for at in range(heading_row + 1, _last_row(tab) + 1) if _is_filled(tab, at, columns)
    ]
    entries: list[dict[str, Any]] = [{} for _ in filled]
    for column in tab.sheet.columns:
        if column.field in columns:
            _read_column(tab, column, columns[column.field], (filled, entries), contents)
    contents.data[key] = entries
    contents.places[key] = Places(tab.title, columns, filled)


def _last_row(tab: Tab) -> int:
    return max(len(tab.rows), *(row for row, _ in (*tab.scan.errors, *tab.scan.uncached, (0, 0))))


def _heading_row(tab: Tab) -> int:
    """The row, from 1, with the most known headings."""
    known = {name for column in tab.sheet.columns for name in _names(column)}
    scores = [
        sum(plain(str(value)) in known for value in row) for row in tab.rows[:_HEADING_ROWS]
    ] or [0]
    return scores.index(max(scores)) + 1


def _names(column: Column) -> Iterator[str]:
    return (plain(name) for name in (*column.heading.values(), *column.also))


def _columns(tab: Tab, heading_row: int, contents: Contents) -> dict[str, int]:
    by_name = {name: column.field for column in tab.sheet.columns for name in _names(column)}
    row = tab.rows[heading_row - 1] if tab.rows else []
    columns: dict[str, int] = {}
    for at, value in enumerate(row, 1):
        name, cell = by_name.get(plain(str(value))), ref(heading_row, at)
        if name is None:
            if not _blank(value):
                facts: dict[str, Fact] = {"value": str(value)}
                contents.notes.append(
                    Located("sheets.note_unknown_heading", facts, tab.title, cell)
                )
        elif name in columns:
            _tell(contents, "sheets.heading_twice", tab.title, cell, (tab.sheet.key, name))
        else:
            columns[name] = at
    for column in tab.sheet.columns:
        if not column.optional and column.field not in columns:
            path = (tab.sheet.key, column.field)
            _tell(contents, "sheets.heading_missing", tab.title, ref(heading_row, 1), path)
    return columns


def _tell(contents: Contents, code: str, title: str, cell: str, path: Path) -> None:
    facts: dict[str, Fact] = {"field": str(path[-1])}
    contents.faults.append(Located(code, facts, title, cell, path))


def _is_filled(tab: Tab, at: int, columns: Mapping[str, int]) -> bool:
    row = tab.rows[at - 1] if at <= len(tab.rows) else []
    if any(not _blank(row[column - 1]) for column in columns.values() if column <= len(row)):
        return True
    return any(_spoilt(tab.scan, (at, column)) for column in columns.values())


def _read_column(
    tab: Tab,
    column: Column,
    at: int,
    entries: tuple[Sequence[int], Sequence[dict[str, Any]]],
    contents: Contents,
) -> None:
    known: dict[str, object] = {}  # ids and choices come again and again
    for index, (row, entry) in enumerate(zip(*entries, strict=True)):
        values = tab.rows[row - 1] if row <= len(tab.rows) else []
        written = values[at - 1] if at <= len(values) else None
        if type(written) is str and written in known:
            entry[column.field] = known[written]
            continue
        value = _one(tab, column, (row, at), written)
        if isinstance(value, Wrong):
            path = (tab.sheet.key, index, column.field)
            contents.faults.append(Located(value.code, value.facts, tab.title, ref(row, at), path))
        elif type(written) is str and type(value) in (str, int, bool):
            known[written] = value
        if value is not None:
            entry[column.field] = value


def _read_form(tab: Tab, layout: Layout, contents: Contents) -> None:
    key, entry = tab.sheet.key, contents.data[tab.sheet.key]
    rows = _labels(tab, layout, contents)
    contents.places[key] = Places(tab.title, rows)
    for column in tab.sheet.columns:
        path = (key, column.field)
        if column.field not in rows:
            if not column.optional and column.field != "format":
                _tell(contents, "sheets.row_missing", tab.title, "", path)
            continue
        row = rows[column.field]
        values = tab.rows[row - 1]
        value = _one(tab, column, (row, 2), values[1] if len(values) > 1 else None)
        if value is not None:
            entry[column.field] = value
        if isinstance(value, Wrong):
            contents.faults.append(Located(value.code, value.facts, tab.title, ref(row, 2), path))


def _labels(tab: Tab, layout: Layout, contents: Contents) -> dict[str, int]:
    by_name = {name: column.field for column in tab.sheet.columns for name in _names(column)}
    aside = {plain(layout.form[f"label_{lang}"]) for lang in LANGS}
    rows: dict[str, int] = {}
    for at, row in enumerate(tab.rows, 1):
        label = str(row[0]) if row else ""
        name, value = by_name.get(plain(label)), row[1] if len(row) > 1 else None
        if name in rows:
            path = (tab.sheet.key, str(name))
            _tell(contents, "sheets.row_twice", tab.title, ref(at, 1), path)
        elif name is not None:
            rows[name] = at
        elif not _blank(label) and not _blank(value) and plain(label) not in aside:
            facts: dict[str, Fact] = {"value": label}
            contents.notes.append(Located("sheets.note_unknown_row", facts, tab.title, ref(at, 1)))
    return rows
