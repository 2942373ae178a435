"""Which regime of procurement binds: a questionnaire, answered with articles."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import typer

from tuanti.cli.bring import BAD_INPUT, complain
from tuanti.cli.law import day_of, plain, shelf_with
from tuanti.cli.law_words import mark, value
from tuanti.rules import law
from tuanti.rules.errors import RuleBroken
from tuanti.rules.regimes import (
    Answers,
    AnswersRefused,
    Kind,
    Money,
    Proposal,
    Reason,
    forbidding,
    propose,
)
from tuanti.texts import Lang, sentence
from tuanti.texts.words import word

_yuan = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers as they were typed, and where and when they are asked."""

    money: str
    kind: str
    value_yuan: str
    tied: bool
    uniform: bool
    place: str
    on: str
    pack: Path | None


def ask_regime(asked: Asked, lang: Lang, *, as_json: bool) -> int:
    """Propose a regime and say why, what follows, and what it forbids."""
    shelf = shelf_with(asked.pack, lang)
    if shelf is None:
        return BAD_INPUT
    answers = _answers(asked)
    if answers is None:
        return complain("regimes.bad_value", lang, value=asked.value_yuan)
    try:
        known = law.on(day_of(asked.on), asked.place, shelf=shelf)
        found = propose(answers, known)
    except AnswersRefused as refused:
        for fault in refused.faults:
            complain(fault.code, lang, **fault.facts)
        return BAD_INPUT
    except RuleBroken as refusal:
        return complain(refusal.code, lang, **refusal.facts)
    remarks = list(_remarks(found, known))
    if as_json:
        typer.echo(json.dumps(_plain(found, remarks, lang), ensure_ascii=False, indent=1))
    else:
        for line in _lines(found, remarks, lang):
            typer.echo(line)
    return 0


def _answers(asked: Asked) -> Answers | None:
    written = _yuan(asked.value_yuan.replace(",", ""))
    if written is None:
        return None
    fen = int(written[1]) * 100 + int((written[2] or "").ljust(2, "0"))
    money, kind = cast("Money", asked.money), cast("Kind", asked.kind)  # judged by propose
    return Answers(money, kind, fen, asked.tied, asked.uniform)


def _remarks(found: Proposal, known: law.Law) -> Iterator[Reason]:
    """What the regime says to favours, and that this is no legal advice."""
    rule = forbidding("brand", found.regime, known)
    if rule is None:
        yield Reason("regimes.favours_allowed", {})
    else:
        yield Reason("regimes.favours_refused", {"law": rule.id}, (rule.id,))
        yield Reason("regimes.small_share_allowed", {})
    yield Reason("regimes.caution", {})


def _lines(found: Proposal, remarks: list[Reason], lang: Lang) -> Iterator[str]:
    yield sentence(f"regimes.proposed_{found.regime}", lang)
    yield from ("", word("regimes.reasons", lang))
    yield from (f"  {sentence(reason.code, lang, **reason.facts)}" for reason in found.reasons)
    if found.follows:
        yield from ("", word("regimes.follows", lang))
    for group, rules in found.follows.items():
        yield f"  {word(f'regimes.groups.{group}', lang)}"
        for rule in rules:
            colon = word("law.says.colon", lang)
            yield f"    {rule.title[lang]}{colon}{value(rule, lang)}"
            yield f"      {rule.article[lang]} · {mark(rule, lang)} · {rule.id}"
    yield from ("", word("regimes.favours", lang))
    yield from (f"  {sentence(reason.code, lang, **reason.facts)}" for reason in remarks)


def _plain(found: Proposal, remarks: list[Reason], lang: Lang) -> dict[str, Any]:
    def told(reasons: tuple[Reason, ...] | list[Reason]) -> list[dict[str, Any]]:
        return [
            {
                "code": reason.code,
                "facts": dict(reason.facts),
                "sentence": sentence(reason.code, lang, **reason.facts),
                "law_ids": list(reason.law_ids),
            }
            for reason in reasons
        ]

    return {
        "regime": found.regime,
        "reasons": told(found.reasons),
        "follows": {group: [plain(r) for r in rules] for group, rules in found.follows.items()},
        "remarks": told(remarks),
        "law_ids": list(found.law_ids),
    }
