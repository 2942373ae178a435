from typing import Any

import pytest

from tests.cast import small_round
from tuanti.rules.award import verify
from tuanti.rules.award.document import (
    award_of,
    ceilings,
    document,
    moved,
    paid_by_unit,
    payable,
    priced,
    reserves,
    wins,
)
from tuanti.rules.award.problem import Award, Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical


def problem_of(**rules: object) -> Problem:
    data = small_round()
    for row in (*data["books"], *data["packages"]):
        row["maintenance_year_fen"] = 300_000  # outside the basis: asked for by life_cycle only
    data["rules"] |= rules
    return read(canonical(data))


def award(problem: Problem, won: dict[str, str], *packages: str) -> Award:
    at = {firm["id"]: s for s, firm in enumerate(problem.suppliers)}
    named = {package.id: p for p, package in enumerate(problem.packages)}
    winners = tuple(at[won[unit.parcels[0]]] for unit in problem.units)
    return Award(winners, tuple(named[name] for name in packages))


MIXED = {"hehua": "yi", "songlin": "bing", "jiangan": "bing", "xiyuan": "yi"}
PACKED = {"hehua": "bing", "songlin": "yi", "jiangan": "yi", "xiyuan": "yi"}


def nothing_proven(problem: Problem) -> dict[str, Any]:
    tiers = {firm["id"]: [0] * len(problem.tiers[s]) for s, firm in enumerate(problem.suppliers)}
    prices = [{"u": [0] * len(problem.units), "m": tiers, "q": []}]
    return {"scale": 1, "prices": prices, "tree": {"prices": 0}, "bound": "0"}


@pytest.mark.parametrize(("won", "packages"), [(MIXED, ()), (PACKED, ("yi-both",))])
def test_the_verifier_reads_what_is_written(won: dict[str, str], packages: tuple[str, ...]) -> None:
    problem = problem_of()
    mine = award(problem, won, *packages)
    written = document(problem, mine, nothing_proven(problem))
    assert str(evaluate(problem, mine).cost) == written["award"]["cost"]
    assert "every rule is kept" in verify.report(written)[0]
    assert award_of(problem, written["award"]) == mine


def test_without_an_award_the_document_holds_only_the_proof() -> None:
    problem = problem_of()
    assert document(problem, None, {})["award"] is None


def test_the_reserve_wins_no_part_and_is_cheapest_at_list_price() -> None:
    problem = problem_of()
    mine = reserves(problem, award(problem, MIXED))
    assert mine == {"sp-1": "jia", "yz-1": "jia", "yz-2": "jia"}


def test_a_lot_nobody_else_bids_on_has_no_reserve() -> None:
    data = small_round()
    data["pairs"].append({"lot": "sp-1", "supplier": "jia", "kind": "forbidden"})
    problem = read(canonical(data))
    assert reserves(problem, award(problem, MIXED))["sp-1"] is None


def test_between_equal_prices_the_higher_quality_is_the_reserve() -> None:
    data = small_round()
    twin = next(firm for firm in data["suppliers"] if firm["id"] == "jia")
    data["suppliers"].append(twin | {"id": "wu", "uscc": "91500000MA0000003U", "quality": 9999})
    data["books"] += [row | {"supplier": "wu"} for row in data["books"] if row["supplier"] == "jia"]
    problem = read(canonical(data))
    assert reserves(problem, award(problem, MIXED))["sp-1"] == "wu"


@pytest.mark.parametrize(("won", "packages"), [(MIXED, ()), (PACKED, ("yi-both",))])
def test_no_fen_is_lost_between_winners_units_and_the_whole(
    won: dict[str, str], packages: tuple[str, ...]
) -> None:
    problem = problem_of()
    mine = award(problem, won, *packages)
    won_by = wins(problem, mine)
    whole = evaluate(problem, mine).cost
    assert sum(win.paid_fen + win.entry_fen for win in won_by) == whole
    fixed = sum(problem.tiers[win.supplier][win.tier].fixed_fen for win in won_by)
    assert sum(paid_by_unit(problem, mine)) + fixed == whole
    assert sum(win.lifts for win in won_by) == problem.lifts


def test_the_ladder_saves_the_difference_to_list_price() -> None:
    problem = problem_of()
    yi = next(win for win in wins(problem, award(problem, MIXED)) if win.entry_fen)
    listed = sum(problem.list_price(i, yi.supplier) for i in yi.units)
    assert (yi.list_fen, yi.saved_fen) == (listed, listed - yi.paid_fen)
    assert yi.saved_fen > 0


def test_a_round_for_the_least_cost_is_paid_as_it_stands() -> None:
    problem = problem_of()
    assert payable(problem) is problem


@pytest.mark.parametrize(("objective", "earns"), [("cost", False), ("points", True)])
def test_only_points_are_earned(objective: str, *, earns: bool) -> None:
    assert problem_of(objective=objective, price_points=60).points is earns


@pytest.mark.parametrize("objective", ["life_cycle", "cost_quality", "points"])
def test_what_is_paid_does_not_depend_on_the_objective(objective: str) -> None:
    plain = problem_of()
    other = problem_of(objective=objective, fen_per_point=1000, price_points=60)
    money = payable(other)
    mine = moved(other, money, award(other, MIXED))
    assert evaluate(money, mine).cost == evaluate(plain, award(plain, MIXED)).cost


def test_a_lot_is_capped_only_if_every_line_is() -> None:
    problem = problem_of()
    by_lot = dict(zip([lot["id"] for lot in problem.lots], ceilings(problem), strict=True))
    assert by_lot == {"sp-1": None, "yz-1": None, "yz-2": 250_000_000}


def test_a_missing_price_is_not_a_price() -> None:
    problem = problem_of()
    at = {firm["id"]: s for s, firm in enumerate(problem.suppliers)}
    hehua = next(i for i, unit in enumerate(problem.units) if unit.parcels == ("xiyuan",))
    assert priced(problem, hehua, at["jia"])
    assert not priced(problem, hehua, at["bing"])
