"""Schemes side by side, and groups that would rather go alone, against every subset."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from tests.sharing_cast import YUAN, case_u, chance_plan, staircase, without
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing.comparing import Group, compare, worst_group
from tuanti.rules.sharing.plan import Costs, Flat, Plan
from tuanti.rules.sharing.schemes import UnknownScheme, scheme_ids
from tuanti.rules.sharing.shares import NoCosts, Shares, share

STOREYS = Costs(0, 60_000 * YUAN)
FLATTER = Costs(180_000 * YUAN, 24_000 * YUAN)


def test_all_schemes_stand_beside_the_plans_own() -> None:
    beside = compare(case_u(scheme="gd-ref", costs=FLATTER))
    assert beside.reference == share(case_u(), "gd-ref")
    assert [column.shares.scheme for column in beside.columns] == [
        ident for ident in scheme_ids() if ident not in ("bj2022", "custom")
    ]
    assert [(ident, why.code) for ident, why in beside.refused] == [
        ("bj2022", "sharing.numbers_unknown"), ("custom", "sharing.no_table"),
    ]  # fmt: skip


def test_who_gains_and_who_loses() -> None:
    (column,) = compare(case_u(), ["stairs"], reference="equal").columns
    changes = [fen // YUAN for fen in column.changes_fen[::2]]
    assert changes == [-25_000, -15_000, -5_000, 5_000, 15_000, 25_000]
    assert (column.gain, column.lose) == (6, 6)
    one_fen = Plan((Flat("201", 2, 8000), Flat("301", 3, 8000)), 4, scheme="equal")
    (moved,) = compare(one_fen, ["stairs"]).columns
    assert moved.changes_fen == (-1, 1)
    assert (moved.gain, moved.lose) == (1, 1)
    (same,) = compare(case_u(scheme="equal"), ["equal"]).columns
    assert (same.gain, same.lose) == (0, 0)


def test_the_reference_may_be_outside_the_comparison() -> None:
    beside = compare(case_u(), ["stairs"], reference="p6a")
    assert beside.reference.scheme == "p6a"
    assert len(beside.columns) == 1


def test_a_reference_that_cannot_share_is_refused() -> None:
    with pytest.raises(NoCosts):
        compare(case_u(scheme="nucleolus"), ["stairs"])


def test_a_scheme_nobody_knows_is_refused_not_listed() -> None:
    with pytest.raises(UnknownScheme):
        compare(case_u(), ["stairs", "lottery"])


def test_without_stand_alone_costs_nothing_is_judged() -> None:
    (column,) = compare(case_u(), ["equal"]).columns
    assert (column.judged, column.worst) == (False, None)
    assert worst_group(case_u(), share(case_u(), "equal")) is None


def test_where_nobody_needs_a_lift_nothing_is_judged() -> None:
    plan = Plan(staircase(1), 100, costs=STOREYS)
    (column,) = compare(plan, ["equal"]).columns
    assert not column.judged


def test_an_equal_split_of_pure_storeys_drives_the_low_floors_away() -> None:
    """Floor 1 pays 50,000 yuan for nothing; floors 1 and 2 pay 100,000 for what costs 60,000."""
    (column,) = compare(case_u(costs=STOREYS, scheme="equal"), ["equal"]).columns
    assert column.judged
    assert column.worst == Group(("101", "102"), (1,), 50_000 * YUAN, 0)
    assert column.worst.excess_fen == 50_000 * YUAN


def test_who_pays_just_what_a_lift_of_its_own_would_cost_stays() -> None:
    """Without floor 1, four flats pay 120,000 yuan: two storeys of five."""
    plan = without(case_u(costs=STOREYS, scheme="equal"), "101", "102")
    assert worst_group(plan, share(plan)) is None


def test_a_crowded_low_floor_would_rather_go_alone() -> None:
    """Six of seven flats need one storey of five."""
    flats = (*(Flat(f"20{door}", 2, 8000) for door in range(6)), Flat("601", 6, 8000))
    plan = Plan(flats, 50_000, scheme="equal", costs=Costs(0, 1))
    low = tuple(flat.id for flat in flats[:6])
    worst = worst_group(plan, share(plan))
    assert worst == Group(low, (2,), 42_858, 10_000)
    assert worst.excess_fen == 32_858


def test_rounding_is_no_grievance() -> None:
    """A fen above the stand-alone cost for each flat of the group is rounding; more is not."""
    plan = Plan((Flat("201", 2, 1), Flat("301", 3, 1)), 200, scheme="equal", costs=Costs(0, 1))

    def pays(low: int) -> Shares:
        return Shares("x", 200, (low, 200 - low))

    assert worst_group(plan, pays(100)) is None
    assert worst_group(plan, pays(101)) is None
    assert worst_group(plan, pays(102)) == Group(("201",), (2,), 102, 100)


def test_stand_alone_costs_are_rounded_down() -> None:
    plan = Plan((Flat("201", 2, 1), Flat("401", 4, 1)), 200, costs=Costs(0, 1))
    worst = worst_group(plan, Shares("x", 200, (100, 100)))
    assert worst == Group(("201",), (2,), 100, 66)


def hull(flats: Sequence[Flat], costs: Costs) -> int:
    """The cost in half fen of a lift from the lowest end of these flats' runs to the highest."""
    ends = [
        end
        for flat in flats
        if flat.rise
        for end in (2 * flat.street_floor, 2 * flat.floor + flat.stop)
    ]
    return 2 * costs.fixed_fen + costs.storey_fen * (max(ends) - min(ends)) if ends else 0


