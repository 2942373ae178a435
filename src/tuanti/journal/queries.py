"""What the journal can be asked."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tuanti.journal.models import Checkpoint, Entry
from tuanti.journal.permissions import Reader, administered, reads_all
from tuanti.journal.proofs import GROWTH, Proof
from tuanti.journal.sealing import Place, nodes_at, public_key
from tuanti.rules.merkle import HASH_BYTES, Node, consistency_path, inclusion_path


def history_of(subject_kind: str, subject_id: str | int) -> QuerySet[Entry]:
    """Select what was done to a subject, the oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id)).order_by(
        "id"
    )


def entries_for(reader: Reader) -> QuerySet[Entry]:
    """Select the entries ``reader`` may see, the newest first.

    All of them for those who check or run the house; for other administrators what was done to
    their organisations, and by themselves; for everyone else what they did themselves.
    """
    found = Entry.objects.order_by("-id")
    if reads_all(reader):
        return found
    theirs = Q(subject_kind="organisation", subject_id__in=administered(reader))
    return found.filter(Q(by=reader.id) | theirs)


def on_day(found: QuerySet[Entry], day: date) -> QuerySet[Entry]:
    """Keep the entries of a day in Shanghai."""
    return since(found, day).filter(at__lt=_midnight(day + timedelta(days=1)))


def since(found: QuerySet[Entry], day: date) -> QuerySet[Entry]:
    """Keep the entries from the start of a day in Shanghai on."""
    return found.filter(at__gte=_midnight(day))


def search(found: QuerySet[Entry], asked: str) -> QuerySet[Entry]:
    """Find by number, by who acted (``account:12``), or by subject (``estate`` or ``estate:3``)."""
    if asked.isascii() and asked.isdigit():
        return found.filter(Q(pk=int(asked)) | Q(subject_id=asked))
    kind, colon, number = asked.partition(":")
    by_subject = Q(subject_kind=kind, subject_id=number) if colon else Q(subject_kind=kind)
    return found.filter(by_subject | Q(by=asked) | Q(act__startswith=asked))


def values_of(found: QuerySet[Entry], name: str) -> list[str]:
    """List the different values of a column, in order."""
    return list(found.order_by(name).values_list(name, flat=True).distinct())


def entry_with(number: int) -> Entry | None:
    """Find an entry by its number."""
    return Entry.objects.filter(pk=number).first()


def latest_checkpoint() -> Checkpoint | None:
    """The checkpoint signed last; None before the first sealing."""
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_of(size: int) -> Checkpoint | None:
    """The checkpoint signed when the journal had ``size`` leaves; None if none was."""
    return Checkpoint.objects.filter(size=size).first()


def checkpoint_over(entry: Entry) -> Checkpoint | None:
    """The checkpoint an entry was sealed under; None before."""
    if entry.leaf is None:
        return None
    return Checkpoint.objects.filter(size__gt=entry.leaf).order_by("size").first()


def proof_of(entry: Entry) -> Proof | None:
    """Prove that an entry is under the latest checkpoint; None before it is sealed."""
    last = latest_checkpoint()
    if entry.leaf is None or last is None:
        return None
    leaf, size = entry.leaf, last.size
    path = _path(lambda node: inclusion_path(leaf, size, node))
    return Proof(leaf, nodes_at({(0, leaf)})[0, leaf], path, last.note)


def sealed_size() -> int:
    """How many entries the latest checkpoint was signed over."""
    last = latest_checkpoint()
    return last.size if last else 0


def told(entry: Entry) -> dict[str, Any]:
    """What a reader of the entry adds to its proof: the entry as it was hashed, and the salt."""
    return {"entry": json.loads(entry.text), "salt": bytes(entry.salt).hex()}


def growth_since(size: int) -> dict[str, Any] | None:
    """Prove that the journal only added to what it was at a checkpoint; None if there is none."""
    first, last = checkpoint_of(size), latest_checkpoint()
    if first is None or last is None:
        return None
    old, new = first.size, last.size
    path = _path(lambda node: consistency_path(old, new, node))
    return {
        "format": GROWTH,
        "key": public_key().text,
        "from": first.note,
        "path": [one.hex() for one in path],
        "checkpoint": last.note,
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _path(walk: Callable[[Node], tuple[bytes, ...]]) -> tuple[bytes, ...]:
    """Walk the tree twice: first to learn which nodes it takes, then with all of them read."""
    asked: set[Place] = set()

    def note(level: int, number: int) -> bytes:
        asked.add((level, number))
        return bytes(HASH_BYTES)

    walk(note)
    kept = nodes_at(asked)
    return walk(lambda level, number: kept[level, number])
