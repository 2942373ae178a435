"""Small workbooks: declared once, read cell by cell, written so that they are read as they were."""

import datetime as dt
import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sheets.books import formatted, formula, written
from tuanti.rules.errors import Fault
from tuanti.sheets import tables
from tuanti.sheets.cells import Wrong, read
from tuanti.sheets.layout import CellKind, Column, Layout, declared, plain
from tuanti.sheets.tables import Table
from tuanti.texts import LANGS, Lang

FOLDER = Path(tables.__file__).parent
DECLARED = sorted(
    file.name
    for file in FOLDER.glob("*.toml")
    if "sheets" in tomllib.loads(file.read_text("utf-8"))
)
BALLOTS = declared("consent_ballots.toml")
ROLL = declared("consent_roll.toml")


def column(layout: Layout, sheet: str, field: str) -> Column:
    found = layout.sheets[sheet].column(field)
    assert found is not None
    return found


# -- Declarations ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", DECLARED)
def test_a_declaration_is_whole(name: str) -> None:
    layout = declared(name)
    for key, sheet in layout.sheets.items():
        assert key == sheet.key
        for found in sheet.columns:
            assert found.kind in get_args(CellKind)
            assert (found.kind in ("choice", "choices")) == bool(found.choices)
            assert set(found.choices) <= set(found.words)
            assert not found.refers or found.refers in layout.sheets
    for lang in LANGS:
        assert {f"title_{lang}", lang, f"lines_{lang}", f"made_up_{lang}"} <= set(layout.readme)


@pytest.mark.parametrize("name", DECLARED)
def test_headings_and_choices_are_told_apart_in_both_languages(name: str) -> None:
    for sheet in declared(name).sheets.values():
        names = [plain(n) for c in sheet.columns for n in {*c.heading.values(), *c.also}]
        assert len(names) == len(set(names))
        for found in sheet.columns:
            for lang in LANGS:
                said = {plain(found.say(choice, lang)) for choice in found.choices}
                assert len(said) == len(found.choices)


@pytest.mark.parametrize("name", DECLARED)
def test_the_english_of_a_declaration_holds_no_chinese(name: str) -> None:
    layout = declared(name)
    said = [str(layout.readme[key]) for key in layout.readme if key.endswith("en")]
    for sheet in layout.sheets.values():
        said += [sheet.title["en"], *(c.heading["en"] + c.hint["en"] for c in sheet.columns)]
    assert [text for text in said if re.search(r"[一-鿿，。（）：；]", text)] == []


@pytest.mark.parametrize("name", DECLARED)
@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_template_asks_for_what_is_required(tmp_path: Path, name: str, lang: Lang) -> None:
    layout = declared(name)
    tables.write(layout, tmp_path / "t.xlsx", lang)
    filled = tables.read(layout, tmp_path / "t.xlsx")
    lists = {
        (key,) for key, s in layout.sheets.items() if not (s.form or s.optional)
    }  # a list without a row
    blanks = {
        (key, c.field)
        for key, s in layout.sheets.items()
        if s.form
        for c in s.columns
        if not c.optional
    }
    assert {fault.path for fault in filled.faults} == lists | blanks
    assert {fault.code for fault in filled.faults} <= {"tables.no_rows", "tables.blank"}
    assert len(filled.said(lang)) == len(filled.faults)
    assert filled.notes == ()


# -- Cells -----------------------------------------------------------------------------------

