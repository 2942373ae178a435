"""HiGHS, with the few settings that keep its answers repeatable: one thread, limits in steps.

HiGHS only suggests. Whatever it says of optimality or infeasibility is never believed.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from tuanti.solve.model import Bools, Floats, Ints


@dataclass(frozen=True)
class Columns:
    """min cost*x, low <= A x <= high, 0 <= x <= 1; A as (rows, columns, values) triples."""

    cost: Floats
    rows: Ints
    columns: Ints
    values: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Solution:
    """HiGHS' answer: x, the value, and (LP only) row duals."""

    x: Floats
    value: float
    duals: Floats


def lp_of(c: Columns, scale: float) -> highspy.HighsLp:
    """The HiGHS form of ``c``, costs divided by ``scale``."""
    order = np.lexsort((c.rows, c.columns))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(c.cost), len(c.low)
    lp.col_cost_ = c.cost / scale
    lp.col_lower_, lp.col_upper_ = np.zeros(len(c.cost)), np.ones(len(c.cost))
    lp.row_lower_, lp.row_upper_ = c.low, c.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(c.columns[order], np.arange(len(c.cost) + 1))
    lp.a_matrix_.index_ = c.rows[order]
    lp.a_matrix_.value_ = c.values[order]
    return lp


def quiet(options: dict[str, float | int | str] | None = None) -> highspy.Highs:
    """A silent, single-threaded HiGHS."""
    h = highspy.Highs()
    for name, value in {"output_flag": False, "threads": 1, **(options or {})}.items():
        h.setOptionValue(name, value)
    return h


def solve(
    c: Columns, *, whole: Bools | None = None, nodes: int = 200, target: float = -np.inf,
    start: Floats | None = None, most: float = np.inf,
) -> Solution | None:  # fmt: skip
    """The best x found; None if none was, or a program's least value is beyond ``most``.

    ``whole`` marks 0/1 columns; a search for them stops after ``nodes`` or at ``target``.
    """
    scale = max(1.0, float(np.abs(c.cost).max(initial=1.0)) / 1e4)
    h, lp = quiet({"mip_max_nodes": nodes, "mip_rel_gap": 0.0}), lp_of(c, scale)
    if most < np.inf:
        h.setOptionValue("objective_bound", most / scale)
    if whole is None:
        h.setOptionValue("presolve", "off")  # takes longer here than the simplex without it
    else:
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if w else kinds.kContinuous for w in whole]
        if target > -np.inf:
            h.setOptionValue("objective_target", target / scale)
    h.passModel(lp)
    if start is not None:
        guess = highspy.HighsSolution()
        guess.col_value = start
        h.setSolution(guess)
    h.run()
    info, found = h.getInfo(), h.getSolution()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    x, duals = np.array(found.col_value), np.array(found.row_dual) * scale
    return Solution(x, float(info.objective_function_value) * scale, duals)
