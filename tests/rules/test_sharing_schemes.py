from fractions import Fraction
from pathlib import Path

import pytest

from tuanti.rules.law import packaged
from tuanti.rules.sharing.schemes import (
    GRADES,
    MOST_FLOORS,
    PER,
    UnknownScheme,
    find,
    ladder,
    scheme_ids,
)
from tuanti.rules.sharing.shares import LAW_IDS

DOCS = Path(__file__).parents[2] / "docs"

EXTENDING = ("equal", "area", "gd-ref", "stairs", "sample-hz")


def test_every_scheme_is_there_by_name() -> None:
    assert set(scheme_ids()) == {
        "equal", "area", "gd-ref", "stairs", "coef-area", "xinmin", "ningbo", "p6a", "p6b",
        "sample-hz", "sh2012", "bj2022", "custom", "shapley", "fixed-airport", "nucleolus",
    }  # fmt: skip


@pytest.mark.parametrize("ident", scheme_ids())
def test_every_scheme_says_where_it_comes_from(ident: str) -> None:
    scheme = find(ident)
    assert scheme.id == ident
    assert scheme.grade in GRADES
    for said in (scheme.title, scheme.source):
        assert set(said) == {"zh", "en"}
        assert all(said.values())


@pytest.mark.parametrize("ident", scheme_ids())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_scheme_is_in_the_reference(ident: str, lang: str) -> None:
    page = (DOCS / lang / "reference/sharing-schemes.md").read_text("utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{ident}` "))
    assert find(ident).title[lang] in row
    assert find(ident).source[lang] in row
    assert f"| {find(ident).grade} |" in row or find(ident).grade == "own"


@pytest.mark.parametrize("ident", scheme_ids())
def test_nobody_has_verified_a_scheme_yet(ident: str) -> None:
    assert not find(ident).verified_by


def test_an_unknown_scheme_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(UnknownScheme) as refused:
        find("gd_ref")
    assert refused.value.facts["scheme"] == "gd_ref"
    assert "gd-ref, stairs" in str(refused.value.facts["known"])


PUBLISHED = {
    "gd-ref": {1: "0", 2: "0.5", 3: "1", 4: "1.1", 5: "1.2", 6: "1.3", 9: "1.6", 33: "4"},
    "sample-hz": {1: "0", 2: "0.5", 3: "1", 4: "1.1", 33: "4"},
    "stairs": {1: "0", 2: "1", 3: "2", 7: "6", 33: "32"},
    "coef-area": {1: "0", 2: "0", 3: ".7", 4: ".8", 5: ".9", 6: "1", 7: "1.1", 8: "1.2", 9: "1.3"},
    "xinmin": {1: "0", 2: "0", 3: "10", 4: "20", 5: "30", 6: "40"},
    "ningbo": {1: "0", 2: "1.5", 3: "4", 4: "9", 5: "15", 6: "20.5"},
    "p6a": {1: "0", 2: "0", 3: "8", 4: "20", 5: "31", 6: "41"},
    "p6b": {1: "0", 2: "7", 3: "13", 4: "20", 5: "27", 6: "33"},
    "sh2012": {1: "4500", 2: "4500", 3: "5875", 4: "7250", 5: "8625", 6: "10000"},
    "equal": {1: "1", 33: "1"},
    "area": {1: "1", 33: "1"},
}


@pytest.mark.parametrize("ident", PUBLISHED)
def test_the_numbers_are_as_published(ident: str) -> None:
    floors = find(ident).floors
    for floor, number in PUBLISHED[ident].items():
        assert floors[floor] == Fraction(number)
    last = MOST_FLOORS + 1 if ident in EXTENDING else max(PUBLISHED[ident])
    assert max(floors) == last


def test_what_an_entry_is_for_is_as_published() -> None:
    by = {ident: find(ident).by for ident in scheme_ids()}
    assert [ident for ident in by if by[ident] == "floor"] == [
        "gd-ref", "xinmin", "p6a", "p6b", "sample-hz",
    ]  # fmt: skip
    assert [i for i in by if by[i] == "flat"] == ["equal", "stairs", "ningbo", "sh2012"]
    assert (by["area"], by["coef-area"]) == ("area", "whole-m2")
    assert set(PER) == {"floor", "flat", "area"}


def test_inside_a_floor_is_as_published() -> None:
    by_area = [ident for ident in scheme_ids() if find(ident).inside == "area"]
    assert by_area == ["gd-ref", "sample-hz"]


def test_percentages_come_to_a_hundred() -> None:
    """Ningbo's for two flats a floor; the others for floors."""
    for ident, flats in (("xinmin", 1), ("p6a", 1), ("p6b", 1), ("ningbo", 2)):
        assert sum(find(ident).floors.values()) * flats == 100


def test_the_first_floor_of_the_contract_samples_pays_500_yuan() -> None:
    assert find("sample-hz").fixed_fen == {1: 50_000}
    assert not find("gd-ref").fixed_fen


def test_a_ladder_goes_by_half_storeys_to_half_above_the_last_floor() -> None:
    rungs = find("stairs").ladder
    assert rungs == tuple(range(2 * MOST_FLOORS))


def test_half_way_to_a_missing_floor_there_is_nothing() -> None:
    rungs = ladder({1: Fraction(0), 2: Fraction(1, 3), 4: Fraction(1)})
    assert rungs[:8] == (0, 1, 2, None, None, None, 6, None)


def test_the_law_it_rests_on_is_in_the_packs() -> None:
    (ident,) = LAW_IDS
    assert packaged().rule(ident).article["en"] == "Civil Code, art. 283"
