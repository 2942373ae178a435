"""Any prices and any tree bound from below, and what passes is lawful."""

import random
from typing import Any

import pytest

from tests.rules.verify_cast import BUILT, LEAF, Json, changed, is_sound, problems, tiny, worth
from tests.rules.verify_chance import keeps, random_fact, random_prices
from tests.solve.random_rounds import awards
from tuanti.rules.award import verify
from tuanti.rules.award.problem import evaluate


def test_any_prices_and_any_tree_bound_from_below() -> None:
    assert is_sound(verify, random.Random(3), 5)


@pytest.mark.torture
def test_many_prices_and_trees_bound_from_below() -> None:
    assert is_sound(verify, random.Random(4), 300)


def bounds_every_leaf(r: random.Random, tries: int) -> int:
    """No leaf's bound is above the best award on its side; how many leaves had an award."""
    held = 0
    for problem, _ in problems():
        facts = verify.Facts(dict(problem.round))
        found = [(award, evaluate(problem, award)) for award in awards(problem)]
        lawful = [(award, x.cost) for award, x in found if not x.broken]
        for _ in range(tries):
            path = tuple((random_fact(r, facts), r.random() < 0.5) for _ in range(r.randint(1, 3)))
            prices = random_prices(r, facts, tables=r.random() < 0.5)
            bound = verify.Bound(facts, {"scale": 1, "prices": [prices]})
            costs = [cost for award, cost in lawful if keeps(problem, award, path)]
            assert bound.least({"prices": 0}, path) <= min(costs, default=float("inf"))
            held += bool(costs)
    return held


def test_no_leaf_is_above_the_best_award_on_its_side() -> None:
    assert bounds_every_leaf(random.Random(6), 20) > 500


@pytest.mark.torture
def test_none_of_many_leaves_is_above_the_best_award_on_its_side() -> None:
    assert bounds_every_leaf(random.Random(7), 1000) > 25_000


# --- Branches -------------------------------------------------------------------------------------


def branch(*fact: Json) -> dict[str, Any]:
    """The round computed by hand, its tree split once."""
    tree = {"fact": list(fact), "yes": LEAF, "no": LEAF}
    return dict(changed(tiny(), ("certificate", "tree"), tree))


@pytest.mark.parametrize(
    "fact",
    [
        ("winner", "s000"),
        ("tier", "s000", 1),
        ("tier", "s000", 0, 1),
        ("unit", "s000", 0),
        ("lifts", "s000", 1),
        ("lifts", "s001", 3),
        ("lifts", "s000", 10**30),
    ],
)
def test_a_branch_that_leaves_no_hole_proves_as_much(fact: tuple[Any, ...]) -> None:
    assert verify.report(branch(*fact))[2] == "no lawful award can be better than: 450 fen"


@pytest.mark.parametrize(
    "fact",
    [
        (),
        ("winner",),
        ("winner", "s000", 1),
        ("moon", "s000"),
        ("winner", "nobody"),
        ("moon", "nobody"),
        ("unit", "s000", 0, 1),  # not both, or neither: between them lies what no leaf would cover
        ("unit", "s000"),
        ("package", "s000"),
        ("lifts", "s000"),
        ("lifts", "s000", 3, 4),
        ("lifts", "s000", 0),  # an award without s000 is on no side
        ("lifts", "s000", -1),
        ("lifts", "s000", True),
        ("lifts", "s000", 2.5),  # two lifts would be on no side
        ("lifts", "s000", "3"),
        ("lifts", "s000", None),
    ],
)
def test_a_branch_whose_sides_are_no_opposites_is_refused(fact: tuple[Any, ...]) -> None:
    with pytest.raises((ValueError, IndexError, TypeError)):
        verify.report(branch(*fact))


@pytest.mark.parametrize("side", ["yes", "no"])
def test_a_branch_with_one_side_is_refused(side: str) -> None:
    data = branch("lifts", "s000", 5)
    del data["certificate"]["tree"][side]
    with pytest.raises(KeyError):
        verify.report(data)


@pytest.mark.parametrize(
    ("u", "m", "other", "path", "value"), BUILT, ids=[str(n) for n in range(len(BUILT))]
)
def test_a_leaf_is_worth_what_is_computed_by_hand(
    u: list[int], m: list[int | None], other: int | None, path: Json, value: float
) -> None:
    assert worth(verify, u, m, other, path) == value


def test_no_table_counts_where_being_in_a_lot_has_a_price() -> None:
    data = changed(tiny(), ("round", "rules", "lots_max"), 1)
    facts = verify.Facts(data["round"])

    def bound(s: str) -> float:
        prices = {"u": [0, 0], "m": {"s000": [None, 0], "s001": [0]}}
        prices |= {"q": [["lot", s, "*", -1, 5]]}
        return verify.Bound(facts, {"scale": 1, "prices": [prices]}).least(LEAF)

    assert bound("s001") == -5
    with pytest.raises(ValueError, match="no table"):
        bound("s000")
