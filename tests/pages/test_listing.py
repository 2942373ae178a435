"""Any list: found, sorted, turned page by page, taken home as a harmless file; forms as kind."""

import csv
import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.shell_cast import visitor
from tuanti.people.models import Account
from tuanti.rules.errors import RuleBroken
from tuanti.web.forms import Form
from tuanti.web.listing import Column, Filter, Listing, Rows, State, listing_response, written

HOMES = [
    SimpleNamespace(name=f"翠屏苑 {at} 栋", flats=flats, fen=at * 36_648_00, lift=at % 3 == 0)
    for at, flats in enumerate((14, None, 28, 7, 14, 56, 21), 1)
]
COLUMNS = (
    Column("name", "web.components.listing.name", sort="name", url=lambda home: f"/{home.name}"),
    Column("flats", "web.components.listing.flats", "number", sort="flats"),
    Column("fen", "web.components.listing.flats", "yuan"),
    Column(
        "lift",
        "web.components.listing.state",
        "state",
        value=lambda home: State("ok", "有") if home.lift else State("wait", "无"),
    ),
)


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Begin in Chinese, whatever language the page of another test was in."""
    with translation.override("zh-hans"):
        yield


def with_lift(rows: Rows, choice: str) -> Rows:
    return [home for home in rows if home.lift == (choice == "yes")]


def asked(query: str = "", rows: Rows = HOMES, **facts: Any) -> Listing:  # noqa: ANN401 (as Listing)
    known: dict[str, Any] = {
        "search": lambda rows, q: [home for home in rows if q in home.name],
        "filters": [
            Filter("lift", "web.components.listing.state", (("yes", "有"), ("no", "无")), with_lift)
        ],
        "per_page": 3,
        "title": "楼栋",
    }
    return Listing(RequestFactory().get(f"/homes?{query}"), rows, COLUMNS, **{**known, **facts})


def names(listing: Listing) -> list[str]:
    return [home.name.split()[1] for home in listing.page]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["1", "2", "3"]),
        ("page=3", ["7"]),
        ("page=99", ["7"]),
        ("page=x", ["1", "2", "3"]),
        ("q=翠屏苑 6", ["6"]),
        ("lift=yes", ["3", "6"]),
        ("lift=maybe", ["1", "2", "3"]),
        ("sort=flats", ["4", "1", "5"]),
        ("sort=-flats", ["6", "3", "7"]),
        ("sort=-flats&page=3", ["2"]),
        ("sort=fen", ["1", "2", "3"]),
        ("sort=__class__", ["1", "2", "3"]),
    ],
)
def test_a_list_shows_what_was_asked_for(query: str, shown: list[str]) -> None:
    assert names(asked(query)) == shown


@given(st.sampled_from(["q", "sort", "page", "lift", "format", "x"]), st.text(max_size=8))
def test_no_question_breaks_a_list(name: str, value: str) -> None:
    request = RequestFactory().get("/homes", {name: value})
    listing = Listing(request, HOMES, COLUMNS, search=lambda rows, _: rows, per_page=2)
    assert len(list(listing.page)) <= 2
    assert render_to_string("web/listing.html", {"listing": listing})


def test_sorting_keeps_what_was_searched_for_and_begins_at_the_first_page() -> None:
    by_name, by_flats, plain, _ = asked("q=翠&sort=flats&page=2&lift=no").headings
    assert (by_flats.direction, by_name.direction, plain.url) == ("ascending", "", "")
    assert "sort=-flats" in by_flats.url
    assert "lift=no" in by_flats.url
    assert "page" not in by_flats.url


@pytest.mark.django_db
def test_rows_of_a_table_are_sorted_by_the_database_and_never_twice() -> None:
    for name in ("b", "a", "c", "d"):
        Account.objects.create(username=name, name="同名")
    columns = [
        Column("username", "web.components.listing.name", sort="username"),
        Column("name", "web.components.listing.name", sort="name"),
    ]

    def seen(query: str) -> list[str]:
        request = RequestFactory().get(f"/accounts?{query}")
        listing = Listing(request, Account.objects.all(), columns, per_page=2)
        return [account.username for account in listing.page]

    assert seen("sort=-username") == ["d", "c"]
    assert {*seen("sort=name"), *seen("sort=name&page=2")} == {"a", "b", "c", "d"}


def test_a_page_names_its_rows_order_and_neighbours() -> None:
    html = render_to_string("web/listing.html", {"listing": asked("sort=-flats&page=2")})
    assert 'aria-sort="descending"' in html
    assert 'rel="prev"' in html
    assert 'rel="next"' in html
    assert "第 4–6 条，共 7 条" in html
    assert '<span class="state wait">无</span>' in html
    assert "36,648" in render_to_string("web/listing.html", {"listing": asked()})


def test_an_empty_list_says_what_to_do_and_a_fruitless_search_how_to_go_back() -> None:
    empty = render_to_string("web/listing.html", {"listing": asked(rows=[])})
    assert "这里还没有内容" in empty
    assert "format=xlsx" not in empty
    fruitless = render_to_string("web/listing.html", {"listing": asked("q=没有的")})
    assert "没有找到符合条件的内容" in fruitless
    assert 'href="/homes"' in fruitless


def file_of(query: str) -> bytes:
    request = RequestFactory().get(f"/homes?{query}")
    risky = SimpleNamespace(name='=HYPERLINK("x")', flats=-1, fen=-50, lift=False)
    listing = asked(query, rows=[*HOMES, risky])
    answer: Any = listing_response(request, "web/listing.html", listing)
    assert "attachment" in answer["Content-Disposition"]
    content = b"".join(answer)
    answer.close()
    return content


@pytest.mark.django_db  # closing an answer lets connections go
def test_a_workbook_holds_every_row_in_order_and_no_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(file_of("format=xlsx&sort=flats"))).active
    assert sheet
    names = [str(row[0].value) for row in sheet.rows][-8:]
    assert (names[0], names[-1]) == ('=HYPERLINK("x")', "翠屏苑 2 栋")
    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)


@pytest.mark.django_db
def test_a_text_holds_every_row_and_a_demonstration_says_so() -> None:
    with override_settings(DEMO=True):
        lines = [*csv.reader(io.StringIO(file_of("format=csv&page=2").decode("utf-8-sig")))]
    assert lines[:2] == [["楼栋"], ["虚构示例"]]
    assert len(lines) == 3 + len(HOMES) + 1
    assert lines[3] == ["翠屏苑 1 栋", "14", "36648.00", "无"]
    assert lines[-1][0] == '\'=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [("yes", True, "是"), ("yes", False, "否"), ("percent", 8_579, "85.7%"), ("text", None, "")],
)
def test_values_are_written_for_people(kind: Any, value: object, said: str) -> None:  # noqa: ANN401 (a Kind)
    assert written(kind, value) == said


class Visit(Form):
    words = "web.components.form"

    name = forms.CharField(max_length=4)
    phone = forms.CharField(min_length=11)
    area = forms.IntegerField(max_value=500)
    day = forms.DateField()
    answer = forms.ChoiceField(choices=[("ok", "合格")], widget=forms.RadioSelect)
    photo = forms.FileField()
    agreed = forms.BooleanField()


WRONG = {"name": "太长的名字了", "phone": "139", "area": "many", "day": "soon", "answer": "x"}


def test_a_form_speaks_our_words_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        form = Visit(WRONG, {"photo": SimpleUploadedFile("a.jpg", b"")})
        assert str(form["phone"].label) == "Mobile number"
        assert str(form["phone"].help_text).startswith("Used only to send a code")
        assert form.faulty["phone"] == ["“Mobile number” must have at least 11 characters."]
    form = Visit(WRONG, {"photo": SimpleUploadedFile("a.jpg", b"")})
    assert form.faulty == {
        "name": ["“业主姓名”最多 4 个字。"],
        "phone": ["“手机号”至少 11 个字。"],
        "area": ["“建筑面积（平方米）”请只填数字。"],
        "day": ["“表态日期”请按年-月-日填写，例如 2026-11-23。"],
        "answer": ["“您的意见”没有这个选项，请重新选择。"],
        "photo": ["“证据照片”选的文件是空的，请换一个。"],
        "agreed": ["请先勾选“我已看过并同意告知书”。"],
    }
    assert all("请" in " ".join(faults) for faults in Visit({}).faulty.values())


def test_every_fault_is_told_above_with_a_link_and_beside_its_field() -> None:
    request = RequestFactory().get("/")
    form = Visit(WRONG)
    html = render_to_string("web/form.html", {"form": form, "submit": "web.form.save"}, request)
    for name in form.fields:
        anchor = "id_answer-group" if name == "answer" else f"id_{name}"
        assert f'href="#{anchor}"' in html
        assert f'id="{anchor}"' in html
        assert f'id="id_{name}-fault"' in html
    assert html.count('aria-invalid="true"') >= 5
    assert "multipart/form-data" in html
    assert "csrfmiddlewaretoken" in html


class Refused(RuleBroken):
    code = "stages.unknown_state"


def test_a_refusal_stands_above_the_form_or_beside_its_field() -> None:
    form = Visit(WRONG)
    form.refuse(Refused(process="甲", state="乙", known="丙"))
    form.refuse(Refused(process="甲", state="乙", known="丙"), "phone")
    assert len(form.faulty[""]) == 1
    assert len(form.faulty["phone"]) == 2


@pytest.mark.django_db
def test_the_living_page_hands_its_list_over_too() -> None:
    answer = visitor().get("/components?format=csv&q=1-1")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    answer.close()


def test_a_request_without_a_list_is_a_page(rf: RequestFactory) -> None:
    answer = listing_response(rf.get("/homes?format=pdf"), "web/listing.html", asked("format=pdf"))
    assert answer["Content-Type"].startswith("text/html")
