"""The database's journal, as the checker reads it: column by column, as the bytes stand there.

SQLite stores times and JSON as text that could be altered without another meaning, or into none;
there the text itself is read, and must be written as Django writes it.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from tuanti.journal.canonical import entry_text, instant
from tuanti.journal.checking import Batch, Finding, Leaf, Show, Signed, check
from tuanti.journal.models import Checkpoint, Entry, Node, Tree
from tuanti.journal.note import Key
from tuanti.rules import merkle
from tuanti.rules.errors import Fault

_WINDOW = 4_000  # leaves read at once
_TEXTS = ("by", "act", "subject_kind", "subject_id")


def check_database(
    key: Key,
    *,
    witnessed: Sequence[merkle.Checkpoint] = (),
    show: Show = lambda _leaves: None,
) -> Finding:
    """Check the journal of the database from its first leaf to its last."""
    return check(batches(), key, witnessed=witnessed, at_end=_beyond, show=show)


def batches(until: int | None = None) -> Iterator[Batch]:
    """Read every checkpoint, up to that of ``until`` leaves, with what is under it, in order."""
    start = 0
    for window in _windows(_checkpoints(until)):
        end = window[-1][0]
        nodes = _nodes(start, end)
        leaves = _leaves(start, end, {number: kept for level, number, kept in nodes if not level})
        for size, signed in window:
            mine = _between(leaves, start, size, lambda leaf: leaf.number)
            made = _between(nodes, start + 1, size + 1, _end)
            yield Batch(signed, mine, {(level, number): kept for level, number, kept in made})
            start = size


def unsealed() -> int:
    """Count the entries that wait for the next sealing."""
    return Entry.objects.filter(leaf=None).count()


def _checkpoints(until: int | None) -> Iterator[tuple[int, Signed]]:
    found = Checkpoint.objects.order_by("size")
    if until is not None:
        found = found.filter(size__lte=until)
    for size, root, at, note in _rows(found, ("size",), ("root", _stored("at"), "note")):
        beside = {"size": size, "root": _bytes(root), "at": _instant(at) or ""}
        yield int(size), Signed(note if isinstance(note, str) else "", beside)


def _windows(
    checkpoints: Iterator[tuple[int, Signed]],
) -> Iterator[list[tuple[int, Signed]]]:
    """Put checkpoints together that have few leaves each."""
    window: list[tuple[int, Signed]] = []
    for size, signed in checkpoints:
        if window and size - window[0][0] > _WINDOW:
            yield window
            window = []
        window.append((size, signed))
    if window:
        yield window


def _leaves(start: int, end: int, kept: Mapping[int, bytes]) -> list[Leaf]:
    """Read the entries whose leaf numbers lie from ``start`` to before ``end``."""
    found = Entry.objects.filter(leaf__gte=start, leaf__lt=end).order_by("leaf")
    told = (_stored("at"), *_TEXTS, _stored("facts"), "salt")
    return [
        Leaf(leaf, pk, _text(pk, *columns[:-1]), _bytes(columns[-1]), kept.get(leaf, b""))
        for leaf, pk, *columns in _rows(found, ("leaf", "pk"), told)
    ]


def _nodes(start: int, end: int) -> list[tuple[int, int, bytes]]:
    """Read the nodes completed by those leaves, in the order of their last leaves."""
    wanted = Q(pk__in=[])
    for level in range(end.bit_length()):
        wanted |= Q(level=level, number__gte=start >> level, number__lt=end >> level)
    rows = _rows(Node.objects.filter(wanted), ("level", "number"), ("digest",))
    return sorted(((level, number, _bytes(kept)) for level, number, kept in rows), key=_end)


def _end(node: tuple[int, int, bytes]) -> int:
    """How many leaves there are once the node is complete."""
    level, number, _ = node
    return (number + 1) << level


def _between(rows: Sequence[Any], start: int, end: int, key: Any) -> Sequence[Any]:  # noqa: ANN401 (bisect's)
    return rows[bisect_left(rows, start, key=key) : bisect_left(rows, end, key=key)]


def _beyond(size: int, _checkpoints: int) -> Fault | None:
    """Look for rows that belong to no checkpoint, and for a checkpoint that was taken away.

    Entries may be sealed while we look: the newest checkpoint is asked for after the rows were
    read, and what it covers is left for the next check.
    """
    entries = list(Entry.objects.filter(Q(leaf__gte=size) | Q(leaf__lt=0)).values("leaf", "id"))
    nodes = list(Node.objects.filter(_nodes_beyond(size)).values("level", "number"))
    told = Tree.objects.values_list("size", flat=True).first() or 0
    sizes = {size, *Checkpoint.objects.filter(size__gt=size).values_list("size", flat=True)}
    newest = max(sizes)
    for entry in sorted(entries, key=lambda entry: entry["leaf"]):
        if not 0 <= entry["leaf"] < newest:
            return Fault("journal.leaf_beyond", facts=entry)
    for node in nodes:
        if node["number"] < 0 or _end((node["level"], node["number"], b"")) > newest:
            return Fault("journal.node_changed", facts=node)
    if told not in sizes:
        return Fault("journal.checkpoint_missing", facts={"size": told, "after": size})
    return None


def _nodes_beyond(size: int) -> Q:
    """Nodes no tree of ``size`` leaves has."""
    beyond = Q(level__gte=size.bit_length()) | Q(number__lt=0)
    for level in range(size.bit_length()):
        beyond |= Q(level=level, number__gte=size >> level)
    return beyond


# --- Columns as they stand there -------------------------------------------------------------


def _stored(name: str) -> Combinable:
    return Cast(name, TextField()) if connection.vendor == "sqlite" else F(name)


def _rows(
    found: QuerySet[Any], place: tuple[str, ...], told: tuple[str | Combinable, ...]
) -> list[tuple[Any, ...]]:
    """Read rows; of one that cannot be read, only its place."""
    named = [F(one) if isinstance(one, str) else one for one in (*place, *told)]
    asked = found.values_list(*named)
    try:
        return list(asked)
    except DatabaseError:  # text that is none, in some row
        pks = list(found.values_list("pk", flat=True))
        return [_alone(found.filter(pk=pk), place, named) for pk in pks]


def _alone(one: QuerySet[Any], place: tuple[str, ...], named: list[Combinable]) -> tuple[Any, ...]:
    try:
        return tuple(one.values_list(*named).get())
    except DatabaseError:
        nothing = (None,) * (len(named) - len(place))
        return (*one.values_list(*place).get(), *nothing)


def _text(pk: int, at: object, by: str, act: str, kind: str, of: str, facts: object) -> str | None:
    """The entry as it is hashed; None if a column holds what was never written there."""
    when, told = _instant(at), _facts(facts)
    texts = (by, act, kind, of)
    if when is None or told is None or not all(isinstance(one, str) for one in texts):
        return None
    return entry_text(
        number=pk, at=datetime.fromisoformat(when), by=by, act=act, subject=(kind, of), facts=told
    )


def _instant(at: object) -> str | None:
    if isinstance(at, datetime):
        return instant(at)
    try:
        read = datetime.fromisoformat(str(at))
    except ValueError:
        return None
    return instant(read.replace(tzinfo=UTC)) if str(read) == at else None


def _facts(facts: object) -> Mapping[str, Any] | None:
    if isinstance(facts, dict):
        return facts
    try:
        read = json.loads(str(facts))
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and json.dumps(read) == facts else None


def _bytes(found: object) -> bytes:
    return bytes(found) if isinstance(found, bytes | memoryview) else b""
