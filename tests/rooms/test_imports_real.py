"""The real lists, read in place: what they lack is listed, and what they tell is kept once."""

import csv
from pathlib import Path

import pytest

from tests.imports_cast import DISTRICT, NOW, STREET, Clerk, brought, clerk, standing
from tuanti.people.actors import CLOCK
from tuanti.places.commands import imports
from tuanti.places.commands.divisions import load_divisions
from tuanti.places.lists import Settled
from tuanti.places.models import Division, Estate, Import

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parents[3] / "shared/data/housing"
LACKS: dict[str, set[tuple[str, str]]] = {  # an area without a flat is not taken, and listed
    "chongqing_communities_2020.csv": set(),
    "chongqing_listings_2020_old_walkups.csv": {("area_dm2", "housing.needs_flat")},
}
LISTS = {
    "chongqing_communities_2020.csv": {1: "district", 2: "", 3: "estate", 9: ""},
    "chongqing_listings_2020_old_walkups.csv": {1: "district", 2: "", 3: "estate", 4: "storeys"},
}
OWN = "九龙坡"


def list_of(name: str) -> bytes:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    return path.read_bytes()


def names(content: bytes, district: str = "") -> set[str]:
    rows = csv.DictReader(content.decode("utf-8-sig").splitlines())
    return {row["community"].strip() for row in rows if district in row["region"]}


def settled(row: Import, street: str = "") -> Import:
    how = Settled(chosen=LISTS[row.name], street=street)
    return imports.settle_columns(import_id=row.pk, settled=how, by=DISTRICT, now=NOW)


@pytest.fixture
def officer(clerk: Clerk) -> Clerk:
    """The district's officer, in the city with all its streets."""
    load_divisions(by=CLOCK, now=NOW)
    return clerk.another(DISTRICT)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_without_streets_says_of_each_line_what_to_do(officer: Clerk, name: str) -> None:
    row = settled(brought(list_of(name), name, by=DISTRICT, scope="jiulongpo"))
    found = officer.check(row).result["check"]
    assert found["lines"] == 0
    assert found["faults"]["imports.no_street"] > 0
    assert sum(found["faults"].values()) >= found["left"] == found["rows"]
    assert {(gap["field"], gap["code"]) for gap in found["gaps"]} == LACKS[name]


@pytest.mark.parametrize("name", LISTS)
def test_the_lines_of_the_district_are_kept_once_a_street_is_named(
    officer: Clerk, name: str
) -> None:
    content = list_of(name)
    before = standing()
    row = settled(brought(content, name, by=DISTRICT, scope="jiulongpo"), STREET)
    row = officer.apply(officer.check(row), leave_out=True)
    assert row.state == "applied"
    assert {estate.street_id for estate in Estate.objects.all()} == {STREET}
    kept = {name for estate in Estate.objects.all() for name in (estate.name, *estate.aliases)}
    assert Estate.objects.count() == len(kept)
    assert len(kept ^ names(content, OWN)) <= len(names(content, OWN)) // 20
    after = standing()
    again = settled(brought(content, name, by=DISTRICT, scope="jiulongpo"), STREET)
    again = officer.apply(officer.check(again), leave_out=True)
    assert (again.result["made"], again.result["mended"], standing()) == ({}, {}, after)
    officer.undo(row)
    assert standing() == before


def test_a_former_district_is_known_by_its_name(officer: Clerk) -> None:
    street = Division.objects.get(name="观音桥街道")
    content = "区县,街道,小区\n江北区,观音桥街道,甲苑\n江北,观音桥,乙苑\n两江新区,观音桥街道,丙苑\n"
    row = imports.bring_list(
        scope_id="chongqing", name="a.csv", content=[content.encode()], by=CLOCK, now=NOW
    )
    with officer.sees_jobs_end():
        imports.check_list(import_id=row.pk, by=CLOCK, now=NOW)
    with officer.sees_jobs_end():
        imports.apply_list(import_id=row.pk, by=CLOCK, now=NOW)
    assert set(Estate.objects.values_list("street", "begun_in")) == {(street.pk, "liangjiang")}
    assert Estate.objects.count() == 3
