"""How an entry is written when it is hashed: one way only, the same on every machine.

Canonical JSON: sorted keys, no floats, UTF-8, no insignificant space; times in UTC with ``Z``.
Nothing here knows Django, so that a bundle can be checked without it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def canonical(value: object) -> str:
    """Write ``value`` as canonical JSON.

    >>> canonical({"b": 1, "a": ["渝", None]})
    '{"a":["渝",null],"b":1}'
    """
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def plain(value: object) -> bool:
    """Whether ``value`` is made of what a fact may hold: text, whole numbers, lists, tables."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return all(plain(one) for one in value)
    if isinstance(value, str):
        return "\0" not in value and _is_utf8(value)  # PostgreSQL's JSON takes neither
    return value is None or isinstance(value, int)


def instant(at: datetime) -> str:
    """Write a time: RFC 3339 in UTC, always to the microsecond.

    >>> instant(datetime(2026, 11, 23, 1, 51, tzinfo=UTC))
    '2026-11-23T01:51:00.000000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def entry_text(
    *,
    number: int,
    at: datetime,
    by: str,
    act: str,
    subject: tuple[str, str],
    facts: Mapping[str, Any],
) -> str:
    """Write an entry as it is hashed; ``subject`` is its kind and its id."""
    kind, subject_id = subject
    told = {"id": number, "at": instant(at), "by": by, "act": act, "facts": facts}
    return canonical(told | {"subject": {"kind": kind, "id": subject_id}})


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
