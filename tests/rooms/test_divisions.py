import csv
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.places import divisions
from tuanti.rules import law

CHANGE = date(2025, 11, 6)
EVE = CHANGE - timedelta(days=1)
BEYOND = Path(__file__).parents[3] / "shared/data/admin"  # beside the repository
DIVISIONS, BELONGINGS = divisions.packaged()
STREETS = [one.id for one in DIVISIONS if one.level == "street"]


def kinds(district: str, day: date) -> Counter[str]:
    return Counter(
        "街道" if child.name.endswith("街道") else child.name[-1]
        for child in divisions.children_on(district, day)
    )


def beyond(name: str) -> list[dict[str, str]]:
    path = BEYOND / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine: nothing to compare the divisions with")
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_a_city_38_districts_and_the_new_one_and_1031_streets_are_packaged() -> None:
    assert Counter(one.level for one in DIVISIONS) == {"city": 1, "district": 39, "street": 1031}


@pytest.mark.parametrize(("day", "count"), [(EVE, 38), (CHANGE, 37), (date(2030, 1, 1), 37)])
def test_the_city_has_38_districts_before_the_change_and_37_since(day: date, count: int) -> None:
    assert len(divisions.districts_on(day)) == count
    assert all(district.there(day) for district in divisions.districts_on(day))


def test_ids_are_slugs_and_unique() -> None:
    ids = [one.id for one in DIVISIONS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", ident) for ident in ids)


def test_an_id_the_law_packs_know_is_the_same_place() -> None:
    places = {key: place.name["zh"] for key, place in law.packaged().places.items()}
    both = [one for one in DIVISIONS if one.id in places]
    assert {one.id for one in both} == {"chongqing", "jiulongpo", "liangjiang"}
    assert all(places[one.id].endswith(one.name) for one in both)


@pytest.mark.parametrize(
    ("district", "day", "streets", "towns"),
    [
        ("liangjiang", CHANGE, 31, 11),
        ("beibei", CHANGE, 6, 11),
        ("beibei", EVE, 9, 8),
        ("jiangbei", EVE, 9, 3),
        ("yubei", EVE, 19, 11),
        ("liangjiang", EVE, 0, 0),
        ("jiangbei", CHANGE, 0, 0),
        ("yubei", CHANGE, 0, 0),
    ],
)
def test_the_change_moved_the_streets_the_press_counted(
    district: str, day: date, streets: int, towns: int
) -> None:
    assert kinds(district, day) == Counter({"街道": streets, "镇": towns})


def test_an_abolished_district_keeps_its_name_and_its_last_day() -> None:
    old = divisions.named("jiangbei")
    assert old is not None
    assert (old.name, old.until_on) == ("江北区", CHANGE)
    assert old.there(EVE)
    assert not old.there(CHANGE)
    assert divisions.district_of("jiangbei", EVE) == old
    assert divisions.district_of("jiangbei", CHANGE) is None


def test_the_new_district_has_no_code_as_none_is_published() -> None:
    assert [one.id for one in DIVISIONS if one.code is None] == ["liangjiang"]


def test_what_nobody_knows_lies_nowhere() -> None:
    assert divisions.named("atlantis") is None
    assert divisions.parent_on("atlantis", CHANGE) is None
    assert divisions.children_on("atlantis", CHANGE) == ()
    assert divisions.district_of("atlantis", CHANGE) is None
    assert divisions.parent_on("chongqing", CHANGE) is None


@given(street=st.sampled_from(STREETS), day=st.dates(date(1998, 1, 1), date(2060, 1, 1)))
def test_on_every_day_a_street_lies_in_one_district_and_that_in_the_city(
    street: str, day: date
) -> None:
    assert sum(one.division == street and one.there(day) for one in BELONGINGS) == 1
    district = divisions.district_of(street, day)
    assert district is not None
    assert divisions.parent_on(district.id, day) == divisions.named("chongqing")
    assert street in {child.id for child in divisions.children_on(district.id, day)}


@pytest.mark.parametrize("day", [EVE, CHANGE])
def test_no_two_streets_of_a_district_share_a_name(day: date) -> None:
    for district in divisions.districts_on(day):
        names = [child.name for child in divisions.children_on(district.id, day)]
        assert len(set(names)) == len(names)


def test_divisions_can_be_read_where_no_framework_is() -> None:
    code = "import sys; import tuanti.places.divisions; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_names_and_codes_are_those_of_the_street_list_of_2023() -> None:
    known = {row["code"]: row["name"] for row in beyond("chongqing_divisions_2023.csv")}
    assert {one.code: one.name for one in DIVISIONS if one.code} == known


def test_every_street_of_the_change_went_where_the_list_says() -> None:
    rows = beyond("chongqing_change_2025-11-06.csv")
    by_code = {one.code: one.id for one in DIVISIONS}
    for row in rows:
        street = by_code[row["code_2023"]]
        was, now = (divisions.district_of(street, day) for day in (EVE, CHANGE))
        assert was is not None
        assert now is not None
        assert (was.name, now.name) == (row["district_before"], row["district_after"])
    moved = {one.division for one in BELONGINGS if one.from_on == CHANGE} - {"liangjiang"}
    assert moved <= {by_code[row["code_2023"]] for row in rows}
