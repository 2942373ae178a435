"""The sample city's housing list: a line for each flat, as a district's register would tell it.

Three sizes. ``tiny``, two estates, shows every special case once; ``demo`` has seven estates in
three districts; ``city`` every street of the day, 43,500 buildings with a hundred million square
metres in about 1.4 million flats. All is invented but the names of districts and streets, and says
so: each address begins with ``MARK``, no phone or ID number can be anyone's (see ``names``).

Buildings and stairwells have bare numbers, as ``sheets.housing`` reads them ("1栋" is "1").
Lines come one by one: district, street, community, estate, building, stairwell, flat. The same
size has the same flats and people on every day; what lies in which district is the day's.

>>> sorted({line.district for line in lines("tiny")})
['两江新区', '九龙坡区']
>>> sorted({line.district for line in lines("tiny", date(2025, 11, 5))})
['九龙坡区', '江北区']
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import groupby
from random import Random
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from tuanti.places import divisions
from tuanti.rules.housing import Line, Owner
from tuanti.sample import names
from tuanti.sample.cast import Member, Organisation, cast, organisations
from tuanti.sample.estates import (
    PER_BUILDING,
    TODAY,
    Chances,
    Community,
    Era,
    Estate,
    House,
    Size,
    calibration,
    communities,
    era,
    estates,
    houses,
    street_numbers,
)
from tuanti.sample.names import MARK
from tuanti.sample.programme import Project, programme

__all__ = [
    "LI_SHU",
    "MARK",
    "TODAY",
    "WANG_AYI",
    "Case",
    "Community",
    "Estate",
    "House",
    "Member",
    "Organisation",
    "Project",
    "Size",
    "cast",
    "communities",
    "estates",
    "houses",
    "lines",
    "organisations",
    "programme",
]

Case: TypeAlias = Literal[
    "alone", "joint", "shares", "heirs", "died", "buyer", "unreachable", "sealed", "again",
    "no-area", "no-floor", "nobody", "public", "work-unit", "developer", "below", "above",
]  # fmt: skip

_SEED = "tuanti flats 20261122"
_HALVES = (Fraction(1, 2), Fraction(1, 2))
_THIRDS = (Fraction(2, 3), Fraction(1, 3))
_BODIES: Mapping[Case, str] = MappingProxyType(
    {
        "public": "{street}公房管理所（虚构）",
        "work-unit": "{estate}机械厂（虚构）",
        "developer": "{estate}房屋开发公司（虚构）",
    }
)

WANG_AYI = "王桂芳"  # 王阿姨 of 101 in the first house of the small sizes
LI_SHU = "李国华"  # 李叔 of 601

# The flats of the first houses of the small sizes, from the lowest up: every case once.
_TOLD_CASES: tuple[tuple[Case, ...], ...] = (
    (
        "below", "joint", "shares", "heirs", "died", "buyer", "unreachable", "sealed", "alone",
        "again", "above", "no-area", "no-floor", "nobody", "public", "work-unit",
    ),
    ("developer", "alone", "joint", "alone"),
)  # fmt: skip
_TOLD_GAPS: tuple[tuple[str, ...], ...] = (
    (), ("demolition",), ("built",), ("structure", "lift"), ("storeys",),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Home:
    """A building in its estate and street, and whether it is one of those told."""

    house: House
    estate: Estate
    street: str
    district: str
    told: bool


class _People:
    """Who lives in a building, as they are met; ``last`` may own another flat of it."""

    def __init__(self, house: House, chance: Random, *, sure: bool) -> None:
        self.chance, self.sure = chance, sure
        self.first = self.number = house.number * PER_BUILDING
        self.last: Owner | None = None

    def new(self, *, male: bool | None = None) -> Owner:
        """Somebody new; some without a phone on the list, more without an ID number."""
        one = names.person(self.number, self.chance, male=male)
        self.number += 1
        assert self.number < self.first + PER_BUILDING
        phone = "" if self.lacks("phone") else one.phone
        return Owner(one.name, phone, "" if self.lacks("id_number") else one.id_number)

    def alone(self) -> Owner:
        """Somebody new, who may own the next flat as well if we would know them again."""
        owner = self.new()
        self.last = owner if owner.id_number else self.last
        return owner

    def lacks(self, what: str) -> bool:
        """Whether the list lacks it."""
        return not self.sure and _lacks(what, self.chance)


def lines(size: Size, day: date = TODAY) -> Iterator[Line]:
    """Every flat of a size, and the building known by its households alone, in order."""
    by_street = _by_street(size)
    for district in divisions.districts_on(day):
        for street in divisions.children_on(district.id, day):
            for estate in by_street.get(street.id, ()):
                for house in houses(size, estate):
                    home = _Home(house, estate, street.name, district.name, size != "city")
                    yield from _house_lines(home)


@cache
def _by_street(size: Size) -> Mapping[str, tuple[Estate, ...]]:
    groups = groupby(estates(size), key=lambda estate: estate.community.street)
    return {street: tuple(group) for street, group in groups}


def _house_lines(home: _Home) -> Iterator[Line]:
    house, chance = home.house, Random(f"{_SEED} {home.house.number}")
    above = _above(home, chance)
    if not house.listed:
        yield Line(**above, households=house.households)
        return
    people = _People(house, chance, sure=home.told and house.number == 0)
    cases = _cases(home, chance)
    for number, (stacks, lift) in enumerate(zip(house.stacks, house.lifts, strict=True), 1):
        known = None if _gap("lift", home, chance) else lift
        well = {**above, "stairwell": str(number), "entries": house.entries, "lift": known}
        for floor in range(1, house.storeys + 1):
            for place, area in enumerate(stacks, 1):
                flat = _number(floor, house.ground, place)
                facts = _flat(next(cases), home, people, floor, area)
                yield Line(**well, flat=flat, **facts)


def _above(home: _Home, chance: Random) -> dict[str, Any]:
    """What all lines of a building say: its own facts, as far as known, and the estate's."""
    house, estate = home.house, home.estate
    own = ("storeys", "structure", "demolition")
    known = {**{key: getattr(house, key) for key in own}, "built": house.year}
    return {
        "estate": estate.name,
        "district": home.district,
        "street": home.street,
        "community": estate.community.name,
        "address": estate.address,
        "aliases": estate.aliases,
        "building": house.name,
        **{key: None if _gap(key, home, chance) else fact for key, fact in known.items()},
    }


