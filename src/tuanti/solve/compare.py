"""What else the same bids could have cost: without ladders, and lot by lot as is practice."""

from dataclasses import dataclass
from fractions import Fraction

from tuanti.rules.award.problem import Award, Evaluation, Problem, evaluate, tier_of
from tuanti.rules.award.reading import read
from tuanti.solve.award import Outcome, solve
from tuanti.solve.changed import without_ladders


@dataclass(frozen=True, slots=True)
class Greedy:
    """Lot by lot to the lowest list price, then the ladders these totals reach.

    ``award`` is None if some lots found nobody with capacity left: ``unplaced`` names them.
    ``broken`` rules show that the award would not have been lawful; ``outside`` names winners
    whose total no tier covers: they are counted at list price.
    """

    award: Award | None
    unplaced: tuple[str, ...]
    broken: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flat:
    """The best award of the same bids with every ladder at list price, within ``gap``."""

    problem: Problem
    outcome: Outcome
    evaluation: Evaluation | None


def at_list_price(problem: Problem, *, gap: Fraction) -> Flat:
    """Solve the round again with all ladders at list price."""
    flat = read(without_ladders(problem.round))
    outcome = solve(flat, gap=gap)
    award = outcome.award
    return Flat(flat, outcome, None if award is None else evaluate(flat, award))


def lot_by_lot(problem: Problem) -> Greedy:
    """Award each lot, in the order of the file, to the lowest list price with capacity left."""
    room = [max((t.high for t in ladder), default=0) for ladder in problem.tiers]
    winners, unplaced = [-1] * len(problem.units), list[str]()
    for at, units in enumerate(problem.units_of):
        for part in _parts(problem, units, room):
            s = _cheapest(problem, part, room)
            if s is None:
                unplaced.append(str(problem.lots[at]["id"]))
                continue
            for i in part:
                winners[i] = s
                room[s] -= problem.units[i].lifts
    if unplaced:
        return Greedy(None, tuple(dict.fromkeys(unplaced)), (), ())
    award = Award(tuple(winners))
    outside = tuple(
        str(problem.suppliers[s]["id"])
        for s in sorted(set(winners))
        if tier_of(problem, s, _lifts(problem, award, s)) is None
    )
    return Greedy(award, (), evaluate(problem, award).broken, outside)


def greedy_cost(money: Problem, award: Award) -> int:
    """What that award costs the buyer; outside a ladder the list price holds."""
    total = evaluate(money, award).cost
    for s in set(award.winners):
        if tier_of(money, s, _lifts(money, award, s)) is None:
            mine = [i for i, winner in enumerate(award.winners) if winner == s]
            total += sum(money.list_price(i, s) for i in mine)
            total += int(money.suppliers[s]["entry_fen"])
    return total


def _parts(problem: Problem, units: tuple[int, ...], room: list[int]) -> list[tuple[int, ...]]:
    """A lot whole if anybody can take it whole, else parcel by parcel."""
    if len(units) == 1 or _cheapest(problem, units, room) is not None:
        return [units]
    return [(i,) for i in units]


def _cheapest(problem: Problem, units: tuple[int, ...], room: list[int]) -> int | None:
    lifts = sum(problem.units[i].lifts for i in units)
    offers = [
        (sum(problem.list_price(i, s) for i in units), s)
        for s in range(len(problem.suppliers))
        if room[s] >= lifts and all(problem.bids[s][i] for i in units)
    ]
    return min(offers, default=(0, None))[1]


def _lifts(problem: Problem, award: Award, s: int) -> int:
    return sum(unit.lifts for unit, w in zip(problem.units, award.winners, strict=True) if w == s)
