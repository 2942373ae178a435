"""Duties: who can give them, how far they reach, and which are two persons'."""

import tomllib
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti import texts
from tuanti.rules.duties import (
    DUTIES,
    KINDS,
    REASONS,
    Clash,
    DutiesIncompatible,
    DutyNotOfKind,
    UnknownDuty,
    UnknownKind,
    check,
    clashes,
    duties_of,
)
from tuanti.rules.errors import RuleBroken
from tuanti.texts import LANGS, Lang, facts_of
from tuanti.texts.words import word

PAIRS = list(combinations(DUTIES, 2))
VOTE = ["roll-keeper", "ballot-typist", "ballot-confirmer"]

kinds = st.sampled_from(KINDS)
duties = st.sampled_from(tuple(DUTIES))


def apart(one: str, other: str) -> str | None:
    """Why one person does not hold both; None if she may."""
    found = clashes(one, [other])
    return found[0].reason if found else None


# --- Which organisation gives which duty --------------------------------------------------------


def test_a_kind_gives_the_duties_of_its_table_and_no_other() -> None:
    for kind, duty in product(KINDS, DUTIES.values()):
        if kind in duty.kinds:
            check(kind, duty.name)
        else:
            with pytest.raises(DutyNotOfKind):
                check(kind, duty.name)


def test_every_kind_has_somebody_to_act_for_it() -> None:
    acting = {
        kind: [d.name for d in duties_of(kind) if d.name != "administrator"] for kind in KINDS
    }
    assert [kind for kind, found in acting.items() if not found] == ["platform"]


def test_every_duty_is_named_as_it_is_filed_and_given_by_somebody() -> None:
    assert all(name == duty.name and duty.kinds for name, duty in DUTIES.items())
    assert all(set(duty.kinds) <= set(KINDS) for duty in DUTIES.values())
    assert all(len(set(duty.kinds)) == len(duty.kinds) for duty in DUTIES.values())


@pytest.mark.parametrize(
    ("kind", "given_there"),
    [
        ("platform", ["administrator"]),
        ("supplier", ["administrator", "supplier-manager"]),
        ("auditor", ["administrator", "auditor"]),
        ("owners-group", ["administrator", "owners-representative", "payer"]),
        ("community", ["administrator", "community-worker", *VOTE, "mediator"]),
        (
            "street-office",
            ["administrator", "street-officer", *VOTE, "mediator", "approver", "payer"],
        ),
        ("procurement-body", ["administrator", "approver", "payer", "procurement-officer"]),
    ],
)
def test_what_an_organisation_can_give(kind: str, given_there: list[str]) -> None:
    assert [duty.name for duty in duties_of(kind)] == given_there


@pytest.mark.parametrize("duty", ["city-officer", "district-officer", "street-officer", *VOTE])
def test_who_serves_residents_serves_a_place(duty: str) -> None:
    assert DUTIES[duty].scope == "place"


@pytest.mark.parametrize("duty", ["administrator", "supplier-manager", "payer", "bank-officer"])
def test_who_works_for_a_firm_sees_the_firms_affairs(duty: str) -> None:
    assert DUTIES[duty].scope == "organisation"


# --- Which two are two persons' -----------------------------------------------------------------

APART = [
    *((one, other, "one-hand-on-the-vote") for one, other in combinations(VOTE, 2)),
    ("approver", "payer", "approves-and-pays"),
    ("supplier-manager", "procurement-officer", "buys-and-sells"),
    ("supplier-manager", "owners-representative", "buys-and-sells"),
    ("contractor-manager", "ballot-confirmer", "buys-and-sells"),
    ("component-manager", "evaluation-expert", "buys-and-sells"),
    ("maintainer", "street-officer", "buys-and-sells"),
    ("site-supervisor", "contractor-manager", "checks-own-work"),
    ("inspector", "maintainer", "checks-own-work"),
    ("supervising-officer", "venue-clerk", "supervises-self"),
    ("supervising-officer", "evaluation-expert", "supervises-self"),
    ("evaluation-expert", "procurement-agent", "evaluates-own-purchase"),
    ("mediator", "owners-representative", "mediates-own-case"),
    ("mediator", "contractor-manager", "mediates-own-case"),
    ("auditor", "payer", "audits-self"),
    ("auditor", "administrator", "audits-self"),
    ("auditor", "community-worker", "audits-self"),
]
TOGETHER = [
    ("community-worker", "roll-keeper"),
    ("street-officer", "ballot-confirmer"),
    ("administrator", "payer"),
    ("owners-representative", "payer"),
    ("procurement-officer", "approver"),
    ("supplier-manager", "contractor-manager"),
    ("mediator", "community-worker"),
    ("property-manager", "maintainer"),
]


