import json
import random
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import USCC_JIA, small_round
from tuanti.rules.award.round import canonical, canonical_json, check, digest
from tuanti.rules.award.round_fields import BIGGEST, LISTS, uscc_check
from tuanti.rules.errors import Path as FaultPath
from tuanti.rules.regimes import REGIMES
from tuanti.texts import LANGS, Lang, codes, facts_of, sentence

Change = Callable[[dict[str, Any]], object]


def put(*path: str | int, to: object) -> Change:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def drop(*path: str | int) -> Change:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def add(name: str, /, **row: object) -> Change:
    return lambda data: data[name].append(row)


def both(*changes: Change) -> Change:
    return lambda data: [change(data) for change in changes]


def rules(**values: object) -> Change:
    return lambda data: data["rules"].update(values)


FIXED = {"lot": "yz-1", "kind": "fixed"}
# What lets the small round pass under every regime, and what points ask of it.
EVEN = both(put("suppliers", 1, "entry_fen", to=None), put("pairs", to=[]))
POINTS = both(rules(objective="points"), put("packages", to=[]))

# A change to the small round, and the faults it must bring: exactly these.
FAULTS: list[tuple[Change, list[tuple[str, FaultPath]]]] = [
    (put("format", to="tuanti-round/2"), [("unknown_format", ("format",))]),
    (put("id", to="Round 1"), [("bad_id", ("id",))]),
    (put("id", to="round-1\n"), [("bad_id", ("id",))]),
    (put("title", to=" 标题"), [("bad_text", ("title",))]),
    (put("title", to="\ud800"), [("bad_text", ("title",))]),
    (put("title", to="字" * 201), [("bad_text", ("title",))]),
    (put("fictional", to=1), [("not_yes_no", ("fictional",))]),
    (put("titel", to="x"), [("field_unknown", ("titel",))]),
    (drop("title"), [("field_missing", ("title",))]),
    (drop("rules"), [("field_missing", ("rules",))]),
    (put("rules", to=[]), [("not_an_object", ("rules",))]),
    (drop("lots"), [("list_empty", ("lots",))]),
    (put("suppliers", to=[]), [("list_empty", ("suppliers",))]),
    (put("books", to={}), [("not_a_list", ("books",))]),
    (put("lots", 0, to="yz-1"), [("not_an_object", ("lots", 0))]),
    (put("bill", 1, "stops", to=41), [("out_of_range", ("bill", 1, "stops"))]),
    (put("bill", 1, "stops", to=1), [("out_of_range", ("bill", 1, "stops"))]),
    (put("bill", 1, "lifts", to=True), [("not_a_number", ("bill", 1, "lifts"))]),
    (put("bill", 1, "lifts", to=3.0), [("not_a_number", ("bill", 1, "lifts"))]),
    (put("books", 0, "base_fen", to=BIGGEST + 1), [("out_of_range", ("books", 0, "base_fen"))]),
    (put("books", 0, "base_fen", to=-1), [("out_of_range", ("books", 0, "base_fen"))]),
    (put("books", 0, "zone", to="**"), [("bad_id", ("books", 0, "zone"))]),
    (put("bill", 0, "entry", to="Half"), [("unknown_choice", ("bill", 0, "entry"))]),
    (rules(price_basis="equipment"), [("not_a_list", ("rules", "price_basis"))]),
    (rules(price_basis=[]), [("list_empty", ("rules", "price_basis"))]),
    (rules(price_basis=["equipment", []]), [("unknown_choice", ("rules", "price_basis", 1))]),
    (
        rules(price_basis=["equipment", "equipment"]),
        [("repeated_in_list", ("rules", "price_basis", 1))],
    ),
    (rules(price_basis=["shaft"]), [("equipment_missing", ("rules", "price_basis"))]),
    (rules(groups=[]), [("not_an_object", ("rules", "groups"))]),
    (rules(groups={"yuzhong": "A"}), [("bad_id", ("rules", "groups", "yuzhong"))]),
    (rules(groups={"yubei": "a"}), [("unknown_district", ("rules", "groups", "yubei"))]),
    (
        put("suppliers", 1, "uscc", to="91500000MA000000IB"),
        [("bad_uscc", ("suppliers", 1, "uscc"))],
    ),
    (
        put("suppliers", 1, "uscc", to=USCC_JIA[:-1] + "9"),
        [("uscc_check", ("suppliers", 1, "uscc"))],
    ),
    (put("suppliers", 1, "uscc", to=USCC_JIA), [("uscc_twice", ("suppliers", 1, "uscc"))]),
    (add("parcels", id="hehua", name="又一个", lot="yz-2"), [("id_twice", ("parcels", 4, "id"))]),
    (
        add("bill", parcel="hehua", profile="p7", stops=7, entry="half", lifts=1),
        [("line_twice", ("bill", 5, "entry"))],
    ),
    (
        add("books", supplier="jia", zone="*", profile="p7", base_fen=1, stop_fen=1),
        [("book_twice", ("books", 7, "profile"))],
    ),
    (
        add("pairs", lot="sp-1", supplier="bing", kind="forbidden"),
        [("pair_twice", ("pairs", 1, "kind"))],
    ),
    (put("parcels", 0, "lot", to="yz-9"), [("unknown_lot", ("parcels", 0, "lot"))]),
    (put("packages", 0, "lots", 1, to="yz-9"), [("unknown_lot", ("packages", 0, "lots", 1))]),
    (put("packages", 0, "lots", 1, to="yz-2"), [("repeated_in_list", ("packages", 0, "lots", 1))]),
    (put("books", 5, "supplier", to="ding"), [("unknown_supplier", ("books", 5, "supplier"))]),
    (
        add("bill", parcel="zhuyuan", profile="p7", stops=7, entry="half", lifts=1),
        [("unknown_parcel", ("bill", 5, "parcel"))],
    ),
    (
        add("lots", id="sp-2", name="空标段", district="shapingba"),
        [("lot_without_parcels", ("lots", 3, "id"))],
    ),
    (
        add("parcels", id="kong", name="空小区", lot="yz-2"),
        [("parcel_without_bill", ("parcels", 4, "id"))],
    ),
    (put("lots", 0, "ceiling_fen", to=1), [("ceiling_on_shared_lot", ("lots", 0, "ceiling_fen"))]),
    (rules(winners_min=3), [("winners_crossed", ("rules", "winners_max"))]),
    (rules(objective="cost_quality"), [("needs_fen_per_point", ("rules", "fen_per_point"))]),
    (
        rules(objective="life_cycle"),
        [
            ("needs_years", ("rules", "maintenance_years")),
            ("package_needs_maintenance", ("packages", 0, "maintenance_year_fen")),
        ],
    ),
    (
        rules(objective="points"),
        [("needs_points", ("rules", "price_points")), ("package_under_points", ("packages", 0))],
    ),
    (
        both(add("pairs", **FIXED, supplier="yi"), add("pairs", **FIXED, supplier="jia")),
        [("fixed_twice", ("pairs", 2, "supplier"))],
    ),
    (
        add("pairs", lot="sp-1", supplier="bing", kind="fixed"),
        [("fixed_and_forbidden", ("pairs", 1, "kind"))],
    ),
    (rules(regime="tender"), [("unknown_choice", ("rules", "regime"))]),
    (
        rules(regime="fiscal"),
        [
            ("entry_cost_unequal", ("suppliers", 1, "entry_fen")),
            ("pair_forbidden_unlawful", ("pairs", 0, "kind")),
        ],
    ),
    (
        both(
            rules(regime="tendering"),
            put("suppliers", 0, "entry_fen", to=5_000_001),
            put("suppliers", 2, "entry_fen", to=5_000_000),
            add("pairs", **FIXED, supplier="yi"),
        ),
        [
            ("entry_cost_unequal", ("suppliers", 0, "entry_fen")),
            ("pair_forbidden_unlawful", ("pairs", 0, "kind")),
            ("pair_fixed_unlawful", ("pairs", 1, "kind")),
        ],
    ),
    (
        both(
            rules(regime="fiscal", objective="points", price_points=2999, quality_points=7001),
            put("suppliers", 1, "entry_fen", to=0),
            put("packages", to=[]),
            put("pairs", to=[]),
        ),
        [("price_weight_unlawful", ("rules", "price_points"))],
    ),
    (
        both(
            rules(regime="fiscal", objective="points", quality_points=1),
            put("suppliers", 1, "entry_fen", to=None),
            put("packages", to=[]),
            put("pairs", to=[]),
        ),
        [("price_weight_unlawful", ("rules", "price_points"))],
    ),
    (put("tiers", 3, "to_lifts", to=None), [("tier_open_not_last", ("tiers", 3, "to_lifts"))]),
    (put("tiers", 3, "to_lifts", to=10), [("tier_overlap", ("tiers", 4, "from_lifts"))]),
    (put("tiers", 3, "to_lifts", to=8), [("tier_gap", ("tiers", 4, "from_lifts"))]),
    (put("tiers", 4, "to_lifts", to=9), [("tier_reversed", ("tiers", 4, "to_lifts"))]),
    (put("tiers", 1, "discount_bp", to=5), [("incremental_discount", ("tiers", 1, "discount_bp"))]),
    (put("tiers", 1, "fixed_fen", to=-5), [("incremental_discount", ("tiers", 1, "fixed_fen"))]),
    (put("tiers", 0, "from_lifts", to=2), [("incremental_start", ("tiers", 0, "from_lifts"))]),
    (
        both(drop("tiers", 3), put("tiers", 3, "from_lifts", to=26)),
        [("ladder_above_capacity", ("tiers", 3, "from_lifts"))],
    ),
    (
        put("tiers", 4, "off_fen", to=43_000_000),
        [("price_below_zero", ("tiers", 4, "off_fen"))],
    ),
    (
        both(
            put("suppliers", 0, "capacity_lifts", to=2 * 10**9),
            put("tiers", 1, "off_fen", to=12_000_000),
            put("tiers", 1, "to_lifts", to=10**9),
            put("tiers", 2, "from_lifts", to=10**9 + 1),
        ),
        [("sum_too_large", ("tiers", 2, "off_fen"))],
    ),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_a_fault_is_found_where_it_is_and_told_once(
    change: Change, expected: list[tuple[str, FaultPath]]
) -> None:
    data = small_round()
    change(data)
    found = [(fault.code, fault.path) for fault in check(data)]
    assert found == [(f"round.{code}", path) for code, path in expected]


def test_every_fault_has_a_sentence_and_every_sentence_a_fault() -> None:
    shown = {f"round.{code}" for _, expected in FAULTS for code, _ in expected}
    assert shown == {code for code in codes("zh") if code.startswith("round.")}


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_every_fault_brings_the_facts_of_its_sentence(
    change: Change, expected: list[tuple[str, FaultPath]]
) -> None:
    data = small_round()
    change(data)
    assert expected
    for fault in check(data):
        assert facts_of(fault.code, "zh") <= set(fault.facts)
        assert all(sentence(fault.code, lang, **fault.facts) for lang in LANGS)


def test_the_small_round_has_no_fault() -> None:
    assert check(small_round()) == []


@pytest.mark.parametrize(
    "change",
    [
        rules(objective="cost_quality", fen_per_point=1),
        both(rules(objective="points", price_points=60), put("packages", to=[])),
        both(rules(objective="points", quality_points=40), put("packages", to=[])),
        both(
            rules(objective="life_cycle", maintenance_years=15),
            put("packages", 0, "maintenance_year_fen", to=0),
        ),
        rules(winners_min=2),
        both(add("pairs", **FIXED, supplier="yi"), put("pairs", 0, "lot", to="yz-1")),
    ],
)
def test_what_has_all_it_needs_has_no_fault(change: Change) -> None:
    data = small_round()
    change(data)
    assert check(data) == []


@pytest.mark.parametrize(
    "change",
    [
        rules(regime="owners"),
        both(rules(regime="owners"), add("pairs", **FIXED, supplier="yi")),
        both(EVEN, rules(regime="fiscal")),
        both(EVEN, rules(regime="fiscal", small_share_min_bp=3000)),  # a small firm's share is law
        both(EVEN, rules(regime="tendering", share_max_district_bp=6000)),
        both(EVEN, POINTS, rules(regime="fiscal", price_points=30, quality_points=70)),
        both(EVEN, POINTS, rules(regime="fiscal", price_points=1)),
        both(POINTS, put("pairs", to=[]), rules(regime="fiscal", price_points=1)),
        both(EVEN, POINTS, rules(regime="tendering", price_points=1, quality_points=99)),
    ],
)
def test_what_the_regime_allows_has_no_fault(change: Change) -> None:
    data = small_round()
    change(data)
    assert check(data) == []


def test_entry_costs_alike_treat_all_alike() -> None:
    data = small_round()
    both(EVEN, rules(regime="fiscal"))(data)
    for firm in data["suppliers"]:
        firm["entry_fen"] = 3_000_000
    assert check(data) == []


def test_one_fen_of_entry_cost_is_a_handicap() -> None:
    data = small_round()
    both(EVEN, rules(regime="fiscal"), put("suppliers", 2, "entry_fen", to=1))(data)
    [fault] = check(data)
    assert (fault.path, fault.facts["value"], fault.facts["least"]) == (
        ("suppliers", 2, "entry_fen"),
        1,
        0,
    )


def test_a_regime_is_not_asked_about_what_is_broken() -> None:
    data = small_round()
    both(EVEN, POINTS, rules(regime="fiscal", price_points="1", quality_points=99))(data)
    data["suppliers"][1]["entry_fen"] = -1
    data["pairs"] = [{"lot": "sp-1", "supplier": "bing", "kind": "maybe"}]
    codes_found = {fault.code for fault in check(data)}
    assert codes_found == {"round.out_of_range", "round.not_a_number", "round.unknown_choice"}


def test_without_points_there_is_no_weight_to_refuse() -> None:
    """The objective asks for points; the regime has nothing to weigh."""
    data = small_round()
    both(EVEN, POINTS, rules(regime="fiscal", price_points=0))(data)
    assert [fault.code for fault in check(data)] == ["round.needs_points"]


def test_the_weight_of_price_is_exact_however_many_points_there_are() -> None:
    data = small_round()
    both(EVEN, POINTS, rules(regime="fiscal", price_points=29_999_999, quality_points=70_000_001))(
        data
    )
    [fault] = check(data)
    assert (fault.facts["value"], fault.facts["least"]) == (2999, 3000)
    data["rules"] |= {"price_points": 30_000_000, "quality_points": 70_000_000}
    assert check(data) == []


@pytest.mark.parametrize("regime", REGIMES)
def test_a_regime_changes_nothing_but_its_own_field(regime: str) -> None:
    plain, named = small_round(), small_round()
    named["rules"]["regime"] = regime
    assert canonical(named)["rules"].pop("regime") == regime
    rest = canonical(named)
    del rest["rules"]["regime"]
    assert rest == canonical(plain)


def test_a_round_that_names_no_regime_keeps_the_digest_it_always_had() -> None:
    assert "regime" not in canonical(small_round())["rules"]
    empty = small_round()
    empty["rules"]["regime"] = None
    assert digest(canonical(empty)) == digest(canonical(small_round()))
    named = small_round()
    named["rules"]["regime"] = "owners"
    assert digest(canonical(named)) != digest(canonical(small_round()))


@pytest.mark.parametrize("name", ["two-lots-one-list", "two-lots-tree"])
def test_the_published_rounds_are_still_canonical(name: str) -> None:
    path = Path(__file__).parents[2] / "docs" / "examples" / f"{name}.json"
    data = json.loads(path.read_text("utf-8"))["round"]
    assert canonical_json(canonical(data)) == canonical_json(data)


@pytest.mark.parametrize("lang", LANGS)
def test_a_refusal_by_law_names_the_article_and_that_nobody_checked_it(lang: Lang) -> None:
    data = small_round()
    data["rules"]["regime"] = "fiscal"
    said = [sentence(fault.code, lang, **fault.facts) for fault in check(data)]
    article = {
        "zh": "《政府采购法实施条例》第20条（未核实，依据等级 A）",
        "en": "art. 20 (unverified, grade A)",
    }
    assert len(said) == 2
    assert all(article[lang] in line for line in said)


def test_a_lost_row_brings_no_faults_in_its_train() -> None:
    data = small_round()
    data["suppliers"][0]["capacity_lifts"] = "40"
    data["bill"][0]["stops"] = None
    paths = [fault.path for fault in check(data)]
    assert paths == [("bill", 0, "stops"), ("suppliers", 0, "capacity_lifts")]


@pytest.mark.parametrize("data", [None, [], 3, "x", {}, {"lots": [None]}, {"rules": {"groups": 1}}])
def test_anything_at_all_is_answered_with_faults(data: object) -> None:
    assert check(data)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@st.composite
def broken_rounds(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the small round with anything at all in a few of its places."""
    data = small_round()
    for _ in range(draw(st.integers(1, 4))):
        place: Any = data
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 4)) == 0:
                place[key] = draw(ANYTHING)
                break
            place = inner
    return data


@given(broken_rounds())
def test_nothing_makes_the_check_stumble(data: dict[str, Any]) -> None:
    for fault in check(data):
        assert sentence(fault.code, "zh", **fault.facts)
    if not check(data):
        assert canonical(canonical(data)) == canonical(data)


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("91350100M000100Y4", "3"),  # the standard's own example
        ("91110000600037341", "L"),
        ("91440300708461136", "T"),
    ],
)
def test_the_check_character_follows_the_national_standard(code: str, last: str) -> None:
    assert uscc_check(code) == last


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_no_single_slip_in_a_credit_code_passes(place: int, sign: str) -> None:
    data = small_round()
    wrong = USCC_JIA[:place] + sign + USCC_JIA[place + 1 :]
    data["suppliers"][0]["uscc"] = wrong
    assert (check(data) == []) is (wrong == USCC_JIA)


def shuffled(data: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    data = deepcopy(data)
    for name in LISTS:
        chance.shuffle(data.get(name) or [])
        data[name] = [dict(chance.sample(list(row.items()), len(row))) for row in data[name]]
    chance.shuffle(data["rules"]["price_basis"])
    for package in data["packages"]:
        chance.shuffle(package["lots"])
    return data


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(chance: random.Random) -> None:
    data = shuffled(small_round(), chance)
    assert check(data) == []
    assert digest(canonical(data)) == digest(canonical(small_round()))


def test_the_canonical_round_is_faultless_and_its_own_canonical() -> None:
    once = canonical(small_round())
    assert check(once) == []
    assert canonical(once) == once


def test_empty_and_missing_mean_the_same() -> None:
    data = small_round()
    for name, fields in LISTS.items():
        for row in data[name]:
            for field in fields:
                row.setdefault(field.name, None)
    assert digest(canonical(data)) == digest(canonical(small_round()))


def test_defaults_are_filled_in() -> None:
    data = canonical(small_round())
    assert {lot["id"]: lot["zone"] for lot in data["lots"]} == {
        "sp-1": "west",
        "yz-1": "yuzhong",
        "yz-2": "yuzhong",
    }
    assert [lot["suppliers_max"] for lot in data["lots"]] == [1, 2, 1]
    assert {row["ladder"] for row in data["suppliers"]} == {"all_units"}
    assert data["rules"]["winners_min"] is None
    assert data["rules"]["maintenance_years"] == 0


def ladder_of(data: dict[str, Any], supplier: str) -> list[tuple[int, ...]]:
    return [
        tuple(value for value in tier.values() if isinstance(value, int))
        for tier in canonical(data)["tiers"]
        if tier["supplier"] == supplier
    ]


def test_a_supplier_without_tiers_has_one_at_list_price() -> None:
    assert ladder_of(small_round(), "bing") == [(1, 12, 0, 0, 0)]


def test_a_ladder_ends_at_the_capacity() -> None:
    data = small_round()
    data["suppliers"][1]["capacity_lifts"] = 9
    assert ladder_of(data, "yi") == [(1, 9, 0, 0, 0)]
    data["suppliers"][1]["capacity_lifts"] = 10
    assert ladder_of(data, "yi") == [(1, 9, 0, 0, 0), (10, 10, 1200, 50_000, 0)]


@given(
    widths=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    offs=st.lists(st.integers(0, 10**6), min_size=5, max_size=5),
    capacity=st.integers(1, 60),
)
def test_an_incremental_ladder_costs_the_same_as_all_units_to_the_fen(
    widths: list[int], offs: list[int], capacity: int
) -> None:
    data = small_round()
    starts = [1 + sum(widths[:k]) for k in range(len(widths))]
    data["tiers"] = [
        {"supplier": "jia", "from_lifts": a, "to_lifts": a + w - 1, "off_fen": off}
        for a, w, off in zip(starts, widths, offs, strict=False)
    ]
    data["suppliers"][0]["capacity_lifts"] = capacity
    each = [off for w, off in zip(widths, offs, strict=False) for _ in range(w)]
    ladder = ladder_of(data, "jia")
    for lifts in range(1, min(len(each), capacity) + 1):
        [(off, fixed)] = [(t[3], t[4]) for t in ladder if t[0] <= lifts <= t[1]]
        assert lifts * off - fixed == sum(each[:lifts])


def test_a_price_is_judged_where_it_would_be_paid() -> None:
    """乙's own row for a zone takes the place of its row for every zone."""
    data = small_round()
    data["tiers"][4]["off_fen"] = 29_000_000
    assert check(data) == []
    data["books"].append(data["books"][3] | {"zone": "yuzhong", "base_fen": 0, "stop_fen": 0})
    assert [fault.facts["book"] for fault in check(data)] == [8]


def test_canonical_json_is_written_in_one_way_only() -> None:
    assert canonical_json({"b": [1, None, True], "a": "梯"}) == '{"a":"梯","b":[1,null,true]}'


@pytest.mark.parametrize("value", [0.5, [1.0], {"a": {1: 2}}, BIGGEST + 1, {"a": {1, 2}}])
def test_canonical_json_refuses_what_is_not_exact(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_a_digest_is_the_sha256_of_the_canonical_json() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
