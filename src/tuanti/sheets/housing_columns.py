"""Which column of a housing list holds what: headings as people write them, and a person's word.

A heading is known by its name or another one listed in ``housing.toml``; else it is guessed from
what it contains (``房屋建筑面积（㎡）``). A person may decide otherwise for any column.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from tuanti.rules.errors import RuleBroken
from tuanti.sheets.layout import Layout, Sheet, declared, plain
from tuanti.texts import LANGS

How: TypeAlias = Literal["known", "guessed", "chosen", "ignored", "rival"]

SHEET = "flats"
WANTED = (
    "district", "street", "building", "storeys", "built", "structure", "stairwell", "lift",
    "flat", "floor", "area_dm2", "owner", "phone", "households",
)  # fmt: skip

_UNIT = re.compile(r"(平方米|平米|m2|sqm|元|年)$").sub
_LEAST_GUESS = 2  # signs: one sign says too little


class UnknownField(RuleBroken):
    """A column was said to hold something a housing list knows nothing of."""

    code = "housing.unknown_field"


class UnknownColumn(RuleBroken):
    """A choice was made for a column the list does not have."""

    code = "housing.unknown_column"


class ChosenTwice(RuleBroken):
    """Two columns were chosen to hold the same."""

    code = "housing.chosen_twice"


@dataclass(frozen=True, slots=True)
class Matched:
    """A column, from 1, its heading, the field it is taken for ("" for none), and how that came.

    ``known``: by its name; ``guessed``: from what the heading contains; ``chosen``: by a person;
    ``ignored``: nothing of ours; ``rival``: it means the same as another column, which was taken;
    ``means`` then names the field.
    """

    column: int
    heading: str
    field: str
    how: How
    means: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """What each column is taken for."""

    columns: tuple[Matched, ...] = ()
    at: Mapping[str, int] = field(default_factory=dict)  # the column, from 1, of a field

    @property
    def ignored(self) -> tuple[Matched, ...]:
        """Columns with a heading that are not read."""
        return tuple(one for one in self.columns if one.how == "ignored" and one.heading)

    @property
    def guessed(self) -> tuple[Matched, ...]:
        """Columns a person should look at: guessed from their headings."""
        return tuple(one for one in self.columns if one.how == "guessed")

    @property
    def rivals(self) -> tuple[Matched, ...]:
        """Columns not read because another one means the same."""
        return tuple(one for one in self.columns if one.how == "rival")

    @property
    def absent(self) -> tuple[str, ...]:
        """What one would like to know and no column holds."""
        return tuple(name for name in WANTED if name not in self.at)


def match(headings: Sequence[str], chosen: Mapping[int, str] | None = None) -> Matching:
    """Take each column for what its heading says; ``chosen`` maps columns, from 1, to fields.

    A column chosen to be ``""`` is not read. A field a person has chosen is read from no other
    column.

    :raises UnknownField: a choice is no field of a housing list.
    :raises UnknownColumn: there is no such column.
    :raises ChosenTwice: one field was chosen for two columns.
    """
    picked = dict(chosen or {})
    _sound(picked, len(headings))
    found = [
        Matched(at, name, picked[at], "chosen" if picked[at] else "ignored")
        if at in picked
        else _means(at, name)
        for at, name in enumerate((_one_line(name) for name in headings), 1)
    ]
    best: dict[str, Matched] = {}
    for one in sorted(found, key=_rank):
        if one.field:
            best.setdefault(one.field, one)
    settled = tuple(
        one if not one.field or best[one.field] is one else _beaten(one) for one in found
    )
    return Matching(settled, {one.field: one.column for one in settled if one.field})


def score(headings: Sequence[str]) -> int:
    """Count the different fields a row of headings names; a data row names none."""
    return len({one.field for one in map(_quick, headings) if one.field and one.how == "known"})


@cache
def layout() -> Layout:
    """Lay out the workbook of a housing list."""
    return declared("housing.toml")


@cache
def sheet() -> Sheet:
    """Lay out its one sheet."""
    return layout().sheets[SHEET]


@cache
def said(key: str) -> frozenset[str]:
    """Collect a list of the declaration: ``ignored``, ``blanks``, ``unknown`` or ``totals``."""
    return frozenset(plain(name) or name for name in _text()[key])


def _sound(picked: Mapping[int, str], columns: int) -> None:
    fields = [name for name in picked.values() if name]
    for at, name in picked.items():
        if name and sheet().column(name) is None:
            raise UnknownField(value=name)
        if not 1 <= at <= columns:
            raise UnknownColumn(column=at, count=columns)
    twice = next((name for name in fields if fields.count(name) > 1), None)
    if twice:
        raise ChosenTwice(field=twice)


def _rank(one: Matched) -> tuple[int, int]:
    return ("chosen", "known", "guessed", "ignored", "rival").index(one.how), one.column


def _beaten(one: Matched) -> Matched:
    return replace(one, field="", how="rival", means=one.field)


def _one_line(name: str) -> str:
    return " ".join(str(name).split())


@lru_cache(4096)
def _quick(name: str) -> Matched:
    return _means(0, name)


def _means(at: int, name: str) -> Matched:
    known, short = _names(), plain(name)
    bare = _bare(name)
    if not short or short in said("ignored") or bare in said("ignored"):
        return Matched(at, name, "", "ignored")
    for way in (short, bare, _UNIT("", short)):
        if way in known:
            return Matched(at, name, known[way], "known")
    guess = _guess(bare)
    return Matched(at, name, guess, "guessed" if guess else "ignored")


def _bare(name: str) -> str:
    """Strip the heading of brackets with all they hold, also where they are never closed."""
    folded = unicodedata.normalize("NFKC", name)
    return _UNIT("", plain(re.sub(r"[(\[【].*?([)\]】]|$)|\*", "", folded)))


def _guess(name: str) -> str:
    """Find the longest known name the heading ends in, or else contains; Chinese ones only."""
    if name.isascii() or any(word in name for word in said("ignored") if not word.isascii()):
        return ""
    inside = [one for one in _names() if len(one) >= _LEAST_GUESS and one in name]
    inside = [one for one in inside if not one.isascii()]
    best = max(inside, key=lambda one: (name.endswith(one), len(one)), default="")
    return _names().get(best, "")


@cache
def _names() -> Mapping[str, str]:
    """Map each way of writing a heading to its field."""
    ways: dict[str, str] = {}
    for column in sheet().columns:
        for name in (*(column.heading[lang] for lang in LANGS), *column.also):
            ways.setdefault(plain(name), column.field)
    return ways


@cache
def _text() -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / "housing.toml").read_text(encoding="utf-8"))
