from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules import law
from tuanti.rules.regimes import (
    FAVOURS,
    KINDS,
    MONEY,
    MOST_FEN,
    REGIMES,
    Answers,
    AnswersRefused,
    Kind,
    Money,
    Regime,
    check,
    forbidding,
    propose,
)
from tuanti.texts import LANGS, codes, facts_of, sentence

TODAY = law.on(date(2026, 11, 22))
WAN = 1_000_000  # fen in ten thousand yuan

answers = st.builds(
    Answers,
    money=st.sampled_from(MONEY),
    kind=st.sampled_from(KINDS),
    value_fen=st.integers(1, 1000 * WAN),
    tied=st.booleans(),
    uniform=st.booleans(),
)


def regime_of(money: Money, kind: Kind, value_fen: int, *, tied: bool = False) -> Regime:
    return propose(Answers(money, kind, value_fen, tied), TODAY).regime


@pytest.mark.parametrize(("kind", "wan"), [("works", 400), ("goods", 200), ("services", 100)])
@pytest.mark.parametrize(("money", "below"), [("fiscal", "fiscal"), ("state-funds", "owners")])
def test_what_belongs_to_works_is_tendered_from_its_threshold_inclusive(
    kind: Kind, wan: int, money: Money, below: Regime
) -> None:
    assert regime_of(money, kind, wan * WAN, tied=True) == "tendering"
    assert regime_of(money, kind, wan * WAN - 1, tied=True) == below


@pytest.mark.parametrize("kind", ["goods", "services"])
def test_what_does_not_belong_to_works_is_not_tendered_whatever_it_costs(kind: Kind) -> None:
    assert regime_of("fiscal", kind, 10_000 * WAN) == "fiscal"
    assert regime_of("state-funds", kind, 10_000 * WAN) == "owners"


@pytest.mark.parametrize("kind", KINDS)
def test_owners_spend_their_own_money_by_contract(kind: Kind) -> None:
    assert regime_of("owners", kind, 10_000 * WAN) == "owners"
    assert regime_of("owners", kind, 10_000 * WAN, tied=True) == "owners"


def test_works_need_not_say_that_they_are_works() -> None:
    assert regime_of("fiscal", "works", 400 * WAN, tied=False) == "tendering"


@given(answers)
def test_a_proposal_cites_law_and_can_be_said(asked: Answers) -> None:
    found = propose(asked, TODAY)
    assert found.reasons
    assert any(reason.law_ids for reason in found.reasons)
    for reason in found.reasons:
        assert set(reason.law_ids) <= set(found.law_ids)
        assert reason.facts.get("law") in (None, *reason.law_ids)
        assert facts_of(reason.code, "zh") <= set(reason.facts)
        assert all(sentence(reason.code, lang, **reason.facts) for lang in LANGS)


@given(answers)
def test_what_follows_is_of_the_regime_proposed(asked: Answers) -> None:
    found = propose(asked, TODAY)
    rules = [rule for group in found.follows.values() for rule in group]
    assert {rule.topic for rule in rules} <= {found.regime}
    assert {rule.id for rule in rules} <= set(found.law_ids)
    assert bool(rules) is (found.regime != "owners")


@given(answers, st.integers(0, 1000 * WAN))
def test_a_higher_value_never_leads_out_of_tendering(asked: Answers, more: int) -> None:
    dearer = replace(asked, value_fen=asked.value_fen + more)
    if propose(asked, TODAY).regime == "tendering":
        assert propose(dearer, TODAY).regime == "tendering"


def reasons_of(asked: Answers) -> list[str]:
    return [reason.code.removeprefix("regimes.") for reason in propose(asked, TODAY).reasons]


@pytest.mark.parametrize(
    ("asked", "reasons"),
    [
        (Answers("owners", "works", 500 * WAN), ["owners_money"]),
        (Answers("fiscal", "goods", 500 * WAN), ["fiscal_money", "not_works", "fiscal_scope"]),
        (
            Answers("fiscal", "works", 399 * WAN),
            ["fiscal_money", "works", "works_by_tender", "below_threshold", "fiscal_scope"],
        ),
        (
            Answers("fiscal", "services", 100 * WAN, tied=True),
            ["fiscal_money", "works", "works_by_tender", "from_threshold"],
        ),
        (Answers("state-funds", "goods", 500 * WAN), ["state_funds", "not_works"]),
        (Answers("state-funds", "works", 400 * WAN), ["state_funds", "works", "from_threshold"]),
        (Answers("state-funds", "works", 1), ["state_funds", "works", "below_threshold"]),
    ],
)
def test_each_step_of_the_answer_is_told(asked: Answers, reasons: list[str]) -> None:
    assert reasons_of(asked) == reasons


def test_articles_are_those_of_the_statutes() -> None:
    found = propose(Answers("fiscal", "works", 400 * WAN), TODAY)
    said = " ".join(sentence(reason.code, "zh", **reason.facts) for reason in found.reasons)
    for article in (
        "《政府采购法》第2条",
        "《招标投标法》第3条",
        "《政府采购法实施条例》第7条",
        "令第16号",
    ):
        assert article in said


def names(asked: Answers, place: str = "cn") -> dict[str, list[str]]:
    found = propose(asked, law.on(date(2026, 11, 22), place))
    return {group: [rule.name for rule in rules] for group, rules in found.follows.items()}


