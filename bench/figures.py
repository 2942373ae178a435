"""What results amount to: gaps, quantiles, the time a peer needs to be as good as we are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf
from typing import Any

from bench.sets import GREEDY, OURS, Set

_SAME = Fraction(1, 10**6)  # a peer this close to our award is taken to be as good


@dataclass(frozen=True, order=True)
class Time:
    """Seconds, or more than that; or a ratio of seconds."""

    amount: float
    over: bool = False

    def per(self, seconds: float) -> "Time":
        """How many times ``seconds`` this is."""
        return Time(self.amount / max(seconds, 1e-3), self.over)


@dataclass(frozen=True)
class Run:
    """One solver's result on one instance."""

    record: dict[str, Any]

    @property
    def solver(self) -> str:
        return str(self.record["solver"])

    @property
    def instance(self) -> str:
        return str(self.record["instance"])

    @property
    def state(self) -> str:
        return str(self.record["state"])

    @property
    def cost(self) -> int | None:
        """The exact cost of its best lawful award."""
        cost: int | None = self.record["cost"]
        return cost

    @property
    def answered(self) -> bool:
        """Whether it has a lawful award, or knows that there is none."""
        return self.cost is not None or self.state == "infeasible"

    @property
    def cpu(self) -> float:
        """CPU seconds from the problem (a peer: from the model) in hand to the end."""
        cpu, build = self.record["cpu"], self.record["build"] or 0.0
        return float(self.record["process_cpu"] - build if cpu is None else cpu)

    @property
    def gap(self) -> float:
        """Between its own award and its own bound; infinite if it lacks either."""
        return gap(self.cost, self.record["bound"])

    @property
    def first(self) -> float | None:
        """CPU seconds to the first award."""
        staged = [at for at, _, known in self.record["stages"] if known is not None]
        return min([*staged, *(at for at, cost, _ in self.record["trace"] if cost)], default=None)

    def reach(self, cost: int) -> Time:
        """CPU seconds until its award cost no more than this (by our bound: until our gap)."""
        enough = cost + abs(cost) * _SAME
        return self._when(
            [at for at, known, _ in self.record["trace"] if known and known <= enough]
        )

    def prove(self, goal: float) -> Time:
        """CPU seconds until its own award and its own bound were as close as this, by its word."""
        times = [at for at, cost, bound in self.record["trace"] if gap(cost, bound) <= goal]
        return self._when(times + [self.cpu] * (self.state == "proven"))

    def _when(self, times: Sequence[float]) -> Time:
        """The first of these that is not after the cap; or more than the time the run was given."""
        cap = self.record["cap"]
        given = min(cap, self.cpu)  # less than the cap where it was stopped at an earlier award
        return min((Time(at) for at in times if at <= cap), default=Time(given, over=True))


@dataclass(frozen=True)
class Results:
    """All runs of a set: ours, and each peer's by instance."""

    group: Set
    ours: dict[str, Run]
    peers: dict[str, dict[str, Run]]

    @property
    def plain(self) -> dict[str, dict[str, Run]]:
        """The peers that are solvers."""
        return {name: runs for name, runs in self.peers.items() if name != GREEDY}

    def ratios(self, name: str) -> list[Time]:
        """A peer's CPU to reach our gap, per ours, on each instance both were run on.

        Where the peer has an answer and we have none, that is 0 times; where nobody has, nothing.
        """
        pairs = self.pairs(name)
        return [reach(us, them).per(us.cpu) for us, them in pairs if us.answered or them.answered]

    def proofs(self, name: str) -> list[Time]:
        """A peer's CPU to prove our gap itself, per ours."""
        pairs = self.pairs(name)
        return [them.prove(us.gap).per(us.cpu) for us, them in pairs if us.cost is not None]

    def best(self) -> list[Time]:
        """The same of whichever plain solver was quickest on the instance."""
        found = []
        for name, us in self.ours.items():
            runs = [runs[name] for runs in self.plain.values() if name in runs]
            if runs and (us.answered or any(them.answered for them in runs)):
                times = [reach(us, them) for them in runs]
                quickest = min(times, key=lambda time: (time.over, time.amount))
                found.append(quickest.per(us.cpu))
        return found

    def contradictions(self) -> list[Run]:
        """Peers' lawful awards that cost less than our bound says any can."""
        return [them for name in self.peers for us, them in self.pairs(name)
                if them.cost is not None and them.cost < (us.record["bound"] or -inf)]  # fmt: skip

    def pairs(self, name: str) -> list[tuple[Run, Run]]:
        """Our run and the peer's, instance by instance."""
        return [(self.ours[x], run) for x, run in self.peers[name].items() if x in self.ours]

    def lost(self) -> list[tuple[Run, Run, str]]:
        """Where a peer was quicker to our award, or had a better one or a closer proof at last."""
        found = []
        for name in self.plain:
            for us, them in self.pairs(name):
                reasons = [reason for reason, true in _losses(us, them).items() if true]
                if reasons:
                    found.append((us, them, ", ".join(reasons)))
        return sorted(found, key=lambda x: (x[0].instance, x[1].solver))


def collect(group: Set, latest: dict[tuple[str, str], dict[str, Any]]) -> Results:
    """The runs of a set."""
    runs = {(s, i): Run(record) for (s, i), record in latest.items()}
    names = group.instances(group.seeds)
    ours = {name: runs[OURS, name] for name in names if (OURS, name) in runs}
    peers = {peer: {name: runs[peer, name] for name in names if (peer, name) in runs}
             for peer in group.peers}  # fmt: skip
    return Results(group, ours, {peer: found for peer, found in peers.items() if found})


def gap(cost: int | None, bound: int | None) -> float:
    """The share of ``cost`` that might be saved."""
    if cost is None or bound is None:
        return inf
    return max(0.0, float(Fraction(cost - bound, max(1, abs(cost)))))


def quantile(values: Iterable[float], share: float) -> float:
    """The least value that this share of all does not exceed; not a number if there are none."""
    ranked = sorted(values)
    return ranked[max(0, ceil(share * len(ranked)) - 1)] if ranked else float("nan")


def middle(times: Sequence[Time]) -> Time | None:
    """The median; the lower one of two."""
    return sorted(times)[(len(times) - 1) // 2] if times else None


def reach(us: Run, them: Run) -> Time:
    """CPU seconds until a peer knew what we did in the end: our cost, or that there is none."""
    if us.cost is not None:
        return them.reach(us.cost)
    if not us.answered:
        return Time(0.0) if them.answered else Time(them.record["cap"], over=True)
    return Time(them.cpu) if them.state == "infeasible" else Time(them.record["cap"], over=True)


def _losses(us: Run, them: Run) -> dict[str, bool]:
    if not us.answered:
        return {"we have no answer": them.answered}
    if us.cost is None:
        return {"quicker": them.state == "infeasible" and them.cpu < us.cpu}
    known = them.reach(us.cost)
    better = them.cost is not None and them.cost < us.cost - us.cost * _SAME
    return {"quicker": not known.over and known.amount < us.cpu, "better award": better,
            "closer proof": them.gap + _SAME < us.gap}  # fmt: skip
