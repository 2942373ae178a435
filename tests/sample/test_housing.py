import csv
import hashlib
import json
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

import pytest

from tuanti.places import divisions
from tuanti.rules.housing import LIVES, STANDINGS, STATES, STRUCTURES, TENURES, Line
from tuanti.sample import housing
from tuanti.sample.estates import BUILDINGS, Size

BEYOND = Path(__file__).parents[3] / "shared/data/housing"  # beside the repository
EVE = date(2025, 11, 5)
SLICE = 100_000  # lines of the city, of about 3,100 buildings
SMALL = pytest.mark.parametrize("size", ["tiny", "demo"])


@cache
def small(size: Size) -> tuple[Line, ...]:
    return tuple(housing.lines(size))


@cache
def city_slice() -> tuple[Line, ...]:
    return tuple(islice(housing.lines("city"), SLICE))


@cache
def city_houses() -> tuple[housing.House, ...]:
    return tuple(
        house for estate in housing.estates("city") for house in housing.houses("city", estate)
    )


def beyond(name: str) -> Path:
    path = BEYOND / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine: nothing to hold the sample city against")
    return path


# --- What a line says ------------------------------------------------------------------------


@SMALL
def test_the_same_size_is_the_same_every_time(size: Size) -> None:
    assert tuple(housing.lines(size)) == small(size)


