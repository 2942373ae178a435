"""A Merkle tree over a growing record (RFC 9162, section 2.1), and the checkpoint that signs it.

A tree of ``size`` leaves has one root. A proof of inclusion shows that a leaf is in it, a proof of
consistency that a later tree only added to an earlier one; both are checked here without the tree.
The complete subtrees never change once they stand: the one at ``level`` with number ``index``
covers the leaves from ``index * 2**level`` on, ``2**level`` of them. A database that keeps their
hashes proves anything after reading a few dozen of them.

>>> tree = Frontier().grown(map(leaf_hash, [b"a", b"b", b"c"]))
>>> tree.root() == root([b"a", b"b", b"c"])
True
>>> hashes = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")]
>>> includes(tree.root(), 3, 1, hashes[1], inclusion_proof(1, hashes))
True
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TypeAlias

from tuanti.rules.errors import RuleBroken

HASH_BYTES = 32
SALT_BYTES = 16  # always as many, so that nobody can move the border between salt and entry
EMPTY = sha256(b"").digest()

# The hash of the complete subtree ``(level, index)``; level 0 holds the hashes of the leaves.
Node: TypeAlias = Callable[[int, int], bytes]
# Takes note of a complete subtree: its level, its index, its hash.
Keep: TypeAlias = Callable[[int, int, bytes], None]

_LINES = 3  # origin, size, root

_is_size = re.compile(r"0|[1-9][0-9]{0,18}").fullmatch
_is_hash = re.compile(r"[A-Za-z0-9+/]{43}=").fullmatch
_is_line = re.compile(r"[^\x00-\x1f\x7f]+").fullmatch  # a signed note holds no control characters


class LeafBeyondTree(RuleBroken):
    """The tree has no leaf of this index; indices count from 0."""

    code = "merkle.leaf_beyond_tree"


class TreeShrank(RuleBroken):
    """A tree of ``old_size`` leaves cannot have come before one of ``size``."""

    code = "merkle.tree_shrank"


class FrontierTorn(RuleBroken):
    """Size and hashes do not belong to one tree."""

    code = "merkle.frontier_torn"


class SaltMisfit(RuleBroken):
    """The salt does not have ``SALT_BYTES``."""

    code = "merkle.salt_misfit"


class CheckpointUnread(RuleBroken):
    """The text is no checkpoint; ``line`` is the first that is none."""

    code = "merkle.checkpoint_unread"


def entry_leaf(salt: bytes, entry: bytes) -> bytes:
    """The data of an entry's leaf, SHA-256(salt || entry).

    Without the salt nobody can guess an entry from its leaf; when both are erased the tree stays
    valid.

    :raises SaltMisfit: the salt is not ``SALT_BYTES`` long.
    """
    if len(salt) != SALT_BYTES:
        raise SaltMisfit(found=len(salt), needed=SALT_BYTES)
    return sha256(salt + entry).digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over the data of leaves, ``EMPTY`` if there are none."""
    return Frontier().grown(map(leaf_hash, leaves)).root()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that appending needs of a tree: its size and its largest complete subtrees, in order.

    There is one hash for every one in the binary size, so 20 at most for a million leaves.

    :raises FrontierTorn: the hashes are not as many, or one is not ``HASH_BYTES`` long.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        fits = self.size >= 0 and len(self.hashes) == self.size.bit_count()
        if not fits or any(len(one) != HASH_BYTES for one in self.hashes):
            raise FrontierTorn(size=self.size, count=len(self.hashes))

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> "Frontier":
        """The frontier of ``size`` leaves whose hashes stand in ``packed``.

        :raises FrontierTorn: they are too few, too many, or cut off.
        """
        cuts = range(0, len(packed) + HASH_BYTES, HASH_BYTES)
        return cls(size, tuple(packed[start:end] for start, end in pairwise(cuts)))

    @property
    def packed(self) -> bytes:
        """The hashes one after the other, to be kept beside ``size``."""
        return b"".join(self.hashes)

    def grown(self, leaf_hashes: Iterable[bytes], keep: Keep | None = None) -> "Frontier":
        """The frontier after more leaves.

        ``keep`` is told of every subtree completed on the way, the leaves among them, each once
        and lower ones first: what a store needs to prove from.
        """
        size, hashes = self.size, list(self.hashes)
        for one in leaf_hashes:
            _append(size, hashes, one, keep)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """The root of the tree, ``EMPTY`` without a leaf."""
        return _folded(self.hashes)


def stored(leaf_hashes: Iterable[bytes]) -> Node:
    """A store of all complete subtrees over ``leaf_hashes``, held in memory."""
    kept: dict[tuple[int, int], bytes] = {}

    def keep(level: int, index: int, found: bytes) -> None:
        kept[level, index] = found

    Frontier().grown(leaf_hashes, keep)
    return lambda level, index: kept[level, index]


def root_at(size: int, node: Node) -> bytes:
    """The root when the tree had ``size`` leaves, from a store that has at least as many."""
    return _span(0, size, node)


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """The proof that leaf ``index``, counted from 0, is in the tree over ``leaf_hashes``.

    :raises LeafBeyondTree: there is no such leaf.
    """
    return inclusion_path(index, len(leaf_hashes), stored(leaf_hashes))


