"""A bundle, ``tuanti-journal/1``: the journal as a file that anybody who has it checks offline.

JSON lines, each written in the one canonical way: a head (format, key, numbers of entries and
checkpoints), then the entries in the order of their leaves, and after the last leaf of each
checkpoint the checkpoint itself. What is not sealed yet is not in it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from tuanti.journal.canonical import canonical
from tuanti.journal.checking import Batch, Finding, Leaf, Show, Signed, check
from tuanti.journal.note import Key, KeyUnread, read_key
from tuanti.rules.errors import Fault, RuleBroken
from tuanti.rules.merkle import Checkpoint

FORMAT = "tuanti-journal/1"

_LONGEST = 2**20  # bytes of a line
_MOST = 20_000  # leaves under one checkpoint
_HEAD = {"format": str, "key": str, "entries": int, "checkpoints": int}
_ENTRY = {"leaf": int, "entry": dict, "salt": str, "hash": str}
_CHECKPOINT = {"checkpoint": str}


class BundleUnread(RuleBroken):
    """The file is no bundle of a journal."""

    code = "journal.bundle_unread"


class LineUnread(RuleBroken):
    """A line of the bundle is not written as it must be."""

    code = "journal.line_unread"


@dataclass(frozen=True, slots=True)
class Head:
    """What a bundle says of itself; nothing in it is taken for true."""

    key: Key
    entries: int
    checkpoints: int


def lines(batches: Iterable[Batch], head: Head) -> Iterator[str]:
    """Write a journal, line by line."""
    told: dict[str, Any] = {"entries": head.entries, "checkpoints": head.checkpoints}
    yield _line({"format": FORMAT, "key": head.key.text, **told})
    for batch in batches:
        for leaf in batch.leaves:
            yield _line(
                {
                    "leaf": leaf.number,
                    "entry": json.loads(leaf.text or "{}"),
                    "salt": leaf.salt.hex(),
                    "hash": leaf.kept.hex(),
                }
            )
        yield _line({"checkpoint": batch.signed.note})


def read_head(file: IO[bytes]) -> Head:
    """Read the first line of a bundle.

    :raises BundleUnread: it is none.
    """
    try:
        told = _told(file.readline(_LONGEST), 1)
        if _is(told, _HEAD) and told["format"] == FORMAT:
            return Head(read_key(told["key"]), told["entries"], told["checkpoints"])
    except (LineUnread, KeyUnread) as bad:
        raise BundleUnread from bad
    raise BundleUnread


def check_bundle(
    file: IO[bytes],
    key: Key | None = None,
    *,
    witnessed: Sequence[Checkpoint] = (),
    show: Show = lambda _leaves: None,
) -> Finding:
    """Check a bundle; without a ``key`` from elsewhere, against the one it came with.

    :raises BundleUnread: the file is none.
    """
    head = read_head(file)
    reader = _Reader(file, head)
    return check(
        reader.batches(), key or head.key, witnessed=witnessed, at_end=reader.at_end, show=show
    )


class _Reader:
    """Reads batches, and remembers the line that could not be read."""

    def __init__(self, file: IO[bytes], head: Head) -> None:
        self._file, self._head = file, head
        self._fault: Fault | None = None

    def batches(self) -> Iterator[Batch]:
        """Read up to the first line that is not written as it must be."""
        leaves: list[Leaf] = []
        number = 1
        try:
            while line := self._file.readline(_LONGEST):
                number += 1
                told = _told(line, number)
                if _is(told, _CHECKPOINT):
                    yield Batch(Signed(told["checkpoint"]), leaves)
                    leaves = []
                else:
                    leaves.append(_leaf(told, number, len(leaves)))
        except LineUnread as bad:
            self._fault = Fault(bad.code, facts=bad.facts)
        if leaves and not self._fault:
            beyond = {"leaf": leaves[0].number, "id": leaves[0].id}
            self._fault = Fault("journal.leaf_beyond", facts=beyond)

    def at_end(self, entries: int, checkpoints: int) -> Fault | None:
        """Tell what could not be read, or that the head promises other numbers."""
        head = self._head
        if not self._fault and (entries, checkpoints) != (head.entries, head.checkpoints):
            facts = {"entries": entries, "checkpoints": checkpoints}
            return Fault("journal.head_false", facts=facts)
        return self._fault


def _leaf(told: dict[str, Any], number: int, waiting: int) -> Leaf:
    if not _is(told, _ENTRY) or waiting >= _MOST:
        raise LineUnread(line=number)
    salt, kept = (_bytes(told[name], number) for name in ("salt", "hash"))
    found = told["entry"].get("id")
    return Leaf(
        told["leaf"], found if type(found) is int else None, canonical(told["entry"]), salt, kept
    )


def _bytes(text: str, number: int) -> bytes:
    """The bytes of lower-case hexadecimal."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if found.hex() != text:
        raise LineUnread(line=number)
    return found


def _told(line: bytes, number: int) -> dict[str, Any]:
    """Read a line, written in the one way."""
    try:
        told = json.loads(line)
        if isinstance(told, dict) and _line(told).encode() == line:
            return told
    except (ValueError, RecursionError):
        pass
    raise LineUnread(line=number)


def _is(told: dict[str, Any], shape: Mapping[str, type]) -> bool:
    return {name: type(one) for name, one in told.items()} == shape


def _line(told: dict[str, Any]) -> str:
    return canonical(told) + "\n"
