"""The doors by which messages leave: the console, or one configured address that takes JSON.

No other address is ever called: not one from a message, and no redirect is followed.
"""

import logging
from dataclasses import dataclass
from typing import Final

import httpx
from django.conf import settings

from tuanti.people.vault import masked

UNREACHABLE: Final = "unreachable"
TOO_LATE: Final = "too-late"
SECONDS: Final = 5.0  # to connect, to write, to hear
_log = logging.getLogger("tuanti.outbox")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way; ``id`` stays the same when it is sent again."""

    id: str
    channel: str
    to: str
    text: str
    purpose: str


def send(letter: Letter) -> str:
    """Hand a letter to its channel's door.

    :returns: "" if it was taken; ``unreachable``; or ``http-503`` for an answer that is no yes.
    """
    address = settings.OUTBOX[letter.channel]
    return _console(letter) if address == "console" else _posted(letter, address)


def _console(letter: Letter) -> str:
    shown = letter.text if settings.DEMO else letter.purpose
    _log.info("[%s] %s %s", letter.channel, masked(letter.to), shown)
    return ""


def _posted(letter: Letter, address: str) -> str:
    told = {
        "id": letter.id,
        "channel": letter.channel,
        "to": letter.to,
        "text": letter.text,
        "purpose": letter.purpose,
    }
    headers = {"Authorization": f"Bearer {settings.OUTBOX_TOKEN}", "Idempotency-Key": letter.id}
    try:
        with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = client.post(address, json=told, headers=headers)
    except httpx.TransportError:
        return UNREACHABLE
    return "" if answer.is_success else f"http-{answer.status_code}"
