"""Lists as sheets: headings anywhere, merged cells, several sheets, sums; and what is counted."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.sheets.books import formatted, formula, written
from tests.sheets.test_housing import HEADINGS, LINE, SOUND, changed, codes, opened, text
from tuanti.rules.housing import Line
from tuanti.sheets import housing
from tuanti.texts import LANGS, Lang

REAL = Path(__file__).parents[3] / "shared/data/housing"


# -- Sheets ----------------------------------------------------------------------------------


def test_the_template_is_understood_and_its_example_sound() -> None:
    for lang in LANGS:
        book = housing.template(lang)
        found = housing.read(book, "t.xlsx", this_year=2026)
        assert [*found] == []
        assert (found.matching.ignored, found.matching.guessed) == ((), ())
        assert len(found.matching.at) == len(found.headings) == 26
        example = openpyxl.load_workbook(io.BytesIO(book))[("示例" if lang == "zh" else "Example")]
        rows = [[str(cell or "") for cell in row] for row in example.values]
        assert [row.faults for row in housing.read(text(*rows), "e.csv", this_year=2026)] == [
            ()
        ] * 3


@pytest.mark.parametrize("lang", LANGS)
def test_the_template_helps_while_it_is_filled_in(lang: Lang) -> None:
    book = openpyxl.load_workbook(io.BytesIO(housing.template(lang)))
    tab = book.worksheets[1]
    assert all(cell.comment for cell in tab[1])
    assert len(tab.data_validations.dataValidation) == 7


def test_titles_above_and_sums_below_are_passed_over(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["渝中区房屋清单"], [None], HEADINGS, SOUND, HEADINGS, ["合计", 1], [],
                             ["填表人：某人"]]  # fmt: skip
    found = housing.read(written(tmp_path / "x.xlsx", {"表": rows}), this_year=2026)
    assert [row.line for row in found] == [LINE]
    assert found.heading_row == 3
    notes = [(note.cell, note.code) for note in found.summary.notes]
    assert notes == [
        ("A5", "housing.note_headings"), ("A6", "housing.note_total"), ("A8", "housing.note_total")
    ]  # fmt: skip


def test_merged_cells_are_filled_downwards_and_blanks_only_when_asked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    tab = book.worksheets[0]
    for row in (HEADINGS, SOUND, ["", "", "", "501"], ["", "", "", "401"]):
        tab.append(row)
    tab.merge_cells("A2:A3")
    tab.merge_cells("M2:M4")
    book.save(tmp_path / "x.xlsx")
    _, second, third = housing.read(tmp_path / "x.xlsx", this_year=2026)
    assert second.line == Line("向阳小区", street="大溪沟街道", flat="501")
    assert codes(third) == [("A4", "no_estate")]
    found = housing.read(tmp_path / "x.xlsx", this_year=2026, fill_down=True)
    assert [row.line and (row.line.estate, row.line.building) for row in found] == [
        ("向阳小区", "3")
    ] * 3


def test_filling_down_stops_where_a_place_above_changes() -> None:
    rows = [["甲小区", "3"], ["", ""], ["乙小区", ""]]
    found = housing.read(text(["小区", "楼栋"], *rows, ["", "4"]), this_year=2026, fill_down=True)
    assert [row.line and (row.line.estate, row.line.building) for row in found] == [
        ("甲小区", "3"), ("乙小区", ""), ("乙小区", "4")
    ]  # fmt: skip


def test_numbers_dates_and_formulas_of_a_workbook_are_read(tmp_path: Path) -> None:
    cells = [
        "向阳小区", 3, 1, 602, 6, 7, formatted(35916, "yyyy-mm-dd"), formula("=A1", 68.25),
        "王桂芳", 13800000001, "11010519491231002X", "", "大溪沟街道",
    ]  # fmt: skip
    found = housing.read(written(tmp_path / "x.xlsx", {"x": [HEADINGS, cells]}), this_year=2026)
    assert [row.line for row in found] == [LINE]
    assert [note.code for note in found.summary.notes] == ["sheets.note_formulas"]


def test_a_computed_area_is_taken_at_the_digits_people_see(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEADINGS, [*SOUND[:7], 0.1 + 0.2, *SOUND[8:]]]
    (row,) = housing.read(written(tmp_path / "x.xlsx", {"x": rows}), this_year=2026)
    assert (row.line, row.gaps) == (replace(LINE, area_dm2=30), ())


def test_errors_and_formulas_without_a_result_are_faults_of_their_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    tab = book.worksheets[0]
    tab.append(HEADINGS)
    tab.append([*SOUND[:4], "=1+5", "#DIV/0!", *SOUND[6:]])
    tab["F2"].data_type = "e"
    book.save(tmp_path / "x.xlsx")
    (row,) = housing.read(tmp_path / "x.xlsx", this_year=2026)
    assert codes(row) == [("E2", "sheets.no_cached_value"), ("F2", "sheets.error_cell")]


def test_an_id_number_kept_as_a_number_is_told(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEADINGS, [*SOUND[:10], 110105194912310021, *SOUND[11:]]]
    (row,) = housing.read(written(tmp_path / "x.xlsx", {"x": rows}), this_year=2026)
    assert codes(row) == [("K2", "sheets.code_as_number")]


def test_the_sheet_with_the_best_headings_is_read_and_others_are_told(tmp_path: Path) -> None:
    sheets = {"封面": [["某某"]], "二": [["小区", "楼栋"], ["甲", "1"]], "一": [HEADINGS, SOUND]}
    path = written(tmp_path / "x.xlsx", sheets)
    found = housing.read(path, this_year=2026)
    assert (found.sheet, [row.line for row in found]) == ("一", [LINE])
    assert [note.code for note in found.summary.notes] == ["housing.note_other_sheet"]
    other = housing.read(path, this_year=2026, sheet="二")
    assert [row.line for row in other] == [Line("甲", building="1")]


def test_a_million_rows_of_nothing_are_passed_over(tmp_path: Path) -> None:
    blank = "".join(f'<row r="{row}" ht="15"/>' for row in range(3, 1_000_000))
    path = written(tmp_path / "x.xlsx", {"x": [HEADINGS, SOUND]})
    spoilt = tmp_path / "y.xlsx"
    swap(path, spoilt, "xl/worksheets/sheet1.xml", "</sheetData>", f"{blank}</sheetData>")
    assert [row.line for row in housing.read(spoilt, this_year=2026)] == [LINE]


def swap(old: Path, new: Path, part: str, before: str, after: str) -> None:
    """Copy a workbook with something in a part replaced."""
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            content = source.read(name)
            made.writestr(
                name, content.replace(before.encode(), after.encode()) if name == part else content
            )


# -- What is counted -------------------------------------------------------------------------


def test_the_summary_counts_rows_and_gaps_by_column() -> None:
    found = opened(SOUND, changed(房号="601", 楼层="6", 建成年份=""), changed(房号="", 楼层=""),
                   changed(房号="501", 楼层="99"))  # fmt: skip
    rows = [*found]
    summary = found.summary
    assert (len(rows), summary.rows, summary.flats, summary.places, summary.refused) == (
        4,
        4,
        2,
        1,
        1,
    )
    assert summary.gaps["built", "housing.missing"].said() == "3"
    assert summary.faults == {"housing.out_of_range": 1}


def test_a_list_may_be_read_again_from_the_start() -> None:
    found = opened(SOUND, changed(房号="601"))
    assert [*found] == [*found]
    assert found.summary.rows == 2


# -- The real lists --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows"),
    [("chongqing_communities_2020.csv", 2419), ("chongqing_listings_2020_old_walkups.csv", 766)],
)
def test_a_real_list_is_taken_whole(name: str, rows: int) -> None:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{name} is not here; it is not ours to hand on")
    found = housing.read(path, this_year=2026)
    lines = [row.line for row in found]
    assert None not in lines
    assert (len(lines), found.summary.places, found.summary.refused) == (rows, rows, 0)
    assert {"estate", "district", "storeys", "built"} <= set(found.matching.at)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-8-sig"])
def test_a_real_list_reads_the_same_in_every_encoding(encoding: str) -> None:
    path = REAL / "chongqing_listings_2020_old_walkups.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not here; it is not ours to hand on")
    rows = path.read_text("utf-8").replace(",", "\t")
    found = housing.read(rows.encode(encoding), "x.txt", this_year=2026)
    assert [row.line for row in found] == [row.line for row in housing.read(path, this_year=2026)]
    assert found.delimiter == "\t"
