"""A consultation of the sample, played step by step through the commands, by the cast."""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

from django.utils import timezone

from tuanti.consent.commands import (
    agreements,
    ballots,
    contacts,
    mandates,
    notices,
    objections,
    planning,
    polls,
    saying,
    wishes,
)
from tuanti.consent.frozen import Terms
from tuanti.consent.plan_facts import PlanFacts
from tuanti.consent.queries.mandates import buyers_there
from tuanti.consent.queries.story import consultation_of
from tuanti.people.actors import CLOCK, Actor
from tuanti.people.queries import actor_named
from tuanti.places.commands import flats, owners
from tuanti.places.facts import FlatFacts, OwnerFacts
from tuanti.places.queries import scoped
from tuanti.sample.evidence import evidence
from tuanti.sample.names import name

Flat: TypeAlias = Any  # a row of places
Pick: TypeAlias = Callable[[Sequence[Flat]], Iterable[Flat]]

OFFICER, WORKER, KEEPER = "chen-shuwen", "ran-yutong", "deng-xiaohe"
TYPIST, CONFIRMER, MEDIATOR = "mou-jiahe", "gong-pan", "wen-ruoning"
DESIGNER, PROPERTY, UTILITY = "su-mobai", "ye-huaian", "zeng-heping"
_AWAKE = range(8, 21)  # hours in Shanghai
_AREA_DM2 = 72_00  # for a flat the list knows no area of
_RUNNING_FEN = 480_000  # a year, for the whole lift


