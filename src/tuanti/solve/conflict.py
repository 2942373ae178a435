"""Why no award can keep the rules: rules, and lots, that cannot go together, as few as found."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tuanti.rules.award.problem import Problem
from tuanti.rules.award.reading import read
from tuanti.solve.award import solve
from tuanti.solve.changed import DROPPABLE, Round, only_lots, without_rule

_ANY = Fraction(1)  # any award will do: the question is only whether there is one
_MOST, _MOST_OF_MANY = 60, 16  # questions asked: of a small round, of a large one
_MANY = 200  # lots
# Rules that only limit: lots that cannot keep them alone cannot in a larger round either.
_LIMITS = frozenset({"capacity", "ceilings", "pairs", "winners_max", "lots_max",
                     "lots_max_district", "suppliers_max"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules of which none can be left out of the conflict, and lots among which it arises.

    ``rules`` is empty if there is no award even without any rule that can be dropped; ``lots`` is
    empty if no part of the round shows it.
    """

    rules: tuple[str, ...]
    lots: tuple[str, ...]


def conflict(problem: Problem) -> Conflict:
    """Find a conflict by leaving out what is not needed for it, one thing at a time."""
    asked = _Asked(_MOST if len(problem.lots) <= _MANY else _MOST_OF_MANY)
    data: dict[str, Any] = dict(problem.round)
    needed: list[str] = []
    for rule in _in_force(data):
        less = without_rule(data, rule)
        if asked.impossible(less):
            data = less
        else:
            needed.append(rule)
    if not set(needed) <= _LIMITS or _has_least_order(data):
        return Conflict(tuple(needed), ())
    return Conflict(tuple(needed), tuple(_lots(data, asked)))


class _Asked:
    """Counts the questions; unasked ones are answered "possible", which keeps more."""

    def __init__(self, most: int) -> None:
        self.left = most

    def impossible(self, data: Round) -> bool:
        self.left -= 1
        return self.left >= 0 and solve(read(data), gap=_ANY).state == "infeasible"


def _in_force(data: Round) -> list[str]:
    rules = [rule for rule in DROPPABLE if data["rules"][rule]]
    tops = [row["ceiling_fen"] for name in ("lots", "bill") for row in data[name]]
    if any(top is not None for top in tops):
        rules.append("ceilings")
    if data["pairs"]:
        rules.append("pairs")
    if any(lot["suppliers_max"] > 1 for lot in data["lots"]):
        rules.append("suppliers_max")
    return [*rules, "capacity"]


def _has_least_order(data: Round) -> bool:
    first: dict[str, int] = {}
    for tier in data["tiers"]:
        first.setdefault(tier["supplier"], tier["from_lifts"])
    return any(start > 1 for start in first.values())


def _lots(data: Round, asked: _Asked) -> Sequence[str]:
    """Leave out lots, halves first, while the rest still cannot be awarded."""
    kept, size = [str(lot["id"]) for lot in data["lots"]], len(data["lots"]) // 2
    whole = len(kept)
    while size:
        at = 0
        while at < len(kept):
            rest = kept[:at] + kept[at + size :]
            if rest and asked.impossible(only_lots(data, rest)):
                kept = rest
            else:
                at += size
        size //= 2
    return kept if len(kept) < whole else ()
