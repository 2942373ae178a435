"""How the pages before the vote show a form and carry out an act: translate in, one command."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tuanti.consent.models import Consultation
from tuanti.consent.queries import story
from tuanti.people.http import Request
from tuanti.places.naming import whole_name
from tuanti.rules.errors import RuleBroken
from tuanti.rules.stages import MoveRefused
from tuanti.texts.words import say, word
from tuanti.web.doing import Trail, fetched
from tuanti.web.forms import Form
from tuanti.web.templatetags.tuanti import spoken
from tuanti.web.views import refused


def said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    """Say a sentence of this book in the language of the page."""
    return say(f"consultation.{path}", spoken(), **facts)


def seen(request: Request, consultation_id: int, *duties: str) -> Consultation:
    """Fetch a consultation in the actor's reach, in one of ``duties`` if any is named.

    :raises Http404: there is none.
    """
    return fetched(story.consultations_for(request.actor, *duties), consultation_id)


def name_of(consultation: Consultation) -> str:
    """Name the stairwell of a consultation with all it stands in."""
    return whole_name(consultation.stairwell, spoken())


def address(name: str, *args: object) -> str:
    """Tell the address of a page of this room."""
    return reverse(f"consent:{name}", args=args)


def trail_of(consultation: Consultation, *more: tuple[str, str]) -> Trail:
    """List the ways up from a page of a consultation; the page itself is the last of ``more``."""
    return [
        (said("title"), address("consultations")),
        (name_of(consultation), address("consultation", consultation.pk) if more else ""),
        *more,
    ]


def in_words(refusal: RuleBroken) -> RuleBroken:
    """Call the states and acts in a refusal as people call them."""
    if not isinstance(refusal, MoveRefused):
        return refusal
    facts = dict(refusal.facts)
    book = f"processes.{facts['process']}"
    acts = str(facts["possible"] or "").split(", ")
    named = [word(f"{book}.acts.{act}", spoken()) for act in acts if act]
    return MoveRefused(
        process=word(f"{book}.title", spoken()),
        state=word(f"{book}.states.{facts['state']}", spoken()),
        act=word(f"{book}.acts.{facts['act']}", spoken()),
        possible=("、" if spoken() == "zh" else ", ").join(named) or None,
    )


def form_page(
    request: Request,
    form: Form,
    *,
    title: str,
    consultation: Consultation,
    do: Callable[[], object],
    to: str = "",
    lead: str = "",
    submit: str = "web.form.save",
    kind: str = "main",
    up: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Show a form; when it comes back right, do what it says and go on to ``to``."""
    back = to or address("consultation", consultation.pk)
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except RuleBroken as refusal:
            form.refuse(in_words(refusal), str(refusal.facts.get("field", "")) or None)
        else:
            messages.success(request, said("done"))
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "trail": trail_of(consultation, *up, (title, "")),
        "lead": lead,
        "submit": submit,
        "kind": kind,
        "cancel": back,
    }
    return render(request, "consent/story/form.html", context)


def carried_out(request: Request, do: Callable[[], object], to: str) -> HttpResponse:
    """Do what a button says, and go on; or show why not."""
    try:
        do()
    except RuleBroken as refusal:
        return refused(request, in_words(refusal))
    messages.success(request, said("done"))
    return redirect(to)


def fact(label: str, value: object, **more: object) -> dict[str, object]:
    """Make a line of a list of facts; ``label`` is a path of this book."""
    return {"label": said(label), "value": value, **more}
