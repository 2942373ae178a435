"""Ballots on paper: typed one after the other by their codes, confirmed by a second person."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.commands import ballots as commands
from tuanti.consent.forms_polls import CodeForm, OriginalForm, PaperForm, ProxyForm, RefuseForm
from tuanti.consent.forms_story import paper_in
from tuanti.consent.models import Poll, Proxy, Record, RollFlat
from tuanti.consent.queries import polls as known
from tuanti.consent.queries.polls import BallotLine
from tuanti.consent.views import polls_shown as shown
from tuanti.consent.views.polls_shown import said
from tuanti.consent.views.story_doing import address, carried_out, form_page, seen, trail_of
from tuanti.people.actors import Actor
from tuanti.people.http import Request
from tuanti.places import evidence
from tuanti.places.filing import Paper
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import word
from tuanti.web.doing import fetched
from tuanti.web.templatetags.tuanti import moment, spoken

_HANDS = (*permissions.TYPE, *permissions.CONFIRM, *permissions.MEDIATE)
_STATES = {"unconfirmed": "wait", "unsigned": "wait", "disputed": "warn"}


def ballots(request: Request, consultation_id: int) -> HttpResponse:
    """Take ballot forms by their codes, one after the other; list what waits for a second person.

    The code of a form (scanned or typed) leads to the flat's ballot.
    """
    here = seen(request, consultation_id, *_HANDS, *permissions.RUN)
    poll = _open(here)
    types = permissions.may(request.actor, permissions.TYPE, here, allow_resident=False)
    form = CodeForm({"code": request.GET["code"]} if "code" in request.GET else None)
    if types and form.is_bound and form.is_valid():
        try:
            flat = known.flat_with(poll, form.cleaned_data["code"])
        except RuleBroken as refusal:
            form.refuse(refusal, "code")
        else:
            return redirect(address("ballot-new", poll.pk, flat.flat_id))
    title = said("ballots.title")
    up = said("poll.title", n=poll.number), address("poll", here.pk)
    answered = known.answered(poll)
    flats = [_flat(one, poll, answered) for one in known.flats_of(poll) if one.own]
    context = {
        "title": title,
        "trail": trail_of(here, up, (title, "")),
        "form": form,
        "types": types,
        "flats": sorted(flats, key=lambda one: (-one["floor"], one["number"])),
        "waiting": [_waits(one) for one in known.waiting(poll)],
        "closes": moment(poll.closes_at),
    }
    return render(request, "consent/polls/ballots.html", context)


def ballot_new(request: Request, poll_id: int, flat_id: int) -> HttpResponse:
    """Type a flat's ballot from paper, with its photo."""
    poll = _poll(request, poll_id, *permissions.TYPE)
    flat = fetched(known.flats_of(poll), _row(poll, flat_id))
    form = PaperForm(request.POST or None, request.FILES or None)
    form.ask(known.asked_of(poll, flat), _owners(flat), [*_proxies(poll, flat)])

    def do() -> Record:
        return commands.enter_paper_ballot(
            poll_id=poll.pk,
            client_id=form.cleaned_data["client_id"],
            flat_id=flat_id,
            owner_id=int(form.cleaned_data["owner"]),
            answers=form.answers,
            paper=_paper(form.cleaned_data["paper"]),
            proxy_id=form.proxy_id,
            origin=request.build_absolute_uri("/").rstrip("/"),
            **_by(request),
        )

    return form_page(
        request,
        form,
        title=said("paper_form.title", flat=flat.number),
        consultation=poll.consultation,
        do=do,
        to=address("ballots", poll.consultation_id),
        lead=said("paper_form.lead"),
        submit="polls.paper_form.send",
        up=[(said("ballots.title"), address("ballots", poll.consultation_id))],
    )


