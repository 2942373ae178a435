"""Which rule binds where and when: the nearest place, half-open periods, packs of one's own."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules import law

DAY = date(2026, 11, 22)


def pack(*rules: str, places: Sequence[tuple[str, str]] = ()) -> str:
    """Write a pack: rules ``id unit value from until``, places ``(id, parent)``."""
    text = 'format = "tuanti-law/1"\n'
    for place, parent in places:
        text += (
            f'[[places]]\nid = "{place}"\nname = {{ zh = "甲", en = "A" }}\nparent = "{parent}"\n'
        )
    for line in rules:
        id_, unit, value, start, *until = line.split()
        text += f'[[rules]]\nid = "{id_}"\ntitle = {{ zh = "甲", en = "A" }}\nunit = "{unit}"\n'
        text += f'value = {value}\narticle = {{ zh = "甲", en = "A" }}\nsource = "s"\ngrade = "A"\n'
        text += f"in_force_from = {start}\n"
        text += "".join(f"in_force_until = {end}\n" for end in until)
    return text


def shelf(*rules: str, places: Sequence[tuple[str, str]] = ()) -> law.Shelf:
    return law.beside(pack(*rules, places=places))


DAZU = (("dazu", "chongqing"),)


def test_a_district_without_a_rule_takes_its_citys() -> None:
    found = law.find("jiulongpo/registration/use", on=DAY)
    assert found.place == "chongqing"


def test_a_city_without_a_rule_takes_the_nations() -> None:
    assert law.find("chongqing/consent/special", on=DAY).place == "cn"
    assert law.find("jiulongpo/consent/special", on=DAY).place == "cn"


def test_the_nearest_rule_binds() -> None:
    near = shelf(
        "cn/notice/own days 1 2026-01-01",
        "chongqing/notice/own days 2 2026-01-01",
        "dazu/notice/own days 3 2026-01-01",
        places=DAZU,
    )
    places = ("cn", "chongqing", "jiulongpo", "dazu")
    asked = [law.find(f"{place}/notice/own", on=DAY, shelf=near) for place in places]
    assert [rule.value for rule in asked] == [1, 2, 2, 3]


def test_a_city_does_not_take_its_districts_rule_nor_another_citys() -> None:
    assert law.on(DAY, "chongqing").get("consent/stairwell-2017") is None
    assert law.on(DAY, "chongqing").get("consent/common-land") is None


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2026-03-31", None),  # the day before the first period
        ("2026-04-01", 1),  # its first day
        ("2026-04-30", 1),  # its last
        ("2026-05-01", 2),  # its end is the next one's start
        ("2026-05-31", 2),
        ("2026-06-01", None),  # the day of the end is out
        ("2026-06-30", None),  # a gap
        ("2026-07-01", 3),  # open
        ("9999-12-31", 3),
    ],
)
def test_a_period_holds_its_first_day_and_not_its_end(day: str, value: int | None) -> None:
    dated = shelf(
        "cn/notice/own days 1 2026-04-01 2026-05-01",
        "cn/notice/own days 2 2026-05-01 2026-06-01",
        "cn/notice/own days 3 2026-07-01",
    )
    found = law.on(date.fromisoformat(day), shelf=dated).get("notice/own")
    assert (found and found.value) == value


@given(st.integers(0, 2000), st.integers(1, 400), st.integers(0, 2500))
def test_a_rule_binds_on_exactly_the_days_of_its_period(start: int, length: int, on: int) -> None:
    zero = date(2020, 1, 1)
    first, last, day = (zero + timedelta(n) for n in (start, start + length - 1, on))
    rule = shelf(f"cn/notice/own days 1 {first} {last + timedelta(1)}").rules[-1]
    assert rule.in_force(day) is (first <= day <= last)


def test_where_the_district_s_rule_has_ended_the_citys_binds_again() -> None:
    ended = shelf("dazu/notice/plan days 3 2026-01-01 2026-02-01", places=DAZU)
    days = [date(2026, 1, 31), date(2026, 2, 1)]
    found = [law.find("dazu/notice/plan", on=day, shelf=ended) for day in days]
    assert [rule.place for rule in found] == ["dazu", "chongqing"]


def test_no_rule_is_refused_with_what_was_asked() -> None:
    with pytest.raises(law.NoRule) as refused:
        law.find("cn/consent/special", on=date(2020, 12, 31))
    assert refused.value.facts == {"id": "cn/consent/special", "day": "2020-12-31"}
    assert law.find("cn/consent/special", on=date(2021, 1, 1)).id == "cn/consent/special@2021-01-01"


@pytest.mark.parametrize("path", ["cn", "cn/consent", "cn/consent/special/more", "cn//special"])
def test_a_path_of_another_shape_is_no_rule(path: str) -> None:
    with pytest.raises(law.NoRule):
        law.find(path, on=DAY)


def test_an_unknown_place_is_refused_and_not_taken_for_the_nation() -> None:
    for ask in (lambda: law.on(DAY, "atlantis"), lambda: law.find("atlantis/time/x", on=DAY)):
        with pytest.raises(law.UnknownPlace) as refused:
            ask()
        assert refused.value.facts == {"value": "atlantis"}


def test_a_topic_holds_all_its_rules_and_no_others() -> None:
    found = law.on(DAY, "jiulongpo").topic("consent")
    assert {rule.topic for rule in found} == {"consent"}
    assert {rule.name for rule in found} >= {"special", "stairwell", "stairwell-2017"}
    assert len({rule.key for rule in found}) == len(found)
    assert law.on(DAY).topic("nothing") == ()


def test_a_rule_is_found_by_its_id_in_force_or_not() -> None:
    old = law.packaged().rule("cn/fiscal/sme-goods-most@2021-01-01")
    assert (old.value, old.in_force(DAY)) == (1000, False)
    with pytest.raises(law.NoRule) as refused:
        law.packaged().rule("cn/fiscal/sme-goods-most@2021-01-02")
    assert refused.value.facts["day"] == "2021-01-02"


def test_the_same_question_is_answered_by_the_same_law() -> None:
    assert law.on(DAY, "chongqing") is law.on(DAY, "chongqing")
    assert law.on(DAY, "chongqing") is not law.on(DAY, "shanghai")
    assert (law.on(DAY, "chongqing").day, law.on(DAY).place) == (DAY, "cn")


def test_a_pack_with_faults_is_refused_with_all_of_them() -> None:
    with pytest.raises(law.PackRefused) as refused:
        shelf("cn/notice/own days 0 2026-01-01", "nowhere/notice/own days 1 2026-01-01")
    assert [fault.code for fault in refused.value.faults] == [
        "law.out_of_range",
        "law.unknown_place",
    ]
    assert refused.value.facts == {"count": 2}


def test_packs_can_be_put_beside_one_another() -> None:
    first = shelf("dazu/notice/plan days 3 2026-01-01", places=DAZU)
    both = law.beside(pack("dazu/notice/second days 4 2026-01-01"), shelf=first)
    assert law.find("dazu/notice/plan", on=DAY, shelf=both).value == 3
    assert law.find("dazu/notice/second", on=DAY, shelf=both).value == 4
    with pytest.raises(law.UnknownPlace):
        law.on(DAY, "dazu")


def test_a_pack_beside_does_not_change_the_packaged_law() -> None:
    before = law.packaged().rules
    shelf("cn/notice/own days 1 2026-01-01")
    assert law.packaged().rules is before
    assert law.on(DAY).get("notice/own") is None


CHECKED = """
replaces = "chongqing/notice/plan@2020-09-01"
verified_by = "陈主任，2026-12-01"
"""


def test_a_city_replaces_a_packaged_rule_by_a_checked_one() -> None:
    own = law.beside(pack("chongqing/notice/plan days 7 2026-01-01") + CHECKED)
    mine = law.find("jiulongpo/notice/plan", on=DAY, shelf=own)
    assert (mine.value, mine.verified, mine.verified_by) == (7, True, "陈主任，2026-12-01")
    before = law.find("chongqing/notice/plan", on=date(2025, 12, 31), shelf=own)
    assert before.place == "cn"  # the replaced rule is gone from every day
    assert len(own.rules) == len(law.packaged().rules)


def test_a_packaged_rule_is_marked_checked_under_its_own_id() -> None:
    own = law.beside(pack("chongqing/notice/plan days 10 2020-09-01") + CHECKED)
    found = law.find("chongqing/notice/plan", on=DAY, shelf=own)
    assert (found.id, found.verified) == ("chongqing/notice/plan@2020-09-01", True)


VALUES: list[tuple[str, str, Any]] = [
    ("days", "1", 1),
    ("working-days", "36500", 36_500),
    ("fen", "0", 0),
    ("fen", str(2**53 - 1), 2**53 - 1),
    ("bp", "0", 0),
    ("bp", "10000", 10_000),
    ("count", "0", 0),
    ("fraction", '"2/3"', Fraction(2, 3)),
    ("fraction", '"1"', Fraction(1)),
    ("fraction", '"0"', Fraction(0)),
    ("factor", '"9/5"', Fraction(9, 5)),
    ("flag", "false", False),
    ("word", '"a-1"', "a-1"),
    ("words", '["a","b"]', ("a", "b")),
    ("years-of-use", "[1,4]", (1, 4)),
]


@pytest.mark.parametrize(("unit", "written", "value"), VALUES)
def test_a_value_is_read_by_its_unit(unit: str, written: str, value: object) -> None:
    found = shelf(f"cn/notice/own {unit} {written} 2026-01-01").rules[-1].value
    assert (found, type(found)) == (value, type(value))


def test_a_vote_is_read_with_every_key() -> None:
    written = (
        '{scope="estate",participation={area="1/2",persons="0"},approval={area="1",persons="3/4"}}'
    )
    vote = shelf(f"cn/consent/own consent {written} 2026-01-01").rules[-1].value
    assert dict(vote) == {
        "scope": "estate",
        "participation": {"area": Fraction(1, 2), "persons": Fraction(0)},
        "approval": {"area": Fraction(1), "persons": Fraction(3, 4)},
        "approval_of": "participating",
        "strict": False,
        "silence": "absent",
        "abstention": "participates",
        "extra": (),
        "also": (),
        "unanimous": False,
        "split": "participates",
        "signing": "one",
    }


NOTHING = {
    "fen": None,
    "percentage": None,
    "cap_fen": None,
    "by_storeys": None,
    "up_to": False,
    "min_storeys": None,
    "pipeline_fen": None,
    "bonus": (),
    "trigger": "use-registration",
    "apply_within_days": None,
    "city_share": None,
    "expires_on": None,
    "payee": None,
}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{kind="fixed",fen=5}', {"kind": "fixed", "fen": 5}),
        (
            '{kind="fixed",fen=5,min_storeys=1}',
            {"kind": "fixed", "fen": 5, "min_storeys": 1},
        ),
        (
            '{kind="fixed",fen=5,min_storeys=200}',
            {"kind": "fixed", "fen": 5, "min_storeys": 200},
        ),
        (
            '{kind="percentage",percentage="2/5"}',
            {"kind": "percentage", "percentage": Fraction(2, 5)},
        ),
        (
            '{kind="percentage",percentage="1",cap_fen=7,expires_on=2026-12-31}',
            {"kind": "percentage", "percentage": Fraction(1), "cap_fen": 7}
            | {"expires_on": date(2026, 12, 31)},
        ),
        (
            '{kind="by-storeys",by_storeys={"4"=1,"33"=2},up_to=true,min_storeys=4}',
            {"kind": "by-storeys", "by_storeys": {4: 1, 33: 2}, "up_to": True, "min_storeys": 4},
        ),
        (
            '{kind="fixed",fen=5,bonus=[{name={zh="井",en="shaft"},fen=1}],city_share="1/2"}',
            {"kind": "fixed", "fen": 5, "city_share": Fraction(1, 2)}
            | {"bonus": ({"name": {"zh": "井", "en": "shaft"}, "fen": 1},)},
        ),
    ],
)  # fmt: skip
def test_a_subsidy_is_read_with_every_key(written: str, said: dict[str, object]) -> None:
    found = shelf(f"cn/subsidy/own subsidy {written} 2026-01-01").rules[-1].value
    assert dict(found) == NOTHING | said


def test_a_layer_of_upkeep_is_read_with_every_key() -> None:
    half = '{layer="half-monthly",at_most_days=15}'
    year = '{layer="yearly",at_most_months=12,contains=["quarterly"]}'
    found = shelf(
        f"cn/upkeep/own-1 upkeep {half} 2026-01-01", f"cn/upkeep/own-2 upkeep {year} 2026-01-01"
    ).rules[-2:]
    assert [dict(rule.value) for rule in found] == [
        {"layer": "half-monthly", "at_most_days": 15, "at_most_months": None, "contains": ()},
        {"layer": "yearly", "at_most_days": None, "at_most_months": 12, "contains": ("quarterly",)},
    ]


def test_rules_can_be_gathered_in_a_set() -> None:
    twice = [*law.packaged().rules, *law.packaged().rules]
    assert len(set(twice)) == len(law.packaged().rules)


def test_a_finding_cannot_change_the_law() -> None:
    rule = law.find("cn/consent/special", on=DAY)
    with pytest.raises(TypeError):
        rule.value["approval"]["area"] = Fraction(1, 2)
    with pytest.raises(TypeError):
        law.on(DAY).rules["consent/special"] = rule  # type: ignore[index]
