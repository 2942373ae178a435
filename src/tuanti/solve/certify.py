"""From floating-point prices to a certificate of whole numbers, and its exact worth.

The exact worth is counted by the verifier's own code, so what is claimed here is what anyone finds.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tuanti.rules.award import verify
from tuanti.rules.award.problem import Problem
from tuanti.solve.dual import Prices
from tuanti.solve.model import NO_BID, Floats, Ints, Model

_COSTLESS = 2**40  # prices that prove emptiness are of the size of 1
_NEVER = 2**200  # beyond what any award can cost in 1/scale fen
Path = tuple[tuple[tuple[str | int, ...], bool], ...]


@dataclass
class Certificate:
    """Price vectors and the tree of leaves that use them, as ``verify`` reads them."""

    model: Model
    scale: int
    prices: list[dict[str, Any]] = field(default_factory=list)
    leaves: dict[Path, tuple[int, bool]] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    held: list[Prices] = field(default_factory=list)

    def leaf(self, path: Path, p: Prices, *, empty: bool = False) -> None:
        """Close the leaf at ``path`` with these prices; ``empty`` claims it holds no award."""
        if id(p) not in self.kept:
            self.kept[id(p)] = len(self.prices)
            self.held.append(p)
            self.prices.append(whole(self.model, p, _COSTLESS if empty else self.scale))
        self.leaves[path] = (self.kept[id(p)], empty)

    def document(self) -> dict[str, Any]:
        """The certificate without its stated bound."""
        return {"scale": self.scale, "prices": self.prices, "tree": _tree(self.leaves)}


def whole(model: Model, p: Prices, scale: int) -> dict[str, Any]:
    """Prices in whole 1/scale fen, in the problem's order and with its names."""
    problem = model.problem
    u = _unit_prices(model, p, scale)
    m: dict[str, list[int | None]] = {
        str(firm["id"]): [0] * len(problem.tiers[s]) for s, firm in enumerate(problem.suppliers)
    }
    for r, (rung, price) in enumerate(zip(model.rungs, p.m, strict=True)):
        by_table = p.tables is not None and p.tables[r]
        m[model.names[rung.s]][rung.k] = None if by_table else round(float(price) * scale)
    rules = [round(float(price) * scale) for price in p.q]
    return {
        "u": u,
        "m": m,
        "q": [[*row[:4], q] for row, q in zip(problem.rows, rules, strict=True) if q > 0],
    }


def _unit_prices(model: Model, p: Prices, scale: int) -> list[int]:
    """In the problem's order; the same a lift, and so whole, for all units of a kind."""
    crowd, found = model.crowd, [0] * len(model.problem.units)
    if crowd is None:
        for i, price in zip(model.units.tolist(), p.u.tolist(), strict=True):
            found[i] = round(price * scale)
        return found
    lift = [round(price * scale) for price in (p.u / model.d).tolist()]
    for i, d, kind in zip(*(x.tolist() for x in (crowd.units, crowd.d, crowd.kind)), strict=True):
        found[i] = d * lift[kind]
    return found


def _tree(leaves: dict[Path, tuple[int, bool]]) -> dict[str, Any]:
    """The leaves hung on their branches; deep trees need no deep stack."""
    top: dict[str, Any] = {}
    for path, (prices, empty) in leaves.items():
        node = top
        for fact, yes in path:
            node["fact"] = list(fact)
            node = node.setdefault("yes" if yes else "no", {})
        node.update({"prices": prices, "infeasible": True} if empty else {"prices": prices})
    return top


