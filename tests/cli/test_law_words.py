"""The words of law: every value, key and topic of the packs has a name in both languages."""

import dataclasses
import re
from collections.abc import Iterator, Mapping

import pytest

from tuanti.cli import law_words
from tuanti.rules import law
from tuanti.texts import LANGS, Lang
from tuanti.texts.words import word

RULES = law.packaged().rules


def words_in(value: object) -> Iterator[str]:
    if isinstance(value, Mapping) and value.keys() != {"zh", "en"}:
        for part in value.values():
            yield from words_in(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from words_in(part)
    elif isinstance(value, str) and "/" not in value:
        yield value


def keys_in(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (key for key in value if isinstance(key, str))
        for part in value.values():
            yield from keys_in(part)


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_key_and_topic_of_the_packs_has_a_name(lang: Lang) -> None:
    words = {f"values.{name}" for rule in RULES for name in words_in(rule.value)}
    keys = {f"keys.{name}" for rule in RULES for name in keys_in(rule.value)}
    otherwise = {f"keys.{name}" for name in ("area", "persons", "zh", "en")}
    topics = {f"topics.{rule.topic}" for rule in RULES}
    for name in sorted((words | keys | topics) - otherwise):
        assert word(f"law.{name}", lang)


def test_no_word_of_a_pack_is_left_in_english_in_chinese() -> None:
    told = [law_words.value(rule, "zh") for rule in RULES]
    assert [text for text in told if re.search(r"[a-z]{2}", text.replace("consent/", ""))] == [
        text for text in told if "common-land" in text
    ]


SAID = [
    ("cn/fiscal/bid-period@2003-01-01", "20 天", "20 days"),
    ("cn/licence/decision@2004-07-01", "20 个工作日", "20 working days"),
    ("cn/consent/challenge@2021-01-01", "1 年", "1 year"),
    ("cn/fiscal/bid-bond-most@2015-03-01", "2%", "2%"),
    ("cn/fiscal/performance-bond-most@2015-03-01", "10%", "10%"),
    ("cn/tendering/works-from@2018-06-01", "4,000,000 元", "4,000,000 yuan"),
    ("cn/fiscal/bid-bond-cash@2015-03-01", "否", "no"),
    ("cn/tendering/bidders-least@2000-01-01", "3", "3"),
    (
        "cn/inspection/years@2023-04-02",
        "第 1、4、7、9、11、13、15 年",
        "years 1, 4, 7, 9, 11, 13, 15",
    ),
    (
        "cn/round/breaker@2025-09-20",
        "倍数：9/5；入围均价的：1/2；适用：文件载明才适用",
        "factor: 9/5; of the shortlisted mean: 1/2; binds: where published",
    ),
    (
        "cn/tendering/committee@2000-01-01",
        "人数下限：5；单数；专家至少：2/3",
        "fewest members: 5; odd number; experts, at least: 2/3",
    ),
    (
        "qingdao/subsidy/lift@2021-01-01",
        "方式：定额；金额：100,000 元；加补：已有井道 50,000 元；触发节点：使用登记",
        (
            "kind: fixed sum; sum: 100,000 yuan; bonus: shaft exists 50,000 yuan; "
            "trigger: use registration"
        ),
    ),
    (
        "jinan/subsidy/lift@2019-02-12",
        (
            "方式：按楼层；按楼层：4 层 160,000 元、5 层 180,000 元、6 层 200,000 元、"
            "7 层 220,000 元；触发节点：使用登记"
        ),
        (
            "kind: by storeys; by storeys: 4 storeys 160,000 yuan, 5 storeys 180,000 yuan, "
            "6 storeys 200,000 yuan, 7 storeys 220,000 yuan; trigger: use registration"
        ),
    ),
    (
        "licheng/consent/stairwell@2021-01-01",
        "表决范围：单元；同意：面积 0、人数 2/3；同意按：全体业主",
        "who votes: stairwell; agree: area 0, persons 2/3; agreement counted of: all owners",
    ),
    (
        "nanning/subsidy/lift@2021-01-01",
        "方式：定额；金额：200,000 元；为最高额；触发节点：使用登记；截止：2022-12-31",
        (
            "kind: fixed sum; sum: 200,000 yuan; a highest sum; trigger: use registration; "
            "ends on: 2022-12-31"
        ),
    ),
]


@pytest.mark.parametrize(("id_", "zh", "en"), SAID)
def test_a_value_is_said_with_its_unit(id_: str, zh: str, en: str) -> None:
    rule = law.packaged().rule(id_)
    assert (law_words.value(rule, "zh"), law_words.value(rule, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [
        ("fen", 123_456_705, "1,234,567.05 yuan"),
        ("bp", 1, "0.01%"),
        ("bp", 1050, "10.5%"),
        ("bp", 0, "0%"),
        ("days", 1, "1 day"),
        ("count", 1, "1"),
        ("word", "new-word", "new word"),
        ("words", (), ""),
    ],
)
def test_a_value_of_one_s_own_is_said_exactly(unit: str, value: object, said: str) -> None:
    rule = dataclasses.replace(RULES[0], unit=unit, value=value)
    assert law_words.value(rule, "en") == said


def test_a_topic_of_one_s_own_keeps_its_name() -> None:
    assert law_words.topic("tides", "zh") == "tides"
