import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tuanti.cli import app
from tuanti.texts import LANGS, Lang

DAY = "2026-11-22"
PACK = """
format = "tuanti-law/1"
[[places]]
id = "jiashi"
name = { zh = "甲市", en = "Jia City" }
parent = "cn"
[[rules]]
id = "jiashi/tendering/goods-from"
title = { zh = "甲", en = "a" }
unit = "fen"
value = 100
article = { zh = "甲市办法第1条", en = "Jia rules, art. 1" }
source = "invented"
grade = "memory"
in_force_from = 2020-01-01
"""


def ask(*words: str, lang: Lang = "en") -> Result:
    return CliRunner().invoke(app, ["law", "regime", "--on", DAY, "--lang", lang, *words])


def answers(money: str, kind: str, value: str) -> tuple[str, ...]:
    return ("--money", money, "--kind", kind, "--value-yuan", value)


def told(*words: str) -> dict[str, Any]:
    answer = ask(*words, "--json")
    assert answer.exit_code == 0, answer.output
    data: dict[str, Any] = json.loads(answer.output)
    return data


@pytest.mark.parametrize(
    ("money", "kind", "value", "more", "regime"),
    [
        ("fiscal", "goods", "3000000", (), "fiscal"),
        ("fiscal", "goods", "2,000,000.00", ("--tied",), "tendering"),
        ("fiscal", "goods", "1999999.99", ("--tied",), "fiscal"),
        ("fiscal", "goods", "1999999.9", ("--tied",), "fiscal"),
        ("state-funds", "works", "4000000", (), "tendering"),
        ("owners", "works", "600000", (), "owners"),
    ],
)
def test_the_questionnaire_proposes_a_regime(
    money: str, kind: str, value: str, more: tuple[str, ...], regime: str
) -> None:
    found = told(*answers(money, kind, value), *more)
    assert found["regime"] == regime
    assert found["law_ids"]


def test_cents_are_counted_as_they_are_written() -> None:
    found = told(*answers("fiscal", "works", "1.5"))
    [below] = [r for r in found["reasons"] if r["code"] == "regimes.below_threshold"]
    assert below["facts"]["value"] == 150


@pytest.mark.parametrize("lang", LANGS)
def test_people_read_why_what_follows_and_what_is_forbidden(lang: Lang) -> None:
    answer = ask(*answers("fiscal", "goods", "3000000"), "--uniform", lang=lang)
    assert answer.exit_code == 0
    expected = {
        "zh": [
            "建议适用：政府采购",
            "标准统一",
            "20 天",
            "未核实（依据等级 A）",
            "第20条",
            "中小企业",
        ],
        "en": [
            "Proposed: fiscal",
            "uniform",
            "20 days",
            "unverified (grade A)",
            "art. 20",
            "small",
        ],
    }
    for words in expected[lang]:
        assert words in answer.output


def test_owners_may_name_whom_they_like() -> None:
    found = told(*answers("owners", "goods", "600000"))
    assert found["follows"] == {}
    assert [r["code"] for r in found["remarks"]] == ["regimes.favours_allowed", "regimes.caution"]


def test_a_citys_own_pack_is_asked(tmp_path: Path) -> None:
    pack = tmp_path / "jiashi.toml"
    pack.write_text(PACK, encoding="utf-8")
    words = (*answers("fiscal", "goods", "1"), "--tied", "--place", "jiashi", "--pack", str(pack))
    assert told(*words)["regime"] == "tendering"
    assert "jiashi/tendering/goods-from@2020-01-01" in ask(*words).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (answers("mine", "lifts", "1"), ["“money” cannot be “mine”", "“kind” cannot be “lifts”"]),
        (answers("fiscal", "goods", "0"), ["“0” is not right"]),
        (answers("fiscal", "goods", "1.005"), ["“1.005” is not right"]),
        (answers("fiscal", "goods", "-1"), ["“-1” is not right"]),
        (answers("fiscal", "goods", "3e6"), ["“3e6” is not right"]),
        ((*answers("fiscal", "goods", "1"), "--place", "nowhere"), ["no place “nowhere”"]),
        ((*answers("fiscal", "works", "1"), "--on", "1999-01-01"), ["No rule “cn/"]),
        ((*answers("fiscal", "works", "1"), "--on", "today"), ["“today” is not a date"]),
        ((*answers("fiscal", "works", "1"), "--pack", "none.toml"), ["none.toml"]),
    ],
)
def test_what_cannot_be_answered_is_said(words: tuple[str, ...], said: list[str]) -> None:
    answer = ask(*words)
    assert answer.exit_code == 2
    for line in said:
        assert line in answer.output
