"""Cells: exact both ways, for every amount a round may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules.award.round_fields import BIGGEST
from tuanti.sheets.cells import Wrong, read, write
from tuanti.sheets.layout import Column, list_sheets, round_sheet
from tuanti.texts import LANGS, codes


def column(sheet: str, field: str) -> Column:
    found = (list_sheets()[sheet] if sheet != "round" else round_sheet()).column(field)
    assert found is not None
    return found


YUAN = column("tiers", "fixed_fen")
PERCENT = column("tiers", "discount_bp")
POINTS = column("suppliers", "quality")


def through_a_file(value: object) -> object:
    """Do to a number what xlsxwriter does when it writes it."""
    return float(f"{value:.16G}") if isinstance(value, float) else value


@given(st.integers(-BIGGEST, BIGGEST) | st.integers(-(10**9), 10**9), st.sampled_from(LANGS))
def test_every_fen_survives(fen: int, lang: str) -> None:
    assert read(YUAN, through_a_file(write(YUAN, fen, "zh" if lang == "zh" else "en"))) == fen


@given(st.integers(0, 10_000))
def test_every_basis_point_and_every_point_survives(value: int) -> None:
    assert read(PERCENT, through_a_file(write(PERCENT, value, "zh"))) == value
    assert read(POINTS, through_a_file(write(POINTS, value, "zh"))) == value


@given(st.integers(1, 10_000))
def test_a_share_shown_as_per_cent_is_taken_at_its_word(value: int) -> None:
    assert read(PERCENT, value / 10_000, per_cent=True) == value


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_a_sum_computed_in_binary_is_taken_as_it_is_shown(one: int, two: int) -> None:
    assert read(YUAN, one / 100 + two / 100) == one + two


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.234, "too_fine"),
        (0.001, "too_fine"),
        (1.005, "too_fine"),
        ("1.234", "too_fine"),
        ("1,23", "not_a_number"),
        ("12,34,567", "not_a_number"),
        ("--1", "not_a_number"),
        ("٣", "not_a_number"),
        ("Ⅷ", "not_a_number"),
        ("1 2", "not_a_number"),
    ],
)
def test_money_is_never_rounded_and_never_guessed(value: object, code: str) -> None:
    wrong = read(YUAN, value)
    assert isinstance(wrong, Wrong)
    assert wrong.code == f"sheets.{code}"


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("1,234.5", 123_450),
        ("－１２．３０", -1230),
        ("+5", 500),
        (".5", 50),
        ("−3", -300),
        ("5.", 500),
    ],
)
def test_numbers_written_as_text_are_numbers(value: str, fen: int) -> None:
    assert read(YUAN, value) == fen


def test_every_code_about_workbooks_is_brought_about_by_some_test() -> None:
    """The tables of these tests, together, show every code there is."""
    from tests.sheets import test_guard, test_json_in, test_round_in  # noqa: PLC0415

    shown = {code for _, code, *_ in test_round_in.FAULTS}
    shown |= {code for _, code in test_guard.REFUSALS}
    shown |= {code for *_, code in test_json_in.REFUSED}
    shown |= {
        "no_cached_value",
        "duplicate_key",
        "too_many_unread",
    }  # shown where more than one cell is needed
    every = {code.removeprefix("sheets.") for code in codes("zh") if code.startswith("sheets.")}
    assert {code for code in every if not code.startswith("note_")} == shown
