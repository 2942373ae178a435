"""Papers as Word files by python-docx: the same blocks and words, to be changed by hand.

Word is told of 宋体, which every Chinese machine has; others put their own serif in its place.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Made
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.section import Section, _Footer, _Header
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from tuanti.papers import blocks as of
from tuanti.papers import ooxml
from tuanti.papers.qr import picture
from tuanti.papers.voice import Voice

_SIDES: Mapping[str, WD_ALIGN_PARAGRAPH] = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_SMALL = 0.8


def docx(papers: Sequence[of.Paper], voice: Voice) -> bytes:
    """Write papers as one Word file, each in a section with pages of its own."""
    made = Document()
    _dress(made, papers[0], voice)
    for at, paper in enumerate(papers):
        section = made.sections[0] if at == 0 else made.add_section(WD_SECTION.NEW_PAGE)
        _Writer(made, section, paper, voice, alone=len(papers) == 1).write()
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _dress(made: Made, paper: of.Paper, voice: Voice) -> None:
    """Set fonts and what the file says of itself; its times are the paper's day."""
    for name in ("Normal", "Heading 1", "Heading 2", "Header", "Footer"):
        ooxml.in_song(made.styles[name], voice.lang)
    made.styles["Header"].paragraph_format.tab_stops.clear_all()
    made.styles["Heading 1"].paragraph_format.space_before = Pt(0)
    made.styles["Heading 2"].paragraph_format.space_before = Pt(10)
    said, at = made.core_properties, datetime.combine(paper.on, time())
    said.title, said.author, said.comments = "".join(paper.title), "", ""
    said.language = "zh-CN" if voice.lang == "zh" else "en"
    said.created = said.modified = at


