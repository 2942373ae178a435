import json
import os
import subprocess
import sys
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tuanti.cli import app
from tuanti.cli.pages import PAGES
from tuanti.texts import LANGS, Lang

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples/case.json"

PACK = """format = "tuanti-law/1"
[[places]]
id = "yunzhou"
name = { zh = "云州市", en = "Yunzhou" }
parent = "cn"
[[rules]]
id = "yunzhou/subsidy/lift"
title = { zh = "云州补贴", en = "Yunzhou's subsidy" }
unit = "subsidy"
value = { kind = "fixed", fen = 20000000, min_storeys = 4, trigger = "topping-out", apply_within_days = 30, expires_on = 2026-12-31 }
article = { zh = "云州办法第3条", en = "Yunzhou measures, art. 3" }
source = "invented"
grade = "memory"
in_force_from = 2020-01-01
"""  # noqa: E501 (a table of TOML is one line)


def run(*words: object, lang: str = "en") -> Result:
    return CliRunner().invoke(app, [*map(str, words)], env={"TUANTI_LANG": lang})


def put(path: Path, **changes: object) -> Path:
    data = json.loads(EXAMPLE.read_text("utf-8")) | changes
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def told(*words: object, lang: str = "en") -> str:
    answer = run(*words, lang=lang)
    assert (answer.exit_code, answer.stderr) == (0, "")
    return answer.stdout


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "yunzhou.toml"
    path.write_text(PACK, encoding="utf-8")
    return path


# --- The example -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["【虚构示例】", "有 4 项期限要留意，其中 0 项已逾期", "最迟 2026-12-11", "许可机关",
                "已过期", "进行中、暂定", "未核实（依据等级 A）", "《民法典》第203条",
                "228,000.00 元", "2026-12-29 起的放假安排尚未公布"]),
        ("en", ["[Fictional example]", "4 terms to watch, 0 of them overdue", "by 2026-12-11",
                "licensing authority", "lapsed", "open, provisional", "unverified (grade A)",
                "Civil Code, art. 203", "228,000.00 yuan at most",
                "from 2026-12-29 is not published yet"]),
    ],
)  # fmt: skip
def test_the_example_is_told_in_either_language(lang: str, said: list[str]) -> None:
    shown = told("due", EXAMPLE, "--on", "2026-11-22", lang=lang)
    assert [text for text in said if text not in shown] == []


def test_the_example_is_counted_as_by_hand() -> None:
    data = json.loads(told("due", EXAMPLE, "--on", "2026-11-22", "--json"))
    assert (data["format"], data["case"], data["on"]) == ("tuanti-due/1", "hehua-3-1", "2026-11-22")
    days = {due["rule"]: (due["due_on"], due["state"]) for due in data["dues"]}
    assert days == {
        "notice/plan": ("2026-06-22", "kept"),  # the 20th is a Saturday, the 19th a holiday
        "consent/challenge": ("2027-06-08", "open"),
        "tendering/document-supply": ("2026-11-09", "over"),  # the 7th is a Saturday
        "tendering/bid-period": ("2026-11-23", "kept"),  # the 22nd is a Sunday
        "tendering/clarification": ("2026-11-12", "kept"),
        "tendering/objection-before": ("2026-11-17", "lapsed"),
        # 3 days in September, 3 in October until the 10th, 6 paused, 9 more, 21 in November,
        # 9 in December
        "licence/joint-decision": ("2026-12-11", "open"),
    }
    assert [due["due_on"] for due in data["dues"]] == sorted(due["due_on"] for due in data["dues"])
    laws = {law["id"]: law for law in data["laws"]}
    assert {law_id for due in data["dues"] for law_id in due["law_ids"]} <= set(laws)
    assert not any(law["verified"] for law in laws.values())


def test_the_joint_decision_is_45_working_days_without_the_review() -> None:
    works = import_module("chinese_calendar").is_workday
    days = [date(2026, 9, 26) + timedelta(at) for at in range(80)]
    counted = [x for x in days if works(x) and not date(2026, 10, 12) <= x < date(2026, 10, 20)]
    assert counted[44] == date(2026, 12, 11)


def test_without_a_day_today_is_taken() -> None:
    assert json.loads(told("due", EXAMPLE, "--json"))["on"] >= "2026-01-01"


def test_a_pause_that_lasts_is_marked(tmp_path: Path) -> None:
    row = {"clock": "licence/joint-decision", "reason": "hearing", "from_on": "2026-11-20"}
    path = put(tmp_path / "c.json", pauses=[row], lift=None, subsidies=None)
    shown = told("due", path, "--on", "2026-11-22", lang="zh")
    assert "进行中、暂停" in shown
    assert "标“暂停”的期限眼下不计时" in shown


def test_a_case_without_anything_due_is_told(tmp_path: Path) -> None:
    path = put(tmp_path / "c.json", events={}, lift=None, subsidies=None, pauses=None)
    assert "0 terms to watch" in told("due", path, "--on", "2026-11-22")


def test_a_clock_without_a_rule_is_named(tmp_path: Path) -> None:
    path = put(tmp_path / "c.json", events={"departments-asked": "2026-11-20"})
    shown = told("due", path, "--on", "2026-11-22")
    assert "“licence/consultation” runs, but no pack has a rule" in shown


