"""The journal's pages: who sees what, in both languages, and what everybody may check."""

import io
import json
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.journal_cast import NOON, act, fill, verify_bundle
from tuanti.journal import queries
from tuanti.journal.commands import write
from tuanti.journal.models import Checkpoint, Entry
from tuanti.journal.note import opened
from tuanti.journal.proofs import check_proof
from tuanti.journal.sealing import public_key
from tuanti.people.actors import Actor
from tuanti.people.models import Account, Organisation, Post
from tuanti.rules.merkle import extends, read_checkpoint

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
CHECKERS = {
    "auditor": "auditor",
    "supervising-officer": "supervising-authority",
    "administrator": "platform",
}
OTHERS = {
    "city-officer": "city-commission",
    "community-worker": "community",
    "supplier-manager": "supplier",
}


def client_of(duty: str = "", kind: str = "", language: str = "en") -> Client:
    """Sign someone in who holds a duty; nobody without one."""
    client = Client(headers={"accept-language": language})
    if duty:
        organisation = Organisation.objects.create(
            id=f"o-{kind}", kind=kind, name=kind, opened_at=NOON
        )
        account = Account.objects.create_user(username=duty, name=duty)
        Post.objects.create(
            account=account, organisation=organisation, duty=duty, scope="yunzhou",
            from_on=date(2026, 1, 1),
        )  # fmt: skip
        client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, name: str, *args: object) -> Any:  # noqa: ANN401 (the test client's)
    answer = client.get(reverse(f"journal:{name}", args=args))
    if "text/html" in answer.get("Content-Type", ""):
        text = answer.content.decode()
        assert "%%" not in text
        assert "{%" not in text
    return answer


def body(answer: Any) -> bytes:  # noqa: ANN401 (streamed or not)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


# --- Those who check -------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("duty", CHECKERS)
def test_who_checks_reads_every_entry(duty: str, language: str) -> None:
    fill(3)
    waiting = act(3)
    client = client_of(duty, CHECKERS[duty], language)
    answer = page(client, "entries")
    assert answer.status_code == 200
    assert answer.content.count(b'role="rowheader"') == Entry.objects.count()
    for number in (waiting.pk, Entry.objects.all()[0].pk):
        shown = page(client, "entry", number).content.decode()
        assert "渝中" in shown
        assert ("登记小区" if language == "zh-hans" else "estate added") in shown


@pytest.mark.parametrize("name", ["entries", "entry", "entry-proof", "export"])
@pytest.mark.parametrize("duty", [*OTHERS, ""])
def test_nobody_else_opens_it(duty: str, name: str) -> None:
    fill(1)
    number = [Entry.objects.get().pk] if name.startswith("entry") else []
    number = number if name != "entries" else []
    client = client_of(duty, OTHERS.get(duty, ""))
    address = reverse(f"journal:{name}", args=number)
    answer = client.post(address) if name == "export" else client.get(address)
    if duty or name == "export":
        assert answer.status_code == 403
    else:
        assert "/login" in answer["Location"]


def test_a_firms_administrator_sees_what_concerns_the_firm_only() -> None:
    fill(2)
    client = client_of("administrator", "supplier")
    firm = Organisation.objects.get(kind="supplier")
    with transaction.atomic():
        mine = write(at=NOON, by=Actor(id="account:0"), act="organisation.rename", subject=firm)
    shown = page(client, "entries").content.decode()
    assert reverse("journal:entry", args=[mine.pk]) in shown
    assert shown.count('role="rowheader"') == 1
    other = Entry.objects.filter(leaf=0).get()
    assert page(client, "entry", other.pk).status_code == 404
    assert page(client, "entry-proof", other.pk).status_code == 404
    assert client.post(reverse("journal:export")).status_code == 403
    assert reverse("journal:export") not in shown


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("q=2026-11-22", 4), ("q=2026-11-21", 0), ("q=2026-13-99", 0), ("q=account:12", 3),
        ("q=clock", 1), ("q=estate.add", 4), ("q=tree:1", 4), ("q=tree", 4), ("q=tree:2", 0),
        ("act=estate.add", 4), ("act=nothing", 4), ("kind=tree", 4), ("when=today", 0),
        ("q=99999999999999999999999", 0), ("sort=-number", 4), ("sort=act&page=2", 4),
    ],
)  # fmt: skip
def test_entries_are_found_by_what_one_knows_of_them(asked: str, count: int) -> None:
    for number in range(3):
        act(number)
    act(3, by=Actor(id="clock"), named="x")
    answer = client_of("auditor", "auditor").get(f"{reverse('journal:entries')}?{asked}")
    assert answer.content.count(b'role="rowheader"') == count


