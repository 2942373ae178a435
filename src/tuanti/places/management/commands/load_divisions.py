"""``load_divisions``: the packaged administrative divisions, with their dates."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from tuanti.people.actors import CLOCK
from tuanti.places.commands.divisions import load_divisions


class Command(BaseCommand):
    """Loads what is new or changed; safe to repeat."""

    help = __doc__ or ""

    def handle(self, **_: object) -> None:
        """Load."""
        load_divisions(by=CLOCK, now=timezone.now())
