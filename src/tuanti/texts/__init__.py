"""Every sentence by its code, in Chinese and English: what is wrong and what to do.

The folders ``zh`` and ``en`` hold one file for every room: the sentence of code
``round.unknown_lot`` is ``unknown_lot`` in table ``[round]`` of ``round.toml``. Facts stand in
braces; ``{x:yuan}`` writes whole fen as yuan, ``{x:percent}`` basis points as per cent (and
hundredths of a point as points), ``{x:article}`` the id of a rule of law as its article, marked
while nobody has checked it. Both languages have the same codes, and each sentence names the same
facts in both.
"""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from tuanti.rules import law
from tuanti.rules.errors import Fact

Lang: TypeAlias = Literal["zh", "en"]

LANGS: tuple[Lang, ...] = ("zh", "en")
_EMPTY: Mapping[str, str] = {"zh": "（空）", "en": "(empty)"}
_UNVERIFIED: Mapping[str, str] = {
    "zh": "（未核实，依据等级 {grade}）",
    "en": " (unverified, grade {grade})",
}
_MEMORY: Mapping[str, str] = {"zh": "仅凭记忆", "en": "memory"}


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
        return written(template, lang, facts)
    except KeyError as missing:
        raise SentenceMissing(f"{lang}: {code} needs {missing}") from missing


def written(template: str, lang: Lang, facts: Mapping[str, Fact]) -> str:
    """Write ``facts`` into the braces of ``template``.

    :raises KeyError: a fact is missing.
    """
    return _Writer(lang).vformat(template, (), facts)


def codes(lang: Lang) -> frozenset[str]:
    """Collect the codes that have a sentence."""
    return frozenset(_sentences(lang))


def facts_of(code: str, lang: Lang) -> frozenset[str]:
    """Collect the facts the sentence of ``code`` names."""
    parts = string.Formatter().parse(_sentences(lang)[code])
    return frozenset(name for _, name, _, _ in parts if name)


class _Writer(string.Formatter):
    """Writes facts for people: an empty one has a word, fen and basis points have units."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 (Formatter's shape)
        if value is None:
            return _EMPTY[self._lang]
        if format_spec in ("yuan", "percent"):
            return _hundredths(int(value), "," if format_spec == "yuan" else "")
        if format_spec == "article":
            return _cited(str(value), self._lang)
        return str(super().format_field(value, format_spec))


def _cited(law_id: str, lang: Lang) -> str:
    """Name the article of a rule; one of a user's own pack by its id."""
    try:
        rule = law.packaged().rule(law_id)
    except law.NoRule:
        return law_id
    if rule.verified:
        return rule.article[lang]
    grade = _MEMORY[lang] if rule.grade == "memory" else rule.grade
    return rule.article[lang] + _UNVERIFIED[lang].format(grade=grade)


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
