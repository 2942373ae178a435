"""Share the cost of a lift: read a plan, say who pays what, compare schemes, let a flat join."""

import json
import re
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer

from tuanti.cli.bring import BAD_INPUT, complain, say, written
from tuanti.cli.columns import print_table
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing.comparing import Column, compare
from tuanti.rules.sharing.joining import Joining, Terms, join
from tuanti.rules.sharing.running import running
from tuanti.rules.sharing.schemes import find
from tuanti.sheets.sharing_books import Case, layout, read_plan, write_shares
from tuanti.sheets.sharing_tables import (
    Result,
    beside_table,
    gains_and_losses,
    joining_table,
    shares_table,
    standing,
    verdict,
)
from tuanti.texts import Lang, sentence

FORMAT = "tuanti-shares/1"

_YUAN = re.compile(r"(\d{1,11})(?:\.(\d{1,2}))?", re.ASCII).fullmatch
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,4})?|\d{1,6}/[1-9]\d{0,5}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a plan: another scheme, all of them, a late joiner and its terms."""

    scheme: str = ""
    all_schemes: bool = False
    joiner: str = ""
    factor: str = ""
    subsidy_lost: str = ""
    delay: str = ""


class JoinerAlone(RuleBroken):
    """There are terms for a late joiner, but no joiner."""

    code = "sharing.joiner_alone"


class BadFactor(RuleBroken):
    """The factor is no number of at least 0."""

    code = "sharing.bad_factor"


class BadYuan(RuleBroken):
    """The amount is none in yuan."""

    code = "sharing.bad_yuan"


def share_file(path: Path, asked: Asked, out: Path | None, lang: Lang, *, as_json: bool) -> int:
    """Share the plan of a file; exit code 0, or 2 with everything that is wrong said."""
    case = _bring(path, lang)
    if case is None:
        return BAD_INPUT
    try:
        result = _judge(case, asked)
    except RuleBroken as refusal:
        return complain(refusal.code, lang, **refusal.facts)
    if out is not None and not written(out, lambda out: write_shares(result, out, lang), lang):
        return BAD_INPUT
    if as_json:
        typer.echo(json.dumps(document(result), ensure_ascii=False, indent=1, sort_keys=True))
        return 0
    _tell(result, lang)
    if case.running_fen is not None:
        _tell_running(case.running_fen, case.running_rule, lang)
    if out is not None:
        say("cli.written", lang, path=str(out))
    return 0


def document(result: Result) -> dict[str, Any]:
    """Write a result as data, ``tuanti-shares/1``: money in fen, lists in the plan's order."""
    plan, shares = result.plan, result.shares
    return {
        "format": FORMAT,
        "title": result.title,
        "fictional": result.fictional,
        "scheme": shares.scheme,
        "total_fen": plan.total_fen,
        "subsidy_fen": plan.subsidy_fen,
        "shared_fen": shares.shared_fen,
        "law_ids": shares.law_ids,
        "flats": [{"id": flat.id, "floor": flat.floor} for flat in plan.flats],
        "pays_fen": shares.pays_fen,
        "receives_fen": [flat.compensation_fen for flat in plan.flats],
        "running_fen": result.running_fen,
        "schemes": [_scheme(column) for column in result.comparison.columns],
        "refused": [
            {"id": ident, "code": refusal.code, "facts": dict(refusal.facts)}
            for ident, refusal in result.comparison.refused
        ],
        "joining": None if result.joining is None else _joining(result.joining),
    }


def _scheme(column: Column) -> dict[str, Any]:
    scheme = find(column.shares.scheme)
    return {
        "id": scheme.id,
        "title": dict(scheme.title),
        "source": dict(scheme.source),
        "grade": scheme.grade,
        "verified_by": scheme.verified_by,
        "pays_fen": column.shares.pays_fen,
        "changes_fen": column.changes_fen,
        "judged": column.judged,
        "worst_group": None if column.worst is None else asdict(column.worst),
    }


