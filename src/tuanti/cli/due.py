"""What is due in a case: read it, judge its clocks, say what to do by when and under which law."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tuanti.cli.bring import BAD_INPUT, complain, say
from tuanti.cli.law import day_of, plain, shelf_with
from tuanti.cli.law_words import mark
from tuanti.places.calendars import china
from tuanti.rules.case import Case, check, read
from tuanti.rules.clocks import BY_RULE
from tuanti.rules.due import Due, Dues, due
from tuanti.rules.errors import Fault, RuleBroken
from tuanti.rules.law import Shelf
from tuanti.rules.subsidy import Grant, at_stake, lost_fen
from tuanti.sheets.guard import FileRefused
from tuanti.sheets.json_in import load, pointer
from tuanti.sheets.reading import unfollowed
from tuanti.texts import Lang, sentence
from tuanti.texts.words import WordMissing, word

FORMAT = "tuanti-due/1"

_WIDTH = 132  # for a file or a pipe: what the table needs in either language
_COLUMNS = ("state", "what", "by", "from", "law")
_MARKS = ("paused", "provisional")


def due_file(path: Path, on: str, pack: Path | None, lang: Lang, *, as_json: bool) -> int:
    """Say what is due in the case of a file; exit code 0, or 2 with everything wrong said."""
    shelf = shelf_with(pack, lang)
    case = None if shelf is None else _bring(path, shelf, lang)
    if shelf is None or case is None:
        return BAD_INPUT
    try:
        day = day_of(on)
        found = due(case, day, china(), shelf)
    except RuleBroken as refusal:
        return complain(refusal.code, lang, **refusal.facts)
    if as_json:
        typer.echo(json.dumps(document(case, day, found, shelf), ensure_ascii=False, indent=1))
    else:
        _tell(case, day, found, shelf, lang)
    return 0


def document(case: Case, on: date, found: Dues, shelf: Shelf) -> dict[str, Any]:
    """Write what is due as data, ``tuanti-due/1``: dates as text, money in fen."""
    return {
        "format": FORMAT,
        "case": case.id,
        "title": case.title,
        "fictional": case.fictional,
        "place": case.place,
        "on": on.isoformat(),
        "published_until_on": china().published_until_on.isoformat(),
        "dues": [_due(one) for one in found.dues],
        "without_rule": list(found.without_rule),
        "grants": [_grant(key, one, on) for key, one in found.grants.items()],
        "laws": [plain(shelf.rule(law_id)) for law_id in _laws(found)],
    }


def _due(one: Due) -> dict[str, Any]:
    names = ("rule", "by", "kind", "starts", "ends", "state", "days_left", *_MARKS, "fen")
    days = ("started_on", "done_on", "due_on")
    told = {name: getattr(one, name) for name in names}
    return told | {name: _text(getattr(one, name)) for name in days} | {"law_ids": one.law_ids}


def _grant(key: str, one: Grant, on: date) -> dict[str, Any]:
    names = ("base_fen", "pipeline_fen", "bonus_fen", "paid_fen", "at_most", "city_fen",
             "district_fen", "payee", "trigger")  # fmt: skip
    days = ("triggered_on", "trigger_by_on", "applied_on", "apply_by_on")
    told = {name: getattr(one, name) for name in names}
    told |= {name: _text(getattr(one, name)) for name in days}
    reasons = [{"code": reason.code, "facts": dict(reason.facts)} for reason in one.reasons]
    return {"rule": key, **told, "lost_fen": lost_fen(one, on), "reasons": reasons,
            "law_ids": one.law_ids}  # fmt: skip


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _laws(found: Dues) -> list[str]:
    """Collect the law the findings rest on, each rule once, in the order of the table."""
    ids = [law_id for one in found.dues for law_id in one.law_ids]
    ids += [law_id for grant in found.grants.values() for law_id in grant.law_ids]
    return list(dict.fromkeys(ids))


def _bring(path: Path, shelf: Shelf, lang: Lang) -> Case | None:
    if not path.is_file():
        complain("cli.no_file", lang, path=str(path))
        return None
    try:
        data, twice = load(path)
    except FileRefused as refused:
        complain(refused.code, lang, **refused.facts)
        return None
    faults = [Fault(one.code, one.path, one.facts) for one in twice]
    faults += unfollowed(check(data, shelf), {fault.path for fault in faults})
    for fault in faults:
        where = pointer(fault.path)
        what = sentence(fault.code, lang, **fault.facts)
        typer.echo(f"{where}{'：' if lang == 'zh' else ': '}{what}" if where else what, err=True)
    if faults:
        complain("cli.faults", lang, count=len(faults))
        return None
    return read(data)


def _tell(case: Case, on: date, found: Dues, shelf: Shelf, lang: Lang) -> None:
    typer.echo(case.title)
    if case.fictional:
        say("cli.fictional", lang)
    open_ones = [one for one in found.dues if one.done_on is None]
    overdue = sum(one.state == "overdue" for one in open_ones)
    say("case.summary", lang, on=on.isoformat(), open=len(open_ones), overdue=overdue)
    done = [one for one in found.dues if one.done_on is not None]
    laws = _laws(replace(found, dues=(*open_ones, *done)))
    numbers = {law_id: at for at, law_id in enumerate(laws, 1)}
    for name, dues in (("left", open_ones), ("done", done)):
        if dues:
            typer.echo(f"\n{_word(f'headings.{name}-all', lang)}")
            _table(name, dues, numbers, shelf, lang)
    typer.echo("")
    for line in (*_remarks(found, lang), *_money(found, on, shelf, lang)):
        typer.echo(line)
    for law_id, number in numbers.items():
        rule = shelf.rule(law_id)
        between = "；" if lang == "zh" else "; "
        typer.echo(f"[{number}] {rule.article[lang]}{between}{mark(rule, lang)} ({law_id})")


def _table(
    second: str, dues: Sequence[Due], numbers: dict[str, int], shelf: Shelf, lang: Lang
) -> None:
    """Print a table; its ``second`` column says how many days are left, or when it was done."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_word("headings.due", lang), overflow="fold")
    table.add_column(_word(f"headings.{second}", lang), justify="right")
    for name in _COLUMNS:
        table.add_column(_word(f"headings.{name}", lang), overflow="fold")
    for one in dues:
        table.add_row(*map(Text, _cells(one, numbers, shelf, lang)))
    console = Console(highlight=False)
    wide = console if console.is_terminal else Console(width=_WIDTH, highlight=False)
    wide.print(table)


