"""The round: each fault is told with what was found, where, and what may stand there."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import USCC_JIA, small_round
from tests.rules.test_round import FIXED, add, both, drop, put, rules
from tuanti.rules.award.round import check
from tuanti.rules.award.round_fields import BIGGEST, LISTS
from tuanti.rules.errors import Fact, Fault, Path

Change = Callable[[dict[str, Any]], object]
PARTS = "equipment shaft foundation design installation maintenance"
LOW: dict[str, Fact] = {"low": 1, "high": BIGGEST}

# A change to the small round; the fault it brings: its code, place, and what it tells.
TOLD: list[tuple[Change, str, Path, dict[str, Fact]]] = [
    (drop("rules"), "field_missing", ("rules",), {"field": "rules", "value": "None"}),
    (put("rules", to=[]), "not_an_object", ("rules",), {"field": "rules", "value": "[…]"}),
    (put("books", to=7), "not_a_list", ("books",), {"field": "books", "value": "7"}),
    (drop("lots"), "list_empty", ("lots",), {"field": "lots", "value": "None"}),
    (put("lots", 0, to="yz-1"), "not_an_object", ("lots", 0), {"value": "yz-1"}),
    (put("lots", 0, "nmae", to=1), "field_unknown", ("lots", 0, "nmae"), {"field": "nmae"}),
    (put("titel", to="x"), "field_unknown", ("titel",), {"field": "titel"}),
    (drop("lots", 0, "name"), "field_missing", ("lots", 0, "name"), {"field": "name"}),
    (drop("title"), "field_missing", ("title",), {"field": "title"}),
    (put("title", to=" x"), "bad_text", ("title",), {"field": "title", "value": " x"}),
    (put("fictional", to=1), "not_yes_no", ("fictional",), {"field": "fictional", "value": "1"}),
    (
        put("format", to="round/9"),
        "unknown_format",
        ("format",),
        {"field": "format", "value": "round/9", "format": "tuanti-round/1"},
    ),
    (
        rules(winners_max=0),
        "out_of_range",
        ("rules", "winners_max"),
        {"field": "winners_max", "value": "0", **LOW},
    ),
    (
        put("bill", 1, "lifts", to="3"),
        "not_a_number",
        ("bill", 1, "lifts"),
        {"field": "lifts", "value": "3"},
    ),
    (
        rules(objective="best"),
        "unknown_choice",
        ("rules", "objective"),
        {
            "field": "objective",
            "value": "best",
            "choices": "cost life_cycle cost_quality points",
        },
    ),
    (
        put("suppliers", 1, "uscc", to=USCC_JIA[:-1] + "9"),
        "uscc_check",
        ("suppliers", 1, "uscc"),
        {"field": "uscc", "value": USCC_JIA[:-1] + "9", "expected": USCC_JIA[-1]},
    ),
    (
        put("suppliers", 1, "uscc", to="O"),
        "bad_uscc",
        ("suppliers", 1, "uscc"),
        {"field": "uscc", "value": "O"},
    ),
    (put("lots", 0, "id", to="YZ"), "bad_id", ("lots", 0, "id"), {"field": "id", "value": "YZ"}),
    (
        put("books", 0, "zone", to="**"),
        "bad_id",
        ("books", 0, "zone"),
        {"field": "zone", "value": "**"},
    ),
    (
        rules(price_basis="shaft"),
        "not_a_list",
        ("rules", "price_basis"),
        {"field": "price_basis", "value": "shaft"},
    ),
    (
        rules(price_basis=[]),
        "list_empty",
        ("rules", "price_basis"),
        {"field": "price_basis", "value": "[…]"},
    ),
    (
        rules(price_basis=["equipment", "gold"]),
        "unknown_choice",
        ("rules", "price_basis", 1),
        {"field": "price_basis", "value": "gold", "choices": PARTS},
    ),
    (
        put("packages", 0, "lots", 1, to=7),
        "bad_id",
        ("packages", 0, "lots", 1),
        {"field": "lots", "value": "7"},
    ),
    (
        put("packages", 0, "lots", 1, to="yz-2"),
        "repeated_in_list",
        ("packages", 0, "lots", 1),
        {"field": "lots", "value": "yz-2"},
    ),
    (
        rules(groups=[]),
        "not_an_object",
        ("rules", "groups"),
        {"field": "groups", "value": "[…]"},
    ),
    (
        put("lots", 0, "ceiling_fen", to=1),
        "ceiling_on_shared_lot",
        ("lots", 0, "ceiling_fen"),
        {"value": "yz-1"},
    ),
    (
        rules(objective="points", price_points=60),
        "package_under_points",
        ("packages", 0),
        {"value": "yi-both"},
    ),
    (
        both(add("pairs", **FIXED, supplier="yi"), add("pairs", **FIXED, supplier="jia")),
        "fixed_twice",
        ("pairs", 2, "supplier"),
        {"lot": "yz-1", "supplier": "jia", "other": "yi"},
    ),
]


@pytest.mark.parametrize(("change", "code", "path", "facts"), TOLD)
def test_a_fault_is_told_whole(
    change: Change, code: str, path: Path, facts: dict[str, Fact]
) -> None:
    data = small_round()
    change(data)
    assert check(data) == [Fault(f"round.{code}", path, facts)]


@pytest.mark.parametrize("name", LISTS)
def test_a_row_that_is_no_row_is_put_aside(name: str) -> None:
    data = small_round()
    data[name][0] = "x"
    assert Fault("round.not_an_object", (name, 0), {"value": "x"}) in check(data)


def test_a_row_that_is_no_row_is_told_beside_a_field_nobody_knows() -> None:
    data = small_round()
    data["pairs"] += ["x", {**data["pairs"][0], "lot": "yz-1", "why": "near"}]
    assert [(fault.code, fault.path) for fault in check(data)] == [
        ("round.not_an_object", ("pairs", 1)),
        ("round.field_unknown", ("pairs", 2, "why")),
    ]


def test_where_no_supplier_is_well_formed_none_is_favoured() -> None:
    data = small_round()
    data["rules"]["regime"] = "fiscal"
    for firm in data["suppliers"]:
        firm["quality"] = "high"
    codes = {fault.code for fault in check(data)}
    assert codes == {"round.not_a_number", "round.pair_forbidden_unlawful"}


@pytest.mark.parametrize(("length", "shown"), [(60, "X" * 60), (61, "X" * 59 + "…")])
def test_what_is_too_long_to_show_is_cut(length: int, shown: str) -> None:
    (fault,) = check(small_round() | {"id": "X" * length})
    assert fault.facts["value"] == shown


@pytest.mark.parametrize(("value", "shown"), [(None, "None"), (True, "True"), ([], "[…]")])
def test_what_is_no_round_is_shown_as_it_is(value: object, shown: str) -> None:
    assert check(value) == [Fault("round.not_an_object", (), {"value": shown})]
