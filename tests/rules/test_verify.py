"""The verifier believes nothing: hand-computed truth, every fraud refused, and it stands alone."""

import ast
import contextlib
import copy
import io
import json
import random
import subprocess
import sys
import types
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.rounds import add_lot, book, frame, supplier, tier
from tests.solve.random_rounds import awards, optimum, random_round
from tuanti.rules.award import verify
from tuanti.rules.award.document import award_of, document
from tuanti.rules.award.problem import Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical, check
from tuanti.solve.award import solve

Json = Any
SOURCE = Path(str(verify.__file__))


def said(program: types.ModuleType, text: str, folder: Path, *options: str) -> tuple[int, str]:
    """Run the program on a file of this text: its exit code and what it printed."""
    (folder / "award.json").write_text(text, "utf-8", errors="surrogatepass")
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        code = program.main([str(folder / "award.json"), *options])
    return code, heard.getvalue()


def tiny() -> dict[str, Any]:
    """Two lots of 2 and 3 lifts. s000 asks 100 a lift, from 5 lifts 90; s001 asks 95 and builds 3.

    All to s000 costs 450; s001 on either lot makes 490 or 485. At 180 and 270 a lot nobody gains,
    so nothing is below 450.
    """
    data = frame("tiny", {})
    add_lot(data, "a", "d", "d", [("p", 2)])
    add_lot(data, "b", "d", "d", [("p", 3)])
    data["suppliers"] = [supplier(0, 5), supplier(1, 3)]
    data["books"] = [book("s000", "*", "p", 100), book("s001", "*", "p", 95)]
    data["tiers"] = [tier("s000", 1, 4), tier("s000", 5, 5, 1000), tier("s001", 1, 3)]
    prices = {"u": [180, 270], "m": {"s000": [0, 0], "s001": [0]}, "q": []}
    award = {"parcels": {"a": "s000", "b": "s000"}, "packages": [], "cost": "450"}
    return {
        "format": "tuanti-award/1",
        "round": canonical(data),
        "award": award | {"reserves": {"a": "s001", "b": "s001"}},
        "certificate": {"scale": 1, "prices": [prices], "tree": {"prices": 0}, "bound": "450"},
    }


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
    (("round", "bill", 0, "lifts"), 10**4000),
    (("round", "bill", 0, "lifts"), "HUGE"),
    (("round", "bill", 0, "lifts"), 2.5),
    (("round", "suppliers", 1, "id"), "s000"),
    (("round", "suppliers", 1, "id"), "*"),
    (("round", "lots", 0, "id"), "\ud800"),
    (("round", "lots"), {}),
    (("round",), []),
]


def changed(data: Json, path: tuple[Any, ...], value: object) -> Json:
    *way, last = path
    at = data
    for step in way:
        at = at[step]
    at[last] = value
    return data


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


def refuses_what_are_no_opposites(program: types.ModuleType) -> bool:
    """Not both lots or neither: between them lies an award that no leaf would cover."""
    data, side = tiny(), {"prices": 0}
    data["certificate"]["tree"] = {"fact": ["unit", "s000", 0, 1], "yes": side, "no": side}
    try:
        program.report(data)
    except ValueError:
        return True
    return False


def test_both_sides_of_a_branch_must_be_opposites() -> None:
    assert refuses_what_are_no_opposites(verify)


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


def test_it_imports_nothing_of_ours() -> None:
    names = set()
    for node in ast.walk(ast.parse(SOURCE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).split(".")[0])
    assert names <= sys.stdlib_module_names


# --- Mutations: whatever is changed, nothing better than true is ever said -----------------------


@cache
def files() -> list[tuple[dict[str, Any], int | None]]:
    """Awards of random rounds, as written, with the true optimum."""
    found = []
    for seed in range(90):
        data = random_round(seed)
        if not check(data):
            problem = read(canonical(data))
            outcome, least = solve(problem, gap=Fraction(0)), optimum(problem)
            if least is not None or seed % 6 == 0:
                paper = document(problem, outcome.award, outcome.certificate)
                found.append((json.loads(json.dumps(paper)), least))
    return found


