"""The rules of a round at their borders: ceilings, shares, packages, and the rows they become."""

from collections import Counter
from typing import Any

import pytest

from tests.cast import small_round
from tuanti.rules.award.problem import Problem, Tier
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical


def read_as(data: dict[str, Any]) -> Problem:
    return read(canonical(data))


def refused(data: dict[str, Any]) -> set[tuple[str, int, int]]:
    return {(bid.supplier, bid.list_fen, bid.ceiling_fen) for bid in read_as(data).refused}


def standing(data: dict[str, Any]) -> list[tuple[str, int]]:
    return [(package.id, package.lifts) for package in read_as(data).packages]


# --- Ceilings ------------------------------------------------------------------------------------


def test_a_bid_at_the_ceiling_of_a_line_stands() -> None:
    data = small_round()
    data["bill"][2]["ceiling_fen"] = 47_700_000  # what 甲 asks
    assert refused(data) == {("yi", 48_240_000, 47_700_000)}


def test_a_bid_at_the_ceiling_of_a_lot_stands() -> None:
    """Five lifts at 24 + 4 and seven times 2.7 are 234.5 million from 甲, and 236.7 from 乙."""
    data = small_round()
    data["lots"][1]["ceiling_fen"] = 234_500_000
    assert refused(data) == {("yi", 236_700_000, 234_500_000)}


@pytest.mark.parametrize(("total", "stands"), [(430_000_000, True), (430_000_001, False)])
def test_a_package_at_the_ceilings_of_its_lines_stands(total: int, *, stands: bool) -> None:
    data = small_round()
    for at, top in ((3, 50_000_000), (4, 45_000_000)):
        data["bill"][at]["ceiling_fen"] = top  # five lifts, and four
    data["packages"][0]["total_fen"] = total
    assert standing(data) == [("yi-both", 9)] * stands


def test_a_package_that_falls_takes_no_other_with_it() -> None:
    data = small_round()
    data["packages"] += [
        {"id": "a-shut", "supplier": "bing", "lots": ["sp-1", "yz-1"], "total_fen": 1},
        {"id": "b-dear", "supplier": "yi", "lots": ["yz-2"], "total_fen": 250_000_001},
    ]
    assert standing(data) == [("yi-both", 9)]


# --- Shares --------------------------------------------------------------------------------------


def tiers(data: dict[str, Any]) -> dict[str, tuple[Tier, ...]]:
    problem = read_as(data)
    names = [firm["id"] for firm in problem.suppliers]
    return dict(zip(names, problem.tiers, strict=True))


def test_a_ladder_ends_at_what_may_be_won_and_begins_at_what_must_be() -> None:
    """Of 22 lifts 75 % are 16.5: 16 at the most; 40.91 % are 9.0002: 10 at the least."""
    data = small_round()
    data["rules"] |= {"share_max_bp": 7500, "share_min_bp": 4091}
    found = tiers(data)
    assert found["bing"] == (Tier(10, 12, 0, 0, 0),)  # it can make no more than 12
    assert found["yi"] == (Tier(10, 9, 0, 0, 5_000_000), Tier(10, 16, 1200, 50_000, 5_000_000))


def test_without_shares_one_may_win_one_lift_or_all_of_them() -> None:
    data = small_round()
    data["bill"][0]["lifts"] = 20_000
    data["rules"].pop("share_max_bp")
    for firm in data["suppliers"]:
        firm["capacity_lifts"] = 10**6
    (only,) = tiers(data)["bing"]
    assert (only.low, only.high) == (1, 20_016)


# --- Rows ----------------------------------------------------------------------------------------


def test_every_rule_of_a_round_becomes_a_row() -> None:
    """渝中 has 18 lifts in three estates of one lot, 沙坪坝 4; a quarter of them are 4 and 1."""
    data = small_round()
    data["lots"], data["packages"] = [data["lots"][0], data["lots"][2]], []
    data["parcels"][2]["lot"] = "yz-1"
    data["rules"] |= {
        "winners_min": 2,
        "winners_max": 3,
        "group_suppliers_min": 2,
        "lots_max": 3,
        "lots_max_district": 2,
        "share_max_district_bp": 2500,
        "small_share_min_bp": 4091,
    }
    each = [
        row
        for s in ("bing", "jia", "yi")
        for row in (
            ("lot", s, "*", -1, -3),
            ("lot", s, "in yuzhong", -1, -2),
            ("lot", s, "in shapingba", -1, -2),
            ("lift", s, "in yuzhong", -1, -4),
            ("lift", s, "in shapingba", -1, -1),
        )
    ]
    assert Counter(read_as(data).rows) == Counter(
        [
            ("used", "*", "*", 1, 2),
            ("used", "*", "*", -1, -3),
            ("lot", "*", "lot yz-1", -1, -2),
            ("group", "*", "group core", 1, 2),
            ("group", "*", "group shapingba", 1, 2),
            *each,
            ("lift", "*small", "*", 1, 10),
        ]
    )


def test_a_lot_for_as_many_as_it_has_estates_needs_no_row() -> None:
    assert not [row for row in read_as(small_round()).rows if row[2].startswith("lot ")]


def test_no_share_of_a_row_is_a_part_of_a_lift() -> None:
    data = small_round()
    data["rules"] |= {"share_max_district_bp": 3333, "small_share_min_bp": 3333}
    assert {type(row[4]) for row in read_as(data).rows} == {int}
