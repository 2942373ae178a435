"""The procurement mandate (委托采购授权书) of one flat."""

from tuanti.papers.blocks import Block, Heading, Kept, Pairs, Paper, Signing, Text
from tuanti.papers.facts import Mandate
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice

_CLAUSES = ("ceiling", "above", "leave", "expiry", "money", "told")


def paper(facts: Mandate, voice: Voice) -> Paper:
    """Put a mandate together."""
    terms = voice.lines("mandate.clauses", _CLAUSES)
    blocks: tuple[Block, ...] = (
        Text(voice("mandate.lead", place=facts.head.place)),
        _particulars(facts, voice),
        Heading(voice("mandate.terms")),
        *(Text(voice("item", n=n, text=line), "item") for n, line in enumerate(terms, 1)),
        *_agreement(facts, voice),
        _signing(facts, voice),
    )
    title = (facts.head.place, voice("mandate.title"))
    code = parts.checked(voice, facts.head, how="check_short")
    return parts.paper(voice, facts.head, "mandate", blocks, title=title, corner=code)


def _particulars(facts: Mandate, voice: Voice) -> Pairs:
    bought = voice(
        "mandate.lift_said", profile=parts.profile(voice, facts.lift), stops=facts.lift.stops
    )
    fen = facts.ceiling_fen
    said = {
        "flat": facts.home.flat,
        "owners": voice.listed(facts.home.owners),
        "buyer": voice.listed([facts.buyer]),
        "lift": bought,
        "ceiling": voice.listed([]) if fen is None else voice.sum(fen),
        "expires": voice.day(facts.expires_on),
    }
    return Pairs(tuple((voice(f"mandate.{name}"), value) for name, value in said.items()))


def _agreement(facts: Mandate, voice: Voice) -> list[Text]:
    if not facts.agreement:
        return []
    return [Text(voice("mandate.agreement", code=facts.agreement), "plain")]


def _signing(facts: Mandate, voice: Voice) -> Kept:
    owners = [voice("ballot.owner_named", name=name) for name in facts.home.owners]
    labels = (*(owners or [voice("ballot.owner")]), voice("ballot.proxy"))
    return Kept(
        (
            Text(voice("ballot.all_sign"), "plain"),
            Signing(labels, voice("sign_day")),
        )
    )
