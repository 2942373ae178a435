"""The shell's own pages: in both languages, in one voice, under a strict policy."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.db.utils import DatabaseErrorWrapper
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from tests.shell_cast import LANGUAGES, desk_of, officer, signed_in, tokens, visitor
from tuanti import web
from tuanti.config import urls
from tuanti.rules.errors import RuleBroken
from tuanti.web import views

STATIC = Path(web.__file__).parent / "static/web"
PUBLIC = ("/", "/components", "/no-such-page", "/account/login/")
DESK = f"{desk_of.__module__}.{desk_of.__name__}"
PAIRS = (
    ("ink", "bg"), ("ink", "card"), ("ink2", "bg"), ("ink2", "card"), ("ink3", "card"),
    ("ink2", "brand-l"), ("brand", "card"), ("brand", "bg"), ("brand-d", "brand-l"),
    ("card", "brand"), ("card", "brand-d"), ("card", "warm"), ("card", "ok"), ("card", "no"),
    ("card", "gold"), ("card", "sign"), ("on-dark", "brand-d"), ("on-sun", "sun"), ("warm", "card"),
    ("on-ok", "ok-l"), ("on-gold", "gold-l"), ("on-no", "no-l"), ("on-wait", "wait"),
    ("ok", "card"), ("no", "card"), ("gold", "card"), ("ink2", "wait"), ("ink2", "gold-l"),
)  # fmt: skip


class _Outline(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def text_of(answer: Any) -> str:  # noqa: ANN401 (a view's answer, or the test client's)
    return str(answer.content.decode())


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


urlpatterns = [*urls.urlpatterns, path("broken", broken, name="web:home")]
handler500 = urls.handler500


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Begin in Chinese, whatever language the page of another test was in."""
    with translation.override("zh-hans"):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [*PUBLIC, "/desk"])
def test_every_page_is_whole_in_its_language(address: str, language: str) -> None:
    answer = (signed_in if address == "/desk" else visitor)(language).get(address)
    said, page = text_of(answer), _Outline(text_of(answer))
    assert page.all("html")[0]["lang"] == {"zh-hans": "zh-Hans", "en": "en"}[language]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert "%%" not in said
    assert "{{" not in said
    assert ("Tuanti</title>" in said) == (language == "en")
    ids = [part["id"] for _, part in page.tags if part.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_every_page_forbids_whatever_is_not_ours(address: str) -> None:
    answer = visitor().get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)
    assert answer["X-Frame-Options"] == "DENY"
    page = _Outline(text_of(answer))
    assert all(script.get("src") or script["type"] for script in page.all("script"))
    assert not any("style" in part or "onclick" in part for _, part in page.tags)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/no-such-page"])
def test_residents_find_a_telephone_and_a_voice(address: str, settings: Settings) -> None:
    settings.PHONE = "023-6000 1234"
    said = text_of(visitor().get(address))
    assert 'href="tel:02360001234"' in said
    assert "data-aloud" in said


@pytest.mark.django_db
def test_the_front_door_takes_a_stairwell_code() -> None:
    page = _Outline(text_of(visitor().get("/")))
    assert [field["name"] for field in page.all("input") if field.get("id") == "code"] == ["code"]


@pytest.mark.django_db
def test_the_look_is_kept_and_leads_back() -> None:
    client = visitor()
    answer = client.post("/look", {"large": "1", "next": "/components?page=2"})
    assert (answer.status_code, answer["Location"]) == (302, "/components?page=2")
    assert 'class="office large"' in text_of(client.get("/components"))
    client.post("/look", {"language": "en", "next": "/"})
    assert 'lang="en"' in text_of(client.get("/"))
    client.post("/look", {"large": "0", "next": "/"})
    assert 'class="office"' in text_of(client.get("/components"))


@pytest.mark.django_db
@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_look_never_leads_away(away: str) -> None:
    assert visitor().post("/look", {"large": "1", "next": away})["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_greets_and_shows_what_is_late_first(language: str, settings: Settings) -> None:
    settings.DESK = [DESK]
    said = text_of(signed_in(language).get("/desk"))
    assert "陈工（虚构）" in said
    assert [said.index(url) for url in ("/late", "/new", "/done")] == sorted(
        said.index(url) for url in ("/late", "/new", "/done")
    )
    assert "1,200" in said


@pytest.mark.django_db
def test_an_empty_desk_says_so() -> None:
    assert "眼下没有等您处理的事" in text_of(signed_in().get("/desk"))


@pytest.mark.django_db
def test_a_visitor_has_no_desk() -> None:
    assert visitor().get("/desk")["Location"].startswith("/account/login/")


class Late(RuleBroken):
    code = "stages.move_refused"


def ask(**headers: Any) -> HttpRequest:  # noqa: ANN401 (as the factory takes them)
    return RequestFactory().get("/somewhere", **headers)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (views.bad_request, HTTPStatus.BAD_REQUEST),
        (views.forbidden, HTTPStatus.FORBIDDEN),
        (views.stale_form, HTTPStatus.FORBIDDEN),
        (views.not_found, HTTPStatus.NOT_FOUND),
        (views.server_fault, HTTPStatus.INTERNAL_SERVER_ERROR),
    ],
)
def test_trouble_is_told_with_a_way_on_and_needs_no_database(answer: Any, status: int) -> None:  # noqa: ANN401 (a view)
    told = answer(ask())
    assert told.status_code == status
    assert "接下来怎么办" in text_of(told)
    assert 'href="/"' in text_of(told)


