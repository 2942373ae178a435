"""The workbook back: the faults of reading and of placing, red in their own cells."""

import io

import openpyxl
import pytest

from tests.imports_cast import HEADINGS, NOW, Clerk, brought, clerk, flat
from tuanti.places import marking, tasks
from tuanti.places.models import Import

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db


def workbook() -> bytes:
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    for line in (HEADINGS, flat(101), flat(102, 建筑面积="很大"), flat(103, 街道="观音桥街道")):
        tab.append([str(value) for value in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def row(clerk: Clerk) -> Import:
    return clerk.check(brought(workbook(), "清单.xlsx"))


def test_every_fault_is_red_in_its_own_cell(row: Import) -> None:
    out = io.BytesIO()
    marking.write(row, "zh", out, NOW)
    tab = openpyxl.load_workbook(out)["Sheet"]
    red = {
        cell.coordinate
        for line in tab.iter_rows()
        for cell in line
        if cell.comment and cell.fill.fgColor.rgb == "00FFC7CE"
    }
    assert red == {"L3", "A4"}
    assert "不在石坪桥街道的范围内" in tab["A4"].comment.text
    assert tab["L3"].value == "很大"


def test_a_large_list_is_marked_by_a_job_and_anew_after_each_check(
    clerk: Clerk, row: Import
) -> None:
    tasks.run_mark.call(row.pk, "en")
    path = marking.path_of(row.pk, "en")
    assert openpyxl.load_workbook(path)["Sheet"]["L3"].comment is not None
    clerk.check(row)
    assert not path.exists()
