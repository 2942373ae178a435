"""What the addresses after the vote are asked for: a case in the roles' street, one in another."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from tests.access.roles import Role
from tests.consent_cast import bare_plan, profile
from tests.places_cast import NOW, OTHER_STREET, PNG, STREET
from tuanti.consent.models import (
    Agreement,
    Consultation,
    Mandate,
    Notice,
    NoticePhoto,
    Objection,
    Poll,
    RollFlat,
    RollOwner,
)
from tuanti.people.actors import CLOCK
from tuanti.places.filing import Paper, file
from tuanti.places.models import Flat
from tuanti.rules.duties import DUTIES

Arguments = dict[str, Any]
_OWN = frozenset({"property-manager", "owners-representative", "resident"})
_NUMBER = 100  # later than any other part's
_PLACE = {"zh": "翰林苑3栋2单元", "en": "翰林苑, Building 3, Stairwell 2"}
_PLAN = {
    "name": "方案", "position": "北侧", "profile_id": "p630",
    "profile": {"zh": "630 kg", "en": "630 kg"}, "stops": 7, "entry": "half",
    "total_fen": 60_000_000, "subsidy_fen": 0, "rights": {}, "late_years": 5, "late_factor_bp": 0,
}  # fmt: skip
_MATTERS = [
    {
        "matter": "lift", "scope": "stairwell", "law": "cn/consent/special@2021-01-01",
        "beside": [],
    }
]  # fmt: skip
_TERMS_OF_VOTE = {
    "wins": {"value": "later", "law": ""},
    "electronic": {"value": True, "law": "cn/consent/electronic@2021-01-01"},
    "shown": {"value": "answered", "law": "cn/consent/shown-while-open@2021-01-01"},
}
_TERMS = {"manager": "物业", "fund": "存入监管账户", "repairs": "按比例", "other": ""}


@cache
def standing(street: str) -> Arguments:
    """Find what stands in a street's case; made when it is first asked for."""
    flats = Flat.objects.filter(stairwell__building__estate__street_id=street)
    flat = flats.filter(ownerships__isnull=False).order_by("pk")[0]
    rows = Consultation.objects.filter(stairwell=flat.stairwell).exclude(state="withdrawn")
    case = rows.first() or Consultation.objects.create(
        stairwell=flat.stairwell, state="on-notice", begun_at=NOW, moved_at=NOW
    )
    notice = case.notices.filter(number=_NUMBER).first() or _made(case, flat)
    agreement = case.agreements.get(number=_NUMBER)
    return {
        "consultation_id": case.pk,
        "notice_id": notice.pk,
        "evidence_id": notice.photos.get().photo_id,
        "objection_id": notice.objections.get().pk,
        "agreement_id": agreement.pk,
        "mandate_id": agreement.mandates.get().pk,
    }


def _made(case: Consultation, flat: Flat) -> Notice:
    """Post a notice that is objected to, and draw up an agreement with a mandate beside it."""
    owner = flat.ownerships.get().owner
    poll = _poll(case, flat)
    share = {"flat": flat.pk, "number": flat.number, "floor": 1, "fen": 60_000_000}
    party = share | {"compensation_fen": 0, "running_fen": 0, "owners": [owner.pk]}
    notice = Notice.objects.create(
        consultation=case, poll=poll, number=_NUMBER, from_on=NOW.date(), last_on=NOW.date(),
        law="cn/notice/plan@2021-01-01", digest="0" * 64, posted_at=NOW, by="test",
        facts={"place": _PLACE, "plan": _PLAN, "shares": [party]},
    )  # fmt: skip
    photo = file(Paper("a.png", PNG), CLOCK, NOW)
    NoticePhoto.objects.create(notice=notice, place="楼道", photo=photo, by="test", at=NOW)
    Objection.objects.create(
        consultation=case, notice=notice, flat=flat, owner=owner, text="挡光", raised_at=NOW,
        by="test",
    )  # fmt: skip
    agreement = Agreement.objects.create(
        consultation=case, plan=poll.plan, number=_NUMBER, digest="0" * 64, made_at=NOW, by="test",
        facts={
            "place": _PLACE, "plan": _PLAN, "parties": [party], "compensated": [], "terms": _TERMS,
            "signing": {"rule": "one", "law": []}, "notice": {"code": notice.code},
        },
    )  # fmt: skip
    Mandate.objects.create(
        agreement=agreement, flat=flat, owner=owner, buyer="nobody", profile=profile(),
        ceiling_fen=1, expires_on=NOW.date(), way="phone", by="test", at=NOW,
    )  # fmt: skip
    return notice


def _poll(case: Consultation, flat: Flat) -> Poll:
    plan = bare_plan(case, _NUMBER)
    poll = Poll.objects.create(
        consultation=case, number=_NUMBER, plan=plan, matters=_MATTERS, terms=_TERMS_OF_VOTE,
        counted_on=NOW.date(), opens_at=NOW - timedelta(days=8), closes_at=NOW - timedelta(days=1),
        closed_at=NOW, head="0" * 64, passed=True, result={"tallies": []},
    )  # fmt: skip
    row = RollFlat.objects.create(
        poll=poll, flat=flat, building="3栋", stairwell="2单元", number=flat.number,
        area_dm2=8640, tenure="private", state="free", own=True,
    )  # fmt: skip
    owner = flat.ownerships.get().owner
    RollOwner.objects.create(roll_flat=row, owner=owner, name="某某", standing="registered")
    return poll


def _serves(role: Role) -> bool:
    place = any(DUTIES[duty].scope == "place" for duty in role.duties if duty in DUTIES)
    return place or bool(role.duties & _OWN)


def _asked(street: str, parts: tuple[str, ...]) -> Arguments:
    found = standing(street)
    return {part: found[part] for part in parts}


def _own(parts: tuple[str, ...]) -> Callable[[Role], Arguments | None]:
    return lambda role: _asked(STREET, parts) if _serves(role) else None


def _other(parts: tuple[str, ...]) -> Callable[[], Arguments]:
    return lambda: _asked(OTHER_STREET, parts)


# Address -> what stands in it.
_ADDRESSES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "doors", "contacts", "contact-new", "chat", "notice", "notice-new", "photo-new",
            "objections", "objection-new", "revise", "fail", "reopen", "agreement",
            "agreement-new", "sign-new", "mandate-new", "mandates-settle",
        ),
        ("consultation_id",),
    ),
    "kept": ("consultation_id", "evidence_id"),
    "object": ("notice_id",),
    **dict.fromkeys(
        (
            "objection", "objection-mediate", "objection-withdraw", "objection-void",
            "objection-take-back",
        ),
        ("objection_id",),
    ),
    **dict.fromkeys(("sign", "mandate"), ("agreement_id",)),
    **dict.fromkeys(
        ("mandate-leave", "mandate-leave-paper", "mandate-above", "mandate-confirm"),
        ("mandate_id",),
    ),
}  # fmt: skip

OBJECTS: dict[str, tuple[Callable[[Role], Arguments | None], Callable[[], Arguments | None]]] = {
    f"consent:{name}": (_own(parts), _other(parts)) for name, parts in _ADDRESSES.items()
}
