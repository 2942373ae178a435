"""Shares under every scheme: the published vectors, the borders, and money that is never lost."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import factorial
from pathlib import Path
from typing import Any

import pytest

from tests.sharing_cast import YUAN, case_u, chance_plan, staircase, without, yuan
from tuanti.rules.errors import RuleBroken
from tuanti.rules.money import split
from tuanti.rules.sharing import shares as refusals
from tuanti.rules.sharing.plan import Costs, Flat, OwnTable, Plan
from tuanti.rules.sharing.schemes import UnknownScheme, scheme_ids
from tuanti.rules.sharing.shares import LAW_IDS, rise_said, share

FIXTURES = Path(__file__).parents[2].parent / "shared/data/sharing/cost_share_fixtures.json"

STOREYS = Costs(0, 60_000 * YUAN)
WITH_FIXED = Costs(180_000 * YUAN, 24_000 * YUAN)


def fixture(name: str) -> Any:  # noqa: ANN401 (a published file)
    if not FIXTURES.exists():
        pytest.skip(f"no {FIXTURES.name} beside the repository: {name} was not compared")
    return json.loads(FIXTURES.read_text("utf-8"))[name]


@pytest.mark.parametrize(
    ("scheme", "costs", "by_floor"),
    [
        ("gd-ref", None, "0.00 14705.88 29411.77 32352.94 35294.12 38235.29"),
        ("stairs", None, "0.00 10000.00 20000.00 30000.00 40000.00 50000.00"),
        ("xinmin", None, "0.00 0.00 15000.00 30000.00 45000.00 60000.00"),
        ("p6a", None, "0.00 0.00 12000.00 30000.00 46500.00 61500.00"),
        ("ningbo", None, "0.00 4500.00 12000.00 27000.00 45000.00 61500.00"),
        ("p6b", None, "0.00 10500.00 19500.00 30000.00 40500.00 49500.00"),
        ("shapley", None, "0.00 6000.00 13500.00 23500.00 38500.00 68500.00"),
        ("shapley", WITH_FIXED, "0.00 6000.00 13500.00 23500.00 38500.00 68500.00"),
        ("fixed-airport", STOREYS, "0.00 6000.00 13500.00 23500.00 38500.00 68500.00"),
        ("fixed-airport", WITH_FIXED, "0.00 20400.00 23400.00 27400.00 33400.00 45400.00"),
        ("nucleolus", WITH_FIXED, "0.00 30000.00 30000.00 30000.00 30000.00 30000.00"),
        ("equal", None, "25000.00 25000.00 25000.00 25000.00 25000.00 25000.00"),
        ("area", None, "25000.00 25000.00 25000.00 25000.00 25000.00 25000.00"),
    ],
)
def test_case_u_is_shared_as_published(scheme: str, costs: Costs | None, by_floor: str) -> None:
    shares = share(case_u(costs=costs), scheme)
    assert " ".join(yuan(shares.pays_fen[::2])) == by_floor
    assert shares.pays_fen[::2] == shares.pays_fen[1::2]
    assert sum(shares.pays_fen) == shares.shared_fen == 300_000 * YUAN
    assert (shares.scheme, shares.law_ids) == (scheme, LAW_IDS)


def test_case_u_with_unlike_flats_is_shared_by_area_inside_a_floor() -> None:
    plan = replace(case_u(), flats=staircase(6, (7000, 9000)))
    assert " ".join(yuan(share(plan, "gd-ref").pays_fen)) == (
        "0.00 0.00 12867.65 16544.12 25735.29 33088.24 28308.82 36397.06 30882.35 39705.88 "
        "33455.88 43014.71"
    )


def test_case_lijiang_is_coefficient_times_area() -> None:
    plan = Plan(staircase(9, (8000, 9500)), 500_000 * YUAN)
    assert " ".join(yuan(share(plan, "coef-area").pays_fen[4:])) == (
        "22857.14 27142.86 26122.45 31020.41 29387.76 34897.96 32653.06 38775.51 35918.37 42653.06 "
        "39183.67 46530.61 42448.98 50408.16"
    )


def test_storeys_climbed_give_the_published_percentages() -> None:
    published = fixture("floor_proportional_7f_3perfloor")["share_by_floor_percent"]
    plan = Plan(staircase(7, (8000, 8000, 8000)), 10_000)
    pays = share(plan, "stairs").pays_fen
    for floor, percent in published.items():
        at = 3 * int(floor) - 3
        assert sum(pays[at : at + 3]) / 100 == pytest.approx(percent, abs=0.02)


def test_the_lijiang_coefficients_are_the_published_ones() -> None:
    published = fixture("floor_x_area_coeff_guangzhou_style")["coefficients"]
    plan = Plan(staircase(9, (10_000,)), 7000)  # the coefficients sum to 7
    pays = share(plan, "coef-area").pays_fen
    assert {str(at): fen / 1000 for at, fen in enumerate(pays, 1) if fen} == published


def test_coefficients_times_area_take_whole_square_metres() -> None:
    flats = (Flat("301", 3, 8049), Flat("302", 3, 8050), Flat("303", 3, 8149))
    assert share(Plan(flats, 242), "coef-area").pays_fen == (80, 81, 81)


def test_xinmincun_is_shared_as_reported() -> None:
    plan = Plan(staircase(6), 510_000 * YUAN)
    assert yuan(share(plan, "xinmin").pays_fen[4::2]) == [
        "25500.00", "51000.00", "76500.00", "102000.00",
    ]  # fmt: skip


def test_the_shanghai_pilot_reaches_ten_thousand_from_four_and_a_half() -> None:
    plan = Plan(staircase(6, (8000,)), 40_750 * YUAN)
    assert yuan(share(plan, "sh2012").pays_fen) == [
        "4500.00", "4500.00", "5875.00", "7250.00", "8625.00", "10000.00",
    ]  # fmt: skip


def test_the_contract_samples_take_500_from_the_first_floor_and_share_the_rest() -> None:
    plan = case_u()
    pays = share(plan, "sample-hz").pays_fen
    assert pays[:2] == (500 * YUAN, 500 * YUAN)
    rest = replace(plan, total_fen=plan.total_fen - 1000 * YUAN)
    assert pays[2:] == share(rest, "gd-ref").pays_fen[2:]


def test_fixed_sums_that_use_up_everything_leave_nothing_to_the_rest() -> None:
    plan = Plan(staircase(3, (8000,)), 500 * YUAN)
    assert share(plan, "sample-hz").pays_fen == (50_000, 0, 0)


def test_fixed_sums_above_what_is_shared_are_refused() -> None:
    with pytest.raises(refusals.FixedAboveShared) as refused:
        share(Plan(staircase(3, (8000,)), 500 * YUAN - 1), "sample-hz")
    assert refused.value.facts == {"scheme": "sample-hz", "fixed": 50_000, "shared": 49_999}


def test_the_plan_says_the_scheme_unless_another_is_named() -> None:
    plan = case_u(scheme="stairs")
    assert share(plan).scheme == "stairs"
    assert share(plan, "equal").scheme == "equal"
    assert Plan(staircase(2), 100).scheme == "area"  # where nothing is agreed


def test_a_table_for_floors_gives_a_floor_of_three_no_more_than_a_floor_of_two() -> None:
    flats = (*staircase(5)[8:], *(Flat(f"40{door}", 4, 8000) for door in (1, 2, 3)))
    pays = share(Plan(flats, 500), "xinmin").pays_fen  # 30 and 20 per cent
    assert pays == (150, 150, 67, 67, 66)
    pays = share(Plan(flats, 5700), "ningbo").pays_fen  # 15 and 9 each
    assert pays == (1500, 1500, 900, 900, 900)


@pytest.mark.parametrize(
    ("scheme", "inside", "pays"),
    [
        # floor 3 has 60 and 140 m2, floor 4 two of 100 m2; 2,000 fen to share
        ("stairs", "", (400, 400, 600, 600)),
        ("stairs", "area", (240, 560, 600, 600)),
        ("gd-ref", "", (286, 666, 524, 524)),
        ("gd-ref", "equal", (476, 476, 524, 524)),
        ("shapley", "", (333, 333, 667, 667)),
        ("shapley", "area", (200, 467, 667, 666)),
        ("equal", "area", (500, 500, 500, 500)),
        ("area", "equal", (300, 700, 500, 500)),
        ("coef-area", "equal", (280, 654, 533, 533)),
    ],
)
def test_inside_a_floor_by_area_or_equally(scheme: str, inside: str, pays: tuple[int, ...]) -> None:
    flats = (Flat("301", 3, 6000), Flat("302", 3, 14_000), *staircase(4, (10_000, 10_000))[6:])
    assert share(Plan(flats, 2000, inside=inside), scheme).pays_fen == pays


@pytest.mark.parametrize(
    ("scheme", "pays"),
    [
        # floor 3 has 1 and 2 dm2, floor 4 has 2 and 3; 4,200 fen
        ("shapley", (467, 933, 1120, 1680)),  # half a storey each below, one above: 1/3 and 2/3
        ("stairs", (560, 1120, 1008, 1512)),  # 2/5 and 3/5
        ("gd-ref", (667, 1333, 880, 1320)),  # 10/21 and 11/21
    ],
)
def test_a_floor_of_another_area_bears_the_same_sum(scheme: str, pays: tuple[int, ...]) -> None:
    flats = (Flat("301", 3, 1), Flat("302", 3, 2), Flat("401", 4, 2), Flat("402", 4, 3))
    assert share(Plan(flats, 4200, inside="area"), scheme).pays_fen == pays


def test_who_does_not_take_part_or_is_exempt_pays_nothing() -> None:
    plan = without(case_u(costs=WITH_FIXED), "401", "602")
    flats = [replace(flat, exempt=flat.floor == 1) for flat in plan.flats]
    plan = replace(plan, flats=tuple(flats))
    for scheme in ("area", "equal", "gd-ref", "sample-hz", "shapley", "nucleolus"):
        pays = share(plan, scheme).pays_fen
        assert [pays[at] for at in (0, 1, 6, 11)] == [0, 0, 0, 0]
        assert sum(pays) == 300_000 * YUAN


def test_the_neighbour_on_the_landing_does_not_pay_for_who_stays_away() -> None:
    """A floor's entry is for the whole floor: half of it leaves with one of two like flats."""
    pays = share(without(case_u(), "601"), "gd-ref").pays_fen
    assert pays[10] == 0
    assert Fraction(pays[11], pays[9]) == pytest.approx(Fraction(13, 12), rel=1e-6)
    pays = share(without(case_u(inside="equal"), "601"), "xinmin").pays_fen
    assert yuan(pays[4:]) == [
        "18750.00", "18750.00", "37500.00", "37500.00", "56250.00", "56250.00", "0.00", "75000.00",
    ]  # fmt: skip


