"""How much stands in an estate is counted as it changes, and never differs from the rows."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.imports_cast import HEADINGS, Clerk, clerk, csv_of
from tests.imports_cast import flat as line
from tests.places_cast import NOW, OTHER_STREET, PNG, STREET, found_town, resident_of, someone
from tuanti.people.actors import Actor
from tuanti.places import stock
from tuanti.places.commands import estates, flats, papers
from tuanti.places.commands.papers import PaperFacts
from tuanti.places.facts import BuildingFacts, EstateFacts, FlatFacts, StairwellFacts
from tuanti.places.filing import Paper
from tuanti.places.models import Building, Estate, Flat, Import, Stairwell, Stock
from tuanti.places.queries import counts
from tuanti.places.queries.counts import Counts
from tuanti.rules.errors import RuleBroken

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"by": someone("street-officer", STREET), "now": NOW}
FEW = st.integers(0, 2)
STOREYS = st.sampled_from((None, 3, 4, 9))
LIFT = st.sampled_from((None, False, True))


# --- What is done to a street, by number: the nth of what there is -------------------------------


def nth(model: Any, number: int) -> int:  # noqa: ANN401 (a model)
    ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
    return ids[number % len(ids)] if ids else 0


def add_estate(_: Clerk, name: int) -> None:
    estates.add_estate(street_id=STREET, facts=EstateFacts(f"小区{name}"), **BY)


def add_building(_: Clerk, at: int, name: int, storeys: int | None) -> None:
    facts = BuildingFacts(f"{name}", storeys=storeys)
    estates.add_building(estate_id=nth(Estate, at), facts=facts, **BY)


def amend_building(_: Clerk, at: int, name: int, storeys: int | None) -> None:
    facts = BuildingFacts(f"{name}", storeys=storeys)
    estates.amend_building(building_id=nth(Building, at), facts=facts, **BY)


def add_stairwell(_: Clerk, at: int, name: int, lift: bool | None) -> None:  # noqa: FBT001 (drawn)
    facts = StairwellFacts(f"{name}", lift=lift)
    flats.add_stairwell(building_id=nth(Building, at), facts=facts, **BY)


def amend_stairwell(_: Clerk, at: int, name: int, lift: bool | None) -> None:  # noqa: FBT001 (drawn)
    facts = StairwellFacts(f"{name}", lift=lift)
    flats.amend_stairwell(stairwell_id=nth(Stairwell, at), facts=facts, **BY)


def add_flat(_: Clerk, at: int, name: int) -> None:
    flats.add_flat(stairwell_id=nth(Stairwell, at), facts=FlatFacts(f"{name}"), **BY)


def put_in_a_lift(_: Clerk, at: int) -> None:
    facts = PaperFacts(stage="installed", on=NOW.date(), brand="甲梯（虚构）")
    paper = Paper(name="a.png", content=PNG)
    papers.enter_from_paper(stairwell_id=nth(Stairwell, at), facts=facts, paper=paper, **BY)


def remove(_: Clerk, what: int, at: int) -> None:
    match what:
        case 0:
            flats.remove_flat(flat_id=nth(Flat, at), **BY)
        case 1:
            flats.remove_stairwell(stairwell_id=nth(Stairwell, at), **BY)
        case 2:
            estates.remove_building(building_id=nth(Building, at), **BY)
        case _:
            estates.remove_estate(estate_id=nth(Estate, at), **BY)


def bring(clerk: Clerk, lines: list[tuple[int, int, int | None, bool | None, int]]) -> None:
    rows = [
        line(
            flat, 小区=f"小区{estate}", 栋=f"{building}", 总层数=storeys or "", 所在层="",
            电梯={None: "", True: "有", False: "无"}[lift], 单元=f"{flat % 2}",
        )
        for estate, building, storeys, lift, flat in lines
    ]  # fmt: skip
    clerk.load(csv_of(rows, HEADINGS), leave_out=True)


def undo(clerk: Clerk, at: int) -> None:
    if pk := nth(Import, at):
        clerk.undo(Import.objects.get(pk=pk))


def begin(clerk: Clerk) -> None:
    """Enter a house with two stairwells, one of them empty, and an empty house beside it."""
    add_estate(clerk, 0)
    add_building(clerk, 0, 0, 9)
    add_stairwell(clerk, 0, 0, lift=False)
    add_stairwell(clerk, 0, 1, lift=None)
    add_flat(clerk, 0, 101)
    add_flat(clerk, 0, 102)
    add_building(clerk, 0, 1, 9)


def act(do: Callable[..., None], *facts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(do), st.tuples(*facts))


LISTS = st.lists(st.tuples(FEW, FEW, STOREYS, LIFT, st.integers(101, 104)), min_size=1, max_size=5)
ACTS = st.one_of(
    act(add_estate, FEW),
    act(add_building, FEW, FEW, STOREYS),
    act(amend_building, FEW, FEW, STOREYS),
    act(add_stairwell, FEW, FEW, LIFT),
    act(amend_stairwell, FEW, FEW, LIFT),
    act(add_flat, FEW, st.integers(101, 104)),
    act(put_in_a_lift, FEW),
    act(remove, st.integers(0, 3), FEW),
    act(bring, LISTS),
    act(undo, FEW),
)


# --- What stands there, row by row ----------------------------------------------------------------


def recounted() -> dict[int, Counts]:
    found: defaultdict[int, Counts] = defaultdict(Counts)
    for house in Building.objects.all():
        found[house.estate_id].buildings += 1
    for well in Stairwell.objects.select_related("building"):
        high = (well.building.storeys or 0) >= stock.WALK_UP
        found[well.building.estate_id].stairwells += 1
        found[well.building.estate_id].walk_ups += high and not well.lift
    for flat in Flat.objects.select_related("stairwell__building"):
        found[flat.stairwell.building.estate_id].flats += 1
    return dict(found)


def kept() -> dict[int, Counts]:
    rows = Stock.objects.values_list("estate", *stock.COUNTS)
    return {pk: Counts(0, *numbers) for pk, *numbers in rows if any(numbers)}


def of_the_street(by: Actor) -> Counts:
    return counts.by_street(by).get(STREET, Counts())


@settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(ACTS, min_size=1, max_size=12))
def test_what_is_kept_is_what_a_recount_finds_whatever_was_done(
    clerk: Clerk, acts: list[tuple[Callable[..., None], tuple[Any, ...]]]
) -> None:
    with transaction.atomic():
        begin(clerk)
        for do, facts in acts:
            try:
                do(clerk, *facts)
            except RuleBroken:
                continue
            assert kept() == recounted(), do.__name__
        whole = Counts(estates=Estate.objects.count())
        for one in recounted().values():
            whole.add(one)
        assert of_the_street(BY["by"]) == whole
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("do", "facts"),
    [
        (add_building, (0, 2, 9)),
        (amend_building, (0, 0, 3)),
        (add_stairwell, (0, 2, None)),
        (amend_stairwell, (0, 0, True)),
        (add_flat, (0, 103)),
        (put_in_a_lift, (0,)),
        (remove, (0, 0)),
        (remove, (1, 1)),
        (remove, (2, 1)),
        (bring, ([(0, 0, None, True, 102)],)),
    ],
)
def test_every_act_by_itself_is_counted_and_a_list_undone_too(
    clerk: Clerk, do: Callable[..., None], facts: tuple[Any, ...]
) -> None:
    begin(clerk)
    before = kept()
    do(clerk, *facts)
    assert before != kept() == recounted()
    if do is bring:
        undo(clerk, 0)
        assert before == kept() == recounted()


def test_a_list_undone_is_counted_in_what_it_made_and_in_what_it_changed(clerk: Clerk) -> None:
    begin(clerk)
    before = kept()
    lines = [(0, 0, 3, True, 103), (0, 1, 3, False, 101), (0, 2, 9, None, 102)]
    bring(clerk, [*lines, (2, 0, 9, False, 101)])
    assert len(kept()) == 1 + len(before)
    undo(clerk, 0)
    assert before == kept() == recounted()


def test_what_is_changed_past_the_commands_is_found() -> None:
    town = found_town()
    Stairwell.objects.filter(pk=town.stairwell.pk).update(lift=True)
    assert kept() != recounted()
    stock.recount([town.estate.pk])
    assert kept() == recounted()


def test_a_list_that_says_nothing_new_counts_nothing(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = csv_of([line(101), line(102)])
    clerk.load(content)
    monkeypatch.setattr(stock, "recount", lambda _: pytest.fail("it counts"))
    clerk.load(content)


# --- Who sees how much ----------------------------------------------------------------------------


def test_a_street_is_counted_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    town = found_town()
    with django_assert_num_queries(1):
        found = counts.by_street(town.officer)
    assert found == {STREET: Counts(1, 1, 1, 1, 3)}
    assert OTHER_STREET in counts.by_street(town.stranger)


def owners_and_representatives() -> Iterator[Actor]:
    town = found_town()
    other = flats.add_stairwell(
        building_id=town.building.pk, facts=StairwellFacts("3单元"), by=town.officer, now=NOW
    )
    flats.add_flat(stairwell_id=other.pk, facts=FlatFacts("101"), by=town.officer, now=NOW)
    yield resident_of(town.wang)
    yield someone("owners-representative", town.stairwell.code)


def test_who_sees_one_stairwell_is_told_of_no_more() -> None:
    for one in owners_and_representatives():
        assert of_the_street(one) == Counts(1, 1, 1, 1, 3)


def test_who_serves_the_street_too_is_told_of_everything_once() -> None:
    _, neighbour = owners_and_representatives()
    both = Actor(id="account:9", posts=(*neighbour.posts, *BY["by"].posts))
    assert of_the_street(both) == Counts(1, 1, 2, 2, 4)
