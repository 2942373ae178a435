"""SCIP on the plain program, handed over as a file: one thread, its own defaults otherwise."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from pyscipopt import SCIP_EVENTTYPE, Model

from bench.form import Form, build
from bench.highs import load
from bench.meter import Job, Meter
from tuanti.rules.award.problem import Problem


def run(problem: Problem, job: Job, meter: Meter) -> None:
    """Solve ``problem`` to a hundredth of the gap asked, or until the meter says stop."""
    form = build(problem, strong=job.strong)
    model = _read(form)
    for name, value in {"limits/gap": job.ask, "limits/absgap": 0.5 / form.scale,
                        "timing/clocktype": 1, "limits/time": job.cap}.items():  # fmt: skip
        model.setParam(name, value)
    _listen(model, form, meter)
    meter.begin(grace=job.cap / 10 + 30)
    model.optimize()
    if model.getNSols():
        meter.award(*_award(model, form))
    meter.bound(model.getDualbound() * form.scale)
    said = str(model.getStatus())
    names = {"optimal": "proven", "gaplimit": "proven", "infeasible": "infeasible"}
    meter.end(names.get(said, "limit"), said=said)


def _read(form: Form) -> Model:
    """SCIP reads what HiGHS writes, a hundred times as fast as Python could tell it."""
    model = Model()
    model.hideOutput()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "award.mps"
        load(form).writeModel(str(path))
        model.readProblem(str(path))
    return model


def _award(model: Model, form: Form) -> tuple[list[int], list[int]]:
    best = model.getBestSol()
    z = np.zeros(len(form.cost))
    for variable in model.getVars():
        z[int(variable.name[1:])] = model.getSolVal(best, variable)  # c0, c1 ..
    return form.award(z)


def _listen(model: Model, form: Form, meter: Meter) -> None:
    def improved(_: object, __: object) -> None:
        with meter.aside():
            award = _award(model, form)
        meter.award(*award)
        heard(model, None)

    def heard(_: object, __: Any) -> None:  # noqa: ANN401 (carries no types)
        meter.bound(model.getDualbound() * form.scale)
        if meter.over:
            model.interruptSolve()

    model.attachEventHandlerCallback(improved, [SCIP_EVENTTYPE.BESTSOLFOUND], name="improved")
    events = [SCIP_EVENTTYPE.NODESOLVED, SCIP_EVENTTYPE.LPSOLVED, SCIP_EVENTTYPE.PRESOLVEROUND]
    model.attachEventHandlerCallback(heard, events, name="heard")
