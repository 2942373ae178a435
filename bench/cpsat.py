"""CP-SAT on the plain program: one worker, in exact whole fen."""

from threading import Event, Thread

import numpy as np
from ortools.sat.python import cp_model

from bench.form import Form, build
from bench.meter import Job, Meter
from tuanti.rules.award.problem import Problem


def run(problem: Problem, job: Job, meter: Meter) -> None:
    """Solve ``problem`` to a hundredth of the gap asked, or until the meter says stop."""
    form = build(problem, strong=job.strong)
    model, solver = _model(form), cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2  # by far the better for these, with one worker
    solver.parameters.relative_gap_limit = job.ask
    solver.best_bound_callback = meter.bound
    watch, done = _Watch(form, meter), Event()
    guard = Thread(target=_guard, args=(solver, meter, done), daemon=True)
    meter.begin(grace=job.cap / 10 + 30)
    guard.start()
    status = solver.solve(model, watch)
    done.set()
    guard.join()
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        meter.award(*form.award(np.array(solver.response_proto.solution)))
        meter.bound(solver.best_objective_bound)
    names = {cp_model.OPTIMAL: "proven", cp_model.INFEASIBLE: "infeasible"}
    meter.end(names.get(status, "limit"), said=solver.status_name(status))


def _model(form: Form) -> cp_model.CpModel:
    model = cp_model.CpModel()
    z = [model.new_bool_var("") for _ in range(len(form.cost))]
    starts, columns, values = form.by_row()
    for at, (low, high) in enumerate(zip(form.low, form.high, strict=True)):
        part = slice(starts[at], starts[at + 1])
        mine, by = [z[j] for j in columns[part]], values[part].tolist()
        if low == high == 1 and set(by) == {1}:
            model.add_exactly_one(mine)
        elif high == 1 and set(by) == {1}:
            model.add_at_most_one(mine)
        elif high == 0 and by == [1, -1]:
            model.add_implication(mine[0], mine[1])
        else:
            least = cp_model.INT_MIN if np.isinf(low) else int(low)
            most = cp_model.INT_MAX if np.isinf(high) else int(high)
            model.add_linear_constraint(cp_model.LinearExpr.weighted_sum(mine, by), least, most)
    model.minimize(cp_model.LinearExpr.weighted_sum(z, form.cost.tolist()))
    return model


class _Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc] # carries no types
    def __init__(self, form: Form, meter: Meter) -> None:
        super().__init__()
        self._form, self._meter = form, meter

    def on_solution_callback(self) -> None:
        with self._meter.aside():
            award = self._form.award(np.array(self.response_proto.solution))
        self._meter.award(*award)
        if self._meter.over:
            self.stop_search()


def _guard(solver: cp_model.CpSolver, meter: Meter, done: Event) -> None:
    """CP-SAT knows wall clocks only: this one looks at CPU."""
    while not done.wait(0.2):
        if meter.over:
            solver.stop_search()