def test_subsidy_comes_off_and_compensation_comes_on_top() -> None:
    flats = [replace(flat, compensation_fen=600_000) if flat.floor == 1 else flat
             for flat in staircase(6)]  # fmt: skip
    plan = replace(case_u(), flats=tuple(flats))
    assert plan.shared_fen == 312_000 * YUAN
    assert sum(share(plan, "stairs").pays_fen) == 312_000 * YUAN


def test_compensation_is_paid_to_who_stays_away_too() -> None:
    stays_away = Flat("101", 1, 8000, takes_part=False, compensation_fen=600_000)
    plan = Plan((stays_away, Flat("201", 2, 8000)), 10_000_000)
    assert share(plan, "stairs").pays_fen == (0, 10_600_000)


def test_a_lift_the_subsidy_pays_for_costs_nobody_anything() -> None:
    plan = Plan(staircase(3), 1000, subsidy_fen=1000)
    assert set(share(plan, "gd-ref").pays_fen) == {0}
    assert set(share(Plan(staircase(1), 0), "gd-ref").pays_fen) == {0}


# --- Half landings and hillsides ------------------------------------------------------------------


def shares_of(flats: Sequence[Flat], scheme: str, total: int) -> tuple[int, ...]:
    return share(Plan(tuple(flats), total, costs=WITH_FIXED), scheme).pays_fen


