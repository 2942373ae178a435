"""The sample round of a city: 2,000 lots, about 40,000 lifts, 30 suppliers. All invented.

Only the districts' names are Chongqing's; estates, firms, prices and quantities are drawn by chance
from a fixed seed.
"""

from random import Random
from typing import Any

from tuanti.sample.parts import BASIS, book, credit_code, line, round_of, typical_fen

_YEARS = 15
_LOTS = 2_000
_FIRMS = 30
_SEED = 20261122

_RULES = {
    "objective": "cost",
    "price_basis": BASIS,
    "maintenance_years": _YEARS,
    "winners_min": 8,
    "share_max_bp": 1200,
    "share_min_bp": 50,
    "small_share_min_bp": 2000,
    "group_suppliers_min": 2,
    "seed": "虚构抽签 2026-11-20 第 03 11 28 号",
}

_DISTRICTS = {
    "wanzhou": "万州", "fuling": "涪陵", "yuzhong": "渝中", "dadukou": "大渡口",
    "jiangbei": "江北", "shapingba": "沙坪坝", "jiulongpo": "九龙坡", "nanan": "南岸",
    "beibei": "北碚", "qijiang": "綦江", "dazu": "大足", "yubei": "渝北",
    "banan": "巴南", "qianjiang": "黔江", "changshou": "长寿", "jiangjin": "江津",
    "hechuan": "合川", "yongchuan": "永川", "nanchuan": "南川", "bishan": "璧山",
    "tongliang": "铜梁", "tongnan": "潼南", "rongchang": "荣昌", "kaizhou": "开州",
    "liangping": "梁平", "wulong": "武隆", "chengkou": "城口", "fengdu": "丰都",
    "dianjiang": "垫江", "zhongxian": "忠县", "yunyang": "云阳", "fengjie": "奉节",
    "wushan": "巫山", "wuxi": "巫溪", "shizhu": "石柱", "xiushan": "秀山",
    "youyang": "酉阳", "pengshui": "彭水",
}  # fmt: skip
_CENTRAL = frozenset({"yuzhong", "dadukou", "jiangbei", "shapingba", "jiulongpo", "nanan", "beibei",
                      "yubei", "banan"})  # fmt: skip

_FIRST = ("山城", "巴渝", "嘉陵", "云岭", "雾都", "两江", "石桥", "渝东", "金沙", "长滩")
_STEM = "甲乙丙丁戊己庚辛壬癸"
_TRADE = ("梯业", "电梯", "机电")
_ESTATE = (
    "荷花", "松林", "江岸", "翠屏", "望江", "梧桐", "百合", "清溪", "文庙",
    "东门", "北塔", "丰收", "安居", "红星", "建设", "学府", "云顶", "金桂",
)  # fmt: skip
_KIND = ("苑", "小区", "新村", "家园", "里")
_PROFILES = ("p450", "p630", "p800")


def city() -> dict[str, Any]:
    """Make the round; the same every time."""
    chance = Random(_SEED)
    lists = {"lots": [], "parcels": [], "bill": []}  # type: dict[str, list[dict[str, Any]]]
    homes = _homes(chance)
    for number, district in enumerate(homes, 1):
        _add_lot(lists, chance, number, district)
    lifts = sum(row["lifts"] for row in lists["bill"])
    lists["suppliers"] = _suppliers(chance, lifts)
    lists["books"] = _books(chance)
    lists["tiers"] = [tier for firm in lists["suppliers"] for tier in _ladder(chance, firm)]
    title = "虚构示例：重庆市 2026 年加装电梯集中带量采购（fictional example）"
    return round_of("sample-city", title, _RULES, lists)


def _homes(chance: Random) -> list[str]:
    weights = [5 if name in _CENTRAL else 1.4 for name in _DISTRICTS]
    return sorted(chance.choices(list(_DISTRICTS), weights, k=_LOTS))


