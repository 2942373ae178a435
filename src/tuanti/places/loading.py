"""Many lines of housing at once: found by name, made where missing, mended where they differ.

Loading the same lines again changes nothing. A line only ever adds: what it does not know leaves
what is there as it is, and of two lines of a list that say different things of one place, the
first counts. An estate is known by its street and name (or an alias), a building by its estate and
name, a stairwell by its building, a flat by its stairwell and number; for owners see
:mod:`tuanti.places.recognising`.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Model

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import keys, models, permissions, stock
from tuanti.places.changes import UNTOLD, Values, merged
from tuanti.places.inserting import insert
from tuanti.places.keys import Key, Placed
from tuanti.places.mending import SEALED, differing, mend
from tuanti.places.placing import Places, placed
from tuanti.places.recognising import People, Person, Told, persons
from tuanti.places.spelling import found_by
from tuanti.rules.housing import Line

BATCH = 4_000  # lines of one transaction
_TRIES = 4  # of a batch that met someone else's change
_MOST_MET = 100_000  # places kept in mind; beyond it they are looked up anew

_log = logging.getLogger(__name__)


class Loader:
    """Loads batches of lines; keeps in mind the estates, buildings and stairwells it has met.

    ``source`` is the number of the import the lines come from, None for a bulk load; ``district``
    tells in which district a street lies today, for estates that enter now. ``made`` and
    ``mended`` count rows by kind.
    """

    def __init__(self, *, source: int | None, district: Callable[[str], str]) -> None:
        self.made: Counter[str] = Counter()
        self.mended: Counter[str] = Counter()
        self._source, self._district = source, district
        self._forget()

    def load(
        self, lines: Iterable[Placed], keep: Callable[[int], None] = lambda _: None
    ) -> Iterator[int]:
        """Load everything, one transaction a batch; yield how many lines are done so far.

        ``keep`` is told the same at the end of each transaction, and in it.
        """
        done, ahead = 0, iter(lines)
        while batch := list(islice(ahead, BATCH)):
            done += len(batch)
            self._tried(batch, lambda: keep(done))  # noqa: B023 (called at once)
            yield done

    def batch(self, lines: Sequence[Placed]) -> None:
        """Load one batch in the transaction of the caller."""
        self._fresh: dict[type[Model], set[int]] = {model: set() for model in _BELOW}
        before = self.made + self.mended
        named: dict[Key, Values] = {}
        for at in lines:
            key = keys.estate(at)
            named[key] = keys.joined(named.get(key), keys.facts(at))
        estates = self._ids(models.Estate, named)
        houses = self._below(models.Building, lines, estates, keys.estate, keys.building)
        wells = self._below(models.Stairwell, lines, houses, keys.house, keys.stairwell)
        flats = self._below(models.Flat, lines, wells, keys.well, keys.flat)
        self._own(lines, estates, flats)
        if any((self.made + self.mended)[kind] != before[kind] for kind in stock.KINDS):
            stock.recount({*estates.values()})

    def _tried(self, batch: Sequence[Placed], keep: Callable[[], None]) -> None:
        """Load a batch; anew from what is there now, if someone else's change came between."""
        for left in reversed(range(_TRIES)):
            made, mended = self.made.copy(), self.mended.copy()
            try:
                with transaction.atomic():
                    self.batch(batch)
                    keep()
            except (IntegrityError, OperationalError):
                self._forget()
                self.made, self.mended = made, mended
                if not left or transaction.get_connection().in_atomic_block:
                    raise
                _log.warning("a batch met a change of someone else and is loaded again")
            else:
                return

    def _forget(self) -> None:
        self._met: dict[type[Model], dict[Key, int]] = {model: {} for model in _KEPT_IN_MIND}
        self._said: dict[type[Model], dict[int, frozenset[str]]] = {}

    def _below(
        self,
        model: type[Model],
        lines: Sequence[Placed],
        above: Mapping[Key, int],
        key_above: Callable[[Placed], Key],
        own: Callable[[Line], tuple[str, Values]],
    ) -> dict[Key, int]:
        """Find or make what stands one step below; keys of the result begin with those above."""
        wanted: dict[Key, Values] = {}
        named: dict[Key, Key] = {}
        for at in lines:
            name, values = own(at[2])
            if name:
                long = key_above(at)
                key = (above[long], name)
                wanted[key] = keys.joined(wanted.get(key), values)
                named[*long, name] = key
        ids = self._ids(model, wanted)
        return {long: ids[short] for long, short in named.items()}

    def _ids(self, model: type[Model], wanted: Mapping[Key, Values]) -> dict[Key, int]:
        """Map each natural key to its row, made or mended as need be."""
        met = self._met.get(model, {})
        if len(met) > _MOST_MET:
            met.clear()
        found = self._found(model, {key: wanted[key] for key in wanted if key not in met})
        missing = [key for key in wanted if key not in met and key not in found]
        made = self._make(model, [self._new(model, key, wanted[key]) for key in missing])
        ids = {key: row["id"] for key, row in found.items()} | dict(zip(missing, made, strict=True))
        ids |= {key: met[key] for key in wanted if key in met}
        rows = {row["id"]: row for row in found.values()}
        self._mend(model, _by_row(ids, wanted, {*missing}), rows)
        for key in missing:
            self._news(model, ids[key], wanted[key])
        if model in self._met:
            met.update(ids)
        return ids

    def _found(self, model: type[Model], wanted: Mapping[Key, Values]) -> dict[Key, Values]:
        """Find the rows of natural keys; below what was only now made there is none."""
        new = self._fresh.get(_PARENT[model], ()) if model in _PARENT else ()
        asked = {key: values for key, values in wanted.items() if key[0] not in new}
        if not asked:
            return {}
        if model is models.Estate:
            return dict(_estates(asked))
        above, name = _ABOVE[model]
        rows = model._default_manager.filter(**{f"{above}__in": {key[0] for key in asked}})
        columns = ("id", above, name, *next(iter(asked.values())))
        keyed = (((row[above], row[name]), row) for row in rows.order_by().values(*columns))
        return {key: row for key, row in keyed if key in asked}

    def _new(self, model: type[Model], key: Key, values: Values) -> Values:
        """Make a row's columns of its natural key and values."""
        if model is models.Estate:
            begun = self._district(key[0])
            found = found_by(key[1], *values["aliases"], values["address"])
            more = {"street_id": key[0], "name": key[1], "pinyin": found, "begun_in": begun}
        else:
            above, name = _ABOVE[model]
            more = {above: key[0], name: key[1]}
        return {**values, **more}

    def _make(self, model: type[Model], rows: Sequence[Values]) -> list[int]:
        ids = insert(model, [{**row, "source": self._source} for row in rows])
        self.made[_name(model)] += len(ids)
        if model in _BELOW:
            self._fresh[model].update(ids)
        return ids

    def _news(self, model: type[Model], pk: int, values: Values) -> Values:
        """Take of ``values`` what the list tells and has not told of this row before."""
        said = self._said.setdefault(model, {})
        if len(said) > _MOST_MET:
            said.clear()
        before = said.get(pk, frozenset())
        told = {name: value for name, value in values.items() if value not in UNTOLD}
        news = {name: value for name, value in told.items() if name not in before}
        if model in _REPEATED and news:
            said[pk] = _set(before | news.keys() - {"aliases"})
        return news

    def _mend(
        self, model: type[Model], wanted: Mapping[int, Values], rows: Mapping[int, Values]
    ) -> None:
        """Mend the rows that say otherwise; ``rows`` is what stands in those read already."""
        told = {pk: self._news(model, pk, values) for pk, values in wanted.items()}
        told = {pk: values for pk, values in told.items() if values}
        unread = [pk for pk in told if pk not in rows]
        known = {**rows, **_read(model, unread)} if unread else rows
        stale = {pk: values for pk, values in told.items() if differing(known[pk], values)}
        self.mended[_name(model)] += mend(model, stale, self._source)

    def _own(
        self, lines: Sequence[Placed], estates: Mapping[Key, int], flats: Mapping[Key, int]
    ) -> None:
        told: list[Told] = [
            (estates[keys.estate(at)], flats[*keys.well(at), at[2].flat], owner)
            for at in lines
            for owner in at[2].owners
        ]
        people = self._people(told)
        meant = [people.meant(*one) for one in told]
        owners = self._owner_ids([*persons(meant)])
        held: dict[Key, Values] = {}
        for (_, flat, owner), person in zip(told, meant, strict=True):
            key = (flat, owners[person])
            held[key] = merged(held.get(key, {}), keys.share(owner))
        self._ids(models.Ownership, held)
        self._come_back({person.row["id"] for person in meant if person.row})

    def _people(self, told: Sequence[Told]) -> People:
        estates = {estate for estate, _, _ in told} - self._fresh[models.Estate]
        flats = {flat for _, flat, _ in told} - self._fresh[models.Flat]
        return People(told, old=(estates, flats))

    def _owner_ids(self, people: Sequence[Person]) -> dict[Person, int]:
        new = [one for one in people if one.row is None]
        rows = [{"estate_id": one.estate, **one.values} for one in new]
        ids = dict(zip(new, self._make(models.Owner, rows), strict=True))
        known = {one.row["id"]: one for one in people if one.row}
        self._mend(
            models.Owner,
            {pk: one.values for pk, one in known.items()},
            {pk: one.row for pk, one in known.items() if one.row},
        )
        for person, pk in ids.items():
            self._news(models.Owner, pk, person.values)
        return ids | {one: pk for pk, one in known.items()}

    def _come_back(self, owners: set[int]) -> None:
        """Count as owners again those who had left: a list says they own a flat."""
        left = models.Owner.objects.filter(pk__in=owners, left_on__isnull=False)
        values = {pk: {"left_on": None} for pk in left.values_list("pk", flat=True)}
        self.mended["owner"] += mend(models.Owner, values, self._source)


