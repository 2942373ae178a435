import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules import law, scoring
from tuanti.rules.errors import Path
from tuanti.rules.regimes import REGIMES, Kind, Regime
from tuanti.rules.scoring import Bid, Breaker, Criterion, EvaluationRefused, Scored, Terms
from tuanti.texts import LANGS, Lang, codes, facts_of, sentence

TODAY = law.on(date(2026, 11, 22))
CHONGQING = law.on(date(2026, 11, 22), "chongqing")
HALF = Fraction(1, 2)

BY_PRICE = Terms("owners", "goods", price_points=100)
FISCAL = Terms("fiscal", "goods", price_points=100)
SCORED = Terms(
    "fiscal",
    "goods",
    price_points=40,
    criteria=(Criterion("plan", 35), Criterion("service", 25)),
    gates=("licence", "type-test"),
    experts=("e1", "e2", "e3"),
    tolerance=Fraction(1, 5),
)
PASSED = {"licence": "", "type-test": ""}


def marks(*rows: tuple[object, object]) -> dict[str, dict[str, Any]]:
    """One (plan, service) pair for each of the experts e1, e2, e3."""
    return {f"e{at}": {"plan": a, "service": b} for at, (a, b) in enumerate(rows, 1)}


def bid(bidder: str, price_fen: int, *rows: tuple[object, object], **more: Any) -> Bid:  # noqa: ANN401 (any field of a bid)
    fields: dict[str, Any] = {"gates": PASSED, "marks": marks(*(rows or ((30, 20),) * 3))}
    return Bid(bidder, price_fen, **(fields | more))


def priced(*prices: int, **more: Any) -> list[Bid]:  # noqa: ANN401 (any field of a bid)
    return [Bid(name, price, **more) for name, price in zip("abcdefgh", prices, strict=False)]


def evaluate(terms: Terms, bids: Sequence[Bid], on: law.Law = TODAY) -> dict[str, Scored]:
    return {found.bidder: found for found in scoring.evaluate(terms, bids, on).bids}


def reasons(found: Scored) -> list[str]:
    return [reason.code.removeprefix("scoring.") for reason in found.reasons]


# --- the price formula ------------------------------------------------------------------------


def test_the_lowest_price_is_the_benchmark_and_has_all_the_points() -> None:
    found = evaluate(SCORED, [bid("jia", 300), bid("yi", 400), bid("bing", 700)])
    assert [found[name].price_points for name in ("jia", "yi", "bing")] == [
        40,
        30,
        Fraction(120, 7),
    ]
    assert found["yi"].points == 30 + 30 + 20
    assert [found[name].rank for name in ("jia", "yi", "bing")] == [1, 2, 3]


def test_no_extreme_price_is_dropped() -> None:
    found = scoring.evaluate(BY_PRICE, priced(100, 5_000, 5_100, 5_200, 90_000), TODAY)
    assert found.benchmark_fen == 100
    assert {one.bidder: one.points for one in found.bids}["b"] == 2
    assert {one.bidder: one.points for one in found.bids}["e"] == Fraction(1, 9)


def test_points_are_never_rounded_on_the_way() -> None:
    """Two prices apart by a fen differ in points that both look like 33.33."""
    found = evaluate(BY_PRICE, priced(10**9, 3 * 10**9, 3 * 10**9 + 1))
    assert found["b"].points > found["c"].points
    assert [found["b"].rank, found["c"].rank] == [2, 3]
    shown = [next(r.facts["points"] for r in found[b].reasons) for b in "bc"]
    assert shown == [3333, 3333]


# --- ties -------------------------------------------------------------------------------------


def test_on_equal_points_the_lower_price_offered_is_ahead() -> None:
    """A small firm's 100 less 10 % and another's 90 are the same evaluated price."""
    terms = replace(BY_PRICE, small=Fraction(1, 10))
    found = evaluate(terms, [Bid("a", 100, small=True), Bid("b", 90), Bid("c", 180)])
    assert found["a"].points == found["b"].points == 100
    assert [found[name].rank for name in "abc"] == [2, 1, 3]
    assert reasons(found["a"])[-2:] == ["rank", "tie_price"]
    assert reasons(found["b"])[-2:] == ["rank", "tie_price"]
    assert reasons(found["c"])[-1] == "rank"


def test_equal_points_and_equal_price_share_the_rank() -> None:
    found = scoring.evaluate(BY_PRICE, priced(200, 100, 100), TODAY)
    assert [(one.bidder, one.rank) for one in found.bids] == [("b", 1), ("c", 1), ("a", 3)]
    assert reasons(found.bids[0])[-1] == reasons(found.bids[1])[-1] == "tie_equal"


# --- gates, ceiling, least marks --------------------------------------------------------------


def test_whoever_fails_a_gate_is_out_before_any_price_is_compared() -> None:
    cheap = bid("jia", 1, gates={"licence": "expired", "type-test": "for 450 kg only"})
    found = scoring.evaluate(SCORED, [cheap, bid("yi", 400)], TODAY)
    by_name = {one.bidder: one for one in found.bids}
    assert found.benchmark_fen == 400
    assert by_name["yi"].price_points == 40
    assert by_name["jia"].rank is None
    assert by_name["jia"].points == 0
    assert reasons(by_name["jia"]) == ["gate_failed", "gate_failed"]
    assert [r.facts["found"] for r in by_name["jia"].reasons] == ["expired", "for 450 kg only"]
    assert reasons(by_name["yi"])[0] == "gates_passed"


def test_a_failed_bid_needs_no_marks() -> None:
    out = Bid("jia", 300, gates={"licence": "expired", "type-test": ""})
    above = Bid("yi", 501, gates=PASSED)
    assert (
        scoring.check(replace(SCORED, ceiling_fen=500), [out, above, bid("bing", 500)], TODAY) == ()
    )


def test_a_bid_at_the_ceiling_owes_its_marks() -> None:
    at = Bid("jia", 500, gates=PASSED)
    faults = scoring.check(replace(SCORED, ceiling_fen=500), [at], TODAY)
    assert {fault.code for fault in faults} == {"scoring.mark_missing"}


