"""Power cuts, where loop devices exist: what reached the device when the power went.

``outer.img`` is XFS with reflinks; on it lies ``dev.img``, ext4, and on that PostgreSQL's data. At
a random moment ``cp --reflink=always dev.img snap.img`` takes what had reached the device: writes
still in the kernel's cache are not in it. The copy is mounted, the database recovers on it, and
what had been acknowledged before the copy must be there. The controls switch off ``fsync`` and
``synchronous_commit``; each must lose some.
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.ballots.stand import Postgres

WRITERS = 4
_OUTER_MB, _INNER_MB = 3072, 1024
KINDS: Mapping[str, Mapping[str, str]] = {
    "durable": {},
    "synchronous_commit=off": {"synchronous_commit": "off", "wal_writer_delay": "10s"},
    "fsync=off": {"fsync": "off"},
}
_TABLE = "CREATE TABLE line (id bigserial PRIMARY KEY, said text UNIQUE)"


def why_not() -> str:
    """Tell why there can be no power cuts here; "" if there can."""
    if os.geteuid() != 0:
        return "power cuts need root: loop devices are mounted"
    if not Path("/dev/loop-control").exists():
        return "power cuts need loop devices, and there are none"
    lacking = [one for one in ("mkfs.xfs", "mkfs.ext4", "losetup") if not shutil.which(one)]
    return f"power cuts need {', '.join(lacking)}" if lacking else ""


@dataclass(slots=True)
class Cuts:
    """What came of some cuts: acknowledged before them, and lost."""

    kind: str
    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    failed: int = 0
    counts: list[int] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """The numbers, for a record."""
        return {
            "kind": self.kind,
            "cuts": self.cuts,
            "acknowledged": self.acknowledged,
            "lost": self.lost,
            "failed_recoveries": self.failed,
        }


def main(folder: Path, *, cuts: int, seed: int) -> int:
    """Cut the power under each kind of database; 1 if the durable lost, or a control did not."""
    if reason := why_not():
        print(reason)
        return 1
    folder.chmod(0o755)
    held = True
    for kind in KINDS:
        found = cut(folder / kind.replace("=", "-"), kind, cuts=cuts, seed=seed)
        print(json.dumps(found.facts()), flush=True)
        held &= (found.lost + found.failed == 0) == (kind == "durable")
    print("held" if held else "MISSED")
    return int(not held)


def cut(home: Path, kind: str, *, cuts: int, seed: int) -> Cuts:
    """Cut the power ``cuts`` times under a database that is written to, and see what is there."""
    home.mkdir(parents=True, exist_ok=True)
    found, chance = Cuts(kind), random.Random(seed)
    with _mounted(home / "outer.img", home / "outer", "xfs", _OUTER_MB) as outer:
        device = outer / "dev.img"
        with _mounted(device, home / "inner", "ext4", _INNER_MB) as inner:
            database = Postgres(home, inner / "pg", KINDS[kind])
            database.start()
            database.run("psql", "-q", "-d", "postgres", "-c", _TABLE)
            _run("sync")
            with _writing(database) as acks:
                for _ in range(cuts):
                    time.sleep(chance.uniform(1, 3))
                    known = frozenset(acks)  # acknowledged before the copy began
                    snap = outer / "snap.img"
                    _run("cp", "--reflink=always", device, snap)
                    _recovered(home, snap, known, found)
                    snap.unlink()
            database.stop()
    return found


def _recovered(home: Path, snap: Path, known: frozenset[str], found: Cuts) -> None:
    """Let a database recover on what had reached the device."""
    found.cuts += 1
    found.acknowledged += len(known)
    try:
        with _mounted(snap, home / "snap", "", 0) as there:
            (there / "pg" / "postmaster.pid").unlink(missing_ok=True)
            database = Postgres(home, there / "pg")
            try:
                database.start()
                rows = database.run("psql", "-At", "-d", "postgres", "-c", "SELECT said FROM line")
            finally:
                database.stop()
        lost = len(known - set(rows.decode().split()))
    except (subprocess.CalledProcessError, TimeoutError, OSError):
        found.failed += 1  # nothing could be read at all
        lost = len(known)
    found.lost += lost
    found.counts.append(lost)


@contextmanager
def _writing(database: Postgres) -> Iterator[set[str]]:
    """Write lines from some threads; whoever is told of a commit notes it."""
    import psycopg  # noqa: PLC0415 (only where there are cuts)

    acks: set[str] = set()
    over = threading.Event()

    def write(number: int) -> None:
        address = f"host=127.0.0.1 port={database.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as link:
            line = 0
            while not over.is_set():
                said = f"{number}-{line}"
                link.execute("INSERT INTO line (said) VALUES (%s)", [said])
                acks.add(said)
                line += 1

    threads = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield acks
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def _mounted(image: Path, at: Path, kind: str, megabytes: int) -> Iterator[Path]:
    """Mount an image on a loop device, made first if it has a kind."""
    if kind:
        with image.open("wb") as file:
            file.truncate(megabytes * 2**20)
        words = ["-m", "reflink=1"] if kind == "xfs" else ["-F"]
        _run(f"mkfs.{kind}", "-q", *words, image)
    at.mkdir(exist_ok=True)
    loop = _run("losetup", "--find", "--show", image)
    try:
        _run("mount", loop, at)
        try:
            yield at
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                _run("umount", at)
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _run("losetup", "--detach", loop)


def _run(program: str, *words: object) -> str:
    found = shutil.which(program)
    assert found, f"{program} is not there"
    command = [found, *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