@transaction.atomic
def _told_of(city: models.Division, loader: Loader, by: Actor, now: datetime) -> None:
    facts = {"made": dict(loader.made), "mended": dict(+loader.mended)}
    journal.write(at=now, by=by, act="housing.load", subject=city, **facts)


def load_lines(
    lines: Iterable[Line], *, told: Callable[[int], None], by: Actor, now: datetime
) -> Counter[str]:
    """Load lines of the whole city, as from a register; return how many rows were made, by kind.

    ``told`` hears how many lines are done after each batch; one journal entry ends it all.

    :raises NotPermitted: ``by`` is neither the clock nor an administrator of the platform.
    :raises StreetUnknown: a line lies in no street; the batches before it are loaded.
    """
    permissions.require_house_rules(by)
    city = models.Division.objects.get(level=models.Division.Level.CITY)
    places = Places(city)
    loader = Loader(source=None, district=places.district)
    for done in loader.load(placed(lines, places)):
        told(done)
    _told_of(city, loader, by, now)
    return loader.made


# --- What is there already --------------------------------------------------------------------

_ABOVE: Mapping[type[Model], tuple[str, str]] = {
    models.Building: ("estate_id", "name"),
    models.Stairwell: ("building_id", "name"),
    models.Flat: ("stairwell_id", "number"),
    models.Ownership: ("flat_id", "owner_id"),
}
_PARENT: Mapping[type[Model], type[Model]] = {
    models.Building: models.Estate,
    models.Stairwell: models.Building,
    models.Flat: models.Stairwell,
    models.Ownership: models.Flat,
}
_BELOW = frozenset(_PARENT.values())
_KEPT_IN_MIND = (models.Estate, models.Building, models.Stairwell)
# What many lines of a list tell of; a flat and its ownerships have but one.
_REPEATED = frozenset({*_KEPT_IN_MIND, models.Owner})


