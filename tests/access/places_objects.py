"""What the addresses of places are asked for: a house in the roles' street, one in another."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.access.roles import Role
from tests.places_cast import NOW, OTHER_STREET, PNG, STREET, Town, found_town
from tuanti.people.actors import CLOCK
from tuanti.places.commands.imports import bring_list
from tuanti.places.commands.papers import PaperFacts, enter_from_paper
from tuanti.places.commands.programme import record_project
from tuanti.places.facts import ProjectFacts
from tuanti.places.filing import Paper
from tuanti.places.models import (
    Agreement,
    Estate,
    Flat,
    Import,
    Owner,
    PaperCase,
    Project,
    Report,
)
from tuanti.rules.duties import DUTIES

Arguments = dict[str, Any]
_LIST = "小区,楼栋,单元,房号\n翰林苑,3栋,2单元,101\n".encode()
_FOUND: dict[str, Arguments] = {}  # in each street, what stands in an address
_SERVE_STAIRWELLS = frozenset({"property-manager", "owners-representative"})


def found() -> Town:
    """Found the two streets with a house, a paper, a project, a report and an agreement each."""
    town = found_town()
    for flat in (town.flat, town.far_flat):
        owner = flat.ownerships.get().owner
        street = owner.estate.street_id
        enter_from_paper(
            stairwell_id=flat.stairwell_id,
            facts=PaperFacts("voted", date(2026, 1, 1)),
            paper=Paper("minutes.png", PNG + street.encode()),
            by=CLOCK,
            now=NOW,
        )
        project = ProjectFacts("改造项目", 2026)
        record_project(division_id=street, facts=project, by=CLOCK, now=NOW)
        Report.objects.create(flat=flat, owner=owner, text="面积不对", at=NOW)
        bring_list(scope_id=street, name="a.csv", content=[_LIST], by=CLOCK, now=NOW)
        Agreement.objects.create(owner=owner, purpose="messages", given_at=NOW, given_by="test")
    for street in (STREET, OTHER_STREET):
        _FOUND[street] = {part: find(street) for part, find in _PARTS.items()}
    return town


def _estate(street: str) -> Estate:
    return Estate.objects.get(street_id=street)


def _flat(street: str) -> Flat:
    flats = Flat.objects.filter(stairwell__building__estate__street_id=street)
    return flats.filter(ownerships__isnull=False).order_by("pk")[0]


def _owner(street: str) -> Owner:
    return _flat(street).ownerships.get().owner


def _evidence(street: str) -> int:
    return PaperCase.objects.get(stairwell=_flat(street).stairwell).evidence_id


# What stands in an address -> what it is in a street.
_PARTS: dict[str, Callable[[str], Any]] = {
    "division_id": lambda street: street,
    "estate_id": lambda street: _estate(street).pk,
    "building_id": lambda street: _flat(street).stairwell.building_id,
    "stairwell_id": lambda street: _flat(street).stairwell_id,
    "flat_id": lambda street: _flat(street).pk,
    "owner_id": lambda street: _owner(street).pk,
    "ownership_id": lambda street: _flat(street).ownerships.get().pk,
    "agreement_id": lambda street: Agreement.objects.get(owner=_owner(street)).pk,
    "case_id": lambda street: PaperCase.objects.get(stairwell=_flat(street).stairwell).pk,
    "evidence_id": _evidence,
    "code": lambda street: _flat(street).stairwell.code,
    "project_id": lambda street: Project.objects.get(division_id=street).pk,
    "import_id": lambda street: Import.objects.get(scope_id=street).pk,
    "report_id": lambda street: Report.objects.get(owner=_owner(street)).pk,
}

# Address -> what stands in it, and what else it needs.
_ADDRESSES: dict[str, tuple[str, Arguments]] = {
    "division": ("division_id", {}),
    "community-new": ("division_id", {}),
    **dict.fromkeys(("estate", "estate-edit", "estate-remove", "building-new"), ("estate_id", {})),
    **dict.fromkeys(
        ("building", "building-edit", "building-remove", "stairwell-new"), ("building_id", {})
    ),
    **dict.fromkeys(
        (
            "stairwell",
            "poster",
            "stairwell-edit",
            "stairwell-recode",
            "stairwell-remove",
            "flat-new",
            "paper-new",
        ),
        ("stairwell_id", {}),
    ),
    "paper-withdraw": ("case_id", {}),
    "evidence": ("evidence_id", {}),
    **dict.fromkeys(("flat", "flat-edit", "flat-remove", "owner-new"), ("flat_id", {})),
    "flat-state": ("flat_id", {"state": "sealed"}),
    **dict.fromkeys(
        ("owner", "owner-edit", "owner-reveal", "owner-erase", "agreement-new"), ("owner_id", {})
    ),
    "owner-life": ("owner_id", {"life": "died"}),
    "agreement-withdraw": ("agreement_id", {}),
    **dict.fromkeys(
        ("ownership-end", "ownership-transfer", "ownership-heirs"), ("ownership_id", {})
    ),
    **dict.fromkeys(("project", "project-edit", "project-remove"), ("project_id", {})),
    "report": ("report_id", {}),
    **dict.fromkeys(
        (
            "import",
            "import-progress",
            "import-marked",
            "import-check",
            "import-apply",
            "import-undo",
            "import-resume",
            "import-drop",
        ),
        ("import_id", {}),
    ),
}


def _own(part: str, more: Arguments) -> Callable[[Role], Arguments | None]:
    def own(role: Role) -> Arguments | None:
        if not _serves(role, part):
            return None
        return {part: _FOUND[STREET][part], **more}

    return own


def _other(part: str, more: Arguments) -> Callable[[], Arguments]:
    return lambda: {part: _FOUND[OTHER_STREET][part], **more}


def _serves(role: Role, part: str) -> bool:
    """Whether the role's post reaches the house: all of a street's, or its stairwell only."""
    if any(DUTIES[duty].scope == "place" for duty in role.duties if duty in DUTIES):
        return True
    wide = part in ("division_id", "project_id", "estate_id", "building_id")
    return bool(role.duties & _SERVE_STAIRWELLS) and not wide


def _own_home(role: Role) -> Arguments | None:
    return {"agreement_id": _FOUND[STREET]["agreement_id"]} if "resident" in role.duties else None


OBJECTS = {
    f"places:{name}": (_own(part, more), _other(part, more))
    for name, (part, more) in _ADDRESSES.items()
} | {
    "places:withdraw": (_own_home, _other("agreement_id", {})),
    "places:agree": (lambda _role: {"purpose": "data-use"}, lambda: None),
}
