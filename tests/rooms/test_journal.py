"""The journal is added to, sealed in order, and never changed."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tests.journal_cast import (
    AUDITOR,
    FIRM,
    NOON,
    OFFICER,
    SUBJECT,
    act,
    fill,
    seal,
    unguarded,
    verify,
)
from tuanti.journal import queries
from tuanti.journal.canonical import plain
from tuanti.journal.commands import write
from tuanti.journal.export import export_journal
from tuanti.journal.models import Checkpoint, Entry, Kept, Node, Tree
from tuanti.journal.note import opened
from tuanti.journal.permissions import NotYours
from tuanti.journal.proofs import ProofFalse, ProofUnread, check_proof
from tuanti.journal.sealing import (
    BATCH,
    NotTheClock,
    TreeChanged,
    public_key,
    seal_entries,
)
from tuanti.people.actors import Actor, Post
from tuanti.rules.merkle import Frontier, extends, leaf_hash, read_checkpoint, root

pytestmark = pytest.mark.django_db


# --- Entries ---------------------------------------------------------------------------------


def test_an_entry_is_hashed_as_canonical_json() -> None:
    entry = act(7)
    assert (
        Entry.objects.get().text
        == entry.text
        == (
            '{"act":"estate.add","at":"2026-11-22T04:00:07.000007Z","by":"account:12",'
            '"facts":{"number":7,"place":"渝中","stages":["voted",null]},'
            f'"id":{entry.pk},"subject":{{"id":"1","kind":"tree"}}}}'
        )
    )


@pytest.mark.parametrize(
    "fact", [1.5, NOON, date(2026, 1, 1), {1: "x"}, "\0", "\ud800", b"x", {"a": [0.5]}]
)
def test_facts_that_could_be_written_in_two_ways_are_not_written(fact: object) -> None:
    assert not plain(fact)
    with pytest.raises(AssertionError):
        act(fact=fact)


def test_an_act_without_a_time_zone_is_not_written() -> None:
    with pytest.raises(AssertionError), transaction.atomic():
        write(at=datetime(2026, 1, 1), by=OFFICER, act="a.b", subject=SUBJECT)  # noqa: DTZ001


def test_an_entry_goes_with_its_transaction() -> None:
    with transaction.atomic():
        act()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_code_can_neither_change_nor_delete_what_is_written() -> None:
    fill(2)
    for rows in (Entry.objects.all(), Node.objects.all(), Checkpoint.objects.all()):
        for refused in (rows[0].save, rows[0].delete, rows.delete):
            with pytest.raises(Kept):
                refused()
    with pytest.raises(Kept):
        Entry.objects.update(act="estate.remove")
    assert Entry.objects.update(leaf=99) == 0
    assert not verify().fault


CHANGES = [
    "UPDATE journal_entry SET act = 'x'",
    "UPDATE journal_entry SET salt = NULL",
    "UPDATE journal_entry SET leaf = 5",
    "UPDATE journal_entry SET leaf = NULL",
    "UPDATE journal_entry SET leaf = leaf",
    "DELETE FROM journal_entry",
    "UPDATE journal_node SET level = 1",
    "DELETE FROM journal_node",
    "UPDATE journal_checkpoint SET note = ''",
    "DELETE FROM journal_checkpoint",
    """INSERT INTO journal_entry ("at", "by", act, subject_kind, subject_id, facts, salt, leaf)
    SELECT "at", "by", act, subject_kind, subject_id, facts, salt, 9 FROM journal_entry""",
]
SQLITE = [
    "INSERT OR REPLACE INTO journal_checkpoint SELECT * FROM journal_checkpoint",
    "INSERT OR REPLACE INTO journal_node SELECT * FROM journal_node",
    "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry",
]
POSTGRESQL = ["TRUNCATE journal_entry", "TRUNCATE journal_node", "TRUNCATE journal_checkpoint"]


@pytest.mark.parametrize("change", [*CHANGES, *SQLITE, *POSTGRESQL])
def test_the_database_refuses_it_too(change: str) -> None:
    others = SQLITE if connection.vendor == "postgresql" else POSTGRESQL
    if change in others:
        pytest.skip(f"not a statement of {connection.vendor}")
    fill(1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert not verify().fault


@pytest.mark.parametrize("change", ["act = 'x', leaf = 0", "facts = '{}', leaf = 0", "act = 'x'"])
def test_taking_a_number_is_no_chance_to_change_more(change: str) -> None:
    act()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE journal_entry SET {change}")  # noqa: S608 (ours)


# --- Sealing ---------------------------------------------------------------------------------


def test_the_root_is_that_of_rfc_9162_over_the_salted_entries() -> None:
    fill(3, 4)
    entries = Entry.objects.order_by("leaf")
    assert [entry.leaf for entry in entries] == [*range(7)]
    assert [entry.pk for entry in entries] == sorted(entry.pk for entry in entries)
    last = queries.latest_checkpoint()
    assert last
    assert Frontier().grown(entry.leaf_hash for entry in entries).root() == bytes(last.root)
    assert root([]) != bytes(last.root)


def test_a_checkpoint_is_a_signed_note_that_tells_its_time_and_the_one_before() -> None:
    fill(3, 4)
    note = Checkpoint.objects.order_by("size")[1].note
    signed = read_checkpoint(opened(note, public_key()))
    assert (signed.origin, signed.size) == ("tuanti.example/journal", 7)
    assert signed.extensions == ("at 2026-11-22T05:00:00.000000Z", "after 3")


def test_nothing_to_seal_makes_no_checkpoint() -> None:
    assert seal() == 0
    fill(3)
    assert seal() == 0
    assert Checkpoint.objects.count() == 1


def test_a_batch_is_bounded() -> None:
    Entry.objects.bulk_create(
        [
            Entry(at=NOON, by="clock", act="a.b", subject_kind="tree", subject_id="1", facts={})
            for _ in range(BATCH + 1)
        ]
    )
    assert seal() == BATCH + 1
    assert [*Checkpoint.objects.order_by("size").values_list("size", flat=True)] == [
        BATCH,
        BATCH + 1,
    ]
    assert not verify().fault


def test_only_the_clock_seals() -> None:
    act()
    with pytest.raises(NotTheClock):
        seal_entries(by=OFFICER, now=NOON)


def test_nothing_is_sealed_upon_a_tree_that_was_changed() -> None:
    fill(3)
    act(3)
    with unguarded() as run:
        run("UPDATE journal_node SET digest = %s WHERE level = 1", bytes(32))
        with pytest.raises(TreeChanged), transaction.atomic():
            seal()
    with unguarded() as run:
        run("DELETE FROM journal_checkpoint")
        with pytest.raises(TreeChanged), transaction.atomic():
            seal()
    assert seal() == 1


def test_a_sealing_that_was_cut_off_leaves_no_trace_and_is_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(3)
    act(3)
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint.objects.__class__, "create", _cut_off)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            seal()
    assert Entry.objects.filter(leaf=None).count() == 1
    assert (Node.objects.count(), Tree.objects.get().size) == (4, 3)
    assert seal() == 1
    assert not verify().fault


def _cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_journal_may_grow_while_it_is_checked() -> None:
    fill(3, 4)

    def grow(_leaves: int) -> None:
        act(9)
        seal(9)

    assert verify(show=grow).fault is None
    assert verify().leaves == 9


# --- Questions -------------------------------------------------------------------------------


def test_every_entry_has_a_proof_under_the_latest_checkpoint() -> None:
    fill(3, 4, 1, 5)
    key = public_key()
    for entry in Entry.objects.all():
        proof = queries.proof_of(entry)
        assert proof
        bare = proof.document(key)
        assert {*bare} == {"format", "key", "leaf", "hash", "path", "checkpoint"}
        assert check_proof(bare, key).leaf == entry.leaf
        assert check_proof(bare | queries.told(entry), key).hash == entry.leaf_hash


def test_a_proof_of_anything_else_is_false() -> None:
    fill(3, 4)
    entries = Entry.objects.order_by("leaf")
    key, (first, second) = public_key(), (entries[0], entries[1])
    proof = queries.proof_of(first)
    assert proof
    good = proof.document(key) | queries.told(first)
    for changed in (
        queries.told(second),
        {"leaf": 1},
        {"hash": leaf_hash(b"").hex()},
        {"path": good["path"][1:]},
        {"checkpoint": good["checkpoint"].replace("7", "8")},
    ):
        with pytest.raises(ProofFalse):
            check_proof(good | changed, key)
    for broken in ({"leaf": "0"}, {"path": 1}, {"hash": "zz"}, {"checkpoint": None}, {"salt": "0"}):
        with pytest.raises(ProofUnread):
            check_proof(good | broken, key)


def test_an_entry_that_waits_has_no_proof() -> None:
    assert queries.proof_of(act()) is None
    assert queries.checkpoint_over(act()) is None


def test_the_growth_since_every_checkpoint_can_be_proved() -> None:
    fill(3, 4, 1, 5)
    last = queries.latest_checkpoint()
    assert last
    for old in Checkpoint.objects.all():
        grown = queries.growth_since(old.size)
        assert grown
        path = [bytes.fromhex(one) for one in grown["path"]]
        assert extends(bytes(old.root), old.size, bytes(last.root), last.size, path)
    assert queries.growth_since(4) is None


def test_history_is_told_in_order() -> None:
    fill(3)
    assert [entry.facts["number"] for entry in queries.history_of("tree", 1)] == [0, 1, 2]
    assert not queries.history_of("tree", 2)


def test_readers_see_what_is_theirs_to_see() -> None:
    act(0)
    mine = act(1, by=FIRM)
    with transaction.atomic():
        entry = write(at=NOON, by=OFFICER, act="organisation.rename", subject=SUBJECT)
    with unguarded() as run:
        sql = (
            "UPDATE journal_entry SET subject_kind = 'organisation', subject_id = %s WHERE id = %s"
        )
        run(sql, "lifts", entry.pk)
        assert {*queries.entries_for(FIRM)} == {mine, entry}
        assert queries.entries_for(AUDITOR).count() == 3
    run_by = Post("administrator", "house", "platform", "平台", "house")
    assert queries.entries_for(Actor(id="account:1", posts=(run_by,))).count() == 3
    assert not queries.entries_for(Actor(id="account:99")).exists()


def test_the_whole_journal_is_handed_to_those_who_check_it_and_that_is_written_down() -> None:
    fill(2)
    with pytest.raises(NotYours):
        export_journal(by=FIRM, now=NOON)
    head, _ = export_journal(by=AUDITOR, now=NOON)
    assert (head.entries, head.checkpoints) == (2, 1)
    entry = Entry.objects.get(act="journal.export")
    assert (entry.by, entry.facts) == (AUDITOR.id, {"entries": 2})


def test_days_are_shanghais() -> None:
    with transaction.atomic():
        late = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
        write(at=late, by=OFFICER, act="a.b", subject=SUBJECT)
        write(at=late.replace(hour=16, minute=0, second=0), by=OFFICER, act="a.c", subject=SUBJECT)
    found = queries.entries_for(AUDITOR)
    assert [e.act for e in queries.on_day(found, date(2026, 11, 22))] == ["a.b"]
    assert [e.act for e in queries.since(found, date(2026, 11, 23))] == ["a.c"]


# --- Emptying --------------------------------------------------------------------------------


def test_the_journal_of_a_service_is_never_emptied(settings: object) -> None:
    settings.SERVICE = True  # type: ignore[attr-defined]  # pytest-django's
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