@pytest.mark.parametrize(("price", "rank"), [(500, 1), (501, None)])
def test_a_price_at_the_ceiling_stands_and_one_fen_above_does_not(
    price: int, rank: int | None
) -> None:
    found = evaluate(replace(BY_PRICE, ceiling_fen=500), priced(price))
    assert found["a"].rank == rank
    assert ("above_ceiling" in reasons(found["a"])) is (rank is None)


@pytest.mark.parametrize(("last", "rank"), [(Fraction(27), 1), (Fraction(269, 10), None)])
def test_a_mean_at_the_least_mark_stands_and_one_below_is_out(
    last: Fraction, rank: int | None
) -> None:
    """(20 + 25 + last) / 3 is 24 exactly, or a thirtieth short."""
    terms = replace(SCORED, criteria=(Criterion("plan", 35, least=24), Criterion("service", 25)))
    low = bid("jia", 100, (20, 20), (25, 20), (last, 20))
    found = evaluate(terms, [low, bid("yi", 120)])
    assert found["jia"].rank == rank
    assert ("below_least" in reasons(found["jia"])) is (rank is None)
    assert found["yi"].price_points == (Fraction(100, 3) if rank else 40)


# --- expert marks -----------------------------------------------------------------------------


def test_the_mark_of_a_criterion_is_the_exact_mean_of_all_experts() -> None:
    found = evaluate(SCORED, [bid("jia", 300, (30, 20), (31, 20), (Fraction(61, 2), 25))])
    assert found["jia"].marks == {"plan": Fraction(61, 2), "service": Fraction(65, 3)}
    [plan] = [r for r in found["jia"].reasons if r.facts.get("criterion") == "plan"]
    assert plan.facts["marks"] == "30.00 + 31.00 + 30.50"


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        (((30, 20), (30, 20), (23, 20)), []),  # 7 off the others' 30: exactly a fifth of 35
        (((30, 20), (30, 20), (Fraction(229, 10), 20)), ["e3"]),
        (((20, 20), (20, 20), (27, 20)), []),
        (((20, 20), (20, 20), (Fraction(271, 10), 20)), ["e3"]),
        (((30, 20), (16, 20), (30, 20)), ["e2"]),  # the others are 7 off: exactly
        (((30, 20), (15, 20), (30, 20)), ["e1", "e2", "e3"]),
    ],
)
def test_a_mark_far_from_the_mean_of_the_others_is_warned_of(
    rows: Sequence[tuple[object, object]], warned: list[str]
) -> None:
    found = scoring.evaluate(SCORED, [bid("jia", 300, *rows)], TODAY)
    assert [warning.facts["expert"] for warning in found.warnings] == warned
    assert {warning.facts["criterion"] for warning in found.warnings} <= {"plan"}


def test_a_warning_changes_no_mark() -> None:
    rows = ((35, 25), (0, 25), (35, 25))
    found = scoring.evaluate(SCORED, [bid("jia", 300, *rows)], TODAY)
    assert found.warnings
    assert found.bids[0].marks["plan"] == Fraction(70, 3)


def test_an_expert_alone_differs_from_nobody() -> None:
    terms = replace(SCORED, experts=("e1",), tolerance=0)
    found = scoring.evaluate(terms, [bid("jia", 300, (35, 0))], TODAY)
    assert found.warnings == ()


def test_two_experts_are_each_others_others() -> None:
    terms = replace(SCORED, experts=("e1", "e2"))
    found = scoring.evaluate(terms, [bid("jia", 300, (30, 20), (22, 20))], TODAY)
    assert [warning.facts["expert"] for warning in found.warnings] == ["e1", "e2"]


def test_bids_put_out_later_are_looked_at_for_deviations_too() -> None:
    terms = replace(SCORED, criteria=(Criterion("plan", 35, least=34), Criterion("service", 25)))
    found = scoring.evaluate(terms, [bid("jia", 300, (35, 20), (0, 20), (35, 20))], TODAY)
    assert found.bids[0].rank is None
    assert len(found.warnings) == 3


# --- life cycle and deduction -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "rate", "worth"),
    [
        (0, 0, 0),
        (1, 0, 600),
        (15, 0, 9_000),
        (1, Fraction(1, 5), 500),
        (2, Fraction(1, 2), 400 + Fraction(800, 3)),
    ],
)
def test_maintenance_is_paid_at_each_years_end(
    years: int, rate: int | Fraction, worth: int | Fraction
) -> None:
    assert scoring.maintenance_fen(600, years, rate) == worth


def test_without_a_rate_nothing_is_discounted() -> None:
    assert scoring.maintenance_fen(600, 15) == 9_000


def test_free_maintenance_is_worth_nothing() -> None:
    terms = replace(BY_PRICE, maintenance_years=10)
    assert evaluate(terms, [Bid("jia", 700, 0)])["jia"].evaluated_fen == 700


def test_a_dearer_lift_with_cheaper_upkeep_may_come_first() -> None:
    terms = replace(BY_PRICE, maintenance_years=15)
    found = evaluate(terms, [Bid("jia", 300_000, 6_000), Bid("yi", 310_000, 5_000)])
    assert [found["jia"].evaluated_fen, found["yi"].evaluated_fen] == [390_000, 385_000]
    assert [found["jia"].rank, found["yi"].rank] == [2, 1]
    assert "life_cycle" in reasons(found["jia"])


@pytest.mark.parametrize(
    ("standing", "reason", "points"),
    [
        ({}, None, 80),
        ({"small": True}, "deducted_small", 100),
        ({"welfare": True}, "deducted_welfare", 100),
        ({"joint": True}, "deducted_joint", Fraction(1000, 12)),
        ({"small": True, "welfare": True}, "deducted_small", 100),  # once
        ({"small": True, "joint": True}, "deducted_small", 100),
        ({"welfare": True, "joint": True}, "deducted_welfare", 100),
    ],
)
def test_small_firms_are_compared_at_less_and_only_once(
    standing: dict[str, Any], reason: str | None, points: int | Fraction
) -> None:
    terms = replace(FISCAL, small=Fraction(1, 5), joint=Fraction(4, 100))
    found = evaluate(terms, [Bid("jia", 1000, **standing), Bid("yi", 800)])
    assert found["jia"].points == points
    assert [code for code in reasons(found["jia"]) if code.startswith("deducted")] == (
        [reason] if reason else []
    )