def test_a_stop_at_the_half_landing_counts_half_a_storey() -> None:
    flats = [
        Flat("301", 3, 8000, stop=-1),
        Flat("302", 3, 8000, stop=0),
        Flat("303", 3, 8000, stop=1),
    ]
    assert shares_of(flats, "stairs", 1200) == (300, 400, 500)
    # 0.75, 1 and 1.05, each a third of the floor
    assert shares_of(flats, "gd-ref", 2800) == (750, 1000, 1050)


def test_the_street_floor_needs_no_lift_wherever_it_would_stop() -> None:
    flats = [Flat("101", 1, 8000, stop=-1), Flat("102", 1, 8000, stop=1), Flat("201", 2, 8000)]
    assert shares_of(flats, "stairs", 100) == (0, 0, 100)
    assert shares_of(flats, "fixed-airport", 100) == (0, 0, 100)


def test_on_a_hillside_floors_count_from_the_street_they_are_entered_from() -> None:
    flats = [Flat(f"{floor}01", floor, 8000, street_floor=4) for floor in range(4, 8)]
    plain = [Flat(f"{floor}01", floor, 8000) for floor in range(1, 5)]
    for scheme in ("stairs", "gd-ref", "xinmin", "shapley", "nucleolus"):
        assert shares_of(flats, scheme, 99_999) == shares_of(plain, scheme, 99_999)


