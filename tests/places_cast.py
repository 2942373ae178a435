"""A small town for the tests of places: two streets, one estate each, and who works there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.test import Client

from tuanti.people.actors import Actor
from tuanti.people.actors import Post as Held
from tuanti.people.models import Account, Organisation, Post
from tuanti.people.queries import RESIDENT
from tuanti.places import divisions as packaged
from tuanti.places.commands import estates, flats, owners
from tuanti.places.facts import BuildingFacts, EstateFacts, FlatFacts, OwnerFacts, StairwellFacts
from tuanti.places.models import Belonging, Building, Division, Estate, Flat, Ownership, Stairwell
from tuanti.places.spelling import spelling

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CHANGE = date(2025, 11, 6)
STREET, OTHER_STREET = "shipingqiao-jiedao", "guanyinqiao-jiedao"
WANG = OwnerFacts("王秀英", phone="19900000001")
LI = OwnerFacts("李建国", phone="199 0000 0002", id_number="999999195001010018")
PNG = (  # one white dot
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00"
    b"\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\xb18\xf6\x14"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
_KINDS = {
    "city-officer": "city-commission",
    "district-officer": "district-commission",
    "street-officer": "street-office",
    "community-worker": "community",
    "roll-keeper": "street-office",
    "administrator": "platform",
    "property-manager": "property-firm",
    "owners-representative": "owners-group",
    "auditor": "auditor",
}


def someone(duty: str, scope: str, name: str = "陈经办") -> Actor:
    """An actor with one post."""
    kind = _KINDS.get(duty, "street-office")
    post = Held(
        duty=duty,
        organisation=f"org-{scope}"[:40],
        organisation_kind=kind,
        organisation_name=f"{scope}示例单位",
        scope=scope,
    )
    return Actor(id=f"account:{duty}:{scope}", name=name, posts=(post,))


@dataclass
class Town:
    """What the tests know: ``far`` is in a street that nobody of ``near`` serves."""

    officer: Actor
    stranger: Actor
    estate: Estate
    building: Building
    stairwell: Stairwell
    flats: list[Flat]
    wang: Ownership
    li: Ownership
    far: Estate
    far_flat: Flat
    far_owner: Ownership

    @property
    def flat(self) -> Flat:
        return self.flats[0]


def found_town() -> Town:
    """Found it through the commands."""
    load_tree()
    officer = someone("street-officer", STREET)
    stranger = someone("street-officer", OTHER_STREET, "赵经办")
    estate, building, stairwell, made = _house(officer, STREET, "翰林苑")
    far, _, _, far_flats = _house(stranger, OTHER_STREET, "江景苑")
    return Town(
        officer=officer,
        stranger=stranger,
        estate=estate,
        building=building,
        stairwell=stairwell,
        flats=made,
        wang=owners.record_owner(flat_id=made[0].pk, facts=WANG, by=officer, now=NOW),
        li=owners.record_owner(flat_id=made[1].pk, facts=LI, by=officer, now=NOW),
        far=far,
        far_flat=far_flats[0],
        far_owner=owners.record_owner(flat_id=far_flats[0].pk, facts=WANG, by=stranger, now=NOW),
    )


def load_tree() -> None:
    """Load the packaged districts and two of their streets, as the command would."""
    every, belongings = packaged.packaged()
    some = [one for one in every if one.level != "street" or one.id in (STREET, OTHER_STREET)]
    Division.objects.bulk_create(
        Division(
            id=one.id,
            level=one.level,
            name=one.name,
            pinyin=spelling(one.name),
            code=one.code or "",
            from_on=one.from_on,
            until_on=one.until_on,
        )
        for one in some
    )
    known = {one.id for one in some}
    Belonging.objects.bulk_create(
        Belonging(
            division_id=one.division,
            parent_id=one.parent,
            from_on=one.from_on,
            until_on=one.until_on,
        )
        for one in belongings
        if one.division in known
    )


def resident_of(held: Ownership) -> Actor:
    """The owner, come by their stairwell's code."""
    return Actor(
        id=f"resident:{held.owner_id}",
        name="王**",
        kind="resident",
        owner=held.owner_id,
        stairwell=held.flat.stairwell_id,
    )


def _house(by: Actor, street: str, name: str) -> tuple[Estate, Building, Stairwell, list[Flat]]:
    estate = estates.add_estate(
        street_id=street,
        facts=EstateFacts(name, "石坪桥横街 8 号", ("老厂宿舍",)),
        by=by,
        now=NOW,
    )
    house = BuildingFacts("3栋", storeys=7, built=1994, structure="brick-concrete")
    building = estates.add_building(estate_id=estate.pk, facts=house, by=by, now=NOW)
    stairwell = flats.add_stairwell(
        building_id=building.pk, facts=StairwellFacts("2单元", lift=False), by=by, now=NOW
    )
    return estate, building, stairwell, [_flat(by, stairwell, number) for number in range(101, 104)]


def _flat(by: Actor, stairwell: Stairwell, number: int) -> Flat:
    facts = FlatFacts(str(number), floor=1, area_dm2=8640)
    return flats.add_flat(stairwell_id=stairwell.pk, facts=facts, by=by, now=NOW)


def signed_in(who: Actor) -> Client:
    """A browser in which an account with the actor's posts is signed in."""
    account = Account.objects.create_user(f"u{Account.objects.count()}", name=who.name)
    for post in who.posts:
        organisation, _ = Organisation.objects.get_or_create(
            id=post.organisation,
            defaults={
                "kind": post.organisation_kind,
                "name": post.organisation_name,
                "place": STREET,
                "opened_at": NOW,
            },
        )
        Post.objects.create(
            account=account,
            organisation=organisation,
            duty=post.duty,
            scope=post.scope,
            from_on=date(2026, 1, 1),
        )
    client = Client()
    client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def come_in(held: Ownership) -> Client:
    """A browser in which an owner has come in by their stairwell's code."""
    client = Client()
    session = client.session
    session[RESIDENT] = {
        "owner": held.owner_id,
        "stairwell": held.flat.stairwell_id,
        "name": "王**",
    }
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client
