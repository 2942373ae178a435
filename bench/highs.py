"""HiGHS on the plain program: one thread, its own defaults otherwise."""

from typing import Any

import highspy
import numpy as np

from bench.form import Form, build
from bench.meter import Job, Meter
from tuanti.rules.award.problem import Problem


def run(problem: Problem, job: Job, meter: Meter) -> None:
    """Solve ``problem`` to a hundredth of the gap asked, or until the meter says stop."""
    form = build(problem, strong=job.strong)
    h = load(form)
    h.setOptionValue("mip_rel_gap", job.ask)
    h.setOptionValue("mip_abs_gap", 0.5 / form.scale)
    _listen(h, form, meter)
    meter.begin(grace=job.cap / 10 + 30)
    h.run()
    info = h.getInfo()
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        meter.award(*form.award(h.getSolution().col_value))
    meter.bound(info.mip_dual_bound * form.scale)
    status = h.getModelStatus()
    names = {highspy.HighsModelStatus.kOptimal: "proven",
             highspy.HighsModelStatus.kInfeasible: "infeasible"}  # fmt: skip
    meter.end(names.get(status, "limit"), said=h.modelStatusToString(status))


def load(form: Form) -> highspy.Highs:
    """A silent HiGHS that holds ``form``, its costs divided by ``form.scale``."""
    order = np.lexsort((form.rows, form.columns))
    lp, count = highspy.HighsLp(), len(form.cost)
    lp.num_col_, lp.num_row_ = count, len(form.low)
    lp.col_cost_ = form.cost / form.scale
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    lp.row_lower_, lp.row_upper_ = form.low, form.high
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(form.columns[order], np.arange(count + 1))
    lp.a_matrix_.index_ = form.rows[order]
    lp.a_matrix_.value_ = form.values[order].astype(np.float64)
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)  # noqa: FBT003 (its way to set any option)
    h.setOptionValue("threads", 1)
    h.passModel(lp)
    return h


def _listen(h: highspy.Highs, form: Form, meter: Meter) -> None:
    def improved(event: Any) -> None:  # noqa: ANN401 (its stubs do not name it)
        with meter.aside():
            award = form.award(event.data_out.mip_solution)
        meter.award(*award)

    def heard(event: Any) -> None:  # noqa: ANN401 (as above)
        meter.bound(event.data_out.mip_dual_bound * form.scale)
        event.interrupt(meter.over)

    h.cbMipImprovingSolution.subscribe(improved)
    h.cbMipLogging.subscribe(heard)
    h.cbMipInterrupt.subscribe(heard)
    for early in (h.cbSimplexInterrupt, h.cbIpmInterrupt):
        early.subscribe(lambda event: event.interrupt(meter.over))
