"""What residents do from their stairwell's page, each by a plain form; and what they take away."""

import re
import uuid
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.overview_cast import CLOSES
from tests.pages.test_overview_pages import At, at, at_home, shown
from tests.places_cast import PNG
from tuanti.consent.commands import ballots, polls
from tuanti.consent.models import Canvass, Mandate, Objection, Poll, Question, Record, Signing, Wish
from tuanti.places.commands import owners
from tuanti.places.facts import OwnerFacts
from tuanti.places.filing import Paper

__all__ = ["at"]
pytestmark = pytest.mark.django_db
BUTTON = re.compile(r'<button class="button" name="(\w+)" value="(\w+)" aria-pressed="(\w+)">')


@pytest.fixture(autouse=True)
def quiet(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def forms(client: Client, code: str) -> dict[str, dict[str, str]]:
    """The forms of the page: what each sends along unseen, by its address without numbers."""
    text = client.get(f"/b/{code}").content.decode().partition("<main")[2]
    found = re.findall(r'<form[^>]*action="(/[^"]*)"[^>]*>(.*?)</form>', text, re.DOTALL)
    hidden = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
    return {url: dict(hidden.findall(inner)) for url, inner in found}


def form(client: Client, code: str, name: str) -> tuple[str, dict[str, str]]:
    """The one form of the page whose address holds ``name``."""
    ((url, fields),) = [one for one in forms(client, code).items() if name in one[0]]
    return url, fields


def pressed(client: Client, code: str) -> dict[str, str]:
    page = client.get(f"/b/{code}").content.decode()
    return {value: given for _, value, given in BUTTON.findall(page)}


def test_a_wish_is_made_and_taken_back(at: At) -> None:
    found = at("none")
    client = at_home(found.case)
    url, fields = form(client, found.code, "/my/wish")
    assert client.post(url, fields).headers["Location"] == f"/b/{found.code}"
    assert Wish.objects.get(withdrawn_at=None).flat.number == "501"
    assert "您家已登记意愿" in shown(client, f"/b/{found.code}")
    client.post(*form(client, found.code, "/my/wish/withdraw"))
    assert not Wish.objects.filter(withdrawn_at=None).exists()


def test_each_home_of_an_owner_of_two_has_its_own_buttons(at: At) -> None:
    found = at("canvassing")
    case = found.case
    told = OwnerFacts("吴志明", phone="19900000106")
    held = case.neighbours["501"][0]
    owners.record_owner(flat_id=case.flat("402").pk, facts=told, by=case.officer, now=found.now)
    case.neighbours["402"][0].owner.ownerships.update(owner=held.owner)
    client = at_home(case)
    text = client.get(f"/b/{found.code}").content.decode()
    assert text.count('action="/my/canvass"') == 2
    assert 'href="#answering"' in text


def test_the_community_is_told_yes_no_or_let_us_talk(at: At) -> None:
    found = at("canvassing")
    client = at_home(found.case)
    assert pressed(client, found.code) == dict.fromkeys(("yes", "no", "talk"), "false")
    url, fields = form(client, found.code, "/my/canvass")
    client.post(url, {**fields, "answer": "talk"})
    assert Canvass.objects.filter(flat=found.case.flat("501")).get().answer == "talk"
    assert pressed(client, found.code) == {"yes": "false", "no": "false", "talk": "true"}
    assert "您家答复“先商量”，可以改" in shown(client, f"/b/{found.code}")


def test_a_question_is_asked_and_read_by_the_neighbours_without_a_name(at: At) -> None:
    found = at("draft")
    client, neighbour = at_home(found.case), at_home(found.case, "302")
    url, fields = form(client, found.code, "/my/question")
    client.post(url, {**fields, "text": "电梯坏了谁来修？"})
    assert Question.objects.count() == 2
    text = shown(neighbour, f"/b/{found.code}")
    assert "“电梯坏了谁来修？”" in text
    assert "吴志明" not in text


def test_plans_are_set_side_by_side_with_what_the_reader_would_pay(at: At) -> None:
    found = at("draft")
    client = at_home(found.case)
    text = shown(client, f"/b/{found.code}")
    for word in ("方案比一比", "您家出（元） 40,254.31", "错层入户，再走半层 平层入户", "已选定"):
        assert word in text
    assert "对您家的影响" in text
    assert "示例设计院 江工" in text
    assert "对您家的影响" not in shown(at_home(found.case, "302"), f"/b/{found.code}")


def test_a_ballot_is_cast_kept_once_shown_to_its_owner_and_changed(at: At) -> None:
    found = at("open")
    case, client = found.case, at_home(found.case, "602")
    three = ("yes", "no", "abstain")
    assert pressed(client, found.code) == dict.fromkeys(three, "false")
    before = Record.objects.count()
    url, fields = form(client, found.code, "/cast")
    for _ in range(2):  # a thumb that pressed twice
        answered = client.post(url, {**fields, "answer_lift": "abstain"}, follow=True)
        assert answered.redirect_chain[-1][0].startswith("/receipts/")
        assert answered.status_code == 200
    assert Record.objects.count() == before + 1
    assert pressed(client, found.code) == {"yes": "false", "no": "false", "abstain": "true"}
    text = shown(client, f"/b/{found.code}")
    assert "您已表态“弃权”，截止前可以改" in text
    assert "602 室的表态 弃权 已计入" in text
    assert 'role="img"' in client.get(f"/b/{found.code}").content.decode()
    url, fields = form(client, found.code, "/cast")
    client.post(url, {**fields, "answer_lift": "yes"})
    assert pressed(client, found.code)["yes"] == "true"
    assert "602 室的表态" not in shown(at_home(case), f"/b/{found.code}")


def test_after_the_deadline_there_is_nothing_to_press(at: At) -> None:
    found = at("closed")
    client = at_home(found.case)
    assert [url for url in forms(client, found.code) if "cast" in url] == []
    assert "501 室的表态 同意 已计入" in shown(client, f"/b/{found.code}")


def test_a_ballot_entered_by_staff_is_shown_and_disputed(at: At) -> None:
    found = at("open")
    case, client = found.case, at_home(found.case, "602")
    owner = case.resident("602").owner
    assert owner is not None
    ballots.enter_paper_ballot(
        poll_id=Poll.objects.get().pk,
        client_id=uuid.uuid4(),
        flat_id=case.flat("602").pk,
        owner_id=owner,
        answers={"lift": "yes"},
        paper=Paper("票.png", PNG),
        by=case.typist,
        now=found.now,
    )
    text = shown(client, f"/b/{found.code}")
    assert "等第二个人核对" in text
    assert "代录" in text
    client.post(*form(client, found.code, "/dispute"))
    text = shown(client, f"/b/{found.code}")
    assert "您提出了疑问，等核实" in text
    assert "这不是我的意思" not in text


def test_several_matters_are_answered_in_one_form_nothing_chosen_before(at: At) -> None:
    found = at("draft")
    case = found.case
    poll = polls.fix_roll_and_open(
        consultation_id=case.consultation.pk,
        opens_at=found.now,
        closes_at=CLOSES,
        with_estate=True,
        by=case.keeper,
        now=found.now,
    )
    client = at_home(case)
    text = client.get(f"/b/{found.code}").content.decode()
    matters = [one["matter"] for one in poll.matters]
    assert len(matters) == 2
    assert " checked" not in text
    assert text.count('type="radio"') == 6
    url, fields = form(client, found.code, "/cast")
    answers = dict(zip((f"answer_{one}" for one in matters), ("yes", "no"), strict=True))
    client.post(url, {**fields, **answers})
    assert client.get(f"/b/{found.code}").content.decode().count(" checked") == 2


def test_an_objection_is_made_and_taken_back(at: At) -> None:
    found = at("on-notice")
    client = at_home(found.case, "201")
    url, fields = form(client, found.code, "/object")
    client.post(url, {**fields, "text": "井道离我家窗户太近。"})
    objection = Objection.objects.get()
    assert (objection.flat.number, objection.state) == ("201", "open")
    assert "我的异议" in shown(client, f"/b/{found.code}")
    client.post(*form(client, found.code, "/take-back"))
    objection.refresh_from_db()
    assert objection.state == "withdrawn"


def test_the_agreement_is_read_and_signed_then_the_mandate_given_and_left(at: At) -> None:
    found = at("signing")
    client = at_home(found.case)
    text = shown(client, f"/b/{found.code}")
    for word in ("501 室：加装电梯协议", "您家出 40,254.31 元", "磁建村物业服务中心", "协议核对码"):
        assert word in text
    url, fields = form(client, found.code, "/sign")
    client.post(url, {**fields, "agree": "yes"})
    assert Signing.objects.filter(flat=found.case.flat("501")).exists()
    assert "在手机上签字" not in shown(client, f"/b/{found.code}")


def test_a_mandate_is_given_under_a_ceiling_and_left(at: At) -> None:
    found = at("agreed")
    client = at_home(found.case)
    assert "方案里您家分摊 40,254.31 元" in shown(client, f"/b/{found.code}")
    url, fields = form(client, found.code, "/mandate")
    client.post(url, {**fields, "agree": "yes", "ceiling": "42000"})
    given = Mandate.objects.get(flat=found.case.flat("501"))
    assert (given.ceiling_fen, given.left_at) == (4_200_000, None)
    pack = shown(client, f"/b/{found.code}/pack")
    assert "最高 42,000 元，有效到 2027 年" in pack
    client.post(*form(client, found.code, "/leave"))
    given.refresh_from_db()
    assert given.left_at == found.now


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_share_is_explained_to_the_fen(at: At, language: str) -> None:
    found = at("open")
    client, ground_floor = at_home(found.case), at_home(found.case, "101")
    text = shown(client, f"/b/{found.code}/share", language)
    for figure in ("0.65413249", "40,254.31", "31,149.17", "28,571.43", "60,381.46", "50.32"):
        assert figure in text
    assert "15,850" not in text  # no area but one's own
    assert text.count("40,254.31") >= 3
    shown(ground_floor, f"/b/{found.code}/share", language)


def test_no_more_than_three_schemes_stand_side_by_side(at: At) -> None:
    found = at("open")
    client = at_home(found.case)
    page = client.get(f"/b/{found.code}/share").content.decode()
    schemes = page.partition('<ul class="schemes">')[2].partition("</ul>")[0]
    assert schemes.count("<li") == 3
    assert schemes.count('class="own"') == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_household_keeps_a_pack_that_says_what_is_not_verified(at: At, language: str) -> None:
    found = at("mandated")
    client = at_home(found.case)
    text = shown(client, f"/b/{found.code}/pack", language)
    unverified = "未核实" if language == "zh-hans" else "unverified"
    assert text.count(unverified) >= 2
    for figure in ("40,254.31", "44,279.74", "50.32"):
        assert figure in text
    page = client.get(f"/b/{found.code}/pack").content.decode()
    (paper,) = re.findall(r'href="(/consultations/\d+/papers/pack[^"]*)"', page)
    answered = client.get(paper)
    assert answered.headers["Content-Type"] == "application/pdf"


def test_before_there_is_a_plan_there_is_no_share_to_explain(at: At) -> None:
    found = at("wished")
    client = at_home(found.case)
    for page in ("share", "pack"):
        assert "还没有选定方案" in shown(client, f"/b/{found.code}/{page}")
    assert "/share" not in client.get(f"/b/{found.code}").content.decode()
