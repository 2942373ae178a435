"""What reading a file gives: the round, or everything that is wrong with it and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tuanti.rules.award.round_fields import LISTS
from tuanti.rules.errors import Fact, Fault, Path
from tuanti.sheets.layout import list_sheets, round_sheet, word
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


def said(found: Sequence[Located], lang: Lang) -> list[str]:
    """Say faults or notes, one a line."""
    return [_line(one, lang) for one in found]


def unfollowed(faults: Sequence[Fault], told: set[Path]) -> list[Fault]:
    """Drop the faults at, or inside, a place of which one was told already."""
    return [
        fault
        for fault in faults
        if not any(fault.path[:length] in told for length in range(1, len(fault.path) + 1))
    ]


def _line(one: Located, lang: Lang) -> str:
    facts = dict(one.facts)
    if "field" in facts:
        facts["field"] = _heading(one.path, str(facts["field"]), lang)
    if "sheet" in facts:
        facts["sheet"] = _title(str(facts["sheet"]), lang)
    if "choices" in facts:
        between = "、" if lang == "zh" else ", "
        facts["choices"] = between.join(word(c, lang) for c in str(facts["choices"]).split())
    where = " ".join(part for part in (one.sheet, one.cell) if part)
    what = sentence(one.code, lang, **facts)
    return f"{where}{'：' if lang == 'zh' else ': '}{what}" if where else what


def _heading(path: Path, name: str, lang: Lang) -> str:
    """The heading people know a field by."""
    top = path[0] if path else ""
    sheet = list_sheets()[str(top)] if top in LISTS else round_sheet()
    column = sheet.column(name)
    return column.heading[lang] if column else _title(name, lang)


def _title(name: str, lang: Lang) -> str:
    sheet = list_sheets().get(name)
    return sheet.title[lang] if sheet else name
