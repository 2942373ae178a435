"""Templates choose, loop and translate; every word they say stands in the books."""

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.template.loader import get_template

from tuanti import texts
from tuanti.texts import LANGS
from tuanti.texts.words import word

SOURCE = Path(texts.__file__).parents[1]
TEMPLATES = sorted(path for path in SOURCE.glob("*/templates/**/*") if path.is_file())
BOOKS = sorted((SOURCE / "texts/words").glob("*.toml"))

CLASSES = re.compile(r"\{% block class %\}.*?\{% endblock %\}")
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
DATA = re.compile(r'<script[^>]*type="application/json".*?</script>', re.DOTALL)
CODE = re.compile(r'<(\w+) class="(?:[^"]* )?code".*?</\1>')
MARKUP = re.compile(r"<[^>]*>|&\w+;", re.DOTALL)
SPOKEN = re.compile(r'(?:alt|title|placeholder|aria-label)="([^"]*)"')
SAYS = re.compile(r"""\{% say ["']([\w.-]+)["'](.*?)%\}""")
WORDS = re.compile(r"""\|(?:word|dressed):["']([\w.-]+)["']""")
PASSED = re.compile(r"""submit=["']([\w.-]+)["']""")
UNSAFE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
    "a style in the page": re.compile(r"<style|\sstyle="),
    "a handler in the page": re.compile(r"\son\w+=", re.IGNORECASE),
    "a scheme that runs": re.compile(r"javascript:"),
    "markup let through": re.compile(r"\|safe\b|autoescape off"),
    "another host": re.compile(r"""(?:src|href|action)=["'](?:https?:)?//"""),
}
PROSE = re.compile(r"[一-鿿，。：；（）？！]+|[A-Za-z]{2,}")
NAMES = frozenset({"CSV", "Excel", "JSON", "PDF", "Word"})  # the same in both languages
QUOTED = re.compile(r"“[^”]*”")  # what is typed as it stands
HALF_WIDTH = re.compile(r"[一-鿿][,;:!?()]|[,;:!?()][一-鿿]")


def named(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def prose_of(text: str) -> str:
    """Take away everything but what a reader would be told in one language only."""
    bare = CODE.sub(" ", DATA.sub(" ", TAGS.sub(" ", CLASSES.sub(" ", text))))
    return f"{MARKUP.sub(' ', bare)} {' '.join(SPOKEN.findall(bare))}"


def table(path: str) -> Any:  # noqa: ANN401 (whatever a book holds)
    book, *steps = path.split(".")
    found: Any = tomllib.loads((SOURCE / f"texts/words/{book}.toml").read_text("utf-8"))
    for step in steps:
        found = found[step]
    return found


def facts_in(said: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(said) if name}


each_template = pytest.mark.parametrize("path", TEMPLATES, ids=named)


@each_template
def test_a_template_uses_only_tags_that_exist(path: Path) -> None:
    engines["django"].from_string(path.read_text("utf-8"))


@each_template
def test_a_template_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 120


@each_template
def test_a_template_obeys_the_content_security_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [sin for sin, sign in UNSAFE.items() if sign.search(text)] == []


@each_template
def test_a_template_speaks_by_the_books_only(path: Path) -> None:
    found = PROSE.findall(prose_of(path.read_text("utf-8")))
    assert [prose for prose in found if prose not in NAMES] == []


@each_template
def test_whatever_a_template_says_stands_in_both_languages(path: Path) -> None:
    text = path.read_text("utf-8")
    for said, rest in SAYS.findall(text):
        given = set(re.findall(r"(\w+)=", rest))
        assert [facts_in(word(said, lang)) for lang in LANGS] == [given, given], said
    for said in PASSED.findall(text):
        assert all(word(said, lang) for lang in LANGS)
    for tables in WORDS.findall(text):
        assert isinstance(table(tables), dict)


def test_a_template_in_one_language_is_found() -> None:
    assert prose_of('<p class="x">{% say "a" %}</p><i aria-label="{{ a }}"></i>').strip() == ""
    assert "共" in prose_of("<b>共 {{ n }} 户</b>")
    assert "Save" in prose_of('<button aria-label="Save">{{ word }}</button>')
    assert UNSAFE["a handler in the page"].search('<a onclick="go()">')
    assert UNSAFE["a script in the page"].search("<script>go()</script>")
    assert not UNSAFE["a script in the page"].search('<script src="/a.js" defer></script>')


def entries(found: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in found.items():
        if isinstance(inner, dict):
            yield from entries(inner, f"{path}.{name}")
        elif name == "zh":
            yield path, inner


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_chinese_words_have_chinese_punctuation(book: Path) -> None:
    said = entries(tomllib.loads(book.read_text("utf-8")))
    assert [path for path, line in said if HALF_WIDTH.search(QUOTED.sub("", line))] == []


@pytest.mark.parametrize(
    "name", ["account/login.html", "mfa/index.html", "usersessions/usersession_list.html"]
)
def test_the_sign_in_library_wears_our_templates(name: str) -> None:
    assert "tuanti" in Path(get_template(name).origin.name).parts  # type: ignore[attr-defined]  # Django's own
