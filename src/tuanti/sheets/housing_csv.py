"""Rows of a text file: its encoding and its delimiter found out, never guessed beyond proof.

What opens with a byte order mark is what that says. Else the whole file must decode: as UTF-8, or
as GB18030 (which holds GBK and GB2312). A file that decodes as none is refused, with the row.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from tuanti.sheets.guard import FileRefused
from tuanti.sheets.housing_columns import score
from tuanti.sheets.housing_source import MOST_ROWS, Blob, RawRow

MOST_TEXT_MB = 512

_PIECE = 2**18
_START = 2**16
_TOP_ROWS = 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t|"
_NO_TEXT = re.compile("[\0-\x08\x0e-\x19\x1b-\x1f\x7f]").search  # 0x1a ended files under DOS
_SURELY_UTF8 = 20  # signs beyond ASCII: text in GBK never gets so far as UTF-8
_SEPARATOR = re.compile(r"sep=(.)\s*").fullmatch


class TextFile:
    """A list as text. ``encoding`` and ``delimiter`` are those found.

    :raises FileRefused: it is no text, or in no encoding known here.
    """

    def __init__(self, blob: Blob) -> None:
        if blob.size > MOST_TEXT_MB * 2**20:
            raise FileRefused("sheets.too_large", part="csv", limit_mb=MOST_TEXT_MB)
        self._blob = blob
        self.encoding = _encoding(blob)
        self.delimiter = self._delimiter()
        self.tabs = ("",)
        self.formulas: list[tuple[int, int]] = []
        self.formula_count = 0

    def rows(self, _tab: str = "", _until: int = 0) -> Iterator[RawRow]:
        """Give each row that is not blank with its number, as Excel would count them."""
        number = 0
        with self._text() as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            try:
                for number, row in enumerate(reader, 1):
                    if number > MOST_ROWS:
                        raise FileRefused("housing.too_many_rows", limit=MOST_ROWS)
                    if any(row) and not (number == 1 and _SEPARATOR(row[0])):
                        yield number, row
            except csv.Error as broken:
                raise FileRefused("housing.row_broken", row=number + 1) from broken

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._blob.open(), encoding=self.encoding, newline="")

    def _delimiter(self) -> str:
        with self._text() as text:
            start = text.read(_START)
        told = _SEPARATOR(start.split("\n", 1)[0].strip("\r"))
        if told and told[1] in _DELIMITERS:
            return told[1]
        return max(_DELIMITERS, key=lambda sign: _fit(start, sign))


def _fit(start: str, sign: str) -> tuple[int, int]:
    """How well ``sign`` parts the first rows: by headings known, then by columns."""
    try:
        rows = [*islice(csv.reader(io.StringIO(start), delimiter=sign), _TOP_ROWS)]
    except csv.Error:
        return 0, 0
    return max((score(row) for row in rows), default=0), max((len(row) for row in rows), default=0)


def _encoding(blob: Blob) -> str:
    with blob.open() as file:
        start = file.read(_START)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    names = (marked,) if marked else (*_wide(start), "utf-8", "gb18030")
    reached: dict[str, tuple[int, int]] = {}
    for name in names:
        offset, signs = _decodes(blob, name)
        if offset < 0:
            return name
        reached[name] = (offset, signs)
        if signs >= _SURELY_UTF8 and name == "utf-8":
            break
    name = max(reached, key=lambda name: reached[name][0])
    row, column = _place(blob, name, reached[name][0])
    raise FileRefused("housing.bad_encoding", row=row, column=column)


def _wide(start: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark: every other byte of what is written in ASCII is zero."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) <= 1 or min(even, odd) * 10 > max(even, odd):
        return ()
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = start.decode(name, "ignore")
    return (name,) if any(sign in text for sign in f"\n{_DELIMITERS}") else ()


def _decodes(blob: Blob, name: str) -> tuple[int, int]:
    """Decode it all: -1, or where that fails; and how many signs beyond ASCII went well."""
    decoder = codecs.getincrementaldecoder(name)()
    before = signs = 0
    with blob.open() as file:
        while True:
            piece = file.read(_PIECE)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as broken:
                good = broken.object[: broken.start].decode(name, "ignore")
                return before - pending + broken.start, signs + _beyond(good)
            if _NO_TEXT(text):
                raise FileRefused("housing.not_text")
            if not piece:
                return -1, signs
            signs = signs if signs >= _SURELY_UTF8 else signs + _beyond(text)
            before += len(piece)


def _beyond(text: str) -> int:
    return 0 if text.isascii() else sum(sign > "\x7f" for sign in text)


def _place(blob: Blob, name: str, offset: int) -> tuple[int, int]:
    """Name the line and the sign in it at which decoding fails."""
    decoder = codecs.getincrementaldecoder(name)("ignore")
    line, last = 1, ""
    with blob.open() as file:
        while offset > 0 and (piece := file.read(min(_PIECE, offset))):
            offset -= len(piece)
            text = last + decoder.decode(piece)
            line += text.count("\n")
            last = text.rpartition("\n")[2][-_PIECE:]
    return line, len(last) + 1
