"""Housing lists as offices keep them: found out, read, and every wrong cell told with its place."""

import io
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from tuanti.rules.housing import Line, Owner
from tuanti.sheets import housing
from tuanti.sheets.guard import FileRefused
from tuanti.sheets.housing import HousingList, Row
from tuanti.texts import LANGS

REAL = Path(__file__).parents[3] / "shared/data/housing"
HEADINGS = [
    "小区", "楼栋", "单元", "房号", "楼层", "总层数", "建成年份", "建筑面积", "业主", "联系电话",
    "身份证号", "份额", "街道",
]  # fmt: skip
SOUND = [
    "向阳小区", "3", "1", "602", "6", "7", "1998", "68.25", "王桂芳", "13800000001",
    "11010519491231002X", "", "大溪沟街道",
]  # fmt: skip
LINE = Line(
    "向阳小区", street="大溪沟街道", building="3", stairwell="1", flat="602", floor=6, storeys=7,
    built=1998, area_dm2=6825,
    owners=(Owner("王桂芳", "13800000001", "11010519491231002X"),),
)  # fmt: skip


def text(*rows: Iterable[str], encoding: str = "utf-8", sign: str = ",") -> bytes:
    return "\r\n".join(sign.join(row) for row in rows).encode(encoding)


def opened(*rows: Iterable[str], **more: Any) -> HousingList:  # noqa: ANN401 (read's own)
    return housing.read(text(HEADINGS, *rows), "list.csv", this_year=2026, **more)


def changed(**cells: str) -> list[str]:
    """A sound row with some of its cells replaced, named by their headings."""
    row = dict(zip(HEADINGS, SOUND, strict=True)) | cells
    return [*row.values()]


def codes(row: Row) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code.removeprefix("housing.")) for fault in row.faults]


def gaps(row: Row) -> list[tuple[str, str]]:
    return [(gap.cell, gap.code.removeprefix("housing.")) for gap in row.gaps]


def refusal(source: bytes | Path, name: str = "list.csv") -> tuple[str, dict[str, Any]]:
    with pytest.raises(FileRefused) as refused:
        list(housing.read(source, name, this_year=2026))
    return refused.value.code, dict(refused.value.facts)


# -- What is read ----------------------------------------------------------------------------


def test_a_sound_row_is_a_line_without_faults_or_gaps() -> None:
    assert [*opened(SOUND)] == [Row(2, LINE)]


