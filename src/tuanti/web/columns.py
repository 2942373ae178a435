"""Columns that hold one of a closed set of words: the database knows the set as the code does."""

from collections.abc import Iterable

from django.db import models


def choices(words: Iterable[str]) -> list[tuple[str, str]]:
    """Pair each word with itself, for a column's choices; how it is said stands in texts/words."""
    return [(word, word) for word in words]


def holds_only(column: str, words: Iterable[str]) -> models.CheckConstraint:
    """Return a table's check that ``column`` holds one of ``words``: ``places_flat_state``.

    A column that may be blank names ``""`` among them; NULL passes where the column allows it.
    """
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__in": tuple(words)}),
        name=f"%(app_label)s_%(class)s_{column}",
    )
