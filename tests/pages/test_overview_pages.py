"""A stairwell's page at each stage: for a visitor, its people, other stairwells, and offices."""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.consent_cast import NAMES, PARTNERS, Case
from tests.overview_cast import OPENS, SILENT, STAGES, Staged, answer, staged
from tests.places_cast import come_in, signed_in, someone
from tuanti.consent.models import Poll
from tuanti.places.commands import flats, owners
from tuanti.places.facts import FlatFacts, OwnerFacts, StairwellFacts

pytestmark = pytest.mark.django_db
At: TypeAlias = Callable[[str], Staged]
PEOPLE = (*NAMES, *(name for name, _ in PARTNERS.values()))
# What each stage is called above the page, and its clock, where it has one.
STAGES_SAID = {
    "none": ("想装电梯，从这里开始", ""),
    "wished": ("已有人提议加装电梯", ""),
    "canvassing": ("加装电梯意愿征询", ""),
    "draft": ("加装电梯方案商量中", ""),
    "waiting": ("加装电梯正式表决即将开始", "还有 1 天开始，11 月 24 日 12 时开始表决"),
    "open": ("加装电梯正式表决", "还剩 4 天，12 月 2 日 12 时截止"),
    "closed": ("表决已截止，正在计票", ""),
    "passed": ("加装电梯表决通过", ""),
    "on-notice": ("加装电梯方案公示", "公示还剩"),
    "noticed": ("公示期满，准备签协议", ""),
    "signing": ("请签加装电梯协议", ""),
    "objected": ("公示有异议，正在调解", "公示还剩"),
    "agreed": ("协议已签，请签采购授权书", ""),
    "mandated": ("授权齐了，等集中采购", "授权到 2027 年 12 月"),
    "failed": ("这次表决没有通过", "可以再次表决"),
    "withdrawn": ("这次协商已撤回", ""),
}
# What only the stairwell's people and its offices see.
INSIDE = (
    "已表态", "已签字", "已授权", "86.4", "72.1", "701", "您家已", "40,254", "磁器口", "有没有噪声",
    "Fl. 7", "no answer",
)  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Bring a stairwell to a stage, and look at it at that moment."""

    def brought(stage: str) -> Staged:
        found = staged(stage)
        monkeypatch.setattr("django.utils.timezone.now", lambda: found.now)
        return found

    return brought


def shown(client: Client, address: str, language: str = "zh-hans") -> str:
    """What a page says, without its markup."""
    client.cookies["language"] = language
    answered = client.get(address)
    assert answered.status_code == 200, (address, answered.status_code)
    text = answered.content.decode()
    assert ("zh-Hans" in text) is (language == "zh-hans"), address
    return said(text)


def said(text: str) -> str:
    """Take the markup off a page."""
    body = re.sub(r"<(script|title).*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def at_home(case: Case, number: str = "501") -> Client:
    return come_in(case.neighbours[number][0])


def next_door(case: Case) -> Client:
    """Someone from another stairwell of the same building."""
    act: dict[str, Any] = {"by": case.officer, "now": OPENS}
    well = StairwellFacts("2单元", lift=False)
    other = flats.add_stairwell(building_id=case.stairwell.building_id, facts=well, **act)
    facts = FlatFacts("801", floor=8, area_dm2=5000)
    flat = flats.add_flat(stairwell_id=other.pk, facts=facts, **act)
    told = OwnerFacts("钱大妈", phone="19900000777")
    return come_in(owners.record_owner(flat_id=flat.pk, facts=told, **act))


@pytest.mark.parametrize("stage", STAGES)
def test_at_each_stage_everybody_sees_what_is_theirs_and_no_more(stage: str, at: At) -> None:
    found = at(stage)
    case, address = found.case, f"/b/{found.code}"
    representative = someone("owners-representative", case.stairwell.code, "蒋代表")
    _resident(at_home(case), address, stage)
    for client in (Client(), next_door(case), signed_in(case.stranger)):
        _outsider(client, address, stage)
    for client in (signed_in(case.officer), signed_in(representative)):
        _office(client, address, case, stage)


def _resident(client: Client, address: str, stage: str) -> None:
    """Told how far it is, what to do, what comes next and by when; and nothing of the others."""
    text, (title, clock) = shown(client, address), STAGES_SAID[stage]
    told = (title, clock, "意愿", "协商", "公示", "开工", "现在", "您可以", "接下来", "我的资料")
    assert [word for word in told if word not in text] == []
    english = shown(client, address, "en")
    for word in ("Now", "You can", "Next", "Listen", "Large"):
        assert word in english
    for page in (text, english):
        assert [name for name in PEOPLE if name in page] == []
        assert "72.1" not in page  # what the neighbours have


def _outsider(client: Client, address: str, stage: str) -> None:
    """The name, the stage, the clock, how to come in, whom to call."""
    title, clock = STAGES_SAID[stage]
    text = shown(client, address)
    told = (title, clock, "磁建村5栋1单元", "023-0000-0000")
    assert [word for word in told if word not in text] == []
    assert "进入我们单元" in text or "回到我们单元" in text
    for page in (text, shown(client, address, "en")):
        assert [told for told in (*PEOPLE, *INSIDE) if told in page] == []


def _office(client: Client, address: str, case: Case, stage: str) -> None:
    """As the neighbours see it, without a home and without buttons; and the way to the case."""
    english = shown(client, address, "en")
    assert [name for name in PEOPLE if name in english] == []
    page = client.get(address).content.decode().partition("<main")[2]
    assert "aria-pressed" not in page
    assert "<form" not in page
    assert 'class="mine"' not in page
    way = f"/consultations/{case.consultation.pk}"
    if stage == "none":
        way = f"/stairwells/{case.stairwell.pk}"
    assert f'href="{way}"' in page


@pytest.mark.parametrize("stage", STAGES)
def test_a_page_never_asks_the_same_of_a_consultation_twice(stage: str, at: At) -> None:
    found = at(stage)
    client = at_home(found.case)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/b/{found.code}")
    questions = [one["sql"] for one in asked.captured_queries if 'FROM "consent_' in one["sql"]]
    times = Counter(questions)
    assert times or stage == "none"
    assert [sql for sql, number in times.items() if number > 1] == []


# --- Who is let in ------------------------------------------------------------------------------


def test_a_code_is_read_as_people_type_it_and_a_wrong_one_leads_to_the_door(at: At) -> None:
    found = at("none")
    client = at_home(found.case)
    typed = f"{found.code[:4].lower()}-{found.code[4:]}"
    assert "磁建村5栋1单元" in shown(Client(), f"/b/{typed}")
    assert "您可以" in shown(client, f"/b/{typed}")
    answered = Client().get("/b/000000000", follow=True)
    assert answered.redirect_chain[0][0].startswith("/resident?code=")
    assert "没有查到" in answered.content.decode()


def test_codes_are_guessed_slowly_here_too(at: At) -> None:
    found = at("none")
    for _ in range(20):
        Client().get("/b/000000000")
    answered = Client().get(f"/b/{found.code}", follow=True)
    assert "一小时后" in answered.content.decode()


def test_a_resident_is_led_to_their_own_stairwell_and_back(at: At) -> None:
    found = at("none")
    client, other = at_home(found.case), next_door(found.case)
    assert client.get("/my").headers["Location"] == f"/b/{found.code}"
    assert f'href="/b/{found.code}"' in client.get("/my/home").content.decode()
    assert 'href="/my/home"' in client.get(f"/b/{found.code}").content.decode()
    assert other.get("/my").headers["Location"] != f"/b/{found.code}"
    assert "回到我们单元" in shown(other, f"/b/{found.code}")


def test_who_sold_their_flat_sees_what_a_visitor_sees(at: At) -> None:
    found = at("none")
    client = at_home(found.case)
    held = found.case.neighbours["501"][0]
    sold = OwnerFacts("张丽")
    owners.transfer(ownership_id=held.pk, to=sold, by=found.case.officer, now=found.now)
    assert "您可以" not in shown(client, f"/b/{found.code}")
    assert client.get("/my").headers["Location"] == "/my/home"


def test_a_share_and_a_pack_are_for_the_homes_own_people(at: At) -> None:
    found = at("open")
    case = found.case
    for client, status in ((Client(), 302), (next_door(case), 404), (signed_in(case.officer), 403)):
        for page in ("share", "pack"):
            assert client.get(f"/b/{found.code}/{page}").status_code == status


# --- What the vote tells ------------------------------------------------------------------------


def test_while_it_is_open_nothing_on_the_page_hangs_on_how_the_neighbours_answered(at: At) -> None:
    found = at("open")
    case, client = found.case, at_home(found.case)
    before = plain(client, found.code)
    assert "同意人数" not in before
    assert "参与人数" in before
    poll = Poll.objects.get()
    for flat in case.flats:
        if flat.number not in (*SILENT, "501"):
            answer(case, poll, flat.number, "no", found.now)
    assert plain(client, found.code) == before


@pytest.mark.parametrize(
    ("terms", "sees", "hides"),
    [("totals", "同意人数", "不同意 1"), ("names", "不同意 1", "参与够了吗")],
)
def test_where_the_terms_show_more_the_page_does(
    at: At, monkeypatch: pytest.MonkeyPatch, terms: str, sees: str, hides: str
) -> None:
    found = at("open")
    monkeypatch.setattr("tuanti.consent.queries.polls.visible", lambda *_: terms)
    text = shown(at_home(found.case), f"/b/{found.code}")
    assert sees in text
    assert hides not in text


def test_a_vote_that_failed_says_what_was_lacking_and_when_again(at: At) -> None:
    found = at("failed")
    client = at_home(found.case)
    text = shown(client, f"/b/{found.code}")
    assert "同意人数差 1 人" in text
    assert "同意面积差" in text
    assert "2027 年 1 月 1 日起可以再次表决" in text


def test_an_objector_reads_their_own_words_and_neighbours_only_that_there_is_one(at: At) -> None:
    found = at("objected")
    own, neighbour = at_home(found.case, "101"), at_home(found.case)
    words = "井道挡了我家后窗的光。"
    assert words in shown(own, f"/b/{found.code}")
    text = shown(neighbour, f"/b/{found.code}")
    assert words not in text
    assert "一位业主提出异议" in text
    assert "井道外移 60 厘米" in text


def plain(client: Client, code: str) -> str:
    """A page without what differs from one look to the next."""
    text = client.get(f"/b/{code}").content.decode()
    return re.sub(
        r'"csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken": "[^"]*"|nonce="[^"]*"'
        r'|"client_id" value="[^"]*"',
        "",
        text,
    )