def test_a_deduction_names_the_rules_it_keeps_to() -> None:
    terms = replace(FISCAL, small=Fraction(1, 10), joint=Fraction(6, 100))
    found = evaluate(terms, [Bid("jia", 1000, small=True), Bid("yi", 900, joint=True)])
    for name, rule in (("jia", "sme-goods"), ("yi", "sme-consortium")):
        [told] = [r for r in found[name].reasons if r.code.startswith("scoring.deducted")]
        assert told.law_ids == (
            f"cn/fiscal/{rule}-least@2022-07-01",
            f"cn/fiscal/{rule}-most@2022-07-01",
        )


def test_maintenance_is_deducted_from_as_well() -> None:
    terms = replace(FISCAL, small=Fraction(1, 10), maintenance_years=10)
    found = evaluate(terms, [Bid("jia", 900, 10, small=True)])
    assert found["jia"].evaluated_fen == 900


# --- too low ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prices", "ceiling", "flags"),
    [
        ((500, 1250, 1250), None, ["low_next"]),  # exactly half of the mean, 1000
        ((499, 1000, 1501), None, ["low_mean", "low_next"]),  # mean 1000, next 1000
        ((500, 1000, 1500), None, []),  # exactly half of both
        ((500, 1001, 1000), None, []),
        ((500, 1002, 1002), None, ["low_next"]),  # mean 834.67
        ((600, 700, 3000), None, ["low_mean"]),
        ((450,), 1000, []),  # exactly 45 % of the ceiling; alone there is no next
        ((449,), 1000, ["low_ceiling"]),
        ((100, 100, 1000), None, ["low_mean"]),  # the second-lowest is as low
    ],
)
def test_a_price_below_a_trigger_is_flagged_and_one_at_it_is_not(
    prices: Sequence[int], ceiling: int | None, flags: list[str]
) -> None:
    terms = replace(FISCAL, ceiling_fen=ceiling)
    found = evaluate(terms, priced(*prices))
    told = [code for code in reasons(found["a"]) if code in ("low_mean", "low_next", "low_ceiling")]
    assert told == flags


@pytest.mark.parametrize(
    ("prices", "flagged"),
    [
        ((500, 1000), False),
        ((499, 1000), True),
        ((1000, 500), False),
        ((1000, 499, 5000), True),  # the lowest, wherever it stands
    ],
)
def test_next_is_the_second_lowest_price(prices: Sequence[int], flagged: bool) -> None:  # noqa: FBT001 (a table's column)
    found = evaluate(FISCAL, priced(*prices))
    lowest = min(found.values(), key=lambda one: one.evaluated_fen)
    assert ("low_next" in reasons(lowest)) is flagged


def test_a_flagged_bid_stays_provisionally_until_the_committee_decides() -> None:
    found = scoring.evaluate(FISCAL, priced(399, 1000, 1000), TODAY)
    assert not found.settled
    assert (found.bids[0].bidder, found.bids[0].rank, found.bids[0].low) == ("a", 1, "flagged")
    assert "low_flagged" in reasons(found.bids[0])
    assert found.benchmark_fen == 399


def test_an_accepted_explanation_keeps_the_bid() -> None:
    low, *others = priced(399, 1000, 1000)
    found = scoring.evaluate(FISCAL, [replace(low, explained="accepted"), *others], TODAY)
    assert found.settled
    assert (found.bids[0].bidder, found.bids[0].rank, found.bids[0].low) == ("a", 1, "accepted")


def test_a_rejected_explanation_puts_the_bid_out_and_its_price_is_no_benchmark() -> None:
    low, *others = priced(400, 1000, 1250)
    found = scoring.evaluate(FISCAL, [replace(low, explained="rejected"), *others], TODAY)
    assert found.settled
    assert found.benchmark_fen == 1000
    assert [(one.bidder, one.rank) for one in found.bids] == [("b", 1), ("c", 2), ("a", None)]
    assert found.bids[-1].low == "rejected"
    assert reasons(found.bids[-1])[-1] == "low_rejected"


def test_prices_that_failed_a_gate_move_no_mean() -> None:
    terms = replace(FISCAL, gates=("licence",))
    passed, failed = {"licence": ""}, {"licence": "expired"}
    dear = Bid("c", 100_000, gates=failed)
    bids = [Bid("a", 500, gates=passed), Bid("b", 900, gates=passed), dear]
    assert evaluate(terms, bids)["a"].low == "clear"


def test_the_committee_may_doubt_any_price() -> None:
    a, b = priced(900, 1000)
    found = evaluate(FISCAL, [replace(a, doubted=True), b])
    assert found["a"].low == "flagged"
    told = {reason.code: reason.law_ids for reason in found["a"].reasons}
    assert told["scoring.low_doubted"] == ("cn/fiscal/low-explain@2017-10-01",)
    assert found["b"].low == "clear"


@pytest.mark.parametrize(
    ("regime", "on", "rules"),
    [
        ("fiscal", TODAY, ("cn/fiscal/low-explain@2017-10-01",)),
        ("tendering", TODAY, ("cn/tendering/below-cost@2000-01-01",)),
        ("tendering", CHONGQING, ("chongqing/tendering/low-explain@2016-09-01",)),
        ("owners", TODAY, ()),
    ],
)
def test_doubt_rests_on_the_regimes_own_rule(
    regime: Regime, on: law.Law, rules: tuple[str, ...]
) -> None:
    found = evaluate(Terms(regime, "goods", 100), priced(900, doubted=True), on)
    doubt = [r for r in found["a"].reasons if r.code.startswith("scoring.low_")]
    assert [r.law_ids for r in doubt] == [rules, rules]