def consistency_proof(old_size: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """The proof that the tree over ``leaf_hashes`` adds to that over its first ``old_size``.

    :raises TreeShrank: there are fewer leaves now.
    """
    return consistency_path(old_size, len(leaf_hashes), stored(leaf_hashes))


def inclusion_path(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """The proof of inclusion in the tree of ``size`` leaves, from a store (RFC 9162, 2.1.3.1).

    It asks ``node`` for complete subtrees of the first ``size`` leaves only, for fewer than
    ``2 * size.bit_length()`` of them.

    :raises LeafBeyondTree: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise LeafBeyondTree(index=index, size=size)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    return tuple(reversed(path))


def consistency_path(old_size: int, size: int, node: Node) -> tuple[bytes, ...]:
    """The proof of consistency between two sizes of a tree, from a store (RFC 9162, 2.1.4.1).

    It is empty if the sizes are equal, or if the old tree had no leaf.

    :raises TreeShrank: ``old_size`` is above ``size``, or below zero.
    """
    if not 0 <= old_size <= size:
        raise TreeShrank(old_size=old_size, size=size)
    path: list[bytes] = []
    start, end = 0, size
    while 0 < old_size < end:
        middle = start + _half(end - start)
        if old_size <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    if start:  # else the old tree is a subtree of the new one, and its root is known
        path.append(_span(start, end, node))
    return tuple(reversed(path))


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree has the hash ``leaf`` at ``index`` (RFC 9162, 2.1.3.2).

    ``root`` and ``size`` come from one checkpoint: a root alone does not bind the size.
    """
    if not 0 <= index < size or not _are_hashes(root, leaf, *proof):
        return False
    at, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(one, found)
            at, last = _past_zeros(at, last)
        else:
            found = node_hash(found, one)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def extends(old_root: bytes, old_size: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree only added to the old one (RFC 9162, 2.1.4.2).

    Every tree adds to the empty one, and to itself; the proof is then empty.
    """
    if not 0 <= old_size <= size or not _are_hashes(old_root, root, *proof):
        return False
    if old_size in {0, size}:
        return not proof and old_root == (root if old_size == size else EMPTY)
    path = [old_root, *proof] if old_size.bit_count() == 1 else [*proof]
    return bool(path) and _grew(path, old_size, size) == (old_root, root)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed about a tree: whose it is, how many leaves, which root (C2SP tlog-checkpoint).

    ``origin`` names the record, such as ``tuanti.example/journal``. Signatures are added elsewhere.

    :raises CheckpointUnread: a part does not fit its line.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fits = [_is_line(self.origin), _is_size(str(self.size)), len(self.root) == HASH_BYTES]
        fits += [_is_line(one) for one in self.extensions]
        for line, fit in enumerate(fits, 1):
            if not fit:
                raise CheckpointUnread(line=line)

    @property
    def text(self) -> str:
        """The text that is signed: origin, size, root in base64, extensions, each on a line."""
        lines = [self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions]
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a text without signatures; each is written in one way only.

    :raises CheckpointUnread: a line is missing, or not written as it must be.
    """
    *lines, rest = text.split("\n")
    if len(lines) < _LINES or rest:
        raise CheckpointUnread(line=len(lines) + 1)
    origin, size, coded, *extensions = lines
    number = int(size) if _is_size(size) else -1
    return Checkpoint(origin, number, _decoded(coded), tuple(extensions))


def _append(size: int, hashes: list[bytes], found: bytes, keep: Keep | None) -> None:
    """Append a leaf to the largest complete subtrees of a tree of ``size`` leaves."""
    assert len(found) == HASH_BYTES, "append the hash of a leaf, not its data"
    level = 0
    if keep:
        keep(level, size, found)
    while size >> level & 1:
        found = node_hash(hashes.pop(), found)
        level += 1
        if keep:
            keep(level, size >> level, found)
    hashes.append(found)


def _half(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << ((width - 1).bit_length() - 1)


def _span(start: int, end: int, node: Node) -> bytes:
    """The root over the leaves from ``start`` to before ``end``; ``start`` ends a left half."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(node(level, start >> level))
        start += 1 << level
    return _folded(found)


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, the largest first."""
    *left, found = hashes or (EMPTY,)
    for one in reversed(left):
        found = node_hash(one, found)
    return found


def _grew(path: Sequence[bytes], old_size: int, size: int) -> tuple[bytes, bytes] | None:
    """The old root and the new one that ``path`` leads to; None if it has another length."""
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(one, old), node_hash(one, new)
            at, last = _past_zeros(at, last)
        else:
            new = node_hash(new, one)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _past_zeros(at: int, last: int) -> tuple[int, int]:
    """Both a level up until ``at`` is a right child; it is one already, or not 0."""
    while not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)


def _decoded(coded: str) -> bytes:
    """The hash of a line of base64, or nothing if it is written in any other way."""
    found = b64decode(coded) if _is_hash(coded) else b""
    return found if b64encode(found).decode() == coded else b""
