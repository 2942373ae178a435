"""The sample city played through the real commands: what the demonstration stands on.

Bodies and people come first, then communities and estates, each entered by a clerk of its own
street: by hand in ``tiny``; in ``demo`` one house by hand and the rest from the lists of the
streets, brought as workbooks. ``city`` is loaded in bulk.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from django.conf import settings
from django.core.management import call_command

from tuanti.people.actors import CLOCK, Actor
from tuanti.people.commands.accounts import open_account, open_house
from tuanti.people.commands.organisations import open_organisation
from tuanti.people.commands.posts import grant_post
from tuanti.people.queries import account_id, actor_named
from tuanti.places.commands import divisions, estates, flats, imports, owners
from tuanti.places.divisions import named
from tuanti.places.facts import BuildingFacts, EstateFacts, FlatFacts, OwnerFacts, StairwellFacts
from tuanti.places.loading import load_lines
from tuanti.places.queries.scoped import owners_for
from tuanti.rules.housing import Line
from tuanti.sample import housing
from tuanti.sample.cast import (
    CITY,
    Member,
    Organisation,
    clerks,
    first_estate,
    username,
    workers,
)
from tuanti.sample.estates import Size, houses
from tuanti.sample.lists import workbook

Told: TypeAlias = Callable[[str, int, int], None]

ADMINISTRATOR = "zhou-zhiyuan"
CITY_OFFICER = "he-ruolan"
PROPERTY_FIRM = "property-firm"
REPRESENTATIVE = "owners-representative"
REPRESENTATIVES = ("wang-guifang", "li-guohua")  # 王阿姨 and 李叔 of the story


def people(size: Size, *, now: datetime) -> None:
    """Open the house, every body and account, and found the communities."""
    bodies, members = housing.organisations(size), housing.cast(size)
    _open_house(bodies, members, now)
    divisions.load_divisions(by=CLOCK, now=now)
    above = {body.id for body in bodies if named(body.place)}
    _open(bodies, members, above, now)
    officer = actor_named(CITY_OFFICER)
    for one in housing.communities(size):
        facts = {"street_id": one.street, "name": one.name, "community_id": one.id}
        divisions.found_community(**facts, by=officer, now=now)
    _open(bodies, members, {body.id for body in bodies} - above, now)
    administrator = actor_named(ADMINISTRATOR)
    for member in (*clerks(bodies), *workers(size)):
        employ(member, administrator, now)


def town(size: Size, *, now: datetime, told: Callable[[int], None]) -> None:
    """Fill the estates: line by line, from the streets' lists, or in bulk, as the size asks."""
    match size:
        case "tiny":
            _by_hand(size, housing.lines(size), now, told)
        case "demo":
            first = [line for line in housing.lines(size) if _is_first_house(line)]
            _by_hand(size, first, now, told)
            _by_lists(size, now, told)
        case "city":
            administrator = actor_named(ADMINISTRATOR)
            load_lines(housing.lines(size), told=told, by=administrator, now=now)


def _by_hand(size: Size, lines: Iterable[Line], now: datetime, told: Callable[[int], None]) -> None:
    """Enter lines as clerks do at their desks, one command after another."""
    communities = {one.name: one for one in housing.communities(size)}
    done = 0
    for _, of_estate in groupby(lines, key=attrgetter("estate")):
        group = list(of_estate)
        community = communities[group[0].community]
        firm = PROPERTY_FIRM if group[0].estate == first_estate(size).name else ""
        keeper = _Keeper(clerk_of(community.street), now)
        keeper.estate(group, community.street, community.id, firm)
        done += len(group)
        told(done)


def _by_lists(size: Size, now: datetime, told: Callable[[int], None]) -> None:
    """Bring each street's list as a workbook, have it checked, and load it."""
    streets = {one.name: one.street for one in housing.communities(size)}
    for name, of_street in groupby(housing.lines(size), key=attrgetter("street")):
        group = list(of_street)
        street = streets[group[0].community]
        act: dict[str, Any] = {"by": clerk_of(street), "now": now}
        book = f"{name}房屋清单.xlsx"
        brought = imports.bring_list(
            scope_id=street,
            name=book,
            content=[workbook(group)],
            **act,
        )
        for step in (imports.check_list, imports.apply_list):
            step(import_id=brought.pk, **act)
            _work()
        told(len(group))


def _work() -> None:
    """Do the jobs that wait, where they are kept for a worker."""
    if str(settings.TASKS["default"]["BACKEND"]).startswith("django_tasks_db"):
        call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0)


def _is_first_house(line: Line) -> bool:
    first = first_estate("demo")
    return line.estate == first.name and line.building == next(iter(houses("demo", first))).name


def clerk_of(street: str) -> Actor:
    """Find who enters the estates of a street."""
    return actor_named(username("clerk", street))