@pytest.mark.parametrize("regime", ["tendering", "owners"])
def test_fiscal_triggers_bind_other_regimes_only_if_the_round_takes_them_up(
    regime: Regime,
) -> None:
    terms, bids = Terms(regime, "goods", 100), priced(399, 1000, 1000)
    assert evaluate(terms, bids)["a"].low == "clear"
    watched = evaluate(replace(terms, watch_low=True), bids)["a"]
    assert watched.low == "flagged"
    [mean] = [r for r in watched.reasons if r.code == "scoring.low_mean"]
    assert mean.law_ids == ("cn/fiscal/low-of-mean@2025-02-01",)


def test_before_the_triggers_were_law_nothing_is_flagged() -> None:
    bids = priced(399, 1000, 1000)
    assert evaluate(FISCAL, bids, law.on(date(2025, 1, 31)))["a"].low == "clear"
    assert evaluate(FISCAL, bids, law.on(date(2025, 2, 1)))["a"].low == "flagged"


# --- too high ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prices", "limit"),
    [
        ((100, 110, 120), 180),  # 1.8 times the lowest
        ((100, 300, 500), 270),  # 1.8 times half the mean
        ((100, 200, 300), 180),  # both the same
        ((100,), 180),
    ],
)
def test_the_anchor_is_the_lowest_price_or_half_the_mean(prices: Sequence[int], limit: int) -> None:
    assert scoring.breaker_limit(prices, scoring.breaker(TODAY)) == limit


@pytest.mark.parametrize(("price", "rank"), [(180, 3), (181, None)])
def test_a_price_at_the_breaker_stands_and_one_fen_above_is_out(
    price: int, rank: int | None
) -> None:
    terms = replace(BY_PRICE, breaker=scoring.breaker(TODAY))
    found = evaluate(terms, priced(100, 110, price))
    assert found["c"].rank == rank
    broken = [r for r in found["c"].reasons if r.code == "scoring.above_breaker"]
    assert len(broken) == (rank is None)
    assert all(r.law_ids == ("cn/round/breaker@2025-09-20",) for r in broken)


def test_a_breaker_binds_only_where_the_round_publishes_one() -> None:
    assert evaluate(BY_PRICE, priced(100, 110, 100_000))["c"].rank == 3
    assert evaluate(FISCAL, priced(100, 110, 100_000))["c"].rank == 3


def test_a_breaker_of_the_rounds_own_names_no_law() -> None:
    terms = replace(BY_PRICE, breaker=Breaker(2, 0))
    found = evaluate(terms, priced(100, 200, 201))
    assert [found[name].rank for name in "abc"] == [1, 2, None]
    assert found["c"].reasons[-1].law_ids == ()


def test_a_price_rejected_as_too_low_anchors_no_breaker() -> None:
    terms = replace(FISCAL, breaker=scoring.breaker(TODAY))
    low, *others = priced(100, 1000, 1800)
    found = evaluate(terms, [replace(low, explained="rejected"), *others])
    assert [found[name].rank for name in "abc"] == [None, 1, 2]


def test_low_and_high_are_different_questions() -> None:
    """The dear bid makes the cheap one look low; the breaker puts only the dear one out."""
    terms = replace(FISCAL, breaker=scoring.breaker(TODAY))
    found = evaluate(terms, priced(400, 700, 5000))
    assert found["a"].low == "flagged"
    assert [found[name].rank for name in "abc"] == [1, 2, None]


def test_nobody_left_is_an_answer() -> None:
    terms = replace(BY_PRICE, ceiling_fen=10, breaker=scoring.breaker(TODAY))
    found = scoring.evaluate(terms, priced(11, 12), TODAY)
    assert found.benchmark_fen is None
    assert [one.rank for one in found.bids] == [None, None]
    assert found.settled


# --- what the law refuses ---------------------------------------------------------------------


def unlawful(terms: Terms, on: law.Law = TODAY) -> list[str]:
    faults = scoring.check(terms, [], on)
    return [fault.code.removeprefix("scoring.") for fault in faults if fault.path[0] == "terms"]


def weighted(regime: Regime, kind: Kind, price: int | Fraction) -> Terms:
    return Terms(regime, kind, price, (Criterion("plan", 100 - price),), experts=("e1",))


@pytest.mark.parametrize(
    ("regime", "kind", "price", "refused"),
    [
        ("fiscal", "goods", 30, False),
        ("fiscal", "goods", Fraction(2999, 100), True),
        ("fiscal", "services", 10, False),
        ("fiscal", "services", Fraction(999, 100), True),
        ("fiscal", "works", 1, False),
        ("tendering", "goods", 1, False),
        ("owners", "goods", 1, False),
    ],
)
def test_price_must_weigh_what_the_regime_asks(
    regime: Regime,
    kind: Kind,
    price: int | Fraction,
    refused: bool,  # noqa: FBT001 (a table's column)
) -> None:
    expected = ["price_weight_too_low"] if refused else []
    assert unlawful(weighted(regime, kind, price)) == expected


@pytest.mark.parametrize(
    ("regime", "kind", "on", "refused"),
    [
        ("fiscal", "goods", TODAY, True),
        ("fiscal", "services", TODAY, True),
        ("fiscal", "works", TODAY, False),
        ("tendering", "works", TODAY, False),
        ("tendering", "works", CHONGQING, True),
        ("tendering", "goods", CHONGQING, False),
        ("owners", "goods", CHONGQING, False),
    ],
)
def test_a_uniform_standard_leaves_only_the_price(
    regime: Regime,
    kind: Kind,
    on: law.Law,
    refused: bool,  # noqa: FBT001 (a table's column)
) -> None:
    terms = replace(weighted(regime, kind, 60), uniform=True)
    assert unlawful(terms, on) == (["uniform_by_price"] if refused else [])
    assert unlawful(replace(terms, uniform=False), on) == []
    assert unlawful(Terms(regime, kind, 100, uniform=True), on) == []


