"""What the values of a sheet do not tell: formulas, errors, per-cent formats, how far it reaches.

``python-calamine`` gives values only: an error cell looks blank, a formula like its last result.
This walks the sheet's XML once, keeping positions and nothing else.
"""

import re
import zipfile
from dataclasses import dataclass, field
from functools import cache
from xml.parsers import expat

from tuanti.sheets.guard import FileRefused

Place = tuple[int, int]  # row and column, from 1

MOST_ROWS = 500_000
MOST_COLUMNS = 256
MOST_CELLS = 3_000_000  # rows times columns: what the values take in memory
MOST_UNREAD = 200_000  # errors and formulas without a result: nobody mends more by hand
FIRST = 3

_PIECE = 2**18
_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})").fullmatch
_PER_CENT_IDS = frozenset({"9", "10"})


@dataclass(slots=True)
class Scan:
    """What was found on a sheet."""

    formulas: int = 0  # with a saved result
    first_formulas: list[Place] = field(default_factory=list)
    uncached: set[Place] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    per_cent: set[Place] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def scan_sheet(archive: zipfile.ZipFile, part: str, per_cent_styles: frozenset[str]) -> Scan:
    """Walk a sheet's XML.

    :raises FileRefused: it is damaged, or reaches too far to be read.
    """
    parser = expat.ParserCreate()
    walk = _Walk(parser, per_cent_styles)
    parser.StartElementHandler = walk.start
    _feed(parser, archive, part)
    return walk.found


def per_cent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Collect the cell styles that show numbers as per cent."""
    styles, parser = _Styles(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = styles.start, styles.end
    if "xl/styles.xml" in archive.namelist():
        _feed(parser, archive, "xl/styles.xml")
    return frozenset(styles.per_cent)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Map the title of every sheet to the part that holds it."""
    targets: dict[str, str] = {}
    titles: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            ident = next((v for k, v in attributes.items() if _local(k) == "id" and ":" in k), "")
            titles[attributes.get("name", "")] = ident

    for part, start in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        if part not in archive.namelist():
            raise FileRefused("sheets.damaged", part=part)
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        _feed(parser, archive, part)
    return {title: _part(targets.get(ident, "")) for title, ident in titles.items()}


def ref(row: int, column: int) -> str:
    """Name a cell as people do: ``C7``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _feed(parser: expat.XMLParserType, archive: zipfile.ZipFile, part: str) -> None:
    parser.buffer_text = True
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 (expat's own way)
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, zipfile.BadZipFile, ValueError) as broken:
        raise FileRefused("sheets.damaged", part=part) from broken


class _Styles:
    def __init__(self) -> None:
        self.per_cent: set[str] = set()
        self._formats = set(_PER_CENT_IDS)
        self._inside = False
        self._next = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "numFmt" and "%" in attributes.get("formatCode", ""):
            self._formats.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if attributes.get("numFmtId") in self._formats:
                self.per_cent.add(str(self._next))
            self._next += 1

    def end(self, tag: str) -> None:
        if _local(tag) == "cellXfs":
            self._inside = False


class _Walk:
    """Follows the cells of a sheet.

    Most cells hold a plain value or nothing, so those cost one call for the cell and one for its
    value; ends and texts are listened to only inside a formula or an error.
    """

    def __init__(self, parser: expat.XMLParserType, per_cent_styles: frozenset[str]) -> None:
        self.found = Scan()
        self._parser = parser
        self._styles = per_cent_styles
        self._names: dict[str, str] = {}
        self._cell: dict[str, str] = {}
        self._place: Place = (0, 0)
        self._value = ""
        self._formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag) or self._names.setdefault(tag, _local(tag))
        if name == "c":
            if "r" not in attributes:
                row, column = self._where()
                self._place = (row, column + 1)
            self._cell = attributes
            if attributes.get("t") == "e":
                self._listen()
                self._parser.CharacterDataHandler = self._text
        elif name == "v" or name == "is":  # noqa: PLR1714 (the busiest line)
            self._reach()
        elif name == "f":
            self._listen()
            self._formula, self._parser.CharacterDataHandler = True, None
            self._reach()
        elif name == "row":
            number = attributes.get("r")
            self._place = (int(number) if number else self._place[0] + 1, 0)
            self._cell = {}

    def _listen(self) -> None:
        self._value, self._formula = "", False
        self._parser.EndElementHandler = self._end

    def _end(self, tag: str) -> None:
        name = _local(tag)
        if name == "f":
            self._parser.CharacterDataHandler = self._text
        elif name == "c":
            self._close()
            self._parser.EndElementHandler = self._parser.CharacterDataHandler = None

    def _text(self, data: str) -> None:
        self._value += data

    def _close(self) -> None:
        value, kind, found = self._value.strip(), self._cell.get("t"), self.found
        if kind == "e":
            found.errors[self._where()] = value[:20] or "#N/A"
        elif self._formula and not value and kind != "str":
            found.uncached.add(self._where())
        elif self._formula:
            found.formulas += 1
            if found.formulas <= FIRST:
                found.first_formulas.append(self._where())
        if len(found.errors) + len(found.uncached) > MOST_UNREAD:
            raise FileRefused("sheets.too_many_unread", limit=MOST_UNREAD)

    def _where(self) -> Place:
        written = self._cell.get("r")
        if written is None:
            return self._place
        match = _REF(written)
        if match is None:
            raise ValueError(written)
        self._place = int(match[2]), _column_number(match[1])
        return self._place

    def _reach(self) -> None:
        found, place = self.found, self._where()
        if self._cell.get("s") in self._styles:
            found.per_cent.add(place)
        row, column = place
        if row > found.rows or column > found.columns:
            found.rows, found.columns = max(row, found.rows), max(column, found.columns)
            self._refuse_too_far()

    def _refuse_too_far(self) -> None:
        rows, columns = self.found.rows, self.found.columns
        if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
            raise FileRefused("sheets.too_wide", rows=rows, columns=columns)


@cache
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
