"""What is printed in Chinese is written as Chinese is: a lint of the book and the templates."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tuanti import papers, texts

BOOK = Path(texts.__file__).parent / "words/papers.toml"
TEMPLATES = sorted(Path(papers.__file__).parent.glob("layout/*.typ"))
FONTS = Path(papers.__file__).parent / "fonts"
HAN = re.compile(r"[一-鿿]")
HALF_WIDTH = re.compile(r"[,;:()?!]")


def sentences(found: Mapping[str, Any], path: str = "papers") -> Iterator[tuple[str, str, str]]:
    for name, inner in found.items():
        if isinstance(inner.get("zh"), str):
            yield f"{path}.{name}", inner["zh"], inner["en"]
        else:
            yield from sentences(inner, f"{path}.{name}")


EVERY = [*sentences(tomllib.loads(BOOK.read_text("utf-8")))]


def amiss(said: str) -> list[str]:
    """Find half-width punctuation and idle spaces in a Chinese sentence, its facts left out."""
    bare = re.sub(r"\{[^}]*\}", "", said)
    return HALF_WIDTH.findall(bare) + re.findall(r"(?<=[一-鿿]) | (?=[一-鿿])", bare)


def test_every_sentence_is_punctuated_as_its_language_is() -> None:
    assert [(path, zh) for path, zh, _ in EVERY if amiss(zh)] == []
    quoted = {path: en.replace("“", "").replace("”", "") for path, _, en in EVERY}
    assert [path for path, en in quoted.items() if re.search(r"[，。；：（）、“”]", en)] == []
    assert len(EVERY) > 400


@pytest.mark.parametrize("wrong", ["同意,不同意", "日期:", "合计(元)", "第 三 条"])
def test_a_slip_is_found(wrong: str) -> None:
    assert amiss(wrong)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_themselves(template: Path) -> None:
    assert TEMPLATES
    code = re.sub(r"//[^\n]*", "", template.read_text("utf-8"))
    assert not HAN.search(code)
    known = {
        "a4",
        "cn",
        "svg",
        "end-",
        "least",
        "blocks.typ",
        "Tuanti Song",
        "Libertinus Serif",
        "regular",
        "#111111",
    }
    prose = [said for said in re.findall(r'"([^"]*)"', code) if " " in said and said not in known]
    assert not prose


def test_the_font_comes_with_its_licence_and_is_small() -> None:
    size = sum(path.stat().st_size for path in FONTS.glob("*.otf"))
    assert 0 < size < 3 * 2**20
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in re.sub(r"\s+", " ", licence)
    notice = (Path(__file__).parents[2] / "NOTICE").read_text("utf-8")
    assert "SIL Open Font License" in notice
