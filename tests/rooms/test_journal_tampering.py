"""Whatever is changed in a sealed journal is found, and the first bad record is named."""

# ruff: noqa: S608 (the names in the statements are this file's own)

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.journal_cast import (
    act,
    fill,
    seal,
    signed_anew,
    unguarded,
    verify,
)
from tuanti.journal import checking, sealing
from tuanti.journal.models import Checkpoint, Entry
from tuanti.journal.note import Signer, opened
from tuanti.journal.sealing import public_key
from tuanti.rules.merkle import read_checkpoint

pytestmark = pytest.mark.django_db
BATCHES = (3, 4, 1, 5)
LEAVES = sum(BATCHES)
NODES = 2 * LEAVES - LEAVES.bit_count()
Run = Callable[..., None]


# --- One byte, anywhere ----------------------------------------------------------------------

TEXTS = {
    "journal_entry": ("at", "by", "act", "subject_kind", "subject_id", "facts", "salt"),
    "journal_node": ("digest",),
    "journal_checkpoint": ("root", "at", "note"),
}
NUMBERS = {
    "journal_entry": ("id", "leaf"),
    "journal_node": ("level", "number"),
    "journal_checkpoint": ("size",),
    "journal_tree": ("size",),
}
KEYS = {"journal_entry": "leaf", "journal_checkpoint": "size"}
JSON, TIME = "facts", "at"


def rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return [*cursor.fetchall()]


def ids(table: str) -> list[int]:
    return [row[0] for row in rows(table)]


def change_byte(table: str, column: str, row: int, chance: random.Random) -> None:
    """Put another byte in the place of one, as deep as the database lets us."""
    raw, back = _raw(column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {raw} FROM {table} WHERE id = %s", [row])
        data = bytearray(cursor.fetchone()[0])
        at = chance.randrange(len(data))
        data[at] = chance.choice([*{*range(256)} - {data[at]}])
        sql = f'UPDATE {table} SET "{column}" = {back} WHERE id = %s'
        cursor.execute(sql, [bytes(data), row])


def _raw(column: str) -> tuple[str, str]:
    """How a column's bytes are read, and written back."""
    binary = column in ("salt", "digest", "root")
    if connection.vendor == "sqlite":
        return f'CAST("{column}" AS BLOB)', "%s" if binary else "CAST(%s AS TEXT)"
    kind = {JSON: "jsonb", TIME: "timestamptz"}.get(column, "text")
    if binary:
        return f'"{column}"', "%s"
    return f"convert_to(\"{column}\"::text, 'UTF8')", f"convert_from(%s, 'UTF8')::{kind}"


def change_number(table: str, column: str, row: int, chance: random.Random) -> None:
    other = chance.choice([-1, 0, 1, 2, 7, 40, 2**15 - 1] if column == "level" else OTHERS)
    with connection.cursor() as cursor:
        sql = f'UPDATE {table} SET "{column}" = %s WHERE id = %s'
        cursor.execute(sql, [other, row])


OTHERS = [-(2**62), -1, 0, 1, 5, LEAVES, LEAVES + 1, 10**6, 2**62]


def tamper(chance: random.Random) -> tuple[str, str, int]:
    """Change one value of one row until something else stands there; which."""
    columns = [(t, c, change_byte) for t, names in TEXTS.items() for c in names]
    columns += [(t, c, change_number) for t, names in NUMBERS.items() for c in names]
    while True:
        table, column, change = chance.choice(columns)
        row, before = chance.choice(ids(table)), _dump(table)
        try:
            with transaction.atomic():
                change(table, column, row, chance)
        except DatabaseError:  # this database takes no such value
            continue
        if _dump(table) != before:
            return table, column, row


def _dump(table: str) -> object:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY id")
            return cursor.fetchall()
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        told = " || '|' || ".join(f'typeof("{c[0]}") || quote(CAST("{c[0]}" AS BLOB))'
                                  for c in cursor.description or ())  # fmt: skip
        cursor.execute(f"SELECT {told} FROM {table} ORDER BY id")
        return cursor.fetchall()


def blamed(fault: Any, table: str, column: str, row: int, where: dict[Any, Any]) -> bool:  # noqa: ANN401
    """Whether the fault names the row that was changed."""
    place = where[table, row]
    match table, column:
        case "journal_entry", "leaf":
            return bool(fault.code == "journal.leaf_missing" and fault.facts["leaf"] == place)
        case "journal_entry", _:
            return bool(fault.code == "journal.entry_changed" and fault.facts["leaf"] == place)
        case "journal_node", "digest":
            told = (fault.facts.get("level"), fault.facts.get("number"))
            return bool(fault.code == "journal.node_changed" and told == place)
        case "journal_node", _:
            return bool(fault.code == "journal.node_changed")
        case "journal_checkpoint", _:
            said = {fault.facts.get(name) for name in ("size", "after")}
            return fault.code.startswith("journal.checkpoint_") and bool(said & {*place})
    return bool(fault.code == "journal.checkpoint_missing")


def places() -> dict[tuple[str, int], Any]:
    """Where each row stands: its leaf, its place in the tree, its size and the size before."""
    found: dict[tuple[str, int], Any] = {("journal_tree", 1): None}
    for entry in Entry.objects.all():
        found["journal_entry", entry.pk] = entry.leaf
    for pk, level, number, *_ in rows("journal_node"):
        found["journal_node", pk] = (level, number)
    sizes = [0, *Checkpoint.objects.order_by("size").values_list("size", flat=True)]
    for before, one in zip(sizes, Checkpoint.objects.order_by("size"), strict=False):
        found["journal_checkpoint", one.pk] = (before, one.size)
    return found


def find_tampering(rounds: int, seed: int) -> None:
    fill(*BATCHES)
    where, chance = places(), random.Random(seed)
    for _ in range(rounds):
        with unguarded():
            changed = tamper(chance)
            fault = verify().fault
            assert fault, changed
            assert blamed(fault, *changed, where), (changed, fault)
    assert verify().fault is None


def test_a_changed_value_is_found_and_its_record_named() -> None:
    find_tampering(300, seed=1)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(4))
