"""A verifier with any of these lines broken would be noticed."""

import json
import random
import types
from pathlib import Path

import pytest

from tests.rules.verify_cast import SOURCE, changed, files, is_sound, said, tiny

pytestmark = pytest.mark.written

SABOTAGE = [
    ("least in facts.rows.items():", "least in list(facts.rows.items())[2:]:"),
    ("<= lifts <= high]", "<= lifts]"),
    ("sign * n for", "sign * n - 1 for"),
    ("(thing,) = what", "thing = what[0]"),
    ("[inf if used else 0]", "[inf]"),
    ("(high if m > 0 else low)", "(low if m > 0 else high)"),
    ("taken.get(y, v)", "taken.get(y, 0)"),
    ("{*packed}) == len(packed)", "{*packed}) >= 0"),
    ("+ 5000) // 10000", ") // 10000"),
    ("else rivals - {thing})", "else rivals)"),
    ("if s in p and (t is", "if s in p or (t is"),
    (
        "bids = {s: v + n * p[s][2] for s, v in able}",
        "bids |= {s: v + n * p[s][2] for s, v in able}",
    ),
    ("(k, max(a, n), b)", "(k, max(a, n + 1), b)"),
    ("(k, a, min(b, n - 1))", "(k, a, min(b, n - 2))"),
    ("best[low:], default=inf)\n\n", "best[low + 1 :], default=inf)\n\n"),
    ("more[: high + 1] if x in must", "more[: high + 1] if x"),
    ("s or (x[1] and", "s and (x[1] and"),
]


def refuses_what_are_no_opposites(program: types.ModuleType) -> bool:
    """Not both lots or neither: between them lies an award that no leaf would cover."""
    tree = {"fact": ["unit", "s000", 0, 1], "yes": {"prices": 0}, "no": {"prices": 0}}
    try:
        program.report(changed(tiny(), ("certificate", "tree"), tree))
    except ValueError:
        return True
    return False


def seems_right(program: types.ModuleType, folder: Path) -> bool:
    """Whether nothing that these tests try tells the program from the verifier."""
    try:
        sound = refuses_what_are_no_opposites(program) and is_sound(program, random.Random(5), 5)
    except (TypeError, LookupError):
        return False
    return sound and all(said(program, text, folder)[0] == 0 for text in texts())


def texts() -> list[str]:
    return [json.dumps(paper) for paper, _ in files()]


def test_the_verifier_seems_right(tmp_path: Path) -> None:
    assert seems_right(compiled(SOURCE.read_text("utf-8")), tmp_path)


@pytest.mark.parametrize(("right", "wrong"), SABOTAGE, ids=[str(n) for n in range(len(SABOTAGE))])
def test_a_broken_verifier_would_be_noticed(right: str, wrong: str, tmp_path: Path) -> None:
    source = SOURCE.read_text("utf-8")
    assert source.count(right) == 1, "the verifier was rewritten: write the sabotage anew"
    assert not seems_right(compiled(source.replace(right, wrong)), tmp_path)


def compiled(source: str) -> types.ModuleType:
    program = types.ModuleType("program")
    exec(compile(source, "program", "exec"), program.__dict__)  # noqa: S102 (our own source)
    return program
