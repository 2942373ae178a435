"""Write a workbook to fill in: the empty template, or with what it holds, to look at and change."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tuanti.rules.award.round import FORMAT
from tuanti.sheets.cells import Cell, write
from tuanti.sheets.layout import Column, Layout, Sheet, round_layout, word
from tuanti.texts import Lang

_DARK, _LIGHT, _INK, _LINE = "#1F4E79", "#DCE6F1", "#1F2933", "#B7C4D3"
_ALERT, _QUIET = "#B42318", "#52606D"
_FONTS: Mapping[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
_NUMBERS = {"yuan": "#,##0.00", "percent": "0.00", "points": "0.00", "count": "0",
            "area_m2": "#,##0.00", "date": "yyyy-mm-dd"}  # fmt: skip
_WIDTHS = {"text": 26, "code": 23, "ids": 26, "yuan": 16, "id": 15, "choice": 14}
_CENTRED = ("count", "flag", "choice", "percent", "points", "fraction", "date")
_RIGHT = ("yuan", "area_m2")
_ROOM = 500  # rows offered below the last one
_MOST_ROWS = 10_000  # how far a list of ids is offered
_MADE_ON = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same round, the same file


class _Book:
    """An open workbook with its language and the looks of its cells."""

    def __init__(self, path: str | Path, lang: Lang) -> None:
        self.lang = lang
        self.file = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        self.file.set_properties({"created": _MADE_ON})
        self._looks: dict[tuple[tuple[str, object], ...], Format] = {}

    def look(self, **properties: object) -> Format:
        """Get the format with these properties, made once."""
        full = {"font_name": _FONTS[self.lang], "font_size": 10, "font_color": _INK} | properties
        key = tuple(sorted(full.items()))
        if key not in self._looks:
            self._looks[key] = self.file.add_format(full | {"valign": "vcenter"})
        return self._looks[key]

    def heading(self, *, optional: bool) -> Format:
        """Get the look of a heading: dark if required."""
        colours = {"bg_color": _LIGHT} if optional else {"bg_color": _DARK, "font_color": "#FFFFFF"}
        full = {"bold": True, "border": 1, "border_color": _LINE, "text_wrap": True} | colours
        return self.look(align="center", **full)

    def cell(self, column: Column, **properties: object) -> Format:
        """Get the look of a value; what is not a number is text, so that 3-1 stays 3-1."""
        aligned: dict[str, object] = {"align": "center"}
        if column.kind not in _CENTRED:
            aligned = {"align": "right" if column.kind in _RIGHT else "left", "indent": 1}
        number = _NUMBERS.get(column.kind, "@")
        return self.look(num_format=number, **(aligned | properties))


def write_round(data: Mapping[str, Any] | None, path: str | Path, lang: Lang) -> None:
    """Write ``data`` as a workbook; without it, the empty template with its help."""
    entries = {"round": {"format": FORMAT}} if data is None else _entries(data)
    made_up = bool(data and data.get("fictional"))
    write_filled(round_layout(), entries, path, lang, made_up=made_up)


def write_filled(
    layout: Layout, data: Mapping[str, Any], path: str | Path, lang: Lang, *, made_up: bool
) -> None:
    """Write what a workbook of ``layout`` holds, by sheet; what is not in ``data`` stays empty."""
    book = _Book(path, lang)
    _write_readme(book, layout, made_up=made_up)
    for key, sheet in layout.sheets.items():
        if sheet.form:
            _write_form(book, layout, sheet, data.get(key) or {})
        else:
            _write_list(book, layout, sheet, data.get(key) or ())
    book.file.close()


def _entries(data: Mapping[str, Any]) -> dict[str, Any]:
    """Arrange a round by sheets: its head and its rules stand on one."""
    return {**data, "round": {**(data.get("rules") or {}), **data}}


def _write_readme(book: _Book, layout: Layout, *, made_up: bool) -> None:
    text, lang = layout.readme, book.lang
    tab = book.file.add_worksheet(text[lang])
    tab.hide_gridlines(2)
    tab.set_column(0, 0, 72)
    tab.write_string(0, 0, text[f"title_{lang}"], book.look(bold=True, font_size=16))
    tab.set_row(0, 36)
    lines = [*text[f"lines_{lang}"]]
    for at, line in enumerate(lines, 1):
        tab.write_string(at, 0, line, book.look(text_wrap=True))
        tab.set_row(at, 34)
    if made_up:
        look = book.look(bold=True, font_color=_ALERT)
        tab.write_string(len(lines) + 1, 0, text[f"made_up_{lang}"], look)
    _for_print(tab, landscape=False)


def _write_form(book: _Book, layout: Layout, sheet: Sheet, entry: Mapping[str, Any]) -> None:
    lang, text = book.lang, layout.form
    tab = book.file.add_worksheet(sheet.title[lang])
    tab.set_row(0, 26)
    tab.set_column(0, 0, 38)
    tab.set_column(1, 1, 40)
    tab.set_column(2, 2, 88)
    for at, name in enumerate(("label", "value", "hint")):
        tab.write_string(0, at, text[f"{name}_{lang}"], book.heading(optional=False))
    tab.freeze_panes(1, 1)
    for at, column in enumerate(sheet.columns, 1):
        _write_item(book, layout, tab, at, column, entry.get(column.field))
    _for_print(tab)


def _write_item(
    book: _Book, layout: Layout, tab: Worksheet, at: int, column: Column, value: object
) -> None:
    lang = book.lang
    tab.set_row(at, 32)
    tab.write_string(at, 0, column.heading[lang], book.heading(optional=column.optional))
    look = book.cell(column, border=1, border_color=_LINE, align="left", indent=1, text_wrap=True)
    _put(tab, at, 1, write(column, value, lang), look)
    hint = book.look(border=1, border_color=_LINE, text_wrap=True, indent=1, font_color=_QUIET)
    tab.write_string(at, 2, column.hint[lang], hint)
    _offer(tab, layout, column, (at, at), 1, lang)


def _write_list(
    book: _Book, layout: Layout, sheet: Sheet, rows: Sequence[Mapping[str, Any]]
) -> None:
    tab = book.file.add_worksheet(sheet.title[book.lang])
    tab.set_default_row(20)
    tab.set_row(0, 34)
    tab.freeze_panes(1, 1 if sheet.columns[0].field == "id" else 0)
    for at, column in enumerate(sheet.columns):
        _write_column(book, tab, at, column, rows)
        _offer(tab, layout, column, (1, len(rows) + _ROOM), at, book.lang)
    tab.repeat_rows(0)
    _for_print(tab)


def _write_column(
    book: _Book, tab: Worksheet, at: int, column: Column, rows: Sequence[Mapping[str, Any]]
) -> None:
    lang, look = book.lang, book.cell(column)
    tab.set_column(at, at, _width(column, lang), look)
    tab.write_string(0, at, column.heading[lang], book.heading(optional=column.optional))
    tab.write_comment(0, at, column.hint[lang], _comment(column.hint[lang], lang))
    for row, entry in enumerate(rows, 1):
        value = write(column, entry.get(column.field), lang)
        if value is not None:
            _put(tab, row, at, value, look)


def _put(tab: Worksheet, row: int, column: int, value: Cell, look: Format) -> None:
    if value is None:
        tab.write_blank(row, column, None, look)
    elif isinstance(value, str):
        tab.write_string(row, column, value, look)
    else:
        tab.write_number(row, column, value, look)


def _width(column: Column, lang: Lang) -> float:
    heading = sum(2 if ord(sign) > 255 else 1 for sign in column.heading[lang])  # noqa: PLR2004
    return max(_WIDTHS.get(column.kind, 12), min(heading + 3, 26))


def _comment(text: str, lang: Lang) -> dict[str, Any]:
    lines = len(text) // (16 if lang == "zh" else 36) + 2
    return {
        "font_name": _FONTS[lang],
        "font_size": 9,
        "width": 230,
        "height": 18 * lines,
        "color": "#FFFBEA",
        "author": "",
    }


def _offer(
    tab: Worksheet, layout: Layout, column: Column, rows: tuple[int, int], at: int, lang: Lang
) -> None:
    """A list to pick from. It only warns: the check says what is wrong, and better."""
    source: str | list[str] | None = None
    if column.kind == "choice":
        source = [column.say(choice, lang) for choice in column.choices]
    elif column.kind == "flag":
        source = [word("yes", lang), word("no", lang)]
    elif column.refers:
        title = layout.sheets[column.refers].title[lang]
        source = f"='{title}'!$A$2:$A${_MOST_ROWS}"
    if source is not None:
        options = {"validate": "list", "source": source, "error_type": "warning"}
        tab.data_validation(rows[0], at, rows[1], at, options)


def _for_print(tab: Worksheet, *, landscape: bool = True) -> None:
    tab.set_paper(9)  # A4
    tab.fit_to_pages(1, 0)
    tab.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    if landscape:
        tab.set_landscape()
