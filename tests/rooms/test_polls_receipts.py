"""Receipts: signed, checkable by anyone, silent about the vote."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tuanti.cli import app
from tuanti.consent.receipts import (
    FORMAT,
    Receipt,
    issued,
    read_receipt,
    read_short,
    tail_of,
)
from tuanti.consent.refusals.polls import CodeUnread, ReceiptUnread
from tuanti.journal.note import SignatureFalse, Signer
from tuanti.places.codes import new_code

SIGNER = Signer("town.example/journal", bytes(range(32)))
OTHER = Signer("town.example/journal", bytes(32))
WHEN = "2026-11-23T04:00:00.000000Z"
NEVER = "2026-13-23T04:00:00.000000Z"
AT = datetime(2026, 11, 23, 4, 0, 0, 123456, tzinfo=UTC)
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def one(seq: int = 12, digest: str = "ab" * 32, at: datetime = AT) -> Receipt:
    return issued("7K3M9Q2XD", seq, digest, at, SIGNER)


def test_a_receipt_says_where_the_ballot_stands_and_nothing_of_it() -> None:
    text, _, signature = one().note.partition("\n\n")
    assert text.splitlines() == [
        FORMAT,
        "poll 7K3M9Q2XD",
        "ballot 12",
        f"hash {'ab' * 32}",
        "received 2026-11-23T04:00:00.123456Z",
    ]
    assert signature.startswith("— town.example/journal ")


@given(seq=st.integers(1, 10**9), digest=DIGESTS, at=st.datetimes(timezones=st.just(UTC)))
def test_what_was_issued_is_read_back(seq: int, digest: str, at: datetime) -> None:
    receipt = issued("7K3M9Q2XD", seq, digest, at, SIGNER)
    assert read_receipt(receipt.note, SIGNER.key) == receipt
    assert receipt == issued("7K3M9Q2XD", seq, digest, at, SIGNER)


@given(data=st.data())
def test_no_letter_of_a_receipt_can_be_changed(data: st.DataObject) -> None:
    note = one().note
    at = data.draw(st.integers(0, len(note) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda char: char != note[at]))
    with pytest.raises((SignatureFalse, ReceiptUnread)):
        read_receipt(note[:at] + letter + note[at + 1 :], SIGNER.key)


def test_another_key_signed_nothing() -> None:
    with pytest.raises(SignatureFalse):
        read_receipt(one().note, OTHER.key)


@pytest.mark.parametrize(
    "text",
    [
        "tuanti-receipt/2\npoll 7K3M9Q2XD\n",
        f"{FORMAT}\npoll 7K3M9Q2XD\nballot 0\nhash {'ab' * 32}\nreceived {WHEN}\n",
        f"{FORMAT}\npoll 7K3M9Q2XD\nballot 1\nhash {'ab' * 32}\nreceived {NEVER}\n",
    ],
)
def test_what_is_signed_and_no_receipt_is_none(text: str) -> None:
    with pytest.raises(ReceiptUnread):
        read_receipt(SIGNER.signed(text), SIGNER.key)


@given(seq=st.integers(1, 10**9), digest=DIGESTS)
def test_a_short_code_names_the_line(seq: int, digest: str) -> None:
    poll = new_code()
    receipt = issued(poll, seq, digest, AT, SIGNER)
    for typed in (receipt.code, receipt.code.lower(), f" {receipt.code[:4]} {receipt.code[4:]} "):
        read = read_short(typed)
        assert (read.poll, read.seq, read.tail) == (poll, seq, tail_of(digest))


@pytest.mark.parametrize(
    "typed", ["", "7K3M9Q2XD", "7K3M9Q2XD-0-000000", "7K3M9Q2XE-1-000000", "七"]
)
def test_what_cannot_be_a_code_is_refused(typed: str) -> None:
    with pytest.raises(CodeUnread):
        read_short(typed)


# --- On the command line -----------------------------------------------------------------------


def ran(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["verify", "receipt", *words])
    return done.exit_code, done.output


def test_a_receipt_is_verified_offline(tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    file.write_text(one().note, "utf-8")
    for given_ in (str(file), one().note):
        code, said = ran(given_, "--key", SIGNER.key.text)
        assert code == 0, said
        assert "12" in said
        assert "2026-11-23 12:00:00" in said
    code, said = ran(str(file), "--key", SIGNER.key.text, "--lang", "en")
    assert (code, "true" in said) == (0, True)


def test_a_receipt_of_another_key_is_not_verified(tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    file.write_text(one().note, "utf-8")
    assert ran(str(file), "--key", OTHER.key.text)[0] == 1
    file.write_text(one().note.replace("ballot 12", "ballot 13"), "utf-8")
    assert ran(str(file), "--key", SIGNER.key.text)[0] == 1


def test_what_cannot_be_read_is_told_apart_from_what_is_false(tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    file.write_bytes(b"\xff\xfe")
    assert ran(str(file), "--key", SIGNER.key.text)[0] == 2
    assert ran(str(tmp_path / "nothing"), "--key", SIGNER.key.text)[0] == 2
    assert ran(one().note, "--key", "nonsense")[0] == 2
    assert ran(one().note)[0] == 2
    assert ran("--key", SIGNER.key.text)[0] == 2
    assert ran(SIGNER.signed("hello\n"), "--key", SIGNER.key.text)[0] == 2


def test_json_says_the_same() -> None:
    code, said = ran(one().note, "--key", SIGNER.key.text, "--json")
    told = json.loads(said)
    assert (code, told["good"], told["ballot"], told["poll"]) == (0, True, 12, "7K3M9Q2XD")