def _add_lot(
    lists: dict[str, list[dict[str, Any]]], chance: Random, number: int, district: str
) -> None:
    lot, estates = f"l{number:04d}", chance.choices((1, 2, 3), (5, 3, 2))[0]
    shared = estates == 3 and chance.random() < 0.15  # noqa: PLR2004 (the largest lots)
    typical = 0
    for at in range(estates):
        parcel = f"{lot}-{at + 1}"
        name = chance.choice(_ESTATE) + chance.choice(_KIND) + f"{chance.randrange(1, 60)} 号院"
        lists["parcels"].append({"id": parcel, "name": name, "lot": lot})
        for profile, stops, entry, lifts in _stairwells(chance):
            price = typical_fen(profile, stops, entry, _YEARS) * 110 // 100
            top = price // 100_000 * 100_000
            ceiling = top if shared else None
            row = line(parcel, profile, stops, entry, lifts=lifts, ceiling_fen=ceiling)
            lists["bill"].append(row)
            typical += lifts * top
    lists["lots"].append(
        {
            "id": lot,
            "name": f"{_DISTRICTS[district]}第 {number} 标段",
            "district": district,
            "suppliers_max": 2 if shared else 1,
            "ceiling_fen": None if shared else typical,
        }
    )


def _stairwells(chance: Random) -> list[tuple[str, int, str, int]]:
    """An estate's lifts: most have one kind of stairwell, many mix seven and nine storeys."""
    entry = chance.choices(("half", "flat"), (7, 3))[0]
    size = max(1, min(90, round(chance.lognormvariate(2.15, 0.75))))
    profile = chance.choices(_PROFILES, (3, 6, 1))[0]
    stops = chance.choices((6, 7, 8, 9), (3, 5, 2, 1))[0]
    if size < 4 or chance.random() < 0.6:  # noqa: PLR2004 (one kind only)
        return [(profile, stops, entry, size)]
    tall = chance.randrange(1, size // 2 + 1)
    return [("p630", 7, entry, size - tall), ("p630", 9, entry, tall)]


def _suppliers(chance: Random, lifts: int) -> list[dict[str, Any]]:
    weights = [chance.lognormvariate(0, 0.7) for _ in range(_FIRMS)]
    scale = 1.7 * lifts / sum(weights)
    return [
        {
            "id": f"s{at:02d}",
            "name": f"{_FIRST[at % 10]}{_STEM[at // 3]}{_TRADE[at % 3]}（虚构）",
            "uscc": credit_code(100 + at),
            "capacity_lifts": max(400, round(weight * scale)),
            "quality": chance.randrange(7600, 9700),
            "small": at % 5 in (1, 3),
            "entry_fen": 20_000_000,
        }
        for at, weight in enumerate(weights)
    ]


def _books(chance: Random) -> list[dict[str, Any]]:
    """Every firm has its level, taste and roads; it serves three districts in four."""
    rows = []
    for at in range(_FIRMS):
        level = 1 + chance.gauss(0, 0.025)
        taste = {profile: 1 + chance.gauss(0, 0.012) for profile in _PROFILES}
        for district in _DISTRICTS:
            road = 1 + chance.uniform(-0.01, 0.035) + (0 if district in _CENTRAL else 0.01)
            if chance.random() < 0.75:  # noqa: PLR2004 (three in four)
                rows += [
                    book(f"s{at:02d}", district, profile, level * taste[profile] * road)
                    for profile in _PROFILES
                ]
    return rows


def _ladder(chance: Random, firm: dict[str, Any]) -> list[dict[str, Any]]:
    """Four tiers, between a tenth and nine tenths of what the firm can supply, up to 9 % off."""
    capacity = firm["capacity_lifts"]
    starts = sorted({round(capacity * chance.uniform(0.1, 0.9)) for _ in range(3)})
    discounts = sorted(chance.randrange(100, 900, 10) for _ in starts)
    starts, discounts = [1, *starts], [0, *discounts]
    ends = [start - 1 for start in starts[1:]] + [None]
    return [
        {"supplier": firm["id"], "from_lifts": start, "to_lifts": end, "discount_bp": bp}
        for start, end, bp in zip(starts, ends, discounts, strict=True)
    ]
