"""Award files to be doubted: one computed by hand, many of random rounds, and their truth."""

import contextlib
import io
import json
import random
import types
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from bench.rounds import add_lot, book, frame, supplier, tier
from tests.rules.verify_chance import random_certificate
from tests.solve.random_rounds import awards, optimum, random_round
from tuanti.rules.award import verify
from tuanti.rules.award.document import document
from tuanti.rules.award.problem import Award, Problem, evaluate
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


LEAF = {"prices": 0}
FIVE, FOUR, SOME = ("lifts", "s000", 5), ("lifts", "s000", 4), ("winner", "s000")
FIRST = (("tier", "s000", 0), True)
NEVER = float("inf")
BUILT = [  # of tiny(): u, m of s000's tiers, m of s001, facts, what the leaf is worth
    # At 210 and 300 a lot s000 gains 10 on lot a in tier 0, 30 and 30 in tier 1; s001 20 and 15.
    ([210, 300], [0, 0], 0, [], 510 - 60 - 35),
    ([210, 300], [0, 0], 0, [(FIVE, True)], 510 - 60 - 35),
    ([210, 300], [0, 0], 0, [(FIVE, False)], 510 - 10 - 35),  # tier 1 is out
    ([210, 300], [0, 5], 0, [(FIVE, True)], 510 - 35 - 25 - 35),  # 5 a lift, for 5 lifts refunded
    ([210, 300], [0, -5], 0, [(FIVE, True)], 510 - 85 + 25 - 35),
    # At nothing a lot nothing pays; -10 a lift asks 10 for the fewest lifts, 10 refunds the most.
    ([0, 0], [-10, 0], 0, [(("lifts", "s000", 2), True)], 0),  # tier 1 asks nothing
    ([0, 0], [-10, 0], 0, [(SOME, True), FIRST], 10),
    ([0, 0], [-10, 0], 0, [(("lifts", "s000", 2), True), FIRST], 20),
    ([0, 0], [-10, 0], 0, [(FOUR, True), FIRST], 40),
    ([0, 0], [10, 0], 0, [(SOME, True)], -40),
    ([0, 0], [10, 0], 0, [(("lifts", "s000", 3), False)], -20),
    # At most n leaves the supplier free to win nothing; at least n does not.
    ([0, 0], [0, 0], 0, [(("lifts", "s000", 1), False)], 0),
    ([0, 0], [0, 0], 0, [(("lifts", "s000", 1), False), (SOME, True)], NEVER),
    ([0, 0], [0, 0], 0, [(SOME, False), (FOUR, True)], NEVER),
    ([0, 0], [0, 0], 0, [(FOUR, True), (FOUR, False)], NEVER),
    ([0, 0], [0, 0], 0, [(("lifts", "s001", 4), True)], NEVER),
    # Facts add up: both lots are to be taken, or neither may be.
    ([0, 0], [0, 0], 0, [(("unit", "s000", 0), True), (("unit", "s000", 1), True)], 180 + 270),
    ([210, 300], [0, 0], 0, [(("unit", "s000", 0), False), (("unit", "s000", 1), False)], 510 - 35),
    # A table counts whole lots: both are five lifts, which is tier 1; s001 may win only one.
    ([210, 300], [None, None], None, [], 510 - 60 - 20),
    ([210, 300], [None, None], None, [FIRST], 510 - 10 - 20),
    ([210, 300], [None, None], None, [(("lifts", "s000", 3), True), FIRST], 510 - 0 - 20),
    ([210, 300], [None, None], None, [(("lifts", "s000", 3), False), FIRST], 510 - 10 - 20),
    ([210, 300], [None, None], None, [(("unit", "s001", 1), True)], 510 - 10 - 15),
    ([210, 300], [None, None], None, [(("unit", "s001", 0), False)], 510 - 60 - 15),
    ([0, 0], [None, 0], None, [(("unit", "s000", 1), True), FIRST], 300),
    ([0, 0], [None, 0], 0, [(SOME, True), FIRST], 200),
    ([0, 0], [None, 0], 0, [(FOUR, True), FIRST], NEVER),  # no lots are four lifts
]


def worth(program: types.ModuleType, u: Json, m: Json, other: Json, path: Json) -> Json:
    """What a leaf of the hand-computed round is worth at these prices."""
    prices = {"u": u, "m": {"s000": m, "s001": [other]}, "q": []}
    bound = program.Bound(program.Facts(tiny()["round"]), {"scale": 1, "prices": [prices]})
    return bound.least(LEAF, tuple(path))


def changed(data: Json, path: tuple[Any, ...], value: object) -> Json:
    *way, last = path
    at = data
    for step in way:
        at = at[step]
    at[last] = value
    return data


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


@cache
def problems() -> list[tuple[Problem, int | None]]:
    every = [canonical(data) for seed in range(150) if not check(data := random_round(seed))]
    return [(problem, optimum(problem)) for problem in map(read, every)]


def is_sound(program: types.ModuleType, r: random.Random, tries: int) -> bool:
    """Blind certificates never prove too much, and lawful is what the rules say."""
    if any(worth(program, *given) != value for *given, value in BUILT):
        return False
    return all(_is_sound(program, r, problem, least, tries) for problem, least in problems())


def _is_sound(
    program: types.ModuleType, r: random.Random, problem: Problem, least: int | None, tries: int
) -> bool:
    facts = program.Facts(dict(problem.round))
    for _ in range(tries):
        certificate = random_certificate(r, facts)
        with contextlib.suppress(ValueError):
            bound = program.Bound(facts, certificate).least(certificate["tree"])
            if least is not None and bound > least:
                return False
    every = list(awards(problem))
    packed = [award for award in every if len(award.packages) > 1]
    some = r.sample(every, min(8, len(every))) + r.sample(packed, min(40, len(packed)))
    return all(_counts_right(program, facts, problem, award) for award in some)


def _counts_right(program: types.ModuleType, facts: Json, problem: Problem, award: Award) -> bool:
    found = evaluate(problem, award)
    won = zip(problem.units, award.winners, strict=True)
    parcels = {p: problem.suppliers[s]["id"] for unit, s in won for p in unit.parcels}
    packages = [problem.packages[p].id for p in award.packages]
    try:
        cost = program.check_award(facts, {"parcels": parcels, "packages": packages})
    except ValueError:
        cost = None
    return bool(cost == (None if found.broken else found.cost))