def _cells(one: Due, numbers: dict[str, int], shelf: Shelf, lang: Lang) -> tuple[str, ...]:
    between = "、" if lang == "zh" else ", "
    marks = [_word(f"marks.{name}", lang) for name in _MARKS if getattr(one, name)]
    since = f"{one.started_on} {_started(one, shelf, lang)}" if one.started_on else ""
    return (
        f"{_word(f'kinds.{one.kind}', lang)} {one.due_on}",
        str(one.done_on if one.days_left is None else one.days_left),
        between.join([_word(f"states.{one.state}", lang), *marks]),
        shelf.rule(one.law_ids[0]).title[lang],
        _word(f"parties.{one.by}", lang),
        since,
        " ".join(f"[{numbers[law_id]}]" for law_id in one.law_ids),
    )


def _started(one: Due, shelf: Shelf, lang: Lang) -> str:
    """Name what a clock was started by: an event, or the end of another clock."""
    if one.starts in BY_RULE:
        titles = {rule.key: rule.title[lang] for rule in shelf.rules}
        return titles[one.starts]
    return _event(one.starts, lang)


def _remarks(found: Dues, lang: Lang) -> Iterator[str]:
    if any(one.provisional for one in found.dues):
        until = china().published_until_on.isoformat()
        yield sentence("case.provisional", lang, until=until)
    if any(one.paused for one in found.dues):
        yield sentence("case.paused", lang)
    for rule in found.without_rule:
        yield sentence("case.without_rule", lang, rule=rule)


def _money(found: Dues, on: date, shelf: Shelf, lang: Lang) -> Iterator[str]:
    """Say of each scheme what it gives, what is lost, and what may yet be."""
    for grant in found.grants.values():
        title = shelf.rule(grant.law_ids[0]).title[lang]
        lost, stake = lost_fen(grant, on), at_stake(grant)
        for reason in grant.reasons:
            yield sentence(reason.code, lang, **reason.facts)
        if lost:
            yield sentence("case.money_lost", lang, title=title, fen=lost)
        elif not grant.reasons:
            code = "case.money_most" if grant.at_most else "case.money"
            yield sentence(code, lang, title=title, fen=grant.paid_fen)
            if stake is not None:
                act = _event(stake.act, lang)
                yield sentence("case.money_at_stake", lang, act=act, by_on=str(stake.by_on),
                               fen=stake.fen)  # fmt: skip
            elif grant.applied_on is None:
                yield sentence("case.money_undated", lang, title=title)


def _event(name: str, lang: Lang) -> str:
    """Name an event; one a city's own scheme waits for keeps its name."""
    try:
        return _word(f"events.{name}", lang)
    except WordMissing:
        return name


def _word(path: str, lang: Lang) -> str:
    return word(f"case.{path}", lang)