def _gap(what: str, home: _Home, chance: Random) -> bool:
    """Whether the list lacks a fact of a building; told buildings lack what they are told to."""
    if home.told and home.house.number < len(_TOLD_GAPS):
        return what in _TOLD_GAPS[home.house.number]
    return _lacks(what, chance)


def _lacks(what: str, chance: Random) -> bool:
    return chance.random() * 1000 < _missing()[what]


@cache
def _missing() -> Mapping[str, int]:
    return {str(what): int(often) for what, often in calibration()["missing"].items()}


def _cases(home: _Home, chance: Random) -> Iterator[Case]:
    """The case of each flat, without an end: the told ones, then by chance."""
    if home.told and home.house.number < len(_TOLD_CASES):
        yield from _TOLD_CASES[home.house.number]
    by_chance = _case_chances(era(home.house.year))
    while True:
        yield by_chance.draw(chance)


@cache
def _case_chances(time: Era) -> Chances[Case]:
    return Chances(calibration()["cases"][time])


def _number(floor: int, ground: int, place: int) -> str:
    """A flat's number: its storey, counted from the street where the house does, and place."""
    if floor >= ground:
        return f"{floor - ground + 1}{place:02d}"
    return f"负{ground - floor}{place:02d}"


def _flat(case: Case, home: _Home, people: _People, floor: int, area: int) -> dict[str, Any]:
    """What a line says of its flat and owners."""
    return {
        "floor": None if case == "no-floor" else floor,
        "area_dm2": None if case == "no-area" else area,
        "tenure": case if case in _BODIES else "private",
        "state": case if case in ("sealed", "unreachable") else "free",
        "owners": _owners(case, home, people),
    }


def _owners(case: Case, home: _Home, people: _People) -> tuple[Owner, ...]:
    match case:
        case "joint":
            return _several(people, (True, False))
        case "shares":
            return _shared(people, _HALVES if people.chance.random() < 0.7 else _THIRDS)  # noqa: PLR2004 (assumed)
        case "heirs":
            count = people.chance.randint(2, 3)
            heirs = _shared(people, (Fraction(1, count),) * count)
            return tuple(replace(heir, standing="heir") for heir in heirs)
        case "died" | "unreachable":
            return (replace(people.new(), phone="", life=case),)
        case "buyer":
            return (replace(people.new(), standing="buyer"),)
        case "again":
            return (people.last or people.alone(),)
        case "nobody":
            return ()
        case "public" | "work-unit" | "developer":
            return (_body(case, home),)
        case "below":
            return (replace(people.new(male=False), name=WANG_AYI),)
        case "above":
            return (replace(people.new(male=True), name=LI_SHU),)
        case _:
            return (people.alone(),)


def _shared(people: _People, shares: tuple[Fraction, ...]) -> tuple[Owner, ...]:
    several = _several(people, (None,) * len(shares))
    return tuple(replace(one, share=share) for one, share in zip(several, shares, strict=True))


def _several(people: _People, men: tuple[bool | None, ...]) -> tuple[Owner, ...]:
    """People of different names: of one flat's owners a list could not tell two apart."""
    while True:
        found = tuple(people.new(male=man) for man in men)
        if len({one.name for one in found}) == len(found):
            return found


def _body(case: Case, home: _Home) -> Owner:
    """Who owns what no person does: a street's housing office, an estate's factory or developer."""
    stem, street = home.estate.name[:2], home.street.removesuffix("街道")
    of_street = street_numbers()[home.estate.community.street]
    number = of_street if case == "public" else home.estate.number
    code = names.body_code(list(_BODIES).index(case) * 100_000 + number)
    return Owner(_BODIES[case].format(street=street, estate=stem), "", code)
