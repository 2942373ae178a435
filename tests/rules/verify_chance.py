"""Certificates drawn blindly, and whether an award is on the side of the branches that it names."""

import random
from typing import Any

from tuanti.rules.award.problem import Award, Problem, tier_of

Json = Any
Path = tuple[tuple[tuple[Any, ...], bool], ...]


def random_certificate(r: random.Random, facts: Json) -> dict[str, Any]:
    """Prices and a tree drawn blindly: still a true bound."""
    prices = [random_prices(r, facts, tables=r.random() < 0.5) for _ in range(2)]
    return {"scale": 1, "prices": prices, "tree": random_tree(r, facts, 3)}


def random_prices(r: random.Random, facts: Json, *, tables: bool) -> dict[str, Any]:
    """Prices for all units, all tiers, some rules; with ``tables`` some tiers are without one."""

    def some(top: int) -> int:
        return r.choice([0, r.randint(0, top)])

    def lift() -> int | None:
        return None if tables and r.random() < 0.5 else r.choice([0, r.randint(-60, 60)])

    levels = {"lift", "used"} | (set() if tables else {"lot", "group"})
    q = [[*row, some(400)] for row in facts.rows if row[0] in levels and r.random() < 0.3]
    m = {s: [lift() for _ in ladder] for s, ladder in facts.tiers.items()}
    return {"u": [some(1500) for _ in facts.at["*"]], "m": m, "q": q}


def random_tree(r: random.Random, facts: Json, depth: int) -> dict[str, Any]:
    """Branches drawn blindly; one in some hundred is not lawful."""
    if not depth or r.random() < 0.3:
        return {"prices": r.randrange(2)}
    fact = random_fact(r, facts)
    if fact[0] == "unit" and r.random() < 0.1:
        fact = (*fact, (fact[2] + 1) % len(facts.at["*"]))
    sides = {side: random_tree(r, facts, depth - 1) for side in ("yes", "no")}
    return {"fact": list(fact), **sides}


def random_fact(r: random.Random, facts: Json) -> tuple[Any, ...]:
    """Something that is true of an award or not."""
    s, lifts = r.choice(sorted(facts.firms)), facts.size.total()
    kinds = [("winner", s), ("tier", s, r.randrange(3)), ("tier", s, 0, 2)]
    kinds += [("lifts", s, r.randint(1, lifts)), ("lifts", s, r.randint(1, lifts))]
    kinds += [("unit", s, r.randrange(len(facts.at["*"])))] * 3
    kinds += [("package", s, name) for name in sorted(facts.packs)] * 2
    return r.choice(kinds)


def keeps(problem: Problem, award: Award, path: Path) -> bool:
    """Whether every fact is true of the award, or false, as the path says."""
    return all(_holds(problem, award, *fact) is yes for fact, yes in path)


def _holds(problem: Problem, award: Award, kind: str, who: str, *what: Json) -> bool:
    s = [firm["id"] for firm in problem.suppliers].index(who)
    units = [i for i, winner in enumerate(award.winners) if winner == s]
    packed = {i for p in award.packages for i in problem.packages[p].units}
    lifts = sum(problem.units[i].lifts for i in units)
    mine = {problem.packages[p].id for p in award.packages if problem.packages[p].supplier == s}
    return {
        "winner": bool(units),
        "tier": tier_of(problem, s, lifts) in what,
        "lifts": kind == "lifts" and lifts >= what[0],
        "unit": bool({*what} & ({*units} - packed)),
        "package": bool({*what} & mine),
    }[kind]
