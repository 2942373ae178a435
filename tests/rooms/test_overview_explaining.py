"""What a household is told of its share is what the rules reckon, to the fen, for every scheme."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tuanti.overview.costs import bill_of
from tuanti.overview.explaining import explanation_of, weights_of
from tuanti.overview.reckoning import decimals, equals
from tuanti.rules.errors import RuleBroken
from tuanti.rules.money import split
from tuanti.rules.sharing.plan import Costs, Flat, OwnTable, Plan
from tuanti.rules.sharing.schemes import find, scheme_ids
from tuanti.rules.sharing.shares import share

TABLE = OwnTable(tuple((floor, Fraction(floor - 1, 2)) for floor in range(1, 9)), "floor")
FLATS = st.lists(
    st.builds(
        Flat,
        id=st.just(""),
        floor=st.integers(1, 6),
        area_dm2=st.integers(3_000, 14_000),
        takes_part=st.booleans(),
        exempt=st.booleans(),
        stop=st.sampled_from((-1, 0)),
        compensation_fen=st.sampled_from((0, 0, 0, 500_000)),
    ),
    min_size=2,
    max_size=12,
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    flats = draw(FLATS)
    return Plan(
        flats=tuple(
            Flat(
                str(at),
                one.floor,
                one.area_dm2,
                takes_part=one.takes_part or at == 0,
                exempt=one.exempt and at > 0,
                stop=one.stop,
                compensation_fen=one.compensation_fen,
            )
            for at, one in enumerate(flats)
        ),
        total_fen=draw(st.integers(10**6, 10**8)),
        subsidy_fen=draw(st.integers(0, 10**6)),
        scheme=draw(st.sampled_from(scheme_ids())),
        inside=draw(st.sampled_from(("", "equal", "area"))),
        costs=Costs(10**6, 10**5),
        table=TABLE,
    )


@given(plans())
def test_the_steps_lead_to_what_the_rules_say(plan: Plan) -> None:
    try:
        pays = share(plan).pays_fen
    except RuleBroken:
        return
    told = [explanation_of(plan, flat.id) for flat in plan.flats]
    for flat, fen, found in zip(plan.flats, pays, told, strict=True):
        assert (found is None) is not flat.pays
        assert found is None or found.fen == fen
        assert found is None or abs(found.exact_fen + found.fixed_fen - fen) < 1


@given(plans())
def test_the_weights_told_share_the_plan_to_the_fen(plan: Plan) -> None:
    try:
        pays = share(plan).pays_fen
    except RuleBroken:
        return
    weights = weights_of(plan)
    assert bool(weights) is (find(plan.scheme).by != "game")
    if not weights:
        return
    payers = [flat for flat in plan.flats if flat.pays]
    told = {flat.id: explanation_of(plan, flat.id) for flat in payers}
    one = next(iter(told.values()))
    assert one is not None
    if one.divided_fen:
        shared = split(one.divided_fen, [weights[flat.id].value for flat in payers])
        fixed = [found.fixed_fen for found in told.values() if found]
        again = [fen + own for fen, own in zip(shared, fixed, strict=True)]
        assert again == [fen for flat, fen in zip(plan.flats, pays, strict=True) if flat.pays]


def test_where_nothing_is_left_to_divide_weights_may_all_be_nought() -> None:
    found = explanation_of(Plan((Flat("101", 1, 8000),), 10**6, 10**6, scheme="gd-ref"), "101")
    assert found is not None
    assert (found.exact_fen, found.fen, found.all_weights) == (Fraction(0), 0, Fraction(0))


def test_a_flat_counts_as_the_floor_the_lift_brings_it_to() -> None:
    flats = (Flat("101", 1, 8000), Flat("301", 3, 8000, stop=-1), Flat("401", 4, 8000))
    found = explanation_of(Plan(flats, 100_000, scheme="gd-ref"), "301")
    assert found is not None
    assert found.floor == Fraction(5, 2)
    assert found.weight is not None
    assert found.weight.entry == Fraction(3, 4)  # half-way between a half and one
    assert found.entries == ((1, Fraction(0)), (3, Fraction(1)), (4, Fraction(11, 10)))


class _Flat:
    def __init__(self, pk: int, floor: int | None) -> None:
        self.pk, self.floor = pk, floor


class _Plan:
    def __init__(self, **items: int) -> None:
        self.estimate = {
            "items": [{"id": name, "fen": {"likely": fen}} for name, fen in items.items()]
        }


def test_the_lines_of_a_bill_add_up_to_what_is_shared() -> None:
    flats = (Flat("1", 1, 8000, compensation_fen=300), Flat("2", 2, 8000), Flat("3", 2, 6000))
    plan = Plan(flats, 10_000, subsidy_fen=2_000, scheme="gd-ref")
    rows = [_Flat(1, 1), _Flat(2, 2), _Flat(3, 2), _Flat(4, None)]
    bill = bill_of(_Plan(equipment=4_000, doors=1_000, shaft=3_000, art=500), plan, rows, [2])
    assert bill.parts == (("lift", 5_000), ("shaft", 3_000), ("rest", 2_000))
    assert sum(fen for _, fen in bill.parts) - bill.subsidy_fen + bill.compensation_fen == 8_300
    assert bill.shared_fen == 8_300
    assert (bill.own_fen, bill.payers) == (share(plan).pays_fen[1], 2)
    assert [(one.floor, one.mine, one.free) for one in bill.floors] == [
        (2, True, False),
        (1, False, True),
    ]
    assert bill.floors[0].low_fen == bill.floors[0].high_fen == bill.own_fen
    assert bill.floors[0].bp == 10_000


def test_a_floor_whose_flats_differ_has_a_span() -> None:
    flats = (Flat("1", 1, 8000), Flat("2", 2, 8000), Flat("3", 2, 6000))
    rows = [_Flat(1, 1), _Flat(2, 2), _Flat(3, 2)]
    bill = bill_of(_Plan(), Plan(flats, 14_000, scheme="gd-ref"), rows, [])
    assert bill.parts == ()
    assert (bill.floors[0].low_fen, bill.floors[0].high_fen) == (6_000, 8_000)
    assert bill.floors[0].differs
    assert not bill.homes


def test_decimals_say_where_they_were_rounded() -> None:
    assert decimals(Fraction(2, 3)) == "0.66666667"
    assert (equals(Fraction(2, 3)), equals(Fraction(5, 4))) == ("≈", "=")
    assert decimals(Fraction(4_025_430_717, 100_000), 4) == "40,254.3072"