def ballot(request: Request, record_id: int) -> HttpResponse:
    """Show a ballot to who may confirm, refuse or uphold it: its photo beside what it says."""
    row = _ballot(request, record_id)
    here = row.poll.consultation
    state = known.state_of(row)
    title = said("ballot.title", n=row.seq)
    may = permissions.may(request.actor, commands.UPHOLD, here, allow_resident=False)
    confirms = permissions.may(request.actor, permissions.CONFIRM, here, allow_resident=False)
    live = row.poll.closed_at is None
    context = {
        "title": title,
        "trail": trail_of(here, (said("ballots.title"), address("ballots", here.pk)), (title, "")),
        "row": row,
        "state": {"state": _STATES.get(state, "info"), "text": said(f"standing.{state}")},
        "standing": state,
        "facts": [*_facts(row)],
        "picture": row.paper is not None and row.paper.kind != "application/pdf",
        "refuse": RefuseForm() if may and live and state in known.SAID - {"counts"} else None,
        "original": OriginalForm() if confirms and live and state == "unsigned" else None,
        "may_confirm": confirms and live and state == "unconfirmed",
        "may_uphold": may and live and state == "disputed",
        "own": row.by == request.actor.id,
    }
    return render(request, "consent/polls/ballot.html", context)


def ballot_paper(request: Request, record_id: int) -> HttpResponse:
    """Hand over the photo of a ballot."""
    row = _ballot(request, record_id)
    if row.paper is None:
        raise Http404
    try:
        content = evidence.read(row.paper.path)
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=row.paper.kind)
    answer["Content-Disposition"] = f'inline; filename="{row.paper.digest[:12]}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def ballot_confirm(request: Request, record_id: int) -> HttpResponse:
    """Confirm a ballot, with its signed original where one is needed."""
    row = _ballot(request, record_id)
    paper = paper_in(request.FILES.get("paper"))
    return _judged(
        request, row, lambda: commands.confirm_ballot(record_id=row.pk, paper=paper, **_by(request))
    )


def ballot_refuse(request: Request, record_id: int) -> HttpResponse:
    """Refuse a ballot."""
    row = _ballot(request, record_id)
    reason = request.POST.get("reason", "")
    return _judged(
        request,
        row,
        lambda: commands.refuse_ballot(record_id=row.pk, reason=reason, **_by(request)),
    )


def ballot_uphold(request: Request, record_id: int) -> HttpResponse:
    """Uphold a disputed ballot."""
    row = _ballot(request, record_id)
    return _judged(request, row, lambda: commands.uphold_ballot(record_id=row.pk, **_by(request)))


def proxies(request: Request, poll_id: int) -> HttpResponse:
    """List who may vote for whom; enter another."""
    poll = _poll(request, poll_id, *permissions.TYPE)
    form = ProxyForm(request.POST or None, request.FILES or None)
    form.offer([*_every_owner(poll)])
    if request.method == "POST" and form.is_valid():
        try:
            commands.name_proxy(
                poll_id=poll.pk,
                owner_id=int(form.cleaned_data["owner"].partition(":")[2]),
                facts=form.facts,
                paper=_paper(form.cleaned_data["paper"]),
                **_by(request),
            )
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, said("proxies.done"))
            return redirect(address("proxies", poll.pk))
    title = said("proxies.title")
    names = dict(_every_owner(poll))
    context = {
        "title": title,
        "trail": trail_of(
            poll.consultation,
            (said("poll.title", n=poll.number), address("poll", poll.consultation_id)),
            (title, ""),
        ),
        "form": form,
        "proxies": [_proxy(one, names) for one in poll.proxies.order_by("pk")],
        "live": poll.closed_at is None,
    }
    return render(request, "consent/polls/proxies.html", context)


def proxy_revoke(request: Request, proxy_id: int) -> HttpResponse:
    """End a proxy: whoever types, or the owner who named it."""
    rows = Proxy.objects.filter(poll__in=known.polls_for(request.actor).values("pk"))
    if request.actor.kind == "resident":
        rows = rows.filter(owner=request.actor.owner)
    proxy = fetched(rows, proxy_id)
    return carried_out(
        request,
        lambda: commands.revoke_proxy(proxy_id=proxy.pk, **_by(request)),
        _home(request.actor, proxy),
    )


def _home(actor: Actor, proxy: Proxy) -> str:
    if actor.kind == "resident":
        return f"/b/{proxy.poll.consultation.stairwell.code}"
    return address("proxies", proxy.poll_id)


def _open(here: Any) -> Poll:  # noqa: ANN401 (a consultation)
    poll = known.poll_of(here)
    if poll is None:
        raise Http404
    poll.consultation = here
    return poll


def _poll(request: Request, poll_id: int, *duties: str) -> Poll:
    poll = fetched(known.polls_for(request.actor), poll_id)
    if not permissions.may(request.actor, duties, poll.consultation, allow_resident=False):
        raise Http404
    return poll


