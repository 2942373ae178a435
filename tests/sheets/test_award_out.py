from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from tests.cast import small_round
from tuanti.rules.award.problem import Award, Problem
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical
from tuanti.sheets.award_facts import Report, Rival, percent
from tuanti.sheets.award_look import _words
from tuanti.sheets.award_out import write_award
from tuanti.texts import Lang

MIXED = {"hehua": "yi", "songlin": "bing", "jiangan": "bing", "xiyuan": "yi"}


def report(**rules: object) -> Report:
    data = small_round()
    data["lots"][1]["ceiling_fen"] = 234_000_000  # 乙 and 甲 are above it
    data["rules"] |= rules
    return report_of(read(canonical(data)))


def report_of(problem: Problem) -> Report:
    at = {firm["id"]: s for s, firm in enumerate(problem.suppliers)}
    award = Award(tuple(at[MIXED[unit.parcels[0]]] for unit in problem.units))
    flat, greedy = Rival(1_100_000_000, Fraction(1, 1000)), Rival(None, None, ("yz-1",))
    return Report(
        problem, award, 1_000_000_000, flat, greedy, {"round": "a" * 64, "award": "b" * 64}
    )


def written(made: Report, path: Path, lang: Lang = "zh") -> openpyxl.Workbook:
    write_award(made, path / "award.xlsx", lang)
    return openpyxl.load_workbook(path / "award.xlsx")


def text_of(book: openpyxl.Workbook, title: str) -> str:
    rows = book[title].iter_rows(values_only=True)
    return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)


def test_every_sheet_is_there_and_prints_on_a4_landscape(tmp_path: Path) -> None:
    book = written(report(), tmp_path)
    assert book.sheetnames == [
        "汇总", "标段", "报价对照", "阶梯", "节约测算", "备选供应商", "超限价报价", "核验",
    ]  # fmt: skip
    for tab in book.worksheets:
        assert (tab.page_setup.orientation, tab.page_setup.paperSize) == ("landscape", 9)
        assert "虚构示例" in str(tab["A3"].value)


def test_english_holds_the_same_sheets(tmp_path: Path) -> None:
    book = written(report(), tmp_path, "en")
    assert book.sheetnames[0] == "Summary"
    assert len(book.sheetnames) == 8


def test_both_languages_have_every_word() -> None:
    words = [word for room in _words().values() for word in room.values()]
    assert all(set(word) == {"zh", "en"} for word in words)


def test_the_winner_of_a_parcel_is_marked_and_a_refused_bid_is_named(tmp_path: Path) -> None:
    book = written(report(), tmp_path)
    tab = book["报价对照"]
    row = next(r for r in tab.iter_rows(min_row=6) if r[1].value == "江岸家园")
    firms = {str(cell.value): at for at, cell in enumerate(tab[5])}
    assert "✓" in row[firms["丙机电工程有限公司"]].number_format
    assert row[firms["乙电梯股份有限公司"]].value == "超限价"
    refused = text_of(book, "超限价报价")
    assert "乙电梯股份有限公司 渝中二标段 江岸家园 2367000 2340000 27000" in refused
    assert tab.freeze_panes == "D6"


def test_what_was_not_offered_says_so(tmp_path: Path) -> None:
    book = written(report(), tmp_path)
    row = next(r for r in book["报价对照"].iter_rows(min_row=6) if r[1].value == "西苑新村")
    assert "未报价" in [cell.value for cell in row]


def test_the_savings_are_live_formulas_with_their_words(tmp_path: Path) -> None:
    tab = written(report(), tmp_path)["节约测算"]
    assert tab["B6"].value == "=SUM('标段'!$H$6:$H$8)"
    assert tab["D6"].value == "=B6-C6"
    assert tab["E7"].value == "=IF(B7=0,0,D7/B7)"
    assert "0.1000 %" in str(tab["F7"].value)
    assert "无法比较" in str(tab["A8"].value)
    assert tab["B8"].value is None


def test_formulas_carry_their_values(tmp_path: Path) -> None:
    made = report()
    write_award(made, tmp_path / "award.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "award.xlsx", data_only=True)
    ceilings, paid = made.under_ceiling()
    tab = book["节约测算"]
    assert [tab[cell].value for cell in ("B6", "C6", "D6")] == [
        ceilings / 100,
        paid / 100,
        (ceilings - paid) / 100,
    ]
    assert tab["C7"].value == made.total_fen / 100
    assert book["汇总"]["B11"].value == made.total_fen / 100


def test_the_ladder_sheet_says_what_was_missing(tmp_path: Path) -> None:
    tab = written(report(), tmp_path)["阶梯"]
    rows = {row[0].value: [cell.value for cell in row] for row in tab.iter_rows(min_row=6)}
    assert rows["乙电梯股份有限公司"][2:6] == [13, "2 / 2", "10–16", 0.12]
    assert rows["甲电梯有限公司"][3] == "未中标"


def test_the_proof_names_the_digests_and_every_rule(tmp_path: Path) -> None:
    said = text_of(written(report(), tmp_path), "核验")
    assert "tuanti verify award.json --expect " + "b" * 64 in said
    assert "a" * 64 in said
    assert "75.00 %" in said
    assert "2026-11-22 0715" in said


def test_the_same_award_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_award(report(), tmp_path / name, "zh")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_points_are_not_money(tmp_path: Path) -> None:
    data = small_round()
    data["rules"] |= {"objective": "points", "price_points": 60, "quality_points": 40}
    made = report_of(read(canonical(data | {"packages": []})))
    assert "评分" in text_of(written(made, tmp_path), "核验")


@pytest.mark.parametrize(
    ("gap", "said"),
    [(Fraction(0), "0.0000"), (Fraction(1, 10**9), "0.0001"), (Fraction(1, 10_000), "0.0100")],
)
def test_a_gap_is_never_made_smaller_by_rounding(gap: Fraction, said: str) -> None:
    assert percent(gap, 4) == said
