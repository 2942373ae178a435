"""``tuanti journal``: check the record of acts, in the database or in a file, and hand it on."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tuanti.cli.bring import complain
from tuanti.rules.errors import RuleBroken
from tuanti.texts import Lang, sentence
from tuanti.texts.words import say

if TYPE_CHECKING:
    from tuanti.journal.checking import Finding
    from tuanti.journal.note import Key
    from tuanti.rules.merkle import Checkpoint

FORMAT = "tuanti-journal-check/1"
BAD = 1

_LONGEST_PROOF = 2**20

journal_app = typer.Typer(
    no_args_is_help=True, help="存证簿：谁做过什么，有没有被改动。 The journal: is it as it was?"
)

_Lang = Annotated[str, typer.Option("--lang", envvar="TUANTI_LANG", help="语言 / language: zh, en")]
_Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_KeyText = Annotated[
    str,
    typer.Option("--key", help="公布的公钥 / the published key; 默认见说明 / else see the page"),
]


class Stopped(Exception):
    """Something could not be read: the refusal says what."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code, facts)
        self.code, self.facts = code, facts


@journal_app.command("verify")
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help="导出文件或证明；不写则查数据库 / a file; else the database"),
    ] = None,
    key: _KeyText = "",
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="您保存的检查点 / a checkpoint you kept"),
    ] = None,
    as_json: _Json = False,
    lang: _Lang = "zh",
) -> None:
    """核验存证簿，指出第一处被改动的记录。 Compute it all anew; name the first bad record.

    退出码 / exit: 0 完好 good, 1 被改动 bad, 2 读不出 unreadable.
    """
    asked = _Asked(file, key, tuple(checkpoint or ()), _spoken(lang), as_json)
    raise typer.Exit(_answered(lambda: _verified(asked), asked.lang))


@journal_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="要写的文件 / where to write it: journal.jsonl")],
    lang: _Lang = "zh",
) -> None:
    """导出存证簿（含盐，只交给有权查阅的人）。 Export the journal, for offline checking.

    It holds every entry with its salt: give it only to those who may read the journal.
    """
    spoke = _spoken(lang)
    raise typer.Exit(_answered(lambda: _exported(file, spoke), spoke))


@journal_app.command("proof")
def proof(
    entry: Annotated[int, typer.Argument(help="记录编号 / number of the entry")],
    bare: Annotated[
        bool, typer.Option("--bare", help="不含内容和盐 / without the entry and its salt")
    ] = False,
    lang: _Lang = "zh",
) -> None:
    """打印一条记录的存证证明。 Print the proof that an entry is in the journal, as JSON."""
    spoke = _spoken(lang)
    raise typer.Exit(_answered(lambda: _proved(entry, bare=bare), spoke))


@dataclass(frozen=True, slots=True)
class _Asked:
    file: Path | None
    key: str
    kept: tuple[Path, ...]
    lang: Lang
    as_json: bool


def _answered(answer: Callable[[], int], lang: Lang) -> int:
    try:
        return answer()
    except (Stopped, RuleBroken) as refusal:
        return complain(refusal.code, lang, **refusal.facts)


# --- Checking --------------------------------------------------------------------------------


def _verified(asked: _Asked) -> int:
    if asked.file is None:
        with _database():
            return _verified_database(asked)
    with _opened(asked.file) as file:
        if _is_proof(file):
            return _verified_proof(file, asked)
        return _verified_bundle(file, asked)


def _verified_database(asked: _Asked) -> int:
    from tuanti.journal.reading import check_database, unsealed
    from tuanti.journal.sealing import public_key

    key = _given(asked) or public_key()
    with _progress(asked.lang) as show:
        found = check_database(key, witnessed=_witnessed(asked, key), show=show)
    return _tell(asked, found, key, waiting=unsealed())


def _verified_bundle(file: IO[bytes], asked: _Asked) -> int:
    from tuanti.journal.bundle import check_bundle, read_head

    head = read_head(file)
    file.seek(0)
    key = _given(asked) or head.key
    with _progress(asked.lang, head.entries) as show:
        found = check_bundle(file, key, witnessed=_witnessed(asked, key), show=show)
    return _tell(asked, found, key, waiting=0)


def _verified_proof(file: IO[bytes], asked: _Asked) -> int:
    from tuanti.journal.note import read_key
    from tuanti.journal.proofs import ProofFalse, check_proof

    data = json.load(file)
    key = _given(asked) or read_key(str(data.get("key")))
    try:
        proved = check_proof(data, key)
    except ProofFalse as false:
        fault = {"code": false.code, "facts": dict(false.facts)}
        return _say(asked, {"good": False, "key": key.text, "fault": fault})
    told = {"good": True, "key": key.text, "leaf": proved.leaf, "fault": None}
    return _say(asked, told | {"said": "entry_proved" if "entry" in data else "leaf_proved"})


