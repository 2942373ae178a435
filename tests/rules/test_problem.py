"""Costs to the fen: the evaluation, the ladders and the halves that go up."""

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bench.rounds import add_lot, book, frame, supplier, tier
from tests.solve.random_rounds import awards, random_round
from tuanti.rules.award import verify
from tuanti.rules.award.problem import Award, Problem, evaluate, tier_of
from tuanti.rules.award.reading import half_up, read
from tuanti.rules.award.round import canonical, check

LADDERS = Path(__file__).parents[3] / "shared/data/lifts/tier_examples.json"


def stated(problem: Problem, award: Award) -> dict[str, Any]:
    pairs = zip(problem.units, award.winners, strict=True)
    names = {p: problem.suppliers[s]["id"] for unit, s in pairs for p in unit.parcels}
    return {"parcels": names, "packages": [problem.packages[p].id for p in award.packages]}


def agree(seed: int, most: int) -> int:
    """Evaluation and verifier say the same of random awards; returns how many were lawful."""
    data = random_round(seed)
    if check(data):
        return 0
    data, lawful = canonical(data), 0
    problem, facts = read(data), verify.Facts(data)
    every = list(awards(problem))
    for award in random.Random(seed).sample(every, min(most, len(every))):
        found = evaluate(problem, award)
        try:
            cost: int | None = verify.check_award(facts, stated(problem, award))
        except ValueError:
            cost = None
        assert cost == (None if found.broken else found.cost)
        lawful += cost is not None
    return lawful


def test_evaluation_and_verifier_agree_on_lawful_and_broken_awards() -> None:
    assert sum(agree(seed, 20) for seed in range(300)) > 100


@pytest.mark.torture
def test_evaluation_and_verifier_agree_on_every_award_of_many_rounds() -> None:
    assert sum(agree(seed, 10**6) for seed in range(1000, 4000)) > 1000


def one_lot(lifts: int, base: int, tiers: list[dict[str, Any]]) -> int:
    """What one lot costs from one supplier."""
    data = frame("one", {})
    data["lots"], data["tiers"] = [], tiers
    add_lot(data, "l", "d", "d", [("p", lifts)])
    data["suppliers"] = [supplier(0, 10**6)]
    data["books"] = [book("s000", "*", "p", base)]
    assert not check(data)
    data = canonical(data)
    award = Award((0,))
    found = evaluate(read(data), award)
    assert not found.broken
    assert verify.check_award(verify.Facts(data), stated(read(data), award)) == found.cost
    return found.cost


def example(name: str) -> dict[str, Any]:
    if not LADDERS.exists():
        pytest.skip(f"NOT RUN: {LADDERS} is not there")
    found: dict[str, Any] = json.loads(LADDERS.read_text("utf-8"))[name]
    return found


@pytest.mark.parametrize("name", ["commissioning_fee_per_unit", "factory_inspection_fee"])
def test_totals_that_fall_are_exact(name: str) -> None:
    given, tiers = example(name), []
    dearest = 100 * max(x.get("price", x.get("per_unit", 0)) for x in given["tiers"])
    for x in given["tiers"]:
        fen = 100 * x.get("price", x.get("per_unit", 0))
        row = tier("s000", x["from"], x["to"]) | {"off_fen": dearest - fen}
        tiers.append(row | {"fixed_fen": 100 * x.get("flat_total", 0)})
    for lifts, total in given["non_monotone_totals"].items():
        assert one_lot(int(lifts), dearest, tiers) == 100 * total


@pytest.mark.parametrize(
    ("base", "discount_bp", "fen"),
    [(1, 5000, 1), (1, 5001, 0), (3, 5000, 2), (10001, 5000, 5001), (9999, 10000, 0), (7, 0, 7)],
)
def test_a_discounted_price_is_rounded_half_up_then_multiplied(
    base: int, discount_bp: int, fen: int
) -> None:
    assert one_lot(7, base, [tier("s000", 1, 10**6, discount_bp)]) == 7 * fen


def test_half_goes_up() -> None:
    halves = {Fraction(1, 2): 1, Fraction(3, 2): 2, Fraction(-1, 2): 0, Fraction(49, 100): 0}
    assert {value: half_up(value) for value in halves} == halves


def test_the_rung_is_found_at_its_borders() -> None:
    data = frame("rungs", {})
    add_lot(data, "l", "d", "d", [("p", 9)])
    data |= {"suppliers": [supplier(0, 30)], "books": [book("s000", "*", "p", 5)]}
    data["tiers"] = [tier("s000", 2, 4), tier("s000", 5, 9)]
    problem = read(canonical(data))
    found = [tier_of(problem, 0, lifts) for lifts in (1, 2, 4, 5, 9, 10)]
    assert found == [None, 0, 0, 1, 1, None]
