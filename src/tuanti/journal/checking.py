"""Checking a journal: every leaf computed anew, every root, every signature.

It reads batch by batch, each the leaves under one checkpoint, and stops at the first bad record.
It needs neither the database nor Django, and takes nothing for true that it can compute: stored
hashes only serve to tell *which* record is bad once something is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from tuanti.journal.note import Key, SignatureFalse, opened
from tuanti.rules.errors import Fault
from tuanti.rules.merkle import (
    Checkpoint,
    CheckpointUnread,
    Frontier,
    SaltMisfit,
    entry_leaf,
    leaf_hash,
    read_checkpoint,
)

_EXTENSIONS = 2
Place = tuple[int, int]
Show = Callable[[int], None]  # told how many leaves have been checked


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry as it was found: its leaf number, its text (None: unreadable), salt and hash."""

    number: int
    id: int | None
    text: str | None
    salt: bytes
    kept: bytes  # the hash of the leaf as it was stored


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it was found: the note, and what is stored beside it, if anything."""

    note: str
    beside: Mapping[str, Any] = field(default_factory=dict)  # size, root, at


@dataclass(frozen=True, slots=True)
class Batch:
    """The leaves a checkpoint was signed over, and the nodes they completed, where kept."""

    signed: Signed
    leaves: Sequence[Leaf]
    nodes: Mapping[Place, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, and the first thing wrong, if any."""

    leaves: int
    checkpoints: int
    root: bytes
    fault: Fault | None


class Broken(Exception):
    """The first bad record; never leaves this module."""

    def __init__(self, what: str, **facts: str | int | None) -> None:
        super().__init__(what, facts)
        self.fault = Fault(f"journal.{what}", facts=facts)


def check(
    batches: Iterable[Batch],
    key: Key,
    *,
    witnessed: Sequence[Checkpoint] = (),
    at_end: Callable[[int, int], Fault | None] = lambda _leaves, _checkpoints: None,
    show: Show = lambda _leaves: None,
) -> Finding:
    """Check a journal batch by batch.

    ``witnessed`` are checkpoints somebody kept elsewhere: the tree must have grown from each.
    ``at_end`` looks, once all is well, for records beyond the last leaf and checkpoint.
    """
    run = _Run(key, witnessed)
    fault = None
    try:
        for batch in batches:
            run.take(batch)
            show(run.frontier.size)
        fault = at_end(run.frontier.size, run.checkpoints)
        if not fault:
            run.end()
    except Broken as broken:
        fault = broken.fault
    return Finding(run.frontier.size, run.checkpoints, run.frontier.root(), fault)


class _Run:
    """How far the check has come."""

    def __init__(self, key: Key, witnessed: Sequence[Checkpoint]) -> None:
        self._key = key
        self._witnessed = sorted(witnessed, key=lambda one: one.size)
        self.frontier = Frontier()
        self.checkpoints = 0

    def take(self, batch: Batch) -> None:
        """Check one batch and go on from it."""
        signed = _opened(batch.signed, self._key, self.frontier.size)
        hashes = self._hashes(batch.leaves, signed.size)
        completed: dict[Place, bytes] = {}
        grown = self.frontier.grown(hashes, lambda *node: completed.update({node[:2]: node[2]}))
        if not consistent(signed, grown):
            self._blame(batch.leaves, hashes, signed)
        self._compare_witnessed(hashes, signed.size)
        _compare_nodes(batch, completed)
        self.frontier, self.checkpoints = grown, self.checkpoints + 1

    def end(self) -> None:
        """Miss what somebody has a signed checkpoint of."""
        size = self.frontier.size
        for one in self._witnessed:
            if one.size > size:
                raise Broken("shrunk", size=size, witnessed=one.size)

    def _hashes(self, leaves: Sequence[Leaf], size: int) -> list[bytes]:
        """Compute the hashes of the leaves up to ``size``, each of which must be there once."""
        hashes = []
        for number, leaf in zip_longest(range(self.frontier.size, size), leaves):
            if leaf is None or (number is not None and leaf.number > number):
                raise Broken("leaf_missing", leaf=number)
            if number is None or leaf.number < number:
                raise Broken("leaf_twice", leaf=leaf.number, id=leaf.id)
            hashes.append(_hash(leaf))
        return hashes

    def _blame(self, leaves: Sequence[Leaf], hashes: list[bytes], signed: Checkpoint) -> None:
        """Tell which entry is bad, or that all of them were put in the place of others."""
        for leaf, found in zip(leaves, hashes, strict=True):
            if leaf.kept != found:
                raise Broken("entry_changed", leaf=leaf.number, id=leaf.id)
        raise Broken("rewritten", first=self.frontier.size, last=signed.size - 1, size=signed.size)

    def _compare_witnessed(self, hashes: list[bytes], size: int) -> None:
        start = self.frontier.size
        for one in self._witnessed:
            if start < one.size <= size:
                then = self.frontier.grown(hashes[: one.size - start])
                if then.root() != one.root:
                    raise Broken("not_as_witnessed", first=start, last=one.size - 1, size=one.size)


def consistent(signed: Checkpoint, grown: Frontier) -> bool:
    """Whether a checkpoint was signed over the very leaves that stand there now.

    Asked of every checkpoint, not of the last one only: this is what finds a past that was
    rewritten and signed again.
    """
    return grown.root() == signed.root


def _opened(signed: Signed, key: Key, before: int) -> Checkpoint:
    """Read a checkpoint, signed by ``key``, next after ``before`` leaves."""
    size = signed.beside.get("size")
    try:
        found = read_checkpoint(opened(signed.note, key))
    except (SignatureFalse, CheckpointUnread) as bad:
        raise Broken("checkpoint_false", size=size, after=before) from bad
    at, after = found.extensions if len(found.extensions) == _EXTENSIONS else ("", "")
    if after != f"after {before}" or found.size <= before:
        raise Broken("checkpoint_missing", size=found.size, after=before)
    told = {"size": found.size, "root": found.root, "at": at.removeprefix("at ")}
    if found.origin != key.name or {**told, **signed.beside} != told:
        raise Broken("checkpoint_changed", size=found.size)
    return found


def _hash(leaf: Leaf) -> bytes:
    if leaf.text is None:
        raise Broken("entry_changed", leaf=leaf.number, id=leaf.id)
    try:
        return leaf_hash(entry_leaf(leaf.salt, leaf.text.encode()))
    except (SaltMisfit, UnicodeEncodeError) as misfit:
        raise Broken("entry_changed", leaf=leaf.number, id=leaf.id) from misfit


def _compare_nodes(batch: Batch, completed: Mapping[Place, bytes]) -> None:
    """Hold what is kept of the tree to what was computed."""
    if batch.nodes is None:
        for leaf in batch.leaves:
            if leaf.kept != completed[0, leaf.number]:
                raise Broken("entry_changed", leaf=leaf.number, id=leaf.id)
        return
    for level, number in sorted({*completed, *batch.nodes}):
        if batch.nodes.get((level, number)) != completed.get((level, number)):
            raise Broken("node_changed", level=level, number=number)
