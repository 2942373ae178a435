"""Files as they come: every encoding found out, every trap refused, memory small throughout."""

import codecs
import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.sheets.test_guard import (
    bad_bits,
    bomb,
    cut_off,
    encrypted_entries,
    endless_directory,
    entities,
    lying_bomb,
    macros,
    macros_by_name,
    plain_bytes,
    small_bomb,
    too_many_parts,
    wide_characters,
)
from tuanti.sheets import housing
from tuanti.sheets.guard import MB, FileRefused
from tuanti.sheets.housing_door import merged_down
from tuanti.sheets.housing_seen import FirstSeen, Gap
from tuanti.sheets.housing_source import Blob
from tuanti.sheets.housing_xlsx import Workbook

LIST = "小区,楼栋,备注\r\n向阳小区,3,“好”\r\n朝阳小区,4,——\r\n"
BIG5 = "小區,樓棟\r\n".encode("big5")


def estates(source: bytes | Path, name: str = "list.csv") -> list[str]:
    rows = housing.read(source, name, this_year=2026)
    return [row.line.estate if row.line else "" for row in rows]


def code_of(source: bytes | Path, name: str = "list.csv") -> str:
    with pytest.raises(FileRefused) as refused:
        estates(source, name)
    return refused.value.code.partition(".")[2]


# -- Text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_every_usual_encoding_and_delimiter_is_found_out(encoding: str, sign: str) -> None:
    source = LIST.replace(",", sign).encode(encoding)
    found = housing.read(source, "x.csv", this_year=2026)
    assert found.delimiter == sign
    assert [row.line and row.line.estate for row in found] == ["向阳小区", "朝阳小区"]


def test_utf_16_with_the_large_end_first_is_known_by_its_mark() -> None:
    assert estates(codecs.BOM_UTF16_BE + LIST.encode("utf-16-be")) == ["向阳小区", "朝阳小区"]


def test_a_told_delimiter_is_believed() -> None:
    assert estates(("sep=;\r\n" + LIST.replace(",", ";")).encode()) == ["向阳小区", "朝阳小区"]


def test_a_damaged_utf_8_file_is_not_taken_for_another_encoding() -> None:
    lines = "".join(f"向阳小区{at},3\r\n" for at in range(50)).encode()
    source = "小区,楼栋\r\n".encode() + lines + b"\xff\xfe,4\r\n"
    with pytest.raises(FileRefused) as refused:
        estates(source)
    assert refused.value.code == "housing.bad_encoding"
    assert refused.value.facts == {"row": 52, "column": 1}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "empty"),
        (b"  \r\n", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (bytes(range(256)) * 9, "bad_encoding"),
        (b"%PDF-1.7\n\x00\x01\x02", "not_text"),
        ("小区,楼栋\r\n向阳\x00小区,3".encode(), "not_text"),
        ("名称甲,名称乙\r\n1,2".encode(), "no_estate_column"),
        (("小区,楼栋\r\n向阳,3\r\n" + '"' + "未关" * 99_999).encode(), "row_broken"),
        (BIG5 + b"\xff\r\n", "bad_encoding"),
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(source: bytes, code: str) -> None:
    assert code_of(source) == code


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    source = '小区,备注\r\n\r\n"向阳\n小区",x\r\n,x\r\n'.encode()
    rows = [*housing.read(source, "x.csv", this_year=2026)]
    assert [row.number for row in rows] == [3, 4]
    assert rows[0].line is not None
    assert rows[0].line.estate == "向阳 小区"
    assert [fault.cell for fault in rows[1].faults] == ["A4"]


@given(st.binary(max_size=300))  # a refusal is the only exception allowed
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    for name in ("x.csv", "x.xlsx"):
        with suppress(FileRefused):
            assert all(isinstance(estate, str) for estate in estates(source, name))


# -- Workbooks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (plain_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)), "old_workbook"),
        (encrypted_entries, "encrypted"),
        (macros, "macros"),
        (macros_by_name, "macros"),
        (bomb, "too_dense"),
        (lying_bomb, "too_dense"),
        (small_bomb, "too_dense"),
        (too_many_parts, "too_many_parts"),
        (endless_directory, "damaged"),
        (entities, "doctype"),
        (wide_characters, "damaged"),
        (cut_off, "damaged"),
        (bad_bits, "damaged"),
    ],
)
def test_a_file_not_fit_to_read_is_refused(
    tmp_path: Path, make: Callable[[Path], Path], code: str
) -> None:
    path = make(tmp_path / "list.xlsx")
    assert code_of(path, path.name) == code
    assert code_of(path.read_bytes(), path.name) == code