SHARE, DAY = column(ROLL, "roll", "share"), column(BALLOTS, "ballots", "cast_on")


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        ("1/3", Fraction(1, 3)),
        (" 2 / 6 ", Fraction(1, 3)),
        ("１／３", Fraction(1, 3)),
        ("50%", Fraction(1, 2)),
        ("33.33%", Fraction(3333, 10_000)),
        (0.5, Fraction(1, 2)),
        (0.1, Fraction(1, 10)),
        (1 / 3, Fraction(1, 3)),
        (0.333333333333333, Fraction(1, 3)),  # as saved by others
        (0.3333, Fraction(3333, 10_000)),
        (1.0, Fraction(1)),
        ("0.25", Fraction(1, 4)),
    ],
)
def test_a_share_is_read_exactly(cell: object, share: Fraction) -> None:
    assert read(SHARE, cell) == share


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("0.33333", "tables.not_a_fraction"),
        (0.333333, "tables.not_a_fraction"),
        ("1/0", "sheets.not_a_number"),
        ("一半", "sheets.not_a_number"),
        ("x%", "sheets.not_a_number"),
        (dt.date(2026, 1, 2), "sheets.date_in_cell"),  # 1/2, as Excel takes it
    ],
)
def test_a_share_that_is_none_is_refused(cell: object, code: str) -> None:
    wrong = read(SHARE, cell)
    assert isinstance(wrong, Wrong)
    assert wrong.code == code
    assert wrong.facts["field"] == "share"


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_every_share_survives_as_a_number_and_as_text(one: int, other: int) -> None:
    share = Fraction(min(one, other), max(one, other))
    assert read(SHARE, float(share)) == share
    assert read(SHARE, str(share)) == share


@pytest.mark.parametrize(
    "cell",
    [
        dt.date(2026, 11, 2),
        dt.datetime(2026, 11, 2, 14, 30),  # noqa: DTZ001 (a workbook's dates have no zone)
        "2026-11-02",
        "2026-11-2",
        "2026/11/2",
        "2026.11.02",
        "2026年11月2日",
        "2026-11-02 14:30",
        "2026-11-02T14:30:00",
        "20261102",
        20261102.0,
        "２０２６－１１－０２",
    ],
)
def test_a_date_is_read_however_it_is_written(cell: object) -> None:
    assert read(DAY, cell) == dt.date(2026, 11, 2)


@pytest.mark.parametrize(
    "cell", ["2026-13-01", "2026-02-29", "11-02", "昨天", 46_328.0, "2026112", dt.time(9, 0)]
)
def test_a_date_that_is_none_is_refused(cell: object) -> None:
    wrong = read(DAY, cell)
    assert isinstance(wrong, Wrong)
    assert wrong.code == "tables.not_a_date"


# -- Workbooks -------------------------------------------------------------------------------

BALLOT_HEAD = ["房号", "意见", "签字人", "事项", "日期"]


def brought(tmp_path: Path, *rows: list[Any], **more: list[list[Any]]) -> tables.Filled:
    sheets = {"表决票": [BALLOT_HEAD, *rows], **more}
    return tables.read(BALLOTS, written(tmp_path / "b.xlsx", sheets))


def test_what_is_read_has_its_kind_and_blanks_are_absent(tmp_path: Path) -> None:
    day = formatted(dt.datetime(2026, 11, 2), "yyyy-mm-dd")  # noqa: DTZ001 (as above)
    filled = brought(tmp_path, [101, "同意", "", None, day], ["102", "反对", "李叔", "lift", None])
    assert filled.faults == ()
    assert filled.data["ballots"] == [
        {"flat": "101", "answer": "agree", "cast_on": dt.date(2026, 11, 2)},
        {"flat": "102", "answer": "refuse", "by": "李叔", "matter": "lift"},
    ]
    assert (filled.data["mandates"], filled.row("ballots", 1)) == ([], 3)


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (["101", "也许"], "sheets.unknown_choice", "B2"),
        (["101"], "tables.blank", "B2"),
        ([None, "同意"], "tables.blank", "A2"),
        (["101", "同意", "", "", "昨天"], "tables.not_a_date", "E2"),
        (["101", formula("=NA()", "#N/A")], "sheets.error_cell", "B2"),
    ],
)
def test_a_wrong_cell_is_told_once_where_it_is(
    tmp_path: Path, row: list[Any], code: str, cell: str
) -> None:
    filled = brought(tmp_path, row)
    assert [(fault.code, fault.sheet, fault.cell) for fault in filled.faults] == [
        (code, "表决票", cell)
    ]
    for lang in LANGS:
        assert filled.said(lang)[0].startswith(f"表决票 {cell}")


def test_every_fault_is_told_in_the_order_of_the_sheet(tmp_path: Path) -> None:
    filled = brought(tmp_path, ["101"], [None, "也许"], ["103", "同意", "", "楼", "x"])
    assert [fault.cell for fault in filled.faults] == ["B2", "A3", "B3", "D4", "E4"]


