from tuanti.rules.upkeep.items import Item, read_items


def test_a_mark_of_byte_order_is_no_part_of_a_list() -> None:
    toml = '\ufeff[[items]]\nlayer = "yearly"\nitem = "oil"\n'
    assert read_items(toml, "toml") == ((Item("yearly", "oil", ""),), ())
