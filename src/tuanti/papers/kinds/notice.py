"""The public notice (公示): what will be built, how the owners voted, how to object."""

from tuanti.papers.blocks import Block, Heading, Kept, Paper, Text
from tuanti.papers.facts import Notice
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice


def paper(facts: Notice, voice: Voice) -> Paper:
    """Put a notice together."""
    title = [facts.head.place, voice("notice.title")]
    if facts.number > 1:
        title.append(voice("notice.again", n=facts.number))
    blocks = (
        Text(voice("notice.greeting"), "plain"),
        Text(voice("notice.lead", place=facts.head.place)),
        *_period(facts, voice),
        Heading(voice.section(2, "notice.plan")),
        parts.particulars(voice, facts.lift),
        *_result(facts, voice),
        Heading(voice.section(4, "notice.shares")),
        Text(voice("notice.shares_lead")),
        parts.shares(voice, facts.homes),
        *_objecting(facts, voice),
    )
    return parts.paper(voice, facts.head, "notice", blocks, title=title, points=15, least=14)


def _period(facts: Notice, voice: Voice) -> list[Block]:
    first, last = voice.day(facts.from_on), voice.day(facts.last_on)
    return [
        Heading(voice.section(1, "notice.period")),
        Text(voice(f"notice.{facts.unit}", first=first, last=last, n=facts.length), "strong"),
        Text(voice("notice.reckoned"), "note"),
        Text(voice("law", law=voice.law([facts.law])), "note"),
    ]


def _result(facts: Notice, voice: Voice) -> list[Block]:
    voted = voice(
        "notice.voted", opens=voice.moment(facts.opens_at), closes=voice.until(facts.closes_at)
    )
    return [
        Heading(voice.section(3, "notice.result")),
        Text(voted),
        *(block for count in facts.counts for block in parts.counted(voice, count)),
        Text(voice("counts.rounding"), "note"),
    ]


def _objecting(facts: Notice, voice: Voice) -> list[Block]:
    head = facts.head
    how = voice("notice.object_how", last=voice.day(facts.last_on), body=head.body)
    said = [Text(voice("phone", phone=head.phone), "strong")] if head.phone else []
    law = [facts.law, facts.objection_law]
    return [
        Heading(voice.section(5, "notice.objecting")),
        Text(how),
        Text(voice("notice.object_counts")),
        *said,
        Text(voice("law", law=voice.law(law)), "note"),
        Text(voice("unverified"), "note"),
        Kept(
            (
                parts.checked(voice, head),
                Text(voice("notice.kept"), "plain"),
                *parts.sealed(voice, head),
            )
        ),
    ]
