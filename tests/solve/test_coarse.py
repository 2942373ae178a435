"""Large rounds with rules: split by winners and rungs only, and never claiming too much."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from bench.rounds import ruled
from tests.solve.random_rounds import optimum, random_round
from tuanti.rules.award import verify
from tuanti.rules.award.document import document
from tuanti.rules.award.problem import Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical, check
from tuanti.solve import award
from tuanti.solve.award import Outcome, solve


def verified(problem: Problem, outcome: Outcome, folder: Path) -> bool:
    file = folder / "award.json"
    file.write_text(json.dumps(document(problem, outcome.award, outcome.certificate)), "utf-8")
    return verify.main([str(file)]) == 0


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_a_coarse_tree_proves_nothing_above_the_optimum(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(award, "_SMALL", 0)
    for seed in range(first, first + 20):
        data = random_round(seed)
        if check(data):
            continue
        problem = read(canonical(data))
        if not problem.rows and not problem.packages:
            continue
        least, outcome = optimum(problem), solve(problem, gap=Fraction(0))
        if outcome.award is not None:
            found = evaluate(problem, outcome.award)
            assert least is not None
            assert (found.broken, found.cost >= least) == ((), True)
            assert int(outcome.certificate["bound"]) <= least
            assert verified(problem, outcome, tmp_path)
        elif outcome.state == "infeasible":
            assert least is None
            assert verified(problem, outcome, tmp_path)


def test_a_city_with_every_rule_is_awarded_within_a_thousandth(tmp_path: Path) -> None:
    problem = read(canonical(ruled(400, 12, 4, 1)))
    outcome = solve(problem)
    assert outcome.award is not None
    cost, bound = evaluate(problem, outcome.award).cost, int(outcome.certificate["bound"])
    assert cost - bound <= cost // 1000
    assert verified(problem, outcome, tmp_path)