def test_below_the_street_the_lift_saves_the_same_stairs() -> None:
    flats = [Flat("201", 2, 8000, street_floor=4), Flat("601", 6, 8000, street_floor=4)]
    assert shares_of(flats, "stairs", 100) == (50, 50)
    assert shares_of(flats, "gd-ref", 100) == (50, 50)
    assert shares_of(flats, "fixed-airport", 100) == (50, 50)
    half = [Flat("201", 2, 8000, street_floor=4, stop=1), flats[1]]
    assert shares_of(half, "stairs", 350) == (150, 200)


def test_two_streets_are_two_ways_in() -> None:
    flats = [Flat("501", 5, 8000), Flat("601", 6, 8000, street_floor=5)]
    assert shares_of(flats, "stairs", 500) == (400, 100)


def hull(flats: Sequence[Flat], costs: Costs) -> Fraction:
    """The cost of a lift that serves ``flats``: from its lowest end to its highest."""
    ends = [
        end
        for flat in flats
        if flat.floor != flat.street_floor
        for end in (Fraction(flat.street_floor), flat.floor + Fraction(flat.stop, 2))
    ]
    return costs.fixed_fen + costs.storey_fen * (max(ends) - min(ends)) if ends else Fraction(0)


def by_all_orders(
    flats: Sequence[Flat], cost: Callable[[Sequence[Flat]], Fraction]
) -> list[Fraction]:
    added = [Fraction(0)] * len(flats)
    for order in permutations(range(len(flats))):
        come: list[Flat] = []
        for player in order:
            before = cost(come)
            come.append(flats[player])
            added[player] += cost(come) - before
    return [total / factorial(len(flats)) for total in added]


def chance_flats(rnd: random.Random, streets: Sequence[int]) -> list[Flat]:
    return [
        Flat(str(at), rnd.randint(1, 7), 8000, street_floor=rnd.choice(streets),
             stop=rnd.choice((-1, 0, 1)))
        for at in range(rnd.randint(1, 5))
    ]  # fmt: skip


@pytest.mark.parametrize("streets", [(1,), (4,), (7,), (1, 4), (2, 6)])
def test_the_shapley_shares_are_the_mean_over_all_orders_of_coming(streets: Sequence[int]) -> None:
    rnd = random.Random(str(streets))
    for _ in range(40):
        flats = chance_flats(rnd, streets)
        costs = Costs(rnd.randint(0, 900), rnd.randint(1, 900))
        for scheme, game in (("fixed-airport", costs), ("shapley", Costs(0, 1))):
            exact = by_all_orders(flats, lambda group, game=game: hull(group, game))  # type: ignore[misc]
            if any(exact):
                pays = share(Plan(tuple(flats), 10**9, costs=costs), scheme).pays_fen
                assert pays == split(10**9, exact)


