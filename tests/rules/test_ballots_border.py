"""The ledger of votes at its borders: what is kept, what is named, whose clock tells the time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.ballots_cast import (
    CODE,
    COLLEAGUE,
    START,
    TERMS,
    TYPIST,
    Ledger,
    house,
    ledgers,
)
from tests.rules.consent_cast import rolls
from tuanti.rules.ballots import (
    Clash,
    Standing,
    State,
    Terms,
    Wins,
    counted,
    first_break,
    head_of,
    instant,
)
from tuanti.rules.consent import Mandate
from tuanti.rules.errors import Fault

TWO = house("a", "b")
SAME = house("a", "a", "a")


# --- The chain -------------------------------------------------------------------------------


def test_the_head_of_a_poll_is_the_hash_that_is_written_down() -> None:
    """The format may never change under its name."""
    written = '{"code":"7K3M9Q2XD","format":"tuanti-poll/1","roll":["梯"]}'
    head = sha256(written.encode()).hexdigest()
    assert head_of({"roll": ["梯"], "code": "7K3M9Q2XD"}) == head


@pytest.mark.usefixtures("abroad")
def test_a_machine_abroad_writes_the_same_time() -> None:
    noon = datetime(2026, 11, 23, 12, 0, 0, 7, timezone(timedelta(hours=8)))
    assert instant(noon) == "2026-11-23T04:00:00.000007Z"


@pytest.mark.usefixtures("abroad")
def test_a_machine_abroad_counts_a_ballot_on_the_day_of_the_law() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "yes", at=datetime(2026, 11, 23, 15, 59, tzinfo=UTC))
    ledger.phone("102", "b", "yes", at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    days = [one.cast_on for one in ledger.counted(TWO).ballots]
    assert days == [date(2026, 11, 23), date(2026, 11, 24)]


def test_a_break_is_named_with_its_place_and_number() -> None:
    ledger = Ledger()
    for answer in ("yes", "no", "abstain"):
        ledger.phone("101", "a", answer)
    one, _, three = ledger.records
    missing = first_break(CODE, START, [one, three])
    assert missing == Fault("ballots.out_of_order", ("records", 1), {"seq": 2})
    cut = first_break(CODE, START, [one], size=3)
    assert cut == Fault("ballots.cut_off", ("records",), {"seq": 2})


@pytest.mark.parametrize("salt", ["", "00" * 15, "00" * 17, "FF" * 16, "ff " * 16])
def test_a_salt_has_one_length_and_one_writing_even_where_the_hash_fits(salt: str) -> None:
    """Else the border between salt and line could be moved under the same hash."""
    ledger = Ledger()
    ledger.phone("101", "a", "yes")
    (line,) = ledger.records
    digest = sha256(bytes.fromhex(salt) + line.text.encode()).hexdigest()
    fault = Fault("ballots.changed", ("records", 0), {"seq": 1})
    assert first_break(CODE, START, [replace(line, salt=salt, hash=digest)]) == fault


@pytest.mark.parametrize("salt", ["", "zz" * 16, "00" * 15, "FF" * 16])
def test_a_line_without_a_hash_is_found(salt: str) -> None:
    """Also where it is the last: nothing that follows could give it away."""
    ledger = Ledger()
    ledger.phone("101", "a", "yes")
    bare = replace(ledger.records[0], salt=salt, hash="")
    fault = Fault("ballots.changed", ("records", 0), {"seq": 1})
    assert first_break(CODE, START, [bare]) == fault


# --- Which ballot is kept --------------------------------------------------------------------


def test_ballots_are_told_in_the_order_received() -> None:
    """Not in that in which somebody first spoke on a matter."""
    ledger = Ledger()
    for flat, owner, answer in (("101", "a", "no"), ("102", "b", "yes"), ("101", "a", "yes")):
        ledger.phone(flat, owner, answer)
    found = ledger.counted(TWO)
    assert found.lines == (2, 3)
    assert [(one.flat, one.by, one.answer) for one in found.ballots] == [
        ("102", "b", "yes"),
        ("101", "a", "yes"),
    ]


def test_matters_of_one_ballot_come_in_one_order_however_they_were_written() -> None:
    told = set()
    for matters in permutations(("lift", "common-land", "loan")):
        ledger = Ledger()
        ledger.phone("101", "a", "", answers=dict.fromkeys(matters, "yes"))
        told.add(tuple(one.matter for one in ledger.counted(TWO).ballots))
    assert told == {("common-land", "lift", "loan")}


@pytest.mark.parametrize(
    ("wins", "kept"), [("paper", 3), ("phone", 5), ("later", 5)], ids=["paper", "phone", "later"]
)
def test_of_several_of_the_way_that_wins_the_last_is_kept(wins: Wins, kept: int) -> None:
    ledger = Ledger()
    ledger.confirm(ledger.paper("101", "a", "no"))
    ledger.confirm(ledger.paper("101", "a", "yes"))
    ledger.phone("101", "a", "abstain")
    found = ledger.counted(TWO, Terms(wins=wins))
    assert found.lines == (kept,)
    assert {one.record.seq: one.over for one in found.standings} == {
        seq: 0 if seq == kept else kept for seq in (1, 3, 5)
    }


def test_where_no_ballot_came_in_the_way_that_wins_the_last_is_kept() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "no")
    ledger.phone("101", "a", "yes")
    assert ledger.counted(TWO, Terms(wins="paper")).lines == (2,)


def test_a_ballot_is_replaced_only_when_nothing_of_it_is_left() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "", answers={"lift": "yes", "loan": "yes"})
    ledger.phone("101", "a", "", answers={"lift": "no"})
    assert ledger.states(TWO) == ["counts", "counts"]
    ledger.phone("101", "a", "", answers={"loan": "no"})
    assert ledger.states(TWO) == ["replaced", "counts", "counts"]


def test_only_the_last_on_paper_and_the_last_by_phone_are_compared() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "no")
    ledger.confirm(ledger.paper("102", "a", "yes"))
    ledger.phone("103", "a", "yes")
    assert ledger.counted(SAME).clashes == ()
    ledger.phone("103", "a", "abstain")
    assert ledger.counted(SAME).clashes == (Clash("103", "a", "lift", 5, 2),)


def test_a_clash_is_on_the_matter_the_two_differ_on() -> None:
    ledger = Ledger()
    ledger.phone("101", "a", "", answers={"lift": "yes", "loan": "no"})
    typed = ledger.add(
        "ballot",
        "101",
        paper="ab" * 32,
        owner="a",
        way="paper",
        answers={"lift": "yes", "loan": "yes"},
    )
    ledger.confirm(typed)
    found = ledger.counted(TWO, Terms(wins="phone"))
    assert found.clashes == (Clash("101", "a", "loan", 1, typed),)


@given(data=st.data())
def test_nobody_has_two_votes_on_one_matter(data: st.DataObject) -> None:
    roll, terms = data.draw(rolls()), data.draw(TERMS)
    records = data.draw(ledgers(roll)).records
    owners = {flat.id: {owner.id for owner in flat.owners} for flat in roll.flats}
    found = counted(records, roll, terms)
    says = [
        (frozenset(owners[one.flat]), records[line - 1].body["owner"], one.matter)
        for one, line in zip(found.ballots, found.lines, strict=True)
    ]
    assert len(says) == len(set(says))


@given(data=st.data())
def test_a_clash_is_of_one_owner_who_said_two_things_in_two_ways(data: st.DataObject) -> None:
    roll, terms = data.draw(rolls()), data.draw(TERMS)
    records = data.draw(ledgers(roll)).records
    found = counted(records, roll, terms)
    for clash in found.clashes:
        kept, other = (records[seq - 1] for seq in (clash.kept, clash.other))
        assert clash.kept in found.lines
        assert clash.flat == kept.flat
        assert kept.body["owner"] == other.body["owner"] == clash.owner
        assert kept.body["way"] != other.body["way"]
        assert kept.body["answers"][clash.matter] != other.body["answers"][clash.matter]


# --- Judged, and given by proxy --------------------------------------------------------------


def test_whoever_disputes_a_ballot_does_not_confirm_it() -> None:
    ledger = Ledger()
    typed = ledger.paper("101", "a", "yes")
    ledger.add("dispute", by=COLLEAGUE, ballot=typed)
    ledger.confirm(typed)
    ledger.add("uphold", by="account:3", ballot=typed)
    assert ledger.states(TWO) == ["unconfirmed"]


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ("confirm dispute", "disputed"),
        ("confirm dispute refuse", "refused"),
        ("confirm refuse dispute", "refused"),
        ("dispute confirm", "disputed"),
        ("dispute confirm uphold", "counts"),
    ],
)
def test_a_refusal_outlasts_a_dispute_and_a_dispute_a_confirmation(acts: str, state: State) -> None:
    ledger = Ledger()
    typed = ledger.paper("101", "a", "yes")
    for act in acts.split():
        match act:
            case "confirm":
                ledger.confirm(typed)
            case "refuse":
                ledger.add("refuse", by=COLLEAGUE, ballot=typed)
            case "dispute":
                ledger.add("dispute", by="resident:a", ballot=typed)
            case _:
                ledger.add("uphold", by=COLLEAGUE, ballot=typed)
    found = ledger.counted(TWO)
    assert found.standings == (Standing(ledger.records[0], state),)


def named(ledger: Ledger, name: str, **dates: str) -> None:
    told: dict[str, Any] = {"proxy": name, "owner": "a", "capacity": "guardian", **dates}
    ledger.add("proxy", paper="cd" * 32, **told)


def test_a_mandate_is_given_out_as_it_was_taken_in() -> None:
    ledger = Ledger()
    named(ledger, "p", from_on="2026-11-01", until_on="2026-12-31")
    for flat in ("101", "102"):
        ledger.confirm(ledger.paper(flat, "a", "yes", proxy="p"))
    roll = house("a", "ab")
    found = ledger.counted(roll)
    assert [one.by for one in found.ballots] == ["proxy:p", "proxy:p"]
    assert found.mandates == (
        Mandate(
            owner="a",
            holder="proxy:p",
            capacity="guardian",
            document="cd" * 32,
            from_on=date(2026, 11, 1),
            until_on=date(2026, 12, 31),
        ),
    )


def test_a_mandate_without_dates_has_none() -> None:
    ledger = Ledger()
    named(ledger, "p", from_on="", until_on="")
    ledger.confirm(ledger.paper("101", "a", "yes", proxy="p"))
    (mandate,) = ledger.counted(TWO).mandates
    assert (mandate.from_on, mandate.until_on) == (None, None)


def test_only_mandates_that_were_used_by_what_counts_are_given_out() -> None:
    ledger = Ledger()
    for name in ("p", "q", "unused"):
        named(ledger, name)
    ledger.confirm(ledger.paper("101", "a", "no", proxy="p"))
    ledger.confirm(ledger.paper("101", "a", "yes", proxy="q"))
    assert [one.holder for one in ledger.counted(TWO).mandates] == ["proxy:q"]


def test_a_proxy_revoked_twice_or_never_named_stays_without_a_vote() -> None:
    ledger = Ledger()
    named(ledger, "p")
    for name in ("p", "p", "nobody"):
        ledger.add("revoke", by="resident:a", proxy=name)
    ledger.confirm(ledger.paper("101", "a", "yes", by=TYPIST, proxy="p"))
    assert ledger.states(TWO) == ["unmandated"]
