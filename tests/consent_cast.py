"""A stairwell on its way to a lift: seven floors of two flats each, its owners, who runs the case.

It stands in 沙坪坝, where the city's line holds: two thirds take part, three quarters agree. In
九龙坡 (``STREET`` of places) all must agree.
"""

from dataclasses import dataclass
from datetime import date

from tests.places_cast import NOW, someone
from tuanti.consent.models import Consultation, Plan, Representative
from tuanti.people.actors import Actor
from tuanti.people.vault import index
from tuanti.places import divisions as packaged
from tuanti.places import stock
from tuanti.places.commands import estates, flats
from tuanti.places.facts import BuildingFacts, EstateFacts, StairwellFacts
from tuanti.places.models import Belonging, Division, Estate, Flat, Owner, Ownership, Stairwell
from tuanti.places.spelling import spelling
from tuanti.profiles.models import Profile

HERE = "ciqikou-jiedao"
AREAS = (8640, 7210)  # dm²: the 01s and the 02s
NAMES = (
    "王秀英", "赵德福", "陈桂芳", "刘国强", "杨淑华", "周玉兰", "吴志明",
    "郑小红", "孙大勇", "冯美玲", "褚建军", "卫春梅", "李建国", "蒋文斌",
)  # fmt: skip
PARTNERS = {"502": ("何秀兰", ""), "702": ("蒋文静", "1/2")}  # 502 jointly, 702 in halves
OFFICES = ("street-officer", "community-worker", "roll-keeper", "ballot-typist", "ballot-confirmer")
# The whole cost and the subsidy of the plan chosen, in fen.
TOTAL_FEN, SUBSIDY_FEN = 60_000_000, 20_000_000


@dataclass
class Case:
    """What the tests know. ``flats`` go from 101 to 702; ``owners`` are theirs, in that order.

    ``neighbours`` has every holding of a flat by the flat's number; the first is its owner above.
    """

    consultation: Consultation
    estate: Estate
    stairwell: Stairwell
    flats: list[Flat]
    owners: list[Owner]
    neighbours: dict[str, list[Ownership]]
    officer: Actor
    worker: Actor
    keeper: Actor
    typist: Actor
    confirmer: Actor
    stranger: Actor
    plan: Plan | None = None

    @property
    def residents(self) -> list[Actor]:
        """The owner of each flat, come by their stairwell's code, in the order of the flats."""
        return [self.resident(flat.number) for flat in self.flats]

    def flat(self, number: str) -> Flat:
        return next(flat for flat in self.flats if flat.number == number)

    def resident(self, number: str, which: int = 0) -> Actor:
        """The owner of a flat, or another of its owners."""
        held = self.neighbours[number][which]
        return Actor(
            id=f"resident:{held.owner_id}",
            name=f"{held.owner.name[0]}**",
            kind="resident",
            owner=held.owner_id,
            stairwell=self.stairwell.pk,
        )


def found_consultation(state: str = "draft", street: str = HERE, name: str = "磁建村") -> Case:
    """Found a house and its case, in ``wished``, ``canvassing`` or ``draft`` with a plan chosen."""
    load_streets(street, "guanyinqiao-jiedao")
    acting = [someone(duty, street, f"{duty}甲") for duty in OFFICES]
    estate, stairwell, made = _house(acting[0], street, name)
    neighbours = _owners(estate, made)
    consultation = Consultation.objects.create(
        stairwell=stairwell, state=state, begun_at=NOW, moved_at=NOW
    )
    officer, worker, keeper, typist, confirmer = acting
    case = Case(
        consultation=consultation,
        estate=estate,
        stairwell=stairwell,
        flats=made,
        owners=[neighbours[flat.number][0].owner for flat in made],
        neighbours=neighbours,
        officer=officer,
        worker=worker,
        keeper=keeper,
        typist=typist,
        confirmer=confirmer,
        stranger=someone("street-officer", "guanyinqiao-jiedao", "赵经办"),
    )
    if state == "draft":
        case.plan = consultation.plan = _plan(consultation)
        consultation.save()

    return case


def seat_group(case: Case) -> None:
    """Three of the neighbours speak for all."""
    for number in ("302", "502", "702"):
        held = case.neighbours[number][0]
        Representative.objects.create(
            consultation=case.consultation,
            owner=held.owner,
            elected_on=date(2026, 11, 1),
            by=case.worker.id,
        )


