"""The contact log, service by notice, and reminders before a vote ends."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from tests.consent_cast import Case, found_consultation
from tests.notices_cast import SCAN
from tests.places_cast import NOW
from tuanti.consent.commands.ballots import cast_ballot
from tuanti.consent.commands.contacts import record_contact, remind_before_closing
from tuanti.consent.commands.polls import fix_roll_and_open
from tuanti.consent.models import Contact, Poll, RollFlat
from tuanti.consent.refusals.notices import AheadOfTime, FlatElsewhere, NotVoting, PaperMissing
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.people.models import Message
from tuanti.places.commands.privacy import record_agreement, withdraw_agreement
from tuanti.places.refusals import NotInReach, NotPermitted, UnknownValue

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case() -> Case:
    return found_consultation()


def opened(case: Case) -> Poll:
    """Open the vote for ten days."""
    return fix_roll_and_open(
        consultation_id=case.consultation.pk,
        opens_at=NOW,
        closes_at=NOW + 10 * DAY,
        with_estate=False,
        by=case.keeper,
        now=NOW,
    )


def contact(case: Case, **facts: object) -> Contact:
    told: dict[str, Any] = {
        "consultation_id": case.consultation.pk,
        "flat_id": case.flats[0].pk,
        "way": "visit",
        "result": "nobody",
        "by": case.worker,
        "now": NOW + HOUR,
    }
    return record_contact(**(told | facts))


def agreed_to_messages(case: Case, *numbers: str) -> None:
    for number in numbers:
        record_agreement(
            owner_id=case.neighbours[number][0].owner_id,
            purpose="messages",
            by=case.resident(number),
            now=NOW,
        )


# --- The log --------------------------------------------------------------------------------------


def test_a_contact_is_logged_with_time_result_note_and_photo(case: Case) -> None:
    made = contact(case, note=" 敲门没人应 ", photo=SCAN, at=NOW - HOUR)
    assert (made.way, made.result, made.note, made.at) == (
        "visit",
        "nobody",
        "敲门没人应",
        NOW - HOUR,
    )
    assert made.photo is not None
    told = Entry.objects.get(act="contact.record").facts
    assert told == {
        "contact": made.pk,
        "flat": case.flats[0].pk,
        "way": "visit",
        "result": "nobody",
    }


def test_a_contact_that_cannot_be_is_refused(case: Case) -> None:
    other = found_consultation(name="远处小区")
    with pytest.raises(FlatElsewhere):
        contact(case, flat_id=other.flats[0].pk)
    with pytest.raises(AheadOfTime):
        contact(case, at=NOW + 2 * HOUR)
    with pytest.raises(UnknownValue):
        contact(case, way="pigeon")
    with pytest.raises(UnknownValue):
        contact(case, result="flown")
    assert not Contact.objects.exists()


def test_who_works_at_the_doors_logs_and_nobody_else(case: Case) -> None:
    with pytest.raises(NotPermitted):
        contact(case, by=case.keeper)
    with pytest.raises(NotPermitted):
        contact(case, by=case.residents[0])
    with pytest.raises(NotInReach):
        contact(case, by=case.stranger)
    assert contact(case, by=case.typist).pk


# --- Service by notice ----------------------------------------------------------------------------


def test_a_ballot_hung_up_with_its_photo_is_served(case: Case) -> None:
    poll = opened(case)
    with pytest.raises(PaperMissing):
        contact(case, way="notice", result="posted")
    assert not Contact.objects.exists()
    contact(case, way="notice", result="posted", photo=SCAN)
    served = RollFlat.objects.exclude(served_at=None)
    assert [one.flat_id for one in served] == [case.flats[0].pk]
    assert served[0].poll == poll
    assert served[0].served_at == NOW + HOUR


def test_other_contacts_serve_nothing(case: Case) -> None:
    opened(case)
    contact(case, way="notice", result="nobody", photo=SCAN)
    contact(case, way="letter", result="posted", photo=SCAN)
    assert not RollFlat.objects.exclude(served_at=None).exists()


def test_nothing_is_served_while_nobody_votes(case: Case) -> None:
    with pytest.raises(NotVoting):
        contact(case, way="notice", result="posted", photo=SCAN)
    assert not Contact.objects.exists()


# --- Reminders ------------------------------------------------------------------------------------


def test_reminders_go_twice_to_who_has_not_answered_and_agreed_to_messages(case: Case) -> None:
    poll = opened(case)
    agreed_to_messages(case, "101", "102", "201")
    cast_ballot(
        poll_id=poll.pk,
        client_id=uuid4(),
        flat_id=case.flats[1].pk,
        answers={"lift": "no"},
        by=case.residents[1],
        received_at=NOW + HOUR,
    )
    ends = poll.closes_at
    runs = [
        (ends - 2 * DAY - HOUR, 0),  # too early
        (ends - 2 * DAY, 2),
        (ends - 2 * DAY + HOUR, 0),  # again within the same day
        (ends - DAY, 2),
        (ends - HOUR, 0),
        (ends, 0),  # over
    ]
    assert [remind_before_closing(by=CLOCK, now=at) for at, _ in runs] == [n for _, n in runs]
    sent = Message.objects.filter(purpose="reminder")
    assert sorted({one.to for one in sent}) == ["19900000100", "19900000102"]
    assert all("磁建村" in one.text and "王" not in one.text for one in sent)
    assert {one.until_at for one in sent} == {ends}
    assert Contact.objects.filter(way="message", result="delivered").count() == 4
    told = [one.facts for one in Entry.objects.filter(act="poll.remind").order_by("id")]
    assert [(one["hours"], one["flats"], one["messages"]) for one in told] == [
        (48, 13, 2),
        (24, 13, 2),
    ]


def test_a_late_clock_sends_only_the_nearer_reminder(case: Case) -> None:
    poll = opened(case)
    agreed_to_messages(case, "101")
    late = poll.closes_at - 20 * HOUR
    assert [remind_before_closing(by=CLOCK, now=late) for _ in range(2)] == [1, 0]
    assert Entry.objects.get(act="poll.remind").facts["hours"] == 24


def test_who_took_back_messages_gets_none(case: Case) -> None:
    poll = opened(case)
    agreed_to_messages(case, "101")
    held = case.owners[0].agreements.get()
    withdraw_agreement(agreement_id=held.pk, by=case.resident("101"), now=NOW)
    assert remind_before_closing(by=CLOCK, now=poll.closes_at - DAY) == 0
    assert not Message.objects.filter(purpose="reminder").exists()


def test_an_owner_of_two_flats_is_reminded_once(case: Case) -> None:
    second = case.neighbours["102"][0]
    second.owner = case.owners[0]
    second.save()
    poll = opened(case)
    agreed_to_messages(case, "101")
    assert remind_before_closing(by=CLOCK, now=poll.closes_at - DAY) == 1
