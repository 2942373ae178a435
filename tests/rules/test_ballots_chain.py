"""The chain: one line changed, dropped, swapped or put in is found, and named."""

import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.ballots_cast import AT, CODE, START, Ledger, house, ledgers
from tuanti.rules.ballots import (
    FORMAT,
    KINDS,
    SALT_BYTES,
    WAYS,
    WINS,
    Record,
    canonical,
    first_break,
    head_of,
    instant,
    sealed,
)
from tuanti.texts import LANGS, sentence

ROLL = house("a", "bc", "d")


def broken(records: list[Record], **kept: Any) -> tuple[str, int] | None:  # noqa: ANN401
    fault = first_break(CODE, START, records, **kept)
    return (fault.code, int(fault.facts["seq"] or 0)) if fault else None


def ledger() -> list[Record]:
    found = Ledger()
    found.phone("101", "a", "yes")
    typed = found.paper("102", "b", "no")
    found.confirm(typed)
    found.add("dispute", by="resident:b", ballot=typed)
    found.phone("101", "a", "abstain")
    return found.records


def test_what_was_chained_is_whole() -> None:
    records = ledger()
    assert broken(records) is None
    assert broken(records, size=5, head=records[-1].hash) is None
    assert broken([], size=0, head=START) is None
    assert [one.prev for one in records] == [START, *(one.hash for one in records[:-1])]


def test_the_hash_is_the_one_that_is_written_down() -> None:
    """A fixed example: the format may never change under its name."""
    record = Record(CODE, 1, "c1", "ballot", "101", {"owner": "7"}, AT, "resident:7", prev=START)
    assert record.text == (
        '{"body":{"owner":"7"},"by":"resident:7","client_id":"c1","flat":"101",'
        '"format":"tuanti-ballot/1","kind":"ballot","paper":"","poll":"7K3M9Q2XD",'
        f'"prev":"{START}","received_at":"2026-11-23T04:00:00.000000Z","seq":1}}'
    )
    assert sealed(record, bytes(range(16))).hash == (
        "c5add52bb22e696f9126a5cf9fe46034f96468fa888878163067e34f0b6cb141"
    )
    assert FORMAT == "tuanti-ballot/1"
    assert (KINDS, WAYS, WINS) == (
        ("ballot", "confirm", "refuse", "dispute", "uphold", "proxy", "revoke"),
        ("phone", "paper"),
        ("later", "paper", "phone"),
    )


