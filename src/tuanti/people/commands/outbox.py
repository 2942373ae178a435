"""The outbox: what is to be told to people, and the doors by which it leaves.

A message is taken under a lease, sent outside every transaction, and settled in a second one. If
we die between, it is sent again with the same ``id``: whoever takes it in can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from tuanti.journal.commands import write
from tuanti.people import doors, vault
from tuanti.people.actors import Actor
from tuanti.people.models import CHANNELS, Message
from tuanti.people.refusals import UnknownChannel

# After the first try, the second, …; the last failure is final. Also the lease of a try.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
TRIES: Final = len(PAUSES) + 1
KEPT: Final = timedelta(days=90)  # how long what was sent is kept readable
_AT_A_TIME = 5  # so that their time-outs together stay within the shortest lease


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round of deliveries came to."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0


@transaction.atomic
def queue_message(
    *,
    channel: str,
    to: str,
    text: str,
    purpose: str,
    due_at: datetime | None = None,
    until_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Message:
    """Put a message into the outbox, to leave at ``due_at`` (now) and never after ``until_at``.

    ``purpose`` is a word for what it is about; it names nobody.

    :raises UnknownChannel: messages leave by ``sms``, ``wechat`` and ``mail``.
    """
    if channel not in CHANNELS:
        raise UnknownChannel(value=channel, known=", ".join(CHANNELS))
    message = Message.objects.create(
        channel=channel,
        to=to,
        to_index=vault.index(to),
        text=text,
        purpose=purpose,
        created_at=now,
        due_at=due_at or now,
        until_at=until_at,
    )
    write(at=now, by=by, act="message.queue", subject=message, channel=channel, purpose=purpose)
    return message


def deliver_due(*, by: Actor, now: datetime, limit: int = 200) -> Delivered:
    """Send what is due, at most ``limit`` messages; what a door did not take comes up later."""
    counts = {Message.State.SENT: 0, Message.State.WAITING: 0, Message.State.FAILED: 0}
    closed: set[str] = set()
    while limit > 0 and (taken := _take(now, min(limit, _AT_A_TIME))):
        limit -= len(taken)
        for message in taken:
            fault = _sent(message, closed, now)
            counts[_settle(message.pk, fault, by, now)] += 1
    return Delivered(*counts.values())


@transaction.atomic
def forget_messages(*, by: Actor, now: datetime) -> int:
    """Empty the messages that left, or failed, 90 days ago; how many. Their entries stay."""
    old = Message.objects.exclude(state=Message.State.WAITING).filter(created_at__lt=now - KEPT)
    forgotten = list(old.exclude(to_index=b"").select_for_update())
    for message in forgotten:
        message.to = message.text = ""
        message.to_index = b""
        message.save(update_fields=["to", "text", "to_index"])
        write(at=now, by=by, act="message.forget", subject=message)
    return len(forgotten)


@transaction.atomic
def _take(now: datetime, most: int) -> Sequence[Message]:
    """Take some under a lease: nobody else tries them before it is over."""
    due = Message.objects.filter(state=Message.State.WAITING, due_at__lte=now)
    skip = connection.features.has_select_for_update_skip_locked
    taken = list(due.order_by("due_at", "id").select_for_update(skip_locked=skip)[:most])
    for message in taken:
        message.tries += 1
        message.due_at = now + PAUSES[min(message.tries, len(PAUSES)) - 1]
        message.save(update_fields=["tries", "due_at"])
    return taken


def _sent(message: Message, closed: set[str], now: datetime) -> str:
    """Try a message's door once; the fault, "" for none. A door that is shut is tried once."""
    if message.until_at and now >= message.until_at:
        return doors.TOO_LATE
    if message.channel in closed:
        return doors.UNREACHABLE
    letter = doors.Letter(
        str(message.pk), message.channel, message.to, message.text, message.purpose
    )
    fault = doors.send(letter)
    if fault == doors.UNREACHABLE:
        closed.add(message.channel)
    return fault


@transaction.atomic
def _settle(pk: int, fault: str, by: Actor, now: datetime) -> Message.State:
    message = Message.objects.select_for_update().get(pk=pk)
    message.fault = fault
    if not fault:
        message.state, message.sent_at = Message.State.SENT, now
        if message.purpose == "passcode" and not settings.DEMO:
            message.text = ""  # nobody needs to read a code twice
    elif fault == doors.TOO_LATE or message.tries >= TRIES:
        message.state = Message.State.FAILED
    message.save(update_fields=["state", "sent_at", "fault", "text"])
    if message.state != Message.State.WAITING:
        act = "message.send" if message.state == Message.State.SENT else "message.fail"
        write(at=now, by=by, act=act, subject=message, tries=message.tries, fault=fault)
    return Message.State(message.state)
