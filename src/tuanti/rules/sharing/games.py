"""Two fair divisions of a cost that only the farthest user drives (the airport game), exactly.

A player needs a lift of some length; a group needs as much as its most demanding member, so a
group costs the largest of its members' costs. Both divisions lie in the core: no group pays more
than a lift of its own would cost.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm


def shapley(costs: Sequence[int]) -> tuple[Fraction, ...]:
    """Divide the largest of ``costs`` by the Shapley value: a share for each player, in order.

    Each increment is shared equally by the players who need it (Littlechild & Owen, "A simple
    expression for the Shapley value in a special case", 1973).

    >>> [str(share) for share in shapley([8, 11, 13, 18])]
    ['2', '3', '4', '9']
    """
    weights, whole = shapley_weights(costs)
    return tuple(Fraction(weight, whole) for weight in weights)


def shapley_weights(costs: Sequence[int]) -> tuple[list[int], int]:
    """Write the Shapley value as whole weights over one whole: O(n log n) sums of whole numbers.

    >>> shapley_weights([3, 3, 9])
    ([3, 3, 21], 3)
    """
    steps = sorted(Counter(costs).items())
    needed_by, left = [], len(costs)
    for _, count in steps:
        needed_by.append(left)
        left -= count
    whole = lcm(*needed_by)
    reached = weight = 0
    weights = {}
    for (cost, _), users in zip(steps, needed_by, strict=True):
        weight += (cost - reached) * (whole // users)
        weights[cost] = weight
        reached = cost
    return [weights[cost] for cost in costs], whole


def nucleolus(costs: Sequence[int]) -> tuple[Fraction, ...]:
    """Divide the largest of ``costs`` by the nucleolus: a share for each player, in order.

    It makes the group that gains least from the common lift gain as much as it can, then the next
    (Littlechild, "A simple expression for the nucleolus in a special case", 1974). ``costs`` are
    not below zero.

    >>> [str(share) for share in nucleolus([8, 11, 13, 18])]
    ['13/4', '13/4', '13/4', '33/4']
    """
    weights, whole = nucleolus_weights(costs)
    return tuple(Fraction(weight, whole) for weight in weights)


def nucleolus_weights(costs: Sequence[int]) -> tuple[list[int], int]:
    """Write the nucleolus as whole weights over one whole: O(n log n) operations on wholes.

    >>> nucleolus_weights([1, 10, 11, 30])
    ([3, 21, 21, 135], 6)
    """
    steps = sorted(Counter(costs).items())
    shares = dict(_littlechild(steps))
    whole = lcm(*(unit for _, unit in shares.values()))
    weights = {cost: share * (whole // unit) for cost, (share, unit) in shares.items()}
    return [weights[cost] for cost in costs], whole


def _littlechild(steps: list[tuple[int, int]]) -> list[tuple[int, tuple[int, int]]]:
    """Find the share of each class of equal cost, as a numerator and its denominator.

    Littlechild gives all up to some class the same, the least (cost - paid) / (players + 1), the
    last class counting without the + 1; then again from the next class on. As points (players + 1,
    cost) that is the least slope seen from the place reached, (players served, paid): a tangent to
    the lower hull of the classes ahead. All classes up to the point of contact are done with, so
    the walk along the hull passes each class once.
    """
    points, served = _points(steps)
    ahead = _lower_hull(points)
    shares: list[tuple[int, tuple[int, int]]] = []
    start, paid, unit, at = 0, 0, 1, 0  # what the players before start paid, in 1/unit
    while at < len(points):
        last = _contact(points, ahead, at, (start, paid, unit))
        x, cost = points[last]
        share, finer = cost * unit - paid, unit * (x - start)
        shares += [(steps[k][0], (share, finer)) for k in range(at, last + 1)]
        paid, unit = paid * (x - start) + share * (served[last] - start), finer
        spare = gcd(paid, unit)
        paid, unit, start, at = paid // spare, unit // spare, served[last], last + 1
    return shares


def _points(steps: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[int]]:
    served, players = [], 0
    for _, count in steps:
        players += count
        served.append(players)
    points = [(served[k] + 1, cost) for k, (cost, _) in enumerate(steps)]
    return [*points[:-1], *((players, cost) for cost, _ in steps[-1:])], served


def _lower_hull(points: list[tuple[int, int]]) -> list[int | None]:
    """For each point the next one on the lower hull of itself and all after it."""
    ahead: list[int | None] = [None] * len(points)
    hull: list[int] = []
    for at in range(len(points) - 1, -1, -1):
        while len(hull) > 1 and not _below(points[at], points[hull[-1]], points[hull[-2]]):
            hull.pop()
        ahead[at] = hull[-1] if hull else None
        hull.append(at)
    return ahead


def _below(left: tuple[int, int], middle: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether ``middle`` lies below the line from ``left`` to ``right``."""
    across = (middle[0] - left[0]) * (right[1] - left[1])
    return across > (middle[1] - left[1]) * (right[0] - left[0])


def _contact(
    points: list[tuple[int, int]],
    ahead: list[int | None],
    at: int,
    reached: tuple[int, int, int],
) -> int:
    """Walk the hull from ``at`` while the slope seen from the place reached does not rise."""
    start, paid, unit = reached
    while (further := ahead[at]) is not None:
        (x, cost), (x_further, cost_further) = points[at], points[further]
        now = (cost * unit - paid) * (x_further - start)
        then = (cost_further * unit - paid) * (x - start)
        if then > now:
            break
        at = further
    return at
