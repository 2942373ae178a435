import random
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.sharing_cast import YUAN, case_u, chance_plan, staircase, without
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing.joining import (
    AlreadyIn,
    NoSuchFlat,
    NothingPaid,
    TermBelowZero,
    Terms,
    join,
)
from tuanti.rules.sharing.plan import Costs, Flat, Plan
from tuanti.rules.sharing.schemes import scheme_ids
from tuanti.rules.sharing.shares import share

PLAN = without(case_u(scheme="stairs"), "402")  # weights 2 x (0 1 2 3 4 5), one 3 missing: 27


def test_the_joiner_pays_its_share_as_if_it_had_been_there() -> None:
    joined = join(PLAN, "402")
    assert joined.share_fen == joined.pays_fen == 30_000 * YUAN  # 3 of 30 parts
    assert sum(joined.refunds_fen) == 30_000 * YUAN
    assert joined.refunds_fen[-1] == 5_555_56  # 5 of 27 parts
    assert (joined.refunds_fen[0], joined.refunds_fen[7]) == (0, 0)
    assert joined.flat == "402"


def test_after_joining_at_factor_0_all_have_paid_as_if_it_had_been_there() -> None:
    """To the fen of rounding: a table's shares stay in proportion."""
    joined = join(PLAN, "402")
    before, after = share(PLAN).pays_fen, share(joined.plan).pays_fen
    for at, refund in enumerate(joined.refunds_fen):
        paid = before[at] - refund + (joined.pays_fen if at == 7 else 0)
        assert abs(paid - after[at]) <= 1


@pytest.mark.parametrize(
    ("factor", "pays"),
    [("0", 3_000_000), ("1", 6_000_000), ("1/2", 4_500_000), ("1/7", 3_428_571)],
)
def test_a_factor_comes_on_top(factor: str, pays: int) -> None:
    joined = join(PLAN, "402", Terms(Fraction(factor)))
    assert (joined.share_fen, joined.pays_fen) == (3_000_000, pays)
    assert sum(joined.refunds_fen) == pays


@pytest.mark.parametrize(("factor", "pays"), [("1/2", 2), ("49/100", 1), ("1/3", 1), ("2/3", 2)])
def test_half_a_fen_is_rounded_up(factor: str, pays: int) -> None:
    plan = Plan((Flat("301", 3, 8000), Flat("302", 3, 8000, takes_part=False)), 2, scheme="equal")
    assert join(plan, "302", Terms(Fraction(factor))).pays_fen == pays


def test_a_lost_subsidy_and_delay_come_on_top_and_are_refunded_too() -> None:
    joined = join(PLAN, "402", Terms(Fraction(1), subsidy_lost_fen=2_000_001, delay_fen=500_000))
    assert joined.pays_fen == 6_000_000 + 2_500_001
    assert sum(joined.refunds_fen) == joined.pays_fen


def test_one_joins_after_the_other() -> None:
    plan = without(PLAN, "602")
    first = join(plan, "402")
    second = join(first.plan, "602", Terms(Fraction(1)))
    assert second.share_fen == 50_000 * YUAN
    assert second.refunds_fen[7] > 0  # who joined first gets its part
    with pytest.raises(AlreadyIn):
        join(second.plan, "402")


def test_who_owes_nothing_joins_for_nothing() -> None:
    joined = join(without(case_u(scheme="stairs"), "101"), "101", Terms(Fraction(1)))
    assert (joined.pays_fen, set(joined.refunds_fen)) == (0, {0})


def test_an_exempt_flat_joins_for_nothing() -> None:
    flats = (Flat("301", 3, 8000), Flat("302", 3, 8000, takes_part=False, exempt=True))
    assert join(Plan(flats, 100), "302").pays_fen == 0


def test_an_unknown_flat_cannot_join() -> None:
    with pytest.raises(NoSuchFlat) as refused:
        join(PLAN, "701")
    assert refused.value.facts == {"flat": "701"}


def test_who_is_in_cannot_join() -> None:
    with pytest.raises(AlreadyIn) as refused:
        join(PLAN, "401")
    assert refused.value.facts == {"flat": "401"}


@pytest.mark.parametrize(
    "terms", [Terms(Fraction(-1, 2)), Terms(subsidy_lost_fen=-1), Terms(delay_fen=-1)]
)
def test_nobody_joins_below_its_share(terms: Terms) -> None:
    with pytest.raises(TermBelowZero) as refused:
        join(PLAN, "402", terms)
    assert refused.value.facts == {"flat": "402"}


def test_where_nobody_paid_there_is_nobody_to_refund() -> None:
    plan = Plan(staircase(3), 1000, subsidy_fen=1000, scheme="stairs")
    assert join(without(plan, "301"), "301").pays_fen == 0
    with pytest.raises(NothingPaid) as refused:
        join(without(plan, "301"), "301", Terms(delay_fen=1))
    assert refused.value.facts == {"flat": "301"}


def test_nothing_is_lost_whoever_joins_under_any_scheme() -> None:
    rnd = random.Random(5)
    for _ in range(200):
        plan = replace(chance_plan(rnd), costs=Costs(10**7, 10**6), scheme=rnd.choice(scheme_ids()))
        terms = Terms(Fraction(rnd.randint(0, 12), 7), rnd.randint(0, 10**6), rnd.randint(0, 10**6))
        for flat in plan.flats:
            if flat.takes_part:
                continue
            try:
                joined = join(plan, flat.id, terms)
            except RuleBroken:
                continue
            assert sum(joined.refunds_fen) == joined.pays_fen >= joined.share_fen
            assert min(joined.refunds_fen) >= 0
            refunded = dict(zip(plan.flats, joined.refunds_fen, strict=True))
            assert not any(fen for each, fen in refunded.items() if not each.pays)
            assert joined.plan.shared_fen == plan.shared_fen
