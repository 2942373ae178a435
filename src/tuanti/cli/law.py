"""Looking law up, and checking a pack of one's own."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tuanti.cli.bring import BAD_INPUT, complain, say
from tuanti.cli.law_page import page
from tuanti.cli.law_words import mark, period, said, source, value
from tuanti.rules import law
from tuanti.rules.errors import Fault, RuleBroken
from tuanti.rules.law import Rule, Shelf
from tuanti.texts import Lang, sentence
from tuanti.texts.words import word

_WIDTH = 132  # for a file or a pipe: what the table needs in either language
_MOST_MB = 1
_SHANGHAI = timezone(timedelta(hours=8))  # no summer time


class BadDay(RuleBroken):
    """What should be a date is none."""

    code = "law.bad_day"


def day_of(text: str) -> date:
    """Take a day as written, or today in Shanghai if nothing is.

    :raises BadDay: it is no date.
    """
    if not text:
        return datetime.now(_SHANGHAI).date()
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise BadDay(value=text) from wrong


def shelf_with(pack: Path | None, lang: Lang) -> Shelf | None:
    """Put a user's pack beside the packaged ones; None, with every fault said, if it has any."""
    if pack is None:
        return law.packaged()
    text = _text(pack, lang)
    if text is None or _tell_faults(text, lang):
        return None
    return law.beside(text)


def list_rules(
    place: str, on: str, topic: str, pack: Path | None, lang: Lang, *, as_json: bool
) -> int:
    """List the rules in force in a place on a day."""
    shelf = shelf_with(pack, lang)
    if shelf is None:
        return BAD_INPUT
    try:
        found = law.on(day_of(on), place, shelf=shelf)
    except RuleBroken as refusal:
        return complain(refusal.code, lang, **refusal.facts)
    rules = found.topic(topic) if topic else tuple(found.rules.values())
    if as_json:
        typer.echo(json.dumps([plain(rule) for rule in rules], ensure_ascii=False, indent=1))
        return 0
    facts = {"day": found.day.isoformat(), "place": shelf.places[place].name[lang]}
    if not rules:
        say("law.none_listed", lang, **facts)
        return 0
    _table(rules, lang)
    unverified = sum(not rule.verified for rule in rules)
    say("law.listed", lang, count=len(rules), unverified=unverified, **facts)
    return 0


def show_rule(asked: str, on: str, pack: Path | None, lang: Lang, *, as_json: bool) -> int:
    """Show one rule: that in force on a day, or, of an id with its start, that very one."""
    shelf = shelf_with(pack, lang)
    if shelf is None:
        return BAD_INPUT
    try:
        rule = shelf.rule(asked) if "@" in asked else law.find(asked, on=day_of(on), shelf=shelf)
    except RuleBroken as refusal:
        return complain(refusal.code, lang, **refusal.facts)
    if as_json:
        typer.echo(json.dumps(plain(rule), ensure_ascii=False, indent=1))
        return 0
    for name, text in _lines(rule, shelf, lang):
        typer.echo(word(f"law.parts.{name}", lang) + said("colon", lang) + text)
    return 0


def show_all(pack: Path | None, lang: Lang) -> int:
    """Print every rule of all days as the page of the handbook."""
    shelf = shelf_with(pack, lang)
    if shelf is None:
        return BAD_INPUT
    typer.echo(page(shelf, lang), nl=False)
    return 0


def check_pack(path: Path, lang: Lang) -> int:
    """Check a pack by itself and beside the packaged ones, and say every fault with its line."""
    text = _text(path, lang)
    if text is None or _tell_faults(text, lang):
        return BAD_INPUT
    known, shelf = law.packaged(), law.beside(text)
    ours = set(known.rules)
    mine = [rule for rule in shelf.rules if rule not in ours]
    places = len(shelf.places) - len(known.places)
    unverified = sum(not rule.verified for rule in mine)
    say("law.sound", lang, rules=len(mine), places=places, unverified=unverified)
    return 0


def plain(rule: Rule) -> dict[str, Any]:
    """Write a rule as JSON has it: fractions and dates as text, tables and lists as they are."""
    names = ("title", "unit", "value", "article", "source", "grade")
    dates = ("in_force_from", "in_force_until")
    told = {name: _plain(getattr(rule, name)) for name in (*names, *dates, "verified_by", "note")}
    return {"id": rule.id, "place": rule.place, **told, "verified": rule.verified}


def _plain(what: object) -> object:
    if isinstance(what, Mapping):
        return {str(key): _plain(part) for key, part in what.items()}
    if isinstance(what, tuple):
        return [_plain(part) for part in what]
    return str(what) if isinstance(what, Fraction | date) else what


def _table(rules: tuple[Rule, ...], lang: Lang) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "title", "value", "status"):
        heading = word(f"law.parts.{name}", lang)
        table.add_column(heading, overflow="fold")
    for rule in rules:
        number = isinstance(rule.value, int | Fraction)
        told = Text(value(rule, lang), justify="right" if number else "left")
        table.add_row(*map(Text, (rule.path, rule.title[lang])), told, Text(mark(rule, lang)))
    console = Console(highlight=False)
    wide = console if console.is_terminal else Console(width=_WIDTH, highlight=False)
    wide.print(table)


def _lines(rule: Rule, shelf: Shelf, lang: Lang) -> list[tuple[str, str]]:
    lines = [
        ("id", rule.id),
        ("title", rule.title[lang]),
        ("place", shelf.places[rule.place].name[lang]),
        ("value", value(rule, lang)),
        ("article", rule.article[lang]),
        ("source", source(rule, lang)),
        ("period", period(rule, lang)),
        ("status", mark(rule, lang)),
    ]
    return lines + ([("note", rule.note[lang])] if rule.note else [])


def _text(path: Path, lang: Lang) -> str | None:
    if not path.is_file():
        complain("cli.no_file", lang, path=str(path))
    elif path.stat().st_size > _MOST_MB * 1_000_000:
        complain("law.too_large", lang, path=str(path), limit_mb=_MOST_MB)
    else:
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            complain("law.not_utf8", lang, path=str(path))
    return None


def _tell_faults(text: str, lang: Lang) -> bool:
    """Say every fault of a pack, in the order of its lines; whether there was any."""
    found = sorted(((_line_of(fault, text), fault) for fault in law.check(text)), key=_by_line)
    for line, fault in found:
        steps = ".".join(str(s + 1) if isinstance(s, int) else s for s in fault.path[2:])
        where = " ".join(part for part in (line and said("line", lang, line=line), steps) if part)
        what = sentence(fault.code, lang, **fault.facts)
        typer.echo(f"{where}{said('colon', lang)}{what}" if where else what, err=True)
    if found:
        complain("law.faults", lang, count=len(found))
    return bool(found)


def _by_line(found: tuple[int, Fault]) -> int:
    return found[0]


def _line_of(fault: Fault, text: str) -> int:
    """The line of the entry's key, else of the entry, as the file is usually written; else 0."""
    match fault.path:
        case (str(name), int(number), *steps):
            return _line_in(text.splitlines(), name, number, str(steps[0]) if steps else None)
    return 0


def _line_in(lines: Sequence[str], name: str, number: int, key: str | None) -> int:
    heads = [at for at, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
    if number >= len(heads):
        return 0
    start = heads[number]
    for at in range(start + 1, len(lines)):
        if lines[at].lstrip().startswith("[["):
            break
        if key and re.match(rf"\s*{re.escape(key)}\s*=", lines[at]):
            return at + 1
    return start + 1
