"""The runs: a steady load, the most there is, kills under load, and the controls that must fail."""

import asyncio
import json
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.ballots.load import Told, Voters
from bench.ballots.stand import House, Postgres, Sqlite

EARLY = "bench.ballots.early"
_CLEAN = ("lost", "doubled", "wrong", "strange", "broken", "unwritten")


@dataclass(slots=True)
class Run:
    """What a run came to: what voters know, what was killed, what is kept."""

    name: str
    told: Told
    seconds: float
    kills: dict[str, int] = field(default_factory=dict)
    verdict: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether nothing acknowledged is lost, doubled, wrong or out of its chain."""
        return not any(self.verdict[name] for name in _CLEAN)

    def facts(self) -> dict[str, Any]:
        """The numbers, for a record."""
        told = self.told
        return {
            "run": self.name,
            "seconds": round(self.seconds, 1),
            "sent": len(told.sent),
            "acknowledged": len(told.acks),
            "acknowledged_a_second": round(len(told.acks) / self.seconds, 1),
            "p50_ms": round(told.percentile(0.50) * 1000),
            "p99_ms": round(told.percentile(0.99) * 1000),
            "worst_ms": round(max(told.seconds, default=0) * 1000),
            "errors": told.errors,
            "refused": told.refused,
            "given_up": told.given_up,
            "whys": told.whys,
            "kills": self.kills,
            "verdict": self.verdict,
        }


class Stand:
    """A database and the house upon it, in a folder of their own."""

    def __init__(
        self, home: Path, *, wsgi: str = "", sqlite: bool = False, **settings: str
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.database: Postgres | Sqlite = Sqlite(home) if sqlite else Postgres(home, **settings)
        self.house = House(home, self.database.url, wsgi=wsgi or "tuanti.config.wsgi")
        self.voters: list[dict[str, Any]] = []

    def found(self, votes: int, flats: int, ready: Callable[["Stand"], None] | None = None) -> None:
        """Start both, with tables (``ready`` may bring them), votes and voters."""
        if isinstance(self.database, Postgres):
            self.database.start()
        if ready:
            ready(self)
        else:
            self.house.run("django", "migrate", "--verbosity", "0")
            self.house.run("django", "createcachetable")
            self.house.run("django", "collectstatic", "--no-input", "--verbosity", "0")
        said = self.house.run("bench.ballots.town", "seed", str(votes), str(flats))
        self.voters = json.loads(said)
        self.house.start()

    def examined(self, told: Told) -> dict[str, int]:
        """Compare what voters know with what is kept."""
        file = self.home / "told.json"
        facts = {"acks": told.acks, "sent": told.sent, "notes": told.notes}
        file.write_text(json.dumps(facts), "utf-8")
        found: dict[str, int] = json.loads(self.house.run("bench.ballots.town", "check", str(file)))
        return found

    def end(self) -> None:
        """Stop both."""
        self.house.stop()
        if isinstance(self.database, Postgres):
            self.database.stop()

    def kill(self, what: str) -> None:
        """Kill the house, the database or both, and start again what was killed."""
        database = self.database
        if what != "database":
            self.house.kill()
        if what != "house" and isinstance(database, Postgres):
            database.kill()
            database.start()
        if what != "database":
            self.house.start()


def steady(stand: Stand, rate: float, seconds: float) -> Run:
    """Send ballots at a steady rate, and examine what is kept."""
    crowd = Voters(stand.house.port, stand.voters)
    asyncio.run(crowd.open_loop(rate, seconds))
    asyncio.run(crowd.receipts(200))
    run = Run(f"open loop, {rate:g} a second", crowd.told, seconds)
    run.verdict = stand.examined(crowd.told)
    return run


def saturated(stand: Stand, clients: int, seconds: float) -> Run:
    """See how many are acknowledged a second when ``clients`` never pause."""
    crowd = Voters(stand.house.port, stand.voters, seed=2)
    asyncio.run(crowd.closed_loop(clients, seconds))
    run = Run(f"closed loop, {clients} clients", crowd.told, seconds)
    run.verdict = stand.examined(crowd.told)
    return run


def killed(
    stand: Stand,
    seconds: float,
    *,
    every: tuple[float, float] = (2.0, 6.0),
    clients: int = 16,
    what: Sequence[str] = ("house", "database", "both"),
    seed: int = 3,
) -> Run:
    """Kill at random times under load; whoever got no answer sends the same form again.

    :raises AssertionError: no voter noticed, so that nothing was proved.
    """
    crowd = Voters(stand.house.port, stand.voters, seed)
    kills = dict.fromkeys(what, 0)
    over = threading.Event()
    wrong: list[BaseException] = []

    def killer() -> None:
        chance = random.Random(seed)
        try:
            while not over.wait(chance.uniform(*every)):
                chosen = chance.choice(what)
                stand.kill(chosen)
                kills[chosen] += 1
        except BaseException as one:  # noqa: BLE001 (told below)
            wrong.append(one)

    thread = threading.Thread(target=killer)
    thread.start()
    begun = time.monotonic()
    asyncio.run(crowd.closed_loop(clients, seconds))
    over.set()
    thread.join()
    if wrong:
        raise wrong[0]
    took = time.monotonic() - begun
    assert sum(kills.values()), "nothing was killed"
    assert crowd.told.errors, "nobody noticed: what was killed served nobody"
    asyncio.run(crowd.receipts(100))
    run = Run(f"kills every {every[0]:g} to {every[1]:g} s", crowd.told, took, kills)
    run.verdict = stand.examined(crowd.told)
    return run


def dumped(source: Callable[[], bytes]) -> Callable[[Stand], None]:
    """Bring the tables from a dump, which is quicker than making them."""

    def ready(stand: Stand) -> None:
        assert isinstance(stand.database, Postgres)
        stand.database.run("psql", "-q", "-d", "postgres", feed=source())

    return ready


def copied(path: Path) -> Callable[[Stand], None]:
    """Bring the tables as a copy of a file."""

    def ready(stand: Stand) -> None:
        assert isinstance(stand.database, Sqlite)
        shutil.copyfile(path, stand.database.path)

    return ready


def commit() -> str:
    """Name the commit that is measured."""
    git = shutil.which("git")
    command = [str(git), "describe", "--always", "--dirty"]
    here = Path(__file__).parent
    said = subprocess.run(command, check=False, capture_output=True, text=True, cwd=here)
    return said.stdout.strip()
