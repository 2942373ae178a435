"""One solver on one instance, in a process of its own: ``python -m bench.one SOLVER INSTANCE``.

Prints one JSON object: the award, its exact cost, the bound claimed, CPU seconds and memory, and
the trace of what was known when. The solver runs in a child process, which the cap can end without
losing what it had found; every award is counted again here, by the rules, after the clock.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.meter import Job, Meter
from bench.sets import OURS, ROOT, SOLVERS, problem
from tuanti.rules.award.problem import Award, Problem, evaluate

_VERIFIER = ROOT / "src/tuanti/rules/award/verify.py"
_PATIENCE = 1800  # CPU seconds for the verifier
_ENDED = {-signal.SIGXCPU, -signal.SIGKILL}  # by the system, at the cap
_ROOM = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4  # bytes, for one run


def main() -> None:
    """Run and report."""
    job = _job()
    question = problem(job.instance)
    with TemporaryDirectory() as folder:
        used = _apart(question, job, Path(folder))
        found = _told(question, Path(folder) / "events", used["exit"])
        paper = Path(folder) / "award.json"
        checked = {"verify": _verify(paper)} if paper.exists() else {}
    facts = {"solver": job.solver, "instance": job.instance, "cap": job.cap, "gap": str(job.gap),
             "target": job.target}  # fmt: skip
    print(json.dumps(facts | used | found | checked))


def _job() -> Job:
    parser = argparse.ArgumentParser(prog="python -m bench.one", description=__doc__)
    parser.add_argument("solver", choices=SOLVERS)
    parser.add_argument("instance")
    parser.add_argument("--cap", type=float, default=600.0, help="CPU seconds")
    parser.add_argument("--gap", type=Fraction, default=Fraction(1, 10_000))
    parser.add_argument("--target", type=int, help="stop at an award that costs no more")
    given = parser.parse_args()
    return Job(given.solver, given.instance, given.gap, given.cap, given.target)


def _apart(question: Problem, job: Job, folder: Path) -> dict[str, Any]:
    """Let the solver work in a child; what it used, as the system counts it."""
    start = time.monotonic()
    child = os.fork()
    if not child:
        _work(question, job, folder)
    _, status, used = os.wait4(child, 0)
    return {"wall": round(time.monotonic() - start, 3), "rss_mb": used.ru_maxrss // 1024,
            "process_cpu": round(used.ru_utime + used.ru_stime, 3),
            "exit": os.waitstatus_to_exitcode(status)}  # fmt: skip


def _work(question: Problem, job: Job, folder: Path) -> None:
    """Run the solver, in the child, and leave without ceremony."""
    resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM))
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # so that Ctrl-C ends a solver that is not Python
    name = "ours" if job.solver == OURS else job.solver.partition("-")[0]
    try:
        import_module(f"bench.{name}").run(question, job, Meter(folder, question, job))
        code = 0
    except BaseException:  # noqa: BLE001 (the child must not go on as its parent)
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def _told(question: Problem, spool: Path, code: int) -> dict[str, Any]:
    """What the events say, every award counted again; ``code`` is what the child ended with."""
    told = Story(question, "cap" if code in _ENDED else "crash")
    for line in spool.read_text("utf-8").splitlines(keepends=True) if spool.exists() else []:
        if line.endswith("\n"):  # the last may have been cut short
            told.hear(json.loads(line))
    return told.facts()


class Story:
    """What a run's events amount to: the best lawful award, the bound, and the way there."""

    def __init__(self, question: Problem, state: str) -> None:
        self.question = question
        self.cost: int | None = None
        self.bound: int | None = None
        self.award: dict[str, Any] | None = None
        self.broken: list[str] = []
        self.trace: list[tuple[float, int | None, int | None]] = []
        self.stages: list[tuple[float, str, float | None]] = []
        self.last: dict[str, Any] = {"state": state, "said": "", "cpu": None, "build": None}

    def hear(self, event: dict[str, Any]) -> None:
        """One event of the run."""
        kind = event.pop("event")
        if kind == "award":
            self._counted(event)
        elif kind == "bound":
            self.bound = event["bound"]
            self._noted(event["cpu"])
        elif kind == "stage":
            self.stages.append((round(event["cpu"], 3), event["name"], event["gap"]))
        else:
            self.last |= event

    def facts(self) -> dict[str, Any]:
        """The run, to be kept."""
        return {"cost": self.cost, "bound": self.bound, "broken": self.broken, "trace": self.trace,
                "stages": self.stages, "award": self.award} | self.last  # fmt: skip

    def _counted(self, event: dict[str, Any]) -> None:
        found = evaluate(self.question, Award(tuple(event["winners"]), tuple(event["packages"])))
        if found.broken:
            self.broken = list(found.broken)
        elif self.cost is None or found.cost < self.cost:
            self.cost = found.cost
            self.award = {key: event[key] for key in ("winners", "packages")}
            self._noted(event["cpu"])

    def _noted(self, cpu: float) -> None:
        self.trace.append((round(cpu, 3), self.cost, self.bound))


def _verify(paper: Path) -> dict[str, Any]:
    """Run the verifier as an auditor would; what it says and what it needs."""
    command = [sys.executable, "-I", str(_VERIFIER), str(paper)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as auditor:
        resource.prlimit(auditor.pid, resource.RLIMIT_CPU, (_PATIENCE, _PATIENCE))
        resource.prlimit(auditor.pid, resource.RLIMIT_AS, (_ROOM, _ROOM))
        said = auditor.stdout.read() if auditor.stdout else ""
        _, status, used = os.wait4(auditor.pid, 0)
        auditor.returncode = os.waitstatus_to_exitcode(status)
    return {"exit": auditor.returncode, "cpu": round(used.ru_utime + used.ru_stime, 3),
            "rss_mb": used.ru_maxrss // 1024, "size": paper.stat().st_size,
            "said": [x for x in said.splitlines() if not x.startswith("SHA-256")]}  # fmt: skip


if __name__ == "__main__":
    main()