def _joining(joining: Joining) -> dict[str, Any]:
    return {
        "flat": joining.flat,
        "share_fen": joining.share_fen,
        "pays_fen": joining.pays_fen,
        "refunds_fen": joining.refunds_fen,
    }


def _bring(path: Path, lang: Lang) -> Case | None:
    if not path.is_file():
        complain("cli.no_file", lang, path=str(path))
        return None
    case, filled = read_plan(path)
    for note in filled.said_notes(lang):
        typer.echo(note, err=True)
    if case is None:
        for line in filled.said(lang):
            typer.echo(line, err=True)
        complain("cli.faults", lang, count=len(filled.faults))
    return case


def _judge(case: Case, asked: Asked) -> Result:
    terms = _terms(asked)
    plan = replace(case.plan, scheme=asked.scheme) if asked.scheme else case.plan
    running_fen = None
    comparison = compare(plan, () if asked.all_schemes else (plan.scheme,))
    if case.running_fen is not None:
        running_fen = running(plan, case.running_fen, case.running_rule)
    joining = join(plan, asked.joiner, terms) if asked.joiner else None
    return Result(case.title, case.fictional, plan, comparison, running_fen, joining)


def _terms(asked: Asked) -> Terms:
    if not asked.joiner and (asked.factor or asked.subsidy_lost or asked.delay):
        raise JoinerAlone
    return Terms(_factor(asked.factor), _fen(asked.subsidy_lost), _fen(asked.delay))


def _factor(text: str) -> Fraction:
    number = (text.strip() or "0").removesuffix("%")
    if not _NUMBER(number):
        raise BadFactor(value=text)
    return Fraction(number) / (100 if text.strip().endswith("%") else 1)


def _fen(text: str) -> int:
    found = _YUAN(text.strip().replace(",", "") or "0")
    if found is None:
        raise BadYuan(value=text)
    return int(found[1] + (found[2] or "").ljust(2, "0"))


def _tell(result: Result, lang: Lang) -> None:
    if result.title:
        typer.echo(result.title)
    if result.fictional:
        say("cli.fictional", lang)
    _tell_sum(result, lang)
    if result.joining is not None:
        print_table(joining_table(result, result.joining, lang), lang)
        typer.echo("")
        _tell_joining(result.joining, lang)
    print_table((beside_table if result.compared else shares_table)(result, lang), lang)
    for column in result.comparison.columns:
        _tell_scheme(result, column, lang)
    for ident, refusal in result.comparison.refused:
        typer.echo(f"\n{ident} {find(ident).title[lang]}")
        typer.echo(f"  {sentence(refusal.code, lang, **refusal.facts)}")
    typer.echo("")
    say("sharing.by_law", lang, law=result.shares.law_ids[0])


def _tell_sum(result: Result, lang: Lang) -> None:
    plan = result.plan
    say("sharing.to_share", lang, shared=plan.shared_fen, total=plan.total_fen,
        subsidy=plan.subsidy_fen, flats=len(plan.flats),
        compensation=sum(flat.compensation_fen for flat in plan.flats),
        payers=sum(flat.pays for flat in plan.flats))  # fmt: skip


def _tell_joining(joining: Joining, lang: Lang) -> None:
    say("sharing.joined", lang, flat=joining.flat, share=joining.share_fen,
        added=joining.pays_fen - joining.share_fen, pays=joining.pays_fen)  # fmt: skip


def _tell_scheme(result: Result, column: Column, lang: Lang) -> None:
    scheme = find(column.shares.scheme)
    typer.echo(f"\n{scheme.id} {scheme.title[lang]}")
    lines = [standing(scheme, lang), *gains_and_losses(result, column, lang)]
    for line in (*lines, verdict(column, lang)):
        typer.echo(f"  {line}")


def _tell_running(fen: int, rule: str, lang: Lang) -> None:
    column = layout().sheets["plan"].column("running_rule")
    assert column is not None
    typer.echo(sentence("sharing.running", lang, fen=fen, rule=column.say(rule, lang)))
