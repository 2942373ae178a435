"""Receipts: a signed note that a ballot came in, when, and where it stands; not what it said.

``tuanti-receipt/1`` is a signed note (C2SP) of five lines, signed with the journal's key, so that
it can be checked by anyone who has the public key and nothing else. Its short code is for typing:
the poll's code, the ballot's number, and six characters of its hash. Nothing here knows Django.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from tuanti.consent.refusals.polls import CodeUnread, ReceiptUnread
from tuanti.journal.note import Key, Signer, opened
from tuanti.places.codes import ALPHABET, read_code
from tuanti.places.refusals import CodeMistyped
from tuanti.rules.ballots import instant

FORMAT = "tuanti-receipt/1"
_TAIL = 6
_BITS = 5  # of a character
ALIKE = str.maketrans("OIL", "011")
_is_receipt = re.compile(
    FORMAT + r"\npoll ([0-9A-Z]{9})\nballot ([1-9][0-9]{0,9})\nhash ([0-9a-f]{64})\n"
    r"received (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n"
).fullmatch
_is_code = re.compile(r"([0-9A-Z]{9})-?([1-9][0-9]{0,9})-([0-9A-Z]{6})").fullmatch


@dataclass(frozen=True, slots=True)
class Receipt:
    """That ballot ``seq`` of a poll came in, with the hash of its line; ``note`` is signed."""

    poll: str
    seq: int
    hash: str
    received_at: datetime
    note: str

    @property
    def code(self) -> str:
        """Its short code, as it is typed on the check page."""
        return f"{self.poll}-{self.seq}-{tail_of(self.hash)}"


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A short code, read."""

    poll: str
    seq: int
    tail: str


def issued(poll: str, seq: int, digest: str, received_at: datetime, signer: Signer) -> Receipt:
    """Sign a receipt. The same ballot always has the same one."""
    text = f"{FORMAT}\npoll {poll}\nballot {seq}\nhash {digest}\nreceived {instant(received_at)}\n"
    return Receipt(poll, seq, digest, received_at, signer.signed(text))


def read_receipt(note: str, key: Key) -> Receipt:
    """Check a receipt offline, and read it.

    :raises SignatureFalse: ``key`` did not sign it as it stands.
    :raises ReceiptUnread: what was signed is no receipt.
    """
    found = _is_receipt(opened(note, key))
    if found is None:
        raise ReceiptUnread
    poll, seq, digest, received = found.groups()
    try:
        at = datetime.fromisoformat(received).astimezone(UTC)
    except ValueError:
        raise ReceiptUnread from None
    return Receipt(poll, int(seq), digest, at, note)


def tail_of(digest: str) -> str:
    """Write the first thirty bits of a hash in six characters."""
    bits = int(digest[:8], 16) >> 2
    return "".join(ALPHABET[bits >> _BITS * at & 31] for at in reversed(range(_TAIL)))


def read_short(typed: str) -> ShortCode:
    """Read a short code; spaces do not matter, O is 0, I and L are 1.

    :raises CodeUnread: it cannot be one.
    """
    found = _is_code("".join(typed.upper().split()).translate(ALIKE))
    if found is None:
        raise CodeUnread
    try:
        poll = read_code(found[1])
    except CodeMistyped:
        raise CodeUnread from None
    return ShortCode(poll, int(found[2]), found[3])
