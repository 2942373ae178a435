"""Signed notes (C2SP signed-note): a text, an empty line, and who signed it with Ed25519.

A key is published as ``name+id+base64``; its id is the start of a hash over name and key.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tuanti.rules.errors import RuleBroken

_ED25519 = b"\x01"
_KEY_BYTES, _ID_BYTES, _SIGNATURE_BYTES = 32, 4, 64
_is_name = re.compile(r"[^\s+]+").fullmatch


class KeyUnread(RuleBroken):
    """The text is no public key of a journal."""

    code = "journal.key_unread"


class SignatureFalse(RuleBroken):
    """The note is not signed by this key, or its text was changed."""

    code = "journal.signature_false"


@dataclass(frozen=True, slots=True)
class Key:
    """The public key of a journal, and the name it signs under.

    :raises KeyUnread: the name holds a space or a plus, or the key has another length.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.public) != _KEY_BYTES:
            raise KeyUnread(value=self.name)

    @property
    def id(self) -> bytes:
        """The four bytes a signature names its key by."""
        return sha256(f"{self.name}\n".encode() + _ED25519 + self.public).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as it is published."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


def read_key(text: str) -> Key:
    """Read a published key.

    :raises KeyUnread: it is none, or its id does not fit it.
    """
    name, _, rest = text.partition("+")
    coded = _decoded(rest.partition("+")[2])
    key = Key(name, coded[1:])
    if key.text != text:
        raise KeyUnread(value=text)
    return key


class Signer:
    """Signs notes with the Ed25519 key of a seed of 32 bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, self._private.public_key().public_bytes_raw())

    def signed(self, text: str) -> str:
        """Make the note of ``text``, which ends with a line break."""
        assert text.endswith("\n")
        signature = b64encode(self.key.id + self._private.sign(text.encode())).decode()
        return f"{text}\n— {self.key.name} {signature}\n"


def opened(note: str, key: Key) -> str:
    """The text of a note that ``key`` signed; signatures of others are passed over.

    :raises SignatureFalse: ``key`` did not sign it as it stands.
    """
    text, found, signatures = note.rpartition("\n\n")
    text += "\n"
    head = f"— {key.name} "
    lines = signatures.split("\n")
    if not found or lines.pop() or not all(line.startswith("— ") for line in lines):
        raise SignatureFalse(name=key.name)
    signed = [_decoded(line.removeprefix(head)) for line in lines if line.startswith(head)]
    if not any(_fits(text, one, key) for one in signed):
        raise SignatureFalse(name=key.name)
    return text


def _fits(text: str, signature: bytes, key: Key) -> bool:
    if len(signature) != _ID_BYTES + _SIGNATURE_BYTES or signature[:_ID_BYTES] != key.id:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(key.public)
        public.verify(signature[_ID_BYTES:], text.encode())
    except (InvalidSignature, UnicodeEncodeError):
        return False
    return True


def _decoded(coded: str) -> bytes:
    """The bytes of base64, or none if it is written in any but the one way."""
    try:
        found = b64decode(coded, validate=True)
    except ValueError:
        return b""
    return found if b64encode(found).decode() == coded else b""
