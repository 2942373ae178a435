"""The law in force as a page of the handbook: every rule, its article, and who has checked it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files

from tuanti.cli.law_words import mark, period, said, source, topic, value
from tuanti.rules.law import GRADES, Rule, Shelf
from tuanti.texts import Lang
from tuanti.texts.words import word

_COLUMNS = ("rule", "value", "article", "period", "status", "source")


def page(shelf: Shelf, lang: Lang) -> str:
    """Write the whole page in Markdown, the same on every day."""
    return "\n".join([*_head(shelf, lang), *_body(shelf, lang)])


def _head(shelf: Shelf, lang: Lang) -> Iterator[str]:
    graded = Counter(rule.grade for rule in shelf.rules)
    facts = {grade: graded[grade] for grade in GRADES}
    verified = sum(rule.verified for rule in shelf.rules)
    text = (files("tuanti.cli") / f"law_page.{lang}.md").read_text(encoding="utf-8")
    yield text.format(rules=len(shelf.rules), places=len(shelf.places), verified=verified, **facts)


def _body(shelf: Shelf, lang: Lang) -> Iterator[str]:
    for place in shelf.places.values():
        mine = [rule for rule in shelf.rules if rule.place == place.id]
        if not mine:
            continue
        yield from (f"## {place.name[lang]} `{place.id}`", "")
        for name in dict.fromkeys(rule.topic for rule in mine):
            yield from (f"### {topic(name, lang)} `{place.id}/{name}`", "")
            yield from _rows([rule for rule in mine if rule.topic == name], lang)
            yield ""


def _rows(rules: Sequence[Rule], lang: Lang) -> Iterator[str]:
    headings = [word(f"law.parts.{column}", lang) for column in _COLUMNS]
    yield _row(headings)
    yield _row(["---"] * len(headings))
    for rule in rules:
        title = f"{rule.title[lang]}<br>`{rule.name}`"
        note = f"<br>{said('note', lang, note=rule.note[lang])}" if rule.note else ""
        cells = [title, value(rule, lang), rule.article[lang], period(rule, lang)]
        yield _row([*cells, mark(rule, lang), source(rule, lang) + note])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
