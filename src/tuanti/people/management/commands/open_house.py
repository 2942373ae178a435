"""``open_house``: the platform and its first administrator."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from tuanti.people.commands.accounts import open_house
from tuanti.rules.errors import RuleBroken
from tuanti.texts import Lang, sentence
from tuanti.texts.words import say


class Command(BaseCommand):
    """Asks for a password, or draws one and prints it once."""

    help = say("people.console.open_house", "en")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who, in what body, and where."""
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--place", default="chongqing")
        parser.add_argument("--ask-password", action="store_true")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, **given: Any) -> None:  # noqa: ANN401 (argparse's)
        """Open the house, or say why not."""
        lang = given["lang"]
        password = self._asked(lang) if given["ask_password"] else ""
        facts = {name: given[name] for name in ("username", "name", "organisation", "place")}
        try:
            account, first = open_house(**facts, password=password, now=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(sentence(refusal.code, lang, **refusal.facts)) from refusal
        word = "people.console.opened_asked" if password else "people.console.opened"
        self.stdout.write(say(word, lang, username=account.username, password=first))

    def _asked(self, lang: Lang) -> str:
        password = getpass.getpass(say("people.console.password", lang))
        with translation.override("zh-hans" if lang == "zh" else "en"):
            try:
                validate_password(password)
            except ValidationError as weak:
                raise CommandError(" ".join(weak.messages)) from weak
        return password
