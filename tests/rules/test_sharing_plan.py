from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tests.sharing_cast import case_u, staircase
from tuanti.rules.errors import Fault
from tuanti.rules.sharing.plan import MOST_DM2, MOST_FEN, Costs, Flat, OwnTable, Plan, check
from tuanti.rules.sharing.schemes import MOST_FLOORS, scheme_ids
from tuanti.texts import LANGS, sentence


def codes(plan: Plan) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(fault.code.removeprefix("sharing."), fault.path) for fault in check(plan)]


def with_flat(**changes: Any) -> Plan:  # noqa: ANN401 (fields of a flat)
    flats = staircase(6)
    return Plan((*flats[:3], replace(flats[3], **changes), *flats[4:]), 10**7)


def test_the_bounds_are_beyond_any_lift() -> None:
    assert (MOST_FEN, MOST_DM2, MOST_FLOORS) == (10**13, 10**7, 33)


def test_a_sound_plan_has_no_fault() -> None:
    costs, table = Costs(0, 1), OwnTable(((1, Fraction(0)), (2, Fraction(1))))
    assert check(case_u(costs=costs, table=table, scheme="custom", inside="area")) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"id": "6A"}, "bad_id", "id"),
        ({"id": ""}, "bad_id", "id"),
        ({"id": "101"}, "flat_twice", "id"),
        ({"floor": 0}, "floor_outside", "floor"),
        ({"floor": 34}, "floor_outside", "floor"),
        ({"street_floor": 0}, "floor_outside", "street_floor"),
        ({"street_floor": 34}, "floor_outside", "street_floor"),
        ({"area_dm2": 0}, "area_outside", "area_dm2"),
        ({"area_dm2": MOST_DM2 + 1}, "area_outside", "area_dm2"),
        ({"stop": 2}, "unknown_stop", "stop"),
        ({"stop": -2}, "unknown_stop", "stop"),
        ({"compensation_fen": -1}, "money_outside", "compensation_fen"),
        ({"compensation_fen": MOST_FEN + 1}, "money_outside", "compensation_fen"),
    ],
)
def test_a_flat_with_a_slip_is_found_at_its_place(
    changes: dict[str, Any], code: str, field: str
) -> None:
    found = codes(with_flat(**changes))
    assert (code, ("flats", 3, field)) in found
    twin = [("flat_twice", ("flats", 0, "id"))] if code == "flat_twice" else []
    assert found == [*twin, (code, ("flats", 3, field))]


@pytest.mark.parametrize(
    "changes",
    [
        {"floor": 1}, {"floor": 33}, {"street_floor": 33}, {"area_dm2": 1}, {"area_dm2": MOST_DM2},
        {"stop": -1}, {"stop": 1}, {"compensation_fen": MOST_FEN}, {"id": "2-601"},
    ],
)  # fmt: skip
def test_the_border_is_within(changes: dict[str, Any]) -> None:
    assert codes(with_flat(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"total_fen": MOST_FEN + 1}, "money_outside", "total_fen"),
        ({"subsidy_fen": -1}, "money_outside", "subsidy_fen"),
        ({"total_fen": 5, "subsidy_fen": 6}, "subsidy_above_cost", "subsidy_fen"),
        ({"costs": Costs(-1, 1)}, "money_outside", "fixed_fen"),
        ({"costs": Costs(0, 0)}, "money_outside", "storey_fen"),
        ({"costs": Costs(0, MOST_FEN + 1)}, "money_outside", "storey_fen"),
        ({"scheme": "gd_ref"}, "unknown_scheme", "scheme"),
        ({"inside": "rooms"}, "unknown_inside", "inside"),
        ({"scheme": "custom"}, "no_table", "scheme"),
        ({"table": OwnTable((), "door")}, "unknown_per", "table_per"),
    ],
)
def test_a_slip_in_the_plan_is_found_at_its_place(
    changes: dict[str, Any], code: str, field: str
) -> None:
    assert codes(replace(case_u(), **changes)) == [(code, ("plan", field))]


