"""The invented flats of the template's example sheet."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tuanti.texts import Lang

_FACTS: Mapping[str, Any] = {
    "storeys": 7, "built": 1998, "structure": "brick-concrete", "lift": False, "entries": ["1"],
    "tenure": "private", "state": "free", "building": "3", "stairwell": "1", "life": "living",
    "standing": "registered",
}  # fmt: skip
_PLACES: Mapping[Lang, Mapping[str, Any]] = {
    "zh": {"district": "示例区", "street": "示例街道", "community": "向阳社区",
           "estate": "向阳小区", "address": "向阳路1号", "aliases": ["纺织厂家属院"]},
    "en": {"district": "Example", "street": "Example street office", "community": "Sunny side",
           "estate": "Sunny side court", "address": "1 Sunny Road", "aliases": ["Mill yard"]},
}  # fmt: skip
_OWNERS: Mapping[Lang, tuple[str, ...]] = {
    "zh": ("王阿姨", "李叔", "李婶", "周老师"),
    "en": ("Aunt Wang", "Uncle Li", "Mrs Li", "Teacher Zhou"),
}


def _flats(lang: Lang) -> list[dict[str, Any]]:
    first, second, third, fourth = _OWNERS[lang]
    half = Fraction(1, 2)
    flats = (
        {"flat": "101", "floor": 1, "area_dm2": 6825, "owner": first, "phone": "13800000001"},
        {"flat": "601", "floor": 6, "area_dm2": 6825, "owner": second, "share": half},
        {"flat": "601", "floor": 6, "owner": third, "share": half},
        {"flat": "702", "floor": 7, "area_dm2": 7210, "owner": fourth},
    )
    return [{**_PLACES[lang], **_FACTS, **flat} for flat in flats]


EXAMPLE: Mapping[Lang, list[dict[str, Any]]] = {"zh": _flats("zh"), "en": _flats("en")}
