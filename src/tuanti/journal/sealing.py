"""Sealing: entries become leaves of the tree, and a signed checkpoint says so.

Not in the transaction of the act: two acts at once would read the same tree and fork it. Whoever
seals holds the one row of :class:`~tuanti.journal.models.Tree` (on SQLite, the only write), takes
what has been committed by then and numbers it. What commits later, whatever its id, is numbered
later.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q

from tuanti.journal.canonical import instant
from tuanti.journal.commands import Doer
from tuanti.journal.models import Checkpoint, Entry, Node, Tree
from tuanti.journal.note import Key, KeyUnread, Signer
from tuanti.rules import merkle
from tuanti.rules.errors import RuleBroken

BATCH = 500  # entries under one checkpoint, so that the lock is held for a moment only
_SEED_BYTES = 32
_AT_ONCE = 200  # rows in one statement
Place = tuple[int, int]  # a node's level and number


class NotTheClock(RuleBroken):
    """Sealing is the clock's: nobody chooses when."""

    code = "journal.not_the_clock"


class TreeChanged(RuleBroken):
    """What is kept of the tree is not what was signed last; nothing more is sealed upon it."""

    code = "journal.tree_changed"


def seal_entries(*, by: Doer, now: datetime) -> int:
    """Seal every entry committed so far, and tell how many; a second run finds nothing to do.

    Each batch is a transaction with a checkpoint of its own, so a run that was cut off leaves
    whole batches. The checkpoints are the record of it: no entry is written.

    :raises NotTheClock: ``by`` is not the clock.
    :raises TreeChanged: the tree is not the one signed last.
    """
    if by.id != "clock":
        raise NotTheClock(by=by.id)
    sealed = 0
    while count := _seal_batch(now):
        sealed += count
        if count < BATCH:
            break
    return sealed


def signer() -> Signer:
    """The journal's signing key, from the settings."""
    try:
        seed = base64.b64decode(settings.JOURNAL_KEY, validate=True)
        if len(seed) == _SEED_BYTES:
            return Signer(settings.JOURNAL_NAME, seed)
    except (ValueError, KeyUnread):
        pass
    raise ImproperlyConfigured(
        "TUANTI_JOURNAL_KEY is 32 bytes in base64, TUANTI_JOURNAL_NAME has no space and no +"
    )


def public_key() -> Key:
    """The key everybody checks the checkpoints with."""
    return signer().key


def extensions(at: datetime, before: int) -> tuple[str, ...]:
    """What a checkpoint signs besides the tree: its time, and the size of the one before."""
    return (f"at {instant(at)}", f"after {before}")


@transaction.atomic
def _seal_batch(now: datetime) -> int:
    tree = _held_tree()
    entries = list(Entry.objects.filter(leaf=None).order_by("id")[:BATCH])
    if not entries:
        return 0
    grown, nodes = _appended(_frontier(tree.size), entries)
    Entry.objects.bulk_update(entries, ["leaf"], batch_size=_AT_ONCE)
    Node.objects.bulk_create(nodes, batch_size=_AT_ONCE)
    _sign(grown, tree.size, now)
    tree.size = grown.size
    tree.save(update_fields=["size"])
    return len(entries)


def _held_tree() -> Tree:
    """Hold the tree's row until the transaction ends."""
    Tree.objects.get_or_create(pk=1)
    return Tree.objects.select_for_update().get(pk=1)


def _frontier(size: int) -> merkle.Frontier:
    """Read what appending needs of the tree, and hold it to what was signed last."""
    found = frontier_at(size, nodes_at)
    last = Checkpoint.objects.order_by("-size").first()
    signed = (last.size, bytes(last.root)) if last else (0, merkle.EMPTY)
    if found is None or (size, found.root()) != signed:
        raise TreeChanged(size=size, signed=signed[0])
    return found


def frontier_at(
    size: int, nodes: Callable[[set[Place]], Mapping[Place, bytes]]
) -> merkle.Frontier | None:
    """The largest complete subtrees of ``size`` leaves; None if one is not kept."""
    places, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    kept = nodes(set(places))
    if any(len(kept.get(place, b"")) != merkle.HASH_BYTES for place in places):
        return None
    return merkle.Frontier(size, tuple(kept[place] for place in places))


def nodes_at(places: set[Place]) -> dict[Place, bytes]:
    """Read some nodes at once."""
    wanted = Q(pk__in=[])
    for level in {level for level, _ in places}:
        wanted |= Q(level=level, number__in=[number for at, number in places if at == level])
    return {(node.level, node.number): bytes(node.digest) for node in Node.objects.filter(wanted)}


def _appended(
    frontier: merkle.Frontier, entries: list[Entry]
) -> tuple[merkle.Frontier, list[Node]]:
    """Number the entries, and collect the nodes they complete."""
    nodes: list[Node] = []
    for number, entry in enumerate(entries, frontier.size):
        entry.leaf = number
    grown = frontier.grown(
        (entry.leaf_hash for entry in entries),
        lambda level, number, digest: nodes.append(Node(level=level, number=number, digest=digest)),
    )
    return grown, nodes


def _sign(grown: merkle.Frontier, before: int, now: datetime) -> None:
    """Write and sign the checkpoint of the tree as it stands now."""
    ours, root = signer(), grown.root()
    checkpoint = merkle.Checkpoint(ours.key.name, grown.size, root, extensions(now, before))
    note = ours.signed(checkpoint.text)
    Checkpoint.objects.create(size=grown.size, root=root, at=now, note=note)
