"""The workbook handed back: red cells, comments, a list of problems, and nothing else changed."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tests.sheets.books import formatted, formula, written
from tuanti.rules.housing import Line
from tuanti.sheets import housing, marked
from tuanti.sheets.housing import Row
from tuanti.sheets.reading import Located
from tuanti.texts import LANGS, Lang

HEADINGS = ["小区", "楼栋", "房号", "楼层", "总层数", "建成年份", "建筑面积", "业主", "联系电话"]
ROWS: list[list[Any]] = [
    ["向阳社区房屋清单"],
    HEADINGS,
    ["向阳小区", "3", "602", 9, 7, formatted(35916, "yyyy-mm-dd"),
     formula("=60+8.25", 68.25), "王", ""],
    ["向阳小区", "3", "601", 6, 7, "一九九八", 0, '=HYPERLINK("x")', "138"],
    ["向阳小区", "3", "501", 5, 7, 1998, 68.25, "周", "13800000001"],
]  # fmt: skip
TEXT = "小区,房号,楼层,总层数,业主\r\n向阳小区,602,9,7,=1+1\r\n向阳小区,601,6,7,@李\r\n".encode(
    "gbk"
)


def a_book(path: Path) -> Path:
    """A list with a cover sheet before it, made by hand."""
    return written(path, {"封面": [["某某街道", formula("=1+1", 2)]], "清单": ROWS})


def read(source: bytes | Path, name: str = "x.xlsx") -> tuple[str, list[Row], list[Located]]:
    found = housing.read(source, name, this_year=2026)
    rows = [*found]
    return found.sheet, rows, [fault for row in rows for fault in row.faults]


def handed_back(source: bytes | Path, lang: Lang = "zh", name: str = "x.xlsx") -> bytes:
    sheet, _, faults = read(source, name)
    out = io.BytesIO()
    marked.mark(source, name, faults, lang, out, sheet=sheet)
    return out.getvalue()


def lines(rows: list[Row]) -> list[Line | None]:
    return [row.line for row in rows]


@pytest.fixture(params=["kept", "anew"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of writing: into the workbook as it was, and anew."""
    if request.param == "anew":
        monkeypatch.setattr(marked, "MOST_KEPT_MB", 0)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_what_is_read_from_the_marked_workbook_is_what_was_read_before(tmp_path: Path) -> None:
    path = a_book(tmp_path / "x.xlsx")
    sheet, rows, faults = read(path)
    again = read(handed_back(path))
    assert again[0] == sheet
    assert lines(again[1]) == lines(rows)
    assert [(one.cell, one.code) for one in again[2]] == [(one.cell, one.code) for one in faults]
    assert len(faults) == 4


