"""A journal to be read, sealed and tampered with."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tuanti.journal import guards
from tuanti.journal.bundle import check_bundle
from tuanti.journal.checking import Finding
from tuanti.journal.commands import write
from tuanti.journal.export import bundle
from tuanti.journal.models import Checkpoint, Entry, Node, Tree
from tuanti.journal.reading import check_database
from tuanti.journal.sealing import _sign, public_key, seal_entries
from tuanti.people.actors import CLOCK, Actor, Post
from tuanti.rules.merkle import Frontier

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
OFFICER = Actor(id="account:12")
AUDITOR = Actor(id="account:3", posts=(Post("auditor", "audit", "auditor", "审计局", "yunzhou"),))
FIRM = Actor(
    id="account:7", posts=(Post("administrator", "lifts", "supplier", "云梯电梯", "lifts"),)
)
SUBJECT = Tree(pk=1)  # any row will do


def act(number: int = 0, by: Actor = OFFICER, **facts: Any) -> Entry:  # noqa: ANN401 (JSON)
    """Write one entry in a transaction of its own."""
    with transaction.atomic():
        at = NOON + timedelta(seconds=number, microseconds=number)
        told = {"number": number, "place": "渝中", "stages": ["voted", None], **facts}
        return write(at=at, by=by, act="estate.add", subject=SUBJECT, **told)


def seal(hour: int = 0) -> int:
    return seal_entries(by=CLOCK, now=NOON + timedelta(hours=hour))


def fill(*batches: int) -> None:
    """Write and seal batches of entries, one sealing each."""
    number = 0
    for hour, count in enumerate(batches):
        for _ in range(count):
            act(number)
            number += 1
        seal(hour)


def verify(**how: Any) -> Finding:  # noqa: ANN401 (as the checker takes)
    return check_database(public_key(), **how)


def bundled() -> bytes:
    _, lines = bundle()
    return "".join(lines).encode()


def verify_bundle(data: bytes, **how: Any) -> Finding:  # noqa: ANN401 (as the checker takes)
    return check_bundle(io.BytesIO(data), **how)


@contextmanager
def unguarded() -> Iterator[Callable[..., None]]:
    """Do what only somebody with the database's own keys can do; undo it afterwards."""
    with transaction.atomic():
        guards.take_down(connection)

        def run(sql: str, *values: str | float | bytes) -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)

        yield run
        transaction.set_rollback(True)


def signed_anew() -> None:
    """Rebuild tree and last checkpoint over the entries as they stand, as an insider could."""
    size = Tree.objects.get().size
    last = Checkpoint.objects.order_by("-size")[0]
    before = Checkpoint.objects.filter(size__lt=size).order_by("-size")[0].size
    entries = Entry.objects.filter(leaf__lt=size).order_by("leaf")
    nodes: list[Node] = []
    grown = Frontier().grown(
        (entry.leaf_hash for entry in entries),
        lambda level, number, digest: nodes.append(Node(level=level, number=number, digest=digest)),
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_node")
        cursor.execute("DELETE FROM journal_checkpoint WHERE size = %s", [size])
    Node.objects.bulk_create(nodes)
    _sign(grown, before, last.at)
