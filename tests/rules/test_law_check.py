"""Every fault of a pack is found, all at once, each at its place."""

from typing import Any

import pytest

from tuanti.rules import law
from tuanti.rules.errors import Fault

HEAD = 'format = "tuanti-law/1"\n'
SOUND = {
    "id": '"chongqing/notice/own"',
    "title": '{ zh = "甲", en = "A" }',
    "unit": '"days"',
    "value": "7",
    "article": '{ zh = "甲", en = "A" }',
    "source": '"s"',
    "grade": '"A"',
    "in_force_from": "2026-01-01",
}
VOTE = {
    "scope": '"stairwell"',
    "participation": '{area="2/3",persons="2/3"}',
    "approval": '{area="3/4",persons="3/4"}',
}


def row(**changes: str | None) -> str:
    """Write a rule; None leaves a field out."""
    fields = SOUND | changes
    lines = [f"{name} = {value}" for name, value in fields.items() if value is not None]
    return "\n".join(["[[rules]]", *lines, ""])


def place(id_: str, parent: str, name: str = '{ zh = "甲", en = "A" }') -> str:
    return f'[[places]]\nid = "{id_}"\nname = {name}\nparent = "{parent}"\n'


def table(**fields: str | None) -> str:
    return "{" + ",".join(f"{key}={value}" for key, value in fields.items() if value) + "}"


def vote(**changes: str | None) -> str:
    return row(unit='"consent"', value=table(**{**VOTE, **changes}))


def told(*parts: str) -> list[tuple[str, str]]:
    """Check a pack: code and path of each fault."""
    return [where(fault) for fault in law.check(HEAD + "".join(parts))]


def where(fault: Fault) -> tuple[str, str]:
    return fault.code, ".".join(map(str, fault.path))


def only(*parts: str) -> Fault:
    (fault,) = law.check(HEAD + "".join(parts))
    return fault


def test_a_sound_pack_has_no_fault() -> None:
    assert told(place("dazu", "chongqing"), row(), row(id='"dazu/notice/own"')) == []
    assert told() == []


# --- The file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = = 1", 1), (HEAD + 'a = "', 2), (HEAD + "\n\n[[rules]", 4), ("a=1\na=2", 2)],
)
def test_what_is_not_toml_is_said_with_its_line(text: str, line: int) -> None:
    (fault,) = law.check(text)
    assert (fault.code, dict(fault.facts)) == ("law.not_toml", {"line": line})


def test_what_is_nested_beyond_measure_is_not_toml() -> None:
    (fault,) = law.check("a = " + "[" * 100_000)
    assert (fault.code, fault.facts["line"]) == ("law.not_toml", 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('format = "tuanti-law/2"', "law.unknown_format"),
        ("format = 1", "law.unknown_format"),
        ("", "law.field_missing"),
        (HEAD + "rule = []", "law.field_unknown"),
        (HEAD + "rules = 1", "law.not_a_list"),
        (HEAD + "places = {}", "law.not_a_list"),
        (HEAD + "rules = [1]", "law.not_a_table"),
        (HEAD + 'places = ["dazu"]', "law.not_a_table"),
    ],
)
def test_a_file_of_another_shape_is_a_fault(text: str, code: str) -> None:
    assert [fault.code for fault in law.check(text)] == [code]


# --- A rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", SOUND)
def test_every_field_is_required(field: str) -> None:
    assert told(row(**{field: None})) == [("law.field_missing", f"rules.0.{field}")]


@pytest.mark.parametrize("field", ["source", "title", "article"])
@pytest.mark.parametrize("blank", ['""', '"  "'])
def test_a_blank_source_title_or_article_is_missing(field: str, blank: str) -> None:
    value = blank if field == "source" else f'{{ zh = "甲", en = {blank} }}'
    step = "" if field == "source" else ".en"
    assert told(row(**{field: value})) == [("law.field_missing", f"rules.0.{field}{step}")]


