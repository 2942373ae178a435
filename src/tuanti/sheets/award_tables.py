"""The wide tables of the award's workbook: every bid, and the bids that did not count."""

from collections.abc import Iterator

from xlsxwriter.format import Format

from tuanti.sheets.award_facts import Bid, Report, bids
from tuanti.sheets.award_look import Book, Cell, Column, word

_TOP = 4
_FIXED = 3  # columns before the suppliers'
_ON_A_PAGE = 10  # suppliers that can still be read on one sheet of A4


def write_bids(book: Book, report: Report) -> None:
    """Write parcels by suppliers: every list price, who won, who was refused."""
    lang, firms = book.lang, report.problem.suppliers
    widths = [24.0, 24.0, 8.0] + [17.0] * len(firms)
    tab = book.page("bids", widths)
    tab.set_row(_TOP, 46)
    for column, name in enumerate(("lot", "parcel", "lifts")):
        tab.write_string(_TOP, column, word("bids", name, lang), book.heading())
    for s, firm in enumerate(firms):
        tab.write_string(_TOP, _FIXED + s, str(firm["name"]), book.heading())
    names = {parcel["id"]: str(parcel["name"]) for parcel in report.problem.round["parcels"]}
    packed = {i for p in report.award.packages for i in report.problem.packages[p].units}
    looks = _looks(book)
    for row, (parcel, i, lifts, found) in enumerate(bids(report), _TOP + 1):
        lot = report.problem.lots[report.problem.units[i].lot]
        tab.write_string(row, 0, str(lot["name"]), looks["text"])
        tab.write_string(row, 1, names[parcel], looks["text"])
        tab.write_number(row, 2, lifts, looks["count"])
        for s, bid in enumerate(found):
            won = report.award.winners[i] == s
            cell, look = _shown(book, bid, won=won, packed=won and i in packed)
            book.put(tab, row, _FIXED + s, cell, looks[look])
    tab.freeze_panes(_TOP + 1, _FIXED)
    tab.repeat_rows(_TOP)
    tab.repeat_columns(0, _FIXED - 1)
    tab.fit_to_pages(-(-len(firms) // _ON_A_PAGE), 0)


def write_refused(book: Book, report: Report) -> None:
    """Name every bid above its ceiling."""
    names = [("supplier", "text", 30.0), ("lot", "text", 28.0), ("parcel", "text", 40.0),
             ("list", "yuan", 18.0), ("ceiling", "yuan", 18.0), ("over", "yuan", 16.0)]  # fmt: skip
    columns = [Column(word("refused", n, book.lang), look, width) for n, look, width in names]
    tab = book.page("refused", [column.width for column in columns])
    end = book.table(tab, _TOP, columns, _refused(report))
    if end == _TOP + 1:
        tab.write_string(end, 0, word("refused", "empty", book.lang), book.look())
    tab.freeze_panes(_TOP + 1, 0)
    tab.repeat_rows(_TOP)


def _looks(book: Book) -> dict[str, Format]:
    names = ("text", "count", "yuan", "won", "packed", "quiet", "refused")
    return {name: book.cell(name) for name in names}


def _shown(book: Book, bid: Bid, *, won: bool, packed: bool) -> tuple[Cell, str]:
    if packed:
        return word("bids", "package", book.lang), "packed"
    if bid.state == "valid":
        return bid.fen / 100, "won" if won else "yuan"
    if bid.state == "none":
        return word("bids", "none", book.lang), "quiet"
    return word("bids", bid.state, book.lang), "refused"


def _refused(report: Report) -> Iterator[list[Cell]]:
    firms = {firm["id"]: str(firm["name"]) for firm in report.problem.suppliers}
    lots = {lot["id"]: str(lot["name"]) for lot in report.problem.lots}
    parcels = {parcel["id"]: str(parcel["name"]) for parcel in report.problem.round["parcels"]}
    for bid in report.problem.refused:
        names = "、".join(parcels[parcel] for parcel in bid.parcel.split())
        over = (bid.list_fen - bid.ceiling_fen) / 100
        yield [firms[bid.supplier], lots[bid.lot], names, bid.list_fen / 100,
               bid.ceiling_fen / 100, over]  # fmt: skip