def test_runs_one_inside_the_other_have_a_nucleolus() -> None:
    flats = [Flat("301", 3, 8000, street_floor=2), Flat("501", 5, 8000, street_floor=1)]
    assert shares_of(flats, "nucleolus", 276_000) == (102_000, 174_000)  # costs 204 and 276
    flats = [Flat("601", 6, 8000, street_floor=4), Flat("602", 6, 8000, stop=1)]
    assert shares_of(flats, "nucleolus", 312_000) == (114_000, 198_000)  # costs 228 and 312
    flats = [Flat("601", 6, 8000, street_floor=4), Flat("602", 6, 8000)]
    assert shares_of(flats, "nucleolus", 300_000) == (114_000, 186_000)  # costs 228 and 300


@pytest.mark.parametrize(
    "flats",
    [
        [Flat("201", 2, 8000, street_floor=4), Flat("601", 6, 8000, street_floor=4)],
        [Flat("301", 3, 8000), Flat("701", 7, 8000, street_floor=2)],
        [Flat("601", 6, 8000, street_floor=2), Flat("701", 7, 8000, street_floor=5)],
    ],
)
def test_runs_apart_have_no_nucleolus_here(flats: list[Flat]) -> None:
    with pytest.raises(refusals.RunsApart):
        shares_of(flats, "nucleolus", 100)


def test_a_flat_at_the_street_does_not_trouble_the_nucleolus() -> None:
    flats = [Flat("101", 1, 8000), Flat("801", 8, 8000, street_floor=8), *staircase(6)[10:]]
    assert shares_of(flats, "nucleolus", 100) == (0, 0, 50, 50)
    plan = Plan((Flat("101", 1, 8000), Flat("201", 2, 8000)), 100, costs=Costs(0, 1))
    assert share(plan, "nucleolus").pays_fen == (0, 100)


# --- Tables that end, and tables of one's own ----------------------------------------------------


@pytest.mark.parametrize("scheme", ["gd-ref", "stairs", "area", "equal", "sample-hz", "shapley",
                                    "fixed-airport", "nucleolus"])  # fmt: skip
def test_these_reach_to_the_thirty_third_floor(scheme: str) -> None:
    flats = tuple(replace(flat, stop=1) for flat in staircase(33))
    assert sum(share(Plan(flats, 10**8, costs=WITH_FIXED), scheme).pays_fen) == 10**8


@pytest.mark.parametrize(
    ("scheme", "last"),
    [("xinmin", 6), ("ningbo", 6), ("p6a", 6), ("p6b", 6), ("sh2012", 6), ("coef-area", 9)],
)
def test_a_table_that_ends_refuses_the_next_floor_and_names_the_flat(
    scheme: str, last: int
) -> None:
    assert sum(share(Plan(staircase(last), 10**8), scheme).pays_fen) == 10**8
    with pytest.raises(refusals.NoEntry) as refused:
        share(Plan(staircase(last + 1), 10**8), scheme)
    assert refused.value.facts == {
        "scheme": scheme, "flat": f"{last + 1}01", "level": str(last + 1),
    }  # fmt: skip
    below = without(Plan(staircase(last + 1), 10**8), f"{last + 1}01", f"{last + 1}02")
    assert sum(share(below, scheme).pays_fen) == 10**8


def test_half_a_storey_above_a_table_is_beyond_it() -> None:
    with pytest.raises(refusals.NoEntry) as refused:
        share(Plan((Flat("601", 6, 8000, stop=1),), 100), "ningbo")
    assert refused.value.facts["level"] == "6.5"


@pytest.mark.parametrize(("rise", "level"), [(0, "1"), (1, "1.5"), (2, "2"), (9, "5.5")])
def test_a_rise_is_said_as_a_floor(rise: int, level: str) -> None:
    assert rise_said(rise) == level


@pytest.mark.parametrize(
    ("per", "inside", "pays"),
    [
        # floors 2 and 3 with entries 1 and 2; floor 3 has 60 and 140 m2; 6,000 fen
        ("flat", "", (1200, 2400, 2400)),
        ("flat", "area", (1200, 1440, 3360)),
        ("floor", "", (2000, 2000, 2000)),
        ("floor", "area", (2000, 1200, 2800)),
        ("area", "", (1200, 1440, 3360)),
        ("area", "equal", (1200, 1440, 3360)),
    ],
)
def test_a_table_of_ones_own_is_per_floor_flat_or_area(
    per: str, inside: str, pays: tuple[int, ...]
) -> None:
    flats = (Flat("201", 2, 10_000), Flat("301", 3, 6000), Flat("302", 3, 14_000))
    table = OwnTable(((2, Fraction(1, 3)), (3, Fraction(2, 3))), per)
    plan = Plan(flats, 6000, scheme="custom", inside=inside, table=table)
    assert share(plan).pays_fen == pays


