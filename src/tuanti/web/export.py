"""A whole list as a file: the page's columns and order, all its rows, streamed."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone

from tuanti.sheets import listing as sheet
from tuanti.texts.words import word
from tuanti.web.listing import Column, Kind, Listing, State, written
from tuanti.web.templatetags.tuanti import spoken

_LOOKS: Mapping[Kind, tuple[str, float]] = {  # how a workbook shows each kind, and how wide
    "text": ("text", 24),
    "number": ("count", 12),
    "yuan": ("yuan", 16),
    "area": ("area", 14),
    "percent": ("figure", 12),
    "date": ("date", 13),
    "moment": ("date", 20),
    "state": ("centre", 16),
    "yes": ("centre", 10),
}
_IN_MEMORY = 4 * 2**20
_AT_ONCE = 2_000


def whole(listing: Listing, fmt: sheet.Fmt) -> FileResponse:
    """Hand the whole list over as a file, marked where everything in it is invented."""
    columns = [column for column in listing.columns if column.exported]
    looks = [sheet.Column(column.heading, *_LOOKS[column.kind]) for column in columns]
    marker = word("web.listing.fictional", spoken()) if settings.DEMO else ""
    out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the response closes it)
    sheet.export(
        out,  # type: ignore[arg-type]  # a file in all but its declared class
        looks,
        _rows(listing, columns),
        fmt=fmt,
        lang=spoken(),
        title=listing.title,
        marker=marker,
    )
    out.seek(0)
    name = f"{listing.title or listing.name}-{timezone.localdate().isoformat()}.{fmt}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=_TYPES[fmt])


_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def _rows(listing: Listing, columns: list[Column]) -> Iterator[list[sheet.Value]]:
    rows = listing.rows
    if isinstance(rows, QuerySet):
        rows = rows.iterator(chunk_size=_AT_ONCE)
    for row in rows:
        yield [_value(column, column.of(row)) for column in columns]


def _value(column: Column, value: Any) -> sheet.Value:  # noqa: ANN401 (any value of a row)
    if isinstance(value, State):
        return value.text
    if value is None or column.kind == "percent":
        return written(column.kind, value)
    known = isinstance(value, str | int | bool | Fraction | Decimal | date)
    return value if known else str(value)
