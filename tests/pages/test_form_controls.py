"""What stands in a form's controls before anybody touches them, and what its page says it is of."""

from datetime import date

import pytest
from django.test import Client

from tests.places_cast import NOW, Town, found_town, signed_in, someone
from tests.shell_cast import LANGUAGES
from tuanti.people.actors import CLOCK
from tuanti.places.commands import owners
from tuanti.places.commands.programme import record_project
from tuanti.places.facts import ProjectFacts
from tuanti.places.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return found_town()


def shown(client: Client, address: str, language: str) -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_on_file_stands_in_its_control_and_survives_saving(language: str) -> None:
    """A browser's control for days is empty unless the day is written as 2023-08-24."""
    facts = ProjectFacts("改造项目", 2023, started_on=date(2023, 8, 24), finished_on=None)
    made = record_project(division_id="jiulongpo", facts=facts, by=CLOCK, now=NOW)
    client = signed_in(someone("city-officer", "chongqing"))
    form = shown(client, f"/programme/{made.pk}/edit", language)
    assert '<input type="date" name="started_on" value="2023-08-24"' in form
    told = {"name": "改造项目", "year": 2023, "built_until": 2000, "started_on": "2023-08-24"}
    assert client.post(f"/programme/{made.pk}/edit", told).status_code == 302
    assert Project.objects.get().started_on == date(2023, 8, 24)


@pytest.mark.parametrize(("language", "asked"), [("zh-hans", "请选择"), ("en", "Choose")])
def test_a_choice_asks_to_be_made_in_words(town: Town, language: str, asked: str) -> None:
    city = signed_in(someone("city-officer", "chongqing"))
    form = shown(city, "/programme/new", language)
    assert f'<option value="" selected>{asked}</option>' in form
    assert "-----" not in form
    assert "-----" not in shown(signed_in(town.officer), "/imports/new", language)


def test_the_only_street_there_is_to_choose_is_chosen(town: Town) -> None:
    form = shown(signed_in(town.officer), "/estates/new", "zh-hans")
    assert '<option value="shipingqiao-jiedao" selected>石坪桥街道</option>' in form
    district = shown(
        signed_in(someone("district-officer", "liangjiang")), "/estates/new", "zh-hans"
    )
    assert '<option value="guanyinqiao-jiedao" selected>' in district  # one of it is on file here
    city = shown(signed_in(someone("district-officer", "beibei")), "/estates/new", "zh-hans")
    assert "请选择" in city


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("estates/{estate}/edit", "修改翰林苑", 'Change <span lang="zh">翰林苑</span>'),
        ("buildings/{building}/edit", "修改3栋", 'Change <span lang="zh">3栋</span>'),
        ("flats/{flat}/edit", "修改101", "Change Flat 101"),
    ],
)
def test_a_form_says_what_it_changes(town: Town, path: str, zh: str, en: str) -> None:
    ids = {"estate": town.estate.pk, "building": town.building.pk, "flat": town.flat.pk}
    client = signed_in(town.officer)
    address = "/" + path.format(**ids)
    assert f"<h1>{zh}</h1>" in shown(client, address, "zh-hans")
    assert f"<h1>{en}</h1>" in shown(client, address, "en")


def test_a_transfer_and_an_inheritance_say_from_whom(town: Town) -> None:
    client = signed_in(town.officer)
    assert "王** 名下的这份产权，转给下面这位。" in shown(
        client, f"/ownerships/{town.wang.pk}/transfer", "zh-hans"
    )
    owners.mark_owner_died(owner_id=town.wang.owner_id, by=town.officer, now=NOW)
    address = f"/ownerships/{town.wang.pk}/heirs"
    assert "王** 名下的产权由下面的继承人承继。" in shown(client, address, "zh-hans")
    assert 'What <span lang="zh">王</span>** held' in shown(client, address, "en")