def _tell(asked: _Asked, found: "Finding", key: "Key", *, waiting: int) -> int:
    fault = found.fault and {"code": found.fault.code, "facts": dict(found.fault.facts)}
    told = {
        "good": not fault,
        "key": key.text,
        "leaves": found.leaves,
        "checkpoints": found.checkpoints,
        "root": found.root.hex(),
        "unsealed": waiting,
        "fault": fault,
    }
    return _say(asked, told | {"said": "good"})


def _say(asked: _Asked, told: dict[str, Any]) -> int:
    """Print what was found; the exit code."""
    said, fault = told.pop("said", ""), told["fault"]
    if fault:
        fault["sentence"] = sentence(fault["code"], asked.lang, **fault["facts"])
    if asked.as_json:
        typer.echo(json.dumps({"format": FORMAT, **told}, ensure_ascii=False, indent=1))
    elif fault:
        typer.echo(fault["sentence"], err=True)
    else:
        typer.echo(say(f"journal.cli.{said}", asked.lang, **_counted(told)))
        where = "given" if asked.key else "settings" if asked.file is None else "brought"
        typer.echo(say(f"journal.cli.key_{where}", asked.lang, key=told["key"]))
    return BAD if fault else 0


def _counted(told: Mapping[str, Any]) -> dict[str, str]:
    names = ("leaf", "leaves", "checkpoints", "unsealed")
    return {name: f"{told[name]:,}" for name in names if name in told}


def _given(asked: _Asked) -> "Key | None":
    from tuanti.journal.note import read_key

    return read_key(asked.key) if asked.key else None


def _witnessed(asked: _Asked, key: "Key") -> "list[Checkpoint]":
    """Read the checkpoints somebody kept."""
    from tuanti.journal.note import SignatureFalse, opened
    from tuanti.rules.merkle import CheckpointUnread, read_checkpoint

    kept = []
    for path in asked.kept:
        with _opened(path) as file:
            try:
                kept.append(read_checkpoint(opened(file.read().decode(), key)))
            except (UnicodeDecodeError, SignatureFalse, CheckpointUnread) as bad:
                raise Stopped("journal.checkpoint_unread", path=str(path)) from bad
    return kept


def _is_proof(file: IO[bytes]) -> bool:
    """Whether the file is a proof of one entry; anything else is read as an export."""
    from tuanti.journal import proofs

    try:
        data = json.loads(file.read(_LONGEST_PROOF))
    except (ValueError, RecursionError):
        data = None
    file.seek(0)
    return isinstance(data, dict) and data.get("format") == proofs.FORMAT


# --- Handing on ------------------------------------------------------------------------------


def _exported(path: Path, lang: Lang) -> int:
    with _database():
        from tuanti.journal.export import bundle

        head, lines = bundle()
        try:
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
        except OSError as wrong:
            raise Stopped(
                "journal.file_unwritten", path=str(path), why=wrong.strerror or ""
            ) from wrong
    counts = {"leaves": f"{head.entries:,}", "checkpoints": f"{head.checkpoints:,}"}
    typer.echo(say("journal.cli.exported", lang, path=str(path), **counts))
    return 0


def _proved(entry: int, *, bare: bool) -> int:
    with _database():
        from tuanti.journal import queries
        from tuanti.journal.sealing import public_key

        found = queries.entry_with(entry)
        proved = queries.proof_of(found) if found else None
        if found is None or proved is None:
            raise Stopped("journal.no_entry", id=str(entry))
        told = proved.document(public_key())
        told |= {} if bare else queries.told(found)
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    return 0


# --- Around ----------------------------------------------------------------------------------


def _spoken(lang: str) -> Lang:
    from tuanti.cli import spoken

    return spoken(lang)


@contextmanager
def _database() -> Iterator[None]:
    """Set the house up, and say in a sentence that its database is not there."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from tuanti.cli.house import SETTINGS

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
        yield
    except (ImproperlyConfigured, DatabaseError) as wrong:
        raise Stopped("journal.database_unread", why=str(wrong).strip()) from wrong


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as wrong:
        raise Stopped("journal.file_unread", path=str(path), why=wrong.strerror or "") from wrong
    with file:
        yield file


@contextmanager
def _progress(lang: Lang, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show how far the check is, on a terminal, once it has taken a second."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(say("journal.cli.checking", lang), total=total)
    begun = time.monotonic()

    def show(done: int) -> None:
        if time.monotonic() - begun > 1:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield show
    finally:
        bar.stop()
