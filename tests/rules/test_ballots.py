"""Which ballots of a ledger count: every way one can be replaced, confirmed, disputed, given."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.ballots_cast import ANSWERS, AT, COLLEAGUE, TERMS, TYPIST, Ledger, house, ledgers
from tests.rules.ballots_cast import tallied as count
from tests.rules.consent_cast import REGIMES, rolls
from tuanti.rules.ballots import Clash, Terms, Wins, counted
from tuanti.rules.consent import Flat, Owner, Roll

TWO = house("a", "b")


def test_a_later_ballot_takes_the_place_of_an_earlier_one() -> None:
    ledger = Ledger()
    first = ledger.phone("101", "a", "no")
    second = ledger.phone("101", "a", "yes")
    found = ledger.counted(TWO)
    assert [(one.by, one.answer) for one in found.ballots] == [("a", "yes")]
    assert found.lines == (second,)
    assert [(one.state, one.over) for one in found.standings] == [
        ("replaced", second),
        ("counts", 0),
    ]
    assert found.standings[0].record.seq == first


def test_each_owner_of_a_flat_has_their_own_say() -> None:
    ledger, couple = Ledger(), house("ab")
    ledger.phone("101", "a", "yes")
    ledger.phone("101", "b", "no")
    assert ledger.answers(couple) == {"a": "yes", "b": "no"}


def test_flats_of_the_same_owner_are_one_vote_even_on_one_day() -> None:
    ledger, roll = Ledger(), house("a", "a", "b")
    ledger.phone("101", "a", "yes")
    ledger.phone("102", "a", "no")
    assert ledger.answers(roll) == {"a": "no"}
    assert [vote.stand for vote in count(ledger.records, roll).votes] == ["no", "silent"]


def test_a_share_in_another_flat_is_another_vote() -> None:
    ledger, roll = Ledger(), house("a", "ab")
    ledger.phone("101", "a", "yes")
    ledger.phone("102", "a", "no")
    found = ledger.counted(roll)
    assert [(one.flat, one.answer) for one in found.ballots] == [("101", "yes"), ("102", "no")]


def test_matters_are_replaced_one_by_one() -> None:
    ledger, roll = Ledger(), house("a", "a")
    ledger.phone("101", "a", "", answers={"lift": "yes", "common-land": "no"})
    ledger.phone("102", "a", "", answers={"common-land": "yes"})
    found = ledger.counted(roll)
    assert [(one.matter, one.answer) for one in found.ballots] == [
        ("lift", "yes"),
        ("common-land", "yes"),
    ]
    assert [one.state for one in found.standings] == ["counts", "counts"]


def test_paper_counts_only_when_another_person_has_confirmed_it() -> None:
    ledger = Ledger()
    typed = ledger.paper("101", "a", "yes")
    assert ledger.states(TWO) == ["unconfirmed"]
    assert [one.record.seq for one in ledger.counted(TWO).waiting] == [typed]
    ledger.confirm(typed, by=TYPIST)
    assert ledger.states(TWO) == ["unconfirmed"]
    ledger.confirm(typed)
    assert ledger.states(TWO) == ["counts"]
    assert ledger.counted(TWO).waiting == ()


def test_what_waits_leaves_an_earlier_ballot_standing() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "no")
    typed = ledger.paper("101", "a", "yes")
    assert ledger.answers(TWO) == {"a": "no"}
    ledger.confirm(typed)
    assert ledger.answers(TWO) == {"a": "yes"}
    ledger.add("dispute", by="resident:a", ballot=typed)
    assert ledger.answers(TWO) == {"a": "no"}
    assert ledger.states(TWO) == ["counts", "disputed"]


def test_a_disputed_ballot_counts_again_when_a_third_person_upholds_it() -> None:
    ledger = Ledger()
    typed = ledger.paper("101", "a", "yes")
    ledger.confirm(typed)
    ledger.add("dispute", by="resident:a", ballot=typed)
    for somebody in ("resident:a", TYPIST):
        ledger.add("uphold", by=somebody, ballot=typed)
        assert ledger.states(TWO) == ["disputed"]
    ledger.add("uphold", by=COLLEAGUE, ballot=typed)
    assert ledger.states(TWO) == ["counts"]


def test_upholding_does_not_confirm() -> None:
    ledger = Ledger()
    typed = ledger.paper("101", "a", "yes")
    ledger.add("dispute", by="resident:a", ballot=typed)
    ledger.add("uphold", by=COLLEAGUE, ballot=typed)
    assert ledger.states(TWO) == ["unconfirmed"]


def test_what_was_refused_never_counts_again() -> None:
    ledger = Ledger()
    typed = ledger.paper("101", "a", "yes")
    ledger.add("refuse", by=COLLEAGUE, ballot=typed)
    ledger.confirm(typed, by="account:3")
    assert ledger.states(TWO) == ["refused"]
    assert ledger.counted(TWO).waiting == ()


def test_a_judgment_on_no_ballot_is_passed_over() -> None:
    ledger = Ledger()
    ledger.confirm(9)
    assert ledger.counted(TWO).standings == ()


def test_where_a_phone_is_no_writing_the_signed_original_is_waited_for() -> None:
    ledger, strict = Ledger(), Terms(electronic=False)
    said = ledger.phone("101", "a", "yes")
    assert ledger.states(TWO, strict) == ["unsigned"]
    assert ledger.states(TWO) == ["counts"]
    ledger.confirm(said)
    assert ledger.states(TWO, strict) == ["unsigned"]
    ledger.confirm(said, paper="ab" * 32)
    ledger.confirm(said)
    assert ledger.states(TWO, strict) == ["counts"]


@pytest.mark.parametrize(
    ("wins", "order", "kept"),
    [
        ("later", "phone paper", "paper"),
        ("later", "paper phone", "phone"),
        ("paper", "paper phone", "paper"),
        ("paper", "phone paper", "paper"),
        ("phone", "phone paper", "phone"),
        ("phone", "paper phone", "phone"),
    ],
)
def test_of_paper_and_phone_the_poll_says_which_wins_and_both_are_shown(
    wins: Wins, order: str, kept: str
) -> None:
    ledger, lines = Ledger(), dict[str, int]()
    for way in order.split():
        if way == "phone":
            lines[way] = ledger.phone("101", "a", "yes")
        else:
            lines[way] = ledger.paper("101", "a", "no")
            ledger.confirm(lines[way])
    found = ledger.counted(TWO, Terms(wins=wins))
    other = next(way for way in lines if way != kept)
    assert found.lines == (lines[kept],)
    assert found.clashes == (Clash("101", "a", "lift", lines[kept], lines[other]),)


def test_paper_and_phone_that_agree_do_not_clash() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "yes")
    ledger.confirm(ledger.paper("101", "a", "yes"))
    assert ledger.counted(TWO).clashes == ()


def proxy(ledger: Ledger, owner: str = "a", **dates: str) -> str:
    name = str(len(ledger.records) + 1)
    told: dict[str, Any] = {"proxy": name, "owner": owner, "capacity": "proxy", **dates}
    ledger.add("proxy", paper="cd" * 32, **told)
    return name


def test_a_proxy_votes_for_the_owner_who_named_them() -> None:
    ledger = Ledger()
    typed = ledger.paper("101", "a", "yes", proxy=proxy(ledger))
    ledger.confirm(typed)
    found = ledger.counted(TWO)
    assert found.ballots[0].by == found.mandates[0].holder == "proxy:1"
    assert found.mandates[0].document == "cd" * 32
    (first, _) = count(ledger.records, TWO).votes
    assert (first.stand, first.reasons) == ("yes", ("consent.yes", "consent.by_proxy"))


def test_a_proxy_that_was_revoked_votes_no_more_but_what_it_said_stands() -> None:
    ledger = Ledger()
    named = proxy(ledger)
    before = ledger.paper("101", "a", "yes", proxy=named)
    ledger.confirm(before)
    ledger.add("revoke", by="resident:a", proxy=named)
    ledger.confirm(ledger.paper("101", "a", "no", proxy=named))
    assert ledger.states(TWO) == ["counts", "unmandated"]
    assert count(ledger.records, TWO).votes[0].stand == "yes"


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        ({}, "counts"),
        ({"from_on": "2026-11-23"}, "counts"),
        ({"from_on": "2026-11-24"}, "unmandated"),
        ({"until_on": "2026-11-24"}, "counts"),
        ({"until_on": "2026-11-23"}, "unmandated"),
    ],
)
def test_a_proxy_holds_from_its_first_day_to_the_day_before_its_last(
    dates: dict[str, str], state: str
) -> None:
    ledger = Ledger()
    ledger.confirm(ledger.paper("101", "a", "yes", proxy=proxy(ledger, **dates)))
    assert ledger.states(TWO) == [state]
    assert count(ledger.records, TWO).votes[0].stand == ("yes" if state == "counts" else "silent")


@pytest.mark.parametrize("named", ["b", "nobody"])
def test_nobody_votes_by_a_proxy_of_another(named: str) -> None:
    ledger = Ledger()
    proxy(ledger, named) if named == "b" else None
    ledger.confirm(ledger.paper("101", "a", "yes", proxy="1"))
    assert ledger.states(TWO) == ["unmandated"]


def test_a_proxy_ballot_does_not_count_before_the_proxy_was_named() -> None:
    ledger = Ledger()
    early = ledger.paper("101", "a", "yes", proxy="2")
    proxy(ledger)
    ledger.confirm(early)
    assert ledger.states(TWO) == ["unmandated"]


@pytest.mark.parametrize(("flat", "owner"), [("999", "a"), ("101", "b")])
def test_whoever_is_not_on_the_roll_does_not_count(flat: str, owner: str) -> None:
    ledger = Ledger()
    ledger.phone(flat, owner, "yes")
    assert ledger.states(TWO) == ["off-roll"]


def test_the_day_of_a_ballot_is_that_of_shanghai() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "yes", at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    assert str(ledger.counted(TWO).ballots[0].cast_on) == "2026-11-24"


@given(data=st.data())
def test_whatever_came_in_can_be_counted_and_counts_the_same_again(data: st.DataObject) -> None:
    roll, terms = data.draw(rolls()), data.draw(TERMS)
    records = data.draw(ledgers(roll)).records
    regime = data.draw(REGIMES)
    found = counted(records, roll, terms)
    assert found == counted(tuple(records), roll, terms)
    assert count(records, roll, regime, terms) == count(records, roll, regime, terms)
    counting = {one.record.seq for one in found.standings if one.state == "counts"}
    assert counting == set(found.lines)
    assert {one.over for one in found.standings} - {0} <= counting


@given(data=st.data())
def test_a_further_yes_never_breaks_a_pass(data: st.DataObject) -> None:
    roll, terms, regime = data.draw(rolls()), data.draw(TERMS), data.draw(REGIMES)
    ledger = data.draw(ledgers(roll))
    before = count(ledger.records, roll, regime, terms).passed
    flat = data.draw(st.sampled_from(roll.flats))
    owner = data.draw(st.sampled_from(flat.owners)).id
    if data.draw(st.booleans()):
        said = ledger.phone(flat.id, owner, "yes")
        ledger.confirm(said, paper="ef" * 32)
    else:
        ledger.confirm(ledger.paper(flat.id, owner, "yes"))
    assert count(ledger.records, roll, regime, terms).passed >= before


@given(answers=st.lists(ANSWERS, min_size=1, max_size=6))
def test_of_any_number_of_changes_the_last_counts(answers: list[str]) -> None:
    ledger = Ledger()
    for answer in answers:
        ledger.phone("101", "a", answer)
    assert ledger.answers(TWO) == {"a": answers[-1]}
    assert ledger.states(TWO) == ["replaced"] * (len(answers) - 1) + ["counts"]


@given(data=st.data())
def test_ballots_of_different_owners_commute(data: st.DataObject) -> None:
    roll = Roll(tuple(Flat(str(n), 70_00, (Owner(f"o{n}"),)) for n in range(5)))
    said = {flat.id: data.draw(ANSWERS) for flat in roll.flats}
    found = []
    for order in (list(said), data.draw(st.permutations(list(said)))):
        ledger = Ledger()
        for flat in order:
            ledger.phone(flat, f"o{flat}", said[flat], at=AT + timedelta(hours=1))
        found.append(count(ledger.records, roll))
    assert found[0].measures == found[1].measures
    assert [vote.stand for vote in found[0].votes] == [vote.stand for vote in found[1].votes]
