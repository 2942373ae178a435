"""Files nobody should parse, made for real and refused before anything parses them."""

import random
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.cast import small_round
from tuanti.sheets import guard
from tuanti.sheets.guard import FileRefused, admit
from tuanti.sheets.round_in import describe, read_round
from tuanti.sheets.template import write_round
from tuanti.texts import LANGS

Make = Callable[[Path], Path]

SHEET = "xl/worksheets/sheet2.xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def a_workbook(path: Path) -> Path:
    write_round(small_round(), path, "zh")
    return path


def with_parts(path: Path, parts: dict[str, bytes], suffix: str = ".xlsx") -> Path:
    """Put parts into a sound workbook, in place of those it has."""
    a_workbook(path)
    changed = path.with_name(f"changed{suffix}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return changed


def plain_bytes(content: bytes) -> Make:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def macros(path: Path) -> Path:
    return with_parts(path, {"xl/vbaProject.bin": b"\0" * 100})


def macros_by_name(path: Path) -> Path:
    return with_parts(path, {}, ".xlsm")


def blanks(megabytes: int) -> bytes:
    """Pack so many megabytes of blanks: a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b"".join(packer.compress(b" " * guard.MB) for _ in range(megabytes)) + packer.flush()


def bomb(path: Path) -> Path:
    return with_deflated(path, blanks(512), declared=512 * guard.MB)


def lying_bomb(path: Path) -> Path:
    """The same, but it says it is small."""
    return with_deflated(path, blanks(512), declared=1000)


def small_bomb(path: Path) -> Path:
    """Below every limit but for its density."""
    return with_deflated(path, blanks(16), declared=16 * guard.MB)


def lying_part(path: Path) -> Path:
    return with_deflated(path, blanks(1), declared=1000)


def with_deflated(path: Path, packed: bytes, declared: int) -> Path:
    """Write a workbook by hand, one part of which is ``packed`` and said to be ``declared``."""
    content = [("xl/workbook.xml", b"<workbook/>", 0, 11), (SHEET, packed, 8, declared)]
    body, directory = b"", b""
    for name, data, method, size in content:
        common = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 0, 0, len(data), size, len(name), 0)
        directory += b"PK\1\2\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += name.encode()
        body += b"PK\3\4" + common + name.encode() + data
    end = struct.pack("<HHHHIIH", 0, 0, 2, 2, len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\5\6" + end)
    return path


def huge_sheet(path: Path) -> Path:
    """Not tight enough to be a bomb, only far too large."""
    row = b"".join(b'<c r="A%d" s="%d"/>' % (at, at * 7919 % 1000) for at in range(60_000))
    return with_parts(path, {SHEET: row * 70})


def huge_in_all(path: Path) -> Path:
    """Five pictures of 60 MB, none of them too dense or too large."""
    part = (random.Random(1).randbytes(1500) + b" " * 150_000) * 400
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for at in range(5):
            archive.writestr(f"xl/media/{at}.bin", part)
    return path


def too_many_parts(path: Path) -> Path:
    return with_parts(path, {f"xl/media/{at}.png": b"x" for at in range(201)})


def endless_directory(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for at in range(150):
            archive.writestr("x" * 60_000 + str(at), b"")
    return path


def entities(path: Path) -> Path:
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
    return with_parts(path, {SHEET: laughs})


def hidden_entities(path: Path) -> Path:
    """The word stands across two pieces of the reading."""
    start = b"<?xml version='1.0'?>"
    room = b" " * (guard._PIECE - len(start) - 4)  # noqa: SLF001 (its border is the point)
    return with_parts(path, {SHEET: start + room + b"<!DOCTYPE l>" + b"<l/>"})


def wide_characters(path: Path) -> Path:
    laughs = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE l><l/>'.encode("utf-16")
    return with_parts(path, {SHEET: laughs})


def broken_sheet(path: Path) -> Path:
    return with_parts(path, {SHEET: b"<worksheet><sheetData><row>"})


def far_cell(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("清单").write(1_048_575, 16_383, "x")
    return path


def encrypted_entries(path: Path) -> Path:
    a_workbook(path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\1\2")
    content[at + 8] |= 1
    path.write_bytes(content)
    return path


def cut_off(path: Path) -> Path:
    content = a_workbook(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def bad_bits(path: Path) -> Path:
    content = bytearray(a_workbook(path).read_bytes())
    content[200:260] = bytes(60)
    path.write_bytes(content)
    return path


def a_document(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return path


REFUSALS: list[tuple[Make, str]] = [
    (plain_bytes(b""), "not_a_workbook"),
    (plain_bytes("标段,小区".encode("gbk")), "not_a_workbook"),
    (plain_bytes(b"%PDF-1.7"), "not_a_workbook"),
    (a_document, "not_a_workbook"),
    (plain_bytes(OLE + bytes(600) + "Workbook".encode("utf-16-le")), "old_workbook"),
    (
        plain_bytes(OLE + bytes(400_000) + "EncryptedPackage".encode("utf-16-le")),
        "encrypted",
    ),
    (encrypted_entries, "encrypted"),
    (macros, "macros"),
    (macros_by_name, "macros"),
    (bomb, "too_large"),
    (lying_bomb, "too_large"),
    (small_bomb, "too_dense"),
    (lying_part, "damaged"),
    (huge_sheet, "too_large"),
    (huge_in_all, "too_large"),
    (too_many_parts, "too_many_parts"),
    (endless_directory, "damaged"),
    (entities, "doctype"),
    (hidden_entities, "doctype"),
    (wide_characters, "damaged"),
    (broken_sheet, "damaged"),
    (cut_off, "damaged"),
    (bad_bits, "damaged"),
    (plain_bytes(b"PK\3\4" + bytes(100)), "damaged"),
    (far_cell, "too_wide"),
]


@pytest.mark.parametrize(("make", "code"), REFUSALS)
def test_a_file_not_fit_to_read_is_refused_as_a_whole(
    tmp_path: Path, make: Make, code: str
) -> None:
    reading = read_round(make(tmp_path / "round.xlsx"))
    assert [fault.code for fault in reading.faults] == [f"sheets.{code}"]
    assert reading.data is None
    assert all(describe(reading, lang) for lang in LANGS)


def test_a_sound_workbook_is_admitted(tmp_path: Path) -> None:
    assert "xl/workbook.xml" in admit(a_workbook(tmp_path / "round.xlsx"))


def test_parts_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """The trick of bombs that stay below every ratio: many entries, one content."""
    path = a_workbook(tmp_path / "round.xlsx")
    content = bytearray(path.read_bytes())
    first = content.index(b"PK\1\2")
    size = struct.pack("<I", len(content))
    content[first + 20 : first + 24] = size
    path.write_bytes(content)
    with pytest.raises(FileRefused):
        admit(path)


def test_links_to_other_files_are_noted_and_not_followed(tmp_path: Path) -> None:
    path = with_parts(
        tmp_path / "round.xlsx",
        {"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink/></externalLink>"},
    )
    reading = read_round(path)
    assert reading.data is not None
    assert [note.code for note in reading.notes] == ["sheets.note_external_links"]


MOST_MEMORY = 300 * guard.MB
READ = """
import sys
from tuanti.sheets.round_in import read_round
print(read_round(sys.argv[1]).faults[0].code)
"""


@pytest.mark.parametrize("make", [bomb, lying_bomb, small_bomb, huge_sheet, huge_in_all, far_cell])
def test_a_refusal_takes_little_memory(tmp_path: Path, make: Make) -> None:
    """The reader is allowed 300 MB and no more: beyond it, it would be killed."""
    path = make(tmp_path / "round.xlsx")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={"PYTHONPATH": ":".join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY)),
    )
    assert done.stderr == ""
    assert done.stdout.startswith("sheets.too_")
