"""The verifier: its table of whole lots, its reserves between equals, and its refunds."""

import random
from itertools import chain, combinations

import pytest

from tests.cast import small_round
from tests.rules.test_document import MIXED, award
from tests.rules.verify_cast import FIVE, LEAF, SOME, tiny, worth
from tuanti.rules.award import verify
from tuanti.rules.award.document import reserves
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical


def least_of_every_choice(
    worth: dict[str, int], lifts: dict[str, int], must: set[str], low: int, high: int
) -> float:
    choices = chain.from_iterable(combinations(worth, n) for n in range(len(worth) + 1))
    fit = (
        sum(worth[x] for x in chosen)
        for chosen in choices
        if must <= {*chosen} and low <= sum(lifts[x] for x in chosen) <= high
    )
    return min(fit, default=float("inf"))


def test_a_table_is_the_least_of_every_choice() -> None:
    r = random.Random(8)
    found = set()
    for _ in range(2000):
        things = "abcde"[: r.randint(0, 5)]
        worth = {x: r.randint(-9, 9) for x in things}
        lifts = {x: r.randint(1, 4) for x in things}
        must = {x for x in things if r.random() < 0.3}
        low = r.randint(0, 8)
        high = low + r.randint(0, 8)
        least = least_of_every_choice(worth, lifts, must, low, high)
        assert verify.table(worth, lifts, must, low, high) == least
        found.add(least)
    assert float("inf") in found
    assert len(found) > 30


def test_the_least_price_a_lift_gives_back_what_most_lifts_would() -> None:
    """A price of one fen a lift, where one must win at all: four lifts in the first tier."""
    assert worth(verify, [0, 0], [1, 0], 0, [(SOME, True)]) == -4


def reserve_of_twins(seed: str, quality: int) -> str:
    """A round in which 戊 asks what 甲 asks and is of this quality, and 沙坪坝's reserve in it."""
    data = small_round()
    data["rules"]["seed"] = seed
    jia = next(firm for firm in data["suppliers"] if firm["id"] == "jia")
    data["suppliers"].append(jia | {"id": "wu", "uscc": "91500000MA0000003U", "quality": quality})
    data["books"] += [row | {"supplier": "wu"} for row in data["books"] if row["supplier"] == "jia"]
    data = canonical(data)
    problem = read(data)
    found = reserves(problem, award(problem, MIXED))
    paper = {"parcels": MIXED, "reserves": found}
    verify.check_reserves(verify.Facts(data), paper)
    other = {"jia": "wu", "wu": "jia"}[str(found["sp-1"])]
    with pytest.raises(ValueError, match=r"^sp-1: not the reserve due$"):
        verify.check_reserves(verify.Facts(data), paper | {"reserves": found | {"sp-1": other}})
    return str(found["sp-1"])


def test_between_equals_the_verifier_draws_the_reserve_the_award_draws() -> None:
    assert {reserve_of_twins(seed, 9150) for seed in "abcdefgh"} == {"jia", "wu"}


@pytest.mark.parametrize(("quality", "due"), [(9149, "jia"), (9151, "wu")])
def test_between_equal_prices_the_verifier_wants_the_better(quality: int, due: str) -> None:
    assert {reserve_of_twins(seed, quality) for seed in "abcdefgh"} == {due}


def test_each_side_of_a_branch_is_counted_with_its_own_prices() -> None:
    """With five lifts s000 and s001 gain 95 at the first prices; with fewer nobody at the others.

    Were the sides taken for one another, 450 would seem proven.
    """
    m = {"s000": [0, 0], "s001": [0]}
    given = [{"u": u, "m": m, "q": []} for u in ([210, 300], [180, 270])]
    bound = verify.Bound(verify.Facts(tiny()["round"]), {"scale": 1, "prices": given})
    tree = {"fact": FIVE, "yes": {"prices": 0}, "no": {"prices": 1}}
    assert bound.least(tree) == 510 - 60 - 35


def test_rules_on_the_same_thing_add_up() -> None:
    """A winner earns 30 and pays 10: both come for nothing; one winner is due, two may be."""
    data = tiny()["round"]
    data["rules"] |= {"winners_min": 1, "winners_max": 2}
    rules = [["used", "*", "*", 1, 30], ["used", "*", "*", -1, 10]]
    prices = {"u": [0, 0], "m": {"s000": [0, 0], "s001": [0]}, "q": rules}
    bound = verify.Bound(verify.Facts(data), {"scale": 1, "prices": [prices]})
    assert bound.least(LEAF) == 30 - 2 * 10 - 2 * (30 - 10)


def packed_worth(u: list[int], earned: int, *path: object) -> object:
    """What a leaf of ``tiny`` is worth with a package of both lots for 440, and a price a group."""
    data = tiny()["round"]
    data["rules"]["group_suppliers_min"] = 1
    package = {"id": "k", "supplier": "s000", "lots": ["a", "b"], "total_fen": 440}
    data["packages"] = [package | {"maintenance_year_fen": None}]
    group = [["group", "*", "group d", 1, earned]] if earned else []
    prices = {"u": u, "m": {"s000": [0, 0], "s001": [0]}, "q": group}
    return verify.Bound(verify.Facts(data), {"scale": 1, "prices": [prices]}).least(LEAF, path)


@pytest.mark.parametrize(
    ("earned", "bound"),
    [
        (100, 100),  # a lot costs 180 at the least: so nobody comes, nor is anyone there already
        (250, 250 - 70 - 60),  # each comes with its cheaper lot, for 180 and for 190
    ],
)
def test_what_comes_into_a_group_earns_its_price_once(earned: int, bound: int) -> None:
    assert packed_worth([0, 0], earned) == bound


def test_a_package_earns_what_its_group_does() -> None:
    """Each comes for 100; s000 gains 60 on lots, and 70 on the package, which earns 100 as well."""
    assert packed_worth([210, 300], 100) == 510 + 100 - (60 + 100) - (70 + 100) - (35 + 100)


def test_where_a_package_is_taken_nobody_wins_its_lots_besides() -> None:
    """Of 510 for both lots the package takes 440, and neither supplier gains by a lot more."""
    assert packed_worth([210, 300], 0, (("package", "s000", "k"), True)) == 440
