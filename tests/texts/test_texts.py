import re
from dataclasses import replace
from typing import get_args

import pytest

from tuanti.rules import law
from tuanti.texts import LANGS, Lang, SentenceMissing, codes, facts_of, sentence

CODES = sorted(codes("zh"))
ROOMS = sorted({code.partition(".")[0] for code in CODES})
each_room = pytest.mark.parametrize("room", ROOMS)


def test_both_languages_have_the_same_codes() -> None:
    assert codes("zh") == codes("en")
    assert set(LANGS) == set(get_args(Lang))


def said_in(room: str, lang: Lang) -> dict[str, str]:
    """Say every sentence of a room, each fact of it a seven."""
    return {
        code: sentence(code, lang, **dict.fromkeys(facts_of(code, lang), 7))
        for code in CODES
        if code.startswith(f"{room}.")
    }


def amiss(room: str, lang: Lang, wrong: str) -> list[str]:
    return [code for code, said in said_in(room, lang).items() if re.search(wrong, said)]


@each_room
def test_both_languages_name_the_same_facts(room: str) -> None:
    some = said_in(room, "zh")
    assert [code for code in some if facts_of(code, "zh") != facts_of(code, "en")] == []
    assert some


@each_room
@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_can_be_said(room: str, lang: Lang) -> None:
    assert amiss(room, lang, "[^。]$|{" if lang == "zh" else r"[^.]$|{") == []


@each_room
def test_chinese_is_written_with_chinese_punctuation(room: str) -> None:
    assert amiss(room, "zh", r"[一-鿿][,;:()?!]|[,;()?!][一-鿿]") == []


@each_room
def test_english_holds_no_chinese(room: str) -> None:
    assert amiss(room, "en", r"[一-鿿，。（）：；]") == []


def test_an_unknown_code_is_not_passed_over() -> None:
    with pytest.raises(SentenceMissing):
        sentence("round.no_such_thing", "zh")


def test_a_missing_fact_is_not_passed_over() -> None:
    with pytest.raises(SentenceMissing):
        sentence("round.unknown_lot", "en")


def test_an_empty_fact_has_a_word() -> None:
    assert "（空）" in sentence("round.unknown_lot", "zh", value=None)
    assert "(empty)" in sentence("round.unknown_lot", "en", value=None)


def test_braces_in_a_fact_are_only_text() -> None:
    assert "{value.__class__}" in sentence("round.unknown_lot", "zh", value="{value.__class__}")


@pytest.mark.parametrize(
    ("fen", "yuan"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456_789, "1,234,567.89"), (-100, "-1.00")],
)
def test_fen_are_written_as_yuan(fen: int, yuan: str) -> None:
    said = sentence("round.price_below_zero", "en", book=1, price_fen=1, left_fen=fen)
    assert f"to {yuan} yuan" in said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "《招标投标法》第3条（未核实，依据等级 A）"),
        ("en", "Tendering Law, art. 3 (unverified, grade A)"),
    ],
)
def test_a_rule_is_cited_by_its_article_and_marked_until_somebody_checks_it(
    lang: Lang, said: str
) -> None:
    assert said in sentence("regimes.works", lang, law="cn/tendering/scope@2000-01-01")


@pytest.mark.parametrize(
    ("lang", "mark"),
    [("zh", "（未核实，依据等级 仅凭记忆）"), ("en", "(unverified, grade memory)")],
)
def test_what_nobody_has_seen_is_marked_as_memory(lang: Lang, mark: str) -> None:
    rule = "cn/tendering/works-from@2018-06-01"
    assert mark in sentence("regimes.below_threshold", lang, value=1, threshold=2, law=rule)


def test_a_rule_of_a_citys_own_pack_is_cited_by_its_id() -> None:
    assert "dazu/fiscal/x@2026-01-01" in sentence(
        "regimes.works", "en", law="dazu/fiscal/x@2026-01-01"
    )


def test_a_checked_rule_carries_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = law.packaged().rule("cn/tendering/scope@2000-01-01")
    shelf = law.Shelf({}, (replace(rule, verified_by="王律师"),))
    monkeypatch.setattr(law, "packaged", lambda: shelf)
    assert sentence("regimes.works", "en", law=rule.id).endswith("See Tendering Law, art. 3.")
