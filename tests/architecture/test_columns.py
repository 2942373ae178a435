"""The database knows every closed set of words the code knows, and lets nothing else in."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

import tuanti
from tuanti.people.models import Message
from tuanti.places.inserting import insert
from tuanti.places.models import Division, Owner
from tuanti.web.columns import choices, holds_only

STATES = ("begun", "ended")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def rooms() -> list[type[models.Model]]:
    return [one for one in apps.get_models() if one.__module__.startswith(f"{tuanti.__name__}.")]


def chosen(model: type[models.Model]) -> Iterator[tuple[str, set[str]]]:
    """Name a table's text columns with choices, each with the words it may hold."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and field.choices:
            words = {str(word) for word, _ in field.flatchoices}
            yield field.name, words | ({""} if field.blank else set())


def checks(model: type[models.Model]) -> Iterator[tuple[str, str, set[str]]]:
    """Name a table's checks of the shape ``column IN words``, each with its column and words."""
    for check in model._meta.constraints:
        if isinstance(check, models.CheckConstraint) and isinstance(check.condition, models.Q):
            for child in check.condition.children:
                if isinstance(child, tuple) and child[0].endswith("__in"):
                    yield check.name, child[0].removesuffix("__in"), {*child[1]}


def unchecked(found: Iterable[type[models.Model]]) -> list[str]:
    """Name the columns whose table lets in other words than the code, or not all of them."""
    return [
        f"{model._meta.label}.{column}"
        for model in found
        for column, words in chosen(model)
        if [told for _, checked, told in checks(model) if checked == column] != [words]
    ]


def made(name: str, column: models.Field[Any, Any], *constraints: models.BaseConstraint) -> Any:  # noqa: ANN401 (a model)
    meta = type("Meta", (), {"app_label": "places", "constraints": [*constraints]})
    body = {"__module__": "tuanti.places.models", "state": column, "Meta": meta}
    return type(name, (models.Model,), body)


def test_every_column_with_a_closed_set_is_checked_by_its_table() -> None:
    found = {f"{one._meta.label}.{column}" for one in rooms() for column, _ in chosen(one)}
    assert len(found) >= 16
    assert {"people.Message.state", "people.Post.duty", "places.Flat.tenure"} <= found
    assert unchecked(rooms()) == []


@isolate_apps("tuanti.places")
def test_a_column_without_its_check_is_found() -> None:
    def column(**more: Any) -> models.Field[Any, Any]:  # noqa: ANN401 (Django's shape)
        return models.CharField(max_length=9, choices=choices(STATES), **more)

    whole = holds_only("state", STATES)
    assert unchecked([made("Whole", column(), whole)]) == []
    assert unchecked([made("Bare", column())]) == ["places.Bare.state"]
    assert unchecked([made("Short", column(), holds_only("state", STATES[:1]))])
    assert unchecked([made("Long", column(), holds_only("state", (*STATES, "lost")))])
    assert unchecked([made("Other", column(), holds_only("name", STATES))])
    assert unchecked([made("Blank", column(blank=True), holds_only("state", STATES))])


@pytest.mark.django_db
@pytest.mark.parametrize("model", rooms(), ids=lambda one: one._meta.label)
def test_the_database_has_the_checks_of_its_models(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    there = {name for name, facts in found.items() if facts["check"]}
    assert {name for name, _, _ in checks(model)} <= there


@pytest.mark.django_db
def test_the_database_refuses_a_word_it_does_not_know() -> None:
    Division.objects.create(id="there", level=Division.Level.STREET, name="在")
    with pytest.raises(IntegrityError, match="places_division_level"), transaction.atomic():
        Division.objects.filter(pk="there").update(level="planet")
    with pytest.raises(IntegrityError, match="people_message_state"), transaction.atomic():
        Message.objects.bulk_create(
            [Message(channel="sms", state="lost", created_at=NOW, due_at=NOW)]
        )


@pytest.mark.django_db
def test_the_database_refuses_it_of_rows_written_by_the_thousand() -> None:
    with pytest.raises(IntegrityError, match="places_owner_life"), transaction.atomic():
        insert(Owner, [{"estate_id": 1, "name": "甲", "life": "asleep"}])
