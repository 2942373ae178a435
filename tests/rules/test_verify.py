"""The verifier believes nothing: hand-computed truth, every fraud refused, and it stands alone."""

import ast
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rules.verify_cast import SOURCE, changed, said, tiny
from tuanti.rules.award import verify


def test_a_round_computed_by_hand() -> None:
    assert verify.report(tiny()) == [
        "every rule is kept; 1 suppliers, 5 lifts",
        "the award, exactly: 450 fen",
        "no lawful award can be better than: 450 fen",
        "so it is the best there is",
    ]


def test_a_poorer_bound_leaves_a_gap() -> None:
    data = tiny()
    data["certificate"]["prices"][0]["u"][0] = 171
    data["certificate"]["bound"] = "441"
    assert verify.report(data)[3] == "so it is the best to within: 2.000000 %"


FRAUDS: list[tuple[tuple[Any, ...], object]] = [
    (("format",), "tuanti-award/2"),
    (("award", "cost"), "449"),
    (("award", "cost"), 450),
    (("award", "parcels"), {"a": "s000"}),
    (("award", "parcels", "b"), "s001"),
    (("award", "parcels", "b"), "nobody"),
    (("award", "packages"), ["k"]),
    (("award", "reserves", "a"), None),
    (("award", "reserves"), {"a": "s001", "b": "s001", "c": "s001"}),
    (("award", "best"), "yes"),
    (("award",), None),
    (("certificate", "bound"), "451"),
    (("certificate", "bound"), 450),
    (("certificate", "scale"), 0),
    (("certificate", "scale"), -1),
    (("certificate", "scale"), True),
    (("certificate", "prices", 0, "u"), [179, 270]),
    (("certificate", "prices", 0, "u"), [180]),
    (("certificate", "prices", 0, "u"), [180, 270, 0]),
    (("certificate", "prices", 0, "u"), [180.0, 270]),
    (("certificate", "prices", 0, "u"), [10**400, 270]),
    (("certificate", "prices", 0, "m", "s001"), []),
    (("certificate", "prices", 0, "m", "s001"), [0, 0]),
    (("certificate", "prices", 0, "m", "s001"), [False]),
    (("certificate", "prices", 0, "m", "s001"), [""]),
    (("certificate", "prices", 0, "q"), [["lot", "*", "lot a", -1, -5]]),
    (("certificate", "prices", 0, "q"), [["lot", "*", "lot z", -1, 5]]),
    (("certificate", "tree"), {"prices": 0, "infeasible": True}),
    (("certificate", "tree"), {"fact": ["winner", "s000"], "yes": {"prices": 0}}),
    (
        ("certificate", "tree"),
        {"fact": ["moon", "s000"], "yes": {"prices": 0}, "no": {"prices": 0}},
    ),
    (("round", "rules", "maintenance_years"), 10**9),
    (("round", "rules", "winners_min"), 2),
    (("round", "bill", 0, "lifts"), True),
    (("round", "bill", 0, "lifts"), 0),
    (("round", "bill", 0, "parcel"), "c"),
    (("round", "books", 0, "supplier"), "nobody"),
    (("round", "bill", 0, "lifts"), 10**4000),
    (("round", "bill", 0, "lifts"), "HUGE"),
    (("round", "bill", 0, "lifts"), 2.5),
    (("round", "suppliers", 1, "id"), "s000"),
    (("round", "suppliers", 1, "id"), "*"),
    (("round", "lots", 0, "id"), "\ud800"),
    (("round", "lots"), {}),
    (("round",), []),
]


@pytest.mark.parametrize(("path", "value"), FRAUDS, ids=[str(n) for n in range(len(FRAUDS))])
def test_a_fraud_is_refused_in_one_line(
    path: tuple[Any, ...], value: object, tmp_path: Path
) -> None:
    text = json.dumps(changed(tiny(), path, value)).replace('"HUGE"', "7" * 5000)
    code, printed = said(verify, text, tmp_path)
    assert code == 1
    assert printed.splitlines()[-1].startswith("WRONG: ")
    assert printed.count("WRONG") == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "null",
        "{",
        "[" * 100_000,
        '{"a":1,"a":1}',
        '{"format":"tuanti-award/1"}',
        "\ud800",
    ],
    ids=lambda text: str(len(text)),
)
def test_what_is_no_award_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    code, printed = said(verify, text, tmp_path)
    assert (code, printed.count("\n")) == (1, 1)


def test_a_deep_tree_is_refused_in_one_line(tmp_path: Path) -> None:
    leaf = '{"prices":0}'
    tree = '{"fact":["winner","s000"],"no":' * 900 + leaf + f',"yes":{leaf}}}' * 900
    data = tiny()
    data["certificate"]["tree"] = "TREE"
    code, printed = said(verify, json.dumps(data).replace('"TREE"', tree), tmp_path)
    assert code == 1 or "no lawful award can be better than: 450" in printed


def test_that_no_award_is_possible_is_proven_without_costs() -> None:
    """One winner may build 4 lifts at most, and there are 5.

    At 1 a lift, free of cost, each lot just pays. To be used costs 4, of which s000 gets back 1 a
    lift, so 4, and s001 3: neither gains. The rule refunds one winner's 4 of the 5 paid for lots.
    """
    data = changed(tiny(), ("round", "rules", "winners_max"), 1)
    data["round"]["suppliers"][0]["capacity_lifts"] = 4
    prices: dict[str, Any] = {"u": [2, 3], "m": {"s000": [1, 0], "s001": [1]}}
    prices["q"] = [["used", "*", "*", -1, 4]]
    tree = {"prices": 0, "infeasible": True}
    data["certificate"] = {"scale": 1, "prices": [prices], "tree": tree, "bound": None}
    data["award"] = None
    assert verify.report(data) == ["no award can keep every rule of this round: proven"]
    prices["u"] = [2, 2]
    with pytest.raises(ValueError, match="not proven so"):
        verify.report(data)
    data["certificate"]["tree"] = {"prices": 0}
    with pytest.raises(ValueError, match="not proven that no award"):
        verify.report(data)


def test_the_program_ends_with_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["verify.py", str(tmp_path / "nothing.json")])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SOURCE), run_name="__main__")
    assert ended.value.code == 1


@pytest.mark.written
def test_it_runs_alone_and_expects(tmp_path: Path) -> None:
    file = tmp_path / "award.json"
    file.write_text(json.dumps(tiny()), "utf-8")

    def run(*options: str) -> tuple[int, list[str]]:
        command = [sys.executable, "-I", str(SOURCE), str(file), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert not done.stderr
        return done.returncode, done.stdout.splitlines()

    code, lines = run()
    assert (code, lines[-1]) == (0, "so it is the best there is")
    digests = [line.split(": ")[1] for line in lines[:3]]
    assert digests == [verify.digest(tiny()[x]) for x in ("round", "award")] + [
        verify.digest(tiny())
    ]
    assert all(run("--expect", digest)[0] == 0 for digest in digests)
    assert run("--expect", "0" * 64)[0] == run("--expect")[0] == run("--expct", digests[0])[0] == 1
    file.write_text(json.dumps(changed(tiny(), ("round", "title"), "other")), "utf-8")
    assert run()[0] == 0
    assert run("--expect", digests[2])[0] == run("--expect", digests[0])[0] == 1


@pytest.mark.written
def test_it_imports_nothing_of_ours() -> None:
    names = set()
    for node in ast.walk(ast.parse(SOURCE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).split(".")[0])
    assert names <= sys.stdlib_module_names