def test_a_missing_column_is_told_once(tmp_path: Path) -> None:
    path = written(tmp_path / "b.xlsx", {"表决票": [["房号"], ["101"], ["102"]]})
    filled = tables.read(BALLOTS, path)
    assert [fault.code for fault in filled.faults] == ["sheets.heading_missing"]


def test_a_missing_sheet_is_told_unless_it_may_be_left_out(tmp_path: Path) -> None:
    filled = tables.read(BALLOTS, written(tmp_path / "b.xlsx", {"别的": [["x"]]}))
    assert [(fault.code, fault.path) for fault in filled.faults] == [
        ("sheets.sheet_missing", ("ballots",))
    ]
    assert [note.code for note in filled.notes] == ["sheets.note_unknown_sheet"]
    assert filled.said_notes("zh") == ["不认识的工作表“别的”，未读取。"]


def test_a_file_that_is_none_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_text("房号,意见")
    filled = tables.read(BALLOTS, tmp_path / "b.xlsx")
    assert [fault.code for fault in filled.faults] == ["sheets.not_a_workbook"]
    assert len(filled.said("en")) == 1


def test_a_judgments_faults_are_set_at_their_cells(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["101", "同意"], [], ["102", "同意"]]
    filled = brought(tmp_path, *rows).blamed(
        [
            Fault("consent.not_on_the_roll", ("ballots", 1, "flat"), {"flat": "102"}),
            Fault("consent.tenant_has_no_vote", ("ballots", 0, "by"), {"flat": "101", "by": "x"}),
            Fault("tables.no_rows", ("ballots",), {"sheet": "ballots"}),
        ]
    )
    assert [(fault.cell, fault.code) for fault in filled.faults] == [
        ("", "tables.no_rows"),
        ("C2", "consent.tenant_has_no_vote"),
        ("A4", "consent.not_on_the_roll"),
    ]
    again = filled.blamed([Fault("consent.two_answers", ("ballots", 1, "flat"), {})])
    assert again.faults == filled.faults  # that cell has been told


def test_a_forms_faults_are_set_at_their_cells(tmp_path: Path) -> None:
    path = written(
        tmp_path / "r.xlsx",
        {
            "小区": [["项目内容", "填写"], ["加装单元", "3-1"]],
            "花名册": [["房号", "产权人"], [1, 2]],
        },
    )
    filled = tables.read(ROLL, path)
    assert filled.data["head"] == {"stairwell": "3-1"}
    known = Fault("consent.which_stairwell", ("head", "stairwell"), {"known": "1"})
    unknown = Fault("consent.which_stairwell", ("head", "title"), {"known": "1"})
    assert [f.cell for f in filled.blamed([known, unknown]).faults] == ["", "B2"]


def test_a_fault_of_no_sheet_is_told_without_a_cell(tmp_path: Path) -> None:
    filled = brought(tmp_path, ["101", "同意"]).blamed([Fault("consent.empty_roll")])
    assert [(fault.sheet, fault.cell) for fault in filled.faults] == [("表决票", "")]


KINDS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20),
    "id": st.text("abc-123", min_size=1, max_size=12).map(lambda text: f"x{text}"),
    "count": st.integers(-(10**9), 10**9),
    "yuan": st.integers(-(10**11), 10**11),
    "percent": st.integers(0, 20_000),
    "area_m2": st.integers(-100, 10**8),
    "fraction": st.builds(Fraction, st.integers(0, 99), st.integers(1, 99)),
    "date": st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)),
    "flag": st.booleans(),
    "ids": st.lists(st.text("abc123", min_size=1, max_size=5), min_size=1, max_size=3),
}