def test_a_floor_missing_in_ones_own_table_is_refused() -> None:
    table = OwnTable(((1, Fraction(0)), (3, Fraction(1))))
    with pytest.raises(refusals.NoEntry) as refused:
        share(Plan(staircase(3), 100, scheme="custom", table=table))
    assert refused.value.facts["flat"] == "201"


def test_ones_own_table_must_be_there() -> None:
    with pytest.raises(refusals.NoTable):
        share(case_u(), "custom")


def test_a_scheme_whose_numbers_nobody_found_is_refused() -> None:
    with pytest.raises(refusals.NumbersUnknown) as refused:
        share(case_u(), "bj2022")
    assert refused.value.facts == {"scheme": "bj2022"}


@pytest.mark.parametrize("scheme", ["fixed-airport", "nucleolus"])
def test_games_with_a_fixed_part_need_the_stand_alone_costs(scheme: str) -> None:
    with pytest.raises(refusals.NoCosts) as refused:
        share(case_u(), scheme)
    assert refused.value.facts == {"scheme": scheme}


@pytest.mark.parametrize("scheme", ["gd-ref", "stairs", "shapley", "xinmin"])
def test_a_lift_nobody_would_pay_for_is_refused(scheme: str) -> None:
    with pytest.raises(refusals.NobodyPays) as refused:
        share(Plan(staircase(1), 1), scheme)
    assert refused.value.facts == {"scheme": scheme}


def test_a_scheme_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownScheme):
        share(case_u(), "gdref")


# --- Properties ----------------------------------------------------------------------------------


def shared_in_every_way(plan: Plan) -> int:
    """Share a plan in every way that will; how many did."""
    done = 0
    for scheme in scheme_ids():
        try:
            shares = share(plan, scheme)
        except RuleBroken:
            continue
        done += 1
        assert sum(shares.pays_fen) == shares.shared_fen == plan.shared_fen
        assert min(shares.pays_fen) >= 0
        assert not any(
            fen for flat, fen in zip(plan.flats, shares.pays_fen, strict=True) if not flat.pays
        )
    return done


def test_no_fen_is_lost_in_two_thousand_splits() -> None:
    rnd, done = random.Random(2), 0
    while done < 2000:
        done += shared_in_every_way(chance_plan(rnd))


@pytest.mark.torture
def test_no_fen_is_lost_in_a_million_splits() -> None:
    rnd, done = random.Random(1_000_000), 0
    while done < 1_000_000:
        done += shared_in_every_way(chance_plan(rnd))


@pytest.mark.parametrize("scheme", [s for s in scheme_ids() if s not in ("bj2022", "custom")])
def test_a_higher_floor_never_pays_less(scheme: str) -> None:
    """Among like flats of a building all of which takes part."""
    pays = share(case_u(costs=WITH_FIXED), scheme).pays_fen
    assert list(pays[::2]) == sorted(pays[::2])


def test_when_one_more_takes_part_nobody_pays_more() -> None:
    """But for the fen of rounding, and where all come in from one street."""
    rnd = random.Random(3)
    for _ in range(250):
        plan = chance_plan(rnd)
        away = [flat.id for flat in plan.flats if not flat.takes_part]
        if not away or len({flat.street_floor for flat in plan.flats}) > 1:
            continue
        joined = replace(plan, flats=tuple(
            replace(flat, takes_part=True) if flat.id == away[0] else flat for flat in plan.flats
        ))  # fmt: skip
        inside = replace(plan, inside="equal"), replace(joined, inside="equal")
        for scheme in scheme_ids():
            try:
                before, after = (share(each, scheme).pays_fen for each in inside)
            except RuleBroken:
                continue
            pairs = zip(plan.flats, before, after, strict=True)
            assert all(b >= a - 1 for flat, b, a in pairs if flat.takes_part)
