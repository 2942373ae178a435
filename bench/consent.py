"""Every vote of a city counted: ``python -m bench.consent [BUILDINGS]``."""

import random
import sys
from collections.abc import Iterator
from datetime import date
from time import process_time
from typing import Literal, NamedTuple

from tuanti.rules import law
from tuanti.rules.consent import Ballot, Flat, Mandate, Owner, Regime, Roll, tally

BUILDINGS = 43_500  # about 1.4 million flats
GOAL_SECONDS = 20

_ON = date(2026, 11, 22)
_COUPLES, _LANDLORDS, _AWAY, _ANSWER, _THINK_AGAIN = 0.3, 0.03, 0.05, 0.85, 0.05  # shares of flats


class Measured(NamedTuple):
    """CPU seconds of one core, and what was counted in them."""

    seconds: float
    tallies: int
    flats: int
    passed: int


def run(buildings: int = BUILDINGS) -> tuple[float, int]:
    """CPU seconds to count the votes of so many buildings, and how many votes that is."""
    return measure(buildings)[:2]


def measure(buildings: int = BUILDINGS, seed: int = 20261122) -> Measured:
    """Count every vote, its roll and ballots checked; making them up is not measured."""
    regime = Regime.of(law.find("cn/consent/special", on=_ON))
    seconds, flats, passed = 0.0, 0, 0
    for roll, ballots in _city(buildings, random.Random(seed)):
        start = process_time()
        found = tally(roll, ballots, regime, on=_ON)
        passed += found.passed
        seconds += process_time() - start
        flats += len(roll.flats)
    return Measured(seconds, buildings, flats, passed)


def main() -> int:
    """Print the number; 1 if it misses its goal."""
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else BUILDINGS)
    print(f"{found.tallies:,} tallies, {found.flats:,} flats, {found.passed:,} passed:")
    print(f"{found.seconds:.1f} s CPU (goal for {BUILDINGS:,}: under {GOAL_SECONDS} s)")
    return int(found.seconds >= GOAL_SECONDS)


def _city(buildings: int, chance: random.Random) -> Iterator[tuple[Roll, list[Ballot]]]:
    """Make up buildings of about 32 flats, with couples, landlords, proxies and second thoughts."""
    for _ in range(buildings):
        storeys, wide = chance.choice((6, 7, 8, 9)), chance.choice((4, 4, 4, 5))
        flats = tuple(
            _flat(f"{floor}{door:02}", chance)
            for floor in range(1, storeys + 1)
            for door in range(1, wide + 1)
        )
        away = [flat.owners[0].id for flat in flats if chance.random() < _AWAY]
        mandates = tuple(Mandate(owner, f"{owner}'s child", "proxy", "W-1") for owner in away)
        yield Roll(flats, mandates), [*_ballots(flats, {*away}, chance)]


def _flat(name: str, chance: random.Random) -> Flat:
    owners: tuple[Owner, ...] = (Owner(name),)
    if chance.random() < _LANDLORDS:
        owners = (Owner("landlord"),)
    elif chance.random() < _COUPLES:
        owners = (Owner(name), Owner(f"{name}'s spouse"))
    return Flat(name, chance.randrange(45_00, 130_00), owners)


def _ballots(flats: tuple[Flat, ...], away: set[str], chance: random.Random) -> Iterator[Ballot]:
    willing = chance.uniform(0.3, 1)
    for flat in flats:
        if chance.random() < _ANSWER:
            owner = flat.owners[0].id
            by = f"{owner}'s child" if owner in away else ""
            agrees = owner == "landlord" or chance.random() < willing
            day = date(2026, 11, chance.randrange(1, 11))
            answer: Literal["yes", "no", "abstain"] = "yes"
            if not agrees:
                answer = chance.choice(("no", "abstain"))
            yield Ballot(flat.id, answer, by, cast_on=day)
            if chance.random() < _THINK_AGAIN:
                yield Ballot(flat.id, "yes", by, cast_on=date(2026, 11, 15))


if __name__ == "__main__":
    sys.exit(main())
