"""Pages of accounts, for those who manage them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from tuanti.people import gate, permissions, queries
from tuanti.people.commands import accounts as commands
from tuanti.people.forms import NewAccount
from tuanti.people.http import Request
from tuanti.people.models import Account
from tuanti.people.vault import masked_name
from tuanti.people.wording import scope_said, worded
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import say, word
from tuanti.web.templatetags.tuanti import spoken
from tuanti.web.views import refused


def account(request: Request, account: int) -> HttpResponse:
    """Show an account: where it belongs and what it holds."""
    row = get_object_or_404(queries.accounts_for(request.actor), pk=account)
    manages = commands.may_manage_account(row, request.actor)
    own = row.pk == queries.account_id(request.actor)
    held = row.posts.select_related("organisation").order_by("-from_on")
    context = {
        "account": row,
        "name": row.name if manages or own else masked_name(row.name),
        "manages": manages and not own and row.is_active,
        "facts": _facts(row),
        "posts": [{"row": post, "reach": scope_said(post)} for post in held],
    }
    return render(request, "people/account.html", context)


@never_cache
def account_new(request: Request, organisation: str) -> HttpResponse:
    """Open an account, and show its first password once."""
    home = get_object_or_404(queries.organisations_for(request.actor), pk=organisation)
    if not permissions.may_manage(request.actor, home.pk, home.kind, home.place):
        raise Http404
    form = NewAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, password = commands.open_account(
                organisation=home.pk, **form.cleaned_data, by=request.actor, now=timezone.now()
            )
        except RuleBroken as refusal:
            form.refuse(worded(refusal))
        else:
            return _handed_over(request, row, password)
    back = reverse("people:organisation", args=[home.pk])
    context = {"form": form, "action_word": "people.acts.account_new", "back": back}
    return render(request, "people/form.html", context)


@never_cache
def account_password(request: Request, account: int) -> HttpResponse:
    """Ask whether to renew a password, renew it and show it once."""
    row = _managed(request, account)
    if request.method == "GET":
        return _asked(request, row, "account_password")
    try:
        password = commands.renew_password(account=row.pk, by=request.actor, now=timezone.now())
    except RuleBroken as refusal:
        return refused(request, worded(refusal))
    return _handed_over(request, row, password)


def account_factor(request: Request, account: int) -> HttpResponse:
    """Ask whether to remove the second factor, and remove it."""
    return _done(request, account, "account_factor", commands.remove_second_factor)


def account_close(request: Request, account: int) -> HttpResponse:
    """Ask whether to close an account, and close it."""
    return _done(request, account, "account_close", commands.close_account)


def _done(
    request: Request, account: int, action: str, command: Callable[..., object]
) -> HttpResponse:
    row = _managed(request, account)
    if request.method == "GET":
        return _asked(request, row, action)
    try:
        command(account=row.pk, by=request.actor, now=timezone.now())
    except RuleBroken as refusal:
        return refused(request, worded(refusal))
    messages.success(request, say(f"people.done.{action}", spoken(), name=row.name))
    return redirect("people:account", row.pk)


def _asked(request: Request, row: Account, action: str) -> HttpResponse:
    context = {
        "action_word": f"people.acts.{action}",
        "warning": f"people.warnings.{action}",
        "what": row.name,
        "back": reverse("people:account", args=[row.pk]),
    }
    return render(request, "people/confirm.html", context)


def _handed_over(request: Request, row: Account, password: str) -> HttpResponse:
    days = commands.FIRST_PASSWORD.days
    context = {"account": row, "password": password, "days": days}
    return render(request, "people/first_password.html", context)


def _managed(request: Request, account: int) -> Account:
    """Find an account the actor manages; any other is not there."""
    row = get_object_or_404(queries.accounts_for(request.actor), pk=account)
    if not commands.may_manage_account(row, request.actor):
        raise Http404
    return row


def _facts(row: Account) -> list[dict[str, Any]]:
    home, factor = row.organisation, gate.has_second_factor(row)
    state = "open" if row.is_active else "closed"
    given = [
        {"value": row.username, "name": "username"},
        {"value": row.masked_phone, "name": "phone"},
        {"value": word(f"people.factor.{'on' if factor else 'off'}", spoken()), "name": "factor"},
        {
            "value": word(f"people.organisation.states.{state}", spoken()),
            "name": "state",
            "state": "ok" if row.is_active else "no",
        },
    ]
    if home:
        url = reverse("people:organisation", args=[home.pk])
        given.insert(0, {"value": home.name, "name": "organisation", "url": url})
    return [{**fact, "label": word(f"people.account.{fact['name']}", spoken())} for fact in given]
