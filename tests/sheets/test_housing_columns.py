"""Headings as people write them: known, guessed, passed over, and overruled by a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.sheets.housing_columns import (
    WANTED,
    ChosenTwice,
    UnknownColumn,
    UnknownField,
    match,
    score,
    sheet,
)


@pytest.mark.parametrize(
    ("heading", "field", "how"),
    [
        ("小区", "estate", "known"),
        (" 小 区 名 称 ", "estate", "known"),
        ("*小区名称", "estate", "known"),
        ("小区名称（必填）", "estate", "known"),
        ("楼盘", "estate", "known"),
        ("幢", "building", "known"),
        ("楼号", "building", "known"),
        ("门洞", "stairwell", "known"),
        ("室号", "flat", "known"),
        ("所在层", "floor", "known"),
        ("层数", "storeys", "known"),
        ("层数（层）", "storeys", "known"),
        ("竣工年份", "built", "known"),
        ("竣工年份(年)", "built", "known"),
        ("建成\n年代", "built", "known"),
        ("面积(㎡)", "area_dm2", "known"),
        ("面积㎡", "area_dm2", "known"),
        ("建筑面积（平方米", "area_dm2", "known"),
        ("ＡＲＥＡ＿Ｍ２", "area_dm2", "known"),
        ("户主", "owner", "known"),
        ("手机", "phone", "known"),
        ("联系电话（手机）", "phone", "known"),
        ("身份证号", "id_number", "known"),
        ("镇街", "street", "known"),
        ("居委会", "community", "known"),
        ("曾用名", "aliases", "known"),
        ("产权性质", "tenure", "known"),
        ("region", "district", "known"),
        ("community", "estate", "known"),
        ("total_floors", "storeys", "known"),
        ("floors_mode", "storeys", "known"),
        ("year_built", "built", "known"),
        ("year_min", "built", "known"),
        ("area_m2", "area_dm2", "known"),
        ("房屋建筑面积（㎡）", "area_dm2", "guessed"),
        ("业主身份证号码", "id_number", "guessed"),
        ("是否已加装电梯", "lift", "guessed"),
        ("房屋所在街道", "street", "guessed"),
        ("套内面积", "", "ignored"),
        ("总建筑面积（㎡）", "", "ignored"),
        ("业主签名", "", "ignored"),
        ("电梯品牌", "", "ignored"),
        ("序号", "", "ignored"),
        ("备注", "", "ignored"),
        ("floors_max", "", "ignored"),
        ("unit_price_median", "", "ignored"),
        ("", "", "ignored"),
        ("（㎡）", "", "ignored"),
    ],
)
def test_a_heading_is_taken_for_what_people_mean_by_it(heading: str, field: str, how: str) -> None:
    (one,) = match([heading]).columns
    assert (one.field, one.how) == (field, how)


def test_of_two_columns_that_mean_the_same_the_known_one_is_read() -> None:
    found = match(["房屋建筑面积", "面积", "小区", "产权面积"])
    assert found.at == {"area_dm2": 2, "estate": 3}
    assert [(one.column, one.means) for one in found.rivals] == [(1, "area_dm2"), (4, "area_dm2")]


def test_a_person_has_the_last_word() -> None:
    found = match(["小区", "名称", "楼层", "层数"], {1: "", 2: "estate", 4: "floor"})
    assert found.at == {"estate": 2, "floor": 4}
    assert [one.how for one in found.columns] == ["ignored", "chosen", "rival", "chosen"]


def test_what_is_wanted_and_nowhere_is_named() -> None:
    assert set(match(["小区", "房号"]).absent) == set(WANTED) - {"flat"}


def test_impossible_choices_are_refused() -> None:
    with pytest.raises(UnknownField):
        match(["小区"], {1: "price"})
    with pytest.raises(UnknownColumn):
        match(["小区"], {2: "estate"})
    with pytest.raises(ChosenTwice):
        match(["小区", "楼盘"], {1: "estate", 2: "estate"})


@given(st.lists(st.text(max_size=12), max_size=30))
def test_no_field_is_read_from_two_columns(headings: list[str]) -> None:
    found = match(headings)
    fields = [one.field for one in found.columns if one.field]
    assert len(fields) == len(set(fields))
    assert {found.at[field] for field in fields} == {
        one.column for one in found.columns if one.field
    }


def test_a_row_of_data_names_nothing() -> None:
    assert score(["向阳小区", "3", "1998", "王桂芳"]) == 0


def test_every_field_is_known_by_its_own_headings() -> None:
    for column in sheet().columns:
        for name in (*column.heading.values(), *column.also):
            assert match([name]).at == {column.field: 1}, name
