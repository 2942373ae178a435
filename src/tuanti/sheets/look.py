"""The looks of a workbook of results: formats, titles, tables that print well."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from tuanti.texts import Lang

_BRAND, _PALE, _INK, _RULE = "#0B5563", "#E3F0F1", "#14252B", "#B9CACD"
_ALERT, _GOOD, _GOOD_PALE, _QUIET = "#B42318", "#146C43", "#DFF2E6", "#5B7078"
_FONTS: Mapping[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
_MADE_ON = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same result, the same file
_NUMBERS = {"yuan": "#,##0.00", "count": "#,##0", "rate": "0.00%", "won": '"✓ "#,##0.00'}
_ROW = 19
_HEAD_ROW = 3  # rows above it: heading, title, remark

LOOKS: Mapping[str, Mapping[str, object]] = {
    "text": {"align": "left", "indent": 1},
    "name": {"align": "left", "indent": 1, "shrink": True},
    "wrap": {"align": "left", "indent": 1, "text_wrap": True},
    "centre": {"align": "center"},
    "code": {"align": "left", "indent": 1, "font_name": "Consolas"},
    "yuan": {"align": "right", "num_format": _NUMBERS["yuan"]},
    "area": {"align": "right", "num_format": _NUMBERS["yuan"]},
    "date": {"align": "center", "num_format": "yyyy-mm-dd"},
    "figure": {"align": "right", "indent": 1},
    "count": {"align": "right", "num_format": _NUMBERS["count"]},
    "rate": {"align": "right", "num_format": _NUMBERS["rate"]},
    "won": {"align": "right", "num_format": _NUMBERS["won"], "bold": True, "font_color": _GOOD,
            "bg_color": _GOOD_PALE},
    "packed": {"align": "right", "bold": True, "font_color": _GOOD, "bg_color": _GOOD_PALE},
    "quiet": {"align": "right", "font_color": _QUIET, "italic": True},
    "refused": {"align": "right", "font_color": _ALERT},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Live:
    """A formula, and its value for readers that do not calculate."""

    formula: str
    value: float


Cell: TypeAlias = str | int | float | Live | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its look, its width; ``total`` adds it up below."""

    heading: str
    look: str
    width: float
    total: bool = False


def at(row: int, column: int, *, fixed: bool = False) -> str:
    """Name a cell as formulas do."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


class Book:
    """The open workbook: one language, one title, formats made once."""

    def __init__(self, path: str | Path, lang: Lang, title: str, remark: str = "") -> None:
        self.lang, self.title, self.remark = lang, title, remark
        self.file = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        self.file.set_properties({"created": _MADE_ON, "title": title})
        self._looks: dict[tuple[tuple[str, object], ...], Format] = {}

    def look(self, name: str = "text", **more: object) -> Format:
        """Get a format, made once."""
        base = {"font_name": _FONTS[self.lang], "font_size": 10, "font_color": _INK}
        full = base | {"valign": "vcenter"} | dict(LOOKS.get(name, {})) | more
        key = tuple(sorted(full.items(), key=str))
        if key not in self._looks:
            self._looks[key] = self.file.add_format(full)
        return self._looks[key]

    def cell(self, name: str, **more: object) -> Format:
        """Get a format with the table's fine lines."""
        return self.look(name, bottom=1, bottom_color=_RULE, **more)

    def leaf(self, name: str, heading: str, widths: Sequence[float], note: str = "") -> Worksheet:
        """Begin a sheet: its heading, the workbook's title, a remark on all of it, a note."""
        tab = self.file.add_worksheet(name)
        tab.hide_gridlines(2)
        tab.set_default_row(_ROW)
        for column, width in enumerate(widths):
            tab.set_column(column, column, width)
        tab.set_row(0, 30)
        tab.write_string(0, 0, heading, self.look(bold=True, font_size=16, font_color=_BRAND))
        tab.write_string(1, 0, self.title, self.look(font_color=_QUIET))
        if self.remark:
            tab.write_string(2, 0, self.remark, self.look(bold=True, font_color=_ALERT))
        self._for_print(tab, heading)
        if note:
            tab.set_row(_HEAD_ROW, 15 * lines(note, sum(widths)) + 4)
            look = self.look("wrap", font_color=_QUIET, font_size=9, indent=0)
            tab.merge_range(_HEAD_ROW, 0, _HEAD_ROW, max(1, len(widths) - 1), note, look)
        return tab

    def table(
        self, tab: Worksheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
    ) -> int:
        """Write a table at ``top``; returns the row after it, its totals included."""
        tab.set_row(top, 32)
        for at_column, column in enumerate(columns):
            tab.write_string(top, at_column, column.heading, self.heading())
        row = top
        for row, cells in enumerate(rows, top + 1):
            for at_column, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                self.put(tab, row, at_column, cell, self.cell(column.look))
        return row + 1

    def totals(
        self,
        tab: Worksheet,
        top: int,
        end: int,
        columns: Sequence[Column],
        sums: Mapping[int, float],
        label: str,
    ) -> None:
        """Add a table up below it, with formulas that stay alive."""  # fmt: skip
        look = {"bold": True, "bg_color": _PALE, "top": 1, "top_color": _BRAND}
        for at_column, column in enumerate(columns):
            if at_column in sums and end > top + 1:
                formula = f"=SUM({at(top + 1, at_column)}:{at(end - 1, at_column)})"
                live = Live(formula, sums[at_column])
                self.put(tab, end, at_column, live, self.look(column.look, **look))
            else:
                tab.write_blank(end, at_column, None, self.look("text", **look))
        tab.write_string(end, 0, label, self.look("text", **look))

    def put(self, tab: Worksheet, row: int, column: int, cell: Cell, look: Format) -> None:
        """Write one value."""
        if cell is None:
            tab.write_blank(row, column, None, look)
        elif isinstance(cell, Live):
            tab.write_formula(row, column, cell.formula, look, cell.value)
        elif isinstance(cell, str):
            tab.write_string(row, column, cell, look)
        else:
            tab.write_number(row, column, cell, look)

    def heading(self) -> Format:
        """Get the look of a column's heading."""
        return self.look(
            "centre", bold=True, text_wrap=True, font_color="#FFFFFF", bg_color=_BRAND, border=1,
            border_color=_BRAND,
        )  # fmt: skip

    def _for_print(self, tab: Worksheet, heading: str) -> None:
        tab.set_landscape()
        tab.set_paper(9)  # A4
        tab.fit_to_pages(1, 0)
        tab.set_margins(left=0.45, right=0.45, top=0.55, bottom=0.65)
        plain = self.title.replace("&", "&&")
        tab.set_footer(f"&L&8{plain}&C&8{heading}&R&8&P / &N")


def lines(text: str, width: float) -> int:
    """Count the lines ``text`` takes in a column of ``width``."""
    signs = sum(2 if ord(sign) > 255 else 1 for sign in text)  # noqa: PLR2004 (Chinese is wide)
    return 1 + signs // max(1, int(width))
