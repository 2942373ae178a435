"""The problem that is read from a round: its units, prices and refused bids, by hand."""

from typing import Any

import pytest

from tests.cast import small_round
from tests.rules.test_document import MIXED, PACKED, award
from tuanti.rules.award.problem import Award, Problem, Refused, Unit, evaluate
from tuanti.rules.award.reading import read, shortfall
from tuanti.rules.award.round import canonical


def read_as(data: dict[str, Any]) -> Problem:
    return read(canonical(data))


def at(problem: Problem, name: str) -> int:
    return [firm["id"] for firm in problem.suppliers].index(name)


def given(problem: Problem, **won: str) -> Award:
    """Every estate to whom it is given, or to 乙."""
    winners = (won.get(unit.parcels[0], "yi") for unit in problem.units)
    return Award(tuple(at(problem, name) for name in winners))


def test_units_know_their_lifts_their_district_and_their_group() -> None:
    assert set(read_as(small_round()).units) == {
        Unit(("hehua",), 1, 9, "in yuzhong", "group core"),
        Unit(("songlin",), 1, 4, "in yuzhong", "group core"),
        Unit(("jiangan",), 2, 5, "in yuzhong", "group core"),
        Unit(("xiyuan",), 0, 4, "in shapingba", "group shapingba"),
    }


def test_lifts_of_one_zone_profile_height_and_entry_are_one_cell() -> None:
    assert read_as(small_round()).cells == 4  # 荷花苑 and 松林小区 ask for one of the same


def test_a_bid_above_its_ceiling_is_told_with_both() -> None:
    """甲: 24 + 0.8 + 4 and seven times 1.5 + 1.2 are 47.7 million; 乙: 48.24; 丙: 47.16."""
    data = small_round()
    data["bill"][2]["ceiling_fen"] = 47_699_999
    assert read_as(data).refused == (
        Refused("jia", "yz-1", "songlin", 47_700_000, 47_699_999),
        Refused("yi", "yz-1", "songlin", 48_240_000, 47_699_999),
    )


@pytest.mark.parametrize(
    ("basis", "fen"),
    [
        ([], 35_300_000),  # 24 + 0.8 and seven times 1.5
        (["foundation"], 35_300_001),
        (["design"], 35_300_020),
        (["installation"], 39_300_000),
        (["shaft"], 43_700_000),
        (["maintenance"], 36_500_000),  # four years of 0.3
    ],
)
def test_each_part_of_the_basis_adds_its_own(basis: list[str], fen: int) -> None:
    data = small_round()
    data["rules"] |= {"price_basis": ["equipment", *basis], "maintenance_years": 4}
    for book in (*data["books"], *data["packages"]):
        book["maintenance_year_fen"] = 300_000
    for book in data["books"]:
        book |= {"foundation_fen": 1, "design_fen": 20}
    problem = read_as(data)
    cell, _ = problem.lines[[unit.parcels for unit in problem.units].index(("songlin",))][0]
    assert problem.listed[at(problem, "jia")][cell] == fen


def test_a_refused_bid_names_every_estate_of_its_lot() -> None:
    data = small_round()
    data["lots"][0] |= {"suppliers_max": 1, "ceiling_fen": 1}
    assert {bid.parcel for bid in read_as(data).refused} == {"hehua songlin"}


def test_maintenance_over_a_life_is_worth_what_it_is_worth_today() -> None:
    """At a quarter a year two payments of 300,000 are worth 0.8 and 0.64 of one."""
    data = small_round()
    more = {"objective": "life_cycle", "maintenance_years": 2, "discount_rate_bp": 2500}
    data["rules"] |= more
    for book in (*data["books"], *data["packages"]):
        book["maintenance_year_fen"] = 300_000
    problem = read_as(data)
    assert {*problem.rest[at(problem, "jia")]} == {432_000}


@pytest.mark.parametrize(("quality", "points"), [(4_999, 0), (5_000, 1), (10_000, 1)])
def test_half_a_point_of_quality_earns_a_whole_one(quality: int, points: int) -> None:
    data = small_round()
    data["rules"] |= {"objective": "points", "price_points": 0, "quality_points": 1}
    for firm in data["suppliers"]:
        firm["quality"] = quality
    problem = read_as(data)
    assert {*problem.rest[at(problem, "jia")]} == {-points}


def test_points_that_are_short_are_counted_to_the_fen_however_dear() -> None:
    rules = {"objective": "cost_quality", "fen_per_point": 2**53 - 1}
    assert shortfall(rules, {"quality": 0}) == 100 * (2**53 - 1)


@pytest.mark.parametrize("asked", [{"objective": "life_cycle"}, {"price_basis": ["maintenance"]}])
def test_a_book_without_maintenance_is_no_bid_where_it_counts(asked: dict[str, Any]) -> None:
    data = small_round()
    data["rules"] |= {"maintenance_years": 4, **asked}
    data["packages"] = []
    for book in data["books"]:
        book["maintenance_year_fen"] = None if book["supplier"] == "jia" else 300_000
    problem = read_as(data)
    assert not any(problem.bids[at(problem, "jia")])
    assert any(problem.bids[at(problem, "yi")])


# --- What an award breaks ------------------------------------------------------------------------


def test_packages_on_the_same_lot_overlap() -> None:
    data = small_round()
    data["packages"].append(data["packages"][0] | {"id": "yi-more", "lots": ["yz-2", "yz-1"]})
    problem = read_as(data)
    whole = award(problem, dict.fromkeys(MIXED, "yi"), "yi-both", "yi-more")
    assert evaluate(problem, whole).broken[0] == "packages overlap"


def test_a_package_of_which_another_wins_a_part_is_not_whole() -> None:
    problem = read_as(small_round())
    torn = award(problem, PACKED | {"jiangan": "bing"}, "yi-both")
    assert evaluate(problem, torn).broken[0] == "a package is not whole"


def test_a_supplier_without_a_bid_or_beyond_its_ladder_is_named() -> None:
    """甲 may win 16 lifts of 22, three quarters, and 丙 none of 沙坪坝."""
    problem = read_as(small_round())
    much = evaluate(problem, given(problem, hehua="jia", songlin="jia", jiangan="jia"))
    assert much.broken == ("outside the ladder: jia 18",)
    assert much.tiers == {at(problem, "yi"): 0}  # whoever comes after is counted all the same
    shut = evaluate(problem, given(problem, xiyuan="bing"))
    assert shut.broken[0] == "no valid bid: bing"


def test_a_rule_of_the_round_that_is_broken_is_named() -> None:
    problem = read_as(small_round())
    three = evaluate(problem, given(problem, hehua="jia", jiangan="bing"))
    assert three.broken == ("used * *",)
