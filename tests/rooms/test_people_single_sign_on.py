"""The city's single sign-on: a provider of our own on loopback, signing with a key made here."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.people_cast import Town, quick, town
from tuanti.journal.models import Entry

__all__ = ["quick", "town"]
pytestmark = pytest.mark.django_db


def _number(value: int) -> str:
    return urlsafe_b64encode(value.to_bytes(256, "big").lstrip(b"\0")).rstrip(b"=").decode()


@dataclass
class Provider:
    """What the city's sign-on knows of a person, and how it vouches for them."""

    port: int = 0
    subject: str = "city-7"
    name: str = "chen"
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        one = {"kty": "RSA", "kid": "k1", "alg": "RS256", "use": "sig"}
        return {"keys": [one | {"n": _number(numbers.n), "e": "AQAB"}]}

    def token(self) -> dict[str, Any]:
        now = int(time.time())
        told = {
            "iss": self.url,
            "aud": "tuanti",
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "preferred_username": self.name,
            "email": "chen@example.org",
        }
        signed = jwt.encode(told | self.claims, self.key, "RS256", headers={"kid": "k1"})
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def person(self) -> dict[str, Any]:
        return {"sub": self.subject, "preferred_username": self.name} | self.userinfo


class _Door(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        answers = {
            "/.well-known/openid-configuration": self.provider.configuration,
            "/keys": self.provider.keys,
            "/userinfo": self.provider.person,
        }
        self._say(answers[urlsplit(self.path).path]())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(self.provider.token())

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _say(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def city(settings: Settings) -> Iterator[Provider]:
    provider = Provider()
    server = HTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"provider": provider}))
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    app = {
        "provider_id": "city",
        "name": "单点登录",
        "client_id": "tuanti",
        "secret": "hush",
        "settings": {"server_url": provider.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


def entered(client: Client) -> Any:  # noqa: ANN401 (a test's answer)
    """Go the whole way: our button, the city's page, and back with a code."""
    sent = client.post(reverse("openid_connect_login", kwargs={"provider_id": "city"}))
    assert sent.status_code == 302
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["client_id"] == ["tuanti"]
    back = reverse("openid_connect_callback", kwargs={"provider_id": "city"})
    return client.get(back, {"code": "c", "state": asked["state"][0]})


def test_a_person_the_city_vouches_for_comes_in(town: Town, city: Provider) -> None:
    client = Client()
    assert entered(client).status_code == 302
    assert "陈干部" in client.get("/my/account").content.decode()
    assert SocialAccount.objects.get().user == town.chen
    entry = Entry.objects.filter(act="account.sign-in").order_by("id").last()
    assert entry is not None
    assert entry.facts["method"] == "socialaccount"
    assert city.port


def test_afterwards_they_are_known_by_their_id_whatever_they_are_called(
    town: Town, city: Provider
) -> None:
    entered(Client())
    city.name = "renamed"
    client = Client()
    assert entered(client).status_code == 302
    assert "陈干部" in client.get("/my/account").content.decode()
    assert town.chen.pk


def test_somebody_else_called_the_same_does_not_get_the_account(town: Town, city: Provider) -> None:
    entered(Client())
    city.subject = "city-8"
    client = Client()
    assert entered(client).status_code == 403
    assert client.get("/my/account").status_code == 302
    assert town.chen.pk


def test_who_has_no_account_here_is_told_so_and_gets_none(town: Town, city: Provider) -> None:
    city.name = "stranger"
    client = Client()
    answered = entered(client)
    assert answered.status_code == 403
    assert "这里还没有您的账号" in answered.content.decode()
    assert not SocialAccount.objects.exists()
    assert town.chen.pk


@pytest.mark.parametrize("claims", [{"iss": "http://127.0.0.1:1"}, {"aud": "another"}, {"exp": 1}])
def test_a_token_of_another_issuer_for_another_or_too_old_is_refused(
    town: Town, city: Provider, claims: dict[str, Any]
) -> None:
    city.claims = claims
    client = Client()
    entered(client)
    assert client.get("/my/account").status_code == 302
    assert town.chen.pk


def test_two_tellings_that_differ_in_the_person_are_refused(town: Town, city: Provider) -> None:
    city.userinfo = {"sub": "city-9"}
    client = Client()
    assert entered(client).status_code == 403
    assert client.get("/my/account").status_code == 302
    assert town.chen.pk


def test_a_state_we_did_not_give_is_refused(town: Town, city: Provider) -> None:
    client = Client()
    back = reverse("openid_connect_callback", kwargs={"provider_id": "city"})
    client.get(back, {"code": "c", "state": "guessed"})
    assert client.get("/my/account").status_code == 302
    assert (town.chen.pk, city.port) != (0, 0)


def test_of_what_the_city_tells_only_id_and_name_are_kept(town: Town, city: Provider) -> None:
    for _ in range(2):
        entered(Client())
        kept = SocialAccount.objects.get().extra_data
        assert kept == {"sub": "city-7", "preferred_username": "chen"}
    assert (town.chen.pk, city.port) != (0, 0)


def test_the_city_asks_for_a_second_factor_itself(
    town: Town, city: Provider, settings: Settings
) -> None:
    settings.STRICT_SIGN_IN = True
    client = Client()
    entered(client)
    assert client.get("/my/account").status_code == 200
    assert (town.chen.pk, city.port) != (0, 0)
