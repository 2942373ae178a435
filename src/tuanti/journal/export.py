"""The journal of the database as a bundle."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from tuanti.journal.bundle import Head, lines
from tuanti.journal.commands import write
from tuanti.journal.models import Checkpoint, Tree
from tuanti.journal.permissions import Reader, require_all
from tuanti.journal.reading import batches
from tuanti.journal.sealing import public_key


def export_journal(*, by: Reader, now: datetime) -> tuple[Head, Iterator[str]]:
    """Hand the whole journal over, with its salts, and write down who took it.

    :raises NotYours: ``by`` does not read all of it.
    """
    require_all(by)
    with transaction.atomic():
        tree, _ = Tree.objects.get_or_create(pk=1)
        write(at=now, by=by, act="journal.export", subject=tree, entries=tree.size)
    return bundle()


def bundle() -> tuple[Head, Iterator[str]]:
    """Make the head and the lines of everything sealed so far; read while it is written out.

    What is sealed meanwhile is left for the next bundle.
    """
    last = Checkpoint.objects.order_by("-size").first()
    size = last.size if last else 0
    head = Head(public_key(), size, Checkpoint.objects.filter(size__lte=size).count())
    return head, lines(batches(until=size), head)
