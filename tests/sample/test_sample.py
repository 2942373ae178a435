from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tuanti.rules.award.problem import Problem
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical, check
from tuanti.sample import city, district

BOTH = pytest.mark.parametrize("make", [district, city])


def problem_of(make: Callable[[], dict[str, Any]]) -> Problem:
    return read(canonical(make()))


@BOTH
def test_a_sample_has_no_fault(make: Callable[[], dict[str, Any]]) -> None:
    assert check(make()) == []


@BOTH
def test_a_sample_is_the_same_every_time(make: Callable[[], dict[str, Any]]) -> None:
    assert make() == make()


@BOTH
def test_a_sample_says_that_it_is_invented(make: Callable[[], dict[str, Any]]) -> None:
    data = make()
    assert data["fictional"] is True
    assert "虚构示例" in data["title"]
    assert "fictional example" in data["title"]
    assert all("虚构" in firm["name"] for firm in data["suppliers"])


@BOTH
def test_every_unit_of_a_sample_has_two_valid_bids(make: Callable[[], dict[str, Any]]) -> None:
    problem = problem_of(make)
    assert min(sum(bids[i] for bids in problem.bids) for i in range(len(problem.units))) >= 2


@BOTH
def test_a_lift_costs_what_lifts_cost(make: Callable[[], dict[str, Any]]) -> None:
    problem = problem_of(make)
    prices = [price for listed in problem.listed for price in listed if price >= 0]
    assert min(prices) > 30_000_000 * 0.9
    assert max(prices) < 60_000_000


def test_the_district_has_12_lots_318_lifts_and_nine_firms() -> None:
    problem = problem_of(district)
    assert (len(problem.lots), problem.lifts, len(problem.suppliers)) == (12, 318, 9)


def test_the_district_shows_every_kind_of_bid() -> None:
    data, problem = district(), problem_of(district)
    assert {firm["ladder"] for firm in data["suppliers"]} == {"all_units", "incremental"}
    assert any(lot["suppliers_max"] == 2 for lot in data["lots"])
    assert problem.refused
    assert problem.packages
    floors: dict[str, set[int]] = {}
    for line in data["bill"]:
        floors.setdefault(line["parcel"], set()).add(line["stops"])
    assert {7, 9} in floors.values()


def test_in_the_district_a_total_falls_as_the_quantity_rises() -> None:
    problem = problem_of(district)
    s = next(s for s, firm in enumerate(problem.suppliers) if firm["id"] == "jia")
    price = max(problem.discounted[s])
    totals = [
        tier.low * (price * (10_000 - tier.discount_bp) // 10_000) + tier.fixed_fen
        for tier in problem.tiers[s]
    ]
    before = [(tier.high, tier.discount_bp, tier.fixed_fen) for tier in problem.tiers[s]]
    ends = [high * (price * (10_000 - bp) // 10_000) + fixed for high, bp, fixed in before]
    assert any(end > start for end, start in zip(ends, totals[1:], strict=False))


def test_the_city_has_2000_lots_about_40000_lifts_and_30_suppliers() -> None:
    problem = problem_of(city)
    assert (len(problem.lots), len(problem.suppliers)) == (2000, 30)
    assert 38_000 <= problem.lifts <= 42_000
    assert len(Counter(lot["district"] for lot in problem.lots)) == 38