CHANGES: dict[str, Any] = {
    "poll": "0000000000",
    "seq": 99,
    "client_id": "other",
    "kind": "revoke",
    "flat": "999",
    "body": {"owner": "a", "way": "phone", "answers": {"lift": "no"}},
    "received_at": AT - timedelta(days=1),
    "by": "resident:z",
    "paper": "00" * 32,
    "prev": "00" * 32,
    "salt": "ff" * 16,
    "hash": "00" * 32,
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("at", range(5))
def test_a_change_of_any_column_is_found_in_its_line(name: str, at: int) -> None:
    records = ledger()
    records[at] = replace(records[at], **{name: CHANGES[name]})
    code, seq = broken(records) or ("", 0)
    assert seq == at + 1
    assert code == {
        "poll": "ballots.of_another_poll",
        "seq": "ballots.out_of_order",
        "prev": "ballots.not_chained",
    }.get(name, "ballots.changed")


def test_every_column_of_a_line_is_guarded() -> None:
    assert set(CHANGES) == {one.name for one in fields(Record)}


@pytest.mark.parametrize("salt", ["", "zz" * 16, "00" * 15, "FF" * 16, "00" * 17])
def test_a_salt_that_is_none_is_found(salt: str) -> None:
    records = ledger()
    records[2] = replace(records[2], salt=salt)
    assert broken(records) == ("ballots.changed", 3)


def resealed(records: list[Record], at: int) -> list[Record]:
    """Write a line and all after it anew, as one could who holds the database."""
    done, prev = records[:at], records[at - 1].hash if at else START
    for seq, record in enumerate(records[at:], at + 1):
        again = sealed(replace(record, seq=seq, prev=prev), bytes.fromhex(record.salt))
        done.append(again)
        prev = again.hash
    return done


def test_a_ledger_written_anew_is_found_against_the_hash_somebody_kept() -> None:
    records = ledger()
    forged = [*records]
    forged[0] = replace(forged[0], body={"owner": "a", "way": "phone", "answers": {"lift": "no"}})
    forged = resealed(forged, 0)
    assert broken(forged) is None
    assert broken(forged, size=5, head=records[-1].hash) == ("ballots.cut_off", 6)


def test_a_ledger_cut_off_at_its_end_is_found_against_its_head() -> None:
    records = ledger()
    assert broken(records[:-1]) is None
    assert broken(records[:-1], size=5) == ("ballots.cut_off", 5)
    assert broken(records[:-1], head=records[-1].hash) == ("ballots.cut_off", 5)


def test_a_ledger_under_another_roll_does_not_begin() -> None:
    other = head_of({"code": CODE, "roll": ["101"]})
    fault = first_break(CODE, other, ledger())
    assert fault is not None
    assert (fault.code, fault.path) == ("ballots.not_chained", ("records", 0))


Tampering = Callable[[list[Record], random.Random], list[Record]]


def dropped(records: list[Record], chance: random.Random) -> list[Record]:
    del records[chance.randrange(len(records) - 1)]
    return records


def swapped(records: list[Record], chance: random.Random) -> list[Record]:
    one, other = chance.sample(range(len(records)), 2)
    records[one], records[other] = records[other], records[one]
    return records


def put_in(records: list[Record], chance: random.Random) -> list[Record]:
    at = chance.randrange(len(records))
    twin = records[chance.randrange(len(records))]
    records.insert(at, sealed(replace(twin, seq=at + 1, client_id="x"), bytes(16)))
    return records


def renumbered(records: list[Record], chance: random.Random) -> list[Record]:
    at = chance.randrange(len(records) - 1)
    del records[at]
    return [replace(one, seq=seq) for seq, one in enumerate(records, 1)]


def edited(records: list[Record], chance: random.Random) -> list[Record]:
    at = chance.randrange(len(records))
    name = chance.choice(["flat", "by", "paper", "client_id", "salt", "hash", "prev"])
    records[at] = replace(records[at], **{name: getattr(records[at], name) + "0"})
    return records


@pytest.mark.parametrize("tampering", [dropped, swapped, put_in, renumbered, edited])
@given(data=st.data())
def test_every_tampering_is_found(tampering: Tampering, data: st.DataObject) -> None:
    records = data.draw(ledgers(ROLL).filter(lambda one: len(one.records) > 1)).records
    assert broken(records) is None
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    changed = tampering([*records], chance)
    fault = first_break(CODE, START, changed)
    assert fault is not None
    first = next(at for at, one in enumerate(changed) if at >= len(records) or one != records[at])
    # A line put in with a hash of its own fits what was before it; the next one gives it away.
    named = {first, first + 1} if tampering is put_in else {first}
    assert fault.path[1] in named


@pytest.mark.parametrize(
    "code", ["of_another_poll", "out_of_order", "not_chained", "changed", "cut_off"]
)
def test_what_is_wrong_with_a_ledger_can_be_said(code: str) -> None:
    said = [sentence(f"ballots.{code}", lang, seq=7) for lang in LANGS]
    assert all("7" in one for one in said)


def test_a_hash_hides_the_answer() -> None:
    """Without the salt the few answers there are cannot be tried against the hash."""
    said = ledger()[0]
    salts = [bytes([n]) * SALT_BYTES for n in range(4)]
    assert len({sealed(said, salt).hash for salt in salts}) == 4


def test_times_are_written_in_one_way() -> None:
    assert instant(AT) == "2026-11-23T04:00:00.000000Z"
    with pytest.raises(AssertionError):
        instant(AT.replace(tzinfo=None))


def test_a_salt_of_another_length_is_a_fault() -> None:
    with pytest.raises(AssertionError):
        sealed(ledger()[0], bytes(15))


def test_canonical_json_takes_no_nonsense() -> None:
    assert canonical({"b": 1, "a": "梯"}) == '{"a":"梯","b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_lines_are_numbered_without_gaps() -> None:
    assert all(after.seq == before.seq + 1 for before, after in pairwise(ledger()))
