"""The airport game: against published answers, all orders (Shapley) and linear programs."""

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise, permutations
from math import factorial, inf
from pathlib import Path
from typing import Any

import highspy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules.sharing.games import nucleolus, shapley

FIXTURES = Path(__file__).parents[2].parent / "shared/data/sharing/cost_share_fixtures.json"

small = st.lists(st.integers(0, 12), min_size=1, max_size=5)
games = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


def fractions(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(part) for part in text.split())


VECTORS = [
    ([8, 11, 13, 18], "2 3 4 9", "13/4 13/4 13/4 33/4"),
    ([40, 50, 60, 70, 80, 90], "40/6 52/6 67/6 87/6 117/6 177/6",
     "40/3 40/3 40/3 40/3 40/3 70/3"),
    ([1500, 2200, 3000], "500 850 1650", "2200/3 2200/3 4600/3"),
    ([1500, 2200, 3500], "500 850 2150", "2200/3 2200/3 6100/3"),
    ([1, 10, 11, 30], "1/4 13/4 15/4 91/4", "1/2 7/2 7/2 45/2"),
    ([3, 3, 7, 7, 20], "3/5 3/5 29/15 29/15 224/15", "1 1 5/3 5/3 44/3"),
]  # fmt: skip


@pytest.mark.parametrize(("costs", "expected", "_"), VECTORS)
def test_the_shapley_value_is_as_published(costs: list[int], expected: str, _: str) -> None:
    assert shapley(costs) == fractions(expected)


@pytest.mark.parametrize(("costs", "_", "expected"), VECTORS)
def test_the_nucleolus_is_as_published(costs: list[int], _: str, expected: str) -> None:
    assert nucleolus(costs) == fractions(expected)


@pytest.mark.parametrize("game", ["airport_3", "airport_castro"])
def test_the_shapley_value_is_that_of_public_programs(game: str) -> None:
    if not FIXTURES.exists():
        pytest.skip(f"no {FIXTURES.name} beside the repository: its games were not compared")
    data: dict[str, Any] = json.loads(FIXTURES.read_text("utf-8"))[game]
    expected = data.get("shapley") or data["computed_full"]
    found = [float(share) for share in shapley(data["costs"])]
    assert found == pytest.approx(expected, rel=1e-9)
    prefix = data.get("published_prefix", [])
    assert found[: len(prefix)] == pytest.approx(prefix, rel=1e-9)


def test_nobody_shares_nothing() -> None:
    assert shapley([]) == nucleolus([]) == ()


def test_one_alone_bears_all() -> None:
    assert shapley([7]) == nucleolus([7]) == (Fraction(7),)


def by_all_orders(costs: Sequence[int]) -> tuple[Fraction, ...]:
    """The Shapley value by its definition: mean marginal cost over every order of coming."""
    added = [0] * len(costs)
    for order in permutations(range(len(costs))):
        reached = 0
        for player in order:
            added[player] += max(0, costs[player] - reached)
            reached = max(reached, costs[player])
    return tuple(Fraction(total, factorial(len(costs))) for total in added)


@given(costs=small)
def test_the_shapley_value_is_the_mean_over_all_orders(costs: list[int]) -> None:
    assert shapley(costs) == by_all_orders(costs)


def littlechild(costs: Sequence[int]) -> tuple[Fraction, ...]:
    """Littlechild's procedure as written, player by player: O(n squared)."""
    order = sorted(range(len(costs)), key=lambda player: costs[player])
    shares, start, paid, last = [Fraction(0)] * len(costs), 0, Fraction(0), len(costs) - 1
    while start <= last:
        best, upto = Fraction(0), -1
        for k in range(start, last + 1):
            heads = k - start + 2 if k < last else k - start + 1
            alike = (costs[order[k]] - paid) / heads
            if upto < 0 or alike <= best:
                best, upto = alike, k
        for k in range(start, upto + 1):
            shares[order[k]] = best
        paid += best * (upto + 1 - start)
        start = upto + 1
    return tuple(shares)


@given(costs=st.one_of(games, st.lists(st.integers(0, 4), min_size=1, max_size=40)))
def test_the_nucleolus_is_littlechilds(costs: list[int]) -> None:
    assert nucleolus(costs) == littlechild(costs)


def groups_of(players: int) -> list[tuple[int, ...]]:
    return [group for size in range(1, players) for group in combinations(range(players), size)]


