"""Every name stands in both languages, and every process, case and law finds its own."""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tuanti import texts
from tuanti.rules.clocks import CLOCKS, EVENTS
from tuanti.rules.deadlines import KINDS
from tuanti.rules.processes import PROCESSES
from tuanti.texts import LANGS, Lang
from tuanti.texts.words import WordMissing, word

BOOKS = sorted((Path(texts.__file__).parent / "words").glob("*.toml"))


def entries(book: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    ahead: list[tuple[str, Any]] = [(book.stem, tomllib.loads(book.read_text("utf-8")))]
    while ahead:
        path, found = ahead.pop()
        if set(found) & {*LANGS}:
            yield path, found
        else:
            ahead += [(f"{path}.{name}", inner) for name, inner in found.items()]


ENTRIES = [entry for book in BOOKS for entry in entries(book)]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_every_word_stands_in_both_languages(book: Path) -> None:
    found = [path for path, entry in entries(book) if not in_both(path, entry)]
    assert found == []


def in_both(path: str, entry: Mapping[str, str]) -> bool:
    """Whether a word is there in both languages, with the same facts, and its English is none."""
    if not {*LANGS} <= set(entry) or any(word(path, lang) != entry[lang] for lang in LANGS):
        return False
    facts = [
        {name for _, name, _, _ in string.Formatter().parse(entry[lang]) if name} for lang in LANGS
    ]
    mixed = re.search(r"[一-鿿，。（）：；]", entry["en"]) and path != "law.says.line"
    return all(entry.values()) and facts[0] == facts[1] and not mixed


@pytest.mark.parametrize(
    "entry",
    [
        {"zh": "电梯"},
        {"zh": "电梯", "en": ""},
        {"zh": "电梯", "en": "电梯"},
        {"zh": "{n} 部", "en": "{count} lifts"},
    ],
)
def test_a_word_that_lacks_a_language_is_found(
    entry: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "word", lambda _path, lang: entry[lang])
    assert not in_both("web.nowhere", entry)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
@pytest.mark.parametrize("lang", LANGS)
def test_states_and_acts_are_named_each_differently(process: Any, lang: Lang) -> None:  # noqa: ANN401 (a parameter)
    words = f"processes.{process.name}"
    assert word(f"{words}.title", lang)
    for kind, names in (("states", process.states), ("acts", process.moves)):
        said = [word(f"{words}.{kind}.{name}", lang) for name in names]
        assert len(set(said)) == len(said)


def test_no_word_is_left_over_for_a_process_that_is_not_there() -> None:
    known = {
        f"processes.{process.name}.{kind}.{name}"
        for process in PROCESSES
        for kind, names in (("states", process.states), ("acts", process.moves))
        for name in names
    } | {f"processes.{process.name}.title" for process in PROCESSES}
    assert {path for path, _ in ENTRIES if path.startswith("processes.")} == known


def test_every_event_and_party_of_a_case_is_named_and_no_other() -> None:
    named = {path for path, _ in ENTRIES if path.startswith("case.")}
    events = {f"case.events.{event}" for event in EVENTS}
    parties = {f"case.parties.{clock.by}" for clock in CLOCKS} | {"case.parties.applicant"}
    assert {path for path in named if path.startswith("case.events.")} == events
    assert {path for path in named if path.startswith("case.parties.")} == parties
    assert {f"case.kinds.{kind}" for kind in KINDS} <= named


@pytest.mark.parametrize(
    "path", ["nobody.home", "case", "case.events", "case.events.party", "case.events.acceptance.x"]
)
def test_what_has_no_name_is_not_passed_over(path: str) -> None:
    with pytest.raises(WordMissing):
        word(path, "zh")
