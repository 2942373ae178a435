from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules.money import NothingToSplitBy, split

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=60).filter(any)


@given(total_fen=st.integers(-(10**10), 10**10), weights=weights)
def test_no_fen_is_lost_or_invented(total_fen: int, weights: list[int]) -> None:
    assert sum(split(total_fen, weights)) == total_fen


@given(total_fen=st.integers(0, 10**10), weights=weights)
def test_each_part_is_within_one_fen_of_its_exact_share(total_fen: int, weights: list[int]) -> None:
    for part, weight in zip(split(total_fen, weights), weights, strict=True):
        assert abs(part - Fraction(total_fen * weight, sum(weights))) < 1


@given(total_fen=st.integers(0, 10**10), weights=weights)
def test_a_higher_weight_never_pays_less(total_fen: int, weights: list[int]) -> None:
    parts = split(total_fen, weights)
    for weight, part in zip(weights, parts, strict=True):
        assert all(part <= other for w, other in zip(weights, parts, strict=True) if w > weight)


@pytest.mark.parametrize(
    ("total_fen", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),  # the tie goes to the earlier
        (1, [1, 2], (0, 1)),  # the larger fraction
        (0, [3, 0], (0, 0)),
        (7, [0, 1], (0, 7)),
        (10, [Fraction(1, 2), Fraction(1, 3)], (6, 4)),
    ],
)
def test_the_spare_fen_goes_to_the_largest_fraction(
    total_fen: int, weights: list[int | Fraction], parts: tuple[int, ...]
) -> None:
    assert split(total_fen, weights) == parts


@pytest.mark.parametrize("weights", [[0], [0, 0], [2, -1], [-1]])
def test_without_weight_there_is_nothing_to_split_by(weights: list[int]) -> None:
    with pytest.raises(NothingToSplitBy):
        split(100, weights)


def test_without_weights_there_is_nothing_to_split_by() -> None:
    with pytest.raises(NothingToSplitBy):
        split(100, [])
