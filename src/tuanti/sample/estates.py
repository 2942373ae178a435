"""The plan of the sample city: how many buildings each street has, in which estates, of what shape.

Only the names of districts and streets are Chongqing's. Everything else is drawn from fixed seeds,
one for each street, estate and building, so each is the same on every day and in whatever order it
is asked for. The numbers behind it, and where they come from, are in ``calibration.toml``.
"""

import tomllib
from bisect import bisect
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from tuanti.places import divisions
from tuanti.rules import money
from tuanti.rules.housing import Structure
from tuanti.sample.names import MARK

Size: TypeAlias = Literal["tiny", "demo", "city"]
Era: TypeAlias = Literal["older", "newer"]
Thing = TypeVar("Thing", bound=Hashable)

TODAY = date(2026, 11, 22)  # the sample's day, unless told
BUILDINGS = 43_500  # of the whole city
PER_BUILDING = 250  # more people than any building of the sample names

_SEED = "tuanti 20261122"
_MEAN, _SPREAD, _LARGEST = 1.9, 0.8, 60  # buildings of an estate: about eight, log-normal
_CENTRAL = (
    "500103", "500104", "500105", "500106", "500107", "500108", "500109", "500112", "500113",
)  # fmt: skip
_WEIGHTS = {"街道": 40, "镇": 6, "乡": 0}
_LATEST = 2004  # year built
_DIVISIBLE = 27_720  # by all from 1 to 12
_TURN = 1990  # flats grew when they began to be sold

# Street: the estates' numbers of buildings. The first street's first estate is the cast's.
_SMALL: Mapping[str, Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "tiny": {"guanyinqiao-jiedao": (2,), "yangjiaping-jiedao": (3,)},
        "demo": {
            "guanyinqiao-jiedao": (9, 6),
            "daxigou-jiedao": (7, 5),
            "yangjiaping-jiedao": (8, 6),
            "shipingqiao-jiedao": (9,),
        },
    }
)

# The first buildings of the small sizes.
_PLAIN: Mapping[str, Any] = MappingProxyType(
    {"entries": (1,), "ground": 1, "landing": 2, "stairwells": 1, "lifts": (False,)}
    | {"demolition": False}
)
_TOLD: tuple[Mapping[str, Any], ...] = (
    {**_PLAIN, "storeys": 8, "year": 1988},
    {**_PLAIN, "storeys": 7, "year": 1996, "entries": (1, 4)},
    {**_PLAIN, "storeys": 9, "year": 1994, "entries": (5,), "ground": 5, "lifts": (True,)},
    {**_PLAIN, "storeys": 6, "year": 2003, "landing": 3, "demolition": True},
    {
        **_PLAIN,
        "storeys": 6,
        "year": 1983,
        "stairwells": 2,
        "lifts": (False, False),
        "listed": False,
    },
)

_FIRST = "禾澜栖榆椿荻芷蘅沅漪岑岫霁晗煦昀筠葭槿棠苓荇濯汐澄曦"
_SECOND = "岭石桐坡岸湾泉屿塬渡洲畔麓野阶陌坞汀滩台圃埠矶垄坪塘"
_KINDS = (
    "小区", "新村", "苑", "家园", "花园", "里", "大院", "宿舍", "家属院", "坊", "园", "新居",
)  # fmt: skip
_ROADS = ("路", "街", "巷", "支路", "正街")


@dataclass(frozen=True, slots=True)
class Community:
    """An invented community (社区) of a real street; ``id`` is the street's with a number."""

    id: str
    name: str
    street: str


@dataclass(frozen=True, slots=True)
class Estate:
    """An invented estate. ``first`` is the number of its first building among the whole size's."""

    number: int
    name: str
    community: Community
    aliases: tuple[str, ...]
    address: str
    year: int
    first: int
    buildings: int


@dataclass(frozen=True, slots=True)
class House:
    """A building as it stands, whatever a list knows of it. Its name is the bare number.

    ``stacks`` are the areas (dm2) of the flats above each other, of each stairwell; ``entries`` the
    storeys entered from a street; flats are numbered from storey ``ground``. ``listed`` is False
    where the list tells only how many households there are.
    """

    number: int
    name: str
    storeys: int
    year: int
    structure: Structure
    stacks: tuple[tuple[int, ...], ...]
    entries: tuple[int, ...] = (1,)
    ground: int = 1
    lifts: tuple[bool, ...] = ()
    demolition: bool = False
    listed: bool = True

    @property
    def households(self) -> int:
        """How many flats it has."""
        return self.storeys * sum(map(len, self.stacks))

    @property
    def area_dm2(self) -> int:
        """The area of all its flats."""
        return self.storeys * sum(map(sum, self.stacks))


