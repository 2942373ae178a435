import pytest

from tuanti.rules.upkeep.items import Item, read_items


def test_a_mark_of_byte_order_is_no_part_of_a_list() -> None:
    toml = '\ufeff[[items]]\nlayer = "yearly"\nitem = "oil"\n'
    assert read_items(toml, "toml") == ((Item("yearly", "oil", ""),), ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_machine(end: str) -> None:
    csv = f"层级,项目{end}年度,钢丝绳{end}"
    assert read_items(csv, "csv") == ((Item("yearly", "钢丝绳", ""),), ())


def test_a_break_inside_a_cell_stays_as_it_was_written() -> None:
    csv = '层级,项目,要求\n年度,钢丝绳,"无断股\r\n无锈蚀"\n'
    assert read_items(csv, "csv") == ((Item("yearly", "钢丝绳", "无断股\r\n无锈蚀"),), ())
