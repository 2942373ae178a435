"""Measure ballots: ``python -m bench.ballots load | most | kill | control | cut``.

- ``load``: an open loop at ``--rate`` for ``--seconds`` over ``--votes`` votes
- ``most``: 64 clients that never pause
- ``kill``: SIGKILL of gunicorn, PostgreSQL or both at random, under load
- ``control``: the same with acknowledgements before the commit (``--kind early``), or with
  ``synchronous_commit=off`` (``--kind async``); it must lose some
- ``cut``: power cuts on loop devices (root only), with both controls
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.ballots import power, runs
from bench.ballots.runs import Plan, Run, Stand

_ASYNC = {"synchronous_commit": "off", "wal_writer_delay": "10s"}


def main() -> int:
    """Run what is asked; 1 if it did not hold (or if a control held)."""
    asked = _asked()
    print(json.dumps(_where()), flush=True)
    with tempfile.TemporaryDirectory(prefix="tuanti-ballots-", dir=asked.folder or None) as folder:
        if asked.run == "cut":
            return power.main(Path(folder), cuts=asked.cuts, seed=asked.seed)
        return _run(asked, Path(folder))


def _run(asked: argparse.Namespace, folder: Path) -> int:
    folder.chmod(0o755)  # PostgreSQL's own user comes in
    control = asked.run == "control"
    early = control and asked.kind == "early"
    settings = _ASYNC if control and not early else {}
    stand = Stand(folder, wsgi=runs.EARLY if early else "", settings=settings)
    try:
        stand.found(asked.votes, asked.flats)
        run = _measured(asked, stand)
    finally:
        stand.end()
    print(json.dumps(run.facts(), indent=1), flush=True)
    if control:
        print("caught" if run.verdict["lost"] else "NOT caught: the harness proves nothing")
        return int(not run.verdict["lost"])
    return int(not _held(asked, run))


def _measured(asked: argparse.Namespace, stand: Stand) -> Run:
    match asked.run:
        case "load":
            return runs.steady(stand, asked.rate, asked.seconds)
        case "most":
            return runs.saturated(stand, 64, asked.seconds)
        case "kill":
            return runs.killed(stand, asked.seconds, Plan(seed=asked.seed))
    what = ("house",) if asked.kind == "early" else ("database",)
    return runs.killed(stand, asked.seconds, Plan(what, seed=asked.seed))


def _held(asked: argparse.Namespace, run: Run) -> bool:
    facts = run.facts()
    held = run.clean
    if asked.run == "load":
        held &= not run.told.errors and not run.told.refused and facts["p99_ms"] < 500
    if asked.run == "most":
        held &= facts["acknowledged_a_second"] >= 150
    print("held" if held else "MISSED", flush=True)
    return bool(held)


def _where() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": runs.commit(),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.ballots", description=__doc__)
    parser.add_argument("run", choices=("load", "most", "kill", "control", "cut"))
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--votes", type=int, default=1000)
    parser.add_argument("--flats", type=int, default=14)
    parser.add_argument("--kind", choices=("early", "async"), default="early")
    parser.add_argument("--cuts", type=int, default=12)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--folder", help="where the database lies; a real disk, not tmpfs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
