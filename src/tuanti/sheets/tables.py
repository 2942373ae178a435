"""Small workbooks of any kind: declared once, read with a fault for each wrong cell, and written.

*Declare* a workbook in a TOML file beside this module; its sheets come in the file's order::

    [readme]                      # the first page: title_, a sheet's name, lines_ of help
    title_zh = "…"                # title_en, zh, en, lines_zh, lines_en,
    made_up_zh = "虚构示例：…"     # made_up_en: said of an example
    [words]                       # of the choices; yes and no are known
    equal = { zh = "均摊", en = "equal", also = ["平均"] }
    [sheets.plan]                 # a form: one entry, a field a row
    zh = "方案"
    en = "Plan"
    form = true
    [sheets.plan.columns]
    cost_fen = { kind = "yuan", zh = "…", en = "…", hint_zh = "…", hint_en = "…" }
    scheme = { kind = "choice", choices = ["equal"], optional = true, zh = "…", … }
    [sheets.flats]                # a list: an entry a row; `optional = true`: may be left out
    …

A column has a `kind`, headings `zh` and `en` (with the unit in brackets), hints `hint_zh` and
`hint_en`; it may have `optional = true` (a cell may be blank), `also` (other headings understood),
`choices`, and `refers`, a sheet whose first column the template offers to pick from.

===========  ==============================  ======================
kind         a person writes                 what is read
===========  ==============================  ======================
``text``     anything                        ``str``
``id``       anything, width and case kept   ``str``, half-width
``count``    12                              ``int``
``yuan``     286500.50                       ``int``, fen
``percent``  35, 35%, "0.5%"                 ``int``, basis points
``area_m2``  68.25                           ``int``, dm2
``fraction`` 1/3, 50%, 0.5                   ``Fraction``
``date``     a date, 2026-11-22, 20261122    ``date``
``flag``     是, yes, √ …                    ``bool``
``choice``   one of the words                ``str``, its code
``choices``  some of the words               ``list[str]``
``ids``      some ids                        ``list[str]``
===========  ==============================  ======================

*Read* it, judge what it holds, and set the judgment's faults at their cells::

    PLAN = tables.declared("share_plan.toml")

    filled = tables.read(PLAN, path)         # a file that cannot be read at all is a fault as well
    if not filled.faults:                    # data: {"plan": {…}, "flats": [{…}, …]}; blanks absent
        faults = sharing.check(…)            # paths as in data: ("flats", 3, "area_dm2")
        filled = filled.blamed(faults)       # the same, each at its cell
    for line in filled.said(lang): …         # "户表 C5：…"; filled.notes likewise in said_notes

A required cell left blank, and a list without a row, are faults (``tables.blank``,
``tables.no_rows``). Codes of faults are sentences in ``texts``; a fact ``field`` in a fault is said
as the column's heading, a fact ``row`` as it is.

*Write* the empty template, or a filled one (an example, a correction), and tables of results::

    tables.write(PLAN, path, "zh")
    tables.write(PLAN, path, "zh", {"plan": {"cost_fen": 45_000_000}, "flats": […]}, made_up=True)
    tables.write_results(path, "zh", "向阳小区 3 栋", [Table("分摊", "每户应付", columns, rows)])

In results a ``Column`` has a heading, a look and a width. Looks: ``text``, ``wrap`` (long text),
``centre``, ``code``, ``figure`` (text that is a number with its unit), ``yuan`` (a cell holds fen),
``area`` (dm2), ``count``, ``rate`` (a ``Fraction`` shown as per cent), ``date``; a ``Fraction``
elsewhere is written as 2/3. ``None`` is an empty cell. ``total=True`` adds a column up below, with
a formula that stays alive.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Any, TypeAlias

from xlsxwriter.worksheet import Worksheet

from tuanti.rules.errors import Fault
from tuanti.sheets import look
from tuanti.sheets.guard import FileRefused
from tuanti.sheets.layout import Layout, declared, word
from tuanti.sheets.look import Column
from tuanti.sheets.reading import Located, said, unfollowed
from tuanti.sheets.scan import ref
from tuanti.sheets.template import write_filled
from tuanti.sheets.workbook_in import Contents, Places, read_contents
from tuanti.texts import Lang

__all__ = ["Column", "Filled", "Layout", "Table", "declared", "read", "write", "write_results"]

Value: TypeAlias = str | int | Fraction | date | None

_TOP = 4  # the row of a table's headings; above: heading, title, remark, note
_HUNDREDTHS = ("yuan", "area")
_DAY_ZERO = date(1899, 12, 30)  # Excel's
_LINE = 15  # the height of a line of text


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook read: what it holds, every fault with its cell, notes, and where things stand."""

    layout: Layout
    data: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Located, ...] = ()
    notes: tuple[Located, ...] = ()
    places: Mapping[str, Places] = field(default_factory=dict)

    def blamed(self, faults: Iterable[Fault]) -> "Filled":
        """Add the faults found in its data, each at its cell; in the order of the sheets."""
        told = {fault.path for fault in self.faults}
        new = (self._located(fault) for fault in unfollowed([*faults], told))
        return replace(self, faults=tuple(sorted((*self.faults, *new), key=self._place_of)))

    def said(self, lang: Lang) -> list[str]:
        """Say each fault in a line: where, what is wrong, what to do."""
        return said(self.faults, lang, self.layout)

    def said_notes(self, lang: Lang) -> list[str]:
        """Say what was passed over, or should be known."""
        return said(self.notes, lang, self.layout)

    def row(self, key: str, index: int) -> int:
        """The row of the sheet on which entry ``index`` of a list stands."""
        return self.places[key].rows[index]

    def _located(self, fault: Fault) -> Located:
        places = self.places[self.layout.sheet_of(fault.path).key]
        return Located(fault.code, fault.facts, places.title, self._cell(fault), fault.path)

    def _cell(self, fault: Fault) -> str:
        sheet, path = self.layout.sheet_of(fault.path), fault.path
        places, name = self.places[sheet.key], str(path[-1]) if path else ""
        if sheet.form:
            return ref(places.columns[name], 2) if name in places.columns else ""
        if len(path) < 2 or not isinstance(path[1], int):  # noqa: PLR2004 (the list as a whole)
            return ""
        return ref(places.rows[path[1]], places.columns.get(name, 1))

    def _place_of(self, found: Located) -> tuple[int, int, int]:
        sheet = self.layout.sheet_of(found.path)
        at = found.path[1] if len(found.path) > 1 else -1
        columns = [column.field for column in sheet.columns]
        name = str(found.path[-1]) if found.path else ""
        column = columns.index(name) if name in columns else -1
        return [*self.layout.sheets].index(sheet.key), at if isinstance(at, int) else -1, column


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results on a sheet of its own: the sheet's name, a heading, and the rows.

    ``note`` stands above it; ``remarks`` stand below, one a line.
    """

    name: str
    heading: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    note: str = ""
    remarks: Sequence[str] = ()


def read(layout: Layout, path: str | FilePath) -> Filled:
    """Read a workbook; whatever the file is, the answer tells what it holds and what is wrong."""
    try:
        contents = read_contents(FilePath(path), layout)
    except FileRefused as refused:
        return Filled(layout, faults=(Located(refused.code, refused.facts),))
    faults, notes = tuple(contents.faults), tuple(contents.notes)
    filled = Filled(layout, contents.data, faults, notes, contents.places)
    return filled.blamed(_missing(layout, contents))


def write(
    layout: Layout,
    path: str | FilePath,
    lang: Lang,
    data: Mapping[str, Any] | None = None,
    *,
    made_up: bool = False,
) -> None:
    """Write a workbook to fill in: empty, or with ``data`` (shaped as it is read) in it.

    ``made_up``, or a flag ``fictional`` on a form: it is an example, and says so on its first page.
    """
    held = data or {}
    forms = [held.get(key) or {} for key, sheet in layout.sheets.items() if sheet.form]
    made_up = made_up or any(form.get("fictional") for form in forms)
    write_filled(layout, held, path, lang, made_up=made_up)


def write_results(
    path: str | FilePath, lang: Lang, title: str, tables: Sequence[Table], remark: str = ""
) -> None:
    """Write tables of results; ``remark`` stands in red on every sheet."""
    book = look.Book(path, lang, title, remark)
    for table in tables:
        _write_table(book, table)
    book.file.close()


def _missing(layout: Layout, contents: Contents) -> Iterable[Fault]:
    """What must be filled in and is not; what is wrong there already is told."""
    for key, sheet in layout.sheets.items():
        held, known = contents.data[key], contents.places[key].columns
        if not (sheet.form or sheet.optional or held) and known:
            yield Fault("tables.no_rows", (key,), {"sheet": key})
        entries = [((key,), held)] if sheet.form else [((key, i), e) for i, e in enumerate(held)]
        for path, entry in entries:
            for column in sheet.columns:
                if not column.optional and column.field in known and column.field not in entry:
                    yield Fault("tables.blank", (*path, column.field), {"field": column.field})


def _write_table(book: look.Book, table: Table) -> None:
    columns = table.columns
    tab = book.leaf(table.name, table.heading, [column.width for column in columns], table.note)
    rows = [[_shown(c, v) for c, v in zip(columns, row, strict=True)] for row in table.rows]
    end = book.table(tab, _TOP, columns, rows)
    _set_heights(tab, columns, rows)
    sums = {at: _sum(rows, at) for at, column in enumerate(columns) if column.total}
    if sums:
        book.totals(tab, _TOP, end, columns, sums, word("sum", book.lang))
    width = sum(column.width for column in columns)
    for row, line in enumerate(table.remarks, end + 2):
        tab.merge_range(row, 0, row, max(1, len(columns) - 1), line, book.look("wrap"))
        tab.set_row(row, _LINE * look.lines(line, width) + 4)
    tab.freeze_panes(_TOP + 1, 0)
    tab.repeat_rows(_TOP)


def _shown(column: Column, value: Value) -> look.Cell:
    if isinstance(value, Fraction):
        return float(value) if column.look == "rate" else str(value)
    if isinstance(value, date):
        return (value - _DAY_ZERO).days
    if isinstance(value, int) and column.look in _HUNDREDTHS:
        return value / 100
    return value


def _sum(rows: Sequence[Sequence[look.Cell]], at: int) -> float:
    return sum(cell for row in rows if isinstance(cell := row[at], int | float))


def _set_heights(
    tab: Worksheet, columns: Sequence[Column], rows: Sequence[Sequence[look.Cell]]
) -> None:
    for at, row in enumerate(rows, _TOP + 1):
        lines = [
            look.lines(cell, column.width)
            for column, cell in zip(columns, row, strict=True)
            if column.look == "wrap" and isinstance(cell, str)
        ]
        if max(lines, default=1) > 1:
            tab.set_row(at, _LINE * max(lines) + 4)
