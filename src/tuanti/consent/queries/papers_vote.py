"""Papers of the vote and its notice: ballots, tally, summary, notice, objections, doors."""

from collections.abc import Iterable, Mapping
from typing import Any

from tuanti.consent.models import Consultation, Poll, RollFlat
from tuanti.consent.queries import desk, notices, polls, story
from tuanti.consent.queries.papers_told import (
    Money,
    Printing,
    count_of,
    head_of,
    lift_of,
    money_of,
    roll_home,
    shown_name,
)
from tuanti.papers import facts as of
from tuanti.people.actors import Actor
from tuanti.places.codes import shown_code
from tuanti.rules import law
from tuanti.rules.deadlines import day_of

Made = Iterable[tuple[int, of.Facts]]  # each with the row it is about, 0 if the stairwell


def notices_posted(here: Consultation, printing: Printing) -> Made:
    """Make the notice that was posted last, from what was frozen."""
    row = notices.notice_of(here)
    if row is None:
        return
    rule = law.packaged().rule(row.law)
    objecting = law.packaged().on(row.from_on, rule.place).get("notice/objection")
    poll = row.poll
    shares = tuple(
        of.Home(one["number"], one["floor"], share_fen=one["fen"]) for one in row.facts["shares"]
    )
    head = head_of(here, printing, shown_code(row.code), f"/v/{row.code}", row.from_on)
    yield (
        0,
        of.Notice(
            head=head,
            number=row.number,
            from_on=row.from_on,
            last_on=row.last_on,
            length=rule.value,
            unit=rule.unit,  # type: ignore[arg-type]  # days or working-days, as the packs' tests hold
            law=row.law,
            objection_law=objecting.id if objecting else "",
            lift=lift_of(poll.plan, printing.lang),
            counts=_counts(row.facts.get("result")),
            homes=shares,
            opens_at=poll.opens_at,
            closes_at=poll.closes_at,
            digest=row.digest,
        ),
    )


def ballots(here: Consultation, printing: Printing) -> Made:
    """Make a ballot form for each flat of the roll, while the vote is open."""
    poll = polls.poll_of(here)
    if poll is None or poll.closed_at or here.state != "open":
        return
    money, lift = money_of(poll.plan), lift_of(poll.plan, printing.lang)
    laws = {one["matter"]: (one["scope"], one["law"]) for one in poll.matters}
    for row in polls.flats_of(poll):
        code = polls.ballot_code(row)
        asked = tuple((name, *laws[name]) for name in polls.asked_of(poll, row))
        yield (
            row.flat_id,
            of.Ballot(
                head=head_of(here, printing, code, f"/p/{code}"),
                number=poll.number,
                lift=lift,
                home=roll_home(row, money, printing.lang, _roll_names(row, printing.by)),
                matters=asked,
                opens_at=poll.opens_at,
                closes_at=poll.closes_at,
                electronic=bool(poll.terms["electronic"]["value"]),
            ),
        )


def tallies(here: Consultation, printing: Printing) -> Made:
    """Make the tally report of a vote that was counted; flat by flat only for who may see that."""
    poll = closed(here)
    if poll is None or poll.result is None:
        return
    named = polls.visible(poll, printing.by) == "names"
    homes = _counted_homes(poll, printing) if named else ()
    voters = _counts(poll.result)
    yield (
        0,
        of.Tally(
            head=head_of(here, printing, shown_code(poll.code)),
            number=poll.number,
            opens_at=poll.opens_at,
            closes_at=poll.closes_at,
            closed_at=poll.closed_at,
            flats=poll.roll.count(),
            answered=len(polls.answered(poll)),
            counts=voters,
            homes=homes,
            records=poll.seq,
            chain=poll.head,
            law=_terms(poll),
        ),
    )


def summaries(here: Consultation, printing: Printing) -> Made:
    """Sum up the vote once it is counted; before there is one, what people said when asked."""
    poll = closed(here)
    if poll is not None:
        homes = _counted_homes(poll, printing)
        number, plan = poll.number, poll.plan
    elif here.plan is not None:
        homes, number, plan = _canvassed(here, printing), 1, here.plan
    else:
        return
    head = head_of(here, printing)
    yield 0, of.Summary(head, number, lift_of(plan, printing.lang), homes)


