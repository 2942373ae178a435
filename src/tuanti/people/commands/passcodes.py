"""One-time codes: sent to a telephone, good for one use, ten minutes and five tries.

Only a keyed digest is kept. A try is counted in a transaction of its own that nothing rolls back;
else whoever guesses inside a failing command would have as many tries as they like.
"""

import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.utils.crypto import salted_hmac

from tuanti.journal.commands import write
from tuanti.people import tasks, vault
from tuanti.people.actors import NOBODY, Actor
from tuanti.people.commands.outbox import queue_message
from tuanti.people.models import Line, Passcode
from tuanti.people.refusals import (
    BadPhone,
    CodeExpired,
    CodeTooSoon,
    CodeWrong,
    TooManyCodes,
    TriesSpent,
)
from tuanti.texts import Lang
from tuanti.texts.words import say

GOOD_FOR: Final = timedelta(minutes=10)
TRIES: Final = 5
PAUSE: Final = timedelta(minutes=1)  # between two codes for one purpose
HOUR: Final = timedelta(hours=1)
AN_HOUR: Final = 5  # codes for one purpose
AN_HOUR_ALL: Final = 10  # codes to one telephone, whatever for
_MOBILE = re.compile(r"1[3-9][0-9]{9}")

Verdict = Literal["right", "wrong", "expired", "spent"]


@transaction.atomic
def send_passcode(
    phone: str, purpose: str, now: datetime, *, by: Actor = NOBODY, lang: Lang = "zh"
) -> Passcode:
    """Send a six-figure code for ``purpose`` to a mobile telephone; earlier ones lapse.

    ``purpose`` names what the code opens (``resident:3F7K…``), never a person.

    :raises BadPhone: that is no mobile number of mainland China.
    :raises CodeTooSoon: one was sent less than a minute ago.
    :raises TooManyCodes: five were sent for this purpose, or ten in all, within the hour.
    """
    number = "".join(phone.split()).replace("-", "").removeprefix("+86")
    if not _MOBILE.fullmatch(number):
        raise BadPhone
    line = _locked(number)
    _within_limits(line, purpose, now)
    code = f"{secrets.randbelow(10**6):06}"
    passcode = Passcode.objects.create(
        line=line, purpose=purpose, digest=_digest(line, purpose, code), sent_at=now
    )
    text = say("people.passcode.text", lang, code=code, minutes=GOOD_FOR.seconds // 60)
    queue_message(
        channel="sms", to=number, text=text, purpose="passcode", until_at=now + GOOD_FOR,
        by=by, now=now,
    )  # fmt: skip
    write(at=now, by=by, act="passcode.send", subject=passcode, purpose=purpose)
    transaction.on_commit(_deliver)
    return passcode


def check_passcode(phone: str, purpose: str, code: str, now: datetime) -> None:
    """Take the code sent last for ``purpose``, once.

    Not to be called inside another transaction: a wrong try must be kept.

    :raises CodeWrong: that is not it; ``left`` tries are left.
    :raises TriesSpent: five were wrong; a new code is needed.
    :raises CodeExpired: none was sent, it was used, or it is older than ten minutes.
    """
    number = "".join(phone.split()).replace("-", "").removeprefix("+86")
    verdict, left = _tried(number, purpose, "".join(code.split()), now)
    match verdict:
        case "wrong":
            raise CodeWrong(left=left)
        case "spent":
            raise TriesSpent
        case "expired":
            raise CodeExpired


@transaction.atomic(durable=True)
def _tried(number: str, purpose: str, code: str, now: datetime) -> tuple[Verdict, int]:
    line = _locked(number)
    last = line.passcodes.filter(purpose=purpose).order_by("-sent_at", "-id").first()
    if last is None or last.used_at or not last.sent_at <= now < last.sent_at + GOOD_FOR:
        return "expired", 0
    if last.tries >= TRIES:
        return "spent", 0
    last.tries += 1
    right = hmac.compare_digest(bytes(last.digest), _digest(line, purpose, code))
    last.used_at = now if right else None
    last.save(update_fields=["tries", "used_at"])
    if right:
        write(at=now, by=NOBODY, act="passcode.use", subject=last, purpose=purpose)
        return "right", 0
    return ("wrong", TRIES - last.tries) if last.tries < TRIES else ("spent", 0)


def _within_limits(line: Line, purpose: str, now: datetime) -> None:
    hour = list(line.passcodes.filter(sent_at__gt=now - HOUR).order_by("sent_at", "id"))
    same = [one.sent_at for one in hour if one.purpose == purpose]
    if same and now < same[-1] + PAUSE:
        raise CodeTooSoon(seconds=_up(same[-1] + PAUSE - now, timedelta(seconds=1)))
    for sent, most in ((same, AN_HOUR), ([one.sent_at for one in hour], AN_HOUR_ALL)):
        if len(sent) >= most:
            raise TooManyCodes(minutes=_up(sent[-most] + HOUR - now, timedelta(minutes=1)))


def _locked(number: str) -> Line:
    line, _ = Line.objects.get_or_create(phone_index=vault.index(number))
    return Line.objects.select_for_update().get(pk=line.pk)


def _digest(line: Line, purpose: str, code: str) -> bytes:
    told = f"{line.pk} {purpose} {code}"
    return salted_hmac("tuanti.people.passcode", told, algorithm="sha256").digest()


def _up(span: timedelta, unit: timedelta) -> int:
    return -(-span // unit)


def _deliver() -> None:
    tasks.deliver.enqueue()
