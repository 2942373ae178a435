"""Whole units: tables, the master program over sets, and the tree over master programs."""

import itertools
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.rounds import city
from tests.solve.random_rounds import optimum
from tuanti.rules.award import verify
from tuanti.rules.award.document import document
from tuanti.rules.award.problem import Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical
from tuanti.solve import tree
from tuanti.solve.award import first_prices, solve
from tuanti.solve.dual import Dual, charges, root
from tuanti.solve.master import Master
from tuanti.solve.model import NO_BID, Model, build
from tuanti.solve.tables import Tables


def little(seed: int, lots: int = 6, firms: int = 4) -> Problem:
    """A round without rules, small enough to try every award."""
    return read(canonical(city(lots, firms, 2, seed, regions=2, min_share=0.05, max_share=0.7)))


def least_by_hand(model: Model, r: int, u: np.ndarray) -> float:
    """The least a supplier can add on a rung: every set of its bids is tried."""
    rung, bids = model.rungs[r], np.flatnonzero(model.cost[r] < 0.5 * NO_BID)
    sets = (s for n in range(len(bids) + 1) for s in itertools.combinations(bids.tolist(), n))
    held = (list(s) for s in sets if rung.low <= sum(model.d[i] for i in s) <= rung.high)
    return min((rung.fixed + float((model.cost[r] - u)[s].sum()) for s in held), default=np.inf)


@pytest.mark.parametrize("seed", range(30))
def test_a_table_finds_the_least_of_all_sets(seed: int) -> None:
    model = build(little(seed, lots=8))
    tables, node, chance = Tables(model), root(model), random.Random(seed)
    start = first_prices(model, Dual(model))
    u = start.u * np.array([chance.uniform(0.7, 1.3) for _ in start.u])
    p = Dual(model).prices(u, start.q, node, start.m, node.rungs)
    for r in range(len(model.rungs)):
        value, taken = tables.table(r, u, charges(model, p.q), node, float(p.m[r]))
        assert value == pytest.approx(least_by_hand(model, r, u))
        if np.isfinite(value):
            lifts = int(model.d[taken].sum())
            assert model.rungs[r].low <= lifts <= model.rungs[r].high


@pytest.mark.parametrize("box", [1.0, 1e-3, 1e-9])
@pytest.mark.parametrize("seed", range(20))
def test_whole_sets_prove_at_least_as_much_and_never_too_much(seed: int, box: float) -> None:
    problem = little(seed)
    model, least = build(problem), optimum(problem)
    start = first_prices(model, Dual(model))
    master = Master(model, Tables(model), start, box * abs(start.bound))
    p = master.relax(root(model), start, np.inf, 200).prices
    assert p.bound >= start.bound - 1
    if least is not None:
        assert p.bound <= least + 1


@pytest.mark.parametrize("seed", range(12))
def test_the_tree_over_sets_finds_the_optimum_and_its_file_verifies(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "_WORTH_IT", -1.0)  # always by whole sets
    problem = little(seed)
    least, outcome = optimum(problem), solve(problem, gap=Fraction(0))
    file = tmp_path / "award.json"
    file.write_text(json.dumps(document(problem, outcome.award, outcome.certificate)), "utf-8")
    assert verify.main([str(file)]) == 0
    if least is None:
        assert outcome.state == "infeasible"
        return
    assert outcome.award is not None
    assert (outcome.state, evaluate(problem, outcome.award).cost) == ("proven", least)


def test_a_round_that_prices_a_lift_cannot_close_is_closed_by_tables(tmp_path: Path) -> None:
    problem = read(canonical(city(40, 12, 3, 5)))
    outcome = solve(problem, gap=Fraction(0))
    assert outcome.state == "proven"
    prices = outcome.certificate["prices"]
    assert any(m is None for p in prices for tiers in p["m"].values() for m in tiers)
    file = tmp_path / "award.json"
    file.write_text(json.dumps(document(problem, outcome.award, outcome.certificate)), "utf-8")
    assert verify.main([str(file)]) == 0


def leaves(tree: dict[str, Any]) -> int:
    return leaves(tree["no"]) + leaves(tree["yes"]) if "fact" in tree else 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_few_suppliers_with_many_lots_each_are_closed_by_few_leaves(seed: int) -> None:
    problem = read(canonical(city(120, 5, 3, seed)))
    outcome = solve(problem, gap=Fraction(0))
    assert outcome.state == "proven"
    assert leaves(outcome.certificate["tree"]) <= 100
