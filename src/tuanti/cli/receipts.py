"""Check the receipt of a ballot offline, with nothing but the published key."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tuanti.cli.bring import complain
from tuanti.texts import Lang, sentence
from tuanti.texts.words import say

if TYPE_CHECKING:
    from tuanti.consent.receipts import Receipt

FORMAT = "tuanti-receipt-check/1"
UNTRUE = 1
_LONGEST = 2_000  # no receipt is longer


def verify_receipt(receipt: str, key: str, lang: Lang, *, as_json: bool) -> int:
    """Check a receipt, from a file or as typed, and say what was found."""
    from tuanti.consent.receipts import read_receipt
    from tuanti.journal.note import SignatureFalse, read_key
    from tuanti.rules.errors import RuleBroken

    note = _read(receipt)
    if not note or not key:
        return complain("polls.receipt_unread" if key else "polls.key_missing", lang)
    try:
        return _tell(read_receipt(note, read_key(key)), lang, as_json=as_json)
    except SignatureFalse:
        return _untrue(lang, as_json=as_json)
    except RuleBroken as bad:
        return complain(bad.code, lang, **bad.facts)


def _read(receipt: str) -> str:
    """Take a receipt as typed, or read it from a file; "" if it is neither."""
    if "\n" in receipt:
        return receipt
    try:
        with Path(receipt).open("rb") as file:
            return file.read(_LONGEST).decode()
    except (OSError, UnicodeDecodeError):
        return ""


def _tell(found: "Receipt", lang: Lang, *, as_json: bool) -> int:
    from tuanti.rules.ballots import instant
    from tuanti.rules.deadlines import SHANGHAI

    if as_json:
        whole = {
            "format": FORMAT,
            "good": True,
            "poll": found.poll,
            "ballot": found.seq,
            "hash": found.hash,
            "received_at": instant(found.received_at),
            "code": found.code,
        }
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=1))
        return 0
    at = found.received_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    told = {"poll": found.poll, "n": str(found.seq), "at": at, "code": found.code}
    typer.echo(say("polls.cli.good", lang, **told, hash=found.hash))
    return 0


def _untrue(lang: Lang, *, as_json: bool) -> int:
    said = sentence("polls.receipt_false", lang)
    if as_json:
        told = {"format": FORMAT, "good": False, "sentence": said}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        typer.echo(said, err=True)
    return UNTRUE
