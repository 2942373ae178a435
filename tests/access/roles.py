"""Everybody who may ask: each duty, a resident, a visitor; each with what is theirs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client

from tests.people_cast import NOW, person, signed_in
from tests.places_cast import OTHER_STREET, STREET, Town, come_in
from tuanti.people.actors import CONSOLE
from tuanti.people.commands.organisations import open_organisation
from tuanti.people.models import Account, Organisation, Post
from tuanti.rules.duties import DUTIES

HERE, ELSEWHERE = STREET, OTHER_STREET
_EXTRA = (("administrator", "platform"), ("administrator", "supplier"))


@dataclass(frozen=True)
class Role:
    """Someone who asks: as what, in which organisation, and with which browser."""

    name: str
    duties: frozenset[str]
    client: Client
    account: Account | None = None
    organisation: Organisation | None = None
    colleague: Account | None = None

    @property
    def administers(self) -> bool:
        return "administrator" in self.duties

    @property
    def runs_the_platform(self) -> bool:
        return self.name == "administrator of platform"

    @property
    def colleagues_post(self) -> Post:
        assert self.colleague is not None
        return self.colleague.posts.get()


def roles(town: Town) -> Iterator[Role]:
    """Make everybody; whoever serves a place serves the street of ``town``'s house."""
    yield Role("visitor", frozenset({"anyone", "visitor"}), Client())
    yield Role("resident", frozenset({"anyone", "resident"}), come_in(town.wang))
    pairs = [(duty.name, duty.kinds[0]) for duty in DUTIES.values()] + list(_EXTRA)
    for number, (duty, kind) in enumerate(pairs):
        yield _holder(number, duty, kind, town)
    home = open_organisation(slug="idle", kind="bank", name="闲行", place=HERE, by=CONSOLE, now=NOW)
    idle = person(home.pk, "idle", "闲人", "", CONSOLE, "13700000999")
    yield Role("signed in", frozenset({"anyone", "signed-in"}), signed_in(idle), idle, home, None)


def strangers() -> Organisation:
    """Make an organisation elsewhere, with somebody in it."""
    row = open_organisation(
        slug="stranger", kind="supplier", name="外地电梯", place=ELSEWHERE, by=CONSOLE, now=NOW
    )
    person(row.pk, "stranger", "外人", "supplier-manager", CONSOLE, "13600000001")
    return row


def _holder(number: int, duty: str, kind: str, town: Town) -> Role:
    home = open_organisation(
        slug=f"own-{number}", kind=kind, name=f"本地{number}号", place=HERE, by=CONSOLE, now=NOW
    )
    phone = f"137000000{number:02}"
    scope = town.stairwell.code if duty == "owners-representative" else ""
    account = person(home.pk, f"holder-{number}", f"任职{number}号", duty, CONSOLE, phone, scope)
    if duty == "property-manager":
        town.estate.property_firm = home.pk
        town.estate.save(update_fields=["property_firm"])
    possible = [one.name for one in DUTIES.values() if kind in one.kinds]
    other = next((one for one in possible if one != duty), duty)
    colleague = person(
        home.pk,
        f"colleague-{number}",
        f"同事{number}号",
        other,
        CONSOLE,
        f"138000000{number:02}",
    )
    return Role(
        f"{duty} of {kind}" if duty == "administrator" else duty,
        frozenset({"anyone", "signed-in", duty}),
        signed_in(account),
        account,
        home,
        colleague,
    )
