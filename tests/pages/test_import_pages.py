"""Each page of an import, in each of its states, in both languages, for those who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.imports_cast import CHEN, DISTRICT, STREET, Clerk, brought, clerk, csv_of, flat
from tests.places_cast import OTHER_STREET, someone
from tuanti.people import middleware
from tuanti.people.actors import Actor
from tuanti.places.commands.imports import AT_WORK
from tuanti.places.models import Flat, Import

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
LIST = csv_of([flat(101), flat(102), flat(103, 建筑面积="很大"), flat(104, 街道="观音桥街道")])
STRANGER = someone("street-officer", OTHER_STREET, "赵经办")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser in which Officer Chen is signed in; ``as_`` is someone else."""
    client = Client()
    as_(client, CHEN, monkeypatch)
    return client


def as_(client: Client, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(middleware, "actor_of", lambda _: actor)
    return client


def in_state(clerk: Clerk, state: str) -> Import:
    """An import that has come so far."""
    row = brought(LIST)
    if state in ("checked", "applied", "undone"):
        row = clerk.check(row)
    if state in ("applied", "undone"):
        row = clerk.apply(row, leave_out=True)
    if state == "undone":
        row = clerk.undo(row)
    Import.objects.filter(pk=row.pk).update(
        state=state, fault="imports.fault" if state in ("failed", "halted") else ""
    )
    return Import.objects.get(pk=row.pk)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", [state for state in Import.State.values if state != "dropped"])
def test_the_page_shows_in_every_state(
    clerk: Clerk, browser: Client, state: str, language: str
) -> None:
    row = in_state(clerk, state)
    browser.cookies["language"] = language
    for address in ("/imports", "/imports/new", f"/imports/{row.pk}"):
        shown = browser.get(address)
        assert shown.status_code == 200, address
        said = shown.content.decode()
        assert "%%" not in said
        assert ("zh-Hans" in said) is (language == "zh-hans")


def test_a_list_is_brought_checked_and_imported_by_its_pages(clerk: Clerk, browser: Client) -> None:
    file = SimpleUploadedFile("清单.csv", LIST)
    made = browser.post("/imports/new", {"scope": STREET, "file": file})
    row = Import.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/imports/{row.pk}")
    said = browser.get(f"/imports/{row.pk}").content.decode()
    assert "建筑面积" in said
    assert "王*" in said
    assert "王101" not in said
    assert "19900000101" not in said
    clerk.check(row)
    said = browser.get(f"/imports/{row.pk}").content.decode()
    assert "有 2 行要改" in said
    assert "L4" in said  # the cell of the area
    book = browser.get(f"/imports/{row.pk}/marked")
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # a stream has it
    clerk.apply(row, leave_out=True)
    said = browser.get(f"/imports/{row.pk}").content.decode()
    assert "翰林苑" in said
    assert "撤销" in said


def test_a_column_is_taken_for_what_a_person_says(clerk: Clerk, browser: Client) -> None:
    row = brought(
        csv_of(
            [["石坪桥街道", "翰林苑", "3", "1", "101", "6"]],
            ["街道", "小区", "栋", "单元", "房号", "哪一层"],
        )
    )
    given = {
        f"column_{at}": field
        for at, field in enumerate(
            ("street", "estate", "building", "stairwell", "flat", "floor"), 1
        )
    }
    answer = browser.post(f"/imports/{row.pk}", given | {"heading_row": "1"})
    assert answer.status_code == 302, answer.content.decode()
    clerk.apply(clerk.check(row))
    assert Flat.objects.get().floor == 6


def test_a_column_chosen_twice_is_said_on_the_page(clerk: Clerk, browser: Client) -> None:  # noqa: ARG001 (the town)
    row = brought(csv_of([["翰林苑", "3", "1"]], ["小区", "甲", "乙"]))
    given = {"column_1": "estate", "column_2": "built", "column_3": "built", "heading_row": "1"}
    shown = browser.post(f"/imports/{row.pk}", given)
    assert shown.status_code == 200
    assert "指定给了两列" in shown.content.decode()


def test_a_file_that_is_no_list_is_refused_on_the_form(clerk: Clerk, browser: Client) -> None:  # noqa: ARG001 (the town)
    file = SimpleUploadedFile("a.xlsm", b"PK\x03\x04rubbish")
    shown = browser.post("/imports/new", {"scope": STREET, "file": file})
    assert shown.status_code == 200
    assert 'role="alert"' in shown.content.decode()
    assert not Import.objects.exists()


def test_a_job_under_way_shows_its_progress_and_brings_the_page_anew(
    clerk: Clerk, browser: Client
) -> None:
    row = in_state(clerk, "applying")
    Import.objects.filter(pk=row.pk).update(done=40, rows=100)
    address, asked = f"/imports/{row.pk}/progress", {"HX-Request": "true"}
    said = browser.get(address, headers=asked).content.decode()
    assert 'value="40" max="100"' in said
    Import.objects.filter(pk=row.pk).update(state="applied")
    assert browser.get(address, headers=asked)["HX-Refresh"] == "true"
    assert browser.get(address).status_code == 302


@pytest.mark.parametrize("state", [state for state in Import.State.values if state != "dropped"])
def test_without_scripts_the_page_comes_anew_by_itself_while_a_job_runs_and_then_no_more(
    clerk: Clerk, browser: Client, state: str
) -> None:
    row = in_state(clerk, state)
    head, _, body = browser.get(f"/imports/{row.pk}").content.decode().partition("</head>")
    anew = '<noscript><meta http-equiv="refresh" content="10"></noscript>'
    assert (anew in head) is (state in AT_WORK)
    assert "http-equiv" not in body


def test_an_import_of_elsewhere_is_not_there(
    clerk: Clerk, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = in_state(clerk, "checked")
    as_(browser, STRANGER, monkeypatch)
    assert "清单.csv" not in browser.get("/imports").content.decode()
    for page in ("", "/marked", "/progress"):
        assert browser.get(f"/imports/{row.pk}{page}").status_code == 404, page
    for act in ("", "/check", "/apply", "/undo", "/resume", "/drop"):
        assert browser.post(f"/imports/{row.pk}{act}").status_code == 404, act
    as_(browser, DISTRICT, monkeypatch)
    assert browser.get(f"/imports/{row.pk}").status_code == 200


def test_what_no_longer_fits_is_refused_with_what_to_do(clerk: Clerk, browser: Client) -> None:
    row = in_state(clerk, "checked")
    shown = browser.post(f"/imports/{row.pk}/apply")
    assert shown.status_code == 409
    assert "还有 2 行要改" in shown.content.decode()
    assert browser.post(f"/imports/{row.pk}/undo").status_code == 409


def test_the_template_comes_in_the_language_of_the_page(browser: Client) -> None:
    book = browser.get("/imports/template.xlsx")
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # as above
