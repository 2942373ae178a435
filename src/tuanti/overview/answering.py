"""Answering for one's own home: to the community's question, and in the vote.

Every answer has the same look until one is chosen, and none is chosen beforehand.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.urls import reverse

from tuanti.consent.queries import polls
from tuanti.overview.case import Case
from tuanti.overview.course import moment_said, said
from tuanti.texts.words import word
from tuanti.web.templatetags.tuanti import spoken

Own: TypeAlias = dict[int, polls.BallotLine]  # by flat, the reader's own

_CANVASS = ("yes", "no", "talk")
_BALLOT = ("yes", "no", "abstain")


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked, and the answers: value, word, and whether it is the one given."""

    legend: str
    name: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Answering:
    """A form that answers for one flat; ``fields`` are sent along unseen.

    ``note`` tells what was said before and until when it may be changed.
    """

    url: str
    fields: dict[str, str]
    matters: tuple[Matter, ...]
    legend: str
    note: str


@dataclass(frozen=True, slots=True)
class Given:
    """A ballot the reader gave, or that was entered for them: how it stands, and its receipt.

    ``dispute_url`` is there while one may still say that it is not one's own.
    """

    number: str
    answers: tuple[tuple[str, str], ...]
    at: str
    state: str
    sign: str
    code: str
    receipt_url: str
    check_url: str
    dispute_url: str


def answerings(case: Case, own: Own) -> Iterator[Answering]:
    """Make the forms of the reader's homes: while all are asked, and while the vote is open."""
    if case.state == "canvassing":
        for flat in case.reader.flats:
            yield _canvass(case, flat, case.canvassed.get(flat.pk))
    elif case.open:
        roll = {one.flat_id: one for one in case.poll.roll.filter(flat__in=case.reader.homes)}
        for flat in case.reader.flats:
            if flat.pk in roll and (matters := polls.asked_of(case.poll, roll[flat.pk])):
                yield _ballot(case, flat, matters, own.get(flat.pk))


def given(case: Case, own: Own) -> Iterator[Given]:
    """Show what the reader has said in the vote, home by home."""
    for flat in case.reader.flats:
        if flat.pk in own:
            yield _given(case, flat, own[flat.pk])


def own_ballots(case: Case) -> Own:
    """Find, by flat, the reader's own latest ballot that counts, or waits for somebody."""
    if case.counted is None:
        return {}
    states = {one.record.seq: one.state for one in case.counted.standings}
    rows = polls.records_for(case.reader.actor).filter(poll=case.poll, kind="ballot")
    owner = str(case.reader.actor.owner)
    return {
        row.roll_flat.flat_id: polls.BallotLine(row, states[row.seq], 0)
        for row in rows.order_by("seq")
        if row.roll_flat and row.body["owner"] == owner and states.get(row.seq) in polls.SAID
    }


def _canvass(case: Case, flat: Any, last: Any) -> Answering:  # noqa: ANN401 (rows)
    answer = last.answer if last else ""
    options = tuple((one, said(f"canvass.{one}"), one == answer) for one in _CANVASS)
    told = said("canvass.given", answer=said(f"canvass.{answer}")) if answer else ""
    return Answering(
        url=reverse("consent:canvass"),
        fields={"flat": str(flat.pk), "next": here(case)},
        matters=(Matter("", "answer", options),),
        legend=said("answering.home", number=flat.number),
        note=told or said("canvass.ask"),
    )


def _ballot(
    case: Case,
    flat: Any,  # noqa: ANN401 (a row of places)
    matters: tuple[str, ...],
    line: polls.BallotLine | None,
) -> Answering:
    answers = line.row.body["answers"] if line else {}
    if not answers:
        note = said("ballot.ask")
    elif len(matters) == 1:
        note = said("ballot.given", answer=_stand(answers[matters[0]]))
    else:
        note = said("ballot.given_all")
    return Answering(
        url=reverse("consent:cast", args=[case.poll.pk]),
        fields={"client_id": str(uuid.uuid4()), "flat": str(flat.pk)},
        matters=tuple(_matter(one, answers.get(one, "")) for one in matters),
        legend=said("answering.home", number=flat.number),
        note=note,
    )


def _matter(name: str, answer: str) -> Matter:
    options = tuple((one, _stand(one), one == answer) for one in _BALLOT)
    return Matter(word(f"consent.matters.{name}", spoken()), f"answer_{name}", options)


def _stand(answer: str) -> str:
    return said(f"ballot.{answer}")


def _given(case: Case, flat: Any, line: polls.BallotLine) -> Given:  # noqa: ANN401 (a row)
    row, mine = line.row, line.row.by == case.reader.actor.id
    code = polls.receipt_of(row).code
    return Given(
        number=flat.number,
        answers=tuple(
            (word(f"consent.matters.{name}", spoken()), _stand(answer))
            for name, answer in row.body["answers"].items()
        ),
        at=moment_said(row.received_at),
        state=said(f"ballot.states.{line.state}"),
        sign="ok" if line.state == "counts" else "wait",
        code=code,
        receipt_url=reverse("consent:receipt", args=[code]),
        check_url=reverse("consent:check", args=[code]),
        dispute_url=""
        if mine or not case.open or line.state == "disputed"
        else reverse("consent:dispute", args=[row.pk]),
    )


def here(case: Case) -> str:
    """The address of the page itself."""
    return reverse("overview:stairwell", args=[case.reader.stairwell.code])
