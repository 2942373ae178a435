"""Invented people and bodies: plausible to read, and impossible to be anyone.

*Phones* begin with 154, a prefix the ministry has given to no operator and none has to offer (the
mobile ranges are 13x, 14[5-9], 15[0-3,5-9], 16[2,5-7], 17x, 18x, 19x), so no message can reach a
stranger. *ID numbers* begin with 999999, where no division has its code, and end in a true check
character (GB 11643), so that they pass every check of form. *Credit codes* of bodies have the same
impossible division and a true check character (GB 32100).

Numbers run through a permutation: person 1 and person 2 look unrelated, and no two share a number.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from tuanti.rules.award.round_fields import uscc_check

MARK = "虚构示例"

PHONE_PREFIX = "154"
NOWHERE = "999999"

_PHONES = 10**8
_PHONE_STEP = 61_803_399  # odd and no multiple of 5: a permutation of all eight-digit numbers
_FIRST_BIRTH, _LAST_BIRTH = date(1921, 1, 1), date(1985, 12, 31)
_TURN = 1960  # since then other given names were liked
_A_DAY = 499  # persons of one sex born in one division on one day
_DAYS = (_LAST_BIRTH - _FIRST_BIRTH).days + 1
PEOPLE = _DAYS * _A_DAY  # how many have an ID number of their own: 11.8 million
_ID_STEP = 7_320_011  # prime, and no divisor of PEOPLE
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody nobody is."""

    name: str
    phone: str
    id_number: str


def person(number: int, chance: Random, *, male: bool | None = None) -> Person:
    """Make person ``number``, which settles phone and ID number; the name is by chance."""
    man = chance.random() < 1 / 2 if male is None else male
    day, turn = divmod(number * _ID_STEP % PEOPLE, _A_DAY)
    year, start, weighed = _births()[day]
    order = 2 * turn + (1 if man else 2)
    return Person(
        name=name(chance, born=year, male=man),
        phone=phone(number),
        id_number=f"{start}{order:03d}{_CHECKS[(weighed + _orders()[order]) % 11]}",
    )


def phone(number: int) -> str:
    """Make the phone number of person ``number``."""
    return f"{PHONE_PREFIX}{number * _PHONE_STEP % _PHONES:08d}"


def body_code(number: int) -> str:
    """Make the credit code of body ``number``."""
    start = f"91{NOWHERE}MA{number:07d}"
    return start + uscc_check(start + "0")


def name(chance: Random, *, born: int, male: bool) -> str:
    """Put a name together; never one of somebody known."""
    while True:
        whole = _one(_surnames(), chance) + _given(chance, born=born, male=male)
        if whole not in _known():
            return whole


def _given(chance: Random, *, born: int, male: bool) -> str:
    single, alone, firsts, seconds = _liked(born < _TURN, male)
    if chance.random() * 100 < single:
        return _one(alone, chance)
    first, second = _one(firsts, chance), _one(seconds, chance)
    return first if first == second else first + second


@cache
def _liked(older: bool, male: bool) -> tuple[int, str, str, str]:  # noqa: FBT001 (a key of the cache)
    """How many given names of a time have one character, and the characters liked."""
    liked, sex = _table()["older" if older else "younger"], "men" if male else "women"
    return liked["single"], liked[f"single_{sex}"], liked[f"{sex}_first"], liked[f"{sex}_second"]


def _one(things: str | tuple[str, ...], chance: Random) -> str:
    return things[int(chance.random() * len(things))]  # four times as fast as choice


def _weighed(digits: str, at: int = 0) -> int:
    """The part of an ID number's sum that comes from the digits beginning at ``at``."""
    return sum(_WEIGHTS[place] * int(digit) for place, digit in enumerate(digits, at))


@cache
def _table() -> Mapping[str, Any]:
    text = files("tuanti.sample").joinpath("names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _surnames() -> tuple[str, ...]:
    """Each as often as it is met."""
    return tuple(s for s, often in _table()["surnames"].items() for _ in range(often // 5))


@cache
def _known() -> frozenset[str]:
    return frozenset(_table()["known"]["names"])


@cache
def _orders() -> tuple[int, ...]:
    """Of each number among those born on a day: what it adds to the sum."""
    return tuple(_weighed(f"{order:03d}", 14) for order in range(1000))


@cache
def _births() -> tuple[tuple[int, str, int], ...]:
    """Of each day of birth: the year, how an ID number begins, and the sum of that."""
    days = [_FIRST_BIRTH + timedelta(days) for days in range(_DAYS)]
    starts = [(day.year, f"{NOWHERE}{day:%Y%m%d}") for day in days]
    return tuple((year, start, _weighed(start)) for year, start in starts)
