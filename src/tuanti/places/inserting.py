"""Many rows written at once: their ids drawn beforehand, their values taken as they are.

What Django does for each row it makes costs more than the database's own work; a million flats
with owners are four million rows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from django.db import connection, models

from tuanti.people.vault import SealedField, seal

Prepare: TypeAlias = Callable[[Any], Any]
_Column: TypeAlias = tuple[str, Prepare | None, Callable[[], Any] | None, Any]


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows, a mapping of column to value each, and return their ids in order.

    What a mapping does not name has its default. In the transaction of the caller.
    """
    if not rows:
        return []
    ids = _drawn(model, len(rows))
    columns = _columns(model)
    values = [(pk, *_values(row, columns)) for pk, row in zip(ids, rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(_statement(model), values)
    return ids


def _values(row: Mapping[str, Any], columns: Sequence[_Column]) -> list[Any]:
    values = []
    for name, prepare, draw, default in columns:
        value = row[name] if name in row else draw() if draw else default
        values.append(prepare(value) if prepare else value)
    return values


def _drawn(model: type[models.Model], number: int) -> list[int]:
    """Draw ids nobody has had: from the sequence, or behind the highest ever given."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            ask = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(ask, [table, number])
            return [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + 1 + number))


@cache
def _statement(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    names = ["id", *(name for name, *_ in _columns(model))]
    places = ", ".join(["%s"] * len(names))
    into = f"{quote(model._meta.db_table)} ({', '.join(map(quote, names))})"
    return f"INSERT INTO {into} VALUES ({places})"  # noqa: S608 (names of our own tables)


@cache
def _columns(model: type[models.Model]) -> tuple[_Column, ...]:
    return tuple(
        (
            str(field.attname),
            _prepare(field),
            field.default if field.has_default() and callable(field.default) else None,
            None if callable(field.default) else field.get_default(),
        )
        for field in model._meta.concrete_fields
        if not field.primary_key
    )


def _prepare(field: Any) -> Prepare | None:  # noqa: ANN401 (any field)
    if isinstance(field, SealedField):
        place = field.place
        return lambda value: seal(value, place)
    if isinstance(field, models.JSONField):
        return json.dumps
    return None
