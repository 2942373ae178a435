"""A vote for those who run it: fixing the roll, the running vote, the result.

Its ballots stand in ``polls_ballots.py``, what residents and passers-by do in
``polls_residents.py``.
"""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tuanti.consent import permissions, rolls
from tuanti.consent.commands import polls as commands
from tuanti.consent.forms_polls import PollForm
from tuanti.consent.models import Poll
from tuanti.consent.queries import polls as known
from tuanti.consent.rolls import Draft
from tuanti.consent.views import polls_shown as shown
from tuanti.consent.views.polls_shown import said
from tuanti.consent.views.story_doing import address, carried_out, in_words, seen, trail_of
from tuanti.people.actors import Actor
from tuanti.people.http import Request
from tuanti.rules.errors import RuleBroken
from tuanti.rules.law import Rule
from tuanti.texts.words import word
from tuanti.web.doing import Way, fetched
from tuanti.web.templatetags.tuanti import spoken, square_metres

_BALLOTS = (*permissions.TYPE, *permissions.CONFIRM, *permissions.RUN)


def poll_new(request: Request, consultation_id: int) -> HttpResponse:
    """Show the roll as it would be fixed, with every fault; fix it and open the vote."""
    here = seen(request, consultation_id, *commands.OPENERS)
    now = timezone.now()
    form = PollForm(request.POST or None)
    wide = request.method == "POST" and "with_estate" in request.POST
    draft = rolls.drafted(here, with_estate=wide, on=timezone.localdate(now))
    form.offer([(rule.key, _rule(rule)) for rule in draft.rules])
    form.fields["last_on"].initial = timezone.localdate(now) + draft.least
    if request.method == "POST" and form.is_valid():
        try:
            commands.fix_roll_and_open(
                consultation_id=here.pk,
                **form.period(now),
                with_estate=form.cleaned_data["with_estate"],
                wins=form.cleaned_data["wins"],
                counted_by=form.cleaned_data.get("counted_by", ""),
                by=request.actor,
                now=now,
            )
        except RuleBroken as refusal:
            form.refuse(in_words(refusal))
        else:
            return redirect(address("poll", here.pk))
    title = said("poll_form.title")
    context = {
        "title": title,
        "trail": trail_of(here, (title, "")),
        "form": form,
        "cancel": address("consultation", here.pk),
        "draft": draft,
        "least": said("poll_form.least", days=draft.least.days),
        "least_law": shown.article(draft.terms["least"].law),
        "matters": [*_matters(draft)],
        "faults": [*_faults(draft)],
        "rows": [*_rows(draft)],
        "plan": here.plan,
        "figures": _figures(draft),
    }
    return render(request, "consent/polls/new.html", context)


def poll(request: Request, consultation_id: int) -> HttpResponse:
    """Show the latest vote of a consultation: as far as one may see while it runs, then whole."""
    here = seen(request, consultation_id)
    found = known.poll_of(here)
    if found is None:
        raise Http404
    numbers = here.polls.order_by("number").values_list("number", flat=True)
    if (asked := request.GET.get("n", "")).isdigit() and int(asked) in numbers:
        found = here.polls.get(number=int(asked))
    found.consultation = here
    view = shown.seen(found, known.visible(found, request.actor))
    title = said("poll.title", n=found.number)
    context = {
        "title": title,
        "trail": trail_of(here, (title, "")),
        "poll": found,
        "state": _state(found),
        "visible": view.visible,
        "matters": [*shown.matters(view)],
        **shown.house(view),
        "silent": shown.still_silent(view) if found.closed_at is None else [],
        "needed": [*shown.still_needed_shown(view)] if found.closed_at else [],
        "clashes": shown.clashes(view),
        "waiting": len(view.found.waiting),
        "terms": [*shown.terms(found)],
        "period": [*shown.period(found)],
        "ways": [*_ways(request.actor, found)],
        "others": [number for number in numbers if number != found.number],
        "fault": _ledger_fault(found),
    }
    return render(request, "consent/polls/one.html", context)