def test_fiscal_purchase_brings_method_periods_bonds_and_complaints() -> None:
    follows = names(Answers("fiscal", "goods", 300 * WAN))
    assert follows["method"][:3] == ["methods", "price-formula", "price-weight-goods-least"]
    assert {"bid-period", "document-supply", "contract"} <= set(follows["periods"])
    assert follows["bonds"] == ["bid-bond-most", "performance-bond-most"]
    assert {"challenge", "complaint"} <= set(follows["complaints"])
    assert "no-discrimination" in follows["limits"]


def test_only_a_uniform_purchase_is_told_of_the_method_for_uniform_standards() -> None:
    plain, uniform = (
        names(Answers("fiscal", "services", 300 * WAN, uniform=uniform))["method"]
        for uniform in (False, True)
    )
    assert "uniform-method" not in plain
    assert [name for name in uniform if name != "uniform-method"] == plain
    assert "price-weight-services-least" in plain
    assert "price-weight-goods-least" not in plain


def test_a_city_adds_its_own() -> None:
    asked = Answers("fiscal", "works", 400 * WAN)
    assert "venue" in names(asked, "jiulongpo")["periods"]
    assert "venue" not in names(asked)["periods"]


@pytest.mark.parametrize("favour", FAVOURS)
@pytest.mark.parametrize("regime", REGIMES)
def test_favours_are_refused_unless_owners_pay(favour: str, regime: Regime) -> None:
    rule = forbidding(favour, regime, TODAY)  # type: ignore[arg-type] # the table's columns
    assert (rule is None) is (regime == "owners")
    if rule is not None:
        article = {
            "fiscal": "政府采购法实施条例》第20条",
            "tendering": "招标投标法实施条例》第32条",
        }
        assert article[regime] in rule.article["zh"]


def test_a_round_without_a_regime_is_refused_nothing() -> None:
    assert forbidding("pair", None, TODAY) is None


def test_before_there_was_such_a_rule_it_forbids_nothing() -> None:
    assert forbidding("pair", "fiscal", law.on(date(2015, 2, 28))) is None
    assert forbidding("pair", "fiscal", law.on(date(2015, 3, 1))) is not None


_LIMITED = """
format = "tuanti-law/1"
[[places]]
id = "limited"
name = { zh = "甲市", en = "A" }
parent = "cn"
[[rules]]
id = "limited/fiscal/no-discrimination"
title = { zh = "甲", en = "a" }
unit = "words"
value = ["WORD"]
article = { zh = "甲", en = "a" }
source = "invented"
grade = "memory"
in_force_from = 2020-01-01
"""


@pytest.mark.parametrize(
    ("word", "refused"),
    [
        ("named-patent-brand-supplier", {"brand", "pair"}),
        ("named-patent-brand-origin-supplier", {"brand", "pair"}),
        ("particular-supplier-or-product", {"pair"}),
        ("local-or-trade-record", {"locality", "local-share"}),
        ("ownership-form-or-seat", {"locality", "local-share"}),
        ("unequal-review", {"unequal-review"}),
        ("unequal-information", set()),
    ],
)
def test_each_favour_falls_under_words_of_the_rule(word: str, refused: set[str]) -> None:
    shelf = law.beside(_LIMITED.replace("WORD", word))
    found = law.on(date(2026, 1, 1), "limited", shelf=shelf)
    assert {favour for favour in FAVOURS if forbidding(favour, "fiscal", found)} == refused


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        (Answers("fiscal", "goods", 1), []),
        (Answers("fiscal", "goods", MOST_FEN), []),
        (Answers("fiscal", "goods", MOST_FEN + 1), ["value_fen"]),
        (Answers("fiscal", "goods", 0), ["value_fen"]),
        (Answers("fiscal", "goods", value_fen=True), ["value_fen"]),
        (Answers("mine", "lifts", 1.5), ["money", "kind", "value_fen"]),  # type: ignore[arg-type] # as typed by people
    ],
)
def test_every_wrong_answer_is_told_at_once(asked: Answers, paths: list[str]) -> None:
    faults = check(asked)
    assert [fault.path for fault in faults] == [(path,) for path in paths]
    for fault in faults:
        assert all(sentence(fault.code, lang, **fault.facts) for lang in LANGS)
    if paths:
        with pytest.raises(AnswersRefused) as refused:
            propose(asked, TODAY)
        assert refused.value.faults == faults
        assert sentence(refused.value.code, "en", **refused.value.facts)


def test_the_greatest_value_is_the_greatest_every_json_reader_keeps() -> None:
    assert MOST_FEN == 9_007_199_254_740_991


def test_a_day_before_the_law_has_no_answer() -> None:
    with pytest.raises(law.NoRule):
        propose(Answers("fiscal", "works", 1), law.on(date(1999, 1, 1)))


def test_every_sentence_of_the_room_is_used() -> None:
    """By the rules, by their refusals, or by the command that says them."""
    said = {reason for asked in _all_answers() for reason in reasons_of(asked)}
    said |= {f"proposed_{regime}" for regime in REGIMES}
    said |= {"favours_refused", "favours_allowed", "small_share_allowed", "caution"}
    said |= {"answers_refused", "unknown_choice", "bad_value"}
    assert {f"regimes.{name}" for name in said} == {
        code for code in codes("zh") if code.startswith("regimes.")
    }


def _all_answers() -> list[Answers]:
    values = (1, 500 * WAN)
    return [Answers(*row) for row in product(MONEY, KINDS, values, (True, False))]
