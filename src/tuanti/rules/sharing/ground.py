"""What every scheme asks of a plan, reckoned once: who pays, how high up, which part of a floor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm

from tuanti.rules.sharing.plan import Flat, Plan

_DM2 = 100  # of a square metre


@dataclass(frozen=True, slots=True)
class Ground:
    """A plan laid out for reckoning. Lists but the first go by payer, in the plan's order.

    ``places`` are the payers' places in the plan; ``rises`` and the ends of ``runs`` (from the
    street to the stop, the lower first) are in half storeys; ``parts`` are whole weights for what
    an entry of a table is for (``by``) and how a floor is shared inside.
    """

    plan: Plan
    shared_fen: int
    places: Sequence[int]
    payers: Sequence[Flat]
    rises: Sequence[int]
    runs: Sequence[tuple[int, int]]
    parts: Mapping[tuple[str, str], Sequence[int]]


def survey(plan: Plan) -> Ground:
    """Lay out a plan."""
    places = [place for place, flat in enumerate(plan.flats) if flat.pays]
    payers = [plan.flats[place] for place in places]
    rises = [flat.rise for flat in payers]
    runs = [_run(flat, rise) for flat, rise in zip(payers, rises, strict=True)]
    return Ground(plan, plan.shared_fen, places, payers, rises, runs, _parts(plan.flats, payers))


def _run(flat: Flat, rise: int) -> tuple[int, int]:
    street = 2 * flat.street_floor
    return (street, street + rise) if flat.floor >= flat.street_floor else (street - rise, street)


def _parts(flats: Sequence[Flat], payers: Sequence[Flat]) -> dict[tuple[str, str], Sequence[int]]:
    """Weigh each payer's part of its floor.

    A part is of the whole floor, with the flats that do not take part: these take their part of the
    floor's entry with them, so that nobody pays for the neighbour on the landing alone.
    """
    count: dict[int, int] = {}
    area: dict[int, int] = {}
    for flat in flats:
        count[flat.floor] = count.get(flat.floor, 0) + 1
        area[flat.floor] = area.get(flat.floor, 0) + flat.area_dm2
    one, whole = lcm(*count.values()), lcm(*area.values())
    equally = {floor: one // number for floor, number in count.items()}
    a_dm2 = {floor: whole // dm2 for floor, dm2 in area.items()}
    of_floor = [flat.area_dm2 * a_dm2[flat.floor] for flat in payers]
    areas, each = [flat.area_dm2 for flat in payers], [1] * len(payers)
    return {
        ("floor", "equal"): [equally[flat.floor] for flat in payers],
        ("floor", "area"): of_floor,
        ("flat", ""): each,
        ("flat", "equal"): each,
        ("flat", "area"): [
            part * count[flat.floor] for flat, part in zip(payers, of_floor, strict=True)
        ],
        ("area", ""): areas,
        ("whole-m2", ""): [(dm2 + _DM2 // 2) // _DM2 for dm2 in areas],
    }
