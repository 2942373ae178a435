"""Standard lifts and cost models: loaded once, adopted by the city, checked whole."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.places_cast import NOW, STREET, someone
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.profiles import commands, queries, refusals
from tuanti.profiles.models import CostModel, Profile
from tuanti.rules import cost_model
from tuanti.rules.cost_model import ModelRefused
from tuanti.rules.errors import RuleBroken
from tuanti.rules.estimate import LiftRefused

pytestmark = pytest.mark.django_db
CITY = someone("city-officer", "chongqing")
TODAY = date(2026, 11, 22)


def other_text() -> str:
    return queries.cost_model_on(TODAY).text.replace("12_000_000", "13_000_000")


def adopt(text: str, from_on: date = TODAY) -> CostModel:
    return commands.adopt_cost_model(text=text, from_on=from_on, by=CITY, now=NOW)


def refused(refusal: type[RuleBroken], do: Callable[[], object]) -> RuleBroken:
    before = (CostModel.objects.count(), Profile.objects.count(), Entry.objects.count())
    with pytest.raises(refusal) as found:
        do()
    assert (CostModel.objects.count(), Profile.objects.count(), Entry.objects.count()) == before
    return found.value


def test_the_packaged_profiles_are_those_the_packaged_model_prices() -> None:
    assert set(commands.packaged()) == set(cost_model.packaged().profiles)


def test_loading_again_changes_nothing() -> None:
    assert commands.load_profiles(by=CLOCK, now=NOW) == 3
    entries = Entry.objects.count()
    assert commands.load_profiles(by=CLOCK, now=NOW) == 0
    assert Entry.objects.count() == entries


def test_every_profile_tells_where_it_comes_from() -> None:
    commands.load_profiles(by=CLOCK, now=NOW)
    assert all(profile.source for profile in queries.profiles_on(TODAY))


def test_a_profile_is_there_from_its_day_until_its_end() -> None:
    commands.load_profiles(by=CLOCK, now=NOW)
    Profile.objects.filter(pk="p450").update(from_on=TODAY, until_on=TODAY + timedelta(1))
    days = {
        day: "p450" in set(queries.profiles_on(day).values_list("pk", flat=True))
        for day in (TODAY - timedelta(1), TODAY, TODAY + timedelta(1))
    }
    assert list(days.values()) == [False, True, False]
    with pytest.raises(refusals.ProfileUnknown):
        queries.profile_on("p450", TODAY + timedelta(1))


def test_the_packaged_model_is_the_first() -> None:
    here = queries.cost_model_on(date(2020, 1, 1))
    assert (here.model, here.from_on) == (cost_model.packaged(), None)


def test_a_model_holds_from_its_day_until_the_nexts() -> None:
    first = adopt(other_text())
    later = adopt(other_text().replace("13_000_000", "14_000_000"), TODAY + timedelta(30))
    found = [
        queries.cost_model_on(day).digest
        for day in (TODAY, TODAY + timedelta(29), TODAY + timedelta(30))
    ]
    assert found == [first.digest, first.digest, later.digest]
    assert queries.cost_model_on(TODAY - timedelta(1)).from_on is None


def test_an_estimate_goes_by_the_model_of_its_day() -> None:
    before = queries.estimate_of("p800", 7, "half", (), TODAY).total
    adopt(other_text(), TODAY + timedelta(1))
    assert queries.estimate_of("p800", 7, "half", (), TODAY).total == before
    assert queries.estimate_of("p800", 7, "half", (), TODAY + timedelta(1)).total.high > before.high


def test_an_unknown_lift_cannot_be_estimated() -> None:
    with pytest.raises(LiftRefused):
        queries.estimate_of("p1", 7, "half", (), TODAY)


def test_a_faulty_model_is_refused_with_every_fault() -> None:
    text = other_text().replace('grade = "C"', 'grade = "Z"').replace("[[profiles]]", "[[x]]", 1)
    found = refused(ModelRefused, lambda: adopt(text))
    assert isinstance(found, ModelRefused)
    assert len(found.faults) > 5


@pytest.mark.parametrize(
    ("from_on", "refusal"),
    [(TODAY - timedelta(1), refusals.DayPast), (TODAY, refusals.DayTaken)],
)
def test_a_model_comes_into_force_today_or_later_one_a_day(
    from_on: date, refusal: type[RuleBroken]
) -> None:
    adopt(other_text())
    refused(refusal, lambda: adopt(other_text() + "\n", from_on))


def test_the_same_model_is_not_adopted_again() -> None:
    text = queries.cost_model_on(TODAY).text
    refused(refusals.SameModel, lambda: adopt(text))
    refused(refusals.SameModel, lambda: adopt(text.replace("\n", "\r\n")))


def test_a_model_prices_every_profile_plans_may_name() -> None:
    commands.load_profiles(by=CLOCK, now=NOW)
    Profile.objects.filter(pk="p450").update(id="p1000")
    found = refused(refusals.ProfilesUnpriced, lambda: adopt(other_text()))
    assert found.facts["names"] == "p1000"


@pytest.mark.parametrize("duty", ["district-officer", "street-officer", "auditor"])
def test_nobody_but_the_city_sets_prices(duty: str) -> None:
    by = someone(duty, STREET)
    text = other_text()
    refused(
        refusals.NotPermitted,
        lambda: commands.adopt_cost_model(text=text, from_on=TODAY, by=by, now=NOW),
    )
    refused(refusals.NotPermitted, lambda: commands.load_profiles(by=by, now=NOW))
