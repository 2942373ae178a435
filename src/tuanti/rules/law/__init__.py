"""Law as dated data: which rule binds where, from when until when, and where it is written.

The packaged packs lie in ``packs/<place>/<topic>.toml``; a city hands in the text of its own. A
rule missing in a district is its city's, then the nation's. Nothing here knows what day it is.

>>> from datetime import date
>>> from tuanti.rules import law
>>> rule = law.find("chongqing/consent/special", on=date(2026, 11, 22))
>>> rule.id, rule.value["approval"]["area"], rule.verified
('cn/consent/special@2021-01-01', Fraction(3, 4), False)
"""

from datetime import date
from functools import cache
from importlib.resources import files

from tuanti.rules.errors import Fault, RuleBroken
from tuanti.rules.law import reading
from tuanti.rules.law.rule import (
    GRADES,
    NATION,
    Grade,
    Law,
    NoRule,
    Place,
    Rule,
    Shelf,
    UnknownPlace,
)
from tuanti.rules.law.values import UNITS

__all__ = [
    "GRADES",
    "NATION",
    "UNITS",
    "Grade",
    "Law",
    "NoRule",
    "PackRefused",
    "Place",
    "Rule",
    "Shelf",
    "UnknownPlace",
    "beside",
    "check",
    "find",
    "on",
    "packaged",
]


class PackRefused(RuleBroken):
    """A pack has faults; ``faults`` holds every one."""

    code = "law.pack_refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


def on(day: date, place: str = NATION, *, shelf: Shelf | None = None) -> Law:
    """The rules in force in ``place`` on ``day``: the district's, the city's, the nation's.

    :raises UnknownPlace: no pack declares ``place``.

    >>> on(date(2026, 11, 22), "jiulongpo").rule("fiscal/bid-period").value
    20
    """
    return (shelf or packaged()).on(day, place)


def find(path: str, *, on: date, shelf: Shelf | None = None) -> Rule:
    """The rule ``place/topic/name`` in force on a day, of that place or the nearest above it.

    :raises NoRule: none is in force, or ``path`` has another shape.
    :raises UnknownPlace: no pack declares the place.

    >>> find("cn/consent/special", on=date(2020, 12, 31))
    Traceback (most recent call last):
    tuanti.rules.law.rule.NoRule: ('law.no_rule', {'id': 'cn/consent/special', 'day': '2020-12-31'})
    """
    place, _, key = path.partition("/")
    return (shelf or packaged()).on(on, place).rule(key)


def check(text: str, *, shelf: Shelf | None = None) -> tuple[Fault, ...]:
    """Every fault of a pack by itself and beside the packaged ones; paths lead into its TOML.

    >>> [fault.code for fault in check('format = "tuanti-law/2"')]
    ['law.unknown_format']
    """
    pack, faults = reading.read(text)
    return (*faults, *reading.faults_between(pack, shelf or packaged()))


def beside(text: str, *, shelf: Shelf | None = None) -> Shelf:
    """The packaged packs with one more beside them, ``text``.

    :raises PackRefused: the pack has faults.
    """
    below = shelf or packaged()
    if faults := check(text, shelf=below):
        raise PackRefused(faults)
    return reading.shelf_of(reading.read(text)[0], below)


@cache
def packaged() -> Shelf:
    """Every rule that ships with Tuanti."""
    folder = files(__package__) / "packs"
    found = [folder / "places.toml"]
    found += [file for place in folder.iterdir() if place.is_dir() for file in place.iterdir()]
    read = [reading.read(file.read_text(encoding="utf-8")) for file in sorted(found, key=str)]
    pack = reading.joined([pack for pack, _ in read])
    faults = [*(fault for _, own in read for fault in own), *reading.faults_between(pack)]
    assert not faults, faults
    return reading.shelf_of(pack)
