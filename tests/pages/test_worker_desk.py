"""The worker's desk: each page for each role, in both languages, state by state."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.consent_cast import HERE, Case, found_consultation
from tests.notices_cast import POSTED, agreed, drawn, mandated, passed, posted
from tests.places_cast import NOW, come_in, signed_in, someone
from tuanti.consent.commands.contacts import record_contact
from tuanti.consent.commands.polls import fix_roll_and_open
from tuanti.consent.models import Contact
from tuanti.rules.duties import DUTIES
from tuanti.rules.processes import CONSULTATION

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
ON_THE_DESK = frozenset(
    {
        "street-officer", "community-worker", "roll-keeper", "ballot-typist", "ballot-confirmer",
        "mediator", "district-officer",
    }
)  # fmt: skip
AT_THE_DOORS = frozenset({"street-officer", "community-worker", "ballot-typist", "mediator"})


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def shown(client: Client, address: str, language: str = "zh-hans") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    text = answer.content.decode()
    assert ("zh-Hans" in text) is (language == "zh-hans"), address
    assert not re.search(r"%%|>None<|notices\.[a-z_]+", text), address
    return text


def pages_of(case: Case) -> list[str]:
    at = [case.consultation.pk]
    names = ("doors", "contacts", "contact-new", "chat")
    return [reverse("consent:desk"), *(reverse(f"consent:{name}", args=at) for name in names)]


def voting() -> Case:
    case = found_consultation()
    fix_roll_and_open(
        consultation_id=case.consultation.pk,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=10),
        with_estate=False,
        by=case.keeper,
        now=NOW,
    )
    return case


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_in_both_languages_and_names_nobody_whole(language: str) -> None:
    case = voting()
    record_contact(
        consultation_id=case.consultation.pk,
        flat_id=case.flats[0].pk,
        way="call",
        result="promised",
        note="周末在家",
        by=case.worker,
        now=NOW,
    )
    client = signed_in(case.worker)
    for address in pages_of(case):
        text = shown(client, address, language)
        assert not [one.name for one in case.owners if one.name in text], address
        assert "19900000" not in text, address


@pytest.mark.parametrize("state", CONSULTATION.states)
def test_the_desk_and_the_doors_show_in_every_state(state: str) -> None:
    case, _ = agreed() if state in ("agreed", "mandated") else posted()
    case.consultation.state = state
    case.consultation.save()
    client = signed_in(case.worker)
    here = "" if state != "withdrawn" else "?state=withdrawn"
    text = shown(client, reverse("consent:desk") + here)
    assert "磁建村" in text
    shown(client, reverse("consent:doors", args=[case.consultation.pk]))
    shown(client, reverse("consent:chat", args=[case.consultation.pk]))


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_duty_opens_what_it_may(duty: str) -> None:
    case = found_consultation()
    if DUTIES[duty].scope == "place":
        client = signed_in(someone(duty, HERE))
    elif duty == "owners-representative":
        client = signed_in(someone(duty, f"group-{case.stairwell.code}"))
    else:
        client = signed_in(someone(duty, f"firm-{duty}"))
    desk, *doors = (client.get(address).status_code for address in pages_of(case))
    own = duty == "owners-representative"
    assert desk == (200 if duty in ON_THE_DESK or own else 403)
    assert set(doors) == {200 if duty in AT_THE_DOORS or own else 403}


def test_a_neighbour_streets_officer_finds_nothing() -> None:
    case = voting()
    client = signed_in(case.stranger)
    desk, *others = pages_of(case)
    assert "磁建村" not in shown(client, desk)
    assert {client.get(address).status_code for address in others} == {404}


def test_a_resident_and_a_visitor_have_no_desk() -> None:
    case = voting()
    resident = come_in(case.neighbours["101"][0])
    assert {resident.get(address).status_code for address in pages_of(case)} == {403}
    assert {Client().get(address).status_code for address in pages_of(case)} == {302}


def test_the_desk_is_filtered_found_and_handed_over_as_a_file() -> None:
    passed(name="甲苑")
    case, _ = posted(name="乙苑")
    client = signed_in(case.worker)
    desk = reverse("consent:desk")
    assert "甲苑" not in shown(client, f"{desk}?state=on-notice")
    assert "乙苑" not in shown(client, f"{desk}?state=passed")
    assert "甲苑" not in shown(client, f"{desk}?urgency=waiting")
    assert "甲苑" in shown(client, f"{desk}?q=甲苑1单元") or "甲苑" in shown(
        client, f"{desk}?q=甲苑"
    )
    assert "乙苑" not in shown(client, f"{desk}?q=甲苑")
    assert "乙苑" in shown(client, f"{desk}?sort=-due_on&q={case.stairwell.code}")
    csv = b"".join(client.get(f"{desk}?format=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streamed
    assert "甲苑" in csv
    assert "张贴公示" in csv
    xlsx = client.get(f"{desk}?format=xlsx")
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # as above


def test_the_door_list_has_room_for_a_tick_and_a_time_and_one_line_a_flat() -> None:
    case = voting()
    text = shown(signed_in(case.worker), reverse("consent:doors", args=[case.consultation.pk]))
    assert text.count('class="box"') == 14
    assert text.index("701") < text.index(">101")
    assert "★" not in text  # while only answers may be seen
    assert "consent/desk.css" in text


def test_a_contact_is_logged_from_the_form() -> None:
    case = voting()
    client = signed_in(case.worker)
    address = reverse("consent:contact-new", args=[case.consultation.pk])
    form = {"flat": case.flats[0].pk, "way": "visit", "result": "met", "note": "下周再来"}
    assert client.post(address, form).status_code == 302
    made = Contact.objects.get()
    assert (made.way, made.result, made.note) == ("visit", "met", "下周再来")
    again = client.post(address, form | {"way": "notice", "result": "posted"})
    assert again.status_code == 200
    assert "请附上照片" in again.content.decode()
    assert Contact.objects.count() == 1


def test_the_groups_text_can_be_copied_without_a_script() -> None:
    case = voting()
    text = shown(signed_in(case.worker), reverse("consent:chat", args=[case.consultation.pk]))
    assert re.search(r"<textarea[^>]*readonly[^>]*>各位邻居：", text)
    assert f"http://testserver/b/{case.stairwell.code}" in text


def test_the_way_to_the_desk_is_on_every_workers_page() -> None:
    case = found_consultation()
    assert reverse("consent:desk") in shown(signed_in(case.worker), "/desk")
    auditor = signed_in(someone("auditor", HERE))
    assert reverse("consent:desk") not in shown(auditor, "/desk")


def test_nothing_stands_on_an_empty_desk_but_what_to_do() -> None:
    case = found_consultation("wished")
    case.consultation.delete()
    assert "张贴楼道海报" in shown(signed_in(case.worker), reverse("consent:desk"))


def test_the_demand_is_shown_to_the_district_and_handed_over_as_a_file() -> None:
    case, _ = mandated()
    officer = signed_in(someone("district-officer", "shapingba"))
    address = reverse("consent:demand")
    for language in LANGUAGES:
        text = shown(officer, address, language)
        assert "630 kg" in text
        assert "2027-12-04" in text
        assert "区平台公司" in text
    csv = b"".join(officer.get(f"{address}?format=csv").streaming_content)  # type: ignore[attr-defined]  # streamed
    assert "磁建村" in csv.decode("utf-8-sig")
    assert signed_in(case.worker).get(address).status_code == 403
    elsewhere = signed_in(someone("district-officer", "jiulongpo"))
    assert "630 kg" not in shown(elsewhere, address)


def test_who_has_not_signed_is_on_the_door_list() -> None:
    case, agreement = drawn()
    text = shown(signed_in(case.worker), reverse("consent:doors", args=[case.consultation.pk]))
    assert text.count('class="box"') == len(agreement.facts["parties"])
    assert agreement.made_at > POSTED


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/desk", '<a href="/desk" aria-current="page">'),
        ("/desk/stairwells", '<a href="/desk/stairwells" aria-current="page">'),
        ("/consultations/{}/doors", '<a href="/consultations" aria-current="true">'),
    ],
)
def test_one_way_is_marked_the_nearest_one_is_on(address: str, way: str) -> None:
    case = voting()
    text = shown(signed_in(case.worker), address.format(case.consultation.pk))
    assert set(re.findall(r'<a href="[^"]*" aria-current="[a-z]+">', text)) == {way}
