"""What an import changed, kept so that it can be undone: what stood there, and what it put."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from django.db.models import Model

from tuanti.places.models import Change

Values: TypeAlias = dict[str, Any]

# What a line says where its list says nothing: it makes a row, but mends none.
UNTOLD: tuple[object, ...] = (None, "", b"", [], "private", "free", "registered", "living")


def merged(known: Values, more: Values) -> Values:
    """Add to what a list told of a row what it tells now; what it told first stays."""
    fresh = {name: value for name, value in more.items() if known.get(name) in UNTOLD}
    return known | fresh


def remember(
    source: int | None, kind: str, changed: Sequence[tuple[Model, Mapping[str, Any]]]
) -> None:
    """Keep what stood in rows of ``kind`` before import ``source``; they hold the new values."""
    Change.objects.bulk_create(
        Change(
            source_id=source,
            kind=kind,
            row=row.pk,
            before=written(before),
            after=written({name: getattr(row, name) for name in before}),
        )
        for row, before in changed
        if source is not None
    )


def written(values: Mapping[str, Any]) -> str:
    """Write values of a row as JSON; bytes and days in tables of their own."""
    return json.dumps({name: _plain(value) for name, value in values.items()}, ensure_ascii=False)


def read(text: str) -> Values:
    """Read what :func:`written` wrote."""
    return {name: _meant(value) for name, value in json.loads(text).items()}


def stands(row: Model, name: str) -> Any:  # noqa: ANN401 (any value of a row)
    """Take a value of a row as :func:`read` gives it."""
    return _meant(_plain(getattr(row, name)))


def _plain(value: Any) -> Any:  # noqa: ANN401 (any value of a row)
    if isinstance(value, bytes | memoryview):
        return {"hex": bytes(value).hex()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _meant(value: Any) -> Any:  # noqa: ANN401 (any value of a row)
    if not isinstance(value, dict):
        return value
    return bytes.fromhex(value["hex"]) if "hex" in value else date.fromisoformat(value["day"])
