"""Paper ballots, second persons, disputes and proxies: two hands for everything typed."""

import uuid
from datetime import timedelta

import pytest

from tests.places_cast import STREET, load_tree, someone
from tests.polls_cast import (
    CLOSES,
    CONFIRMER,
    DURING,
    KEEPER,
    OFFICER,
    OPENS,
    OVER,
    SCAN,
    STRANGER,
    TYPIST,
    WORKER,
    House,
    found_house,
    opened,
    say,
    typed,
)
from tuanti.consent import rolls
from tuanti.consent.commands import ballots, polls
from tuanti.consent.models import Poll, Record
from tuanti.consent.queries import polls as known
from tuanti.consent.refusals.polls import (
    ClosedAlready,
    FormUsed,
    NotDisputable,
    NotDisputed,
    NothingToConfirm,
    NotOnTheRoll,
    OneHand,
    OriginalMissing,
    ReasonUnknown,
    TooLate,
)
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK, Actor
from tuanti.people.models import Message
from tuanti.places.filing import Paper
from tuanti.places.models import Owner
from tuanti.places.refusals import EvidenceMissing, NotInReach, NotPermitted

pytestmark = pytest.mark.django_db
COLLEAGUE = someone("ballot-confirmer", STREET, "钱复核")


@pytest.fixture
def house() -> House:
    load_tree()
    return found_house()


@pytest.fixture
def poll(house: House) -> Poll:
    return opened(house)


def confirm(row: Record, by: Actor = CONFIRMER, paper: Paper | None = None) -> Record:
    return ballots.confirm_ballot(record_id=row.pk, by=by, now=DURING, paper=paper)


def refuse(row: Record, by: Actor = CONFIRMER, reason: str = "unreadable") -> Record:
    return ballots.refuse_ballot(record_id=row.pk, reason=reason, by=by, now=DURING)


def dispute(row: Record, by: Actor) -> Record:
    return ballots.dispute_ballot(record_id=row.pk, by=by, now=DURING)


def uphold(row: Record, by: Actor = CONFIRMER) -> Record:
    return ballots.uphold_ballot(record_id=row.pk, by=by, now=DURING)


def states(poll: Poll) -> list[str]:
    assert known.fault_of(Poll.objects.get(pk=poll.pk)) is None
    return [one.state for one in known.counted_of(poll).standings]


# --- Typing and confirming ---------------------------------------------------------------------


def test_a_typed_ballot_waits_for_a_second_person(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0)
    assert row.paper is not None
    assert known.ledger_of(poll)[0].paper == row.paper.digest
    assert states(poll) == ["unconfirmed"]
    assert known.answered(poll) == {house.flats[0].pk}
    assert [one.row for one in known.waiting(poll)] == [row]
    confirm(row)
    assert states(poll) == ["counts"]
    assert known.waiting(poll) == []
    assert known.tally_of(poll)[0].votes[0].stand == "yes"


@pytest.mark.parametrize("by", [TYPIST, WORKER])
def test_typists_and_workers_type(house: House, poll: Poll, by: Actor) -> None:
    assert typed(house, poll, 0, by=by).by == by.id


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (OFFICER, NotPermitted),
        (CONFIRMER, NotPermitted),
        (KEEPER, NotPermitted),
        (STRANGER, NotInReach),
    ],
)
def test_nobody_else_types(house: House, poll: Poll, by: Actor, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        typed(house, poll, 0, by=by)
    assert not Record.objects.exists()


def test_a_colleague_the_street_or_the_owner_confirms(house: House, poll: Poll) -> None:
    for at, by in enumerate((CONFIRMER, OFFICER, house.resident(2))):
        confirm(typed(house, poll, at), by)
    assert states(poll) == ["counts"] * 3


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (TYPIST, NotPermitted),
        (WORKER, NotPermitted),
        (KEEPER, NotPermitted),
        (STRANGER, NotInReach),
    ],
)
def test_nobody_else_confirms(
    house: House, poll: Poll, by: Actor, refusal: type[Exception]
) -> None:
    row = typed(house, poll, 0)
    with pytest.raises(refusal):
        confirm(row, by)
    with pytest.raises(NotPermitted):
        confirm(row, house.resident(1))
    with pytest.raises(NotInReach):
        confirm(row, found_house("别处苑").resident(0))


def test_nobody_confirms_what_they_typed_whatever_posts_they_hold(house: House, poll: Poll) -> None:
    both = Actor(id="account:9", posts=(*WORKER.posts, *OFFICER.posts))
    row = typed(house, poll, 0, by=both)
    for act in (confirm, refuse):
        with pytest.raises(OneHand):
            act(row, both)
    dispute(row, house.resident(0))
    with pytest.raises(OneHand):
        uphold(row, both)


def test_whoever_fixed_the_roll_neither_types_nor_confirms(house: House) -> None:
    both = Actor(id=OFFICER.id, posts=(*OFFICER.posts, *WORKER.posts))
    poll = opened(house, by=OFFICER)
    with pytest.raises(OneHand):
        typed(house, poll, 0, by=both)
    row = typed(house, poll, 0)
    for act in (confirm, refuse):
        with pytest.raises(OneHand):
            act(row, both)


def test_a_roll_keeper_has_no_hand_in_the_vote_under_any_other_post(
    house: House, poll: Poll
) -> None:
    both = Actor(id="account:9", posts=(*KEEPER.posts, *WORKER.posts, *CONFIRMER.posts))
    with pytest.raises(OneHand):
        typed(house, poll, 0, by=both)
    with pytest.raises(OneHand):
        confirm(typed(house, poll, 0), both)


def test_a_typed_ballot_needs_its_photo(house: House, poll: Poll) -> None:
    with pytest.raises(EvidenceMissing):
        typed(house, poll, 0, paper=Paper("nothing.png", b""))
    assert not Record.objects.exists()


