"""A bundle is checked by whoever has it, and the first bad line is named; notes are as C2SP's."""

import base64
import random
from typing import Any

import pytest

from tests.journal_cast import bundled, fill, verify_bundle
from tuanti.journal.bundle import BundleUnread
from tuanti.journal.note import Key, KeyUnread, SignatureFalse, Signer, opened, read_key
from tuanti.journal.sealing import public_key

pytestmark = pytest.mark.django_db
BATCHES = (3, 4, 1, 5)


# --- The bundle ------------------------------------------------------------------------------


def bundle_fault(data: bytes) -> tuple[str, Any]:
    try:
        fault = verify_bundle(data).fault
    except BundleUnread:
        return "journal.bundle_unread", {}
    return (fault.code, fault.facts) if fault else ("", {})


def find_flips(rounds: int, seed: int) -> None:
    fill(*BATCHES)
    data, chance = bundled(), random.Random(seed)
    assert bundle_fault(data) == ("", {})
    for _ in range(rounds):
        at = chance.randrange(len(data))
        flipped = bytearray(data)
        flipped[at] = chance.choice([*{*range(256)} - {data[at]}])
        code, facts = bundle_fault(bytes(flipped))
        line = data.count(b"\n", 0, at) + 1
        assert _names(code, facts, line, data), (line, code, facts)


def _names(code: str, facts: Any, line: int, data: bytes) -> bool:  # noqa: ANN401 (facts)
    """Whether a fault points at a line."""
    if line == 1:
        return code in ("journal.bundle_unread", "journal.head_false")
    if code == "journal.line_unread":
        return bool(facts["line"] == line)
    if b'{"checkpoint":' in data.split(b"\n")[line - 1]:
        return code.startswith("journal.checkpoint_")
    leaf = sum(b'{"entry":' in one for one in data.split(b"\n")[: line - 1])
    return bool(code.startswith(("journal.entry_", "journal.leaf_")) and facts["leaf"] == leaf) or (
        code == "journal.leaf_twice"
    )


def test_a_changed_byte_of_a_bundle_is_found_and_its_line_named() -> None:
    find_flips(400, seed=3)


@pytest.mark.torture
def test_five_thousand_changed_bytes_of_a_bundle_are_found() -> None:
    find_flips(5_000, seed=4)


def test_a_bundle_without_a_line_with_one_twice_or_with_two_swapped_is_found() -> None:
    fill(*BATCHES)
    lines = bundled().splitlines(keepends=True)
    for at in range(len(lines)):
        for other in (
            lines[:at] + lines[at + 1 :],
            [*lines[:at], lines[at], *lines[at:]],
            [*lines[: max(at - 1, 0)], lines[at], lines[at - 1], *lines[at + 1 :]],
        ):
            assert bundle_fault(b"".join(other))[0], at


def test_a_bundle_is_checked_with_the_key_one_has() -> None:
    fill(2)
    ours, other = public_key(), Signer(public_key().name, bytes(32)).key
    assert verify_bundle(bundled(), key=ours).fault is None
    fault = verify_bundle(bundled(), key=other).fault
    assert fault
    assert fault.code == "journal.checkpoint_false"


# --- Notes -----------------------------------------------------------------------------------

# The example of Go's golang.org/x/mod/sumdb/note.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNED = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)


def test_notes_are_signed_as_others_sign_them() -> None:
    signer = Signer("PeterNeumann", SEED)
    assert signer.key.text == VKEY
    assert signer.signed(TEXT) == f"{TEXT}\n{SIGNED}"
    assert read_key(VKEY) == signer.key


def test_a_note_that_others_signed_as_well_is_read() -> None:
    other = Signer("witness.example", bytes(32)).signed(TEXT).rpartition("\n\n")[2]
    assert opened(f"{TEXT}\n{other}{SIGNED}", read_key(VKEY)) == TEXT


@pytest.mark.parametrize(
    "note",
    ["", TEXT, SIGNED, f"{TEXT}{SIGNED}", f"{TEXT}\n{SIGNED}x", f"{TEXT}\n{SIGNED}".strip(),
     f"x{TEXT}\n{SIGNED}", f"{TEXT}\n{SIGNED.replace('PeterN', 'PeterM')}",
     f"{TEXT}\n{SIGNED.replace('JnAM=', 'JnAN=')}", f"{TEXT}\ud800\n\n{SIGNED}"],
)  # fmt: skip
def test_a_note_that_was_not_signed_so_is_refused(note: str) -> None:
    with pytest.raises(SignatureFalse):
        opened(note, read_key(VKEY))


@pytest.mark.parametrize(
    "text", ["", "a+b", VKEY + "x", VKEY.replace("c74f", "c74e"), VKEY.lower(), "a b+c74f20a3+ARpc"]
)
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(KeyUnread):
        read_key(text)
    with pytest.raises(KeyUnread):
        Key("with space", bytes(32))
