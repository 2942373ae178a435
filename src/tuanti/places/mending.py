"""Mending rows that are there: what differs is set, under a lock, and kept for an undo."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from tuanti.people.vault import index
from tuanti.places import models
from tuanti.places.changes import Values, remember
from tuanti.places.spelling import found_by

_AT_ONCE = 200
SEALED = {"phone": "phone_index", "id_number": "id_index"}


def differing(stands: Mapping[str, Any], told: Values) -> Values:
    """Take of ``told`` what ``stands`` in a row otherwise; aliases are added to, never taken."""
    found = {name: value for name, value in told.items() if _differs(stands, name, value)}
    if "aliases" in told:
        found |= _more_names(stands, told["aliases"])
    return found


def mend(model: type[Model], told: Mapping[int, Values], source: int | None) -> int:
    """Set what differs in rows of ``model``, by their ids; return how many were mended.

    Each is read again under a lock, so that a change made meanwhile is not written over. In the
    transaction of the caller.
    """
    if not told:
        return 0
    rows = model._default_manager.select_for_update().filter(pk__in=list(told)).order_by("pk")
    changed: list[tuple[Model, Values]] = []
    for row in rows:
        before = _set(row, differing(_columns(row), told[row.pk]))
        if before:
            changed.append((row, before))
    _write(model, changed)
    theirs = [(row, before) for row, before in changed if _was_there(row, source)]
    remember(source, str(model._meta.model_name), theirs)
    return len(changed)


def _was_there(row: Any, source: int | None) -> bool:  # noqa: ANN401 (a row an import may make)
    """Whether a row is older than the import: what it made itself, an undo takes away whole."""
    return source is None or row.source != source


def _columns(row: Model) -> Values:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _differs(stands: Mapping[str, Any], name: str, value: object) -> bool:
    if name == "aliases":
        return False
    if name in SEALED:  # opening what is sealed takes time; its index tells as much
        return bytes(stands[SEALED[name]]) != index(str(value))
    there = stands[name]
    return bool((bytes(there) if isinstance(value, bytes) else there) != value)


def _more_names(stands: Mapping[str, Any], aliases: list[str]) -> Values:
    known = (stands["name"], *stands["aliases"])
    new = [name for name in dict.fromkeys(aliases) if name not in known]
    return {"aliases": [*stands["aliases"], *new]} if new else {}


def _set(row: Model, values: Values) -> Values:
    """Set values on a row and give back what stood there."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, models.Estate) and values.keys() & {"aliases", "address"}:
        before["pinyin"] = row.pinyin
        row.pinyin = found_by(row.name, *row.aliases, row.address)
    return before


def _write(model: type[Model], changed: list[tuple[Model, Values]]) -> None:
    """Write what was set: rows with the same columns together, and no column that was not."""
    alike: dict[frozenset[str], list[Model]] = {}
    for row, before in changed:
        alike.setdefault(frozenset(before), []).append(row)
    for names, rows in alike.items():
        model._default_manager.bulk_update(rows, sorted(names), batch_size=_AT_ONCE)