def test_three_thousand_changed_values_are_found(seed: int) -> None:
    find_tampering(1_000, seed)


# --- Whole rows ------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TEXTS)
def test_every_deleted_row_is_missed(table: str) -> None:
    fill(*BATCHES)
    where = places()
    for row in ids(table):
        with unguarded() as run:
            run(f"DELETE FROM {table} WHERE id = %s", row)
            fault = verify().fault
            assert fault, row
            if table == "journal_entry":
                assert (fault.code, fault.facts) == (
                    "journal.leaf_missing",
                    {"leaf": where[table, row]},
                )
            elif table == "journal_node":
                level, number = where[table, row]
                assert fault.facts == {"level": level, "number": number}
            else:
                last = where[table, row][1] == LEAVES  # then its leaves hang in the air
                assert fault.code == f"journal.{'leaf_beyond' if last else 'checkpoint_missing'}"


def test_a_tree_without_its_row_is_missed() -> None:
    fill(*BATCHES)
    with unguarded() as run:
        run("DELETE FROM journal_tree")
        assert verify().fault


SWAPS = [
    ("journal_entry", ("salt",)),
    ("journal_entry", ("facts", "salt", "at")),
    ("journal_node", ("digest",)),
    ("journal_checkpoint", ("note",)),
    ("journal_checkpoint", ("root", "at", "note")),
]


@pytest.mark.parametrize(("table", "columns"), SWAPS)
def test_what_was_swapped_is_found(table: str, columns: tuple[str, ...]) -> None:
    fill(*BATCHES)
    chance = random.Random(2)
    for _ in range(20):
        one, other = chance.sample(ids(table), 2)
        with unguarded() as run:
            for column in columns:
                here = f'SELECT "{column}" FROM {table} WHERE id'
                run(
                    f'UPDATE {table} SET "{column}" = CASE id WHEN %s THEN ({here} = %s) '
                    f"ELSE ({here} = %s) END WHERE id IN (%s, %s)",
                    *(one, other, one, one, other),
                )
            assert verify().fault, (one, other)


