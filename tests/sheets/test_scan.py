"""The XML of a sheet, in the ways different programs write it."""

import zipfile
from pathlib import Path

import pytest

from tuanti.sheets.guard import FileRefused
from tuanti.sheets.scan import Scan, per_cent_styles, ref, scan_sheet, sheet_parts

PER_CENT = frozenset({"2"})


def scanned(tmp_path: Path, rows: str, prefix: str = "") -> Scan:
    name = f"xmlns{':' + prefix[:-1] if prefix else ''}"
    sheet = f'<{prefix}worksheet {name}="urn:x">{rows}</{prefix}worksheet>'
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("sheet.xml", sheet)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        return scan_sheet(archive, "sheet.xml", PER_CENT)


def test_a_formula_without_a_result_is_told_from_one_with(tmp_path: Path) -> None:
    found = scanned(
        tmp_path,
        '<row r="2"><c r="A2"><f>1</f><v>1</v></c><c r="B2"><f>1</f><v></v></c>'
        '<c r="C2"><f>1</f><v/></c><c r="D2"><f>1</f></c>'
        '<c r="E2"><f t="shared" si="0"/><v>3</v></c>'
        '<c r="F2" t="str"><f>""</f><v></v></c><c r="G2"><v>5</v></c></row>',
    )
    assert found.formulas == 3
    assert [ref(*place) for place in found.first_formulas] == ["A2", "E2", "F2"]
    assert {ref(*place) for place in found.uncached} == {"B2", "C2", "D2"}


def test_errors_are_found_with_and_without_a_formula(tmp_path: Path) -> None:
    found = scanned(
        tmp_path,
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c>'
        '<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C1" t="e"/></row>',
    )
    assert found.errors == {(1, 1): "#REF!", (1, 2): "#DIV/0!", (1, 3): "#N/A"}
    assert found.uncached == set()


def test_cells_without_a_name_take_the_next_place(tmp_path: Path) -> None:
    found = scanned(
        tmp_path,
        "<row><c><f>1</f><v>1</v></c><c/><c><f>1</f><v>1</v></c></row>"
        '<row><c r="C2"/><c><f>1</f><v>1</v></c></row><row r="9"><c><f>1</f><v>1</v></c></row>',
    )
    assert found.formulas == 4
    assert [ref(*place) for place in found.first_formulas] == ["A1", "C1", "D2"]
    assert (found.rows, found.columns) == (9, 4)


def test_a_prefix_changes_nothing(tmp_path: Path) -> None:
    rows = (
        '<x:row r="1"><x:c r="B1" s="2"><x:f>1</x:f><x:v/></x:c>'
        '<x:c r="C1" s="2"><x:v>1</x:v></x:c></x:row>'
    )
    found = scanned(tmp_path, rows, "x:")
    assert found.uncached == {(1, 2)}
    assert found.per_cent == {(1, 2), (1, 3)}


def test_blank_cells_reach_nowhere(tmp_path: Path) -> None:
    found = scanned(
        tmp_path, '<row r="1"><c r="B1"><v>1</v></c></row><row r="99"><c r="XFD99" s="1"/></row>'
    )
    assert (found.rows, found.columns) == (1, 2)


@pytest.mark.parametrize(
    ("name", "code"),
    [("A500001", "too_wide"), ("IW1", "too_wide"), ("A1a", "damaged"), ("", "damaged")],
)
def test_a_cell_too_far_or_nowhere_is_refused(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        scanned(tmp_path, f'<row r="1"><c r="{name}"><v>1</v></c></row>')
    assert refused.value.code == f"sheets.{code}"


def test_endless_errors_are_not_counted_to_the_end(tmp_path: Path) -> None:
    errors = "<c t='e'/>" * 250
    rows = "".join(f'<row r="{at}">{errors}</row>' for at in range(1, 900))
    with pytest.raises(FileRefused) as refused:
        scanned(tmp_path, rows)
    assert refused.value.code == "sheets.too_many_unread"


def test_per_cent_formats_are_known_by_their_sign(tmp_path: Path) -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.000%"/>'
        '<numFmt numFmtId="165" formatCode="0.00"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/>'
        '<xf numFmtId="165"/><xf numFmtId="164"/></cellXfs>'
        "</styleSheet>"
    )
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("xl/styles.xml", styles)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert per_cent_styles(archive) == {"1", "3"}


def test_sheets_are_found_by_their_relations(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            '<w xmlns:r="urn:r"><sheets><sheet name="清单" sheetId="1" r:id="rId7"/>'
            '<sheet name="B" sheetId="2" r:id="rId1"/></sheets></w>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="rId1" Target="/xl/worksheets/b.xml"/>'
            '<Relationship Id="rId7" Target="worksheets/sheet3.xml"/></Relationships>',
        )
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert sheet_parts(archive) == {
            "清单": "xl/worksheets/sheet3.xml",
            "B": "xl/worksheets/b.xml",
        }


@pytest.mark.parametrize(
    ("row", "column", "name"), [(1, 1, "A1"), (7, 26, "Z7"), (1, 27, "AA1"), (2, 703, "AAA2")]
)
def test_cells_are_named_as_people_do(row: int, column: int, name: str) -> None:
    assert ref(row, column) == name
