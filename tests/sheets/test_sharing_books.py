"""The plan's workbook in, the shares' workbook out."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tuanti.rules.sharing.comparing import compare
from tuanti.rules.sharing.joining import join
from tuanti.rules.sharing.plan import Costs, OwnTable
from tuanti.rules.sharing.running import RULES, running
from tuanti.rules.sharing.schemes import find, scheme_ids
from tuanti.sheets import tables
from tuanti.sheets.sharing_books import (
    Case,
    example_plan,
    layout,
    read_plan,
    write_shares,
    write_template,
)
from tuanti.sheets.sharing_tables import Result, gains_and_losses, standing, verdict
from tuanti.texts import LANGS, Lang


def brought(tmp_path: Path, lang: Lang = "zh", **sheets: Any) -> Case:  # noqa: ANN401 (rows)
    case, filled = read_plan(put(tmp_path, lang, **sheets))
    assert case is not None, filled.said(lang)
    return case


def put(tmp_path: Path, lang: Lang = "zh", **sheets: Any) -> Path:  # noqa: ANN401 (rows)
    data = example_plan(lang)
    data["plan"] |= sheets.pop("plan", {})
    path = tmp_path / "plan.xlsx"
    tables.write(layout(), path, lang, data | sheets)
    return path


def faults(path: Path, lang: Lang = "zh") -> list[str]:
    case, filled = read_plan(path)
    assert case is None
    return filled.said(lang)


def column(name: str) -> tuple[str, ...]:
    found = layout().sheets["plan"].column(name)
    assert found is not None
    return found.choices


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_is_a_sound_plan(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "plan.xlsx"
    write_template(path, lang, example=True)
    case, filled = read_plan(path)
    assert case is not None
    assert (filled.faults, filled.notes) == ((), ())
    assert case.fictional
    assert case.plan.costs == Costs(25_000_000, 4_500_000)
    assert (case.plan.total_fen, case.plan.subsidy_fen) == (52_000_000, 15_000_000)
    assert (case.running_fen, case.running_rule) == (650_000, "same")
    assert (len(case.plan.flats), sum(flat.pays for flat in case.plan.flats)) == (14, 11)
    assert case.plan.flats[0].compensation_fen == 600_000
    assert case.plan.flats[10].owner == ("李叔" if lang == "zh" else "Uncle Li")


def test_the_empty_template_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_template(path, "en", example=False)
    said = faults(path, "en")
    assert len(said) == 3
    assert said[0].startswith("Plan B4: “Total cost (yuan)”")


def test_every_scheme_and_every_way_to_run_can_be_chosen() -> None:
    assert set(column("scheme")) == set(scheme_ids())
    assert column("running_rule") == RULES


@pytest.mark.parametrize("scheme", scheme_ids())
@pytest.mark.parametrize("lang", LANGS)
def test_a_scheme_is_read_as_it_was_written(tmp_path: Path, scheme: str, lang: Lang) -> None:
    table = [{"floor": 1, "entry": Fraction(0)}]
    assert brought(tmp_path, lang, plan={"scheme": scheme}, table=table).plan.scheme == scheme


def test_every_column_of_a_flat_is_read(tmp_path: Path) -> None:
    flats = [
        {"id": "a-1", "floor": 3, "area_dm2": 6825, "takes_part": True, "street_floor": 2,
         "stop": "below", "compensation_fen": 100, "owner": "李叔", "exempt": False},
        {"id": "602", "floor": 6, "area_dm2": 7000, "takes_part": False, "stop": "above"},
        {"id": "101", "floor": 1, "area_dm2": 7000, "takes_part": True, "exempt": True,
         "stop": "level"},
    ]  # fmt: skip
    first, second, third = brought(tmp_path, flats=flats).plan.flats
    assert (first.id, first.floor, first.area_dm2, first.takes_part) == ("a-1", 3, 6825, True)
    assert (first.street_floor, first.stop, first.compensation_fen) == (2, -1, 100)
    assert (first.owner, first.exempt) == ("李叔", False)
    assert (second.id, second.stop, second.street_floor, second.takes_part) == ("602", 1, 1, False)
    assert (second.owner, second.compensation_fen) == ("", 0)
    assert (third.exempt, third.stop) == (True, 0)


@pytest.mark.parametrize(
    ("written", "per"),
    [(None, "flat"), ("per-flat", "flat"), ("per-floor", "floor"), ("per-area", "area")],
)
def test_ones_own_table_is_read(tmp_path: Path, written: str | None, per: str) -> None:
    table = [{"floor": 2, "entry": Fraction(1, 3)}, {"floor": 3, "entry": Fraction(13, 10)}]
    plan = {"scheme": "custom"} | ({"table_per": written} if written else {})
    case = brought(tmp_path, plan=plan, table=table)
    assert case.plan.table == OwnTable(((2, Fraction(1, 3)), (3, Fraction(13, 10))), per)


def test_inside_a_floor_is_read(tmp_path: Path) -> None:
    assert brought(tmp_path).plan.inside == ""
    assert brought(tmp_path, plan={"inside": "area"}).plan.inside == "area"


def test_what_may_stay_empty_may_stay_empty(tmp_path: Path) -> None:
    data = {"total_fen": 100, "scheme": "equal"}
    path = tmp_path / "bare.xlsx"
    flats = [{"id": "301", "floor": 3, "area_dm2": 7000, "takes_part": True}]
    tables.write(layout(), path, "en", {"plan": data, "flats": flats})
    case, _ = read_plan(path)
    assert case is not None
    assert (case.title, case.fictional, case.running_fen, case.running_rule) == (
        "", False, None, "same",
    )  # fmt: skip
    assert (case.plan.subsidy_fen, case.plan.costs, case.plan.table) == (0, None, None)


@pytest.mark.parametrize(("missing", "cell"), [("fixed_fen", "B8"), ("storey_fen", "B9")])
def test_half_of_the_stand_alone_cost_is_a_fault(tmp_path: Path, missing: str, cell: str) -> None:
    (said,) = faults(put(tmp_path, plan={missing: None}))
    assert said.startswith(f"方案 {cell}：“单独装梯的")


def test_every_fault_is_at_its_cell(tmp_path: Path) -> None:
    flats = [
        {"id": "301", "floor": 34, "area_dm2": 0, "takes_part": True},
        {"id": "3 0 1", "floor": 3, "area_dm2": 7000, "takes_part": True, "street_floor": 0},
    ]
    plan = {"subsidy_fen": 60_000_000, "scheme": "custom"}
    said = faults(put(tmp_path, plan=plan, flats=flats))
    assert [line.partition("：")[0] for line in said] == [
        "方案 B5", "方案 B6", "住户 B2", "住户 C2", "住户 A3", "住户 F3",
    ]  # fmt: skip


def test_a_cell_that_cannot_be_read_is_told_before_the_rest(tmp_path: Path) -> None:
    path = put(tmp_path)
    book = openpyxl.load_workbook(path)
    book["住户"]["B3"] = "三楼"
    book.save(path)
    (said,) = faults(path)
    assert said.startswith("住户 B3：")


def test_what_is_no_workbook_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_text("no workbook")
    assert len(faults(path)) == 1


# --- Results --------------------------------------------------------------------------------------


def result_of(case: Case, *schemes: str, joiner: str = "") -> Result:
    running_fen = None
    if case.running_fen is not None:
        running_fen = running(case.plan, case.running_fen, case.running_rule)
    joining = join(case.plan, joiner) if joiner else None
    comparison = compare(case.plan, schemes)
    return Result(case.title, case.fictional, case.plan, comparison, running_fen, joining)


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: list(sheet.values) for sheet in book}


@pytest.mark.parametrize("lang", LANGS)
def test_the_workbook_of_shares_holds_every_flat_and_its_sums(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "shares.xlsx"
    write_shares(result_of(brought(tmp_path, lang), joiner="402"), path, lang)
    pages = sheets(path)
    assert list(pages) == (
        ["分摊", "后加入", "对照", "得失", "方案说明"] if lang == "zh"
        else ["Shares", "Joining late", "Side by side", "Gains and losses", "Schemes"]
    )  # fmt: skip
    shares = next(iter(pages.values()))
    total = next(row for row in shares if row[0] in ("合计", "Total"))
    assert total[4:8] == (376_000.0, 6000.0, 370_000.0, 6500.0)
    flats = {row[0]: row for row in shares}
    assert flats["101"][4:7] == (0, 6000, -6000)
    assert flats["601"][2] == ("李叔" if lang == "zh" else "Uncle Li")


def test_a_late_joiner_moves_money_and_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "shares.xlsx"
    write_shares(result_of(brought(tmp_path), "gd-ref", joiner="402"), path, "zh")
    pages = sheets(path)
    assert list(pages) == ["分摊", "后加入", "方案说明"]
    total = next(row for row in pages["后加入"] if row[0] == "合计")
    assert total[1] == total[4] == 376_000.0
    assert total[2] == total[3] == 28_796.41


def test_schemes_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    path = tmp_path / "shares.xlsx"
    write_shares(result_of(brought(tmp_path)), path, "en")
    rows = {row[0]: row for row in sheets(path)["Schemes"]}
    assert {ident for ident in scheme_ids() if ident in rows} == set(scheme_ids())
    assert "has no floor 7" in rows["ningbo"][4]
    assert rows["gd-ref"][5].startswith("Unverified (grade C).")


def test_fiction_is_marked_on_every_sheet(tmp_path: Path) -> None:
    path = tmp_path / "shares.xlsx"
    for fictional in (True, False):
        result = replace(result_of(brought(tmp_path)), fictional=fictional)
        write_shares(result, path, "zh")
        for rows in sheets(path).values():
            assert any("虚构示例" in str(row[0]) for row in rows) is fictional


def test_a_verified_scheme_says_by_whom() -> None:
    scheme = replace(find("gd-ref"), verified_by="李律师")
    assert standing(scheme, "zh").startswith("由 李律师 核实（依据等级 C）")


def test_the_verdict_names_the_worst_group_with_its_floors(tmp_path: Path) -> None:
    plan = {"scheme": "equal", "fixed_fen": 0}
    flats = [
        {"id": f"{floor}-{door}", "floor": floor, "area_dm2": 7000, "takes_part": True}
        for floor in (2, 3, 5, 9)
        for door in range(3 if floor < 9 else 1)
    ]
    result = result_of(brought(tmp_path, plan=plan, flats=flats), "equal")
    said = verdict(result.comparison.columns[0], "en")
    assert said.startswith("9 flats on floors 2-3, 5 together pay 333,000.00 yuan")
    assert "come to 185,000.00: 148,000.00 too much" in said
    assert "2-3、5 层的 9 户" in verdict(result.comparison.columns[0], "zh")


def test_the_verdict_is_open_without_stand_alone_costs(tmp_path: Path) -> None:
    case = brought(tmp_path, plan={"fixed_fen": None, "storey_fen": None})
    column_ = result_of(case, "equal").comparison.columns[0]
    assert "cannot be said" in verdict(column_, "en")


def test_gains_and_losses_name_who_moves_most(tmp_path: Path) -> None:
    result = result_of(brought(tmp_path), "stairs", "gd-ref", "sample-hz")
    stairs, own, sample = result.comparison.columns
    assert gains_and_losses(result, own, "en") == []
    assert [line.partition(":")[0] for line in gains_and_losses(result, stairs, "en")] == [
        "Beside “Guangdong reference coefficients”, 6 flats pay less and 5 pay more.",
        "Flat 301 saves most",
        "Flat 702 loses most",
    ]
    assert gains_and_losses(result, sample, "en") == [
        "Beside “Guangdong reference coefficients”, 0 flats pay less and 0 pay more."
    ]