def test_a_ballot_is_typed_for_an_owner_on_the_roll_only(house: House, poll: Poll) -> None:
    with pytest.raises(NotOnTheRoll):
        typed(house, poll, 0, owner_id=house.held[1].owner_id)


def test_a_form_typed_twice_is_one_ballot(house: House, poll: Poll) -> None:
    form = uuid.uuid4()
    first = typed(house, poll, 0, client_id=form)
    assert typed(house, poll, 0, client_id=form, when=OVER) == first
    with pytest.raises(FormUsed):
        typed(house, poll, 0, "no", client_id=form)
    with pytest.raises(FormUsed):
        typed(house, poll, 0, client_id=form, by=WORKER)
    assert Message.objects.count() == 1


def test_paper_too_must_come_in_time(house: House, poll: Poll) -> None:
    typed(house, poll, 0, when=CLOSES - timedelta(microseconds=1))
    with pytest.raises(TooLate):
        typed(house, poll, 1, when=CLOSES)


def test_the_owner_is_told_and_where_to_say_no(house: House, poll: Poll) -> None:
    typed(house, poll, 0, origin="https://t.example")
    message = Message.objects.get()
    assert message.to == house.held[0].owner.phone
    assert f"https://t.example/b/{house.stairwell.code}" in message.text
    assert "101" in message.text
    assert "同意" not in message.text
    assert Entry.objects.get(act="ballot.enter").facts["told"] is True


def test_without_a_phone_nobody_is_told(house: House, poll: Poll) -> None:
    Owner.objects.update(phone="")
    typed(house, poll, 0)
    assert not Message.objects.exists()
    assert Entry.objects.get(act="ballot.enter").facts["told"] is False


def test_a_second_confirmation_is_refused(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0)
    confirm(row)
    for act in (confirm, refuse):
        with pytest.raises(NothingToConfirm):
            act(row, COLLEAGUE)
    with pytest.raises(NothingToConfirm):
        confirm(say(house, poll, 1), OFFICER)


def test_a_refused_ballot_never_counts(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0)
    line = refuse(row, reason="mistyped")
    assert line.body == {"ballot": 1, "reason": "mistyped"}
    assert states(poll) == ["refused"]
    assert known.answered(poll) == set()
    with pytest.raises(NothingToConfirm):
        confirm(row)
    with pytest.raises(ReasonUnknown):
        refuse(typed(house, poll, 1), reason="他说不要")


def test_where_a_phone_is_no_writing_the_signed_original_is_scanned(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = rolls.drafted(house.consultation, with_estate=False, on=OPENS.date()).terms
    changed = dict(terms) | {"electronic": rolls.Term(value=False, law="here/consent/electronic")}
    monkeypatch.setattr("tuanti.consent.rolls._terms", lambda _: changed)
    poll = opened(house)
    row = say(house, poll, 0)
    assert [one.state for one in known.waiting(poll)] == ["unsigned"]
    with pytest.raises(OriginalMissing):
        confirm(row)
    with pytest.raises(OneHand):
        confirm(row, house.resident(0), SCAN)
    confirm(row, paper=SCAN)
    assert states(poll) == ["counts"]


# --- Disputes ----------------------------------------------------------------------------------


def test_a_disputed_ballot_does_not_count_until_upheld(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0)
    confirm(row)
    dispute(row, house.resident(0))
    assert states(poll) == ["disputed"]
    assert [one.state for one in known.waiting(poll)] == ["disputed"]
    uphold(row)
    assert states(poll) == ["counts"]
    acts = Entry.objects.filter(act__startswith="ballot.").order_by("pk")
    told = ["enter", "confirm", "dispute", "uphold"]
    assert [entry.act.removeprefix("ballot.") for entry in acts] == told


def test_a_rightly_disputed_ballot_is_refused(house: House, poll: Poll) -> None:
    say(house, poll, 0, "no")
    row = typed(house, poll, 0, "yes")
    confirm(row)
    assert states(poll) == ["replaced", "counts"]
    dispute(row, house.resident(0))
    refuse(row, reason="not-theirs")
    assert states(poll) == ["counts", "refused"]


def test_an_owner_without_a_phone_asks_an_officer_to_dispute(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0)
    dispute(row, WORKER)
    with pytest.raises(OneHand):
        uphold(row, WORKER)
    with pytest.raises(NotPermitted):
        dispute(typed(house, poll, 1), CONFIRMER)


def test_only_ballots_entered_for_somebody_are_disputed(house: House, poll: Poll) -> None:
    own = say(house, poll, 0)
    with pytest.raises(NotDisputable):
        dispute(own, house.resident(0))
    row = typed(house, poll, 1)
    with pytest.raises(NotInReach):
        dispute(row, house.resident(0))
    with pytest.raises(NotInReach):
        dispute(row, STRANGER)
    dispute(row, house.resident(1))
    with pytest.raises(NotDisputable):
        dispute(row, house.resident(1))
    with pytest.raises(NotDisputed):
        uphold(typed(house, poll, 2))


def test_after_the_count_nothing_is_confirmed_or_disputed(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0)
    polls.close_poll(poll_id=poll.pk, by=CLOCK, now=OVER)
    for act in (confirm, refuse, uphold):
        with pytest.raises(ClosedAlready):
            act(row, CONFIRMER)
    with pytest.raises(ClosedAlready):
        dispute(row, house.resident(0))


def test_what_is_confirmed_between_deadline_and_count_counts(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0)
    ballots.confirm_ballot(record_id=row.pk, by=CONFIRMER, now=CLOSES + timedelta(seconds=30))
    assert states(poll) == ["counts"]
