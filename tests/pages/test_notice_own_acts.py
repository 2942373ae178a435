"""What residents do after the vote, by POST from their stairwell's page."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.notices_cast import POSTED, TEXT, at, buyer, drawn, numbers, passed, posted, sign
from tests.places_cast import come_in
from tuanti.consent.models import Mandate, Notice, Objection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


# --- What residents do ----------------------------------------------------------------------------


def test_a_resident_objects_takes_it_back_signs_and_mandates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, notice = posted()
    client = come_in(case.neighbours["101"][0])
    at(monkeypatch, POSTED + timedelta(hours=1))
    page = f"/b/{case.stairwell.code}"
    form = {"flat": case.flats[0].pk, "text": TEXT, "next": page}
    answer = client.post(reverse("consent:object", args=[notice.pk]), form)
    assert (answer.status_code, answer["Location"]) == (302, page)
    objection = Objection.objects.get()
    assert objection.state == "open"
    back = reverse("consent:objection-take-back", args=[objection.pk])
    assert (
        client.post(back, {"next": "https://evil.example/"})["Location"] != "https://evil.example/"
    )
    objection.refresh_from_db()
    assert objection.state == "withdrawn"


def test_a_resident_signs_and_mandates_by_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    case, agreement = drawn()
    last, *others = numbers(agreement)
    for number in others:
        sign(case, agreement, number)
    at(monkeypatch, agreement.made_at + timedelta(hours=1))
    client = come_in(case.neighbours[last][0])
    form = {"flat": case.flat(last).pk, "agree": "yes", "next": "/my"}
    address = reverse("consent:sign", args=[agreement.pk])
    unticked = client.post(address, form | {"agree": ""})
    assert unticked.status_code == 409
    assert "打勾" in unticked.content.decode()
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 409
    case.consultation.refresh_from_db()
    assert case.consultation.state == "agreed"
    give = reverse("consent:mandate", args=[agreement.pk])
    form |= {"buyer": buyer(), "ceiling": "45,000.5"}
    assert client.post(give, form).status_code == 302
    row = Mandate.objects.get()
    assert (row.ceiling_fen, row.way) == (4_500_050, "phone")
    confirm = reverse("consent:mandate-confirm", args=[row.pk])
    assert client.post(confirm, {"above": "x", "next": "/my"}).status_code == 409
    assert client.post(confirm, {"above": "46000", "next": "/my"}).status_code == 302
    leave = reverse("consent:mandate-leave", args=[row.pk])
    neighbour = come_in(case.neighbours[others[0]][0])
    assert neighbour.post(leave, {"next": "/my"}).status_code == 409
    assert client.post(leave, {"next": "/my"}).status_code == 302
    row.refresh_from_db()
    assert row.left_at is not None


def test_residents_of_another_house_reach_nothing() -> None:
    case, agreement = drawn()
    row = Notice.objects.get()
    other = passed(name="乙苑")
    client = come_in(other.neighbours["101"][0])
    for name, pk in (("object", row.pk), ("sign", agreement.pk), ("mandate", agreement.pk)):
        form = {"flat": case.flats[0].pk, "text": TEXT, "agree": "yes"}
        assert client.post(reverse(f"consent:{name}", args=[pk]), form).status_code == 404
    assert Client().post(reverse("consent:object", args=[row.pk]), {}).status_code == 403
    assert not Objection.objects.exists()