def _ballot(request: Request, record_id: int) -> Record:
    """Fetch a ballot for those with a hand in it; one by phone only where it waits for somebody.

    :raises Http404: there is none, or what it says is nobody's business here.
    """
    row = fetched(known.records_for(request.actor).filter(kind="ballot"), record_id)
    here = row.poll.consultation
    if not permissions.may(request.actor, _HANDS, here, allow_resident=False):
        raise Http404
    if row.body["way"] != "paper" and known.state_of(row) not in _STATES:
        raise Http404
    return row


def _judged(request: Request, row: Record, do: Callable[[], object]) -> HttpResponse:
    return carried_out(request, do, address("ballots", row.poll.consultation_id))


def _row(poll: Poll, flat_id: int) -> int:
    return poll.roll.filter(flat=flat_id).values_list("pk", flat=True).first() or 0


def _owners(flat: RollFlat) -> list[tuple[str, str]]:
    return [(str(one.owner_id), shown.owner_name(one.name)) for one in flat.owners.all()]


def _proxies(poll: Poll, flat: RollFlat) -> Iterator[tuple[str, str]]:
    owners = dict(_owners(flat))
    for one in poll.proxies.filter(owner__in=[int(owner) for owner in owners]):
        if known.in_force(one, timezone.localdate()):
            yield (
                str(one.pk),
                said("proxies.of", holder=one.holder, owner=owners[str(one.owner_id)]),
            )


def _every_owner(poll: Poll) -> Iterator[tuple[str, str]]:
    """Offer every owner of the stairwell by flat; the number keeps two of one name apart."""
    for flat in known.flats_of(poll):
        for owner in flat.owners.all():
            name = shown.owner_name(owner.name)
            yield f"{flat.flat_id}:{owner.owner_id}", f"{flat.number} {name}"


def _proxy(one: Proxy, names: dict[str, str]) -> dict[str, Any]:
    owners = [text for key, text in names.items() if key.endswith(f":{one.owner_id}")]
    held = known.in_force(one, timezone.localdate())
    return {
        "owner": "、".join(owners),
        "holder": one.holder,
        "capacity": word(f"polls.capacities.{one.capacity}", spoken()),
        "from_on": one.from_on,
        "until_on": one.until_on,
        "state": "ok" if held else "no",
        "text": said("proxies.holds" if held else "proxies.over"),
        "revoke": address("proxy-revoke", one.pk) if held else "",
    }


def _flat(one: RollFlat, poll: Poll, answered: set[int]) -> dict[str, Any]:
    told = one.flat_id in answered
    return {
        "number": one.number,
        "floor": one.floor or 0,
        "state": "ok" if told else "wait",
        "text": said("tile.said" if told else "tile.silent"),
        "url": address("ballot-new", poll.pk, one.flat_id),
        "code": known.ballot_code(one),
        "served": one.served_at,
        "serve": address("served", poll.pk, one.flat_id),
    }


def _waits(one: BallotLine) -> dict[str, Any]:
    return {
        "number": one.row.roll_flat.number if one.row.roll_flat else "",
        "seq": one.row.seq,
        "at": one.row.received_at,
        "state": _STATES[one.state],
        "text": said(f"standing.{one.state}"),
        "url": address("ballot", one.row.pk),
    }


def _facts(row: Record) -> Iterator[dict[str, object]]:
    flat = row.roll_flat
    assert flat
    owner = flat.owners.filter(owner=int(row.body["owner"])).first()
    yield {"label": said("ballot.flat"), "value": flat.number}
    yield {"label": said("ballot.owner"), "value": shown.owner_name(owner.name if owner else "")}
    if proxy := row.body.get("proxy"):
        named = Proxy.objects.filter(pk=int(proxy)).first()
        yield {"label": said("ballot.proxy"), "value": named.holder if named else ""}
    for matter, answer in row.body["answers"].items():
        name = word(f"consent.matters.{matter}", spoken())
        yield {"label": name, "value": word(f"consent.stands.{answer}", spoken())}
    yield {"label": said("ballot.way"), "value": said(f"ways_of.{row.body['way']}")}
    yield {"label": said("ballot.received"), "value": moment(row.received_at)}


def _paper(upload: Any) -> Paper:  # noqa: ANN401 (a file of a form that needs one)
    paper = paper_in(upload)
    assert paper
    return paper


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "now": timezone.now()}
