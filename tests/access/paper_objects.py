"""What the addresses of papers are asked for: a notice in the roles' street, one in another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.access.roles import Role
from tests.consent_cast import bare_plan
from tests.places_cast import NOW, OTHER_STREET, STREET
from tuanti.consent.models import Consultation, Notice, Poll, RollFlat
from tuanti.consent.queries.polls import ballot_code
from tuanti.places.models import Flat, Stairwell
from tuanti.rules.duties import DUTIES

Arguments = dict[str, Any]
_OWN = frozenset({"property-manager", "owners-representative", "resident"})
_LAW = "cn/notice/plan@2021-01-01"


def _here(street: str) -> Consultation:
    """The case of a street's house, on notice; founded when it is first asked for."""
    rows = Flat.objects.filter(stairwell__building__estate__street_id=street)
    flat = rows.filter(ownerships__isnull=False).order_by("pk")[0]
    case = Consultation.objects.filter(stairwell=flat.stairwell).exclude(state="withdrawn").first()
    case = case or _founded(flat.stairwell)
    if not case.notices.exists():
        _posted(case, flat)
    return case


def _founded(stairwell: Stairwell) -> Consultation:
    return Consultation.objects.create(
        stairwell=stairwell, state="on-notice", begun_at=NOW, moved_at=NOW
    )


def _posted(case: Consultation, flat: Flat) -> None:
    plan = bare_plan(case, 99)
    poll = Poll.objects.create(
        consultation=case,
        number=99,
        plan=plan,
        matters=[],
        counted_on=NOW.date(),
        opens_at=NOW - timedelta(days=8),
        closes_at=NOW - timedelta(days=1),
        closed_at=NOW,
        head="0" * 64,
        passed=True,
        result={"tallies": []},
    )
    RollFlat.objects.create(
        poll=poll, flat=flat, building="3栋", stairwell="2单元", number=flat.number,
        area_dm2=8640, tenure="private", state="free", own=True,
    )  # fmt: skip
    Notice.objects.create(
        consultation=case, poll=poll, number=99, from_on=NOW.date(), last_on=NOW.date(), law=_LAW,
        facts={"shares": [], "place": {"zh": "", "en": ""}}, digest="0" * 64, posted_at=NOW,
        by="test",
    )  # fmt: skip


def _serves(role: Role) -> bool:
    place = any(DUTIES[duty].scope == "place" for duty in role.duties if duty in DUTIES)
    return place or bool(role.duties & _OWN)


def _asked(street: str, name: str) -> Arguments:
    case = _here(street)
    match name:
        case "papers":
            return {"consultation_id": case.pk}
        case "paper":
            return {"consultation_id": case.pk, "kind": "notice"}
        case "estate-papers":
            return {"estate_id": case.stairwell.building.estate_id, "kind": "notice"}
    flat = RollFlat.objects.filter(poll__consultation=case).order_by("pk")[0]
    return {"code": ballot_code(flat)}


def _own(name: str) -> Callable[[Role], Arguments | None]:
    return lambda role: _asked(STREET, name) if _serves(role) else None


def _other(name: str) -> Callable[[], Arguments]:
    return lambda: _asked(OTHER_STREET, name)


OBJECTS: dict[str, tuple[Callable[[Role], Arguments | None], Callable[[], Arguments | None]]] = {
    f"consent:{name}": (_own(name), _other(name)) for name in ("papers", "paper", "estate-papers")
} | {"consent:ballot-form": (_own("ballot-form"), lambda: None)}
