"""The pages before the vote in a real browser: nobody is shut out, nothing runs over the edge."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.browser.test_places_in_browser import SEEN, looked_at
from tests.pages.test_consultation_pages import forms_of, pages_of, talked_about
from tests.places_cast import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "language"), SEEN)
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
