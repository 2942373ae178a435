"""The verifier reads a round as the award does: two programs that share no line, term by term."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import small_round
from tests.rules.test_round import FIXED, add, both, put, rules
from tuanti.rules.award import verify
from tuanti.rules.award.problem import Problem
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical, canonical_json, check, digest

Change = Callable[[dict[str, Any]], object]
EVERYTHING = ["equipment", "shaft", "foundation", "design", "installation", "maintenance"]
BARE = put("packages", to=[])

ROUNDS: dict[str, Change] = {
    "as it is": rules(),
    "life": rules(objective="life_cycle", maintenance_years=3, discount_rate_bp=700),
    "life without rate": rules(objective="life_cycle", maintenance_years=50),
    "quality": rules(objective="cost_quality", fen_per_point=12_345),
    "points": both(BARE, rules(objective="points", price_points=60, quality_points=39)),
    "points of price": both(BARE, rules(objective="points", price_points=7)),
    "points for nothing": both(
        BARE,
        rules(objective="points", price_points=60, price_basis=["equipment"]),
        lambda data: [book.update(base_fen=0, stop_fen=0, half_fen=0) for book in data["books"]],
        lambda data: [tier.pop("off_fen", None) for tier in data["tiers"]],
        put("books", 3, "base_fen", to=2),
        put("books", 5, "base_fen", to=1),
    ),
    "every part": rules(price_basis=EVERYTHING, maintenance_years=7),
    "no part": rules(price_basis=["equipment"], maintenance_years=7),
    "no upkeep asked": both(
        rules(price_basis=EVERYTHING, maintenance_years=7),
        put("books", 0, "maintenance_year_fen", to=None),
        put("books", 3, "design_fen", to=None),
    ),
    "shares": rules(
        share_min_bp=1001, share_max_bp=7003, share_max_district_bp=3333, small_share_min_bp=1001
    ),
    "a rate that does not count": rules(
        price_basis=EVERYTHING, maintenance_years=7, discount_rate_bp=700
    ),
    "lifts nobody makes": lambda data: data.update(
        books=[book for book in data["books"] if book["profile"] == "p7"]
    ),
    "shares to the last": rules(
        share_min_bp=4091, share_max_district_bp=5000, small_share_min_bp=4091
    ),
    "a large round": both(
        put("bill", 0, "lifts", to=20_000),
        rules(share_max_bp=None),
        lambda data: [firm.update(capacity_lifts=10**6) for firm in data["suppliers"]],
    ),
    "half a point": both(
        BARE,
        rules(objective="points", price_points=60, quality_points=1),
        put("suppliers", 0, "quality", to=5000),
    ),
    "counts": rules(
        winners_min=2, winners_max=3, lots_max=2, lots_max_district=1, group_suppliers_min=2
    ),
    "no groups": rules(groups=None, share_max_bp=None),
    "one for a lot": both(put("lots", 0, "suppliers_max", to=1), put("lots", 2, "zone", to=None)),
    "fixed": add("pairs", **FIXED, supplier="yi"),
    "fixed in a package": add("pairs", lot="yz-2", supplier="jia", kind="fixed"),
    "ceilings": both(
        put("bill", 2, "ceiling_fen", to=47_700_000),
        put("bill", 3, "ceiling_fen", to=47_340_000),
        put("bill", 4, "ceiling_fen", to=60_156_000),
        put("lots", 1, "ceiling_fen", to=236_700_000),
    ),
    "package at its lines": both(
        put("lots", 1, "ceiling_fen", to=None),
        put("bill", 3, "ceiling_fen", to=50_000_000),
        put("bill", 4, "ceiling_fen", to=45_000_000),
    ),
    "package above its lines": both(
        put("bill", 3, "ceiling_fen", to=50_000_000),
        put("bill", 4, "ceiling_fen", to=44_999_999),
    ),
    "package above its lots": both(
        put("lots", 2, "ceiling_fen", to=179_999_999),
        put("packages", 0, "total_fen", to=430_000_000),
    ),
    "entry": put("tiers", 4, "fixed_fen", to=-1_234_567),
}


def varied(change: Change) -> dict[str, Any]:
    """The small round, with some sum in every field, changed."""
    data = small_round()
    for at, book in enumerate(data["books"]):
        book |= {"foundation_fen": 70_001 + at, "design_fen": 30_011 * at + 1}
        book["maintenance_year_fen"] = 300_007 - 11 * at
    data["packages"][0]["maintenance_year_fen"] = 2_600_003
    change(data)
    assert check(data) == []
    return canonical(data)


@pytest.fixture(params=[*ROUNDS])
def both_read(request: pytest.FixtureRequest) -> tuple[Problem, verify.Facts]:
    data = varied(ROUNDS[request.param])
    return read(data), verify.Facts(data)


def test_units_and_bids_are_the_same(both_read: tuple[Problem, verify.Facts]) -> None:
    problem, facts = both_read
    names = [firm["id"] for firm in problem.suppliers]
    units = facts.at["*"]
    assert [tuple(unit["parcels"]) for unit in units] == [unit.parcels for unit in problem.units]
    for i, (mine, theirs) in enumerate(zip(problem.units, units, strict=True)):
        assert facts.lifts[i] == mine.lifts
        assert (theirs["group"], theirs["lot"]) == (
            mine.group,
            f"lot {problem.lots[mine.lot]['id']}",
        )
        assert theirs in facts.at[mine.district]
        assert theirs["bids"] == {
            name: problem.list_price(i, s) for s, name in enumerate(names) if problem.bids[s][i]
        }


def test_tiers_and_costs_are_the_same(both_read: tuple[Problem, verify.Facts]) -> None:
    problem, facts = both_read
    for s, firm in enumerate(problem.suppliers):
        name = firm["id"]
        whole = 0 if problem.points else 10_000  # points have no price to discount
        assert facts.kinds[name] == [*problem.kinds(s)]
        assert facts.tiers[name] == [
            (t.low, t.high, whole and whole - t.discount_bp, -t.off_fen, t.fixed_fen)
            for t in problem.tiers[s]
        ]
        mine = [i for i in range(len(problem.units)) if problem.bids[s][i]]
        packs = {package.id: package.cost for package in problem.packages if package.supplier == s}
        for k in range(len(problem.tiers[s])):
            alone = dict(zip(mine, problem.costs_of(s, k, mine), strict=True))
            assert facts.costs(name, k) == alone | packs


def test_packages_and_rows_are_the_same(both_read: tuple[Problem, verify.Facts]) -> None:
    problem, facts = both_read
    assert facts.packs == {package.id: {*package.units} for package in problem.packages}
    assert {name: facts.lifts[name] for name in facts.packs} == {
        package.id: package.lifts for package in problem.packages
    }
    mine = {tuple(row[:4]): row[4] for row in problem.rows}
    # It counts lots that cannot be shared too, and that nobody small is needed where none is.
    spare = {("lot", "*", f"lot {lot['id']}", -1): -lot["suppliers_max"] for lot in problem.lots}
    spare["lift", "*small", "*", 1] = 0
    assert facts.rows == spare | mine


def test_every_round_here_differs_from_the_first() -> None:
    digests = {name: digest(varied(change)) for name, change in ROUNDS.items()}
    assert len({*digests.values()}) == len(ROUNDS)


@pytest.mark.parametrize("value", [{"b": [1, None, True, "梯"], "a": {"d": -1, "c": "\\"}}, [], ""])
def test_the_same_is_written_and_named_the_same(value: object) -> None:
    assert verify.canonical(value) == canonical_json(value)
    assert verify.digest(value) == digest(value)


@pytest.mark.parametrize(
    ("value", "by", "whole"),
    [(1, 2, 1), (-1, 2, 0), (3, 2, 2), (4, 10, 0), (5, 10, 1), (2**80 + 1, 1, 2**80 + 1)],
)
def test_half_goes_up_at_any_size(value: int, by: int, whole: int) -> None:
    assert verify.half_up(value, by) == whole
    assert verify.half_up(whole) == whole
