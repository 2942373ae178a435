"""The standard lifts and the cost model: shown whole, checked before it is adopted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.places_cast import NOW, STREET, load_tree, signed_in, someone
from tuanti.people.actors import CLOCK
from tuanti.profiles.commands import load_profiles
from tuanti.profiles.models import CostModel
from tuanti.profiles.queries import cost_model_on

pytestmark = pytest.mark.django_db
PAGES = ("/profiles", "/cost-model")


@pytest.fixture(autouse=True)
def loaded() -> None:
    load_tree()
    load_profiles(by=CLOCK, now=NOW)


def city() -> Client:
    return signed_in(someone("city-officer", "chongqing"))


def handed_in(text: str, button: str = "adopt") -> dict[str, str]:
    day = timezone.localdate() + timedelta(1)
    return {"text": text, "from_on": day.isoformat(), button: "1"}


def text() -> str:
    return cost_model_on(timezone.localdate()).text


def clerks() -> Iterator[Client]:
    for duty in ("city-officer", "street-officer", "auditor"):
        yield signed_in(someone(duty, STREET))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_are_there_for_everybody_who_signed_in(language: str) -> None:
    for client in clerks():
        client.cookies["language"] = language
        for page in PAGES:
            answer = client.get(page)
            assert answer.status_code == 200
            assert "%%" not in answer.content.decode()


def test_every_line_stands_there_with_its_source_and_mark() -> None:
    shown = city().get("/cost-model").content.decode()
    model = cost_model_on(timezone.localdate()).model
    assert all(line.title["zh"] in shown for line in model.lines)
    assert shown.count("未核实") >= len(model.lines)


def test_the_text_is_handed_over_as_it_is() -> None:
    assert city().get("/cost-model/file").content.decode() == text()


def test_only_the_city_may_replace_it() -> None:
    assert city().get("/cost-model/new").status_code == 200
    street = signed_in(someone("street-officer", STREET))
    assert street.get("/cost-model/new").status_code == 403


def test_checking_adopts_nothing() -> None:
    page = city().post("/cost-model/new", handed_in(text() + "# more\n", "check"))
    assert "检查通过" in page.content.decode()
    assert not CostModel.objects.exists()


def test_every_fault_is_listed_and_nothing_adopted() -> None:
    faulty = text().replace('grade = "C"', 'grade = "Z"')
    page = city().post("/cost-model/new", handed_in(faulty)).content.decode()
    assert "lines.0.grade" in page
    assert "lines.11.grade" in page
    assert not CostModel.objects.exists()


def test_another_model_is_adopted_for_its_day() -> None:
    answer = city().post("/cost-model/new", handed_in(text().replace("600_000", "700_000")))
    assert answer.status_code == 302
    assert CostModel.objects.get().from_on == timezone.localdate() + timedelta(1)


def test_a_refusal_stands_on_the_form() -> None:
    page = city().post("/cost-model/new", handed_in(text())).content.decode()
    assert "一模一样" in page
    assert not CostModel.objects.exists()