@pytest.mark.parametrize(
    ("regime", "kind", "name", "bp", "code"),
    [
        ("fiscal", "goods", "small", 1000, None),
        ("fiscal", "goods", "small", 999, "deduction_small"),
        ("fiscal", "services", "small", 2000, None),
        ("fiscal", "services", "small", 2001, "deduction_small"),
        ("fiscal", "goods", "joint", 400, None),
        ("fiscal", "goods", "joint", 399, "deduction_joint"),
        ("fiscal", "goods", "joint", 600, None),
        ("fiscal", "goods", "joint", 601, "deduction_joint"),
        ("fiscal", "works", "small", 300, None),
        ("fiscal", "works", "small", 299, "deduction_small"),
        ("fiscal", "works", "small", 500, None),
        ("fiscal", "works", "small", 501, "deduction_small"),
        ("fiscal", "works", "joint", 100, "deduction_without_rule"),
        ("tendering", "goods", "small", 500, None),
        ("tendering", "goods", "small", 1000, "deduction_small"),
        ("owners", "goods", "small", 9999, None),
        ("owners", "goods", "joint", 1, None),
    ],
)
def test_a_deduction_keeps_to_the_bounds_of_the_law(
    regime: Regime, kind: Kind, name: str, bp: int, code: str | None
) -> None:
    share: dict[str, Any] = {name: Fraction(bp, 10_000)}
    terms = replace(Terms(regime, kind, 100), **share)
    assert unlawful(terms) == ([code] if code else [])


def test_a_refusal_shows_what_was_given_and_what_is_asked() -> None:
    terms = replace(weighted("fiscal", "goods", Fraction(59, 2)), small=Fraction(5, 100))
    weight, small = scoring.check(terms, [], TODAY)
    assert (weight.facts["value"], weight.facts["least"]) == (2950, 3000)
    assert [small.facts[name] for name in ("value", "least", "most")] == [500, 1000, 2000]
    assert "29.50 分" in sentence(weight.code, "zh", **weight.facts)
    assert "5.00 %, outside 10.00 to 20.00 %" in sentence(small.code, "en", **small.facts)
    [none] = scoring.check(replace(FISCAL, kind="works", joint=Fraction(1, 50)), [], TODAY)
    assert none.facts == {"value": 200}


def test_the_bounds_are_those_of_the_day() -> None:
    terms = replace(FISCAL, small=Fraction(6, 100))
    assert unlawful(terms, law.on(date(2022, 6, 30))) == []
    assert unlawful(terms, law.on(date(2022, 7, 1))) == ["deduction_small"]
    assert unlawful(terms, law.on(date(2020, 1, 1))) == ["deduction_without_rule"]


_BY_FRACTION = """
format = "tuanti-law/1"
[[places]]
id = "thirds"
name = { zh = "甲市", en = "A" }
parent = "cn"
[[rules]]
id = "thirds/fiscal/price-weight-goods-least"
title = { zh = "甲", en = "a" }
unit = "fraction"
value = "1/3"
article = { zh = "甲", en = "a" }
source = "invented"
grade = "memory"
in_force_from = 2020-01-01
"""


def test_a_citys_pack_may_write_a_share_as_a_fraction() -> None:
    on = law.on(date(2026, 1, 1), "thirds", shelf=law.beside(_BY_FRACTION))
    assert unlawful(weighted("fiscal", "goods", Fraction(100, 3)), on) == []
    assert unlawful(weighted("fiscal", "goods", 33), on) == ["price_weight_too_low"]


# --- faults -----------------------------------------------------------------------------------

Change = Callable[[Terms, list[Bid]], tuple[Terms, list[Bid]]]


def term(**values: object) -> Change:
    return lambda terms, bids: (replace(terms, **values), bids)  # type: ignore[arg-type] # also wrong ones


def first(**values: object) -> Change:
    return lambda terms, bids: (terms, [replace(bids[0], **values), *bids[1:]])  # type: ignore[arg-type] # also wrong ones


def mark(expert: str, criterion: str, value: object) -> Change:
    given_marks: dict[str, dict[str, object]] = {
        e: dict(row) for e, row in marks(*(((30, 20),) * 3)).items()
    }
    given_marks.setdefault(expert, {})[criterion] = value
    return first(marks=given_marks)


def without_mark(expert: str, criterion: str | None) -> Change:
    given_marks = marks(*(((30, 20),) * 3))
    if criterion is None:
        del given_marks[expert]
    else:
        del given_marks[expert][criterion]
    return first(marks=given_marks)


PLAN, SERVICE = Criterion("plan", 35), Criterion("service", 25)

