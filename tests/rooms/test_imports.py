"""A list brought, checked, applied and undone."""

import pytest

from tests.imports_cast import Clerk, brought, clerk, csv_of, flat, standing
from tuanti.journal.models import Entry
from tuanti.places.commands import imports
from tuanti.places.models import Building, Estate, Flat, Owner, Ownership, Stairwell

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
LIST = csv_of([flat(101), flat(102), flat(201, 单元="2"), flat(101, 小区="江景苑")])


def test_a_list_makes_what_it_names(clerk: Clerk) -> None:
    row = clerk.load(LIST)
    assert (row.state, row.fault) == ("applied", "")
    assert row.result["made"] == {
        "estate": 2, "building": 2, "stairwell": 3, "flat": 4, "owner": 4, "ownership": 4,
    }  # fmt: skip
    one = Flat.objects.get(number="102")
    assert (one.floor, one.area_dm2, one.source) == (1, 8640, row.pk)
    assert one.stairwell.building.storeys == 7
    assert one.ownerships.get().owner.phone == "19900000102"
    assert Estate.objects.get(name="翰林苑").pinyin.startswith("hanlinyuan hly")
    assert Estate.objects.get(name="翰林苑").begun_in


def test_the_check_tells_beforehand_what_is_new_and_what_is_known(clerk: Clerk) -> None:
    row = clerk.check(brought(LIST))
    assert row.state == "checked"
    found = row.result["check"]
    assert found["new"] == {"estate": 2, "building": 2, "stairwell": 3, "flat": 4}
    assert (found["lines"], found["left"], found["known"]) == (4, 0, {})
    assert not Estate.objects.exists()
    clerk.apply(row)
    again = clerk.check(brought(csv_of([flat(101), flat(103)]))).result["check"]
    assert again["known"] == {"estate": 1, "building": 1, "stairwell": 1, "flat": 1}
    assert again["new"] == {"flat": 1}


def test_the_same_list_again_changes_nothing(clerk: Clerk) -> None:
    clerk.load(LIST)
    before = standing()
    row = clerk.load(LIST)
    assert standing() == before
    assert (row.result["made"], row.result["mended"]) == ({}, {})


def test_an_undo_leaves_everything_as_it_was(clerk: Clerk) -> None:
    clerk.load(csv_of([flat(101, 总层数="", 电话=""), flat(102, 总层数="")]))
    before = standing()
    row = clerk.load(
        csv_of([flat(101), flat(102, 建筑面积="90"), flat(103), flat(101, 小区="江景苑")])
    )
    assert row.result["mended"] == {"building": 1, "flat": 1, "owner": 1}
    assert standing() != before
    undone = clerk.undo(row)
    assert (undone.state, undone.result["kept"]) == ("undone", {})
    assert standing() == before


def test_every_act_is_written_down_without_personal_data(clerk: Clerk) -> None:
    clerk.undo(clerk.load(LIST))
    entries = Entry.objects.filter(subject_kind="import").order_by("pk")
    assert [one.act for one in entries] == [
        "import.bring", "import.check", "import.checked", "import.apply", "import.applied",
        "import.undo", "import.undone",
    ]  # fmt: skip
    assert "王101" not in "".join(one.text for one in entries)


def test_rows_come_and_go_with_their_import(clerk: Clerk) -> None:
    clerk.undo(clerk.load(LIST))
    for model in (Estate, Building, Stairwell, Flat, Owner, Ownership):
        assert not model.objects.exists(), model
    assert imports.IMPORT.possible("undone") == ("settle", "check", "undo", "drop")
