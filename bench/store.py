"""Results, a JSON line a run, so that an interrupted bench goes on, also on another machine."""

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

from bench.sets import GREEDY, OURS, ROOT

FOLDER = ROOT / "build/bench"
PUBLISHED = ROOT / "docs/measurements/award.jsonl"
_LIBRARIES = {"highs": "highspy", "scip": "pyscipopt", "cpsat": "ortools"}


def code_of(solver: str) -> str:
    """What a result depends on: a digest of the code that is measured, its library's version."""
    name = solver.partition("-")[0]
    rooms = [ROOT / "src/tuanti/solve", ROOT / "src/tuanti/rules/award"]
    ours = [path for room in rooms for path in sorted(room.rglob("*.py"))]
    peers = [ROOT / "bench" / f"{part}.py" for part in ("form", "meter", "highs", name)]
    files = [*(ours if solver == OURS else peers), ROOT / "bench/rounds.py"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    return digest if solver in {OURS, GREEDY} else f"{digest} {version(_LIBRARIES[name])}"


def commit() -> str:
    """The commit at hand, marked if files of ours differ from it."""
    asked = ("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "none"


class Store:
    """The results of one file, after those ``published`` before."""

    def __init__(self, path: Path, published: Path | None = None) -> None:
        self.path, self._lock = path, Lock()
        self.records = [*_read(published), *_read(path)]

    def keep(self, record: dict[str, Any]) -> None:
        """Write a result down at once."""
        record |= {"at": datetime.now(tz=UTC).isoformat(timespec="seconds")}
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
            self.records.append(record)

    def latest(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The newest whole result of each solver on each instance."""
        whole = [record for record in self.records if "failed" not in record]
        return {(record["solver"], record["instance"]): record for record in whole}

    def failures(self) -> list[dict[str, Any]]:
        """The failed runs that no whole one has replaced."""
        kept = self.latest()
        failed = {(x["solver"], x["instance"]): x for x in self.records if "failed" in x}
        return [record for key, record in failed.items() if key not in kept]

    def publish(self, path: Path) -> None:
        """Write the newest whole results, without their awards, to ``path``."""
        rows = [record | {"award": None} for _, record in sorted(self.latest().items())]
        lines = [json.dumps(row, sort_keys=True) + "\n" for row in rows]
        path.write_text("".join(lines), encoding="utf-8")

    def has(self, wanted: dict[str, Any]) -> bool:
        """Whether a whole result with all these facts is kept."""
        kept = self.latest().get((wanted["solver"], wanted["instance"]), {})
        return all(kept.get(key) == value for key, value in wanted.items())


def _read(path: Path | None) -> list[dict[str, Any]]:
    lines = path.read_text("utf-8").splitlines() if path and path.exists() else []
    return [json.loads(line) for line in lines if line]
