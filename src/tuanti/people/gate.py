"""What an account has to do before it may do anything else: a password and a second factor."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from tuanti.people.models import Account

_ALWAYS = frozenset({"account_logout", "account_reauthenticate", "web:look", "web:home"})
_PASSWORD = "account_change_password"  # noqa: S105 (an address)
_FACTOR = "mfa_index"


def ahead(request: HttpRequest, address: str) -> str:
    """Name the address this person has to go to before ``address``; "" if none.

    Only where signing in is strict: a service is; a demonstration and tests are not, unless told.
    """
    account = request.user
    if not isinstance(account, Account) or not strict() or address in _ALWAYS:
        return ""
    if account.first_password_until is not None and not _vouched_for(request, account):
        return "" if address == _PASSWORD else _PASSWORD
    if address.startswith("mfa_") or address == _PASSWORD or has_second_factor(account):
        return ""
    return "" if _vouched_for(request, account) else _FACTOR


def strict() -> bool:
    """Whether first passwords must be changed and second factors set up."""
    return bool(getattr(settings, "STRICT_SIGN_IN", settings.SERVICE))


def has_second_factor(account: Account) -> bool:
    """Whether an app or a key of this account's has been set up."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(get_adapter().is_mfa_enabled(account, kinds))


def _vouched_for(request: HttpRequest, account: Account) -> bool:
    """Whether the city's single sign-on let them in: it asks for what it wants itself."""
    records = get_authentication_records(request, account)
    return any(record["method"] == "socialaccount" for record in records)
