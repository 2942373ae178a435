"""Many at once: one record of each form, one chain, one deadline."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from tests.places_cast import load_tree
from tests.polls_cast import CLOSES, DURING, NOW, OVER, House, found_house, opened, say
from tuanti.consent.commands import polls
from tuanti.consent.models import Poll, Record
from tuanti.consent.queries import polls as known
from tuanti.consent.refusals.polls import ClosedAlready, FormUsed, TooLate
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.rules.errors import RuleBroken

THREADS = 64


@pytest.fixture
def house(transactional_db: None) -> House:
    del transactional_db
    if connection.vendor != "postgresql":
        pytest.skip("writing at once needs PostgreSQL (--db=postgres): SQLite has one writer")
    load_tree()
    return found_house()


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """Run works in threads that begin together; what each came to, refusals included."""
    gate = threading.Barrier(len(works))
    found: list[object] = [None] * len(works)

    def run(number: int, work: Callable[[], object]) -> None:
        try:
            gate.wait(30)
            found[number] = work()
        except BaseException as wrong:  # noqa: BLE001 (told by the caller)
            found[number] = wrong
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def whole(poll: Poll) -> Poll:
    poll = Poll.objects.get(pk=poll.pk)
    assert known.fault_of(poll) is None
    assert poll.records.count() == poll.seq
    assert Entry.objects.filter(act="ballot.cast").count() == poll.seq
    return poll


def test_sixty_four_copies_of_one_form_are_one_ballot(house: House) -> None:
    poll, form = opened(house), uuid.uuid4()
    found = at_once([lambda: say(house, poll, 0, client_id=form)] * THREADS)
    assert set(found) == {Record.objects.get()}
    assert whole(poll).seq == 1


def test_copies_of_one_form_that_differ_are_one_ballot_and_refusals(house: House) -> None:
    poll, form = opened(house), uuid.uuid4()
    answers = ["yes", "no"] * (THREADS // 2)
    works = [partial(say, house, poll, 0, answer, client_id=form) for answer in answers]
    found = at_once(works)
    assert whole(poll).seq == 1
    kinds = Counter(type(one) for one in found)
    assert kinds == {Record: THREADS // 2, FormUsed: THREADS // 2}


def test_all_owners_at_once_make_one_unbroken_chain(house: House) -> None:
    poll = opened(house)
    works = [partial(say, house, poll, at % 6) for at in range(THREADS)]
    found = at_once(works)
    assert all(isinstance(one, Record) for one in found)
    assert whole(poll).seq == THREADS
    counts = Counter(one.state for one in known.counted_of(poll).standings)
    assert counts == {"counts": 6, "replaced": THREADS - 6}


def test_votes_of_different_houses_do_not_wait_for_each_other(house: House) -> None:
    other = found_house("别处苑")
    first, second = opened(house), opened(other)
    with_lock, done = threading.Event(), threading.Event()

    def hold() -> None:
        from django.db import transaction  # noqa: PLC0415 (this thread's)

        with transaction.atomic():
            polls.taken(first.pk)
            with_lock.set()
            assert done.wait(10)

    def meanwhile() -> None:
        assert with_lock.wait(10)
        say(other, second, 0)
        done.set()

    assert at_once([hold, meanwhile]) == [None, None]


def test_at_the_deadline_every_ballot_is_either_counted_or_refused(house: House) -> None:
    """Those under way have a minute; whoever comes after the count is told so, not lost."""
    then = timezone.now() - timedelta(days=7)
    poll = opened(house, now=then, opens_at=then, closes_at=then + timedelta(days=7, seconds=2))
    chance = random.Random(7)
    pauses = [chance.uniform(1.5, 2.5) for _ in range(THREADS)]

    def vote(at: int) -> Record:
        time.sleep(pauses[at])
        return say(house, poll, at % 6, when=timezone.now())

    found = at_once([partial(vote, at) for at in range(THREADS)])
    kinds = Counter(type(one) for one in found)
    assert set(kinds) == {Record, TooLate}
    taken = [one for one in found if isinstance(one, Record)]
    assert all(one.received_at < poll.closes_at for one in taken)
    assert whole(poll).seq == len(taken)


def test_counting_races_with_those_under_way(house: House) -> None:
    """The count sees a ballot or the ballot is refused: never one acknowledged and not counted."""
    poll = opened(house)
    just = CLOSES - timedelta(microseconds=1)
    works: list[Callable[[], object]] = [
        partial(say, house, poll, at % 6, when=just) for at in range(THREADS - 2)
    ]
    works += [lambda: polls.close_poll(poll_id=poll.pk, by=CLOCK, now=OVER)] * 2
    found = at_once(works)
    kinds = Counter(type(one) for one in found)
    assert kinds[ClosedAlready] == 1
    assert kinds[Poll] == 1
    done = whole(poll)
    assert kinds[Record] == done.seq
    assert kinds[Record] + kinds[TooLate] == THREADS - 2
    assert done.result is not None
    assert done.result["lines"] == done.seq


def test_two_who_open_at_once_open_one_vote(house: House) -> None:
    found = at_once([lambda: opened(house)] * 8)
    assert sum(isinstance(one, Poll) for one in found) == 1
    assert all(isinstance(one, Poll | RuleBroken) for one in found)
    assert Poll.objects.count() == 1


def test_the_house_of_these_tests_votes_in_its_period() -> None:
    assert datetime(2026, 1, 1, tzinfo=NOW.tzinfo) < NOW < DURING < CLOSES < OVER
