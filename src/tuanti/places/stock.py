"""How much stands in each estate, counted anew wherever it may have changed.

A city has a million flats; a page that counts them takes seconds. Whatever makes, changes or
removes buildings, stairwells or flats ends with :func:`recount`, in its own transaction.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Count, F, Model, Q

from tuanti.places.models import Building, Flat, Stairwell, Stock

WALK_UP = 4  # storeys from which one climbs; the lowest any place asks of a retrofit
COUNTS = ("buildings", "stairwells", "walk_ups", "flats")
CLIMBS = Q(building__storeys__gte=WALK_UP) & (Q(lift=False) | Q(lift=None))
_ESTATE: Mapping[type[Model], str] = {
    Building: "estate",
    Stairwell: "building__estate",
    Flat: "stairwell__building__estate",
}
KINDS = frozenset(str(model._meta.model_name) for model in _ESTATE)  # what is counted
_SUMS: Mapping[type[Model], Mapping[str, Count]] = {
    Building: {"buildings": Count("pk")},
    Stairwell: {"stairwells": Count("pk"), "walk_ups": Count("pk", filter=CLIMBS)},
    Flat: {"flats": Count("pk")},
}


def recount(estates: Collection[int]) -> None:
    """Count anew what stands in ``estates``. In the transaction of the caller.

    The counts are held before anything is counted, so that of two at once the later sees what
    the earlier did. They are held last of all rows, so that no two wait for each other: what new
    rows hang on is therefore looked at before, which PostgreSQL would do at the very end.
    """
    if not estates:
        return
    if connection.vendor == "postgresql":
        connection.check_constraints()
    _begin(estates)
    held = Stock.objects.select_for_update().filter(pk__in=estates).order_by("pk")
    there = {row.pk: row for row in held}
    counts = counted(there)
    differing = [row for row in there.values() if _set(row, counts[row.pk])]
    Stock.objects.bulk_update(differing, COUNTS)


def estates_of(model: type[Model], ids: Iterable[int]) -> set[int]:
    """Collect the estates rows stand in; none for what is not counted."""
    if model not in _ESTATE:
        return set()
    rows = model._default_manager.filter(pk__in=ids).order_by()
    return set(rows.values_list(_ESTATE[model], flat=True))


def counted(estates: Collection[int]) -> dict[int, dict[str, int]]:
    """Count what stands in estates, from the rows themselves."""
    found = {pk: dict.fromkeys(COUNTS, 0) for pk in estates}
    for model, sums in _SUMS.items():
        at = _ESTATE[model]
        rows: Any = model._default_manager.filter(**{f"{at}__in": found}).order_by()
        for row in rows.values(at=F(at)).annotate(**sums):
            found[row.pop("at")] |= row
    return found


def _begin(estates: Collection[int]) -> None:
    """Make the rows that are not there yet, and no others: even a row that is left out waits."""
    there = set(Stock.objects.filter(pk__in=estates).values_list("pk", flat=True))
    new = [Stock(estate_id=pk) for pk in sorted(set(estates) - there)]
    Stock.objects.bulk_create(new, ignore_conflicts=True)


def _set(row: Stock, counts: Mapping[str, int]) -> bool:
    """Set counts on a row, and tell whether any was another."""
    differs = any(getattr(row, name) != count for name, count in counts.items())
    for name, count in counts.items():
        setattr(row, name, count)
    return differs
