"""The ring of keys: turned while people work, and no value is left behind."""

import base64
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from tests.people_cast import NOW, Town, actor, quick, town
from tuanti.journal.models import Entry
from tuanti.people import vault
from tuanti.people.actors import CLOCK, CONSOLE
from tuanti.people.commands.keys import Progress, rotate_keys, sealed_columns
from tuanti.people.commands.outbox import queue_message
from tuanti.people.models import Account, KeyChange, Message
from tuanti.people.permissions import NotPermitted

__all__ = ["quick", "town"]
pytestmark = pytest.mark.django_db
NEW = f"later:{base64.b64encode(b'n' * 32).decode()}"


def key_names(table: str, column: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 (ours)
        sealed = [bytes(row[0]) for row in cursor.fetchall() if row[0]]
    return {one[1 : 1 + one[0]].decode() for one in sealed}


def test_every_sealed_value_is_sealed_anew_and_the_old_key_can_go(
    town: Town, settings: Settings
) -> None:
    for number in range(7):
        queue_message(
            channel="sms",
            to=f"1380000000{number}",
            text="你好",
            purpose="notice",
            by=CLOCK,
            now=NOW,
        )
    TOTP.activate(town.jia, "SECRETSEED")
    codes = RecoveryCodes.activate(town.jia).generate_codes()
    settings.VAULT_KEYS = f"{NEW},{settings.VAULT_KEYS}"
    heard: list[Progress] = []
    done = rotate_keys(by=CONSOLE, now=NOW, at_a_time=3, told=heard.append)
    assert done == 5 + 2 * 7 + 2
    assert KeyChange.objects.get().sealed_anew == done
    assert max(one.read for one in heard if one.table == "people.message") == 7
    settings.VAULT_KEYS = NEW
    assert key_names("people_account", "phone") == {"later"}
    assert key_names("people_message", "text") == {"later"}
    assert Account.objects.get(username="chen").phone == "13800000003"
    assert set(Message.objects.values_list("text", flat=True)) == {"你好"}
    seed = Authenticator.objects.get(type="totp").data["secret"]
    assert vault.reveal(bytes.fromhex(seed), "mfa.secret") == "SECRETSEED"
    again = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert again.generate_codes() == codes


def test_turning_twice_changes_nothing_the_second_time(town: Town, settings: Settings) -> None:
    settings.VAULT_KEYS = f"{NEW},{settings.VAULT_KEYS}"
    assert rotate_keys(by=CONSOLE, now=NOW) == 5
    assert rotate_keys(by=CONSOLE, now=NOW) == 0
    assert not Entry.objects.filter(act="vault.rotate", facts__icontains="bnn").exists()
    assert town.root.pk


def test_only_the_platform_turns_the_keys(town: Town) -> None:
    with pytest.raises(NotPermitted):
        rotate_keys(by=actor(town.yubei), now=NOW)


def test_the_rooms_sealed_fields_are_all_found() -> None:
    found = {
        (model._meta.label, field.name) for model, fields in sealed_columns() for field in fields
    }
    assert {
        ("people.Account", "phone"),
        ("people.Message", "to"),
        ("places.Owner", "phone"),
    } <= found


def test_rekey_tells_how_far_it_is(town: Town) -> None:
    said = StringIO()
    call_command("rekey", lang="en", stdout=said)
    assert "people.account: 6 rows read, 0 values sealed anew" in said.getvalue()
    assert town.root.pk


@pytest.mark.usefixtures("quick")
def test_open_house_prints_the_first_password_once_and_opens_once() -> None:
    said = StringIO()
    facts = {"username": "root", "name": "周平台", "organisation": "团梯平台"}
    call_command("open_house", **facts, lang="en", stdout=said)
    password = said.getvalue().split("first password: ")[1].split(".")[0]
    assert Account.objects.get(username="root").check_password(password)
    with pytest.raises(CommandError, match="already"):
        call_command("open_house", **facts, lang="en", stdout=said)


@pytest.mark.usefixtures("quick")
def test_open_house_takes_no_weak_password(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"username": "root", "name": "周", "organisation": "团梯", "ask_password": True}
    monkeypatch.setattr("getpass.getpass", lambda _: "12345678")
    with pytest.raises(CommandError):
        call_command("open_house", **facts)
    monkeypatch.setattr("getpass.getpass", lambda _: "loquat-stairs-47")
    said = StringIO()
    call_command("open_house", **facts, stdout=said)
    assert "loquat" not in said.getvalue()
    assert Account.objects.get().first_password_until is None
