"""Every sentence by its code, in Chinese and English: what is wrong and what to do.

The folders ``zh`` and ``en`` hold one file for every room: the sentence of code
``round.unknown_lot`` is ``unknown_lot`` in table ``[round]`` of ``round.toml``. Facts stand in
braces; ``{x:yuan}`` writes whole fen as yuan and ``{x:percent}`` basis points as per cent. Both
languages have the same codes, and each sentence names the same facts in both.
"""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from tuanti.rules.errors import Fact

Lang: TypeAlias = Literal["zh", "en"]

LANGS: tuple[Lang, ...] = ("zh", "en")
_EMPTY: Mapping[str, str] = {"zh": "（空）", "en": "(empty)"}


class SentenceMissing(LookupError):
    """There is no sentence for this code, or it needs a fact that was not given."""


def sentence(code: str, lang: Lang, /, **facts: Fact) -> str:
    """Say ``code`` in ``lang``, with its facts.

    :raises SentenceMissing: the code is unknown, or a fact is missing.
    """
    template = _sentences(lang).get(code)
    if template is None:
        raise SentenceMissing(f"{lang}: no sentence for {code}")
    try:
        return _Writer(_EMPTY[lang]).vformat(template, (), facts)
    except KeyError as missing:
        raise SentenceMissing(f"{lang}: {code} needs {missing}") from missing


def codes(lang: Lang) -> frozenset[str]:
    """Collect the codes that have a sentence."""
    return frozenset(_sentences(lang))


def facts_of(code: str, lang: Lang) -> frozenset[str]:
    """Collect the facts the sentence of ``code`` names."""
    parts = string.Formatter().parse(_sentences(lang)[code])
    return frozenset(name for _, name, _, _ in parts if name)


class _Writer(string.Formatter):
    """Writes facts for people: an empty one has a word, fen and basis points have units."""

    def __init__(self, empty: str) -> None:
        self._empty = empty

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 (Formatter's shape)
        if value is None:
            return self._empty
        if format_spec in ("yuan", "percent"):
            return _hundredths(int(value), "," if format_spec == "yuan" else "")
        return str(super().format_field(value, format_spec))


def _hundredths(value: int, grouping: str) -> str:
    sign, (whole, rest) = "-" if value < 0 else "", divmod(abs(value), 100)
    return f"{sign}{whole:{grouping}}.{rest:02}"


@cache
def _sentences(lang: Lang) -> Mapping[str, str]:
    said: dict[str, str] = {}
    for file in sorted((files(__package__) / lang).iterdir(), key=lambda file: file.name):
        for room, lines in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert file.name == f"{room}.toml", f"{lang}/{file.name} holds [{room}]"
            said |= {f"{room}.{name}": line for name, line in lines.items()}
    return said
