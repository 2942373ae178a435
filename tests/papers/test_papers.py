"""Papers from invented facts: the same words and figures in every form, at the borders too."""

import re
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from tests import papers_cast as cast
from tuanti import papers
from tuanti.papers import facts as of
from tuanti.papers.blocks import Kept, Signing, Table, Text
from tuanti.papers.making import composed
from tuanti.papers.numerals import capitals, numeral
from tuanti.papers.voice import Voice
from tuanti.texts import LANGS, Lang

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext of poppler-utils reads a PDF's text back"
)
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?(?:[/%]\d*)?")


def read_pdf(content: bytes) -> str:
    read = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return read.stdout.decode()


def read_word(content: bytes) -> str:
    """Everything in a Word file that is seen: paragraphs, tables, headers."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        every = [parts.read(one).decode() for one in parts.namelist() if one.endswith(".xml")]
    lines = re.findall(r"<w:p[ >].*?</w:p>", "".join(every), re.DOTALL)
    return "\n".join("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)<", line)) for line in lines)


def told(paper: Any) -> str:  # noqa: ANN401 (blocks, nested)
    """Every word of a paper as it was put together."""
    if isinstance(paper, str):
        return paper + "\n"
    if isinstance(paper, tuple | list):
        return "".join(told(one) for one in paper)
    if hasattr(paper, "__dataclass_fields__"):
        names = [name for name in paper.__dataclass_fields__ if name not in ("kind", "look")]
        return "".join(told(getattr(paper, name)) for name in names)
    return ""


def figures(text: str) -> set[str]:
    """The figures a text names, but for the page numbers that only a printer knows."""
    return set(FIGURE.findall(text))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", cast.EACH)
def test_every_paper_is_printed_in_both_languages(kind: str, lang: Lang) -> None:
    made = papers.pdf(kind, cast.EACH[kind], lang)
    assert made.startswith(b"%PDF-1")
    assert b"pdfaid" in made  # kept for good
    assert b"pdfuaid" in made  # read aloud
    assert cast.pages_of(made) >= 1
    assert Document(BytesIO(papers.docx(kind, cast.EACH[kind], lang))).sections


def test_there_is_an_example_of_every_kind() -> None:
    assert set(cast.EACH) == set(papers.KINDS)


@needs_poppler
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", cast.EACH)
def test_pdf_and_word_name_the_same_figures(kind: str, lang: Lang) -> None:
    (paper,) = composed(kind, cast.EACH[kind], Voice(lang))
    wanted = figures(told(paper.title) + told(paper.blocks))
    printed = re.sub(r"\s+", "", read_pdf(papers.pdf(kind, cast.EACH[kind], lang)))
    written = re.sub(r"\s+", "", read_word(papers.docx(kind, cast.EACH[kind], lang)))
    for figure in wanted:
        assert figure in printed, figure
        assert figure in written, figure


@pytest.mark.parametrize("kind", cast.EACH)
def test_word_says_all_that_the_paper_says(kind: str) -> None:
    (paper,) = composed(kind, cast.EACH[kind], Voice("zh"))
    written = re.sub(r"\s+", "", read_word(papers.docx(kind, cast.EACH[kind], "zh")))
    for block in paper.blocks:
        if isinstance(block, Text):
            assert re.sub(r"\s+", "", block.text) in written
        if isinstance(block, Table):
            cells = [cell for row in (*block.rows, block.total) for cell in row]
            assert all(re.sub(r"\s+", "", cell) in written for cell in cells)


@pytest.mark.parametrize("kind", cast.EACH)
def test_an_example_is_marked_and_a_real_paper_is_not(kind: str) -> None:
    facts: Any = cast.EACH[kind]
    real = replace(facts, head=replace(facts.head, made_up=False))
    for made, marked in ((facts, True), (real, False)):
        (paper,) = composed(kind, made, Voice("zh"))
        assert (paper.mark == "虚构示例") is marked
        assert ("虚构示例" in told(paper.blocks)) is marked
        assert ("虚构示例" in read_word(papers.docx(kind, made, "zh"))) is marked


@pytest.mark.parametrize("kind", cast.EACH)
def test_chinese_papers_have_no_half_width_punctuation(kind: str) -> None:
    (paper,) = composed(kind, cast.EACH[kind], Voice("zh"))
    said = told(paper.title) + told(paper.blocks)
    said = re.sub(r"https?://\S+|\d{1,2}:\d{2}|(?<=\d),(?=\d)|SHA-256", "", said)
    assert not re.findall(r".{0,12}[,;:()?!].{0,12}", said)


def test_text_on_a_wall_is_fourteen_points_and_more() -> None:
    (paper,) = composed("notice", cast.NOTICE, Voice("zh"))
    assert paper.points >= 14
    assert paper.least >= 14


@pytest.mark.parametrize("kind", ["ballot", "mandate", "minutes", "tally", "agreement", "summary"])
def test_where_one_signs_is_never_parted_from_what_one_signs(kind: str) -> None:
    (paper,) = composed(kind, cast.EACH[kind], Voice("zh"))
    loose = [block for block in paper.blocks if isinstance(block, Signing)]
    kept = [one for block in paper.blocks if isinstance(block, Kept) for one in block.blocks]
    assert not loose
    assert kind == "agreement" or any(isinstance(one, Signing) for one in kept)


def test_a_ballot_fits_one_page_and_favours_no_answer() -> None:
    assert cast.pages_of(papers.pdf("ballot", cast.BALLOT, "zh")) == 1
    (paper,) = composed("ballot", cast.BALLOT, Voice("zh"))
    boxes = next(one for one in paper.blocks if isinstance(one, Table) and one.boxes)
    assert [boxes.columns[at].title for at in boxes.boxes] == ["同意", "不同意", "弃权"]
    assert len({(boxes.columns[at].width, boxes.columns[at].align) for at in boxes.boxes}) == 1
    assert {row[at] for row in boxes.rows for at in boxes.boxes} == {"□"}


def test_a_large_stairwell_and_long_names_still_make_whole_papers() -> None:
    many = tuple(
        replace(home, owners=("欧阳修远的继承人代表司马相如", "买买提·艾力·阿不都热依木"))
        for home in cast.homes(44)
    )
    agreement = replace(cast.AGREEMENT, homes=many)
    made = papers.pdf("agreement", agreement, "zh")
    assert cast.pages_of(made) > cast.pages_of(papers.pdf("agreement", cast.AGREEMENT, "zh"))
    papers.docx("summary", replace(cast.SUMMARY, homes=many), "zh")
    place = "示范市示范区某某街道某某社区一个名字非常非常长的老旧小区（东区）第十八栋附一号三单元"
    long = replace(cast.NOTICE, head=replace(cast.HEAD, place=place), homes=cast.homes(44))
    assert cast.pages_of(papers.pdf("notice", long, "zh")) >= 3


def test_without_a_subsidy_or_a_price_nothing_is_invented() -> None:
    bare = replace(cast.LIFT, subsidy_fen=0, subsidy_law="", late_factor_bp=0, rights=())
    notice = told(composed("notice", replace(cast.NOTICE, lift=bare), Voice("zh"))[0].blocks)
    assert "没有计入补贴" in notice
    assert "400,000.00元" not in notice.replace("合计", "")
    agreement = told(composed("agreement", replace(cast.AGREEMENT, lift=bare), Voice("zh")))
    assert "加收0" not in agreement
    mandate = replace(cast.MANDATE, buyer="", ceiling_fen=None, expires_on=None)
    assert "＿＿" in told(composed("mandate", mandate, Voice("zh")))
    free = replace(cast.PACK, home=replace(cast.PACK.home, share_fen=0))
    assert "本户不出资" in told(composed("pack", free, Voice("zh")))


def test_a_pack_lists_instalments_once_they_are_agreed() -> None:
    parts = (of.Instalment("contract", 3_000_000), of.Instalment("acceptance", 2_815_792))
    said = told(composed("pack", replace(cast.PACK, instalments=parts), Voice("zh")))
    assert "30,000.00" in said
    assert "58,157.92" in said
    assert "请不要向任何人付款" in told(composed("pack", cast.PACK, Voice("zh")))
    paid = told(composed("pack", replace(cast.PACK, paid_fen=5_815_792), Voice("zh")))
    assert "已缴58,157.92元" in paid


def test_an_empty_log_and_an_empty_door_list_say_so() -> None:
    log = told(composed("objections", replace(cast.OBJECTIONS, objections=()), Voice("zh")))
    assert "没有收到异议" in log
    doors = told(composed("doors", replace(cast.DOORS, doors=(), answered=14), Voice("zh")))
    assert "不用上门" in doors


def test_doors_are_walked_from_the_top_down() -> None:
    (paper,) = composed("doors", cast.DOORS, Voice("zh"))
    table = next(one for one in paper.blocks if isinstance(one, Table))
    assert [row[2] for row in table.rows] == ["702", "601", "402", "302", "102"]
    assert [row[0] for row in table.rows] == ["★", "★", "", "", ""]


def test_many_papers_are_one_file_and_each_counts_its_own_pages() -> None:
    ballots = [replace(cast.BALLOT, home=home) for home in cast.homes()]
    made = papers.pdf("ballot", ballots, "zh")
    assert cast.pages_of(made) == len(ballots)
    written = Document(BytesIO(papers.docx("ballot", ballots, "zh")))
    assert len(written.sections) == len(ballots)


def test_the_same_facts_make_the_same_file() -> None:
    assert papers.pdf("notice", cast.NOTICE, "zh") == papers.pdf("notice", cast.NOTICE, "zh")


def test_threads_that_print_at_once_all_get_their_paper() -> None:
    def printed(at: int) -> bytes:
        kind = list(cast.EACH)[at % len(cast.EACH)]
        return papers.pdf(kind, cast.EACH[kind], LANGS[at % 2])

    with ThreadPoolExecutor(8) as hands:
        assert all(made.startswith(b"%PDF") for made in hands.map(printed, range(64)))


def test_a_character_no_font_has_costs_the_standard_and_not_the_paper() -> None:
    rare = replace(cast.BALLOT.home, owners=("\U0002ffff",))
    made = papers.pdf("ballot", replace(cast.BALLOT, home=rare), "zh")
    assert made.startswith(b"%PDF-1")
    assert b"pdfaid" not in made


def test_pages_can_be_looked_at() -> None:
    pictures = papers.pictures("notice", cast.NOTICE, "zh", dots=40)
    assert len(pictures) == cast.pages_of(papers.pdf("notice", cast.NOTICE, "zh"))
    assert all(one.startswith(b"\x89PNG") for one in pictures)


def test_a_share_that_falls_short_never_looks_whole() -> None:
    short = cast.measure("approval-area", 2_999_999, 4_000_000, "3/4")
    assert Voice("zh").percent(short.share) == "74.99%"
    count = replace(cast.COUNT, measures=(short,), passed=False)
    said = told(composed("tally", replace(cast.TALLY, counts=(count,)), Voice("zh")))
    assert "29,999.99/40,000.00（74.99%）" in said
    assert "未达到" in said
    assert "未通过" in said


def test_the_end_of_a_day_is_told_as_that_day() -> None:
    assert Voice("zh").until(cast.CLOSES) == "2026年11月10日24:00"
    assert Voice("en").until(cast.CLOSES) == "10 November 2026, 24:00"
    assert Voice("zh").until(cast.OPENS) == "2026年10月20日09:00"


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (105, "壹元零伍分"),
        (100_050_000, "壹佰万零伍佰元整"),
        (10_000_100, "壹拾万零壹元整"),
        (43_658_025, "肆拾叁万陆仟伍佰捌拾元贰角伍分"),
        (100_000_000_100, "壹拾亿零壹元整"),
        (123_456_789_012_300, "壹万亿贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元整"),
    ],
)
def test_sums_in_capitals(fen: int, said: str) -> None:
    assert capitals(fen) == said


@pytest.mark.parametrize("wrong", [-1, 10**18])
def test_sums_that_cannot_be_written_are_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="capitals"):
        capitals(wrong)


@pytest.mark.parametrize("wrong", [0, 100])
def test_clauses_are_counted_to_ninety_nine(wrong: int) -> None:
    assert numeral(17) == "十七"
    with pytest.raises(ValueError, match="clause"):
        numeral(wrong)
