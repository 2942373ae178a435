"""Proofs: that one entry is in the journal, and that the journal has only grown.

``tuanti-journal-proof/1`` holds the hash of a leaf, its path to a signed root, and the checkpoint;
neither entry nor salt, so it may be public. Whoever was given both can add them and check that the
leaf is theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuanti.journal.canonical import canonical
from tuanti.journal.note import Key, SignatureFalse, opened
from tuanti.rules.errors import RuleBroken
from tuanti.rules.merkle import (
    CheckpointUnread,
    SaltMisfit,
    entry_leaf,
    includes,
    leaf_hash,
    read_checkpoint,
)

FORMAT = "tuanti-journal-proof/1"
GROWTH = "tuanti-journal-growth/1"


class ProofUnread(RuleBroken):
    """The file is no proof of an entry."""

    code = "journal.proof_unread"


class ProofFalse(RuleBroken):
    """The proof does not show what it says; ``part`` is the first part that is false."""

    code = "journal.proof_false"


@dataclass(frozen=True, slots=True)
class Proof:
    """That the leaf with number ``leaf`` and hash ``hash`` is under the checkpoint of ``note``."""

    leaf: int
    hash: bytes
    path: tuple[bytes, ...]
    note: str

    def document(self, key: Key) -> dict[str, Any]:
        """Write the proof as data."""
        return {
            "format": FORMAT,
            "key": key.text,
            "leaf": self.leaf,
            "hash": self.hash.hex(),
            "path": [one.hex() for one in self.path],
            "checkpoint": self.note,
        }


def check_proof(data: Mapping[str, Any], key: Key) -> Proof:
    """Check a proof, and its entry where it holds one.

    :raises ProofUnread: something is missing, or is not written as it must be.
    :raises ProofFalse: signature, path or entry do not fit.
    """
    proof = _read(data)
    try:
        signed = read_checkpoint(opened(proof.note, key))
    except (SignatureFalse, CheckpointUnread) as bad:
        raise ProofFalse(part="checkpoint") from bad
    if not includes(signed.root, signed.size, proof.leaf, proof.hash, proof.path):
        raise ProofFalse(part="path")
    if "entry" in data and _entry_hash(data) != proof.hash:
        raise ProofFalse(part="entry")
    return proof


def _read(data: Mapping[str, Any]) -> Proof:
    leaf, note = data.get("leaf"), data.get("checkpoint")
    if type(leaf) is not int or not isinstance(note, str):
        raise ProofUnread
    try:
        path = tuple(bytes.fromhex(one) for one in data["path"])
        return Proof(leaf, bytes.fromhex(data["hash"]), path, note)
    except (KeyError, TypeError, ValueError) as bad:
        raise ProofUnread from bad


def _entry_hash(data: Mapping[str, Any]) -> bytes:
    try:
        salt = bytes.fromhex(data["salt"])
        return leaf_hash(entry_leaf(salt, canonical(data["entry"]).encode()))
    except (KeyError, TypeError, ValueError, SaltMisfit) as bad:
        raise ProofUnread from bad
