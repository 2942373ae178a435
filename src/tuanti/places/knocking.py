"""How a resident comes in without an account: the stairwell's code, a phone on file, a message.

Nothing here tells whether a phone is on file: whoever asks is told the same. Codes are guessed
slowly: twenty wrong ones an hour from one address.
"""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from tuanti.people.commands.passcodes import check_passcode, send_passcode
from tuanti.people.refusals import (
    BadPhone,
    CodeExpired,
    CodeTooSoon,
    CodeWrong,
    TooManyCodes,
    TriesSpent,
)
from tuanti.people.vault import index
from tuanti.places.codes import read_code
from tuanti.places.models import Flat, Owner, Stairwell
from tuanti.places.refusals import CodeMistyped, CodeUnknown, PasscodeWrong, TooManyTries
from tuanti.texts import Lang

TRIES = 20
_HOUR = 3600


def find_stairwell(*, typed: str, origin: str, now: datetime) -> Stairwell:
    """Find the stairwell of a code; ``origin`` is the address it is asked from.

    :raises TooManyTries: twenty wrong ones came from there within the hour.
    :raises CodeMistyped, CodeUnknown: this is one.
    """
    key = f"places:codes:{origin}"
    _within(key, TRIES, now)
    try:
        code = read_code(typed)
    except CodeMistyped:
        _count(key, now)
        raise
    found = Stairwell.objects.select_related("building__estate").filter(code=code).first()
    if found is None:
        _count(key, now)
        raise CodeUnknown
    return found


def origin_of(request: HttpRequest) -> str:
    """Tell where a request comes from, by as many proxies' word as are trusted."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    here = str(request.META.get("REMOTE_ADDR", ""))
    return told[-proxies] if 0 < proxies <= len(told) and told[-proxies] else here


def knock(*, flat: Flat, phone: str, origin: str, now: datetime, lang: Lang) -> int | None:
    """Send a code to ``phone`` if it is an owner's of the flat; return the owner's row, or None.

    That a code was sent a moment ago, or cannot be sent to such a number, is no refusal here, where
    it would tell that the phone is on file.

    :raises TooManyTries: too many telephones were tried from there within the hour.
    """
    key = f"places:knocks:{origin}"
    _within(key, TRIES, now)
    _count(key, now)
    owner = _owner_of(flat, phone)
    if owner is None:
        return None
    with suppress(BadPhone, CodeTooSoon, TooManyCodes):
        send_passcode(owner.phone, _purpose(flat), now, lang=lang)
    return owner.pk


def enter(*, owner_id: int | None, flat: Flat, passcode: str, origin: str, now: datetime) -> Owner:
    """Let in who has the code that was sent.

    :raises PasscodeWrong: it is not it, or no longer; or none was sent, and nothing tells which.
    :raises TooManyTries: twenty wrong ones came from there within the hour.
    """
    key = f"places:passcodes:{origin}"
    _within(key, TRIES, now)
    held = flat.ownerships.select_related("owner").filter(owner=owner_id).first()
    if held is None or not _right(held.owner, flat, passcode, now):
        _count(key, now)
        raise PasscodeWrong
    return held.owner


def _owner_of(flat: Flat, phone: str) -> Owner | None:
    plain = "".join(phone.split()).replace("-", "").removeprefix("+86")
    there = Owner.objects.filter(ownerships__flat=flat, erased_on=None, life="living")
    return there.filter(phone_index=index(plain)).first() if plain else None


def _right(owner: Owner, flat: Flat, passcode: str, now: datetime) -> bool:
    try:
        check_passcode(owner.phone, _purpose(flat), passcode, now)
    except (CodeWrong, CodeExpired, TriesSpent):
        return False
    return True


def _purpose(flat: Flat) -> str:
    return f"resident:{flat.stairwell.code}"


def _within(key: str, most: int, now: datetime) -> None:
    count, until = cache.get(key, (0, 0.0))
    if count >= most and now.timestamp() < until:
        raise TooManyTries


def _count(key: str, now: datetime) -> None:
    count, until = cache.get(key, (0, 0.0))
    if now.timestamp() >= until:
        count, until = 0, now.timestamp() + _HOUR
    cache.set(key, (count + 1, until), _HOUR)
