"""What a round's rows say of each other: nothing twice, nothing that points nowhere."""

from collections.abc import Iterable, Iterator, Sequence

from tuanti.rules.award.round_shape import Sound
from tuanti.rules.errors import Fact, Fault

# list, code, the fields that together may stand only once
_ONCE = (
    ("lots", "round.id_twice", ("id",)),
    ("parcels", "round.id_twice", ("id",)),
    ("bill", "round.line_twice", ("parcel", "profile", "stops", "entry")),
    ("suppliers", "round.id_twice", ("id",)),
    ("suppliers", "round.uscc_twice", ("uscc",)),
    ("books", "round.book_twice", ("supplier", "zone", "profile")),
    ("packages", "round.id_twice", ("id",)),
    ("pairs", "round.pair_twice", ("lot", "supplier", "kind")),
)

# list, field, the list whose id it names, code
_NAMES = (
    ("parcels", "lot", "lots", "round.unknown_lot"),
    ("bill", "parcel", "parcels", "round.unknown_parcel"),
    ("books", "supplier", "suppliers", "round.unknown_supplier"),
    ("tiers", "supplier", "suppliers", "round.unknown_supplier"),
    ("packages", "supplier", "suppliers", "round.unknown_supplier"),
    ("pairs", "lot", "lots", "round.unknown_lot"),
    ("pairs", "supplier", "suppliers", "round.unknown_supplier"),
)


def link_faults(sound: Sound) -> Iterator[Fault]:
    """Find what stands twice, what points nowhere, and what stands empty."""
    for name, code, fields in _ONCE:
        yield from _twice(sound, name, code, fields)
    for name, field, target, code in _NAMES:
        yield from _nowhere(sound, name, field, target, code)
    yield from _package_lots(sound)
    yield from _group_districts(sound)
    yield from _childless(sound, "lots", "parcels", "lot", "round.lot_without_parcels")
    yield from _childless(sound, "parcels", "bill", "parcel", "round.parcel_without_bill")


def values_of(sound: Sound, name: str, field: str) -> set[object]:
    """Collect the well-formed values of a column."""
    return {row[field] for row in sound.lists[name] if row.get(field) is not None}


def _whole_column(sound: Sound, name: str, field: str) -> bool:
    """Say whether every row has the field: with a gap, who points nowhere cannot be known."""
    rows = sound.lists[name]
    return bool(rows) and all(row.get(field) is not None for row in rows)


def _twice(sound: Sound, name: str, code: str, fields: Sequence[str]) -> Iterator[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for at, row in enumerate(sound.lists[name]):
        key = tuple(map(row.get, fields))
        if None in key:
            continue
        before = first.setdefault(key, at)
        if before != at:
            facts: dict[str, Fact] = {"value": _joined(key), "first": before + 1}
            yield Fault(code, (name, at, fields[-1]), facts)


def _joined(values: Iterable[object]) -> str:
    return " / ".join(map(str, values))


def _nowhere(sound: Sound, name: str, field: str, target: str, code: str) -> Iterator[Fault]:
    known = values_of(sound, target, "id")
    if not _whole_column(sound, target, "id"):
        return
    for at, row in enumerate(sound.lists[name]):
        value = row.get(field)
        if value is not None and value not in known:
            yield Fault(code, (name, at, field), {"value": value})


def _package_lots(sound: Sound) -> Iterator[Fault]:
    known = values_of(sound, "lots", "id")
    if not _whole_column(sound, "lots", "id"):
        return
    for at, row in enumerate(sound.lists["packages"]):
        for place, lot in enumerate(row.get("lots") or ()):
            if lot not in known:
                yield Fault("round.unknown_lot", ("packages", at, "lots", place), {"value": lot})


def _group_districts(sound: Sound) -> Iterator[Fault]:
    known = values_of(sound, "lots", "district")
    if not _whole_column(sound, "lots", "district"):
        return
    for district in sound.rules.get("groups") or ():
        if district not in known:
            path = ("rules", "groups", district)
            yield Fault("round.unknown_district", path, {"value": district})


def _childless(sound: Sound, name: str, children: str, field: str, code: str) -> Iterator[Fault]:
    if not _whole_column(sound, children, field):
        return
    named = values_of(sound, children, field)
    for at, row in enumerate(sound.lists[name]):
        if row.get("id") is not None and row["id"] not in named:
            yield Fault(code, (name, at, "id"), {"value": row["id"]})
