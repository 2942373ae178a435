"""Many write while entries are sealed: nothing is lost, nothing numbered twice."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.journal_cast import act, fill, seal, verify
from tuanti.journal.models import Checkpoint, Entry

THREADS, EACH = 8, 12


@pytest.fixture
def postgresql(transactional_db: None) -> None:
    del transactional_db
    if connection.vendor != "postgresql":
        pytest.skip("writing at once needs PostgreSQL (--db=postgres): SQLite has one writer")


@contextmanager
def beside(*works: Callable[[], None]) -> Iterator[None]:
    """Run works in threads, and hand on what goes wrong there."""
    wrong: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as one:  # noqa: BLE001 (told below)
            wrong.append(one)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()
    assert not wrong, wrong


def writer(seed: int) -> Callable[[], None]:
    """Write in transactions of random length, some of which are undone."""
    chance = random.Random(seed)

    def write() -> None:
        for number in range(EACH):
            with transaction.atomic():
                act(number, kept=number % 4 != 3)
                time.sleep(chance.random() / 50)
                if number % 4 == 3:
                    transaction.set_rollback(True)

    return write


def sealer(done: threading.Event) -> Callable[[], None]:
    def work() -> None:
        while not done.is_set():
            seal()

    return work


@pytest.mark.usefixtures("postgresql")
def test_nothing_is_lost_and_nothing_numbered_twice() -> None:
    done = threading.Event()
    with beside(sealer(done), sealer(done)):
        with beside(*map(writer, range(THREADS))):
            pass
        done.set()
    seal()
    kept = THREADS * EACH * 3 // 4
    assert sorted(entry.leaf or 0 for entry in Entry.objects.all()) == [*range(kept)]
    assert not Entry.objects.filter(facts__kept=False).exists()
    assert Checkpoint.objects.count() > 1
    _batches_are_in_order()
    found = verify()
    assert (found.leaves, found.fault) == (kept, None)


def _batches_are_in_order() -> None:
    """Within a batch the numbers follow the ids."""
    start = 0
    for end in Checkpoint.objects.order_by("size").values_list("size", flat=True):
        batch = Entry.objects.filter(leaf__gte=start, leaf__lt=end).order_by("leaf")
        ids = [entry.pk for entry in batch]
        assert ids == sorted(ids)
        start = end


@pytest.mark.usefixtures("postgresql")
def test_what_commits_late_enters_the_next_batch() -> None:
    written, sealed = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            act(0, late=True)
            written.set()
            assert sealed.wait(10)

    with beside(late):
        assert written.wait(10)
        act(1, late=False)
        assert seal() == 1
        sealed.set()
    assert seal() == 1
    first, second = Entry.objects.order_by("leaf")
    assert (first.facts["late"], second.facts["late"]) == (False, True)
    assert first.pk > second.pk
    assert verify().fault is None


@pytest.mark.usefixtures("transactional_db")
def test_a_run_that_dies_leaves_whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(3)
    act(3)
    with monkeypatch.context() as patch:
        patch.setattr("tuanti.journal.sealing._sign", _die)
        with pytest.raises(KeyboardInterrupt):
            seal()
    assert Entry.objects.filter(leaf=None).count() == 1
    assert verify().fault is None
    assert seal() == 1
    assert verify().leaves == 4


def _die(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("transactional_db")
def test_emptying_the_tables_of_a_test_leaves_the_guards_standing() -> None:
    fill(2)
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    fill(1)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")
