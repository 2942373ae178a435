"""Money in whole fen, split without losing or inventing any."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

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
    parts = _whole(weights)
    whole = sum(parts)
    if whole <= 0 or min(parts) < 0:
        raise NothingToSplitBy(weights=", ".join(map(str, weights)))
    divided = [divmod(total_fen * part, whole) for part in parts]
    shares = [fen for fen, _ in divided]
    spare = total_fen - sum(shares)
    if spare:
        by_fraction = sorted(range(len(parts)), key=[-rest for _, rest in divided].__getitem__)
        for i in by_fraction[:spare]:
            shares[i] += 1
    return tuple(shares)


def _whole(weights: Sequence[int | Fraction]) -> list[int]:
    """The same proportions in whole numbers, with which Python reckons much faster."""
    below = lcm(*(weight.denominator for weight in weights))
    return [int(weight * below) for weight in weights]