def test_the_city_is_the_same_in_every_process() -> None:
    code = (
        "import hashlib; from itertools import islice; from tuanti.sample import housing;"
        "print(hashlib.sha256(repr(list(islice(housing.lines('city'), 500))).encode()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    here = repr(list(city_slice()[:500])).encode()
    assert there.stdout.strip() == hashlib.sha256(here).hexdigest()


@SMALL
def test_every_line_says_that_it_is_invented(size: Size) -> None:
    assert housing.MARK == "虚构示例"
    assert all(line.address.startswith(housing.MARK) for line in small(size))


@pytest.mark.parametrize("lines", [lambda: small("demo"), city_slice])
def test_lines_come_in_order_each_estate_and_building_in_one_piece(
    lines: Callable[[], tuple[Line, ...]],
) -> None:
    for depth in range(1, 7):
        runs = [place for place, _ in groupby(lines(), key=lambda line: place_of(line)[:depth])]
        assert len(runs) == len(set(runs))


def place_of(line: Line) -> tuple[str, ...]:
    above = (line.district, line.street, line.community, line.estate)
    return (*above, line.building, line.stairwell, line.flat)


def test_no_two_lines_tell_of_one_flat() -> None:
    for lines in (small("tiny"), small("demo"), city_slice()):
        assert len({place_of(line) for line in lines}) == len(lines)


def test_floors_and_entries_are_storeys_of_the_building() -> None:
    for line in city_slice():
        if line.storeys:
            assert set(line.entries) <= set(range(1, line.storeys + 1))
            assert line.floor is None or 1 <= line.floor <= line.storeys


def test_told_shares_make_a_whole() -> None:
    for line in city_slice():
        shares = [owner.share for owner in line.owners]
        assert all(share is None for share in shares) or sum(filter(None, shares)) == 1


def test_the_owners_of_a_flat_have_names_of_their_own() -> None:
    for line in city_slice():
        assert len({owner.name for owner in line.owners}) == len(line.owners)


def test_the_day_decides_the_districts_and_nothing_else() -> None:
    def without(lines: Iterable[Line]) -> set[Line]:
        return {replace(line, district="") for line in lines}

    before, now = set(housing.lines("demo", EVE)), set(small("demo"))
    assert without(before) == without(now)
    assert {line.district for line in before} == {"江北区", "渝中区", "九龙坡区"}
    assert {line.district for line in now} == {"两江新区", "渝中区", "九龙坡区"}


# --- Sizes -----------------------------------------------------------------------------------


def test_tiny_has_two_estates_and_about_sixty_flats() -> None:
    flats = [line for line in small("tiny") if line.flat]
    assert len({line.estate for line in flats}) == 2
    assert 55 <= len(flats) <= 70


def test_tiny_shows_every_special_case() -> None:
    lines = small("tiny")
    owners = [owner for line in lines for owner in line.owners]
    ids = Counter(owner.id_number for owner in owners if len(owner.id_number) == 18)
    assert {line.tenure for line in lines} == set(TENURES)
    assert {line.state for line in lines} == set(STATES)
    assert {owner.life for owner in owners} == set(LIVES)
    assert {owner.standing for owner in owners} == set(STANDINGS)
    assert {line.lift for line in lines} >= {True, False, None}
    assert {line.demolition for line in lines} == {True, False, None}
    assert {line.entries for line in lines} >= {(1,), (1, 4), (5,)}
    assert {line.built is None for line in lines} == {True, False}
    assert any(line.built and line.built > 2000 for line in lines)
    assert any(line.flat.startswith("负") for line in lines)
    assert any(line.aliases for line in lines)
    assert any(line.households and not line.flat and line.storeys is None for line in lines)
    assert any(line.flat and line.area_dm2 is None for line in lines)
    assert any(line.flat and line.floor is None for line in lines)
    assert any(line.flat and line.structure is None for line in lines)
    assert any(line.flat and not line.owners for line in lines)
    assert any(len(line.owners) > 1 and line.owners[0].share is None for line in lines)
    assert any(len(line.owners) > 1 and line.owners[0].share for line in lines)
    assert any(not owner.phone and owner.life == "living" for owner in owners)
    assert any(not owner.id_number for owner in owners)
    assert any(often > 1 for often in ids.values())


@SMALL
def test_wang_ayi_lives_on_the_first_floor_and_li_shu_on_the_sixth(size: Size) -> None:
    names = {owner.name: line for line in small(size) for owner in line.owners}
    below, above = names[housing.WANG_AYI], names[housing.LI_SHU]
    assert (below.floor, above.floor) == (1, 6)
    assert place_of(below)[:6] == place_of(above)[:6]


def test_demo_has_a_few_estates_in_three_districts_and_about_1500_flats() -> None:
    flats = [line for line in small("demo") if line.flat]
    assert len({line.estate for line in flats}) == 7
    assert len({line.district for line in flats}) == 3
    assert 1_400 <= len(flats) <= 1_600


def test_the_city_has_43500_buildings_with_a_hundred_million_square_metres() -> None:
    stand = city_houses()
    assert len(stand) == BUILDINGS == 43_500
    assert sum(house.area_dm2 for house in stand) == pytest.approx(10**10, rel=0.01)
    assert sum(house.households for house in stand) == pytest.approx(1_400_000, rel=0.01)


@pytest.mark.parametrize("day", [EVE, housing.TODAY])
def test_every_district_of_the_day_has_estates(day: date) -> None:
    streets = {community.street for community in housing.communities("city", day)}
    found = {divisions.district_of(street, day) for street in streets}
    assert found == set(divisions.districts_on(day))


def test_ids_of_communities_are_slugs_and_names_unique_in_a_street() -> None:
    known = housing.communities("city")
    assert len({one.id for one in known}) == len(known)
    assert len({(one.street, one.name) for one in known}) == len(known)
    assert max(len(one.id) for one in known) <= 40


def test_estates_are_unique_in_the_whole_city() -> None:
    known = housing.estates("city")
    assert len({estate.name for estate in known}) == len(known)


def test_no_invented_estate_is_a_real_one() -> None:
    with beyond("chongqing_communities_2020.csv").open(encoding="utf-8", newline="") as table:
        real = {row["community"].split("(")[0] for row in csv.DictReader(table)}
    assert real
    assert not real & {estate.name for estate in housing.estates("city")}


def test_lines_are_not_gathered_in_memory() -> None:
    next(housing.lines("city"))  # the plan, and the tables of names
    tracemalloc.start()
    assert sum(1 for _ in islice(housing.lines("city"), 20_000)) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000  # the lines alone would take ten times as much


@pytest.mark.torture
def test_the_whole_list_holds_what_the_plan_promises() -> None:
    flats = known_dm2 = 0
    people: dict[str, str] = {}
    for line in housing.lines("city"):
        flats, known_dm2 = flats + 1, known_dm2 + (line.area_dm2 or 0)
        for owner in line.owners:
            assert people.setdefault(owner.id_number or owner.name, owner.name) == owner.name
    assert flats == pytest.approx(1_400_000, rel=0.01)
    assert known_dm2 == pytest.approx(10**10, rel=0.01)


# --- Against the measured numbers --------------------------------------------------------------


def shares(counts: Mapping[Any, int]) -> dict[str, float]:
    return {str(key): count / sum(counts.values()) for key, count in counts.items()}


def apart(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Half the sum of what two distributions differ by: 0 the same, 1 nothing in common."""
    return sum(abs(one.get(key, 0) - other.get(key, 0)) for key in {*one, *other}) / 2


def buildings(lines: Iterable[Line]) -> list[list[Line]]:
    return [list(group) for _, group in groupby(lines, key=lambda line: place_of(line)[:5])]


def landings(lines: Iterable[Line]) -> Counter[int]:
    """Flats on a landing, of each stairwell."""
    wells = groupby(lines, key=lambda line: place_of(line)[:6])
    doors = (Counter(line.floor for line in well if line.floor) for _, well in wells)
    return Counter(max(door.values()) for door in doors if door)


def strange(lines: tuple[Line, ...], facts: Mapping[str, Any]) -> list[str]:
    """What lines have that real lists do not."""
    listed, walkups = facts["chongqing_2020_built<=2000_floor_histogram_cap20"], range(4, 12)
    ningbo = facts["ningbo_2023_walkup4-7"]
    stand = [group[0] for group in buildings(lines)]
    owned = [line for line in lines if line.tenure == "private" and line.owners]
    newer = [
        line.area_dm2 / 100 for line in lines if line.area_dm2 and 1990 <= (line.built or 0) <= 2000
    ]
    cut = quantiles(newer, n=20)
    areas = zip(
        (cut[0], cut[4], cut[9], cut[14], cut[18]),
        facts["chongqing_2020_floors4-9_built<=2000_core9"]["area_q05_25_50_75_95"],
        strict=True,
    )
    known = Counter(line.storeys for line in lines if line.storeys)
    door = {str(n): ningbo["flats_per_stair"].get(str(n), 0) for n in range(2, 7)}
    co_owned = sum(len(line.owners) > 1 for line in owned) / len(owned)
    of_ningbo = ningbo["co_owned"]["共有"] / ningbo["n"]
    unknown = ningbo["structure"]["未知结构"] / ningbo["n"]
    no_structure = sum(line.structure is None for line in stand) / len(stand)
    no_year = sum(line.built is None for line in stand) / len(stand)
    low = [line for line in stand if line.storeys and line.storeys < 10]
    checks = {
        "storeys": apart(shares(known), shares({str(n): listed[str(n)] for n in walkups})) < 0.06,
        "commonest": {n for n, _ in known.most_common(2)} == {8, 9},
        "landings": apart(shares(landings(lines)), shares(door)) < 0.12,
        "areas": all(abs(ours / theirs - 1) < 0.06 for ours, theirs in areas),
        "co-owned": abs(co_owned - of_ningbo) < 0.015,
        "structure unknown": abs(no_structure - unknown) < 0.02,
        "year unknown": abs(no_year - 0.13) < 0.02,  # facts of a register: 13 % lacked their date
        "lifts": 0 < sum(line.lift is True for line in low) / len(low) < 0.1,
        "structures": {line.structure for line in stand} == {None, *STRUCTURES},
    }
    return [name for name, holds in checks.items() if not holds]


@cache
def calibration() -> Mapping[str, Any]:
    text = beyond("calibration.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]  # a JSON object


def test_the_city_is_as_real_lists_are() -> None:
    assert strange(city_slice(), calibration()) == []


def six_storeys(line: Line) -> Line:
    """As if in Beijing, whose walk-ups have six."""
    floors = calibration()["beijing_2021_floors4-7_built<=2000"]["floors"]
    chance = Random(place_of(line)[3] + line.building)
    return replace(line, storeys=int(chance.choices(list(floors), floors.values())[0]))


def wider(line: Line) -> Line:
    return replace(line, area_dm2=line.area_dm2 and line.area_dm2 * 109 // 100)


def one_owner(line: Line) -> Line:
    return replace(line, owners=line.owners[:1] if line.floor == 1 else line.owners)


def complete(line: Line) -> Line:
    return replace(line, structure=line.structure or "mixed", built=line.built or 1988)


def a_stairwell_each(line: Line) -> Line:
    return replace(line, stairwell=f"{line.stairwell}{line.flat}")


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (six_storeys, {"storeys", "commonest"}),
        (wider, {"areas"}),
        (one_owner, {"co-owned"}),
        (complete, {"structure unknown", "year unknown", "structures"}),
        (a_stairwell_each, {"landings"}),
    ],
)
def test_a_wrong_generator_would_be_found(wrong: Callable[[Line], Line], found: set[str]) -> None:
    lines = tuple(wrong(line) for line in city_slice())
    assert set(strange(lines, calibration())) == found
