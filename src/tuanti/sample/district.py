"""The sample round of a district: 12 lots, 318 lifts, nine local firms. All invented."""

from typing import Any

from tuanti.sample.parts import BASIS, book, credit_code, line, round_of, typical_fen

_YEARS = 15

_RULES = {
    "objective": "cost",
    "price_basis": BASIS,
    "maintenance_years": _YEARS,
    "winners_min": 3,
    "winners_max": 5,
    "share_max_bp": 4000,
    "share_min_bp": 500,
    "small_share_min_bp": 1500,
    "seed": "虚构抽签 2026-11-20 第 07 15 22 号",
}

# Lot: name, zone, most suppliers; its estates: name and (profile, stops, entry, lifts).
# Estates with seven- and nine-storey stairwells get one supplier for both: that is the point.
_LOTS: tuple[tuple[str, str, int, tuple[Any, ...]], ...] = (
    ("老城一标段", "laocheng", 1, (
        ("荷花苑", ("p630", 7, "half", 16), ("p630", 9, "half", 6)),
        ("松林小区", ("p630", 7, "half", 9)))),
    ("老城二标段", "laocheng", 1, (
        ("江岸家园", ("p450", 6, "half", 12), ("p630", 8, "half", 14)),)),
    ("老城三标段", "laocheng", 2, (
        ("东门里", ("p630", 7, "half", 11), ("p630", 9, "flat", 5)),
        ("文庙小区", ("p630", 7, "half", 9)),
        ("西街新村", ("p450", 6, "half", 7)),
        ("北塔院", ("p630", 8, "half", 8)))),
    ("老城四标段", "laocheng", 1, (
        ("清溪巷", ("p450", 6, "half", 12), ("p630", 7, "half", 10)),)),
    ("新城一标段", "xincheng", 1, (
        ("翠屏花园", ("p800", 9, "flat", 12), ("p630", 7, "flat", 10)),
        ("云顶苑", ("p800", 9, "flat", 6)))),
    ("新城二标段", "xincheng", 1, (
        ("望江名居", ("p630", 8, "flat", 16), ("p800", 9, "flat", 9)),)),
    ("新城三标段", "xincheng", 1, (
        ("梧桐里", ("p630", 7, "flat", 13)),
        ("百合园", ("p630", 7, "half", 9)))),
    ("新城四标段", "xincheng", 1, (
        ("学府路小区", ("p630", 7, "half", 18), ("p630", 9, "half", 11)),)),
    ("厂区一标段", "changqu", 1, (
        ("红星机械厂宿舍", ("p450", 6, "half", 20), ("p630", 7, "half", 13)),)),
    ("厂区二标段", "changqu", 1, (
        ("建设新村", ("p630", 7, "half", 16), ("p630", 8, "half", 8)),)),
    ("场镇一标段", "changzhen", 1, (
        ("安居小区", ("p450", 6, "half", 12)),
        ("丰收苑", ("p630", 7, "half", 8)))),
    ("场镇二标段", "changzhen", 1, (
        ("石桥新居", ("p630", 7, "half", 10), ("p630", 9, "half", 8)),)),
)  # fmt: skip

# Firm: name, price level, capacity, quality, small, entry cost in yuan, zones it does not serve.
_FIRMS: tuple[tuple[str, str, float, int, int, bool, int, tuple[str, ...]], ...] = (
    ("jia", "山城甲梯业（虚构）", 0.985, 140, 9210, False, 60_000, ()),
    ("yi", "巴渝乙电梯（虚构）", 1.000, 150, 9040, False, 60_000, ()),
    ("bing", "嘉陵丙机电（虚构）", 0.972, 70, 8630, True, 40_000, ("changzhen",)),
    ("ding", "云岭丁电梯（虚构）", 1.012, 120, 9350, False, 60_000, ()),
    ("wu", "雾都戊升降设备（虚构）", 0.968, 48, 8210, True, 40_000, ("xincheng",)),
    ("ji", "两江己电梯（虚构）", 0.994, 100, 8890, False, 60_000, ("changqu",)),
    ("geng", "石桥庚机电（虚构）", 0.961, 48, 8020, True, 40_000, ("laocheng", "xincheng")),
    ("xin", "渝东辛梯业（虚构）", 1.006, 90, 9120, False, 60_000, ()),
    ("ren", "金沙壬电梯（虚构）", 0.990, 64, 8540, True, 40_000, ("changzhen",)),
)

_ZONES = {"laocheng": 1.02, "xincheng": 0.99, "changqu": 1.0, "changzhen": 1.035}

