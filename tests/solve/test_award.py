"""The search finds the optimum, proves it, and says so when there is no lawful award."""

import copy
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bench.rounds import city, starved
from tests.solve.random_rounds import optimum, random_round
from tuanti.rules.award import verify
from tuanti.rules.award.document import document
from tuanti.rules.award.problem import Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical, check
from tuanti.solve.award import Outcome, solve

FEW, MANY = range(400), range(400, 5000)


def faultless(seed: int) -> Problem | None:
    data = random_round(seed)
    return None if check(data) else read(canonical(data))


def best(problem: Problem) -> Outcome:
    return solve(problem, gap=Fraction(0))


def cost(data: dict[str, Any]) -> int | None:
    """The cost of the proven optimum, through search; None if proven infeasible."""
    problem = read(canonical(data))
    outcome = best(problem)
    assert outcome.state in {"proven", "infeasible"}
    return None if outcome.award is None else evaluate(problem, outcome.award).cost


def agrees_with_brute_force(seed: int, folder: Path) -> None:
    problem = faultless(seed)
    if problem is None:
        return
    least, outcome = optimum(problem), best(problem)
    file = folder / "award.json"
    file.write_text(json.dumps(document(problem, outcome.award, outcome.certificate)), "utf-8")
    assert verify.main([str(file)]) == 0
    if least is None:
        assert (outcome.state, outcome.award) == ("infeasible", None)
        return
    assert outcome.state == "proven"
    assert outcome.award is not None
    found = evaluate(problem, outcome.award)
    assert (found.cost, found.broken) == (least, ())
    assert outcome.certificate["bound"] == str(least)


@pytest.mark.parametrize("first", FEW[::20])
def test_the_award_is_the_optimum_and_proven(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 20):
        agrees_with_brute_force(seed, tmp_path)


@pytest.mark.parametrize("seed", [2111, 2754, 2892, 3016, 4678])
def test_rounds_whose_relaxation_proves_too_little_are_split_to_the_end(
    seed: int, tmp_path: Path
) -> None:
    agrees_with_brute_force(seed, tmp_path)


@pytest.mark.torture
@pytest.mark.parametrize("first", MANY[::100])
def test_thousands_of_awards_are_the_optimum(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 100):
        agrees_with_brute_force(seed, tmp_path)


def awarded(seeds: range) -> list[tuple[dict[str, Any], Problem, Outcome]]:
    """Random rounds that can be awarded, with their awards."""
    found = []
    for seed in seeds:
        problem = faultless(seed)
        if problem is not None and (outcome := best(problem)).award is not None:
            found.append((random_round(seed), problem, outcome))
    return found


@pytest.fixture(scope="module")
def rounds() -> list[tuple[dict[str, Any], Problem, Outcome]]:
    return awarded(range(120))


def test_some_random_rounds_can_be_awarded(rounds: list[Any]) -> None:
    assert len(rounds) > 20


def renamed(data: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    new = copy.deepcopy(data)
    for firm in new["suppliers"]:
        firm["id"] = names[firm["id"]]
    for name in ("books", "tiers", "packages", "pairs"):
        for row in new[name]:
            row["supplier"] = names[row["supplier"]]
    return new


def test_renaming_suppliers_renames_the_award_up_to_ties(rounds: list[Any]) -> None:
    names = {"s0": "z", "s1": "m", "s2": "a"}
    back = {new: old for old, new in names.items()}
    for data, problem, outcome in rounds:
        other = read(canonical(renamed(data, names)))
        award = best(other).award
        assert award is not None
        assert evaluate(other, award).cost == evaluate(problem, outcome.award).cost
        at = {firm["id"]: s for s, firm in enumerate(problem.suppliers)}
        winners = {  # by parcel: units stand in the order of lots, which did not change
            unit.parcels: at[back[other.suppliers[s]["id"]]]
            for unit, s in zip(other.units, award.winners, strict=True)
        }
        ids = [package.id for package in problem.packages]
        taken = tuple(sorted(ids.index(other.packages[p].id) for p in award.packages))
        same = type(award)(tuple(winners[unit.parcels] for unit in problem.units), taken)
        found = evaluate(problem, same)
        assert (found.cost, found.broken) == (evaluate(problem, outcome.award).cost, ())


def test_adding_a_supplier_never_raises_the_optimum(rounds: list[Any]) -> None:
    for data, problem, outcome in rounds:
        if data["rules"]["objective"] == "points":
            continue  # a new lowest price lowers everyone's points
        new = copy.deepcopy(data)
        twin = new["suppliers"][0] | {"id": "t", "name": "t", "uscc": "91500000MA0000003M"}
        new["suppliers"].append(twin)
        for name in ("books", "tiers"):
            new[name] += [row | {"supplier": "t"} for row in new[name] if row["supplier"] == "s0"]
        faults = [fault for fault in check(new) if "uscc" not in fault.code]
        assert not faults
        now = cost(new)
        assert now is not None
        assert now <= evaluate(problem, outcome.award).cost


def test_raising_a_losing_bid_never_makes_it_win(rounds: list[Any]) -> None:
    for data, problem, outcome in rounds:
        if data["rules"]["objective"] == "points":
            continue
        losing = {firm["id"] for firm in problem.suppliers}
        losing -= {problem.suppliers[s]["id"] for s in outcome.award.winners}
        for s in sorted(losing):
            new = copy.deepcopy(data)
            for book in new["books"]:
                book["base_fen"] += 10 * (book["supplier"] == s)
            other = read(canonical(new))
            award = best(other).award
            assert award is not None
            assert s not in {other.suppliers[x]["id"] for x in award.winners}


def test_the_order_of_rows_does_not_matter(rounds: list[Any]) -> None:
    r = random.Random(1)
    for data, problem, outcome in rounds[:20]:
        new = copy.deepcopy(data)
        for rows in (x for x in new.values() if isinstance(x, list)):
            r.shuffle(rows)
        other = read(canonical(new))
        assert other.round == problem.round
        assert best(other) == outcome


def test_one_lift_too_little_capacity_is_proven_infeasible() -> None:
    problem = read(canonical(starved(city(60, 6, 3, 1))))
    outcome = best(problem)
    assert (outcome.state, outcome.award) == ("infeasible", None)
    said = verify.report(document(problem, None, outcome.certificate))
    assert said == ["no award can keep every rule of this round: proven"]