FAULTS: list[tuple[Change, list[tuple[str, Path]]]] = [
    (term(regime="civil"), [("unknown_choice", ("terms", "regime"))]),
    (term(kind="lifts"), [("unknown_choice", ("terms", "kind"))]),
    (term(price_points=40.0), [("not_exact", ("terms", "price_points"))]),
    (term(price_points=True), [("not_exact", ("terms", "price_points"))]),
    (term(price_points=-1), [("out_of_range", ("terms", "price_points"))]),
    (term(price_points=101), [("out_of_range", ("terms", "price_points"))]),
    (term(price_points=Fraction(401, 10)), [("points_sum", ("terms", "price_points"))]),
    (
        term(criteria=(PLAN, Criterion("service", 25.0))),  # type: ignore[arg-type] # on purpose
        [("not_exact", ("terms", "criteria", 1, "points"))],
    ),
    (
        term(criteria=(PLAN, Criterion("service", 25, least=26))),
        [("out_of_range", ("terms", "criteria", 1, "least"))],
    ),
    (term(criteria=(PLAN, Criterion("plan", 25))), [("twice", ("terms", "criteria", 1))]),
    (term(gates=("licence", "licence")), [("twice", ("terms", "gates", 1))]),
    (term(experts=("e1", "e2", "e1")), [("twice", ("terms", "experts", 2))]),
    (term(experts=()), [("no_experts", ("terms", "experts"))]),
    (term(maintenance_years=51), [("out_of_range", ("terms", "maintenance_years"))]),
    (term(maintenance_years=1.0), [("out_of_range", ("terms", "maintenance_years"))]),
    (term(ceiling_fen=0), [("out_of_range", ("terms", "ceiling_fen"))]),
    (term(rate=Fraction(11, 10)), [("out_of_range", ("terms", "rate"))]),
    (term(rate=0.03), [("not_exact", ("terms", "rate"))]),
    (term(tolerance=2), [("out_of_range", ("terms", "tolerance"))]),
    (
        term(small=1, joint=1),
        [("all_deducted", ("terms", "small")), ("all_deducted", ("terms", "joint"))],
    ),
    (term(breaker=Breaker(101, 0)), [("out_of_range", ("terms", "breaker", "factor"))]),
    (
        term(breaker=Breaker(Fraction(9, 10), 2)),
        [
            ("out_of_range", ("terms", "breaker", "factor")),
            ("out_of_range", ("terms", "breaker", "mean_share")),
        ],
    ),
    (
        term(price_points=29, criteria=(Criterion("plan", 46), SERVICE), small=Fraction(1, 20)),
        [
            ("price_weight_too_low", ("terms", "price_points")),
            ("deduction_small", ("terms", "small")),
        ],
    ),
    (term(uniform=True), [("uniform_by_price", ("terms", "criteria"))]),
    (term(joint=Fraction(1, 10)), [("deduction_joint", ("terms", "joint"))]),
    (term(kind="works", joint=Fraction(1, 50)), [("deduction_without_rule", ("terms", "joint"))]),
    (lambda terms, _: (terms, []), [("no_bids", ("bids",))]),
    (lambda terms, bids: (terms, [bids[0], bids[0]]), [("twice", ("bids", 1))]),
    (first(price_fen=0), [("out_of_range", ("bids", 0, "price_fen"))]),
    (first(price_fen=3.0), [("out_of_range", ("bids", 0, "price_fen"))]),
    (first(yearly_fen=-1), [("out_of_range", ("bids", 0, "yearly_fen"))]),
    (term(maintenance_years=1), [("yearly_missing", ("bids", at, "yearly_fen")) for at in (0, 1)]),
    (first(explained="maybe"), [("unknown_choice", ("bids", 0, "explained"))]),
    (first(gates={"licence": ""}), [("gate_open", ("bids", 0, "gates", "type-test"))]),
    (first(gates=PASSED | {"age": ""}), [("unknown_gate", ("bids", 0, "gates", "age"))]),
    (mark("e9", "plan", 1), [("unknown_expert", ("bids", 0, "marks", "e9"))]),
    (mark("e1", "price", 1), [("unknown_criterion", ("bids", 0, "marks", "e1", "price"))]),
    (without_mark("e2", "plan"), [("mark_missing", ("bids", 0, "marks", "e2", "plan"))]),
    (
        without_mark("e2", None),
        [("mark_missing", ("bids", 0, "marks", "e2", name)) for name in ("plan", "service")],
    ),
    (mark("e1", "plan", 36), [("mark_refused", ("bids", 0, "marks", "e1", "plan"))]),
    (mark("e1", "plan", -1), [("mark_refused", ("bids", 0, "marks", "e1", "plan"))]),
    (mark("e1", "plan", 30.5), [("mark_refused", ("bids", 0, "marks", "e1", "plan"))]),
    (first(explained="rejected"), [("not_asked", ("bids", 0, "explained"))]),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_every_fault_is_found_where_it_is(change: Change, expected: list[tuple[str, Path]]) -> None:
    terms, bids = change(SCORED, [bid("jia", 300), bid("yi", 320)])
    faults = scoring.check(terms, bids, TODAY)
    assert [(fault.code, fault.path) for fault in faults] == [
        (f"scoring.{code}", path) for code, path in expected
    ]
    for fault in faults:
        assert facts_of(fault.code, "zh") <= set(fault.facts)
        assert all(sentence(fault.code, lang, **fault.facts) for lang in LANGS)
    with pytest.raises(EvaluationRefused) as refused:
        scoring.evaluate(terms, bids, TODAY)
    assert refused.value.faults == faults
    assert refused.value.facts == {"count": len(faults)}


@pytest.mark.parametrize(
    "change",
    [
        term(),
        term(price_points=100, criteria=(), experts=()),
        first(marks=marks((0, 0), (35, 25), (Fraction(69, 2), Fraction(1, 3)))),
        term(maintenance_years=0, rate=1, tolerance=0),
        term(breaker=Breaker(1, 0)),
        term(breaker=Breaker(100, 1)),
        term(criteria=(PLAN, Criterion("service", 25, least=25))),
        term(ceiling_fen=1),
        first(price_fen=1, yearly_fen=0),
        first(explained="accepted", doubted=True),
        first(explained="rejected", price_fen=100),
    ],
)
def test_what_is_at_the_border_has_no_fault(change: Change) -> None:
    terms, bids = change(SCORED, [bid("jia", 300), bid("yi", 320)])
    if not terms.criteria:
        bids = [replace(one, marks={}) for one in bids]
    assert scoring.check(terms, bids, TODAY) == ()


def test_small_points_are_points_too() -> None:
    half = Criterion("plan", HALF, least=HALF)
    terms = Terms(
        "owners", "goods", 0, (half, Criterion("service", Fraction(199, 2))), experts=("e1",)
    )
    assert scoring.check(terms, [Bid("a", 1, marks=marks((HALF, 0)))], TODAY) == ()
    none = replace(terms, criteria=(Criterion("plan", 0), Criterion("service", 100)))
    assert scoring.check(none, [Bid("a", 1, marks=marks((0, 100)))], TODAY) == ()


def test_a_fault_offers_the_choices_there_are() -> None:
    wrong = bid("jia", 300, explained="maybe", gates={**PASSED, "age": ""})
    answer, gate = scoring.check(SCORED, [wrong], TODAY)
    assert answer.facts["choices"] == "accepted rejected"
    assert gate.facts["choices"] == "licence type-test"
    none = scoring.check(BY_PRICE, [Bid("a", 1, gates={"age": ""})], TODAY)
    assert none[0].facts["choices"] is None


def test_maintenance_fees_settle_what_was_missing() -> None:
    terms = replace(SCORED, maintenance_years=50)
    bids = [bid("jia", 300, yearly_fen=0), bid("yi", 320, yearly_fen=7)]
    assert scoring.check(terms, bids, TODAY) == ()


def test_every_sentence_of_the_room_is_shown_by_some_test() -> None:
    shown = {f"scoring.{code}" for _, expected in FAULTS for code, _ in expected}
    shown |= {reason.code for reason in _every_reason()} | {EvaluationRefused.code}
    assert shown == {code for code in codes("zh") if code.startswith("scoring.")}


def _every_reason() -> list[Any]:
    """Reasons of one evaluation after another, until every kind has come up."""
    breaker = scoring.breaker(TODAY)
    small = replace(FISCAL, small=Fraction(1, 10), joint=Fraction(4, 100), ceiling_fen=2000)
    least = replace(SCORED, criteria=(Criterion("plan", 35, least=34), SERVICE))
    a, b, c = priced(399, 1000, 1000)
    cases: list[tuple[Terms, list[Bid]]] = [
        (
            SCORED,
            [
                bid("jia", 300, (35, 20), (0, 20), (35, 20)),
                Bid("yi", 1, gates={**PASSED, "licence": "no"}),
            ],
        ),
        (least, [bid("jia", 300)]),
        (
            small,
            [
                replace(a, small=True),
                replace(b, joint=True),
                replace(c, welfare=True),
                Bid("d", 2001),
            ],
        ),
        (FISCAL, [replace(a, explained="accepted"), replace(b, doubted=True), c]),
        (FISCAL, [replace(a, explained="rejected"), b, c]),
        (replace(BY_PRICE, small=Fraction(1, 10)), [Bid("a", 100, small=True), Bid("b", 90)]),
        (replace(BY_PRICE, breaker=breaker, maintenance_years=2), priced(100, 1000, yearly_fen=5)),
        (replace(FISCAL, ceiling_fen=1000), priced(449)),
    ]
    found = [scoring.evaluate(terms, bids, TODAY) for terms, bids in cases]
    bids_told = [reason for one in found for scored in one.bids for reason in scored.reasons]
    return [*bids_told, *(warning for one in found for warning in one.warnings)]


def test_every_reason_can_be_said_in_both_languages() -> None:
    for reason in _every_reason():
        assert facts_of(reason.code, "zh") <= set(reason.facts)
        assert all(sentence(reason.code, lang, **reason.facts) for lang in LANGS)


def test_findings_keep_the_law_they_used() -> None:
    found = scoring.evaluate(FISCAL, priced(399, 1000, 1000), TODAY)
    assert found.law_ids == (
        "cn/fiscal/drop-extremes@2017-10-01",
        "cn/fiscal/low-explain@2017-10-01",
        "cn/fiscal/low-of-mean@2025-02-01",
        "cn/fiscal/low-of-next@2025-02-01",
        "cn/fiscal/price-formula@2017-10-01",
    )
    assert scoring.evaluate(BY_PRICE, priced(400, 1000), TODAY).law_ids == ()


def test_what_is_shown_is_rounded_to_the_hundredth_halves_upward() -> None:
    found = evaluate(BY_PRICE, priced(1, 800))  # 0.125 points
    [told] = [r for r in found["b"].reasons if r.code == "scoring.price_points"]
    assert told.facts["points"] == 13
    assert found["b"].points == Fraction(1, 8)
    assert "得 0.13 分" in sentence(told.code, "zh", **told.facts)


def facts(found: Scored, code: str) -> Mapping[str, object]:
    [reason] = [r for r in found.reasons if r.code == f"scoring.{code}"]
    return reason.facts


def test_reasons_show_numbers_that_can_be_counted_by_hand() -> None:
    """900.00 a year at 50 % is worth 600.00 and 400.00; 11,000.00 less a tenth is 9,900.00."""
    terms = replace(FISCAL, small=Fraction(1, 10), maintenance_years=2, rate=HALF)
    found = evaluate(terms, [Bid("a", 1_000_000, 90_000, small=True), Bid("b", 1_980_000, 0)])
    assert facts(found["a"], "life_cycle") == {
        "price": 1_000_000,
        "years": 2,
        "yearly": 90_000,
        "rate": 5000,
        "worth": 100_000,
        "whole": 1_100_000,
    }
    assert facts(found["a"], "deducted_small") == {
        "share": 1000,
        "before": 1_100_000,
        "after": 990_000,
    }
    assert facts(found["b"], "price_points") == {
        "benchmark": 990_000,
        "price": 1_980_000,
        "most": 10_000,
        "points": 5000,
    }
    assert facts(found["b"], "rank") == {"points": 5000, "rank": 2, "among": 2}


def test_a_low_price_shows_what_it_is_low_against() -> None:
    found = evaluate(replace(FISCAL, ceiling_fen=1001), priced(399, 1000, 1000))["a"]
    law_id = {name: f"cn/fiscal/low-of-{name}@2025-02-01" for name in ("mean", "next", "ceiling")}
    assert facts(found, "low_mean") == {
        "price": 399,
        "reference": 800,  # 799.67
        "share": 5000,
        "law": law_id["mean"],
    }
    assert facts(found, "low_next")["reference"] == 1000
    ceiling = facts(found, "low_ceiling")
    assert (ceiling["reference"], ceiling["share"]) == (1001, 4500)
    assert ceiling["law"] == law_id["ceiling"]


def test_a_broken_price_shows_the_anchor() -> None:
    """A mean of 466.67 makes an anchor of 233.33 and a limit of 420."""
    found = evaluate(replace(BY_PRICE, breaker=scoring.breaker(TODAY)), priced(100, 300, 1000))
    assert facts(found["c"], "above_breaker") == {
        "price": 1000,
        "limit": 420,
        "anchor": 233,
        "factor": 180,
    }


def test_marks_are_shown_to_the_hundredth() -> None:
    terms = replace(SCORED, criteria=(Criterion("plan", 35, least=24), Criterion("service", 25)))
    rows = ((20, 20), (25, 20), (Fraction(269, 10), 21))
    low = scoring.evaluate(terms, [bid("jia", 100, *rows)], TODAY)
    assert facts(low.bids[0], "below_least") == {"criterion": "plan", "mark": 2397, "least": 2400}
    told = scoring.evaluate(SCORED, [bid("jia", 100, *rows)], TODAY)
    [plan] = [r.facts for r in told.bids[0].reasons if r.facts.get("criterion") == "plan"]
    assert (plan["points"], plan["most"], plan["experts"]) == (2397, 3500, 3)
    far = scoring.evaluate(SCORED, [bid("jia", 1, (30, 20), (30, 20), (22, 20))], TODAY)
    assert far.warnings[0].facts == {
        "expert": "e3",
        "bidder": "jia",
        "criterion": "plan",
        "mark": 2200,
        "others": 3000,
        "allowed": 700,
    }


@pytest.mark.parametrize("lang", LANGS)
def test_the_handbooks_example_runs(lang: Lang) -> None:
    page = FilePath(__file__).parents[2] / "docs" / lang / "reference/scoring.md"
    [code] = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 (our own page)
    assert scoring.check(names["terms"], names["bids"], TODAY) == ()
    found = evaluate(names["terms"], names["bids"])
    assert [found[name].rank for name in ("jia", "yi")] == [2, 1]


# --- properties -------------------------------------------------------------------------------

prices = st.lists(st.integers(1, 2000), min_size=1, max_size=7)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Terms, list[Bid]]:
    """Draw terms and bids without a fault, with every feature on now and then."""
    regime = draw(st.sampled_from(REGIMES))
    terms = replace(
        SCORED,
        regime=regime,
        gates=("licence",),
        ceiling_fen=draw(st.none() | st.integers(1, 2000)),
        maintenance_years=draw(st.integers(0, 3)),
        rate=Fraction(draw(st.integers(0, 20)), 100),
        small=draw(st.sampled_from([Fraction(0), Fraction(5, 100)])) if regime == "tendering"
        else draw(st.sampled_from([Fraction(0), Fraction(1, 10)])),
        breaker=draw(st.none() | st.just(Breaker(Fraction(9, 5), HALF))),
        watch_low=draw(st.booleans()),
    )  # fmt: skip
    bids = [
        Bid(
            name,
            price,
            draw(st.integers(0, 50)),
            small=draw(st.booleans()),
            gates={"licence": draw(st.sampled_from(["", "", "", "expired"]))},
            marks=marks(*((draw(st.integers(0, 35)), draw(st.integers(0, 25))) for _ in range(3))),
            doubted=draw(st.booleans()),
        )
        for name, price in zip("abcdefg", draw(prices), strict=False)
    ]
    return terms, bids


