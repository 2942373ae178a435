"""What each paper says: frozen facts. Money is whole fen, areas are dm², times know their zone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from tuanti.rules.consent import Measure

Answer: TypeAlias = Literal["yes", "no", "abstain", "split", "silent", "talk", ""]
Term: TypeAlias = Literal["days", "working-days"]


@dataclass(frozen=True, slots=True)
class Head:
    """What every paper bears: of which stairwell it is, who issues it, how it is checked.

    ``place`` is the stairwell's whole name in the paper's language. ``address`` is where its QR
    code leads; with ``checked`` one finds there what it must say, by its ``code``, else only the
    stairwell's page. ``made_up`` marks an example.
    """

    place: str
    body: str
    code: str
    address: str
    on: date
    phone: str = ""
    checked: bool = False
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Lift:
    """The plan as papers tell it. ``profile`` is the lift's title in the paper's language.

    ``rights`` are pairs of a matter and what was chosen, such as ``("cards", "payers")``.
    """

    number: int
    name: str
    profile: str
    load_kg: int
    speed_mm_s: int
    entry: Literal["flat", "half"]
    position: str
    stops: int
    total_fen: int
    low_fen: int
    high_fen: int
    subsidy_fen: int
    scheme: str
    running_fen: int
    running_rule: str
    subsidy_law: str = ""
    rights: tuple[tuple[str, str], ...] = ()
    late_years: int = 5
    late_factor_bp: int = 0

    @property
    def shared_fen(self) -> int:
        """What is left for the owners, before compensation."""
        return self.total_fen - self.subsidy_fen


@dataclass(frozen=True, slots=True)
class Home:
    """A flat on a paper. What the paper may not tell of it is None, "" or no names at all.

    ``owners`` are the names as this paper may show them; ``running_fen`` is a year's.
    """

    flat: str
    floor: int | None = None
    area_dm2: int | None = None
    owners: tuple[str, ...] = ()
    share_fen: int | None = None
    running_fen: int | None = None
    compensation_fen: int = 0
    answer: Answer = ""
    reasons: tuple[str, ...] = ()
    way: Literal["", "paper", "phone"] = ""
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One matter counted: four measures, the conditions beside them, the rules it was under."""

    matter: str
    scope: str
    measures: tuple[Measure, ...]
    passed: bool
    law: tuple[str, ...]
    conditions: tuple[tuple[str, bool], ...] = ()  # by name, whether each is met


@dataclass(frozen=True, slots=True)
class Notice:
    """A public notice (公示) of plan and result."""

    head: Head
    number: int
    from_on: date
    last_on: date
    length: int
    unit: Term
    law: str
    lift: Lift
    counts: tuple[Count, ...]
    homes: tuple[Home, ...]
    opens_at: datetime
    closes_at: datetime
    objection_law: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The ballot form (表决票) of one flat. ``head.code`` is the form's own, for batch entry."""

    head: Head
    number: int  # which ballot of this consultation
    lift: Lift
    home: Home
    matters: tuple[tuple[str, str, str], ...]  # matter, scope, law
    opens_at: datetime
    closes_at: datetime
    electronic: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer."""

    flat: str
    asked: str
    answered: str = ""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of a meeting (会议纪要)."""

    head: Head
    held_at: datetime
    where: str
    present: int
    flats: int
    text: str
    recorder: str
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """The tally report (计票报告); ``homes`` hold what the notice's rules let be told."""

    head: Head
    number: int
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    flats: int
    answered: int
    counts: tuple[Count, ...]
    homes: tuple[Home, ...]
    records: int
    chain: str  # the hash of the ledger's last line
    law: tuple[str, ...] = ()  # what else was fixed before it opened


@dataclass(frozen=True, slots=True)
class Step:
    """A step of mediation."""

    at: datetime
    text: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to the notice. ``counts``: named and in writing, so it holds the case up."""

    number: int
    at: datetime
    flat: str
    owner: str
    text: str
    counts: bool
    state: Literal["open", "settled", "withdrawn", "void"]
    outcome: str = ""
    settled_on: date | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Objections:
    """The objection log (异议登记表) of a notice."""

    head: Head
    number: int
    from_on: date
    last_on: date
    law: str
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """The owners' agreement (增设电梯协议). ``homes`` are all flats; those with a share pay."""

    head: Head
    number: int
    lift: Lift
    homes: tuple[Home, ...]
    group: tuple[str, ...] = ()  # the owners' representatives
    manager: str = ""  # who will run the lift; "" leaves a line to be filled in
    fund: str = ""  # how and when the money is raised, in the owners' own words
    repairs: str = ""  # how major repairs are paid for, likewise
    other: str = ""  # whatever else they settled
    law: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The consent summary table (意见征询汇总表), to be signed row by row."""

    head: Head
    number: int
    lift: Lift
    homes: tuple[Home, ...]
    matter: str = "lift"


@dataclass(frozen=True, slots=True)
class Mandate:
    """The procurement mandate (委托采购授权书) of one flat; what is not known is left open."""

    head: Head
    home: Home
    lift: Lift
    buyer: str = ""
    ceiling_fen: int | None = None
    expires_on: date | None = None
    agreement: str = ""  # the code of the agreement it rests on


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the share, and the event it falls due with (``papers.pack.events.…``)."""

    event: str
    fen: int


@dataclass(frozen=True, slots=True)
class Pack:
    """The household pack (家庭资料包) of one flat: what it pays, when, and its papers."""

    head: Head
    home: Home
    lift: Lift
    ceiling_fen: int | None = None
    instalments: tuple[Instalment, ...] = ()
    paid_fen: int | None = None
    fund_law: tuple[str, ...] = ()  # the provident fund's and the maintenance fund's rules
    fund_notes: tuple[str, ...] = ()  # what those rules say besides, in the paper's language
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """A door to knock at. ``last`` is what came of the last contact, ``papers.doors.results.…``."""

    flat: str
    floor: int | None
    owner: str
    area_dm2: int | None
    last_on: date | None = None
    last: str = ""
    first: bool = False  # without this answer the vote may fail
    note: str = ""


@dataclass(frozen=True, slots=True)
class Doors:
    """The door list (上门名单) of a stairwell: who has not answered, by floor."""

    head: Head
    purpose: Literal["canvass", "ballot", "sign", "mandate"]
    closes_at: datetime | None
    flats: int
    answered: int
    doors: tuple[Door, ...]
    need_area_dm2: int = 0
    need_persons: int = 0


Facts: TypeAlias = (
    Notice | Ballot | Minutes | Tally | Objections | Agreement | Summary | Mandate | Pack | Doors
)
