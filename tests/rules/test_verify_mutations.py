"""Whatever is changed in an award file, the verifier says nothing better than true."""

import contextlib
import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rules.verify_cast import Json, files, said
from tests.solve.random_rounds import optimum
from tuanti.rules.award import verify
from tuanti.rules.award.document import award_of
from tuanti.rules.award.problem import evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical, check


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
    units = [unit["parcels"] for unit in facts.at["*"]]
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
