"""What the living page of parts is filled with: invented, and every part in each of its states."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.template.loader import get_template

from tuanti.texts.words import say, word
from tuanti.web.forms import Form, chosen
from tuanti.web.listing import Column, Filter, Listing, Rows, State
from tuanti.web.templatetags.tuanti import spoken

STATES = ("ok", "wait", "warn", "no", "info")
_FLOORS = 7
_FLATS_OF_CROWD = 6
_LINES = 120
_SILENT = frozenset({"602", "201"})
_DOUBTFUL = frozenset({"102"})
_MINE = "501"


class Sample(Form):
    """Every kind of field."""

    words = "web.components.form"

    name = forms.CharField(max_length=20)
    phone = forms.CharField(min_length=11)
    area = forms.DecimalField(required=False, max_value=500)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField()
    answer = forms.ChoiceField(widget=forms.RadioSelect)
    duties = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    note = forms.CharField(widget=forms.Textarea, required=False)
    photo = forms.FileField(required=False)
    agreed = forms.BooleanField()

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        for name, empty in (("kind", "web.form.choose"), ("answer", ""), ("duties", "")):
            choices = chosen("web.components.states", STATES, empty)
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # all three have them


def parts_of(request: HttpRequest) -> dict[str, Any]:
    """Give the living page all it shows."""
    return {
        "states": [{"state": state, "text": _say(f"states.{state}")} for state in STATES],
        "figures": [*_figures()],
        "steps": [*_steps()],
        "rows": [*_house()],
        "crowd": [*_crowd()],
        "legend": [*_legend()],
        "facts": [*_facts()],
        "form": Sample(),
        "faulty": Sample({"name": "", "phone": "139", "area": "600"}, auto_id="faulty_%s"),
        "listing": _listing(request),
        "nothing": _say("nothing"),
        "icons": drawn(),
    }


def drawn() -> list[str]:
    """Name every sign there is to draw."""
    return re.findall(r'id="i-([a-z]+)"', get_template("web/icons.html").render())


def _say(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    return say(f"web.components.{path}", spoken(), **facts)


def _figures() -> Iterator[dict[str, object]]:
    for name, value, good in (("lifts", "412", 0), ("bids", "5", 0), ("saved", "1,164", 1)):
        figure = {part: _say(f"figures.{name}_{part}") for part in ("label", "unit", "note")}
        yield {**figure, "value": value, "good": good}


def _steps() -> Iterator[dict[str, str]]:
    names = ("wish", "talk", "pool", "buy", "build")
    states = ("done", "done", "now", "next", "next")
    days = ("10-26", "11-14", "", "", "")
    for name, state, on in zip(names, states, days, strict=True):
        yield {"text": word(f"web.home.stages.{name}", spoken()), "state": state, "on": on}


def _house() -> Iterator[dict[str, object]]:
    for floor in range(_FLOORS, 0, -1):
        labels = [f"{floor}01", f"{floor}02"]
        yield {"floor": floor, "flats": [_flat(label) for label in labels]}


def _crowd() -> Iterator[dict[str, object]]:
    for floor in (12, 11, -1):
        labels = [f"{floor}{at:02d}" for at in range(1, _FLATS_OF_CROWD + 1)]
        yield {"floor": floor, "flats": [_flat(label) for label in labels]}


def _flat(label: str) -> dict[str, object]:
    state = "wait" if label in _SILENT else "warn" if label in _DOUBTFUL else "ok"
    mine = label == _MINE
    text = _say("mine") if mine else _say(f"answers.{state}")
    return {"label": label, "state": state, "text": text, "mine": mine, "url": "#elevation"}


def _legend() -> Iterator[dict[str, object]]:
    for state, count in (("ok", 11), ("wait", 2), ("warn", 1)):
        yield {"state": state, "text": _say(f"answers.{state}"), "count": count}


def _facts() -> Iterator[dict[str, str]]:
    yield {"label": _say("facts.code"), "value": "7K3M9Q2XD"}
    yield {"label": _say("facts.storeys"), "value": "7"}
    yield {"label": _say("facts.answer"), "value": _say("states.ok"), "state": "ok"}
    yield {"label": _say("facts.gap"), "value": ""}


def _listing(request: HttpRequest) -> Listing:
    lines = [
        SimpleNamespace(name=f"{at // 10 + 1}-{at % 10 + 1}", at=at, state=STATES[at % 5])
        for at in range(_LINES)
    ]
    columns = [
        Column("name", "web.components.listing.name", sort="name", url=lambda _: "#listing"),
        Column("flats", "web.components.listing.flats", "number", "at", lambda line: 14 + line.at),
        Column("state", "web.components.listing.state", "state", value=_state_of),
    ]
    choices = chosen("web.components.states", STATES)
    return Listing(
        request,
        lines,
        columns,
        search=_named,
        filters=[Filter("state", "web.components.listing.state", choices, _in_state)],
        per_page=10,
        title=_say("parts.listing"),
    )


def _state_of(line: Any) -> State:  # noqa: ANN401 (a row)
    return State(line.state, _say(f"states.{line.state}"))


def _named(rows: Rows, query: str) -> Rows:
    return [line for line in rows if query in line.name]


def _in_state(rows: Rows, state: str) -> Rows:
    return [line for line in rows if line.state == state]
