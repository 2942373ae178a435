import pytest

from tuanti.rules.money import NothingToSplitBy, split


def test_a_refusal_names_the_weights() -> None:
    with pytest.raises(NothingToSplitBy) as refused:
        split(100, [2, -1, 0])
    assert refused.value.facts == {"weights": "2, -1, 0"}
