"""Signing in: locked out after five, a new session each time, first password and second factor."""

import json
import re
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.passkey import Passkey
from tests.people_cast import PASSWORD, Town, actor, quick, town
from tuanti.journal.models import Entry
from tuanti.people.commands.accounts import FIRST_PASSWORD, close_account, renew_password
from tuanti.people.models import Account

__all__ = ["quick", "town"]
pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def tried(client: Client, login: str, password: str, **facts: Any) -> Any:  # noqa: ANN401 (a test's answer)
    return client.post(LOGIN, {"login": login, "password": password}, **facts)


def signed_in_again(login: str, **facts: Any) -> Client:  # noqa: ANN401 (as above)
    """Sign in, and give the password once more, as grave acts ask for."""
    client = Client()
    tried(client, login, PASSWORD, **facts)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD}, **facts)
    return client


def shown(answered: Any) -> str:  # noqa: ANN401 (as above)
    return str(answered.content.decode())


def six_figures(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def acts(account: Account) -> list[str]:
    rows = Entry.objects.filter(subject_kind="account", subject_id=str(account.pk)).order_by("id")
    return list(rows.values_list("act", flat=True))


def test_five_wrong_passwords_lock_the_account_and_the_right_one_waits(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    for _ in range(5):
        assert "登录名或密码不对" in shown(tried(client, "chen", "wrong"))
    assert "暂时锁定" in shown(tried(client, "chen", "wrong"))
    locked = tried(client, "chen", PASSWORD)
    assert locked.status_code == 200
    assert "暂时锁定" in shown(locked)
    assert "sessionid" not in client.session
    assert tried(Client(), "jia", PASSWORD).status_code == 302
    later = ratelimit.time.time() + 15 * 60 + 1
    monkeypatch.setattr(ratelimit.time, "time", lambda: later)
    assert tried(client, "chen", PASSWORD).status_code == 302
    assert acts(town.chen)[-6:] == [*["account.kept-out"] * 5, "account.sign-in"]


def test_a_lock_says_so_in_english_too(town: Town) -> None:
    client = Client()
    client.cookies["language"] = "en"
    for _ in range(6):
        answered = tried(client, "chen", "wrong")
    assert "locked" in shown(answered)
    assert town.chen.pk


def test_one_address_guessing_at_many_accounts_is_locked_as_well(town: Town) -> None:
    client = Client()
    for number in range(20):
        tried(client, f"nobody{number}", "wrong")
    assert "暂时锁定" in shown(tried(client, "jia", PASSWORD))
    assert tried(client, "jia", PASSWORD, REMOTE_ADDR="10.0.0.9").status_code == 302
    assert town.jia.pk


def test_a_name_nobody_has_is_answered_as_a_wrong_password_is(town: Town) -> None:
    told = {
        re.sub(r'(value|csrf\w*)="[^"]*"', "", shown(tried(Client(), name, "wrong")))
        for name in ("chen", "nobody")
    }
    assert len({"登录名或密码不对" in page for page in told}) == 1
    assert town.chen.pk


def test_the_sessions_key_changes_on_signing_in_and_ends_on_signing_out(town: Town) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["resident"] = {"owner": 0, "stairwell": 0, "name": ""}
    session.save()
    before = session.session_key
    assert tried(client, "chen", PASSWORD).status_code == 302
    inside = client.session.session_key
    assert inside != before
    assert client.get("/my/account").status_code == 200
    stolen = Client()
    stolen.cookies["session"] = client.cookies["session"].value
    assert stolen.get("/my/account").status_code == 200
    client.post("/account/logout/")
    assert stolen.get("/my/account").status_code == 302
    assert acts(town.chen)[-1] == "account.sign-in"


def test_there_is_no_sign_up_and_no_reset_by_mail() -> None:
    for name in (
        "account_signup",
        "account_reset_password",
        "account_email",
        "socialaccount_signup",
    ):
        assert Client().post(reverse(name)).status_code == 403, name


def test_a_closed_account_is_out_at_once_and_stays_out(town: Town) -> None:
    client = Client()
    tried(client, "chen", PASSWORD)
    close_account(account=town.chen.pk, by=actor(town.yubei), now=timezone.now())
    assert client.get("/my/account").status_code == 302
    assert tried(Client(), "chen", PASSWORD).status_code == 200


def test_a_first_password_opens_only_the_page_to_change_it(town: Town, settings: Settings) -> None:
    settings.STRICT_SIGN_IN = True
    first = renew_password(account=town.chen.pk, by=actor(town.yubei), now=timezone.now())
    client = Client()
    tried(client, "chen", first)
    for address in ("/my/account", "/organisations", "/desk", reverse("mfa_index")):
        assert client.get(address)["Location"] == reverse("account_change_password"), address
    own = "persimmon-terrace-9"
    given = {"oldpassword": first, "password1": own, "password2": own}
    changed = client.post(reverse("account_change_password"), given)
    assert changed.status_code == 302, shown(changed)
    assert Account.objects.get(username="chen").first_password_until is None
    assert client.get("/my/account")["Location"] == reverse("mfa_index")
    assert "account.change-password" in acts(town.chen)


def test_a_first_password_is_over_after_seven_days(town: Town) -> None:
    long_ago = timezone.now() - FIRST_PASSWORD
    first = renew_password(account=town.chen.pk, by=actor(town.yubei), now=long_ago)
    client = Client()
    answered = tried(client, "chen", first)
    assert answered.status_code == 403
    assert "初始密码已过期" in shown(answered)
    assert client.get("/my/account").status_code == 302


def test_without_a_second_factor_a_service_lets_nobody_do_anything(
    town: Town, settings: Settings
) -> None:
    settings.STRICT_SIGN_IN = True
    client = signed_in_again("chen")
    assert client.get("/organisations")["Location"] == reverse("mfa_index")
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert (
        client.post(reverse("mfa_activate_totp"), {"code": six_figures(secret)}).status_code == 302
    )
    assert client.get("/organisations").status_code == 200
    stored = Authenticator.objects.get(user=town.chen, type="totp").data["secret"]
    assert secret not in stored
    client.post("/account/logout/")
    assert tried(client, "chen", PASSWORD)["Location"] == reverse("mfa_authenticate")
    assert client.get("/organisations").status_code == 302
    assert "动态码不对" in shown(client.post(reverse("mfa_authenticate"), {"code": "000000"}))


def test_in_a_demonstration_nobody_is_held_up(town: Town) -> None:
    client = Client()
    tried(client, "chen", PASSWORD)
    assert client.get("/organisations").status_code == 200
    assert town.chen.pk


def test_the_code_of_the_app_opens_and_not_twice(town: Town, settings: Settings) -> None:
    settings.MFA_TOTP_TOLERANCE = 1
    client = signed_in_again("chen")
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    counters = list(yield_hotp_counters_from_time())
    codes = [format_hotp_value(hotp_value(secret, counter)) for counter in counters]
    client.post(reverse("mfa_activate_totp"), {"code": codes[0]})
    first, second = Client(), Client()
    for one in (first, second):
        tried(one, "chen", PASSWORD)
    assert first.post(reverse("mfa_authenticate"), {"code": codes[1]}).status_code == 302
    assert first.get("/my/account").status_code == 200
    assert second.post(reverse("mfa_authenticate"), {"code": codes[1]}).status_code == 200
    assert second.get("/my/account").status_code == 302
    assert town.chen.pk


def asked_for(client: Client) -> dict[str, Any]:
    """Fetch what the sign-in page asks a key for."""
    wanted = {"accept": "application/json"}
    answered = client.get(reverse("mfa_login_webauthn"), headers=wanted, secure=True)
    options: dict[str, Any] = answered.json()["request_options"]
    return options


def test_a_passkey_signs_in_by_itself_and_only_its_owner(town: Town) -> None:
    client, key = signed_in_again("chen", secure=True), Passkey()
    page = client.get(reverse("mfa_add_webauthn"), secure=True)
    options = json.loads(json.dumps(page.context["js_data"]["creation_options"], default=dict))
    given = {"name": "", "credential": json.dumps(key.made(options)), "passwordless": "on"}
    added = client.post(reverse("mfa_add_webauthn"), given, secure=True)
    assert added.status_code == 302, added.context["form"].errors
    assert Authenticator.objects.get(user=town.chen, type="webauthn").data["name"] == "安全密钥 1"
    fresh = Client()
    asked = fresh.get(
        reverse("mfa_login_webauthn"), headers={"accept": "application/json"}, secure=True
    )
    credential = json.dumps(key.signed(asked.json()["request_options"]))
    fresh.post(reverse("mfa_login_webauthn"), {"credential": credential}, secure=True)
    assert "陈干部" in shown(fresh.get("/my/account", secure=True))
    thief = Passkey(id=key.id, person=key.person)
    other = Client()
    asked = other.get(
        reverse("mfa_login_webauthn"), headers={"accept": "application/json"}, secure=True
    )
    forged = json.dumps(thief.signed(asked.json()["request_options"]))
    other.post(reverse("mfa_login_webauthn"), {"credential": forged}, secure=True)
    assert other.get("/my/account", secure=True).status_code == 302
