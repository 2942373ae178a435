"""The award: the public draw between equals, facts of a fault, and what the verifier prints."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.cast import small_round
from tests.rules.verify_cast import said, tiny
from tuanti.rules.award import verify
from tuanti.rules.award.document import reserves
from tuanti.rules.award.problem import Award
from tuanti.rules.award.reading import read, shortfall
from tuanti.rules.award.round import canonical, canonical_json, check, digest

WON = {"hehua": "yi", "songlin": "bing", "jiangan": "bing", "xiyuan": "yi"}


def test_between_equals_the_public_seed_draws_the_reserve() -> None:
    drawn = set()
    for seed in "abcdefgh":
        data = small_round()
        data["rules"]["seed"] = seed
        twin = next(firm for firm in data["suppliers"] if firm["id"] == "jia")
        data["suppliers"].append(twin | {"id": "wu", "uscc": "91500000MA0000003U"})
        rows = [row | {"supplier": "wu"} for row in data["books"] if row["supplier"] == "jia"]
        data["books"] += rows
        problem = read(canonical(data))
        at = {firm["id"]: s for s, firm in enumerate(problem.suppliers)}
        winners = tuple(at[WON[unit.parcels[0]]] for unit in problem.units)
        found = reserves(problem, Award(winners, ()))
        assert found["sp-1"] == min(("jia", "wu"), key=lambda firm: digest([seed, "sp-1", firm]))
        drawn.add(found["sp-1"])
    assert drawn == {"jia", "wu"}


def test_a_group_that_is_no_id_is_shown() -> None:
    data = small_round()
    data["rules"]["groups"] = {"yuzhong": "A"}
    (fault,) = check(data)
    assert (fault.code, fault.facts["value"]) == ("round.bad_id", "A")


def test_what_json_cannot_say_is_named() -> None:
    with pytest.raises(TypeError, match="canonical JSON has no float"):
        canonical_json({"a": 0.5})


def test_the_verifier_names_what_it_took_the_digest_of(tmp_path: Path) -> None:
    code, printed = said(verify, json.dumps(tiny()), tmp_path)
    assert code == 0
    names = [line.split(": ")[0] for line in printed.splitlines()[:3]]
    assert names == ["SHA-256 round", "SHA-256 award", "SHA-256 file"]


def test_the_verifier_says_how_it_is_called(tmp_path: Path) -> None:
    assert said(verify, json.dumps(tiny()), tmp_path, "--expect") == (
        1,
        "WRONG: award.json --expect SHA256\n",
    )


def test_half_a_fen_of_quality_is_a_fen_and_less_is_none() -> None:
    rules = {"objective": "cost_quality", "fen_per_point": 1}
    assert [shortfall(rules, {"quality": 10_000 - short}) for short in (49, 50, 149)] == [0, 1, 1]


def test_a_lift_for_one_fen_earns_twice_the_points_of_one_for_two() -> None:
    data = small_round()
    data["rules"] |= {"objective": "points", "price_points": 60, "price_basis": ["equipment"]}
    for book in data["books"]:
        book |= {name: 0 for name in book if name.endswith("_fen")}
        book["base_fen"] = 1 if book["supplier"] == "jia" else 2
    problem = read(canonical(data))
    earned = dict(zip([firm["id"] for firm in problem.suppliers], problem.rest, strict=True))
    assert ({*earned["jia"]}, earned["yi"][0]) == ({-60}, -30)
    assert problem.packages == ()  # which earn no points


def test_a_share_of_a_district_that_comes_out_even_is_not_cut() -> None:
    data = small_round()
    data["rules"]["share_max_district_bp"] = 5000
    problem = read(canonical(data))
    lifts = Counter[str]()
    for unit in problem.units:
        lifts[unit.district] += unit.lifts
    most = {row[2]: row[4] for row in problem.rows if row[0] == "lift" and row[2] in lifts}
    assert most == {district: -(n // 2) for district, n in lifts.items()}
    assert any(n % 2 == 0 for n in lifts.values())


def test_a_fault_at_no_known_place_comes_first() -> None:
    data = small_round() | {"colour": "red"}
    data["lots"][0]["id"] = "Yz"
    assert check(data)[0].path == ("colour",)
    assert len(check(data)) > 1


def test_what_is_no_object_is_no_round() -> None:
    assert [fault.code for fault in check([])] == ["round.not_an_object"]


def test_one_fault_of_a_head_hides_no_other() -> None:
    data = small_round() | {"id": "Yz", "title": " "}
    data["rules"] |= {"seed": " ", "winners_max": 0}
    assert [fault.path for fault in check(data)] == [
        ("id",), ("title",), ("rules", "winners_max"), ("rules", "seed"),
    ]  # fmt: skip
