"""A resident's own pages: what they see, agree to, report and take with them."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.pages.test_places_pages import LANGUAGES, content_of, furnished, shown
from tests.places_cast import NOW, Town, come_in
from tuanti.places.commands import owners
from tuanti.places.facts import OwnerFacts
from tuanti.places.models import Agreement, Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return furnished()


def test_a_resident_sees_their_home_and_can_take_their_data(town: Town) -> None:
    client = come_in(town.wang)
    for language in LANGUAGES:
        text = shown(client, "/my/home", language)
        assert "王秀英" in text
        assert "李建国" not in text
        assert "上门约时间" in text
        assert "面积不对" in text
        shown(client, "/my/report", language)
    told = json.loads(client.get("/my/data").content)
    assert told["person"]["phone"] == "19900000001"
    assert told["looks"][0]["reason"] == "上门约时间"
    assert content_of(client.get("/my/data?format=xlsx"))
    assert client.get("/estates").status_code in (302, 403)


def test_a_resident_agrees_reports_and_leaves(town: Town) -> None:
    client = come_in(town.wang)
    assert client.post("/my/agreements/data-use").status_code == 302
    mine = Agreement.objects.get(owner=town.wang.owner_id)
    assert not mine.on_behalf
    assert client.post(f"/my/agreements/{mine.pk}/withdraw").status_code == 302
    others = Agreement.objects.get(owner=town.li.owner_id)
    assert client.post(f"/my/agreements/{others.pk}/withdraw").status_code == 404
    told = {"flat": town.flat.pk, "text": "楼层应为 1 层"}
    assert client.post("/my/report", told).status_code == 302
    told = {"flat": town.flats[1].pk, "text": "别人家的"}
    assert client.post("/my/report", told).status_code == 200
    assert Report.objects.count() == 2
    client.post("/my/leave")
    assert client.get("/my/home").status_code == 302


def test_who_sold_their_flat_has_no_page_there(town: Town) -> None:
    client = come_in(town.wang)
    owners.transfer(ownership_id=town.wang.pk, to=OwnerFacts("张丽"), by=town.officer, now=NOW)
    assert client.get("/my/home").status_code == 404
    assert client.get("/my/data").status_code == 404