def objections(here: Consultation, printing: Printing) -> Made:
    """Make the log of objections to the notice that was posted last."""
    row = notices.notice_of(here)
    if row is None:
        return
    rows = row.objections.select_related("flat", "owner").order_by("id")
    rule = story.law_of(here, row.from_on).get("notice/objection")
    yield (
        0,
        of.Objections(
            head=head_of(here, printing, shown_code(row.code), f"/v/{row.code}"),
            number=row.number,
            from_on=row.from_on,
            last_on=row.last_on,
            law=rule.id if rule else row.law,
            objections=tuple(_objection(n, one) for n, one in enumerate(rows, 1)),
        ),
    )


def doors(here: Consultation, printing: Printing) -> Made:
    """Make the list of doors to knock at."""
    found = desk.doors_of(here, printing.by, printing.now)
    if not found.purpose:
        return
    yield (
        0,
        of.Doors(
            head=head_of(here, printing),
            purpose=found.purpose,
            closes_at=found.closes_at,
            flats=found.flats,
            answered=found.answered,
            doors=tuple(_door(one) for one in found.doors),
            need_area_dm2=found.need_area_dm2,
            need_persons=found.need_persons,
        ),
    )


def closed(here: Consultation) -> Poll | None:
    """Find the latest vote, if it has been counted."""
    poll = polls.poll_of(here)
    return poll if poll and poll.closed_at and poll.result else None


def _counts(result: Mapping[str, Any] | None) -> tuple[of.Count, ...]:
    return tuple(count_of(one) for one in (result or {}).get("tallies", ()))


def _terms(poll: Poll) -> tuple[str, ...]:
    laws = (one["law"] for one in poll.terms.values() if isinstance(one, Mapping))
    return tuple(dict.fromkeys(one for one in laws if one))


def _roll_names(row: RollFlat, by: Actor) -> tuple[str, ...]:
    return tuple(shown_name(one.owner_id, one.name, by) for one in row.owners.all())


def _counted_homes(poll: Poll, printing: Printing) -> tuple[of.Home, ...]:
    """Tell how each flat of the stairwell voted on the first matter, and how that counts."""
    roll = polls.roll_of(poll)
    counted = polls.counted_of(poll, roll)
    votes = {
        flat: (vote.stand, vote.reasons)
        for vote in polls.tallied(poll, roll, counted)[0].votes
        for flat in vote.flats
    }
    ways = {
        one.record.flat: one.record.body["way"]
        for one in counted.standings
        if one.state == "counts"
    }
    money = Money({}, {}, {})
    homes = []
    for row in polls.flats_of(poll).filter(own=True).order_by("floor", "number"):
        home = roll_home(row, money, printing.lang, _roll_names(row, printing.by))
        stand, reasons = votes.get(str(row.flat_id), ("silent", ()))
        way = ways.get(str(row.flat_id), "")
        homes.append(_said(home, stand, reasons, "paper" if way == "paper" else way and "phone"))
    return tuple(homes)


def _said(home: of.Home, stand: Any, reasons: tuple[str, ...], way: Any) -> of.Home:  # noqa: ANN401 (words of lists)
    return of.Home(
        home.flat, home.floor, home.area_dm2, home.owners, answer=stand, reasons=reasons, way=way
    )


def _canvassed(here: Consultation, printing: Printing) -> tuple[of.Home, ...]:
    said = story.latest_answers(here)
    rows = here.stairwell.flats.prefetch_related("ownerships__owner").order_by("floor", "number")
    return tuple(
        of.Home(
            row.number,
            row.floor,
            row.area_dm2,
            tuple(
                shown_name(one.owner_id, one.owner.name, printing.by)
                for one in row.ownerships.all()
            ),
            answer=said[row.pk].answer if row.pk in said else "silent",  # type: ignore[arg-type]  # the database checks it
        )
        for row in rows
    )


def _objection(number: int, one: Any) -> of.Objection:  # noqa: ANN401 (as above)
    void = notices.void_reason(one)
    named = void not in (notices.UNNAMED, notices.UNWRITTEN)
    return of.Objection(
        number=number,
        at=one.raised_at,
        flat=one.flat.number,
        owner=one.owner.name if one.owner else "",
        text=one.text,
        counts=named,
        state=one.state,
        outcome=one.outcome.partition("\n")[2] if void else one.outcome,
        settled_on=day_of(one.settled_at) if one.settled_at else None,
        steps=tuple(
            of.Step(step.held_at, step.text, step.outcome) for step in one.mediations.all()
        ),
    )


def _door(one: desk.Door) -> of.Door:
    return of.Door(
        flat=one.number,
        floor=one.floor,
        owner="、".join(one.owners),
        area_dm2=one.area_dm2,
        last_on=day_of(one.last.at) if one.last else None,
        last=one.last.result if one.last else "",
        first=one.first,
        note=one.last.note if one.last else "",
    )
