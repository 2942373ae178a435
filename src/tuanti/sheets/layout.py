"""Layouts of workbooks: their sheets, columns and words; the round's first of all.

The fields of a round and what they may hold come from ``rules.award.round_fields``; its words from
``layout.toml`` beside this file. Other workbooks are declared whole in a file of their own
(``declared``). Workbook units are people's units: money in yuan, shares in per cent, quality in
points, areas in square metres, each with at most two decimals and so exact in fen, basis points
and square decimetres.
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
from tuanti.rules.errors import Path
from tuanti.texts import Lang

CellKind: TypeAlias = Literal[
    "yuan", "percent", "points", "count", "id", "text", "code", "flag", "choice", "ids",
    "choices", "groups", "area_m2", "fraction", "date",
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
_REFERS = {"lot": "lots", "parcel": "parcels", "supplier": "suppliers"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column (on a form's sheet a row): its field, its kind of cell, and its words."""

    field: str
    kind: CellKind
    optional: bool
    choices: tuple[str, ...]
    heading: Mapping[Lang, str]
    hint: Mapping[Lang, str]
    also: tuple[str, ...]
    words: Mapping[str, Any]
    refers: str = ""  # the sheet whose first column holds what may stand here

    def say(self, choice: str, lang: Lang) -> str:
        """Say one of its choices in ``lang``."""
        return str(self.words[choice][lang])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its key, its title, its columns in order.

    A ``form`` holds one entry, a field a row; another sheet holds a list, an entry a row. An
    ``optional`` sheet may be left out of a workbook, or be empty.
    """

    key: str
    title: Mapping[Lang, str]
    columns: tuple[Column, ...]
    form: bool = False
    optional: bool = False

    def column(self, field: str) -> Column | None:
        """Find the column of ``field``."""
        return next((column for column in self.columns if column.field == field), None)


@dataclass(frozen=True, slots=True)
class Layout:
    """A workbook: its sheets by key, in order, and the words of its first page and its forms."""

    sheets: Mapping[str, Sheet]
    readme: Mapping[str, Any]
    form: Mapping[str, Any]

    def sheet_of(self, path: Path) -> Sheet:
        """Find the sheet a path leads into; what names none is of the first."""
        first = next(iter(self.sheets.values()))
        return self.sheets.get(str(path[0]), first) if path else first

    def column_of(self, path: Path) -> Column | None:
        """Find the column a path ends in."""
        return self.sheet_of(path).column(str(path[-1])) if path else None

    def heading(self, path: Path, field: str, lang: Lang) -> str:
        """Say the heading people know a field by, on the sheet ``path`` leads into."""
        column = self.sheet_of(path).column(field)
        return column.heading[lang] if column else self.title(field, lang)

    def title(self, key: str, lang: Lang) -> str:
        """Say the title of a sheet."""
        return self.sheets[key].title[lang] if key in self.sheets else key


@cache
def words() -> Mapping[str, Any]:
    """Read the words of the round's workbook."""
    return _toml("layout.toml")


@cache
def round_layout() -> Layout:
    """Lay out the workbook of a round."""
    sheets = {"round": round_sheet(), **list_sheets()}
    return Layout(sheets, words()["readme"], words()["round"])


@cache
def round_sheet() -> Sheet:
    """Lay out the sheet of the round itself, one field a row."""
    return _round_sheet("round", (*HEAD, *RULES))


@cache
def list_sheets() -> Mapping[str, Sheet]:
    """Lay out the sheets of the lists, one row an entry."""
    return {key: _round_sheet(key, fields) for key, fields in LISTS.items()}


@cache
def declared(name: str) -> Layout:
    """Lay out the workbook declared in the file ``name`` beside this one.

    The tables of a declaration are ``[readme]``, ``[words]`` (of the choices) and, for each sheet,
    ``[sheets.KEY]`` and ``[sheets.KEY.columns]``; ``tables`` explains them.
    """
    text = _toml(name)
    sheets = {key: _declared_sheet(key, of, text) for key, of in text["sheets"].items()}
    return Layout(sheets, text["readme"], words()["round"])


def word(choice: str, lang: Lang) -> str:
    """Say a choice of the round, as ``flat``, or a yes or no, in ``lang``."""
    return str(words()["words"][choice][lang])


def spoken(choices: Iterable[str], said: Mapping[str, Any] | None = None) -> Mapping[str, str]:
    """Map every accepted way of writing one of ``choices``, as ``plain``, to the choice."""
    known, ways = words()["words"] if said is None else said, dict[str, str]()
    for choice in choices:
        entry = known[choice]
        for way in (choice, entry["zh"], entry["en"], *entry.get("also", ())):
            ways[plain(way)] = choice
    return ways


def plain(text: str) -> str:
    """Strip a heading or a choice of what does not tell it apart: width, case, blanks, units."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_TICKS)
    return re.sub(r"[\W_]+", "", re.sub(r"\([^()]*\)", "", folded))


def _toml(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


def _round_sheet(key: str, fields: Iterable[Field]) -> Sheet:
    text = words()[key]
    columns = tuple(_round_column(field, text["columns"][field.name]) for field in fields)
    optional = key in ("tiers", "packages", "pairs")
    return Sheet(key, _both(text), columns, form=key == "round", optional=optional)


def _round_column(field: Field, text: Mapping[str, Any]) -> Column:
    return Column(
        field=field.name,
        kind=_kind(field),
        optional=field.optional,
        choices=field.choices,
        heading=_both(text),
        hint=_both(text, "hint_"),
        also=tuple(text.get("also", ())),
        words=words()["words"],
        refers=_REFERS.get(field.name, ""),
    )


def _declared_sheet(key: str, sheet: Mapping[str, Any], text: Mapping[str, Any]) -> Sheet:
    said = words()["words"] | text.get("words", {})
    columns = tuple(_declared_column(field, of, said) for field, of in sheet["columns"].items())
    form, optional = sheet.get("form", False), sheet.get("optional", False)
    return Sheet(key, _both(sheet), columns, form=form, optional=optional)


def _declared_column(field: str, text: Mapping[str, Any], said: Mapping[str, Any]) -> Column:
    return Column(
        field=field,
        kind=text["kind"],
        optional=text.get("optional", False),
        choices=tuple(text.get("choices", ())),
        heading=_both(text),
        hint=_both(text, "hint_"),
        also=tuple(text.get("also", ())),
        words=said,
        refers=text.get("refers", ""),
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
