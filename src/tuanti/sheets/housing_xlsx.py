"""Rows of a workbook, one after another, in little memory.

The usual readers keep a whole sheet, or take a minute for what is done here in seconds; so the
sheet's XML is walked as it unpacks, and texts that cells share are kept as bytes.
"""

import re
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import cached_property
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from tuanti.sheets.cells import Wrong
from tuanti.sheets.guard import MB, FileRefused
from tuanti.sheets.housing_door import admit, column_number, merged_down
from tuanti.sheets.housing_source import Blob, Raw, RawRow
from tuanti.sheets.scan import MOST_COLUMNS, sheet_parts

MOST_SHARED_MB = 160

_PIECE = 2**18
_FIRST = 3  # formulas named in a note
_MOST_TEXT = 40_000  # Excel ends at 32,767 signs a cell
_CHINESE_DATES = frozenset([*range(27, 37), *range(50, 59)])
_DAY_ZERO = date(1899, 12, 30)
_DAYS_1904 = 1462
_LAST_DAY = 2_958_465
_UNCACHED = Wrong("sheets.no_cached_value", {})
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_VALUES = frozenset(["v", "t"])


class Workbook:
    """A list as a workbook. ``tabs`` are the titles of its sheets.

    :raises FileRefused: it is no workbook, or one that is not safe to read.
    """

    def __init__(self, blob: Blob) -> None:
        self._blob = blob
        self.external = any(part.startswith("xl/externalLinks/") for part in admit(blob))
        with blob.open() as file, zipfile.ZipFile(file) as archive:
            listed, self._parts = set(archive.namelist()), sheet_parts(archive)
            self._parts = {title: part for title, part in self._parts.items() if part in listed}
        self.tabs = tuple(self._parts)
        self._merged: dict[str, array[int]] = {}
        self.formulas: list[tuple[int, int]] = []
        self.formula_count = 0
        if not self.tabs:
            raise FileRefused("sheets.damaged", part=blob.name)

    def rows(self, tab: str = "", until: int = 0) -> Iterator[RawRow]:
        """Give each row that is not blank with its number; merged cells are filled downwards.

        It stops soon after row ``until``, if told one.
        """
        part = self._parts[tab or self.tabs[0]]
        self.formulas, self.formula_count = [], 0
        with ExitStack() as stack:
            archive = stack.enter_context(zipfile.ZipFile(stack.enter_context(self._blob.open())))
            merged = self._merged.get(part)
            if merged is None:
                merged = self._merged[part] = merged_down(archive, part)
            parser = expat.ParserCreate()
            walk = _Walk(parser, self._strings, self._dates, self)
            rows = _walked(parser, walk, archive, part, until)
            yield from _filled(rows, merged) if merged else rows

    @cached_property
    def _strings(self) -> "_Strings":
        strings = _Strings()
        self._feed("xl/sharedStrings.xml", strings.parser)
        return strings

    @cached_property
    def _dates(self) -> "_Dates":
        dates = _Dates()
        self._feed("xl/styles.xml", dates.parser)
        self._feed("xl/workbook.xml", dates.second)
        return dates

    def _feed(self, part: str, parser: expat.XMLParserType) -> None:
        with self._blob.open() as file, zipfile.ZipFile(file) as archive:
            if part in archive.namelist():
                for _ in _fed(parser, archive, part):
                    pass


def _fed(parser: expat.XMLParserType, archive: zipfile.ZipFile, part: str) -> Iterator[None]:
    """Feed a part to its parser, pausing after each piece."""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 (expat's own way)
                yield
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, zipfile.BadZipFile, ValueError, IndexError) as broken:
        raise FileRefused("sheets.damaged", part=part) from broken
    yield


def _walked(
    parser: expat.XMLParserType, walk: "_Walk", archive: zipfile.ZipFile, part: str, until: int
) -> Iterator[RawRow]:
    for _ in _fed(parser, archive, part):
        done, walk.done = walk.done, []
        yield from done
        if until and walk.number > until:
            return


def _filled(rows: Iterator[RawRow], merged: "array[int]") -> Iterator[RawRow]:
    """Write the value of each merged cell into the rows it reaches over."""
    coming, open_ = 0, dict[int, tuple[int, Raw]]()
    for number, cells in rows:
        row = [*cells]
        while coming < len(merged) and merged[coming] >> 40 <= number:
            first, last = merged[coming] >> 40, merged[coming] >> 16 & 0xFFFFFF
            column = (merged[coming] & 0xFFFF) - 1
            if first == number and column < len(row):
                open_[column] = (last, row[column])
            coming += 1
        for column, (last, value) in [*open_.items()]:
            if number > last:
                del open_[column]
            elif column >= len(row):
                row += [""] * (column + 1 - len(row))
                row[column] = value
            elif row[column] == "":
                row[column] = value
        yield number, row


