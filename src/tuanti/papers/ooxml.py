"""What python-docx has no words for: East Asian fonts, fields, rows that stay whole."""

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shape import InlineShape
from docx.shared import Cm, Length, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from tuanti.texts import Lang

_SONG, _ROMAN = "宋体", "Times New Roman"
_TALL = Cm(1.1)
_LATIN = 0x2E80  # what comes after is square


def in_song(style: Any, lang: Lang) -> None:  # noqa: ANN401 (python-docx gives each style a class)
    """Set a style in Song, black, in our language."""
    style.font.name = _ROMAN
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), _SONG)
    spoken = _element("w:lang", val="en-US", eastAsia="zh-CN" if lang == "zh" else "en-US")
    style.element.rPr.append(spoken)


def field(line: Paragraph, name: str) -> None:
    """Put a field where Word fills in a number."""
    run = line.add_run()
    asked = OxmlElement("w:instrText")
    asked.text = name
    for part in (_element("w:fldChar", fldCharType="begin"), asked):
        run._r.append(part)  # noqa: SLF001 (python-docx has no fields)
    shown = OxmlElement("w:t")
    shown.text = "1"
    run._r.append(_element("w:fldChar", fldCharType="separate"))  # noqa: SLF001 (as above)
    run._r.append(shown)  # noqa: SLF001 (as above)
    run._r.append(_element("w:fldChar", fldCharType="end"))  # noqa: SLF001 (as above)


def number_from_one(section: Section) -> None:
    """Count a section's pages anew."""
    section._sectPr.append(_element("w:pgNumType", start="1"))  # noqa: SLF001 (no words for it)


def to_the_right(line: Paragraph, width: int) -> None:
    """Let what follows a tab stand at the right margin."""
    line.paragraph_format.tab_stops.add_tab_stop(Length(width), WD_TAB_ALIGNMENT.RIGHT)


def ruled_below(line: Paragraph) -> None:
    """Draw a line under a paragraph."""
    edges = OxmlElement("w:pBdr")
    edges.append(_element("w:bottom", val="single", sz="4", space="1", color="666666"))
    line._p.get_or_add_pPr().append(edges)  # noqa: SLF001 (python-docx draws no lines)


def head_row(row: _Row) -> None:
    """Repeat a table's head on every page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))  # noqa: SLF001 (no words)


def whole_row(row: _Row, *, tall: bool) -> None:
    """Keep a row on one page; ``tall`` leaves room to write in it."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))  # noqa: SLF001 (no words)
    if tall:
        row.height = _TALL


def widths(table: Table, wide: Sequence[int]) -> None:
    """Give each column of a table its width."""
    table.autofit = False
    for row in table.rows:
        for cell, one in zip(row.cells, wide, strict=True):
            cell.width = Length(one)
    for column, one in zip(table.columns, wide, strict=True):
        column.width = Length(one)


def shared(parts: Sequence[int], natural: Sequence[int], width: int) -> list[int]:
    """Share a width: columns of part 0 get what they need, the rest by their parts what is left.

    Where they need more than there is, each gets of the width as much as it needs of the whole.

    >>> shared([0, 1, 2], [300, 0, 0], 900), shared([0, 0], [900, 900], 900)
    ([300, 200, 400], [450, 450])
    """
    need = sum(one for one, part in zip(natural, parts, strict=True) if not part)
    whole = sum(parts)
    if need > width * (2 if whole else 3) // 3 or not whole:
        return [width * one // (sum(natural) or 1) for one in natural]
    rest = width - need
    return [rest * part // whole if part else one for one, part in zip(natural, parts, strict=True)]


def em(said: str) -> int:
    """Measure words in half-ems: Chinese is square, Latin half as wide.

    >>> em("房号"), em("702"), em("")
    (4, 3, 0)
    """
    return max(
        (sum(2 if ord(one) > _LATIN else 1 for one in line) for line in said.split("\n")), default=0
    )


def described(drawn: InlineShape, spoken: str) -> None:
    """Tell what a picture is to who cannot see it."""
    drawn._inline.docPr.set("descr", spoken)  # noqa: SLF001 (python-docx has no words for it)


def _element(name: str, **attributes: str) -> Any:  # noqa: ANN401 (lxml's classes are made at run time)
    found = OxmlElement(name)
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found
