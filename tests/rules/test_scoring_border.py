"""Scoring: the facts of its faults, and what nobody has laid down."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from tests.rules.test_scoring import SCORED, bid
from tuanti.rules import law
from tuanti.rules.errors import Fact, Fault, Path
from tuanti.rules.scoring import Bid, Exact, Terms, check, evaluate
from tuanti.rules.scoring.bounds import bounds

LAW = law.on(date(2026, 11, 22))


@pytest.mark.parametrize(
    ("terms", "field", "facts"),
    [
        (
            Terms("owners", "goods", 100, maintenance_years=51),
            "maintenance_years",
            {"value": "51", "low": 0, "high": "50"},
        ),
        (
            Terms("owners", "goods", 100, rate=Fraction(3, 2)),
            "rate",
            {"value": "3/2", "low": 0, "high": "1"},
        ),
    ],
)
def test_a_number_out_of_range_is_told_with_its_range(
    terms: Terms, field: str, facts: dict[str, Fact]
) -> None:
    fault = Fault("scoring.out_of_range", ("terms", field), {"field": field, **facts})
    assert check(terms, [], LAW) == (fault,)


def test_what_is_no_exact_number_is_told() -> None:
    half: Exact = 0.5  # type: ignore[assignment] # what a careless caller hands in
    facts = {"field": "rate", "value": "0.5"}
    fault = Fault("scoring.not_exact", ("terms", "rate"), facts)
    assert check(Terms("owners", "goods", 100, rate=half), [], LAW) == (fault,)


NOBODY: Any = "nobody"
MAYBE: Any = "maybe"
MARK: Path = ("bids", 0, "marks", "e1", "plan")


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        (
            Terms(NOBODY, "goods", 100),
            Fault(
                "scoring.unknown_choice",
                ("terms", "regime"),
                {"field": "regime", "value": "nobody", "choices": "fiscal tendering owners"},
            ),
        ),
        (
            Terms("owners", "goods", 60),
            Fault("scoring.points_sum", ("terms", "price_points"), {"value": "60"}),
        ),
    ],
)
def test_terms_that_cannot_be_are_told_whole(terms: Terms, fault: Fault) -> None:
    assert check(terms, [], LAW)[0] == fault


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (
            bid("jia", 300, explained=MAYBE),
            Fault(
                "scoring.unknown_choice",
                ("bids", 0, "explained"),
                {"field": "explained", "value": "maybe", "choices": "accepted rejected"},
            ),
        ),
        (
            bid("jia", 300, (36, 20), (30, 20), (30, 20)),
            Fault(
                "scoring.mark_refused",
                MARK,
                {"bidder": "jia", "expert": "e1", "criterion": "plan", "value": "36", "most": "35"},
            ),
        ),
    ],
)
def test_a_bid_that_cannot_be_is_told_whole(wrong: Bid, fault: Fault) -> None:
    assert check(SCORED, [wrong], LAW) == (fault,)


def test_a_mark_that_is_missing_is_told_with_its_expert_and_criterion() -> None:
    one = bid("jia", 300)
    marks = {**one.marks, "e1": {"service": 20}}
    facts = {"bidder": "jia", "expert": "e1", "criterion": "plan"}
    assert check(SCORED, [replace(one, marks=marks)], LAW) == (
        Fault("scoring.mark_missing", MARK, facts),
    )


def test_owners_who_favour_the_small_do_it_by_no_rule() -> None:
    terms = Terms("owners", "goods", 100, small=Fraction(1, 10))
    found = evaluate(terms, [Bid("jia", 1000, small=True)], LAW)
    (told,) = (one for one in found.bids[0].reasons if one.code == "scoring.deducted_small")
    assert told.law_ids == ()
    assert bounds(terms, LAW).deductions == {}


@pytest.mark.parametrize("lacking", ["least", "most"])
def test_a_law_with_one_bound_alone_bounds_no_deduction(lacking: str) -> None:
    rules = {key: rule for key, rule in LAW.rules.items() if key != f"fiscal/sme-goods-{lacking}"}
    assert len(rules) == len(LAW.rules) - 1
    here = replace(LAW, rules=MappingProxyType(rules))
    assert {*bounds(Terms("fiscal", "goods", 100), here).deductions} == {"joint"}


def test_a_bid_out_before_it_was_marked_has_no_marks() -> None:
    out = bid("jia", 300, gates={"licence": "expired", "type-test": ""})
    (left,) = evaluate(SCORED, [out], LAW).bids
    assert left.marks == {}
    assert [left.points, left.price_points, left.evaluated_fen] == [0, 0, 300]
