"""What places are called: bare numbers become what people say, names stay as they are."""

import pytest

from tests.places_cast import NOW, OTHER_STREET, STREET, Town, found_town
from tuanti.people.models import Organisation
from tuanti.places.commands import estates
from tuanti.places.facts import BuildingFacts
from tuanti.places.models import Building, Estate, Flat, Stairwell
from tuanti.places.naming import bare, called, whole_name
from tuanti.places.queries import finding, firms, tree
from tuanti.places.queries.own import own_data
from tuanti.texts import Lang

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return found_town()


def home(estate: str, building: str, stairwell: str, number: str) -> Flat:
    """A flat that is nowhere on file."""
    house = Building(estate=Estate(name=estate), name=building)
    return Flat(stairwell=Stairwell(building=house, name=stairwell), number=number)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("1", "1栋", "Building 1"),
        ("12-3", "12-3栋", "Building 12-3"),
        ("A", "A栋", "Building A"),
        ("B2", "B2栋", "Building B2"),
        ("甲栋", "甲栋", "甲栋"),
        ("23号", "23号", "23号"),
        ("老厂宿舍", "老厂宿舍", "老厂宿舍"),
    ],
)
def test_a_bare_name_is_said_in_full_and_a_full_one_stays(name: str, zh: str, en: str) -> None:
    assert called(Building(name=name), "zh") == zh
    assert called(Building(name=name), "en") == en


@pytest.mark.parametrize(
    ("lang", "whole"),
    [("zh", "禾岭小区1栋2单元502"), ("en", "禾岭小区, Building 1, Stairwell 2, Flat 502")],
)
def test_the_estate_stands_before_its_building(lang: Lang, whole: str) -> None:
    assert whole_name(home("禾岭小区", "1", "2", "502"), lang) == whole


def test_two_figures_never_run_into_one() -> None:
    assert whole_name(home("渝中路12", "3", "甲单元", "1").stairwell, "zh") == "渝中路12 3栋甲单元"


@pytest.mark.parametrize("said", ["1栋", "1号楼", "1幢", "Building1", "1"])
def test_what_is_said_is_found_again(said: str) -> None:
    assert bare(said) == "1"


def test_a_building_is_found_as_its_page_calls_it(town: Town) -> None:
    facts = BuildingFacts("12", storeys=7)
    house = estates.add_building(estate_id=town.estate.pk, facts=facts, by=town.officer, now=NOW)
    for said in ("12栋", "building 12", "12"):
        assert house in finding.buildings(Building.objects.all(), said)


def test_a_stairwells_code_is_a_place_with_a_name(town: Town) -> None:
    code = town.stairwell.code
    assert tree.place_name(code, "zh") == tree.place_name(f"s-{code}", "zh") == "翰林苑3栋2单元"
    assert tree.place_name(STREET, "zh") == "石坪桥街道"
    assert tree.place_name("nowhere", "zh") == "nowhere"


def test_what_a_resident_takes_away_names_places_too(town: Town) -> None:
    Stairwell.objects.filter(pk=town.stairwell.pk).update(name="2")
    told = own_data(town.wang.owner, "zh")
    assert (told["homes"][0]["building"], told["homes"][0]["stairwell"]) == ("3栋", "2单元")


def firm(name: str, place: str) -> Organisation:
    """A property firm."""
    return Organisation.objects.create(
        id=f"firm-{place}"[:40], kind="property-firm", name=name, place=place, opened_at=NOW
    )


def test_only_firms_around_an_estate_are_offered_and_the_chosen_one_stays(town: Town) -> None:
    city, street = firm("甲物业", "chongqing"), firm("乙物业", STREET)
    far = firm("丙物业", OTHER_STREET)
    assert set(firms.firms_around([STREET])) == {city, street}
    assert set(firms.firms_around([STREET], far.pk)) == {city, street, far}
    assert far in firms.firms_around(["chongqing"])
    assert firms.firm_name(city.pk) == "甲物业"
    assert (firms.firm_name(""), firms.firm_name("gone")) == ("", "gone")
    del town
