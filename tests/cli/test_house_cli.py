"""The house from the command line: a demonstration that stays, a service that is careful."""

import base64
import contextlib
import http.client
import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuanti.cli import house
from tuanti.sample import housing

TUANTI = (sys.executable, "-c", "from tuanti.cli import main; main()")
KEY = base64.b64encode(bytes(range(32))).decode()
SECRETS = {
    "TUANTI_SECRET_KEY": "aeiou-0123456789-bcdfghjklmnpqrstvwxyz-ABCDEFGHIJKLM-what-nobody-knows",
    "TUANTI_VAULT_KEYS": f"k1:{KEY}",
    "TUANTI_INDEX_KEY": KEY,
    "TUANTI_JOURNAL_KEY": KEY,
}


def bare(**more: str) -> dict[str, str]:
    """An environment in which nothing of the house is set, but what is given."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TUANTI_", "DATABASE_URL", "DJANGO_"))
    }
    return plain | {"TUANTI_LANG": "en", "PYTHONUTF8": "1"} | more


def run(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TUANTI, *map(str, words)], env=bare(**more), capture_output=True, text=True, check=False
    )


def rows(home: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(home / "tuanti.sqlite3")) as base:
        return int(base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 (ours)


def snapshot(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


# --- A demonstration in earnest ------------------------------------------------------------------


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Visitor:
    """A browser that keeps its cookies from one visit to the next."""

    def __init__(self, port: int) -> None:
        self.at = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        keeping = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), keeping)

    def read(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """Open a page, or send a form: where it led, and what stands there."""
        data = urllib.parse.urlencode(form).encode() if form else None
        with self.opener.open(self.at + path, data, timeout=30) as answer:
            return urllib.parse.urlsplit(answer.url).path, answer.read().decode()

    def enter(self, who: str) -> str:
        _, roles = self.read("/demo/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', roles)
        assert token
        return self.read("/demo/enter", {"who": who, "csrfmiddlewaretoken": token[1]})[0]


@contextlib.contextmanager
def standing(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a demonstration; stop it as a system does, and see that it was done in order."""
    words = ["demo", "--home", str(home), "--port", str(port), "--size", "tiny"]
    log = home.with_suffix(".log")
    with log.open("ab") as told:
        running = subprocess.Popen([*TUANTI, *words], env=bare(), stdout=told, stderr=told)
    try:
        awaited(running, port, log)
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(40)
    assert running.returncode == 0, log.read_text("utf-8")


