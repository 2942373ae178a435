"""Consent: votes counted together are judged as each alone is, and what a refusal names."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.consent_cast import ON, ORDINARY, SPECIAL, ballots, count, failing, flat, flats
from tuanti.rules import law
from tuanti.rules.consent import (
    Ballot,
    Condition,
    NotAConsentRule,
    Objection,
    Regime,
    Roll,
    Unsound,
    check,
    tally,
    tally_all,
)

BEFORE, AFTER = date(2026, 11, 1), date(2026, 11, 23)
HEARD = replace(SPECIAL, extra=("no-written-objection",))


def test_a_roll_of_one_stairwell_need_not_name_it() -> None:
    roll = Roll(tuple(flat(str(n), stairwell="1") for n in range(3)))
    assert tally_all(roll, ballots("yyy"), [SPECIAL], on=ON).passed


def test_votes_together_are_counted_on_their_day() -> None:
    dated = [replace(ballot, cast_on=BEFORE) for ballot in ballots("yyy")]
    (found,) = tally_all(flats(1, 1, 1), dated, [SPECIAL], on=ON).tallies
    assert found == tally(flats(1, 1, 1), dated, SPECIAL, on=ON)
    late = [*dated[:2], replace(dated[2], cast_on=AFTER)]
    with pytest.raises(Unsound) as refused:
        tally_all(flats(1, 1, 1), late, [SPECIAL], on=ON)
    assert [fault.code for fault in refused.value.faults] == ["consent.ballot_later"]


def test_votes_together_hear_every_objection() -> None:
    cast, settled, open_ = ballots("yyy"), Objection("li", BEFORE, ON), Objection("zhao")
    (found,) = tally_all(flats(1, 1, 1), cast, [HEARD], on=ON, objections=[settled, open_]).tallies
    assert found.conditions == (Condition("no-written-objection", ("zhao",)),)
    with pytest.raises(Unsound):
        tally_all(flats(1, 1, 1), cast, [HEARD], on=ON, objections=[Objection("li", AFTER)])


def test_a_condition_keeps_its_name() -> None:
    roll = Roll((flat("0", occupied=True), flat("1")))
    regime = replace(SPECIAL, extra=("occupied-owner-consents",))
    found = tally(roll, ballots(".y"), regime, on=ON)
    assert found.conditions == (Condition("occupied-owner-consents", ("0",)),)


def test_a_rule_of_something_else_is_named() -> None:
    rule = law.find("cn/licence/decision", on=ON)
    with pytest.raises(NotAConsentRule) as refused:
        Regime.of(rule)
    assert refused.value.facts == {"rule": rule.id, "unit": rule.unit}


def test_over_half_is_more_than_half_of_the_area_too() -> None:
    found = count(flats(30, 10, 10, 10), "nyyy", ORDINARY)
    assert failing(found) == {"approval-area"}
    assert [measure.strict for measure in found.measures] == [False, False, True, True]
    assert count(flats(29, 10, 10, 10), "nyyy", ORDINARY).passed


ESTATE = Roll(
    (
        flat("101", building="1", stairwell="1"),
        flat("201", building="1", stairwell="2"),
        flat("301", building="2", stairwell="1"),
    )
)


def test_the_stairwell_asked_for_is_an_argument_and_no_place_in_the_roll() -> None:
    for stairwell, code in (("", "which_stairwell"), ("9-9", "no_such_stairwell")):
        (fault,) = check(ESTATE, [], [SPECIAL], on=ON, stairwell=stairwell)
        assert (fault.code, fault.path) == (f"consent.{code}", ("stairwell",))


def test_a_stairwell_of_one_flat_leads_to_its_building() -> None:
    whole = replace(SPECIAL, scope="building")
    found = tally(ESTATE, [], whole, on=ON, stairwell="1-1")
    assert [vote.flats for vote in found.votes] == [("101",), ("201",)]
    assert [vote.owners for vote in found.votes] == [("owner of 101",), ("owner of 201",)]


def test_every_ballot_from_outside_is_counted() -> None:
    cast = [Ballot("101", "yes"), Ballot("201", "yes"), Ballot("301", "no")]
    assert tally(ESTATE, cast, SPECIAL, on=ON, stairwell="1-1").outside == 2
