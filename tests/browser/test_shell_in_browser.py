"""The shell in a real browser: seen, heard, reached by key and thumb, and without JavaScript."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.shell_cast import LANGUAGES, desk_of, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

RESIDENT = ("/", "/no-such-page", "/account/login/")
SAFETY = ("/account/2fa/", "/account/password/change/", "/account/sessions/")
OFFICE = ("/components", "/desk", *SAFETY)
# Beside those of test_every_page_in_browser.py, which has a phone in Chinese, a desk in English.
LOOKS = (
    (390, "zh-hans", True),
    (390, "en", True),
    pytest.param(390, "en", False, marks=pytest.mark.torture),
    pytest.param(1440, "zh-hans", False, marks=pytest.mark.torture),
)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,  # of what no rule here asks for
}
SMALLEST = 15
MEASURE = """(least) => {
  const small = [], narrow = [];
  const seen = (part) => { const box = part.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(part).visibility === "visible"; };
  for (const part of document.querySelectorAll("body *")) {
    const own = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (own && seen(part) && !part.closest(".unseen, .sprite, .skip, script, style"))
      if (parseFloat(getComputedStyle(part).fontSize) < least)
        small.push(part.outerHTML.slice(0, 90));
  }
  for (const part of document.querySelectorAll("a, button, input, select, textarea, summary")) {
    if (part.type === "hidden" || !seen(part) || part.closest(".skip")) continue;
    const box = (part.closest("label") || part).getBoundingClientRect();
    if (box.height < 43.9 || box.width < 43.9) narrow.push(part.outerHTML.slice(0, 90));
  }
  return [small, narrow];
}"""
LISTEN = "() => { window.said = []; speechSynthesis.speak = (one) => said.push(one.text) }"
FLUSH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def session(settings: Any) -> str:  # noqa: ANN401 (pytest-django's own)
    """The session of someone at their desk."""
    settings.DESK = [f"{desk_of.__module__}.{desk_of.__name__}"]
    return signed_in().cookies["session"].value


def violations(page: "Page") -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 (as the browser)

    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.parametrize(("width", "language", "large"), LOOKS)
def test_nothing_shuts_anyone_out(
    opened: Any,  # noqa: ANN401 (a fixture)
    session: str,
    width: int,
    language: str,
    large: bool,  # noqa: FBT001 (a parameter)
) -> None:
    for who, paths in (("", RESIDENT), (session, OFFICE)):
        with opened("/", width, language, large=large, session=who) as page:
            for path in paths:
                page.goto("/".join(page.url.split("/")[:3]) + path)
                assert violations(page) == [], path
                assert page.evaluate(FLUSH) <= 0, f"{path} scrolls sideways"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("large", "body"), [(False, 18), (True, 22)])
def test_old_eyes_and_thumbs_are_served(
    opened: Any,  # noqa: ANN401 (a fixture)
    language: str,
    large: bool,  # noqa: FBT001 (a parameter)
    body: int,
) -> None:
    for path in RESIDENT:
        with opened(path, 390, language, large=large) as page:
            size = "() => parseFloat(getComputedStyle(document.body).fontSize)"
            assert page.evaluate(size) >= body
            assert page.evaluate(MEASURE, SMALLEST) == [[], []], path
            for button in page.locator("main .button").all():
                box = button.bounding_box()
                assert box is None or box["height"] >= 59.9, path


def test_an_office_page_on_a_phone_is_read_and_touched_too(opened: Any, session: str) -> None:  # noqa: ANN401
    for path in OFFICE:
        with opened(path, 390, session=session) as page:
            small, narrow = page.evaluate(MEASURE, 13)
            assert (small, [part for part in narrow if "tile" in part]) == ([], []), path


def test_the_first_key_skips_to_the_content_and_focus_is_seen(opened: Any) -> None:  # noqa: ANN401
    with opened("/", 1440) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main"
        page.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement)"
        assert page.evaluate(f"{style}.outlineStyle") == "solid"
        assert float(page.evaluate(f"parseFloat({style}.outlineWidth)")) >= 2


def test_every_control_is_reached_by_key_in_the_order_it_is_read(opened: Any) -> None:  # noqa: ANN401
    with opened("/components", 1440) as page:
        tops = []
        for _ in range(25):
            page.keyboard.press("Tab")
            tops.append(page.evaluate("document.activeElement.tagName"))
        assert "BODY" not in tops


@pytest.mark.parametrize("script", [True, False])
def test_the_look_is_switched_with_and_without_javascript(
    opened: Any,  # noqa: ANN401 (a fixture)
    script: bool,  # noqa: FBT001 (a parameter)
) -> None:
    with opened("/", 390, script=script) as page:
        page.get_by_role("button", name="大字", exact=True).click()
        page.wait_for_load_state()
        assert page.locator("html.large").count() == 1
        page.get_by_role("button", name="English").click()
        page.wait_for_load_state()
        assert page.locator("html[lang=en].large").count() == 1


def test_the_menu_of_a_phone_opens_without_javascript(opened: Any, session: str) -> None:  # noqa: ANN401
    with opened("/desk", 390, script=False, session=session) as page:
        assert not page.locator(".top .ways").is_visible()
        page.locator(".top summary").click()
        assert page.locator(".top .ways").is_visible()


def test_reading_aloud_is_offered_where_the_browser_can(opened: Any) -> None:  # noqa: ANN401
    with opened("/", 390, script=False) as page:
        assert not page.locator("[data-aloud]").is_visible()
    with opened("/", 390) as page:
        assert page.locator("[data-aloud]").is_visible()
        page.evaluate(LISTEN)
        page.locator("[data-aloud]").click()
        assert "给老楼装电梯，一起买更便宜" in page.evaluate("window.said")
        assert page.locator("[data-aloud]").get_attribute("aria-pressed") == "true"


def test_a_list_is_searched_sorted_and_kept_in_the_address_by_htmx(opened: Any) -> None:  # noqa: ANN401
    with opened("/components", 1440) as page:
        page.locator("#listing-q").fill("11-")
        page.wait_for_url("**q=11-**")
        page.locator("#rows tbody tr").first.get_by_text("11-1", exact=True).wait_for()
        page.locator("#rows thead a").last.click()
        page.wait_for_url("**sort=flats**")
        page.locator("#rows th[aria-sort=ascending]").wait_for()
        assert page.locator("#listing-q").input_value() == "11-"


def test_a_list_is_searched_without_javascript(opened: Any) -> None:  # noqa: ANN401
    with opened("/components", 390, script=False) as page:
        page.locator("#listing-q").fill("12-1")
        page.locator(".tools button").click()
        page.wait_for_url("**q=12-1**")
        assert page.locator("#rows tbody tr").count() == 2


def test_faults_of_a_form_are_told_first(opened: Any) -> None:  # noqa: ANN401
    with opened("/account/login/", 390) as page:
        page.locator("main form.form .button.main").click()
        page.wait_for_load_state()
        page.locator(".faults").wait_for()
        assert page.evaluate("document.activeElement.className") == "faults"
        page.locator(".faults a").first.click()
        assert page.evaluate("document.activeElement.name") == "login"


def test_paper_carries_the_content_and_no_buttons(opened: Any) -> None:  # noqa: ANN401
    with opened("/components", 1440) as page:
        page.emulate_media(media="print")
        assert not page.locator(".side").is_visible()
        assert not page.locator(".actions").is_visible()
        assert page.locator("h1").is_visible()
