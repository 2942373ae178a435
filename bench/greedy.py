"""What is done in practice: lot by lot, in the order of the file, to the lowest list price.

A supplier wins while it has capacity left. One left below its least order loses its lots, and all
is done again without it. No other rule is looked at, nor are packages.
"""

import numpy as np

from bench.form import Floats, Ints
from bench.meter import Job, Meter
from tuanti.rules.award.problem import Problem


def run(problem: Problem, _: Job, meter: Meter) -> None:
    """Award the lots in turn."""
    meter.begin()
    ladders = [[tier for tier in ladder if tier.low <= tier.high] for ladder in problem.tiers]
    least = np.array([min((tier.low for tier in ladder), default=1) for ladder in ladders])
    room = np.array([max((tier.high for tier in ladder), default=0) for ladder in ladders])
    price, barred = _prices(problem), np.zeros(len(room), np.bool_)
    while True:
        price[barred] = np.inf
        winners = _award(problem, price, room)
        if winners is None:
            return meter.end("limit", said="a lot is left over")
        won = np.bincount(winners, [unit.lifts for unit in problem.units], len(room))
        short = (won > 0) & (won < least)
        if not short.any():
            break
        barred |= short
    meter.award(winners.tolist())
    return meter.end("limit", said="the practice")


def _prices(problem: Problem) -> Floats:
    """The list price of every unit (columns) from every supplier (rows); infinite without a bid."""
    cell = np.array([cell for lines in problem.lines for cell, _ in lines])
    lifts = np.array([n for lines in problem.lines for _, n in lines])
    start = np.cumsum([0, *(len(lines) for lines in problem.lines[:-1])])
    price = np.empty((len(problem.suppliers), len(problem.units)))
    for s, (listed, bids) in enumerate(zip(problem.listed, problem.bids, strict=True)):
        one = np.frombuffer(listed, np.int64)[cell] * lifts
        price[s] = np.add.reduceat(one, start)
        price[s, np.frombuffer(bids, np.uint8) == 0] = np.inf
    return price


def _award(problem: Problem, price: Floats, room: Ints) -> Ints | None:
    """The cheapest supplier with room for each unit in turn; None if one is left over."""
    left, winners = room.copy(), np.empty(len(problem.units), dtype=np.int64)
    for i, unit in enumerate(problem.units):
        offers = np.where(left >= unit.lifts, price[:, i], np.inf)
        winners[i] = offers.argmin()
        if np.isinf(offers[winners[i]]):
            return None
        left[winners[i]] -= unit.lifts
    return winners