def test_swapped_leaf_numbers_are_found() -> None:
    fill(*BATCHES)
    one, other = (entry.pk for entry in Entry.objects.order_by("leaf")[4:6])
    with unguarded() as run:
        for pk, leaf in ((one, 99), (other, 4), (one, 5)):
            run("UPDATE journal_entry SET leaf = %s WHERE id = %s", leaf, pk)
        fault = verify().fault
        assert fault
        assert (fault.code, fault.facts["leaf"]) == ("journal.entry_changed", 4)


COPY = 'INSERT INTO journal_entry ("at", "by", act, subject_kind, subject_id, facts, salt, leaf) '
COPY += 'SELECT "at", "by", act, subject_kind, subject_id, facts, salt, %s FROM journal_entry'


@pytest.mark.parametrize("leaf", [-1, LEAVES, LEAVES + 5, 2**40])
def test_an_inserted_entry_is_found(leaf: int) -> None:
    fill(*BATCHES)
    with unguarded() as run:
        run(COPY + " WHERE leaf = 2", leaf)
        fault = verify().fault
        assert fault
        assert (fault.code, fault.facts["leaf"]) == ("journal.leaf_beyond", leaf)


@pytest.mark.parametrize(("level", "number"), [(0, LEAVES), (0, 99), (3, 1), (4, 0), (9, 0)])
def test_an_inserted_node_is_found(level: int, number: int) -> None:
    fill(*BATCHES)
    with unguarded() as run:
        sql = "INSERT INTO journal_node (level, number, digest) VALUES (%s, %s, %s)"
        run(sql, level, number, bytes(32))
        fault = verify().fault
        assert fault
        assert (fault.code, dict(fault.facts)) == (
            "journal.node_changed",
            {"level": level, "number": number},
        )


@pytest.mark.parametrize("size", [1, 4, LEAVES + 1])
def test_an_inserted_checkpoint_is_found(size: int) -> None:
    fill(*BATCHES)
    columns = 'root, "at", note'
    with unguarded() as run:
        sql = f"INSERT INTO journal_checkpoint (size, {columns})"
        run(f"{sql} SELECT %s, {columns} FROM journal_checkpoint WHERE size = 7", size)
        fault = verify().fault
        assert fault
        assert fault.code.startswith("journal.checkpoint_")


# --- Whoever holds the key -------------------------------------------------------------------


def rewrite(run: Run) -> None:
    """Change the first entry, and sign the whole tree anew."""
    run("UPDATE journal_entry SET act = 'estate.remove' WHERE leaf = 0")
    signed_anew()


def test_a_past_that_was_signed_again_is_found() -> None:
    fill(*BATCHES)
    with unguarded() as run:
        rewrite(run)
        fault = verify().fault
        assert fault
        assert (fault.code, fault.facts["size"]) == ("journal.rewritten", 3)


def test_a_checker_that_looks_at_the_last_checkpoint_only_misses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(*BATCHES)
    careful = checking.consistent
    monkeypatch.setattr(
        checking, "consistent", lambda signed, grown: signed.size < LEAVES or careful(signed, grown)
    )
    with unguarded() as run:
        rewrite(run)
        assert verify().fault is None


def test_a_checkpoint_kept_elsewhere_finds_what_was_cut_off_or_signed_anew_from_the_start() -> None:
    fill(*BATCHES)
    kept = [
        read_checkpoint(opened(one.note, public_key()))
        for one in Checkpoint.objects.order_by("size")
    ]
    assert verify(witnessed=kept).fault is None
    with unguarded() as run:
        for table in ("node", "checkpoint", "entry", "tree"):
            run(f"DELETE FROM journal_{table}")
        fill(2, 3)
        assert verify().fault is None
        shrunk = verify(witnessed=kept[-1:]).fault
        other = verify(witnessed=kept[:1]).fault
        assert shrunk
        assert other
        assert (shrunk.code, other.code) == ("journal.shrunk", "journal.not_as_witnessed")


def test_another_key_signs_nothing_for_us(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(2)
    name = public_key().name
    monkeypatch.setattr(sealing, "signer", lambda: Signer(name, bytes(32)))
    act(2)
    seal(1)
    monkeypatch.undo()
    fault = verify().fault
    assert fault
    assert (fault.code, fault.facts["after"]) == ("journal.checkpoint_false", 2)
