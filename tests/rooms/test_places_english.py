"""Divisions in English: by hand where there is a usual name, by pinyin and kind otherwise."""

import re

import pytest

from tuanti.places import divisions
from tuanti.places.english import data, english, pinyin

EVERY = divisions.packaged()[0]
HIGH = [one for one in EVERY if one.level != "street"]
KINDS = {"jiedao": "Subdistrict", "zhen": "Town", "xiang": "Township"}
ID = re.compile(r"([a-z]+)-(jiedao|zhen|xiang)(?:-[a-z-]+)?")


def plain(name: str) -> str:
    return name.replace("’", "").replace("ü", "v").lower()


def test_every_district_has_its_name_by_hand_and_none_is_left_over() -> None:
    assert set(data()["names"]) == {one.name for one in HIGH}
    assert len(set(data()["names"].values())) == len(HIGH) == 40


@pytest.mark.parametrize("division", HIGH, ids=lambda one: one.id)
def test_a_name_by_hand_is_the_pinyin_of_its_id_with_its_kind(division: divisions.Division) -> None:
    said = english(division.name)
    stem = division.id.split("-")[0].removesuffix("xian" if division.name == "忠县" else "")
    assert plain(said.split(" ")[0]) == stem
    ends = {"市": "Chongqing", "新区": "New Area", "自治县": "Autonomous County"}
    wanted = next((kind for end, kind in ends.items() if division.name.endswith(end)), "")
    assert said.endswith(wanted or ("County" if division.name.endswith("县") else "District"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("重庆市", "Chongqing"),
        ("长寿区", "Changshou District"),
        ("綦江区", "Qijiang District"),
        ("忠县", "Zhong County"),
        ("石柱土家族自治县", "Shizhu Tujia Autonomous County"),
        ("彭水苗族土家族自治县", "Pengshui Miao and Tujia Autonomous County"),
        ("上清寺街道", "Shangqingsi Subdistrict"),
        ("覃家岗街道", "Qinjiagang Subdistrict"),
        ("松溉镇", "Songji Town"),
        ("仙女山街道", "Xiannüshan Subdistrict"),
        ("大安街道", "Da’an Subdistrict"),
        ("浩口苗族仡佬族乡", "Haokou Miao and Gelao Township"),
        ("禾岭社区", "Heling Community"),
        ("禾岭社区居民委员会", "Heling Community"),
        ("王村", "Wang Village"),
        ("西湖区", "Xihu District"),
        ("西安市", "Xi’an"),
        ("Riverside", "Riverside"),
        ("", ""),
    ],
)
def test_a_division_is_called_as_on_a_sign(name: str, said: str) -> None:
    assert english(name) == said


def test_every_street_is_spelled_as_its_id_with_its_kind() -> None:
    for street in (one for one in EVERY if one.level == "street"):
        found = ID.fullmatch(street.id)
        assert found, street
        said = english(street.name)
        assert plain(said.split(" ")[0]) == found[1], street
        assert said.endswith(f" {KINDS[found[2]]}"), street


def test_nothing_chinese_is_left_in_an_english_name() -> None:
    assert not [one for one in EVERY if re.search(r"[^A-Za-zü’ ]", english(one.name))]


def test_what_would_run_together_is_kept_apart() -> None:
    assert [pinyin(name) for name in ("南岸", "木耳", "重庆", "安")] == [
        "Nan’an", "Mu’er", "Chongqing", "An",
    ]  # fmt: skip