class Excesses:
    """Linear programs over the shares of a cost game; what a group saves is its cost less shares.

    ``fixed`` says of some groups what they save in the nucleolus.
    """

    def __init__(self, costs: Sequence[int]) -> None:
        self.costs, self.groups = costs, groups_of(len(costs))
        self.fixed: dict[tuple[int, ...], float] = {}

    def most(self, least: float | None, group: tuple[int, ...] | None) -> tuple[float, list[float]]:
        """The most a group can save while the others save ``least``; or the most of all's least."""
        program = highspy.Highs()
        program.silent()
        shares = [program.addVariable(lb=-inf, ub=inf) for _ in self.costs]
        level = program.addVariable(lb=-inf, ub=inf)
        program.addConstr(sum(shares[1:], 1.0 * shares[0]) == max(self.costs))
        for each in self.groups:
            paid = sum((shares[player] for player in each[1:]), 1.0 * shares[each[0]])
            cost = max(self.costs[player] for player in each)
            if each in self.fixed:
                program.addConstr(paid == cost - self.fixed[each])
            elif least is None:
                program.addConstr(paid + level <= cost)
            else:
                program.addConstr(paid <= cost - least)
        if group is None:
            program.maximize(level)
        else:
            paid = sum((shares[player] for player in group[1:]), 1.0 * shares[group[0]])
            program.addConstr(level == max(self.costs[player] for player in group) - paid)
            program.maximize(level)
        values = program.getSolution().col_value
        return values[-1], values[:-1]


def by_linear_programs(costs: Sequence[int]) -> list[float]:
    """The nucleolus by its definition: raise the least saving, fix who can save no more, go on."""
    if len(costs) == 1:
        return [float(costs[0])]
    excesses, shares = Excesses(costs), [0.0]
    while len(excesses.fixed) < len(excesses.groups):
        least, shares = excesses.most(None, None)
        tight = [
            group
            for group in excesses.groups
            if group not in excesses.fixed and excesses.most(least, group)[0] < least + 1e-7
        ]
        assert tight
        excesses.fixed |= dict.fromkeys(tight, least)
    return shares


@pytest.mark.parametrize(
    "costs",
    [*(costs for costs, _, _ in VECTORS if len(costs) < 6), [5, 5, 5], [0, 4, 9], [2, 3, 5, 8],
     [1, 2, 4, 8], [9, 1], [6, 6, 7, 30]],
)  # fmt: skip
def test_the_nucleolus_is_that_of_linear_programs(costs: list[int]) -> None:
    assert [float(share) for share in nucleolus(costs)] == pytest.approx(
        by_linear_programs(costs), abs=1e-6
    )


@given(costs=games)
def test_both_divide_exactly_the_cost_of_all(costs: list[int]) -> None:
    assert sum(shapley(costs)) == sum(nucleolus(costs)) == max(costs)


@given(costs=games)
def test_no_group_pays_more_than_its_own(costs: list[int]) -> None:
    for shares in (shapley(costs), nucleolus(costs)):
        together, paid = sorted(zip(costs, shares, strict=True)), Fraction(0)
        for cost, share in together:
            paid += share
            assert share >= 0
            assert paid <= cost or cost == max(costs)


@given(costs=games)
def test_who_needs_more_never_pays_less(costs: list[int]) -> None:
    for shares in (shapley(costs), nucleolus(costs)):
        in_order = sorted(zip(costs, shares, strict=True))
        assert all(less[1] <= more[1] for less, more in pairwise(in_order))


@given(costs=games, more=st.integers(0, 10**9))
def test_one_player_more_harms_nobody(costs: list[int], more: int) -> None:
    joined = [*costs, min(more, max(costs))]
    for divide in (shapley, nucleolus):
        pairs = zip(divide(costs), divide(joined), strict=False)
        assert all(with_more <= alone for alone, with_more in pairs)


@given(costs=games)
def test_the_order_of_players_does_not_matter(costs: list[int]) -> None:
    for divide in (shapley, nucleolus):
        assert divide(costs[::-1]) == divide(costs)[::-1]


@given(base=st.integers(0, 10**6), costs=games)
def test_shapley_values_add_up(base: int, costs: list[int]) -> None:
    equally = Fraction(base, len(costs))
    assert shapley([base + cost for cost in costs]) == tuple(
        equally + share for share in shapley(costs)
    )


def test_a_long_queue_is_walked_once() -> None:
    """Convex costs leave every player a group of its own, and a hull through all of them."""
    costs = [k * k for k in range(600)]
    assert sum(nucleolus(costs)) == 599**2
    flat = [10**6] * 5000
    assert nucleolus(flat) == (Fraction(10**6, 5000),) * 5000
