"""Where awards come from: rungs by transport programs, whole units by chains of moves."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bench.rounds import city
from tuanti.rules.award import verify
from tuanti.rules.award.problem import evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical
from tuanti.solve import award, primal
from tuanti.solve.ascent import ascend
from tuanti.solve.assign import Chains, Fit, transport
from tuanti.solve.award import first_prices
from tuanti.solve.dual import Dual, Prices, root
from tuanti.solve.model import Floats, Ints, Model, build
from tuanti.solve.primal import Found, Rungs, round_off, wanted


def town(seed: int, lots: int = 300) -> tuple[Model, Dual, Prices]:
    """A round of a few suppliers, and fair prices for it."""
    model = build(read(canonical(city(lots, 6, 3, seed))))
    dual = Dual(model)
    start = first_prices(model, dual)
    return model, dual, ascend(dual, root(model), start, 1.002 * start.bound, 60)


def total(chains: Chains) -> float:
    """The cost of all units where they are, and of the lifts beyond bounds."""
    cost = chains.fit.cost[chains.at, chains.units].sum()
    return float(cost + (chains.fine * chains.over()).sum())


def tiny(seed: int) -> tuple[Fit, Ints]:
    """Seven units and three suppliers with bounds that some dealing keeps."""
    r = np.random.default_rng(seed)
    d = r.integers(2, 9, 7)
    cost: Floats = d * r.integers(100, 130, (3, 7)).astype(float)
    at = r.integers(0, 3, 7)
    load = np.bincount(at, d, 3)
    low, high = load - r.uniform(0, 6, 3), load + r.uniform(0, 6, 3)
    shares = np.zeros((3, 7))
    shares[cost.argmin(0), np.arange(7)] = 1.0
    price = r.integers(0, 5, 3).astype(float)
    rungs = np.arange(3)
    return Fit(rungs, cost, low, high, cost, 0.0, shares, price, price, short=False), d


def chains_of(fit: Fit, d: Ints) -> Chains:
    model, _, _ = town(0, 4)
    return Chains(model, fit, d)


@pytest.mark.parametrize("seed", range(20))
def test_a_chain_gains_what_it_changes_in_cost_and_fines(seed: int) -> None:
    chains = chains_of(*tiny(seed))
    r = random.Random(seed)
    for length in (1, 2, 3):
        found = chains.chains(length, *chains.moves(40))
        gains = chains.gain(found)
        assert len(gains)
        for row in r.sample(range(len(gains)), min(30, len(gains))):
            at, load, before = chains.at.copy(), chains.load.copy(), total(chains)
            for unit, to in found:
                chains.apply(int(unit[row]), int(to[row]))
            assert total(chains) - before == pytest.approx(gains[row], abs=1e-6)
            chains.at, chains.load = at, load


def test_whole_units_that_are_found_keep_the_bounds_and_mostly_cost_the_least() -> None:
    """Seven units leave chains little to choose from: in half of these rounds they find none."""
    best = []
    for seed in range(60):
        fit, d = tiny(seed)
        at, cost = chains_of(fit, d).run(-np.inf)
        if not np.isfinite(cost):
            continue
        assert within(fit, at, d)
        assert cost == fit.cost[at, np.arange(7)].sum()
        ways = map(list, itertools.product(range(3), repeat=7))
        least = min(fit.cost[at, np.arange(7)].sum() for at in ways if within(fit, at, d))
        assert cost >= least
        best.append(cost == least)
    assert len(best) > 20
    assert sum(best) > 0.8 * len(best)


def within(fit: Fit, at: Ints | list[int], d: Ints) -> bool:
    load = np.bincount(at, d, 3)
    return bool((fit.low <= load).all() and (load <= fit.high).all())


def test_the_search_for_whole_units_goes_on_until_its_goal() -> None:
    model, _, p = town(1)
    fit = transport(model, wanted(model, root(model), p), p.m)
    assert fit is not None
    at_once, at_last = Chains(model, fit).run(np.inf), Chains(model, fit).run(-np.inf)
    assert at_last[1] < at_once[1] < np.inf
    between = Chains(model, fit).run(at_once[1] - 1)
    assert at_last[1] <= between[1] < at_once[1]


@pytest.mark.parametrize("seed", range(5))
def test_rungs_that_prices_rule_out_could_not_have_cost_less(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(primal, "_MOVES", 1000)
    model, dual, p = town(seed)
    rungs = Rungs(dual, root(model), p, {})
    best = rungs.search(50)
    assert best is not None
    near = {rungs.tobytes() for rungs in map(np.sort, rungs.neighbours(best))}
    assert not best.short
    assert len(near) < len(model.rungs)
    for mine in model.rungs_of:
        rest = np.setdiff1d(best.rungs, mine)
        for other in (rest, *(np.union1d(rest, r) for r in mine)):
            if other.tobytes() not in near:
                fit = transport(model, other, p.m)
                assert fit is None or fit.value > best.value - 1


@pytest.mark.parametrize("seed", range(3))
def test_a_program_is_given_up_where_it_must_cost_too_much(seed: int) -> None:
    model, _, p = town(seed)
    rungs = wanted(model, root(model), p)
    fit = transport(model, rungs, p.m)
    assert fit is not None
    assert transport(model, rungs, p.m, 0.99 * fit.value) is None
    again = transport(model, rungs, p.m, 1.01 * fit.value)
    assert again is not None
    assert again.value == pytest.approx(fit.value)


def test_a_program_goes_on_to_further_suppliers_where_the_nearest_are_full() -> None:
    model, rungs = priced_alike(slack=1)
    fit = transport(model, rungs, np.zeros(len(model.rungs)))
    assert fit is not None
    assert not fit.short
    assert (fit.shares.sum(1) > 0).sum() > 3
    model, rungs = priced_alike(slack=-1)
    fit = transport(model, rungs, np.zeros(len(model.rungs)))
    assert fit is not None
    assert fit.short


def test_a_unit_larger_than_a_rung_is_not_on_it() -> None:
    model, rungs = priced_alike(slack=1)
    large = int(model.d.argmax())
    sized = list(model.rungs)
    sized[rungs[0]] = replace(sized[rungs[0]], high=int(model.d[large]) - 1)
    fit = transport(replace(model, rungs=tuple(sized)), rungs, np.zeros(len(sized)))
    assert fit is not None
    assert fit.shares[0, large] == 0
    assert fit.shares[0].any()


def priced_alike(slack: int) -> tuple[Model, Ints]:
    """Six suppliers in the same order of price for all units; room for all lifts and ``slack``."""
    model, _, _ = town(0, 60)
    rungs = np.array([mine[-1] for mine in model.rungs_of])
    cost = np.zeros(model.cost.shape)
    cost[rungs] = np.arange(1, 1 + len(rungs))[:, None] * model.d
    room = np.full(len(rungs), model.d.sum() // len(rungs))
    room[0] += model.d.sum() - room.sum() + slack
    sized = list(model.rungs)
    for r, high in zip(rungs, room, strict=True):
        sized[r] = replace(sized[r], low=0, high=int(high))
    return replace(model, cost=cost, rungs=tuple(sized)), rungs


def test_whole_units_that_are_lawful_on_other_rungs_are_an_award() -> None:
    model, _, p = town(1)
    fit = transport(model, wanted(model, root(model), p), p.m)
    assert fit is not None
    least = int(fit.low.argmin())
    out = np.arange(len(fit.rungs)) == least  # nobody can win less than nothing
    fit = replace(fit, low=np.where(out, -1.0, fit.low), high=np.where(out, -1.0, fit.high))
    found = Found()
    assert Chains(model, fit).run()[1] == np.inf
    round_off(model, fit, found, np.inf)
    assert found.award is not None
    assert found.cost == evaluate(model.problem, found.award).cost


@pytest.mark.parametrize("seed", [1, 2, 3])  # 0 meets one set of rungs only
def test_the_rungs_met_come_cheapest_first_and_hold_the_units(seed: int) -> None:
    model, dual, _ = town(seed)
    p = first_prices(model, dual)
    met = [*Rungs(dual, root(model), p, {}).met(50)]
    best = Rungs(dual, root(model), p, {}).search(50)
    assert best is not None
    assert len(met) > 1
    assert [fit.value for fit in met] == sorted(fit.value for fit in met)
    assert met[0].value == pytest.approx(best.value)
    assert not any(fit.short for fit in met)


def test_the_ascent_stops_where_the_bound_is_enough_with_every_rung_looked_at() -> None:
    model, dual, p = town(2)
    top, goal = root(model), 1.001 * p.bound
    far = ascend(dual, top, p, goal, 150)
    enough = (p.bound + far.bound) / 2
    found = ascend(dual, top, p, goal, 150, enough)
    assert enough <= found.bound < far.bound
    assert dual.prices(found.u, found.q, top, found.m, top.rungs).bound == found.bound


def test_leaves_share_prices_and_each_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(award, "_SMALL", 0)
    problem = read(canonical(city(300, 6, 3, 2)))
    outcome = award.solve(problem, gap=Fraction(1, 10_000))
    certificate = outcome.certificate
    assert outcome.award is not None
    used = leaves(certificate["tree"])
    assert len(used) > len(certificate["prices"])
    assert {*used} == {*range(len(certificate["prices"]))}
    bound = verify.Bound(verify.Facts(dict(problem.round)), certificate).least(certificate["tree"])
    assert int(certificate["bound"]) <= -(-bound // certificate["scale"])
    assert outcome.state == "proven"


def leaves(tree: dict[str, Any]) -> list[int]:
    sides = [tree[side] for side in ("yes", "no") if side in tree]
    return [at for side in sides for at in leaves(side)] if sides else [tree["prices"]]
