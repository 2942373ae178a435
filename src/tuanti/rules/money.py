"""Money in whole fen, split without losing or inventing any."""

from collections.abc import Sequence
from fractions import Fraction

from tuanti.rules.errors import RuleBroken


class NothingToSplitBy(RuleBroken):
    """No weight is above zero, or one is below."""

    code = "money.nothing_to_split_by"


def split(total_fen: int, weights: Sequence[int | Fraction]) -> tuple[int, ...]:
    """Split ``total_fen`` in proportion to ``weights``, exactly.

    The fen left over after rounding down go one each to the largest fractions;
    ties go to the earlier weight, so the same question always has the same answer.

    :raises NothingToSplitBy: a weight is below zero, or none is above.

    >>> split(100, [1, 1, 1])
    (34, 33, 33)
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise NothingToSplitBy(weights=", ".join(map(str, weights)))
    floors = [int(total_fen * weight // whole) for weight in weights]
    spare = total_fen - sum(floors)
    by_fraction = sorted(range(len(weights)), key=lambda i: (-(total_fen * weights[i] % whole), i))
    for i in by_fraction[:spare]:
        floors[i] += 1
    return tuple(floors)
