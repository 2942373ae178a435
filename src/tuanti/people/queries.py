"""Who someone is, what they hold, and what of organisations and accounts they may see."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tuanti.people import models, permissions, scopes, vault
from tuanti.people.actors import NOBODY, Actor, Post

RESIDENT = "resident"  # in the session of one who came by stairwell code


def actor_of(request: HttpRequest) -> Actor:
    """Tell who makes the request: an account, a resident, or nobody."""
    if not isinstance(request.user, AnonymousUser):
        return actor_for(request.user)
    if facts := request.session.get(RESIDENT):
        return Actor(id=f"resident:{facts['owner']}", kind="resident", **facts)
    return NOBODY


def actor_for(account: models.Account) -> Actor:
    """Make the actor of an account, with the posts it holds today."""
    posts = tuple(
        Post(
            duty=post.duty,
            organisation=post.organisation_id,
            organisation_kind=post.organisation.kind,
            organisation_name=post.organisation.name,
            scope=post.scope,
            organisation_place=post.organisation.place,
        )
        for post in posts_today(account)
    )
    return Actor(id=f"account:{account.pk}", name=account.name, posts=posts)


def actor_named(username: str) -> Actor:
    """Make the actor of the account that signs in as ``username``.

    :raises Account.DoesNotExist: none that is open does.
    """
    return actor_for(models.Account.objects.get(username=username, is_active=True))


def name_of(code: str) -> str:
    """Tell the name of the account an entry of the journal names; "" for anyone else."""
    kind, _, number = code.partition(":")
    if kind != "account" or not number.isdigit():
        return ""
    return models.Account.objects.filter(pk=number).values_list("name", flat=True).first() or ""


def posts_today(account: models.Account) -> QuerySet[models.Post]:
    """Select the posts an account holds today in Shanghai."""
    return in_force(account.posts.select_related("organisation"), timezone.localdate())


def in_force(posts: QuerySet[models.Post], day: date) -> QuerySet[models.Post]:
    """Of ``posts``, those held on ``day`` in organisations that are open."""
    return posts.filter(
        Q(until_on=None) | Q(until_on__gt=day), from_on__lte=day, organisation__closed_on=None
    )


def posts_held(
    account: models.Account, from_on: date, until_on: date | None
) -> QuerySet[models.Post]:
    """Select what a *person* holds on any day of a period: all accounts with the same phone."""
    one = Q(account=account)
    if account.phone_index:
        one |= Q(account__phone_index=account.phone_index)
    held = models.Post.objects.filter(one).filter(Q(until_on=None) | Q(until_on__gt=from_on))
    return held.filter(from_on__lt=until_on) if until_on else held


def organisations() -> QuerySet[models.Organisation]:
    """Select every organisation; for choosing among, not for showing."""
    return models.Organisation.objects.all()


def organisations_for(actor: Actor) -> QuerySet[models.Organisation]:
    """Select what ``actor`` may see: their own, and those in the places their posts reach."""
    if permissions.runs_the_platform(actor):
        return organisations()
    reach = permissions.reach(actor)
    return organisations().filter(
        Q(pk__in={post.organisation for post in actor.posts}) | Q(place__in=_places_within(reach))
    )


def accounts_for(actor: Actor) -> QuerySet[models.Account]:
    """Select the accounts ``actor`` may see: of the organisations they see, and their own."""
    seen = organisations_for(actor)
    return models.Account.objects.filter(
        Q(pk=account_id(actor)) | Q(organisation__in=seen) | Q(posts__organisation__in=seen)
    ).distinct()


def account_id(actor: Actor) -> int | None:
    """The row of an actor's account; none for those who have none."""
    kind, _, row = actor.id.partition(":")
    return int(row) if kind == "account" else None


def holders(duty: str, scopes_: Iterable[str], day: date) -> QuerySet[models.Account]:
    """Select who holds ``duty`` on ``day`` with a scope that is one of ``scopes_``."""
    posts = in_force(models.Post.objects.filter(duty=duty, scope__in=list(scopes_)), day)
    return models.Account.objects.filter(is_active=True, posts__in=posts).distinct()


def found(rows: QuerySet[models.Organisation], asked: str) -> QuerySet[models.Organisation]:
    """Of ``rows``, those whose name, pinyin, initials or id hold ``asked``."""
    asked = asked.strip().lower()
    return rows.filter(
        Q(name__icontains=asked) | Q(pinyin__contains=asked) | Q(id__startswith=asked)
    )


def messages() -> QuerySet[models.Message]:
    """Select every message of the outbox, newest first."""
    return models.Message.objects.all()


def messages_to(phone: str) -> QuerySet[models.Message]:
    """Select the messages to one phone or address, newest first, found by its blind index."""
    return messages().filter(to_index=vault.index(phone))


def _places_within(reach: frozenset[str]) -> frozenset[str]:
    places = models.Organisation.objects.order_by().values_list("place", flat=True).distinct()
    return scopes.narrowed(places, reach)
