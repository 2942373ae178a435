"""Results kept under ``build/bench``, a JSON line a run, so that an interrupted bench goes on."""

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
    """The results of one file."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, Lock()
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.records: list[dict[str, Any]] = [json.loads(line) for line in lines if line]

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

    def has(self, wanted: dict[str, Any]) -> bool:
        """Whether a whole result with all these facts is kept."""
        kept = self.latest().get((wanted["solver"], wanted["instance"]), {})
        return all(kept.get(key) == value for key, value in wanted.items())
