import json
from pathlib import Path

import pytest

from tests.cast import small_round
from tuanti.sheets.json_in import pointer
from tuanti.sheets.round_in import describe, read_round
from tuanti.texts import LANGS

TEXT = json.dumps(small_round(), ensure_ascii=False)


def put(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "round.json"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_round_is_read_with_or_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    assert read_round(put(tmp_path, TEXT, encoding)).data == small_round()


REFUSED = [
    (TEXT, "gbk", "not_utf8"),
    (TEXT[:-1], "utf-8", "json_broken"),
    ("", "utf-8", "json_broken"),
    ("[" * 100_000, "utf-8", "json_broken"),
    ('{"id": ' + "9" * 10_000 + "}", "utf-8", "json_broken"),
]


@pytest.mark.parametrize(("text", "encoding", "code"), REFUSED)
def test_what_is_not_json_is_refused(tmp_path: Path, text: str, encoding: str, code: str) -> None:
    reading = read_round(put(tmp_path, text, encoding))
    assert [fault.code for fault in reading.faults] == [f"sheets.{code}"]
    assert all(describe(reading, lang) for lang in LANGS)


def test_a_name_that_stands_twice_is_pointed_at(tmp_path: Path) -> None:
    text = TEXT.replace('"lifts": 6', '"lifts": 6, "lifts": 60').replace(
        '"seed":', '"seed": "x", "seed":'
    )
    reading = read_round(put(tmp_path, text))
    assert {(fault.code, fault.cell) for fault in reading.faults} == {
        ("sheets.duplicate_key", "/bill/0/lifts"),
        ("sheets.duplicate_key", "/rules/seed"),
    }


def test_names_that_stand_twice_are_found_however_deep(tmp_path: Path) -> None:
    deep = '{"a":' * 300 + '{"b": 1, "b": 2}' + "}" * 300
    codes = {fault.code for fault in read_round(put(tmp_path, deep)).faults}
    assert "sheets.duplicate_key" in codes


@pytest.mark.parametrize("number", ["6.0", "6.5", "6e0", "NaN", "Infinity"])
def test_numbers_that_are_not_whole_are_refused_where_they_are(tmp_path: Path, number: str) -> None:
    reading = read_round(put(tmp_path, TEXT.replace('"lifts": 6', f'"lifts": {number}')))
    assert [(f.code, f.cell) for f in reading.faults] == [("round.not_a_number", "/bill/0/lifts")]
    assert describe(reading, "en")[0].startswith("/bill/0/lifts: “Lifts” must be a whole number")


def test_a_pointer_is_written_as_the_standard_says() -> None:
    assert pointer(("a/b", 0, "m~n")) == "/a~1b/0/m~0n"
