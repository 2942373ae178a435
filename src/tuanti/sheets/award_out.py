"""Write the award as a workbook: for the file, for the notice board, for the doubter."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from tuanti.rules.award.problem import Tier
from tuanti.sheets.award_facts import Report, percent
from tuanti.sheets.award_look import Book, Cell, Column, Live, at, word
from tuanti.sheets.award_tables import write_bids, write_refused
from tuanti.sheets.layout import round_sheet
from tuanti.sheets.layout import word as choice
from tuanti.texts import Lang, sentence

__all__ = ["write_award"]

_TOP = 4  # the row of a table's headings; above: title, round, remark
_LINE = 60  # signs that fit in a line of the proof
_PAID, _CEILING = 6, 7  # columns of the lots' sheet that the savings add up


def write_award(report: Report, path: str | Path, lang: Lang) -> None:
    """Write the workbook of an award."""
    data = report.problem.round
    book = Book(path, lang, str(data["title"]), fictional=bool(data["fictional"]))
    _write_summary(book, report)
    _write_lots(book, report)
    write_bids(book, report)
    _write_ladders(book, report)
    _write_savings(book, report)
    _write_reserves(book, report)
    write_refused(book, report)
    _write_proof(book, report)
    book.file.close()


def yuan(fen: int) -> float:
    """Fen as yuan, for a cell."""
    return fen / 100


def _columns(book: Book, room: str, *parts: tuple[str, str, float]) -> list[Column]:
    return [Column(word(room, name, book.lang), look, width) for name, look, width in parts]


def _write_summary(book: Book, report: Report) -> None:
    columns = _columns(book, "winners", ("supplier", "text", 28), ("uscc", "code", 23),
                       ("lots", "count", 9), ("lifts", "count", 9), ("share", "rate", 10),
                       ("tier", "centre", 9), ("list", "yuan", 18), ("paid", "yuan", 18),
                       ("saved", "yuan", 17), ("rate", "rate", 10))  # fmt: skip
    tab = book.page("summary", [column.width for column in columns])
    row = _TOP
    for label, value, look in _head(book, report):
        tab.write_string(row, 0, label, book.cell("text", bold=True))
        if look == "wrap":
            tab.merge_range(row, 1, row, 9, str(value), book.cell("wrap"))
        else:
            book.put(tab, row, 1, value, book.cell(look, bold=True))
        row += 1
    top = row + 2
    tab.set_row(top - 1, 24)
    heading = word("winners", "heading", book.lang)
    tab.write_string(top - 1, 0, heading, book.look(bold=True, font_size=12))
    end = book.table(tab, top, columns, _winners(report, top))
    sums = {3: report.problem.lifts, 6: yuan(sum(w.list_fen for w in report.wins)),
            7: yuan(report.paid_fen), 8: yuan(sum(w.saved_fen for w in report.wins))}  # fmt: skip
    book.totals(tab, top, end, columns, sums, word("winners", "sum", book.lang))


def _head(book: Book, report: Report) -> Iterator[tuple[str, Cell, str]]:
    data, lang = report.problem.round, book.lang
    rules = data["rules"]

    def label(name: str) -> str:
        return word("summary", name, lang)

    size = word("summary", "size_is", lang).format(
        lots=len(report.problem.lots),
        parcels=len(data["parcels"]),
        lifts=report.problem.lifts,
        suppliers=len(report.problem.suppliers),
        winners=len(report.wins),
    )
    between = "、" if lang == "zh" else ", "
    yield label("id"), str(data["id"]), "wrap"
    yield label("objective"), choice(rules["objective"], lang), "wrap"
    yield label("basis"), between.join(choice(x, lang) for x in rules["price_basis"]), "wrap"
    yield label("size"), size, "wrap"
    yield label("paid"), yuan(report.paid_fen), "yuan"
    yield label("entry"), yuan(report.entry_fen), "yuan"
    paid, entry = at(_TOP + 4, 1), at(_TOP + 5, 1)
    yield label("total"), Live(f"={paid}+{entry}", yuan(report.total_fen)), "yuan"
    lifts = report.problem.lifts
    yield label("a_lift"), Live(f"={paid}/{lifts}", report.paid_fen / 100 / lifts), "yuan"
    yield label("proof"), proof_sentence(report, lang), "wrap"


def proof_sentence(report: Report, lang: Lang) -> str:
    """Say how good the award is proven to be."""
    if report.gap == 0:
        return sentence("award.best", lang)
    return sentence("award.within", lang, gap=percent(report.gap, 4))


def _winners(report: Report, top: int) -> Iterator[list[Cell]]:
    wins = sorted(report.wins, key=lambda win: -win.lifts)
    for row, win in enumerate(wins, top + 1):
        firm = report.problem.suppliers[win.supplier]
        share = Live(f"={at(row, 3)}/{report.problem.lifts}", win.lifts / report.problem.lifts)
        saved = Live(f"={at(row, 6)}-{at(row, 7)}", yuan(win.saved_fen))
        rate = Live(_rate(row, 8, 6), win.saved_fen / max(1, win.list_fen))
        yield [str(firm["name"]), str(firm["uscc"]), report.lots_of(win), win.lifts, share,
               _tier_name(report.problem.tiers[win.supplier], win.tier), yuan(win.list_fen),
               yuan(win.paid_fen), saved, rate]  # fmt: skip


def _rate(row: int, part: int, whole: int) -> str:
    return f"=IF({at(row, whole)}=0,0,{at(row, part)}/{at(row, whole)})"


def _tier_name(ladder: tuple[Tier, ...], k: int) -> str:
    return f"{k + 1} / {len(ladder)}"


def _write_lots(book: Book, report: Report) -> None:
    columns = _columns(book, "lots", ("lot", "name", 9), ("name", "name", 17),
                       ("district", "name", 10), ("lifts", "count", 6), ("winner", "name", 23),
                       ("list", "yuan", 14.5), ("paid", "yuan", 14.5), ("ceiling", "yuan", 14.5),
                       ("below", "yuan", 13.5), ("rate", "rate", 8), ("reserve", "name", 23),
                       ("reserve_fen", "yuan", 14.5), ("dearer", "yuan", 13.5))  # fmt: skip
    note = word("lots", "note", book.lang)
    tab = book.page("lots", [column.width for column in columns], note)
    end = book.table(tab, _TOP, columns, _lots(book, report))
    rows = report.lots
    book.totals(tab, _TOP, end, columns, {
        3: sum(row.lifts for row in rows), _PAID: yuan(sum(row.paid_fen for row in rows)),
    }, word("winners", "sum", book.lang))  # fmt: skip
    tab.freeze_panes(_TOP + 1, 2)
    tab.repeat_rows(_TOP)
    tab.autofilter(_TOP, 0, end - 1, len(columns) - 1)


def _lots(book: Book, report: Report) -> Iterator[list[Cell]]:
    for row, lot in enumerate(report.lots, _TOP + 1):
        data, below, rate, dearer = report.problem.lots[lot.at], None, None, None
        if lot.ceiling_fen is not None:
            saved = lot.ceiling_fen - lot.paid_fen
            below = Live(f"={at(row, _CEILING)}-{at(row, _PAID)}", yuan(saved))
            rate = Live(_rate(row, 8, _CEILING), saved / max(1, lot.ceiling_fen))
        if lot.reserve_fen is not None:
            more = lot.reserve_fen - lot.paid_fen
            dearer = Live(f"={at(row, 11)}-{at(row, _PAID)}", yuan(more))
        names = " / ".join(report.name(s) for s in lot.winners)
        yield [str(data["id"]), str(data["name"]), str(data["district"]), lot.lifts,
               names + (word("lots", "packed", book.lang) if lot.packed else ""),
               _money(lot.list_fen), yuan(lot.paid_fen), _money(lot.ceiling_fen), below, rate,
               _reserve_name(book, report, lot.reserve), _money(lot.reserve_fen),
               dearer]  # fmt: skip


def _money(fen: int | None) -> float | None:
    return None if fen is None else yuan(fen)


def _reserve_name(book: Book, report: Report, s: int | None) -> str:
    return word("reserves", "none", book.lang) if s is None else report.name(s)


def _write_ladders(book: Book, report: Report) -> None:
    columns = _columns(book, "ladders", ("supplier", "text", 28), ("capacity", "count", 11),
                       ("lifts", "count", 10), ("tier", "centre", 10), ("span", "centre", 15),
                       ("discount", "rate", 10), ("off", "yuan", 14), ("fixed", "yuan", 16),
                       ("next", "count", 12), ("missing", "count", 10),
                       ("next_discount", "rate", 12), ("next_off", "yuan", 16))  # fmt: skip
    note = word("ladders", "note", book.lang)
    tab = book.page("ladders", [column.width for column in columns], note)
    book.table(tab, _TOP, columns, _ladders(book, report))
    tab.freeze_panes(_TOP + 1, 1)
    tab.repeat_rows(_TOP)


def _ladders(book: Book, report: Report) -> Iterator[list[Cell]]:
    won = {win.supplier: win for win in report.wins}
    order = sorted(range(len(report.problem.suppliers)),
                   key=lambda s: -won[s].lifts if s in won else 0)  # fmt: skip
    for row, s in enumerate(order, _TOP + 1):
        firm, ladder = report.problem.suppliers[s], report.money.tiers[s]
        win, entry = won.get(s), int(report.problem.suppliers[s]["entry_fen"])
        cells: list[Cell] = [str(firm["name"]), int(firm["capacity_lifts"])]
        if win is None:
            cells += [0, word("ladders", "lost", book.lang), None, None, None, None]
            ahead = next((k for k, t in enumerate(ladder) if t.low <= t.high), None)
        else:
            tier = ladder[win.tier]
            cells += [win.lifts, _tier_name(ladder, win.tier), f"{tier.low}–{tier.high}",
                      tier.discount_bp / 10_000, yuan(tier.off_fen),
                      yuan(tier.fixed_fen - entry)]  # fmt: skip
            above = range(win.tier + 1, len(ladder))
            ahead = next((k for k in above if ladder[k].low <= ladder[k].high), None)
        yield cells + _ahead(book, ladder, ahead, row)


def _ahead(book: Book, ladder: tuple[Tier, ...], k: int | None, row: int) -> list[Cell]:
    if k is None:
        return [word("ladders", "top", book.lang), None, None, None]
    low = ladder[k].low
    missing = Live(f"={at(row, 8)}-{at(row, 2)}", low)
    return [low, missing, ladder[k].discount_bp / 10_000, yuan(ladder[k].off_fen)]


def _write_savings(book: Book, report: Report) -> None:
    columns = _columns(book, "savings", ("against", "wrap", 26), ("base", "yuan", 19),
                       ("ours", "yuan", 19), ("saved", "yuan", 18), ("rate", "rate", 9),
                       ("how", "wrap", 60))  # fmt: skip
    tab = book.page("savings", [column.width for column in columns])
    end = book.table(tab, _TOP, columns, _savings(book, report))
    for row in range(_TOP + 1, end):
        tab.set_row(row, 62 if book.lang == "zh" else 76)
    for row, line in enumerate(greedy_remarks(report, book.lang), end + 1):
        tab.merge_range(row, 0, row, 5, line, book.look("wrap"))
    tab.freeze_panes(_TOP + 1, 0)


def _savings(book: Book, report: Report) -> Iterator[list[Cell]]:
    ceilings, paid = report.under_ceiling()
    last, tab = _TOP + 1 + len(report.lots), f"'{word('lots', 'tab', book.lang)}'!"
    tops = f"{tab}{at(_TOP + 1, _CEILING, fixed=True)}:{at(last - 1, _CEILING, fixed=True)}"
    prices = f"{tab}{at(_TOP + 1, _PAID, fixed=True)}:{at(last - 1, _PAID, fixed=True)}"
    base = Live(f"=SUM({tops})", yuan(ceilings))
    ours = Live(f'=SUMIF({tops},">=0",{prices})', yuan(paid))
    yield _saving(book, _TOP + 1, "ceiling", base, ours, gap="")
    total = f"='{word('summary', 'tab', book.lang)}'!{at(_TOP + 6, 1, fixed=True)}"
    for row, (name, rival) in enumerate(
        (("flat", report.flat), ("greedy", report.greedy)), _TOP + 2
    ):
        fen = rival.fen
        gap = percent(rival.gap or Fraction(0), 4)
        cells = _saving(book, row, name, None if fen is None else yuan(fen),
                        Live(total, yuan(report.total_fen)), gap=gap)  # fmt: skip
        yield cells


def _saving(
    book: Book, row: int, name: str, base: float | Live | None, ours: Live, *, gap: str
) -> list[Cell]:
    label = word("savings", name, book.lang)
    code = "award.how_" + ("ceilings" if name == "ceiling" else name)
    how = sentence(code, book.lang, gap=gap)
    whole = base.value if isinstance(base, Live) else base
    if not whole:
        none = word("savings", "none", book.lang)
        return [f"{label}（{none}）" if book.lang == "zh" else f"{label} ({none})",
                None, ours, None, None, how]  # fmt: skip
    saved = whole - ours.value
    return [label, base, ours, Live(f"={at(row, 1)}-{at(row, 2)}", saved),
            Live(_rate(row, 3, 1), saved / whole), how]  # fmt: skip


def greedy_remarks(report: Report, lang: Lang) -> list[str]:
    """Say honestly where lot by lot does not work out."""
    greedy, lines = report.greedy, list[str]()
    if greedy.unplaced:
        some = " ".join(greedy.unplaced[:5]) + (" …" if len(greedy.unplaced) > 5 else "")  # noqa: PLR2004
        lines.append(sentence("award.greedy_unplaced", lang, count=len(greedy.unplaced), some=some))
    if greedy.outside:
        names = [firm["name"] for firm in report.problem.suppliers if firm["id"] in greedy.outside]
        count = len(greedy.outside)
        some = "、".join(names) if lang == "zh" else ", ".join(names)
        lines.append(sentence("award.greedy_outside", lang, count=count, some=some))
    if greedy.broken:
        lines.append(sentence("award.greedy_broken", lang, count=len(greedy.broken)))
    return lines


def _write_reserves(book: Book, report: Report) -> None:
    columns = _columns(book, "reserves", ("lot", "code", 14), ("name", "text", 28),
                       ("winner", "text", 32), ("reserve", "text", 32), ("price", "yuan", 20),
                       ("quality", "yuan", 12))  # fmt: skip
    tab = book.page(
        "reserves", [column.width for column in columns], word("reserves", "note", book.lang)
    )
    rows = (
        [str(report.problem.lots[lot.at]["id"]), str(report.problem.lots[lot.at]["name"]),
         " / ".join(report.name(s) for s in lot.winners),
         _reserve_name(book, report, lot.reserve), _money(lot.reserve_fen),
         None if lot.reserve is None else report.problem.suppliers[lot.reserve]["quality"] / 100]
        for lot in report.lots
    )  # fmt: skip
    book.table(tab, _TOP, columns, rows)
    tab.freeze_panes(_TOP + 1, 2)
    tab.repeat_rows(_TOP)


def _write_proof(book: Book, report: Report) -> None:
    lang = book.lang
    tab = book.page("proof", [30, 110])
    row = _TOP - 1
    for row, (label, value, look) in enumerate(_proof(book, report), _TOP):
        if look == "wrap" and len(value) > _LINE:
            tab.set_row(row, 34)
        tab.write_string(row, 0, label, book.cell("text", bold=True))
        tab.write_string(row, 1, value, book.cell(look))
    row += 2
    tab.write_string(row, 0, word("proof", "rules", lang), book.look(bold=True, font_size=12))
    for name, value in report.problem.round["rules"].items():
        column = round_sheet().column(name)
        if column is None or value in (None, {}, 0):
            continue
        row += 1
        tab.write_string(row, 0, column.heading[lang], book.cell("text"))
        tab.write_string(row, 1, _spoken(value, column.kind, lang), book.cell("text"))


def _proof(book: Book, report: Report) -> Iterator[tuple[str, str, str]]:
    lang = book.lang
    yield word("proof", "cost", lang), _value(book, report, report.cost), "text"
    yield word("proof", "bound", lang), _value(book, report, report.bound), "text"
    yield word("proof", "gap", lang), f"{percent(report.gap, 6)} %", "text"
    yield word("summary", "proof", lang), proof_sentence(report, lang), "wrap"
    yield word("proof", "round", lang), report.digests.get("round", ""), "code"
    yield word("proof", "award", lang), report.digests.get("award", ""), "code"
    digest = report.digests.get("award", "")
    for at_line, name in enumerate(("command", "alone", "meaning")):
        label = "" if at_line else word("proof", "how", lang)
        facts = {"digest": digest} if name != "meaning" else {}
        yield label, sentence(f"award.check_{name}", lang, **facts), "wrap"


def _value(book: Book, report: Report, value: int) -> str:
    if report.problem.points:
        return word("proof", "points", book.lang).format(value=f"{-value:,}")
    return word("proof", "fen", book.lang).format(value=f"{value:,}", yuan=f"{value / 100:,.2f}")


def _spoken(value: object, kind: str, lang: Lang) -> str:
    between = "、" if lang == "zh" else ", "
    if isinstance(value, dict):
        return between.join(f"{district}={group}" for district, group in value.items())
    if isinstance(value, list):
        return between.join(choice(str(item), lang) for item in value)
    if isinstance(value, int) and kind in ("yuan", "percent"):
        return f"{value / 100:,.2f}" + (" %" if kind == "percent" else "")
    return choice(str(value), lang) if kind == "choice" else str(value)
