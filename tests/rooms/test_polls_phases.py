"""Phases and roles: before, while and after the vote, each may do exactly what they may."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.places_cast import STREET, load_tree, someone
from tests.polls_cast import (
    CLOSES,
    CONFIRMER,
    DURING,
    KEEPER,
    NOW,
    OFFICER,
    OVER,
    SCAN,
    STRANGER,
    TYPIST,
    WORKER,
    House,
    found_house,
    opened,
)
from tests.polls_cast import typed as enter
from tuanti.consent.commands import ballots, polls
from tuanti.consent.commands.ballots import ProxyFacts
from tuanti.consent.models import Poll, Record
from tuanti.consent.queries import polls as known
from tuanti.people.actors import CLOCK, NOBODY, Actor
from tuanti.rules.errors import RuleBroken

pytestmark = pytest.mark.django_db
MEDIATOR = someone("mediator", STREET, "冯调解")
CITY = someone("city-officer", "chongqing", "何处长")
AUDITOR = someone("auditor", "chongqing", "许审计")
HIGH_NOON = CLOSES + timedelta(seconds=30)  # over, and not counted yet

ROLES: dict[str, Actor] = {
    "keeper": KEEPER,
    "officer": OFFICER,
    "worker": WORKER,
    "typist": TYPIST,
    "confirmer": CONFIRMER,
    "mediator": MEDIATOR,
    "city": CITY,
    "auditor": AUDITOR,
    "stranger": STRANGER,
    "nobody": NOBODY,
    "clock": CLOCK,
}
RESIDENTS = ("owner", "neighbour", "outsider")
PHASES = {"draft": NOW, "open": DURING, "over": HIGH_NOON, "counted": OVER}

# Who may do what, and in which phases; everybody else and every other phase is refused.
MAY: dict[str, tuple[set[str], set[str]]] = {
    "open": ({"keeper", "officer"}, {"draft"}),
    "cast": ({"owner"}, {"open"}),
    "type": ({"worker", "typist"}, {"open"}),
    "confirm": ({"officer", "confirmer", "owner"}, {"open", "over"}),
    "refuse": ({"officer", "confirmer", "worker", "mediator"}, {"open", "over"}),
    "dispute": ({"officer", "worker", "mediator", "owner"}, {"open", "over"}),
    "uphold": ({"officer", "confirmer", "worker", "mediator"}, {"open", "over"}),
    "name": ({"worker", "typist"}, {"open", "over"}),
    "revoke": ({"worker", "typist", "owner"}, {"open", "over"}),
    "serve": ({"officer", "worker", "typist"}, {"open", "over"}),
    "close": ({"officer", "worker", "clock"}, {"over"}),
}


@pytest.fixture
def house() -> House:
    load_tree()
    return found_house()


def everybody(house: House) -> Iterator[tuple[str, Actor]]:
    yield from ROLES.items()
    outside = found_house("别处苑")
    who = (house.resident(0), house.resident(1), outside.resident(0))
    yield from zip(RESIDENTS, who, strict=True)


class Case:
    """The house in a phase, with a ballot typed by a third hand, disputed where that is asked."""

    def __init__(self, house: House, act: str, phase: str) -> None:
        self.house, self.now = house, PHASES[phase]
        if phase == "draft":
            return
        # By somebody whose duties none of the roles has.
        keeper = someone("roll-keeper", STREET, "x")
        self.poll = opened(house, by=Actor(id="account:opened", posts=keeper.posts))
        third = Actor(id="account:typed", posts=TYPIST.posts)
        self.row = enter(house, self.poll, 0, by=third)
        self.proxy = ballots.name_proxy(
            poll_id=self.poll.pk, owner_id=house.held[0].owner_id, facts=ProxyFacts("王小明"),
            paper=SCAN, by=third, now=DURING,
        )  # fmt: skip
        if act == "uphold":
            elder = Actor(id="account:disputed", posts=MEDIATOR.posts)
            ballots.dispute_ballot(record_id=self.row.pk, by=elder, now=DURING)
        if phase == "counted":
            polls.close_poll(poll_id=self.poll.pk, by=CLOCK, now=OVER)

    def do(self, act: str, by: Actor) -> Callable[[], object]:
        """What the act is, done by somebody now."""
        house, now = self.house, self.now
        poll = getattr(self, "poll", None)
        pk, row = poll.pk if poll else 0, self.row.pk if poll else 0
        who: dict[str, Any] = {"by": by, "now": now}
        flat, owner = house.flats[0].pk, house.held[0].owner_id
        match act:
            case "open":
                return lambda: opened(
                    house, by=by, now=now, opens_at=now, closes_at=now + (CLOSES - NOW)
                )
            case "cast":
                return lambda: ballots.cast_ballot(
                    poll_id=pk, client_id=uuid.uuid4(), flat_id=flat, answers={"lift": "yes"},
                    by=by, received_at=now,
                )  # fmt: skip
            case "type":
                return lambda: ballots.enter_paper_ballot(
                    poll_id=pk, client_id=uuid.uuid4(), flat_id=flat, owner_id=owner,
                    answers={"lift": "yes"}, paper=SCAN, **who,
                )  # fmt: skip
            case "confirm":
                return lambda: ballots.confirm_ballot(record_id=row, **who)
            case "refuse":
                return lambda: ballots.refuse_ballot(record_id=row, reason="mistyped", **who)
            case "dispute":
                return lambda: ballots.dispute_ballot(record_id=row, **who)
            case "uphold":
                return lambda: ballots.uphold_ballot(record_id=row, **who)
            case "name":
                facts = ProxyFacts("王小明")
                return lambda: ballots.name_proxy(
                    poll_id=pk, owner_id=owner, facts=facts, paper=SCAN, **who
                )
            case "revoke":
                proxy = self.proxy.pk if poll else 0
                return lambda: ballots.revoke_proxy(proxy_id=proxy, **who)
            case "serve":
                return lambda: polls.mark_served(poll_id=pk, flat_id=flat, **who)
            case _:
                late = max(now, OVER) if now == HIGH_NOON else now
                return lambda: polls.close_poll(poll_id=pk, by=by, now=late)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("act", MAY)
def test_each_may_do_in_each_phase_exactly_what_they_may(
    house: House, act: str, phase: str
) -> None:
    case = Case(house, act, phase)
    roles, phases = MAY[act]
    amiss = []
    for name, by in everybody(house):
        lines = Record.objects.count(), Poll.objects.count()
        point = transaction.savepoint()
        try:
            case.do(act, by)()
            done = True
        except RuleBroken:
            done = False
            assert (Record.objects.count(), Poll.objects.count()) == lines
        transaction.savepoint_rollback(point)
        if done != (name in roles and phase in phases):
            amiss.append(f"{name} {'may' if done else 'may not'} {act} in {phase}")
    assert not amiss


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("open", {"keeper": "answered", "officer": "answered", "city": "answered",
                  "owner": "answered", "neighbour": "answered", "outsider": "", "stranger": "",
                  "nobody": ""}),
        ("counted", {"keeper": "names", "officer": "names", "worker": "names", "city": "totals",
                     "auditor": "totals", "confirmer": "totals", "owner": "totals",
                     "neighbour": "totals", "outsider": "", "stranger": "", "nobody": ""}),
    ],
)  # fmt: skip
def test_each_sees_what_they_may_see(house: House, phase: str, expected: dict[str, str]) -> None:
    case = Case(house, "cast", phase)
    people = dict(everybody(house))
    poll = Poll.objects.get(pk=case.poll.pk)
    assert {name: known.visible(poll, people[name]) for name in expected} == expected
