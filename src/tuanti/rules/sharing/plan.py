"""The plan of a lift: its flats, its money, the scheme its owners chose. Checked in one pass."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tuanti.rules.award.round_fields import is_id
from tuanti.rules.errors import Fact, Fault, Path
from tuanti.rules.sharing.schemes import INSIDE, MOST_FLOORS, PER, scheme_ids

MOST_FEN = 10**13  # a hundred thousand million yuan: more is a slip of the pen
MOST_DM2 = 10**7
STOPS = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat, and what bears on its share.

    ``floor`` counts from the building's lowest storey, which is 1. ``street_floor`` is the floor
    its people come in on: not 1 where a hillside building is entered half-way up. ``stop`` is where
    the lift stops for it: 0 level with it, -1 at the half landing below, 1 at the one above.

    A flat that does not take part pays nothing and may join later; an ``exempt`` one pays nothing
    because it was agreed so. ``compensation_fen`` is paid to the flat, taking part or not.
    """

    id: str
    floor: int
    area_dm2: int
    takes_part: bool = True
    exempt: bool = False
    street_floor: int = 1
    stop: int = 0
    compensation_fen: int = 0
    owner: str = ""

    @property
    def pays(self) -> bool:
        """Whether it is asked to pay at all."""
        return self.takes_part and not self.exempt

    @property
    def rise(self) -> int:
        """How far the lift carries its people, up or down, in half storeys."""
        if self.floor == self.street_floor:
            return 0
        return abs(2 * (self.floor - self.street_floor) + self.stop)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a lift of their own would cost a group: a fixed part, and so much for each storey."""

    fixed_fen: int
    storey_fen: int


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table of the plan's own: its entries by floor, and what an entry is ``per``."""

    entries: tuple[tuple[int, Fraction], ...]
    per: str = "flat"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who takes part in a lift, what it costs, and how its cost is to be shared.

    ``inside`` says how a floor's sum is shared inside it, ``"equal"`` or ``"area"``; empty means as
    the scheme's source has it.
    """

    flats: tuple[Flat, ...]
    total_fen: int
    subsidy_fen: int = 0
    scheme: str = "area"
    inside: str = ""
    costs: Costs | None = None
    table: OwnTable | None = None

    @property
    def shared_fen(self) -> int:
        """What the payers bear together: the cost less the subsidy, and the compensation."""
        paid_out = sum(flat.compensation_fen for flat in self.flats)
        return self.total_fen - self.subsidy_fen + paid_out


def check(plan: Plan) -> list[Fault]:
    """Find every fault of a plan in one pass; ``share`` and the rest take a plan without any.

    Paths are ``("plan", field)``, ``("flats", index, field)`` and ``("table", index, field)``.

    >>> [fault.code for fault in check(Plan((Flat("101", 1, 7000),), 100, subsidy_fen=200))]
    ['sharing.subsidy_above_cost']
    """
    return [*_of_flats(plan), *_of_money(plan), *_of_choices(plan), *_of_table(plan)]


def _of_flats(plan: Plan) -> Iterator[Fault]:
    if not any(flat.pays for flat in plan.flats):
        yield Fault("sharing.no_payer", ("flats",))
    times = Counter(flat.id for flat in plan.flats)
    for at, flat in enumerate(plan.flats):
        if not is_id(flat.id):
            yield Fault("sharing.bad_id", ("flats", at, "id"), {"value": flat.id})
        elif times[flat.id] > 1:
            yield Fault("sharing.flat_twice", ("flats", at, "id"), {"value": flat.id})
        yield from _floor(("flats", at, "floor"), flat.floor)
        yield from _floor(("flats", at, "street_floor"), flat.street_floor)
        if not 0 < flat.area_dm2 <= MOST_DM2:
            facts: Mapping[str, Fact] = {"area": flat.area_dm2, "most": MOST_DM2}
            yield Fault("sharing.area_outside", ("flats", at, "area_dm2"), facts)
        if flat.stop not in STOPS:
            yield Fault("sharing.unknown_stop", ("flats", at, "stop"), {"value": flat.stop})
        yield from _money(("flats", at, "compensation_fen"), flat.compensation_fen)


def _of_money(plan: Plan) -> Iterator[Fault]:
    yield from _money(("plan", "total_fen"), plan.total_fen)
    yield from _money(("plan", "subsidy_fen"), plan.subsidy_fen)
    if plan.subsidy_fen > plan.total_fen:
        facts: Mapping[str, Fact] = {"subsidy": plan.subsidy_fen, "total": plan.total_fen}
        yield Fault("sharing.subsidy_above_cost", ("plan", "subsidy_fen"), facts)
    if plan.costs is not None:
        yield from _money(("plan", "fixed_fen"), plan.costs.fixed_fen)
        yield from _money(("plan", "storey_fen"), plan.costs.storey_fen, low=1)


def _of_choices(plan: Plan) -> Iterator[Fault]:
    if plan.scheme not in scheme_ids():
        facts: Mapping[str, Fact] = {"scheme": plan.scheme, "known": ", ".join(scheme_ids())}
        yield Fault("sharing.unknown_scheme", ("plan", "scheme"), facts)
    if plan.inside not in ("", *INSIDE):
        yield Fault("sharing.unknown_inside", ("plan", "inside"), {"value": plan.inside})
    if plan.scheme == "custom" and plan.table is None:
        yield Fault("sharing.no_table", ("plan", "scheme"))


def _of_table(plan: Plan) -> Iterator[Fault]:
    if plan.table is None:
        return
    if plan.table.per not in PER:
        yield Fault("sharing.unknown_per", ("plan", "table_per"), {"value": plan.table.per})
    times = Counter(floor for floor, _ in plan.table.entries)
    for at, (floor, entry) in enumerate(plan.table.entries):
        yield from _floor(("table", at, "floor"), floor)
        if times[floor] > 1:
            yield Fault("sharing.floor_twice", ("table", at, "floor"), {"value": floor})
        if entry < 0:
            facts: Mapping[str, Fact] = {"value": str(entry)}
            yield Fault("sharing.entry_below_zero", ("table", at, "entry"), facts)


def _floor(path: Path, floor: int) -> Iterator[Fault]:
    if not 1 <= floor <= MOST_FLOORS:
        yield Fault("sharing.floor_outside", path, {"value": floor, "high": MOST_FLOORS})


def _money(path: Path, fen: int, low: int = 0) -> Iterator[Fault]:
    if not low <= fen <= MOST_FEN:
        facts: Mapping[str, Fact] = {"fen": fen, "low": low, "high": MOST_FEN}
        yield Fault("sharing.money_outside", path, facts)