@pytest.mark.usefixtures("way")
def test_faulty_cells_and_no_others_are_red_and_say_why(tmp_path: Path) -> None:
    path = a_book(tmp_path / "x.xlsx")
    _, _, faults = read(path)
    tab = openpyxl.load_workbook(io.BytesIO(handed_back(path)))["清单"]
    red = {cell.coordinate for cell in _cells(tab) if cell.fill.fill_type == "solid"}
    said = {cell.coordinate: cell.comment.text for cell in _cells(tab) if cell.comment}
    assert red == set(said) == {one.cell for one in faults} == {"D3", "F4", "G4", "I4"}
    assert "总层数" in said["D3"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.usefixtures("way")
def test_the_first_sheet_lists_every_fault(tmp_path: Path, lang: Lang) -> None:
    path = a_book(tmp_path / "x.xlsx")
    _, _, faults = read(path)
    tab = openpyxl.load_workbook(io.BytesIO(handed_back(path, lang))).worksheets[0]
    assert tab.title == ("问题清单" if lang == "zh" else "Problems")
    rows = [row for row in tab.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert {row[1] for row in rows} == {one.cell for one in faults}
    assert len(rows) == len(faults)
    says = " ".join(str(row[3]) for row in rows)
    assert ("请核对" in says) == (lang == "zh")


def test_all_else_of_the_workbook_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = openpyxl.load_workbook(a_book(tmp_path / "old.xlsx"))
    tab = book["清单"]
    tab["A5"].font, tab["A5"].fill = Font(bold=True), PatternFill("solid", start_color="00FF00")
    tab["D3"].comment = Comment("请老王核对", "街道")
    tab.column_dimensions["A"].width, tab.row_dimensions[5].height = 33, 44
    tab.freeze_panes, tab.auto_filter.ref = "A3", "A2:I5"
    tab.merge_cells("A1:I1")
    book.save(path)
    after = openpyxl.load_workbook(io.BytesIO(handed_back(path)))
    kept = after["清单"]
    assert after.sheetnames == ["问题清单", "封面", "清单"]
    assert (kept["A5"].font.bold, kept["A5"].fill.start_color.rgb) == (True, "0000FF00")
    assert (kept.column_dimensions["A"].width, kept.row_dimensions[5].height) == (33, 44)
    assert (kept.freeze_panes, kept.auto_filter.ref) == ("A3", "A2:I5")
    assert [str(area) for area in kept.merged_cells.ranges] == ["A1:I1"]
    assert kept["D3"].comment.text.startswith("请老王核对\n—\n")
    assert after["封面"]["B1"].value == "=1+1"


def test_a_workbook_marked_twice_carries_the_marks_of_the_second_check(tmp_path: Path) -> None:
    first = openpyxl.load_workbook(io.BytesIO(handed_back(a_book(tmp_path / "x.xlsx"))))
    first["清单"]["D3"].value = 6
    out = io.BytesIO()
    first.save(out)
    second = openpyxl.load_workbook(io.BytesIO(handed_back(out.getvalue())))
    assert second.sheetnames == ["问题清单", "封面", "清单"]
    tab = second["清单"]
    assert (tab["D3"].comment, tab["D3"].fill.fill_type) == (None, None)
    assert tab["F4"].comment.text.count("应填年份") == 1


def test_a_fault_in_a_merged_cell_is_marked_where_it_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    tab = book.worksheets[0]
    for row in (["小区", "房号", "楼层"], ["向阳", "602", 99], ["向阳", "601", None]):
        tab.append(row)
    tab.merge_cells("C2:C3")
    book.save(tmp_path / "x.xlsx")
    after = openpyxl.load_workbook(io.BytesIO(handed_back(tmp_path / "x.xlsx")))
    assert after.worksheets[1]["C2"].comment is not None


@pytest.mark.parametrize("lang", LANGS)
def test_a_text_comes_back_as_a_workbook(lang: Lang) -> None:
    _, rows, faults = read(TEXT, "x.csv")
    content = handed_back(TEXT, lang, "x.csv")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == 2
    tab = book.worksheets[1]
    assert (tab["E2"].value, tab["E2"].data_type) == ("=1+1", "s")
    assert tab["C2"].comment is not None
    _, again, told = read(content)
    assert lines(again) == lines(rows)
    assert [one.cell for one in told] == [one.cell for one in faults] == ["C2"]


def test_what_openpyxl_cannot_open_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_: object, **__: object) -> None:
        raise ValueError

    path = a_book(tmp_path / "x.xlsx")
    monkeypatch.setattr(openpyxl, "load_workbook", stumbles)
    content = handed_back(path)
    monkeypatch.undo()
    assert lines(read(content)[1]) == lines(read(path)[1])


@pytest.mark.usefixtures("way")
def test_no_text_of_ours_becomes_a_formula(tmp_path: Path) -> None:
    rows = [["小区", "房号", "楼层"], ["=cmd|x", "602", "=2+5+cmd|' /C calc'!A0"]]
    content = handed_back(written(tmp_path / "x.xlsx", {"=恶意": [
        [lambda _b, tab, r, c, text=text: tab.write_string(r, c, text) for text in row]
        for row in rows]}))  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for cell in _cells(book.worksheets[0]))


@pytest.mark.usefixtures("way")
def test_very_many_faults_have_no_more_comments_than_a_spreadsheet_bears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked, "MOST_COMMENTS", 5)
    rows: list[list[Any]] = [
        ["小区", "房号", "楼层"],
        *(["向阳", str(at), 99] for at in range(101, 121)),
    ]
    content = handed_back(written(tmp_path / "x.xlsx", {"表": rows}))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert sum(cell.comment is not None for cell in _cells(book.worksheets[1])) == 5
    assert len([row for row in book.worksheets[0].values if isinstance(row[0], int)]) == 20
    assert any(
        "5" in str(cell.value) and "批注" in str(cell.value) for cell in _cells(book.worksheets[0])
    )


def _cells(tab: Any) -> list[Any]:  # noqa: ANN401 (openpyxl's own)
    return [cell for row in tab.iter_rows() for cell in row]
