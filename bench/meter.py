"""What a solver used and found, written down as it happens: a killed run loses nothing."""

import json
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tuanti.rules.award.problem import Award, Problem, evaluate

_STEP = 1e-6  # a bound is noted again when it has risen by this share
_ENDLESS = 1e18  # a bound beyond this is no bound


@dataclass(frozen=True)
class Job:
    """One solver on one instance: the gap to ask for, CPU seconds, and a cost that is enough."""

    solver: str
    instance: str
    gap: Fraction
    cap: float
    target: int | None = None

    @property
    def strong(self) -> bool:
        """Whether the strong form of the program is wanted."""
        return self.solver.endswith("-strong")

    @property
    def ask(self) -> float:
        """The gap a peer is asked for: a hundredth of ours, so that it is not stopped early."""
        return float(self.gap / 100)


def cpu() -> float:
    """CPU seconds of this process so far, user and system, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Meter:
    """The clock of one run and the file it writes, an event a line."""

    def __init__(self, folder: Path, problem: Problem, job: Job) -> None:
        self.folder = folder
        self._file = (folder / "events").open("a", encoding="utf-8", buffering=1)
        self._problem, self._job = problem, job
        self._start, self._idle = cpu(), 0.0
        self._bound: int | None = None
        self.met = False

    def begin(self, *, grace: float = 0.0) -> None:
        """Start the clock; what came before was building the model, noted apart.

        ``grace`` seconds after the cap the system ends the run, should the solver not listen.
        """
        now = cpu()
        self._write("begin", build=now - self._start)
        self._start, self._idle = now, 0.0
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _end_after(int(now + self._job.cap + grace + 1))

    def now(self) -> float:
        """CPU seconds since ``begin``, less what our own book-keeping took."""
        return cpu() - self._start - self._idle

    @property
    def over(self) -> bool:
        """Whether the solver should stop: the cap is reached, or its award is good enough."""
        return self.met or self.now() >= self._job.cap

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Book-keeping that is ours, not the solver's."""
        before = cpu()
        try:
            yield
        finally:
            self._idle += cpu() - before

    def award(self, winners: Sequence[int], packages: Sequence[int] = ()) -> None:
        """An award was found."""
        at, target = self.now(), self._job.target
        with self.aside():
            self._write("award", cpu=at, winners=list(winners), packages=list(packages))
            if target is not None:
                found = evaluate(self._problem, Award(tuple(winners), tuple(packages)))
                self.met |= not found.broken and found.cost <= target

    def bound(self, value: float) -> None:
        """No award can cost less, the solver says."""
        if abs(value) < _ENDLESS and self._rises(int(value)):
            self._bound = int(value)
            self._write("bound", cpu=self.now(), bound=int(value))

    def stage(self, name: str, gap: Fraction | None) -> None:
        """This engine has come so far; ``gap`` once there is an award."""
        self._write("stage", cpu=self.now(), name=name, gap=None if gap is None else float(gap))

    def end(self, state: str, *, said: str = "") -> None:
        """The solver has returned, with these words of its own; the limits are lifted."""
        at, memory = self.now(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        state = "target" if self.met else state
        self._write("end", cpu=at, state=state, said=said, rss_mb=memory)
        _end_after(resource.RLIM_INFINITY)

    def _rises(self, bound: int) -> bool:
        return self._bound is None or bound - self._bound > _STEP * abs(self._bound)

    def _write(self, event: str, **facts: object) -> None:
        self._file.write(json.dumps({"event": event, **facts}) + "\n")


def _end_after(seconds: int) -> None:
    """Let the system end this process when it has used so much CPU."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
