"""How this room's pages show a form and carry out an act: translate in, one command, go on."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tuanti.people.http import Request
from tuanti.places.models import Building, Estate, Flat, Stairwell
from tuanti.places.naming import called, division_called, whole_name
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import say
from tuanti.web.doing import Trail
from tuanti.web.forms import Form
from tuanti.web.templatetags.tuanti import spoken
from tuanti.web.views import refused

Place: TypeAlias = Estate | Building | Stairwell | Flat


def said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    """Say a sentence of this room in the language of the page."""
    return say(f"places.{path}", spoken(), **facts)


def trail_of(thing: Place, *, whole: bool = False) -> Trail:
    """List the ways up from a thing, itself last; ``whole`` makes that one a way too."""
    steps: list[tuple[str, str]] = [(said("estates.title"), reverse("places:estates"))]
    chain: list[Place] = []
    above: Place | None = thing
    while above is not None:
        chain.insert(0, above)
        above = _above(above)
    steps += [(own_name(one), _address(one)) for one in chain]
    return steps if whole else [*steps[:-1], (steps[-1][0], "")]


def name_of(thing: Place) -> str:
    """Name a thing with what it stands in, in the language of the page."""
    return whole_name(thing, spoken())


def own_name(thing: Place) -> str:
    """Name a thing by itself, in the language of the page."""
    return called(thing, spoken())


def named(division: str) -> str:
    """Call a division in the language of the page; ``division`` is its Chinese name."""
    return division_called(division, spoken())


def in_chinese(name: str) -> str:
    """Give the Chinese name that stands beside an English one; "" on a Chinese page."""
    return name if spoken() == "en" else ""


def form_page(
    request: Request,
    form: Form,
    *,
    title: str,
    trail: Trail,
    do: Callable[[], Any],
    to: Callable[[Any], str],
    lead: str = "",
    submit: str = "web.form.save",
    done: str = "done.saved",
) -> HttpResponse:
    """Show a form; when it comes back right, do what it says and go where ``to`` leads."""
    if request.method == "POST" and form.is_valid():
        try:
            result = do()
        except RuleBroken as refusal:
            form.refuse(refusal, str(refusal.facts.get("field", "")) or None)
        else:
            messages.success(request, said(done))
            return redirect(to(result))
    back = next((url for _, url in reversed(trail) if url), "")
    context = {
        "form": form,
        "title": title,
        "trail": [*trail, (title, "")],
        "lead": lead,
        "submit": submit,
        "cancel": back,
    }
    return render(request, "places/form.html", context)


def carried_out(
    request: Request, do: Callable[[], object], to: str, done: str = "done.saved"
) -> HttpResponse:
    """Do what a button says, and go on; or show why not."""
    try:
        do()
    except RuleBroken as refusal:
        return refused(request, refusal)
    messages.success(request, said(done))
    return redirect(to)


def fact(label: str, value: object, **more: object) -> dict[str, object]:
    """Make a line of a list of facts; ``label`` is a path of this room's words."""
    return {"label": said(label), "value": value, **more}


def figures(pairs: Sequence[tuple[str, int]]) -> list[dict[str, object]]:
    """Make the band of figures."""
    return [{"label": said(path), "value": f"{count:,}"} for path, count in pairs]


def known(value: bool | None) -> str:  # noqa: FBT001 (a value, not a switch)
    """Say yes, no or unknown."""
    return said("unknown" if value is None else "answers.yes" if value else "answers.no")


def _above(thing: Place) -> Place | None:
    match thing:
        case Flat():
            return thing.stairwell
        case Stairwell():
            return thing.building
        case Building():
            return thing.estate
    return None


def _address(thing: Place) -> str:
    return reverse(f"places:{thing._meta.model_name}", args=[thing.pk])
