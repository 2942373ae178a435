"""Refuse a dangerous or useless file before anything parses it.

Nothing a file says of itself is trusted: every part is unpacked in small pieces, counted and
thrown away, and the counting stops at the limit. So a refusal takes little time and memory
whatever is brought.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tuanti.rules.errors import Fact, RuleBroken

MB = 2**20
MOST_PART_MB = 64
MOST_ALL_MB = 256
MOST_PARTS = 200
MOST_RATIO = 250  # blank formatted rows, the most repetitive honest content, stay far below
RATIO_COUNTS_FROM = 4 * MB

_PIECE = MB // 4
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_END = b"PK\x05\x06"
_END_SIZE = 22
_MOST_DIRECTORY = MOST_PARTS * 1024
_LOCAL_SIZE = 30
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_XML = (".xml", ".rels", ".vml")
_WORKBOOK = "xl/workbook.xml"


class FileRefused(RuleBroken):
    """The file as a whole is not accepted; ``code`` says why."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(**facts)
        self.code = code


def admit(path: Path) -> frozenset[str]:
    """Look a workbook over and name its parts.

    :raises FileRefused: it is no workbook, or one that is not safe to read.
    """
    with path.open("rb") as file:
        _known_kind(file, path)
        _small_directory(file)
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as broken:
            raise FileRefused("sheets.damaged", part=path.name) from broken
        names = _sound_entries(entries, path)
        _unpack_all(file, entries)
    return names


def _known_kind(file: BinaryIO, path: Path) -> None:
    start = file.read(8)
    if start == _OLE:
        code = "sheets.encrypted" if _holds(file, _ENCRYPTED) else "sheets.old_workbook"
        raise FileRefused(code)
    if not start.startswith(b"PK"):
        raise FileRefused("sheets.not_a_workbook")
    if path.suffix.lower() in (".xlsm", ".xltm"):
        raise FileRefused("sheets.macros")


def _holds(file: BinaryIO, wanted: bytes) -> bool:
    tail = b""
    while piece := file.read(_PIECE):
        if wanted in tail + piece:
            return True
        tail = piece[-len(wanted) :]
    return False


def _small_directory(file: BinaryIO) -> None:
    """The directory is read whole later, so its size is looked at first."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_536 - _END_SIZE))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise FileRefused("sheets.damaged", part="zip")
    count, length = struct.unpack_from("<HI", tail, at + 10)
    if count > MOST_PARTS:
        raise FileRefused("sheets.too_many_parts", count=count, limit=MOST_PARTS)
    if length > _MOST_DIRECTORY or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise FileRefused("sheets.damaged", part="zip")


def _sound_entries(entries: list[zipfile.ZipInfo], path: Path) -> frozenset[str]:
    names = frozenset(entry.filename for entry in entries)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("sheets.macros")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("sheets.encrypted")
    if _WORKBOOK not in names:
        raise FileRefused("sheets.not_a_workbook")
    packed = sum(entry.compress_size for entry in entries)
    if len(names) < len(entries) or packed > path.stat().st_size:  # parts that overlap
        raise FileRefused("sheets.damaged", part="zip")
    if len(entries) > MOST_PARTS:
        raise FileRefused("sheets.too_many_parts", count=len(entries), limit=MOST_PARTS)
    return names


def _unpack_all(file: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    total = 0
    for entry in sorted(entries, key=lambda entry: -entry.file_size):
        total += _unpack(file, entry, total)


def _unpack(file: BinaryIO, entry: zipfile.ZipInfo, before: int) -> int:
    name, size, tail = entry.filename, 0, b""
    is_xml = name.lower().endswith(_XML)
    for piece in _pieces(file, entry):
        if is_xml:
            _plain_xml(name, tail + piece)
            tail = piece[-len(_FORBIDDEN[0]) :]
        size += len(piece)
        if size > MOST_PART_MB * MB:
            raise FileRefused("sheets.too_large", part=name, limit_mb=MOST_PART_MB)
        if before + size > MOST_ALL_MB * MB:
            raise FileRefused("sheets.too_large", part="xlsx", limit_mb=MOST_ALL_MB)
        if size > RATIO_COUNTS_FROM and size > MOST_RATIO * max(entry.compress_size, 1):
            raise FileRefused("sheets.too_dense", part=name)
    if size != entry.file_size:
        raise FileRefused("sheets.damaged", part=name)
    return size


def _plain_xml(name: str, seen: bytes) -> None:
    """No document type, no entities; and no encoding in which they could hide from this look."""
    if any(word in seen for word in _FORBIDDEN):
        raise FileRefused("sheets.doctype", part=name)
    if b"\0" in seen:  # UTF-16, or no text at all
        raise FileRefused("sheets.damaged", part=name)


def _pieces(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part piece by piece, without believing the sizes it declares."""
    file.seek(entry.header_offset)
    head = file.read(_LOCAL_SIZE)
    if len(head) < _LOCAL_SIZE or entry.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):
        raise FileRefused("sheets.damaged", part=entry.filename)
    name_size, extra_size = struct.unpack_from("<HH", head, 26)
    file.seek(name_size + extra_size, 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from _read(file, entry.compress_size)
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in _read(file, entry.compress_size):
            yield inflate.decompress(packed, _PIECE)
            while inflate.unconsumed_tail:
                yield inflate.decompress(inflate.unconsumed_tail, _PIECE)
    except zlib.error as broken:
        raise FileRefused("sheets.damaged", part=entry.filename) from broken


def _read(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece
