"""A consultation's page: how far it is, what comes next, who wishes, what people said."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from tuanti.consent import permissions
from tuanti.consent.models import Canvass, Consultation, Plan
from tuanti.consent.queries import plans, story
from tuanti.consent.views.story_doing import address, fact, name_of, said, seen, trail_of
from tuanti.consent.views.story_lists import state_of
from tuanti.journal.naming import Doers, act
from tuanti.journal.queries import history_of
from tuanti.people.actors import Actor
from tuanti.people.http import Request
from tuanti.people.queries import organisations
from tuanti.people.vault import masked_name
from tuanti.places.naming import called
from tuanti.places.queries.roll import floors_of
from tuanti.places.queries.tree import place_name
from tuanti.rules.eligibility import Finding, Reason
from tuanti.rules.processes import CONSULTATION
from tuanti.texts import sentence
from tuanti.texts.words import WordMissing, say, word
from tuanti.web.doing import Way
from tuanti.web.templatetags.layout import percent
from tuanti.web.templatetags.tuanti import day, moment, spoken, yuan

_HISTORY = 30
_SIGNS = {"yes": "ok", "no": "no", "talk": "warn", "none": "wait"}
_VERDICTS = {"met": "ok", "failed": "no", "needed": "wait", "note": "info"}
_FINDINGS = {True: ("ok", "eligible"), False: ("no", "not-eligible"), None: ("wait", "open")}
# The steps of the bar, and the states in which each is the one under way.
_STEPS: Mapping[str, tuple[str, ...]] = {
    "wish": ("wished",),
    "canvass": ("canvassing",),
    "plan": ("draft",),
    "vote": ("open", "closed", "failed"),
    "notice": ("passed", "on-notice", "objected"),
    "agreement": ("agreed",),
    "mandate": ("mandated",),
}
# What is done next in a state elsewhere, and by whom: the names of addresses.
_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "draft": ("poll-new",),
    "open": ("poll", "ballots"),
    "closed": ("poll",),
    "failed": ("poll", "reopen"),
    "passed": ("notice-new", "poll"),
    "on-notice": ("notice", "agreement-new"),
    "objected": ("objections", "notice"),
    "agreed": ("agreement",),
    "mandated": ("agreement",),
}
_ICONS = {"papers": "print", "doors": "list", "contacts": "journal"}
_BESIDE = ("papers", "doors", "contacts")  # pages of its own that are there at any time
_DOERS: Mapping[str, tuple[str, ...]] = {
    "poll-new": (*permissions.KEEP_ROLL, "street-officer"),
    "poll": permissions.SEE,
    "ballots": (*permissions.TYPE, *permissions.CONFIRM),
    "reopen": permissions.RUN,
    "notice-new": permissions.RUN,
    "notice": permissions.SEE,
    "agreement-new": permissions.ANSWER,
    "papers": permissions.SEE,
    "doors": (*permissions.TYPE, *permissions.MEDIATE, "owners-representative"),
    "contacts": (*permissions.TYPE, *permissions.MEDIATE, "owners-representative"),
}


def consultation(request: Request, consultation_id: int) -> HttpResponse:
    """Show a consultation."""
    here = seen(request, consultation_id)
    runs = permissions.may(request.actor, permissions.RUN, here)
    knows = permissions.may(request.actor, permissions.KNOW, here)
    context = {
        "title": name_of(here),
        "trail": trail_of(here),
        "here": here,
        "state": state_of(here),
        "steps": [*_steps(here)],
        "facts": [*_facts(here)],
        "next": said(f"next.{here.state}"),
        "acts": [*_acts(request.actor, here)],
        "ways": [*_ways(request.actor, here)],
        "runs": runs,
        "knows": knows,
        "finding": found(story.eligibility_of(here)),
        **_said_there(here, request.actor, runs=runs, knows=knows),
    }
    return render(request, "consent/story/one.html", context)


def found(finding: Finding) -> dict[str, Any]:
    """Show whether a lift may be added, with every reason."""
    state, name = _FINDINGS[finding.eligible]
    return {
        "state": state,
        "text": say(f"eligibility.findings.{name}", spoken()),
        "needed": "、".join(_needed(one) for one in finding.needed),
        "reasons": [
            {
                "state": _VERDICTS[one.verdict],
                "verdict": say(f"places.verdicts.{one.verdict}", spoken()),
                "sentence": _reason(one),
                "law_ids": one.law_ids,
            }
            for one in finding.reasons
        ],
    }


def elevation(
    here: Consultation, tile: Callable[[Any], dict[str, object]]
) -> dict[str, list[dict[str, object]]]:
    """Give the elevation its rows, flat by flat; flats of unknown floor stand apart."""
    flats = list(here.stairwell.flats.all())
    floors = floors_of(here.stairwell, flats)
    rows = [
        {"floor": floor, "flats": [tile(one) for one in some]}
        for floor, some in floors
        if floor is not None
    ]
    lost = [tile(one) for floor, some in floors if floor is None for one in some]
    return {"rows": rows if flats else [], "floorless": lost}


def _said_there(here: Consultation, actor: Actor, *, runs: bool, knows: bool) -> dict[str, Any]:
    """Collect what is known of people and said by them, as far as the actor may see it."""
    questions = here.questions.select_related("flat")
    by = Doers()
    return {
        **_canvass(here, runs=runs, knows=knows),
        "wishes": [_wish(one, here) for one in story.wishes_of(here)] if knows else [],
        "group": [_seat(one) for one in story.group_of(here)] if knows else [],
        "plans": [_plan(one, here) for one in plans.plans_of(here)],
        "meetings": here.meetings.all() if knows else [],
        "questions": [_question(one, actor, here, by) for one in questions] if knows else [],
        "statements": here.statements.all(),
        "invitations": [*_invitations(here)] if runs else [],
        "history": [*_history(here)],
    }


def _canvass(here: Consultation, *, runs: bool, knows: bool) -> dict[str, Any]:
    answers = story.latest_answers(here)
    counts = story.answer_counts(here)
    begun = here.state != CONSULTATION.start and bool(answers or here.state == "canvassing")
    asks = runs and here.state in story.ASKING

    def tile(flat: Any) -> dict[str, object]:  # noqa: ANN401 (a row of places)
        heard = answers.get(flat.pk)
        name = heard.answer if heard else "none"
        return {
            "label": flat.number,
            "state": _SIGNS[name],
            "text": word(f"consultation.answers.{name}", spoken()),
            "url": address("canvass-flat", here.pk, flat.pk) if asks else "",
        }

    return {
        "canvass": begun,
        "legend": [
            {
                "state": _SIGNS[name],
                "text": word(f"consultation.answers.{name}", spoken()),
                "count": n,
            }
            for name, n in counts.items()
        ],
        **(elevation(here, tile) if knows else {}),
        "notes": [_note(one) for one in answers.values() if one.note] if runs else [],
    }


def _note(heard: Canvass) -> dict[str, object]:
    return {"label": heard.flat.number, "state": _SIGNS[heard.answer], "text": heard.note}


def _steps(here: Consultation) -> Iterator[dict[str, str]]:
    at = next((at for at, states in enumerate(_STEPS.values()) if here.state in states), -1)
    for place, name in enumerate(_STEPS):
        state = "now" if place == at else "done" if place < at else "next"
        yield {"text": said(f"steps.{name}"), "state": state}


def _facts(here: Consultation) -> Iterator[dict[str, object]]:
    state = state_of(here)
    yield fact("facts.state", state.text, state=state.state)
    yield fact("facts.since", moment(here.moved_at))
    wishing, flats = story.wishes_of(here).count(), here.stairwell.flats.count()
    part = percent(10_000 * wishing // flats) if flats else "—"
    yield fact("facts.wishing", said("facts.of", n=wishing, all=flats), note=part)
    least, most = story.group_bounds(here)
    members = story.group_of(here).count()
    complete = members >= least
    need = said("facts.group_need", least=least, most=most or "—")
    yield fact(
        "facts.group",
        said("facts.people", n=members),
        state="ok" if complete else "wait",
        note=need,
    )
    if here.plan_id and here.plan:
        yield fact("facts.plan", here.plan.name, url=address("plan", here.plan_id))
    if here.reason:
        yield fact("facts.reason", here.reason)


def _acts(actor: Actor, here: Consultation) -> Iterator[Way]:
    """Offer what comes next: what begins a step is done at once, what needs facts has a page."""
    if permissions.may(actor, permissions.RUN, here):
        yield from _running_acts(here)
    names = _ELSEWHERE.get(here.state, ())
    ready = here.state != "draft" or here.plan_id is not None
    for at, name in enumerate(names if ready else ()):
        yield from _elsewhere(name, actor, here, main=at == 0)


def _running_acts(here: Consultation) -> Iterator[Way]:
    if here.state == "wished":
        begin = address("begin-canvass", here.pk)
        yield Way(begin, said("acts.canvass"), "talk", main=True, post=True)
    if here.state in ("wished", "canvassing"):
        begin = address("begin-planning", here.pk)
        main = here.state == "canvassing"
        yield Way(begin, said("acts.plan"), "list", main=main, post=True)
    if here.state == "draft":
        main = not here.plan_id
        yield Way(address("plan-new", here.pk), said("acts.draw"), "plus", main=main)


def _elsewhere(name: str, actor: Actor, here: Consultation, *, main: bool = False) -> Iterator[Way]:
    """Lead to a page of another part of the story, whoever may open it."""
    if permissions.may(actor, _DOERS.get(name, permissions.KNOW), here):
        icon = _ICONS.get(name, "check")
        yield Way(address(name, here.pk), said(f"elsewhere.{name}"), icon, main=main)


def _ways(actor: Actor, here: Consultation) -> Iterator[Way]:
    """Offer what may be done beside it."""
    for name in _BESIDE if here.state not in ("wished", *story.OVER) else ():
        yield from _elsewhere(name, actor, here)
    may = {
        duties: permissions.may(actor, duties, here)
        for duties in (permissions.RUN, permissions.ANSWER, permissions.SAY)
    }
    live = here.state not in story.OVER
    offered = (
        (may[permissions.RUN] and here.state in story.WISHING, "wish-new", "plus"),
        (may[permissions.RUN] and live, "representative-new", "people"),
        (may[permissions.ANSWER] and live, "meeting-new", "paper"),
        (may[permissions.RUN] and live, "question-new", "talk"),
        (may[permissions.SAY] and live, "statement-new", "edit"),
        (may[permissions.RUN] and live, "invite", "firm"),
    )
    for allowed, name, icon in offered:
        if allowed:
            pk = here.stairwell_id if name == "wish-new" else here.pk
            yield Way(address(name, pk), said(f"ways.{name}"), icon)


def _wish(one: Any, here: Consultation) -> dict[str, object]:  # noqa: ANN401 (a row of ours)
    how = "wish.on_behalf" if one.on_behalf else "wish.own"
    open_ = here.state in story.WISHING
    return {
        "flat": called(one.flat, spoken()),
        "note": said(how, at=moment(one.at)),
        "undo": address("wish-undo", here.pk, one.flat_id) if open_ else "",
    }


def _seat(one: Any) -> dict[str, object]:  # noqa: ANN401 (as above)
    flats = one.owner.ownerships.select_related("flat").filter(
        flat__stairwell=one.consultation.stairwell_id
    )
    return {
        "name": masked_name(one.owner.name),
        "flats": "、".join(held.flat.number for held in flats),
        "since": day(one.elected_on),
        "end": address("representative-end", one.pk),
    }


def _plan(plan: Plan, here: Consultation) -> dict[str, object]:
    return {
        "plan": plan,
        "url": address("plan", plan.pk),
        "chosen": plan.pk == here.plan_id,
        "entry": word(f"consultation.entries.{plan.entry}", spoken()),
        "total": yuan(plan.total_fen),
        "net": yuan(plan.total_fen - plan.subsidy_fen),
    }


def _question(
    one: Any,  # noqa: ANN401 (a row of ours)
    actor: Actor,
    here: Consultation,
    by: Doers,
) -> dict[str, object]:
    may = permissions.may(actor, permissions.ANSWER, here)
    return {
        "flat": one.flat.number,
        "at": one.at,
        "text": one.text,
        "answer": one.answer,
        "answered_at": one.answered_at,
        "answered_by": by(one.answered_by) if one.answered_by else "",
        "url": address("question-answer", one.pk) if may and not one.answered_at else "",
    }


def _invitations(here: Consultation) -> Iterator[dict[str, str]]:
    rows = here.invitations.filter(ended_at=None)
    names = dict(
        organisations().filter(pk__in=rows.values("organisation")).values_list("pk", "name")
    )
    for one in rows:
        yield {
            "name": names.get(one.organisation, one.organisation),
            "since": day(one.at.date()),
            "end": address("invitation-end", here.pk, one.organisation),
        }


def _history(here: Consultation) -> Iterable[dict[str, object]]:
    by = Doers()
    entries = history_of("consultation", here.pk).order_by("-id")[:_HISTORY]
    return ({"at": one.at, "act": act(one.act), "by": by(one.by)} for one in entries)


def _reason(one: Reason) -> str:
    facts = dict(one.facts)
    if place := facts.get("place"):
        facts["place"] = place_name(str(place), spoken())
    return sentence(one.code, spoken(), **facts)


def _needed(name: str) -> str:
    try:
        return say(f"eligibility.needs.{name}", spoken())
    except WordMissing:  # a condition of the city's own pack, named by itself
        return name
