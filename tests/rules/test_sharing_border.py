"""Sharing: the games by area inside a floor, what a refusal names, groups that save too little."""

import tomllib
from fractions import Fraction
from importlib.resources import files

import pytest

from tests.sharing_cast import YUAN, case_u, staircase
from tuanti.rules.sharing.comparing import worst_group
from tuanti.rules.sharing.plan import Costs, Flat, OwnTable, Plan
from tuanti.rules.sharing.running import running
from tuanti.rules.sharing.schemes import find, scheme_ids
from tuanti.rules.sharing.shares import NoEntry, share


def test_what_a_floor_owes_a_game_is_owed_by_all_on_it() -> None:
    """Both storeys cost 12,000 yuan: the first is used by three, the second by two."""
    flats = (Flat("201", 2, 9000), Flat("301", 3, 5000), Flat("302", 3, 7000))
    plan = Plan(flats, 24_000 * YUAN, inside="area")
    assert share(plan, "shapley").pays_fen == (4000 * YUAN, 833_333, 1_166_667)


def test_a_table_of_ones_own_is_named_where_it_ends() -> None:
    table = OwnTable(((1, Fraction(0)), (2, Fraction(1))))
    with pytest.raises(NoEntry) as refused:
        share(Plan(staircase(3), 100, scheme="custom", table=table))
    assert refused.value.facts["scheme"] == "custom"


def test_a_lift_the_subsidy_paid_for_is_run_by_the_scheme_named() -> None:
    plan = Plan(staircase(6), 480_000 * YUAN, subsidy_fen=480_000 * YUAN, scheme="equal")
    assert running(plan, 30_000, scheme="stairs") == running(case_u(), 30_000, scheme="stairs")


def test_three_who_would_save_less_than_three_fen_stay() -> None:
    """Alone they would pay 22/34 of 24 fen, 15.5 for 18: that is rounding."""
    flats = tuple(Flat(f"{n}0{floor}", floor, 8000) for n, floor in enumerate((2, 3, 3, 5)))
    plan = Plan(flats, 24, scheme="equal", costs=Costs(fixed_fen=5, storey_fen=3))
    assert share(plan).pays_fen == (6, 6, 6, 6)
    assert worst_group(plan, share(plan)) is None


def test_a_scheme_without_a_table_has_no_ladder() -> None:
    assert (find("shapley").ladder, find("equal").ladder == ()) == ((), False)


def test_a_scheme_is_verified_by_whom_its_file_says_or_by_nobody() -> None:
    text = (files("tuanti.rules.sharing") / "schemes.toml").read_text("utf-8")
    said = {ident: entry.get("verified_by", "") for ident, entry in tomllib.loads(text).items()}
    assert {ident: find(ident).verified_by for ident in scheme_ids()} == said