@pytest.mark.parametrize("field", ["title", "article", "note"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages_are_required(field: str, lang: str) -> None:
    assert told(row(**{field: f'{{ {lang} = "A" }}'})) == [
        ("law.field_missing", f"rules.0.{field}.{'en' if lang == 'zh' else 'zh'}")
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id", "7", "not_a_path"),
        ("id", '"chongqing/notice"', "not_a_path"),
        ("id", '"chongqing/notice/a/b"', "not_a_path"),
        ("id", '"chongqing/notice/"', "not_a_path"),
        ("id", '"Chongqing/notice/own"', "not_a_path"),
        ("title", '"A"', "not_a_table"),
        ("source", "7", "not_a_text"),
        ("unit", '"day"', "unknown_unit"),
        ("unit", "[1]", "unknown_unit"),
        ("grade", '"D"', "unknown_grade"),
        ("grade", '"a"', "unknown_grade"),
        ("grade", "[]", "unknown_grade"),
        ("in_force_from", '"2026-01-01"', "not_a_date"),
        ("in_force_from", "2026-01-01T00:00:00", "not_a_date"),
        ("in_force_until", "2027", "not_a_date"),
        ("verified_by", "true", "not_a_text"),
        ("replaces", "1", "not_a_text"),
        ("regime", '"fiscal"', "field_unknown"),
    ],
)
def test_a_field_of_another_shape_is_a_fault(field: str, value: str, code: str) -> None:
    assert told(row(**{field: value})) == [(f"law.{code}", f"rules.0.{field}")]


def test_an_empty_verified_by_says_unverified() -> None:
    assert told(row(verified_by='""', replaces='""')) == []


@pytest.mark.parametrize(
    ("until", "faulty"), [("2025-12-31", True), ("2026-01-01", True), ("2026-01-02", False)]
)
def test_a_period_of_no_day_is_a_fault(until: str, *, faulty: bool) -> None:
    found = told(row(in_force_until=until))
    assert found == [("law.period_reversed", "rules.0.in_force_until")] * faulty


def test_an_end_without_a_start_is_one_fault() -> None:
    found = told(row(in_force_from=None, in_force_until="2026-01-01"))
    assert found == [("law.field_missing", "rules.0.in_force_from")]


def test_a_place_in_a_list_is_counted_from_one() -> None:
    (fault,) = law.check(HEAD + "rules = [1]")
    assert fault.facts["field"] == "rules 1"
    assert only(row(unit='"words"', value='["a", "B"]')).facts["field"] == "value 2"


def test_the_facts_of_a_fault_say_what_was_found_and_what_may_stand() -> None:
    assert dict(only(row(grade='"D"')).facts) == {
        "field": "grade",
        "value": "D",
        "choices": "A B C memory",
    }
    period = only(row(in_force_until="2025-12-31")).facts
    assert (period["start"], period["end"]) == ("2026-01-01", "2025-12-31")
    assert only(row(value="0")).facts == {"field": "value", "value": "0", "low": 1, "high": 36_500}
    assert only(row(id='"x"')).facts["shape"] == "place/topic/name"
    assert only(vote(also='["x"]')).facts["shape"] == "topic/name"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("true", "true"),
        ("false", "false"),
        ("[1]", "[…]"),
        ("{a=1}", "{…}"),
        ('"x"', "x"),
        (f'"{"x" * 40}"', "x" * 40),
        (f'"{"x" * 41}"', "x" * 39 + "…"),
    ],
)
def test_what_was_found_is_shown_short(value: str, shown: str) -> None:
    assert only(row(value=value)).facts["value"] == shown


# --- A value by its unit ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "value", "code"),
    [
        *[(unit, "0", "out_of_range") for unit in ("days", "working-days", "months", "years")],
        *[(unit, "0", "out_of_range") for unit in ("hours", "minutes")],
        ("days", "36501", "out_of_range"),
        ("days", "1.0", "not_a_number"),
        ("days", "true", "not_a_number"),
        ("days", '"7"', "not_a_number"),
        ("fen", "-1", "out_of_range"),
        ("fen", str(2**53), "out_of_range"),
        ("count", "-1", "out_of_range"),
        ("bp", "-1", "out_of_range"),
        ("bp", "10001", "out_of_range"),
        ("fraction", '"4/3"', "above_whole"),
        ("fraction", '"1000000001/1000000000"', "not_a_fraction"),
        ("fraction", "0.75", "not_a_fraction"),
        ("fraction", '"0.75"', "not_a_fraction"),
        ("fraction", '"-1/2"', "not_a_fraction"),
        ("fraction", '"1/0"', "not_a_fraction"),
        ("fraction", '"三/四"', "not_a_fraction"),
        ("factor", '"9/0"', "not_a_fraction"),
        ("flag", '"true"', "not_a_flag"),
        ("flag", "1", "not_a_flag"),
        ("word", '"two words"', "not_a_word"),
        ("word", '""', "not_a_word"),
        ("word", f'"{"a" * 41}"', "not_a_word"),
        ("word", "7", "not_a_word"),
        ("words", '"a"', "not_a_list"),
        ("consent", "7", "not_a_table"),
        ("subsidy", '"fixed"', "not_a_table"),
        ("upkeep", "15", "not_a_table"),
    ],
)
def test_a_value_its_unit_cannot_hold_is_a_fault(unit: str, value: str, code: str) -> None:
    assert told(row(unit=f'"{unit}"', value=value)) == [(f"law.{code}", "rules.0.value")]


