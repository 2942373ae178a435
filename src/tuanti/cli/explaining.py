"""Answer why: read an award, check it, ask the workshop, say the answer."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tuanti.cli.awarding import gap_of
from tuanti.cli.bring import BAD_INPUT, complain, say, some
from tuanti.cli.checking import UNTRUE, judge, load
from tuanti.cli.progress import Stages
from tuanti.cli.summary import rule_name
from tuanti.rules.award.document import award_of
from tuanti.rules.award.problem import Award, Problem
from tuanti.rules.award.reading import read
from tuanti.solve.explain import (
    Cut,
    Difference,
    NotInTheRound,
    price_of,
    rules,
    smallest_cut,
    without,
)
from tuanti.texts import Lang

_GAP = Fraction(1, 10_000)
_LIMIT = 4


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an award; empty texts ask nothing."""

    supplier: str = ""
    lot: str = ""
    without: str = ""
    price_of: str = ""

    @property
    def single(self) -> bool:
        """Whether one thing is asked."""
        asked = [self.supplier, self.without, self.price_of]
        return len([name for name in asked if name]) == 1 and not (self.lot and not self.supplier)


@dataclass(frozen=True, slots=True)
class Case:
    """An award that was verified."""

    problem: Problem
    award: Award
    cost: int
    bound: int
    gap: Fraction
    lang: Lang

    def name(self, supplier: str) -> str:
        firms = {firm["id"]: str(firm["name"]) for firm in self.problem.suppliers}
        return firms[supplier]

    def lot(self, lot: str) -> str:
        return {row["id"]: str(row["name"]) for row in self.problem.lots}[lot]


def explain_file(path: Path, question: Question, gap: str, lang: Lang) -> int:
    """Answer a question about an award file."""
    if not question.single:
        return complain("explain.one_question", lang)
    wanted = gap_of(gap) if gap else None
    if gap and wanted is None:
        return complain("cli.bad_gap", lang, value=gap)
    data = load(path, lang)
    if data is None:
        return BAD_INPUT
    verdict = judge(path)
    if not verdict.true:
        complain("cli.not_verified", lang, why=verdict.why)
        return UNTRUE
    if data["award"] is None:
        return complain("explain.no_award", lang)
    return _answer(_case(data, wanted, lang), question)


def _case(data: dict[str, Any], wanted: Fraction | None, lang: Lang) -> Case:
    problem = read(data["round"])
    cost, bound = int(data["award"]["cost"]), int(data["certificate"]["bound"])
    gap = (Fraction(0) if cost == bound else _GAP) if wanted is None else wanted
    return Case(problem, award_of(problem, data["award"]), cost, bound, gap, lang)


def _answer(case: Case, question: Question) -> int:
    try:
        if question.supplier:
            with Stages((), case.lang) as stages:
                cut = _cut(case, question, stages)
            return _say_cut(case, cut)
        if question.without:
            worth = without(case.problem, question.without, case.cost, case.bound, gap=case.gap)
            return _say_without(case, question.without, worth)
        worth = price_of(case.problem, question.price_of, case.cost, case.bound, gap=case.gap)
        return _say_price(case, question.price_of, worth)
    except NotInTheRound as missing:
        if question.price_of:
            choices = " ".join(rules())
            return complain("explain.no_rule", case.lang, value=str(missing), choices=choices)
        return complain("explain.no_such", case.lang, value=str(missing))


def _cut(case: Case, question: Question, stages: Stages) -> Cut:
    return smallest_cut(
        case.problem,
        case.award,
        question.supplier,
        question.lot or None,
        gap=case.gap,
        optimal=case.cost == case.bound,
        progress=stages.count,
    )


def _say_cut(case: Case, cut: Cut) -> int:
    lang, whom = case.lang, {"supplier": case.name(cut.supplier)}
    if cut.lot is not None:
        whom["lot"] = case.lot(cut.lot)
    any_lot = "_any" if cut.lot is None else ""
    if cut.state == "cut":
        code = "cut_exact" if cut.exact else "cut_bracket"
        facts = {"winning": cut.winning_fen, "share": cut.share_bp}
        if not cut.exact:
            facts["losing"] = cut.losing_fen
        say(f"explain.{code}{any_lot}", lang, **whom, **facts)
    elif cut.state == "never":
        say(f"explain.never{any_lot}", lang, **whom, deepest=cut.winning_fen)
    else:
        say(f"explain.{cut.state}{any_lot}", lang, **whom)
    if cut.state in ("cut", "never"):
        _say_rivals(case, cut)
    return 0


def _say_rivals(case: Case, cut: Cut) -> None:
    if cut.lot is None:
        if cut.lots:
            names = some([case.lot(lot) for lot in cut.lots], case.lang)
            say("explain.would_win", case.lang, lots=names)
        return
    winner = some([case.name(s) for s in cut.lost_to], case.lang)
    facts = {"lot": case.lot(cut.lot), "winner": winner, "supplier": case.name(cut.supplier)}
    amounts = {"listed": cut.list_fen, "lifts": cut.lifts}
    if case.problem.points:
        say("explain.lost_to_points", case.lang, **facts, **amounts)
    else:
        say("explain.lost_to", case.lang, **facts, **amounts, paid=cut.lost_to_fen)


def _say_without(case: Case, supplier: str, worth: Difference) -> int:
    lang, name = case.lang, case.name(supplier)
    if worth.state == "infeasible":
        say("explain.without_none", lang, supplier=name)
        return 0
    if worth.state == "limit":
        say("explain.not_found", lang)
        return _LIMIT
    if case.problem.points:
        say("explain.points_without", lang, supplier=name, found=worth.found, low=worth.low,
            high=worth.high)  # fmt: skip
    elif worth.exact:
        say("explain.without_exact", lang, supplier=name, found=worth.found)
    else:
        say("explain.without", lang, supplier=name, found=worth.found, low=worth.low,
            high=worth.high)  # fmt: skip
    return 0


def _say_price(case: Case, rule: str, worth: Difference) -> int:
    lang, name = case.lang, rule_name(rule, case.lang)
    if worth.state != "proven":
        say("explain.not_found", lang)
        return _LIMIT
    facts = {"found": -worth.found, "low": -worth.high, "high": -worth.low}
    if case.problem.points:
        say("explain.points_price", lang, rule=name, **facts)
    elif worth.exact:
        say("explain.price_exact", lang, rule=name, found=facts["found"])
    else:
        say("explain.price", lang, rule=name, **facts)
    return 0
