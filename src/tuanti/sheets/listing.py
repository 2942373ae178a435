"""Any list as a workbook or a text: row after row, harmless to open.

Texts never become formulas: in a workbook they are written as texts, in a CSV an apostrophe stands
before one that begins like a formula, and before digits so many that a spreadsheet would lose some.
Signs nobody sees are taken out.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import BinaryIO, Literal, TypeAlias
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tuanti.sheets.layout import word
from tuanti.sheets.look import LOOKS, Column
from tuanti.texts import Lang

__all__ = ["Column", "Fmt", "Value", "clean", "export", "harmless"]

Fmt: TypeAlias = Literal["xlsx", "csv"]
Value: TypeAlias = str | int | bool | Fraction | Decimal | date | datetime | None

MOST_ROWS = 1_048_000  # of a sheet; the list goes on on another

_RISKY = frozenset("=+-@\t\r\n|%＝＋－＠")
_UNSEEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # what controls a terminal
    "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # what joins, turns and marks
    "\ud800-\udfff\ufffe\uffff]"  # what no file can hold
)
_LONG = re.compile(r"\d{12,}", re.ASCII).fullmatch
_MOST_TEXT = 32_767  # Excel's own limit
_HUNDREDTHS = ("yuan", "area")
_DAY_ZERO = date(1899, 12, 30)  # Excel's
_CIVIL = ZoneInfo("Asia/Shanghai")
_MADE_ON = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same list, the same file
_FONT = {"zh": "Microsoft YaHei", "en": "Calibri"}
_BRAND, _ALERT = "#0B5563", "#B42318"


def export(
    out: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    fmt: Fmt,
    lang: Lang,
    title: str = "",
    marker: str = "",
) -> int:
    """Write a list to ``out``; returns the number of its rows.

    ``title`` stands above it and ``marker`` (as 虚构示例) below the title. Columns with the look
    ``yuan`` hold whole fen, with ``area`` whole dm²; instants are written in the time of Shanghai.
    The rows are taken one by one and not kept.
    """
    head = [line for line in (title, marker) if line]
    if fmt == "csv":
        return _write_text(out, columns, rows, head, lang)
    return _Book(out, columns, lang, title, marker).write(rows)


def clean(text: str) -> str:
    """Take out the signs nobody sees, and half-pairs no file can hold."""
    return _UNSEEN.sub("", text) if not text.isprintable() else text


def harmless(text: str) -> str:
    """A text for a CSV that no spreadsheet takes for a formula or cuts to 15 digits."""
    safe = clean(text)
    if text[:1] in _RISKY or safe.lstrip()[:1] in _RISKY or _LONG(safe):
        return f"'{safe}"
    return safe


def _write_text(
    out: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    head: Sequence[str],
    lang: Lang,
) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer, count = csv.writer(text), 0
    writer.writerows([harmless(line)] for line in head)
    writer.writerow([harmless(column.heading) for column in columns])
    for row in rows:
        writer.writerow([_said(c, v, lang) for c, v in zip(columns, row, strict=True)])
        count += 1
    text.flush()
    text.detach()  # `out` belongs to the caller
    return count


def _said(column: Column, value: Value, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, bool):
        return word("yes" if value else "no", lang)
    if isinstance(value, datetime):
        return _civil(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int) and column.look in _HUNDREDTHS:
        sign, (whole, rest) = "-" if value < 0 else "", divmod(abs(value), 100)
        return f"{sign}{whole}.{rest:02}"
    return str(value)


def _civil(instant: datetime) -> datetime:
    """The time on the wall; one without a zone is taken as it is."""
    return instant.astimezone(_CIVIL).replace(tzinfo=None) if instant.tzinfo else instant


class _Book:
    """The workbook of a list, on as many sheets as it needs."""

    def __init__(
        self, out: BinaryIO, columns: Sequence[Column], lang: Lang, title: str, marker: str
    ) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._file = xlsxwriter.Workbook(out, options)
        self._file.set_properties({"created": _MADE_ON, "title": title})
        self._columns, self._lang, self._title, self._marker = columns, lang, title, marker
        self._looks = [(self._look(c), self._look(c, quote_prefix=True)) for c in columns]
        moment = "yyyy-mm-dd hh:mm:ss"
        self._days = self._file.add_format({"num_format": "yyyy-mm-dd", "align": "center"})
        self._moments = self._file.add_format({"num_format": moment, "align": "center"})

    def write(self, rows: Iterable[Sequence[Value]]) -> int:
        """Write the rows and close the file; returns how many."""
        tab, top = self._sheet(), self._top()
        count, at = 0, top
        for row in rows:
            if at - top >= MOST_ROWS:
                tab, at = self._sheet(), top
            for number, value in enumerate(row):
                self._put(tab, at, number, value)
            at, count = at + 1, count + 1
        self._file.close()
        return count

    def _top(self) -> int:
        return bool(self._title) + bool(self._marker) + 1

    def _sheet(self) -> Worksheet:
        tab = self._file.add_worksheet()
        for at, column in enumerate(self._columns):
            tab.set_column(at, at, column.width)
        tab.freeze_panes(self._top(), 0)
        for row, (text, look) in enumerate(self._head()):
            tab.write_string(row, 0, clean(text), self._file.add_format(look))
        heading = self._file.add_format(self._heading())
        for at, column in enumerate(self._columns):
            tab.write_string(self._top() - 1, at, clean(column.heading), heading)
        return tab

    def _head(self) -> Iterator[tuple[str, dict[str, object]]]:
        font = {"font_name": _FONT[self._lang], "bold": True}
        if self._title:
            yield self._title, font | {"font_size": 14, "font_color": _BRAND}
        if self._marker:
            yield self._marker, font | {"font_color": _ALERT}

    def _heading(self) -> dict[str, object]:
        return {
            "font_name": _FONT[self._lang], "bold": True, "font_color": "#FFFFFF",
            "bg_color": _BRAND, "align": "center", "text_wrap": True,
        }  # fmt: skip

    def _look(self, column: Column, **more: object) -> Format:
        base = {"font_name": _FONT[self._lang], "font_size": 10, "valign": "vcenter"}
        return self._file.add_format(base | dict(LOOKS.get(column.look, {})) | more)

    def _put(self, tab: Worksheet, row: int, at: int, value: Value) -> None:
        plain, quoted = self._looks[at]
        if value is None or value == "":
            return
        if isinstance(value, str):
            text = clean(value)[:_MOST_TEXT]
            risky = text.lstrip()[:1] in _RISKY
            tab.write_string(row, at, text, quoted if risky else plain)
        elif isinstance(value, bool | Fraction):
            tab.write_string(row, at, _said(self._columns[at], value, self._lang), plain)
        elif isinstance(value, datetime):
            since = _civil(value) - datetime.combine(_DAY_ZERO, datetime.min.time())
            tab.write_number(row, at, since.days + since.seconds / 86_400, self._moments)
        elif isinstance(value, date):
            tab.write_number(row, at, (value - _DAY_ZERO).days, self._days)
        elif isinstance(value, int) and self._columns[at].look in _HUNDREDTHS:
            tab.write_number(row, at, value / 100, plain)
        else:
            tab.write_number(row, at, value, plain)
