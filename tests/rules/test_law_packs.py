"""The packaged packs: complete, in both languages, and with the numbers of the statutes."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tuanti.rules import law
from tuanti.rules.law import GRADES, UNITS

PACKS = Path(law.__file__).parent / "packs"
DAY = date(2026, 11, 22)
RULES = law.packaged().rules
CHINESE = re.compile(r"[一-鿿，。（）：；、〔〕《》]")


def files() -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for path in sorted(PACKS.glob("*/*.toml")):
        yield path, tomllib.loads(path.read_text(encoding="utf-8"))


def value(path: str, on: date = DAY) -> Any:  # noqa: ANN401 (by its unit)
    return law.find(path, on=on).value


@pytest.mark.parametrize("place", sorted({rule.place for rule in RULES}))
def test_every_rule_says_what_it_is_and_where_it_is_written(place: str) -> None:
    for rule in (rule for rule in RULES if rule.place == place):
        for text in (rule.title, rule.article, *([rule.note] if rule.note else [])):
            assert all(text[lang].strip() for lang in ("zh", "en")), rule.id
            assert not CHINESE.search(text["en"]), rule.id
            assert not re.search(r"[一-鿿][,;:()?!]|[,;()?!][一-鿿]", text["zh"]), rule.id
        assert rule.source.strip(), rule.id
        assert rule.grade in GRADES, rule.id
        assert rule.unit in UNITS, rule.id


def test_what_was_seen_nowhere_is_graded_memory() -> None:
    seen_nowhere = [rule for rule in RULES if rule.source == "memory"]
    assert [rule.id for rule in seen_nowhere if rule.grade != "memory"] == []
    assert seen_nowhere


def test_nobody_has_verified_a_rule_yet() -> None:
    assert [rule.id for rule in RULES if rule.verified] == []


def test_chongqing_s_consent_notice_and_subsidy_ask_for_the_district() -> None:
    here = [rule for rule in RULES if "chongqing" in law.packaged().upward(rule.place)]
    told = [rule for rule in here if rule.topic in {"consent", "notice", "subsidy"}]
    assert told
    for rule in told:
        assert rule.grade != "A", rule.id
        assert rule.note is not None, rule.id
        assert "sk the district" in rule.note["en"], rule.id
        assert "核对" in rule.note["zh"], rule.id


def test_every_rule_stands_in_the_file_of_its_place_and_topic() -> None:
    for path, pack in files():
        home = f"{path.parent.name}/{path.stem}/"
        assert [row["id"] for row in pack["rules"] if not row["id"].startswith(home)] == []
    assert sum(len(pack["rules"]) for _, pack in files()) == len(RULES)


def test_every_place_leads_to_the_nation_and_has_a_use() -> None:
    shelf = law.packaged()
    ways = [shelf.upward(place) for place in shelf.places]
    assert {way[-1] for way in ways} == {"cn"}
    used = {rule.place for rule in RULES}
    assert {place for way in ways if way[0] in used for place in way} == set(shelf.places)


def test_the_cities_of_the_mission_are_there() -> None:
    asked = {"cn", "chongqing", "jiulongpo", "shanghai", "guangzhou", "chengdu", "jinan"}
    assert asked <= {rule.place for rule in RULES}


# --- The numbers, read a second time ------------------------------------------------------------


def test_the_special_majority_is_two_thirds_then_three_quarters_reached() -> None:
    vote = value("cn/consent/special")
    assert set(vote["participation"].values()) == {Fraction(2, 3)}
    assert set(vote["approval"].values()) == {Fraction(3, 4)}
    assert (vote["strict"], vote["approval_of"]) == (False, "participating")


def test_the_ordinary_majority_is_two_thirds_then_over_half() -> None:
    vote = value("cn/consent/ordinary")
    assert set(vote["participation"].values()) == {Fraction(2, 3)}
    assert (set(vote["approval"].values()), vote["strict"]) == ({Fraction(1, 2)}, True)


@pytest.mark.parametrize("key", ["silence", "abstention"])
def test_every_vote_counts_silence_and_abstention_as_the_rule_on_them_says(key: str) -> None:
    usual = value(f"cn/consent/{key}")
    votes = [rule for rule in RULES if rule.unit == "consent"]
    assert {rule.value[key] for rule in votes} == {usual}


def test_shanghai_votes_twice() -> None:
    building, land = (value(f"shanghai/consent/{name}") for name in ("stairwell", "common-land"))
    assert (building["scope"], building["also"]) == ("building", ("consent/common-land",))
    assert (land["scope"], land["strict"], land["approval"]["area"]) == (
        "estate",
        True,
        Fraction(1, 2),
    )


NO_OBJECTION, OCCUPIED = "no-written-objection", "occupied-owner-consents"
OF_ALL = [
    ("jinan/consent/stairwell", DAY, Fraction(2, 3), {NO_OBJECTION, OCCUPIED}),
    ("chengdu/consent/stairwell-2018", DAY, Fraction(2, 3), {NO_OBJECTION}),
    ("beijing/consent/stairwell", date(2023, 9, 17), Fraction(2, 3), {NO_OBJECTION}),
    ("shanghai/consent/stairwell", date(2020, 12, 31), Fraction(2, 3), set()),
    ("jiulongpo/consent/stairwell-2017", DAY, Fraction(1), set()),
    ("liangjiang/consent/stairwell-2025", DAY, Fraction(1), set()),
    ("dalian/consent/stairwell", DAY, Fraction(1), set()),
]  # fmt: skip


@pytest.mark.parametrize(("path", "on", "part", "extra"), OF_ALL)
def test_some_cities_count_agreement_of_all_owners(
    path: str, on: date, part: Fraction, extra: set[str]
) -> None:
    vote = value(path, on)
    assert (vote["approval_of"], set(vote["extra"])) == ("all", extra)
    assert set(vote["approval"].values()) == {part}
    assert vote["unanimous"] is (part == 1)


@pytest.mark.parametrize(
    ("place", "occupied"),
    [("guangzhou", True), ("chaozhou", True), ("hangzhou", False), ("wuhan", False),
     ("zhuhai", False), ("nanjing", False), ("beijing", False), ("chongqing", False)],
)  # fmt: skip
def test_some_cities_follow_the_civil_code(place: str, *, occupied: bool) -> None:
    vote, code = value(f"{place}/consent/stairwell"), value("cn/consent/special")
    assert (vote["participation"], vote["approval"]) == (code["participation"], code["approval"])
    assert vote["extra"] == ("occupied-owner-consents",) * occupied


NUMBERS = [
    # Administrative Licensing Law, Construction Law, Special Equipment Safety Law
    ("cn/licence/decision", "working-days", 20),
    ("cn/licence/decision-extension", "working-days", 10),
    ("cn/licence/joint-decision", "working-days", 45),
    ("cn/licence/joint-extension", "working-days", 15),
    ("cn/licence/handover", "working-days", 10),
    ("cn/licence/hearing-request", "days", 5),
    ("cn/licence/hearing", "working-days", 20),
    ("cn/licence/start-work", "months", 3),
    ("cn/licence/start-extensions", "count", 2),
    ("guangzhou/licence/consultation", "working-days", 5),
    ("cn/registration/file", "days", 30),
    ("cn/registration/use", "days", 30),
    ("chongqing/registration/use", "days", 30),
    ("cn/registration/decision", "working-days", 15),
    ("cn/inspection/apply-before", "months", 1),
    ("cn/inspection/years", "years-of-use", (1, 4, 7, 9, 11, 13, 15)),
    ("chongqing/inspection/assessment-age", "years", 15),
    ("cn/consent/challenge", "years", 1),
    # Notice
    ("guangzhou/notice/plan", "days", 20),
    ("jinan/notice/plan", "days", 15),
    ("chengdu/notice/plan", "days", 10),
    ("shanghai/notice/plan", "days", 10),
    ("nanjing/notice/plan", "days", 10),
    # Eligibility
    ("jiulongpo/eligibility/storeys-least", "count", 4),
    ("guangzhou/eligibility/storeys-least", "count", 4),
    ("jinan/eligibility/storeys-least", "count", 4),
    ("chaozhou/eligibility/storeys-least", "count", 3),
    # Upkeep and warranty
    ("cn/upkeep/rescue-city", "minutes", 30),
    ("cn/upkeep/rescue-elsewhere", "minutes", 60),
    ("zaozhuang/upkeep/rescue-city", "minutes", 30),
    ("cn/upkeep/records", "years", 4),
    ("cn/upkeep/drill", "months", 6),
    ("cn/warranty/installation", "years", 2),
    ("cn/warranty/waterproofing", "years", 5),
    ("ningbo/warranty/lift", "years", 2),
    # Fiscal purchase
    ("cn/fiscal/bid-period", "days", 20),
    ("cn/fiscal/document-supply", "working-days", 5),
    ("cn/fiscal/clarification", "days", 15),
    ("cn/fiscal/inquiry-answer", "working-days", 3),
    ("cn/fiscal/bid-bond-most", "bp", 200),
    ("cn/fiscal/bond-refund-losers", "working-days", 5),
    ("cn/fiscal/bidders-least", "count", 3),
    ("cn/fiscal/price-weight-goods-least", "bp", 3000),
    ("cn/fiscal/price-weight-services-least", "bp", 1000),
    ("cn/fiscal/low-of-mean", "bp", 5000),
    ("cn/fiscal/low-of-next", "bp", 5000),
    ("cn/fiscal/low-of-ceiling", "bp", 4500),
    ("cn/fiscal/sme-goods-least", "bp", 1000),
    ("cn/fiscal/sme-goods-most", "bp", 2000),
    ("cn/fiscal/sme-consortium-least", "bp", 400),
    ("cn/fiscal/sme-consortium-most", "bp", 600),
    ("cn/fiscal/sme-works-least", "bp", 300),
    ("cn/fiscal/sme-works-most", "bp", 500),
    ("cn/fiscal/report", "working-days", 2),
    ("cn/fiscal/confirm-winner", "working-days", 5),
    ("cn/fiscal/winner-notice", "working-days", 2),
    ("cn/fiscal/result-notice", "working-days", 1),
    ("cn/fiscal/challenge", "working-days", 7),
    ("cn/fiscal/challenge-answer", "working-days", 7),
    ("cn/fiscal/complaint", "working-days", 15),
    ("cn/fiscal/complaint-decision", "working-days", 30),
    ("cn/fiscal/complaint-pause-most", "days", 30),
    ("cn/fiscal/contract", "days", 30),
    ("cn/fiscal/contract-publication", "working-days", 2),
    ("cn/fiscal/contract-filing", "working-days", 7),
    ("cn/fiscal/performance-bond-most", "bp", 1000),
    ("cn/fiscal/top-up-most", "bp", 1000),
    ("cn/fiscal/archive", "years", 15),
    # Tendering
    ("cn/tendering/bid-period", "days", 20),
    ("cn/tendering/document-supply", "days", 5),
    ("cn/tendering/clarification", "days", 15),
    ("cn/tendering/prequalification", "days", 5),
    ("cn/tendering/objection-before", "days", 10),
    ("cn/tendering/objection-answer", "days", 3),
    ("cn/tendering/bid-bond-most", "bp", 200),
    ("cn/tendering/bond-refund-winner", "days", 5),
    ("cn/tendering/bidders-least", "count", 3),
    ("cn/tendering/candidates-most", "count", 3),
    ("cn/tendering/candidate-notice-start", "days", 3),
    ("cn/tendering/candidate-notice", "days", 3),
    ("cn/tendering/complaint", "days", 10),
    ("cn/tendering/contract", "days", 30),
    ("cn/tendering/report", "days", 15),
    ("cn/tendering/performance-bond-most", "bp", 1000),
    ("cn/tendering/works-from", "fen", 400_000_000),
    ("cn/tendering/goods-from", "fen", 200_000_000),
    ("cn/tendering/services-from", "fen", 100_000_000),
    ("chongqing/tendering/archive", "years", 15),
    # Framework agreements
    ("cn/framework/qualified-least", "count", 2),
    ("cn/framework/elimination-least", "bp", 2000),
    ("cn/framework/elimination-quality-least", "bp", 4000),
    ("cn/framework/term-goods-most", "years", 1),
    ("cn/framework/term-services-most", "years", 2),
    ("cn/framework/second-stage", "words", ("direct", "mini", "rota")),
    ("zhuhai/agreement/compensation-most", "bp", 3000),
]


@pytest.mark.parametrize(("path", "unit", "number"), NUMBERS)
def test_the_number_is_that_of_the_source(path: str, unit: str, number: object) -> None:
    rule = law.find(path, on=DAY)
    assert rule.path == path
    assert (rule.unit, rule.value) == (unit, number)


@pytest.mark.parametrize("path", ["cn/tendering/committee", "chongqing/tendering/committee"])
def test_the_committee_is_five_or_more_an_odd_number_two_thirds_experts(path: str) -> None:
    assert dict(value(path)) == {"least": 5, "odd": True, "experts": Fraction(2, 3)}


def test_the_price_deduction_was_raised_on_the_first_of_july_2022() -> None:
    days = [date(2022, 6, 30), date(2022, 7, 1)]
    assert [value("cn/fiscal/sme-goods-least", day) for day in days] == [600, 1000]
    assert [value("cn/fiscal/sme-consortium-most", day) for day in days] == [300, 600]


def test_the_breaker_of_the_drug_rounds_binds_only_where_published() -> None:
    assert dict(value("cn/round/breaker")) == {
        "factor": Fraction(9, 5),
        "mean_share": Fraction(1, 2),
        "binds": "published",
    }


def test_the_layers_of_upkeep_each_contain_the_shallower() -> None:
    names = ["half-monthly", "quarterly", "half-yearly", "yearly"]
    layers = [value(f"cn/upkeep/{name}") for name in names]
    assert [layer["layer"] for layer in layers] == names
    assert [layer["contains"] for layer in layers] == [tuple(names[:at]) for at in range(4)]
    assert [layer["at_most_days"] for layer in layers] == [15, None, None, None]
    assert [layer["at_most_months"] for layer in layers] == [None, 3, 6, 12]


WAN = 1_000_000


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("chongqing", {"kind": "percentage", "percentage": Fraction(3, 5), "cap_fen": 25 * WAN}),
        ("shanghai", {"percentage": Fraction(2, 5), "city_share": Fraction(1, 2)}),
        ("beijing", {"percentage": Fraction(2, 5), "cap_fen": 24 * WAN}),
        ("beijing", {"pipeline_fen": 40 * WAN, "trigger": "supervision-inspection"}),
        ("hangzhou", {"fen": 20 * WAN, "pipeline_fen": 15 * WAN}),
        ("chengdu", {"fen": 20 * WAN, "min_storeys": 6}),
        ("wuhan", {"fen": 20 * WAN, "up_to": False}),
        ("wuxi", {"fen": 20 * WAN, "up_to": True}),
        ("jinan", {"by_storeys": {4: 16 * WAN, 5: 18 * WAN, 6: 20 * WAN, 7: 22 * WAN}}),
        ("huzhou", {"fen": 15 * WAN, "city_share": Fraction(1, 2)}),
        ("qingdao", {"fen": 10 * WAN, "kind": "fixed"}),
        ("hefei", {"fen": 25 * WAN}),
        ("youxian", {"fen": 20 * WAN, "min_storeys": 6}),
    ],
)  # fmt: skip
def test_the_subsidy_is_that_of_the_source(path: str, said: dict[str, object]) -> None:
    scheme = value(f"{path}/subsidy/lift")
    assert {key: scheme[key] for key in said} == said


def test_shanghai_s_subsidy_was_raised_with_the_year_2021() -> None:
    days = [date(2020, 12, 31), date(2021, 1, 1)]
    caps = [value("shanghai/subsidy/lift", day)["cap_fen"] for day in days]
    assert caps == [24 * WAN, 28 * WAN]


def test_qingdao_adds_five_where_the_shaft_exists() -> None:
    (bonus,) = value("qingdao/subsidy/lift")["bonus"]
    assert (bonus["name"]["zh"], bonus["fen"]) == ("已有井道", 5 * WAN)


def test_nanning_s_subsidy_ended_with_2022() -> None:
    assert value("nanning/subsidy/lift", date(2022, 12, 31))["expires_on"] == date(2022, 12, 31)
    assert law.on(date(2023, 1, 1), "nanning").get("subsidy/lift") is None