@pytest.mark.parametrize(
    ("heading", "written", "field", "meant"),
    [
        ("楼栋", "3栋", "building", "3"),
        ("楼栋", "３号楼", "building", "3"),
        ("楼栋", "A座", "building", "A"),
        ("楼栋", "23号", "building", "23号"),
        ("单元", "2单元", "stairwell", "2"),
        ("单元", "二单元", "stairwell", "二单元"),
        ("房号", "602室", "flat", "602"),
        ("房号", "6-2", "flat", "6-2"),
        ("楼层", "6层", "floor", 6),
        ("楼层", "六楼", "floor", 6),
        ("楼层", "-1", "floor", -1),
        ("楼层", "负一层", "floor", -1),
        ("总层数", "共11层", "storeys", 11),
        ("总层数", "十一层", "storeys", 11),
        ("总层数", "三十三", "storeys", 33),
        ("建成年份", "1998年", "built", 1998),
        ("建成年份", "1998年5月", "built", 1998),
        ("建成年份", "1998-05-01", "built", 1998),
        ("建成年份", "1840", "built", 1840),
        ("建成年份", "2026", "built", 2026),
        ("建筑面积", "68.25㎡", "area_dm2", 6825),
        ("建筑面积", "1,068.2平方米", "area_dm2", 106820),
        ("建筑面积", "2000", "area_dm2", 200000),
    ],
)
def test_a_cell_is_read_as_people_write_it(
    heading: str, written: str, field: str, meant: str | int
) -> None:
    (row,) = opened([f'"{cell}"' for cell in changed(**{heading: written})])
    line: dict[str, Any] = {field: meant}
    assert row.line == replace(LINE, **line)


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"小区": ""}, [("A2", "no_estate")]),
        ({"小区": "长" * 61}, [("A2", "too_long")]),
        ({"楼层": "8"}, [("E2", "above_storeys")]),
        ({"楼层": "0"}, [("E2", "out_of_range")]),
        ({"楼层": "34", "总层数": ""}, [("E2", "out_of_range")]),
        ({"楼层": "5/6"}, [("E2", "not_a_floor")]),
        ({"总层数": "0"}, [("F2", "out_of_range")]),
        ({"总层数": "多层"}, [("F2", "not_storeys")]),
        ({"建成年份": "1839"}, [("G2", "out_of_range")]),
        ({"建成年份": "2027"}, [("G2", "out_of_range")]),
        ({"建成年份": "98"}, [("G2", "not_a_year")]),
        ({"建筑面积": "0"}, [("H2", "area_absurd")]),
        ({"建筑面积": "-5"}, [("H2", "area_absurd")]),
        ({"建筑面积": "2000.01"}, [("H2", "area_absurd")]),
        ({"建筑面积": "六十八"}, [("H2", "sheets.not_a_number")]),
        ({"建筑面积": "1e3"}, [("H2", "sheets.not_a_number")]),
        ({"建筑面积": "#REF!"}, [("H2", "sheets.error_cell")]),
        ({"联系电话": "1380000000"}, [("J2", "bad_phone")]),
        ({"联系电话": "1.38E+10"}, [("J2", "sheets.code_as_number")]),
        ({"身份证号": "110105194912310021"}, [("K2", "id_check")]),
        ({"身份证号": "110105194913310021"}, [("K2", "id_date")]),
        ({"身份证号": "110105491231002"}, [("K2", "id_old")]),
        ({"身份证号": "12"}, [("K2", "id_shape")]),
        ({"身份证号": "1.10105E+17"}, [("K2", "sheets.code_as_number")]),
        ({"份额": "一半"}, [("L2", "tables.not_a_fraction")]),
        ({"份额": "0"}, [("L2", "share_range")]),
        ({"份额": "1/2"}, [("L2", "shares_sum")]),
        ({"业主": "", "联系电话": "", "份额": "1"}, [("K2", "nobody"), ("L2", "nobody")]),
        ({"业主": "王桂芳、李建国"}, [("K2", "owners_mismatch")]),
        ({"业主": "王桂芳、王桂芳", "身份证号": ""}, [("I2", "owner_twice")]),
        ({"楼层": "9", "建成年份": "?1", "建筑面积": "x"},
         [("G2", "not_a_year"), ("H2", "sheets.not_a_number"), ("E2", "above_storeys")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell_and_no_line_is_made(
    cells: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    (row,) = opened(changed(**cells))
    assert (row.line, codes(row)) == (None, faults)
    assert all(housing.said(row.faults, lang) for lang in LANGS)


@pytest.mark.parametrize(
    ("cells", "found", "line"),
    [
        ({"建筑面积": "68.255"}, [("H2", "rounded")], {"area_dm2": 6826}),
        ({"建筑面积": "68.254999"}, [("H2", "rounded")], {"area_dm2": 6825}),
        ({"楼层": ""}, [("E2", "proposed")], {"floor": None}),
        ({"楼层": "中楼层"}, [("E2", "vague"), ("E2", "proposed")], {"floor": None}),
        ({"楼层": "", "房号": "A"}, [("E2", "missing")], {"floor": None, "flat": "A"}),
        ({"楼层": "", "房号": "902"}, [("E2", "missing")], {"floor": None, "flat": "902"}),
        ({"建成年份": "80年代"}, [("G2", "vague")], {"built": None}),
        ({"建成年份": "不详"}, [("G2", "missing")], {"built": None}),
        ({"建成年份": "/"}, [("G2", "missing")], {"built": None}),
        ({"总层数": "34"}, [("F2", "too_tall")], {"storeys": None}),
        ({"小区": "向阳\u200b小区"}, [("A2", "cleaned")], {}),
        ({"街道": ""}, [("M2", "missing")], {"street": ""}),
        ({"联系电话": "13800000001/13900000001"}, [("J2", "second_phone")], {}),
    ],
)
def test_what_is_missing_or_inexact_is_tolerated_and_listed(
    cells: dict[str, str], found: list[tuple[str, str]], line: dict[str, Any]
) -> None:
    (row,) = opened(changed(**cells))
    assert (row.faults, gaps(row)) == ((), found)
    assert row.line == replace(LINE, **line)
    assert all(housing.said(row.gaps, lang) for lang in LANGS)


def test_a_proposed_floor_is_taken_only_when_asked_for() -> None:
    (row,) = opened(changed(楼层=""), derive=True)
    assert (row.line, gaps(row)) == (LINE, [("E2", "derived")])


@pytest.mark.parametrize("derive", [False, True])
def test_a_number_that_holds_building_and_stairwell_is_parted_only_when_asked_for(
    derive: bool,  # noqa: FBT001 (a parameter)
) -> None:
    (row,) = opened(changed(楼栋="", 单元="", 房号="3-1-602"), derive=derive)
    assert row.line == (
        LINE if derive else replace(LINE, building="", stairwell="", flat="3-1-602")
    )
    assert len(row.gaps) == 2


@given(hundredths=st.integers(1, 200_000), rest=st.integers(0, 99))
def test_an_area_is_rounded_half_up_and_told_whenever_it_was(hundredths: int, rest: int) -> None:
    written = f"{hundredths // 100}.{hundredths % 100:02}{rest:02}"
    (row,) = opened(changed(建筑面积=written))
    area = hundredths + (rest >= 50)
    if area > 200_000:
        assert codes(row) == [("H2", "area_absurd")]
        return
    assert row.line is not None
    assert row.line.area_dm2 == area
    assert bool(row.gaps) == (rest > 0)


@given(st.lists(st.text(max_size=8), min_size=13, max_size=13))
def test_whatever_stands_in_the_cells_is_read_or_told(cells: list[str]) -> None:
    book = io.BytesIO()
    made = openpyxl.Workbook()
    made.active.append(HEADINGS)  # type: ignore[union-attr] # a new book has a sheet
    try:
        made.active.append([f"'{cell}" for cell in cells])  # type: ignore[union-attr]
    except IllegalCharacterError:
        return
    made.save(book)
    for row in housing.read(book.getvalue(), "x.xlsx", this_year=2026):
        assert (row.line is None) == bool(row.faults)
        assert all(len(housing.said([*row.faults, *row.gaps], lang)) >= 0 for lang in LANGS)


# -- Owners and flats ------------------------------------------------------------------------


def test_owners_stand_in_one_cell_or_on_rows_of_their_own() -> None:
    one = changed(业主="王桂芳、李建国", 联系电话="", 身份证号="", 份额="1/2、1/2")
    two = [
        changed(业主=name, 联系电话="", 身份证号="", 份额="1/2") for name in ("王桂芳", "李建国")
    ]
    half = Fraction(1, 2)
    meant = replace(LINE, owners=(Owner("王桂芳", share=half), Owner("李建国", share=half)))
    (row,) = opened(one)
    assert row.line == meant
    (row,) = opened(*two)
    assert (row.line, row.also) == (meant, (3,))


def test_rows_of_a_flat_agree_on_it() -> None:
    second = changed(业主="李建国", 建筑面积="70", 身份证号="")
    (row,) = opened(SOUND, second)
    assert codes(row) == [("H3", "conflict")]


def test_a_later_row_of_a_flat_may_leave_out_what_the_first_says() -> None:
    second = changed(
        业主="李建国", 建筑面积="", 楼层="", 建成年份="", 身份证号="", 街道="大溪沟街道"
    )
    (row,) = opened(SOUND, second)
    assert row.line is not None
    assert (row.faults, row.gaps, len(row.line.owners)) == ((), (), 2)


def test_shares_add_up_over_the_rows_of_a_flat() -> None:
    rows = [changed(业主=name, 份额="1/3", 身份证号="") for name in ("王桂芳", "李建国")]
    (row,) = opened(*rows)
    assert codes(row) == [("L2", "shares_sum")]
    assert row.faults[0].facts == {"value": "2/3"}
    (row,) = opened(rows[0], changed(业主="李建国", 身份证号=""))
    assert codes(row) == [("L2", "shares_partly")]


def test_a_flat_that_comes_twice_names_both_rows() -> None:
    other = changed(房号="601")
    first, _, again = opened(SOUND, other, changed(楼栋="3栋", 房号="602室"))
    assert first.line == LINE
    assert codes(again) == [("D4", "flat_twice")]
    assert again.faults[0].facts["row"] == 2
    _, next_to_it = opened(SOUND, SOUND)
    assert codes(next_to_it) == [("D3", "flat_twice")]


def test_one_estate_keeps_one_name() -> None:
    _, spaced = opened(SOUND, changed(小区="向阳 小区", 房号="601"))
    assert spaced.line is not None
    assert (spaced.line.estate, gaps(spaced)) == ("向阳小区", [("A3", "name_unified")])


def test_a_former_name_is_not_a_second_estate() -> None:
    rows = text(["小区", "曾用名"], ["向阳小区", "纺织家属院"], ["纺织家属院", ""])
    _, again = housing.read(rows, "x.csv", this_year=2026)
    assert codes(again) == [("A3", "two_names")]


def test_what_belongs_to_a_flat_needs_one() -> None:
    (row,) = opened(changed(房号=""))
    assert row.line == replace(LINE, flat="", floor=None, area_dm2=None, owners=())
    assert ("H2", "needs_flat") in gaps(row)


def test_no_fault_tells_a_whole_number_of_a_person() -> None:
    (row,) = opened(changed(联系电话="138000000019", 身份证号="110105194912310021"))
    said = " ".join(housing.said(row.faults, "zh"))
    assert "138000000019" not in said
    assert "110105194912310021" not in said


@pytest.mark.parametrize(
    ("written", "meant"),
    [("大溪沟街道", "大溪沟街道"), ("大溪沟", "大溪沟街道"), ("大溪沟街道办事处", "大溪沟街道")],
)
def test_a_street_is_known_by_its_short_name(written: str, meant: str) -> None:
    (row,) = opened(changed(街道=written), streets=["大溪沟街道", "上清寺街道"])
    assert row.line is not None
    assert row.line.street == meant


@pytest.mark.parametrize(
    ("written", "code"), [("大溪河街道", "unknown_name_near"), ("X", "unknown_name")]
)
def test_a_street_not_on_the_list_is_told_with_the_nearest(written: str, code: str) -> None:
    (row,) = opened(changed(街道=written), streets=["大溪沟街道", "上清寺街道"])
    assert codes(row) == [("M2", code)]
