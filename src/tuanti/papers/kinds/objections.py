"""The objection log (异议登记表): what was raised against a notice, and what came of it."""

from tuanti.papers.blocks import Block, Column, Kept, Pairs, Paper, Signing, Table, Text
from tuanti.papers.facts import Objection, Objections, Step
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice
from tuanti.rules.deadlines import day_of

_SPARE = 6  # empty rows to be filled in by hand


def paper(facts: Objections, voice: Voice) -> Paper:
    """Put an objection log together; without objections there are rows to fill in."""
    blocks = (_particulars(facts, voice), *_log(facts, voice), _signing(voice))
    title = (facts.head.place, voice("objections.title"))
    return parts.paper(voice, facts.head, "objections", blocks, title=title, points=12, wide=True)


def _particulars(facts: Objections, voice: Voice) -> Pairs:
    first, last = voice.day(facts.from_on), voice.day(facts.last_on)
    said = {
        "period": voice("objections.period_said", first=first, last=last, n=facts.number),
        "effect": voice.law([facts.law]),
    }
    return Pairs(tuple((voice(f"objections.{name}"), value) for name, value in said.items()))


def _log(facts: Objections, voice: Voice) -> list[Block]:
    on = voice.day(facts.head.on)
    if not facts.objections:
        said = voice("objections.none", day=on)
        empty = ((" ",) * 7,) * _SPARE
        return [Text(said, "strong"), Table(_head(voice), empty, tall=True)]
    named = sum(one.counts for one in facts.objections)
    still = sum(one.state == "open" for one in facts.objections)
    said = voice("objections.count", day=on, n=len(facts.objections), named=named, open=still)
    rows = tuple(_row(one, voice) for one in facts.objections)
    return [Text(said, "strong"), Table(_head(voice), rows)]


def _head(voice: Voice) -> tuple[Column, ...]:
    named = (("raised", 3), ("who", 2), ("form", 2), ("text", 7), ("steps", 8), ("outcome", 6))
    return (
        *parts.columns(voice, ("number", 0), centre=("number",)),
        *(Column(voice(f"objections.{name}"), width=width) for name, width in named),
    )


def _row(one: Objection, voice: Voice) -> tuple[str, ...]:
    return (
        str(one.number),
        voice.day(day_of(one.at)),
        voice("between").join(filter(None, (one.flat, one.owner))),
        voice(f"objections.{'named' if one.counts else 'unnamed'}"),
        one.text,
        "\n".join(_step(step, voice) for step in one.steps),
        _outcome(one, voice),
    )


def _step(step: Step, voice: Voice) -> str:
    outcome = voice(f"objections.steps_{step.outcome}")
    on = voice.day(day_of(step.at))
    return voice("objections.step", day=on, text=step.text, outcome=outcome)


def _outcome(one: Objection, voice: Voice) -> str:
    state = voice(f"objections.states_{one.state}")
    if one.settled_on is None:
        return state
    on = voice.day(one.settled_on)
    if not one.outcome:
        return voice("objections.closed", state=state, day=on)
    return voice("objections.settled", state=state, day=on, outcome=one.outcome)


def _signing(voice: Voice) -> Kept:
    labels = (voice("objections.recorder"), voice("objections.mediator"))
    return Kept((Signing(labels, voice("sign_day")), Text(voice("unverified"), "note")))
