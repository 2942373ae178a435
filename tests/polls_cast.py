"""A stairwell that votes: six flats with their owners, an officer, a typist and a confirmer."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.places_cast import PNG, STREET, someone
from tuanti.consent.commands import ballots, polls
from tuanti.consent.models import Consultation, Plan, Poll, Record
from tuanti.people.actors import Actor
from tuanti.places.commands import estates, flats, owners
from tuanti.places.facts import BuildingFacts, EstateFacts, FlatFacts, OwnerFacts, StairwellFacts
from tuanti.places.filing import Paper
from tuanti.places.models import Flat, Ownership, Stairwell
from tuanti.profiles.models import Profile

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
OPENS, CLOSES = NOW, NOW + timedelta(days=7)
DURING = NOW + timedelta(days=1)
OVER = CLOSES + timedelta(seconds=60)
SCAN = Paper("ballot.png", PNG)

OFFICER = someone("street-officer", STREET)
KEEPER = someone("roll-keeper", STREET, "周建档")
TYPIST = someone("ballot-typist", STREET, "吴录票")
CONFIRMER = someone("ballot-confirmer", STREET, "郑复核")
WORKER = someone("community-worker", STREET, "孙社工")
STRANGER = someone("street-officer", "guanyinqiao-jiedao", "赵经办")


@dataclass
class House:
    """A stairwell with a chosen plan; flats are 101 to 302, each with an owner."""

    stairwell: Stairwell
    flats: list[Flat]
    held: list[Ownership]
    consultation: Consultation
    plan: Plan
    number: int = 0

    def resident(self, at: int) -> Actor:
        """The owner of a flat, come in by the stairwell's code."""
        one = self.held[at]
        return Actor(
            id=f"resident:{one.owner_id}",
            name="王**",
            kind="resident",
            owner=one.owner_id,
            stairwell=self.stairwell.pk,
        )


def found_house(name: str = "翰林苑", homes: int = 6, by: Actor = OFFICER) -> House:
    """Build a stairwell of ``homes`` flats, two on a floor, its plan chosen."""
    (post,) = by.posts
    estate = estates.add_estate(
        street_id=post.scope, facts=EstateFacts(name, "石坪桥横街 8 号"), by=by, now=NOW
    )
    facts = BuildingFacts("3栋", storeys=7, built=1994, structure="brick-concrete")
    building = estates.add_building(estate_id=estate.pk, facts=facts, by=by, now=NOW)
    stairwell = flats.add_stairwell(
        building_id=building.pk, facts=StairwellFacts("2单元", lift=False), by=by, now=NOW
    )
    made = [_flat(by, stairwell, at) for at in range(homes)]
    held = [
        owners.record_owner(
            flat_id=one.pk,
            facts=OwnerFacts(f"业主{one.number}", phone=f"199{estate.pk:04}{at:04}"),
            by=by,
            now=NOW,
        )
        for at, one in enumerate(made)
    ]
    consultation = Consultation.objects.create(
        stairwell=stairwell, state="draft", begun_at=NOW, moved_at=NOW
    )
    plan = _plan(consultation)
    consultation.plan = plan
    consultation.save()
    return House(stairwell, made, held, consultation, plan)


def _flat(by: Actor, stairwell: Stairwell, at: int) -> Flat:
    floor, door = at // 2 + 1, at % 2 + 1
    facts = FlatFacts(f"{floor}0{door}", floor=floor, area_dm2=8640)
    return flats.add_flat(stairwell_id=stairwell.pk, facts=facts, by=by, now=NOW)


def _plan(consultation: Consultation) -> Plan:
    profile, _ = Profile.objects.get_or_create(
        id="invented",
        defaults={
            "title_zh": "虚构规格",
            "title_en": "Invented profile",
            "load_kg": 630,
            "speed_mm_s": 1000,
            "from_on": NOW.date(),
        },
    )
    return Plan.objects.create(
        consultation=consultation,
        number=1,
        name="方案一",
        profile=profile,
        entry="half",
        position="北侧",
        stops=7,
        estimate={},
        total_fen=45_000_000,
        scheme="cq-floor",
        drawn_at=NOW,
        by=OFFICER.id,
    )


def opened(house: House, by: Actor = KEEPER, **facts: Any) -> Poll:  # noqa: ANN401 (as the command)
    """Fix the roll and open the vote."""
    asked: dict[str, Any] = {
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "with_estate": False,
        "now": NOW,
    } | facts
    return polls.fix_roll_and_open(consultation_id=house.consultation.pk, by=by, **asked)


def say(
    house: House,
    poll: Poll,
    at: int,
    answer: str = "yes",
    *,
    when: datetime = DURING,
    client_id: uuid.UUID | None = None,
) -> Record:
    """Let the owner of a flat vote by phone; the line it became."""
    receipt = ballots.cast_ballot(
        poll_id=poll.pk,
        client_id=client_id or uuid.uuid4(),
        flat_id=house.flats[at].pk,
        answers=asked(poll, answer),
        by=house.resident(at),
        received_at=when,
    )
    return Record.objects.get(poll=poll, seq=receipt.seq)


def typed(
    house: House,
    poll: Poll,
    at: int,
    answer: str = "yes",
    *,
    by: Actor = TYPIST,
    when: datetime = DURING,
    **facts: Any,  # noqa: ANN401 (as the command)
) -> Record:
    """Have the paper ballot of a flat's owner typed."""
    told: dict[str, Any] = {
        "client_id": uuid.uuid4(),
        "paper": SCAN,
        "owner_id": house.held[at].owner_id,
    } | facts
    return ballots.enter_paper_ballot(
        poll_id=poll.pk,
        flat_id=house.flats[at].pk,
        answers=asked(poll, answer),
        by=by,
        now=when,
        **told,
    )


def asked(poll: Poll, answer: str) -> dict[str, str]:
    """The same answer on every matter."""
    return {one["matter"]: answer for one in poll.matters}
