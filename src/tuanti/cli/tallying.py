"""Count a vote: read the roll and the ballots, say what came of it and who is still needed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import typer

from tuanti.cli.bring import BAD_INPUT, complain, say, written
from tuanti.cli.columns import print_table
from tuanti.cli.law import day_of, shelf_with
from tuanti.cli.law_words import mark
from tuanti.rules import law
from tuanti.rules.consent import Measure, Needed, Regime, Tally, check, still_needed, tally_all
from tuanti.rules.consent.regime import Scope
from tuanti.rules.errors import RuleBroken
from tuanti.rules.law import Law, Rule, Shelf
from tuanti.sheets.consent_books import Case, read_case
from tuanti.sheets.consent_says import remarks
from tuanti.sheets.consent_tables import Result, heading, result_table, write_tally
from tuanti.texts import Lang, sentence

FORMAT = "tuanti-tally/1"

_COUNTED_BY = ("consent/persons", "consent/area")
_SCOPES: tuple[Scope, ...] = ("stairwell", "building", "estate")


class BadScope(RuleBroken):
    """There is no such scope."""

    code = "consent.bad_scope"


@dataclass(frozen=True, slots=True)
class Asked:
    """Under which law a vote is counted, on which day, for which stairwell."""

    law: str
    on: str
    place: str = ""
    stairwell: str = ""
    scope: str = ""
    pack: Path | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """The day of the count, the rules it used, and the regimes they lay down."""

    day: date
    rules: tuple[Rule, ...]
    regimes: tuple[Regime, ...]


def tally_files(
    roll: Path, ballots: Path, asked: Asked, out: Path | None, lang: Lang, *, as_json: bool
) -> int:
    """Count the ballots of a file; exit code 0 whatever came of it, 2 with every fault said."""
    for path in (roll, ballots):
        if not path.is_file():
            return complain("cli.no_file", lang, path=str(path))
        if out is not None and out.resolve() == path.resolve():
            return complain("consent.same_file", lang, path=str(out))
    try:
        ground = _ground(asked, lang)
    except RuleBroken as refusal:
        return complain(refusal.code, lang, **refusal.facts)
    if ground is None:
        return BAD_INPUT
    case = _bring(roll, ballots, ground, asked.stairwell, lang)
    if case is None:
        return BAD_INPUT
    result = _count(case, ground, lang)
    if out is not None and not written(out, lambda out: write_tally(result, out, lang), lang):
        return BAD_INPUT
    if as_json:
        typer.echo(json.dumps(document(result, ground.day, ground.rules), ensure_ascii=False,
                              indent=1, sort_keys=True))  # fmt: skip
        return 0
    _tell(result, lang)
    if out is not None:
        say("cli.written", lang, path=str(out))
    return 0


def document(result: Result, day: date, rules: Sequence[Rule]) -> dict[str, Any]:
    """Write a result as data, ``tuanti-tally/1``: areas in dm2, shares as fractions."""
    pairs = zip(result.outcome.tallies, result.needed, strict=True)
    return {
        "format": FORMAT,
        "title": result.title,
        "fictional": result.fictional,
        "on": day.isoformat(),
        "passed": result.outcome.passed,
        "law": [_rule(rule) for rule in rules],
        "tallies": [_tally(tally) | {"needed": _needed(needed)} for tally, needed in pairs],
    }


def _ground(asked: Asked, lang: Lang) -> _Ground | None:
    """The regimes asked for; None, with every fault said, if the pack brought has any.

    :raises RuleBroken: there is no such place, rule, day or scope.
    """
    shelf = shelf_with(asked.pack, lang)
    if shelf is None:
        return None
    day = day_of(asked.on)
    found, rule = _rules(asked, day, shelf)
    beside = [how for key in _COUNTED_BY if (how := found.get(key)) is not None]
    first = Regime.of(rule, beside=beside)
    others = [found.rule(key) for key in first.also]
    regimes = (
        replace(first, scope=_scope(asked.scope)) if asked.scope else first,
        *(Regime.of(other, other.name, beside=beside) for other in others),
    )
    return _Ground(day, (rule, *others, *beside), regimes)


def _scope(text: str) -> Scope:
    for scope in _SCOPES:
        if text == scope:
            return scope
    raise BadScope(value=text)


def _rules(asked: Asked, day: date, shelf: Shelf) -> tuple[Law, Rule]:
    place, _, key = asked.law.partition("/")
    if asked.place:
        if key.count("/") != 1:  # topic/name, without a place of its own
            key = asked.law
        place = asked.place
    found = law.on(day, place, shelf=shelf)
    return found, found.rule(key)


def _bring(roll: Path, ballots: Path, ground: _Ground, stairwell: str, lang: Lang) -> Case | None:
    """Read a vote; None, with every fault said, if there is anything wrong with it."""
    case = read_case(roll, ballots)
    case = replace(case, stairwell=stairwell or case.stairwell)
    if not case.faults:
        case = case.blamed(
            check(case.roll, case.ballots, ground.regimes, on=ground.day,
                  stairwell=case.stairwell, objections=case.objections)
        )  # fmt: skip
    for path, file in ((roll, case.roll_file), (ballots, case.ballots_file)):
        for line in (*file.said_notes(lang), *file.said(lang)):
            typer.echo(f"{path.name} {line}", err=True)
    if case.faults:
        complain("consent.unsound", lang, count=case.faults)
        return None
    return case


def _count(case: Case, ground: _Ground, lang: Lang) -> Result:
    found = tally_all(case.roll, case.ballots, ground.regimes, on=ground.day,
                      stairwell=case.stairwell, objections=case.objections)  # fmt: skip
    outcome = case.named(found)
    needed = tuple(still_needed(tally) for tally in outcome.tallies)
    said = (*remarks(outcome, needed, lang), *_cited(ground, lang))
    return Result(case.title, case.fictional, outcome, needed, said)


def _cited(ground: _Ground, lang: Lang) -> Iterator[str]:
    """Name the rules a vote was counted under, and who has checked them."""
    for rule in ground.rules:
        code = "consent.law_used" if rule.unit == "consent" else "consent.counted_by"
        facts = {"article": rule.article[lang], "mark": mark(rule, lang), "id": rule.id}
        if rule.unit == "consent":
            facts["title"] = rule.title[lang]
        yield sentence(code, lang, **facts)


def _tell(result: Result, lang: Lang) -> None:
    if result.title:
        typer.echo(result.title)
    if result.fictional:
        say("cli.fictional", lang)
    tallies = result.outcome.tallies
    for tally in tallies:
        if len(tallies) > 1:
            typer.echo("\n" + " · ".join(heading(tally, lang)))
        print_table(result_table([tally], lang), lang)
    typer.echo("")
    for line in result.remarks:
        typer.echo(line)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": dict(rule.title),
        "article": dict(rule.article),
        "grade": rule.grade,
        "verified_by": rule.verified_by,
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "matter": tally.regime.matter,
        "scope": tally.regime.scope,
        "passed": tally.passed,
        "law_ids": tally.law_ids,
        "measures": [_measure(measure) for measure in tally.measures],
        "conditions": [asdict(condition) for condition in tally.conditions],
        "votes": [asdict(vote) for vote in tally.votes],
        "replaced": tally.replaced,
        "outside": tally.outside,
        "quorum_by_no": tally.quorum_by_no,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "have": measure.have,
        "need": measure.need,
        "base": measure.base,
        "share": str(measure.share),
        "threshold": str(measure.threshold),
        "strict": measure.strict,
        "passed": measure.passed,
    }


def _needed(needed: Needed) -> dict[str, Any]:
    return {
        "reach": needed.reach,
        "ask": [vote.flats for vote in needed.ask],
        "turn": [vote.flats for vote in needed.turn],
        "least_persons": needed.least_persons,
        "least_area_dm2": needed.least_area_dm2,
        "at_best": [_measure(measure) for measure in needed.at_best],
        "objecting": needed.objecting,
    }
