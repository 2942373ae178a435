"""Pages of places name things as people do: buildings, firms, districts, and who acted."""

import re

import pytest
from django.test import Client

from tests.places_cast import NOW, OTHER_STREET, STREET, Town, found_town, signed_in, someone
from tuanti.people.models import Account, Organisation
from tuanti.places.models import Building, Estate, Stairwell

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    """A town whose lists brought bare numbers."""
    town = found_town()
    Building.objects.filter(pk=town.building.pk).update(name="3")
    Stairwell.objects.filter(pk=town.stairwell.pk).update(name="2")
    return town


def text_of(client: Client, address: str, language: str = "zh-hans") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_page_calls_a_building_and_a_stairwell_in_full(town: Town) -> None:
    client = signed_in(town.officer)
    assert "3栋</a>" in text_of(client, f"/estates/{town.estate.pk}")
    assert "<title>翰林苑3栋 " in text_of(client, f"/buildings/{town.building.pk}")
    assert "2单元</a>" in text_of(client, f"/buildings/{town.building.pk}")
    for address in (f"/stairwells/{town.stairwell.pk}", f"/stairwells/{town.stairwell.pk}/poster"):
        shown = text_of(client, address)
        assert "翰林苑3栋2单元" in shown
        assert "3栋</a>" in shown
    flat = text_of(client, f"/flats/{town.flat.pk}", "en")
    assert "翰林苑, Building 3, Stairwell 2, Flat 101" in flat
    assert "Stairwell 2</a>" in flat
    csv = client.get(f"/estates/{town.estate.pk}?format=csv")
    assert "Building 3" in b"".join(csv).decode("utf-8-sig")


def test_a_form_about_a_building_keeps_its_bare_number(town: Town) -> None:
    shown = text_of(signed_in(town.officer), f"/buildings/{town.building.pk}/edit")
    assert re.search(r'name="name" value="3"', shown)


def test_history_tells_who_acted_by_name(town: Town) -> None:
    client = signed_in(town.officer)
    acted = Account.objects.get(name=town.officer.name)
    told = {"name": "9", "storeys": "7"}
    assert client.post(f"/estates/{town.estate.pk}/buildings/new", told).status_code == 302
    made = Building.objects.get(name="9")
    story = text_of(client, f"/buildings/{made.pk}").partition('class="story"')[2]
    assert acted.name in story
    assert f"账号 {acted.pk}" not in story


def test_a_district_without_rules_is_named_and_each_state_is_a_pill(town: Town) -> None:
    far = Building.objects.get(estate=town.far)
    shown = text_of(signed_in(town.stranger), f"/buildings/{far.pk}")
    assert "没有查到“两江新区”在" in shown
    assert "liangjiang" not in shown.partition('id="eligible"')[2].partition("</section>")[0]
    reasons = shown.partition('<ul class="reasons">')[2].partition("</ul>")[0]
    assert reasons.count("<li>") == reasons.count('class="state ') > 0


def test_a_property_firm_is_chosen_and_shown_by_name(town: Town) -> None:
    for name, place in (("甲物业", "chongqing"), ("乙物业", OTHER_STREET)):
        Organisation.objects.create(
            id=f"firm-{place}", kind="property-firm", name=name, place=place, opened_at=NOW
        )
    client = signed_in(town.officer)
    address = f"/estates/{town.estate.pk}/edit"
    for form in (text_of(client, address), text_of(client, "/estates/new")):
        assert '<option value="firm-chongqing">甲物业</option>' in form
        assert "乙物业" not in form
        assert "没有物业" in form
    told = {"name": "翰林苑", "property_firm": f"firm-{OTHER_STREET}"}
    assert client.post(address, told).status_code == 200  # not among those offered
    assert client.post(address, told | {"property_firm": "firm-chongqing"}).status_code == 302
    assert Estate.objects.get(pk=town.estate.pk).property_firm == "firm-chongqing"
    assert "甲物业" in text_of(client, f"/estates/{town.estate.pk}")
    assert '<option value="firm-chongqing" selected>' in text_of(client, address)
    assert client.post(address, told | {"property_firm": ""}).status_code == 302
    assert Estate.objects.get(street=STREET).property_firm == ""


def test_who_serves_no_division_is_led_to_their_estates(town: Town) -> None:
    neighbour = signed_in(someone("owners-representative", town.stairwell.code))
    answer = neighbour.get("/places", follow=True)
    assert answer.redirect_chain == [("/estates", 302)]
    assert "翰林苑" in answer.content.decode()
