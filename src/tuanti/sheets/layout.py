"""The workbook of a round: its sheets, columns and words.

The fields and what they may hold come from ``rules.award.round_fields``; the words from
``layout.toml`` beside this file. Workbook units are people's units: money in yuan, shares in per
cent, quality in points, each with at most two decimals and so exact in fen and basis points.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from tuanti.rules.award.round_fields import HEAD, LISTS, RULES, Field
from tuanti.texts import Lang

CellKind: TypeAlias = Literal[
    "yuan", "percent", "points", "count", "id", "text", "code", "flag", "choice", "ids",
    "choices", "groups",
]  # fmt: skip

_KINDS: Mapping[str, CellKind] = {
    "format": "text",
    "id": "id",
    "zone": "id",
    "text": "text",
    "uscc": "code",
    "flag": "flag",
    "choice": "choice",
    "ids": "ids",
    "choices": "choices",
    "groups": "groups",
}

_TICKS = str.maketrans({"√": "y", "✓": "y", "×": "n", "✗": "n"})

# Fields that name a row of another sheet: the template offers a list of what stands there.
REFERS = {"lot": "lots", "parcel": "parcels", "supplier": "suppliers"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column (on the Round sheet a row): its field, its kind of cell, and its words."""

    field: str
    kind: CellKind
    optional: bool
    choices: tuple[str, ...]
    heading: Mapping[Lang, str]
    hint: Mapping[Lang, str]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the list of the round it holds, its title, its columns in order."""

    key: str
    title: Mapping[Lang, str]
    columns: tuple[Column, ...]

    def column(self, field: str) -> Column | None:
        """Find the column of ``field``."""
        return next((column for column in self.columns if column.field == field), None)


@cache
def words() -> Mapping[str, Any]:
    """Read the words of the workbook."""
    text = (files(__package__) / "layout.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def round_sheet() -> Sheet:
    """Lay out the sheet of the round itself, one field a row."""
    return _sheet("round", (*HEAD, *RULES))


@cache
def list_sheets() -> Mapping[str, Sheet]:
    """Lay out the sheets of the lists, one row an entry."""
    return {key: _sheet(key, fields) for key, fields in LISTS.items()}


def word(choice: str, lang: Lang) -> str:
    """Say a choice, as ``flat``, in ``lang``."""
    return str(words()["words"][choice][lang])


@cache
def spoken(choices: tuple[str, ...]) -> Mapping[str, str]:
    """Map every accepted way of writing one of ``choices``, as ``plain``, to the choice."""
    ways: dict[str, str] = {}
    for choice in choices:
        entry = words()["words"][choice]
        for way in (choice, entry["zh"], entry["en"], *entry.get("also", ())):
            ways[plain(way)] = choice
    return ways


def plain(text: str) -> str:
    """Strip a heading or a choice of what does not tell it apart: width, case, blanks, units."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_TICKS)
    return re.sub(r"[\W_]+", "", re.sub(r"\([^()]*\)", "", folded))


def _sheet(key: str, fields: Iterable[Field]) -> Sheet:
    text = words()[key]
    columns = tuple(_column(field, text["columns"][field.name]) for field in fields)
    return Sheet(key, _both(text), columns)


def _column(field: Field, text: Mapping[str, Any]) -> Column:
    return Column(
        field=field.name,
        kind=_kind(field),
        optional=field.optional,
        choices=field.choices,
        heading=_both(text),
        hint=_both(text, "hint_"),
        also=tuple(text.get("also", ())),
    )


def _both(text: Mapping[str, Any], prefix: str = "") -> Mapping[Lang, str]:
    return {"zh": text[f"{prefix}zh"], "en": text[f"{prefix}en"]}


def _kind(field: Field) -> CellKind:
    if field.kind != "count":
        return _KINDS[field.kind]
    if field.name.endswith("_fen") or field.name == "fen_per_point":
        return "yuan"
    if field.name.endswith("_bp"):
        return "percent"
    return "points" if field.name == "quality" else "count"
