"""Running the house: a demonstration on this machine, or a service behind a web server."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import typer

from tuanti.cli.bring import BAD_INPUT, complain, say
from tuanti.texts import Lang

SETTINGS = "tuanti.config.settings"
_BEGUN = "demo.begun"  # written first: what lies beside it is ours to clear away
_MARK = "demo.ready"  # written when the sample city has been played to the end
_OURS = ("tuanti.sqlite3-wal", "tuanti.sqlite3-shm", "tuanti.sqlite3", "files", "static")
_KEPT = ("TUANTI_HOSTS", "TUANTI_LANG", "TUANTI_LOG", "TUANTI_ORIGINS")
_CLOCK_SECONDS = 20
_PATIENCE_SECONDS = 20  # with programs that were told to stop


def demo(home: Path, port: int, size: str, lang: Lang, *, reset: bool) -> int:
    """Fill a sample city once, then serve it on loopback until told to stop."""
    _leave_the_service_alone()
    os.environ["TUANTI_MODE"], os.environ["TUANTI_HOME"] = "demo", str(home.absolute())
    os.environ.setdefault("TUANTI_HOSTS", "127.0.0.1,localhost")
    if reset or not (home / _MARK).exists():  # one that was stopped half-way begins anew
        if not _emptied(home):
            return complain("cli.not_a_demo", lang, path=str(home))
        _fill(home, size, lang)
    else:
        migrate()
    (home / "static").mkdir(exist_ok=True)
    say("cli.serving", lang, address=f"http://127.0.0.1:{port}/demo/", path=str(home))
    return _together(
        [
            [*_gunicorn(), "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"],
            [*_manage(), "db_worker", "--no-startup-delay"],
            [*_manage(), "tick", "--every", str(_CLOCK_SECONDS)],
        ]
    )


def serve(bind: str, workers: int, lang: Lang) -> int:
    """Serve the house for real: settings checked, tables of this version, files collected."""
    if not _safe():
        return BAD_INPUT
    if waiting := _unmigrated():
        return complain("cli.migrate_first", lang, count=waiting)
    manage("collectstatic", "--no-input", "--verbosity", "0")
    command = [*_gunicorn(), "--bind", bind, "--workers", str(workers), "--threads", "8"]
    os.execv(command[0], command)  # noqa: S606 (the server takes this process's place)
    raise AssertionError


def migrate() -> None:
    """Bring the tables to this version, and the divisions and profiles with them."""
    manage("migrate", "--verbosity", "0")
    manage("createcachetable", "--verbosity", "0")
    manage("load_divisions")
    manage("load_profiles")


def manage(*words: str) -> None:
    """Run one of Django's or our own management commands in this process."""
    _set_up()
    from django.core.management import call_command

    call_command(*words)


def _leave_the_service_alone() -> None:
    """Forget a service's settings: its database, its keys, and the doors messages leave by."""
    for name in [*os.environ]:
        if name == "DATABASE_URL" or (name.startswith("TUANTI_") and name not in _KEPT):
            del os.environ[name]


def _fill(home: Path, size: str, lang: Lang) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / _BEGUN).touch()
    say("cli.filling", lang, path=str(home))
    migrate()
    manage("play_city", "--size", size, "--lang", lang)
    (home / _MARK).write_text(f"{size}\n", encoding="utf-8")


def _emptied(home: Path) -> bool:
    """Clear an earlier demonstration away; False, and nothing is touched, if it is none."""
    if not home.exists() or not any(home.iterdir()):
        return True
    if not (home / _BEGUN).exists():
        return False
    for old in (home / name for name in (_MARK, *_OURS)):
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    return True


def _safe() -> bool:
    """Whether a service may run with these settings; if not, what is wrong has been said."""
    _set_up()
    from django.core.management import CommandError, call_command

    try:
        call_command("check", "--deploy", "--fail-level", "WARNING")
    except CommandError as wrong:
        typer.echo(wrong, err=True)
        return False
    return True


def _unmigrated() -> int:
    _set_up()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as wrong:  # names the variable
        typer.echo(wrong, err=True)
        raise typer.Exit(BAD_INPUT) from wrong


def _gunicorn() -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "tuanti.config.wsgi",
        "--worker-class", "gthread", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def _manage() -> list[str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    return [sys.executable, "-m", "django"]


def _together(commands: Sequence[Sequence[str]]) -> int:
    """Run programs side by side until one ends or we are told to stop; then stop them all."""
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, _interrupt)
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:  # each in a group of its own: Ctrl+C is ours to pass on
            running.append(subprocess.Popen(command, process_group=0))  # noqa: PERF401, S603 (those begun must be known; ours)
        while all(program.poll() is None for program in running):
            time.sleep(0.2)
    except KeyboardInterrupt:
        code = 0
    else:
        code = next(program.returncode for program in running if program.poll() is not None)
    _stop(running)
    return code


def _stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, signal.SIG_IGN)  # they have been told
    for program in running:
        program.terminate()
    for program in running:
        try:
            program.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def passed_on(words: Sequence[str]) -> int:
    """Run a management command as it was typed."""
    _set_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tuanti manage", *words])
    return 0


def checked_size(size: str, lang: Lang) -> str:
    """Take the size of a sample city, or say which there are."""
    if size not in ("tiny", "demo", "city"):
        raise typer.Exit(complain("cli.bad_size", lang, value=size))
    return size
