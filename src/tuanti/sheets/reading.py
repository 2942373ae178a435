"""What reading a file gives: what it holds, or everything that is wrong with it and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tuanti.rules.errors import Fact, Fault, Path
from tuanti.sheets.layout import Layout, round_layout
from tuanti.texts import Lang, sentence


@dataclass(frozen=True, slots=True)
class Located:
    """A fault or a note, and its place: a sheet and a cell, or a JSON pointer as the cell."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    sheet: str = ""
    cell: str = ""
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: ``data`` if there is no fault, else every fault at once; notes either way."""

    data: dict[str, Any] | None
    faults: tuple[Located, ...] = ()
    notes: tuple[Located, ...] = ()


def describe(reading: Reading, lang: Lang) -> list[str]:
    """Say each fault in a line: where, what is wrong, what to do."""
    return said(reading.faults, lang)


def said(found: Sequence[Located], lang: Lang, layout: Layout | None = None) -> list[str]:
    """Say faults or notes of a workbook, the round's if no other is named, one a line."""
    return [_line(one, lang, layout or round_layout()) for one in found]


def unfollowed(faults: Sequence[Fault], told: set[Path]) -> list[Fault]:
    """Drop the faults at, or inside, a place of which one was told already."""
    return [
        fault
        for fault in faults
        if not any(fault.path[:length] in told for length in range(1, len(fault.path) + 1))
    ]


def _line(one: Located, lang: Lang, layout: Layout) -> str:
    facts = dict(one.facts)
    if "field" in facts:
        facts["field"] = layout.heading(one.path, str(facts["field"]), lang)
    if "sheet" in facts:
        facts["sheet"] = layout.title(str(facts["sheet"]), lang)
    column = layout.column_of(one.path)
    if "choices" in facts and column:
        between = "、" if lang == "zh" else ", "
        facts["choices"] = between.join(column.say(c, lang) for c in str(facts["choices"]).split())
    where = " ".join(part for part in (one.sheet, one.cell) if part)
    what = sentence(one.code, lang, **facts)
    return f"{where}{'：' if lang == 'zh' else ': '}{what}" if where else what
