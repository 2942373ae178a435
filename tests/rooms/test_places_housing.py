"""Estates, buildings, stairwells and flats: entered, mended, removed, found, and never doubled."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.places_cast import CHANGE, NOW, OTHER_STREET, STREET, Town, found_town, someone
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.places import refusals
from tuanti.places.codes import ALPHABET, check_character, new_code, read_code
from tuanti.places.commands import divisions, estates, flats, programme
from tuanti.places.facts import BuildingFacts, EstateFacts, FlatFacts, ProjectFacts, StairwellFacts
from tuanti.places.models import Belonging, Division, Estate, Flat, Project
from tuanti.places.queries import finding, scoped, tree
from tuanti.rules.errors import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return found_town()


def test_loading_divisions_again_changes_nothing() -> None:
    first = divisions.load_divisions(by=CLOCK, now=NOW)
    assert first > 2000
    assert divisions.load_divisions(by=CLOCK, now=NOW) == 0
    assert Entry.objects.filter(act="divisions.load").count() == 1


def test_loading_divisions_puts_right_what_was_changed() -> None:
    divisions.load_divisions(by=CLOCK, now=NOW)
    Division.objects.filter(pk=STREET).update(name="错")
    Belonging.objects.filter(division=STREET).update(until_on=CHANGE)
    assert divisions.load_divisions(by=CLOCK, now=NOW) == 3
    assert Division.objects.get(pk=STREET).name == "石坪桥街道"


def test_a_street_officer_may_not_load_divisions() -> None:
    with pytest.raises(refusals.NotPermitted):
        divisions.load_divisions(by=someone("street-officer", STREET), now=NOW)


def test_the_platform_may_load_divisions() -> None:
    assert divisions.load_divisions(by=someone("administrator", "platform"), now=NOW)


@pytest.mark.parametrize(
    ("day", "districts", "district"),
    [(date(2025, 11, 5), 38, "jiangbei"), (CHANGE, 37, "liangjiang"), (None, 37, "liangjiang")],
)
def test_the_tree_is_the_tree_of_its_day(day: date | None, districts: int, district: str) -> None:
    divisions.load_divisions(by=CLOCK, now=NOW)
    assert tree.children_on("chongqing", day).count() == districts
    found = tree.district_on(OTHER_STREET, day)
    assert found is not None
    assert found.pk == district
    assert tree.within(OTHER_STREET, district, day)
    assert tree.within(OTHER_STREET, "chongqing", day)
    assert not tree.within(OTHER_STREET, "yuzhong", day)
    assert tree.streets_within([district], day).filter(pk=OTHER_STREET).exists()


def test_an_estate_keeps_the_district_it_began_in(town: Town) -> None:
    Estate.objects.filter(pk=town.far.pk).update(begun_in="jiangbei")
    town.far.refresh_from_db()
    origin = tree.origin_of(town.far)
    assert origin.begun is not None
    assert origin.district is not None
    assert (origin.begun.name, origin.district.name, origin.since) == ("江北区", "两江新区", CHANGE)
    assert tree.origin_of(town.estate).begun is None


def test_a_community_is_known_by_its_street(town: Town) -> None:
    made = divisions.found_community(street_id=STREET, name="示例社区", by=town.officer, now=NOW)
    assert tree.within(made.pk, "jiulongpo")
    again: dict[str, Any] = {
        "street_id": STREET,
        "name": "示例社区",
        "by": town.officer,
        "now": NOW,
    }
    with pytest.raises(refusals.NameTaken):
        divisions.found_community(**again)
    with pytest.raises(refusals.NotInReach):
        divisions.found_community(**again | {"street_id": OTHER_STREET})
    facts = EstateFacts("江景苑", community=made.pk)
    with pytest.raises(refusals.CommunityElsewhere):
        estates.amend_estate(estate_id=town.far.pk, facts=facts, by=town.stranger, now=NOW)


def test_two_communities_of_one_name_have_two_ids(town: Town) -> None:
    one = divisions.found_community(street_id=STREET, name="新村社区", by=town.officer, now=NOW)
    two = divisions.found_community(
        street_id=OTHER_STREET, name="新村社区", by=town.stranger, now=NOW
    )
    assert (one.pk, two.pk) == ("xincunshequ", "xincunshequ-2")


@pytest.mark.usefixtures("town")
def test_an_estate_lies_in_a_street_not_in_a_district() -> None:
    city = someone("district-officer", "jiulongpo")
    with pytest.raises(refusals.WrongLevel):
        estates.add_estate(street_id="jiulongpo", facts=EstateFacts("新"), by=city, now=NOW)


def test_mending_with_the_same_facts_writes_nothing(town: Town) -> None:
    facts = EstateFacts("翰林苑", "石坪桥横街 8 号", ("老厂宿舍",))
    before = Entry.objects.count()
    estates.amend_estate(estate_id=town.estate.pk, facts=facts, by=town.officer, now=NOW)
    assert Entry.objects.count() == before
    facts = replace(facts, aliases=("老厂宿舍", "家属院"))
    estates.amend_estate(estate_id=town.estate.pk, facts=facts, by=town.officer, now=NOW)
    entry = Entry.objects.latest("pk")
    assert (entry.act, entry.facts) == ("estate.amend", {"fields": ["aliases", "pinyin"]})


REFUSED = [
    (lambda t: estates.add_estate(street_id=STREET, facts=EstateFacts(" "), by=t.officer, now=NOW),
     refusals.NameMissing),
    (lambda t: estates.add_estate(
        street_id=STREET, facts=EstateFacts("翰林苑"), by=t.officer, now=NOW),
     refusals.NameTaken),
    (lambda t: estates.add_estate(
        street_id=STREET, facts=EstateFacts("新"), by=t.stranger, now=NOW),
     refusals.NotInReach),
    (lambda _: estates.add_estate(
        street_id=STREET, facts=EstateFacts("新"), by=someone("auditor", STREET), now=NOW),
     refusals.NotPermitted),
    (lambda t: estates.remove_estate(estate_id=t.estate.pk, by=t.officer, now=NOW),
     refusals.StillInUse),
    (lambda t: estates.amend_estate(
        estate_id=t.estate.pk, facts=EstateFacts("新"), by=t.stranger, now=NOW),
     refusals.NotInReach),
    (lambda t: estates.add_building(
        estate_id=t.estate.pk, facts=BuildingFacts("3栋"), by=t.officer, now=NOW),
     refusals.NameTaken),
    (lambda t: estates.add_building(
        estate_id=t.estate.pk, facts=BuildingFacts("4栋", storeys=34), by=t.officer, now=NOW),
     refusals.OutOfRange),
    (lambda t: estates.amend_building(
        building_id=t.building.pk, facts=BuildingFacts("3栋", structure="straw"), by=t.officer,
        now=NOW),
     refusals.UnknownValue),
    (lambda t: estates.remove_building(building_id=t.building.pk, by=t.officer, now=NOW),
     refusals.StillInUse),
    (lambda t: flats.add_stairwell(
        building_id=t.building.pk, facts=StairwellFacts("2单元"), by=t.officer, now=NOW),
     refusals.NameTaken),
    (lambda t: flats.amend_stairwell(
        stairwell_id=t.stairwell.pk, facts=StairwellFacts("2单元", entries=(40,)), by=t.officer,
        now=NOW),
     refusals.OutOfRange),
    (lambda t: flats.remove_stairwell(stairwell_id=t.stairwell.pk, by=t.officer, now=NOW),
     refusals.StillInUse),
    (lambda t: flats.new_stairwell_code(stairwell_id=t.stairwell.pk, by=t.stranger, now=NOW),
     refusals.NotInReach),
    (lambda t: flats.add_flat(
        stairwell_id=t.stairwell.pk, facts=FlatFacts("101"), by=t.officer, now=NOW),
     refusals.NameTaken),
    (lambda t: flats.amend_flat(
        flat_id=t.flat.pk, facts=FlatFacts("101", area_dm2=0), by=t.officer, now=NOW),
     refusals.OutOfRange),
    (lambda t: flats.remove_flat(flat_id=t.flat.pk, by=t.officer, now=NOW), refusals.StillInUse),
    (lambda t: flats.seal_flat(flat_id=t.flat.pk, by=t.stranger, now=NOW), refusals.NotInReach),
    (lambda t: flats.seal_flat(flat_id=0, by=t.officer, now=NOW), refusals.NotInReach),
]  # fmt: skip


@pytest.mark.parametrize(("act", "refusal"), REFUSED)
def test_a_refusal_leaves_no_trace(town: Town, act: object, refusal: type[RuleBroken]) -> None:
    before = (Entry.objects.count(), Estate.objects.count(), Flat.objects.count())
    assert callable(act)
    with pytest.raises(refusal):
        act(town)
    assert (Entry.objects.count(), Estate.objects.count(), Flat.objects.count()) == before


def test_what_was_entered_by_mistake_can_be_removed(town: Town) -> None:
    by: dict[str, Any] = {"by": town.officer, "now": NOW}
    estate = estates.add_estate(street_id=STREET, facts=EstateFacts("错录小区"), **by)
    house = estates.add_building(estate_id=estate.pk, facts=BuildingFacts("1"), **by)
    well = flats.add_stairwell(building_id=house.pk, facts=StairwellFacts("1"), **by)
    flat = flats.add_flat(stairwell_id=well.pk, facts=FlatFacts("1-1"), **by)
    flats.remove_flat(flat_id=flat.pk, **by)
    flats.remove_stairwell(stairwell_id=well.pk, **by)
    estates.remove_building(building_id=house.pk, **by)
    estates.remove_estate(estate_id=estate.pk, **by)
    assert not Estate.objects.filter(name="错录小区").exists()
    assert Entry.objects.filter(act="estate.remove", subject_id=str(estate.pk)).exists()


def test_a_flat_is_sealed_and_freed_once(town: Town) -> None:
    for _ in range(2):
        assert flats.seal_flat(flat_id=town.flat.pk, by=town.officer, now=NOW).state == "sealed"
    flats.mark_flat_unreachable(flat_id=town.flat.pk, by=town.officer, now=NOW)
    assert flats.free_flat(flat_id=town.flat.pk, by=town.officer, now=NOW).state == "free"
    assert Entry.objects.filter(act="flat.state").count() == 3


def test_a_new_code_replaces_the_old(town: Town) -> None:
    old = town.stairwell.code
    code = flats.new_stairwell_code(stairwell_id=town.stairwell.pk, by=town.officer, now=NOW)
    town.stairwell.refresh_from_db()
    assert town.stairwell.code == code != old
    entry = Entry.objects.latest("pk")
    assert code not in str(entry.facts)


CODES = st.text(ALPHABET, min_size=8, max_size=8).map(lambda drawn: drawn + check_character(drawn))


@given(CODES)
def test_every_wrong_character_of_a_code_is_caught(code: str) -> None:
    assert read_code(f" {code[:4].lower()}-{code[4:]} ") == code
    for place in range(9):
        for wrong in ALPHABET.replace(code[place], ""):
            with pytest.raises(refusals.CodeMistyped):
                read_code(code[:place] + wrong + code[place + 1 :])


@given(CODES)
def test_any_two_swapped_characters_of_a_code_are_caught(code: str) -> None:
    for one, two in combinations(range(9), 2):
        if code[one] == code[two]:
            continue
        swapped = list(code)
        swapped[one], swapped[two] = code[two], code[one]
        with pytest.raises(refusals.CodeMistyped):
            read_code("".join(swapped))


def test_letters_that_look_like_figures_are_taken_for_them() -> None:
    code = new_code()
    assert read_code(code) == code
    figures = "00011000"
    last = check_character(figures)
    assert read_code(f"ooo il ooo{last}") == figures + last


@pytest.mark.parametrize(
    "query",
    ["翰林", "hanlinyuan", "HLY", "han lin", "老厂", "laochang", "lcss", "石坪桥横街", "spqhj"],
)
def test_an_estate_is_found_by_name_alias_and_address(town: Town, query: str) -> None:
    found = finding.estates(scoped.estates_for(town.officer), query)
    assert [one.name for one in found] == ["翰林苑"]


@pytest.mark.parametrize("query", ["石坪桥", "shipingqiao", "spq", "500107004"])
def test_a_division_is_found(town: Town, query: str) -> None:
    found = finding.divisions(scoped.divisions_for(town.officer), query)
    assert [one.pk for one in found] == [STREET]


def test_a_project_of_an_abolished_district_still_shows(town: Town) -> None:
    district = Division.objects.get(pk="jiangbei")
    made = Project.objects.create(division=district, name="2024 年改造", year=2024)
    for who in (someone("district-officer", "liangjiang"), someone("city-officer", "chongqing")):
        assert made in scoped.projects_for(who)
    for who in (town.officer, town.stranger, someone("district-officer", "beibei")):
        assert made not in scoped.projects_for(who)
    facts = ProjectFacts("2024 年改造", 2024, households=900)
    programme.amend_project(
        project_id=made.pk, facts=facts, by=someone("district-officer", "liangjiang"), now=NOW
    )


def test_a_project_is_recorded_once(town: Town) -> None:
    facts = ProjectFacts("石坪桥片区改造", 2026, area_dm2=10**9, started_on=date(2026, 3, 1))
    act: dict[str, Any] = {"division_id": STREET, "facts": facts, "by": town.officer, "now": NOW}
    project = programme.record_project(**act, estate_id=town.estate.pk)
    with pytest.raises(refusals.NameTaken):
        programme.record_project(**act)
    with pytest.raises(refusals.DaysReversed):
        programme.amend_project(
            project_id=project.pk,
            facts=replace(facts, finished_on=date(2026, 2, 1)),
            by=town.officer,
            now=NOW,
        )
    with pytest.raises(refusals.NotInReach):
        programme.remove_project(project_id=project.pk, by=town.stranger, now=NOW)
    programme.remove_project(project_id=project.pk, by=town.officer, now=NOW)
