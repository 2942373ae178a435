"""Who is who among the owners of an estate, when a list names them again.

One with the same ID number is the same person. Else the same name on the same flat, and then the
same name and phone within the estate, are the same person unless their ID numbers say otherwise.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db.models import QuerySet

from tuanti.people.vault import index
from tuanti.places import models
from tuanti.places.changes import Values, merged
from tuanti.rules import housing

# What is read of those on file; what is sealed stays so.
_READ = ("id", "estate_id", "name", "phone_index", "id_index", "life")

Told: TypeAlias = tuple[int, int, housing.Owner]  # estate, flat, and who is told to own it


@dataclass(slots=True, eq=False)
class Person:
    """A person on file (``row``), or a new one; ``values`` are what a list tells of them."""

    estate: int
    name: str
    id_index: bytes
    phone_index: bytes
    row: Values | None = None
    values: Values = field(default_factory=dict)

    def may_be(self, id_index: bytes) -> bool:
        """Whether their ID number does not say otherwise."""
        return not (self.id_index and id_index and self.id_index != id_index)


class People:
    """The persons a batch of lines may mean. ``old`` are estates and flats that were there."""

    def __init__(
        self, told: Sequence[Told], *, old: tuple[Collection[int], Collection[int]]
    ) -> None:
        self._by_id: dict[tuple[int, bytes], Person] = {}
        self._by_flat: defaultdict[tuple[int, str], list[Person]] = defaultdict(list)
        self._by_phone: defaultdict[tuple[int, str, bytes], list[Person]] = defaultdict(list)
        self._rows: dict[int, Person] = {}
        self._fetch(told, *old)

    def meant(self, estate: int, flat: int, owner: housing.Owner) -> Person:
        """Find the person a line means, or make a new one; what it tells is kept with them."""
        told = _told(owner)
        id_index, phone_index = told["id_index"], told["phone_index"]
        person = self._found(estate, flat, owner.name, id_index, phone_index)
        if person is None:
            person = Person(estate, owner.name, id_index, phone_index)
        person.values = merged(person.values, told)
        person.id_index = person.id_index or id_index
        self._know(person)
        names = (owner.name, phone_index)
        for people in (self._by_flat[flat, owner.name], self._by_phone[(estate, *names)]):
            if person not in people:
                people.append(person)
        return person

    def _found(
        self, estate: int, flat: int, name: str, id_index: bytes, phone_index: bytes
    ) -> Person | None:
        if id_index and (same := self._by_id.get((estate, id_index))):
            return same
        alike = [*self._by_flat.get((flat, name), ())]
        if phone_index:
            alike += self._by_phone.get((estate, name, phone_index), ())
        return next((one for one in alike if one.may_be(id_index)), None)

    def _know(self, person: Person) -> None:
        if person.id_index:
            self._by_id.setdefault((person.estate, person.id_index), person)

    def _fetch(
        self, told: Sequence[Told], estates: Collection[int], flats: Collection[int]
    ) -> None:
        asked = [(estate, flat, one) for estate, flat, one in told if estate in estates]
        if not asked:
            return
        owners = models.Owner.objects.filter(estate__in={estate for estate, _, _ in asked})
        owners = owners.order_by("pk")
        ids = {index(one.id_number) for _, _, one in asked} - {b""}
        phones = {index(one.phone) for _, _, one in asked} - {b""}
        if ids:
            self._meet(owners.filter(id_index__in=ids))
        if phones:
            self._meet(owners.filter(phone_index__in=phones))
        self._meet_holders({flat for _, flat, _ in asked if flat in flats})

    def _meet(self, owners: QuerySet[models.Owner]) -> None:
        for row in owners.values(*_READ):
            person = self._person(row)
            people = self._by_phone[person.estate, person.name, person.phone_index]
            if person not in people:
                people.append(person)

    def _meet_holders(self, flats: set[int]) -> None:
        held = models.Ownership.objects.filter(flat__in=flats).order_by("pk")
        for row in held.values("flat_id", *(f"owner__{name}" for name in _READ)):
            owner = {name: row[f"owner__{name}"] for name in _READ}
            self._by_flat[row["flat_id"], owner["name"]].append(self._person(owner))

    def _person(self, row: Values) -> Person:
        if row["id"] not in self._rows:
            indexes = (bytes(row["id_index"]), bytes(row["phone_index"]))
            person = Person(row["estate_id"], row["name"], *indexes, row)
            self._rows[row["id"]] = person
            self._know(person)
        return self._rows[row["id"]]


def persons(people: Iterable[Person]) -> Iterator[Person]:
    """Each person once, in the order they were told of."""
    return iter(dict.fromkeys(people))


def _told(owner: housing.Owner) -> Values:
    return {
        "name": owner.name,
        "phone": owner.phone,
        "phone_index": index(owner.phone),
        "id_number": owner.id_number,
        "id_index": index(owner.id_number),
        "life": owner.life,
    }
