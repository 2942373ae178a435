"""The report: what was asked, what was measured, the peers beside it, and where we lose."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import inf, isfinite

from bench import machine
from bench.figures import Results, Run, Time, collect, gap, middle, quantile, reach
from bench.sets import OURS, ROOT, Set
from bench.store import PUBLISHED, Store
from bench.targets import targets

_NOTES = """CPU seconds (user and system) of one process with one thread, from the moment the
round is in hand; for a peer, from the moment its model is. Every award was counted again by
`rules.award.problem.evaluate`; bounds of peers are their own claims, ours are proven by the
verifier. *To our gap*: until the peer's award was as good as our final one (within 0.0001 %), so
that its gap, measured against our proven bound, is ours. *To prove it*: until its own award and its
own bound were that close. *Ratio*: CPU to our gap, divided by our whole CPU; the median over the
instances the peer was run on. `>`: not reached before the cap, or before the run was stopped at an
earlier award of ours that cost more. What each set and solver is:
[how we measure](../en/reference/benchmarks.md). Every run, a JSON line each, with what was known
when: [award.jsonl](award.jsonl) (of the newest report)."""
_INDEX = """# Measurements

Recorded runs, with the machine they were taken on and all seeds. How they are taken:
[How we measure the award engine](../en/reference/benchmarks.md)."""
_WORDS = {True: "met", False: "**missed**", None: "not shown"}
_STOPPED = """**Peers were stopped as soon as their award was as good as ours**: their final awards
and bounds say nothing of what they would have found later."""


def publish(store: Store, groups: Sequence[Set]) -> str:
    """Write the report into the docs; its path."""
    name = f"{datetime.now(tz=UTC):%Y-%m-%d}-award.md"
    path = ROOT / "docs/measurements" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text(store, groups), encoding="utf-8")
    store.publish(PUBLISHED)
    known = sorted(path.parent.glob("20*.md"), reverse=True)
    listed = "\n".join(f"- [{page.stem}]({page.name})" for page in known)
    (path.parent / "index.md").write_text(f"{_INDEX}\n\n{listed}\n", encoding="utf-8")
    return str(path.relative_to(ROOT))


def text(store: Store, groups: Sequence[Set]) -> str:
    """The whole report."""
    latest = store.latest()
    found = [x for x in (collect(group, latest) for group in groups) if x.ours or x.peers]
    kept = [run.record for results in found for run in _runs(results)]
    day = max((record["at"][:10] for record in kept), default="-")
    parts = [f"# Award engine, measured {day}", _NOTES]
    parts += [_STOPPED] if any(record["stop"] for record in kept) else []
    parts += [_table(("fact", "value"), machine.facts(kept)), _asked(found)]
    parts += [part for results in found for part in _chapter(results)]
    parts += _failures(store)
    parts += ["## All runs", *(_appendix(results) for results in found)]
    return "\n\n".join(parts) + "\n"


def _runs(results: Results) -> list[Run]:
    peers = [run for runs in results.peers.values() for run in runs.values()]
    return [*results.ours.values(), *peers]


def _failures(store: Store) -> list[str]:
    rows = [
        (x["instance"], x["solver"], x["failed"].strip().rpartition("\n")[2][:99])
        for x in store.failures()
    ]
    return ["## Failed runs\n\n" + _table(("instance", "solver", "last words"), rows)] * bool(rows)


def _asked(found: Iterable[Results]) -> str:
    rows = [
        (results.group.name, target.asked, target.measured, _WORDS[target.met])
        for results in found
        for target in targets(results)
    ]
    return "## Asked and measured\n\n" + _table(("set", "asked", "measured", ""), rows)


def _chapter(results: Results) -> list[str]:
    group = results.group
    caps = sorted({run.record["cap"] for run in _runs(results)})
    cap = ", ".join(f"{x:g}" for x in caps)
    parts = [f"## {group.name}: {group.title}",
             f"Gap asked: {_share(float(group.gap))}. Cap: {cap} CPU seconds a run."]  # fmt: skip
    parts += [_ours(results)] if results.ours else []
    parts += [_peers(results)] if results.peers else []
    return [*parts, _lost(results)] if results.plain and results.ours else parts


def _ours(results: Results) -> str:
    runs = [*results.ours.values()]
    gaps, cpu = [run.gap for run in runs], [run.cpu for run in runs]
    first = [inf if run.first is None else run.first for run in runs]
    audits = [run.record["verify"]["cpu"] for run in runs if "verify" in run.record]
    memory = max(run.record["rss_mb"] for run in runs)
    states = ", ".join(f"{n} {state}" for state, n in _counted(run.state for run in runs))
    row = (str(len(runs)), states, *(_share(quantile(gaps, q)) for q in (0.5, 0.75, 0.95, 1)),
           *(_seconds(quantile(cpu, q)) for q in (0.5, 1)), _seconds(quantile(first, 0.5)),
           *(_seconds(quantile(audits, q)) for q in (0.5, 1)), f"{memory} MB")  # fmt: skip
    head = ("instances", "state", "gap 50 %", "75 %", "95 %", "worst", "CPU median", "worst",
            "first award", "verify median", "worst", "most memory")  # fmt: skip
    return "**Tuanti**\n\n" + _table(head, [row])


def _peers(results: Results) -> str:
    rows = [_peer(results, name) for name in results.peers]
    best = middle(results.best())
    if best:
        rows.append(("the best plain solver", *[""] * 6, _times(best), *[""] * 4))
    head = ("peer", "awards", "gap to our bound", "worst", "its own gap", "first award",
            "to our gap", "ratio", "to prove it", "ratio", "CPU", "most memory")  # fmt: skip
    return "**Peers** (medians)\n\n" + _table(head, rows)


def _peer(results: Results, name: str) -> tuple[str, ...]:
    pairs, runs = results.pairs(name), [*results.peers[name].values()]
    gaps = [gap(them.cost, us.record["bound"]) for us, them in pairs]
    reached = middle([reach(us, them) for us, them in pairs if us.answered])
    prove = middle([them.prove(us.gap) for us, them in pairs if us.cost is not None])
    ratios = middle(results.ratios(name)), middle(results.proofs(name))
    first = [inf if run.first is None else run.first for run in runs]
    compared = (_time(reached), _times(ratios[0]), _time(prove), _times(ratios[1]))
    return (name, f"{sum(run.cost is not None for run in runs)} of {len(runs)}",
            _share(quantile(gaps, 0.5)), _share(quantile(gaps, 1)),
            _share(quantile([run.gap for run in runs], 0.5)), _seconds(quantile(first, 0.5)),
            *(compared if name in results.plain else [""] * 4),
            _seconds(quantile([run.cpu for run in runs], 0.5)),
            f"{max(run.record['rss_mb'] for run in runs)} MB")  # fmt: skip


def _lost(results: Results) -> str:
    rows = [
        (us.instance, them.solver, why, _share(us.gap), _seconds(us.cpu),
         _time(reach(us, them)) if us.answered else "", _dearer(us, them),
         _share(them.gap), _seconds(them.cpu))
        for us, them, why in results.lost()
    ]  # fmt: skip
    if not rows:
        return "**Where we lose**: nowhere in this set."
    head = ("instance", "peer", "in what", "our gap", "our CPU", "its CPU to our gap",
            "its award, ours = 0", "its own gap", "its CPU")  # fmt: skip
    return "**Where we lose**\n\n" + _table(head, rows)


def _appendix(results: Results) -> str:
    rows = [_row(results, run) for run in sorted(_runs(results), key=_place)]
    head = ("instance", "solver", "state", "cost", "ours = 0", "its gap", "first", "to our gap",
            "to prove it", "CPU", "build", "wall", "MB", "verify", "cap")  # fmt: skip
    return f"### {results.group.name}\n\n" + _table(head, rows)


def _row(results: Results, run: Run) -> tuple[str, ...]:
    us, record = results.ours.get(run.instance), run.record
    versus = us if us and us.answered and run.solver != OURS else None
    audit = record.get("verify")
    return (run.instance, run.solver, f"{run.state} {_wrong(run)}".strip(),
            "" if run.cost is None else str(run.cost), _dearer(us, run) if us else "",
            _share(run.gap), "" if run.first is None else _seconds(run.first),
            _time(reach(versus, run)) if versus else "",
            _time(run.prove(versus.gap)) if versus else "", _seconds(run.cpu),
            _seconds(record["build"] or 0), _seconds(record["wall"]), str(record["rss_mb"]),
            _seconds(audit["cpu"]) if audit else "", f"{record['cap']:g}")  # fmt: skip


def _place(run: Run) -> tuple[bool, str, int, str]:
    kind, _, last = run.instance.rpartition("-")
    number = int("".join(c for c in last if c.isdigit()) or 0)
    return (run.solver != OURS, kind, number, run.solver)


def _wrong(run: Run) -> str:
    """What a reader should know of a run beside its state."""
    record, audit = run.record, run.record.get("verify", {})
    said = [gap for _, _, gap in record["stages"] if gap is not None]
    if audit.get("exit"):
        return f"**{audit['said']}**"
    if run.cost is None and record["broken"]:
        return f"({len(record['broken'])} rules broken)"
    return f"(unpublished: {_share(said[-1])})" if run.cost is None and said else ""


def _dearer(us: Run, them: Run) -> str:
    if us.cost is None or them.cost is None or us is them:
        return ""
    return f"{100 * (them.cost - us.cost) / max(1, abs(us.cost)):+.4f} %"


def _counted(words: Iterable[str]) -> list[tuple[str, int]]:
    kept = list(words)
    return [(word, kept.count(word)) for word in sorted(set(kept))]


def _share(value: float) -> str:
    return f"{100 * value:.4f} %" if isfinite(value) else "none"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if isfinite(value) else "none"


def _time(value: Time | None) -> str:
    return "" if value is None else f"{'> ' * value.over}{value.amount:.2f} s"


def _times(value: Time | None) -> str:
    return "" if value is None else f"{'> ' * value.over}{value.amount:.1f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
