"""Law: each fault is told with the place in the pack, what was found there and what may stand."""

import pytest

from tests.rules.test_law_check import HEAD, only, place, row, vote
from tuanti.rules import law
from tuanti.rules.errors import Fact, Fault, Path
from tuanti.rules.law import packaged

VALUE: Path = ("rules", 0, "value")


def of_unit(unit: str, value: str) -> str:
    return row(unit=f'"{unit}"', value=value)


@pytest.mark.parametrize(
    ("text", "code", "path", "found", "more"),
    [
        (of_unit("consent", "7"), "not_a_table", VALUE, "7", {}),
        (of_unit("subsidy", '"fixed"'), "not_a_table", VALUE, "fixed", {}),
        (
            of_unit("subsidy", '{kind="by-storeys",by_storeys=[1]}'),
            "not_a_table",
            (*VALUE, "by_storeys"),
            "[…]",
            {},
        ),
        (
            of_unit("subsidy", '{kind="by-storeys",by_storeys={six=1}}'),
            "not_a_number",
            (*VALUE, "by_storeys", "six"),
            "six",
            {},
        ),
        (
            of_unit("subsidy", '{kind="gift"}'),
            "unknown_choice",
            (*VALUE, "kind"),
            "gift",
            {"choices": "fixed percentage by-storeys"},
        ),
        (
            vote(scope='"street"'),
            "unknown_choice",
            (*VALUE, "scope"),
            "street",
            {"choices": "stairwell building estate"},
        ),
        (of_unit("words", '"a"'), "not_a_list", VALUE, "a", {}),
        (of_unit("word", '"two words"'), "not_a_word", VALUE, "two words", {}),
        (of_unit("flag", "1"), "not_a_flag", VALUE, "1", {}),
        (of_unit("days", "1.5"), "not_a_number", VALUE, "1.5", {}),
        (of_unit("bp", "10001"), "out_of_range", VALUE, "10001", {"low": 0, "high": 10_000}),
        (
            row(id='"x"'),
            "not_a_path",
            ("rules", 0, "id"),
            "x",
            {"shape": "place/topic/name"},
        ),
        (row(source="7"), "not_a_text", ("rules", 0, "source"), "7", {}),
        (
            row(in_force_from='"today"'),
            "not_a_date",
            ("rules", 0, "in_force_from"),
            "today",
            {},
        ),
        (
            row(id='"nowhere/notice/own"'),
            "unknown_place",
            ("rules", 0, "id"),
            "nowhere",
            {},
        ),
        (
            row(replaces='"cn/notice/none@2020-01-01"'),
            "nothing_to_replace",
            ("rules", 0, "replaces"),
            "cn/notice/none@2020-01-01",
            {},
        ),
        (place("dazu", "nowhere"), "unknown_parent", ("places", 0, "parent"), "nowhere", {}),
        (place("dazu", "dazu"), "parent_circle", ("places", 0, "parent"), "dazu", {}),
    ],
)
def test_a_fault_tells_its_place_and_what_was_found(
    text: str, code: str, path: Path, found: str, more: dict[str, Fact]
) -> None:
    facts = {"field": path[-1], "value": found, **more}
    assert only(text) == Fault(f"law.{code}", path, facts)


def test_a_vote_that_is_nowhere_is_named_with_its_number() -> None:
    facts = {"field": "also 1", "value": "consent/none"}
    assert only(vote(also='["consent/none"]')) == Fault(
        "law.unknown_vote", (*VALUE, "also", 0), facts
    )


def test_a_period_of_no_day_is_told_with_both_its_ends() -> None:
    facts = {"field": "in_force_until", "start": "2026-01-01", "end": "2025-12-31"}
    path: Path = ("rules", 0, "in_force_until")
    assert only(row(in_force_until="2025-12-31")) == Fault("law.period_reversed", path, facts)


def test_a_place_keeps_its_name() -> None:
    shelf = law.beside(HEAD + place("dazu", "chongqing"))
    assert shelf.places["dazu"].name == {"zh": "甲", "en": "A"}


def test_rules_are_not_all_of_one_hash() -> None:
    rules = packaged().rules
    assert len({hash(rule) for rule in rules}) == len(rules)
