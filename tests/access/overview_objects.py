"""What the addresses of a stairwell's page are asked for: the roles' stairwell, and another's."""

from collections.abc import Callable
from typing import Any

from tests.access.roles import Role
from tests.places_cast import OTHER_STREET, STREET
from tuanti.places.models import Stairwell

Arguments = dict[str, Any]


def _code(street: str) -> str:
    return Stairwell.objects.filter(building__estate__street_id=street).earliest("pk").code


def _home(role: Role) -> Arguments | None:
    return {"code": _code(STREET)} if "resident" in role.duties else None


def _away() -> Arguments:
    return {"code": _code(OTHER_STREET)}


# A poster is for anybody; what stands behind it is for the stairwell's own people.
OBJECTS: dict[str, tuple[Callable[[Role], Arguments | None], Callable[[], Arguments | None]]] = {
    "overview:stairwell": (lambda _role: {"code": _code(STREET)}, lambda: None),
    "overview:share": (_home, _away),
    "overview:pack": (_home, _away),
}