@pytest.mark.parametrize(("one", "other", "why"), APART)
def test_some_duties_are_two_persons_and_the_reason_is_told(one: str, other: str, why: str) -> None:
    assert apart(one, other) == why


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_other_duties_go_together(one: str, other: str) -> None:
    assert apart(one, other) is None


def test_it_does_not_matter_which_duty_came_first() -> None:
    assert [(one, other) for one, other in PAIRS if apart(one, other) != apart(other, one)] == []


@given(duties)
def test_the_same_duty_may_be_held_in_two_places(duty: str) -> None:
    assert clashes(duty, [duty, duty]) == ()


def test_nobody_who_sells_touches_any_duty_of_the_buyer() -> None:
    buying = {
        duty.name
        for duty in DUTIES.values()
        if {"procurement-body", "procurement-agency", "trading-venue"} & set(duty.kinds)
    } - {"administrator"}
    assert buying >= {"approver", "payer", "venue-clerk", "evaluation-expert"}
    for seller, buyer in product(["supplier-manager", "component-manager"], buying):
        assert apart(seller, buyer) == "buys-and-sells"


def test_an_auditor_holds_no_other_duty_at_all() -> None:
    assert [name for name in DUTIES if not apart("auditor", name)] == ["auditor"]


def test_every_reason_parts_somebody() -> None:
    assert {apart(one, other) for one, other in PAIRS} == {None, *REASONS}


def test_every_clash_is_told_in_the_order_of_the_duties() -> None:
    found = clashes("supplier-manager", ["payer", "designer", "city-officer"])
    assert found == (
        Clash("supplier-manager", "city-officer", "buys-and-sells"),
        Clash("supplier-manager", "payer", "buys-and-sells"),
    )


def test_a_person_is_refused_what_clashes_whatever_else_she_holds() -> None:
    with pytest.raises(DutiesIncompatible) as refused:
        check("street-office", "payer", ["street-officer", "approver"])
    assert refused.value.facts == {
        "duty": "payer",
        "held": "approver",
        "reason": "approves-and-pays",
    }


@given(kinds, duties, st.lists(duties))
def test_a_post_is_taken_up_just_where_nothing_speaks_against_it(
    kind: str, duty: str, held: list[str]
) -> None:
    sound = kind in DUTIES[duty].kinds and not any(apart(duty, one) for one in held)
    try:
        check(kind, duty, iter(held))
    except (DutyNotOfKind, DutiesIncompatible):
        assert not sound
    else:
        assert sound


# --- What is not known, and what things are called ----------------------------------------------


def test_an_unknown_kind_or_duty_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownKind) as kind:
        check("ministry", "auditor")
    with pytest.raises(UnknownDuty) as duty:
        check("bank", "teller")
    with pytest.raises(UnknownDuty) as held:
        check("bank", "bank-officer", ["teller"])
    assert str(kind.value.facts["known"]).split(", ") == [*KINDS]
    assert str(duty.value.facts["known"]).split(", ") == [*DUTIES]
    assert held.value.facts["value"] == "teller"


@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (UnknownKind, {"value", "known"}),
        (UnknownDuty, {"value", "known"}),
        (DutyNotOfKind, {"kind", "duty", "possible"}),
        (DutiesIncompatible, {"duty", "held", "reason"}),
    ],
)
def test_a_refusal_says_what_it_knows(refusal: type[RuleBroken], facts: set[str]) -> None:
    assert all(facts_of(refusal.code, lang) == facts for lang in LANGS)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("book", "names"),
    [("kinds", KINDS), ("duties", [*DUTIES]), ("reasons", REASONS)],
)
def test_everything_is_called_something_and_nothing_twice(
    book: str, names: list[str], lang: Lang
) -> None:
    called = [word(f"duties.{book}.{name}", lang) for name in names]
    assert len(set(called)) == len(called)


def test_no_word_is_left_over() -> None:
    file = Path(texts.__file__).parent / "words/duties.toml"
    words: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    assert set(words["kinds"]) == {*KINDS}
    assert set(words["duties"]) == {*DUTIES}
    assert set(words["reasons"]) == {*REASONS}
    assert set(words["scopes"]) == {duty.scope for duty in DUTIES.values()}
