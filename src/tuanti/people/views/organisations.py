"""Pages of organisations and the posts held in them."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from tuanti.people import permissions, queries
from tuanti.people.commands import organisations as commands
from tuanti.people.commands import posts
from tuanti.people.forms import Name, NewOrganisation, NewPost
from tuanti.people.http import Request
from tuanti.people.models import Account, Organisation, Post
from tuanti.people.scopes import place_name
from tuanti.people.vault import masked_name
from tuanti.people.wording import scope_said, worded
from tuanti.rules.duties import KINDS
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import say, word
from tuanti.web.forms import chosen
from tuanti.web.listing import Column, Filter, Listing, State, listing_response
from tuanti.web.templatetags.tuanti import spoken
from tuanti.web.views import refused


def organisations(request: Request) -> HttpResponseBase:
    """List the organisations the actor sees."""
    rows = queries.organisations_for(request.actor).annotate(
        people=Count("accounts", filter=Q(accounts__is_active=True))
    )
    rows = rows.order_by("kind", "id")  # what is counted has no order of its own
    listing = Listing(
        request,
        rows,
        _columns(),
        search=queries.found,
        filters=[
            Filter(
                "kind",
                "people.organisation.kind",
                chosen("duties.kinds", list(KINDS)),
                lambda found, kind: found.filter(kind=kind),
            )
        ],
        title=say("people.organisations.title", spoken()),
        empty="people.organisations.empty",
    )
    opens = any(post.organisation_kind in permissions.GOVERNING for post in request.actor.posts)
    context = {"opens": opens, "runs": permissions.runs_the_platform(request.actor)}
    return listing_response(request, "people/organisations.html", listing, context)


def organisation(request: Request, organisation: str) -> HttpResponse:
    """Show an organisation: its people and their posts."""
    row = _seen(request, organisation)
    manages = _manages(request, row)
    held = row.posts.select_related("account").order_by("duty", "from_on")
    today = timezone.localdate()
    context = {
        "organisation": row,
        "manages": manages,
        "closes": manages and permissions.may_open(request.actor, row.kind, row.place),
        "facts": _facts(row),
        "people": [_person(account, whole=manages) for account in row.accounts.all()],
        "posts": [
            _held(post, manages=manages)
            for post in held
            if post.until_on is None or post.until_on > today
        ],
        "earlier": [
            _held(post, manages=manages)
            for post in held
            if post.until_on and post.until_on <= today
        ],
    }
    return render(request, "people/organisation.html", context)


def organisation_new(request: Request) -> HttpResponse:
    """Open an organisation."""
    form = NewOrganisation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = commands.open_organisation(
                **form.cleaned_data, by=request.actor, now=timezone.now()
            )
        except RuleBroken as refusal:
            form.refuse(worded(refusal))
        else:
            messages.success(request, say("people.organisation.opened", spoken(), name=row.name))
            return redirect("people:organisation", row.pk)
    back = reverse("people:organisations")
    return render(request, "people/form.html", _page(form, "organisation_new", back))


def organisation_rename(request: Request, organisation: str) -> HttpResponse:
    """Give an organisation another name."""
    row = _managed(request, organisation)
    form = Name(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        try:
            commands.rename_organisation(
                organisation=row.pk, **form.cleaned_data, by=request.actor, now=timezone.now()
            )
        except RuleBroken as refusal:
            form.refuse(worded(refusal), "name")
        else:
            return redirect("people:organisation", row.pk)
    return render(request, "people/form.html", _page(form, "organisation_rename", _address(row)))


def organisation_close(request: Request, organisation: str) -> HttpResponse:
    """Ask whether to close an organisation, and close it."""
    row = _managed(request, organisation)
    if request.method == "POST":
        try:
            commands.close_organisation(organisation=row.pk, by=request.actor, now=timezone.now())
        except RuleBroken as refusal:
            return refused(request, worded(refusal))
        messages.success(request, say("people.organisation.closed", spoken(), name=row.name))
        return redirect("people:organisation", row.pk)
    return render(
        request, "people/confirm.html", _asked("organisation_close", row.name, _address(row))
    )


def post_new(request: Request, organisation: str) -> HttpResponse:
    """Give one of the people a duty."""
    row = _managed(request, organisation)
    given = request.POST or None
    form = NewPost(row, given, initial={"username": request.GET.get("username", "")})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        username = facts.pop("username").strip().lower()
        account = Account.objects.filter(username=username).first()
        try:
            posts.grant_post(
                account=account.pk if account else 0,
                organisation=row.pk,
                **facts,
                by=request.actor,
                now=timezone.now(),
            )
        except RuleBroken as refusal:
            form.refuse(worded(refusal))
        else:
            messages.success(request, say("people.post.granted", spoken()))
            return redirect("people:organisation", row.pk)
    return render(request, "people/form.html", _page(form, "post_new", _address(row)))


def post_end(request: Request, post: int) -> HttpResponse:
    """Ask whether to end a post today, and end it."""
    row = get_object_or_404(Post.objects.select_related("organisation", "account"), pk=post)
    _managed(request, row.organisation_id)
    if request.method == "POST":
        try:
            posts.end_post(post=row.pk, by=request.actor, now=timezone.now())
        except RuleBroken as refusal:
            return refused(request, worded(refusal))
        messages.success(request, say("people.post.ended", spoken()))
        return redirect("people:organisation", row.organisation_id)
    what = f"{row.account.name} · {word(f'duties.duties.{row.duty}', spoken())}"
    back = _address(row.organisation)
    return render(request, "people/confirm.html", _asked("post_end", what, back))


def _columns() -> list[Column]:
    return [
        Column("name", "people.organisation.name", sort="pinyin", url=_address),
        Column("kind", "people.organisation.kind", sort="kind", value=_kind),
        Column("place", "people.organisation.place", sort="place", value=_place),
        Column("people", "people.organisation.people", kind="number", sort="people"),
        Column("closed_on", "people.organisation.state", kind="state", value=_state),
    ]


def _facts(row: Organisation) -> list[dict[str, Any]]:
    values = {"kind": _kind(row), "place": _place(row), "id": row.pk}
    facts = [
        {"label": word(f"people.organisation.{name}", spoken()), "value": value}
        for name, value in values.items()
    ]
    state = _state(row)
    said = word("people.organisation.state", spoken())
    return [*facts, {"label": said, "value": state.text, "state": state.state}]


def _person(account: Account, *, whole: bool) -> dict[str, Any]:
    return {
        "row": account,
        "name": account.name if whole else masked_name(account.name),
        "phone": account.masked_phone,
        "url": reverse("people:account", args=[account.pk]),
    }


def _held(post: Post, *, manages: bool) -> dict[str, Any]:
    return {
        "row": post,
        "name": _person(post.account, whole=manages)["name"],
        "reach": scope_said(post),
    }


def _page(form: Any, action: str, back: str) -> dict[str, Any]:  # noqa: ANN401 (any form)
    return {"form": form, "action_word": f"people.acts.{action}", "back": back}


def _asked(action: str, what: str, back: str) -> dict[str, Any]:
    return {**_page(None, action, back), "what": what, "warning": f"people.warnings.{action}"}


def _kind(row: Organisation) -> str:
    return word(f"duties.kinds.{row.kind}", spoken())


def _place(row: Organisation) -> str:
    return place_name(row.place, spoken())


def _state(row: Organisation) -> State:
    name = "closed" if row.closed_on else "open"
    sign = "no" if row.closed_on else "ok"
    return State(sign, word(f"people.organisation.states.{name}", spoken()))


def _address(row: Organisation) -> str:
    return reverse("people:organisation", args=[row.pk])


def _seen(request: Request, organisation: str) -> Organisation:
    """Find an organisation the actor sees; any other is not there."""
    return get_object_or_404(queries.organisations_for(request.actor), pk=organisation)


def _managed(request: Request, organisation: str) -> Organisation:
    """Find an organisation the actor manages; any other is not there."""
    row = _seen(request, organisation)
    if not _manages(request, row):
        raise Http404
    return row


def _manages(request: Request, row: Organisation) -> bool:
    return permissions.may_manage(request.actor, row.pk, row.kind, row.place)