def load_streets(*streets: str) -> None:
    """Load the districts and some of their streets; those there are already stay."""
    every, belongings = packaged.packaged()
    some = [one for one in every if one.level != "street" or one.id in streets]
    known = set(Division.objects.values_list("pk", flat=True))
    Division.objects.bulk_create(_division(one) for one in some if one.id not in known)
    Belonging.objects.bulk_create(
        Belonging(
            division_id=one.division,
            parent_id=one.parent,
            from_on=one.from_on,
            until_on=one.until_on,
        )
        for one in belongings
        if one.division in {here.id for here in some} - known
    )


def profile(name: str = "p630") -> Profile:
    """The standard lift of a name."""
    found, _ = Profile.objects.get_or_create(
        id=name,
        defaults={
            "title_zh": f"{name[1:]} kg、1.0 m/s",
            "title_en": f"{name[1:]} kg, 1.0 m/s",
            "load_kg": int(name[1:]),
            "speed_mm_s": 1000,
            "from_on": date(2026, 1, 1),
        },
    )
    return found


def _division(one: packaged.Division) -> Division:
    return Division(
        id=one.id,
        level=one.level,
        name=one.name,
        pinyin=spelling(one.name),
        code=one.code or "",
        from_on=one.from_on,
        until_on=one.until_on,
    )


def _house(by: Actor, street: str, name: str) -> tuple[Estate, Stairwell, list[Flat]]:
    known = EstateFacts(name, "磁正街 1 号")
    estate = estates.add_estate(street_id=street, facts=known, by=by, now=NOW)
    facts = BuildingFacts("5栋", storeys=7, built=1992, structure="brick-concrete")
    building = estates.add_building(estate_id=estate.pk, facts=facts, by=by, now=NOW)
    well = StairwellFacts("1单元", lift=False)
    stairwell = flats.add_stairwell(building_id=building.pk, facts=well, by=by, now=NOW)
    made = _flats(stairwell)
    stock.recount([estate.pk])
    return estate, stairwell, made


def _flats(stairwell: Stairwell) -> list[Flat]:
    return Flat.objects.bulk_create(
        Flat(stairwell=stairwell, number=f"{floor}0{door}", floor=floor, area_dm2=area)
        for floor in range(1, 8)
        for door, area in enumerate(AREAS, 1)
    )


def _owners(estate: Estate, made: list[Flat]) -> dict[str, list[Ownership]]:
    """Give every flat its owner, and two of them a second one; all at once, for speed."""
    people = [
        (flat, name, f"19900000{line}{at:02d}", share)
        for at, flat in enumerate(made)
        for line, (name, share) in enumerate(_of(flat.number, at), 1)
    ]
    owners = Owner.objects.bulk_create(
        Owner(estate=estate, name=name, phone=phone, phone_index=index(phone))
        for _, name, phone, _ in people
    )
    held = Ownership.objects.bulk_create(
        Ownership(flat=flat, owner=owner, share=share)
        for (flat, _, _, share), owner in zip(people, owners, strict=True)
    )
    return {flat.number: [one for one in held if one.flat == flat] for flat in made}


def _of(number: str, at: int) -> list[tuple[str, str]]:
    if number not in PARTNERS:
        return [(NAMES[at], "")]
    partner, share = PARTNERS[number]
    return [(NAMES[at], share), (partner, share)]


def bare_plan(consultation: Consultation, number: int) -> Plan:
    """A plan with nothing in its estimate."""
    return Plan.objects.create(
        consultation=consultation, number=number, name="方案", profile=profile(), entry="half",
        position="北侧", stops=7, estimate={"items": [], "total": {}, "model": "x"},
        total_fen=TOTAL_FEN, scheme="equal", drawn_at=NOW, by="test",
    )  # fmt: skip


def _plan(consultation: Consultation) -> Plan:
    return Plan.objects.create(
        consultation=consultation,
        number=1,
        name="方案一",
        profile=profile(),
        entry="half",
        position="单元入口北侧",
        stops=7,
        estimate={
            "model": "test",
            "total": {"low": TOTAL_FEN, "likely": TOTAL_FEN, "high": TOTAL_FEN},
            "items": [],
        },
        total_fen=TOTAL_FEN,
        subsidy_fen=SUBSIDY_FEN,
        scheme="gd-ref",
        running_fen=600_000,
        drawn_at=NOW,
        by="account:test",
    )
