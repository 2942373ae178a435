"""``tick``: do what is due, once or again and again."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tuanti.jobs.clock import tick


class Command(BaseCommand):
    """Do everything that has fallen due."""

    help = "Do everything that has fallen due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an instant to play, or a pause between rounds."""
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--at", type=_instant, help="2026-12-31T16:00:00Z; without a zone, here")
        when.add_argument("--every", type=_seconds, help="seconds from one round to the next")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 (Django's shape)
        """Run the clock; without ``--every``, a fault is this command's fault."""
        if pause := options["every"]:
            for now in _rounds(pause):
                tick(now)
        faults = [done for done in tick(options["at"] or timezone.now()) if done.fault]
        if faults:
            raise CommandError("; ".join(f"{done.act}: {done.fault}" for done in faults))


def _rounds(pause: float) -> Iterator[datetime]:
    while True:
        close_old_connections()  # a database may have come back since
        yield timezone.now()
        time.sleep(pause)


def _instant(text: str) -> datetime:
    """Read an instant; argparse says what is wrong with one that is none."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if found.tzinfo else timezone.make_aware(found)


def _seconds(text: str) -> float:
    found = float(text)
    if not found >= 1:
        raise ValueError(text)
    return found
