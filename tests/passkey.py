"""A security key made of software: what a browser and its key answer, for tests."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_FLAG = AuthenticatorData.FLAG
_SEEN = _FLAG.UP | _FLAG.UV  # somebody was there, and the key knew them


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Passkey:
    """A key for one site."""

    site: str = "testserver"
    key: ec.EllipticCurvePrivateKey = field(default_factory=_new_key)
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    uses: int = 0
    person: str = ""  # whom it was made for, as the site names them

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer what ``navigator.credentials.create`` would."""
        asked = options["publicKey"]
        self.person = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # fido2 leaves it bare
        attested = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        told = AuthenticatorData.create(
            self._site_hash(), _SEEN | _FLAG.AT, self._count(), attested
        )
        return self._credential(
            {
                "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
                "attestationObject": AttestationObject.create("none", told, {}),
            }
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def signed(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer what ``navigator.credentials.get`` would."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        told = AuthenticatorData.create(self._site_hash(), _SEEN, self._count())
        signature = self.key.sign(told + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": told,
            "signature": signature,
            "userHandle": websafe_decode(self.person),
        }
        return self._credential(response) | {"clientExtensionResults": {}}

    def _credential(self, response: dict[str, bytes]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        said = {key: websafe_encode(bytes(value)) for key, value in response.items()}
        return {"type": "public-key", "id": name, "rawId": name, "response": said}

    def _client(self, kind: str, challenge: str) -> bytes:
        return CollectedClientData.create(kind, websafe_decode(challenge), f"https://{self.site}")

    def _site_hash(self) -> bytes:
        return hashlib.sha256(self.site.encode()).digest()

    def _count(self) -> int:
        self.uses += 1
        return self.uses
