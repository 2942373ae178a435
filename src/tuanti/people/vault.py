"""Personal data at rest: encrypted fields with a ring of keys, and an index that reveals nothing.

AES-256-GCM; the first key of ``VAULT_KEYS`` encrypts, every key decrypts, and :func:`is_current`
tells what has still to be encrypted anew. A ciphertext is bound to its table and column. The index
is HMAC-SHA-256 of the normalised value under a key of its own, so that one can search for a phone
without being able to read any.
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

_NONCE = 12


class Unreadable(ValueError):
    """No key of the ring opens this, or it was moved or changed."""


def seal(value: str, place: str) -> bytes:
    """Encrypt ``value`` for the column ``place``; "" stays empty."""
    if not value:
        return b""
    name, cipher = next(iter(_ring(settings.VAULT_KEYS).items()))
    nonce = secrets.token_bytes(_NONCE)
    head = len(name).to_bytes(1, "big") + name.encode()
    return head + nonce + cipher.encrypt(nonce, value.encode(), _bound(name, place))


def reveal(sealed: bytes, place: str) -> str:
    """Decrypt what :func:`seal` made for the same ``place``.

    :raises Unreadable: no key opens it, or it is not what was written there.
    """
    if not sealed:
        return ""
    name, rest = _named(sealed)
    cipher = _ring(settings.VAULT_KEYS).get(name)
    if cipher is None:
        raise Unreadable(f"no key {name!r} in the ring")
    try:
        opened = cipher.decrypt(rest[:_NONCE], rest[_NONCE:], _bound(name, place))
    except InvalidTag as changed:
        raise Unreadable(place) from changed
    return opened.decode()


def first_key() -> str:
    """Name the key that encrypts now."""
    return next(iter(_ring(settings.VAULT_KEYS)))


def is_current(sealed: bytes) -> bool:
    """Whether ``sealed`` was made with the ring's first key."""
    return not sealed or _named(sealed)[0] == first_key()


def index(value: str) -> bytes:
    """Make the blind index of ``value``: 16 bytes, the same for the same number however spaced."""
    plain = "".join(unicodedata.normalize("NFKC", value).upper().split())
    plain = plain.replace("-", "")
    if not plain:
        return b""
    return hmac.digest(base64.b64decode(settings.INDEX_KEY), plain.encode(), hashlib.sha256)[:16]


def masked(value: str, *, keep: tuple[int, int] = (3, 4)) -> str:
    """Hide the middle of ``value``: 138****1234; a short one is hidden whole."""
    head, tail = keep
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + value[-tail:]


def masked_name(name: str) -> str:
    """Leave only the family name: 王**."""
    return name[:1] + "*" * (len(name) - 1)


class SealedField(models.Field[str, str]):
    """A text that the database sees only encrypted; forms and code see the text."""

    def get_internal_type(self) -> str:
        """Store bytes."""
        return "BinaryField"

    def get_db_prep_value(
        self,
        value: str | None,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002 (Django's shape)
    ) -> object:
        """Encrypt on the way in."""
        del prepared
        sealed = seal(value or "", self.place)
        return connection.Database.Binary(sealed)  # type: ignore[attr-defined]  # every one has it

    def from_db_value(self, value: Any, *_: object) -> str:  # noqa: ANN401 (each database's own)
        """Decrypt on the way out."""
        return reveal(bytes(value or b""), self.place)

    @property
    def place(self) -> str:
        """What a ciphertext of this column is bound to."""
        return f"{self.model._meta.label_lower}.{self.column}"


@lru_cache(maxsize=4)
def _ring(keys: str) -> dict[str, AESGCM]:
    ring = {}
    for pair in keys.split(","):
        name, _, key = pair.strip().partition(":")
        raw = base64.b64decode(key or "")
        if not name or len(raw) != 32:  # noqa: PLR2004 (AES-256)
            raise ImproperlyConfigured("TUANTI_VAULT_KEYS is id:base64 of 32 bytes, comma between")
        ring[name] = AESGCM(raw)
    return ring


def _named(sealed: bytes) -> tuple[str, bytes]:
    end = 1 + sealed[0]
    return sealed[1:end].decode(), sealed[end:]


def _bound(name: str, place: str) -> bytes:
    return f"tuanti/{name}/{place}".encode()