class _Writer:
    """Writes one paper into a section at the end of a document."""

    def __init__(
        self, made: Made, section: Section, paper: of.Paper, voice: Voice, *, alone: bool
    ) -> None:
        self._made, self._section, self._paper, self._voice = made, section, paper, voice
        self._alone = alone  # no other paper is in the file
        self._keep = False  # whether what is written stays with what follows

    def write(self) -> None:
        """Write everything of it."""
        self._page()
        self._titles()
        for block in self._paper.blocks:
            self._put(block)

    def _page(self) -> None:
        section, wide = self._section, self._paper.wide
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
        section.left_margin = section.right_margin = Mm(18 if wide else 23)
        section.top_margin, section.bottom_margin = Mm(24), Mm(22)
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        ooxml.number_from_one(section)
        self._header(section.header)
        self._footer(section.footer)

    def _header(self, header: _Header) -> None:
        marked = f"【{self._paper.mark}】" if self._paper.mark else ""
        line = header.paragraphs[0]
        line.text = f"{marked}{self._paper.name}\t{self._paper.code}"
        ooxml.to_the_right(line, self._width())
        ooxml.ruled_below(line)

    def _footer(self, footer: _Footer) -> None:
        before, _, rest = self._voice("page", x="\u0001", y="\u0002").partition("\u0001")
        between, _, after = rest.partition("\u0002")
        line = footer.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(before)
        ooxml.field(line, "PAGE")
        line.add_run(between)
        ooxml.field(line, "NUMPAGES" if self._alone else "SECTIONPAGES")
        line.add_run(after)

    def _width(self) -> int:
        section = self._section
        whole = section.page_width or 0
        return whole - (section.left_margin or 0) - (section.right_margin or 0)

    def _titles(self) -> None:
        corner = self._paper.corner
        if corner is None:
            self._title(self._made.add_paragraph(style="Heading 1"))
            return
        grid = self._made.add_table(1, 2)
        left, right = grid.rows[0].cells
        ooxml.widths(grid, [self._width() - Mm(36), Mm(36)])
        left.paragraphs[0].style = self._made.styles["Heading 1"]
        self._title(left.paragraphs[0])
        self._code_in(right, corner, Mm(28), right)

    def _title(self, line: Paragraph) -> None:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for at, said in enumerate(self._paper.title):
            run = line.add_run(said)
            run.font.size = Pt(self._paper.points + 6)
            if at < len(self._paper.title) - 1:
                run.add_break()

    def _put(self, block: of.Block) -> None:
        ways: Mapping[str, Any] = {
            "text": self._text,
            "heading": self._heading,
            "table": self._table,
            "pairs": self._pairs,
            "gauge": self._gauge,
            "signing": self._signing,
            "ruled": self._ruled,
            "code": self._code,
            "kept": self._kept,
            "leaf": self._leaf,
        }
        ways[block.kind](block)

    def _paragraph(self, text: str, *, bold: bool = False, scale: float = 1) -> Paragraph:
        line = self._made.add_paragraph()
        run = line.add_run(text)
        run.bold = bold or None
        run.font.size = Pt(max(round(self._paper.points * scale * 2) / 2, self._paper.least))
        line.paragraph_format.space_after = Pt(4)
        line.paragraph_format.line_spacing = 1.15
        line.paragraph_format.keep_with_next = self._keep or None
        return line

    def _text(self, block: of.Text) -> None:
        small = block.look in ("note", "mark")
        line = self._paragraph(
            block.text, bold=block.look == "strong", scale=_SMALL if small else 1
        )
        if block.look in ("centre", "mark"):
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif block.look == "right":
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif block.look == "body" and self._voice.lang == "zh":
            line.paragraph_format.first_line_indent = Pt(2 * self._paper.points)
        elif block.look == "strong":
            line.paragraph_format.keep_with_next = True

    def _heading(self, block: of.Heading) -> None:
        line = self._made.add_paragraph(style="Heading 2")
        run = line.add_run(block.text)
        run.font.size = Pt(self._paper.points + (6 if block.centred else 1))
        if block.centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _grid(self, rows: int, columns: int) -> WordTable:
        grid: WordTable = self._made.add_table(rows, columns)
        grid.style = self._made.styles["Table Grid"]
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        return grid

    def _table(self, block: of.Table) -> None:
        rows = [*block.rows, *([block.total] if block.total else [])]
        grid = self._grid(1 + len(rows), len(block.columns))
        scale = 0.88 if block.small else 1
        cells = [list(row.cells) for row in grid.rows]  # asking for them is slow
        for cell, column in zip(cells[0], block.columns, strict=True):
            self._cell(cell, column.title, "centre", bold=True, scale=scale)
        ooxml.head_row(grid.rows[0])
        for at, row in enumerate(rows):
            last = bool(block.total) and at == len(rows) - 1
            for x, (column, said) in enumerate(zip(block.columns, row, strict=True)):
                box = x in block.boxes and not last
                side = "centre" if box else column.align
                self._cell(cells[at + 1][x], said, side, bold=last, scale=1.7 if box else scale)
        for line in grid.rows:
            ooxml.whole_row(line, tall=block.tall)
        every = [[column.title for column in block.columns], *rows]
        self._widths(grid, [column.width for column in block.columns], every, scale)
        self._gap()

    def _widths(
        self, grid: WordTable, parts: Sequence[int], said: Sequence[Sequence[str]], scale: float = 1
    ) -> None:
        """Let columns be as wide as what they hold, or as their parts of the page say."""
        point = Pt(self._paper.points * scale)
        natural = [
            (max(ooxml.em(row[at]) for row in said) + 4) * point // 2 for at in range(len(parts))
        ]
        ooxml.widths(grid, ooxml.shared(parts, natural, self._width()))

    def _cell(
        self, cell: _Cell, said: str, side: str, *, bold: bool = False, scale: float = 1
    ) -> None:
        line = cell.paragraphs[0]
        run = line.add_run(said)
        run.bold = bold or None
        run.font.size = Pt(round(self._paper.points * scale * 2) / 2)
        line.alignment = _SIDES[side]
        line.paragraph_format.keep_with_next = self._keep or None
        line.paragraph_format.space_after = Pt(0)

    def _pairs(self, block: of.Pairs) -> None:
        count = -(-len(block.rows) // block.across)
        grid = self._grid(count, 2 * block.across)
        cells = [cell for row in grid.rows for cell in row.cells]
        for at, (label, said) in enumerate(block.rows):
            self._cell(cells[2 * at], label, "left")
            self._cell(cells[2 * at + 1], said, "left")
        self._widths(
            grid, [0, 1] * block.across, [[label, ""] * block.across for label, _ in block.rows]
        )
        self._gap()

    def _gauge(self, block: of.Gauge) -> None:
        """Say nothing: the bar is a picture of the table's figures."""

    def _signing(self, block: of.Signing) -> None:
        across = 1 if block.dated else block.across
        gap = 28 // across
        signs = [
            self._voice("to_sign", label=label, line="_" * gap, day=block.dated, short="_" * 10)
            if block.dated
            else self._voice("to_fill", label=label, line="_" * gap)
            for label in block.labels
        ]
        for at in range(0, len(signs), across):
            line = self._paragraph("　".join(signs[at : at + across]))
            line.paragraph_format.space_before = Pt(8)

    def _ruled(self, block: of.Ruled) -> None:
        for _ in range(block.count):
            ooxml.ruled_below(self._paragraph(""))

    def _code(self, block: of.Code) -> None:
        grid = self._made.add_table(1, 2)
        left, right = grid.rows[0].cells
        ooxml.widths(grid, [Mm(34), self._width() - Mm(34)])
        self._code_in(left, block, Mm(30), right)
        self._gap()

    def _code_in(self, cell: _Cell, block: of.Code, size: int, beside: _Cell) -> None:
        run = cell.paragraphs[0].add_run()
        drawn = run.add_picture(BytesIO(picture(block.content)), width=size)
        ooxml.described(drawn, block.spoken)
        for at, said in enumerate(block.lines):
            line = (
                beside.paragraphs[0] if at == 0 and beside is not cell else beside.add_paragraph()
            )
            shown = line.add_run(said)
            shown.bold = at == 0 or None
            shown.font.size = Pt(9 if beside is cell else self._paper.points)

    def _kept(self, block: of.Kept) -> None:
        for one in block.blocks[:-1]:
            self._keep = True
            self._put(one)
        self._keep = False
        for one in block.blocks[-1:]:
            self._put(one)

    def _leaf(self, block: of.Leaf) -> None:
        del block
        self._made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _gap(self) -> None:
        line = self._made.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        line.paragraph_format.keep_with_next = self._keep or None
        line.paragraph_format.line_spacing = Pt(6)
