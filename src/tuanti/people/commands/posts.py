"""Posts: who holds which duty where, from when until when."""

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuanti.journal.commands import write
from tuanti.people import permissions
from tuanti.people.actors import Actor
from tuanti.people.commands.accounts import known_account
from tuanti.people.commands.organisations import managed
from tuanti.people.models import Account, Organisation, Post
from tuanti.people.permissions import permit
from tuanti.people.queries import account_id, in_force, posts_held
from tuanti.people.refusals import (
    LastAdministrator,
    OwnPost,
    PeriodEmpty,
    PostEnded,
    PostHeld,
    ScopeOutside,
    UnknownPost,
)
from tuanti.people.scopes import told, within
from tuanti.rules import duties

_STAIRWELL = re.compile(r"[0-9A-Z]{9}")


@transaction.atomic
def grant_post(
    *,
    account: int,
    organisation: str,
    duty: str,
    scope: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
    by: Actor,
    now: datetime,
) -> Post:
    """Give ``account`` a duty in ``organisation`` from ``from_on`` (today) until ``until_on``.

    ``scope`` is a division within the organisation's place for duties over a place (that place
    where none is given), the stairwell's code for an owners' representative, and nothing for the
    others. Two incompatible duties are refused if their times touch, also under another account
    with the same telephone.

    :raises NotPermitted: ``by`` administers neither the organisation nor the person's account.
    :raises OwnPost: ``by`` would give it to themselves.
    :raises DutyNotOfKind: such an organisation has no such duty.
    :raises DutiesIncompatible: the person holds a duty that two persons must hold.
    :raises ScopeOutside: the scope is not within the organisation's place.
    :raises PostHeld: the person holds it in that time.
    :raises PeriodEmpty: it would end before it begins.
    """
    row, person = managed(organisation, by), known_account(account, by)
    permit(permissions.may_reach(by, duty, row.kind, row.place))
    if person.pk == account_id(by):
        raise OwnPost
    begin = from_on or timezone.localdate(now)
    if until_on is not None and until_on <= begin:
        raise PeriodEmpty(begin=begin.isoformat(), end=until_on.isoformat())
    _compatible(person, row, duty, begin, until_on)
    post = Post(account=person, organisation=row, duty=duty, from_on=begin, until_on=until_on)
    post.scope = _scope(row, duty, scope)
    _keep(post)
    facts = {"duty": duty, "organisation": row.pk, "scope": post.scope, "account": person.pk}
    span = {"from_on": begin.isoformat(), "until_on": until_on and until_on.isoformat()}
    write(at=now, by=by, act="post.grant", subject=post, **facts, **span)
    return post


@transaction.atomic
def end_post(*, post: int, on: date | None = None, by: Actor, now: datetime) -> Post:
    """End a post ``on`` a day (today): it is held until the day before.

    :raises UnknownPost: there is none.
    :raises NotPermitted: ``by`` does not administer its organisation.
    :raises PostEnded: it has ended by then.
    :raises LastAdministrator: nobody would be left to administer the platform.
    """
    row = Post.objects.select_for_update().filter(pk=post).first()
    if row is None:
        raise UnknownPost(value=post)
    managed(row.organisation_id, by)
    end = on or timezone.localdate(now)
    if row.until_on is not None and row.until_on <= end:
        raise PostEnded(on=row.until_on.isoformat())
    _spare_the_last(row, end)
    row.until_on = max(end, row.from_on)
    row.save(update_fields=["until_on"])
    write(at=now, by=by, act="post.end", subject=row, until_on=row.until_on.isoformat())
    return row


def _compatible(
    person: Account, organisation: Organisation, duty: str, begin: date, end: date | None
) -> None:
    """Refuse what one person must not hold; two grants at once wait for each other."""
    same = Q(pk=person.pk)
    if person.phone_index:
        same |= Q(phone_index=person.phone_index)
    list(Account.objects.select_for_update().filter(same).order_by("pk"))
    held = posts_held(person, begin, end).values_list("duty", flat=True)
    duties.check(organisation.kind, duty, held)


def _scope(organisation: Organisation, duty: str, asked: str) -> str:
    """Settle how far a post reaches."""
    if duty in permissions.STAIRWELL_DUTIES:
        inside = not told() or within(asked, organisation.place)
        reaches = inside and bool(_STAIRWELL.fullmatch(asked))
    elif duties.DUTIES[duty].scope == "place":
        asked = asked or organisation.place
        reaches = within(asked, organisation.place)
    else:
        asked = asked or organisation.pk
        reaches = asked == organisation.pk
    if not reaches:
        raise ScopeOutside(scope=asked, name=organisation.name)
    return asked


def _keep(post: Post) -> None:
    held = posts_held(post.account, post.from_on, post.until_on)
    same = held.filter(organisation=post.organisation, duty=post.duty, scope=post.scope)
    if same.exists():
        raise PostHeld(duty=post.duty)
    post.save()


def _spare_the_last(post: Post, end: date) -> None:
    if post.organisation.kind != "platform" or post.duty != permissions.ADMINISTRATOR:
        return
    others = Post.objects.filter(organisation__kind="platform", duty=post.duty)
    if not in_force(others.exclude(pk=post.pk).filter(account__is_active=True), end).exists():
        raise LastAdministrator
