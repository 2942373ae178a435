"""Accounts: opened with a first password, renewed, closed; sessions ended."""

import re
import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuanti.journal.commands import write
from tuanti.people import permissions, vault
from tuanti.people.actors import CONSOLE, Actor
from tuanti.people.commands.organisations import given_name, managed
from tuanti.people.models import Account, Organisation, Post
from tuanti.people.permissions import permit
from tuanti.people.queries import account_id, in_force
from tuanti.people.refusals import (
    AccountClosed,
    AccountTaken,
    BadIdentifier,
    BadPhone,
    HouseOpen,
    OwnAccount,
    UnknownAccount,
)
from tuanti.people.spelling import spelling

FIRST_PASSWORD = timedelta(days=7)  # how long a handed-over password opens the door
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_NUMBER = re.compile(r"\+?[0-9][0-9 -]{5,18}")
_NAME = 60
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike when read out


@transaction.atomic
def open_account(
    *,
    organisation: str,
    username: str,
    name: str,
    phone: str = "",
    with_password: bool = True,
    by: Actor,
    now: datetime,
) -> tuple[Account, str]:
    """Open an account for one of an organisation's people: the account and its first password.

    The password is told once and must be changed at the first sign-in, within seven days. Without
    one ("") only a single sign-on or a passkey opens the account.

    :raises NotPermitted: ``by`` does not administer the organisation.
    :raises AccountTaken: somebody signs in by that name.
    :raises BadIdentifier: a sign-in name has letters it may not have.
    :raises BadPhone: that is no telephone number.
    """
    home = managed(organisation, by)
    account = Account(
        organisation=home, username=_free(username), name=given_name(name, _NAME), phone=phone
    )
    if phone and not _NUMBER.fullmatch(phone):
        raise BadPhone
    account.pinyin, account.phone_index = spelling(account.name), vault.index(phone)
    password = _hand_over(account, now) if with_password else _locked(account)
    account.save()
    write(at=now, by=by, act="account.open", subject=account, organisation=home.pk)
    return account, password


@transaction.atomic
def renew_password(*, account: int, by: Actor, now: datetime) -> str:
    """Give an account a new first password, told once: for one who forgot theirs.

    Whoever is signed in to it is signed out.

    :raises NotPermitted: ``by`` does not administer all its organisations.
    :raises OwnAccount: one changes one's own by itself.
    """
    row = known_account(account, by, not_own=True)
    password = _hand_over(row, now)
    row.save(update_fields=["password", "first_password_until"])
    write(at=now, by=by, act="account.renew-password", subject=row)
    return password


@transaction.atomic
def remove_second_factor(*, account: int, by: Actor, now: datetime) -> int:
    """Take the authenticators off an account whose telephone or key was lost; how many.

    :raises NotPermitted: ``by`` does not administer all its organisations.
    :raises OwnAccount: one removes one's own after proving it.
    """
    row = known_account(account, by, not_own=True)
    removed = int(Authenticator.objects.filter(user=row).delete()[0])
    write(at=now, by=by, act="account.remove-second-factor", subject=row, removed=removed)
    return removed


@transaction.atomic
def close_account(*, account: int, by: Actor, now: datetime) -> Account:
    """Close an account: its posts end today, its sessions now. What it did stays.

    :raises NotPermitted: ``by`` does not administer all its organisations.
    :raises OwnAccount: nobody closes their own.
    """
    row = known_account(account, by, not_own=True)
    row.is_active, row.closed_on = False, timezone.localdate(now)
    row.set_unusable_password()
    row.save(update_fields=["is_active", "closed_on", "password"])
    begun = row.posts.filter(Q(until_on=None) | Q(until_on__gt=row.closed_on))
    ended = begun.update(until_on=row.closed_on)
    for session in UserSession.objects.filter(user=row):
        session.end()
    write(at=now, by=by, act="account.close", subject=row, posts_ended=ended)
    return row


@transaction.atomic
def end_session(*, session: int, by: Actor, now: datetime) -> bool:
    """End one of the actor's own sessions; False if it was none of theirs, or over."""
    row = UserSession.objects.filter(pk=session, user_id=account_id(by) or 0).first()
    if row is None:
        return False
    write(at=now, by=by, act="session.end", subject=row)
    row.end()
    return True


@transaction.atomic
def open_house(
    *, username: str, name: str, organisation: str, place: str, password: str = "", now: datetime
) -> tuple[Account, str]:
    """Open the platform with its first administrator, from the machine's own console.

    With a ``password`` that one is theirs to keep; else a first one is drawn and told once.

    :raises HouseOpen: the platform has an administrator.
    """
    if Organisation.objects.filter(kind="platform").exists():
        raise HouseOpen
    platform = Organisation.objects.create(
        id="platform",
        kind="platform",
        name=given_name(organisation, 120),
        pinyin=spelling(organisation),
        place=place,
        opened_at=now,
    )
    write(at=now, by=CONSOLE, act="organisation.open", subject=platform, kind="platform")
    account, first = open_account(
        organisation=platform.pk, username=username, name=name, by=CONSOLE, now=now
    )
    if password:
        account.set_password(password)
        account.first_password_until = None
        account.save(update_fields=["password", "first_password_until"])
    _first_post(account, platform, now)
    return account, password or first


def known_account(account: int, by: Actor, *, not_own: bool = False) -> Account:
    """Fetch an open account under a lock, for one who administers every organisation it serves.

    :raises UnknownAccount: there is none.
    :raises NotPermitted: ``by`` does not administer them all.
    :raises OwnAccount: it is the actor's own, and ``not_own`` says it must not be.
    :raises AccountClosed: it is closed.
    """
    row = Account.objects.select_for_update(of=("self",)).filter(pk=account).first()
    if row is None:
        raise UnknownAccount
    if not_own and row.pk == account_id(by):
        raise OwnAccount
    permit(may_manage_account(row, by))
    if not row.is_active:
        raise AccountClosed(name=row.name)
    return row


def may_manage_account(account: Account, by: Actor) -> bool:
    """Whether ``by`` administers the account's home and all it holds posts in today."""
    posts = in_force(Post.objects.filter(account=account), timezone.localdate())
    served = Organisation.objects.filter(Q(pk=account.organisation_id) | Q(posts__in=posts))
    rows = list(served.distinct())
    return bool(rows) and all(
        permissions.may_manage(by, row.pk, row.kind, row.place) for row in rows
    )


def _first_post(account: Account, platform: Organisation, now: datetime) -> None:
    duty = permissions.ADMINISTRATOR
    post = Post.objects.create(
        account=account,
        organisation=platform,
        duty=duty,
        scope=platform.pk,
        from_on=timezone.localdate(now),
    )
    write(
        at=now,
        by=CONSOLE,
        act="post.grant",
        subject=post,
        duty=duty,
        organisation=platform.pk,
        scope=platform.pk,
        account=account.pk,
    )


def _free(username: str) -> str:
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadIdentifier(value=username)
    if Account.objects.filter(username=username).exists():
        raise AccountTaken(value=username)
    return username


def _hand_over(account: Account, now: datetime) -> str:
    """Draw a password of about 99 bits in groups that can be read out."""
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(5))
    account.set_password(password)
    account.first_password_until = now + FIRST_PASSWORD
    return password


def _locked(account: Account) -> str:
    account.set_unusable_password()
    return ""