def plain_worth(model: Model, certificate: dict[str, Any]) -> int | None:
    """The same by numpy, for rounds without rules and packages split by winners and tiers only.

    None where it does not apply (other facts, tables, empty leaves, numbers too large to be exact).
    """
    scale, least = certificate["scale"], None
    given = (np.abs(np.array(p["u"], dtype=np.float64)) for p in certificate["prices"])
    largest = max(float(model.gathered(u).max()) for u in given)
    dearest = np.where(model.cost < 0.5 * NO_BID, np.abs(model.cost), 0.0).max(initial=0.0)
    tables = any(
        price is None for p in certificate["prices"] for m in p["m"].values() for price in m
    )
    if model.rules or model.bundles or tables or largest > 2**62 or dearest > 2**53:
        return None
    worths = [_rung_worths(model, p, scale) for p in certificate["prices"]]
    stack: list[tuple[dict[str, Any], tuple[tuple[list[Any], bool], ...]]] = [
        (certificate["tree"], ())
    ]
    while stack:
        node, path = stack.pop()
        if "fact" in node:
            stack += [
                (node[side], (*path, (node["fact"], side == "yes"))) for side in ("no", "yes")
            ]
            continue
        if "infeasible" in node or any(fact[0] not in ("winner", "tier") for fact, _ in path):
            return None
        value = sum(certificate["prices"][node["prices"]]["u"])
        value += _leaf_worth(model, worths[node["prices"]], path)
        least = value if least is None else min(least, value)
    return None if least is None or least >= _NEVER else -(-least // scale)


def _rung_worths(model: Model, prices: dict[str, Any], scale: int) -> list[int]:
    """What each rung is worth at these prices, in whole 1/scale fen."""
    u = model.gathered(np.array(prices["u"], dtype=np.int64))
    found = []
    for r, rung in enumerate(model.rungs):
        bids, m = model.bids[rung.s], int(prices["m"][model.names[rung.s]][rung.k])
        takes = _taken(model.cost[r, bids], model.d[bids], u[bids], m, scale)
        found.append(scale * rung.fixed + takes - m * (rung.high if m > 0 else rung.low))
    return found


def _taken(cost: Floats, d: Ints, u: Ints, m: int, scale: int) -> int:
    """The sum of what pays; in Python's own numbers where 64 bits might not hold it."""
    if not len(cost):
        return 0
    largest = scale * int(np.abs(cost).max()) + abs(m) * int(d.max()) + int(np.abs(u).max())
    whole: list[npt.NDArray[Any]] = [x.astype(np.int64) for x in (cost, d, u)]
    if largest * len(cost) >= 2**62:
        whole = [x.astype(np.object_) for x in whole]
    return int(np.minimum(scale * whole[0] + m * whole[1] - whole[2], 0).sum())


def _leaf_worth(model: Model, worths: list[int], path: tuple[tuple[list[Any], bool], ...]) -> int:
    """The suppliers' part of a leaf's bound; a leaf where nobody can answer is beyond any cost."""
    total = 0
    for s, mine in enumerate(model.rungs_of):
        facts = [(fact, yes) for fact, yes in path if fact[1] == model.names[s]]
        open_ = set(mine)
        for fact, yes in facts:
            if fact[0] == "tier":
                open_ = {r for r in open_ if (model.rungs[r].k == fact[2]) is yes}
        used = any(yes for _, yes in facts)
        if any(fact[0] == "winner" and not yes for fact, yes in facts):
            total += _NEVER if used else 0
            continue
        best = min((worths[r] for r in open_), default=_NEVER)
        total += best if used else min(0, best)
    return total


def worth(facts: verify.Facts, certificate: dict[str, Any]) -> float:
    """The exact lower bound of a certificate: a whole number, or infinite if all is empty."""
    bound = verify.Bound(facts, certificate)
    least = bound.least(certificate["tree"])
    return least if least == np.inf else -(-least // bound.scale)


def scale_for(problem: Problem) -> int:
    """A scale at which rounding every price to whole 1/scale fen loses less than a third of a fen.

    A unit price is off by half a step at most; a price per lift, near its best, by half a step for
    the lifts of one unit.
    """
    largest = max(unit.lifts for unit in problem.units)
    steps = len(problem.units) + largest * (len(problem.suppliers) + len(problem.rows))
    return int(2 ** int(np.ceil(np.log2(2 * steps))))