class Chances(Generic[Thing]):
    """Draws one of several things, each as often as its weight says."""

    def __init__(self, weights: Mapping[Thing, int]) -> None:
        self.things = tuple(weights)
        self.bounds = tuple(accumulate(weights.values()))

    def draw(self, chance: Random) -> Thing:
        """One of the things."""
        return self.things[bisect(self.bounds, chance.random() * self.bounds[-1])]


def era(year: int) -> Era:
    """Whether a house is of the time of assigned flats or of sold ones."""
    return "older" if year < _TURN else "newer"


@cache
def calibration() -> Mapping[str, Any]:
    """The numbers of ``calibration.toml``."""
    text = files("tuanti.sample").joinpath("calibration.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def estates(size: Size) -> tuple[Estate, ...]:
    """Every estate of a size, by street, then by community."""
    plan: list[Estate] = []
    for street, sizes in _plan(size):
        _add_street(plan, street, sizes)
    return tuple(plan)


def communities(size: Size, day: date = TODAY) -> tuple[Community, ...]:
    """The communities of the estates; ``day`` decides which streets there are."""
    known = dict.fromkeys(estate.community for estate in estates(size))
    return tuple(one for one in known if divisions.district_of(one.street, day))


def houses(size: Size, estate: Estate) -> Iterator[House]:
    """The buildings of an estate."""
    for at in range(estate.buildings):
        number = estate.first + at
        told = _told(number) if size != "city" else None
        yield _house(number, str(at + 1), estate.year, told)


def _plan(size: Size) -> Iterable[tuple[str, tuple[int, ...]]]:
    if size in _SMALL:
        return _SMALL[size].items()
    streets = [one for one in divisions.packaged()[0] if one.level == "street"]
    quotas = money.split(BUILDINGS, [_weight(street) for street in streets])
    pairs = zip(streets, quotas, strict=True)
    return ((street.id, _sizes(street.id, quota)) for street, quota in pairs if quota)


def _weight(street: divisions.Division) -> int:
    code = street.code or ""
    kind = next(weight for kind, weight in _WEIGHTS.items() if street.name.endswith(kind))
    central = 4 if code.startswith(_CENTRAL) else 1
    noise = Random(f"{_SEED} weight {street.id}").lognormvariate(0, 0.6)
    return round(kind * central * noise * 10)


def _sizes(street: str, quota: int) -> tuple[int, ...]:
    """Share a street's buildings out among estates, until none is left."""
    chance, sizes = Random(f"{_SEED} sizes {street}"), list[int]()
    while (left := quota - sum(sizes)) > 0:
        wish = max(1, min(_LARGEST, round(chance.lognormvariate(_MEAN, _SPREAD))))
        sizes.append(min(wish, left))
    return tuple(sizes)


def _add_street(plan: list[Estate], street: str, sizes: tuple[int, ...]) -> None:
    for at, buildings in enumerate(sizes):
        number = len(plan)
        first = plan[-1].first + plan[-1].buildings if plan else 0
        plan.append(_estate(number, _community(street, at // 3), first, buildings))


def _community(street: str, at: int) -> Community:
    name = _stem(street_numbers()[street] * 7 + at) + "社区"
    return Community(f"{street}-c{at + 1:02d}", name, street)


@cache
def street_numbers() -> Mapping[str, int]:
    """The place of each street among all, in the order of the codes."""
    streets = (one.id for one in divisions.packaged()[0] if one.level == "street")
    return {street: number for number, street in enumerate(streets)}


def _estate(number: int, community: Community, first: int, buildings: int) -> Estate:
    chance = Random(f"{_SEED} estate {number}")
    stem, times = _stem(number), number // (len(_FIRST) * len(_SECOND))
    name = stem + _KINDS[(number + times) % len(_KINDS)]
    known = chance.random() * 1000 < calibration()["rates"]["alias"]
    road = _stem(number * 5 + 3) + _ROADS[int(chance.random() * len(_ROADS))]
    return Estate(
        number=number,
        name=name,
        community=community,
        aliases=(f"原{stem}厂生活区",) if known or number == 0 else (),
        address=f"{MARK}：{road}{1 + int(chance.random() * 180)}号",
        year=_year(chance),
        first=first,
        buildings=buildings,
    )


def _stem(number: int) -> str:
    """One of 676 invented names of places; neighbours in number look unrelated."""
    place = number * 235 % (len(_FIRST) * len(_SECOND))
    return _FIRST[place // len(_SECOND)] + _SECOND[place % len(_SECOND)]


def _year(chance: Random) -> int:
    return chance.randint(*_years().draw(chance))


@cache
def _years() -> Chances[tuple[int, int]]:
    spans = calibration()["years"]
    return Chances({(span["first"], span["last"]): span["share"] for span in spans})


@cache
def _structures(time: Era) -> Chances[Structure]:
    return Chances(calibration()["structures"][time])


@cache
def _counts(table: str) -> Chances[int]:
    return Chances({int(count): often for count, often in calibration()[table].items()})


@cache
def _storeys() -> Chances[int]:
    """Chances of buildings: the table is of flats, and a high building holds more of them."""
    flats = calibration()["storeys"]
    return Chances({int(n): often * _DIVISIBLE // int(n) for n, often in flats.items()})


def _house(number: int, name: str, year: int, told: Mapping[str, Any] | None) -> House:
    chance = Random(f"{_SEED} house {number}")
    shape = _shape(chance, year) | dict(told or {})
    landing, stairwells = shape.pop("landing"), shape.pop("stairwells")
    rate = "lift_low" if shape["storeys"] < 10 else "lift_high"  # noqa: PLR2004 (as calibrated)
    shape.setdefault("lifts", tuple(_happens(chance, rate) for _ in range(stairwells)))
    return House(
        number=number,
        name=name,
        structure=_structures(era(shape["year"])).draw(chance),
        stacks=_stacks(chance, era(shape["year"]), stairwells, landing),
        **shape,
    )


def _shape(chance: Random, year: int) -> dict[str, Any]:
    """What a building is by chance, as far as it may be told otherwise."""
    storeys, landing = _storeys().draw(chance), _counts("landing").draw(chance)
    wells = _counts("stairwells" if landing <= 3 else "stairwells_wide")  # noqa: PLR2004
    return {
        "storeys": storeys,
        "year": min(_LATEST, year + int(chance.random() * 3)),
        "landing": landing,
        "stairwells": wells.draw(chance),
        "demolition": _happens(chance, "demolition"),
        **_entered(chance, storeys),
    }


def _happens(chance: Random, rate: str) -> bool:
    return bool(chance.random() * 1000 < calibration()["rates"][rate])


def _entered(chance: Random, storeys: int) -> dict[str, Any]:
    """On a slope one enters at any storey, at the lowest as well or not; some count from there."""
    if not _happens(chance, "hillside"):
        return {}
    upper = chance.randint(2, storeys)
    if chance.random() < 0.6:  # noqa: PLR2004 (assumed: two streets)
        return {"entries": (1, upper)}
    return {"entries": (upper,), "ground": upper if chance.random() < 1 / 2 else 1}


def _stacks(
    chance: Random, time: Era, stairwells: int, landing: int
) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(_area_dm2(chance.random(), time) for _ in range(landing)) for _ in range(stairwells)
    )


def _area_dm2(share: float, time: Era) -> int:
    """The area that ``share`` of the flats of a time do not reach."""
    at, sizes = _areas(time)
    place = min(bisect(at, share * 1000), len(at) - 1)
    along = (share * 1000 - at[place - 1]) / (at[place] - at[place - 1])
    return round(100 * (sizes[place - 1] + along * (sizes[place] - sizes[place - 1])))


@cache
def _areas(time: Era) -> tuple[tuple[int, ...], tuple[int, ...]]:
    areas = calibration()["areas"]
    return tuple(areas["at"]), tuple(areas[time])


def _told(number: int) -> Mapping[str, Any] | None:
    """The first buildings of the small sizes are told: together they show every case."""
    return _TOLD[number] if number < len(_TOLD) else None
