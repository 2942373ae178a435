"""``load_profiles``: the packaged standard lifts that plans may name."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from tuanti.people.actors import CLOCK
from tuanti.profiles.commands import load_profiles


class Command(BaseCommand):
    """Loads what is new or changed; safe to repeat."""

    help = __doc__ or ""

    def handle(self, **_: object) -> None:
        """Load."""
        load_profiles(by=CLOCK, now=timezone.now())