def test_a_cost_below_zero_is_found_and_so_is_its_subsidy() -> None:
    assert codes(replace(case_u(), total_fen=-1, subsidy_fen=-1)) == [
        ("money_outside", ("plan", "total_fen")),
        ("money_outside", ("plan", "subsidy_fen")),
    ]


def test_a_subsidy_may_pay_for_everything() -> None:
    assert codes(replace(case_u(), total_fen=5, subsidy_fen=5)) == []


def test_every_slip_in_ones_own_table_is_found() -> None:
    entries = ((0, Fraction(1)), (2, Fraction(-1, 2)), (3, Fraction(0)), (3, Fraction(1)))
    assert codes(case_u(table=OwnTable(entries))) == [
        ("floor_outside", ("table", 0, "floor")),
        ("entry_below_zero", ("table", 1, "entry")),
        ("floor_twice", ("table", 2, "floor")),
        ("floor_twice", ("table", 3, "floor")),
    ]


@pytest.mark.parametrize(
    "flat",
    [Flat("101", 1, 8000, takes_part=False), Flat("101", 1, 8000, exempt=True)],
)
def test_somebody_must_pay(flat: Flat) -> None:
    assert codes(Plan((flat,), 100)) == [("no_payer", ("flats",))]
    assert codes(Plan((), 100)) == [("no_payer", ("flats",))]
    assert codes(Plan((flat, Flat("102", 1, 8000)), 100)) == []


def test_every_fault_at_once() -> None:
    plan = Plan((Flat("A", 0, 0, stop=3),), -1, subsidy_fen=0, scheme="?", inside="?")
    assert len(check(plan)) == 8


def test_every_fault_can_be_said() -> None:
    table = OwnTable(((0, Fraction(-1)), (0, Fraction(1))), "?")
    flats = (
        Flat("A", 0, 0, exempt=True, stop=3),
        Flat("b", 1, 1, exempt=True),
        Flat("b", 1, 1, exempt=True),
    )
    faults = [
        *check(Plan(flats, -1, scheme="?", inside="?", table=table)),
        *check(Plan((), 1, 2, scheme="custom")),
    ]
    for fault in faults:
        for lang in LANGS:
            assert sentence(fault.code, lang, **fault.facts)
    assert len({fault.code for fault in faults}) == 14


def test_faults_carry_their_facts() -> None:
    facts = {
        fault.code: dict(fault.facts)
        for plan in (with_flat(floor=34), with_flat(area_dm2=0), with_flat(id="101"),
                     with_flat(stop=5), case_u(scheme="?"), replace(case_u(), total_fen=1),
                     case_u(costs=Costs(1, 0)), with_flat(id="?"), case_u(inside="?"))
        for fault in check(plan)
    }  # fmt: skip
    known = ", ".join(scheme_ids())
    assert facts == {
        "sharing.floor_outside": {"value": 34, "high": 33},
        "sharing.area_outside": {"area": 0, "most": MOST_DM2},
        "sharing.flat_twice": {"value": "101"},
        "sharing.unknown_stop": {"value": 5},
        "sharing.unknown_scheme": {"scheme": "?", "known": known},
        "sharing.subsidy_above_cost": {"subsidy": 18_000_000, "total": 1},
        "sharing.money_outside": {"fen": 0, "low": 1, "high": MOST_FEN},
        "sharing.bad_id": {"value": "?"},
        "sharing.unknown_inside": {"value": "?"},
    }


def test_entry_and_per_carry_their_facts() -> None:
    found = check(case_u(table=OwnTable(((1, Fraction(-1, 2)), (1, Fraction(1))), "door")))
    assert found == [
        Fault("sharing.unknown_per", ("plan", "table_per"), {"value": "door"}),
        Fault("sharing.floor_twice", ("table", 0, "floor"), {"value": 1}),
        Fault("sharing.entry_below_zero", ("table", 0, "entry"), {"value": "-1/2"}),
        Fault("sharing.floor_twice", ("table", 1, "floor"), {"value": 1}),
    ]
