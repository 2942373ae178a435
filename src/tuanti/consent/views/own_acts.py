"""What residents do after the vote, by POST from their stairwell's page ``/b/<code>``.

Each act goes back to ``next`` (an address of ours) or to the resident's own page, with a message.
``flat`` is the row id of one of their flats; times, money and persons are never taken from a form.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from tuanti.consent.commands import agreements, mandates, objections
from tuanti.consent.commands.agreements import PHONE
from tuanti.consent.models import Agreement, Mandate, Notice, Objection
from tuanti.consent.queries.story import consultations_for
from tuanti.consent.refusals.notices import NotTicked
from tuanti.consent.views.desk import said
from tuanti.consent.views.notices import by_now
from tuanti.consent.views.story_doing import in_words
from tuanti.people.http import Request
from tuanti.places.forms import paper_of
from tuanti.rules.errors import RuleBroken
from tuanti.web.doing import fetched
from tuanti.web.views import refused

_PART = Decimal(100)  # fen to the yuan


def object_(request: Request, notice_id: int) -> HttpResponse:
    """Object to a notice (``consent:object``): ``flat``, ``text``; ``paper``, a scan, if any."""
    reach = consultations_for(request.actor).values("pk")
    row = fetched(Notice.objects.filter(consultation__in=reach), notice_id)
    paper = request.FILES.get("paper")
    return _done(
        request,
        lambda: objections.object_to_notice(
            notice_id=row.pk,
            flat_id=_number(request, "flat"),
            text=request.POST.get("text", ""),
            paper=paper_of(paper) if paper else None,
            **by_now(request),
        ),
    )


def objection_take_back(request: Request, objection_id: int) -> HttpResponse:
    """Take one's own objection back (``consent:objection-take-back``); no fields."""
    reach = consultations_for(request.actor).values("pk")
    row = fetched(Objection.objects.filter(consultation__in=reach), objection_id)
    return _done(
        request, lambda: objections.withdraw_objection(objection_id=row.pk, **by_now(request))
    )


def sign(request: Request, agreement_id: int) -> HttpResponse:
    """Sign the agreement by phone (``consent:sign``): ``flat``; ``agree`` is ``yes``, ticked."""
    row = _agreement(request, agreement_id)
    return _done(
        request,
        lambda: (
            _ticked(request)
            and agreements.sign_agreement(
                agreement_id=row.pk,
                flat_id=_number(request, "flat"),
                owner_id=request.actor.owner or 0,
                way=PHONE,
                **by_now(request),
            )
        ),
    )


def mandate(request: Request, agreement_id: int) -> HttpResponse:
    """Give a mandate by phone (``consent:mandate``).

    ``flat``, ``buyer`` (an organisation's id), ``ceiling`` in yuan (empty for the usual one), and
    ``agree``, which is ``yes``, ticked. It ends when the law of the place says.
    """
    row = _agreement(request, agreement_id)
    return _done(
        request,
        lambda: (
            _ticked(request)
            and mandates.give_mandate(
                agreement_id=row.pk,
                flat_id=_number(request, "flat"),
                owner_id=request.actor.owner or 0,
                buyer=request.POST.get("buyer", ""),
                ceiling_fen=_fen(request, "ceiling"),
                way=PHONE,
                **by_now(request),
            )
        ),
    )


def mandate_leave(request: Request, mandate_id: int) -> HttpResponse:
    """Leave one's own mandate (``consent:mandate-leave``); no fields."""
    row = _mandate(request, mandate_id)
    return _done(request, lambda: mandates.leave_mandate(mandate_id=row.pk, **by_now(request)))


def mandate_confirm(request: Request, mandate_id: int) -> HttpResponse:
    """Confirm a sum above one's ceiling (``consent:mandate-confirm``): ``above`` in yuan."""
    row = _mandate(request, mandate_id)
    return _done(
        request,
        lambda: mandates.confirm_above_ceiling(
            mandate_id=row.pk, above_fen=_fen(request, "above") or 0, **by_now(request)
        ),
    )


def _done(request: Request, do: Callable[[], Any]) -> HttpResponse:
    try:
        do()
    except RuleBroken as refusal:
        return refused(request, in_words(refusal))
    messages.success(request, said("done"))
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return redirect(wanted if wanted and ours else resolve_url(settings.RESIDENT_HOME))


def _ticked(request: Request) -> bool:
    if request.POST.get("agree") != "yes":
        raise NotTicked
    return True


def _agreement(request: Request, agreement_id: int) -> Agreement:
    reach = consultations_for(request.actor).values("pk")
    return fetched(Agreement.objects.filter(consultation__in=reach), agreement_id)


def _mandate(request: Request, mandate_id: int) -> Mandate:
    reach = consultations_for(request.actor).values("pk")
    return fetched(Mandate.objects.filter(agreement__consultation__in=reach), mandate_id)


def _number(request: Request, name: str) -> int:
    told = request.POST.get(name, "")
    return int(told) if told.isdigit() else 0


def _fen(request: Request, name: str) -> int | None:
    told = request.POST.get(name, "").replace(",", "").strip()
    if not told:
        return None
    try:
        return int(Decimal(told) * _PART)
    except InvalidOperation:
        return 0
