import random
from dataclasses import replace

import pytest

from tests.sharing_cast import YUAN, case_u, chance_plan, staircase, without
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing.plan import Flat, Plan
from tuanti.rules.sharing.running import RULES, UnknownRunningRule, running
from tuanti.rules.sharing.shares import NobodyPays, share


def test_the_same_ratio_as_the_building_cost_is_usual() -> None:
    plan = case_u(scheme="ningbo")
    costs = running(plan, 3000 * YUAN)
    assert costs == running(plan, 3000 * YUAN, "same")
    assert list(costs) == [fen // 100 for fen in share(plan).pays_fen]


def test_equally_among_those_who_pay_for_the_lift() -> None:
    plan = without(case_u(scheme="xinmin"), "301")  # floors 1 and 2 pay nothing
    assert running(plan, 700, "equal") == (0, 0, 0, 0, 0, 100, 100, 100, 100, 100, 100, 100)


def test_a_fen_for_the_lift_makes_a_payer() -> None:
    plan = Plan((Flat("201", 2, 8000), Flat("301", 3, 8000)), 3, scheme="stairs")
    assert share(plan).pays_fen == (1, 2)
    assert running(plan, 10, "equal") == (5, 5)


def test_half_by_floor_and_half_by_area() -> None:
    flats = (Flat("201", 2, 6000), Flat("301", 3, 14_000), Flat("101", 1, 9000))
    plan = Plan(flats, 100, scheme="stairs")
    # by floor 2/5 and 3/5, by area 3/10 and 7/10; floor 1 pays nothing for the lift
    assert running(plan, 1000, "half") == (350, 650, 0)


def test_the_floor_is_the_one_a_flat_counts_as() -> None:
    flats = (Flat("501", 5, 5000, street_floor=4), Flat("601", 6, 5000, street_floor=4, stop=-1))
    plan = Plan(flats, 100, scheme="stairs")
    assert running(plan, 900, "half") == (425, 475)  # as floors 2 and 2.5


def test_another_scheme_may_be_named() -> None:
    plan = case_u(scheme="equal")
    assert running(plan, 1200) == (100,) * 12
    assert running(plan, 30_000, scheme="stairs")[::2] == (0, 1000, 2000, 3000, 4000, 5000)


def test_a_lift_the_subsidy_paid_for_is_run_in_the_ratio_it_would_have_cost() -> None:
    plan = replace(case_u(scheme="ningbo"), subsidy_fen=480_000 * YUAN)
    assert running(plan, 3000 * YUAN) == running(case_u(scheme="ningbo"), 3000 * YUAN)
    assert running(plan, 10, "equal") == (0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)


def test_a_lift_that_costs_nothing_gives_no_ratio() -> None:
    with pytest.raises(NobodyPays) as refused:
        running(Plan(staircase(3), 0, scheme="stairs"), 100)
    assert refused.value.facts == {"scheme": "stairs"}


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(UnknownRunningRule) as refused:
        running(case_u(), 100, "rides")
    assert refused.value.facts == {"rule": "rides", "known": "same, equal, half"}


def test_no_fen_of_running_costs_is_lost() -> None:
    rnd = random.Random(4)
    for _ in range(200):
        plan, fen = replace(chance_plan(rnd), scheme="gd-ref"), rnd.randint(0, 10**7)
        for rule in RULES:
            try:
                costs = running(plan, fen, rule)
            except RuleBroken:
                continue
            assert sum(costs) == fen
            assert min(costs) >= 0
            for flat, cost in zip(plan.flats, costs, strict=True):
                assert flat.pays or not cost
