"""The ballot form (表决票): one flat, one page, three boxes that look alike."""

from tuanti.papers.blocks import Block, Code, Column, Kept, Pairs, Paper, Signing, Table, Text
from tuanti.papers.facts import Ballot
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice

_CHOICES = ("yes", "no", "abstain")
_BOX = "□"


def paper(facts: Ballot, voice: Voice) -> Paper:
    """Put a ballot form together."""
    title = [facts.head.place, voice("ballot.title")]
    if facts.number > 1:
        title.append(voice("ballot.again", n=facts.number))
    blocks = (
        _flat(facts, voice),
        Text(voice("ballot.plan"), "strong"),
        parts.brief(voice, facts.lift),
        Text(voice("ballot.vote"), "strong"),
        _boxes(facts, voice),
        *_how(facts, voice),
        _signing(facts, voice),
    )
    code = _code(facts, voice)
    return parts.paper(voice, facts.head, "ballot", blocks, title=title, corner=code, points=12)


def _code(facts: Ballot, voice: Voice) -> Code:
    head = facts.head
    lines = (voice("ballot.check", code=head.code), voice("ballot.check_how"))
    return Code(head.address, lines, voice("ballot.check_picture", code=head.code))


def _flat(facts: Ballot, voice: Voice) -> Pairs:
    home = facts.home
    share = home.share_fen
    said = {
        "flat": home.flat,
        "area": voice("metres", area=voice.area(home.area_dm2)),
        "owners": voice.listed(home.owners),
        "share": voice("sum", sum=voice.yuan(share)) if share else voice("ballot.share_none"),
    }
    return Pairs(tuple((voice(f"ballot.{name}"), value) for name, value in said.items()), across=2)


def _boxes(facts: Ballot, voice: Voice) -> Table:
    """Draw the boxes; no answer stands out."""
    head = [Column(voice("columns.matter"), "left", 11)]
    head += [Column(voice(f"answers.{choice}"), "centre", 2) for choice in _CHOICES]
    rows = tuple(
        (_matter(voice, name, scope), *([_BOX] * len(_CHOICES))) for name, scope, _ in facts.matters
    )
    return Table(tuple(head), rows, boxes=(1, 2, 3))


def _matter(voice: Voice, name: str, scope: str) -> str:
    scoped = voice.word(f"consent.scopes.{scope}")
    return voice("counts.matter", matter=voice(f"matters.{name}"), scope=scoped)


def _how(facts: Ballot, voice: Voice) -> list[Block]:
    opens, closes = voice.moment(facts.opens_at), voice.until(facts.closes_at)
    lines = [
        voice("ballot.how"),
        voice("ballot.open", opens=opens, closes=closes),
        voice(f"ballot.{'either' if facts.electronic else 'hand_in'}", body=facts.head.body),
    ]
    law = voice.law(law for *_, law in facts.matters)
    return [
        *(Text(voice("item", n=n, text=line), "item") for n, line in enumerate(lines, 1)),
        Text(voice("law", law=law), "note"),
    ]


def _signing(facts: Ballot, voice: Voice) -> Kept:
    owners = [voice("ballot.owner_named", name=name) for name in facts.home.owners]
    labels = (*(owners or [voice("ballot.owner")]), voice("ballot.proxy"))
    office = tuple(
        voice(f"ballot.{who}") for who in ("delivered", "received", "typed", "confirmed")
    )
    return Kept(
        (
            Text(voice("ballot.all_sign"), "plain"),
            Signing(labels, voice("sign_day")),
            Text(voice("ballot.office"), "note"),
            Signing(office, across=len(office)),
        )
    )