@cache
def said() -> dict[str, Any]:
    """Everything the people of the stories say."""
    text = files("tuanti.sample").joinpath("stories.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Story:
    """One stairwell's case; ``day`` goes forward as the story is told, and never past ``now``."""

    def __init__(self, stairwell: Any, begun_at: datetime) -> None:  # noqa: ANN401 (a row of places)
        self.stairwell, self.at = stairwell, begun_at
        self._complete()
        rows = stairwell.flats.prefetch_related("ownerships__owner").order_by("floor", "number")
        self.flats: list[Flat] = list(rows)

    # --- Who, and when ---------------------------------------------------------------------

    def later(self, days: int = 0, hours: int = 0) -> "Story":
        """Let time pass; at night nobody acts."""
        self.at = by_day(self.at + timedelta(days=days, hours=hours))
        return self

    def resident(self, flat: Flat) -> Actor:
        """The first of a flat's owners, come by the stairwell's code."""
        owner = self.owner(flat)
        return Actor(
            id=f"resident:{owner}", kind="resident", owner=owner, stairwell=self.stairwell.pk
        )

    def owner(self, flat: Flat) -> int:
        """Find the owner who acts for a flat."""
        held = sorted(flat.ownerships.all(), key=lambda one: (one.owner.life != "living", one.pk))
        return int(held[0].owner_id)

    def upper(self) -> list[Flat]:
        """List the flats from the third floor up, the top first."""
        return [flat for flat in reversed(self.flats) if (flat.floor or 0) > 2]  # noqa: PLR2004

    def _persons(self, flats: Iterable[Flat]) -> list[Flat]:
        """Keep the flats whose owner is a person: privately owned."""
        return [flat for flat in flats if flat.tenure == "private"]

    @property
    def case(self) -> Any:  # noqa: ANN401 (a row of consent)
        """The consultation as it stands."""
        found = consultation_of(self.stairwell.pk)
        assert found
        return found

    def _act(self, who: str = WORKER) -> dict[str, Any]:
        return {"by": actor_named(who), "now": self.at}

    def _complete(self) -> None:
        """Have the roll's keeper fill what the list lacked: a vote needs every area and owner."""
        act: dict[str, Any] = {"by": actor_named(KEEPER), "now": self.at}
        chance = Random(f"tuanti stories {self.stairwell.pk}")
        for flat in self.stairwell.flats.prefetch_related("ownerships"):
            if not flat.area_dm2 or not flat.floor:
                floor = flat.floor or int(flat.number[:-2])
                area = flat.area_dm2 or _AREA_DM2
                facts = FlatFacts(flat.number, floor, area, flat.tenure, flat.state)
                flats.amend_flat(flat_id=flat.pk, facts=facts, **act)
            if not flat.ownerships.all():
                who = OwnerFacts(name(chance, born=1962, male=chance.random() < 1 / 2))
                owners.record_owner(flat_id=flat.pk, facts=who, **act)

    # --- Before the vote -------------------------------------------------------------------

    def wish(self, flats: Iterable[Flat]) -> "Story":
        """Have flats wish for a lift, each by its owner's phone."""
        for flat in flats:
            wishes.make_wish(
                stairwell_id=self.stairwell.pk,
                flat_id=flat.pk,
                owner_id=self.owner(flat),
                by=self.resident(flat),
                now=self.later(hours=5).at,
            )
        return self

    def canvass(self, silent: int = 0) -> "Story":
        """Ask every flat but the last ``silent``: above the second floor yes, below it to talk."""
        wishes.begin_canvass(consultation_id=self.case.pk, **self._act())
        for number, flat in enumerate(self.flats[: len(self.flats) - silent]):
            high = (flat.floor or 0) > 2  # noqa: PLR2004 (the second floor)
            wishes.answer_canvass(
                consultation_id=self.case.pk,
                flat_id=flat.pk,
                answer="yes" if high else "talk",
                note="" if high or number else said()["why_talk"],
                by=self.resident(flat),
                now=self.later(hours=3).at,
            )
        return self

    def plan(self, *, chosen: bool = True) -> "Story":
        """Elect the group, draw the plans up, hear everybody, and choose the first."""
        planning.begin_planning(consultation_id=self.case.pk, **self._act())
        for flat in self._persons(self.upper())[:3]:
            planning.elect_representative(
                consultation_id=self.case.pk,
                owner_id=self.owner(flat),
                elected_on=timezone.localdate(self.at),
                **self._act(),
            )
        drawn = [self._draw(one) for one in said()["plans"]]
        self._hear(drawn[0])
        if chosen:
            planning.choose_plan(plan_id=drawn[0].pk, **self._act())
        return self

    def _draw(self, one: dict[str, str]) -> Any:  # noqa: ANN401 (a row of consent)
        stops = max(flat.floor or 1 for flat in self.flats)
        facts = PlanFacts(
            profile="p630", stops=stops, running_fen=_RUNNING_FEN,
            name=one["name"], entry=one["entry"], position=one["position"], scheme=one["scheme"],
        )  # fmt: skip
        return planning.draw_plan(consultation_id=self.case.pk, facts=facts, **self._act())

    def _hear(self, plan: Any) -> None:  # noqa: ANN401 (a row of consent)
        words = said()
        low = self.flats[0]
        question = saying.ask_question(
            consultation_id=self.case.pk,
            flat_id=low.pk,
            text=words["question"],
            by=self.resident(low),
            now=self.at,
        )
        for text in words["meetings"]:
            facts = saying.MeetingFacts(self.at, words["meeting_place"], len(self.flats) - 2, text)
            saying.hold_meeting(consultation_id=self.case.pk, facts=facts, **self._act())
            self.later(days=4)
        saying.answer_question(question_id=question.pk, answer=words["reply"], **self._act())
        self._findings()
        for flat in self.flats[:4]:
            seen = planning.ImpactFacts("slight", "none", "slight", "none", "苏墨白（设计）")
            planning.record_impact(plan_id=plan.pk, flat_id=flat.pk, facts=seen, **self._act())

    def _findings(self) -> None:
        """Have the designer, the gas company and the property firm say what they found."""
        words, case = said(), self.case.pk
        designer = actor_named(DESIGNER)
        asked = next(post.organisation for post in designer.posts if post.duty == "designer")
        saying.invite(consultation_id=case, organisation_id=asked, **self._act())
        for kind, text, sound, who in (
            ("structure", words["structure"], True, DESIGNER),
            ("site-survey", words["site"], True, DESIGNER),
            ("pipe-survey", words["pipes"], True, UTILITY),
            ("comment", words["property"], None, PROPERTY),
        ):
            facts = saying.StatementFacts(kind, text, sound)
            saying.state_finding(consultation_id=case, facts=facts, **self._act(who))

    # --- The vote --------------------------------------------------------------------------

    def open(self, days: int = 10) -> "Story":
        """Fix the roll and open the vote."""
        polls.fix_roll_and_open(
            consultation_id=self.case.pk,
            opens_at=self.at,
            closes_at=self.at + timedelta(days=days),
            with_estate=False,
            **self._act(KEEPER),
        )
        return self

    @property
    def poll(self) -> Any:  # noqa: ANN401 (a row of consent)
        """The vote as it stands."""
        return self.case.polls.first()

    def vote(self, yes: Iterable[Flat], no: Iterable[Flat] = ()) -> "Story":
        """Cast ballots by phone."""
        for answer, some in (("yes", yes), ("no", no)):
            for flat in some:
                ballots.cast_ballot(
                    poll_id=self.poll.pk,
                    client_id=_minted(self.poll.pk, flat.pk),
                    flat_id=flat.pk,
                    answers={"lift": answer},
                    by=self.resident(flat),
                    received_at=self.later(hours=2).at,
                )
        return self

    def vote_on_paper(self, flat: Flat, *, confirmed: bool = True) -> "Story":
        """Type a paper ballot in, and have a colleague confirm it."""
        record = ballots.enter_paper_ballot(
            poll_id=self.poll.pk,
            client_id=_minted(self.poll.pk, flat.pk),
            flat_id=flat.pk,
            owner_id=self.owner(flat),
            answers={"lift": "yes"},
            paper=evidence("ballot"),
            **self._act(TYPIST),
        )
        if confirmed:
            self.later(hours=1)
            ballots.confirm_ballot(record_id=record.pk, **self._act(CONFIRMER))
        return self

    def visit(self, flats: Sequence[Flat]) -> "Story":
        """Knock at doors, and write down what came of it."""
        notes, results = said()["visit_notes"], ("nobody", "met")
        for flat, note, result in zip(flats, notes, results, strict=False):
            contacts.record_contact(
                consultation_id=self.case.pk,
                flat_id=flat.pk,
                way="visit",
                result=result,
                note=note,
                **self._act(),
            )
        return self

    def close(self) -> "Story":
        """Let the time run out, and count."""
        self.at = max(self.at, self.poll.closes_at + timedelta(minutes=2))
        polls.close_poll(poll_id=self.poll.pk, by=CLOCK, now=self.at)
        return self

    # --- After it --------------------------------------------------------------------------

    def post(self) -> "Story":
        """Post the notice, with a photo of where it hangs."""
        posted = notices.post_notice(consultation_id=self.case.pk, **self._act())
        for place in said()["notice_places"]:
            photo = {"notice_id": posted.pk, "place": place, "photo": evidence("notice")}
            notices.add_notice_photo(**photo, **self._act())
        return self

    def object(self, flat: Flat) -> "Story":
        """Have an owner object, by name and in writing."""
        objections.object_to_notice(
            notice_id=self.case.notices.first().pk,
            flat_id=flat.pk,
            owner_id=self.owner(flat),
            text=said()["objection"],
            by=self.resident(flat),
            now=self.at,
        )
        return self

    def mediate(self) -> "Story":
        """Talk, mend the drawing, settle."""
        objection = self.case.objections.first()
        for text, outcome in zip(said()["mediations"], ("talks", "settled"), strict=True):
            self.later(days=1)
            facts = {"held_at": self.at, "text": text, "outcome": outcome}
            if outcome == "settled":
                facts["paper"] = evidence("settled")
            objections.mediate(objection_id=objection.pk, **facts, **self._act(MEDIATOR))
        return self

    def agree(self) -> "Story":
        """Wait for the notice to end, draw the agreement up, have every payer sign."""
        ended = self.case.notices.first().last_on + timedelta(days=2)
        while timezone.localdate(self.at) < ended:
            self.later(days=1)
        words = said()
        terms = Terms(words["manager"], words["fund"], words["repairs"])
        drawn = agreements.draw_agreement(consultation_id=self.case.pk, terms=terms, **self._act())
        for flat in self._parties(drawn):
            agreements.sign_agreement(
                agreement_id=drawn.pk,
                flat_id=flat.pk,
                owner_id=self.owner(flat),
                way="phone",
                by=self.resident(flat),
                now=self.later(hours=1).at,
            )
        return self

    def mandate(self) -> "Story":
        """Have every payer mandate the body that buys for the city."""
        agreement = self.case.agreements.first()
        buyer = buyers_there(self.case)[0][0]
        for flat in self._parties(agreement):
            mandates.give_mandate(
                agreement_id=agreement.pk,
                flat_id=flat.pk,
                owner_id=self.owner(flat),
                buyer=buyer,
                way="phone",
                by=self.resident(flat),
                now=self.later(hours=1).at,
            )
        return self

    def reopen(self) -> "Story":
        """Begin once more after the law's wait."""
        self.later(days=31)
        objections.reopen_consultation(consultation_id=self.case.pk, **self._act())
        return self

    def _parties(self, agreement: Any) -> list[Flat]:  # noqa: ANN401 (a row of consent)
        numbers = {one["flat"] for one in agreement.facts["parties"]}
        return [flat for flat in self.flats if flat.pk in numbers or flat.number in numbers]


def houses(street: str) -> list[Any]:
    """List the stairwells of a street where a lift might be added, in the order of the list."""
    wells = scoped.stairwells_for(CLOCK).filter(building__estate__street=street, lift=False)
    wells = wells.exclude(building__demolition=True).filter(paper_cases=None).exclude(flats=None)
    return list(wells.select_related("building__estate").distinct().order_by("pk"))


def _minted(poll: int, flat: int) -> UUID:
    """Mint a ballot's id as a form would; the same on every day."""
    return UUID(int=(poll << 64) | flat)


def by_day(at: datetime) -> datetime:
    """The moment itself from eight to nine in the evening, else the next morning."""
    local = timezone.localtime(at)
    if local.hour in _AWAKE:
        return at
    morning = local.replace(hour=_AWAKE[0])
    return (morning if morning > local else morning + timedelta(days=1)).astimezone(UTC)
