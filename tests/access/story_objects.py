"""What the addresses before the vote are asked for: a case in the roles' street, and another's."""

from collections.abc import Callable
from functools import cache
from typing import Any

from tests.access.roles import Role
from tests.consent_cast import bare_plan
from tests.places_cast import NOW, OTHER_STREET, PNG, STREET
from tuanti.consent.commands import saying
from tuanti.consent.commands.saying import MeetingFacts
from tuanti.consent.models import Consultation, Invitation
from tuanti.people.actors import CLOCK
from tuanti.places.filing import Paper
from tuanti.places.models import Flat
from tuanti.rules.duties import DUTIES

Arguments = dict[str, Any]
_OWN = frozenset({"property-manager", "owners-representative"})
_ASKED = frozenset({"designer", "supplier-manager"})
_NUMBER = 500  # no other part's
_WIDE = "estate_id"


@cache
def standing(street: str) -> Arguments:
    """Find what stands in a street's case; made when it is first asked for."""
    flats = Flat.objects.filter(stairwell__building__estate__street_id=street)
    flat = flats.filter(ownerships__isnull=False).order_by("pk")[0]
    rows = Consultation.objects.filter(stairwell=flat.stairwell).exclude(state="withdrawn")
    case = rows.first() or Consultation.objects.create(
        stairwell=flat.stairwell, state="draft", begun_at=NOW, moved_at=NOW
    )
    if not case.plans.filter(number=_NUMBER).exists():
        _made(case, flat)
    return {
        "consultation_id": case.pk,
        "estate_id": flat.stairwell.building.estate_id,
        "stairwell_id": flat.stairwell_id,
        "flat_id": flat.pk,
        "plan_id": case.plans.get(number=_NUMBER).pk,
        "representative_id": case.group.order_by("pk")[0].pk,
        "meeting_id": case.meetings.order_by("pk")[0].pk,
        "question_id": case.questions.order_by("pk")[0].pk,
        "statement_id": case.statements.order_by("pk")[0].pk,
        "organisation_id": "nobody",
    }


def _made(case: Consultation, flat: Flat) -> None:
    """Draw up a plan; hold a meeting, ask, state; elect a representative."""
    bare_plan(case, _NUMBER)
    case.group.create(owner=flat.ownerships.get().owner, elected_on=NOW.date(), by="test")
    told: dict[str, Any] = {"consultation_id": case.pk, "by": CLOCK, "now": NOW}
    paper = Paper("a.png", PNG)
    saying.hold_meeting(facts=MeetingFacts(NOW, "社区", 1, "谈了分摊。"), paper=paper, **told)
    saying.ask_question(flat_id=flat.pk, text="一楼补偿多少？", **told)
    sheet = case.meetings.order_by("pk")[0].paper
    case.statements.create(kind="comment", text="无", body="某物业", paper=sheet, by="x", at=NOW)


# Address -> what stands in it.
_ADDRESSES: dict[str, tuple[str, ...]] = {
    "heat-estate": (_WIDE,),
    "wish-new": ("stairwell_id",),
    **dict.fromkeys(
        (
            "consultation",
            "begin-canvass",
            "begin-planning",
            "representative-new",
            "plans",
            "plan-new",
            "meeting-new",
            "question-new",
            "statement-new",
            "invite",
            "withdraw",
        ),
        ("consultation_id",),
    ),
    **dict.fromkeys(("wish-undo", "canvass-flat"), ("consultation_id", "flat_id")),
    "representative-end": ("representative_id",),
    **dict.fromkeys(("plan", "plan-choose", "plan-drop", "schemes"), ("plan_id",)),
    "impact": ("plan_id", "flat_id"),
    "meeting-paper": ("meeting_id",),
    "question-answer": ("question_id",),
    "statement-paper": ("statement_id",),
    "invitation-end": ("consultation_id", "organisation_id"),
}


def _picked(street: str, parts: tuple[str, ...]) -> Arguments:
    found = standing(street)
    return {part: found[part] for part in parts}


def _own(parts: tuple[str, ...]) -> Callable[[Role], Arguments | None]:
    def own(role: Role) -> Arguments | None:
        if role.duties & _ASKED and role.organisation and _WIDE not in parts:
            case = standing(STREET)["consultation_id"]
            Invitation.objects.get_or_create(
                consultation_id=case, organisation=role.organisation.pk, defaults={"at": NOW}
            )
        elif not _serves(role):
            return None
        return _picked(STREET, parts)

    return own


def _other(parts: tuple[str, ...]) -> Callable[[], Arguments]:
    return lambda: _picked(OTHER_STREET, parts)


def _serves(role: Role) -> bool:
    place = any(DUTIES[duty].scope == "place" for duty in role.duties if duty in DUTIES)
    return place or bool(role.duties & _OWN)


OBJECTS = {f"consent:{name}": (_own(parts), _other(parts)) for name, parts in _ADDRESSES.items()}
