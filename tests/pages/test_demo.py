"""A demonstration lets one step into any role with one click, and nothing else ever does."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from tests import demo_urls  # made while no demonstration runs
from tuanti.places.models import Estate, Flat, Owner, Ownership
from tuanti.rules.duties import DUTIES
from tuanti.sample import housing, staging
from tuanti.sample.cast import clerks, first_estates, spoken_for, username, workers

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: Settings) -> Client:
    settings.DEMO = True
    settings.ROOT_URLCONF = demo_urls.__name__
    settings.POLICY = "tests.demo_urls.TABLE"
    staging.stage("tiny", told=lambda *_: None)
    return Client()


def test_one_click_leads_into_every_role(town: Client) -> None:
    page = town.get("/demo/").content.decode()
    for member in housing.cast("tiny"):
        assert f'value="{member.id}"' in page
        town.post("/demo/enter", {"who": member.id})
        desk = town.get("/desk")
        assert desk.status_code == 200
        assert member.name in desk.content.decode()
    assert {member.duty for member in housing.cast("tiny")} == set(DUTIES)


def test_one_click_leads_into_a_neighbour_s_home(town: Client) -> None:
    page = town.get("/demo/")
    people = {one["name"]: one["owner"] for one in page.context["neighbours"]}
    assert set(people) == {housing.WANG_AYI, housing.LI_SHU}
    for owner in people.values():
        entered = town.post("/demo/enter-home", {"who": owner}, follow=True)
        assert entered.status_code == 200
        assert entered.redirect_chain


def of_the_cast() -> tuple[Estate, Flat, Owner]:
    """The first street's estate, a flat of it and who owns that."""
    held = Ownership.objects.filter(owner__name=housing.WANG_AYI).earliest("pk")
    return held.flat.stairwell.building.estate, held.flat, held.owner


@pytest.mark.parametrize("what", ["worker", "clerk"])
def test_the_next_street_is_stepped_into_and_sees_nothing_of_the_first(
    town: Client, what: str
) -> None:
    here, flat, owner = of_the_cast()
    there = Estate.objects.exclude(street=here.street).get()
    who = username(what, there.street_id)
    page = town.get("/demo/").content.decode()
    assert f'value="{who}"' in page
    assert "杨家坪街道" in page
    assert f'href="/estates/{here.pk}"' in page  # the address to try
    town.post("/demo/enter", {"who": who})
    estates = town.get("/estates").content.decode()
    assert there.name in estates
    assert here.name not in estates
    assert town.get(f"/estates/{there.pk}").status_code == 200
    for address in (f"/estates/{here.pk}", f"/flats/{flat.pk}", f"/owners/{owner.pk}"):
        assert town.get(address).status_code == 404
    town.post("/demo/enter", {"who": "ran-yutong"})
    assert town.get(f"/estates/{here.pk}").status_code == 200
    assert town.get(f"/estates/{there.pk}").status_code == 404


def test_a_clerk_or_worker_of_the_demonstration_is_in_the_right_body() -> None:
    kinds = {body.id: body for body in housing.organisations("demo")}
    for member in workers("demo"):
        body = kinds[member.organisation]
        assert (body.kind, body.place) == ("community", member.scope)
        assert member.duty == "community-worker"
    streets = {one.community.street for one in first_estates("demo")}
    assert {one.scope for one in clerks(kinds.values())} == streets
    assert len(streets) == 4
    assert not list(workers("city"))


def test_each_street_of_the_demonstration_has_a_stairwell_that_is_spoken_for() -> None:
    groups = {one.place for one in housing.organisations("demo") if one.kind == "owners-group"}
    assert groups == {one.community.id for one in first_estates("demo")}
    for estate in first_estates("demo"):
        house = spoken_for("demo", estate)
        assert house
        assert not any(house.lifts)
        assert not house.demolition
    assert spoken_for("tiny", first_estates("tiny")[1]) is None  # a lift, a plan, and no list


@pytest.mark.parametrize(("door", "who"), [("enter", "nobody"), ("enter-home", "0")])
def test_there_is_no_stepping_into_anybody_else(town: Client, door: str, who: str) -> None:
    assert town.post(f"/demo/{door}", {"who": who}).status_code == 404


def test_without_a_demonstration_the_doors_are_not_there() -> None:
    for address in ("/demo/", "/demo/enter", "/demo/enter-home"):
        assert Client().get(address).status_code == 404
        assert Client().post(address, {"who": "zhou-zhiyuan"}).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("sample:roles")


def test_a_service_has_no_such_doors_whatever_its_environment_says() -> None:
    secrets = {
        "TUANTI_SECRET_KEY": "k" * 60,
        "TUANTI_VAULT_KEYS": f"k1:{'A' * 43}=",
        "TUANTI_INDEX_KEY": f"{'A' * 43}=",
        "TUANTI_JOURNAL_KEY": f"{'A' * 43}=",
    }
    asked = (
        "import django; django.setup(); from tuanti.config import policy, urls; "
        "from django.conf import settings; print(settings.DEMO, "
        "[name for name in policy.TABLE if name.startswith('sample')], "
        "[str(one.pattern) for one in urls.urlpatterns if 'demo' in str(one.pattern)])"
    )
    environment = os.environ | secrets | {"TUANTI_MODE": "service", "TUANTI_DEMO": "1", "DEMO": "1"}
    told = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split("\n")[0] == "False [] []"
