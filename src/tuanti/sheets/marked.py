"""The same workbook back, with red cells and a comment in each, and a list of all that is wrong.

A workbook of ordinary size keeps its sheets, looks and widths. One too large for that, and a text,
are written anew: same content, plain looks. What stood in a cell is never changed, but for
formulas on the list's sheet, which give way to the results they had (a workbook saved by another
program than a spreadsheet has no results, and the list could not be read again).
"""

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.worksheet import Worksheet as NewSheet

from tuanti.sheets import housing
from tuanti.sheets.cells import Wrong
from tuanti.sheets.housing_columns import layout
from tuanti.sheets.housing_csv import TextFile
from tuanti.sheets.housing_source import Raw, RawRow
from tuanti.sheets.housing_xlsx import Workbook
from tuanti.sheets.listing import clean
from tuanti.sheets.reading import Located
from tuanti.texts import Lang, sentence
from tuanti.texts.words import word

MB = 2**20
MOST_KEPT_MB = 15  # of a file whose looks are kept
MOST_KEPT_XML_MB = 32  # some 50,000 rows of twelve columns: about 400 MB while it is written
MOST_COMMENTS = 5_000  # more make a spreadsheet crawl

AUTHOR = "团梯"
_RED, _INK = "FFC7CE", "9C0006"
_TITLE_LENGTH = 31
_BAD_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDTHS = (8, 10, 20, 90)
_TOP = 4  # rows of the list of problems above its headings' row, at most
_CHINESE_LINE, _LATIN_LINE = 18, 36


def mark(
    source: str | Path | bytes,
    name: str,
    faults: Collection[Located],
    lang: Lang,
    out: BinaryIO,
    *,
    sheet: str = "",
) -> None:
    """Write the workbook brought as ``name`` to ``out``, with its ``faults`` marked.

    ``sheet`` is the one the faults are on (``HousingList.sheet``). The first sheet lists them all
    in ``lang``. Marks of an earlier check are taken away.

    :raises FileRefused: the file is not safe to read.
    """
    held = Path(source) if isinstance(source, str) else source
    file = housing.opened(held, name)
    found = sorted(faults, key=_place)
    if isinstance(file, Workbook) and _is_small(held):
        try:
            book = openpyxl.load_workbook(_stream(held), rich_text=True)
            _Kept(book, held, file, found, lang, sheet or file.tabs[0]).write(out)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            out.seek(0)  # openpyxl stumbles over what some programs write: then anew
            out.truncate()
        else:
            return
    _New(file, found, lang, sheet or file.tabs[0]).write(out)


def _is_small(source: Path | bytes) -> bool:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MOST_KEPT_MB * MB:
        return False
    with zipfile.ZipFile(_stream(source)) as archive:
        xml = sum(entry.file_size for entry in archive.infolist())
    return xml <= MOST_KEPT_XML_MB * MB


def _stream(source: Path | bytes) -> BinaryIO:
    return io.BytesIO(source if isinstance(source, bytes) else source.read_bytes())


def _place(fault: Located) -> tuple[int, int]:
    return _at(fault.cell)


