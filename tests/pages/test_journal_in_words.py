"""The journal of the played sample, entry by entry: every act, subject and fact is in words."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from tuanti.journal.models import Entry
from tuanti.people.models import Account
from tuanti.sample import staging
from tuanti.texts import LANGS
from tuanti.texts.words import word

pytestmark = pytest.mark.django_db
LABEL = re.compile(r"<dt>([^<]*)</dt>")


def one_of_each() -> Iterator[Entry]:
    """Pick an entry of each act with each set of facts."""
    seen = set()
    for entry in Entry.objects.order_by("pk"):
        kind = (entry.act, *sorted(entry.facts))
        if kind not in seen:
            seen.add(kind)
            yield entry


def test_every_entry_of_the_sample_is_in_words_in_both_languages() -> None:
    staging.stage("tiny", told=lambda *_: None)
    auditor = Client()
    account = Account.objects.get(username="shen-mingcha")
    auditor.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    entries = list(one_of_each())
    assert len({entry.act for entry in entries}) > 12
    for entry in entries:
        for lang in LANGS:
            assert word(f"journal.acts.{entry.act}", lang)
            assert word(f"journal.subjects.{entry.subject_kind}", lang)
            assert all(word(f"journal.facts.{fact}", lang) for fact in entry.facts)
            auditor.cookies["language"] = {"zh": "zh-hans", "en": "en"}[lang]
            shown = auditor.get(f"/journal/{entry.pk}").content.decode()
            labels = LABEL.findall(shown.partition('id="facts-title"')[2])
            for fact, value in entry.facts.items():
                assert word(f"journal.facts.{fact}", lang) in labels, (entry.act, fact)
                assert fact not in labels
                if isinstance(value, int) and not isinstance(value, bool):
                    assert f"{fact}: {value}" in shown  # what is sealed stands beneath
