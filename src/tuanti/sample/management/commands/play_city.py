"""``play_city``: fills an empty database with the sample city."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from tuanti.sample import staging
from tuanti.texts.words import say


class Command(BaseCommand):
    """Plays a small city through the commands, or loads the whole one."""

    help = say("sample.playing.town", "en")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size."""
        parser.add_argument("--size", choices=("tiny", "demo", "city"), default="demo")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, **given: Any) -> None:  # noqa: ANN401 (argparse's)
        """Fill the city, telling what is being done."""
        lang, console = given["lang"], Console(stderr=True)
        with console.status("") as status:

            def told(what: str, done: int = 0) -> None:
                status.update(say(f"sample.playing.{what}", lang) + (f" {done:,}" if done else ""))

            counts = staging.stage(given["size"], told=told)
        console.print(say("sample.playing.done", lang, **counts))
