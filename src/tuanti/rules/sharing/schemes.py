"""The schemes known by name, and what a table says of a flat. ``schemes.toml`` holds them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import lcm
from typing import Any, TypeAlias

from tuanti.rules.errors import RuleBroken

MOST_FLOORS = 33
INSIDE = ("equal", "area")
PER = ("floor", "flat", "area")
GRADES = ("A", "B", "C", "own")

# By half storeys of rise, 0 first, one half storey above the last floor at most: the weight of a
# flat so high up, in whole numbers, or None where the table does not say.
Ladder: TypeAlias = Sequence[int | None]

_HIGHEST = MOST_FLOORS + 1  # a flat on the last floor may be served half a storey above it
_BY = (*PER, "whole-m2", "game", "custom", "unknown")


class UnknownScheme(RuleBroken):
    """No scheme goes by this name."""

    code = "sharing.unknown_scheme"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way of sharing: what its entries are for, its table, and where it comes from.

    ``title`` and ``source`` are given in ``zh`` and ``en``. ``fixed_fen`` is what a flat on a floor
    pays whatever the rest pay; ``ladder`` is empty where the scheme has no table.
    """

    id: str
    title: Mapping[str, str]
    by: str
    inside: str
    floors: Mapping[int, Fraction]
    ladder: Ladder
    fixed_fen: Mapping[int, int]
    source: Mapping[str, str]
    grade: str
    verified_by: str = ""


def scheme_ids() -> tuple[str, ...]:
    """Every scheme's id, in the order of the file."""
    return tuple(_schemes())


def find(ident: str) -> Scheme:
    """Find a scheme.

    :raises UnknownScheme: none goes by this name.

    >>> find("gd-ref").title["en"]
    'Guangdong reference coefficients'
    """
    found = _schemes().get(ident)
    if found is None:
        raise UnknownScheme(scheme=ident, known=", ".join(_schemes()))
    return found


def ladder(floors: Mapping[int, Fraction]) -> Ladder:
    """Write a table by half storeys of rise, in whole numbers; half-way between floors, the mean.

    >>> ladder({1: Fraction(0), 2: Fraction(1, 2), 3: Fraction(1)})[:6]
    (0, 1, 2, 3, 4, None)
    """
    halves: list[Fraction | None] = []
    for floor in range(1, _HIGHEST):
        here, above = floors.get(floor), floors.get(floor + 1)
        halves += [here, None if here is None or above is None else (here + above) / 2]
    whole = lcm(*(half.denominator for half in halves if half is not None))
    return tuple(None if half is None else int(half * whole) for half in halves)


@cache
def _schemes() -> Mapping[str, Scheme]:
    text = (files(__package__) / "schemes.toml").read_text(encoding="utf-8")
    return {ident: _scheme(ident, entry) for ident, entry in tomllib.loads(text).items()}


def _scheme(ident: str, entry: Mapping[str, Any]) -> Scheme:
    assert entry["by"] in _BY, ident
    assert entry["inside"] in ("", *INSIDE), ident
    assert entry["grade"] in GRADES, ident
    floors = _floors(entry)
    return Scheme(
        id=ident,
        title=entry["title"],
        by=entry["by"],
        inside=entry["inside"],
        floors=floors,
        ladder=ladder(floors) if floors else (),
        fixed_fen={int(floor): 100 * yuan for floor, yuan in entry.get("fixed", {}).items()},
        source=entry["source"],
        grade=entry["grade"],
        verified_by=entry.get("verified_by", ""),
    )


def _floors(entry: Mapping[str, Any]) -> dict[int, Fraction]:
    floors = {int(floor): Fraction(value) for floor, value in entry.get("floors", {}).items()}
    if entry.get("between") == "line":
        floors |= _on_a_line(floors)
    if "then" in entry:
        last = max(floors)
        for floor in range(last + 1, _HIGHEST + 1):
            floors[floor] = floors[last] + (floor - last) * Fraction(entry["then"])
    return floors


def _on_a_line(floors: Mapping[int, Fraction]) -> dict[int, Fraction]:
    return {
        floor: floors[low] + (floors[high] - floors[low]) * Fraction(floor - low, high - low)
        for low, high in pairwise(sorted(floors))
        for floor in range(low, high)
    }