def test_each_entry_of_a_list_is_tested() -> None:
    assert told(row(unit='"words"', value='["a", "B", "c", 4]')) == [
        ("law.not_a_word", "rules.0.value.1"),
        ("law.not_a_word", "rules.0.value.3"),
    ]
    assert told(row(unit='"years-of-use"', value="[1, 0]")) == [
        ("law.out_of_range", "rules.0.value.1")
    ]


@pytest.mark.parametrize(
    ("key", "value", "code", "at"),
    [
        ("scope", None, "field_missing", "scope"),
        ("participation", None, "field_missing", "participation"),
        ("approval", None, "field_missing", "approval"),
        ("approval", '{area="3/4"}', "field_missing", "approval.persons"),
        ("approval", '{persons="3/4"}', "field_missing", "approval.area"),
        ("approval", '{area="5/4",persons="3/4"}', "above_whole", "approval.area"),
        ("participation", '{area="2/3",persons="4/3"}', "above_whole", "participation.persons"),
        ("approval", '{area="3/4",persons="3/4",votes="1"}', "field_unknown", "approval.votes"),
        ("scope", '"street"', "unknown_choice", "scope"),
        ("approval_of", '"owners"', "unknown_choice", "approval_of"),
        ("strict", "0", "not_a_flag", "strict"),
        ("silence", '"consents"', "unknown_choice", "silence"),
        ("abstention", '"abstain"', "unknown_choice", "abstention"),
        ("extra", '["anything"]', "unknown_choice", "extra.0"),
        ("extra", '"no-written-objection"', "not_a_list", "extra"),
        ("also", '["common-land"]', "not_a_path", "also.0"),
        ("unanimous", '"yes"', "not_a_flag", "unanimous"),
        ("turnout", '"1/2"', "field_unknown", "turnout"),
    ],
)
def test_a_vote_is_tested_key_by_key(key: str, value: str | None, code: str, at: str) -> None:
    assert told(vote(**{key: value})) == [(f"law.{code}", f"rules.0.value.{at}")]


@pytest.mark.parametrize(
    ("fields", "code", "at"),
    [
        ({}, "field_missing", "kind"),
        ({"kind": '"gift"'}, "unknown_choice", "kind"),
        ({"kind": "[]"}, "unknown_choice", "kind"),
        ({"kind": '"fixed"'}, "field_missing", "fen"),
        ({"kind": '"percentage"'}, "field_missing", "percentage"),
        ({"kind": '"by-storeys"'}, "field_missing", "by_storeys"),
        ({"kind": '"fixed"', "fen": "1", "percentage": '"1/2"'}, "field_unknown", "percentage"),
        ({"kind": '"fixed"', "fen": "1", "cap_fen": "1"}, "field_unknown", "cap_fen"),
        ({"kind": '"percentage"', "percentage": '"3/2"'}, "above_whole", "percentage"),
        ({"kind": '"by-storeys"', "by_storeys": "{}"}, "not_a_table", "by_storeys"),
        ({"kind": '"by-storeys"', "by_storeys": "[1]"}, "not_a_table", "by_storeys"),
        ({"kind": '"by-storeys"', "by_storeys": '{"0"=1}'}, "not_a_number", "by_storeys.0"),
        ({"kind": '"by-storeys"', "by_storeys": '{"100"=1}'}, "not_a_number", "by_storeys.100"),
        ({"kind": '"by-storeys"', "by_storeys": "{six=1}"}, "not_a_number", "by_storeys.six"),
        ({"kind": '"by-storeys"', "by_storeys": '{"6"=-1}'}, "out_of_range", "by_storeys.6"),
        ({"kind": '"fixed"', "fen": "1", "min_storeys": "0"}, "out_of_range", "min_storeys"),
        ({"kind": '"fixed"', "fen": "1", "min_storeys": "201"}, "out_of_range", "min_storeys"),
        ({"kind": '"fixed"', "fen": "1", "expires_on": '"x"'}, "not_a_date", "expires_on"),
        ({"kind": '"fixed"', "fen": "1", "city_share": '"2"'}, "above_whole", "city_share"),
        ({"kind": '"fixed"', "fen": "1", "bonus": "[{fen=1}]"}, "field_missing", "bonus.0.name"),
    ],
)  # fmt: skip
def test_a_subsidy_is_tested_by_its_kind(fields: dict[str, Any], code: str, at: str) -> None:
    found = told(row(unit='"subsidy"', value=table(**fields)))
    assert found == [(f"law.{code}", f"rules.0.value.{at}")]


