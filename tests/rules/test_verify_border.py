"""The verifier's table of whole lots, against every choice there is."""

import random
from itertools import chain, combinations

from tuanti.rules.award import verify


def least_of_every_choice(
    worth: dict[str, int], lifts: dict[str, int], must: set[str], low: int, high: int
) -> float:
    choices = chain.from_iterable(combinations(worth, n) for n in range(len(worth) + 1))
    fit = (
        sum(worth[x] for x in chosen)
        for chosen in choices
        if must <= {*chosen} and low <= sum(lifts[x] for x in chosen) <= high
    )
    return min(fit, default=float("inf"))


def test_a_table_is_the_least_of_every_choice() -> None:
    r = random.Random(8)
    found = set()
    for _ in range(2000):
        things = "abcde"[: r.randint(0, 5)]
        worth = {x: r.randint(-9, 9) for x in things}
        lifts = {x: r.randint(1, 4) for x in things}
        must = {x for x in things if r.random() < 0.3}
        low = r.randint(0, 8)
        high = low + r.randint(0, 8)
        least = least_of_every_choice(worth, lifts, must, low, high)
        assert verify.table(worth, lifts, must, low, high) == least
        found.add(least)
    assert float("inf") in found
    assert len(found) > 30
