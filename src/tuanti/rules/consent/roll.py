"""Who may vote, and what they said: the facts a tally is made from.

A flat is an exclusive part (专有部分). Its owners are those of the register; one who bought from
the developer and moved in without registering yet (SPC interpretation on divided ownership, 2020,
art. 1); and heirs, who own from the death on (Civil Code art. 230). For publicly managed flats
(直管公房) and flats a work unit manages (单位自管房) the owner is the body that holds the title. A
tenant owns nothing and has no vote; an owner may give him a mandate.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

Answer: TypeAlias = Literal["yes", "no", "abstain"]
Standing: TypeAlias = Literal["registered", "buyer", "heir"]
Tenure: TypeAlias = Literal["private", "developer", "public", "work-unit"]
State: TypeAlias = Literal["free", "sealed", "unreachable"]
Capacity: TypeAlias = Literal["proxy", "guardian", "administrator", "custodian", "manager"]

LIFT = "lift"  # the matter voted on, unless a ballot names another


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner of a flat. The same ``id`` on two flats is the same person.

    ``share`` is None where the owners hold the flat jointly.
    """

    id: str
    share: Fraction | None = None
    standing: Standing = "registered"


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat of the roll: its id, once on the roll, its exclusive area and its owners.

    The area is the register's, else the survey's, else the contract's (SPC interpretation art. 8).
    ``sealed``: a court has sealed it; that forbids selling it, not voting, so its owner votes.
    ``unreachable``: nobody could find the owner. ``occupied``: the lift takes some of its exclusive
    part. ``served``: the ballot was delivered, which matters where silence counts.
    """

    id: str
    area_dm2: int
    owners: tuple[Owner, ...]
    building: str = ""
    stairwell: str = ""
    tenure: Tenure = "private"
    state: State = "free"
    occupied: bool = False
    served: bool = False
    tenants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mandate:
    """A paper that lets ``holder`` sign for ``owner``.

    It holds while ``from_on <= day < until_on``, and no longer on ``revoked_on``. A proxy is named
    by the owner, who may revoke it; a guardian acts for one who cannot (Civil Code art. 34), an
    administrator for an estate or a bankrupt (art. 1147), a custodian for one declared missing
    (art. 43), a manager for the body that owns a public flat.
    """

    owner: str
    holder: str
    capacity: Capacity
    document: str
    from_on: date | None = None
    until_on: date | None = None
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll of owners: the flats asked, and who may sign for whom."""

    flats: tuple[Flat, ...]
    mandates: tuple[Mandate, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """What was said for a flat, in the order received.

    ``by`` is an owner or the holder of a mandate; "" stands for all owners of the flat, who sent
    one of them to sign.
    """

    flat: str
    answer: Answer
    by: str = ""
    matter: str = LIFT
    cast_on: date | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """A written objection under a name, open until it is settled or withdrawn."""

    by: str
    raised_on: date | None = None
    settled_on: date | None = None
