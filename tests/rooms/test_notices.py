"""Public notice: how long it hangs, what it says, and what it needs."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings

from tests.notices_cast import POSTED, over, passed, posted, shanghai
from tests.places_cast import PNG
from tuanti.consent.commands.notices import add_notice_photo, end_due_notices, post_notice
from tuanti.consent.models import Notice
from tuanti.consent.queries.notices import check_code, ended, last_day, notice_of
from tuanti.consent.refusals.notices import TextMissing
from tuanti.journal.canonical import canonical
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.places.codes import shown_code
from tuanti.places.filing import Paper
from tuanti.places.refusals import CodeMistyped, EvidenceKind, NotInReach, NotPermitted
from tuanti.rules import law
from tuanti.rules.stages import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("place", "on", "last"),
    [
        ("cn", "2026-11-22", "2026-12-02"),  # ten days, the first not counted
        ("cn", "2026-11-26", "2026-12-07"),  # the tenth is a Sunday: on to Monday
        ("cn", "2026-09-24", "2026-10-08"),  # it would end in the October holidays
        ("cn", "2026-02-05", "2026-02-24"),  # … or at the Spring Festival
        ("cn", "2026-01-25", "2026-02-04"),
        ("jinan", "2026-11-22", "2026-12-07"),  # fifteen days
        ("guangzhou", "2026-11-22", "2026-12-14"),  # twenty, and a Saturday
    ],
)
def test_a_notice_ends_as_law_counts_days(place: str, on: str, last: str) -> None:
    day = date.fromisoformat(on)
    assert last_day(law.on(day, place), day) == date.fromisoformat(last)


def test_working_days_leave_out_holidays_and_count_the_saturday_worked_for_them() -> None:
    day = date(2026, 9, 29)
    found = law.on(day, "cn")
    rule = replace(found.rule("notice/plan"), unit="working-days", value=5)
    # 30 September, 8, 9, 10 (a Saturday that is worked) and 12 October
    assert last_day(replace(found, rules={"notice/plan": rule}), day) == date(2026, 10, 12)


def test_a_notice_freezes_what_it_says_under_a_digest_and_names_nobody() -> None:
    case, notice = posted()
    assert case.consultation.state == "on-notice"
    assert (notice.number, notice.from_on, notice.last_on) == (
        1,
        date(2026, 11, 22),
        date(2026, 12, 2),
    )
    assert notice.digest == hashlib.sha256(canonical(notice.facts).encode()).hexdigest()
    assert sum(one["fen"] for one in notice.facts["shares"]) == 40_000_000
    assert [one["number"] for one in notice.facts["shares"]][:2] == ["701", "702"]
    assert notice.facts["law"] == "chongqing/notice/plan@2020-09-01"
    text = canonical(notice.facts)
    assert not [one.name for one in case.owners if one.name in text]
    assert "8640" not in text  # no flat's area


def test_the_journal_tells_of_a_notice_by_ids_only() -> None:
    case, notice = posted()
    entry = Entry.objects.get(act="notice.post")
    assert (entry.subject_kind, entry.subject_id) == ("consultation", str(case.consultation.pk))
    assert entry.facts == {
        "notice": notice.pk,
        "last_on": "2026-12-02",
        "law": notice.law,
        "digest": notice.digest,
    }


@pytest.mark.parametrize("state", ["draft", "open", "on-notice", "failed", "agreed"])
def test_only_a_vote_that_passed_is_posted(state: str) -> None:
    case = passed(state)
    with pytest.raises(MoveRefused):
        post_notice(consultation_id=case.consultation.pk, by=case.officer, now=POSTED)
    assert not Notice.objects.exists()


def test_who_does_not_run_the_case_posts_nothing() -> None:
    case = passed()
    for by, refusal in (
        (case.stranger, NotInReach),
        (case.keeper, NotPermitted),
        (case.residents[0], NotPermitted),
    ):
        with pytest.raises(refusal):
            post_notice(consultation_id=case.consultation.pk, by=by, now=POSTED)
    assert not Notice.objects.exists()
    assert not Entry.objects.filter(act="notice.post").exists()


def test_the_last_day_is_over_at_midnight_in_shanghai() -> None:
    _, notice = posted()
    assert not ended(notice, shanghai("2026-12-02T23:59:59.999999"))
    assert ended(notice, shanghai("2026-12-03T00:00:00"))


def test_a_photo_is_kept_without_what_the_camera_hid_in_it() -> None:
    case, notice = posted()
    hidden = b"\xff\xe1\x00\x0eExif\x00\x00GPS 29.5"
    picture = b"\xff\xd8" + hidden[:2] + b"\x00\x10" + hidden[4:] + b"\xff\xda\x00\x02xx\xff\xd9"
    photo = Paper("楼道.jpg", picture)
    kept = add_notice_photo(
        notice_id=notice.pk, place=" 单元门口 公告栏 ", photo=photo, by=case.worker, now=POSTED
    )
    content = (Path(settings.MEDIA_ROOT) / kept.photo.path).read_bytes()
    assert b"Exif" not in content
    assert b"GPS" not in content
    assert kept.place == "单元门口 公告栏"


def test_a_photo_needs_its_place_and_to_be_one() -> None:
    case, notice = posted()
    told: dict[str, Any] = {"notice_id": notice.pk, "by": case.worker, "now": POSTED}
    with pytest.raises(TextMissing):
        add_notice_photo(**told, place=" ", photo=Paper("a.png", PNG))
    with pytest.raises(EvidenceKind):
        add_notice_photo(**told, place="楼道", photo=Paper("a.png", b"text"))
    assert not notice.photos.exists()


def test_a_check_code_finds_the_notice_it_stands_for() -> None:
    case, notice = posted()
    found = check_code(shown_code(notice.code).lower())
    assert found is not None
    assert (found.kind, found.digest, found.latest) == ("notice", notice.digest, True)
    assert found.last_on == date(2026, 12, 2)
    assert check_code(case.stairwell.code) is None
    with pytest.raises(CodeMistyped):
        check_code("0000")


def test_a_notice_replaced_says_so() -> None:
    case, first = posted()
    case.consultation.state = "passed"
    case.consultation.save()
    second = post_notice(
        consultation_id=case.consultation.pk, by=case.worker, now=over(first, hours=1)
    )
    assert second.number == 2
    assert notice_of(case.consultation) == second
    found = check_code(first.code)
    assert found is not None
    assert not found.latest


def test_the_clock_writes_down_once_that_a_notice_is_over_and_moves_nothing() -> None:
    case, notice = posted()
    assert end_due_notices(by=CLOCK, now=over(notice, microseconds=-1)) == 0
    assert [end_due_notices(by=CLOCK, now=over(notice, hours=h)) for h in (0, 1)] == [1, 0]
    case.consultation.refresh_from_db()
    assert case.consultation.state == "on-notice"
    assert Entry.objects.get(act="notice.end").facts == {"notice": notice.pk, "objections": 0}
