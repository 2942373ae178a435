"""The published JSON schema says the same as the check, as far as structure goes."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.cast import small_round
from tests.rules import round_schema
from tuanti.rules.award.round import canonical
from tuanti.rules.award.round_shape import shape

SCHEMA = Draft202012Validator(round_schema.published())
WRONG: list[object] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**53,
    "",
    " x",
    "X_1",
    "a\n",
    "*",
    "flat",
    [],
    ["a", "a"],
    {},
    [[]],
]


def full_round() -> dict[str, Any]:
    """Write the small round out with the fields that otherwise stand nowhere."""
    data = small_round()
    data["rules"]["regime"] = "owners"
    return canonical(data)


def structural(data: object) -> set[str]:
    return {fault.code for fault in shape(data)[0]} - {"round.uscc_check"}


def test_the_published_schema_is_the_table() -> None:
    assert round_schema.published() == round_schema.built()
    Draft202012Validator.check_schema(round_schema.published())


@pytest.mark.parametrize("data", [small_round(), canonical(small_round()), full_round()])
def test_a_faultless_round_passes_both(data: dict[str, Any]) -> None:
    assert structural(data) == set()
    assert SCHEMA.is_valid(data)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, object]] = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))
        if isinstance(value, list)
        else []
    )
    return [place for key, item in inner for place in ((*path, key), *places(item, (*path, key)))]


PLACES = places(full_round())


@given(st.sampled_from(PLACES), st.sampled_from([*WRONG, "drop", "add"]))
def test_a_change_of_structure_is_judged_alike(path: tuple[str | int, ...], wrong: object) -> None:
    data: Any = full_round()
    place = data
    for step in path[:-1]:
        place = place[step]
    if wrong == "drop":
        del place[path[-1]]
    elif wrong == "add":
        assume(isinstance(place, dict) and "groups" not in path)
        place["extra"] = 1
    else:
        place[path[-1]] = wrong
    assert SCHEMA.is_valid(data) is (structural(data) == set())


@pytest.mark.parametrize("data", [None, [], "x", {}, {"format": "tuanti-round/1"}])
def test_what_is_no_round_is_refused_by_both(data: object) -> None:
    assert structural(data)
    assert not SCHEMA.is_valid(data)
