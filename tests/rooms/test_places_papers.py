"""Cases from paper: with evidence that is what it says, and nothing a camera hid in it."""

import struct
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.places_cast import NOW, PNG, Town, found_town
from tuanti.journal.models import Entry
from tuanti.places import evidence, refusals
from tuanti.places.commands import papers
from tuanti.places.commands.papers import PaperFacts
from tuanti.places.filing import Paper
from tuanti.places.models import Evidence, PaperCase
from tuanti.rules.errors import RuleBroken

FACTS = PaperFacts(
    "installed",
    date(2024, 5, 6),
    brand="示例电梯",
    price_fen=38_800_000,
    maintainer="示例维保公司",
)
JPEG = (
    b"\xff\xd8"
    b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xe1\x00\x18Exif\x00\x00GPS 29.53,106.50"
    b"\xff\xfe\x00\x08secret"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00picture\xff\xd9"
)
PDF = b"%PDF-1.7\n%%EOF\n"


pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: object, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's own
    return found_town()


def enter(town: Town, facts: PaperFacts = FACTS, content: bytes = PNG) -> PaperCase:
    return papers.enter_from_paper(
        stairwell_id=town.stairwell.pk,
        facts=facts,
        paper=Paper("验收报告.png", content),
        by=town.officer,
        now=NOW,
    )


def test_an_installed_lift_enters_with_its_evidence(town: Town, tmp_path: Path) -> None:
    case = enter(town)
    town.stairwell.refresh_from_db()
    assert town.stairwell.lift is True
    assert (tmp_path / case.evidence.path).read_bytes() == PNG
    entry = Entry.objects.latest("pk")
    assert entry.act == "stairwell.paper"
    assert entry.facts["evidence"] == case.evidence.digest


@pytest.mark.parametrize("stage", ["voted", "contracted", "works"])
def test_earlier_stages_do_not_make_a_lift(town: Town, stage: str) -> None:
    enter(town, replace(FACTS, stage=stage, brand=""))
    town.stairwell.refresh_from_db()
    assert town.stairwell.lift is False


@pytest.mark.parametrize(
    ("facts", "content", "refusal"),
    [
        (replace(FACTS, on=date(2026, 11, 23)), PNG, refusals.DayAhead),
        (replace(FACTS, stage="dreamt"), PNG, refusals.UnknownValue),
        (replace(FACTS, brand=" "), PNG, refusals.BrandMissing),
        (replace(FACTS, price_fen=0), PNG, refusals.OutOfRange),
        (FACTS, b"", refusals.EvidenceMissing),
        (FACTS, b"MZ executable", refusals.EvidenceKind),
        (FACTS, b"<svg onload='x'/>", refusals.EvidenceKind),
        (FACTS, PNG[:-1], refusals.EvidenceKind),
        (FACTS, PNG.replace(b"IDAT", b"IDAX"), refusals.EvidenceKind),
        (FACTS, JPEG[:20], refusals.EvidenceKind),
        (FACTS, PDF + b" " * evidence.LARGEST, refusals.EvidenceSize),
    ],
)
def test_a_refusal_leaves_no_trace(
    town: Town, facts: PaperFacts, content: bytes, refusal: type[RuleBroken]
) -> None:
    before = Entry.objects.count()
    with pytest.raises(refusal):
        enter(town, facts, content)
    assert (PaperCase.objects.count(), Evidence.objects.count()) == (0, 0)
    assert Entry.objects.count() == before


def test_nobody_enters_papers_for_another_street(town: Town) -> None:
    with pytest.raises(refusals.NotInReach):
        papers.enter_from_paper(
            stairwell_id=town.stairwell.pk,
            facts=FACTS,
            paper=Paper("x.png", PNG),
            by=town.stranger,
            now=NOW,
        )


def test_a_case_is_taken_back_once_and_stays_on_file(town: Town) -> None:
    case = enter(town)
    papers.withdraw_paper_case(case_id=case.pk, by=town.officer, now=NOW)
    with pytest.raises(refusals.AlreadyWithdrawn):
        papers.withdraw_paper_case(case_id=case.pk, by=town.officer, now=NOW)
    assert PaperCase.objects.get().withdrawn_at == NOW


def test_the_same_paper_is_kept_once(town: Town, tmp_path: Path) -> None:
    enter(town)
    enter(town, replace(FACTS, stage="voted"))
    assert len(list(tmp_path.rglob("*.png"))) == 1


def test_a_photo_loses_where_it_was_taken() -> None:
    content, kind = evidence.cleaned(JPEG)
    assert kind == "image/jpeg"
    assert b"GPS" not in content
    assert b"secret" not in content
    assert b"JFIF" in content
    assert content.endswith(b"picture\xff\xd9")


def test_a_png_loses_its_notes() -> None:
    text = struct.pack(">I", 6) + b"tEXtsecret" + struct.pack(">I", zlib.crc32(b"tEXtsecret"))
    at = PNG.index(b"IDAT") - 4
    assert evidence.cleaned(PNG[:at] + text + PNG[at:]) == (PNG, "image/png")


def test_a_pdf_stays_as_it_is() -> None:
    assert evidence.cleaned(PDF) == (PDF, "application/pdf")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    for head in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b""):
        try:
            content, _ = evidence.cleaned(head + noise)
        except RuleBroken:
            continue
        assert content
