"""Settings no service may run with: found by ``check``, which ``tuanti serve`` runs first."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info
from django.core.exceptions import ImproperlyConfigured

from tuanti.people import gate, vault
from tuanti.texts.words import say

_INVENTED = tuple(
    base64.b64encode(hashlib.sha256(f"tuanti {name}".encode()).digest()).decode()
    for name in ("session", "vault", "index", "journal")
)  # what a demonstration uses for want of secrets; known to everybody
_KEY = 32  # bytes
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def safe_for_service(app_configs: Sequence[Any] | None, **_: object) -> list[CheckMessage]:
    """Name every setting that is unsafe for a service; none for a demonstration."""
    del app_configs
    return list(_found()) if settings.SERVICE else []


def _found() -> Iterator[CheckMessage]:
    if not _ring_is_sound():
        yield _error("E001", "vault_keys")
    for name in ("INDEX_KEY", "JOURNAL_KEY"):
        if not _is_key(getattr(settings, name)):
            yield _error("E002", "key", name=f"TUANTI_{name}")
    known = (settings.SECRET_KEY, settings.VAULT_KEYS, settings.INDEX_KEY, settings.JOURNAL_KEY)
    if any(invented in secret for invented in _INVENTED for secret in known):
        yield _error("E003", "invented")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield _error("E004", "hosts")
    if not gate.strict():
        yield _error("E005", "strict")
    yield from _doors()
    yield from _single_sign_on()


def _doors() -> Iterator[CheckMessage]:
    for channel, address in settings.OUTBOX.items():
        name = f"TUANTI_OUTBOX_{channel.upper()}"
        if address == "console":
            yield Info(_said("console", name=name), id="people.I001")
        elif not _is_safe(address):
            yield _error("E006", "door", name=name)
        elif not settings.OUTBOX_TOKEN:
            yield _error("E007", "token")


def _single_sign_on() -> Iterator[CheckMessage]:
    for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
        if not _is_safe(app["settings"]["server_url"]):
            yield _error("E008", "single_sign_on")


def _ring_is_sound() -> bool:
    try:
        return bool(vault.first_key())
    except (ImproperlyConfigured, binascii.Error):
        return False


def _is_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == _KEY
    except binascii.Error:
        return False


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _error(number: str, word: str, **facts: str) -> Error:
    return Error(_said(word, **facts), id=f"people.{number}")


def _said(word: str, **facts: str) -> str:
    path = f"people.checks.{word}"
    return f"{say(path, 'en', **facts)} {say(path, 'zh', **facts)}"