def standing(found: Mapping[str, Scored], name: str) -> tuple[bool, int, Fraction]:
    """How well a bid does: in or out, its rank with the best greatest, its points."""
    one = found[name]
    return one.rank is not None, -(one.rank or 0), one.points


@given(rounds())
def test_points_are_within_their_bounds_and_add_up(drawn: tuple[Terms, list[Bid]]) -> None:
    terms, bids = drawn
    for one in evaluate(terms, bids).values():
        if one.rank is not None:
            assert 0 < one.price_points <= terms.price_points
            assert one.points == one.price_points + sum(one.marks.values())
            assert one.points <= 100
        else:
            assert one.points == 0


@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_of_bids_does_not_matter(drawn: tuple[Terms, list[Bid]], chance: Any) -> None:  # noqa: ANN401 (hypothesis' Random)
    terms, bids = drawn
    mixed = chance.sample(bids, len(bids))
    assert scoring.evaluate(terms, mixed, TODAY) == scoring.evaluate(terms, bids, TODAY)


@given(rounds(), st.data())
def test_raising_ones_price_never_helps(
    drawn: tuple[Terms, list[Bid]], data: st.DataObject
) -> None:
    terms, bids = drawn
    at = data.draw(st.integers(0, len(bids) - 1))
    dearer = [*bids]
    dearer[at] = replace(bids[at], price_fen=bids[at].price_fen + data.draw(st.integers(1, 500)))
    name = bids[at].bidder
    before, after = evaluate(terms, bids), evaluate(terms, dearer)
    if before[name].rank is None:
        assert after[name].rank is None
    elif after[name].rank is not None:
        assert after[name].points <= before[name].points
        ahead = {b for b in before if standing(before, b) > standing(before, name)}
        assert all(
            after[b].rank is None or standing(after, b) > standing(after, name) for b in ahead
        )


