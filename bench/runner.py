"""Runs what is not yet measured, each run in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench import machine
from bench.sets import GREEDY, OURS, ROOT, Set
from bench.store import Store, code_of, commit

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Plan:
    """What to run: how many seeds, how long, how many at a time, which solvers (none: all)."""

    seeds: int
    peer_seeds: int | None
    """None: as many as the set says."""
    cap: float
    at_once: int
    solvers: tuple[str, ...] = ()
    stop: bool = False

    def wanted(self, group: Set, *, ours: bool) -> list[dict[str, Any]]:
        """The runs of a set, ours or the peers', by what tells them apart."""
        few = group.peer_seeds if self.peer_seeds is None else self.peer_seeds
        seeds = self.seeds if ours else min(few, self.seeds)
        names = [OURS] if ours else [*group.peers]
        return [
            {"solver": solver, "instance": instance, "code": code_of(solver),
             "cap": max(self.cap, group.least_cap if ours else 0.0), "gap": str(group.gap),
             "stop": self.stop and group.gap > 0 and solver not in {OURS, GREEDY}}
            for instance in group.instances(seeds)
            for solver in names
            if not self.solvers or solver in self.solvers
        ]  # fmt: skip


def run(plan: Plan, groups: Iterable[Set], store: Store) -> None:
    """Measure what is missing: in each set ours first, since peers may be told our cost."""
    for group in groups:
        for ours in (True, False):
            missing = [x for x in plan.wanted(group, ours=ours) if not store.has(x)]
            hours = sum(x["cap"] for x in missing) / 3600
            who = "ours" if ours else "peers"
            print(
                f"{group.name}, {who}: {len(missing)} runs, at most {hours:.1f} CPU h", flush=True
            )
            with ThreadPoolExecutor(plan.at_once) as pool:
                for record in pool.map(lambda x: _one(x, store), missing):
                    print(_line(record), flush=True)


def _one(wanted: dict[str, Any], store: Store) -> dict[str, Any]:
    """One run; its record, also of a run that failed."""
    command = [sys.executable, "-m", "bench.one", wanted["solver"], wanted["instance"],
               "--cap", str(wanted["cap"]), "--gap", wanted["gap"]]  # fmt: skip
    cost = store.latest().get((OURS, wanted["instance"]), {}).get("cost")
    if wanted["stop"] and cost is not None:
        command += ["--target", str(cost)]
    load, env = os.getloadavg()[0], os.environ | _ONE_THREAD
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    record = json.loads(done.stdout) if done.returncode == 0 else {"exit": done.returncode}
    if done.returncode or record["exit"] > 0:
        record["failed"] = done.stderr[-2000:]
    record |= {**wanted, "commit": commit(), "load": round(load, 2), "machine": machine.name()}
    store.keep(record)
    return record


def _line(record: dict[str, Any]) -> str:
    who = f"{record['instance']:24} {record['solver']:13}"
    if "failed" in record:
        return f"{who} !!! FAILED !!! {record['failed'].strip().rpartition(chr(10))[2][:99]}"
    cost, bound = record["cost"], record["bound"]
    gap = f"gap {(cost - bound) / max(1, abs(cost)):.4%}" if None not in {cost, bound} else ""
    cpu = record["process_cpu"] if record["cpu"] is None else record["cpu"]
    award = "no award" if cost is None else f"cost {cost}"
    return f"{who} {record['state']:10} {cpu:8.2f} s  {award:24} {gap}"
