"""The sample's bodies and people: who acts in the town, in which duty and how far.

All invented, from ``cast.toml``; a body's name ends in （虚构）. Every district, street and
community with estates has its bodies; the named cast works for the first estate. In the small sizes
王阿姨 lives on the first floor of its first house and 李叔 on the sixth, and each other street has
neighbours of theirs at work: a clerk, a community worker, and where a house of its first estate has
no lift and is to stand, an owner who speaks for its stairwell.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from tuanti.places import divisions
from tuanti.rules.duties import DUTIES
from tuanti.sample import names
from tuanti.sample.estates import TODAY, Estate, House, Size, communities, estates, houses

CITY = divisions.CITY

_STREET = "guanyinqiao-jiedao"
_LONGEST = 40  # characters of a name to sign in with


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body; ``place`` is the id of the city, district, street or community it works in."""

    id: str
    kind: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person's duty; the same ``id`` is the same person, ``organisation`` an organisation's id.

    ``scope`` is the id of a place or of the organisation, as the duty asks.
    """

    id: str
    name: str
    organisation: str
    duty: str
    scope: str


def organisations(size: Size, day: date = TODAY) -> tuple[Organisation, ...]:
    """Every body of a size, of all kinds of ``rules.duties``, on the day's map."""
    return tuple(
        _body(row, place, name)
        for row in _table()["bodies"]
        for place, name in _places(size, row["at"], day)
    )


def cast(size: Size, day: date = TODAY) -> tuple[Member, ...]:
    """The named cast: each duty of ``rules.duties`` at least once, nobody with two that clash."""
    bodies = {body.id: body for body in organisations(size, day)}
    near = tuple(_near(first_estate(size), day))
    return tuple(_member(row, bodies, near) for row in _table()["people"])


def clerks(bodies: Iterable[Organisation]) -> Iterator[Member]:
    """Whoever keeps the estates of each street office among ``bodies``."""
    chance = Random("tuanti clerks")
    for body in bodies:
        if body.kind == "street-office":
            name = names.name(chance, born=1985, male=chance.random() < 1 / 2)
            ident = username("clerk", body.place)
            yield Member(ident, name, body.id, "street-officer", body.place)


def workers(size: Size) -> Iterator[Member]:
    """A community worker for each street of a small size but the cast's, who has one."""
    chance = Random("tuanti workers")
    for estate in first_estates(size)[1:]:
        place = estate.community.id
        name = names.name(chance, born=1990, male=chance.random() < 1 / 2)
        ident = username("worker", estate.community.street)
        yield Member(ident, name, f"community-{place}", "community-worker", place)


def username(what: str, street: str) -> str:
    """The name to sign in with of a street's ``clerk``, ``worker`` or ``representative``."""
    return f"{what}-{street}"[:_LONGEST].rstrip("-")


def first_estate(size: Size) -> Estate:
    """The estate of the cast, in Guanyinqiao, which the change of the map moved."""
    return next(one for one in estates(size) if one.community.street == _STREET)


def first_estates(size: Size) -> tuple[Estate, ...]:
    """The first estate of each street, the cast's first of all; of the whole city only that."""
    first = {_STREET: first_estate(size)}
    if size != "city":
        for one in estates(size):
            first.setdefault(one.community.street, one)
    return tuple(first.values())


def spoken_for(size: Size, estate: Estate) -> House | None:
    """The first house of an estate that may get a lift; None if there is none."""
    listed = (one for one in houses(size, estate) if one.listed)
    return next((one for one in listed if not any(one.lifts) and not one.demolition), None)


@cache
def _table() -> Mapping[str, Any]:
    text = files("tuanti.sample").joinpath("cast.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _body(row: Mapping[str, str], place: str, name: str) -> Organisation:
    parts = (row["kind"], row.get("slug", ""), "" if place == CITY else place)
    office = "办事处" if name.endswith("街道") else "人民政府"
    full = row["name"].format(place=name, office=office) + "（虚构）"
    return Organisation("-".join(filter(None, parts)), row["kind"], full, place)


def _places(size: Size, at: str, day: date) -> Iterator[tuple[str, str]]:
    """Ids and names of the places that have a body."""
    match at:
        case "city":
            yield CITY, "重庆市"
        case "first estate":
            for estate in first_estates(size):
                if house := spoken_for(size, estate):
                    yield estate.community.id, f"{estate.name}{house.name}栋1单元"
        case "community":
            yield from ((one.id, one.name) for one in communities(size, day))
        case _:
            yield from _settled(size, at, day)


def _settled(size: Size, level: str, day: date) -> Iterable[tuple[str, str]]:
    """Districts or streets with estates."""
    streets = dict.fromkeys(one.street for one in communities(size, day))
    found = (
        divisions.district_of(street, day) if level == "district" else divisions.named(street)
        for street in streets
    )
    return dict.fromkeys((one.id, one.name) for one in found if one)


def _near(estate: Estate, day: date) -> Iterator[str]:
    """The places an estate lies in, from the nearest up."""
    yield estate.community.id
    yield estate.community.street
    district = divisions.district_of(estate.community.street, day)
    assert district
    yield district.id
    yield CITY


def _member(
    row: Mapping[str, str], bodies: Mapping[str, Organisation], near: tuple[str, ...]
) -> Member:
    """Post a person in the nearest body of their kind."""
    start = "-".join(filter(None, (row["kind"], row.get("slug", ""))))
    ids = (start if place == CITY else f"{start}-{place}" for place in near)
    body = next(bodies[ident] for ident in ids if ident in bodies)
    scope = body.place if DUTIES[row["duty"]].scope == "place" else body.id
    return Member(row["id"], row["name"], body.id, row["duty"], scope)
