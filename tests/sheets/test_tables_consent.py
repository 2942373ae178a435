"""The workbooks of a vote: rolls and ballots as people keep them, each fault at its cell."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.rules.consent_cast import ON, SPECIAL
from tests.sheets.books import written
from tuanti.rules.consent import (
    Ballot,
    Flat,
    Mandate,
    Objection,
    Outcome,
    Owner,
    Regime,
    Roll,
    Thresholds,
    check,
    still_needed,
    tally_all,
)
from tuanti.rules.errors import Fault
from tuanti.sheets.consent_books import Case, read_case, write_ballots, write_roll
from tuanti.sheets.consent_says import remarks
from tuanti.sheets.consent_tables import Result, heading, percent, threshold, write_tally
from tuanti.texts import LANGS, Lang

ROLL_HEAD = ["房号", "楼栋", "单元", "面积", "产权人", "证件尾号", "份额", "身份", "房屋性质",
             "情况", "占用其专有部分", "表决票已送达", "承租人"]  # fmt: skip
BALLOT_HEAD = ["房号", "意见", "签字人", "事项", "日期"]
MANDATE_HEAD = ["产权人", "代签人", "凭什么代签", "文书", "生效日期", "有效期至", "撤销日期"]


def home(flat: str, owner: str, area: Any = 70, **more: Any) -> list[Any]:  # noqa: ANN401 (any cell)
    row: dict[str, Any] = {"房号": flat, "面积": area, "产权人": owner} | more
    return [row.get(heading) for heading in ROLL_HEAD]


def brought(
    tmp_path: Path, roll: list[list[Any]], ballots: list[list[Any]], **more: list[list[Any]]
) -> Case:
    one = written(tmp_path / "roll.xlsx", {"花名册": [ROLL_HEAD, *roll]})
    sheets = {"表决票": [BALLOT_HEAD, *ballots], **more}
    return read_case(one, written(tmp_path / "ballots.xlsx", sheets))


def judged(case: Case, regime: Regime = SPECIAL) -> Case:
    return case.blamed(check(case.roll, case.ballots, [regime], on=ON, objections=case.objections))


def told(case: Case) -> list[tuple[str, str, str]]:
    return [
        (fault.code, fault.sheet, fault.cell)
        for file in (case.roll_file, case.ballots_file)
        for fault in file.faults
    ]


def test_a_flat_takes_a_row_for_each_owner(tmp_path: Path) -> None:
    roll = [
        home("101", "王 桂芳", 68.25, 证件尾号="002X", 房屋性质="直管公房", 承租人="何平、 何安"),
        home("201", "赵磊", 75.4, 份额="1/2", 身份="继承人", 楼栋="3", 单元="1"),
        home("201", "赵晴", None, 份额="50%", 身份="继承人"),
        home("301", "John  Smith", 60, 情况="被查封", 占用其专有部分="是", 表决票已送达="√"),
    ]
    case = brought(tmp_path, roll, [["101", "同意"]])
    assert told(case) == []
    assert case.roll.flats == (
        Flat("101", 68_25, (Owner("王桂芳 002X"),), tenure="public", tenants=("何平", "何安")),
        Flat(
            "201", 75_40,
            (Owner("赵磊", Fraction(1, 2), "heir"), Owner("赵晴", Fraction(1, 2), "heir")),
            building="3", stairwell="1",
        ),
        Flat("301", 60_00, (Owner("John Smith"),), state="sealed", occupied=True, served=True),
    )  # fmt: skip


def test_ballots_mandates_and_objections_are_read(tmp_path: Path) -> None:
    day = dt.date(2026, 11, 5)
    case = brought(
        tmp_path,
        [home("101", "王桂芳", 证件尾号="1"), home("201", "李建国")],
        [["101", "弃权", "王 桂芳", "占用共有场地", "2026-11-05"], ["201", "√", "孙浩"]],
        授权=[MANDATE_HEAD, ["李建国", "孙浩", "代理人", "W-7", "2026-11-01", "2026-11-30"],
              ["王桂芳 1", "李 建国", "监护人", "W-8", None, None, "2026-11-05"]],
        异议=[["异议人", "提出日期", "解决或撤回日期"], ["周军", "2026-11-05", ""]],
    )  # fmt: skip
    assert told(case) == []
    assert case.ballots == (
        Ballot("101", "abstain", "王桂芳 1", "common-land", day),
        Ballot("201", "yes", "孙浩"),
    )
    first, end = dt.date(2026, 11, 1), dt.date(2026, 12, 1)  # the last day is inclusive
    assert case.roll.mandates == (
        Mandate("李建国", "孙浩", "proxy", "W-7", first, end),
        Mandate("王桂芳 1", "李建国", "guardian", "W-8", revoked_on=day),
    )
    assert case.objections == (Objection("周军", day),)


@pytest.mark.parametrize(
    ("roll", "faults"),
    [
        ([home("101", "王", None)], [("tables.blank", "D2")]),
        (
            [home("101", "王"), home("101", "李", 71)],
            [("consent.flat_differs", "D3")],
        ),
        ([home("101", "王"), home("101", "李", 70)], []),
        (
            [home("101", "王"), home("101", "李", None, 情况="被查封")],
            [("consent.flat_differs", "J3")],
        ),
        (
            [home("101", "王伟"), home("201", "王 伟")],
            [("consent.same_name", "F2"), ("consent.same_name", "F3")],
        ),
        (
            [home("101", "王伟", 证件尾号="1"), home("201", "王伟")],
            [("consent.same_name", "F3")],
        ),
        ([home("101", "王伟", 证件尾号="1"), home("201", "王伟", 证件尾号="2")], []),
        (
            [home("101", "局", 房屋性质="直管公房"), home("201", "局", 房屋性质="直管公房")],
            [],
        ),
        ([home("101", "王"), home("101", "王", None)], [("consent.owner_twice", "E3")]),
        ([home("101", "王", 0)], [("consent.area_not_positive", "D2")]),
        ([home("101", "王", -1)], [("consent.area_not_positive", "D2")]),
        (
            [home("101", "王", 份额="1/2"), home("101", "李", None, 份额="1/3")],
            [("consent.shares_not_one", "G2")],
        ),
        (
            [home("101", "王", 份额="1/2"), home("101", "李", None)],
            [("consent.shares_incomplete", "G3")],
        ),
        (
            [home("101", "甲", 房屋性质="未售"), home("201", "乙", 房屋性质="未售")],
            [("consent.two_developers", "I3")],
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_roll_is_told_at_its_cell(
    tmp_path: Path, roll: list[list[Any]], faults: list[tuple[str, str]]
) -> None:
    case = brought(tmp_path, roll, [["101", "同意"]])
    case = case if case.faults else judged(case)
    assert told(case) == [(code, "花名册", cell) for code, cell in faults]
    for lang in LANGS:
        assert len(case.roll_file.said(lang)) == case.faults == len(faults)


@pytest.mark.parametrize(
    ("ballots", "mandates", "faults"),
    [
        ([["999", "同意"]], [], [("consent.not_on_the_roll", "表决票", "A2")]),
        ([["101", "同意", "何平"]], [], [("consent.tenant_has_no_vote", "表决票", "C2")]),
        ([["101", "同意", "谁"]], [], [("consent.not_an_owner", "表决票", "C2")]),
        ([["101", "同意", "", "", "2026-11-23"]], [], [("consent.ballot_later", "表决票", "E2")]),
        (
            [["201", "同意"], ["301", "不同意"]],
            [],
            [("consent.two_answers", "表决票", "B3")],
        ),
        (
            [["101", "同意", "孙浩", "", "2026-11-09"]],
            [["王桂芳", "孙浩", "受托人", "W", "", "2026-11-08"]],
            [("consent.mandate_ended", "表决票", "C2")],
        ),
        (
            [["101", "同意"]],
            [["王桂芳", "孙浩", "受托人", "W", "2026-11-08", "2026-11-07"]],
            [("consent.mandate_reversed", "授权", "F2")],
        ),
        (
            [["101", "同意"]],
            [["谁", "孙浩", "受托人", "W"]],
            [("consent.mandate_from_nobody", "授权", "A2")],
        ),
        (
            [["401", "同意", "王伟"]],
            [["王伟", "孙浩", "受托人", "W"]],
            [("consent.which_owner", "表决票", "C2"), ("consent.which_owner", "授权", "A2")],
        ),
        (
            [["401", "同意", "王伟 1"]],
            [["王伟 2", "孙浩", "受托人", "W"]],
            [],
        ),
    ],
)
def test_a_fault_of_the_ballots_is_told_at_its_cell(
    tmp_path: Path,
    ballots: list[list[Any]],
    mandates: list[list[Any]],
    faults: list[tuple[str, str, str]],
) -> None:
    roll = [
        home("101", "王桂芳", 承租人="何平"),
        home("201", "陈", 证件尾号="1"),
        home("301", "陈", 证件尾号="1"),
        home("401", "王伟", 证件尾号="1"),
        home("401", "王伟", None, 证件尾号="2"),
    ]
    case = brought(tmp_path, roll, ballots, 授权=[MANDATE_HEAD, *mandates])
    case = case if case.faults else judged(case)
    assert told(case) == faults


def test_faults_of_both_files_are_told_together(tmp_path: Path) -> None:
    case = brought(tmp_path, [home("101", "王", "大")], [["101", "也许"]])
    assert told(case) == [
        ("sheets.not_a_number", "花名册", "D2"),
        ("sheets.unknown_choice", "表决票", "B2"),
    ]


def test_an_argument_at_fault_is_told_without_a_cell(tmp_path: Path) -> None:
    case = brought(tmp_path, [home("1", "a", 单元="1"), home("2", "b", 单元="2")], [["1", "同意"]])
    assert told(judged(case)) == [("consent.which_stairwell", "小区", "")]
    empty = case.blamed([Fault("consent.empty_roll", ("flats",))])
    assert told(empty) == [("consent.empty_roll", "花名册", "")]
    nobody = case.blamed([Fault("consent.no_owner", ("flats", 1, "owners"), {"flat": "2"})])
    assert told(nobody) == [("consent.no_owner", "花名册", "E3")]
    twice = case.blamed([Fault("consent.flat_twice", ("flats", 1, "id"), {"flat": "2"})])
    assert told(twice) == [("consent.flat_twice", "花名册", "A3")]


# -- The example -----------------------------------------------------------------------------


def example(tmp_path: Path, lang: Lang) -> Case:
    write_roll(tmp_path / "r.xlsx", lang, example=True)
    write_ballots(tmp_path / "b.xlsx", lang, example=True)
    return read_case(tmp_path / "r.xlsx", tmp_path / "b.xlsx")


def counted(case: Case, *regimes: Regime) -> Outcome:
    return tally_all(case.roll, case.ballots, regimes or [SPECIAL], on=ON)


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_is_one_yes_short(tmp_path: Path, lang: Lang) -> None:
    case = example(tmp_path, lang)
    assert (told(case), told(judged(case)), case.fictional) == ([], [], True)
    outcome = counted(case)
    assert not outcome.passed
    assert [vote.flats for vote in still_needed(outcome.tallies[0]).ask] == [("202",)]
    more = (*case.ballots, Ballot("202", "yes", cast_on=ON))
    found = tally_all(case.roll, more, [SPECIAL], on=ON)
    assert found.passed
    assert found.tallies[0].measures[3].share == Fraction(3, 4)  # exactly on the line


def test_nobodys_id_is_in_a_result(tmp_path: Path) -> None:
    case = example(tmp_path, "zh")
    owners = [vote.owners for vote in counted(case).tallies[0].votes]
    assert ("陈志远 3312",) in owners
    shown = [vote.owners for vote in case.named(counted(case)).tallies[0].votes]
    assert ("陈志远",) in shown
    assert not any("3312" in name for names in shown for name in names)


# -- Results ---------------------------------------------------------------------------------

LAND = Regime(
    "estate",
    Thresholds(Fraction(0), Fraction(0)),
    Thresholds(Fraction(1, 2), Fraction(1, 2)),
    approval_of="all",
    strict=True,
    matter="common-land",
    extra=("no-written-objection", "occupied-owner-consents"),
)


def sheets_of(tmp_path: Path, outcome: Outcome, lang: Lang) -> dict[str, list[tuple[Any, ...]]]:
    needed = tuple(still_needed(tally) for tally in outcome.tallies)
    said = tuple(remarks(outcome, needed, lang))
    result = Result("向阳 3 栋", False, outcome, needed, said)  # noqa: FBT003 (not invented)
    write_tally(result, tmp_path / "t.xlsx", lang)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    return {tab.title: list(tab.values)[4:] for tab in book}


def test_a_result_shows_four_tests_every_vote_and_who_is_needed(tmp_path: Path) -> None:
    found = sheets_of(tmp_path, counted(example(tmp_path, "zh")), "zh")
    assert [*found] == ["结果", "逐票", "还差谁"]
    assert found["结果"][0] == (
        "标准",
        "已有",
        "须达到",
        "比例",
        "门槛",
        "是否达到",
        "精确值",
        "总数",
    )
    assert found["结果"][1] == (
        "参与面积", "567.45 平方米", "574.60 平方米", "65.83%", "≥ 2/3", "✕ 未达到", "291/442",
        "861.90 平方米",
    )  # fmt: skip
    assert found["结果"][4][:6] == ("同意人数", "5 人", "6 人", "71.42%", "≥ 3/4", "✕ 未达到")
    assert len(found["逐票"]) == 1 + 11
    assert found["逐票"][3][-1] == "同意。几套同属一人，算一个人。"
    assert found["还差谁"][1] == ("202", "虚构市房屋管理局", 75.4, "请其表态")


def test_a_result_of_two_votes_says_which_is_which(tmp_path: Path) -> None:
    found = sheets_of(tmp_path, counted(example(tmp_path, "en"), SPECIAL, LAND), "en")
    head, *rows = found["Result"]
    assert head[-2:] == ("Matter", "Scope")
    assert [row[-2:] for row in rows[:10]] == [("the lift", "the stairwell")] * 4 + [
        ("common land", "the estate")
    ] * 6
    assert rows[4][4] == "none"
    assert rows[6][4] == "> 1/2"
    assert rows[8][0::5][:2] == ("no written objection", "✓ yes")


def test_without_anybody_needed_there_is_no_such_sheet(tmp_path: Path) -> None:
    case = brought(tmp_path, [home("101", "王")], [["101", "同意"]])
    assert [*sheets_of(tmp_path, counted(case), "zh")] == ["结果", "逐票"]


@pytest.mark.parametrize(
    ("share", "shown"),
    [("2/3", "66.66%"), ("1", "100.00%"), ("9999/10000", "99.99%"), ("99999/100000", "99.99%"),
     ("0", "0.00%"), ("1/2000", "0.05%")],
)  # fmt: skip
def test_a_share_never_looks_more_than_it_is(share: str, shown: str) -> None:
    assert percent(Fraction(share)) == shown


def said_of(tmp_path: Path, roll: list[list[Any]], ballots: list[list[Any]],
            regime: Regime = SPECIAL, **more: list[list[Any]]) -> list[str]:  # fmt: skip
    case = brought(tmp_path, roll, ballots, **more)
    outcome = tally_all(case.roll, case.ballots, [regime], on=ON, objections=case.objections)
    return [*remarks(outcome, [still_needed(outcome.tallies[0])], "zh")]


FOUR = [home(str(n), f"业主{n}", 70) for n in (1, 2, 3, 4)]


def test_it_is_said_what_stands_against_a_pass(tmp_path: Path) -> None:
    lines = said_of(tmp_path, FOUR, [["1", "不同意"], ["2", "不同意"], ["3", "同意"]])
    assert lines == [
        "表决没有通过。",
        "未表态的都同意时，同意面积为 50.00%，门槛 ≥ 3/4。",
        "未表态的都同意时，同意人数为 50.00%，门槛 ≥ 3/4。",
        "未表态的都同意也不够，还须至少 1 人改变意见，最少可以是：1（业主1）。",
        "同时还差未表态的 1 人同意，最少可以是：4（业主4）。",
        "提示：没有不同意的票，参与面积或人数就不够；不表态比投不同意更能挡住表决。",
    ]


def test_a_pass_needs_no_further_words(tmp_path: Path) -> None:
    assert said_of(tmp_path, FOUR, [[str(n), "同意"] for n in (1, 2, 3)]) == ["表决通过。"]


def test_it_is_said_when_no_vote_could_ever_pass(tmp_path: Path) -> None:
    over_all = Regime("stairwell", LAND.participation, Thresholds(Fraction(1), Fraction(1)),
                      strict=True)  # fmt: skip
    lines = said_of(tmp_path, FOUR, [["1", "同意"]], over_all)
    assert lines[-1] == "即使人人同意也达不到门槛。请核对所用的规则。"


def test_a_condition_alone_may_be_what_is_missing(tmp_path: Path) -> None:
    roll = [*FOUR[:3], home("4", "业主4", 1, 占用其专有部分="是")]
    regime = Regime("stairwell", SPECIAL.participation, SPECIAL.approval, extra=LAND.extra)
    lines = said_of(tmp_path, roll, [[str(n), "同意"] for n in (1, 2, 3)], regime,
                    异议=[["异议人"], ["周军"]])  # fmt: skip
    assert lines == [
        "表决没有通过。",
        "还差 1 人同意，最少可以是：4（业主4）（合计 1.00 平方米）。",
        "书面异议尚未解决：周军。解决或撤回之前不能通过。",
        "专有部分被占用的住户还没有同意：4。必须由其同意。",
    ]


def test_what_was_not_counted_is_told(tmp_path: Path) -> None:
    roll = [home(str(n), f"业主{n}", 70, 单元=str(n % 2)) for n in (1, 2, 3)]
    case = brought(tmp_path, roll, [["2", "同意"], ["1", "不同意"], ["1", "同意"], ["3", "同意"]])
    outcome = tally_all(case.roll, case.ballots, [SPECIAL], on=ON, stairwell="1")
    assert [*remarks(outcome, [still_needed(outcome.tallies[0])], "en")] == [
        "The owners have consented.",
        "Ballots that gave way to a later one of the same owner, and were not counted: 1.",
        "Ballots from flats outside the scope of this vote, not counted: 1.",
    ]


def test_thresholds_are_written_with_their_sign() -> None:
    roll = Roll((Flat("0", 1, (Owner("li"),)),))
    outcome = tally_all(roll, [], [SPECIAL, LAND], on=ON)
    signs = [threshold(m, "en") for tally in outcome.tallies for m in tally.measures]
    assert signs == ["≥ 2/3", "≥ 2/3", "≥ 3/4", "≥ 3/4", "none", "none", "> 1/2", "> 1/2"]


def test_a_matter_of_a_citys_own_keeps_its_name() -> None:
    roll = Roll((Flat("0", 1, (Owner("li"),)),))
    outcome = tally_all(roll, [], [SPECIAL, replace(LAND, matter="parking")], on=ON)
    assert [heading(tally, "en")[0] for tally in outcome.tallies] == ["the lift", "parking"]
