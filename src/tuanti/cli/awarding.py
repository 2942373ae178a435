"""Award a round: search, compare, write, verify, and say what came of it."""

import json
import os
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer

from tuanti.cli.bring import BAD_INPUT, bring, complain, say
from tuanti.cli.checking import UNTRUE, Verdict, judge
from tuanti.cli.progress import Stages
from tuanti.cli.summary import tell_award, tell_reason
from tuanti.rules.award import verify
from tuanti.rules.award.document import document, moved, payable
from tuanti.rules.award.problem import Problem, evaluate
from tuanti.sheets.award_facts import Report, Rival, percent
from tuanti.sheets.award_out import write_award
from tuanti.solve.award import Outcome, solve
from tuanti.solve.compare import at_list_price, greedy_cost, lot_by_lot
from tuanti.texts import Lang

PROVEN, INFEASIBLE, LIMIT = 0, 3, 4

_STAGES = ("prices", "award", "tree", "check", "flat", "write", "verify")
_GAP = re.compile(r"(\d+(?:\.\d+)?) *%|0")
_COMPARED = Fraction(1, 1000)  # how well the award without ladders must be proven, at least


def award_file(path: Path, out: Path, gap: str, lang: Lang) -> int:
    """Award the round of a file; the exit code says how it went."""
    wanted = gap_of(gap)
    if wanted is None:
        return complain("cli.bad_gap", lang, value=gap)
    problem = bring(path, lang)
    if problem is None:
        return BAD_INPUT
    return award_problem(problem, out, wanted, lang)


def gap_of(text: str) -> Fraction | None:
    """Read a gap as people write it: ``0.01%`` or ``0``."""
    found = _GAP.fullmatch(text.strip())
    return found and Fraction(found[1] or 0) / 100


def award_problem(problem: Problem, out: Path, gap: Fraction, lang: Lang) -> int:
    """Award a problem into a folder, and say what came of it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with Stages(_STAGES, lang) as stages:
            made = _make(problem, out, gap, stages, lang)
    except OSError as wrong:
        return complain("cli.cannot_write", lang, path=str(out), why=wrong.strerror or "")
    if made.verdict is None:
        say("award.no_award_found", lang)
        say("cli.nothing_written", lang)
        return LIMIT
    if made.report is None:
        say("award.infeasible", lang, path=str(out / "award.json"))
        code = _close(made.verdict, out, lang, empty=True)
        tell_reason(problem, lang)
        return code or INFEASIBLE
    tell_award(made.report, lang)
    code = _close(made.verdict, out, lang, empty=False)
    if code == 0 and made.limited:
        say("award.at_limit", lang, gap=percent(made.report.gap, 4))
    return code or (LIMIT if made.limited else PROVEN)


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of an award: no ``verdict`` if nothing was written, no ``report`` if infeasible."""

    limited: bool
    verdict: Verdict | None = None
    report: Report | None = None


def _make(problem: Problem, out: Path, gap: Fraction, stages: Stages, lang: Lang) -> _Made:
    outcome = solve(problem, gap=gap, progress=stages)
    limited = outcome.state == "limit"
    if outcome.award is None and limited:
        return _Made(limited=True)
    data, report = document(problem, outcome.award, outcome.certificate), None
    if outcome.award is not None:
        stages("flat")
        report = report_of(problem, outcome, data, gap)
    stages("write")
    file = _write(out, data, report, lang)
    stages("verify")
    return _Made(limited, judge(file), report)


def report_of(problem: Problem, outcome: Outcome, data: dict[str, Any], gap: Fraction) -> Report:
    """Gather what the workbook and the summary say, with the awards to compare with."""
    assert outcome.award is not None
    return Report(
        problem=problem,
        award=outcome.award,
        bound=int(outcome.certificate["bound"]),
        flat=_flat(problem, max(gap, _COMPARED)),
        greedy=_greedy(problem),
        digests={name: verify.digest(data[name]) for name in ("round", "award")},
    )


def _flat(problem: Problem, gap: Fraction) -> Rival:
    flat = at_list_price(problem, gap=gap)
    if flat.outcome.award is None or flat.evaluation is None:
        return Rival(None)
    cost, bound = flat.evaluation.cost, int(flat.outcome.certificate["bound"])
    money = payable(flat.problem)
    fen = evaluate(money, moved(flat.problem, money, flat.outcome.award)).cost
    return Rival(fen, Fraction(cost - bound, max(1, abs(cost))))


def _greedy(problem: Problem) -> Rival:
    greedy = lot_by_lot(problem)
    fen = None if greedy.award is None else greedy_cost(payable(problem), greedy.award)
    return Rival(fen, None, greedy.unplaced, greedy.broken, greedy.outside)


def _write(out: Path, data: dict[str, Any], report: Report | None, lang: Lang) -> Path:
    """Write both files beside their places, and move them there when both are whole."""
    parts = {
        out / name: out / f".{name}.{os.getpid()}.part" for name in ("award.xlsx", "award.json")
    }
    book, file = parts
    try:
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        parts[file].write_text(text + "\n", encoding="utf-8")
        if report is None:
            book.unlink(missing_ok=True)  # of an earlier award: it would contradict the proof
        else:
            write_award(report, parts[book], lang)
            parts[book].replace(book)
        parts[file].replace(file)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return file


def _close(found: Verdict, out: Path, lang: Lang, *, empty: bool) -> int:
    """Say what the verifier said, and where the files are."""
    if not found.true:
        complain("cli.not_verified", lang, why=found.why)
        return UNTRUE
    say("cli.verified_none" if empty else "cli.verified", lang)
    for line in found.lines:
        if line.startswith("SHA-256"):
            typer.echo(f"  {line}")
    for name in ("award.json",) if empty else ("award.xlsx", "award.json"):
        say("cli.written", lang, path=str(out / name))
    return 0
