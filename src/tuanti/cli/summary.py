"""The award in a few sentences and one table, for people who must decide on it."""

from fractions import Fraction

import typer
from rich.console import Console, JustifyMethod
from rich.table import Table

from tuanti.cli.bring import say, some, without_bid
from tuanti.cli.progress import Stages
from tuanti.rules.award.problem import Problem
from tuanti.sheets.award_facts import Report, Rival, percent
from tuanti.sheets.award_look import word
from tuanti.sheets.award_out import greedy_remarks, proof_sentence
from tuanti.texts import Lang

_ALL_BP = 10_000
_WIDTH = 112  # for a file or a pipe: what the table needs in either language


def tell_award(report: Report, lang: Lang) -> None:
    """Say who won how much, what it costs, and what that is compared with."""
    data = report.problem.round
    typer.echo("")
    typer.echo(data["title"])
    if data["fictional"]:
        say("cli.fictional", lang)
    say("award.size", lang, lots=len(report.problem.lots), parcels=len(data["parcels"]),
        lifts=report.problem.lifts, suppliers=len(report.problem.suppliers),
        winners=len(report.wins))  # fmt: skip
    _table(report, lang)
    paid = report.paid_fen
    say(
        "award.paid",
        lang,
        paid=paid,
        a_lift=(paid + report.problem.lifts // 2) // report.problem.lifts,
    )
    if report.entry_fen:
        say("award.entry", lang, entry=report.entry_fen, total=report.total_fen)
    _comparisons(report, lang)
    typer.echo(proof_sentence(report, lang))


def tell_reason(problem: Problem, lang: Lang) -> None:
    """Say why no award can keep the rules, as closely as was found."""
    alone = without_bid(problem)
    for lot in alone[:5]:
        refused = {r.supplier for r in problem.refused if r.lot == lot}
        say("award.why_no_bid", lang, lot=lot, refused=len(refused))
    if alone:
        return
    capacity = sum(max((t.high for t in ladder), default=0) for ladder in problem.tiers)
    if capacity < problem.lifts:
        say("award.why_capacity", lang, capacity=capacity, lifts=problem.lifts)
        return
    _tell_conflict(problem, lang)


def _tell_conflict(problem: Problem, lang: Lang) -> None:
    from tuanti.solve.conflict import conflict

    with Stages(("reason",), lang) as stages:
        stages("reason")
        found = conflict(problem)
    if not found.rules:
        say("award.why_bids", lang)
    else:
        say(
            "award.why_rules",
            lang,
            rules=some([rule_name(rule, lang) for rule in found.rules], lang),
        )
    if found.lots:
        say("award.why_lots", lang, lots=some(found.lots, lang))


def rule_name(rule: str, lang: Lang) -> str:
    """The heading people know a rule by."""
    from tuanti.sheets.layout import round_sheet

    column = round_sheet().column(rule)
    return column.heading[lang] if column else word("rules", rule, lang)


def _table(report: Report, lang: Lang) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = ("supplier", "lots", "lifts", "share", "tier", "paid", "saved")
    for name in names:
        justify: JustifyMethod = "left" if name == "supplier" else "right"
        heading = word("winners", name, lang)
        table.add_column(heading, justify=justify, overflow="fold")
    for win in sorted(report.wins, key=lambda win: -win.lifts):
        share = f"{100 * win.lifts / report.problem.lifts:.1f}"
        tier = f"{win.tier + 1}/{len(report.problem.tiers[win.supplier])}"
        table.add_row(report.name(win.supplier), str(report.lots_of(win)), str(win.lifts),
                      f"{share} %", tier, _yuan(win.paid_fen), _yuan(win.saved_fen))  # fmt: skip
    console = Console()
    wide = console if console.is_terminal else Console(width=_WIDTH)
    wide.print(table)


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def _comparisons(report: Report, lang: Lang) -> None:
    ceilings, paid = report.under_ceiling()
    if ceilings:
        _compare("award.against_ceilings", lang, ceilings, paid)
    gap = percent(report.flat.gap or Fraction(0), 4)
    if report.flat.fen is None:
        say("award.no_flat", lang)
    else:
        _compare("award.against_flat", lang, report.flat.fen, report.total_fen, gap=gap)
    _practice(report, report.greedy, lang)


def _practice(report: Report, greedy: Rival, lang: Lang) -> None:
    if greedy.fen is not None:
        _compare("award.against_greedy", lang, greedy.fen, report.total_fen)
    for line in greedy_remarks(report, lang):
        typer.echo(line)


def _compare(code: str, lang: Lang, base: int, ours: int, **facts: str) -> None:
    rate = (2 * (base - ours) * _ALL_BP + base) // max(1, 2 * base)
    say(code, lang, base=base, saved=base - ours, rate=rate, **facts)
