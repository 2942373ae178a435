"""``rekey``: seal personal data anew under the ring's first key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tuanti.people.actors import CONSOLE
from tuanti.people.commands.keys import AT_A_TIME, Progress, rotate_keys
from tuanti.texts.words import say


class Command(BaseCommand):
    """Tells how far each table is; stopped half-way, it is run again."""

    help = say("people.console.rekey", "en")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many rows go in one transaction."""
        parser.add_argument("--at-a-time", type=int, default=AT_A_TIME)
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, **given: Any) -> None:  # noqa: ANN401 (argparse's)
        """Turn the ring."""
        lang = given["lang"]

        def told(progress: Progress) -> None:
            read, anew = progress.read, progress.sealed_anew
            word = "people.console.progress"
            self.stdout.write(say(word, lang, table=progress.table, read=read, anew=anew))

        done = rotate_keys(by=CONSOLE, now=timezone.now(), at_a_time=given["at_a_time"], told=told)
        self.stdout.write(say("people.console.rekeyed", lang, count=done))
