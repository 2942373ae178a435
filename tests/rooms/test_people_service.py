"""A service with unsafe settings does not start; one with secrets of its own passes every check."""

import base64
import os
import subprocess
import sys

import pytest
from django.test import override_settings

from tuanti.people import checks

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(32, 64))).decode()
SOUND = {
    "TUANTI_MODE": "service",
    "TUANTI_SECRET_KEY": "a-secret-of-fifty-characters-or-more-0123456789-abcdefg",
    "TUANTI_VAULT_KEYS": f"k1:{KEY}",
    "TUANTI_INDEX_KEY": OTHER,
    "TUANTI_JOURNAL_KEY": KEY,
    "TUANTI_HOSTS": "lifts.example.org",
    "TUANTI_OUTBOX_SMS": "https://sms.example.org/in",
    "TUANTI_OUTBOX_TOKEN": "hush",
}


def checked(**changed: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "TUANTI_HOME") if name in os.environ}
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    settings = {
        "DJANGO_SETTINGS_MODULE": "tuanti.config.settings",
        "DATABASE_URL": "sqlite://:memory:",
    }
    return subprocess.run(
        command, env=kept | settings | SOUND | changed, capture_output=True, text=True, check=False
    )


def test_a_service_with_secrets_of_its_own_passes_every_check() -> None:
    done = checked()
    assert done.returncode == 0, done.stderr


def test_a_service_does_not_start_without_secrets() -> None:
    assert checked(TUANTI_SECRET_KEY="").returncode != 0


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"VAULT_KEYS": "k1:short"}, "people.E001"),
        ({"INDEX_KEY": "short"}, "people.E002"),
        ({"JOURNAL_KEY": "!"}, "people.E002"),
        ({"ALLOWED_HOSTS": ["*"]}, "people.E004"),
        ({"ALLOWED_HOSTS": []}, "people.E004"),
        ({"STRICT_SIGN_IN": False}, "people.E005"),
        ({"OUTBOX": {"sms": "http://sms.example.org/in"}}, "people.E006"),
        ({"OUTBOX": {"sms": "https://sms.example.org/in"}, "OUTBOX_TOKEN": ""}, "people.E007"),
        ({"OUTBOX": {"sms": "console"}}, "people.I001"),
    ],
)
def test_each_unsafe_setting_is_named(settings: dict[str, object], code: str) -> None:
    with override_settings(SERVICE=True, **{**_sound(), **settings}):
        assert [found.id for found in checks.safe_for_service(None)] == [code]


def test_the_secrets_of_a_demonstration_are_refused() -> None:
    invented = {"VAULT_KEYS": f"k1:{checks._INVENTED[1]}"}  # noqa: SLF001 (what it looks for)
    with override_settings(SERVICE=True, **{**_sound(), **invented}):
        assert [found.id for found in checks.safe_for_service(None)] == ["people.E003"]


def test_a_single_sign_on_is_asked_only_over_https() -> None:
    app = {"settings": {"server_url": "http://sso.example.org"}}
    providers = {"openid_connect": {"APPS": [app]}}
    with override_settings(SERVICE=True, **_sound(), SOCIALACCOUNT_PROVIDERS=providers):
        assert [found.id for found in checks.safe_for_service(None)] == ["people.E008"]


def test_a_demonstration_is_not_checked() -> None:
    with override_settings(SERVICE=False, ALLOWED_HOSTS=["*"], VAULT_KEYS=""):
        assert checks.safe_for_service(None) == []


def _sound() -> dict[str, object]:
    return {
        "SECRET_KEY": "s" * 60,
        "VAULT_KEYS": f"k1:{KEY}",
        "INDEX_KEY": OTHER,
        "JOURNAL_KEY": KEY,
        "ALLOWED_HOSTS": ["lifts.example.org"],
        "OUTBOX": {"sms": "https://sms.example.org/in"},
        "OUTBOX_TOKEN": "hush",
        "STRICT_SIGN_IN": True,
    }
