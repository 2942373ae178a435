"""Nobody sees a row outside the reach of their posts: for every duty, scope and query."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from tests.places_cast import (
    NOW,
    OTHER_STREET,
    PNG,
    STREET,
    Town,
    found_town,
    resident_of,
    someone,
)
from tuanti.people.actors import NOBODY, Actor
from tuanti.places.commands import flats, papers, privacy, programme
from tuanti.places.commands.papers import PaperFacts
from tuanti.places.facts import ProjectFacts, StairwellFacts
from tuanti.places.filing import Paper
from tuanti.places.models import Estate, Owner
from tuanti.places.queries import counts, places_below, scoped, within
from tuanti.rules.duties import DUTIES

pytestmark = pytest.mark.django_db
Query = Callable[..., QuerySet[Any]]

# Every scoped query, and how its rows lead to their estate.
QUERIES: list[tuple[Query, str]] = [
    (scoped.estates_for, "pk"),
    (scoped.buildings_for, "estate_id"),
    (scoped.stairwells_for, "building__estate_id"),
    (scoped.flats_for, "stairwell__building__estate_id"),
    (scoped.owners_for, "estate_id"),
    (scoped.paper_cases_for, "stairwell__building__estate_id"),
    (scoped.reports_for, "flat__stairwell__building__estate_id"),
    (scoped.projects_for, "estate_id"),
]
REACH = {  # scope -> whose estates it may show
    STREET: {"near"},
    OTHER_STREET: {"far"},
    "jiulongpo": {"near"},
    "liangjiang": {"far"},
    "chongqing": {"near", "far"},
    "jiangbei": set(),
    "yuzhong": set(),
}


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    town = found_town()
    for held, officer in ((town.wang, town.officer), (town.far_owner, town.stranger)):
        facts = PaperFacts("voted", NOW.date())
        papers.enter_from_paper(
            stairwell_id=held.flat.stairwell_id,
            facts=facts,
            paper=Paper("a.png", PNG),
            by=officer,
            now=NOW,
        )
        privacy.report_mistake(flat_id=held.flat_id, text="面积不对", by=resident_of(held), now=NOW)
        programme.record_project(
            division_id=held.owner.estate.street_id,
            facts=ProjectFacts("改造", 2026),
            estate_id=held.owner.estate_id,
            by=officer,
            now=NOW,
        )
    return town


def seen(query: Query, way: str, actor: Actor, town: Town) -> set[str]:
    names = {town.estate.pk: "near", town.far.pk: "far"}
    return {names[pk] for pk in query(actor).values_list(way, flat=True)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    duties=st.lists(st.sampled_from(sorted(DUTIES)), min_size=1, max_size=3),
    scopes=st.lists(st.sampled_from(sorted(REACH)), min_size=3, max_size=3),
    which=st.sampled_from(QUERIES),
)
def test_no_query_shows_a_row_outside_the_reach(
    town: Town, duties: list[str], scopes: list[str], which: tuple[Query, str]
) -> None:
    posts = [someone(*pair).posts[0] for pair in zip(duties, scopes, strict=False)]
    actor = Actor(id="account:1", posts=tuple(posts))
    placed = [post.scope for post in posts if DUTIES[post.duty].scope == "place"]
    allowed = set().union(*(REACH[scope] for scope in placed)) if placed else set()
    assert seen(*which, actor, town) <= allowed


@pytest.mark.parametrize("scope", sorted(REACH))
@pytest.mark.parametrize(("query", "way"), QUERIES)
def test_a_street_officers_reach_is_all_of_it(
    town: Town, scope: str, query: Query, way: str
) -> None:
    assert seen(query, way, someone("street-officer", scope), town) == REACH[scope]


@pytest.mark.parametrize(("query", "way"), QUERIES)
def test_visitors_and_suppliers_see_nothing(town: Town, query: Query, way: str) -> None:
    assert not seen(query, way, NOBODY, town)
    assert not seen(query, way, someone("supplier-manager", "chongqing"), town)


def test_a_widened_query_would_be_noticed(town: Town) -> None:
    assert seen(lambda _: Estate.objects.all(), "pk", town.officer, town) > REACH[STREET]


def test_a_resident_sees_their_stairwell_flat_and_self_only(town: Town) -> None:
    me = resident_of(town.wang)
    assert set(scoped.stairwells_for(me)) == {town.stairwell}
    assert set(scoped.flats_for(me)) == {town.flat}
    assert set(scoped.owners_for(me)) == {town.wang.owner}
    assert {one.owner for one in scoped.reports_for(me)} == {town.wang.owner}
    assert not scoped.divisions_for(me).exists()
    for duty in ("street-officer", "community-worker"):
        assert not scoped.owners_for(me, duty).exists()
        assert not scoped.flats_for(me, duty).exists()


def test_a_property_manager_sees_no_owner(town: Town) -> None:
    Estate.objects.filter(pk=town.estate.pk).update(property_firm="firm")
    manager = someone("property-manager", "firm")
    assert set(scoped.estates_for(manager)) == {town.estate}
    assert not scoped.owners_for(manager).exists()


def test_a_duty_is_not_lent_from_one_place_to_another(town: Town) -> None:
    here, there = someone("auditor", OTHER_STREET), someone("street-officer", STREET)
    actor = Actor(id="account:1", posts=(*here.posts, *there.posts))
    assert set(scoped.estates_for(actor)) == {town.estate, town.far}
    assert set(scoped.estates_for(actor, "street-officer")) == {town.estate}
    assert set(scoped.owners_for(actor)) == set(Owner.objects.filter(estate=town.estate))


def test_a_stairwell_lies_where_its_estate_does(town: Town) -> None:
    code = town.stairwell.code
    assert within(code, STREET)
    assert within(code.lower(), "chongqing")
    assert not within(code, OTHER_STREET)
    assert OTHER_STREET in places_below(["liangjiang"])
    assert STREET not in places_below(["liangjiang"])


def test_counts_roll_up_in_few_queries(
    town: Town, django_assert_num_queries: Callable[[int], Any]
) -> None:
    city = someone("city-officer", "chongqing")
    with django_assert_num_queries(5):
        (row,) = counts.of_scopes(city)
    assert row.counts == counts.Counts(2, 2, 2, 2, 6)
    flats.amend_stairwell(
        stairwell_id=town.stairwell.pk,
        facts=StairwellFacts(town.stairwell.name, lift=True),
        by=town.officer,
        now=NOW,
    )
    rows = {one.division.pk: one.counts for one in counts.below(city, row.division)}
    assert rows["jiulongpo"] == counts.Counts(1, 1, 1, 0, 3)
    assert rows["liangjiang"].walk_ups == 1
    assert rows["yuzhong"] == counts.Counts()


def test_an_estates_counts_do_not_multiply(town: Town) -> None:
    flats.remove_flat(flat_id=town.flats[2].pk, by=town.officer, now=NOW)
    found = counts.with_counts(scoped.estates_for(town.officer)).get()
    shown = {name: getattr(found, f"{name}_count") for name in ("buildings", "stairwells", "flats")}
    assert shown == {"buildings": 1, "stairwells": 1, "flats": 2}