def awaited(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert running.poll() is None, log.read_text("utf-8")
        with contextlib.suppress(OSError, http.client.HTTPException):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/demo/", timeout=5).close()
            return
        time.sleep(0.3)
    raise AssertionError(log.read_text("utf-8"))


def test_a_demonstration_that_was_stopped_is_still_there(tmp_path: Path, port: int) -> None:
    home, visitor = tmp_path / "town", Visitor(port)
    officer = next(one.id for one in housing.cast("tiny") if one.duty == "street-officer")
    with standing(home, port):
        assert visitor.enter(officer) == "/desk"
        _, estates = visitor.read("/estates")
        before = {name: rows(home, name) for name in ("places_flat", "places_owner")}
        entries = rows(home, "journal_entry")
    assert all(before.values())
    assert not answers(port)  # nothing was left running
    with standing(home, port):
        assert visitor.read("/desk")[0] == "/desk"  # and whoever was signed in still is
        assert names_in(visitor.read("/estates")[1]) == names_in(estates) != []
        assert {name: rows(home, name) for name in before} == before
        assert rows(home, "journal_entry") >= entries


def names_in(page: str) -> list[str]:
    return re.findall(r'<a href="/estates/\d+"[^>]*>([^<]+)</a>', page)


def answers(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


# --- What a demonstration clears away ------------------------------------------------------------


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let no city be played and nothing run; collect what would have been."""
    done: list[str] = []

    def played(*words: str) -> None:
        done.append(" ".join(words))

    monkeypatch.setattr(os, "environ", bare(DATABASE_URL="postgres://x/y", TUANTI_OUTBOX_SMS="z"))
    monkeypatch.setattr(house, "manage", played)
    monkeypatch.setattr(house, "_together", lambda _: 0)
    return done


def play(home: Path, *, reset: bool = False) -> int:
    code = house.demo(home, 8000, "tiny", "en", reset=reset)
    if (home / "static").exists():
        (home / "tuanti.sqlite3").write_text("a city", "utf-8")
    return code


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("other", ["letter.txt", "tuanti.sqlite3", "files/evidence.pdf"])
def test_a_folder_that_holds_something_else_is_left_alone(
    tmp_path: Path, filled: list[str], other: str, *, reset: bool
) -> None:
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / other).write_text("not ours", "utf-8")
    assert play(tmp_path, reset=reset) == 2
    assert (snapshot(tmp_path), filled) == ({other: b"not ours"}, [])


def test_such_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    told = run("demo", "--home", tmp_path)
    assert (told.returncode, str(tmp_path) in told.stderr) == (2, True)
    assert snapshot(tmp_path) == {"letter.txt": b""}


def test_what_was_played_to_the_end_is_only_brought_up_to_date(
    tmp_path: Path, filled: list[str]
) -> None:
    assert play(tmp_path) == 0
    assert "play_city --size tiny --lang en" in filled
    before = snapshot(tmp_path)
    filled.clear()
    assert play(tmp_path) == 0
    assert snapshot(tmp_path) == before
    assert [done.partition(" ")[0] for done in filled] == [
        "migrate", "createcachetable", "load_divisions", "load_profiles",
    ]  # fmt: skip


def test_one_that_was_stopped_half_way_begins_anew(tmp_path: Path, filled: list[str]) -> None:
    play(tmp_path)
    (tmp_path / "demo.ready").unlink()
    (tmp_path / "tuanti.sqlite3-wal").write_text("half a city", "utf-8")
    filled.clear()
    assert play(tmp_path) == 0
    assert "play_city --size tiny --lang en" in filled
    assert not (tmp_path / "tuanti.sqlite3-wal").exists()


def test_reset_begins_anew_and_takes_nothing_that_is_not_ours(
    tmp_path: Path, filled: list[str]
) -> None:
    play(tmp_path)
    (tmp_path / "files").mkdir()
    for name in ("files/evidence.pdf", "letter.txt"):
        (tmp_path / name).write_text("x", "utf-8")
    filled.clear()
    assert play(tmp_path, reset=True) == 0
    assert "play_city --size tiny --lang en" in filled
    assert (tmp_path / "letter.txt").exists()
    assert not (tmp_path / "files/evidence.pdf").exists()


def test_a_demonstration_never_touches_a_service(tmp_path: Path, filled: list[str]) -> None:
    play(tmp_path)
    assert filled
    assert {"DATABASE_URL", "TUANTI_OUTBOX_SMS"}.isdisjoint(os.environ)
    assert os.environ["TUANTI_MODE"] == "demo"


# --- A service that is careful -------------------------------------------------------------------


def service(home: Path, **more: str) -> dict[str, str]:
    named = {"TUANTI_HOME": str(home), "TUANTI_HOSTS": "lift.example", "TUANTI_MODE": "service"}
    return SECRETS | named | {"DATABASE_URL": f"sqlite:///{home}/service.sqlite3"} | more


@pytest.mark.parametrize("name", [*SECRETS])
def test_a_service_without_a_secret_names_it(tmp_path: Path, name: str) -> None:
    given = {key: value for key, value in service(tmp_path).items() if key != name}
    told = run("serve", **given)
    assert (told.returncode, told.stdout) == (2, "")
    assert name in told.stderr
    assert "Traceback" not in told.stderr


def test_a_service_with_unsafe_settings_does_not_start(tmp_path: Path) -> None:
    told = run("serve", **service(tmp_path, TUANTI_HOSTS="*"))
    assert told.returncode == 2
    assert "TUANTI_HOSTS" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_service_says_that_its_database_is_to_be_migrated(tmp_path: Path) -> None:
    told = run("serve", **service(tmp_path))
    assert told.returncode == 2
    assert "tuanti migrate" in told.stderr
    assert not (tmp_path / "static").exists()