@pytest.mark.parametrize(
    ("value", "code", "at"),
    [
        ('{layer="weekly",at_most_days=7}', "unknown_choice", "layer"),
        ('{layer="half-monthly"}', "field_missing", "at_most_days"),
        ('{layer="yearly"}', "field_missing", "at_most_months"),
        (
            '{layer="half-monthly",at_most_days=15,at_most_months=1}',
            "field_unknown",
            "at_most_months",
        ),
    ],
)  # fmt: skip
def test_a_layer_of_upkeep_is_tested_by_its_kind(value: str, code: str, at: str) -> None:
    found = told(row(unit='"upkeep"', value=value))
    assert found == [(f"law.{code}", f"rules.0.value.{at}")]


@pytest.mark.parametrize(
    ("least", "faulty"), [("0", True), ("1", False), ("99", False), ("100", True)]
)
def test_a_committee_has_from_one_to_99_members(least: str, *, faulty: bool) -> None:
    value = table(least=least, odd="true", experts='"2/3"')
    found = told(row(unit='"committee"', value=value))
    assert found == [("law.out_of_range", "rules.0.value.least")] * faulty


@pytest.mark.parametrize(
    ("fields", "code", "at"),
    [
        ({"binds": '"never"'}, "unknown_choice", "binds"),
        ({"factor": None}, "field_missing", "factor"),
        ({"mean_share": '"3/2"'}, "above_whole", "mean_share"),
    ],
)
def test_a_breaker_is_tested_key_by_key(fields: dict[str, Any], code: str, at: str) -> None:
    sound = {"factor": '"9/5"', "mean_share": '"1/2"', "binds": '"always"'}
    found = told(row(unit='"breaker"', value=table(**(sound | fields))))
    assert found == [(f"law.{code}", f"rules.0.value.{at}")]
    assert told(row(unit='"breaker"', value=table(**sound))) == []


# --- Rules and places among each other ----------------------------------------------------------


def dated(start: str, until: str | None, **changes: str) -> str:
    return row(in_force_from=start, in_force_until=until, **changes)


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01"), False),
        (("2026-02-01", "2026-03-01"), ("2026-01-01", "2026-02-01"), False),
        (("2026-01-01", "2026-02-02"), ("2026-02-01", "2026-03-01"), True),
        (("2026-02-01", "2026-03-01"), ("2026-01-01", "2026-02-02"), True),
        (("2026-01-01", "2026-12-01"), ("2026-02-01", "2026-03-01"), True),
        (("2026-02-01", None), ("2026-01-01", "2026-02-01"), False),
        (("2026-02-01", None), ("2026-01-01", None), True),
        (("2026-02-01", None), ("2026-03-01", "2026-04-01"), True),
    ],
)
def test_periods_of_the_same_rule_may_touch_but_not_overlap(
    first: tuple[str, str | None], second: tuple[str, str | None], *, overlap: bool
) -> None:
    found = told(dated(*first), dated(*second))
    assert found == [("law.period_overlap", "rules.1.in_force_from")] * overlap


def test_an_overlap_names_the_other_rule() -> None:
    fault = only(dated("2026-01-01", None), dated("2027-01-01", None))
    assert fault.facts["value"] == "chongqing/notice/own@2026-01-01"


def test_a_period_inside_two_others_is_told_of_both() -> None:
    rows = [dated("2026-01-01", "2026-02-01"), dated("2026-02-01", None)]
    found = told(*rows, dated("2026-01-15", "2026-02-15"))
    assert found == [("law.period_overlap", "rules.2.in_force_from")] * 2


def test_the_same_days_in_another_place_or_of_another_name_do_not_clash() -> None:
    assert told(row(), row(id='"cn/notice/own"'), row(id='"chongqing/notice/other"')) == []


def test_a_rule_may_stand_once_only() -> None:
    fault = only(row(), row(value="9"))
    assert where(fault) == ("law.rule_twice", "rules.1.id")
    assert fault.facts["value"] == "chongqing/notice/own@2026-01-01"


