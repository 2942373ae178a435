"""Who may vote for whom: named on paper, revoked in one step."""

from datetime import date
from typing import Any

import pytest

from tests.places_cast import load_tree
from tests.polls_cast import (
    CONFIRMER,
    DURING,
    KEEPER,
    SCAN,
    STRANGER,
    TYPIST,
    WORKER,
    House,
    found_house,
    opened,
    typed,
)
from tuanti.consent.commands import ballots
from tuanti.consent.commands.ballots import ProxyFacts
from tuanti.consent.models import Poll, Proxy, Record
from tuanti.consent.queries import polls as known
from tuanti.consent.refusals.polls import (
    CapacityUnknown,
    HolderMissing,
    NotInForce,
    NotOnTheRoll,
    ProxyDates,
)
from tuanti.people.actors import Actor
from tuanti.places.filing import Paper
from tuanti.places.refusals import NotInReach, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    load_tree()
    return found_house()


@pytest.fixture
def poll(house: House) -> Poll:
    return opened(house)


def confirm(row: Record, by: Actor = CONFIRMER, paper: Paper | None = None) -> Record:
    return ballots.confirm_ballot(record_id=row.pk, by=by, now=DURING, paper=paper)


def refuse(row: Record, by: Actor = CONFIRMER, reason: str = "unreadable") -> Record:
    return ballots.refuse_ballot(record_id=row.pk, reason=reason, by=by, now=DURING)


def dispute(row: Record, by: Actor) -> Record:
    return ballots.dispute_ballot(record_id=row.pk, by=by, now=DURING)


def uphold(row: Record, by: Actor = CONFIRMER) -> Record:
    return ballots.uphold_ballot(record_id=row.pk, by=by, now=DURING)


def states(poll: Poll) -> list[str]:
    assert known.fault_of(Poll.objects.get(pk=poll.pk)) is None
    return [one.state for one in known.counted_of(poll).standings]


def proxy_of(house: House, poll: Poll, at: int, by: Actor = TYPIST, **facts: Any) -> Proxy:  # noqa: ANN401
    told = {"holder": "王小明"} | facts
    return ballots.name_proxy(
        poll_id=poll.pk,
        owner_id=house.held[at].owner_id,
        facts=ProxyFacts(**told),
        paper=SCAN,
        by=by,
        now=DURING,
    )


def test_a_proxy_votes_and_is_revoked_in_one_step(house: House, poll: Poll) -> None:
    proxy = proxy_of(house, poll, 0)
    assert proxy.holder == "王小明"
    assert "王小明" not in str(known.ledger_of(poll))
    confirm(typed(house, poll, 0, proxy_id=proxy.pk))
    assert known.tally_of(poll)[0].votes[0].reasons == ("consent.yes", "consent.by_proxy")
    ballots.revoke_proxy(proxy_id=proxy.pk, by=house.resident(0), now=DURING)
    with pytest.raises(NotInForce):
        typed(house, poll, 0, "no", proxy_id=proxy.pk)
    with pytest.raises(NotInForce):
        ballots.revoke_proxy(proxy_id=proxy.pk, by=house.resident(0), now=DURING)
    assert states(poll) == ["counts"]


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [
        (None, None, True),
        (date(2026, 11, 23), date(2026, 11, 24), True),
        (date(2026, 11, 24), None, False),
        (None, date(2026, 11, 23), False),
    ],
)
def test_a_proxy_holds_while_its_paper_says(
    house: House, poll: Poll, from_on: date | None, until_on: date | None, *, holds: bool
) -> None:
    proxy = proxy_of(house, poll, 0, from_on=from_on, until_on=until_on)
    if holds:
        confirm(typed(house, poll, 0, proxy_id=proxy.pk))
        assert known.tally_of(poll)[0].votes[0].stand == "yes"
        return
    with pytest.raises(NotInForce):
        typed(house, poll, 0, proxy_id=proxy.pk)


def test_a_proxy_is_for_the_owner_who_named_it(house: House, poll: Poll) -> None:
    proxy = proxy_of(house, poll, 0)
    with pytest.raises(NotInForce):
        typed(house, poll, 1, proxy_id=proxy.pk)
    with pytest.raises(NotInReach):
        ballots.revoke_proxy(proxy_id=proxy.pk, by=house.resident(1), now=DURING)
    with pytest.raises(NotInReach):
        ballots.revoke_proxy(proxy_id=0, by=house.resident(1), now=DURING)
    ballots.revoke_proxy(proxy_id=proxy.pk, by=WORKER, now=DURING)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"holder": "  "}, HolderMissing),
        ({"capacity": "friend"}, CapacityUnknown),
        ({"from_on": date(2026, 12, 1), "until_on": date(2026, 12, 1)}, ProxyDates),
    ],
)
def test_a_proxy_needs_a_name_a_capacity_and_days(
    house: House, poll: Poll, facts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        proxy_of(house, poll, 0, **facts)
    assert not Proxy.objects.exists()


def test_nobody_else_names_a_proxy(house: House, poll: Poll) -> None:
    for by, refusal in ((CONFIRMER, NotPermitted), (KEEPER, NotPermitted), (STRANGER, NotInReach)):
        with pytest.raises(refusal):
            proxy_of(house, poll, 0, by=by)
    with pytest.raises(NotOnTheRoll):
        proxy_of(found_house("别处苑"), poll, 0)
