"""How allauth signs people in here: no open sign-up, our sentences, our accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tuanti.people import vault
from tuanti.people.commands.keys import SECOND_FACTOR
from tuanti.people.commands.sign_ins import record_kept_out, record_sign_in, set_own_password
from tuanti.people.models import Account
from tuanti.texts.words import WordMissing, say
from tuanti.web.templatetags.tuanti import spoken

_KEPT = ("sub", "preferred_username")


class Spoken:
    """Says allauth's refusals in our words."""

    def validation_error(self, code: str, *facts: object) -> ValidationError:
        """Refuse in the page's language; what we have no words for, in allauth's."""
        try:
            return ValidationError(say(f"people.sign_in.{code}", spoken()), code=code)
        except WordMissing:
            theirs: ValidationError = super().validation_error(code, *facts)  # type: ignore[misc]  # allauth's
            return theirs


class AccountAdapter(Spoken, DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts are opened by an administrator, never by a visitor."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def authentication_failed(self, _request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 (allauth's)
        """Write a wrong password down."""
        record_kept_out(username=str(credentials.get("username", "")), now=timezone.now())

    def pre_login(
        self,
        request: HttpRequest,
        user: Account,
        **facts: Any,  # noqa: ANN401 (allauth's)
    ) -> HttpResponse | None:
        """Keep out whoever comes with a first password after its seven days."""
        until = user.first_password_until
        if until is not None and until <= timezone.now():
            return render(request, "people/first_password_over.html", status=403)
        earlier: HttpResponse | None = super().pre_login(request, user, **facts)
        return earlier

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign in under a new session key, and write it down."""
        super().login(request, user)
        methods = [record["method"] for record in get_authentication_records(request, user)]
        record_sign_in(account=user, method=",".join(methods), now=timezone.now())

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Go back to one's own account."""
        return reverse("people:my_account")

    def set_password(self, user: Account, password: str) -> None:
        """Keep the password its owner chose."""
        set_own_password(account=user, password=password, now=timezone.now())


class SocialAdapter(Spoken, DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """The city's single sign-on opens only accounts that exist."""

    def is_open_for_signup(self, _request: HttpRequest, _login: SocialLogin) -> bool:
        """Refuse."""
        return False

    def pre_social_login(self, request: HttpRequest, login: SocialLogin) -> None:
        """Know a person the first time by the name the city vouches for; after that by its id.

        An account that is known by another id already stays closed to this one.
        """
        told = _claims(login)
        if told.get("sub") != login.account.uid:
            raise _not_known(request)
        _keep_little(login.account, told)
        if login.is_existing or request.user.is_authenticated:
            return
        account = _named(str(told.get("preferred_username", "")), login.account.provider)
        if account is None:
            raise _not_known(request)
        login.connect(request, account)


class MFAAdapter(Spoken, DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Names keys after the account, and keeps secrets encrypted."""

    def encrypt(self, text: str) -> str:
        """Seal a TOTP seed before it is stored."""
        return vault.seal(text, SECOND_FACTOR).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what :meth:`encrypt` sealed."""
        return vault.reveal(bytes.fromhex(encrypted_text), SECOND_FACTOR)

    def generate_authenticator_name(self, user: Account, type: str) -> str:  # noqa: A002 (allauth's)
        """Number a person's keys."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return say("people.sign_in.key", spoken(), number=number)


def _claims(login: SocialLogin) -> dict[str, Any]:
    """What the provider tells of the person; the token's word goes before the other answer's."""
    told = login.account.extra_data
    return {**told, **told.get("userinfo", {}), **told.get("id_token", {})}


def _keep_little(account: SocialAccount, told: dict[str, Any]) -> None:
    """Of all it tells keep the id and the name: we need no mail address and no portrait."""
    account.extra_data = {name: told[name] for name in _KEPT if name in told}
    if account.pk:
        account.save(update_fields=["extra_data"])


def _named(username: str, provider: str) -> Account | None:
    """Find the open account of that name which no id of this provider has yet."""
    name = username.strip().lower()
    free = Account.objects.exclude(socialaccount__provider=provider)
    return free.filter(username=name, is_active=True).first() if name else None


def _not_known(request: HttpRequest) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(render(request, "people/not_known_here.html", status=403))
