"""The runs: a steady load, the most there is, kills under load, and the controls that must fail."""

import asyncio
import json
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.ballots.load import Told, Voters
from bench.ballots.stand import WORKERS, House, Postgres, Sqlite

EARLY = "bench.ballots.early"
_WARM = 3.0  # seconds
_CLEAN = ("lost", "doubled", "wrong", "strange", "broken", "unwritten")


@dataclass(slots=True)
class Run:
    """What a run came to: what voters know, what was killed, what is kept."""

    name: str
    told: Told
    seconds: float
    kills: dict[str, int] = field(default_factory=dict)
    warm: int = 0  # acknowledged before the time began
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
            "acknowledged_a_second": round((len(told.acks) - self.warm) / self.seconds, 1),
            "of_them_while_warming_up": self.warm,
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
        self,
        home: Path,
        *,
        wsgi: str = "",
        sqlite: bool = False,
        workers: int = WORKERS,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.database: Postgres | Sqlite = (
            Sqlite(home) if sqlite else Postgres(home, None, settings)
        )
        self.workers = workers
        self.house = self._house(wsgi or "tuanti.config.wsgi")
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
        if isinstance(self.database, Postgres):  # what was there before is no part of the run
            self.database.run("psql", "-q", "-d", "postgres", "-c", "CHECKPOINT")
        self.house.start()

    def serve(self, wsgi: str) -> None:
        """Put another house in the place of the one that serves, on the same database."""
        self.house.stop()
        self.house = self._house(wsgi)
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

    def _house(self, wsgi: str) -> House:
        return House(self.home, self.database.url, wsgi=wsgi, workers=self.workers)

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
    """Send ballots at a steady rate, and examine what is kept.

    Both workers are warm when it begins: what went before is kept and examined, and not timed.
    """
    crowd = Voters(stand.house.port, stand.voters)
    _alone(crowd.closed_loop(16, _WARM))
    warm, crowd.told.seconds = len(crowd.told.acks), []
    _alone(crowd.open_loop(rate, seconds))
    _alone(crowd.receipts(200))
    run = Run(f"open loop, {rate:g} a second", crowd.told, seconds, warm=warm)
    run.verdict = stand.examined(crowd.told)
    return run


def saturated(stand: Stand, clients: int, seconds: float) -> Run:
    """See how many are acknowledged a second when ``clients`` never pause."""
    crowd = Voters(stand.house.port, stand.voters, seed=2)
    _alone(crowd.closed_loop(clients, seconds))
    run = Run(f"closed loop, {clients} clients", crowd.told, seconds)
    run.verdict = stand.examined(crowd.told)
    return run


@dataclass(frozen=True, slots=True)
class Plan:
    """How to kill: what, after how many seconds at random, and not before so many were taken.

    ``most`` ends the run when so many were killed.
    """

    what: Sequence[str] = ("house", "database", "both")
    every: tuple[float, float] = (2.0, 6.0)
    taken: int = 20
    most: int = 10**6
    seed: int = 3


def killed(
    stand: Stand, seconds: float, plan: Plan, *, clients: int = 16, known: Told | None = None
) -> Run:
    """Kill at random under load; whoever got no answer sends the same form again.

    ``known`` is what was sent to the same database before.

    :raises AssertionError: no voter noticed, so that nothing was proved.
    """
    crowd = Voters(stand.house.port, stand.voters, plan.seed)
    killer = _Killer(stand, plan, crowd.told)
    begun = time.monotonic()
    killer.start()
    _alone(crowd.closed_loop(clients, seconds, killer.over.is_set))
    kills = killer.ended()
    took = time.monotonic() - begun
    assert sum(kills.values()), "nothing was killed"
    assert crowd.told.errors, "nobody noticed: what was killed served nobody"
    _alone(crowd.receipts(100))
    if known:
        crowd.told.sent += known.sent
    run = Run(f"kills every {plan.every[0]:g} to {plan.every[1]:g} s", crowd.told, took, kills)
    run.verdict = stand.examined(crowd.told)
    return run


class _Killer(threading.Thread):
    """Kills beside the voters, and hands on what goes wrong."""

    def __init__(self, stand: Stand, plan: Plan, told: Told) -> None:
        super().__init__()
        self.stand, self.plan, self.told = stand, plan, told
        self.kills = dict.fromkeys(plan.what, 0)
        self.over = threading.Event()
        self._wrong: BaseException | None = None

    def run(self) -> None:
        """Kill until there has been enough."""
        chance = random.Random(self.plan.seed)
        try:
            while sum(self.kills.values()) < self.plan.most:
                taken = len(self.told.acks)
                self.over.wait(chance.uniform(*self.plan.every))
                while len(self.told.acks) < taken + self.plan.taken and not self.over.is_set():
                    time.sleep(0.01)
                if self.over.is_set():
                    return
                chosen = chance.choice(self.plan.what)
                self.stand.kill(chosen)
                self.kills[chosen] += 1
        except BaseException as one:  # noqa: BLE001 (handed on)
            self._wrong = one
        finally:
            self.over.set()

    def ended(self) -> dict[str, int]:
        """Wait for the last kill; how many there were of what."""
        self.over.set()
        self.join()
        if self._wrong:
            raise self._wrong
        return self.kills


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


def _alone(work: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine in a thread of its own: the caller's may run a loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
