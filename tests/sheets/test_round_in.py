"""Workbooks as people bring them: read where the meaning is plain, refused by cell where not."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.cell import coordinate_to_tuple
from xlsxwriter.worksheet import Worksheet

from tests.cast import small_round
from tests.sheets.books import Sheets, formatted, formula, plain_sheets, written
from tuanti.rules.award.round import canonical, check
from tuanti.sheets.reading import Reading, describe, said
from tuanti.sheets.round_in import read_round
from tuanti.sheets.template import write_round
from tuanti.texts import LANGS, Lang

Spoil = Callable[[Sheets], object]


@pytest.fixture
def sheets() -> Sheets:
    return plain_sheets()


def cell(sheet: str, name: str, value: object) -> Spoil:
    """Put ``value`` into cell ``name``."""
    row, column = coordinate_to_tuple(name)

    def spoil(sheets: Sheets) -> None:
        sheets[sheet][row - 1][column - 1] = value

    return spoil


def extra_column(sheet: str, heading: str) -> Spoil:
    return lambda sheets: sheets[sheet][0].append(heading)


def extra_row(sheet: str, *values: object) -> Spoil:
    return lambda sheets: sheets[sheet].append([*values])


def brought(tmp_path: Path, sheets: Sheets, *spoils: Spoil) -> Reading:
    for spoil in spoils:
        spoil(sheets)
    return read_round(written(tmp_path / "brought.xlsx", sheets))


def same_round(reading: Reading) -> bool:
    assert describe(reading, "en") == []
    return reading.data is not None and canonical(reading.data) == canonical(small_round())


FEBRUARY = dt.datetime(2026, 2, 1)  # noqa: DTZ001 (a workbook's dates have no zone)

# A spoilt cell, and the one fault it must bring: code, sheet, cell.
FAULTS: list[tuple[Spoil, str, str, str]] = [
    (cell("清单", "E2", formula("=NA()", "#N/A")), "error_cell", "清单", "E2"),
    (cell("清单", "E3", formula("=1/0", "#DIV/0!")), "error_cell", "清单", "E3"),
    (cell("小区", "A2", formula("=X!A1", "#REF!")), "error_cell", "小区", "A2"),
    (cell("小区", "A2", formatted(FEBRUARY, "m-d")), "date_in_cell", "小区", "A2"),
    (cell("价格表", "D2", formatted(FEBRUARY, "yyyy-mm-dd")), "date_in_cell", "价格表", "D2"),
    (cell("价格表", "D2", "二十四万"), "not_a_number", "价格表", "D2"),
    (cell("价格表", "D2", "240000元"), "not_a_number", "价格表", "D2"),
    (cell("价格表", "D2", "24e4"), "not_a_number", "价格表", "D2"),
    (cell("价格表", "D2", True), "not_a_number", "价格表", "D2"),  # noqa: FBT003
    (cell("价格表", "D2", 240000.005), "too_fine", "价格表", "D2"),
    (cell("价格表", "D2", "240000.125"), "too_fine", "价格表", "D2"),
    (cell("供应商", "E2", 91.505), "too_fine", "供应商", "E2"),
    (cell("清单", "C2", 7.5), "not_whole", "清单", "C2"),
    (cell("项目", "B18", 0.75), "percent_fraction", "项目", "B18"),
    (cell("项目", "B18", "0.75"), "percent_fraction", "项目", "B18"),
    (cell("供应商", "C2", 915000000000000008), "code_as_number", "供应商", "C2"),
    (cell("项目", "B24", 2026112207150715), "code_as_number", "项目", "B24"),
    (cell("清单", "D2", "半平层"), "unknown_choice", "清单", "D2"),
    (cell("项目", "B8", "设备、电缆"), "unknown_choice", "项目", "B8"),
    (cell("供应商", "F2", "大概"), "not_yes_no", "供应商", "F2"),
    (cell("项目", "B23", "yuzhong core"), "bad_groups", "项目", "B23"),
    (cell("项目", "B23", "yuzhong=a、yuzhong=b"), "bad_groups", "项目", "B23"),
    (cell("清单", "E1", None), "heading_missing", "清单", "A1"),
    (extra_column("清单", "台 数"), "heading_twice", "清单", "G1"),
    (cell("项目", "A3", None), "row_missing", "项目", ""),
    (extra_row("项目", "抽签种子", "再来一次"), "row_twice", "项目", "A25"),
    (lambda sheets: sheets.pop("价格表"), "sheet_missing", "价格表", ""),
    (lambda sheets: sheets.update({"Bill": sheets["清单"]}), "sheet_twice", "Bill", ""),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_cell_that_cannot_be_read_is_named_once(
    tmp_path: Path, sheets: Sheets, fault: tuple[Spoil, str, str, str]
) -> None:
    spoil, code, sheet, where = fault
    reading = brought(tmp_path, sheets, spoil)
    assert [(f.code, f.sheet, f.cell) for f in reading.faults] == [(f"sheets.{code}", sheet, where)]
    assert reading.data is None
    for lang in LANGS:
        assert len(describe(reading, lang)) == 1


# What people write and everybody understands: no fault, the same round.
FINE: list[tuple[str, str, object]] = [
    ("清单", "C2", "7"),
    ("清单", "C2", "７"),
    ("清单", "C2", " 7 "),
    ("清单", "D2", "half"),
    ("清单", "D2", "错层"),
    ("清单", "D3", "Ｆｌａｔ"),
    ("清单", "F4", "600,000"),
    ("清单", "F4", "６００，０００．００"),
    ("清单", "F4", formula("=300000*2", 600_000)),
    ("清单", "F4", 600_000.00000000012),  # what a computed number looks like
    ("供应商", "A2", "ｊｉａ"),
    ("供应商", "C2", "91500000ma0000000 8"),
    ("供应商", "E2", "91.50"),
    ("供应商", "F4", "√"),
    ("供应商", "F4", "Y"),
    ("供应商", "F4", True),
    ("供应商", "F2", "×"),
    ("供应商", "F2", "no"),
    ("供应商", "H2", "Incremental"),
    ("项目", "B2", None),
    ("项目", "B5", "yes"),
    ("项目", "B7", "Cost"),
    ("项目", "B8", "安装,设备；shaft"),
    ("项目", "B18", "75%"),
    ("项目", "B18", "75 ％"),
    ("项目", "B18", formatted(0.75, "0%")),
    ("项目", "B18", formatted(0.75, "0.00%")),
    ("项目", "B18", formatted(0.75, '0.0"%";-0%')),
    ("项目", "B23", "yuzhong ＝ core"),
    ("阶梯", "D6", "12.00"),
    ("打包报价", "C2", "sp-1 yz-2"),
    ("打包报价", "C2", "sp-1，yz-2"),
    ("价格表", "G4", "8000.00"),
]


@pytest.mark.parametrize(("sheet", "name", "value"), FINE)
def test_what_is_plain_to_people_is_read(
    tmp_path: Path, sheets: Sheets, sheet: str, name: str, value: object
) -> None:
    assert same_round(brought(tmp_path, sheets, cell(sheet, name, value)))


def test_under_one_per_cent_can_be_said_as_text(tmp_path: Path, sheets: Sheets) -> None:
    reading = brought(tmp_path, sheets, cell("阶梯", "D6", "0.5%"))
    assert reading.data is not None
    assert reading.data["tiers"][4]["discount_bp"] == 50


def test_a_hundred_per_cent_shown_by_excel_is_not_one_per_cent(
    tmp_path: Path, sheets: Sheets
) -> None:
    reading = brought(tmp_path, sheets, cell("项目", "B18", formatted(1, "0%")))
    assert reading.data is not None
    assert reading.data["rules"]["share_max_bp"] == 10_000


def test_an_id_typed_as_a_number_is_its_digits(tmp_path: Path, sheets: Sheets) -> None:
    for row in (2, 3):
        sheets["清单"][row - 1][0] = 101
    sheets["小区"][1][0] = 101
    reading = brought(tmp_path, sheets)
    assert reading.data is not None
    assert [line["parcel"] for line in reading.data["bill"]][:2] == ["101", "101"]


@pytest.mark.parametrize(
    "heading",
    ["停 靠 层 站 数", "停靠层站数（Stops）", "STOPS", "stops (2-40)", "停靠层站数\n(站)"],
)
def test_headings_are_known_in_either_language_whatever_their_dress(
    tmp_path: Path, sheets: Sheets, heading: str
) -> None:
    assert same_round(brought(tmp_path, sheets, cell("清单", "C1", heading)))


@pytest.mark.parametrize("lang", LANGS)
def test_columns_and_sheets_may_stand_in_any_order(tmp_path: Path, lang: Lang) -> None:
    sheets = plain_sheets(lang)
    turned = {
        title: rows if at < 2 else [list(reversed(row)) for row in rows]
        for at, (title, rows) in enumerate(sheets.items())
    }
    assert same_round(brought(tmp_path, dict(reversed(turned.items()))))


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path, sheets: Sheets) -> None:
    sheets["清单"][:0] = [["渝中区工程量清单"], []]
    assert same_round(brought(tmp_path, sheets))
    reading = brought(tmp_path, sheets, cell("清单", "C4", 1))
    assert [fault.cell for fault in reading.faults] == ["C4"]


def test_blank_rows_are_no_rows(tmp_path: Path, sheets: Sheets) -> None:
    sheets["清单"][3:3] = [[], ["  ", None, "\u3000"]]
    sheets["标段"] += [[""], [], [None, " "]]
    assert same_round(brought(tmp_path, sheets))
    reading = brought(tmp_path, sheets, cell("清单", "C8", 41))
    assert [fault.cell for fault in reading.faults] == ["C8"]


def test_a_hundred_thousand_blank_formatted_rows_are_nothing(
    tmp_path: Path, sheets: Sheets
) -> None:
    def bordered(book: xlsxwriter.Workbook, tab: Worksheet, row: int, column: int) -> None:
        look = book.add_format({"border": 1})
        for below in range(100_000):
            tab.write_blank(row + below, column, None, look)

    sheets["价格表"].append([bordered])
    assert same_round(brought(tmp_path, sheets))


def test_the_lists_that_may_be_empty_may_be_missing(tmp_path: Path, sheets: Sheets) -> None:
    for title in ("阶梯", "打包报价", "指定"):
        del sheets[title]
    reading = brought(tmp_path, sheets)
    assert describe(reading, "en") == []
    expected = small_round() | {"tiers": [], "packages": [], "pairs": []}
    assert reading.data is not None
    assert canonical(reading.data) == canonical(expected)


def test_formulas_are_read_by_their_saved_result_and_noted(tmp_path: Path, sheets: Sheets) -> None:
    for name, value in (("E2", 6), ("E3", 3), ("E4", 4), ("E5", 5)):
        cell("清单", name, formula(f"=0+{value}", value))(sheets)
    cell("小区", "B2", formula('="荷花"&"苑"', "荷花苑"))(sheets)
    reading = brought(tmp_path, sheets)
    assert same_round(reading)
    assert [(n.sheet, n.facts["count"], n.facts["cells"]) for n in reading.notes] == [
        ("小区", 1, "B2"),
        ("清单", 4, "E2, E3, E4"),
    ]
    assert "E2, E3, E4" in said(reading.notes, "zh")[1]


def test_formulas_saved_without_a_result_are_refused_by_cell(tmp_path: Path) -> None:
    write_round(small_round(), tmp_path / "round.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "round.xlsx")
    book["清单"]["E2"] = "=3+3"
    book["清单"]["E6"] = "=2+2"
    book["项目"]["B15"] = "=1+1"
    book.save(tmp_path / "round.xlsx")
    reading = read_round(tmp_path / "round.xlsx")
    assert [(f.code, f.sheet, f.cell) for f in reading.faults] == [
        ("sheets.no_cached_value", "项目", "B15"),
        ("sheets.no_cached_value", "清单", "E2"),
        ("sheets.no_cached_value", "清单", "E6"),
    ]


def test_what_is_not_known_is_noted_and_not_read(tmp_path: Path, sheets: Sheets) -> None:
    sheets["草稿"] = [["随便"]]
    sheets["清单"][0].append("备注")
    sheets["项目"].append(["联系人", "王阿姨"])
    reading = brought(tmp_path, sheets)
    assert same_round(reading)
    assert [(note.code, note.sheet, note.cell) for note in reading.notes] == [
        ("sheets.note_unknown_sheet", "", ""),
        ("sheets.note_unknown_row", "项目", "A25"),
        ("sheets.note_unknown_heading", "清单", "G1"),
    ]


def test_prices_nobody_asked_for_are_noted(tmp_path: Path, sheets: Sheets) -> None:
    row = [*sheets["价格表"][1]]
    sheets["价格表"] += [["jia", "yuzong", *row[2:]], ["jia", "*", "p8", *row[3:]]]
    reading = brought(tmp_path, sheets)
    assert reading.data is not None
    assert [(note.code, note.cell) for note in reading.notes] == [
        ("sheets.note_unused_zone", "B9"),
        ("sheets.note_unused_profile", "C10"),
    ]


def test_the_faults_of_the_rules_have_their_cells_too(tmp_path: Path, sheets: Sheets) -> None:
    row = [*sheets["价格表"][1]]
    reading = brought(
        tmp_path,
        sheets,
        cell("标段", "E4", 0),
        cell("清单", "A3", "hehau"),
        lambda sheets: sheets["价格表"].insert(1, []),
        lambda sheets: sheets["价格表"].append(row),
        cell("阶梯", "E6", 430_000),
    )
    assert [(f.code, f.sheet, f.cell) for f in reading.faults] == [
        ("round.out_of_range", "标段", "E4"),
        ("round.unknown_parcel", "清单", "A3"),
        ("round.book_twice", "价格表", "C10"),
        ("round.price_below_zero", "阶梯", "E6"),
    ]
    assert [f.facts.get("first") or f.facts.get("book") for f in reading.faults[2:]] == [3, 6]


def test_fifteen_faults_of_every_kind_are_told_at_once(tmp_path: Path, sheets: Sheets) -> None:
    reading = brought(
        tmp_path,
        sheets,
        cell("项目", "B3", "第一批"),
        cell("项目", "B7", None),
        cell("项目", "B15", 0),
        cell("标段", "B2", None),
        cell("标段", "F3", formula("=NA()", "#N/A")),
        cell("小区", "C3", "yz-9"),
        cell("清单", "C2", 77),
        cell("清单", "D3", "平曾入户"),
        cell("清单", "E4", 4.4),
        cell("供应商", "C3", "91500000MA0000001C"),
        cell("供应商", "E4", 80.255),
        cell("价格表", "A7", "bin"),
        cell("价格表", "E2", -1),
        cell("阶梯", "B4", 14),
        cell("打包报价", "C2", "yz-2、yz-2"),
        cell("指定", "C2", "也许"),
    )
    assert [(f.sheet, f.cell) for f in reading.faults] == [
        ("项目", "B3"),
        ("项目", "B7"),
        ("项目", "B15"),
        ("标段", "B2"),
        ("标段", "F3"),
        ("小区", "C3"),
        ("清单", "C2"),
        ("清单", "D3"),
        ("清单", "E4"),
        ("供应商", "C3"),
        ("供应商", "E4"),
        ("价格表", "E2"),
        ("价格表", "A7"),
        ("阶梯", "B4"),
        ("打包报价", "C2"),
        ("指定", "C2"),
    ]
    assert describe(reading, "zh")[1] == "项目 B7：“定标目标”没有填写。此项必填，请补上。"
    assert describe(reading, "zh")[7] == (
        "清单 D3：“入户方式”填了“平曾入户”，不在可选内容之中。请从这些里选：平层入户、错层入户。"
    )
    assert describe(reading, "en")[6] == (
        "清单 C2: “Stops” is 77, outside 2 to 40. Write a number in that range."
    )


def test_a_workbook_and_its_json_have_the_same_faults(tmp_path: Path, sheets: Sheets) -> None:
    data = small_round()
    data["bill"][0]["stops"] = 77
    data["tiers"][2]["from_lifts"] = 14
    (tmp_path / "round.json").write_text(json.dumps(data), encoding="utf-8")
    reading = brought(tmp_path, sheets, cell("清单", "C2", 77), cell("阶梯", "B4", 14))
    from_json = read_round(tmp_path / "round.json")
    assert [(f.code, f.path) for f in reading.faults] == [(f.code, f.path) for f in check(data)]
    assert [f.cell for f in from_json.faults] == ["/bill/0/stops", "/tiers/2/from_lifts"]


def test_many_rows_are_read_exactly(tmp_path: Path) -> None:
    """How long it takes is measured elsewhere."""
    path = tmp_path / "many.xlsx"
    data = small_round()
    row = data["books"][0]
    data["books"] += [row | {"profile": f"q{at}", "base_fen": at + 1} for at in range(10_000)]
    write_round(data, path, "zh")
    reading = read_round(path)
    assert reading.data is not None
    assert [book["base_fen"] for book in reading.data["books"][7:]] == [*range(1, 10_001)]


def test_an_empty_workbook_is_answered(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "empty.xlsx")) as book:
        book.add_worksheet("清单")
    reading = read_round(tmp_path / "empty.xlsx")
    assert {fault.code for fault in reading.faults} >= {"sheets.sheet_missing"}
    assert describe(reading, "zh")