def _read(model: type[Model], ids: Sequence[int]) -> dict[int, Values]:
    """Read what stands in rows; what is sealed stays so."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in SEALED]
    return {row["id"]: row for row in model._default_manager.filter(pk__in=ids).values(*names)}


def _estates(wanted: Mapping[Key, Values]) -> Iterator[tuple[Key, Values]]:
    """Find estates by name, else by an alias of theirs, else by one the list gives."""
    known: dict[Key, Values] = {}
    rows = models.Estate.objects.filter(street_id__in={street for street, _ in wanted})
    named: dict[Key, Values] = {}
    for found in rows.order_by("pk").values():
        row: Values = {**found}
        named[row["street_id"], row["name"]] = row
        for alias in row["aliases"]:
            known.setdefault((row["street_id"], alias), row)
    known |= named
    for (street, name), values in wanted.items():
        ways = ((street, other) for other in (name, *values["aliases"]))
        if way := next((way for way in ways if way in known), None):
            yield (street, name), known[way]


def on_file(lines: Sequence[Placed]) -> Iterator[dict[Key, bool]]:
    """Tell of the estates, then buildings, stairwells and flats of lines which there are already.

    Keys are street and estate, then the names below. Nothing is written.
    """
    named: dict[Key, Values] = {}
    for at in lines:
        named[keys.estate(at)] = keys.joined(named.get(keys.estate(at)), keys.facts(at))
    above = {key: row["id"] for key, row in _estates(named)}
    yield {key: key in above for key in named}
    for model, key_above, own in (
        (models.Building, keys.estate, keys.building),
        (models.Stairwell, keys.house, keys.stairwell),
        (models.Flat, keys.well, keys.flat),
    ):
        wanted = {(*key_above(at), own(at[2])[0]) for at in lines if own(at[2])[0]}
        above = _standing(model, wanted, above)
        yield {key: key in above for key in wanted}


def _standing(
    model: type[Model], wanted: set[tuple[str, ...]], above: Mapping[Key, int]
) -> dict[Key, int]:
    parents = {above[key[:-1]] for key in wanted if key[:-1] in above}
    if not parents:
        return {}
    parent, name = _ABOVE[model]
    rows = model._default_manager.filter(**{f"{parent}__in": parents})
    there = {(up, own): pk for up, own, pk in rows.values_list(parent, name, "pk")}
    keyed = ((key, there.get((above.get(key[:-1]), key[-1]))) for key in wanted)
    return {key: pk for key, pk in keyed if pk is not None}


def _by_row(
    ids: Mapping[Key, int], wanted: Mapping[Key, Values], new: set[Key]
) -> dict[int, Values]:
    """Bring together what is told of each row that was there, under whatever names."""
    found: dict[int, Values] = {}
    for key, values in wanted.items():
        if key not in new:
            found[ids[key]] = keys.joined(found.get(ids[key]), _named(key, values))
    return found


def _named(key: Key, values: Values) -> Values:
    """Count the name an estate goes by in this list among its other names."""
    if "aliases" not in values:
        return values
    return {**values, "aliases": [key[1], *values["aliases"]]}


_SETS: dict[frozenset[str], frozenset[str]] = {}


def _set(names: frozenset[str]) -> frozenset[str]:
    """Keep one of each set: a million owners have told the same few columns."""
    return _SETS.setdefault(names, names)


def _name(model: type[Model]) -> str:
    return str(model._meta.model_name)
