"""The cast of the sharing tests: staircases of flats, and plans of chance to share."""

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tuanti.rules.sharing.plan import Costs, Flat, OwnTable, Plan

YUAN = 100  # fen


def staircase(floors: int, areas: Sequence[int] = (8000, 8000), **facts: Any) -> tuple[Flat, ...]:  # noqa: ANN401 (fields of a flat)
    """Flats of these areas on every floor: 101, 102, 201 and so on."""
    return tuple(
        Flat(f"{floor}0{door}", floor, area, **facts)
        for floor in range(1, floors + 1)
        for door, area in enumerate(areas, 1)
    )


def case_u(**facts: Any) -> Plan:  # noqa: ANN401 (fields of a plan)
    """Six floors of two like flats, 300,000 yuan after subsidy."""
    return Plan(staircase(6), 480_000 * YUAN, subsidy_fen=180_000 * YUAN, **facts)


def without(plan: Plan, *idents: str) -> Plan:
    """The plan with some flats not taking part."""
    flats = [replace(flat, takes_part=False) if flat.id in idents else flat for flat in plan.flats]
    return replace(plan, flats=tuple(flats))


def yuan(fens: Sequence[int]) -> list[str]:
    """Write fen as yuan, for tables that are easy on the eye."""
    return [f"{fen // 100}.{fen % 100:02}" for fen in fens]


def chance_plan(rnd: random.Random) -> Plan:
    """A plan of chance: hillsides, half landings, exemptions, compensation, any table."""
    floors, doors = rnd.choice((2, 6, 7, 9, 11, 33)), rnd.randint(1, 4)
    streets = rnd.choice(((1,), (1,), (rnd.randint(1, floors),), (1, floors)))
    stops = rnd.choice(((0,), (0,), (-1,), (-1, 0, 1)))
    flats = tuple(
        Flat(
            f"{floor}-{door}",
            floor,
            rnd.randint(3000, 15_000),
            takes_part=rnd.random() < 0.8,
            exempt=floor == 1 and rnd.random() < 0.5,
            street_floor=rnd.choice(streets),
            stop=rnd.choice(stops),
            compensation_fen=rnd.randint(0, 10**6) if rnd.random() < 0.1 else 0,
        )
        for floor in range(1, floors + 1)
        for door in range(doors)
    )
    total = rnd.randint(0, 10**8)
    entries = tuple((floor, Fraction(rnd.randint(0, 50), 10)) for floor in range(1, 34))
    return Plan(
        flats,
        total,
        subsidy_fen=rnd.randint(0, total),
        inside=rnd.choice(("", "equal", "area")),
        costs=Costs(rnd.randint(0, 10**8), rnd.randint(1, 10**7)),
        table=OwnTable(entries, rnd.choice(("floor", "flat", "area"))),
    )
