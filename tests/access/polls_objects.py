"""What the addresses of votes are asked for: a vote in the roles' street, one in another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access.roles import Role
from tests.consent_cast import bare_plan
from tests.places_cast import NOW, OTHER_STREET, STREET
from tuanti.consent import ledger
from tuanti.consent.models import (
    Consultation,
    Poll,
    Proxy,
    Record,
    RollFlat,
    RollOwner,
)
from tuanti.consent.queries import polls as known
from tuanti.places.models import Evidence, Flat
from tuanti.rules.duties import DUTIES

Arguments = dict[str, Any]
_WIDE = frozenset({"property-manager", "owners-representative"})
_TERMS = {
    "shown": {"value": "answered", "law": ""},
    "electronic": {"value": True, "law": ""},
    "wins": {"value": "later", "law": ""},
    "roll_by": "account:0",
}
_MATTER = {"matter": "lift", "scope": "stairwell", "law": "cn/consent/special@2021-01-01"}
_NUMBER = 1000  # after any other vote of the case


def _poll(street: str) -> Poll:
    """The vote of a street's house; founded when it is first asked for."""
    rows = Flat.objects.filter(stairwell__building__estate__street_id=street)
    flat = rows.filter(ownerships__isnull=False).order_by("pk")[0]
    case = Consultation.objects.filter(stairwell=flat.stairwell).exclude(state="withdrawn").first()
    case = case or Consultation.objects.create(
        stairwell=flat.stairwell, state="open", begun_at=NOW, moved_at=NOW
    )
    return case.polls.filter(number=_NUMBER).first() or _opened(case, flat)


def _opened(case: Consultation, flat: Flat) -> Poll:
    plan = bare_plan(case, _NUMBER)
    now = timezone.now()
    poll = Poll.objects.create(
        consultation=case, number=_NUMBER, plan=plan, matters=[_MATTER | {"beside": []}],
        terms=_TERMS, counted_on=now.date(), opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=6), head="",
    )  # fmt: skip
    on_roll = RollFlat.objects.create(
        poll=poll, flat=flat, building="3栋", stairwell="2单元", number=flat.number, floor=1,
        area_dm2=8640, tenure="private", state="free", own=True,
    )  # fmt: skip
    owner = flat.ownerships.get().owner_id
    RollOwner.objects.create(roll_flat=on_roll, owner_id=owner, name="王", standing="registered")
    poll.head = ledger.start_of(poll, known.flats_of(poll))
    poll.save()
    said = {"owner": str(owner), "way": "paper", "answers": {"lift": "yes"}}
    paper = Evidence.objects.order_by("pk")[0]
    ledger.append(poll, "ballot", said, by="account:0", at=now, roll_flat=on_roll, paper=paper)
    Proxy.objects.create(poll=poll, owner_id=owner, holder="王小明", capacity="proxy", paper=paper)
    return poll


def _ballot(street: str) -> Record:
    return _poll(street).records.get()


_PARTS: dict[str, Callable[[str], Arguments]] = {
    "consultation": lambda street: {"consultation_id": _poll(street).consultation_id},
    "poll": lambda street: {"poll_id": _poll(street).pk},
    "flat": lambda street: {
        "poll_id": _poll(street).pk,
        "flat_id": _poll(street).roll.get().flat_id,
    },
    "record": lambda street: {"record_id": _ballot(street).pk},
    "proxy": lambda street: {"proxy_id": _poll(street).proxies.get().pk},
    "code": lambda street: {"code": known.receipt_of(_ballot(street)).code},
}
_ADDRESSES = {
    **dict.fromkeys(("poll-new", "poll", "ballots"), "consultation"),
    **dict.fromkeys(("poll-close", "proxies", "cast"), "poll"),
    **dict.fromkeys(("served", "ballot-new"), "flat"),
    **dict.fromkeys(
        (
            "ballot",
            "ballot-paper",
            "ballot-confirm",
            "ballot-refuse",
            "ballot-uphold",
            "dispute",
        ),
        "record",
    ),
    "proxy-revoke": "proxy",
    "receipt": "code",
}


def _serves(role: Role) -> bool:
    place = any(DUTIES[duty].scope == "place" for duty in role.duties if duty in DUTIES)
    return place or bool(role.duties & (_WIDE | {"resident"}))


def _own(part: str) -> Callable[[Role], Arguments | None]:
    return lambda role: _PARTS[part](STREET) if _serves(role) else None


def _other(part: str) -> Callable[[], Arguments]:
    return lambda: _PARTS[part](OTHER_STREET)


OBJECTS: dict[str, tuple[Callable[[Role], Arguments | None], Callable[[], Arguments | None]]] = {
    f"consent:{name}": (_own(part), _other(part)) for name, part in _ADDRESSES.items()
} | {"consent:check": (lambda _role: _PARTS["code"](STREET), lambda: None)}
