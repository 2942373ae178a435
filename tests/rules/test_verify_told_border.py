"""What the verifier says is wrong, word for word: it speaks to people who trust nobody."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.rounds import add_lot, book, frame, supplier, tier
from tests.rules.verify_cast import said, tiny
from tuanti.rules.award import verify
from tuanti.rules.award.round import canonical

Change = tuple[tuple[Any, ...], object]
LEAF = {"prices": 0}
PACK = {
    "id": "k",
    "supplier": "s000",
    "lots": ["a", "b"],
    "total_fen": 440,
    "maintenance_year_fen": None,
}
PAIR = {"lot": "b", "supplier": "s000", "kind": "forbidden"}
LOT_ROW = [["lot", "*", "lot a", -1, 1]]


def branch(*fact: object) -> dict[str, Any]:
    return {"fact": [*fact], "yes": LEAF, "no": LEAF}


TOLD: list[tuple[str, list[Change]]] = [
    ("not a tuanti-award/1", [(("format",), "tuanti-award/2")]),
    ("the round is not a tuanti-round/1", [(("round", "format"), "tuanti-round/2")]),
    ("an amount is not a whole number", [(("round", "bill", 0, "lifts"), True)]),
    ("maintenance is for 0 to 50 years", [(("round", "rules", "maintenance_years"), 51)]),
    ("no line, or one without lifts", [(("round", "bill", 0, "lifts"), 0)]),
    ("no line, or one without lifts", [(("round", "bill"), [])]),
    ("a name stands twice", [(("round", "packages"), [PACK, PACK])]),
    ("prices are whole numbers", [(("certificate", "scale"), True)]),
    ("a rule's price or the scale is negative", [(("certificate", "scale"), 0)]),
    ("not every unit has one price", [(("certificate", "prices", 0, "u"), [180])]),
    ("a branch on nobody", [(("certificate", "tree"), branch("winner", "nobody"))]),
    ("an unknown fact", [(("certificate", "tree"), branch("moon", "s000"))]),
    (
        "a leaf is said to be empty and is not proven so",
        [(("certificate", "tree"), LEAF | {"infeasible": True})],
    ),
    (
        "no table can count what being in a lot or a group costs",
        [
            (("certificate", "prices", 0, "m", "s001"), [None]),
            (("certificate", "prices", 0, "q"), LOT_ROW),
        ],
    ),
    ("not proven that no award keeps every rule", [(("award",), None)]),
    ("the award says other things", [(("award", "best"), "yes")]),
    ("not every lot names its reserve, or none", [(("award", "reserves"), {"a": "s001"})]),
    ("a: not the reserve due", [(("award", "reserves", "a"), None)]),
    ("not every parcel is won", [(("award", "parcels", "c"), "s000")]),
    (
        "packages overlap",
        [(("round", "packages"), [PACK]), (("award", "packages"), ["k", "k"])],
    ),
    (
        "k is not won whole",
        [
            (("round", "packages"), [PACK]),
            (("award", "packages"), ["k"]),
            (("award", "parcels", "b"), "s001"),
            (("award", "reserves", "b"), "s000"),
        ],
    ),
    (
        "s001 wins 5 lifts: outside its ladder, capacity or shares",
        [
            (("award", "parcels"), {"a": "s001", "b": "s001"}),
            (("award", "reserves"), {"a": "s000", "b": "s000"}),
        ],
    ),
    ("s000 wins what it has no valid bid on", [(("round", "pairs"), [PAIR])]),
    ("a rule is broken: used * *", [(("round", "rules", "winners_min"), 2)]),
    ("the award costs 450, not 451", [(("award", "cost"), "451")]),
    ("the bound proves 450, not 451", [(("certificate", "bound"), "451")]),
]


@pytest.mark.parametrize(("words", "changes"), TOLD, ids=[words for words, _ in TOLD])
def test_what_is_wrong_is_said_in_these_words(
    words: str, changes: list[Change], tmp_path: Path
) -> None:
    data = tiny()
    for (*way, last), value in changes:
        place = data
        for step in way:
            place = place[step]
        place[last] = value
    code, printed = said(verify, json.dumps(data), tmp_path)
    assert (code, printed.splitlines()[-1]) == (1, f"WRONG: {words}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1, "a": 1}', "a name stands twice in one object"),
        ('{"format": "tuanti-award/1"}', "KeyError('round')"),
    ],
)
def test_what_is_no_award_is_said_to_be_none(text: str, words: str, tmp_path: Path) -> None:
    assert said(verify, text, tmp_path) == (1, f"WRONG: {words}\n")


@pytest.mark.parametrize("number", ["0.5", "NaN", "1e3"])
def test_a_number_that_is_not_whole_is_refused_wherever_it_stands(
    number: str, tmp_path: Path
) -> None:
    text = json.dumps(tiny()).replace('"scale"', f'"note": {number}, "scale"')
    code, printed = said(verify, text, tmp_path)
    assert code == 1
    assert printed.startswith("WRONG: invalid literal for int()")


def test_what_is_wrong_is_said_in_signs_every_screen_has(tmp_path: Path) -> None:
    data = tiny()
    data["award"]["parcels"]["b"] = "梯"
    code, printed = said(verify, json.dumps(data), tmp_path)
    assert (code, printed.splitlines()[-1]) == (1, "WRONG: KeyError('\\u68af')")


def test_a_file_that_is_not_the_one_expected_is_said_so(tmp_path: Path) -> None:
    code, printed = said(verify, json.dumps(tiny()), tmp_path, "--expect", "0" * 64)
    assert code == 1
    assert printed.splitlines()[-1] == "WRONG: no part has the expected SHA-256"


def test_an_award_that_is_right_is_said_so_in_these_words(tmp_path: Path) -> None:
    data = tiny()
    code, printed = said(verify, json.dumps(data), tmp_path)
    assert code == 0
    assert printed.splitlines() == [
        f"SHA-256 round: {verify.digest(data['round'])}",
        f"SHA-256 award: {verify.digest(data['award'])}",
        f"SHA-256 file: {verify.digest(data)}",
        "every rule is kept; 1 suppliers, 5 lifts",
        "the award, exactly: 450 fen",
        "no lawful award can be better than: 450 fen",
        "so it is the best there is",
    ]


# --- What it says of an award that is right ------------------------------------------------------


def single(rules: dict[str, Any], cost: int, price: int, bound: int) -> dict[str, Any]:
    """One lot of one lift from one supplier that asks one fen, with these prices as a proof."""
    data = frame("one", rules)
    add_lot(data, "a", "d", "d", [("p", 1)])
    data["suppliers"], data["books"] = [supplier(0, 5)], [book("s000", "*", "p", 1)]
    data["tiers"] = [tier("s000", 1, 5)]
    prices = {"u": [price], "m": {"s000": [0]}, "q": []}
    award = {"parcels": {"a": "s000"}, "packages": [], "cost": str(cost), "reserves": {"a": None}}
    proof = {"scale": 1, "prices": [prices], "tree": LEAF, "bound": str(bound)}
    return {
        "format": "tuanti-award/1",
        "round": canonical(data),
        "award": award,
        "certificate": proof,
    }


def test_a_gap_is_a_share_of_what_the_award_costs_and_be_it_one_fen() -> None:
    assert verify.report(single({}, 1, 0, 0))[-1] == "so it is the best to within: 100.000000 %"


def test_prices_may_be_parts_of_a_fen() -> None:
    data = tiny()
    data["certificate"] |= {"scale": 2}
    data["certificate"]["prices"][0]["u"] = [360, 540]
    assert verify.report(data)[-1] == "so it is the best there is"


def test_points_are_told_as_points_and_the_more_the_better() -> None:
    points = {"objective": "points", "price_points": 60}
    assert verify.report(single(points, -60, -60, -60)) == [
        "every rule is kept; 1 suppliers, 1 lifts",
        "the award, exactly: 60 points",
        "no lawful award can be better than: 60 points",
        "so it is the best there is",
    ]


def test_any_part_or_all_of_them_may_be_expected(tmp_path: Path) -> None:
    data = tiny()
    parts = [verify.digest(part) for part in (data["round"], data["award"], data)]
    for expected in (*([one] for one in parts), parts):
        assert said(verify, json.dumps(data), tmp_path, "--expect", *expected)[0] == 0
    assert said(verify, json.dumps(data), tmp_path, "--expected", parts[0])[0] == 1
