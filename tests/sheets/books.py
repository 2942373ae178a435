"""Workbooks for the tests: the small round as sheets of plain cells, to be spoilt and written."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import openpyxl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tests.cast import small_round
from tuanti.sheets.template import write_round
from tuanti.texts import Lang

Sheets: TypeAlias = dict[str, list[list[Any]]]


def plain_sheets(lang: Lang = "zh") -> Sheets:
    """Get the small round as the cells a person would see, without any format."""
    return {title: [list(row) for row in rows] for title, rows in _small(lang)}


@cache
def _small(lang: Lang) -> list[tuple[str, list[tuple[Any, ...]]]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.xlsx"
        write_round(small_round(), path, lang)
        return [(sheet.title, list(sheet.values)) for sheet in openpyxl.load_workbook(path)]


def written(path: Path, sheets: Sheets) -> Path:
    """Write cells: a function in a cell writes itself, given the sheet, row and column."""
    book = xlsxwriter.Workbook(str(path))
    for title, rows in sheets.items():
        tab = book.add_worksheet(title)
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if callable(value):
                    value(book, tab, row, column)
                else:
                    tab.write(row, column, value)
    book.close()
    return path


def formula(text: str, value: float | str) -> Callable[..., None]:
    """Make a cell with a formula and its saved result."""
    return lambda _book, tab, row, column: tab.write_formula(row, column, text, None, value)


def formatted(value: object, number_format: str) -> Callable[..., None]:
    """Make a cell with a number format."""

    def put(book: xlsxwriter.Workbook, tab: Worksheet, row: int, column: int) -> None:
        tab.write(row, column, value, book.add_format({"num_format": number_format}))

    return put