def test_a_packaged_rule_is_not_overridden_in_silence() -> None:
    assert told(row(id='"chongqing/notice/plan"')) == [
        ("law.period_overlap", "rules.0.in_force_from")
    ]
    assert told(row(id='"chongqing/notice/plan"', in_force_from="2020-09-01")) == [
        ("law.rule_twice", "rules.0.id")
    ]
    assert told(dated("2020-08-01", "2020-09-01", id='"chongqing/notice/plan"')) == []


def test_a_packaged_rule_is_replaced_on_demand() -> None:
    packaged = '"chongqing/notice/plan@2020-09-01"'
    assert told(row(id='"chongqing/notice/plan"', replaces=packaged)) == []


@pytest.mark.parametrize(
    "replaces",
    [
        '"chongqing/notice/plan"',
        '"chongqing/notice/plan@2020-09-02"',
        '"shanghai/notice/plan@2021-01-01"',  # another place's
    ],
)
def test_only_the_same_packaged_rule_can_be_replaced(replaces: str) -> None:
    found = told(dated("2019-01-01", "2019-02-01", id='"chongqing/notice/plan"', replaces=replaces))
    assert found == [("law.nothing_to_replace", "rules.0.replaces")]


def test_a_rule_of_an_unknown_place_is_a_fault() -> None:
    assert told(row(id='"atlantis/notice/own"')) == [("law.unknown_place", "rules.0.id")]


def test_a_place_may_be_declared_once() -> None:
    assert told(place("dazu", "cn"), place("dazu", "cn")) == [("law.place_twice", "places.1.id")]
    assert told(place("chongqing", "cn")) == [("law.place_twice", "places.0.id")]


def test_an_unknown_parent_is_a_fault() -> None:
    assert told(place("dazu", "chonqing")) == [("law.unknown_parent", "places.0.parent")]


def test_a_parent_may_be_declared_later_or_be_none() -> None:
    assert told(place("dazu", "yu"), place("yu", "cn"), place("moon", "")) == []


def test_parents_that_lead_in_a_circle_are_a_fault() -> None:
    found = told(place("a", "b"), place("b", "c"), place("c", "a"), place("d", "a"))
    assert found == [("law.parent_circle", f"places.{at}.parent") for at in range(3)]
    assert told(place("a", "a")) == [("law.parent_circle", "places.0.parent")]


def test_a_place_of_another_shape_is_a_fault() -> None:
    assert told(place("Dazu", "cn")) == [("law.not_a_word", "places.0.id")]
    assert told(place("dazu", "no place")) == [("law.not_a_word", "places.0.parent")]
    assert told(place("dazu", "cn", '"大足"')) == [("law.not_a_table", "places.0.name")]


def test_a_faulty_place_makes_no_faults_of_its_rules_and_districts() -> None:
    faulty = place("dazu", "cn", '{ zh = "大足" }')
    found = told(faulty, place("longshui", "dazu"), row(id='"dazu/notice/own"'))
    assert found == [("law.field_missing", "places.0.name.en")]


def test_a_further_vote_must_be_another_rule_of_consent_there_or_above() -> None:
    assert told(vote(also='["consent/special"]')) == []  # the nation's
    lost = [("law.unknown_vote", "rules.0.value.also.0")]
    assert told(vote(also='["consent/common-land"]')) == lost  # Shanghai's
    assert told(vote(also='["notice/plan"]')) == lost  # no vote
    assert told(vote(also='["notice/own"]')) == lost  # itself


def test_a_further_vote_may_stand_in_the_same_pack() -> None:
    land = row(id='"chongqing/consent/land"', unit='"consent"', value=table(**VOTE))
    assert told(vote(also='["consent/land"]'), land) == []
    faulty = land.replace('grade = "A"', 'grade = "D"')
    assert told(vote(also='["consent/land"]'), faulty) == [("law.unknown_grade", "rules.1.grade")]


def test_every_fault_is_told_at_once() -> None:
    found = told(
        place("dazu", "nowhere"),
        row(grade='"D"', source='""'),
        row(id='"atlantis/notice/own"', value="7"),
        vote(scope='"street"'),
    )
    assert sorted(found) == [
        ("law.field_missing", "rules.0.source"),
        ("law.unknown_choice", "rules.2.value.scope"),
        ("law.unknown_grade", "rules.0.grade"),
        ("law.unknown_parent", "places.0.parent"),
        ("law.unknown_place", "rules.1.id"),
    ]