def _at(cell: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(cell)
    return row, column_index_from_string(letters)


def _by_cell(found: Sequence[Located]) -> Iterator[tuple[tuple[int, int], list[Located]]]:
    for place, faults in groupby(found, key=_place):
        yield place, [*faults]


def _sentences(faults: Sequence[Located], lang: Lang) -> str:
    """What is wrong with one cell, without its place."""
    lines = (housing.said([_placeless(one)], lang)[0] for one in faults)
    return clean("\n".join(dict.fromkeys(lines)))


def _placeless(one: Located) -> Located:
    return Located(one.code, one.facts, "", "", one.path)


def _heading(one: Located, lang: Lang) -> str:
    return layout().heading(one.path, str(one.path[-1]), lang) if one.path else ""


def _notes(
    found: Sequence[Located], lang: Lang, sheet: str, *, values: bool, anew: bool
) -> list[str]:
    said = [sentence("housing.marked", lang, count=len({one.cell for one in found}))]
    if len({one.cell for one in found}) > MOST_COMMENTS:
        said.append(sentence("housing.marked_most", lang, limit=MOST_COMMENTS))
    if values:
        said.append(sentence("housing.marked_values", lang, value=sheet))
    if anew:
        said.append(sentence("housing.marked_anew", lang))
    return said


def _headings(lang: Lang) -> list[str]:
    return [word(f"housing.{name}", lang) for name in ("row", "cell", "column", "what")]


def _size(text: str) -> tuple[int, int]:
    """Width and height of a comment, in pixels."""
    wide = not text.isascii()
    lines = sum(
        len(part) // (_CHINESE_LINE if wide else _LATIN_LINE) + 1 for part in text.split("\n")
    )
    return 260, 20 * lines + 20


class _Kept:
    """The workbook as it was, with marks."""

    def __init__(
        self,
        book: openpyxl.Workbook,
        source: Path | bytes,
        file: Workbook,
        found: Sequence[Located],
        lang: Lang,
        sheet: str,
    ) -> None:
        self._book, self._source, self._file = book, source, file
        self._found, self._lang, self._sheet = found, lang, sheet
        self._tab: Worksheet = book[sheet]
        self._fill = PatternFill("solid", start_color=_RED, end_color=_RED)

    def write(self, out: BinaryIO) -> None:
        self._unmark()
        values = self._settle_formulas()
        anchors = self._anchors()
        for count, (place, faults) in enumerate(_by_cell(self._found)):
            cell = self._tab.cell(*anchors.get(place, place))
            cell.fill = self._fill
            if count < MOST_COMMENTS:
                self._comment(cell, _sentences(faults, self._lang))
        self._list(values=values)
        self._book.save(out)

    def _unmark(self) -> None:
        for lang in ("zh", "en"):
            old = word("housing.problems", lang)
            if old in self._book.sheetnames and old != self._sheet:
                del self._book[old]
        for row in self._tab.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment = None
                    cell.fill = PatternFill()

    def _settle_formulas(self) -> bool:
        """Put results in the place of formulas; whether there were any."""
        cells = [cell for row in self._tab.iter_rows() for cell in row if cell.data_type == "f"]
        if not cells:
            return False
        results = openpyxl.load_workbook(_stream(self._source), data_only=True)[self._sheet]
        for cell in cells:
            result = results[cell.coordinate]
            if result.value is not None and isinstance(cell, Cell):
                cell.value = result.value
                cell.data_type = result.data_type
        return True

    def _anchors(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """Cells hidden by merging, and the one that shows."""
        wanted, found = (
            {_place(one) for one in self._found},
            dict[tuple[int, int], tuple[int, int]](),
        )
        for area in self._tab.merged_cells.ranges:
            corner = (area.min_row, area.min_col)
            for row in range(area.min_row, min(area.max_row, self._tab.max_row) + 1):
                for column in range(area.min_col, area.max_col + 1):
                    if (row, column) in wanted:
                        found[row, column] = corner
        return found

    def _comment(self, cell: Cell | MergedCell, text: str) -> None:
        before = cell.comment.text if cell.comment else ""
        full = f"{before}\n—\n{text}" if before else text
        comment = Comment(full, AUTHOR)
        comment.width, comment.height = _size(full)
        cell.comment = comment

    def _list(self, *, values: bool) -> None:
        tab = self._book.create_sheet(word("housing.problems", self._lang), 0)
        self._book.active = 0
        for other in self._book.worksheets:
            other.sheet_view.tabSelected = other is tab
        heading = word("housing.problems_heading", self._lang)
        _text(tab.cell(1, 1), heading).font = Font(bold=True, size=16)
        notes = _notes(self._found, self._lang, self._sheet, values=values, anew=False)
        for at, note in enumerate(notes, 2):
            _text(tab.cell(at, 1), note)
        top = len(notes) + 3
        for at, (name, width) in enumerate(zip(_headings(self._lang), _WIDTHS, strict=True), 1):
            _text(tab.cell(top, at), name).font = Font(bold=True)
            tab.column_dimensions[chr(64 + at)].width = width
        tab.freeze_panes = f"A{top + 1}"
        tab.page_setup.orientation, tab.page_setup.paperSize = "landscape", 9
        tab.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        tab.page_setup.fitToHeight = 0
        for row, one in enumerate(self._found, top + 1):
            self._line(tab, row, one)

    def _line(self, tab: Worksheet, row: int, one: Located) -> None:
        tab.cell(row, 1).value = _place(one)[0]
        link = _text(tab.cell(row, 2), one.cell)
        link.hyperlink = f"#{_quoted(self._sheet)}!{one.cell}"
        link.font = Font(color="0563C1", underline="single")
        _text(tab.cell(row, 3), _heading(one, self._lang))
        what = _text(tab.cell(row, 4), _sentences([one], self._lang))
        what.alignment = Alignment(wrap_text=True, vertical="top")


def _text(cell: Cell | MergedCell, text: str) -> Cell | MergedCell:
    """Write a text that is never a formula."""
    cell.value = clean(text)
    cell.data_type = "s"
    return cell


def _quoted(sheet: str) -> str:
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'"


class _New:
    """A workbook written anew, row by row."""

    def __init__(
        self, file: Workbook | TextFile, found: Sequence[Located], lang: Lang, sheet: str
    ) -> None:
        self._file, self._found, self._lang, self._sheet = file, found, lang, sheet

    def write(self, out: BinaryIO) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(out, options)
        self._red = self._book.add_format({"bg_color": f"#{_RED}", "font_color": f"#{_INK}"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._red_day = self._book.add_format({"num_format": "yyyy-mm-dd", "bg_color": f"#{_RED}"})
        aside = {word("housing.problems", lang) for lang in ("zh", "en")}
        titles = {tab: self._title(tab) for tab in self._file.tabs if tab not in aside}
        self._list(titles[self._sheet])
        for tab, title in titles.items():
            marks = self._found if tab == self._sheet else ()
            self._copy(self._book.add_worksheet(title), self._file.rows(tab), marks)
        self._book.close()

    def _title(self, tab: str) -> str:
        if not tab:
            return layout().sheets["flats"].title[self._lang]
        return tab.translate(_BAD_TITLE)[:_TITLE_LENGTH]

    def _list(self, sheet: str) -> None:
        tab = self._book.add_worksheet(word("housing.problems", self._lang))
        bold = self._book.add_format({"bold": True})
        for at, width in enumerate(_WIDTHS):
            tab.set_column(at, at, width)
        large = self._book.add_format({"bold": True, "font_size": 16})
        tab.write_string(0, 0, word("housing.problems_heading", self._lang), large)
        notes = _notes(self._found, self._lang, sheet, values=False, anew=True)
        for at, note in enumerate(notes, 1):
            tab.write_string(at, 0, clean(note))
        top = len(notes) + 2
        tab.write_row(top, 0, _headings(self._lang), bold)
        tab.freeze_panes(top + 1, 0)
        tab.set_landscape()
        tab.set_paper(9)  # A4
        tab.fit_to_pages(1, 0)
        for row, one in enumerate(self._found[:1_048_000], top + 1):
            tab.write_number(row, 0, _place(one)[0])
            tab.write_string(row, 1, one.cell)
            tab.write_string(row, 2, _heading(one, self._lang))
            tab.write_string(row, 3, _sentences([one], self._lang))

    def _copy(self, tab: NewSheet, rows: Iterator[RawRow], found: Sequence[Located]) -> None:
        marks, count = _rows_of(found), 0
        ahead = next(marks, None)
        for number, cells in rows:
            while ahead and ahead[0] < number:
                ahead = next(marks, None)
            red = ahead[1] if ahead and ahead[0] == number else {}
            width = max([len(cells), *red])
            for at in range(width):
                value = cells[at] if at < len(cells) else ""
                self._put(tab, (number - 1, at), value, red=at + 1 in red)
            for at, faults in red.items():
                count += 1
                if count <= MOST_COMMENTS:
                    self._comment(tab, (number - 1, at - 1), _sentences(faults, self._lang))

    def _put(self, tab: NewSheet, at: tuple[int, int], value: Raw, *, red: bool) -> None:
        look = self._red if red else None
        if isinstance(value, Wrong):  # an error stays one: nothing else is read in its place
            value = str(value.facts.get("value", "#N/A"))
        if isinstance(value, float):
            tab.write_number(*at, value, look)
        elif isinstance(value, date):
            tab.write_datetime(*at, value, self._red_day if red else self._day)
        elif value:
            tab.write_string(*at, value, look)
        elif red:
            tab.write_blank(*at, None, look)

    def _comment(self, tab: NewSheet, at: tuple[int, int], text: str) -> None:
        width, height = _size(text)
        tab.write_comment(*at, text, {"author": AUTHOR, "x_scale": width / 128, "height": height})


def _rows_of(found: Sequence[Located]) -> Iterator[tuple[int, dict[int, list[Located]]]]:
    """Faults by row, and in it by column."""
    for row, faults in groupby(found, key=lambda one: _place(one)[0]):
        by_column: dict[int, list[Located]] = {}
        for one in faults:
            by_column.setdefault(_place(one)[1], []).append(one)
        yield row, by_column