class _Walk:
    """Follows the cells of a sheet and lays down each row that holds something."""

    def __init__(
        self, parser: expat.XMLParserType, strings: "_Strings", dates: "_Dates", book: Workbook
    ) -> None:
        self.done: list[RawRow] = []
        self._parser, self._strings, self._dates, self._book = parser, strings, dates, book
        self.number, self._cells = 0, list[Raw]()
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._column, self._next = 0, 0
        self._kind, self._style, self._text = "n", "", ""
        self._formula = self._aside = False
        parser.ordered_attributes = parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end

    def _start(self, tag: str, attributes: list[str]) -> None:
        name = self._names.get(tag) or self._names.setdefault(tag, tag.rpartition(":")[2])
        if name == "c":
            self._begin(attributes)
        elif name in _VALUES:
            if not self._aside:
                self._parser.CharacterDataHandler = self._data
        elif name == "row":
            self._row(attributes)
        elif name == "f":
            self._formula = True
        elif name == "rPh":  # how a text is pronounced: not part of it
            self._aside = True

    def _begin(self, attributes: list[str]) -> None:
        self._kind, self._style, self._text, self._formula = "n", "", "", False
        self._next += 1
        for at in range(0, len(attributes), 2):
            key = attributes[at]
            if key == "r":
                letters = attributes[at + 1].rstrip("0123456789")
                self._next = self._columns.get(letters) or self._column_of(letters)
            elif key == "t":
                self._kind = attributes[at + 1]
            elif key == "s":
                self._style = attributes[at + 1]
        self._column = self._next

    def _column_of(self, letters: str) -> int:
        if not letters.isascii() or not letters.isupper() or len(letters) > 3:  # noqa: PLR2004
            raise ValueError(letters)
        return self._columns.setdefault(letters, column_number(letters))

    def _row(self, attributes: list[str]) -> None:
        number = self.number + 1
        if "r" in attributes[::2]:
            number = int(attributes[attributes.index("r") + 1])
        if number <= self.number:
            raise ValueError(number)
        self.number, self._cells, self._next = number, [], 0

    def _data(self, text: str) -> None:
        self._text += text
        if len(self._text) > _MOST_TEXT:
            raise ValueError("more text than a cell holds")

    def _end(self, tag: str) -> None:
        name = self._names[tag]
        if name in _VALUES:
            self._parser.CharacterDataHandler = None
        elif name == "c":
            if self._text or self._formula or self._kind == "e":
                self._put(self._value())
        elif name == "row":
            if self._cells:
                self.done.append((self.number, self._cells))
        elif name == "rPh":
            self._aside = False

    def _value(self) -> Raw:
        text, kind = self._text, self._kind
        if self._formula:
            self._note_formula()
        if kind == "s":
            return self._strings[int(text)]
        if kind == "n":
            return self._numeric(text)
        if kind == "e":
            return Wrong("sheets.error_cell", {"value": text[:20] or "#N/A"})
        if kind == "b":
            return "true" if text.strip() == "1" else "false"
        return _unescaped(text)

    def _numeric(self, text: str) -> Raw:
        if not text.strip():
            return _UNCACHED
        number = float(text)
        if number - number != 0:  # neither infinite nor none at all
            raise ValueError(text)
        return self._dates.day(number) if self._style in self._dates.styles else number

    def _put(self, value: Raw) -> None:
        if value == "":
            return
        if self._column > MOST_COLUMNS:
            raise FileRefused("sheets.too_wide", rows=self.number, columns=self._column)
        missing = self._column - len(self._cells)
        if missing == 1:
            self._cells.append(value)
            return
        self._cells += [""] * missing
        self._cells[self._column - 1] = value

    def _note_formula(self) -> None:
        self._book.formula_count += 1
        if len(self._book.formulas) < _FIRST:
            self._book.formulas.append((self.number, self._column))


class _Strings:
    """The texts that cells share, kept as bytes one behind the other."""

    def __init__(self) -> None:
        self._bytes, self._ends, self._text = bytearray(), array("I", [0]), ""
        self._aside = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end

    def __getitem__(self, at: int) -> str:
        if at < 0:
            raise IndexError(at)
        return self._bytes[self._ends[at] : self._ends[at + 1]].decode()

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "t" and not self._aside:
            self.parser.CharacterDataHandler = self._data
        elif name == "rPh":
            self._aside = True

    def _data(self, text: str) -> None:
        self._text += text
        if len(self._text) > _MOST_TEXT:
            raise ValueError("more text than a cell holds")

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self.parser.CharacterDataHandler = None
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self._bytes += _unescaped(self._text).encode("utf-8", "replace")
            self._ends.append(len(self._bytes))
            self._text = ""
            if len(self._bytes) + 4 * len(self._ends) > MOST_SHARED_MB * MB:
                raise FileRefused("sheets.too_large", part="sharedStrings", limit_mb=MOST_SHARED_MB)


class _Dates:
    """Which styles show numbers as dates, and from which day they count."""

    def __init__(self) -> None:
        self.styles: set[str] = set()
        self._formats: dict[str, str] = {}
        self._inside, self._next, self._later = False, 0, 0
        self.parser, self.second = expat.ParserCreate(), expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.second.StartElementHandler = self._properties

    def day(self, number: float) -> Raw:
        """The day of a serial number; a number no day has stays one."""
        days = int(number) + self._later
        return _DAY_ZERO + timedelta(days) if 0 < days <= _LAST_DAY else number

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if self._is_date(attributes.get("numFmtId", "0")):
                self.styles.add(str(self._next))
            self._next += 1

    def _is_date(self, ident: str) -> bool:
        if ident in self._formats:
            return bool(is_date_format(self._formats[ident]))
        number = int(ident)
        return number in _CHINESE_DATES or bool(is_date_format(BUILTIN_FORMATS.get(number, "")))

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "cellXfs":
            self._inside = False

    def _properties(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self._later = _DAYS_1904


def _unescaped(text: str) -> str:
    """Read what Excel writes for signs XML cannot hold: ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
