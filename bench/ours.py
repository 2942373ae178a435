"""This engine, as ``tuanti award`` uses it."""

from bench.meter import Job, Meter
from tuanti.rules.award.document import document
from tuanti.rules.award.problem import Problem
from tuanti.rules.award.verify import canonical
from tuanti.solve.award import solve


def run(problem: Problem, job: Job, meter: Meter) -> None:
    """Solve ``problem`` to the gap asked; what was found is published beside the meter's file."""
    meter.begin()
    outcome = solve(problem, gap=job.gap, progress=meter.stage)
    if outcome.award is not None:
        meter.award(outcome.award.winners, outcome.award.packages)
    if outcome.certificate.get("bound") is not None:
        meter.bound(int(outcome.certificate["bound"]))
    meter.end(outcome.state)
    if outcome.award is not None or outcome.state == "infeasible":
        paper = document(problem, outcome.award, outcome.certificate)
        (meter.folder / "award.json").write_text(canonical(paper), encoding="utf-8")
