"""Lists handed out: harmless to open, whole to read again."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.sheets import housing, listing
from tuanti.sheets.listing import Column, Fmt, Value, clean, export, harmless
from tuanti.texts import LANGS

COLUMNS = [Column("小区", "text", 20), Column("=价款", "yuan", 12), Column("@备注", "wrap", 30)]
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "%0",
    "|calc",
    "\u200b=1",
]


def exported(
    rows: Sequence[Sequence[Value]],
    fmt: Fmt,
    columns: Sequence[Column] = COLUMNS,
    title: str = "",
    marker: str = "",
) -> bytes:
    out = io.BytesIO()
    count = export(out, columns, rows, fmt=fmt, lang="zh", title=title, marker=marker)
    assert count == len(rows)
    return out.getvalue()


def cells_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_begins_like_a_formula_is_quoted_in_a_csv(text: str) -> None:
    (row,) = cells_of(exported([[text, None, None]], "csv"))[1:]
    assert row[0].startswith("'")


@given(st.text())
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    written = harmless(text)
    assert not written.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert written.removeprefix("'") == clean(text)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula_in_a_workbook(text: str) -> None:
    content = exported([[text, None, None]], "xlsx", title=text, marker=text)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    tab = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert {cell.data_type for row in tab.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert not any(isinstance(cell.value, float) for row in tab.iter_rows() for cell in row)


def test_a_web_address_stays_a_text() -> None:
    content = exported([["http://example.org", None, None]], "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"hyperlink" not in archive.read("xl/worksheets/sheet1.xml")


def test_digits_a_spreadsheet_would_cut_are_kept() -> None:
    (row,) = cells_of(exported([["110105194912310021", None, "13800000001"]], "csv"))[1:]
    assert row == ["'110105194912310021", "", "13800000001"]


def test_signs_nobody_sees_are_taken_out() -> None:
    text = "向\x00阳\x1b[31m\u202e小\ufeff区\ud800"
    assert clean(text) == "向阳[31m小区"
    assert cells_of(exported([[text, None, None]], "csv"))[1][0] == "向阳[31m小区"
    tab = openpyxl.load_workbook(io.BytesIO(exported([[text, None, None]], "xlsx"))).worksheets[0]
    assert tab["A2"].value == "向阳[31m小区"


def test_title_and_marker_stand_above_the_headings() -> None:
    content = exported([["甲", 1050, None]], "csv", title="名单", marker="虚构示例")
    assert cells_of(content)[:3] == [["名单"], ["虚构示例"], ["小区", "'=价款", "'@备注"]]
    book = openpyxl.load_workbook(
        io.BytesIO(exported([["甲", 1050, None]], "xlsx", title="名单", marker="虚构示例"))
    )
    rows = [*book.worksheets[0].values]
    assert [row[0] for row in rows[:3]] == ["名单", "虚构示例", "小区"]
    assert rows[3][:2] == ("甲", 10.5)
    assert book.worksheets[0].freeze_panes == "A4"


VALUES: list[tuple[str, Value, str, object]] = [
    ("yuan", 1050, "10.50", 10.5),
    ("yuan", -5, "-0.05", -0.05),
    ("area", 6825, "68.25", 68.25),
    ("count", 3, "3", 3),
    ("text", True, "是", "是"),
    ("text", False, "否", "否"),
    ("text", Fraction(1, 3), "1/3", "1/3"),
    ("text", Decimal("1.5"), "1.5", 1.5),
    ("date", date(2026, 11, 22), "2026-11-22", datetime(2026, 11, 22)),  # noqa: DTZ001 (a cell)
    (
        "date",
        datetime(2026, 11, 22, 20, 0, tzinfo=UTC),
        "2026-11-23 04:00:00",
        datetime(2026, 11, 23, 4),  # noqa: DTZ001 (a cell)
    ),
    ("text", None, "", None),
]


@pytest.mark.parametrize(("look", "value", "text", "cell"), VALUES)
def test_each_kind_of_value_is_written_as_people_read_it(
    look: str, value: Value, text: str, cell: object
) -> None:
    columns = [Column("x", look, 10), Column("y", "text", 10)]
    assert cells_of(exported([[value, "."]], "csv", columns))[1] == [text, "."]
    book = openpyxl.load_workbook(io.BytesIO(exported([[value, "."]], "xlsx", columns)))
    assert book.worksheets[0]["A2"].value == cell


def test_rows_are_taken_one_by_one() -> None:
    taken = 0

    def rows() -> Iterator[Sequence[Value]]:
        nonlocal taken
        for at in range(1000):
            taken += 1
            yield [f"小区{at}", at, None]

    out = io.BytesIO()
    assert export(out, COLUMNS, rows(), fmt="csv", lang="en") == taken == 1000
    assert not out.closed


def test_a_list_too_long_for_a_sheet_goes_on_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_ROWS", 3)
    book = openpyxl.load_workbook(
        io.BytesIO(exported([[str(n), n, None] for n in range(7)], "xlsx"))
    )
    assert [len([*tab.values]) for tab in book.worksheets] == [4, 4, 2]


def test_the_same_list_is_the_same_file() -> None:
    rows: list[list[Value]] = [["甲", 1, "x"]]
    assert exported(rows, "xlsx") == exported(rows, "xlsx")


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_what_was_exported_can_be_imported(fmt: Fmt) -> None:
    looks = {"小区": "text", "身份证号": "code", "房号": "text", "业主": "text", "建筑面积": "area"}
    columns = [Column(heading, look, 20) for heading, look in looks.items()]
    content = exported(
        [["=小区", "11010519491231002X", "602", "王桂芳", 6825]], fmt, columns, "名单"
    )
    (row,) = housing.read(content, f"x.{fmt}", this_year=2026)
    assert row.line is not None
    assert (row.line.estate, row.line.area_dm2) == ("=小区", 6825)
    assert row.line.owners[0].id_number == "11010519491231002X"


def test_english_says_yes() -> None:
    for lang in LANGS:
        out = io.BytesIO()
        export(out, [Column("x", "text", 9)], [[True]], fmt="csv", lang=lang)
        assert cells_of(out.getvalue())[1] == ["是" if lang == "zh" else "yes"]
