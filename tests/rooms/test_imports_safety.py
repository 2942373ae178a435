"""Imports that meet what they should not: hostile files, other people's places, stops half-way."""

import io
import zipfile
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.conf import settings

from tests.imports_cast import (
    CHEN,
    DISTRICT,
    NOW,
    Clerk,
    brought,
    clerk,
    csv_of,
    flat,
    standing,
)
from tests.places_cast import OTHER_STREET, STREET, someone
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK, Actor
from tuanti.places import lists, loading, tasks, undoing, working
from tuanti.places.commands import divisions, estates, imports
from tuanti.places.facts import BuildingFacts, EstateFacts
from tuanti.places.keys import Placed
from tuanti.places.lists import ListTooLarge, Settled
from tuanti.places.models import Building, Change, Estate, Flat, Import, Owner
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.rules.errors import RuleBroken
from tuanti.sheets.guard import FileRefused

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
LIST = csv_of([flat(number) for number in range(101, 111)])


def workbook(sheet: bytes, **more: bytes) -> bytes:
    """A workbook of one sheet, made by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in more.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


BLANK = b"<worksheet><sheetData>%s</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.csv", b""),
        ("炸弹.xlsx", workbook(BLANK % (b"<row/>" * 20_000_000))),
        ("宏.xlsm", workbook(BLANK % b"")),
        ("宏.xlsx", workbook(BLANK % b"", xl__vbaProject_bin=b"x")),
        ("加密.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600),
        ("坏.xlsx", b"PK\x03\x04" + b"\0" * 64),
        ("图.csv", b"\x89PNG\r\n\x1a\n\0\0\0"),
        ("乱码.csv", "小区,栋\n翰林苑,1\n".encode("gb18030") + b"\xff\xff\xfe\n"),
        ("实体.xlsx", workbook(b'<!DOCTYPE a [<!ENTITY b "c">]>' + BLANK % b"")),
    ],
)
@pytest.mark.usefixtures("clerk")
def test_what_is_no_list_is_refused_and_nothing_is_kept(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        brought(content, name)
    assert not Import.objects.exists()
    assert not Entry.objects.filter(act="import.bring").exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("clerk")
def test_a_file_too_large_is_refused_before_it_is_all_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "MOST_MB", 1)
    with pytest.raises(ListTooLarge):
        brought(b"a" * (2**20 + 1))
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_million_blank_rows_are_passed_over(clerk: Clerk) -> None:
    content = LIST + b"," * 14 + b"\r\n" * 1_000_000
    row = clerk.load(content)
    assert (row.state, Flat.objects.count()) == ("applied", 10)


def test_a_list_in_the_encoding_of_old_is_read(clerk: Clerk) -> None:
    row = clerk.load(LIST.decode("utf-8-sig").encode("gb18030"))
    assert (row.state, Flat.objects.count()) == ("applied", 10)


def test_faulty_lines_are_left_out_only_when_one_says_so(clerk: Clerk) -> None:
    row = clerk.check(brought(csv_of([flat(101), flat(102, 建筑面积="很大")])))
    assert (
        row.result["check"]["faults"] == {"sheets.not_a_number": 1}
        or row.result["check"]["left"] == 1
    )
    with pytest.raises(imports.FaultsLeft):
        clerk.apply(row)
    assert not Flat.objects.exists()
    clerk.apply(row, leave_out=True)
    assert Flat.objects.get().number == "101"


def test_a_list_without_one_sound_line_is_refused(clerk: Clerk) -> None:
    row = clerk.check(brought(csv_of([flat(101, 建筑面积="很大")])))
    with pytest.raises(imports.NothingToLoad):
        clerk.apply(row, leave_out=True)


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (someone("street-officer", OTHER_STREET), NotInReach),
        (someone("auditor", STREET), NotPermitted),
        (someone("property-manager", STREET), NotInReach),
    ],
)
def test_only_who_keeps_the_housing_of_a_place_brings_its_lists(
    clerk: Clerk, by: Actor, refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        brought(LIST, by=by)
    row = clerk.check(brought(LIST))
    for act in (
        imports.check_list,
        imports.apply_list,
        imports.undo_list,
        imports.drop_list,
        imports.resume_list,
    ):
        with pytest.raises(refusal):
            act(import_id=row.pk, by=by, now=NOW)
    with pytest.raises(refusal):
        imports.settle_columns(import_id=row.pk, settled=Settled(), by=by, now=NOW)


def test_lines_of_another_street_are_faults_not_rows(clerk: Clerk) -> None:
    row = clerk.load(csv_of([flat(101), flat(102, 街道="观音桥街道")]), leave_out=True)
    assert row.result["check"]["left"] == 1
    assert {estate.street_id for estate in Estate.objects.all()} == {STREET}


def test_a_communitys_list_touches_no_other_communitys_estate(clerk: Clerk) -> None:
    own, other = (
        divisions.found_community(street_id=STREET, name=name, by=CHEN, now=NOW)
        for name in ("锦绣社区", "江畔社区")
    )
    facts = EstateFacts("翰林苑", aliases=("老厂宿舍",), community=other.pk)
    estates.add_estate(street_id=STREET, facts=facts, by=CHEN, now=NOW)
    worker = clerk.another(someone("community-worker", own.pk))
    rows = [flat(101), flat(101, 小区="老厂宿舍"), flat(101, 小区="新苑", 曾用名="翰林苑"),
            flat(101, 小区="锦苑"), flat(101, 小区="远苑", 社区="江畔社区")]  # fmt: skip
    row = worker.load(csv_of(rows), scope=own.pk, leave_out=True)
    assert row.result["check"]["faults"] == {
        "imports.estate_elsewhere": 3,
        "imports.community_outside": 1,
    }
    assert Flat.objects.get().stairwell.building.estate.community_id == own.pk


def test_a_job_killed_half_way_is_begun_again_without_harm(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 3)
    whole = clerk.load(LIST)
    after = standing()
    clerk.undo(whole)
    row = clerk.check(brought(LIST))
    batch, calls = loading.Loader.batch, 0

    def killed(self: loading.Loader, lines: Sequence[Placed]) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        batch(self, lines)

    monkeypatch.setattr(loading.Loader, "batch", killed)
    with pytest.raises(KeyboardInterrupt):
        clerk.apply(row)
    row.refresh_from_db()
    assert (row.state, row.done, Flat.objects.count()) == ("applying", 6, 6)
    with pytest.raises(imports.StillAtWork):
        imports.resume_list(import_id=row.pk, by=CHEN, now=row.moved_at)
    with clerk.sees_jobs_end():
        assert imports.resume_stopped(by=CLOCK, now=row.moved_at + imports.STALLED) == 1
    row.refresh_from_db()
    assert (row.state, row.result["made"]["flat"]) == ("applied", 10)
    assert standing() == after
    clerk.undo(row)
    assert not Flat.objects.exists()


def test_a_job_that_stops_again_and_again_is_given_up(clerk: Clerk) -> None:
    row = clerk.check(brought(LIST))
    imports.apply_list(import_id=row.pk, by=CHEN, now=NOW)
    now = NOW
    for _ in range(3):
        now += imports.STALLED
        assert imports.resume_stopped(by=CLOCK, now=now) == 1
        row.refresh_from_db()
        assert row.state == "applying"
    imports.resume_stopped(by=CLOCK, now=now + imports.STALLED)
    row.refresh_from_db()
    assert (row.state, row.fault) == ("halted", "imports.gave_up")
    assert clerk.apply(row).state == "applied"


def test_an_undo_killed_half_way_is_begun_again(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = clerk.load(LIST)
    monkeypatch.setattr(undoing, "BATCH", 4)
    removal, calls = undoing.Removal.__call__, 0

    def killed(self: undoing.Removal) -> int:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise RuntimeError
        return removal(self)

    monkeypatch.setattr(undoing.Removal, "__call__", killed)
    halted = clerk.undo(row)
    assert (halted.state, halted.fault) == ("halted", working.FAULT)
    assert Flat.objects.exists()
    undone = clerk.undo(row)
    assert (undone.state, undone.result["removed"]["ownership"]) == ("undone", 10)
    assert not Estate.objects.exists()


def test_a_job_that_was_taken_over_writes_nothing_more(clerk: Clerk) -> None:
    row = clerk.check(brought(LIST))
    imports.apply_list(import_id=row.pk, by=CHEN, now=NOW)
    tasks.run_apply.call(row.pk, "another's")
    assert not Flat.objects.exists()
    Import.objects.filter(pk=row.pk).update(job="newer")
    work = working.Work(Import.objects.get(pk=row.pk), lambda: NOW)
    work.row.job = "older"
    with pytest.raises(working.TakenOver):
        work.beat(1)


def test_undoing_the_first_of_two_keeps_what_the_second_told(clerk: Clerk) -> None:
    clerk.load(csv_of([flat(101, 总层数="", 建筑面积="")]))
    first = clerk.load(csv_of([flat(101, 总层数=7, 建筑面积=""), flat(102), flat(103)]))
    second = clerk.load(csv_of([flat(101, 总层数=8, 建筑面积="90"), flat(102, 建筑面积="91")]))
    undone = clerk.undo(first)
    assert undone.result["kept"] == {"flat": 1}  # 102, which the second list mended
    assert not Flat.objects.filter(number="103").exists()
    assert Building.objects.get().storeys == 8
    clerk.undo(second)
    assert Building.objects.get().storeys is None
    assert Flat.objects.get(number="101").area_dm2 is None
    clerk.undo(first)
    assert [one.number for one in Flat.objects.all()] == ["101"]
    assert not Change.objects.exists()


def test_an_undo_keeps_what_a_clerk_changed_or_built_on(clerk: Clerk) -> None:
    clerk.load(csv_of([flat(101)]))
    row = clerk.load(csv_of([flat(101, 建成年份=1999), flat(101, 小区="江景苑", 栋="1")]))
    house = Building.objects.get(estate__name="翰林苑")
    facts = BuildingFacts(house.name, storeys=7, built=2001)
    estates.amend_building(building_id=house.pk, facts=facts, by=CHEN, now=NOW)
    made = Estate.objects.get(name="江景苑")
    estates.add_building(estate_id=made.pk, facts=BuildingFacts("2"), by=CHEN, now=NOW)
    undone = clerk.undo(row)
    assert undone.result["kept"] == {"estate": 1, "change": 1}
    house.refresh_from_db()
    assert (house.built, Building.objects.get(estate=made).name) == (2001, "2")


def test_a_clerks_edit_of_another_column_survives_the_import(clerk: Clerk) -> None:
    clerk.load(csv_of([flat(101)]))
    Building.objects.update(structure="frame")
    clerk.load(csv_of([flat(101, 总层数=8)]))
    house = Building.objects.get()
    assert (house.storeys, house.structure) == (8, "frame")


def test_the_database_knows_exactly_the_states_of_the_table() -> None:
    assert set(Import.State.values) == set(imports.IMPORT.states)


def test_a_dropped_list_leaves_no_file(clerk: Clerk) -> None:
    row, same = brought(LIST), brought(LIST)
    assert row.path == same.path
    for one in (row, same):
        assert lists.whole(row.path).exists()
        with clerk.sees_jobs_end():
            imports.drop_list(import_id=one.pk, by=CHEN, now=NOW)
    assert not lists.whole(row.path).exists()


def test_files_are_forgotten_after_thirty_days(clerk: Clerk) -> None:
    row = clerk.load(LIST)
    later = row.moved_at + timedelta(days=imports.KEPT_DAYS)
    with clerk.sees_jobs_end():
        assert imports.forget_lists(by=CLOCK, now=later) == 1
    assert imports.forget_lists(by=CLOCK, now=later) == 0
    assert not lists.whole(row.path).exists()
    gone = Import.objects.get(pk=row.pk)
    assert clerk.undo(gone).state == "undone"


def test_what_is_kept_of_a_list_hides_names_and_numbers(clerk: Clerk) -> None:
    content = csv_of(
        [flat(101, 产权人="欧阳建国", 电话="1990000"), flat(102, 证件号码="99999919500101001X")]
    )
    row = clerk.check(brought(content, by=DISTRICT))
    kept = str(row.result)
    assert "欧阳建国" not in kept
    assert "19900000102" not in kept
    assert "99999919500101001X" not in kept
    assert not Owner.objects.exists()
