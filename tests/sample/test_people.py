import re
from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.places import divisions
from tuanti.rules import duties
from tuanti.rules.award.round_fields import uscc_check
from tuanti.sample import housing, names
from tuanti.sample.cast import first_estate
from tuanti.sample.estates import Size

EVE = date(2025, 11, 5)
NUMBERS = st.integers(0, names.PEOPLE - 1)
SIZES = pytest.mark.parametrize("size", ["tiny", "demo", "city"])
# Mobile numbers in use in China, as published in libphonenumber's metadata.
IN_USE = r"1(?:[38]\d|4[57-9]|[59][0-35-9]|6[25-7]|7[0-35-8])\d{8}|1740[0-5]\d{6}"


# --- Names and numbers -------------------------------------------------------------------------


@given(number=NUMBERS)
def test_an_id_number_ends_in_a_true_check_character(number: int) -> None:
    digits = names.person(number, Random(0)).id_number
    values = [10 if digit == "X" else int(digit) for digit in digits]
    assert len(values) == 18
    # ISO 7064, MOD 11-2, by its definition
    assert sum(value * pow(2, 17 - at, 11) for at, value in enumerate(values)) % 11 == 1


@given(number=NUMBERS, male=st.booleans())
def test_an_id_number_is_of_no_division_and_tells_birth_and_sex(number: int, male: bool) -> None:  # noqa: FBT001 (drawn)
    digits = names.person(number, Random(number), male=male).id_number
    assert digits.startswith("999999")  # the first two digits of a division are at most 82, or 9x0
    assert date(1921, 1, 1) <= date.fromisoformat(digits[6:14]) <= date(1985, 12, 31)
    assert digits[14:17] != "000"
    assert int(digits[16]) % 2 == male


@given(number=NUMBERS)
def test_a_phone_is_well_formed_and_nobodys(number: int) -> None:
    phone = names.phone(number)
    assert re.fullmatch(r"1[3-9]\d{9}", phone)
    assert not re.fullmatch(IN_USE, phone)


@given(one=NUMBERS, other=NUMBERS)
def test_no_two_people_share_a_number(one: int, other: int) -> None:
    first, second = (names.person(number, Random(0), male=True) for number in (one, other))
    assert (first.phone == second.phone) == (one == other)
    assert (first.id_number == second.id_number) == (one == other)


@given(number=st.integers(0, 9_999_999))
def test_a_bodys_code_is_well_formed_and_of_no_division(number: int) -> None:
    code = names.body_code(number)
    assert len(code) == 18
    assert code[2:8] == "999999"
    assert code[-1] == uscc_check(code)


def test_names_are_plausible_and_of_nobody_known() -> None:
    chance = Random(20261122)
    drawn = [
        names.name(chance, born=born, male=male)
        for born in (1940, 1975)
        for male in (True, False)
        for _ in range(20_000)
    ]
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) for name in drawn)
    assert not {"李鹏", "王建林", "田亮"} & set(drawn)
    surnames = Counter(name[0] for name in drawn)
    assert {surname for surname, _ in surnames.most_common(4)} <= set("李王张刘陈杨")
    assert len(set(drawn)) > 10_000


# --- Bodies and the cast -----------------------------------------------------------------------


@SIZES
def test_there_is_a_body_of_every_kind_and_none_that_is_real(size: Size) -> None:
    bodies = housing.organisations(size)
    assert {body.kind for body in bodies} == set(duties.KINDS)
    assert all(body.name.endswith("（虚构）") for body in bodies)


@SIZES
def test_ids_of_bodies_are_slugs_unique_and_no_places(size: Size) -> None:
    ids = [body.id for body in housing.organisations(size)]
    places = {one.id for one in divisions.packaged()[0]}
    places |= {one.id for one in housing.communities(size)}
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", ident) for ident in ids)
    assert not places & set(ids)


@SIZES
@pytest.mark.parametrize("day", [EVE, housing.TODAY])
def test_every_body_works_in_a_place_of_the_day(size: Size, day: date) -> None:
    known = {one.id for one in housing.communities(size, day)}
    for body in housing.organisations(size, day):
        division = divisions.named(body.place)
        assert body.place in known or (division and division.there(day))


@SIZES
def test_every_duty_has_somebody_whose_organisation_can_give_it(size: Size) -> None:
    kinds = {body.id: body.kind for body in housing.organisations(size)}
    members = housing.cast(size)
    assert {member.duty for member in members} == set(duties.DUTIES)
    for member in members:
        others = [m.duty for m in members if m.id == member.id and m is not member]
        duties.check(kinds[member.organisation], member.duty, others)


@SIZES
def test_a_scope_is_a_place_or_the_organisation_as_the_duty_asks(size: Size) -> None:
    bodies = {body.id: body for body in housing.organisations(size)}
    for member in housing.cast(size):
        body, reach = bodies[member.organisation], duties.DUTIES[member.duty].scope
        assert member.scope == (body.place if reach == "place" else body.id)


def test_the_named_cast_is_there() -> None:
    by_name = {member.name: member for member in housing.cast("tiny")}
    assert {housing.WANG_AYI, housing.LI_SHU} <= set(by_name)
    officer = next(member for member in housing.cast("tiny") if member.duty == "street-officer")
    assert officer.name.startswith("陈")
    assert officer.scope == first_estate("tiny").community.street


# --- The renovation programme --------------------------------------------------------------------


def test_the_citys_programme_reached_about_2600_estates_and_680000_households() -> None:
    projects = list(housing.programme("city"))
    known = [project.households for project in projects if project.households]
    assert len(projects) == pytest.approx(2_600, rel=0.02)
    assert sum(known) / len(known) * len(projects) == pytest.approx(680_000, rel=0.03)


def test_the_programme_lacks_what_real_registers_lack() -> None:
    projects = list(housing.programme("city"))
    ended = [project for project in projects if project.year <= 2023]
    assert sum(p.finished_on is None for p in ended) / len(ended) == pytest.approx(0.13, abs=0.03)
    assert sum(p.buildings is None for p in projects) / len(projects) == pytest.approx(
        0.11, abs=0.02
    )
    assert sum(p.households is None for p in projects) / len(projects) == pytest.approx(
        0.07, abs=0.02
    )


@SIZES
def test_projects_are_of_estates_in_scope_and_marked_as_invented(size: Size) -> None:
    built = {estate.name: estate.year for estate in housing.estates(size)}
    projects = list(housing.programme(size))
    assert len({project.id for project in projects}) == len(projects)
    for project in projects:
        assert built[project.estate] <= project.built_until == 2000
        assert project.name.endswith("（虚构）")
        assert project.started_on.year == project.year
        assert project.finished_on is None or project.started_on < project.finished_on


@SIZES
def test_a_project_stays_in_the_district_it_began_in(size: Size) -> None:
    projects = list(housing.programme(size))
    for project in projects:
        district = divisions.named(project.district)
        assert district is not None
        assert district.there(project.started_on)
        assert divisions.district_of(project.street, project.started_on) == district
    assert "jiangbei" in {project.district for project in projects}


def test_a_programme_knows_nothing_of_what_comes_after_its_day() -> None:
    day = date(2023, 6, 30)
    for project in housing.programme("city", day):
        assert project.started_on <= day
        assert project.finished_on is None or project.finished_on <= day
