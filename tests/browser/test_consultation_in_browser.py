"""The pages before the vote in a real browser: nobody is shut out, nothing runs over the edge."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings

from tests.browser.test_every_page_in_browser import LOOKS
from tests.browser.test_places_in_browser import looked_at
from tests.browser.test_shell_in_browser import FLUSH, violations
from tests.pages.test_consultation_pages import talked_about
from tests.places_cast import signed_in

VISITED = ("consent:plans",)  # side by side: it takes two that were reckoned
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_plans_side_by_side_shut_nobody_out(
    opened: Any,  # noqa: ANN401 (a fixture)
    settings: Settings,
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = talked_about()
    session = signed_in(case.officer).cookies["session"].value
    path = reverse("consent:plans", args=[case.consultation.pk])
    with opened("/desk", width, language, session=session) as page:
        assert looked_at(page, path) == []


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_a_plan_is_tried_before_it_is_kept(
    opened: Any,  # noqa: ANN401 (a fixture)
    settings: Settings,
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = talked_about()
    session = signed_in(case.officer).cookies["session"].value
    address = f"/consultations/{case.consultation.pk}/plans/new"
    with opened(address, width, language, session=session) as page:
        page.locator("input[name=position]").fill("单元入口北侧")
        page.locator("button[name=preview]").click()
        page.locator("section.card table").first.wait_for()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert violations(page) == []
        assert page.evaluate(FLUSH) <= 0
        page.locator("button[name=save]").click()
        page.wait_for_url("**/plans/*")
