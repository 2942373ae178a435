"""How a resident comes in: the code, the flat, the phone, the message; and how nobody else does."""

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.places_cast import NOW, Town, found_town
from tuanti.people.models import Message
from tuanti.places.commands import owners
from tuanti.places.facts import OwnerFacts

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13800000001"
CODE, WRONG = "123456", "654321"


@pytest.fixture
def town(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr("tuanti.people.commands.passcodes.secrets.randbelow", lambda _: int(CODE))
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    town = found_town()
    owners.amend_owner(
        owner_id=town.wang.owner_id,
        facts=OwnerFacts("王秀英", phone=PHONE),
        by=town.officer,
        now=NOW,
    )
    return town


def knock(client: Client, town: Town, phone: str) -> str:
    client.get("/resident", {"code": town.stairwell.code})
    told = {"flat": town.flat.pk, "phone": phone}
    answer = client.post("/resident/flat", told, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_owner_comes_in_without_an_account(town: Town, language: str) -> None:
    client = Client()
    client.cookies["language"] = language
    assert client.get("/resident").status_code == 200
    typed = f" {town.stairwell.code[:4].lower()}-{town.stairwell.code[4:]}"
    asked = client.get("/resident", {"code": typed}, follow=True)
    joined = "翰林苑3栋2单元" if language == "zh-hans" else "翰林苑, 3栋, 2单元"
    assert joined in asked.content.decode()
    knock(client, town, "138 0000 0001")
    before = client.session.session_key
    answer = client.post("/resident/code", {"passcode": CODE}, follow=True)
    assert answer.redirect_chain == [("/my", 302), (f"/b/{town.stairwell.code}", 302)]
    assert client.session.session_key != before
    assert 'href="/my/home"' in answer.content.decode()
    assert "王秀英" in client.get("/my/home").content.decode()


def test_the_posters_short_address_leads_in(town: Town) -> None:
    answer = Client().get(f"/b/{town.stairwell.code}", follow=True)
    assert "翰林苑3栋2单元" in answer.content.decode()


def test_a_phone_on_file_and_one_that_is_not_look_the_same(town: Town) -> None:
    def plain(text: str) -> str:
        return re.sub(
            r'"csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken": "[^"]*"|nonce="[^"]*"', "", text
        )

    right, wrong = Client(), Client()
    assert plain(knock(right, town, PHONE)) == plain(knock(wrong, town, "13800009999"))
    assert Message.objects.count() == 1
    told = {"passcode": WRONG}
    answers = [one.post("/resident/code", told).content.decode() for one in (right, wrong)]
    assert plain(answers[0]) == plain(answers[1])
    assert "社区" in answers[0]
    assert wrong.get("/my/home").status_code == 302


def test_the_phone_of_a_neighbour_opens_nothing(town: Town) -> None:
    client = Client()
    client.get("/resident", {"code": town.stairwell.code})
    client.post("/resident/flat", {"flat": town.flats[1].pk, "phone": PHONE})
    assert not Message.objects.exists()


def test_a_flat_of_another_stairwell_cannot_be_chosen(town: Town) -> None:
    client = Client()
    client.get("/resident", {"code": town.stairwell.code})
    answer = client.post("/resident/flat", {"flat": town.far_flat.pk, "phone": PHONE})
    assert answer.status_code == 200
    assert not Message.objects.exists()


def test_a_mistyped_code_is_told_from_an_unknown_one(town: Town) -> None:
    code = town.stairwell.code
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert "可能打错了一个字" in Client().get("/resident", {"code": wrong}).content.decode()
    unknown = Client().get("/resident", {"code": "000000000"}).content.decode()
    assert "没有查到" in unknown


def test_guessing_codes_ends_after_twenty_an_hour(town: Town) -> None:
    for _ in range(20):
        Client().get("/resident", {"code": "000000000"})
    answer = Client().get("/resident", {"code": town.stairwell.code})
    assert "一小时后" in answer.content.decode()


def test_guessing_phones_ends_after_twenty_an_hour(town: Town) -> None:
    for number in range(20):
        knock(Client(), town, f"1390000{number:04}")
    assert "一小时后" in knock(Client(), town, PHONE)
    assert not Message.objects.exists()


def test_steps_cannot_be_skipped(town: Town) -> None:
    for address in ("/resident/flat", "/resident/code"):
        assert Client().get(address).headers["Location"] == "/resident"
    assert Client().get("/my/home").status_code == 302
    assert town.flat.pk
