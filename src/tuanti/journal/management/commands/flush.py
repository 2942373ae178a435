"""Emptying the tables, for tests and demonstrations only: a service never empties its journal."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import DEFAULT_DB_ALIAS, connections


class Command(flush.Command):
    """Django's own command, behind the guards of every room that has some."""

    def handle(self, **options: Any) -> None:  # noqa: ANN401 (Django's shape)
        """Lift the guards, empty the tables, put the guards up again."""
        if settings.SERVICE:
            raise CommandError("the journal of a service is never emptied")
        connection = connections[options.get("database") or DEFAULT_DB_ALIAS]
        rooms = [import_module(path) for path in settings.GUARDS]
        for guards in rooms:
            guards.take_down(connection)
        try:
            super().handle(**options)
        finally:
            for guards in rooms:
                guards.put_up(connection)
