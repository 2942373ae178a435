"""Print a table of results on a terminal, in as many blocks as its width needs."""

from collections.abc import Iterator, Sequence

import typer
from rich.cells import cell_len
from rich.console import Console

from tuanti.sheets.layout import word
from tuanti.sheets.tables import Column, Table, Value
from tuanti.texts import Lang

_GAP = "  "
_HUNDREDTHS = ("yuan", "area")
_RIGHT = ("yuan", "area", "count", "figure")


def print_table(table: Table, lang: Lang) -> None:
    """Print ``table`` below a blank line, its sums, if any, last.

    Its first column heads each block. Numbers stand to the right; a column without a value is left
    out.
    """
    columns = list(_filled(table, lang))
    widths = [max(map(cell_len, column)) for _, column in columns]
    for block in _blocks(widths, Console().width):
        typer.echo("")
        chosen = [_aligned(*columns[at], widths[at]) for at in block]
        for row in zip(*chosen, strict=True):
            typer.echo(_GAP.join(row).rstrip())


def _filled(table: Table, lang: Lang) -> Iterator[tuple[Column, list[str]]]:
    for at, column in enumerate(table.columns):
        values = [row[at] for row in table.rows]
        if all(value in (None, "") for value in values):
            continue
        cells = [column.heading, *(_said(column, value) for value in values)]
        if column.total:
            cells.append(_said(column, sum(value for value in values if isinstance(value, int))))
        elif any(column.total for column in table.columns):
            cells.append(word("sum", lang) if at == 0 else "")
        yield column, cells


def _said(column: Column, value: Value) -> str:
    if isinstance(value, int) and column.look in _HUNDREDTHS:
        sign, (whole, rest) = "-" if value < 0 else "", divmod(abs(value), 100)
        return f"{sign}{whole:,}.{rest:02}"
    return "" if value is None else str(value)


def _aligned(column: Column, cells: Sequence[str], width: int) -> list[str]:
    blanks = [" " * (width - cell_len(cell)) for cell in cells]
    right = column.look in _RIGHT
    return [b + cell if right else cell + b for b, cell in zip(blanks, cells, strict=True)]


def _blocks(widths: Sequence[int], room: int) -> Iterator[list[int]]:
    block, used = [0], widths[0]
    for at, width in enumerate(widths[1:], 1):
        if used + len(_GAP) + width > room and len(block) > 1:
            yield block
            block, used = [0], widths[0]
        block.append(at)
        used += len(_GAP) + width
    yield block
