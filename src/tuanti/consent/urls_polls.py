"""Addresses of votes: the roll, ballots, second persons, receipts."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from tuanti.consent.views import polls, polls_ballots, polls_residents


def _post(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    return path(route, require_POST(view), name=name)


POLLS: list[URLPattern] = [
    path("consultations/<int:consultation_id>/poll/new", polls.poll_new, name="poll-new"),
    path("consultations/<int:consultation_id>/poll", polls.poll, name="poll"),
    path("consultations/<int:consultation_id>/ballots", polls_ballots.ballots, name="ballots"),
    _post("polls/<int:poll_id>/close", polls.poll_close, "poll-close"),
    _post("polls/<int:poll_id>/served/<int:flat_id>", polls.served, "served"),
    path("polls/<int:poll_id>/ballots/<int:flat_id>", polls_ballots.ballot_new, name="ballot-new"),
    path("polls/<int:poll_id>/proxies", polls_ballots.proxies, name="proxies"),
    _post("proxies/<int:proxy_id>/revoke", polls_ballots.proxy_revoke, "proxy-revoke"),
    path("ballots/<int:record_id>", polls_ballots.ballot, name="ballot"),
    path("ballots/<int:record_id>/paper", polls_ballots.ballot_paper, name="ballot-paper"),
    _post("ballots/<int:record_id>/confirm", polls_ballots.ballot_confirm, "ballot-confirm"),
    _post("ballots/<int:record_id>/refuse", polls_ballots.ballot_refuse, "ballot-refuse"),
    _post("ballots/<int:record_id>/uphold", polls_ballots.ballot_uphold, "ballot-uphold"),
    _post("ballots/<int:record_id>/dispute", polls_residents.dispute, "dispute"),
    _post("polls/<int:poll_id>/cast", polls_residents.cast, "cast"),
    path("receipts/<slug:code>", polls_residents.receipt, name="receipt"),
    path("v/", polls_residents.check_any, name="check-any"),
    path("v/<slug:code>", polls_residents.check, name="check"),
]