@given(rounds(), st.data())
def test_one_more_bid_that_is_nowhere_better_lowers_no_points(
    drawn: tuple[Terms, list[Bid]], data: st.DataObject
) -> None:
    terms, bids = drawn
    dearest = max(one.price_fen for one in bids)
    worse = Bid(
        "worse",
        dearest + data.draw(st.integers(0, 500)),
        50,
        gates={"licence": ""},
        marks=marks((0, 0), (0, 0), (0, 0)),
    )
    before, after = evaluate(terms, bids), evaluate(terms, [*bids, worse])
    for name, one in before.items():
        if one.rank is not None:
            assert after[name].rank is not None
            assert after[name].points >= (0 if _newcomer_in(before, after) else one.points)


def _newcomer_in(before: Mapping[str, Scored], after: Mapping[str, Scored]) -> bool:
    """Whether a bid that had been above the breaker is let in by a higher mean."""
    return any(one.rank is None and after[name].rank is not None for name, one in before.items())


@given(prices)
def test_the_benchmark_is_the_lowest_of_all_prices(drawn: list[int]) -> None:
    found = scoring.evaluate(BY_PRICE, priced(*drawn), TODAY)
    assert found.benchmark_fen == min(drawn)
    for one in found.bids:
        assert one.points * one.evaluated_fen == 100 * min(drawn)


@given(prices)
def test_flags_agree_with_the_three_triggers_read_word_by_word(drawn: list[int]) -> None:
    found = evaluate(replace(FISCAL, ceiling_fen=2000), priced(*drawn))
    for name, price in zip("abcdefgh", drawn, strict=False):
        others = sorted(drawn)[1:]
        flagged = 2 * price * len(drawn) < sum(drawn)
        flagged |= bool(others) and 2 * price < others[0]
        flagged |= 100 * price < 45 * 2000
        assert (found[name].low == "flagged") is flagged