def test_the_list_is_to_be_had_as_a_file() -> None:
    fill(2)
    client = client_of("auditor", "auditor")
    answer = client.get(reverse("journal:entries") + "?format=csv")
    assert body(answer).decode("utf-8-sig").count("estate added") == 2


def test_the_whole_is_to_be_had_and_checked_elsewhere() -> None:
    fill(3, 2)
    client = client_of("auditor", "auditor")
    answer = client.post(reverse("journal:export"))
    assert answer["Content-Disposition"].endswith('.jsonl"')
    found = verify_bundle(body(answer))
    assert (found.leaves, found.fault) == (5, None)
    assert Entry.objects.filter(act="journal.export").exists()


def test_a_proof_for_a_reader_holds_the_entry() -> None:
    fill(3)
    entry = Entry.objects.all()[1]
    proof = json.loads(page(client_of("auditor", "auditor"), "entry-proof", entry.pk).content)
    assert proof["entry"]["facts"]["place"] == "渝中"
    assert check_proof(proof, public_key()).leaf == entry.leaf


# --- Everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("batches", [(), (3, 4)])
def test_everybody_sees_the_latest_checkpoint_and_the_key(
    language: str, batches: tuple[int, ...]
) -> None:
    fill(*batches)
    shown = page(client_of(language=language), "open").content.decode()
    assert public_key().text.replace("+", "&#x2B;") in shown or public_key().text in shown
    assert ("at 2026-11-22T05:00:00" in shown) == bool(batches)


def test_the_checkpoints_are_plain_text() -> None:
    assert page(Client(), "checkpoint").status_code == 404
    fill(3, 4)
    answer = page(Client(), "checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert read_checkpoint(opened(answer.content.decode(), public_key())).size == 7
    older = page(Client(), "checkpoint-of", 3).content.decode()
    assert read_checkpoint(opened(older, public_key())).size == 3
    assert page(Client(), "checkpoint-of", 4).status_code == 404


def test_the_public_proof_shows_nothing_of_the_entry() -> None:
    fill(3)
    entry = Entry.objects.all()[1]
    answer = page(Client(), "proof", entry.pk)
    proof = json.loads(answer.content)
    assert check_proof(proof, public_key()).leaf == entry.leaf
    assert {*proof} == {"format", "key", "leaf", "hash", "path", "checkpoint"}
    for hidden in (bytes(entry.salt).hex(), "estate.add", "account:12", "渝中"):
        assert hidden not in answer.content.decode()


def test_growth_is_proved_to_everybody() -> None:
    fill(3, 4)
    grown = json.loads(page(Client(), "growth", 3).content)
    old, new = (read_checkpoint(opened(grown[n], public_key())) for n in ("from", "checkpoint"))
    path = [bytes.fromhex(one) for one in grown["path"]]
    assert extends(old.root, old.size, new.root, new.size, path)
    assert page(Client(), "growth", 5).status_code == 404


@pytest.mark.parametrize("number", [0, 99, 10**30])
def test_what_is_not_there_is_not_found(number: int) -> None:
    fill(1)
    assert page(Client(), "proof", number).status_code == 404
    assert page(client_of("auditor", "auditor"), "entry", number).status_code == 404


def test_an_entry_that_waits_has_no_proof_yet() -> None:
    waiting = act()
    client = client_of("auditor", "auditor")
    assert page(Client(), "proof", waiting.pk).status_code == 404
    assert page(client, "entry-proof", waiting.pk).status_code == 404
    assert "waits to be sealed" in page(client, "entry", waiting.pk).content.decode()


def test_a_number_typed_leads_to_its_proof_or_says_why_not() -> None:
    fill(1)
    number = Entry.objects.get().pk
    answer = Client().get(reverse("journal:open"), {"entry": f" {number} "})
    assert answer["Location"] == reverse("journal:proof", args=[number])
    for asked in ("0", "x", "９", "99999999999999999999999999", "<b>"):
        shown = Client(headers={"accept-language": "en"}).get(
            reverse("journal:open"), {"entry": asked}
        )
        assert b"There is no proof" in shown.content
        assert b"<b>" not in shown.content


def test_the_checkpoint_shown_is_the_latest() -> None:
    fill(1, 1)
    last = queries.latest_checkpoint()
    assert last == Checkpoint.objects.get(size=2)
    assert io.StringIO(last.note).readlines()[1] == "2\n"
