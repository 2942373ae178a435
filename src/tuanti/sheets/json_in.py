"""A round from JSON: every fault with the JSON pointer of its place."""

import json
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from tuanti.rules.award.round import check
from tuanti.rules.errors import Fact, Path
from tuanti.sheets.guard import MB, MOST_PART_MB, FileRefused
from tuanti.sheets.reading import Located, Reading, unfollowed


class _Doubled(dict[str, Any]):
    """An object in which a name stands twice."""

    names: tuple[str, ...] = ()


def read_json(path: FilePath) -> Reading:
    """Read a round from JSON.

    :raises FileRefused: it is not JSON, or too large.
    """
    data, twice = load(path)
    told = {fault.path for fault in twice}
    faults = [*twice, *(_located(f.code, f.facts, f.path) for f in unfollowed(check(data), told))]
    return Reading(None, tuple(faults)) if faults else Reading(data)


def load(path: FilePath) -> tuple[Any, list[Located]]:
    """Read whatever JSON a file holds, and find the names that stand twice in it.

    :raises FileRefused: it is not JSON, or too large.
    """
    data = _parsed(_text(path))
    return data, list(_doubled(data))


def pointer(path: Path) -> str:
    """Write a path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _text(path: FilePath) -> str:
    if path.stat().st_size > MOST_PART_MB * MB:
        raise FileRefused("sheets.too_large", part=path.name, limit_mb=MOST_PART_MB)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise FileRefused("sheets.not_utf8") from wrong


def _parsed(text: str) -> Any:  # noqa: ANN401 (whatever the file holds)
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as wrong:
        raise FileRefused("sheets.json_broken", line=wrong.lineno, column=wrong.colno) from wrong
    except (RecursionError, ValueError) as wrong:  # nested, or a number, beyond all measure
        raise FileRefused("sheets.json_broken", line=1, column=1) from wrong


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) == len(pairs):
        return data
    names = [name for name, _ in pairs]
    doubled = _Doubled(data)
    doubled.names = tuple(name for name in data if names.count(name) > 1)
    return doubled


def _doubled(data: object) -> Iterator[Located]:
    """Find the names that stand twice, with a stack of our own: JSON may be nested deep."""
    ahead: list[tuple[object, Path]] = [(data, ())]
    while ahead:
        value, path = ahead.pop()
        if isinstance(value, _Doubled):
            for name in value.names:
                yield _located("sheets.duplicate_key", {"field": name}, (*path, name))
        if isinstance(value, dict):
            ahead += ((item, (*path, key)) for key, item in value.items() if _is_nested(item))
        elif isinstance(value, list):
            ahead += ((item, (*path, at)) for at, item in enumerate(value) if _is_nested(item))


def _is_nested(value: object) -> bool:
    return isinstance(value, dict | list)


def _located(code: str, facts: Any, path: Path) -> Located:  # noqa: ANN401
    known: dict[str, Fact] = dict(facts)
    return Located(code, known, "", pointer(path), path)
