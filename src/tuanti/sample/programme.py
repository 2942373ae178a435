"""The sample city's renovation programme (城镇老旧小区改造): which estates were reached, and when.

Its scope is estates built by the end of 2000. The whole city's reaches about 2,600 of them with
680,000 households. Some facts are missing as they are in real registers (``calibration.toml``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tuanti.places import divisions
from tuanti.sample.estates import TODAY, Estate, House, Size, calibration, estates, houses

BUILT_UNTIL = 2000  # Opinions of the State Council's office, 2020 no. 23: built by the end of 2000
YEARS = tuple(range(2019, 2027))

_SEED = "tuanti programme 20261122"
_REACHED = 0.51  # of the estates in scope; all of the small sizes


@dataclass(frozen=True, slots=True)
class Project:
    """One estate's renovation. What the register does not know, or has not happened yet, is None.

    ``district`` is the id of the one it was begun in, which may be abolished since.
    """

    id: str
    name: str
    district: str
    street: str
    estate: str
    year: int
    built_until: int
    area_dm2: int | None
    buildings: int | None
    households: int | None
    started_on: date
    finished_on: date | None


def programme(size: Size, day: date = TODAY) -> Iterator[Project]:
    """The projects begun by ``day``, in the order of the estates."""
    for estate in estates(size):
        if estate.year <= BUILT_UNTIL:
            chance = Random(f"{_SEED} {estate.number}")
            reached = size != "city" or chance.random() < _REACHED
            project = _project(size, estate, chance, day)
            if reached and project.started_on <= day:
                yield project


def _project(size: Size, estate: Estate, chance: Random, day: date) -> Project:
    started = _started(estate, chance)
    finished = started + timedelta(days=chance.randint(180, 540))
    district = divisions.district_of(estate.community.street, started)
    assert district
    stand = tuple(houses(size, estate))
    known = finished <= day and not _lacks("finished_on", chance)
    return Project(
        id=f"renovation-{estate.number:04d}",
        name=f"{estate.name}老旧小区改造项目（虚构）",
        district=district.id,
        street=estate.community.street,
        estate=estate.name,
        year=started.year,
        built_until=BUILT_UNTIL,
        area_dm2=sum(house.area_dm2 for house in stand),
        buildings=None if _lacks("buildings", chance) else len(stand),
        households=None if _lacks("households", chance) else _households(stand),
        started_on=started,
        finished_on=finished if known else None,
    )


def _started(estate: Estate, chance: Random) -> date:
    """A working season's day; the first estate's lies before the map changed."""
    year = 2023 if estate.number == 0 else chance.choice(YEARS)
    return date(year, 3, 1) + timedelta(days=chance.randrange(200))


def _households(stand: tuple[House, ...]) -> int:
    return sum(house.households for house in stand)


def _lacks(what: str, chance: Random) -> bool:
    return bool(chance.random() * 1000 < calibration()["missing"][what])
