"""The pages of residents in a real browser: read by old eyes, and a whole way in and out."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from tests.browser.test_shell_in_browser import FLUSH, MEASURE, violations
from tests.places_cast import come_in
from tuanti.people.models import Message
from tuanti.people.queries import messages_to
from tuanti.places.models import Ownership, Report
from tuanti.sample import housing, staging

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
SEEN = ((390, "zh-hans"), (1440, "zh-hans"), (390, "en"))
SMALLEST, READABLE, MAIN = 15, 18, 60
# The text of a resident's page: all but the plan, which is a picture with words in it.
READ = """(least) => [...document.querySelectorAll("main :is(p, dd, dt, li, a.button, button,"
  + "label, h2, h3, input, select, textarea, span, time)")]
  .filter((part) => !part.closest(".house") && part.offsetParent
    && parseFloat(getComputedStyle(part).fontSize) < least)
  .map((part) => part.outerHTML.slice(0, 120))"""


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Ownership:
    """The home of a neighbour in a staged town."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    staging.stage("tiny", told=lambda *_: None)
    rows = Ownership.objects.filter(owner__name=housing.WANG_AYI)
    found = rows.select_related("flat__stairwell__building__estate", "owner").earliest("pk")
    Report.objects.create(flat=found.flat, owner=found.owner, text="面积不对", at=timezone.now())
    return found


@pytest.mark.parametrize(("width", "language"), SEEN)
def test_a_residents_pages_are_read_and_touched_by_old_people(
    opened: Any,  # noqa: ANN401 (a fixture)
    home: Ownership,
    width: int,
    language: str,
) -> None:
    session = come_in(home).cookies["session"].value
    with opened("/my/home", width, language, session=session) as page:
        for path in ("/my/home", "/my/report", "/resident"):
            assert looked_at(page, path) == [], path
            assert page.evaluate(MEASURE, SMALLEST) == [[], []], path
            assert page.evaluate(READ, READABLE) == [], path
            for button in page.locator(".button.main").all():
                box = button.bounding_box()
                assert box is None or box["height"] >= MAIN - 0.1, path


def looked_at(page: "Page", path: str) -> list[str]:
    """Open a page; tell what axe finds, and whether it scrolls sideways."""
    answer = page.goto(page.url.partition("/")[0] + "//" + page.url.split("/")[2] + path)
    assert answer is not None
    assert answer.status == 200, path
    sideways = ["scrolls sideways"] if page.evaluate(FLUSH) > 0 else []
    return violations(page) + sideways


@pytest.mark.parametrize("script", [True, False])
def test_a_resident_comes_in_reports_and_leaves(
    opened: Any,  # noqa: ANN401 (a fixture)
    home: Ownership,
    script: bool,  # noqa: FBT001 (a parameter)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tuanti.people.commands.outbox.deliver_due", lambda **_: None)
    Report.objects.all().delete()
    with opened("/resident", script=script) as page:
        code = home.flat.stairwell.code
        page.get_by_label("单元码").fill(f"{code[:3]} {code[3:6]} {code[6:]}".lower())
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("heading", name="禾岭小区1栋1单元").wait_for()
        page.get_by_label("您家房号").select_option(label=home.flat.number)
        page.get_by_label("您的手机号").fill(home.owner.phone)
        page.get_by_role("button", name="发验证码给我").click()
        page.get_by_label("短信验证码").fill(code_in(messages_to(home.owner.phone)[0]))
        page.get_by_role("button", name="进入").click()
        page.get_by_role("link", name="我的资料").click()
        page.get_by_role("heading", name=f"您家 {home.flat.number}").wait_for()
        page.get_by_role("link", name="登记有误，我要反映").click()
        page.get_by_label("哪里不对").fill("面积应为 88.2 平方米")
        page.get_by_role("button", name="提交").click()
        page.get_by_text("面积应为 88.2 平方米").wait_for()
        page.get_by_role("button", name="退出").click()
        page.get_by_text("已退出。").wait_for()
        page.goto(page.url.rstrip("/") + "/my/home")
        assert "面积应为" not in page.content()
    assert Report.objects.get().text == "面积应为 88.2 平方米"


def code_in(message: Message) -> str:
    """The code a message tells."""
    found = re.search(r"\d{6}", message.text)
    assert found
    return found[0]
