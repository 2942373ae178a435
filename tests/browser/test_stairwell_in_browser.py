"""A stairwell's page in a real browser: read by old eyes, touched by old thumbs, voted on."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.browser.test_shell_in_browser import FLUSH, LISTEN, MEASURE, violations
from tests.overview_cast import Staged, staged
from tests.places_cast import come_in
from tuanti.consent.models import Record

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
Brought: TypeAlias = Callable[[str], Staged]
SMALLEST, READABLE, MAIN = 15, 18, 60
THOROUGH = pytest.param(True, marks=pytest.mark.torture)  # each stage in both languages
# The text of the page: all but the pictures with words in them (plan, gauges, steps).
READ = """(least) => [...document.querySelectorAll("main :is(p, dd, dt, li, a.button, button,"
  + "label, h2, h3, input, select, textarea, span, time, b, small, td, th, summary)")]
  .filter((part) => !part.closest(".house, .gauge, .steps, .unseen") && part.offsetParent
    && parseFloat(getComputedStyle(part).fontSize) < least)
  .map((part) => part.outerHTML.slice(0, 120))"""
SEEN = (
    "none", "canvassing", "draft", "open", "passed", "on-notice", "signing", "agreed", "failed",
)  # fmt: skip


@pytest.fixture
def brought(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Brought:
    """Bring a stairwell to a stage, and look at it at that moment."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()

    def bring(stage: str) -> Staged:
        found = staged(stage)
        monkeypatch.setattr("django.utils.timezone.now", lambda: found.now)
        return found

    return bring


def session_of(found: Staged, number: str = "501") -> str:
    return come_in(found.case.neighbours[number][0]).cookies["session"].value


def faults(page: "Page") -> list[str]:
    """What shuts somebody out of a page: axe's findings, small print, narrow targets."""
    small, narrow = page.evaluate(MEASURE, SMALLEST)
    sideways = ["scrolls sideways"] if page.evaluate(FLUSH) > 0 else []
    return [*violations(page), *small, *narrow, *sideways, *page.evaluate(READ, READABLE)]


@pytest.mark.parametrize("stage", SEEN)
@pytest.mark.parametrize("thorough", [False, THOROUGH])
def test_each_stage_is_read_and_touched_by_old_people(
    opened: Any,  # noqa: ANN401 (a fixture)
    brought: Brought,
    thorough: bool,  # noqa: FBT001 (a parameter)
    stage: str,
) -> None:
    found = brought(stage)
    session = session_of(found)
    more = ("/share", "/pack") if stage == "agreed" else ()
    both = thorough or stage in ("open", "agreed")
    for language in ("zh-hans", "en") if both else ("zh-hans",):
        for path in ("", *more):
            with opened(f"/b/{found.code}{path}", 390, language, session=session) as page:
                assert faults(page) == [], (path, language)
                for button in page.locator(".button").all():
                    box = button.bounding_box()
                    assert box is None or box["height"] >= MAIN - 0.1, (path, language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_poster_and_the_wide_page_shut_nobody_out(
    opened: Any,  # noqa: ANN401 (a fixture)
    brought: Brought,
    language: str,
) -> None:
    found = brought("open")
    with opened(f"/b/{found.code}", 390, language) as page:
        assert faults(page) == []
    session = session_of(found)
    with opened(f"/b/{found.code}", 1440, language, session=session) as page:
        assert violations(page) == []
        assert page.evaluate(FLUSH) <= 0
        left, right = (page.locator(f".lane >> nth={n}").bounding_box() for n in (0, 1))
        assert left["x"] + left["width"] <= right["x"]


def test_large_type_is_larger_and_still_fits(opened: Any, brought: Brought) -> None:  # noqa: ANN401
    found = brought("open")
    session = session_of(found)
    with opened(f"/b/{found.code}", 390, large=True, session=session) as page:
        size = "() => parseFloat(getComputedStyle(document.body).fontSize)"
        assert page.evaluate(size) >= 22
        assert violations(page) == []
        assert page.evaluate(FLUSH) <= 0


def test_the_three_answers_look_the_same_until_one_is_chosen(
    opened: Any,  # noqa: ANN401 (a fixture)
    brought: Brought,
) -> None:
    found = brought("open")
    look = """(part) => { const style = getComputedStyle(part); const box =
      part.getBoundingClientRect(); return [style.color, style.backgroundColor, style.borderColor,
      style.fontSize, style.fontWeight, box.height, Math.round(box.width)]; }"""
    with opened(f"/b/{found.code}", session=session_of(found, "602")) as page:
        answers = page.locator(".bar .button").all()
        looks = [one.evaluate(look) for one in answers]
        assert len(looks) == 3
        assert looks[0] == looks[1] == looks[2]
        assert page.locator('.bar [aria-pressed="true"]').count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_a_ballot_is_cast_seen_and_changed(
    opened: Any,  # noqa: ANN401 (a fixture)
    brought: Brought,
    script: bool,  # noqa: FBT001 (a parameter)
) -> None:
    found = brought("open")
    before = Record.objects.count()
    with opened(f"/b/{found.code}", script=script, session=session_of(found, "602")) as page:
        assert "未表态" in page.locator(".tile.mine").inner_text()
        page.get_by_role("button", name="不同意", exact=True).click()
        page.wait_for_url("**/receipts/*")
        assert not script or violations(page) == []
        assert page.locator("svg").count() > 1
        page.goto(page.url.partition("/receipts")[0] + f"/b/{found.code}")
        pressed = page.locator('.bar [aria-pressed="true"]')
        assert pressed.inner_text().endswith("不同意")
        assert "您已表态“不同意”，截止前可以改" in page.locator(".bar").inner_text()
        assert "已表态" in page.locator(".tile.mine").inner_text()
        page.get_by_role("button", name="弃权").click()
        page.wait_for_url("**/receipts/*")
    mine = Record.objects.filter(roll_flat__number="602").order_by("seq")
    assert [row.body["answers"]["lift"] for row in mine] == ["no", "abstain"]
    assert Record.objects.count() == before + 2


def test_the_page_is_read_aloud_with_its_clock_and_its_share(
    opened: Any,  # noqa: ANN401 (a fixture)
    brought: Brought,
) -> None:
    found = brought("open")
    with opened(f"/b/{found.code}", session=session_of(found)) as page:
        page.evaluate(LISTEN)
        page.locator("[data-aloud]").click()
        said = " ".join(page.evaluate("window.said"))
    for words in ("加装电梯正式表决", "还剩 4 天", "谁已经表态", "您家要出多少钱", "40,254.31"):
        assert words in said, words


def test_the_agreement_is_signed_on_the_phone_without_javascript(
    opened: Any,  # noqa: ANN401 (a fixture)
    brought: Brought,
) -> None:
    found = brought("signing")
    session = session_of(found)
    with opened(f"/b/{found.code}", script=False, session=session) as page:
        page.get_by_role("link", name="读协议，签字").click()
        page.get_by_label("我已逐条看清").check()
        page.get_by_role("button", name="在手机上签字").click()
        page.wait_for_load_state()
        assert "已签字" in page.locator(".tile.mine").inner_text()
