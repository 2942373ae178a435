"""Consent: the law's borders, one vote this side and one that side of each of its four tests."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.consent_cast import (
    EVERYONE,
    OF_ALL,
    ON,
    ORDINARY,
    REGIMES,
    SPECIAL,
    ballots,
    both,
    cast,
    count,
    failing,
    flat,
    flats,
    rolls,
)
from tuanti.rules import law
from tuanti.rules.consent import (
    Ballot,
    Flat,
    Mandate,
    NotAConsentRule,
    Objection,
    Owner,
    Regime,
    Roll,
    Vote,
    least,
    tally,
    tally_all,
)
from tuanti.texts import facts_of

# Facts 1.1: flats; the least turnout; the least yes at that turnout, if all vote, and ordinary.
BORDERS = [
    (10, 7, 6, 8, 4),
    (12, 8, 6, 9, 5),
    (14, 10, 8, 11, 6),
    (16, 11, 9, 12, 6),
    (18, 12, 9, 14, 7),
    (44, 30, 23, 33, 16),
]


@pytest.mark.parametrize(("homes", "turnout", "yes", "of_all", "ordinary"), BORDERS)
def test_the_border_lies_where_the_law_draws_it(
    homes: int, turnout: int, yes: int, of_all: int, ordinary: int
) -> None:
    roll = flats(*[68_50] * homes)

    def passes(agreeing: int, voting: int, regime: Regime = SPECIAL) -> bool:
        return count(roll, "y" * agreeing + "n" * (voting - agreeing), regime).passed

    assert passes(yes, turnout)
    assert not passes(yes - 1, turnout)
    assert not passes(turnout - 1, turnout - 1)
    assert passes(of_all, homes)
    assert not passes(of_all - 1, homes)
    assert passes(ordinary, turnout, ORDINARY)
    assert not passes(ordinary - 1, turnout, ORDINARY)


# Areas, what was said, and the one measure that lies exactly on its threshold; then one step less.
ON_THE_LINE = [
    ("participation-area", (20, 10, 10, 20), (20, 10, 10, 21), "yyy."),
    ("participation-area", (20, 10, 10, 20), (20, 10, 9, 20), "yyy."),
    ("approval-area", (40, 10, 10, 20), (39, 10, 10, 20), "yyyn"),
    ("approval-area", (40, 10, 10, 20), (40, 10, 10, 21), "yyyn"),
]


@pytest.mark.parametrize(("name", "enough", "short", "said"), ON_THE_LINE)
def test_the_last_square_decimetre_counts(
    name: str, enough: tuple[int, ...], short: tuple[int, ...], said: str
) -> None:
    areas = SPECIAL if name == "participation-area" else replace(SPECIAL, approval=THREE_QUARTERS)
    assert count(flats(*enough), said, areas).passed
    assert failing(count(flats(*short), said, areas)) == {name}


THREE_QUARTERS = replace(both("3/4"), persons=Fraction(1, 2))  # persons well inside


@pytest.mark.parametrize(
    ("name", "enough", "short"),
    [
        ("participation-persons", "yyyyyyyy....", "yyyyyyy....."),
        ("approval-persons", "yyyyyynn....", "yyyyyannn..."),
        ("approval-persons", "yyyyyynn....", "yyyyynn.y..n"),
    ],
)
def test_the_last_person_counts(name: str, enough: str, short: str) -> None:
    roll = flats(100, 100, 100, 100, 100, *[1] * 7)  # area well inside
    assert count(roll, enough).passed
    assert failing(count(roll, short)) == {name}


def test_fractions_are_exact() -> None:
    found = count(flats(66_66, 66_67, 66_67), "yy.")
    assert [measure.share for measure in found.measures] == [
        Fraction(66_66 + 66_67, 200_00),
        Fraction(2, 3),
        1,
        1,
    ]
    assert failing(found) == {"participation-area"}  # 66.665 %, not 66.67 %


@pytest.mark.parametrize(
    ("threshold", "base", "at_least", "over"),
    [("2/3", 12, 8, 9), ("2/3", 13, 9, 9), ("1/2", 7, 4, 4), ("1", 5, 5, 6), ("0", 5, 0, 1)],
)
def test_the_least_that_passes(threshold: str, base: int, at_least: int, over: int) -> None:
    assert least(Fraction(threshold), base, strict=False) == at_least
    assert least(Fraction(threshold), base, strict=True) == over


def test_half_is_not_over_half() -> None:
    assert not count(flats(1, 1, 1, 1), "yynn", ORDINARY).passed
    assert count(flats(1, 1, 1, 1), "yynn", replace(ORDINARY, strict=False)).passed


def test_where_nobody_votes_nothing_passes() -> None:
    assert not count(flats(1, 1), "", replace(SPECIAL, participation=both("0"))).passed
    assert not count(flats(1, 1), "", Regime("estate", both("0"), both("0"))).passed


def test_nobody_approves_of_nobody() -> None:
    assert [measure.share for measure in count(flats(1, 1), "").measures] == [0, 0, 0, 0]


def test_two_thirds_of_all_ask_for_no_turnout() -> None:
    assert count(flats(1, 1, 1), "yy.", OF_ALL).passed
    assert not count(flats(1, 1, 1), "yn.", OF_ALL).passed
    assert not count(flats(1, 1, 1, 1), "yy..", OF_ALL).passed


def test_one_voice_stops_what_everyone_must_want() -> None:
    assert count(flats(1, 1, 1), "yyy", EVERYONE).passed
    assert not count(flats(1, 1, 1), "yy.", EVERYONE).passed
    assert not count(flats(1, 1, 1), "yyn", EVERYONE).passed


# -- Persons ---------------------------------------------------------------------------------


def test_one_buyer_with_several_flats_is_one_person() -> None:
    roll = Roll((flat("a", owner="li"), flat("b", owner="li"), flat("c"), flat("d")))
    found = count(roll, [Ballot("b", "yes")])
    area, persons = found.measures[:2]
    assert (area.have, area.base) == (140_00, 280_00)  # one ballot carries both flats
    assert (persons.have, persons.base) == (1, 3)
    assert found.votes[0].flats == ("a", "b")
    assert found.votes[0].reasons == ("consent.yes", "consent.one_person")


def test_the_developers_unsold_flats_are_one_person() -> None:
    unsold = [flat(str(n), owner="builder", tenure="developer") for n in range(5)]
    found = count(Roll((*unsold, flat("x"))), [Ballot("3", "no"), Ballot("x", "yes")])
    assert [measure.base for measure in found.measures] == [420_00, 2, 420_00, 2]
    assert "consent.developer_flat" in found.votes[0].reasons


def test_a_couple_is_another_buyer_than_either_alone() -> None:
    couple = Flat("c", 70_00, (Owner("li"), Owner("wang")))
    again = Flat("d", 70_00, (Owner("wang"), Owner("li")))
    found = count(Roll((flat("a", owner="li"), flat("b", owner="wang"), couple, again)), [])
    assert [vote.flats for vote in found.votes] == [("a",), ("b",), ("c", "d")]


# -- Who speaks for a flat -------------------------------------------------------------------


def couple_said(*answers: tuple[str, Any], regime: Regime = SPECIAL) -> Vote:
    roll = Roll((Flat("0", 70_00, (Owner("li"), Owner("wang"))), flat("1")))
    return count(roll, [Ballot("0", answer, by) for by, answer in answers], regime).votes[0]


@pytest.mark.parametrize(
    ("answers", "stand"),
    [
        ([], "silent"),
        ([("", "yes")], "yes"),
        ([("li", "yes")], "yes"),
        ([("li", "yes"), ("wang", "no")], "split"),
        ([("", "yes"), ("wang", "no")], "split"),
        ([("li", "no"), ("wang", "abstain")], "no"),
        ([("li", "abstain"), ("wang", "yes")], "yes"),
        ([("li", "abstain")], "abstain"),
        ([("li", "no"), ("wang", "yes"), ("", "yes")], "yes"),
        ([("li", "yes"), ("wang", "yes"), ("li", "no")], "split"),
    ],
)
def test_co_owners_have_one_vote(answers: list[tuple[str, str]], stand: str) -> None:
    assert couple_said(*answers).stand == stand


def test_a_split_flat_takes_part_without_approving_unless_law_says_otherwise() -> None:
    quarrel = (("li", "yes"), ("wang", "no"))
    assert couple_said(*quarrel).takes_part
    assert couple_said(*quarrel).reasons[0] == "consent.split"
    absent = couple_said(*quarrel, regime=replace(SPECIAL, split="absent"))
    assert not absent.takes_part
    assert absent.reasons[0] == "consent.split_absent"


def test_all_co_owners_may_have_to_sign() -> None:
    every = replace(SPECIAL, signing="all")
    alone = couple_said(("li", "yes"), regime=every)
    assert (alone.stand, alone.takes_part, alone.reasons[0]) == (
        "silent", False, "consent.incomplete",
    )  # fmt: skip
    assert couple_said(("li", "yes"), ("wang", "yes"), regime=every).stand == "yes"
    assert couple_said(("", "yes"), regime=every).stand == "yes"


def test_a_delivered_ballot_signed_by_one_of_two_may_count_as_abstention() -> None:
    regime = replace(SPECIAL, signing="all", silence="abstain")
    home = Flat("0", 70_00, (Owner("li"), Owner("wang")), served=True)
    vote = count(Roll((home,)), [Ballot("0", "yes", "li")], regime).votes[0]
    assert (vote.takes_part, vote.reasons[0]) == (True, "consent.incomplete_abstains")


PAPER = Mandate("li", "son", "proxy", "W-7", date(2026, 11, 1), date(2026, 12, 1))


@pytest.mark.parametrize("capacity", ["proxy", "guardian", "administrator", "custodian", "manager"])
def test_who_holds_a_mandate_may_sign(capacity: Any) -> None:  # noqa: ANN401 (one of five words)
    roll = Roll((flat("0", owner="li"),), (Mandate("li", "son", capacity, "W-7"),))
    vote = count(roll, [Ballot("0", "yes", "son")]).votes[0]
    assert vote.stand == "yes"
    assert vote.reasons == ("consent.yes", f"consent.by_{capacity}")


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 22)])
def test_a_mandate_holds_from_its_first_day(day: date) -> None:
    roll = Roll((flat("0", owner="li"),), (PAPER,))
    assert count(roll, [Ballot("0", "yes", "son", cast_on=day)]).votes[0].stand == "yes"


def test_a_co_owner_may_also_sign_for_the_other() -> None:
    home = Flat("0", 70_00, (Owner("li"), Owner("wang")))
    roll = Roll((home,), (Mandate("wang", "li", "proxy", "W-7"),))
    every = replace(SPECIAL, signing="all")
    assert count(roll, [Ballot("0", "yes", "li")], every).votes[0].stand == "yes"


def test_a_mandate_of_one_co_owner_speaks_for_him_alone() -> None:
    home = Flat("0", 70_00, (Owner("li"), Owner("wang")))
    roll = Roll((home,), (Mandate("wang", "son", "proxy", "W-7"),))
    every = replace(SPECIAL, signing="all")
    assert count(roll, [Ballot("0", "yes", "son")], every).votes[0].stand == "silent"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"tenure": "public"}, "consent.public_flat"),
        ({"tenure": "work-unit"}, "consent.work_unit_flat"),
        ({"state": "sealed"}, "consent.sealed"),
        ({"state": "unreachable"}, "consent.unreachable"),
        ({"occupied": True}, "consent.occupied"),
    ],
)
def test_what_is_special_about_a_flat_is_said_once(facts: dict[str, Any], reason: str) -> None:
    roll = Roll((flat("a", owner="li", **facts), flat("b", owner="li", **facts)))
    assert count(roll, []).votes[0].reasons == ("consent.silent", "consent.one_person", reason)


@pytest.mark.parametrize("standing", ["buyer", "heir"])
def test_buyers_and_heirs_are_owners(standing: Any) -> None:  # noqa: ANN401 (one of two words)
    heirs = (Owner("son", Fraction(1, 2), standing), Owner("daughter", Fraction(1, 2), standing))
    found = count(Roll((Flat("0", 70_00, heirs),)), [Ballot("0", "yes", "son")])
    assert found.passed
    assert found.votes[0].reasons == ("consent.yes", f"consent.{standing}")


# -- Silence and abstention ------------------------------------------------------------------


def test_abstention_takes_part_unless_law_says_otherwise() -> None:
    roll = flats(1, 1, 1, 1)
    assert failing(count(roll, "yyaa")) == {"approval-area", "approval-persons"}
    absent = replace(SPECIAL, abstention="absent")
    assert failing(count(roll, "yyaa", absent)) == {"participation-area", "participation-persons"}
    assert count(roll, "yyya", absent).passed
    assert [vote.reasons[0] for vote in count(roll, "a...", absent).votes[:2]] == [
        "consent.abstains_absent",
        "consent.silent",
    ]


@pytest.mark.parametrize(
    ("silence", "abstention", "served", "takes_part"),
    [
        ("absent", "participates", True, False),
        ("abstain", "participates", False, False),
        ("abstain", "participates", True, True),
        ("abstain", "absent", True, False),
    ],
)
def test_silence_counts_only_where_law_says_so_and_the_ballot_was_delivered(
    silence: Any,  # noqa: ANN401 (one of two words)
    abstention: Any,  # noqa: ANN401 (one of two words)
    served: bool,  # noqa: FBT001 (a column of the table)
    takes_part: bool,  # noqa: FBT001 (likewise)
) -> None:
    regime = replace(SPECIAL, silence=silence, abstention=abstention)
    vote = count(Roll((flat("0", served=served),)), [], regime).votes[0]
    assert vote.takes_part is takes_part
    assert vote.reasons[0] == ("consent.silent_abstains" if takes_part else "consent.silent")


def test_every_vote_says_first_how_it_counts() -> None:
    found = count(flats(1, 1, 1, 1), "yna.")
    assert [(vote.reasons, vote.takes_part) for vote in found.votes] == [
        (("consent.yes",), True),
        (("consent.no",), True),
        (("consent.abstains",), True),
        (("consent.silent",), False),
    ]


def test_it_shows_where_a_no_made_the_quorum() -> None:
    roll = flats(1, 1, 1, 1, 1, 1)
    assert count(roll, "yyyn..").quorum_by_no  # three quarters of the four who came
    assert not count(roll, "yyyyn.").quorum_by_no  # four came without it
    assert not count(roll, "yyn...").quorum_by_no  # there was none
    assert count(flats(9, 9, 1, 1, 1, 1), "yy.nn.").quorum_by_no  # the persons
    assert count(flats(1, 1, 1, 1, 1, 3), "yyyy.n").quorum_by_no  # the area


# -- Later ballots ---------------------------------------------------------------------------


def test_a_later_ballot_replaces_an_earlier_one() -> None:
    cast = [
        Ballot("0", "yes", cast_on=date(2026, 11, 9)),
        Ballot("0", "no", cast_on=date(2026, 11, 3)),
        Ballot("1", "no"),
        Ballot("1", "yes"),
    ]
    found = count(flats(1, 1), cast)
    assert [vote.stand for vote in found.votes] == ["yes", "yes"]
    assert [vote.ballots for vote in found.votes] == [(0,), (3,)]
    assert found.replaced == (1, 2)


def test_of_one_day_the_last_received_counts() -> None:
    cast = [Ballot("0", "no", cast_on=ON), Ballot("0", "yes", cast_on=ON)]
    assert count(flats(1), cast).votes[0].stand == "yes"


def test_ballots_for_two_flats_of_one_owner_count_once() -> None:
    roll = Roll((flat("a", owner="li"), flat("b", owner="li")))
    found = count(roll, [Ballot("a", "yes"), Ballot("b", "yes")])
    assert (found.votes[0].ballots, found.replaced) == ((1,), (0,))


def test_the_later_day_decides_between_two_flats_of_one_owner() -> None:
    roll = Roll((flat("a", owner="li"), flat("b", owner="li")))
    cast = [Ballot("a", "yes", cast_on=date(2026, 11, 2)),
            Ballot("b", "no", cast_on=date(2026, 11, 1))]  # fmt: skip
    assert count(roll, cast).votes[0].stand == "yes"


# -- Scopes and conditions -------------------------------------------------------------------

ESTATE = Roll(
    tuple(
        flat(f"{building}-{stairwell}-{n}", building=str(building), stairwell=str(stairwell))
        for building in (1, 2)
        for stairwell in (1, 2)
        for n in range(3)
    )
)


@pytest.mark.parametrize(
    ("scope", "stairwell", "homes"),
    [("stairwell", "2-1", 3), ("building", "2-1", 6), ("estate", "2-1", 12), ("estate", "", 12)],
)
def test_the_scope_says_who_is_asked(scope: Any, stairwell: str, homes: int) -> None:  # noqa: ANN401
    regime = replace(SPECIAL, scope=scope)
    cast = [Ballot("2-1-0", "yes"), Ballot("1-1-0", "no")]
    found = tally(ESTATE, cast, regime, on=ON, stairwell=stairwell)
    assert found.measures[1].base == homes
    assert found.outside == (0 if scope == "estate" else 1)
    assert scope == "estate" or all(vote.flats[0].startswith("2-") for vote in found.votes)
    assert found.replaced == ()


def test_a_roll_of_one_building_need_not_name_a_stairwell() -> None:
    roll = Roll(ESTATE.flats[:6])
    assert count(roll, [], replace(SPECIAL, scope="building")).measures[1].base == 6


def test_two_votes_on_two_matters_must_both_pass() -> None:
    lift = replace(SPECIAL, also=("consent/common-land",))
    land = replace(
        ORDINARY, scope="estate", matter="common-land", law_ids=("shanghai/x@2021-01-01",)
    )
    here = [Ballot(f"1-1-{n}", "yes") for n in range(3)]
    everywhere = [Ballot(f.id, "yes", matter="common-land") for f in ESTATE.flats[:8]]
    both_passed = tally_all(ESTATE, here + everywhere, [lift, land], on=ON, stairwell="1-1")
    assert both_passed.passed
    assert both_passed.law_ids == ("cn/consent/special@2021-01-01", "shanghai/x@2021-01-01")
    one = tally_all(ESTATE, here + everywhere[:7], [lift, land], on=ON, stairwell="1-1")
    assert [found.passed for found in one.tallies] == [True, False]
    assert not one.passed


@pytest.mark.parametrize(
    ("objection", "passed"),
    [
        (Objection("zhao"), False),
        (Objection("zhao", date(2026, 11, 1)), False),
        (Objection("zhao", date(2026, 11, 1), ON), True),
        (Objection("zhao", None, date(2026, 11, 23)), False),
    ],
)
def test_a_written_objection_stops_it_until_settled(objection: Objection, passed: bool) -> None:  # noqa: FBT001
    regime = replace(SPECIAL, extra=("no-written-objection",))
    found = tally(flats(1, 1, 1), ballots("yyy"), regime, on=ON, objections=[objection])
    assert found.passed is passed
    assert found.conditions[0].open_with == (() if passed else ("zhao",))
    assert tally(flats(1, 1, 1), ballots("yyy"), SPECIAL, on=ON, objections=[objection]).passed


@pytest.mark.parametrize(("said", "passed"), [("yyy.", False), ("yyyn", False), ("yy.y", True)])
def test_who_loses_some_of_his_own_must_agree(said: str, passed: bool) -> None:  # noqa: FBT001
    regime = replace(SPECIAL, extra=("occupied-owner-consents",))
    roll = Roll((*flats(1, 1, 1).flats, flat("3", 1, occupied=True)))
    found = count(roll, said, regime)
    assert found.passed is passed
    assert found.conditions[0].open_with == (() if passed else ("3",))
    assert failing(found) == set()


# -- Law -------------------------------------------------------------------------------------


def test_a_regime_is_read_from_the_law() -> None:
    rule = law.find("cn/consent/special", on=ON)
    assert Regime.of(rule) == SPECIAL
    assert Regime.of(rule, "land").matter == "land"
    ordinary = Regime.of(law.find("cn/consent/ordinary", on=ON))
    assert (ordinary.approval, ordinary.strict) == (ORDINARY.approval, True)


def test_a_unanimous_rule_wants_everyone() -> None:
    rule = law.find("cn/consent/special", on=ON)
    every = Regime.of(replace(rule, value=dict(rule.value) | {"unanimous": True, "strict": True}))
    assert every == replace(EVERYONE, law_ids=(rule.id,), approval_of="participating")


def test_another_rule_is_no_rule_of_consent() -> None:
    with pytest.raises(NotAConsentRule) as refused:
        Regime.of(law.find("cn/consent/challenge", on=ON))
    assert refused.value.code == "consent.not_a_consent_rule"
    assert refused.value.facts.keys() == facts_of(refused.value.code, "zh")


def test_the_rules_of_counting_are_kept_beside() -> None:
    rule, persons = (law.find(f"cn/consent/{name}", on=ON) for name in ("special", "persons"))
    assert Regime.of(rule, beside=[persons]).law_ids == (rule.id, persons.id)


# -- Properties ------------------------------------------------------------------------------


@given(st.data())
def test_a_further_yes_never_undoes_a_pass(data: st.DataObject) -> None:
    roll, regime = data.draw(rolls()), data.draw(REGIMES)
    before = data.draw(cast(roll))
    home = data.draw(st.sampled_from(roll.flats))
    by = data.draw(st.sampled_from(["", *(owner.id for owner in home.owners)]))
    after = [*before, Ballot(home.id, "yes", by, cast_on=ON)]
    first, then = count(roll, before, regime), count(roll, after, regime)
    assert then.passed >= first.passed
    for one, other in zip(first.measures[:2], then.measures[:2], strict=True):
        assert other.have >= one.have


def test_voiding_a_quarrel_is_the_one_way_a_yes_can_do_harm() -> None:
    regime = replace(SPECIAL, split="absent", approval=both("1/2"))
    roll = Roll((flat("0"), Flat("1", 70_00, (Owner("li"), Owner("wang"))), flat("2")))
    no = [Ballot("0", "yes"), Ballot("1", "no", "li")]
    assert count(roll, no, regime).passed
    assert not count(roll, [*no, Ballot("1", "yes", "wang")], regime).passed


@given(st.data())
def test_the_order_of_flats_does_not_matter(data: st.DataObject) -> None:
    roll, regime = data.draw(rolls()), data.draw(REGIMES)
    said = data.draw(cast(roll))
    shuffled = Roll(tuple(data.draw(st.permutations(roll.flats))))
    assert count(roll, said, regime).measures == count(shuffled, said, regime).measures


@given(st.data())
def test_every_flat_and_every_ballot_is_accounted_for(data: st.DataObject) -> None:
    roll, regime = data.draw(rolls()), data.draw(REGIMES)
    said = data.draw(cast(roll))
    found = count(roll, said, regime)
    assert sorted(name for vote in found.votes for name in vote.flats) == sorted(
        home.id for home in roll.flats
    )
    counted = {at for vote in found.votes for at in vote.ballots}
    assert counted.isdisjoint(found.replaced)
    assert counted | {*found.replaced} == {*range(len(said))}
