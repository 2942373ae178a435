"""A demonstration lets one step into any role with one click, and nothing else ever does."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from tests import demo_urls  # made while no demonstration runs
from tuanti.rules.duties import DUTIES
from tuanti.sample import housing, staging

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