def places(data: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    pairs = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for name, value in pairs:
        yield (*path, name)
        yield from places(value, (*path, name))


def mutate(r: random.Random, data: Json) -> str:
    """Change a copy in one to three places, at any depth, and write it."""
    new = copy.deepcopy(data)
    for _ in range(r.choice([1, 1, 2, 3])):
        part = r.choice(["round", "award", "certificate", "certificate"])
        if part not in new:
            continue
        every = [(part, *path) for path in places(new[part])] or [(part,)]
        path = r.choice(every)
        *way, last = path
        at = new
        for step in way:
            at = at[step]
        other: Any = new
        for step in r.choice(every):
            other = other[step]
        twist(r, at, last, other)
    return json.dumps(new)


def twist(r: random.Random, at: Json, last: Json, other: Json) -> None:
    """Change one value."""
    old, how = at[last], r.random()
    if how < 0.1:
        del at[last]
    elif how < 0.25:
        at[last] = copy.deepcopy(other)
    elif how < 0.3:
        at[last] = r.choice([None, True, False, "", 1.5, [], {}, -1, 10**30])
    elif isinstance(old, int):
        at[last] = r.choice(
            [old + 1, old - 1, -old, 0, old * 2, old // 2, old + r.randint(-999, 999)]
        )
    elif isinstance(old, str) and old.lstrip("-").isdigit():
        at[last] = str(int(old) + r.choice([-100, -1, 1, 100]))
    elif isinstance(old, str):
        at[last] = r.choice(["s0", "s1", "s2", "l0", "d0", "*", "cost", "fixed", old + "x"])
    elif isinstance(old, list):
        r.shuffle(old)
        at[last] = old + old[:1] if how > 0.7 else old
    elif isinstance(old, dict) and "yes" in old:
        at[last] = old[r.choice(["yes", "no"])] if how > 0.6 else old | {"no": old["yes"]}
    elif isinstance(old, dict) and len(old) > 1:
        one, two = r.sample(sorted(old), 2)
        old[one], old[two] = old[two], old[one]


def truth(data: dict[str, Any], was: dict[str, Any], least: int | None) -> int | None:
    """The optimum of the round in the file."""
    if data["round"] == was["round"]:
        return least
    if not check(data["round"]) and canonical(data["round"]) == data["round"]:
        return optimum(read(data["round"]))
    return least_by_check(verify.Facts(data["round"]))


def least_by_check(facts: verify.Facts) -> int | None:
    """For a round with faults: the least cost of what the verifier itself would let pass."""
    rules = dict.fromkeys(facts.firms)
    found: list[int] = []
    units = [unit["parcels"] for unit in facts.units]
    packages = list(facts.packs)
    ways: list[dict[str, str]] = [{}]
    for parcels in units:
        ways = [way | dict.fromkeys(parcels, s) for way in ways for s in rules]
    for way in ways:
        for bits in range(1 << len(packages)):
            taken = [x for n, x in enumerate(packages) if bits >> n & 1]
            with contextlib.suppress(ValueError):
                found.append(verify.check_award(facts, {"parcels": way, "packages": taken}))
    return min(found, default=None)


def says_nothing_better_than_true(r: random.Random, folder: Path) -> bool:
    """Mutate an award; returns whether it still passed."""
    was, least = r.choice(files())
    text = mutate(r, was)
    code, printed = said(verify, text, folder)
    if code:
        assert printed.splitlines()[-1].startswith("WRONG: ")
        return False
    data = json.loads(text)
    best = truth(data, was, least)
    if data["award"] is None:
        assert best is None
        return True
    assert best is not None
    sign = -1 if data["round"]["rules"]["objective"] == "points" else 1
    cost, bound = (sign * int(line.split(": ")[1].split()[0]) for line in printed.splitlines()[4:6])
    assert bound <= best <= cost == int(data["award"]["cost"])
    assert int(data["certificate"]["bound"]) <= best
    if not check(data["round"]) and canonical(data["round"]) == data["round"]:
        problem = read(data["round"])
        found = evaluate(problem, award_of(problem, data["award"]))
        assert (found.cost, found.broken) == (cost, ())
    return True


def test_mutated_awards_say_nothing_better_than_true(tmp_path: Path) -> None:
    r = random.Random(1)
    passed = [says_nothing_better_than_true(r, tmp_path) for _ in range(300)]
    assert 0 < sum(passed) < 150


@pytest.mark.torture
def test_ten_thousand_mutated_awards(tmp_path: Path) -> None:
    r = random.Random(2)
    for _ in range(10_000):
        says_nothing_better_than_true(r, tmp_path)


# --- Any prices and any tree bound from below; a broken verifier would be noticed ----------------


def random_certificate(r: random.Random, facts: Json) -> dict[str, Any]:
    """Prices and a tree drawn blindly: still a true bound."""

    def some(top: int) -> int:
        return r.choice([0, r.randint(0, top)])

    def tree(depth: int) -> dict[str, Any]:
        if not depth or r.random() < 0.3:
            return {"prices": r.randrange(2)}
        s = r.choice(sorted(facts.firms))
        packages = sorted(facts.packs)
        fact: list[Any] = r.choice([["winner", s], ["tier", s, r.randrange(3)]])
        if r.random() < 0.5:
            fact = ["unit", s, *r.sample(range(len(facts.units)), r.choice([1, 1, 1, 2]))]
        if packages and r.random() < 0.4:
            fact = ["package", s, r.choice(packages)]
        return {"fact": fact, "yes": tree(depth - 1), "no": tree(depth - 1)}

    def prices() -> dict[str, Any]:
        m = {s: [r.choice([0, r.randint(-60, 60)]) for _ in x] for s, x in facts.tiers.items()}
        q = [[*row, some(400)] for row in facts.rows if r.random() < 0.3]
        return {"u": [some(1500) for _ in facts.units], "m": m, "q": q}

    return {"scale": 1, "prices": [prices(), prices()], "tree": tree(3)}


@cache
def problems() -> list[tuple[Problem, int | None]]:
    every = [canonical(data) for seed in range(150) if not check(data := random_round(seed))]
    return [(problem, optimum(problem)) for problem in map(read, every)]


def is_sound(program: types.ModuleType, r: random.Random, tries: int) -> bool:
    """Blind certificates never prove too much, and lawful is what the rules say."""
    for problem, least in problems():
        facts = program.Facts(dict(problem.round))
        for _ in range(tries):
            certificate = random_certificate(r, facts)
            with contextlib.suppress(ValueError):
                bound = program.Bound(facts, certificate).least(certificate["tree"])
                if least is not None and bound > least:
                    return False
        every = list(awards(problem))
        packed = [award for award in every if len(award.packages) > 1]
        for award in [
            *r.sample(every, min(8, len(every))),
            *r.sample(packed, min(40, len(packed))),
        ]:
            found = evaluate(problem, award)
            won = zip(problem.units, award.winners, strict=True)
            parcels = {p: problem.suppliers[s]["id"] for unit, s in won for p in unit.parcels}
            packages = [problem.packages[p].id for p in award.packages]
            try:
                cost = program.check_award(facts, {"parcels": parcels, "packages": packages})
            except ValueError:
                cost = None
            if cost != (None if found.broken else found.cost):
                return False
    return True


def test_any_prices_and_any_tree_bound_from_below() -> None:
    assert is_sound(verify, random.Random(3), 5)


@pytest.mark.torture
def test_many_prices_and_trees_bound_from_below() -> None:
    assert is_sound(verify, random.Random(4), 300)


SABOTAGE = [
    ("least in facts.rows.items():", "least in list(facts.rows.items())[2:]:"),
    ("<= lifts <= high]", "<= lifts]"),
    ("sign * n for", "sign * n - 1 for"),
    ("(thing,) = what", "thing = what[0]"),
    ("min(0, 0, *worth)", "max(0, 0, *worth)"),
    ("(high if m > 0 else low)", "(low if m > 0 else high)"),
    (" or [min(v for v, _ in things)]", ""),
    ("{*packed}) == len(packed)", "{*packed}) >= 0"),
    ("+ 5000) // 10000", ") // 10000"),
    ("rivals - {thing} if other == s else rivals", "rivals"),
    ("len(mine) == len(lines)", "len(mine) >= 1"),
]


@pytest.mark.parametrize(("right", "wrong"), SABOTAGE, ids=[str(n) for n in range(len(SABOTAGE))])
def test_a_broken_verifier_would_be_noticed(right: str, wrong: str, tmp_path: Path) -> None:
    source = SOURCE.read_text("utf-8")
    assert source.count(right) == 1, "the verifier was rewritten: write the sabotage anew"
    broken = types.ModuleType("broken")
    exec(compile(source.replace(right, wrong), "broken", "exec"), broken.__dict__)  # noqa: S102 (our own source)
    try:
        right_so_far = refuses_what_are_no_opposites(broken) and is_sound(
            broken, random.Random(5), 5
        )
    except (TypeError, LookupError):
        return
    passed = all(said(broken, json.dumps(paper), tmp_path)[0] == 0 for paper, _ in files())
    assert not (right_so_far and passed)
