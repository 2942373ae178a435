"""Ballots by phone: what is taken, once, in time, from whom."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.places_cast import load_tree
from tests.polls_cast import (
    CLOSES,
    DURING,
    OFFICER,
    OPENS,
    OVER,
    House,
    asked,
    found_house,
    opened,
    say,
)
from tuanti.consent.commands import ballots, polls
from tuanti.consent.models import Consultation, Poll, Record
from tuanti.consent.queries import polls as known
from tuanti.consent.refusals.polls import (
    AnswersAmiss,
    FormUsed,
    NotOpenYet,
    NotVoting,
    NotYourFlat,
    TooLate,
)
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.rules.stages import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    load_tree()
    return found_house()


@pytest.fixture
def poll(house: House) -> Poll:
    return opened(house)


def close(poll: Poll, **facts: Any) -> Poll:  # noqa: ANN401 (as the command)
    told: dict[str, Any] = {"by": CLOCK, "now": OVER} | facts
    return polls.close_poll(poll_id=poll.pk, **told)


# --- Casting -----------------------------------------------------------------------------------


def test_a_ballot_is_received_with_a_receipt(house: House, poll: Poll) -> None:
    row = say(house, poll, 0)
    assert row.body == {
        "owner": str(house.held[0].owner_id),
        "way": "phone",
        "answers": {"lift": "yes"},
    }
    assert row.received_at == DURING
    receipt = known.receipt_of(row)
    assert "yes" not in receipt.note
    assert receipt == known.receipt_of(Record.objects.get(pk=row.pk))
    poll.refresh_from_db()
    assert (poll.seq, poll.head) == (1, row.hash)
    entry = Entry.objects.get(act="ballot.cast")
    assert entry.facts == {"flat": house.flats[0].pk, "line": 1, "hash": row.hash}
    assert known.answered(poll) == {house.flats[0].pk}


def test_the_same_form_again_is_the_same_ballot(house: House, poll: Poll) -> None:
    form = uuid.uuid4()
    first = say(house, poll, 0, client_id=form)
    assert say(house, poll, 0, client_id=form, when=DURING + timedelta(hours=1)) == first
    assert say(house, poll, 0, client_id=form, when=CLOSES) == first
    close(poll)
    assert say(house, poll, 0, client_id=form, when=OVER) == first
    assert Record.objects.count() == 1
    assert Entry.objects.filter(act="ballot.cast").count() == 1


def test_a_form_cannot_be_used_again_for_something_else(house: House, poll: Poll) -> None:
    form = uuid.uuid4()
    say(house, poll, 0, client_id=form)
    with pytest.raises(FormUsed):
        say(house, poll, 0, "no", client_id=form)
    with pytest.raises(FormUsed):
        say(house, poll, 1, client_id=form)
    assert Record.objects.count() == 1


def test_a_change_is_a_new_record(house: House, poll: Poll) -> None:
    say(house, poll, 0, "no")
    say(house, poll, 0, "yes")
    assert [one.state for one in known.ballots_of(poll, house.flats[0].pk)] == [
        "counts",
        "replaced",
    ]
    assert known.tally_of(poll)[0].votes[0].stand == "yes"
    assert known.fault_of(Poll.objects.get()) is None


@pytest.mark.parametrize(
    ("when", "refusal"),
    [
        (OPENS - timedelta(microseconds=1), NotOpenYet),
        (OPENS, None),
        (CLOSES - timedelta(microseconds=1), None),
        (CLOSES, TooLate),
        (CLOSES + timedelta(days=1), TooLate),
    ],
)
def test_the_period_holds_to_the_microsecond(
    house: House,
    poll: Poll,
    when: datetime,
    refusal: type[Exception] | None,
) -> None:
    if refusal is None:
        assert say(house, poll, 0, when=when).received_at == when
        return
    with pytest.raises(refusal):
        say(house, poll, 0, when=when)
    assert not Record.objects.exists()
    assert not Entry.objects.filter(act="ballot.cast").exists()


def test_nobody_votes_for_another_flat(house: House, poll: Poll) -> None:
    with pytest.raises(NotYourFlat):
        ballots.cast_ballot(
            poll_id=poll.pk, client_id=uuid.uuid4(), flat_id=house.flats[1].pk,
            answers=asked(poll, "yes"), by=house.resident(0), received_at=DURING,
        )  # fmt: skip


def test_whoever_is_not_on_the_roll_finds_no_vote(house: House, poll: Poll) -> None:
    other = found_house("别处苑")
    for by, refusal in (
        (other.resident(0), NotInReach),
        (OFFICER, NotPermitted),
        (CLOCK, NotPermitted),
    ):
        with pytest.raises(refusal):
            ballots.cast_ballot(
                poll_id=poll.pk, client_id=uuid.uuid4(), flat_id=house.flats[0].pk,
                answers=asked(poll, "yes"), by=by, received_at=DURING,
            )  # fmt: skip
    with pytest.raises(NotInReach):
        ballots.cast_ballot(
            poll_id=0, client_id=uuid.uuid4(), flat_id=house.flats[0].pk, answers={},
            by=house.resident(0), received_at=DURING,
        )  # fmt: skip


@pytest.mark.parametrize("answers", [{}, {"lift": "talk"}, {"lift": "yes", "common-land": "yes"}])
def test_every_matter_asked_is_answered_and_no_other(
    house: House, poll: Poll, answers: dict[str, str]
) -> None:
    with pytest.raises(AnswersAmiss):
        ballots.cast_ballot(
            poll_id=poll.pk, client_id=uuid.uuid4(), flat_id=house.flats[0].pk, answers=answers,
            by=house.resident(0), received_at=DURING,
        )  # fmt: skip


def test_a_withdrawn_consultation_takes_no_ballots(house: House, poll: Poll) -> None:
    Consultation.objects.update(state="withdrawn")
    with pytest.raises(NotVoting):
        say(house, poll, 0)
    assert polls.close_ended_polls(by=CLOCK, now=OVER) == 0
    with pytest.raises(MoveRefused):
        close(poll)


def test_casting_is_cheap(
    house: House,
    poll: Poll,
    django_assert_max_num_queries: Any,  # noqa: ANN401 (a fixture)
) -> None:
    with django_assert_max_num_queries(8) as asked_of_it:  # savepoints of the test among them
        say_only(house, poll)
    sql = [one["sql"] for one in asked_of_it.captured_queries]
    assert len([one for one in sql if "SAVEPOINT" not in one]) == 6


def say_only(house: House, poll: Poll) -> None:
    ballots.cast_ballot(
        poll_id=poll.pk, client_id=uuid.uuid4(), flat_id=house.flats[0].pk,
        answers={"lift": "yes"}, by=house.resident(0), received_at=DURING,
    )  # fmt: skip
