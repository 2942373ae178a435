"""What people bring: the template, the round, and everything that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from tuanti.rules.award.problem import Problem
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical
from tuanti.texts import Lang, sentence

BAD_INPUT = 2
_A_FEW = 8


def say(code: str, lang: Lang, **facts: Any) -> None:  # noqa: ANN401 (facts of the sentence)
    """Say a sentence."""
    typer.echo(sentence(code, lang, **facts))


def complain(code: str, lang: Lang, **facts: Any) -> int:  # noqa: ANN401 (as above)
    """Say what is wrong; the exit code of bad input."""
    typer.echo(sentence(code, lang, **facts), err=True)
    return BAD_INPUT


def some(names: Sequence[str], lang: Lang) -> str:
    """Name a few of many."""
    between = "、" if lang == "zh" else ", "
    return between.join(names[:_A_FEW]) + (" …" if len(names) > _A_FEW else "")


def write_template(path: Path, kind: str, lang: Lang, *, example: bool) -> int:
    """Write a workbook to fill in, empty or with an invented example."""
    if kind not in _TEMPLATES:
        return complain("tables.bad_kind", lang, value=kind, known=some(tuple(_TEMPLATES), lang))
    if not written(path, lambda out: _TEMPLATES[kind](out, lang, example), lang):
        return BAD_INPUT
    if kind == "round":
        say("cli.template_written", lang, path=str(path))
    else:
        say("tables.template_written", lang, path=str(path), command=_NEXT[kind])
    return 0


def written(path: Path, write: Callable[[Path], object], lang: Lang) -> bool:
    """Write ``path`` by ``write``; whether that was possible, and said if not."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            write(path)
    except OSError as wrong:
        complain("cli.cannot_write", lang, path=str(path), why=wrong.strerror or "")
        return False
    return True


def check_round(path: Path, lang: Lang) -> int:
    """Check a round, and say what it holds or what is wrong with it."""
    problem = bring(path, lang)
    if problem is None:
        return BAD_INPUT
    data = problem.round
    say("cli.sound", lang, title=data["title"], lots=len(problem.lots),
        parcels=len(data["parcels"]), lifts=problem.lifts,
        suppliers=len(problem.suppliers))  # fmt: skip
    if problem.refused:
        refused = [f"{r.supplier}→{r.lot}" for r in problem.refused]
        say("cli.refused_bids", lang, count=len(refused), some=some(refused, lang))
    alone = without_bid(problem)
    if alone:
        say("cli.no_bid", lang, count=len(alone), some=some(alone, lang))
    return 0


def without_bid(problem: Problem) -> list[str]:
    """Lots of which some part has no valid bid and no package."""
    packed = {i for package in problem.packages for i in package.units}
    empty = [
        unit.lot
        for i, unit in enumerate(problem.units)
        if i not in packed and not any(bids[i] for bids in problem.bids)
    ]
    return [str(problem.lots[lot]["id"]) for lot in dict.fromkeys(empty)]


def bring(path: Path, lang: Lang) -> Problem | None:
    """Read a round; None, with every fault said, if there is anything wrong with it."""
    from tuanti.sheets.reading import describe, said
    from tuanti.sheets.round_in import read_round

    if not path.is_file():
        complain("cli.no_file", lang, path=str(path))
        return None
    reading = read_round(path)
    for note in said(reading.notes, lang):
        typer.echo(note, err=True)
    if reading.data is None:
        for line in describe(reading, lang):
            typer.echo(line, err=True)
        complain("cli.faults", lang, count=len(reading.faults))
        return None
    return read(canonical(reading.data))


def _round_template(path: Path, lang: Lang, example: bool) -> None:
    from tuanti.sample import district
    from tuanti.sheets.template import write_round

    write_round(district() if example else None, path, lang)


def _plan_template(path: Path, lang: Lang, example: bool) -> None:
    from tuanti.sheets.sharing_books import write_template as write_plan

    write_plan(path, lang, example=example)


def _roll_template(path: Path, lang: Lang, example: bool) -> None:
    from tuanti.sheets.consent_books import write_roll

    write_roll(path, lang, example=example)


def _ballots_template(path: Path, lang: Lang, example: bool) -> None:
    from tuanti.sheets.consent_books import write_ballots

    write_ballots(path, lang, example=example)


_TEMPLATES: Mapping[str, Callable[[Path, Lang, bool], None]] = {
    "round": _round_template,
    "plan": _plan_template,
    "roll": _roll_template,
    "ballots": _ballots_template,
}
_NEXT = {
    "plan": "tuanti share PLAN.xlsx --compare",
    "roll": "tuanti tally ROLL.xlsx BALLOTS.xlsx",
    "ballots": "tuanti tally ROLL.xlsx BALLOTS.xlsx",
}