# From how many lifts, and per mille off for every lift; or yuan off the lifts within the tier.
_DISCOUNTS: dict[str, tuple[tuple[int, int], ...]] = {
    "jia": ((1, 0), (40, 300), (80, 550), (110, 700)),
    "bing": ((1, 0), (30, 250), (55, 420)),
    "ding": ((1, 0), (50, 480), (100, 900)),
    "wu": ((1, 0), (25, 300)),
    "ji": ((1, 0), (45, 320), (75, 600)),
    "xin": ((1, 0), (40, 350), (70, 640)),
    "ren": ((1, 0), (35, 330)),
}
_OFF_WITHIN = {"yi": ((1, 0), (41, 18_000), (91, 36_000))}


def district() -> dict[str, Any]:
    """Make the round; the same every time."""
    lists = {"lots": [], "parcels": [], "bill": []}  # type: dict[str, list[dict[str, Any]]]
    for number, lot in enumerate(_LOTS, 1):
        _add_lot(lists, f"l{number:02d}", lot)
    lists |= {"suppliers": _suppliers(), "books": _books(), "tiers": _tiers()}
    lists |= {"packages": _packages(), "pairs": _pairs()}
    title = "虚构示例：云岭区 2026 年加装电梯集中带量采购（fictional example）"
    return round_of("sample-district", title, _RULES, lists)


def _add_lot(lists: dict[str, list[dict[str, Any]]], lot: str, row: tuple[Any, ...]) -> None:
    name, zone, most, estates = row
    typical = 0
    for at, (estate, *bill) in enumerate(estates, 1):
        parcel = f"{lot}-{at}"
        lists["parcels"].append({"id": parcel, "name": estate, "lot": lot})
        for profile, stops, entry, lifts in bill:
            price = typical_fen(profile, stops, entry, _YEARS)
            top = _ceiling(price) if most > 1 else None
            lists["bill"].append(line(parcel, profile, stops, entry, lifts=lifts, ceiling_fen=top))
            typical += lifts * price
    lists["lots"].append(
        {
            "id": lot,
            "name": name,
            "district": "yunling",
            "zone": zone,
            "suppliers_max": most,
            "ceiling_fen": _ceiling(typical) if most == 1 else None,
        }
    )


def _ceiling(price_fen: int) -> int:
    """4 % above the ordinary price, in whole thousands of yuan."""
    return price_fen * 104 // 100 // 100_000 * 100_000


def _suppliers() -> list[dict[str, Any]]:
    return [
        {
            "id": ident,
            "name": name,
            "uscc": credit_code(at),
            "capacity_lifts": capacity,
            "quality": quality,
            "small": small,
            "entry_fen": 100 * entry,
            "ladder": "incremental" if ident in _OFF_WITHIN else "all_units",
        }
        for at, (ident, name, _, capacity, quality, small, entry, _) in enumerate(_FIRMS, 1)
    ]


def _books() -> list[dict[str, Any]]:
    return [
        book(ident, zone, profile, level * at * _taste(ident, profile))
        for ident, _, level, *_, absent in _FIRMS
        for zone, at in _ZONES.items()
        for profile in ("p450", "p630", "p800")
        if zone not in absent
    ]


def _taste(ident: str, profile: str) -> float:
    """What a firm is better or worse at."""
    likes = {
        "jia": "p630",
        "yi": "p800",
        "ding": "p800",
        "wu": "p450",
        "geng": "p450",
        "xin": "p630",
    }
    return 0.985 if likes.get(ident) == profile else 1.0


def _tiers() -> list[dict[str, Any]]:
    tiers = []
    for unit, table in (("discount_bp", _DISCOUNTS), ("off_fen", _OFF_WITHIN)):
        for ident, steps in table.items():
            ends = [start - 1 for start, _ in steps[1:]] + [None]
            for (start, value), end in zip(steps, ends, strict=True):
                given = 100 * value if unit == "off_fen" else value
                tiers.append({"supplier": ident, "from_lifts": start, "to_lifts": end, unit: given})
    return tiers


def _packages() -> list[dict[str, Any]]:
    return [
        {
            "id": "geng-towns",
            "supplier": "geng",
            "lots": ["l11", "l12"],
            "total_fen": 1_282_000_000,
        },
        {"id": "xin-works", "supplier": "xin", "lots": ["l09", "l10"], "total_fen": 1_845_000_000},
    ]


def _pairs() -> list[dict[str, Any]]:
    return [{"lot": "l09", "supplier": "geng", "kind": "forbidden"}]
