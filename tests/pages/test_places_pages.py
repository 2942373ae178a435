"""Every page of places: for each role, in both languages, for own and for others' things."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.places_cast import (
    NOW,
    OTHER_STREET,
    PNG,
    STREET,
    Town,
    found_town,
    resident_of,
    signed_in,
    someone,
)
from tuanti.people.actors import Actor
from tuanti.places.commands import divisions, papers, privacy, programme
from tuanti.places.commands.papers import PaperFacts
from tuanti.places.facts import ProjectFacts
from tuanti.places.filing import Paper
from tuanti.places.models import (
    Agreement,
    Building,
    Estate,
    Flat,
    Look,
    Owner,
    Ownership,
    PaperCase,
    Project,
    Report,
    Stairwell,
)
from tuanti.rules.duties import DUTIES

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
FACTS = PaperFacts("installed", date(2024, 5, 6), "示例电梯", 38_800_000, "示例维保")
SECRETS = ("王秀英", "李建国", "19900000001", "19900000002", "999999195001010018")


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return furnished()


def furnished() -> Town:
    """A town in which something of everything happened."""
    town = found_town()
    paper = Paper("验收.png", PNG)
    papers.enter_from_paper(
        stairwell_id=town.stairwell.pk, facts=FACTS, paper=paper, by=town.officer, now=NOW
    )
    privacy.record_agreement(
        owner_id=town.li.owner_id, purpose="messages", paper=paper, by=town.officer, now=NOW
    )
    privacy.reveal_owner(
        owner_id=town.wang.owner_id, field="phone", reason="上门约时间", by=town.officer, now=NOW
    )
    privacy.report_mistake(
        flat_id=town.flat.pk, text="面积不对", by=resident_of(town.wang), now=NOW
    )
    programme.record_project(
        division_id=STREET,
        facts=ProjectFacts("横街改造", 2025, area_dm2=10**8),
        estate_id=town.estate.pk,
        by=town.officer,
        now=NOW,
    )
    return town


def content_of(answer: Any) -> bytes:  # noqa: ANN401 (streamed or not)
    """The file that was handed over, whole."""
    return b"".join(answer.streaming_content if answer.streaming else [answer.content])


def read_pages(town: Town) -> Iterator[str]:
    """What whoever serves the place may open."""
    yield from ("/places", "/estates", "/programme", f"/divisions/{STREET}")
    yield f"/estates/{town.estate.pk}"
    yield f"/buildings/{town.building.pk}"
    yield f"/stairwells/{town.stairwell.pk}"
    yield f"/stairwells/{town.stairwell.pk}/poster"
    yield f"/flats/{town.flat.pk}"
    yield f"/programme/{Project.objects.get().pk}"


def form_pages(town: Town) -> Iterator[str]:
    """What a street officer fills in."""
    yield from ("/estates/new", "/programme/new", f"/divisions/{STREET}/communities/new")
    yield from (f"/estates/{town.estate.pk}/{page}" for page in ("edit", "buildings/new"))
    yield from (f"/buildings/{town.building.pk}/{page}" for page in ("edit", "stairwells/new"))
    for page in ("edit", "flats/new", "papers/new"):
        yield f"/stairwells/{town.stairwell.pk}/{page}"
    yield from (f"/flats/{town.flat.pk}/{page}" for page in ("edit", "owners/new"))
    for page in ("", "/edit", "/reveal", "/agreements/new"):
        yield f"/owners/{town.li.owner_id}{page}"
    yield from (f"/ownerships/{town.li.pk}/{page}" for page in ("transfer", "heirs"))
    yield f"/programme/{Project.objects.get().pk}/edit"
    yield from ("/reports", f"/reports/{Report.objects.get().pk}")


def shown(client: Client, address: str, language: str) -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    text = answer.content.decode()
    assert ("zh-Hans" in text) is (language == "zh-hans"), address
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_in_both_languages_and_nobody_unmasked(town: Town, language: str) -> None:
    client = signed_in(town.officer)
    for address in (*read_pages(town), *form_pages(town)):
        text = shown(client, address, language)
        assert not [secret for secret in SECRETS if secret in text], address
        assert not re.search(r"%%|\bNone\b|places\.[a-z_]+\.", text), address


@pytest.mark.parametrize(
    "duty", sorted(name for name, duty in DUTIES.items() if duty.scope == "place")
)
def test_who_serves_a_place_sees_it_and_no_other(town: Town, duty: str) -> None:
    client = signed_in(someone(duty, STREET))
    for address in read_pages(town):
        assert "江景苑" not in shown(client, address, "zh-hans")
    for address in (
        f"/divisions/{OTHER_STREET}",
        f"/estates/{town.far.pk}",
        f"/buildings/{Building.objects.get(estate=town.far).pk}",
        f"/stairwells/{town.far_flat.stairwell_id}",
        f"/flats/{town.far_flat.pk}",
    ):
        assert client.get(address).status_code == 404, address


def test_a_neighbour_streets_officer_gets_404_everywhere(town: Town) -> None:
    client = signed_in(town.stranger)
    for address in (*read_pages(town), *form_pages(town)):
        if re.search(r"\d", address):
            assert client.get(address).status_code == 404, address
    for address in posts(town):
        assert client.post(address).status_code == 404, address


def posts(town: Town) -> Iterator[str]:
    yield f"/estates/{town.estate.pk}/remove"
    yield f"/buildings/{town.building.pk}/remove"
    yield f"/stairwells/{town.stairwell.pk}/remove"
    yield f"/stairwells/{town.stairwell.pk}/code"
    yield f"/flats/{town.flat.pk}/remove"
    yield f"/flats/{town.flat.pk}/state/sealed"
    yield f"/owners/{town.li.owner_id}/life/died"
    yield f"/owners/{town.li.owner_id}/erase"
    yield f"/ownerships/{town.li.pk}/end"
    yield f"/papers/{PaperCase.objects.get().pk}/withdraw"
    yield f"/agreements/{Agreement.objects.get().pk}/withdraw"
    yield f"/programme/{Project.objects.get().pk}/remove"


def test_evidence_is_for_those_who_keep_the_place(town: Town) -> None:
    address = f"/evidence/{PaperCase.objects.get().evidence_id}"
    answer = signed_in(town.officer).get(address)
    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment")
    assert signed_in(town.stranger).get(address).status_code == 404
    assert signed_in(someone("ballot-typist", STREET)).get(address).status_code == 403


@pytest.mark.parametrize(
    "who",
    [
        lambda town: someone("owners-representative", town.stairwell.code),
        lambda town: someone("owners-representative", f"owners-{town.stairwell.code.lower()}"),
    ],
)
def test_a_representative_sees_their_stairwell_only(town: Town, who: object) -> None:
    assert callable(who)
    client = signed_in(who(town))
    for address in (f"/stairwells/{town.stairwell.pk}", f"/flats/{town.flat.pk}", "/estates"):
        assert "江景苑" not in shown(client, address, "zh-hans")
    assert "王**" in shown(client, f"/flats/{town.flat.pk}", "zh-hans")
    assert client.get(f"/stairwells/{town.far_flat.stairwell_id}").status_code == 404
    assert client.get(f"/owners/{town.far_owner.owner_id}").status_code == 404


def test_a_property_manager_sees_the_firms_estates_but_no_owner(town: Town) -> None:
    firm = someone("property-manager", "firm-1")
    Estate.objects.filter(pk=town.estate.pk).update(property_firm="firm-1")
    client = signed_in(firm)
    assert "翰林苑" in shown(client, "/estates", "zh-hans")
    assert "王**" not in shown(client, f"/flats/{town.flat.pk}", "zh-hans")
    assert client.get(f"/estates/{town.far.pk}").status_code == 404


def test_an_estate_of_an_abolished_district_tells_both(town: Town) -> None:
    Estate.objects.filter(pk=town.far.pk).update(begun_in="jiangbei")
    client = signed_in(someone("district-officer", "liangjiang"))
    zh = shown(client, f"/estates/{town.far.pk}", "zh-hans")
    assert "原江北区（2025-11-06 起属两江新区）" in zh
    en = shown(client, f"/estates/{town.far.pk}", "en")
    assert "Jiangbei District formerly; part of Liangjiang New Area since 2025-11-06" in en
    assert "2025-11-06 撤销" in shown(client, "/divisions/jiangbei", "zh-hans")
    assert signed_in(town.officer).get("/divisions/jiangbei").status_code == 404


def test_a_paper_case_is_always_labelled(town: Town) -> None:
    client = signed_in(town.officer)
    assert "来自纸面材料" in shown(client, f"/stairwells/{town.stairwell.pk}", "zh-hans")
    assert "from paper" in shown(client, f"/stairwells/{town.stairwell.pk}", "en")


def test_unmasking_shows_the_value_once_and_leaves_a_look(town: Town) -> None:
    client = signed_in(town.officer)
    address = f"/owners/{town.li.owner_id}/reveal"
    assert "19900000002" not in client.post(address, {"field": "phone"}).content.decode()
    assert Look.objects.count() == 1
    answer = client.post(address, {"field": "phone", "reason": "上门前约时间"})
    assert "19900000002" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Look.objects.filter(owner=town.li.owner, reason="上门前约时间").count() == 1


FILLED = [
    ("/estates/new", {"street": STREET, "name": "新小区"}, Estate),
    ("/estates/{estate}/buildings/new", {"name": "9栋", "storeys": "8"}, Building),
    ("/buildings/{building}/stairwells/new", {"name": "3单元", "entries": "1，5"}, Stairwell),
    (
        "/stairwells/{stairwell}/flats/new",
        {"number": "801", "area": "88.25", "tenure": "private", "state": "free"},
        Flat,
    ),
    ("/flats/{empty}/owners/new", {"name": "周强", "standing": "registered"}, Ownership),
    (
        "/programme/new",
        {"division": STREET, "name": "新", "year": 2026, "built_until": 2000},
        Project,
    ),
]


@pytest.mark.parametrize(("address", "told", "table"), FILLED)
def test_a_form_enters_one_thing_and_says_so(
    town: Town, address: str, told: dict[str, str], table: type[Estate]
) -> None:
    before = table.objects.count()
    client = signed_in(town.officer)
    path = address.format(
        estate=town.estate.pk,
        building=town.building.pk,
        stairwell=town.stairwell.pk,
        empty=town.flats[2].pk,
    )
    answer = client.post(path, told, follow=True)
    assert "已保存" in answer.content.decode(), answer.content.decode()[-3000:]
    assert table.objects.count() == before + 1
    again = client.post(path, told)
    assert again.status_code == 200
    assert table.objects.count() == before + 1
    assert client.post(path, {}).status_code == 200


def test_an_area_in_square_metres_is_kept_in_dm2(town: Town) -> None:
    told = {"number": "101", "area": "88.25", "tenure": "private", "state": "free"}
    signed_in(town.officer).post(f"/flats/{town.flat.pk}/edit", told)
    assert Flat.objects.get(pk=town.flat.pk).area_dm2 == 8825


def test_a_paper_is_handed_in_by_form(town: Town) -> None:
    told = {
        "stage": "voted",
        "on": "2026-05-06",
        "price": "388000.50",
        "paper": SimpleUploadedFile("表决.png", PNG),
    }
    address = f"/stairwells/{town.stairwell.pk}/papers/new"
    answer = signed_in(town.officer).post(address, told, follow=True)
    assert "已保存" in answer.content.decode()
    assert PaperCase.objects.latest("pk").price_fen == 38_800_050
    told["paper"] = SimpleUploadedFile("表决.png", b"MZ")
    assert "JPG" in signed_in(town.officer).post(address, told).content.decode()


def test_buttons_do_what_they_say(town: Town) -> None:
    client = signed_in(town.officer)
    for address in (
        f"/flats/{town.flat.pk}/state/sealed",
        f"/owners/{town.li.owner_id}/life/died",
        f"/stairwells/{town.stairwell.pk}/code",
        f"/papers/{PaperCase.objects.get().pk}/withdraw",
        f"/agreements/{Agreement.objects.get().pk}/withdraw",
    ):
        assert client.post(address).status_code == 302, address
    heirs = {"name_1": "李明", "share_1": "1/2", "name_2": "李红", "share_2": "1/2"}
    assert client.post(f"/ownerships/{town.li.pk}/heirs", heirs).status_code == 302
    assert client.post(f"/owners/{town.li.owner_id}/erase").status_code == 302
    assert Owner.objects.get(pk=town.li.owner_id).erased_on
    assert client.get(f"/owners/{town.li.owner_id}").status_code == 200
    assert client.post(f"/estates/{town.estate.pk}/remove").status_code == 409
    sold = {"name": "张丽", "standing": "buyer"}
    assert client.post(f"/ownerships/{town.wang.pk}/transfer", sold).status_code == 302
    answer = {"answer": "已改为 88.2"}
    report = Report.objects.get()
    assert client.post(f"/reports/{report.pk}", answer).status_code == 302


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "address", ["/estates", "/places", "/programme", "/reports", "/estates/{estate}"]
)
def test_every_list_is_to_be_had_as_a_file(town: Town, address: str, form: str) -> None:
    path = address.format(estate=town.estate.pk)
    answer = signed_in(town.officer).get(f"{path}?format={form}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert content_of(answer)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("query", ["hly", "hanlin", "翰林"])
def test_estates_are_searched_on_the_page(query: str) -> None:
    client = signed_in(someone("city-officer", "chongqing"))
    text = shown(client, f"/estates?q={query}", "zh-hans")
    assert "翰林苑" in text
    assert "江景苑" not in text
    assert "江景苑" not in shown(client, "/estates?division=jiulongpo", "zh-hans")


def test_lists_ask_the_database_as_often_for_many_as_for_one(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(town.officer)
    Estate.objects.bulk_create(
        Estate(street_id=STREET, name=f"小区{number}") for number in range(40)
    )
    Flat.objects.bulk_create(
        Flat(stairwell=town.stairwell, number=f"9{number:02}", floor=number % 9 + 1)
        for number in range(40)
    )
    for number in range(3):
        divisions.found_community(street_id=STREET, name=f"社区{number}", by=town.officer, now=NOW)
    pages = {
        "/estates": 20,
        "/places": 22,
        f"/divisions/{STREET}": 30,
        f"/stairwells/{town.stairwell.pk}": 34,
        f"/estates/{town.estate.pk}": 30,
    }
    for address, most in pages.items():
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_an_actor_without_posts_sees_nothing(town: Town) -> None:
    nobody = Actor(id="account:0", name="新人")
    client = signed_in(nobody)
    assert client.get("/estates").status_code == 403
    assert client.get(f"/flats/{town.flat.pk}").status_code == 403
