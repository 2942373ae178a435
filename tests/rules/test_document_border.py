"""The award in money: shares of a package, ceilings of a lot, and who would step in."""

from typing import Any

import pytest

from tests.cast import small_round
from tests.rules.test_document import MIXED, PACKED, award, problem_of
from tuanti.rules.award.document import (
    ceilings,
    moved,
    paid_by_unit,
    payable,
    reserves,
    wins,
)
from tuanti.rules.award.problem import Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical


def read_as(data: dict[str, Any]) -> Problem:
    return read(canonical(data))


def test_a_lot_whose_every_line_is_capped_is_capped_at_their_sum() -> None:
    data = small_round()
    for line, top in zip(data["bill"], (70, 80, 60, 50, 90), strict=True):
        line["ceiling_fen"] = top * 1_000_000
    problem = read_as(data)
    by_lot = dict(zip([lot["id"] for lot in problem.lots], ceilings(problem), strict=True))
    assert by_lot == {
        "yz-1": (6 * 70 + 3 * 80 + 4 * 60) * 1_000_000,
        "yz-2": 250_000_000,  # its own
        "sp-1": 4 * 90 * 1_000_000,
    }


def test_a_packages_total_is_shared_in_whole_fen_and_by_lifts() -> None:
    data = small_round()
    data["packages"][0]["total_fen"] = 430_000_004  # for nine lifts: no whole number each
    problem = read_as(data)
    mine = award(problem, PACKED, "yi-both")
    paid = paid_by_unit(problem, mine)
    assert {type(fen) for fen in paid} == {int}
    lifts = {unit.parcels[0]: unit.lifts for unit in problem.units}
    (package,) = problem.packages
    packed = [i for i in range(len(paid)) if i in package.units]
    assert sum(paid[i] for i in packed) == 430_000_004
    for i in packed:
        exact = 430_000_004 * lifts[problem.units[i].parcels[0]]
        assert abs(9 * paid[i] - exact) < 9


def test_a_winner_is_told_the_packages_it_won() -> None:
    problem = problem_of()
    told = {
        problem.suppliers[win.supplier]["id"]: win.packages
        for win in wins(problem, award(problem, PACKED, "yi-both"))
    }
    assert told == {"bing": (), "yi": (0,)}


@pytest.mark.parametrize("objective", ["life_cycle", "cost_quality"])
def test_a_package_won_under_another_objective_is_paid_as_a_package(objective: str) -> None:
    plain = problem_of()
    other = problem_of(objective=objective, fen_per_point=1000)
    money = payable(other)
    assert money.round["rules"]["objective"] == "cost"
    mine = moved(other, money, award(other, PACKED, "yi-both"))
    assert [money.packages[p].id for p in mine.packages] == ["yi-both"]
    assert evaluate(money, mine).cost == evaluate(plain, award(plain, PACKED, "yi-both")).cost


def one_lot_of(seven: tuple[int, int], nine: int) -> dict[str, Any]:
    """A lot of two estates: seven-storey lifts in both, nine-storey lifts in the second."""
    data = small_round()
    data["bill"] = [
        line | {"lifts": lifts}
        for line, lifts in zip(
            [data["bill"][0], data["bill"][2], data["bill"][1] | {"parcel": "songlin"}],
            (*seven, nine),
            strict=True,
        )
    ] + data["bill"][3:]
    for line in data["bill"]:
        line.pop("ceiling_fen", None)
    return data


def asked_of(data: dict[str, Any], name: str, seven: int, nine: int) -> None:
    """Let the supplier ask one sum for a lift of seven storeys and one for a lift of nine."""
    for book in (row for row in data["books"] if row["supplier"] == name):
        book |= {part: 0 for part in book if part.endswith("_fen")}
        book["base_fen"] = seven if book["profile"] == "p7" else nine


def test_the_reserve_is_cheapest_on_all_the_lifts_of_its_lot() -> None:
    """On 8 of seven storeys and 1 of nine 丙 asks 870 and 甲 900; on one of each, 240 and 200."""
    data = one_lot_of((7, 1), 1)
    asked_of(data, "jia", 100, 100)
    asked_of(data, "bing", 90, 150)
    problem = read_as(data)
    assert reserves(problem, award(problem, dict.fromkeys(MIXED, "yi")))["yz-1"] == "bing"


def test_the_reserve_is_cheapest_to_the_fen_at_any_price() -> None:
    """甲 is cheaper by 2 fen in 270 billion yuan, 丙 better: nothing is rounded on the way."""
    data = one_lot_of((2, 1), 2)
    asked_of(data, "jia", 2**53 - 2, 0)
    asked_of(data, "bing", 2**53 - 2, 1)
    for firm in data["suppliers"]:
        firm["quality"] = 9_000 if firm["id"] == "bing" else 8_000
    problem = read_as(data)
    assert reserves(problem, award(problem, dict.fromkeys(MIXED, "yi")))["yz-1"] == "jia"
