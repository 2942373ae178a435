"""A tier that takes off more than the lowest price: which price that is, and by how much."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.cast import small_round
from tuanti.rules.award.round import check
from tuanti.rules.errors import Fact

# 乙's lowest price: 23.6 + 4 and seven times 1.62 + 1.2 million, on the flat lifts of 江岸家园.
LOWEST = 47_340_000
SEVEN, NINE = 3, 4  # its books
CHEAP = {"base_fen": 0, "stop_fen": 0}  # 4 and nine times 1.2 million are 14.8, seven times 12.4


def taking_off(fen: int) -> dict[str, Any]:
    """The small round in which 乙 takes so much from a lift after 12 %."""
    data = small_round()
    data["tiers"][4]["off_fen"] = fen
    return data


def told(data: dict[str, Any]) -> Mapping[str, Fact]:
    (fault,) = check(data)
    assert (fault.code, fault.path) == ("round.price_below_zero", ("tiers", 4, "off_fen"))
    return fault.facts


def test_what_would_be_left_is_told_with_the_price_and_its_book() -> None:
    assert told(taking_off(43_000_000)) == {
        "price_fen": LOWEST,
        "book": 4,
        "left_fen": LOWEST * 88 // 100 - 43_000_000,
    }


def test_what_is_just_used_up_is_not_below_zero() -> None:
    """4999 ten-thousandths of 47,340,001 fen are 23,665,266.4999: rounded, not a fen more."""
    data = taking_off(23_665_266)
    data["books"][SEVEN]["base_fen"] += 1
    data["tiers"][4]["discount_bp"] = 5001
    assert check(data) == []
    data["tiers"][4]["off_fen"] += 1
    assert told(data)["left_fen"] == -1


def test_the_fewest_stops_decide_and_not_the_last() -> None:
    data = taking_off(43_000_000)
    data["books"][SEVEN] |= {"half_fen": 0, "flat_fen": 900_000}
    data["bill"][2]["stops"] = 20
    assert told(data)["price_fen"] == LOWEST


def test_the_way_in_adds_to_the_price() -> None:
    data = taking_off(43_000_000)
    data["books"][SEVEN]["flat_fen"] = 300_000
    assert told(data)["price_fen"] == LOWEST + 300_000


def test_a_price_for_a_zone_is_asked_where_the_lots_are_of_that_zone() -> None:
    data = taking_off(29_000_000)
    data["books"].append(data["books"][NINE] | CHEAP | {"zone": "west"})
    facts = told(data)
    assert (facts["book"], facts["price_fen"]) == (8, 14_800_000)


def test_a_price_for_a_zone_that_needs_no_such_lift_is_not_asked() -> None:
    data = taking_off(29_000_000)
    data["books"].append(data["books"][SEVEN] | CHEAP | {"zone": "west"})
    assert check(data) == []


def test_a_price_for_every_zone_is_not_asked_where_a_zone_has_its_own() -> None:
    """乙's lifts of nine storeys are then its cheapest: 29 and nine times 2.84 million."""
    data = taking_off(54_560_000)
    data["books"].append(data["books"][SEVEN] | {"zone": "yuzhong", "base_fen": 40_000_000})
    facts = told(data)
    assert (facts["book"], facts["price_fen"]) == (5, 54_560_000)


@pytest.mark.parametrize("zone", ["yuzhong", "west"])
def test_a_zone_with_its_own_price_leaves_the_other_zones_theirs(zone: str) -> None:
    data = taking_off(29_000_000)
    data["books"].append({**data["books"][NINE], "zone": zone})
    data["books"][NINE] |= CHEAP
    facts = told(data)
    assert (facts["book"], facts["price_fen"]) == (5, 14_800_000)