def test_a_refusal_says_what_is_wrong_and_the_way_back() -> None:
    facts = {"process": "stairwell", "act": "vote", "state": "wish", "possible": "talk"}
    said = text_of(views.refused(ask(HTTP_REFERER="http://testserver/from"), Late(**facts)))
    assert 'href="http://testserver/from"' in said
    away = text_of(views.refused(ask(HTTP_REFERER="http://evil.example/"), Late(**facts)))
    assert "evil" not in away


@pytest.mark.django_db
def test_a_fault_of_ours_stands_without_queries_or_words_of_python(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    with django_assert_num_queries(0):
        answer = client.get("/broken")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "不是您的问题" in text_of(answer)
    assert "RuntimeError" not in text_of(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def locked(folder: Path) -> None:
    """Ask a database that somebody else keeps shut."""
    held = sqlite3.connect(folder / "held")
    held.execute("BEGIN EXCLUSIVE")
    sqlite3.connect(folder / "held", timeout=0).execute("CREATE TABLE lift (id)")


def lost(folder: Path) -> None:
    """Ask a database whose folder is gone."""
    sqlite3.connect(folder / "gone" / "away").execute("SELECT 1")


def refused(_folder: Path) -> None:
    """Ask PostgreSQL where none listens."""
    psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")


def tableless(_folder: Path) -> None:
    """Ask a database for what it never had."""
    sqlite3.connect(":memory:").execute("SELECT * FROM lift")


@pytest.mark.parametrize(
    ("kind", "ask_it", "status"),
    [
        (sqlite3, locked, 503),
        (sqlite3, lost, 503),
        (psycopg, refused, 503),
        (sqlite3, tableless, 500),
    ],
)
def test_a_database_that_is_away_is_told_apart_from_what_is_broken(
    kind: ModuleType, ask_it: Callable[[Path], None], status: int, tmp_path: Path
) -> None:
    try:
        with DatabaseErrorWrapper(SimpleNamespace(Database=kind)):  # as Django asks
            ask_it(tmp_path)
    except OperationalError:
        told = views.server_fault(ask())
    assert told.status_code == status
    assert told.has_header("Retry-After") == (status == HTTPStatus.SERVICE_UNAVAILABLE)
    assert ("系统正在恢复" in text_of(told)) == (status == HTTPStatus.SERVICE_UNAVAILABLE)


def test_a_fault_shows_even_without_its_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_name: str) -> str:
        raise ValueError("not in the manifest")

    monkeypatch.setattr(views, "static", lost)
    assert "系统出了故障" in text_of(views.server_fault(ask()))


@pytest.mark.django_db
def test_an_old_form_is_told_kindly() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/look", {"large": "1"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "页面放得太久了" in text_of(answer)


def channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def light(colour: str) -> float:
    red, green, blue = (channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_ink_is_read_on_its_ground(ink: str, ground: str) -> None:
    colours = dict(tokens((STATIC / "tokens.css").read_text("utf-8")))
    ends = sorted((light(colours[ink]), light(colours[ground])))
    assert (ends[1] + 0.05) / (ends[0] + 0.05) >= 4.5


def test_edges_of_fields_and_focus_are_seen() -> None:
    colours = dict(tokens((STATIC / "tokens.css").read_text("utf-8")))
    for edge in ("edge", "focus"):
        assert 1.05 / (light(colours[edge]) + 0.05) >= 3


def test_our_own_script_stays_small_and_old_browsers_understand_our_sheets() -> None:
    assert sum(script.stat().st_size for script in STATIC.glob("*.js")) < 10_000
    for sheet in STATIC.glob("*.css"):
        rules = sheet.read_text("utf-8")
        assert not re.search(r":has\(|@layer|color-mix|@container|oklch|\bsubgrid\b", rules)
        assert not re.search(r"\{[^{}@]*\{", re.sub(r"@\w[^{]*\{", "", rules)), "nested rules"


def test_every_name_in_the_navigation_leads_somewhere() -> None:
    assert reverse("web:desk") == "/desk"


@pytest.mark.django_db
def test_a_signed_in_officer_sees_who_they_are_on_every_page() -> None:
    officer()
    said = text_of(signed_in().get("/components"))
    assert "陈工（虚构）" in said
    assert 'action="/account/logout/"' in said