def poll_close(request: Request, poll_id: int) -> HttpResponse:
    """Count a vote that is over."""
    here = fetched(known.polls_for(request.actor), poll_id)
    return carried_out(
        request,
        lambda: commands.close_poll(poll_id=here.pk, by=request.actor, now=timezone.now()),
        address("poll", here.consultation_id),
    )


def served(request: Request, poll_id: int, flat_id: int) -> HttpResponse:
    """Write down that a flat was handed its ballot."""
    here = fetched(known.polls_for(request.actor), poll_id)
    return carried_out(
        request,
        lambda: commands.mark_served(
            poll_id=here.pk, flat_id=flat_id, by=request.actor, now=timezone.now()
        ),
        address("ballots", here.consultation_id),
    )


def _state(one: Poll) -> dict[str, str]:
    if one.closed_at:
        name, state = ("passed", "ok") if one.passed else ("failed", "no")
    elif one.consultation.state != "open":
        name, state = "withdrawn", "info"
    elif timezone.now() < one.opens_at:
        name, state = "ahead", "wait"
    else:
        over = timezone.now() >= one.closes_at
        name, state = ("counting", "wait") if over else ("open", "info")
    return {"state": state, "text": said(f"states.{name}"), "name": name}


def _ways(actor: Actor, one: Poll) -> Iterator[Way]:
    here = one.consultation
    open_ = one.closed_at is None and here.state == "open"
    if open_ and permissions.may(actor, _BALLOTS, here, allow_resident=False):
        yield Way(address("ballots", here.pk), said("ways.ballots"), "paper", main=True)
    if open_ and permissions.may(actor, permissions.TYPE, here, allow_resident=False):
        yield Way(address("proxies", one.pk), said("ways.proxies"), "people")
    over = timezone.now() >= one.closes_at + commands.UNDER_WAY
    if open_ and over and permissions.may(actor, permissions.RUN, here, allow_resident=False):
        yield Way(address("poll-close", one.pk), said("ways.close"), "check", main=True, post=True)


def _ledger_fault(one: Poll) -> str:
    fault = known.fault_of(one)
    return shown.fault_said(fault.code, fault.facts) if fault else ""


def _matters(draft: Draft) -> Iterator[dict[str, str]]:
    for one in draft.matters:
        yield {
            "name": word(f"consent.matters.{one['matter']}", spoken()),
            "scope": word(f"consent.scopes.{one['scope']}", spoken()),
            "law": shown.article(str(one["law"])),
        }


def _rule(rule: Rule) -> str:
    """Say what a rule asks for and where it is written."""
    return f"{rule.title[spoken()]} · {shown.article(rule.id)}"


def _faults(draft: Draft) -> Iterator[dict[str, str]]:
    for one in draft.faults:
        row = one.facts.get("row")
        yield {
            "text": shown.fault_said(one.code, one.facts),
            "url": reverse("places:flat", args=[row]) if row else "",
        }


def _rows(draft: Draft) -> Iterator[dict[str, object]]:
    """List the roll as it would be fixed: the stairwell's own flats first."""
    flats = sorted(draft.roll.flats, key=lambda flat: flat.id not in draft.own)
    for flat in flats:
        row = draft.rows[flat.id]
        yield {
            "number": row.number,
            "place": "" if flat.id in draft.own else f"{flat.building} {flat.stairwell}",
            "floor": row.floor,
            "area": square_metres(flat.area_dm2),
            "owners": len(flat.owners),
            "tenure": word(f"places.tenures.{flat.tenure}", spoken()),
            "occupied": flat.occupied,
        }


def _figures(draft: Draft) -> list[dict[str, object]]:
    flats = draft.roll.flats
    owners = {owner.id for flat in flats for owner in flat.owners}
    area = square_metres(sum(flat.area_dm2 for flat in flats))
    return [
        {"label": said("figures.flats"), "value": len(draft.rows)},
        {"label": said("figures.owners"), "value": len(owners)},
        {"label": said("figures.area"), "value": area, "unit": "m²"},
    ]
