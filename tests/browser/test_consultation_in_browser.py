"""The pages before the vote in a real browser: nobody is shut out, nothing runs over the edge."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.browser.test_every_page_in_browser import LOOKS
from tests.browser.test_places_in_browser import looked_at
from tests.browser.test_shell_in_browser import FLUSH, violations
from tests.browser.visits import names_of
from tests.pages.test_consultation_pages import forms_of, pages_of, talked_about
from tests.places_cast import signed_in

VISITED = ("consent:plans",)  # side by side, so it takes two that were reckoned
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_pages_before_the_vote_shut_nobody_out(
    opened: Any,  # noqa: ANN401 (a fixture)
    settings: Settings,
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = talked_about()
    session = signed_in(case.officer).cookies["session"].value
    others = ["/profiles", "/cost-model"]
    with opened("/desk", width, language, session=session) as page:
        found = {}
        for path in (*pages_of(case), *forms_of(case), *others):
            found[path] = looked_at(page, path)
    assert {path: faults for path, faults in found.items() if faults} == {}
    assert set(VISITED) <= names_of(found)


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
