"""Notices, objections to them, mediation, and what follows: translate in, one command, go on."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tuanti.consent import forms_notices as forms
from tuanti.consent import permissions
from tuanti.consent.commands import notices
from tuanti.consent.frozen import plan_told, shares_told
from tuanti.consent.models import (
    Consultation,
    Mandate,
    Mediation,
    Notice,
    NoticePhoto,
    Objection,
    Signing,
)
from tuanti.consent.queries import notices as known
from tuanti.consent.queries.polls import poll_of
from tuanti.consent.views.desk import said
from tuanti.consent.views.story_doing import (
    address,
    carried_out,
    form_page,
    name_of,
    seen,
    trail_of,
)
from tuanti.people.actors import Actor
from tuanti.people.http import Request
from tuanti.places import evidence
from tuanti.places.codes import shown_code
from tuanti.places.queries.eligible import law_of
from tuanti.rules.deadlines import day_of
from tuanti.rules.law import NoRule
from tuanti.rules.processes import CONSULTATION
from tuanti.web.doing import Way
from tuanti.web.templatetags.tuanti import day, spoken, yuan

PHOTOGRAPH = (*permissions.RUN, "owners-representative")
SIGNS = {"open": "warn", "settled": "ok", "withdrawn": "info", "void": "no"}


def notice_new(request: Request, consultation_id: int) -> HttpResponse:
    """Show what a notice posted now would say; post it."""
    here = seen(request, consultation_id, *permissions.RUN)
    if request.method == "POST":
        return carried_out(
            request,
            lambda: notices.post_notice(consultation_id=here.pk, **by_now(request)),
            address("notice", here.pk),
        )
    title, may = said("notice.post"), here.state == "passed"
    context = {
        "title": title,
        "trail": trail_of(here, (title, "")),
        "may": may,
        "lead": said("notice.post_lead" if may else "notice.cannot"),
        "facts": _coming(here),
        "shares": _told(here),
        "cancel": address("consultation", here.pk),
    }
    return render(request, "consent/notices/post.html", context)


def notice(request: Request, consultation_id: int) -> HttpResponse:
    """Show a notice: the latest, or ``?number=``."""
    here = seen(request, consultation_id, *permissions.SEE)
    rows = here.notices.select_related("poll")
    number = request.GET.get("number", "")
    row = rows.filter(number=number).first() if number.isdigit() else known.notice_of(here)
    if row is None:
        raise Http404
    now = timezone.now()
    open_ = known.open_objections(here).count()
    title = said("notice.title", number=row.number)
    context = {
        "title": title,
        "place": name_of(here),
        "trail": trail_of(here, (title, "")),
        "row": row,
        "over": known.ended(row, now),
        "open": open_,
        "facts": _facts_of(row),
        "plan": _plan_lines(row.facts["plan"]),
        "shares": row.facts["shares"],
        "code": shown_code(row.code),
        "photos": [_photo(one, here.pk) for one in row.photos.select_related("photo")],
        "objections": [_line(one) for one in row.objections.select_related("flat").order_by("id")],
        "others": [one for one in rows if one.pk != row.pk],
        "ways": [*_notice_ways(request.actor, here, row)],
    }
    return render(request, "consent/notices/notice.html", context)


def photo_new(request: Request, consultation_id: int) -> HttpResponse:
    """Add a photo of the latest notice where it hangs."""
    here = seen(request, consultation_id, *PHOTOGRAPH)
    row = latest_of(here)
    form = forms.PhotoForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        title=said("notice.add_photo"),
        consultation=here,
        do=lambda: notices.add_notice_photo(notice_id=row.pk, **form.facts, **by_now(request)),
        to=address("notice", here.pk),
        up=[(said("notice.one"), address("notice", here.pk))],
    )


def kept(request: Request, consultation_id: int, evidence_id: int) -> HttpResponse:
    """Hand over a paper or photo of this part of a consultation.

    Photos of notices are for everybody who sees the case; the rest for who works with its owners.
    """
    here = seen(request, consultation_id, *permissions.SEE)
    knows = permissions.may(request.actor, permissions.KNOW, here, allow_resident=False)
    row = _paper(here, evidence_id, knows=knows)
    try:
        content = evidence.read(row.path)
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=row.kind)
    suffix = row.path.rpartition(".")[2]
    shown = "inline" if row.kind.startswith("image/") else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{row.digest[:12]}.{suffix}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _paper(here: Consultation, evidence_id: int, *, knows: bool) -> Any:  # noqa: ANN401 (of places)
    photos = NoticePhoto.objects.filter(notice__consultation=here)
    kept: list[tuple[Any, str]] = [(photos, "photo")]
    if knows:
        given = Mandate.objects.filter(agreement__consultation=here)
        kept += [
            (here.objections.all(), "paper"),
            (Mediation.objects.filter(objection__consultation=here), "paper"),
            (Signing.objects.filter(agreement__consultation=here), "paper"),
            (given, "paper"),
            (given, "above_paper"),
            (here.contacts.all(), "photo"),
        ]
    for rows, column in kept:
        if row := rows.filter(**{column: evidence_id}).select_related(column).first():
            return getattr(row, column)
    raise Http404


def latest_of(here: Consultation) -> Notice:
    """Fetch the latest notice.

    :raises Http404: there is none.
    """
    row = known.notice_of(here)
    if row is None:
        raise Http404
    return row


def _told(here: Consultation) -> list[dict[str, Any]]:
    poll = poll_of(here)
    return shares_told(poll.plan) if poll else []


def _coming(here: Consultation) -> list[dict[str, object]]:
    """Tell what a notice posted now would be: how long, under which rule, of which plan."""
    poll, today = poll_of(here), day_of(timezone.now())
    if poll is None:
        return []
    law = law_of(here.stairwell, today)
    try:
        rule, last_on = law.rule("notice/plan"), known.last_day(law, today)
    except NoRule:
        return []
    lines = [
        fact_of("notice.from_on", day(today)),
        fact_of("notice.last_on", day(last_on)),
        fact_of("notice.law", rule.id, note=rule.article[spoken()]),
    ]
    return lines + _plan_lines(plan_told(poll.plan))


def _facts_of(row: Notice) -> list[dict[str, object]]:
    return [
        fact_of("notice.from_on", day(row.from_on)),
        fact_of("notice.last_on", day(row.last_on)),
        fact_of("notice.law", row.law),
        fact_of("notice.code", shown_code(row.code)),
        fact_of("notice.digest", row.digest[:16], note=said("notice.digest_note")),
    ]


def _plan_lines(plan: Mapping[str, Any]) -> list[dict[str, object]]:
    shared = plan["total_fen"] - plan["subsidy_fen"]
    lift = said("notice.lift_told", profile=plan["profile"][spoken()], stops=plan["stops"])
    return [
        fact_of("notice.plan", plan["name"]),
        fact_of("notice.position", plan["position"]),
        fact_of("notice.lift", lift),
        fact_of("notice.entry", said(f"entries.{plan['entry']}")),
        fact_of("notice.total", yuan(plan["total_fen"])),
        fact_of("notice.subsidy", yuan(plan["subsidy_fen"])),
        fact_of("notice.shared", yuan(shared)),
    ]


def _photo(one: Any, consultation_id: int) -> dict[str, object]:  # noqa: ANN401 (a row of ours)
    return {"place": one.place, "at": one.at, "url": address("kept", consultation_id, one.photo_id)}


def _line(one: Objection) -> dict[str, object]:
    return {
        "url": address("objection", one.pk),
        "number": one.pk,
        "flat": one.flat.number,
        "at": one.raised_at,
        "sign": SIGNS[one.state],
        "state": said(f"objections.{one.state}"),
        "why": said(f"void.{known.void_reason(one)}") if one.state == "void" else "",
    }


def _notice_ways(actor: Actor, here: Consultation, row: Notice) -> Iterator[Way]:
    latest = row == known.notice_of(here)
    if latest:
        yield Way(address("paper", here.pk, "notice"), said("notice.print"), "print")
    if permissions.may(actor, PHOTOGRAPH, here, allow_resident=False) and latest:
        yield Way(address("photo-new", here.pk), said("notice.add_photo"), "plus")
    mediates = permissions.may(actor, permissions.MEDIATE, here, allow_resident=False)
    if mediates and latest and here.state in ("on-notice", "objected"):
        yield Way(address("objection-new", here.pk), said("notice.object"), "talk")
    runs = permissions.may(actor, permissions.RUN, here, allow_resident=False)
    over = known.ended(row, timezone.now())
    if runs and latest and over and "agree" in CONSULTATION.possible(here.state):
        yield Way(address("agreement-new", here.pk), said("agreement.new"), "paper", main=True)


def fact_of(path: str, value: object, **more: object) -> dict[str, object]:
    """Make a line of a list of facts; ``path`` is a path of this part's book."""
    return {"label": said(path), "value": value, **more}


def by_now(request: Request) -> dict[str, Any]:
    """Tell who asks, and when."""
    return {"by": request.actor, "now": timezone.now()}
