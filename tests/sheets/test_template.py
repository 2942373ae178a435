import string
from copy import deepcopy
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.cast import small_round
from tuanti.rules.award.round import canonical, check
from tuanti.rules.award.round_fields import HEAD, LISTS, RULES, Field
from tuanti.sheets.layout import Sheet, list_sheets, plain, round_sheet, spoken, word
from tuanti.sheets.round_in import describe, read_round
from tuanti.sheets.template import write_round
from tuanti.texts import LANGS, Lang

SHEETS: list[Sheet] = [round_sheet(), *list_sheets().values()]


@pytest.mark.parametrize("lang", LANGS)
def test_a_round_written_and_read_is_the_same_round(tmp_path: Path, lang: Lang) -> None:
    write_round(small_round(), tmp_path / "round.xlsx", lang)
    reading = read_round(tmp_path / "round.xlsx")
    assert describe(reading, lang) == []
    assert reading.notes == ()
    assert reading.data is not None
    assert canonical(reading.data) == canonical(small_round())


@pytest.mark.parametrize("lang", LANGS)
def test_the_same_round_makes_the_same_file(tmp_path: Path, lang: Lang) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_round(small_round(), tmp_path / name, lang)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


IDS = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=40)
TEXTS = st.text(min_size=1, max_size=200).filter(lambda text: not check_text(text))


def check_text(text: str) -> bool:
    data = small_round() | {"title": text}
    return bool(check(data))


def values(field: Field) -> st.SearchStrategy[Any]:
    """Draw any value a field may hold."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXTS,
        "count": st.integers(field.low, field.high)
        | st.integers(field.low, min(field.high, field.low + 20_000)),
        "flag": st.booleans(),
        "choice": st.sampled_from(field.choices or ("",)),
    }
    value = kinds.get(field.kind, st.nothing())
    return value | st.none() if field.optional else value


PLACES = [
    *(((), field) for field in HEAD if field.kind in ("text", "flag")),
    *((("rules",), field) for field in RULES if field.kind in ("text", "count")),
    *(
        ((name, at), field)
        for name, fields in LISTS.items()
        for at in range(len(small_round()[name]))
        for field in fields
        if field.kind in ("text", "count", "flag", "choice")
    ),
]


@given(st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=settings().max_examples // 2,
)
def test_whatever_a_round_holds_survives_the_workbook(tmp_path: Path, data: st.DataObject) -> None:
    changed = deepcopy(small_round())
    for _ in range(data.draw(st.integers(1, 6))):
        path, field = data.draw(st.sampled_from(PLACES))
        place: Any = changed
        for step in path:
            place = place[step]
        before = place.get(field.name)
        place[field.name] = data.draw(values(field))
        if check(changed):
            place[field.name] = before
    assume(not check(changed))
    write_round(changed, tmp_path / "round.xlsx", data.draw(st.sampled_from(LANGS)))
    reading = read_round(tmp_path / "round.xlsx")
    assert describe(reading, "en") == []
    assert reading.data is not None
    assert canonical(reading.data) == canonical(changed)


@pytest.mark.parametrize("lang", LANGS)
def test_the_regime_is_chosen_in_words_and_read_back(tmp_path: Path, lang: Lang) -> None:
    data = small_round()
    data["rules"]["regime"] = "owners"
    write_round(data, tmp_path / "round.xlsx", lang)
    tab = openpyxl.load_workbook(tmp_path / "round.xlsx")[round_sheet().title[lang]]
    chosen = {row[0].value: row[1].value for row in tab.iter_rows(min_row=2)}
    column = round_sheet().column("regime")
    assert column is not None
    assert chosen[column.heading[lang]] == {"zh": "业主自筹", "en": "owners"}[lang]
    reading = read_round(tmp_path / "round.xlsx")
    assert reading.data is not None
    assert canonical(reading.data) == canonical(data)


def test_a_refusal_by_the_regime_points_to_its_cell(tmp_path: Path) -> None:
    data = small_round()
    data["rules"]["regime"] = "fiscal"
    write_round(data, tmp_path / "round.xlsx", "zh")
    lines = describe(read_round(tmp_path / "round.xlsx"), "zh")
    assert [line.partition("：")[0] for line in lines] == ["供应商 G3", "指定 C2"]
    assert all("《政府采购法实施条例》第20条（未核实，依据等级 A）" in line for line in lines)


@pytest.mark.parametrize("lang", LANGS)
def test_the_empty_template_asks_for_what_is_required_and_nothing_else(
    tmp_path: Path, lang: Lang
) -> None:
    write_round(None, tmp_path / "round.xlsx", lang)
    reading = read_round(tmp_path / "round.xlsx")
    assert {fault.code for fault in reading.faults} == {"round.field_missing", "round.list_empty"}
    assert len(reading.faults) == 9


@pytest.mark.parametrize("lang", LANGS)
def test_every_heading_of_the_template_has_its_help(tmp_path: Path, lang: Lang) -> None:
    write_round(None, tmp_path / "round.xlsx", lang)
    book = openpyxl.load_workbook(tmp_path / "round.xlsx")
    for sheet in list_sheets().values():
        for cell, column in zip(book[sheet.title[lang]][1], sheet.columns, strict=True):
            assert cell.value == column.heading[lang]
            assert cell.comment is not None
            assert column.hint[lang] in str(cell.comment.text)


@pytest.mark.parametrize("lang", LANGS)
def test_what_can_be_picked_can_be_read(tmp_path: Path, lang: Lang) -> None:
    write_round(None, tmp_path / "round.xlsx", lang)
    book = openpyxl.load_workbook(tmp_path / "round.xlsx")
    offered = {
        str(rule.formula1).strip('"')
        for sheet in SHEETS
        for rule in book[sheet.title[lang]].data_validations.dataValidation
        if not str(rule.formula1).startswith("'")
    }
    choices = {c.choices for sheet in SHEETS for c in sheet.columns if c.kind == "choice"}
    expected = {",".join(word(choice, lang) for choice in some) for some in choices}
    assert offered == expected | {",".join((word("yes", lang), word("no", lang)))}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
def test_no_two_headings_of_a_sheet_can_be_mistaken(sheet: Sheet) -> None:
    ways = [
        (plain(name), column.field)
        for column in sheet.columns
        for name in {*column.heading.values(), *column.also}
    ]
    assert len({way for way, _ in ways}) == len(set(ways))
    assert all(way for way, _ in ways)


def test_no_two_choices_of_a_field_can_be_mistaken() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            ways = spoken(column.choices)
            assert all(ways)
            for lang in LANGS:
                assert [ways[plain(word(c, lang))] for c in column.choices] == [*column.choices]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
def test_the_unit_of_a_column_is_in_its_heading(sheet: Sheet) -> None:
    for column in sheet.columns:
        if column.kind == "yuan":
            assert "元" in column.heading["zh"]
            assert "yuan" in column.heading["en"]
        if column.kind == "percent":
            assert "%" in column.heading["zh"]
            assert "%" in column.heading["en"]
