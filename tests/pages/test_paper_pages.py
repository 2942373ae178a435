"""Papers by stage, role and language: who gets which, and what they say there."""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from docx import Document
from pytest_django import Settings

from tests.consent_cast import found_consultation
from tests.overview_cast import Staged, staged
from tests.papers_cast import pages_of
from tests.places_cast import come_in, signed_in, someone
from tuanti.consent.queries.notices import notice_of
from tuanti.consent.queries.papers import ANYBODY, KINDS, RESIDENTS, SINGLE
from tuanti.consent.queries.polls import ballot_code, poll_of
from tuanti.consent.views.papers import OF_ESTATES
from tuanti.papers.voice import Voice
from tuanti.places.codes import shown_code
from tuanti.texts import Lang
from tuanti.texts.words import say

pytestmark = pytest.mark.django_db
Look: TypeAlias = Callable[[Staged], Staged]
LANGUAGES: Mapping[str, Lang] = {"zh-hans": "zh", "en": "en"}
# What there is at each stage, for those who know who said what.
READY = {
    "wished": {"doors"},
    "draft": {"summary", "minutes", "pack"},
    "open": {"ballot", "doors", "summary", "minutes", "pack"},
    "on-notice": {"summary", "tally", "notice", "objections", "minutes", "pack"},
    "signing": {
        "summary", "tally", "notice", "objections", "minutes", "agreement", "mandate", "pack",
        "doors",
    },
    "mandated": {
        "summary", "tally", "notice", "objections", "minutes", "agreement", "mandate", "pack",
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def house(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Look:
    def look(found: Staged) -> Staged:
        monkeypatch.setattr("django.utils.timezone.now", lambda: found.now)
        return found

    return look


def paper(client: Client, found: Staged, kind: str, query: str = "") -> HttpResponse:
    pk = found.case.consultation.pk
    answer: Any = client.get(f"/consultations/{pk}/papers/{kind}{query}")
    assert isinstance(answer, HttpResponse)
    return answer


def text_of(answer: HttpResponse) -> str:
    """Everything a Word file says, headers too."""
    with zipfile.ZipFile(BytesIO(answer.content)) as parts:
        every = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")]
    return "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", "".join(every)))


@pytest.mark.parametrize("stage", READY)
def test_an_office_gets_every_paper_there_is_and_is_told_of_the_rest(stage: str, at: Look) -> None:
    found = at(staged(stage))
    client = signed_in(found.case.officer)
    for language, lang in LANGUAGES.items():
        client.cookies["language"] = language
        page = client.get(f"/consultations/{found.case.consultation.pk}/papers")
        text = page.content.decode()
        assert page.status_code == 200
        assert "%%" not in text
        offered = set(re.findall(r'/papers/([a-z]+)"', text))
        assert offered == READY[stage] | set(OF_ESTATES)
        for kind in KINDS:
            answer = paper(client, found, kind)
            there = kind in READY[stage]
            assert answer.status_code == (200 if there else 404), kind
            if there:
                assert answer.content.startswith(b"%PDF-1"), kind
                assert answer["Cache-Control"] == "private, no-store"
            else:
                assert say(f"papers.pages.when.{kind}", lang) in text


@pytest.mark.parametrize("stage", ["open", "signing", "mandated"])
def test_a_resident_gets_what_is_theirs_and_nothing_of_the_neighbours(stage: str, at: Look) -> None:
    found = at(staged(stage))
    own, other = found.case.flat("501"), found.case.flat("502")
    client = come_in(found.case.neighbours["501"][0])
    for kind in KINDS:
        answer = paper(client, found, kind, "?format=docx")
        there = kind in READY[stage] and kind in RESIDENTS
        assert answer.status_code == (200 if there else 404), kind
        if there:
            text = text_of(answer)
            told = [one.owner.name for flat in found.case.neighbours.values() for one in flat]
            shown = {name for name in told if name in text}
            assert shown <= {found.case.neighbours["501"][0].owner.name}, kind
    for kind in SINGLE:
        assert paper(client, found, kind, f"?which={other.pk}").status_code == 404
        ready = kind in READY[stage]
        theirs = paper(client, found, kind, f"?which={own.pk}")
        assert theirs.status_code == (200 if ready else 404), kind


def test_whoever_is_of_another_stairwell_or_street_gets_nothing(at: Look) -> None:
    found = at(staged("signing"))
    other = found_consultation(name="石门坎")
    for client in (signed_in(found.case.stranger), come_in(other.neighbours["501"][0])):
        for kind in KINDS:
            assert paper(client, found, kind).status_code == 404, kind
    assert paper(Client(), found, "notice").status_code in (302, 403)


def test_offices_that_may_not_know_who_said_what_get_the_sums_only(at: Look) -> None:
    found = at(staged("signing"))
    client = signed_in(someone("city-officer", "chongqing"))
    for kind in KINDS:
        there = 200 if kind in ANYBODY else 404
        assert paper(client, found, kind).status_code == there, kind
    text = text_of(paper(client, found, "tally", "?format=docx"))
    assert say("papers.tally.homes", "zh") not in text
    assert say("papers.tally.homes", "zh") in text_of(
        paper(signed_in(found.case.officer), found, "tally", "?format=docx")
    )


def test_a_notice_prints_what_was_posted(at: Look) -> None:
    found = at(staged("on-notice"))
    notice = notice_of(found.case.consultation)
    assert notice is not None
    text = text_of(paper(signed_in(found.case.officer), found, "notice", "?format=docx"))
    assert shown_code(notice.code) in text
    for one in notice.facts["shares"]:
        assert Voice("zh").yuan(one["fen"]) in text
    for one in notice.facts["result"]["tallies"][0]["measures"]:
        assert str(one["threshold"]) in text
    assert Voice("zh").day(notice.last_on) in text


def test_a_ballot_form_bears_the_code_it_is_entered_by(at: Look) -> None:
    found = at(staged("open"))
    poll = poll_of(found.case.consultation)
    assert poll is not None
    flat = poll.roll.get(number="702")
    client = signed_in(found.case.worker)
    text = text_of(paper(client, found, "ballot", f"?format=docx&which={flat.flat_id}"))
    code = ballot_code(flat)
    assert code in text
    assert "蒋文斌" in text
    assert "蒋文静" in text
    led = client.get(f"/p/{code}")
    assert led.status_code == 302
    assert led["Location"].startswith("/consultations/")
    assert Client().get(f"/p/{code}")["Location"] == f"/b/{found.code}"
    assert Client().get(f"/p/{code[:-1]}0").status_code in (302, 404)
    assert Client().get("/p/NOTHING").status_code == 404


def test_a_whole_estate_is_printed_as_one_file(at: Look) -> None:
    found = at(staged("open"))
    client = signed_in(found.case.officer)
    answer = client.get(f"/estates/{found.case.estate.pk}/papers/ballot?format=docx")
    assert answer.status_code == 200
    assert len(Document(BytesIO(answer.content)).sections) == len(found.case.flats)
    pdf = client.get(f"/estates/{found.case.estate.pk}/papers/ballot")
    assert pages_of(pdf.content) >= len(found.case.flats)
    assert client.get(f"/estates/{found.case.estate.pk}/papers/tally").status_code == 404
    stranger = signed_in(found.case.stranger)
    there = stranger.get(f"/estates/{found.case.estate.pk}/papers/ballot")
    assert there.status_code == 404


@pytest.mark.parametrize("asked", ["?format=exe", "?which=x", "?which=0"])
def test_what_makes_no_sense_is_not_found(asked: str, at: Look) -> None:
    found = at(staged("open"))
    client = signed_in(found.case.officer)
    assert paper(client, found, "pack", asked).status_code == 404
    assert paper(client, found, "will").status_code == 404


def test_in_a_demonstration_every_paper_says_it_is_invented(at: Look, settings: Settings) -> None:
    settings.DEMO = True
    found = at(staged("signing"))
    client = signed_in(found.case.officer)
    for kind in READY["signing"]:
        text = text_of(paper(client, found, kind, "?format=docx"))
        assert text.count("虚构示例") >= 2, kind