def test_macros_are_refused_by_the_name_the_file_was_brought_under(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(housing.template("zh"))
    assert code_of(path, "list.xlsm") == "macros"


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(path: Path, rows: str, after: str = "", strings: str = "") -> Path:
    """Write a workbook whose sheet's XML is told."""
    book = openpyxl.Workbook()
    book.save(path.with_name("plain.xlsx"))
    with (
        zipfile.ZipFile(path.with_name("plain.xlsx")) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in (SHEET, "xl/sharedStrings.xml"):
                new.writestr(name, old.read(name))
        new.writestr(SHEET, f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>")
        new.writestr("xl/sharedStrings.xml", f"<sst>{strings}</sst>")
    return path


HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>小区</t></is></c></row>'


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('<c t="inlineStr"><is><t>向阳</t></is></c>', "向阳"),
        ('<c t="inlineStr"><is><r><t>向</t></r><r><t>阳</t></r></is></c>', "向阳"),
        ('<c t="inlineStr"><is><t>向阳</t><rPh><t>xiangyang</t></rPh></is></c>', "向阳"),
        ('<c t="str"><f>"向"&amp;"阳"</f><v>向阳</v></c>', "向阳"),
        ('<c t="s"><v>1</v></c>', "阳光"),
        ('<c r="A2" t="inlineStr"><is><t>向_x0041_阳</t></is></c>', "向A阳"),
        ('<c t="inlineStr"><is><t><![CDATA[向<阳]]></t></is></c>', "向<阳"),
        ("<c><v>12</v></c>", "12"),
        ("<c><v>1.5E3</v></c>", "1500"),
    ],
)
def test_texts_are_read_in_all_the_ways_programs_write_them(
    tmp_path: Path, cell: str, meant: str
) -> None:
    strings = "<si><t>小</t></si><si><r><t>阳</t></r><r><t>光</t></r></si>"
    path = with_sheet(tmp_path / "x.xlsx", f"{HEAD}<row>{cell}</row>", strings=strings)
    assert estates(path) == [meant]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"/>',
        '<row r="3"/><row r="2"/>',
        '<row r="x"/>',
        '<row><c r="1A"><v>1</v></c></row>',
        "<row><c><v>nan</v></c></row>",
        "<row><c><v>1_0x</v></c></row>",
        '<row><c t="s"><v>99</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>',
        '<row><c t="inlineStr"><is><t>' + "长" * 50_000 + "</t></is></c></row>",
        "<row>",
    ],
)
def test_a_sheet_that_makes_no_sense_is_damaged(tmp_path: Path, rows: str) -> None:
    assert code_of(with_sheet(tmp_path / "x.xlsx", HEAD + rows)) == "damaged"


def test_a_cell_far_to_the_right_is_refused(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "x.xlsx", f'{HEAD}<row><c r="XFD2"><v>1</v></c></row>')
    assert code_of(path) == "too_wide"


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    tab = book.worksheets[0]
    tab.append(["小区", "建成年份"])
    tab.append(["向阳", date(1998, 5, 1)])
    book.save(tmp_path / "x.xlsx")
    (row,) = housing.read(tmp_path / "x.xlsx", this_year=2026)
    assert row.line is not None
    assert row.line.built == 1998


def test_merged_cells_are_found_across_the_pieces_of_the_reading(tmp_path: Path) -> None:
    merged = "".join(f'<x:mergeCell ref="B{row}:C{row + 1}"/>' for row in range(2, 90_000, 2))
    path = with_sheet(tmp_path / "x.xlsx", HEAD, f"<x:mergeCells>{merged}</x:mergeCells>")
    with zipfile.ZipFile(path) as archive:
        found = merged_down(archive, SHEET)
    assert len(found) == 44_999
    assert found[0] == 2 << 40 | 3 << 16 | 2


def test_a_workbook_is_read_from_memory_as_from_disk() -> None:
    book = Workbook(Blob(housing.template("zh"), "t.xlsx"))
    assert book.tabs == ("说明", "房屋清单", "示例")
    assert len([*book.rows("示例")]) == 5


# -- Memory ----------------------------------------------------------------------------------

READ = """
import resource, sys
from tuanti.sheets import housing
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in housing.read(sys.argv[1], this_year=2026))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
ROWS = 40_000


def a_long_list(path: Path) -> Path:
    lines = (
        f"向阳小区{at // 500},{at // 14 % 35},1,{at % 14 + 101},7,王{at}" for at in range(ROWS)
    )
    path.write_text("小区,楼栋,单元,房号,总层数,业主\n" + "\n".join(lines), encoding="utf-8")
    return path


def as_workbook(path: Path) -> Path:
    book = openpyxl.Workbook(write_only=True)
    tab = book.create_sheet("清单")
    for line in a_long_list(path.with_suffix(".csv")).read_text("utf-8").split("\n"):
        tab.append(line.split(","))
    book.save(path)
    return path


@pytest.mark.parametrize("make", [a_long_list, as_workbook])
def test_a_long_list_takes_little_memory(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / ("x.csv" if make is a_long_list else "x.xlsx"))
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONPATH": ":".join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (300 * MB, 300 * MB)),
    )
    count, megabytes = map(int, done.stdout.split())
    assert count == ROWS
    assert megabytes < 60


@given(st.lists(st.tuples(st.text(max_size=1), st.text(max_size=1))))
def test_what_came_first_is_remembered_as_a_dictionary_would(keys: list[tuple[str, str]]) -> None:
    seen, rows = FirstSeen(), dict[tuple[str, str], int]()
    for row, key in enumerate(keys, 1):
        assert seen.first(key, row) == rows.setdefault(key, row)


def test_the_memory_of_what_came_first_grows() -> None:
    seen = FirstSeen()
    assert [seen.first(f"flat {row}", row) for row in range(1, 20_000)] == [*range(1, 20_000)]
    assert [seen.first(f"flat {row}", 7) for row in range(1, 20_000)] == [*range(1, 20_000)]


def test_runs_of_rows_are_said_shortly() -> None:
    gap = Gap()
    for row in (2, 3, 4, 9, *range(20, 60, 2)):
        gap.add(row)
    assert gap.said(3) == "2–4, 9, 20 …"
    assert gap.count == 24


def test_a_workbook_that_is_not_read_to_the_end_is_closed() -> None:
    rows = iter(housing.read(io.BytesIO(housing.template("zh")).getvalue(), "t.xlsx",
                             this_year=2026, sheet="示例"))  # fmt: skip
    with pytest.raises(StopIteration):
        next(rows)
