"""Chongqing's administrative divisions as dated data: what there is on a day, and what lies where.

Names and codes are the packaged ones (``data/NOTICE.md``). On 2025-11-06 江北区 and 渝北区 were
abolished and 两江新区 created; all three stay in the data, so that what began in a district of old
still has a name. Periods are half-open, ``from_on <= day < until_on``; None means no known end.

>>> from datetime import date
>>> district_of("guanyinqiao-jiedao", date(2025, 11, 5)).name
'江北区'
>>> district_of("guanyinqiao-jiedao", date(2025, 11, 6)).name
'两江新区'
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias, get_args

Level: TypeAlias = Literal["city", "district", "street"]

CITY = "chongqing"
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Division:
    """A city, a district or county, or a street, town or township (level ``street``).

    ``code`` is the statistics bureau's (GB/T 2260 above the street), None where none is published.
    """

    id: str
    name: str
    level: Level
    code: str | None = None
    from_on: date | None = None
    until_on: date | None = None

    def there(self, day: date) -> bool:
        """Whether it exists on ``day``."""
        return _within(day, self.from_on, self.until_on)


@dataclass(frozen=True, slots=True)
class Belonging:
    """``division`` lies in ``parent`` (both ids) for a time."""

    division: str
    parent: str
    from_on: date | None = None
    until_on: date | None = None

    def there(self, day: date) -> bool:
        """Whether it holds on ``day``."""
        return _within(day, self.from_on, self.until_on)


@cache
def packaged() -> tuple[tuple[Division, ...], tuple[Belonging, ...]]:
    """All divisions, those abolished and created too, and all belongings; parents come first."""
    return tuple(map(_division, _rows("divisions.csv"))), tuple(
        map(_belonging, _rows("belongings.csv"))
    )


def named(ident: str) -> Division | None:
    """The division with this id, of whatever day; None if there is none."""
    return _by_id().get(ident)


def parent_on(division: str, day: date) -> Division | None:
    """What a division lies in on ``day``: None for the city, the unknown and the abolished."""
    lies = (one.parent for one in _upwards().get(division, ()) if one.there(day))
    return next(map(_by_id().__getitem__, lies), None)


def children_on(division: str, day: date) -> tuple[Division, ...]:
    """What lies directly in a division on ``day``, in the order of the codes."""
    lie = (one.division for one in _downwards().get(division, ()) if one.there(day))
    return tuple(sorted(map(_by_id().__getitem__, lie), key=_place))


def district_of(street: str, day: date) -> Division | None:
    """The district a street lies in on ``day``; a district is its own, while it exists."""
    division = named(street)
    while division and division.level != "district":
        division = parent_on(division.id, day)
    return division if division and division.there(day) else None


def districts_on(day: date) -> tuple[Division, ...]:
    """The city's districts and counties on ``day``: 38 before 2025-11-06, 37 since."""
    return children_on(CITY, day)


def _within(day: date, from_on: date | None, until_on: date | None) -> bool:
    return (from_on is None or from_on <= day) and (until_on is None or day < until_on)


def _place(division: Division) -> tuple[str, str]:
    return division.code or "~", division.id  # without a code: last


@cache
def _by_id() -> Mapping[str, Division]:
    return {division.id: division for division in packaged()[0]}


@cache
def _upwards() -> Mapping[str, list[Belonging]]:
    return _grouped((one.division, one) for one in packaged()[1])


@cache
def _downwards() -> Mapping[str, list[Belonging]]:
    return _grouped((one.parent, one) for one in packaged()[1])


def _grouped(pairs: Iterable[tuple[str, Belonging]]) -> Mapping[str, list[Belonging]]:
    groups: defaultdict[str, list[Belonging]] = defaultdict(list)
    for key, one in pairs:
        groups[key].append(one)
    return groups


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("tuanti.places").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _division(row: Mapping[str, str]) -> Division:
    assert row["level"] in LEVELS
    return Division(row["id"], row["name"], row["level"], row["code"] or None, *_period(row))


def _belonging(row: Mapping[str, str]) -> Belonging:
    return Belonging(row["division"], row["parent"], *_period(row))


def _period(row: Mapping[str, str]) -> tuple[date | None, date | None]:
    began, ended = (row[key] for key in ("from_on", "until_on"))
    return _day(began), _day(ended)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
