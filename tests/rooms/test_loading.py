"""Lines loaded: found again by their names, mended where they tell more, never doubled."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imports_cast import NOW, STREET, standing
from tests.places_cast import load_tree, someone
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.places import loading
from tuanti.places.loading import Loader, load_lines
from tuanti.places.models import Building, Estate, Flat, Owner, Ownership, Stairwell
from tuanti.places.placing import StreetUnknown
from tuanti.places.refusals import NotPermitted
from tuanti.rules.housing import Line
from tuanti.rules.housing import Owner as Person
from tuanti.sample import housing as sample

pytestmark = pytest.mark.django_db
ONE = Line(
    estate="翰林苑", building="3", storeys=7, built=1994, stairwell="1", lift=False, flat="101",
    floor=1, area_dm2=8640,
)  # fmt: skip
WANG = Person("王秀英", phone="19900000001", id_number="999999195001010026")


@pytest.fixture(autouse=True)
def town() -> None:
    load_tree()


def load(*lines: Line, source: int | None = None) -> Loader:
    loader = Loader(source=source, district=lambda _: "jiulongpo")
    for _ in loader.load((STREET, None, line) for line in lines):
        pass
    return loader


def test_a_line_that_stops_early_tells_of_what_is_above() -> None:
    load(Line(estate="翰林苑"), Line(estate="江景苑", building="1", households=40))
    assert Estate.objects.count() == 2
    assert Building.objects.get().households == 40
    assert not Stairwell.objects.exists()


def test_an_estate_is_found_by_an_alias_either_way() -> None:
    load(replace(ONE, aliases=("老厂宿舍",)))
    load(replace(ONE, estate="老厂宿舍", flat="102"))
    load(replace(ONE, estate="新翰林", aliases=("翰林苑", "厂区"), flat="103"))
    estate = Estate.objects.get()
    assert (estate.name, estate.aliases) == ("翰林苑", ["老厂宿舍", "新翰林", "厂区"])
    assert "xinhanlin" in estate.pinyin
    assert Flat.objects.count() == 3


def test_what_a_line_does_not_know_leaves_what_is_there() -> None:
    load(replace(ONE, tenure="public", state="sealed", owners=(replace(WANG, life="died"),)))
    before = standing()
    bare = Line(
        estate="翰林苑", building="3", stairwell="1", flat="101", owners=(Person("王秀英"),)
    )
    assert not +load(bare).mended
    assert standing() == before


def test_what_a_line_tells_is_mended() -> None:
    load(replace(ONE, owners=(Person("王秀英"),)))
    again = load(
        replace(ONE, area_dm2=9000, storeys=8, owners=(replace(WANG, share=Fraction(1, 2)),))
    )
    assert +again.mended == {"building": 1, "flat": 1, "owner": 1, "ownership": 1}
    assert Flat.objects.get().area_dm2 == 9000
    assert (Owner.objects.get().phone, Ownership.objects.get().share) == (WANG.phone, "1/2")


def test_of_lines_that_disagree_the_first_counts_also_over_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "BATCH", 1)
    lines = [ONE, replace(ONE, storeys=8, flat="102"), replace(ONE, storeys=9, flat="103")]
    load(*lines)
    assert Building.objects.get().storeys == 7
    assert not +load(*lines).mended


@pytest.mark.parametrize(
    ("first", "second", "persons"),
    [
        (WANG, replace(WANG, name="王秀瑛"), 1),  # the same ID number
        (WANG, replace(WANG, id_number="999999195001010018"), 2),  # another ID number
        (WANG, replace(WANG, id_number=""), 1),  # the same name and phone
        (replace(WANG, id_number=""), WANG, 1),
        (replace(WANG, id_number=""), Person("王秀英", phone="19900000002"), 2),
        (Person("王秀英"), Person("王秀英"), 2),  # a name is known within a flat only
    ],
)
def test_who_is_the_same_owner_in_another_flat(first: Person, second: Person, persons: int) -> None:
    lines = (replace(ONE, owners=(first,)), replace(ONE, flat="102", owners=(second,)))
    load(*lines)
    assert Owner.objects.count() == persons
    before = standing()
    load(*lines)
    assert standing() == before


def test_an_owner_of_the_same_flat_is_known_by_name() -> None:
    load(replace(ONE, owners=(Person("王秀英", phone="19900000009"),)))
    load(replace(ONE, owners=(WANG,)))
    owner = Owner.objects.get()
    assert (owner.phone, owner.id_number) == (WANG.phone, WANG.id_number)


def test_who_left_owns_again_when_a_list_says_so() -> None:
    load(replace(ONE, owners=(WANG,)))
    Ownership.objects.all().delete()
    Owner.objects.update(left_on=NOW.date())
    load(replace(ONE, owners=(WANG,)))
    assert Owner.objects.get().left_on is None


_FLATS = (("1", 1, (0,)), ("1", 2, (0, 1)), ("2", 3, (2, 3)), ("2", 4, ()))


def world() -> st.SearchStrategy[list[Line]]:
    """Lines of a world that agrees with itself, each perhaps several times."""
    people = [Person(f"王{n}", phone=f"1990000000{n}", id_number="") for n in range(4)]
    lines = [
        Line(
            estate=estate, building=building, stairwell="1", flat=f"{floor}01", floor=floor,
            storeys=7, lift=False, owners=tuple(people[n] for n in owned),
        )
        for estate in ("翰林苑", "江景苑")
        for building, floor, owned in _FLATS
    ]  # fmt: skip
    told = [
        line
        for whole in lines
        for line in (whole, replace(whole, floor=None, lift=None, owners=()))
    ]
    return st.lists(st.sampled_from(told), min_size=1, max_size=20)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=world(), data=st.data())
def test_the_order_of_lines_and_saying_them_twice_make_no_difference(
    lines: list[Line], data: st.DataObject
) -> None:
    _clear()
    load(*lines)
    before = standing()
    again = load(*data.draw(st.permutations(lines + lines)))
    assert standing() == before
    assert (+again.made, +again.mended) == ({}, {})
    _clear()
    load(*data.draw(st.permutations(lines)))
    assert standing() == before


def test_a_batch_that_meets_someone_elses_change_is_loaded_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.db import IntegrityError, transaction  # noqa: PLC0415 (of this test only)

    monkeypatch.setattr(transaction.Atomic, "__enter__", lambda _: None)
    loader, calls = Loader(source=None, district=lambda _: ""), 0

    def batch(_: Sequence[object]) -> None:
        nonlocal calls
        calls += 1
        loader.made["flat"] += 1
        if calls < 3:
            raise IntegrityError

    monkeypatch.setattr(transaction.Atomic, "__exit__", lambda *_: None)
    monkeypatch.setattr(
        transaction, "get_connection", lambda: type("C", (), {"in_atomic_block": False})
    )
    monkeypatch.setattr(loader, "batch", batch)
    assert list(loader.load([(STREET, None, ONE)])) == [1]
    assert (calls, loader.made["flat"]) == (3, 1)


def test_a_register_is_loaded_by_names_with_one_entry() -> None:
    told: list[int] = []
    line = replace(ONE, district="九龙坡区", street="石坪桥街道")
    made = load_lines([line], told=told.append, by=CLOCK, now=NOW)
    assert (made["flat"], told) == (1, [1])
    entry = Entry.objects.get(act="housing.load")
    assert entry.facts["made"]["flat"] == 1


def test_a_register_with_an_unknown_street_is_refused() -> None:
    with pytest.raises(StreetUnknown):
        load_lines([replace(ONE, street="无名街道")], told=lambda _: None, by=CLOCK, now=NOW)


def test_only_the_house_itself_loads_a_register() -> None:
    with pytest.raises(NotPermitted):
        load_lines([], told=lambda _: None, by=someone("street-officer", STREET), now=NOW)


def test_the_tiny_city_loads_and_loads_again_without_a_change() -> None:
    lines = list(sample.lines("tiny"))
    places = {(line.district, line.street) for line in lines}
    if not {street for _, street in places} <= {"石坪桥街道", "观音桥街道"}:
        from tuanti.places.commands.divisions import load_divisions  # noqa: PLC0415 (only here)

        load_divisions(by=CLOCK, now=NOW)
    made = load_lines(lines, told=lambda _: None, by=CLOCK, now=NOW)
    assert made["flat"] == sum(bool(line.flat) for line in lines)
    assert not +load_lines(lines, told=lambda _: None, by=CLOCK, now=NOW)


def _clear() -> None:
    for model in (Ownership, Owner, Flat, Stairwell, Building, Estate):
        model.objects.all().delete()
