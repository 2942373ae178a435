"""Plans: drawn up from the ground up, checked whole, kept as they were, compared, chosen."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tests.consent_cast import Case, found_consultation, seat_group
from tests.places_cast import NOW, someone
from tuanti.consent.commands import planning
from tuanti.consent.commands.planning import MOST_PLANS, ImpactFacts
from tuanti.consent.models import Impact, Plan
from tuanti.consent.plan_facts import Ground, PlanFacts, facts_of, usual_ground
from tuanti.consent.queries import plans
from tuanti.consent.refusals import story as refusals
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.profiles.commands import adopt_cost_model, load_profiles
from tuanti.profiles.queries import cost_model_on
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing import shares
from tuanti.rules.sharing.plan import Costs, OwnTable
from tuanti.rules.sharing.schemes import scheme_ids

pytestmark = pytest.mark.django_db
USUAL = PlanFacts("方案甲", "p630", "half", "单元入口北侧", 7)
IMPACT = ImpactFacts("some", "slight", "none", "none", "某设计院 张工")


@pytest.fixture
def case() -> Case:
    load_profiles(by=CLOCK, now=NOW)
    return found_consultation()


def draw(case: Case, facts: PlanFacts = USUAL, **changed: Any) -> Plan:  # noqa: ANN401 (facts)
    return planning.draw_plan(
        consultation_id=case.consultation.pk,
        facts=replace(facts, **changed),
        by=case.officer,
        now=NOW,
    )


def refused(refusal: type[RuleBroken], do: Callable[[], object]) -> RuleBroken:
    before = [kind._default_manager.count() for kind in (Plan, Impact, Entry)]
    with pytest.raises(refusal) as found:
        do()
    assert [kind._default_manager.count() for kind in (Plan, Impact, Entry)] == before
    return found.value


def faults(case: Case, **changed: Any) -> set[tuple[str, tuple[str | int, ...]]]:  # noqa: ANN401
    """Draw up a faulty plan, and tell every fault with its place."""
    found = refused(refusals.PlanRefused, lambda: draw(case, **changed))
    assert isinstance(found, refusals.PlanRefused)
    return {(fault.code, fault.path) for fault in found.faults}


def test_an_estimate_is_made_from_the_ground_up_and_frozen(case: Case) -> None:
    plan = draw(case)
    items = plan.estimate["items"]
    assert plan.total_fen == sum(item["fen"]["likely"] for item in items) == 39_310_345
    assert plan.estimate["model"] == "cn-published"
    assert plan.estimate["digest"] == cost_model_on(NOW.date()).digest
    assert all(item["source"] and item["grade"] for item in items)


def test_another_cost_model_leaves_plans_as_they_were(case: Case) -> None:
    before = draw(case)
    text = cost_model_on(NOW.date()).text.replace("likely = 11_000_000", "likely = 12_000_000")
    city = someone("city-officer", "chongqing")
    adopt_cost_model(text=text, from_on=NOW.date(), by=city, now=NOW)
    after = draw(case)
    kept = Plan.objects.get(pk=before.pk)
    assert kept.total_fen == 39_310_345 < after.total_fen
    assert kept.estimate["digest"] != after.estimate["digest"]


def test_the_subsidy_is_what_the_rules_of_the_place_propose(case: Case) -> None:
    plan = draw(case)
    assert plan.subsidy_fen == plan.total_fen * 3 // 5
    assert plan.subsidy_law == "chongqing/subsidy/lift@2020-09-01"


def test_a_subsidy_handed_in_stands_without_a_law(case: Case) -> None:
    plan = draw(case, subsidy_fen=10_000_000)
    assert (plan.subsidy_fen, plan.subsidy_law) == (10_000_000, "")


def test_moving_pipes_is_asked_for(case: Case) -> None:
    assert draw(case, asks=("pipes",)).total_fen > draw(case).total_fen


@pytest.mark.parametrize("scheme", scheme_ids())
def test_shares_of_every_scheme_come_to_what_is_shared(case: Case, scheme: str) -> None:
    plan = draw(case)
    laid = plans.sharing_plan(plan)
    try:
        paid = plans.shares_of(plan, scheme)
    except RuleBroken:
        return
    assert sum(paid.values()) == laid.shared_fen
    assert list(paid.values()) == list(shares.share(laid, scheme).pays_fen)
    assert set(paid) == {flat.pk for flat in case.flats}


def test_shares_are_those_of_the_rules_for_a_known_house(case: Case) -> None:
    plan = draw(case, scheme="stairs", subsidy_fen=0)
    paid = plans.shares_of(plan)
    steps = {flat.pk: flat.floor - 1 for flat in case.flats if flat.floor}
    whole = sum(steps.values())
    assert all(abs(paid[pk] - plan.total_fen * n / whole) < 1 for pk, n in steps.items())


def test_ground_bears_on_single_flats(case: Case) -> None:
    low, high = case.flat("101").pk, case.flat("702").pk
    ground = {
        low: Ground(exempt=True, compensation_fen=600_000),
        high: Ground(takes_part=False),
    }
    plan = draw(case, ground=ground)
    paid = plans.shares_of(plan)
    assert paid[low] == paid[high] == 0
    assert sum(paid.values()) == plan.total_fen - plan.subsidy_fen + 600_000


def test_a_house_entered_half_way_up_counts_from_there(case: Case) -> None:
    case.stairwell.entries = [1, 4]
    case.stairwell.save()
    laid = plans.sharing_plan(draw(case))
    assert [flat.street_floor for flat in laid.flats] == [1] * 4 + [4] * 10
    assert usual_ground(2, [1, 4]).street_floor == 1
    assert usual_ground(3, [1, 4]).street_floor == 4


def test_areas_of_today_count_until_the_roll_is_fixed(case: Case) -> None:
    plan = draw(case)
    flat = case.flat("702")
    before = plans.shares_of(plan)[flat.pk]
    flat.area_dm2 = 14_000
    flat.save()
    assert plans.shares_of(plan)[flat.pk] > before


def test_running_costs_go_by_their_rule(case: Case) -> None:
    plan = draw(case, running_fen=480_000, running_rule="equal")
    runs = plans.running_of(plan)
    paying = [pk for pk, fen in plans.shares_of(plan).items() if fen]
    assert sum(runs.values()) == 480_000
    assert {runs[pk] for pk in paying} == {40_000}


def test_joining_later_costs_the_agreed_factor_after_the_term(case: Case) -> None:
    plan = draw(case, late_years=5, late_factor_bp=10_000)
    flat = case.flat("702").pk
    share = plans.shares_of(plan)[flat]
    assert plans.joining_later(plan, flat, 4).pays_fen == share
    late = plans.joining_later(plan, flat, 5)
    assert late.pays_fen == 2 * share == sum(late.refunds_fen)


def test_every_scheme_is_set_beside_the_plans_own(case: Case) -> None:
    found = plans.comparison_of(draw(case))
    named = {one.shares.scheme for one in found.columns} | {name for name, _ in found.refused}
    assert named == set(scheme_ids())
    own = next(one for one in found.columns if one.shares.scheme == "gd-ref")
    assert (own.gain, own.lose) == (0, 0)
    assert all(one.judged for one in found.columns)  # by what the cost model says of going alone


def test_what_going_alone_costs_may_be_handed_in(case: Case) -> None:
    plan = draw(case, costs=Costs(fixed_fen=18_000_000, storey_fen=2_400_000))
    assert plan.costs == {"fixed_fen": 18_000_000, "storey_fen": 2_400_000}


def test_a_table_of_their_own_is_kept_exactly(case: Case) -> None:
    entries = tuple((floor, Fraction(floor - 1, 3)) for floor in range(1, 8))
    plan = draw(case, scheme="custom", table=OwnTable(entries, "flat"))
    assert facts_of(Plan.objects.get(pk=plan.pk)).table == OwnTable(entries, "flat")
    assert sum(plans.shares_of(plan).values()) == plan.total_fen - plan.subsidy_fen


def test_what_a_plan_said_can_be_read_back_and_drawn_again(case: Case) -> None:
    first = draw(case, late_years=3, rights={**USUAL.rights, "couriers": "stairs"})
    again = draw(case, facts=facts_of(Plan.objects.get(pk=first.pk)))
    assert not any(line.differs for line in plans.side_by_side([first, again]))


def test_side_by_side_tells_what_differs(case: Case) -> None:
    rights = {**USUAL.rights, "couriers": "stairs"}
    one, other = draw(case), draw(case, entry="flat", rights=rights)
    differing = {line.name for line in plans.side_by_side([one, other]) if line.differs}
    assert differing == {"entry", "total_fen", "subsidy_fen", "rights.couriers"}


def test_every_fault_of_a_plan_is_told_at_once_and_at_its_place(case: Case) -> None:
    found = faults(
        case, name=" ", position="", profile="p99", rights={}, late_years=-1, running_rule="x"
    )
    assert {path for _, path in found} == {
        ("plan", "name"),
        ("plan", "position"),
        ("plan", "profile"),
        ("plan", "late_years"),
        ("plan", "running_rule"),
        *(("plan", f"rights_{matter}") for matter in USUAL.rights),
    }


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"stops": 1}, "estimate.out_of_range", ("plan", "stops")),
        ({"entry": "roof"}, "estimate.unknown_entry", ("plan", "entry")),
        ({"asks": ("gold",)}, "estimate.unknown_asks", ("plan", "asks")),
        ({"scheme": "mine"}, "sharing.unknown_scheme", ("plan", "scheme")),
        ({"inside": "mine"}, "sharing.unknown_inside", ("plan", "inside")),
        ({"scheme": "custom"}, "sharing.no_table", ("plan", "scheme")),
        ({"scheme": "xinmin"}, "sharing.no_entry", ("plan", "scheme")),
        ({"scheme": "bj2022"}, "sharing.numbers_unknown", ("plan", "scheme")),
        ({"subsidy_fen": 10**9}, "sharing.subsidy_above_cost", ("plan", "subsidy_fen")),
        ({"subsidy_fen": -1}, "sharing.money_outside", ("plan", "subsidy_fen")),
        ({"costs": Costs(0, 0)}, "sharing.money_outside", ("plan", "storey_fen")),
        ({"running_fen": -1}, "consultation.number_outside", ("plan", "running_fen")),
        ({"late_factor_bp": 50_001}, "consultation.number_outside", ("plan", "late_factor_bp")),
        (
            {"table": OwnTable(((2, Fraction(-1)),))},
            "sharing.entry_below_zero",
            ("table", 0, "entry"),
        ),
    ],
)
def test_a_faulty_plan_is_refused(
    case: Case,
    changed: dict[str, Any],
    code: str,
    path: tuple[str | int, ...],
) -> None:
    assert faults(case, **changed) == {(code, path)}


def test_a_fault_of_a_flat_leads_to_its_row(case: Case) -> None:
    flat = case.flat("301")
    flat.area_dm2 = flat.floor = None
    flat.save()
    found = faults(case, ground={case.flat("302").pk: Ground(stop=3)})
    assert found == {
        ("sharing.area_outside", ("flats", flat.pk, "area_dm2")),
        ("sharing.floor_outside", ("flats", flat.pk, "floor")),
        ("sharing.unknown_stop", ("flats", case.flat("302").pk, "stop")),
    }


def test_a_plan_names_no_flat_of_another_stairwell(case: Case) -> None:
    other = found_consultation(name="另一小区")
    pk = other.flats[0].pk
    assert faults(case, ground={pk: Ground()}) == {
        ("consultation.flat_elsewhere", ("flats", pk, "id"))
    }


def test_plans_are_drawn_up_only_while_they_are_discussed(case: Case) -> None:
    case.consultation.state = "open"
    case.consultation.save()
    refused(refusals.NotNow, lambda: draw(case))


def test_only_so_many_plans_are_compared(case: Case) -> None:
    for _ in range(MOST_PLANS - 1):
        plan = draw(case)
    refused(refusals.TooManyPlans, lambda: draw(case))
    planning.drop_plan(plan_id=plan.pk, by=case.officer, now=NOW)
    assert draw(case).number == MOST_PLANS + 1


def test_only_who_runs_it_draws_up_and_chooses(case: Case) -> None:
    plan = draw(case)
    keeper = case.keeper
    refused(
        NotPermitted,
        lambda: planning.choose_plan(plan_id=plan.pk, by=keeper, now=NOW),
    )
    refused(
        NotInReach,
        lambda: planning.choose_plan(plan_id=plan.pk, by=case.stranger, now=NOW),
    )
    refused(
        NotPermitted,
        lambda: planning.drop_plan(plan_id=plan.pk, by=case.resident("101"), now=NOW),
    )


def test_a_plan_chosen_is_not_dropped_and_a_dropped_one_not_chosen(case: Case) -> None:
    seat_group(case)
    one, other = draw(case), draw(case)
    planning.choose_plan(plan_id=one.pk, by=case.officer, now=NOW)
    refused(
        refusals.PlanChosen, lambda: planning.drop_plan(plan_id=one.pk, by=case.officer, now=NOW)
    )
    planning.drop_plan(plan_id=other.pk, by=case.officer, now=NOW)
    refused(
        refusals.PlanDropped,
        lambda: planning.choose_plan(plan_id=other.pk, by=case.officer, now=NOW),
    )
    assert plans.plans_of(case.consultation) == [case.plan, one]


def test_a_plan_that_no_longer_holds_is_not_chosen(case: Case) -> None:
    seat_group(case)
    plan = draw(case)
    flat = case.flat("301")
    flat.area_dm2 = None
    flat.save()
    found = refused(
        refusals.PlanRefused,
        lambda: planning.choose_plan(plan_id=plan.pk, by=case.officer, now=NOW),
    )
    assert isinstance(found, refusals.PlanRefused)
    assert [fault.path for fault in found.faults] == [("flats", flat.pk, "area_dm2")]


def impact(case: Case, facts: ImpactFacts = IMPACT) -> Impact:
    assert case.plan
    return planning.record_impact(
        plan_id=case.plan.pk,
        flat_id=case.flat("101").pk,
        facts=facts,
        by=case.officer,
        now=NOW,
    )


def test_the_last_word_on_an_impact_stands(case: Case) -> None:
    impact(case)
    assert impact(case, replace(IMPACT, daylight="serious", occupied=True)).occupied
    assert Impact.objects.get().daylight == "serious"


def test_somebody_answers_for_an_impact(case: Case) -> None:
    refused(refusals.AuthorMissing, lambda: impact(case, replace(IMPACT, author=" ")))
    refused(refusals.AnswerUnknown, lambda: impact(case, replace(IMPACT, noise="loud")))


def test_a_plan_is_chosen_only_once_the_owners_group_is_complete(case: Case) -> None:
    plan = draw(case)
    with pytest.raises(refusals.GroupIncomplete) as refused:
        planning.choose_plan(plan_id=plan.pk, by=case.officer, now=NOW)
    assert refused.value.facts == {"least": 3, "count": 0}
    seat_group(case)
    planning.choose_plan(plan_id=plan.pk, by=case.officer, now=NOW)
    case.consultation.refresh_from_db()
    assert case.consultation.plan_id == plan.pk
