"""``python -m bench``: measure this engine and its peers, and write down what came of it."""

import argparse
from typing import Any

from bench import report, runner
from bench.sets import OURS, SETS, SOLVERS, chosen
from bench.store import FOLDER, PUBLISHED, Store

_QUICK = {"seeds": 2, "peer_seeds": 1, "cap": 10.0}
_FULL = {"seeds": 40, "peer_seeds": None, "cap": 600.0}


def main() -> None:
    """Run, then tell; or only write the report of what was run."""
    given = _given()
    quick = given.quick
    store = Store(FOLDER / "quick.jsonl") if quick else Store(FOLDER / "results.jsonl", PUBLISHED)
    if not given.report:
        groups = [x for x in chosen(given.only) if not (quick and x.least_cap)]
        runner.run(_plan(given), groups, store)
    if given.report and not quick:
        print(report.publish(store, SETS))
    else:
        path = store.path.with_suffix(".md")
        path.write_text(report.text(store, SETS), encoding="utf-8")
        print(f"{path}; `python -m bench --report` publishes it under docs/measurements")


def _plan(given: argparse.Namespace) -> runner.Plan:
    usual: dict[str, Any] = _QUICK if given.quick else _FULL
    facts = {name: getattr(given, name) or value for name, value in usual.items()}
    solvers = (OURS,) if given.ours else tuple(given.solver)
    return runner.Plan(**facts, at_once=given.jobs, solvers=solvers, stop=given.stop)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    names = ", ".join(x.name for x in SETS)
    add("--only", action="append", default=[], metavar="SET", help=f"sets so beginning: {names}")
    add("--seeds", type=int, help="instances of each set at most (40)")
    add("--peer-seeds", type=int, help="of these, so many for peers (5; library 24)")
    add("--cap", type=float, help="CPU seconds a run (600)")
    add("--jobs", type=int, default=1, help="runs at a time (1)")
    add("--solver", action="append", default=[], choices=SOLVERS, help="only these")
    add("--ours", action="store_true", help="only our own engine")
    add("--stop", action="store_true", help="stop a peer once its award is as good as ours")
    add("--quick", action="store_true", help="2 seeds, 10 s, kept apart; no national round")
    add("--report", action="store_true", help="only write docs/measurements/DATE-award.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
