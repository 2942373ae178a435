"""An invented vote to try: six floors, two flats each, one yes short of consent."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tuanti.texts import Lang

_TITLES: Mapping[Lang, str] = {
    "zh": "虚构小区 3 栋 1 单元加装电梯表决",
    "en": "A lift for an invented stairwell",
}
_NAMES: Mapping[str, Mapping[Lang, str]] = {
    "wang": {"zh": "王桂芳", "en": "Wang Guifang"},
    "zhang": {"zh": "张国强", "en": "Zhang Guoqiang"},
    "liu": {"zh": "刘敏", "en": "Liu Min"},
    "chen": {"zh": "陈志远", "en": "Chen Zhiyuan"},
    "bureau": {"zh": "虚构市房屋管理局", "en": "Invented City Housing Bureau"},
    "station": {"zh": "虚构市第一房管所", "en": "Invented City Housing Station 1"},
    "he": {"zh": "何平", "en": "He Ping"},
    "lei": {"zh": "赵磊", "en": "Zhao Lei"},
    "qing": {"zh": "赵晴", "en": "Zhao Qing"},
    "sun": {"zh": "孙丽", "en": "Sun Li"},
    "hao": {"zh": "孙浩", "en": "Sun Hao"},
    "zhou": {"zh": "周建军", "en": "Zhou Jianjun"},
    "wu": {"zh": "吴伟", "en": "Wu Wei"},
    "zheng": {"zh": "郑红", "en": "Zheng Hong"},
    "li": {"zh": "李建国", "en": "Li Jianguo"},
    "qian": {"zh": "钱芳", "en": "Qian Fang"},
}
_SMALL, _LARGE = 68_25, 75_40
_PAPERS: Mapping[Lang, tuple[str, str]] = {
    "zh": ("公房管理委托 01", "委托书 01"),
    "en": ("management order 01", "proxy 01"),
}

# Flat, owner, and what else is known; areas go by the flat's number.
_ROLL: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("101", "wang", {}),
    ("102", "zhang", {}),
    ("102", "liu", {}),
    ("201", "chen", {"owner_code": "3312"}),
    ("202", "bureau", {"tenure": "public", "tenants": "he"}),
    ("301", "lei", {"share": "1/2", "standing": "heir"}),
    ("301", "qing", {"share": "1/2", "standing": "heir"}),
    ("302", "sun", {}),
    ("401", "zhou", {}),
    ("402", "wu", {"state": "unreachable"}),
    ("501", "zheng", {}),
    ("502", "chen", {"owner_code": "3312"}),
    ("601", "li", {}),
    ("602", "qian", {}),
)

# Flat, answer, day of November, who signed.
_BALLOTS: tuple[tuple[str, str, int, str], ...] = (
    ("601", "refuse", 5, ""),
    ("101", "refuse", 6, ""),
    ("102", "agree", 6, ""),
    ("201", "agree", 7, ""),
    ("301", "agree", 8, "lei"),
    ("301", "abstain", 8, "qing"),
    ("302", "agree", 9, "hao"),
    ("501", "refuse", 10, ""),
    ("601", "agree", 12, ""),
)


def example_roll(lang: Lang) -> dict[str, Any]:
    """Invent a roll: an owner of two flats, a couple, heirs, a public flat, one nobody can find."""
    seen: set[str] = set()
    rows = []
    for flat, owner, more in _ROLL:
        row: dict[str, Any] = {"flat": flat, "owner": _NAMES[owner][lang], **more}
        if "tenants" in more:
            row["tenants"] = _NAMES[more["tenants"]][lang]
        if flat not in seen:
            row["area_dm2"] = _SMALL if flat.endswith("1") else _LARGE
        seen.add(flat)
        rows.append(row)
    return {"head": {"title": _TITLES[lang], "fictional": True}, "roll": rows}


def example_ballots(lang: Lang) -> dict[str, Any]:
    """Invent the ballots: one replaced by a later one, one signed by a proxy."""
    ballots = []
    for flat, answer, day, by in _BALLOTS:
        row: dict[str, Any] = {"flat": flat, "answer": answer, "cast_on": date(2026, 11, day)}
        ballots.append(row | ({"by": _NAMES[by][lang]} if by else {}))
    return {"ballots": ballots, "mandates": _mandates(lang)}


def _mandates(lang: Lang) -> list[dict[str, Any]]:
    managed, proxy = _PAPERS[lang]
    return [
        {
            "owner": _NAMES["bureau"][lang],
            "holder": _NAMES["station"][lang],
            "capacity": "manager",
            "document": managed,
        },
        {
            "owner": _NAMES["sun"][lang],
            "holder": _NAMES["hao"][lang],
            "capacity": "proxy",
            "document": proxy,
            "from_on": date(2026, 11, 1),
            "last_on": date(2026, 12, 31),
        },
    ]
