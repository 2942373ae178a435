"""The round: the order of its faults, its ladders at their borders, and what JSON keeps exactly."""

from typing import Any

import pytest

from tests.cast import small_round
from tuanti.rules.award.round import canonical, canonical_json, check
from tuanti.rules.award.round_fields import BIGGEST
from tuanti.rules.errors import Fact, Fault


def ladder(*rungs: tuple[int, int | None, int]) -> dict[str, Any]:
    """The small round in which 甲 takes ``off_fen`` from a lift in each of these tiers."""
    data = small_round()
    data["tiers"] = [
        {"supplier": "jia", "from_lifts": start, "to_lifts": end, "off_fen": off}
        for start, end, off in rungs
    ] + data["tiers"][3:]
    return data


# --- The order of faults -------------------------------------------------------------------------


def test_a_fault_at_no_known_place_comes_before_the_very_first() -> None:
    data = small_round() | {"colour": "red", "format": "none"}
    assert [fault.path for fault in check(data)] == [("colour",), ("format",)]


def test_faults_of_a_list_are_told_row_by_row_whatever_their_kind() -> None:
    data = small_round()
    data["parcels"][3]["name"] = " "
    data["parcels"][1]["lot"] = "nowhere"
    assert [fault.path for fault in check(data)] == [("parcels", 1, "lot"), ("parcels", 3, "name")]


def test_what_stands_twice_is_told_by_all_that_tells_it_apart() -> None:
    data = small_round()
    data["books"].append({**data["books"][1]})
    facts: dict[str, Fact] = {"value": "jia / * / p9", "first": 2}
    assert check(data) == [Fault("round.book_twice", ("books", 7, "profile"), facts)]


def test_a_row_that_lacks_its_key_hides_no_other_that_stands_twice() -> None:
    data = small_round()
    data["books"] = [{**data["books"][0]}, *data["books"], {**data["books"][1]}]
    data["books"][0]["supplier"] = None
    assert [(fault.code, fault.path) for fault in check(data)] == [
        ("round.field_missing", ("books", 0, "supplier")),
        ("round.book_twice", ("books", 8, "profile")),
    ]


# --- Ladders -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "code"), [(10, "tier_overlap"), (8, "tier_gap")])
def test_a_joint_that_does_not_fit_is_told_with_the_lift_that_would(end: int, code: str) -> None:
    data = small_round()
    data["tiers"][3]["to_lifts"] = end
    facts = {"to_lifts": end, "next_from": 10, "expected": end + 1}
    assert check(data) == [Fault(f"round.{code}", ("tiers", 4, "from_lifts"), facts)]


def test_tiers_may_be_written_in_any_order() -> None:
    data = small_round()
    data["tiers"].reverse()
    assert check(data) == []


def test_a_tier_may_be_of_one_lift() -> None:
    assert check(ladder((1, 1, 0), (2, None, 1))) == []


def test_a_ladder_may_begin_at_the_last_lift_one_can_make() -> None:
    data = small_round()
    data["tiers"] = [*data["tiers"][:3], data["tiers"][4] | {"from_lifts": 25}]
    assert check(data) == []


def test_who_asks_no_price_hides_no_price_below_zero() -> None:
    data = small_round()
    data["books"] = [book for book in data["books"] if book["supplier"] != "jia"]
    data["tiers"][4]["off_fen"] = 43_000_000
    below = [fault.path for fault in check(data) if fault.code == "round.price_below_zero"]
    assert below == [("tiers", 4, "off_fen")]


@pytest.mark.parametrize(
    ("rungs", "fits"),
    [
        # A fen off for each of so many lifts before: 6361 times 1416003655831 is the greatest sum.
        (((1, BIGGEST // 6361, 0), (BIGGEST // 6361 + 1, None, 6361)), True),
        (((1, BIGGEST // 6361 + 1, 0), (BIGGEST // 6361 + 2, None, 6361)), False),
        (((1, 2**52, 0), (2**52 + 1, None, 2)), False),  # one above the greatest
        (((1, 2**52, 1), (2**52 + 1, None, 2)), True),  # half of it was given before
        # Two fen more than the first rung gave, one more than the second: 2 (2**52 - 1) + 1.
        (((1, 2**52 - 1, 1), (2**52, 2**52, 2), (2**52 + 1, None, 3)), True),
        (((1, 2**52 - 1, 1), (2**52, 2**52 + 1, 2), (2**52 + 2, None, 3)), False),
    ],
)
def test_the_sum_that_rights_a_rung_is_one_every_reader_keeps(
    rungs: tuple[tuple[int, int | None, int], ...], *, fits: bool
) -> None:
    assert BIGGEST % 6361 == 0
    path = ("tiers", len(rungs) - 1, "off_fen")
    assert check(ladder(*rungs)) == ([] if fits else [Fault("round.sum_too_large", path)])


# --- Canonical JSON ------------------------------------------------------------------------------


def test_groups_stay_as_they_were_given() -> None:
    assert canonical(small_round())["rules"]["groups"] == {"yuzhong": "core"}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({1: "a"}, "a name in canonical JSON is text"),
        ([2**53], "a number of 2^53 or more is written as text"),
        ([-(2**53)], "a number of 2^53 or more is written as text"),
    ],
)
def test_what_json_does_not_keep_is_refused_with_the_reason(value: object, why: str) -> None:
    with pytest.raises(TypeError) as refused:
        canonical_json(value)
    assert str(refused.value) == why


def test_the_greatest_number_is_written_as_it_is() -> None:
    assert canonical_json([BIGGEST, -BIGGEST]) == "[9007199254740991,-9007199254740991]"
