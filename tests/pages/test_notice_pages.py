"""Pages after the vote: each role, both languages, each state; and what residents do by POST."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.consent_cast import HERE, Case
from tests.notices_cast import (
    BUYER,
    MEDIATOR,
    POSTED,
    SCAN,
    TEXT,
    agreed,
    at,
    buyer,
    mandate,
    over,
    passed,
    posted,
)
from tests.places_cast import PNG, signed_in, someone
from tuanti.consent.commands.notices import add_notice_photo
from tuanti.consent.commands.objections import mediate, object_to_notice
from tuanti.consent.models import Agreement, Mandate, Notice, Objection, Signing
from tuanti.rules.duties import DUTIES

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
SEE_OWNERS = frozenset(
    {
        "district-officer", "street-officer", "community-worker", "roll-keeper", "ballot-typist",
        "ballot-confirmer", "mediator",
    }
)  # fmt: skip
RUN = frozenset({"street-officer", "community-worker"})
MEDIATE = RUN | {"mediator"}
SIGN = RUN | {"ballot-typist"}


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def scan(name: str = "签名.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG, "image/png")


def shown(client: Client, address: str, language: str = "zh-hans") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    text = answer.content.decode()
    assert ("zh-Hans" in text) is (language == "zh-hans"), address
    assert not re.search(r"%%|>None<|notices\.[a-z_]+", text), address
    return text


def of(case: Case, name: str) -> str:
    return reverse(f"consent:{name}", args=[case.consultation.pk])


def objected() -> tuple[Case, Notice, Objection]:
    """A notice with a photo, objected to and mediated once."""
    case, notice = posted()
    add_notice_photo(notice_id=notice.pk, place="单元门口", photo=SCAN, by=case.worker, now=POSTED)
    objection = object_to_notice(
        notice_id=notice.pk,
        flat_id=case.flats[0].pk,
        text=TEXT,
        by=case.residents[0],
        now=POSTED + timedelta(hours=1),
    )
    mediate(
        objection_id=objection.pk,
        held_at=POSTED + timedelta(hours=2),
        text="双方谈了采光",
        outcome="talks",
        paper=SCAN,
        by=MEDIATOR,
        now=POSTED + timedelta(hours=3),
    )
    return case, notice, objection


def pages_of(case: Case, objection: Objection) -> Iterator[str]:
    yield from (of(case, name) for name in ("notice", "objections", "objection-new", "photo-new"))
    yield from (of(case, name) for name in ("notice-new", "revise", "fail", "reopen"))
    yield reverse("consent:objection", args=[objection.pk])
    for name in ("mediate", "withdraw", "void"):
        yield reverse(f"consent:objection-{name}", args=[objection.pk])


def agreement_pages(case: Case, row: Mandate) -> Iterator[str]:
    yield from (
        of(case, name) for name in ("agreement", "agreement-new", "sign-new", "mandate-new")
    )
    for name in ("mandate-leave-paper", "mandate-above"):
        yield reverse(f"consent:{name}", args=[row.pk])


# --- Every page, role, language -------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_in_both_languages_and_names_nobody_whole(language: str) -> None:
    case, _, objection = objected()
    client = signed_in(case.officer)
    for address in pages_of(case, objection):
        text = shown(client, address, language)
        assert not [one.name for one in case.owners if one.name in text], address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_agreements_pages_show_in_both_languages(language: str) -> None:
    case, agreement = agreed()
    row = mandate(case, agreement, "301")
    client = signed_in(case.officer)
    for address in agreement_pages(case, row):
        text = shown(client, address, language)
        assert not [one.name for one in case.owners if one.name in text], address


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_duty_opens_what_it_may(duty: str) -> None:
    case, _, objection = objected()
    place = DUTIES[duty].scope == "place"
    client = signed_in(someone(duty, HERE if place else f"firm-{duty}"))
    seen = {
        name: client.get(address).status_code
        for name, address in {
            "notice": of(case, "notice"),
            "objections": of(case, "objections"),
            "objection": reverse("consent:objection", args=[objection.pk]),
            "mediate": reverse("consent:objection-mediate", args=[objection.pk]),
            "post": of(case, "notice-new"),
        }.items()
    }
    allowed = {
        "notice": place,
        "objections": duty in SEE_OWNERS,
        "objection": duty in SEE_OWNERS,
        "mediate": duty in MEDIATE,
        "post": duty in RUN,
    }
    outside = {"property-manager", "owners-representative"}  # of another estate: nothing is there
    for name, status in seen.items():
        if duty not in outside:
            assert status == (200 if allowed[name] else 403), name
        else:
            assert status in (403, 404), name


def test_a_neighbour_streets_officer_finds_nothing() -> None:
    case, _, objection = objected()
    client = signed_in(case.stranger)
    assert {client.get(address).status_code for address in pages_of(case, objection)} == {404}


def test_what_is_not_there_yet_is_not_found() -> None:
    case = passed()
    client = signed_in(case.officer)
    assert client.get(of(case, "notice")).status_code == 404
    assert client.get(of(case, "agreement")).status_code == 404
    assert "2026" in shown(client, of(case, "notice-new"))


# --- The story by its pages -----------------------------------------------------------------------


def test_a_notice_is_posted_from_its_page_and_shown() -> None:
    case = passed()
    client = signed_in(case.officer)
    preview = shown(client, of(case, "notice-new"))
    assert "chongqing/notice/plan@2020-09-01" in preview
    assert client.post(of(case, "notice-new")).status_code == 302
    notice = Notice.objects.get()
    text = shown(client, of(case, "notice"))
    assert notice.digest[:16] in text
    assert f"{notice.last_on}" in text
    again = client.post(of(case, "notice-new"))
    assert again.status_code == 409
    assert "现在不能公示" in shown(client, of(case, "notice-new"))


def test_a_photo_is_added_and_seen_by_whoever_sees_the_case() -> None:
    case, notice = posted()
    client = signed_in(case.worker)
    form = {"place": "小区公告栏", "photo": scan()}
    assert client.post(of(case, "photo-new"), form).status_code == 302
    kept = notice.photos.get()
    address = reverse("consent:kept", args=[case.consultation.pk, kept.photo_id])
    assert address in shown(client, of(case, "notice"))
    for who in (case.worker, someone("city-officer", "chongqing")):
        answer = signed_in(who).get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert answer["Cache-Control"] == "private, no-store"
    assert signed_in(case.stranger).get(address).status_code == 404


def test_a_paper_is_for_who_works_with_the_owners() -> None:
    case, _, objection = objected()
    step = objection.mediations.get()
    address = reverse("consent:kept", args=[case.consultation.pk, step.paper_id])
    for who, status in (
        (case.officer, 200),
        (MEDIATOR, 200),
        (someone("city-officer", "chongqing"), 404),
        (case.stranger, 404),
    ):
        assert signed_in(who).get(address).status_code == status, who.id
    letter = SimpleUploadedFile("记录.pdf", b"%PDF-1.7 x", "application/pdf")
    form = {"held_at": "2026-11-22 15:00", "text": "再谈一次", "outcome": "talks", "paper": letter}
    client = signed_in(case.officer)
    client.post(reverse("consent:objection-mediate", args=[objection.pk]), form)
    last = objection.mediations.order_by("-id")[0]
    answer = client.get(reverse("consent:kept", args=[case.consultation.pk, last.paper_id]))
    assert answer["Content-Disposition"].startswith("attachment")  # what is no picture


def test_an_objection_is_entered_mediated_and_settled_by_forms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, _ = posted()
    at(monkeypatch, POSTED + timedelta(days=2))
    client = signed_in(MEDIATOR)
    party = f"{case.flats[0].pk}-{case.owners[0].pk}"
    oral = {"party": str(case.flats[0].pk), "text": "楼下有人说不好看"}
    assert client.post(of(case, "objection-new"), oral).status_code == 302
    form = {"party": party, "text": TEXT, "raised_at": "2026-11-23 17:00"}
    assert "请附上照片" in client.post(of(case, "objection-new"), form).content.decode()
    assert client.post(of(case, "objection-new"), form | {"paper": scan()}).status_code == 302
    listed = shown(client, of(case, "objections"))
    assert "无效（已存档）" in listed
    assert "没有署名" in listed
    objection = Objection.objects.get(state="open")
    address = reverse("consent:objection-mediate", args=[objection.pk])
    bad = client.post(address, {"held_at": "昨天", "text": "谈妥了补偿", "outcome": "settled"})
    assert bad.status_code == 200
    assert "写法不对" in bad.content.decode()
    form = {"held_at": "2026-11-23 19:30", "text": "谈妥了补偿", "outcome": "settled"}
    assert client.post(address, form | {"paper": scan()}).status_code == 302
    objection.refresh_from_db()
    assert objection.state == "settled"
    assert client.get(reverse("consent:objection", args=[objection.pk])).status_code == 200


def test_a_case_is_revised_or_failed_or_begun_again_from_its_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, _, _ = objected()
    client = signed_in(case.officer)
    assert reverse("consent:revise", args=[case.consultation.pk]) in shown(
        client, of(case, "objections")
    )
    assert client.post(of(case, "revise")).status_code == 302
    case.consultation.refresh_from_db()
    assert case.consultation.state == "draft"
    other = passed("failed", name="乙苑")
    at(monkeypatch, POSTED)
    early = client.post(of(other, "reopen")).content.decode()
    assert "2026-12-19" in early
    assert "由业主大会议事规则确定（未核实" in early  # the law, by its article


def test_the_agreement_is_drawn_up_and_signed_on_paper_from_its_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, notice = posted()
    client = signed_in(case.officer)
    form = {"manager": "物业中心", "fund": "十日内存入", "repairs": "按比例出资"}
    at(monkeypatch, POSTED + timedelta(days=1))
    assert "还没有结束" in client.post(of(case, "agreement-new"), form).content.decode()
    at(monkeypatch, over(notice))
    assert client.post(of(case, "agreement-new"), form).status_code == 302
    agreement = Agreement.objects.get()
    party = agreement.facts["parties"][0]
    told = {"party": f"{party['flat']}-{party['owners'][0]}", "paper": scan()}
    assert client.post(of(case, "sign-new"), told).status_code == 302
    assert Signing.objects.get().way == "paper"
    text = shown(client, of(case, "agreement"))
    assert "物业中心" in text
    assert "已签 1 户" in text


def test_a_mandate_is_entered_raised_and_left_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    case, agreement = agreed()
    buyer()
    at(monkeypatch, agreement.made_at + timedelta(days=1))
    client = signed_in(case.worker)
    party = agreement.facts["parties"][0]
    form: dict[str, Any] = {
        "party": f"{party['flat']}-{party['owners'][0]}",
        "buyer": BUYER,
        "ceiling": "50000",
        "paper": scan(),
    }
    assert client.post(of(case, "mandate-new"), form).status_code == 302
    row = Mandate.objects.get()
    assert row.ceiling_fen == 5_000_000
    above = reverse("consent:mandate-above", args=[row.pk])
    low = client.post(above, {"above": "49999", "paper": scan()})
    assert "没有超过" in low.content.decode()
    assert client.post(above, {"above": "52000.50", "paper": scan()}).status_code == 302
    row.refresh_from_db()
    assert row.above_fen == 5_200_050
    text = shown(client, of(case, "agreement"))
    assert "52,000.50" in text
    leave = reverse("consent:mandate-leave-paper", args=[row.pk])
    assert client.post(leave, {}).status_code == 200
    assert client.post(leave, {"paper": scan()}).status_code == 302
    assert "已退出" in shown(client, of(case, "agreement"))
