"""Every share of a city of 43,500 buildings under every scheme: ``python -m bench.sharing``."""

import random
import sys
from collections.abc import Iterator
from fractions import Fraction
from time import process_time

from tuanti.rules.sharing.comparing import compare
from tuanti.rules.sharing.plan import Costs, Flat, OwnTable, Plan

BUILDINGS = 43_500  # about 1.4 million flats
GOAL_SECONDS = 60

# Storeys of Chongqing walk-ups built by 2000, as counted in 815 listings of 2020, and the
# quartiles and outer twentieths of their areas, in dm2.
_STOREYS, _OF_THEM = (4, 5, 6, 7, 8, 9), (7, 7, 56, 136, 303, 306)
_AREAS = (4900, 6800, 8800, 11_100, 14_200)
_TABLE = OwnTable(tuple((floor, Fraction(floor - 1, 10)) for floor in range(1, 12)))


def run(buildings: int = BUILDINGS, seed: int = 20261122) -> tuple[float, int, int, int]:
    """CPU seconds to compare so many plans; how many flats, and schemes that shared or could not.

    Compared means: each scheme's share of each flat to the fen, its change beside the plan's own
    scheme, and the group that would most rather go alone.
    """
    seconds, flats, shared, refused = 0.0, 0, 0, 0
    for plan in city(buildings, random.Random(seed)):
        start = process_time()
        beside = compare(plan)
        seconds += process_time() - start
        flats += len(plan.flats)
        shared += len(beside.columns)
        refused += len(beside.refused)
        assert all(sum(c.shares.pays_fen) == beside.reference.shared_fen for c in beside.columns)
    return seconds, flats, shared, refused


def city(buildings: int, chance: random.Random) -> Iterator[Plan]:
    """Make up plans for buildings of about 32 flats; one flat in eight stays away."""
    for _ in range(buildings):
        storeys = chance.choices(_STOREYS, _OF_THEM)[0]
        flats = tuple(
            Flat(f"{floor}{door:02}", floor, _area(chance), chance.random() < 7 / 8 or door == 1)
            for floor in range(1, storeys + 1)
            for door in (1, 2, 3, 4)
        )
        yield Plan(
            flats,
            total_fen=chance.randrange(45_000_000, 70_000_000),
            subsidy_fen=chance.choice((0, 10_000_000, 20_000_000)),
            scheme="gd-ref",
            costs=Costs(chance.randrange(15_000_000, 30_000_000), 4_000_000),
            table=_TABLE,
        )


def _area(chance: random.Random) -> int:
    band = chance.randrange(len(_AREAS) - 1)
    return chance.randrange(_AREAS[band], _AREAS[band + 1])


def main() -> int:
    """Print the number; 1 if it misses its goal."""
    seconds, flats, shared, refused = run()
    print(f"{flats:,} flats, {shared:,} schemes shared, {refused:,} refused (their tables end):"
          f" {seconds:.1f} s CPU (goal: under {GOAL_SECONDS} s)")  # fmt: skip
    return int(seconds >= GOAL_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
