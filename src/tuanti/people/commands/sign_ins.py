"""What the journal keeps of signing in: who came in, how, and who was kept out."""

from datetime import datetime

from django.db import transaction

from tuanti.journal.commands import write
from tuanti.people.actors import NOBODY
from tuanti.people.models import Account
from tuanti.people.queries import actor_for


@transaction.atomic
def record_sign_in(*, account: Account, method: str, now: datetime) -> None:
    """Write down that an account signed in, by ``password``, ``mfa`` or ``socialaccount``."""
    write(at=now, by=actor_for(account), act="account.sign-in", subject=account, method=method)


@transaction.atomic
def record_kept_out(*, username: str, now: datetime) -> None:
    """Write down a wrong password for an account that exists; names nobody typed are not kept."""
    account = Account.objects.filter(username=username.strip().lower()).first()
    if account is not None:
        write(at=now, by=NOBODY, act="account.kept-out", subject=account)


@transaction.atomic
def set_own_password(*, account: Account, password: str, now: datetime) -> None:
    """Keep the password its owner chose; a first one is over with that."""
    account.set_password(password)
    account.first_password_until = None
    account.save(update_fields=["password", "first_password_until"])
    write(at=now, by=actor_for(account), act="account.change-password", subject=account)