def test_a_clock_from_the_end_of_another_names_it(tmp_path: Path) -> None:
    path = put(tmp_path / "c.json", regime="fiscal", events={"challenge-filed": "2026-11-16"})
    shown = told("due", path, "--on", "2026-11-22", lang="zh")
    assert "2026-11-25 答复质疑" in shown
    assert "最迟 2026-12-16" in shown  # 15 working days on


# --- Money -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "on", "said"),
    [
        (
            {},
            "2026-11-22",
            "If “topping-out” has not happened by the end of 2026-12-31, 200,000.00",
        ),
        ({}, "2027-01-01", "200,000.00 yuan are lost because a date was missed"),
        (
            {"topping-out": "2026-11-01"},
            "2026-11-22",
            "If “subsidy applied for” has not happened by the end of 2026-12-01, 200,000.00",
        ),
        ({"topping-out": "2027-01-02"}, "2027-01-03", "it was 2027-01-02, too late"),
        (
            {"topping-out": "2026-11-01", "subsidy-applied": "2026-11-20"},
            "2026-11-22",
            "Yunzhou's subsidy: 200,000.00 yuan.",
        ),
    ],
)
def test_what_a_missed_day_costs_is_said(
    tmp_path: Path, pack: Path, events: dict[str, str], on: str, said: str
) -> None:
    path = put(tmp_path / "c.json", place="yunzhou", events=events, pauses=None)
    shown = told("due", path, "--on", on, "--pack", pack)
    assert said in shown
    assert ("have not" in shown or "If “" in shown) is ("If “" in said)


def test_money_is_told_as_data(tmp_path: Path, pack: Path) -> None:
    events = {"topping-out": "2026-11-01"}
    path = put(tmp_path / "c.json", place="yunzhou", events=events, pauses=None)
    data = json.loads(told("due", path, "--on", "2026-12-02", "--pack", pack, "--json"))
    (grant,) = data["grants"]
    assert (grant["rule"], grant["paid_fen"], grant["lost_fen"]) == (
        "subsidy/lift", 20_000_000, 20_000_000,
    )  # fmt: skip
    assert (grant["triggered_on"], grant["apply_by_on"]) == ("2026-11-01", "2026-12-01")
    (application,) = [due for due in data["dues"] if due["ends"] == "subsidy-applied"]
    assert (application["state"], application["fen"]) == ("overdue", 20_000_000)


def test_a_lift_too_low_is_told_why(tmp_path: Path, pack: Path) -> None:
    lift = {"storeys": 3, "cost_fen": 1}
    path = put(tmp_path / "c.json", place="yunzhou", events={}, pauses=None, lift=lift)
    shown = told("due", path, "--on", "2026-11-22", "--pack", pack)
    assert "asks for at least 4" in shown
    assert "lost" not in shown
    data = json.loads(told("due", path, "--on", "2026-11-22", "--pack", pack, "--json"))
    assert data["grants"][0]["reasons"] == [
        {"code": "subsidy.too_low", "facts": {"storeys": 3, "least": 4}}
    ]


# --- What is refused -------------------------------------------------------------------------


def refused(*words: object, lang: str = "en") -> str:
    answer = run(*words, lang=lang)
    assert (answer.exit_code, answer.stdout) == (2, "")
    return answer.stderr


def test_every_fault_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    events = {"party": "2026-06-01", "bid-deadline": "2026-02-30"}
    path = put(tmp_path / "c.json", place="atlantis", events=events, id="A")
    said = refused("due", path)
    places = ["/id: ", "/place: ", "/events/party: ", "/events/bid-deadline: "]
    assert [place for place in places if place not in said] == []
    assert "4 problems were found" in said
    assert "/events/party：" in refused("due", path, lang="zh")


def test_a_name_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace('"fictional": true', '"id": "x", "fictional": true')
    (tmp_path / "c.json").write_text(text, encoding="utf-8")
    assert "/id: " in refused("due", tmp_path / "c.json")


def test_what_is_no_case_is_refused(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "c.json").write_text("{", encoding="utf-8")
    assert refused("due", tmp_path / "c.json")
    (tmp_path / "c.json").write_text("[]", encoding="utf-8")
    assert "JSON object" in refused("due", tmp_path / "c.json")
    assert "no file" in refused("due", tmp_path / "none.json")
    assert refused("due", EXAMPLE, "--on", "yesterday")
    assert refused("due", EXAMPLE, "--pack", tmp_path / "none.toml")
    lift = {"storeys": 7, "cost_fen": 1, "bonuses": ["free tea"]}
    path = put(tmp_path / "c.json", place="yunzhou", lift=lift)
    assert "free tea" in refused("due", path, "--pack", pack)


# --- The handbook ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("page", "file"), [("processes", "processes"), ("case", "case-file")])
def test_the_handbook_says_what_the_tables_say(page: str, file: str, lang: Lang) -> None:
    kept = (DOCS / lang / "reference" / f"{file}.md").read_text("utf-8")
    again = f"python -m tuanti.cli.pages {page} {lang} > docs/{lang}/reference/{file}.md"
    assert kept == PAGES[page](lang), again


def test_a_page_is_printed() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "tuanti.cli.pages", "processes", "en"],
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
    )
    assert answer.stdout.decode() == PAGES["processes"]("en")


def test_the_example_of_the_page_is_a_case() -> None:
    data: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))
    assert data["fictional"] is True
    assert "](../../examples/case.json)" in (DOCS / "en/reference/case-file.md").read_text("utf-8")
