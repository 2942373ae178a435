"""Papers and photos: known by their content, rid of what a camera hides in them, kept by digest."""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tuanti.places.refusals import EvidenceKind, EvidenceMissing, EvidenceSize

LARGEST = 10 * 2**20
_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
# What we take, and how such files are called.
KINDS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
# What tells of place, time, device or people: APP1 (Exif, XMP), APP13 (IPTC), comments.
_JPEG_DROPPED = {0xE1, 0xED, 0xFE}
_PNG_DROPPED = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_SCAN, _END = 0xDA, 0xD9


def kind_of(content: bytes) -> str:
    """Tell a file's kind by its first bytes, whatever it is called.

    :raises EvidenceKind: it is no JPEG, PNG or PDF.
    """
    for mark, kind in ((_JPEG, "image/jpeg"), (_PNG, "image/png"), (_PDF, "application/pdf")):
        if content.startswith(mark):
            return kind
    raise EvidenceKind


def cleaned(content: bytes) -> tuple[bytes, str]:
    """Return a file without hidden facts, and its kind.

    :raises EvidenceMissing: there is none.
    :raises EvidenceSize: it is larger than 10 MB.
    :raises EvidenceKind: it is no JPEG, PNG or PDF, or a broken one.
    """
    if not content:
        raise EvidenceMissing
    if len(content) > LARGEST:
        raise EvidenceSize(megabytes=LARGEST // 2**20)
    kind = kind_of(content)
    if kind == "image/jpeg":
        return b"".join(_jpeg(content)), kind
    if kind == "image/png":
        return b"".join(_png(content)), kind
    return content, kind


def keep(content: bytes, kind: str) -> tuple[str, str]:
    """Write a file under its digest, once; give the digest and the path within the files' folder.

    Written before the transaction ends: a file no row names does no harm, a row without its file
    would.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = f"evidence/{digest[:2]}/{digest}.{KINDS[kind]}"
    full = Path(settings.MEDIA_ROOT) / path
    if not full.exists():
        full.parent.mkdir(parents=True, exist_ok=True)
        half = full.with_suffix(".half")
        half.write_bytes(content)
        half.replace(full)
    return digest, path


def read(path: str) -> bytes:
    """Read a kept file."""
    return (Path(settings.MEDIA_ROOT) / path).read_bytes()


def forget(path: str) -> None:
    """Delete a kept file."""
    (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Yield a JPEG's segments but those that tell of more than the picture."""
    yield content[:2]
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 (the mark before every segment)
            raise EvidenceKind
        marker = content[at + 1]
        if marker in (_SCAN, _END):
            yield content[at:]
            return
        length = 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _JPEG_DROPPED:
            yield content[at : at + length]
        at += length
    raise EvidenceKind


def _png(content: bytes) -> Iterator[bytes]:
    """Yield a PNG's chunks but those that tell of more than the picture."""
    yield content[:8]
    at = 8
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        name, chunk = content[at + 4 : at + 8], content[at:end]
        if len(chunk) < end - at or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise EvidenceKind
        if name not in _PNG_DROPPED:
            yield chunk
        if name == b"IEND":
            return
        at = end
    raise EvidenceKind
