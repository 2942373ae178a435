"""What the project asked for, and whether it was met."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.figures import Results, Run, middle, quantile
from bench.sets import optimum

Test = Callable[[Run], bool]

_PERCENT = 0.01
_CITY = {"city-9": (3, 1), "city-30": (8, 1), "city-60": (10, 3)}


@dataclass(frozen=True)
class Target:
    """What was asked of a set, what was measured, and whether that is enough."""

    asked: str
    measured: str
    met: bool | None
    """None: a longer run would have to tell."""


def targets(results: Results) -> Iterator[Target]:
    """Every target of a set that has results of ours."""
    name, runs = results.group.name, [*results.ours.values()]
    if not runs:
        return
    yield _share("verified by the standard-library verifier", runs, _sound, 1.0)
    beaten = len(results.contradictions())
    yield Target("no peer's award costs less than our bound", f"{beaten} do", not beaten)
    if name in _CITY:
        yield from _city(results, runs)
    elif name == "small":
        yield _share("gap 0, certified, within 120 CPU s on 38 of 40", runs, _exact(120), 0.95)
        yield _share("goal: the same within 30 CPU s", runs, _exact(30), 0.95)
    elif name == "ruled":
        yield _share("gap <= 0.1 %", runs, _within(0.1), 1.0)
        yield _share("goal: gap <= 0.01 %", runs, _within(0.01), 1.0)
    elif name == "library":
        yield _share("every listed optimum proven", runs, _listed, 1.0)
        yield _as_highs(results)
    elif name == "national":
        yield _share("gap <= 0.02 %", runs, _within(0.02), 1.0)
        yield _most("memory < 2 GB", max(r.record["rss_mb"] / 1000 for r in runs), 2, "GB")
        yield _most("goal: 60 CPU s", max(r.cpu for r in runs), 60, "s")
    elif name == "infeasible":
        yield _share("proven infeasible", runs, lambda run: run.state == "infeasible", 1.0)
        yield _most("goal: < 2 s (worst)", max(r.cpu for r in runs), 2, "s")


def _city(results: Results, runs: list[Run]) -> Iterator[Target]:
    now, goal = _CITY[results.group.name]
    yield _share("gap <= 0.01 % on 75 %", runs, _within(0.01), 0.75)
    yield _share("gap <= 0.05 % on 95 %", runs, _within(0.05), 0.95)
    median = quantile([run.cpu for run in runs], 0.5)
    yield _most(f"median CPU <= {now} s", median, now, "s")
    yield _ten_times(results)
    yield _share("goal: gap <= 0.01 % on 95 %", runs, _within(0.01), 0.95)
    yield _most(f"goal: median CPU {goal} s", median, goal, "s")
    if results.group.name == "city-60":
        audits = [r.record["verify"]["cpu"] for r in runs if "verify" in r.record]
        worst = max(audits, default=float("inf"))
        yield _most("verify < 2 s (worst)", worst, 2, "s")
        yield _most("goal: verify < 1 s (worst)", worst, 1, "s")


def _ten_times(results: Results) -> Target:
    asked, best = ">= 10 times less CPU than the best plain solver (median)", middle(results.best())
    if best is None:
        return Target(asked, "not measured", None)
    enough = best.amount >= 10
    told = f"{'> ' * best.over}{best.amount:.1f} times"
    return Target(asked, told, True if enough else None if best.over else False)


def _as_highs(results: Results) -> Target:
    names = [x for x in results.ours if any(x in runs for runs in _highs(results))]
    theirs = quantile(
        [min(runs[x].cpu for runs in _highs(results) if x in runs) for x in names], 0.5
    )
    ours = quantile([results.ours[x].cpu for x in names], 0.5)
    return Target("goal: median CPU <= HiGHS (its better form)",
                  f"{ours:.2f} s, HiGHS {theirs:.2f} s", ours <= theirs)  # fmt: skip


def _highs(results: Results) -> list[dict[str, Run]]:
    return [runs for name, runs in results.peers.items() if name.startswith("highs")]


def _share(asked: str, runs: list[Run], test: Test, share: float) -> Target:
    good = sum(test(run) for run in runs)
    return Target(asked, f"{good} of {len(runs)}", good >= share * len(runs))


def _most(asked: str, measured: float, limit: float, unit: str) -> Target:
    return Target(asked, f"{measured:.2f} {unit}", measured <= limit)


def _sound(run: Run) -> bool:
    return bool(run.record.get("verify", {}).get("exit") == 0)


def _within(percent: float) -> Test:
    return lambda run: run.gap <= percent * _PERCENT


def _exact(seconds: float) -> Test:
    return lambda run: run.gap == 0 and run.cpu <= seconds


def _listed(run: Run) -> bool:
    return run.gap == 0 and run.cost == optimum(run.instance)
