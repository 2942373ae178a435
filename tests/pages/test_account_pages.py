"""The sign-in library's pages in our look and words, with everything it can put on them."""

import re
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from tests.shell_cast import LANGUAGES, PASSWORD, officer, visitor
from tuanti.people.models import Account

pytestmark = pytest.mark.django_db

PAGES = (
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/password/change/",
    "/account/sessions/",
    "/account/logout/",
    "/account/reauthenticate/",
)
KEYED = (
    "/account/2fa/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/keys/{key}/edit/",
    "/account/2fa/webauthn/keys/{key}/remove/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
)
FOREIGN = re.compile(r"Sign Up|Two-Factor|Authenticator secret|Remember Me|Forgot|placeholder=")


def entered(language: str) -> Client:
    """Officer Chen, signed in with his password a moment ago."""
    client = visitor(language)
    answer = client.post("/account/login/", {"login": "chen", "password": PASSWORD})
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    return client


def confirmed(language: str) -> Client:
    """Officer Chen, who has just said his password a second time."""
    client = entered(language)
    answer = client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    return client


def with_keys(account: Account) -> Authenticator:
    """Give an account every second factor there is."""
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    key: Authenticator = Authenticator.objects.create(
        user=account, type="webauthn", data={"name": "办公室的钥匙", "credential": {}}
    )
    return key


def read(client: Client, path: str, language: str) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK, path
    said = answer.content.decode()
    assert f"{'Tuanti' if language == 'en' else '团梯'}</title>" in said
    assert not FOREIGN.search(said), path
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_account_speaks_our_words(language: str) -> None:
    officer()
    client = confirmed(language)
    for path in PAGES:
        read(client, path, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_keys_and_codes_show_what_there_is(language: str) -> None:
    account = officer()
    client = confirmed(language)
    key = with_keys(account)
    pages = {path: read(client, path.format(key=key.pk), language) for path in KEYED}
    assert "办公室的钥匙" in pages["/account/2fa/webauthn/"]
    codes = RecoveryCodes(
        Authenticator.objects.get(user=account, type="recovery_codes")
    ).get_unused_codes()
    assert all(code in pages["/account/2fa/recovery-codes/"] for code in codes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_step_is_asked_for_kindly_and_can_be_left(language: str) -> None:
    TOTP.activate(officer(), generate_totp_secret())
    client = entered(language)
    said = read(client, "/account/2fa/authenticate/", language)
    assert 'href="/account/login/"' in said
    assert 'name="code"' in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_password_is_told_above_the_form(language: str) -> None:
    officer()
    client = visitor(language)
    said = client.post("/account/login/", {"login": "chen", "password": "wrong"}).content.decode()
    assert 'class="faults"' in said
    assert "chen" in said
    assert not FOREIGN.search(said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "account/account_inactive.html",
        "account/signup.html",
        "account/signup_closed.html",
        "account/verification_sent.html",
        "socialaccount/authentication_error.html",
        "socialaccount/login_cancelled.html",
        "socialaccount/login.html",
        "socialaccount/login_redirect.html",
        "socialaccount/signup.html",
        "allauth/layouts/entrance.html",
        "allauth/layouts/manage.html",
    ],
)
def test_what_is_seldom_seen_is_whole_too(name: str, language: str) -> None:
    with translation.override(language):
        request = RequestFactory().get("/")
        facts = {"form": (), "redirect_to": "/desk", "provider": {"name": "示例市"}}
        said = render_to_string(name, facts, request)
    assert not FOREIGN.search(said)
    assert "{{" not in said
