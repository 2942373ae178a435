"""The door list (上门名单): who has not answered, by floor, with room to write."""

from tuanti.papers.blocks import Block, Column, Kept, Paper, Signing, Table, Text
from tuanti.papers.facts import Door, Doors
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice

_FIRST = "★"
_BOX = "□"


def paper(facts: Doors, voice: Voice) -> Paper:
    """Put a door list together, from the top floor down as people walk it."""
    blocks = (*_state(facts, voice), *_list(facts, voice), Text(voice("doors.private"), "note"))
    title = (facts.head.place, voice("doors.title"))
    return parts.paper(voice, facts.head, "doors", blocks, title=title, wide=True, points=13)


def _state(facts: Doors, voice: Voice) -> list[Text]:
    left = facts.flats - facts.answered
    purpose = voice(f"doors.purposes.{facts.purpose}")
    said = [voice("doors.state", purpose=purpose, done=facts.answered, left=left, all=facts.flats)]
    if facts.closes_at:
        said.append(voice("doors.closes", closes=voice.until(facts.closes_at)))
    if facts.need_persons or facts.need_area_dm2:
        area = voice.area(facts.need_area_dm2)
        said.append(voice("doors.need", persons=facts.need_persons, area=area))
    if any(door.first for door in facts.doors):
        said.append(voice("doors.first"))
    return [Text(line, "plain") for line in said]


def _list(facts: Doors, voice: Voice) -> list[Block]:
    if not facts.doors:
        return [Text(voice("doors.all_in"), "strong")]
    walked = sorted(facts.doors, key=lambda door: (-(door.floor or 0), door.flat))
    starred = any(door.first for door in walked)
    columns = _head(voice)[not starred :]
    rows = tuple(_row(door, voice)[not starred :] for door in walked)
    worker = Signing((voice("doors.worker"),), voice("sign_day"))
    table = Table(columns, rows, tall=True, boxes=(5 + starred,))
    return [table, Kept((worker,))]


def _head(voice: Voice) -> tuple[Column, ...]:
    named = (("flat", 2), ("owner", 3), ("last", 5), ("visited", 3))
    return (
        Column(_FIRST, "centre"),
        Column(voice("columns.floor")),
        *(Column(voice(f"doors.{name}"), width=width) for name, width in named),
        Column(voice("doors.met"), "centre"),
        Column(voice("doors.result"), width=6),
    )


def _row(door: Door, voice: Voice) -> tuple[str, ...]:
    last = f"{voice.day(door.last_on)} " if door.last_on else ""
    last += voice(f"doors.results.{door.last}") if door.last else ""
    return (
        _FIRST if door.first else "",
        parts.floor(voice, door.floor),
        door.flat,
        door.owner,
        last,
        "",
        _BOX,
        door.note,
    )
