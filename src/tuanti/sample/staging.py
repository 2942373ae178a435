"""Filling an empty database with the sample city: what is done, in which order, by whom."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.utils import timezone

from tuanti.people.actors import CLOCK
from tuanti.people.commands.posts import grant_post
from tuanti.people.queries import actor_named
from tuanti.places.commands import papers, privacy, programme
from tuanti.places.commands.papers import PaperFacts
from tuanti.places.facts import ProjectFacts
from tuanti.places.queries import scoped
from tuanti.profiles.commands import load_profiles
from tuanti.sample import housing, playing, stories
from tuanti.sample.cast import Member, first_estate, first_estates, spoken_for, username
from tuanti.sample.estates import Estate, Size
from tuanti.sample.evidence import evidence

Told: TypeAlias = Callable[..., None]

_BRAND, _MAINTAINER = "甲梯（虚构）", "沅台电梯维保有限公司（虚构）"
_PRICES_FEN = (38_800_000, 41_250_000, 36_900_000)
_PAPERS = 12  # lifts entered from paper, at most


def stage(size: Size, *, told: Told) -> dict[str, int]:
    """Fill the city and count it; ``told`` hears what is being done and how far it is."""
    now = timezone.now()
    told("people")
    playing.people(size, now=now)
    told("town")
    playing.town(size, now=now, told=lambda done: told("town", done))
    told("papers")
    _represent(size, now)
    _papers(now)
    _programme(size, now)
    _trust(size, now)
    load_profiles(by=CLOCK, now=now)
    if size == "demo":
        street = first_estate(size).community.street
        stories.play(street, now, told=lambda done: told("stories", done))
    return {
        "estates": scoped.estates_for(CLOCK).count(),
        "flats": scoped.flats_for(CLOCK).count(),
    }


def _represent(size: Size, now: datetime) -> None:
    """Make the two neighbours representatives of their stairwell, now that it has a code.

    In the other streets its first owner speaks for the stairwell that may get a lift.
    """
    cast, *others = first_estates(size)
    if found := _stairwell(size, cast):
        for who in playing.REPRESENTATIVES:
            _give_word(who, cast, found[1], now)
    for estate in others:
        found = _stairwell(size, estate)
        if found and (name := _first_owner(found[0])):
            who = username("representative", estate.community.street)
            member = Member(who, name, _group(estate), playing.REPRESENTATIVE, found[1])
            playing.employ(member, actor_named(playing.ADMINISTRATOR), now)
            _give_word(who, estate, found[1], now)


def _stairwell(size: Size, estate: Estate) -> tuple[int, str] | None:
    """Find the stairwell of an estate that is spoken for: its row and its code."""
    house = spoken_for(size, estate)
    wells = scoped.stairwells_for(CLOCK).filter(
        building__estate__street=estate.community.street,
        building__estate__name=estate.name,
        building__name=house.name if house else "",
    )
    return wells.order_by("pk").values_list("pk", "code").first()


def _first_owner(stairwell: int) -> str | None:
    """Name the first owner of a stairwell who is a person, lives, and can be reached."""
    people = scoped.owners_for(CLOCK).filter(ownerships__flat__stairwell=stairwell, life="living")
    reached = people.filter(ownerships__flat__tenure="private").exclude(phone_index=b"")
    return reached.order_by("pk").values_list("name", flat=True).first()


def _group(estate: Estate) -> str:
    return f"owners-group-{estate.community.id}"


def _give_word(who: str, estate: Estate, code: str, now: datetime) -> None:
    grant_post(
        account=playing.own_account(who),
        organisation=_group(estate),
        duty=playing.REPRESENTATIVE,
        scope=code,
        by=actor_named(playing.ADMINISTRATOR),
        now=now,
    )


def _papers(now: datetime) -> None:
    """Enter lifts that are there, and two cases on their way, from their papers."""
    standing = scoped.stairwells_for(CLOCK).select_related("building__estate").order_by("pk")
    for number, stairwell in enumerate(standing.filter(lift=True)[:_PAPERS]):
        facts = PaperFacts(
            stage="installed",
            on=date(2023 + number % 3, 5, 18),
            brand=_BRAND,
            price_fen=_PRICES_FEN[number % len(_PRICES_FEN)],
            maintainer=_MAINTAINER,
        )
        _paper(stairwell.pk, stairwell.building.estate.street_id, facts, now)
    for stage, stairwell in zip(("voted", "works"), standing.filter(lift=False)[2:4], strict=False):
        facts = PaperFacts(stage=stage, on=timezone.localdate(now) - timedelta(days=40))
        _paper(stairwell.pk, stairwell.building.estate.street_id, facts, now)


def _paper(stairwell: int, street: str, facts: PaperFacts, now: datetime) -> None:
    clerk = playing.clerk_of(street)
    papers.enter_from_paper(
        stairwell_id=stairwell, facts=facts, paper=evidence(facts.stage), by=clerk, now=now
    )


def _programme(size: Size, now: datetime) -> None:
    officer = actor_named(playing.CITY_OFFICER)
    known = dict(scoped.estates_for(CLOCK).values_list("name", "pk"))
    for one in housing.programme(size):
        facts = ProjectFacts(
            name=one.name,
            year=one.year,
            built_until=one.built_until,
            area_dm2=one.area_dm2,
            buildings=one.buildings,
            households=one.households,
            started_on=one.started_on,
            finished_on=one.finished_on,
        )
        programme.record_project(
            division_id=one.district,
            facts=facts,
            estate_id=known.get(one.estate),
            by=officer,
            now=now,
        )


def _trust(size: Size, now: datetime) -> None:
    """Let a clerk ask for a number and bring a signed agreement: the resident is shown both."""
    home = playing.neighbours()[0]["owner"]
    clerk = playing.clerk_of(first_estate(size).community.street)
    act: dict[str, Any] = {"by": clerk, "now": now}
    privacy.reveal_owner(owner_id=home, field="phone", reason="核对电话，约上门登记时间", **act)
    privacy.record_agreement(owner_id=home, purpose="data-use", paper=evidence("agreed"), **act)
