"""The cast of the tests: one small round, invented from its suppliers to their codes."""

from typing import Any

# Invented, with true check characters. Nobody has them.
USCC_JIA = "91500000MA00000008"
USCC_YI = "91500000MA0000001B"
USCC_BING = "91500000MA0000002E"


def small_round() -> dict[str, Any]:
    """Make a round without a fault: two districts, three lots, suppliers 甲 乙 丙.

    Lot ``yz-1`` may be shared by two and has an estate with seven- and nine-storey stairwells.
    甲's ladder is incremental; 乙's totals fall when its second tier is reached; 丙 has none.
    """
    return {
        "format": "tuanti-round/1",
        "id": "sample-small",
        "title": "虚构市加装电梯集中带量采购（小例）",
        "fictional": True,
        "rules": _rules(),
        "lots": _lots(),
        "parcels": _parcels(),
        "bill": _bill(),
        "suppliers": _suppliers(),
        "books": _books(),
        "tiers": _tiers(),
        "packages": [
            {"id": "yi-both", "supplier": "yi", "lots": ["yz-2", "sp-1"], "total_fen": 430_000_000}
        ],
        "pairs": [{"lot": "sp-1", "supplier": "bing", "kind": "forbidden"}],
    }


def _rules() -> dict[str, Any]:
    return {
        "objective": "cost",
        "price_basis": ["equipment", "shaft", "installation"],
        "winners_max": 2,
        "share_max_bp": 7500,
        "groups": {"yuzhong": "core"},
        "seed": "2026-11-22 0715",
    }


def _lots() -> list[dict[str, Any]]:
    return [
        {"id": "yz-1", "name": "渝中一标段", "district": "yuzhong", "suppliers_max": 2},
        {"id": "yz-2", "name": "渝中二标段", "district": "yuzhong", "ceiling_fen": 250_000_000},
        {"id": "sp-1", "name": "沙坪坝标段", "district": "shapingba", "zone": "west"},
    ]


def _parcels() -> list[dict[str, Any]]:
    return [
        {"id": "hehua", "name": "荷花苑", "lot": "yz-1"},
        {"id": "songlin", "name": "松林小区", "lot": "yz-1"},
        {"id": "jiangan", "name": "江岸家园", "lot": "yz-2"},
        {"id": "xiyuan", "name": "西苑新村", "lot": "sp-1"},
    ]


def _bill() -> list[dict[str, Any]]:
    return [
        _line("hehua", "p7", 7, "half", 6),
        _line("hehua", "p9", 9, "flat", 3),
        _line("songlin", "p7", 7, "half", 4) | {"ceiling_fen": 60_000_000},
        _line("jiangan", "p7", 7, "flat", 5),
        _line("xiyuan", "p9", 9, "flat", 4),
    ]


def _line(parcel: str, profile: str, stops: int, entry: str, lifts: int) -> dict[str, Any]:
    return {"parcel": parcel, "profile": profile, "stops": stops, "entry": entry, "lifts": lifts}


def _suppliers() -> list[dict[str, Any]]:
    return [
        _supplier("jia", "甲电梯有限公司", USCC_JIA, 40, 9150) | {"ladder": "incremental"},
        _supplier("yi", "乙电梯股份有限公司", USCC_YI, 25, 8800) | {"entry_fen": 5_000_000},
        _supplier("bing", "丙机电工程有限公司", USCC_BING, 12, 8025) | {"small": True},
    ]


def _supplier(ident: str, name: str, uscc: str, capacity: int, quality: int) -> dict[str, Any]:
    return {
        "id": ident,
        "name": name,
        "uscc": uscc,
        "capacity_lifts": capacity,
        "quality": quality,
    }


def _books() -> list[dict[str, Any]]:
    return [
        _book("jia", "*", "p7", 24_000_000, 1_500_000),
        _book("jia", "*", "p9", 25_500_000, 1_550_000),
        _book("jia", "west", "p9", 25_800_000, 1_560_050),
        _book("yi", "*", "p7", 23_600_000, 1_620_000) | {"half_fen": 900_000},
        _book("yi", "*", "p9", 25_000_000, 1_640_000),
        _book("bing", "yuzhong", "p7", 22_900_000, 1_580_000),
        _book("bing", "yuzhong", "p9", 26_100_000, 1_600_000) | {"half_fen": None},
    ]


def _book(supplier: str, zone: str, profile: str, base_fen: int, stop_fen: int) -> dict[str, Any]:
    return {
        "supplier": supplier,
        "zone": zone,
        "profile": profile,
        "base_fen": base_fen,
        "stop_fen": stop_fen,
        "flat_fen": 0,
        "half_fen": 800_000,
        "shaft_stop_fen": 1_200_000,
        "installation_fen": 4_000_000,
    }


def _tiers() -> list[dict[str, Any]]:
    return [
        {"supplier": "jia", "from_lifts": 1, "to_lifts": 5},
        {"supplier": "jia", "from_lifts": 6, "to_lifts": 12, "off_fen": 1_000_000},
        {"supplier": "jia", "from_lifts": 13, "off_fen": 2_000_000},
        {"supplier": "yi", "from_lifts": 1, "to_lifts": 9},
        {"supplier": "yi", "from_lifts": 10, "discount_bp": 1200, "off_fen": 50_000},
    ]
