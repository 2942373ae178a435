"""Admit a workbook that is read row by row and may so be far larger than one read whole.

The guard's own looks, with larger limits: nothing here is unpacked into memory.
"""

import re
import zipfile
from array import array
from pathlib import Path

from tuanti.sheets import guard
from tuanti.sheets.guard import FileRefused
from tuanti.sheets.housing_source import Blob

MOST_PART_MB = 1024
MOST_ALL_MB = 1536
MOST_MERGED = 500_000

_MACROS = (".xlsm", ".xltm", ".xlam", ".xlsb")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})[\"']"
)
_MERGED_SIZE = 256  # no such element is longer


def admit(blob: Blob) -> frozenset[str]:
    """Look a workbook over and name its parts.

    :raises FileRefused: it is no workbook, or one that is not safe to read.
    """
    if Path(blob.name).suffix.lower() in _MACROS:
        raise FileRefused("sheets.macros")
    with blob.on_disk() as path, path.open("rb") as file:
        # The guard keeps these to itself because its limits are meant for workbooks read whole.
        guard._known_kind(file, path)  # noqa: SLF001
        guard._small_directory(file)  # noqa: SLF001
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as broken:
            raise FileRefused("sheets.damaged", part=blob.name) from broken
        names = guard._sound_entries(entries, path)  # noqa: SLF001
        total = 0
        for entry in sorted(entries, key=lambda entry: -entry.file_size):
            total += _unpack(path, entry, total)
    return names


def _unpack(path: Path, entry: zipfile.ZipInfo, before: int) -> int:
    name, size, tail = entry.filename, 0, b""
    is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
    with path.open("rb") as file:
        for piece in guard._pieces(file, entry):  # noqa: SLF001
            if is_xml:
                guard._plain_xml(name, tail + piece)  # noqa: SLF001
                tail = piece[-16:]
            size += len(piece)
            _within(name, size, before + size)
            if size > guard.RATIO_COUNTS_FROM and size > guard.MOST_RATIO * entry.compress_size:
                raise FileRefused("sheets.too_dense", part=name)
    if size != entry.file_size:
        raise FileRefused("sheets.damaged", part=name)
    return size


def _within(name: str, size: int, total: int) -> None:
    if size > MOST_PART_MB * guard.MB:
        raise FileRefused("sheets.too_large", part=name, limit_mb=MOST_PART_MB)
    if total > MOST_ALL_MB * guard.MB:
        raise FileRefused("sheets.too_large", part="xlsx", limit_mb=MOST_ALL_MB)


def merged_down(archive: zipfile.ZipFile, part: str) -> "array[int]":
    """Collect the merged cells that reach over several rows, by first row; packed.

    They stand behind the rows in the file, so they are searched for before the rows are read.
    Each is ``first << 40 | last << 16 | column``.
    """
    found, tail = array("Q"), b""
    with archive.open(part) as stream:
        while piece := stream.read(guard.MB):
            seen = tail + piece
            end = 0
            for hit in _MERGED.finditer(seen):
                end = hit.end()
                first, last = int(hit[2]), int(hit[3])
                if last > first:
                    found.append(first << 40 | last << 16 | column_number(hit[1].decode()))
            if len(found) > MOST_MERGED:
                raise FileRefused("housing.too_many_merged", limit=MOST_MERGED)
            tail = seen[max(end, len(seen) - _MERGED_SIZE) :]
    return array("Q", sorted(found))


def column_number(letters: str) -> int:
    """Number a column from 1 by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
