"""The command line checks the journal of the database, or a file with no database at all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from typer.testing import CliRunner, Result

from tests.journal_cast import act, bundled, fill, unguarded
from tuanti.cli.journal import journal_app
from tuanti.journal import queries, reading
from tuanti.journal.models import Entry
from tuanti.journal.note import Signer
from tuanti.journal.sealing import public_key

pytestmark = pytest.mark.django_db
CHANGE = "UPDATE journal_entry SET act = 'x' WHERE leaf = 1"


def run(*words: object, lang: str = "en") -> Result:
    return CliRunner().invoke(journal_app, [*map(str, words)], env={"TUANTI_LANG": lang})


def told(*words: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--json").stdout)
    return found


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    fill(3, 4)
    path = tmp_path / "journal.jsonl"
    assert run("export", path).exit_code == 0
    return path


def test_a_sound_journal_is_called_sound() -> None:
    fill(3, 4)
    act(7)
    answer = run("verify")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "7 entries and 2 checkpoints checked; 1 wait" in answer.stdout
    assert public_key().text in answer.stdout
    assert "7 条记录" in run("verify", lang="zh").stdout


def test_an_empty_journal_is_sound() -> None:
    assert run("verify").exit_code == 0


@pytest.mark.parametrize(("lang", "said"), [("zh", "第 1 号叶子"), ("en", "Leaf 1 (entry")])
def test_the_first_bad_record_is_named(lang: str, said: str) -> None:
    fill(3)
    with unguarded() as change:
        change(CHANGE)
        answer = run("verify", lang=lang)
        data = told("verify")
    assert answer.exit_code == 1
    assert answer.stderr.startswith(said)
    assert (data["good"], data["fault"]["code"]) == (False, "journal.entry_changed")
    assert data["fault"]["facts"]["leaf"] == 1


def test_what_was_found_is_told_as_data() -> None:
    fill(3)
    data = told("verify")
    assert (data["format"], data["good"], data["leaves"], data["checkpoints"]) == (
        "tuanti-journal-check/1",
        True,
        3,
        1,
    )


def test_a_database_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("no such table: journal_entry")

    monkeypatch.setattr(reading, "check_database", gone)
    answer = run("verify")
    assert answer.exit_code == 2
    assert "tuanti migrate" in answer.stderr


def test_an_export_is_checked_where_there_is_no_database(bundle: Path) -> None:
    code = "from tuanti.cli.journal import journal_app; journal_app()"
    inside = "import sys; sys.modules['django'] = None; " + code
    clean = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
    answer = subprocess.run(
        [sys.executable, "-c", inside, "verify", str(bundle), "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
        env={**clean, "DATABASE_URL": ""},
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "7 entries" in answer.stdout
    assert "came with the file" in answer.stdout


def test_a_changed_export_is_bad_and_another_file_is_none(bundle: Path, tmp_path: Path) -> None:
    data = bundle.read_bytes()
    bundle.write_bytes(data.replace(b'"number":4', b'"number":5'))
    answer = run("verify", bundle)
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Leaf 4")
    for text in (b"", b"{}", b"\xff\xfe", b"[" * 10_000):
        bundle.write_bytes(text)
        assert run("verify", bundle).exit_code == 2
    assert run("verify", tmp_path / "nowhere").exit_code == 2
    assert run("verify", tmp_path).exit_code == 2


def test_an_export_is_checked_with_a_key_from_elsewhere(bundle: Path) -> None:
    assert "as you gave it" in run("verify", bundle, "--key", public_key().text).stdout
    other = Signer(public_key().name, bytes(32)).key.text
    assert run("verify", bundle, "--key", other).exit_code == 1
    assert run("verify", bundle, "--key", "x").exit_code == 2


def test_a_checkpoint_one_kept_is_compared(tmp_path: Path, bundle: Path) -> None:
    last = queries.latest_checkpoint()
    assert last
    kept = tmp_path / "kept.txt"
    kept.write_text(last.note, encoding="utf-8")
    assert run("verify", "--checkpoint", kept).exit_code == 0
    assert run("verify", bundle, "--checkpoint", kept).exit_code == 0
    with unguarded() as change:
        for table in ("node", "checkpoint", "entry", "tree"):
            change(f"DELETE FROM journal_{table}")  # noqa: S608 (ours)
        fill(2)
        assert run("verify").exit_code == 0
        answer = run("verify", "--checkpoint", kept)
        assert (answer.exit_code, "your checkpoint has 7" in answer.stderr) == (1, True)
    kept.write_text("no checkpoint\n", encoding="utf-8")
    assert run("verify", "--checkpoint", kept).exit_code == 2


def test_a_proof_is_printed_and_holds_elsewhere(tmp_path: Path) -> None:
    fill(3, 4)
    entry, path = Entry.objects.order_by("leaf")[5], tmp_path / "proof.json"
    path.write_text(run("proof", entry.pk).stdout, encoding="utf-8")
    answer = run("verify", path)
    assert (answer.exit_code, "this entry is leaf 5" in answer.stdout) == (0, True)
    path.write_text(path.read_text("utf-8").replace("渝中", "渝北"), encoding="utf-8")
    answer = run("verify", path)
    assert (answer.exit_code, "its entry does not fit" in answer.stderr) == (1, True)
    path.write_text(run("proof", entry.pk, "--bare").stdout, encoding="utf-8")
    assert "渝中" not in path.read_text("utf-8")
    assert "text was not checked" in run("verify", path).stdout


def test_an_entry_that_waits_has_no_proof() -> None:
    assert run("proof", act().pk).exit_code == 2
    assert run("proof", 10**20).exit_code == 2


def test_an_export_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    fill(1)
    answer = run("export", tmp_path / "nowhere" / "journal.jsonl")
    assert (answer.exit_code, "Choose another place" in answer.stderr) == (2, True)


def test_an_export_is_what_the_page_hands_over(bundle: Path) -> None:
    assert bundle.read_bytes() == bundled()
