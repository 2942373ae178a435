"""Units that cost the same a lift are looked at as one, and nothing is lost by it."""

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bench.rounds import city
from tuanti.rules.award import verify
from tuanti.rules.award.document import document
from tuanti.rules.award.problem import Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical
from tuanti.solve import award, certify, model
from tuanti.solve.assign import Fit
from tuanti.solve.deal import Swaps


@pytest.fixture(autouse=True)
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rounds that a test can afford be crowded ones."""
    monkeypatch.setattr(model, "_CROWDED", 0)
    monkeypatch.setattr(award, "_SMALL", 0)


def mixed(data: dict[str, Any], seed: int) -> dict[str, Any]:
    """The same round with some lots of two profiles, in parts that repeat."""
    r, bill = random.Random(seed), list[dict[str, Any]]()
    for line in data["bill"]:
        if line["lifts"] % 3 == 0 and r.random() < 0.5:
            other = {"p0": "p1", "p1": "p2", "p2": "p0"}[line["profile"]]
            part = line["lifts"] // 3
            bill += [line | {"lifts": 2 * part}, line | {"lifts": part, "profile": other}]
        else:
            bill.append(line)
    return data | {"bill": bill}


def crowded(seed: int, *, lots: int = 400, regions: int = 5) -> Problem:
    data = city(lots, 12, 3, seed, regions=regions, per_lot_prices=False)
    return read(canonical(mixed(data, seed)))


def single(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> model.Model:
    """The model of the same problem with every unit by itself."""
    with monkeypatch.context() as patch:
        patch.setattr(model, "_CROWDED", 10**18)
        return model.build(problem)


@pytest.mark.parametrize("seed", range(3))
def test_a_kind_costs_what_its_units_cost_together(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = crowded(seed)
    many, one = model.build(problem), single(problem, monkeypatch)
    assert many.crowd is not None
    assert one.crowd is None
    kind = many.crowd.kind
    assert many.n == kind.max() + 1 < one.n
    assert np.array_equal(many.crowd.units, one.units)
    together = np.zeros(many.cost.shape)
    np.add.at(together.T, kind, one.cost.T)
    bids = many.bids[[rung.s for rung in many.rungs]]
    assert np.array_equal(together[bids], many.cost[bids])
    assert np.array_equal(many.bids[:, kind], one.bids)
    assert np.array_equal(np.bincount(kind, weights=one.d), many.d)


@pytest.mark.parametrize("seed", range(3))
def test_the_award_of_a_crowd_is_proven_and_verified(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = crowded(seed)
    outcome = award.solve(problem, gap=Fraction(1, 200))
    assert outcome.award is not None
    assert not evaluate(problem, outcome.award).broken
    counted = certify.worth(verify.Facts(dict(problem.round)), outcome.certificate)
    for shape in (model.build(problem), single(problem, monkeypatch)):
        assert certify.plain_worth(shape, outcome.certificate) == counted
    paper = document(problem, outcome.award, outcome.certificate)
    assert verify.check_award(verify.Facts(paper["round"]), paper["award"]) == int(
        paper["award"]["cost"]
    )
    assert outcome.state == "proven"


def test_at_a_large_scale_the_bound_is_counted_in_pythons_own_numbers() -> None:
    problem = crowded(0)
    certificate = award.solve(problem, gap=Fraction(1, 1000)).certificate
    plain = certify.plain_worth(model.build(problem), certificate)
    times = 2**22
    for prices in certificate["prices"]:
        prices["u"] = [times * u for u in prices["u"]]
        prices["m"] = {s: [times * m for m in mine] for s, mine in prices["m"].items()}
    certificate["scale"] *= times
    assert certify.plain_worth(model.build(problem), certificate) == plain


def test_the_same_round_gives_the_same_award() -> None:
    first, second = (award.solve(crowded(1), gap=Fraction(1, 1000)) for _ in range(2))
    assert first == second


def test_units_with_other_bidders_are_of_another_kind() -> None:
    data = city(400, 12, 3, 0, regions=5, per_lot_prices=False)
    lot = data["lots"][0]["id"]
    data["pairs"] = [{"lot": lot, "supplier": s, "kind": "forbidden"} for s in ("s000", "s001")]
    problem = read(canonical(data))
    crowd = model.build(problem).crowd
    assert crowd is not None
    at = next(i for i, unit in enumerate(problem.units) if problem.lots[unit.lot]["id"] == lot)
    alone = crowd.kind[crowd.units == at][0]
    assert (crowd.kind == alone).sum() == 1


def test_where_rules_tell_units_apart_or_few_are_alike_each_is_by_itself() -> None:
    ruled = city(400, 12, 3, 0, rules={"winners_max": 9}, regions=5, per_lot_prices=False)
    apart = city(400, 12, 3, 0)
    for data in (ruled, apart):
        assert model.build(read(canonical(data))).crowd is None


def loads(
    sizes: list[int], kinds: list[int], at: list[int], low: list[int], high: list[int]
) -> list[float]:
    """What each supplier holds once the swaps are made."""
    none = np.zeros(0)
    fit = Fit(
        np.zeros(0, np.int64), none, np.array(low, float), np.array(high, float), none,
        0.0, none, none, none, short=False,
    )  # fmt: skip
    crowd = model.Crowd(np.arange(len(sizes)), np.array(sizes), np.array(kinds))
    place = np.array(at)
    shared = {k: np.unique(place[crowd.kind == k]) for k in set(kinds)}
    swaps = Swaps(crowd, fit, place, shared)
    swaps.run()
    found: list[float] = swaps.load.tolist()
    assert found == np.bincount(place, crowd.d, len(low)).tolist()
    return found


def test_lifts_too_many_are_handed_on_by_a_swap_within_a_kind() -> None:
    assert loads([7, 6], [0, 0], [0, 1], [0, 0], [6, 9]) == [6, 7]


def test_lifts_too_few_are_fetched_by_a_swap_or_a_unit() -> None:
    assert loads([6, 7], [0, 0], [0, 1], [7, 0], [9, 9]) == [7, 6]
    assert loads([6, 1, 5], [0, 0, 0], [0, 1, 1], [7, 0], [9, 9]) == [7, 5]


def test_a_chain_of_suppliers_hands_lifts_on_to_one_with_room() -> None:
    sizes, kinds, at = [7, 6, 4, 3], [0, 0, 1, 1], [0, 1, 1, 2]
    assert loads(sizes, kinds, at, [0, 10, 0], [6, 10, 9]) == [6, 10, 4]


def test_what_cannot_be_handed_on_stays_for_no_unit_moves_twice() -> None:
    sizes, kinds, at = [7, 6, 5], [0, 0, 0], [0, 1, 2]
    assert loads(sizes, kinds, at, [0, 6, 0], [6, 6, 6]) == [7, 6, 5]
    assert loads([3, 1], [0, 1], [0, 1], [0, 0], [2, 9]) == [3, 1]