def test_the_worst_group_is_the_worst_of_all_groups() -> None:
    rnd = random.Random(6)
    named = 0
    for _ in range(300):
        flats = tuple(
            Flat(str(at), rnd.randint(1, 7), 8000, takes_part=rnd.random() < 0.9,
                 street_floor=rnd.choice((1, 1, 4)), stop=rnd.choice((0, 0, -1, 1)))
            for at in range(rnd.randint(1, 7))
        )  # fmt: skip
        costs, shared = Costs(rnd.randint(0, 50), rnd.randint(1, 50)), rnd.randint(0, 5000)
        plan = Plan(flats, shared, costs=costs)
        payers = [flat for flat in flats if flat.pays]
        whole = hull(payers, costs)
        cuts = sorted(rnd.randint(0, shared) for _ in payers[1:])
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, shared], strict=True)]
        pays = dict(zip((flat.id for flat in payers), parts, strict=False))
        worst = worst_group(plan, Shares("x", shared, tuple(pays.get(f.id, 0) for f in flats)))
        groups = [g for size in range(1, len(payers) + 1) for g in combinations(payers, size)]
        excess = [
            (sum(pays[f.id] for f in g) * whole - hull(g, costs) * shared, len(g)) for g in groups
        ]
        if worst is None:
            assert not whole or all(most <= size * whole for most, size in excess)
        else:
            named += 1
            group = [flat for flat in payers if flat.id in worst.flats]
            assert worst.pays_fen == sum(pays[f.id] for f in group)
            assert worst.floors == tuple(sorted({flat.floor for flat in group}))
            found = worst.pays_fen * whole - hull(group, costs) * shared
            assert found == max(most for most, _ in excess)
            assert worst.alone_fen == hull(group, costs) * shared // whole
    assert named > 100


@pytest.mark.parametrize("scheme", ["shapley", "fixed-airport", "nucleolus"])
def test_under_a_fair_division_no_group_would_rather_go_alone(scheme: str) -> None:
    rnd = random.Random(scheme)
    for _ in range(150):
        plan = replace(chance_plan(rnd), inside="equal")
        if len({flat.street_floor for flat in plan.flats}) > 1:
            continue
        if scheme == "shapley" and plan.costs:
            plan = replace(plan, costs=Costs(0, plan.costs.storey_fen))
        try:
            shares = share(plan, scheme)
        except RuleBroken:
            continue
        assert worst_group(plan, shares) is None
