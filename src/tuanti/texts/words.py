"""What things are called: short names in both languages, for tables and pages.

``words/processes.toml`` holds ``[works.states] installed = { zh = …, en = … }``; its path is
``processes.works.states.installed``.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from tuanti.rules.errors import Fact
from tuanti.texts import Lang, written


class WordMissing(LookupError):
    """Nothing is called that."""


def word(path: str, lang: Lang) -> str:
    """Say what ``path`` is called in ``lang``.

    :raises WordMissing: nothing is called that.

    >>> word("processes.works.states.installed", "en")
    'installed'
    """
    book, *steps = path.split(".")
    found: Any = _book(book)
    for step in (*steps, lang):
        found = found.get(step) if isinstance(found, Mapping) else None
    if not isinstance(found, str):
        raise WordMissing(f"{lang}: no word for {path}")
    return found


@cache
def _book(name: str) -> Mapping[str, Any]:
    file = files("tuanti.texts") / "words" / f"{name}.toml"
    if not file.is_file():
        raise WordMissing(f"no book of words {name}")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def say(path: str, lang: Lang, /, **facts: Fact) -> str:
    """Say ``path`` in ``lang`` with its facts in the braces, as :func:`tuanti.texts.sentence` does.

    :raises WordMissing: nothing is called that, or a fact is missing.

    >>> say("processes.works.states.installed", "en")
    'installed'
    """
    try:
        return written(word(path, lang), lang, facts)
    except KeyError as missing:
        raise WordMissing(f"{lang}: {path} needs {missing}") from missing
