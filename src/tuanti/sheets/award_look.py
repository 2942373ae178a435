"""The looks of the award's workbook: those of every workbook of results, and its words."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from tuanti.sheets import look
from tuanti.sheets.look import Cell, Column, Live, at
from tuanti.texts import Lang

__all__ = ["Book", "Cell", "Column", "Live", "at", "word"]


@cache
def _words() -> Mapping[str, Any]:
    text = (files(__package__) / "award_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(room: str, name: str, lang: Lang) -> str:
    """Say a heading or a label of the award's workbook."""
    return str(_words()[room][name][lang])


class Book(look.Book):
    """The open workbook of an award."""

    def __init__(self, path: str | Path, lang: Lang, title: str, *, fictional: bool) -> None:
        super().__init__(path, lang, title, word("summary", "fictional", lang) if fictional else "")

    def page(self, room: str, widths: Sequence[float], note: str = "") -> Worksheet:
        """Begin a sheet."""
        tab, heading = word(room, "tab", self.lang), word(room, "heading", self.lang)
        return self.leaf(tab, heading, widths, note)