def entries(columns: tuple[Column, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a row, or a form, with any of the optional cells blank."""
    drawn = {
        c.field: KINDS.get(c.kind, st.sampled_from(c.choices or ("",)))
        if not c.optional
        else st.none() | KINDS.get(c.kind, st.sampled_from(c.choices or ("",)))
        for c in columns
    }
    return st.fixed_dictionaries(drawn).map(
        lambda row: {name: value for name, value in row.items() if value is not None}
    )


@pytest.mark.parametrize("name", DECLARED)
@given(data=st.data(), lang=st.sampled_from(LANGS))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_workbook_holds_survives_it(
    tmp_path: Path, name: str, data: st.DataObject, lang: Lang
) -> None:
    layout = declared(name)
    held: dict[str, Any] = {}
    for key, sheet in layout.sheets.items():
        one = entries(sheet.columns)
        held[key] = data.draw(one if sheet.form else st.lists(one, min_size=1, max_size=4))
        if not sheet.form:
            held[key] = [row for row in held[key] if row] or [data.draw(one.filter(bool))]
    tables.write(layout, tmp_path / "w.xlsx", lang, held)
    filled = tables.read(layout, tmp_path / "w.xlsx")
    assert filled.said("en") == []
    assert filled.data == held


def test_an_example_says_that_it_is_invented(tmp_path: Path) -> None:
    tables.write(ROLL, tmp_path / "r.xlsx", "zh", {}, made_up=True)
    tables.write(ROLL, tmp_path / "s.xlsx", "zh", {"head": {"fictional": True}})
    tables.write(ROLL, tmp_path / "t.xlsx", "zh", {})
    told = [
        ROLL.readme["made_up_zh"] in [row[0] for row in book.worksheets[0].values]
        for book in map(openpyxl.load_workbook, sorted(tmp_path.glob("*.xlsx")))
    ]
    assert told == [True, True, False]


# -- Results ---------------------------------------------------------------------------------

COLUMNS = [
    tables.Column("户", "text", 12),
    tables.Column("元", "yuan", 14, total=True),
    tables.Column("面积", "area", 12),
    tables.Column("份额", "text", 10),
    tables.Column("比例", "rate", 10),
    tables.Column("日期", "date", 12),
    tables.Column("说明", "wrap", 20),
]
RESULTS = Table(
    "分摊",
    "每户应付",
    COLUMNS,
    [
        ("101", 12_345, 68_25, Fraction(1, 3), Fraction(1, 3), dt.date(2026, 11, 22), "长" * 30),
        ("102", None, None, None, None, None, "短"),
        ("103", 5, 1, Fraction(2, 3), Fraction(1), dt.date(2026, 11, 23), None),
    ],
    note="说明",
    remarks=("第一句。", "第二句。"),
)


def test_results_are_written_in_peoples_units(tmp_path: Path) -> None:
    tables.write_results(tmp_path / "r.xlsx", "zh", "向阳小区", [RESULTS], "虚构示例")
    tab = openpyxl.load_workbook(tmp_path / "r.xlsx")["分摊"]
    assert [tab.cell(row, 1).value for row in (1, 2, 3, 4)] == [
        "每户应付", "向阳小区", "虚构示例", "说明",
    ]  # fmt: skip
    assert [cell.value for cell in tab[5]] == [column.heading for column in COLUMNS]
    assert [cell.value for cell in tab[6]][:5] == ["101", 123.45, 68.25, "1/3", 1 / 3]
    assert tab["F6"].value == dt.datetime(2026, 11, 22)  # noqa: DTZ001 (as above)
    assert tab["B9"].value == "=SUM(B6:B8)"
    assert tab["A9"].value == "合计"
    assert [tab["A11"].value, tab["A12"].value] == ["第一句。", "第二句。"]
    assert tab.row_dimensions[6].height > tab.row_dimensions[7].height


def test_the_saved_sum_is_the_sum(tmp_path: Path) -> None:
    tables.write_results(tmp_path / "r.xlsx", "en", "x", [RESULTS])
    tab = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)["分摊"]
    assert tab["B9"].value == 123.5
    assert tab["A9"].value == "Total"
    assert tab["A3"].value is None


def test_without_totals_there_is_no_sum(tmp_path: Path) -> None:
    table = Table("t", "T", [tables.Column("a", "text", 9)], [("x",)])
    tables.write_results(tmp_path / "r.xlsx", "en", "x", [table])
    tab = openpyxl.load_workbook(tmp_path / "r.xlsx")["t"]
    assert [row[0] for row in tab.values][4:] == ["a", "x"]
