"""Undoing an import: what it made goes, what it changed is as before, what others use stays."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from tuanti.places import models, stock
from tuanti.places.changes import Values, read, stands, written
from tuanti.places.rows import pointing_at

BATCH = 2_000
# From the bottom up.
_MADE: tuple[type[Model], ...] = (
    models.Ownership,
    models.Owner,
    models.Flat,
    models.Stairwell,
    models.Building,
    models.Estate,
)
_BY_NAME = {str(model._meta.model_name): model for model in _MADE}


class Undoing:
    """Undoes import ``source``; counts by kind what was removed, put back and kept.

    Kept is what something else hangs on, and values someone changed since. What is done is done:
    begun again after a stop, it goes on with the rest.
    """

    def __init__(self, source: int) -> None:
        self.removed: Counter[str] = Counter()
        self.restored: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self._source = source

    def run(self, keep: Callable[[int], None]) -> Iterator[int]:
        """Undo it all, a transaction a batch; ``keep`` is told in it how much is done."""
        done = 0
        for batch in (self._restore, *self._removals()):
            while True:
                with transaction.atomic():
                    number = batch()
                    done += number
                    keep(done)
                if not number:
                    break
                yield done

    def _restore(self) -> int:
        """Put back what stood before the last changes; they are then forgotten."""
        changes = models.Change.objects.filter(source=self._source).order_by("-pk")
        batch = list(changes.select_for_update()[:BATCH])
        by_kind: dict[str, list[models.Change]] = {}
        for change in batch:
            by_kind.setdefault(change.kind, []).append(change)
        estates: set[int] = set()
        for kind, some in by_kind.items():
            estates |= self._put_back(_BY_NAME[kind], some)
        stock.recount(estates)
        models.Change.objects.filter(pk__in=[change.pk for change in batch]).delete()
        return len(batch)

    def _put_back(self, model: type[Model], changes: list[models.Change]) -> set[int]:
        """Put back rows of one kind; return the estates they stand in, if they are counted."""
        rows = model._default_manager.select_for_update().filter(
            pk__in={change.row for change in changes}
        )
        there = {row.pk: row for row in rows.order_by("pk")}
        for change in changes:
            row = there.get(change.row)
            if row is not None:
                self._settle(row, change, read(change.before), read(change.after))
        return stock.estates_of(model, there)

    def _settle(self, row: Model, change: models.Change, before: Values, after: Values) -> None:
        mine = [name for name in before if stands(row, name) == after[name]]
        for name in mine:
            setattr(row, name, before[name])
        if mine:
            row.save(update_fields=mine)
            self.restored[change.kind] += 1
        theirs = {n: (before[n], after[n]) for n in before if n not in mine}
        if theirs and not _handed_on(change, theirs):
            self.kept["change"] += 1

    def _removals(self) -> Iterator[Callable[[], int]]:
        for model in _MADE:
            yield Removal(self, model, self._source)


class Removal:
    """Removes the rows of one kind that an import made, a batch each time it is called."""

    def __init__(self, undoing: Undoing, model: type[Model], source: int) -> None:
        self._undoing, self._model, self._source = undoing, model, source
        self._last = 0

    def __call__(self) -> int:
        """Remove the next; give how many were looked at, 0 at the end."""
        rows = self._model._default_manager.filter(source=self._source, pk__gt=self._last)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return 0
        name, self._last = str(self._model._meta.model_name), ids[-1]
        free = _free(self._model._default_manager.filter(pk__in=ids), name)
        gone = list(free.values_list("pk", flat=True))
        estates = stock.estates_of(self._model, gone)
        self._model._default_manager.filter(pk__in=gone).delete()
        stock.recount(estates)
        self._undoing.removed[name] += len(gone)
        self._undoing.kept[name] += len(ids) - len(gone)
        return len(ids)


def _free(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Of ``rows``, those nothing hangs on: no row of any room, and no change of another list."""
    for relation in pointing_at(rows.model):
        if relation.related_model is models.Stock:
            continue  # goes with its estate
        hanging = relation.related_model._default_manager.filter(
            **{relation.field.name: OuterRef("pk")}
        )
        rows = rows.exclude(Exists(hanging))
    changed = models.Change.objects.filter(kind=kind, row=OuterRef("pk"))
    return rows.exclude(Exists(changed))


def _handed_on(change: models.Change, theirs: dict[str, tuple[Any, Any]]) -> bool:
    """Tell a later import that changed the same what now stood before it; False if none did.

    So its own undo leads back behind ours.
    """
    later = models.Change.objects.select_for_update().filter(
        kind=change.kind, row=change.row, pk__gt=change.pk
    )
    left = dict(theirs)
    for other in later.exclude(source=change.source_id).order_by("pk"):
        before = read(other.before)
        mine = [name for name in left if name in before and before[name] == left[name][1]]
        for name in mine:
            before[name] = left.pop(name)[0]
        if mine:
            other.before = written(before)
            other.save(update_fields=["before"])
    return not left
