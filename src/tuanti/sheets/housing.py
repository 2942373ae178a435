"""Housing lists: a template to fill in, and any list people keep, read row by row.

*Give* the template: ``template("zh")`` are the bytes of a workbook.

*Read* what comes back, a workbook or a text, however its columns are called and arranged::

    found = housing.read(path, "向阳社区.xlsx", this_year=2026, streets=names_of_streets)
    found.matching                     # what each column was taken for; a person may overrule it
    for row in found:                  # each flat, or place above flats; memory stays small
        row.line or row.faults         # a Line, or each fault with its cell
        row.gaps                       # what is missing but tolerated
    found.summary                      # counts of it all, once read to the end

    housing.read(path, name, this_year=2026, chosen={5: "floor", 6: ""})

*Say* faults and gaps: ``said(row.faults, "zh")``; *hand back* the workbook with red cells:
``marked.mark``. Nothing here knows a database; whoever keeps the lines takes them in batches.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tuanti.rules.errors import Fact
from tuanti.sheets import reading
from tuanti.sheets.cells import Wrong
from tuanti.sheets.guard import FileRefused
from tuanti.sheets.housing_cells import Cells
from tuanti.sheets.housing_columns import SHEET, Matching, layout, match, score
from tuanti.sheets.housing_columns import said as _listed
from tuanti.sheets.housing_csv import TextFile
from tuanti.sheets.housing_example import EXAMPLE
from tuanti.sheets.housing_lines import Lines, Row, made
from tuanti.sheets.housing_names import Names
from tuanti.sheets.housing_seen import Gap, Summary
from tuanti.sheets.housing_source import Blob, Raw, RawRow
from tuanti.sheets.housing_xlsx import Workbook
from tuanti.sheets.layout import Layout, plain
from tuanti.sheets.reading import Located
from tuanti.sheets.scan import ref
from tuanti.sheets.template import write_filled
from tuanti.texts import LANGS, Lang
from tuanti.texts.words import word

__all__ = ["Gap", "HousingList", "Matching", "Row", "Summary", "match", "read", "said", "template"]

_TOP_ROWS = 30  # among which the headings are looked for
_NEAR_TOP = 1_000
_EXAMPLE = "example"
_WORKBOOK_STARTS = (b"PK", bytes.fromhex("d0cf11e0"))


class HousingList:
    """A list opened: which sheet is read, where its headings stand, what its columns mean.

    Iterating reads it, from the start each time, and fills ``summary``. ``top`` are its first rows
    as text, for a preview. ``encoding`` and ``delimiter`` are "" for a workbook.
    """

    def __init__(
        self,
        file: Workbook | TextFile,
        cells: Cells,
        *,
        chosen: Mapping[int, str] | None,
        sheet: str,
        heading_row: int,
        fill_down: bool,
        derive: bool,
    ) -> None:
        self._file, self._cells = file, cells
        self._fill_down, self._derive = fill_down, derive
        self.encoding = file.encoding if isinstance(file, TextFile) else ""
        self.delimiter = file.delimiter if isinstance(file, TextFile) else ""
        tops = {tab: _top(file, tab) for tab in _readable(file.tabs)}
        self.sheets = tuple(tops)
        self.sheet = sheet if sheet in tops else max(tops, key=lambda tab: _best(tops[tab])[1])
        self._others = [tab for tab in tops if tab != self.sheet and _best(tops[tab])[1] > 1]
        rows = tops[self.sheet]
        if not rows:
            raise FileRefused("housing.empty")
        self.heading_row = heading_row or _best(rows)[0]
        headings = next((cells for number, cells in rows if number == self.heading_row), ())
        width = max(len(cells) for _, cells in rows)
        names = [*map(_shown, headings), *[""] * (width - len(headings))]
        self.headings = tuple(names)
        self.matching = match(names, chosen)
        self.top = tuple((number, tuple(map(_shown, cells))) for number, cells in rows)
        self.summary = Summary()

    def __iter__(self) -> Iterator[Row]:
        """Read the rows below the headings.

        :raises FileRefused: no column names the estate, or the file turns out to be damaged.
        """
        if "estate" not in self.matching.at:
            raise FileRefused("housing.no_estate_column", row=self.heading_row)
        self.summary = summary = Summary(notes=[*self._noted()])
        lines = Lines(
            self.matching, self.sheet, self._cells, fill_down=self._fill_down, derive=self._derive
        )
        for row in made(lines, self._data(summary)):
            summary.rows += 1 + len(row.also)
            summary.refused += row.line is None
            if row.line is not None:
                summary.flats += bool(row.line.flat)
                summary.places += not row.line.flat
            summary.count(row.faults, row.gaps)
            yield row
        summary.notes += self._formulas()

    def _data(self, summary: Summary) -> Iterator[RawRow]:
        """Rows below the headings, without headings said again and rows that add up."""
        at = self.matching.at["estate"] - 1
        heading, totals = self.headings[at], _listed("totals")
        for number, cells in self._file.rows(self.sheet):
            if number <= self.heading_row:
                continue
            if at < len(cells) and cells[at] == heading:
                _tell(summary, "housing.note_headings", self.sheet, ref(number, at + 1))
                continue
            first = next((cell for cell in cells if cell != ""), "")
            if isinstance(first, str) and plain(first.split("：")[0].split(":")[0]) in totals:
                _tell(summary, "housing.note_total", self.sheet, ref(number, 1), value=first[:20])
                continue
            if first != "":
                yield number, cells

    def _noted(self) -> Iterator[Located]:
        for tab in self._others:
            yield Located("housing.note_other_sheet", {"value": tab}, self.sheet)
        if isinstance(self._file, Workbook) and self._file.external:
            yield Located("sheets.note_external_links")

    def _formulas(self) -> Iterator[Located]:
        first = [ref(*place) for place in self._file.formulas]
        if first:
            facts: dict[str, Fact] = {"count": self._file.formula_count, "cells": ", ".join(first)}
            yield Located("sheets.note_formulas", facts, self.sheet, first[0])


def read(
    source: str | Path | bytes,
    name: str = "",
    *,
    this_year: int,
    chosen: Mapping[int, str] | None = None,
    streets: Iterable[str] | None = None,
    districts: Iterable[str] | None = None,
    sheet: str = "",
    heading_row: int = 0,
    fill_down: bool = False,
    derive: bool = False,
) -> HousingList:
    """Open a list brought as ``name``: a workbook (.xlsx) or a text (.csv, .txt).

    ``chosen`` maps columns, from 1, to fields ("" to leave one out); ``streets`` and ``districts``
    are the accepted names, unchecked if None. Without ``sheet`` and ``heading_row`` the one whose
    headings are best understood is read. ``fill_down``: a blank estate, building and the like is
    that of the row above (merged cells are filled always). ``derive``: take what is only proposed
    otherwise, such as floor 6 of flat 602.

    :raises FileRefused: the file is not safe to read, or no list.
    :raises UnknownField: ``chosen`` names no field; likewise UnknownColumn, ChosenTwice.
    """
    held = Path(source) if isinstance(source, str) else source
    file = opened(held, name or (held.name if isinstance(held, Path) else ""))
    cells = Cells(this_year, _names(streets), _names(districts))
    return HousingList(
        file, cells, chosen=chosen, sheet=sheet, heading_row=heading_row,
        fill_down=fill_down, derive=derive,
    )  # fmt: skip


def opened(source: Path | bytes, name: str) -> Workbook | TextFile:
    """Open a file as what it is, whatever it is called.

    :raises FileRefused: it is not safe to read.
    """
    blob = Blob(source, name)
    with blob.open() as file:
        start = file.read(8)
    if not start.strip():
        raise FileRefused("housing.empty")
    return (Workbook if start.startswith(_WORKBOOK_STARTS) else TextFile)(blob)


def said(found: Sequence[Located], lang: Lang) -> list[str]:
    """Say faults, gaps or notes, one a line: where, what, and what to do."""
    return reading.said(found, lang, layout())


def template(lang: Lang) -> bytes:
    """Make the workbook to fill in: help, the empty list, and an example that is not read."""
    plan = layout()
    title = {each: word("housing.example", each) for each in LANGS}
    example = replace(plan.sheets[SHEET], key=_EXAMPLE, title=title)
    both = Layout({SHEET: plan.sheets[SHEET], _EXAMPLE: example}, plan.readme, plan.form)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_filled(both, {_EXAMPLE: EXAMPLE[lang]}, path, lang, made_up=True)
        return path.read_bytes()


def _names(names: Iterable[str] | None) -> Names | None:
    return None if names is None else Names(names)


def _readable(tabs: Sequence[str]) -> Sequence[str]:
    """Sheets that may hold the list: not the template's help and its example."""
    aside = {plain(word("housing.example", lang)) for lang in LANGS}
    aside |= {plain(layout().readme[lang]) for lang in LANGS}
    aside |= {plain(word("housing.problems", lang)) for lang in LANGS}
    return [tab for tab in tabs if plain(tab) not in aside] or tabs


def _top(file: Workbook | TextFile, tab: str) -> list[RawRow]:
    """The first rows that are not blank; a sheet of blanks is not walked to its end for more."""
    found = [*islice(file.rows(tab, _NEAR_TOP), _TOP_ROWS)]
    return found or [*islice(file.rows(tab), _TOP_ROWS)]


def _best(rows: Sequence[RawRow]) -> tuple[int, int]:
    """The row that looks most like headings, the first of equals, and how many it names."""
    found = [(number, score([*map(_shown, cells)])) for number, cells in rows]
    return max(found, key=lambda one: one[1], default=(1, 0))


def _shown(raw: Raw) -> str:
    if isinstance(raw, Wrong):
        return str(raw.facts.get("value", ""))
    return f"{raw:.15g}" if isinstance(raw, float) else str(raw)


def _tell(summary: Summary, code: str, sheet: str, cell: str, **facts: Fact) -> None:
    if len(summary.notes) < 100:  # noqa: PLR2004 (nobody reads more)
        summary.notes.append(Located(code, facts, sheet, cell))
