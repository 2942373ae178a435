"""One's own account: posts, ways of signing in, and where one is signed in."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from tuanti.people import gate, queries
from tuanti.people.commands.accounts import end_session
from tuanti.people.http import Request
from tuanti.people.models import Account
from tuanti.people.wording import scope_said
from tuanti.texts.words import say
from tuanti.web.templatetags.tuanti import spoken


def my_account(request: Request) -> HttpResponse:
    """Show whoever is signed in to themselves."""
    row = get_object_or_404(Account, pk=queries.account_id(request.actor))
    here = request.session.session_key
    keys = Authenticator.objects.filter(user=row).exclude(type="recovery_codes").count()
    context = {
        "account": row,
        "posts": [{"row": post, "reach": scope_said(post)} for post in queries.posts_today(row)],
        "sessions": [
            {"row": session, "here": session.session_key == here}
            for session in UserSession.objects.purge_and_list(row)
        ],
        "factor": gate.has_second_factor(row),
        "keys": keys,
        "wanted": gate.strict(),
        "single_sign_on": settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"],
    }
    return render(request, "people/my_account.html", context)


def session_end(request: Request, session: int) -> HttpResponse:
    """End one of the actor's own sessions; another's is not there."""
    if not end_session(session=session, by=request.actor, now=timezone.now()):
        raise Http404
    messages.success(request, say("people.session.ended", spoken()))
    return redirect("people:my_account")