class _Keeper:
    """A clerk at work: enters what a list tells, one command after another."""

    def __init__(self, clerk: Actor, now: datetime) -> None:
        self._act: dict[str, Any] = {"by": clerk, "now": now}

    def estate(self, lines: list[Line], street: str, community: str, firm: str) -> None:
        """Enter one estate with everything in it."""
        head = lines[0]
        facts = EstateFacts(
            name=head.estate,
            address=head.address,
            aliases=head.aliases,
            property_firm=firm,
            community=community,
        )
        row = estates.add_estate(street_id=street, facts=facts, **self._act)
        for _, of_building in groupby(lines, key=attrgetter("building")):
            self._building(row.pk, list(of_building))

    def _building(self, estate: int, lines: list[Line]) -> None:
        head = lines[0]
        facts = BuildingFacts(
            name=head.building,
            storeys=head.storeys,
            built=head.built,
            structure=head.structure or "",
            demolition=head.demolition,
            households=head.households,
        )
        row = estates.add_building(estate_id=estate, facts=facts, **self._act)
        for well, of_well in groupby(lines, key=attrgetter("stairwell")):
            if well:
                self._stairwell(row.pk, list(of_well))

    def _stairwell(self, building: int, lines: list[Line]) -> None:
        head = lines[0]
        facts = StairwellFacts(name=head.stairwell, entries=head.entries, lift=head.lift)
        row = flats.add_stairwell(building_id=building, facts=facts, **self._act)
        for line in lines:
            self._flat(row.pk, line)

    def _flat(self, stairwell: int, line: Line) -> None:
        facts = FlatFacts(line.flat, line.floor, line.area_dm2, line.tenure, line.state)
        row = flats.add_flat(stairwell_id=stairwell, facts=facts, **self._act)
        for owner in line.owners:
            who = OwnerFacts(owner.name, owner.phone, owner.id_number, owner.life)
            share = "" if owner.share is None else str(owner.share)
            held: dict[str, Any] = {"share": share, "standing": owner.standing}
            owners.record_owner(flat_id=row.pk, facts=who, **held, **self._act)


def _open_house(bodies: Iterable[Organisation], members: Iterable[Member], now: datetime) -> None:
    platform = next(body for body in bodies if body.kind == "platform")
    first = next(member for member in members if member.id == ADMINISTRATOR)
    facts = {"username": first.id, "name": first.name, "organisation": platform.name}
    divisions.load_divisions(by=CLOCK, now=now)
    open_house(**facts, place=CITY, now=now)


def _open(
    bodies: Iterable[Organisation], members: Iterable[Member], ids: set[str], now: datetime
) -> None:
    """Open these bodies and give their people accounts and posts, but for representatives."""
    administrator = actor_named(ADMINISTRATOR)
    act: dict[str, Any] = {"by": administrator, "now": now}
    for body in bodies:
        if body.id in ids and body.kind != "platform":
            facts: dict[str, Any] = {
                "kind": body.kind,
                "name": body.name,
                "place": body.place,
                "slug": body.id,
            }
            open_organisation(**{**facts, **act})
    for member in members:
        if member.organisation in ids and member.id != ADMINISTRATOR:
            employ(member, administrator, now)


def employ(member: Member, by: Actor, now: datetime) -> None:
    """Open a person's account, and give them their duty unless it is a representative's."""
    account, _ = open_account(
        organisation=member.organisation,
        username=member.id,
        name=member.name,
        with_password=False,
        by=by,
        now=now,
    )
    if member.duty != REPRESENTATIVE:  # theirs reaches a stairwell, which is not there yet
        at: dict[str, Any] = {"organisation": member.organisation, "scope": member.scope}
        grant_post(account=account.pk, duty=member.duty, **at, by=by, now=now)


def own_account(username: str) -> int:
    """Find the number of an account of the cast."""
    number = account_id(actor_named(username))
    assert number is not None
    return number


def neighbours() -> list[dict[str, Any]]:
    """Find two residents of the representatives' stairwell: 王阿姨 and 李叔, where they live there.

    Each has what a resident's session holds, ``owner``, ``stairwell`` and ``name``, and ``flat``.
    """
    codes = actor_named(REPRESENTATIVES[0]).scopes(REPRESENTATIVE)
    people = owners_for(CLOCK).filter(ownerships__flat__stairwell__code__in=codes)
    story = people.filter(name__in=(housing.WANG_AYI, housing.LI_SHU))
    found = story if story.exists() else people.exclude(phone_index=b"")
    rows = found.order_by("pk").values_list(
        "pk", "name", "ownerships__flat__stairwell", "ownerships__flat__number"
    )
    names = ("owner", "name", "stairwell", "flat")
    return [dict(zip(names, row, strict=True)) for row in rows[:2]]
