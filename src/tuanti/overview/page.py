"""A stairwell's page, put together: what is shown to whom at which stage."""

from typing import Any

from tuanti.consent.queries import notices, story
from tuanti.overview import money, offers, votes
from tuanti.overview.case import Case, course_at
from tuanti.overview.course import Course, said
from tuanti.overview.records import events_of
from tuanti.places.naming import division_called, whole_name
from tuanti.web.templatetags.tuanti import spoken

_COUNTED = ("open", "closed", "passed", "on-notice", "objected", "failed")
_SIGNED = ("on-notice", "agreed", "mandated")
_LATEST = 5  # of the record, shown at once
_WITH_COUNTS = ("wished", "canvassing", "draft", "open", "signing", "agreed")


def head_of(case: Case) -> dict[str, Any]:
    """What anyone with the code may know: the name, the stage, the clock."""
    stairwell = case.reader.stairwell
    return {"name": whole_name(stairwell, spoken()), "course": course_at(case)}


def page_of(case: Case) -> dict[str, Any]:
    """All that a neighbour sees, or an office that serves the place."""
    head = head_of(case)
    ended = head["course"].name in ("failed", "withdrawn")
    return {
        **head,
        **_going(case, head["course"]),
        "reason": case.consultation.reason if ended else "",
        "count": len(case.flats),
        "place": _place(case),
        "counts": _counts(case),
        "answered": len(case.answered),
        "silent": len(case.flats) - len(case.answered),
        "house": _house(case),
        **money.shown(case),
        **offers.shown(case),
        **_record(case),
    }


def _going(case: Case, course: Course) -> dict[str, str]:
    """What goes on, what the reader can do, what comes next."""
    facts = {}
    if course.name in _WITH_COUNTS:
        facts["n"] = _done(case, course)
        if course.name != "draft":
            facts["all"] = _whole(case, course)
    return {
        "now": said(f"course.{course.name}.now", **facts),
        "you": said(f"course.{course.name}.you"),
        "then": said(f"course.{course.name}.then"),
    }


def _done(case: Case, course: Course) -> int:
    match course.name:
        case "wished":
            return story.wishes_of(case.consultation).count()
        case "draft":
            return len(case.plans)
        case "signing":
            return _whole(case, course) - len(notices.unsigned(case.agreement))
        case "agreed" if case.agreement:
            return _whole(case, course) - len(notices.unmandated(case.agreement, case.today))
    return len(case.answered)


def _whole(case: Case, course: Course) -> int:
    if course.name in ("signing", "agreed") and case.agreement:
        return len(case.agreement.facts["parties"])
    return len(case.flats)


def _place(case: Case) -> str:
    estate, lang = case.reader.stairwell.building.estate, spoken()
    parts = (estate.street, estate.community)
    named = [division_called(part.name, lang) for part in parts if part]
    return "".join(named) if lang == "zh" else ", ".join(reversed(named))


def _counts(case: Case) -> tuple[votes.Count, ...]:
    if not case.begun or not case.visible or case.state not in _COUNTED:
        return ()
    return votes.counts_of(case.tallies, case.spoken, whole=case.visible in ("totals", "names"))


def _house(case: Case) -> dict[str, Any] | None:
    signing = case.agreement is not None and case.state in _SIGNED
    if case.state == "canvassing":
        name, tiles = "asked", votes.told_tiles(case.flats, case.answered)
    elif signing:
        name, tiles = _signing(case)
    elif not case.begun or not case.visible or case.state not in _COUNTED:
        return None
    elif case.visible == "names":
        name, tiles = "after", votes.named_tiles(case.flats, _stands(case))
    else:
        name = "open" if case.state == "open" else "after"
        tiles = votes.answered_tiles(case.flats, case.answered)
    drawn = votes.house_of(case.reader.stairwell, case.flats, tiles, case.reader.homes)
    return {
        "title": said(f"house.{name}_title"),
        "text": said(f"house.{name}_text"),
        **drawn,
    }


def _signing(case: Case) -> tuple[str, dict[int, tuple[str, str]]]:
    """Who has signed the agreement; once it is signed, who has given the mandate."""
    parties = [party["flat"] for party in case.agreement.facts["parties"]]
    if case.state == "on-notice":
        name, lacking = "signed", notices.unsigned(case.agreement)
    else:
        name, lacking = "mandated", notices.unmandated(case.agreement, case.today)
    open_ = {party["flat"] for party in lacking}
    return name, votes.signed_tiles(case.flats, parties, open_, name)


def _stands(case: Case) -> dict[int, str]:
    """What each flat said on the lift itself."""
    tally, *_ = case.tallies
    return {int(flat): vote.stand for vote in tally.votes for flat in vote.flats}


def _record(case: Case) -> dict[str, Any]:
    if case.consultation is None:
        return {}
    told = events_of(case.consultation)
    return {"events": told[:_LATEST], "earlier": told[_LATEST:]}
