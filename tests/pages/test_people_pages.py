"""Each page of people, for each who may see it, in both languages."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.test import Client
from pytest_django import Settings

from tests.people_cast import NOW, PASSWORD, Town, actor, quick, signed_in, town
from tuanti.people.actors import CLOCK
from tuanti.people.commands.organisations import close_organisation
from tuanti.people.commands.outbox import queue_message
from tuanti.people.models import Account, Organisation, Post

__all__ = ["quick", "town"]
pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")


def pages(town: Town) -> Iterator[tuple[str, str]]:
    for username in ("root", "yubei.admin"):
        yield username, "/organisations"
        yield username, "/organisations/new"
        yield username, f"/accounts/{town.chen.pk}"
        yield username, "/my/account"
        for page in ("", "/name", "/close", "/accounts/new", "/posts/new"):
            yield username, f"/organisations/longta-street{page}"
        for page in ("", "/password", "/factor", "/close"):
            yield username, f"/accounts/{town.jia.pk}{page}"
        yield username, f"/posts/{Post.objects.get(account=town.jia).pk}/end"
    yield "root", "/outbox"
    yield "chen", "/organisations"
    yield "chen", "/organisations/longta-street"
    yield "chen", "/my/account"
    yield "jia", "/my/account"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_in_both_languages(town: Town, language: str) -> None:
    queue_message(channel="sms", to="13800001234", text="你好", purpose="notice", by=CLOCK, now=NOW)
    for username, address in pages(town):
        client = signed_in(Account.objects.get(username=username))
        client.cookies["language"] = language
        shown = client.get(address)
        assert shown.status_code == 200, (username, address, shown.status_code)
        said = shown.content.decode()
        assert "%%" not in said, address
        assert ("zh-Hans" in said) is (language == "zh-hans"), address


def test_what_lies_elsewhere_is_not_there(town: Town) -> None:
    client = signed_in(town.nanan)
    post = Post.objects.get(account=town.chen).pk
    for address in (
        "/organisations/longta-street",
        "/organisations/longta-street/name",
        "/organisations/longta-street/posts/new",
        f"/accounts/{town.chen.pk}",
        f"/accounts/{town.chen.pk}/password",
        f"/posts/{post}/end",
        "/organisations/nowhere",
        "/outbox",
    ):
        assert client.get(address).status_code == 404, address
        if address not in ("/organisations/longta-street", f"/accounts/{town.chen.pk}", "/outbox"):
            assert client.post(address).status_code in (404, 405), address


def test_the_list_is_searched_by_pinyin_filtered_and_exported(town: Town) -> None:
    client = signed_in(town.root)
    said = client.get("/organisations", {"q": "jdt"}).content.decode()
    assert "甲电梯有限公司" in said
    assert "乙电梯有限公司" not in said
    said = client.get("/organisations", {"kind": "street-office"}).content.decode()
    assert "龙塔街道办事处" in said
    assert "甲电梯有限公司" not in said
    handed = client.get("/organisations", {"format": "csv"})
    assert "甲电梯有限公司" in handed.getvalue().decode()


def test_names_and_telephones_are_masked_for_those_who_only_look(town: Town) -> None:
    said = signed_in(town.chen).get("/organisations/longta-street").content.decode()
    assert "陈**" in said
    assert "13800000003" not in said
    managed = signed_in(town.yubei).get("/organisations/longta-street").content.decode()
    assert "陈干部" in managed
    assert "138****0003" in managed
    assert "13800000003" not in managed


def test_an_organisation_is_opened_an_account_with_it_and_a_duty(town: Town) -> None:
    client = signed_in(town.yubei)
    given = {"kind": "community", "name": "锦绣社区居委会", "place": "city/yubei/longta/a"}
    made = client.post("/organisations/new", given)
    assert (made.status_code, made["Location"]) == (302, "/organisations/jxsqjwh")
    shown = client.post(
        "/organisations/jxsqjwh/accounts/new", {"name": "吴社工", "username": "wu", "phone": ""}
    )
    found = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){4}", shown.content.decode())
    assert found is not None
    assert "no-store" in shown["Cache-Control"]
    account = Account.objects.get(username="wu")
    assert account.check_password(found.group())
    granted = client.post(
        "/organisations/jxsqjwh/posts/new", {"username": "wu", "duty": "community-worker"}
    )
    assert granted.status_code == 302
    assert actor(account).scopes("community-worker") == {"city/yubei/longta/a"}


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "选票录入人"), ("en", "ballot typist")])
def test_a_refusal_stands_on_the_form_in_the_pages_words(
    town: Town, language: str, said: str
) -> None:
    client = signed_in(town.yubei)
    client.cookies["language"] = language
    given = {"username": "chen", "duty": "roll-keeper"}
    assert client.post("/organisations/longta-street/posts/new", given).status_code == 302
    given["duty"] = "ballot-typist"
    shown = client.post("/organisations/longta-street/posts/new", given)
    assert shown.status_code == 200
    faults = shown.content.decode().split('class="faults"')[1].split("</div>")[0]
    assert said in faults
    assert "roll-keeper" not in faults


def test_a_name_nobody_signs_in_by_is_refused_kindly(town: Town) -> None:
    given = {"username": "nobody.here", "duty": "roll-keeper"}
    shown = signed_in(town.yubei).post("/organisations/longta-street/posts/new", given)
    assert "没有这个账号" in shown.content.decode()


def test_renaming_closing_and_ending_are_asked_first(town: Town) -> None:
    client = signed_in(town.yubei)
    assert client.post("/organisations/jia/name", {"name": "甲电梯股份"}).status_code == 302
    assert Organisation.objects.get(pk="jia").name == "甲电梯股份"
    assert client.post("/organisations/jia/name", {"name": ""}).status_code == 200
    post = Post.objects.get(account=town.chen)
    assert client.post(f"/posts/{post.pk}/end").status_code == 302
    assert client.post(f"/posts/{post.pk}/end").status_code == 409
    assert client.post("/organisations/jia/close").status_code == 302
    assert client.post("/organisations/jia/close").status_code == 409
    assert client.get("/organisations/jia").status_code == 200


def test_an_account_is_renewed_freed_and_closed(town: Town) -> None:
    TOTP.activate(town.jia, "SEED")
    client = signed_in(town.yubei)
    shown = client.post(f"/accounts/{town.jia.pk}/password")
    assert "no-store" in shown["Cache-Control"]
    assert client.post(f"/accounts/{town.jia.pk}/factor").status_code == 302
    assert client.post(f"/accounts/{town.jia.pk}/close").status_code == 302
    assert client.post(f"/accounts/{town.jia.pk}/close").status_code == 409
    assert not Account.objects.get(username="jia").is_active
    assert client.get(f"/accounts/{town.jia.pk}").status_code == 200


def test_ones_own_sessions_are_listed_and_ended_and_no_others(
    town: Town, settings: Settings
) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = True  # these were signed in without the sign-in page
    first, second, other = signed_in(town.jia), signed_in(town.jia), signed_in(town.yi)
    for client in (first, second, other):
        client.get("/my/account")
    mine = UserSession.objects.get(session_key=second.session.session_key)
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    assert "让它退出" in first.get("/my/account").content.decode()
    assert first.post(f"/my/sessions/{theirs.pk}/end").status_code == 404
    assert other.get("/my/account").status_code == 200
    assert first.post(f"/my/sessions/{mine.pk}/end").status_code == 302
    assert second.get("/my/account").status_code == 302
    assert first.get("/my/account").status_code == 200


@pytest.mark.parametrize("demo", [True, False])
def test_the_outbox_shows_texts_only_in_a_demonstration(
    town: Town,
    settings: Settings,
    *,
    demo: bool,
) -> None:
    settings.DEMO = demo
    queue_message(
        channel="sms", to="13800001234", text="停水通知正文", purpose="notice", by=CLOCK, now=NOW
    )
    said = signed_in(town.root).get("/outbox").content.decode()
    assert "138****1234" in said
    assert "13800001234" not in said
    assert ("停水通知正文" in said) is demo


def test_the_desk_greets_whoever_signed_in(town: Town) -> None:
    close_organisation(organisation="yi", by=actor(town.root), now=NOW)
    assert signed_in(town.yi).get("/my/account").status_code == 200
    assert signed_in(town.yi).get("/organisations").status_code == 403


def test_a_visitor_is_led_to_the_sign_in_page_and_back(town: Town) -> None:
    asked = Client().get("/organisations?q=a&kind=bank")
    assert asked["Location"] == "/account/login/?next=%2Forganisations%3Fq%3Da%26kind%3Dbank"
    assert town.root.pk
    client = Client()
    given = {"login": "root", "password": PASSWORD, "next": "/organisations?q=a"}
    assert client.post("/account/login/", given)["Location"] == "/organisations?q=a"
