"""An import and a clerk, or two imports, at work at the same time (PostgreSQL)."""

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection

from tests.imports_cast import CHEN, NOW, brought, csv_of, flat, on_postgres
from tests.places_cast import load_tree
from tuanti.places import tasks
from tuanti.places.commands import estates, flats, imports
from tuanti.places.facts import BuildingFacts, FlatFacts
from tuanti.places.models import Building, Flat, Import, Owner, Stairwell, Stock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not on_postgres():
        pytest.skip("SQLite has one writer at a time; run with --db=postgres")
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    load_tree()


def together(*acts: Callable[[], object]) -> list[BaseException]:
    """Do everything at once; give what went wrong."""
    gate, wrong = Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait()
            act()
        except Exception as fault:  # noqa: BLE001 (whatever it is, the test shows it)
            wrong.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def ready(content: bytes) -> Import:
    """An import that is checked, and whose job is queued but not begun."""
    row = brought(content)
    imports.check_list(import_id=row.pk, by=CHEN, now=NOW)
    Import.objects.filter(pk=row.pk).update(state="applying", job=f"job-{row.pk}")
    return Import.objects.get(pk=row.pk)


def job(row: Import) -> Callable[[], object]:
    return lambda: tasks.run_apply.call(row.pk, row.job)


def test_two_imports_of_one_list_make_everything_once() -> None:
    content = csv_of([flat(number) for number in range(101, 401)])
    first, second = ready(content), ready(content)
    assert together(job(first), job(second)) == []
    assert set(Import.objects.values_list("state", "fault")) == {("applied", "")}
    assert (Flat.objects.count(), Owner.objects.count()) == (300, 300)


def test_a_clerks_edit_and_an_import_both_count() -> None:
    row = brought(csv_of([flat(101, 总层数="", 建成年份="")]))
    imports.check_list(import_id=row.pk, by=CHEN, now=NOW)
    imports.apply_list(import_id=row.pk, by=CHEN, now=NOW)
    house = Building.objects.get()
    mending = ready(csv_of([flat(number, 总层数=8, 建成年份="") for number in range(101, 301)]))
    facts = BuildingFacts(house.name, built=1994, structure="frame")

    def edit() -> None:
        known = Building.objects.get()
        told = BuildingFacts(facts.name, known.storeys, facts.built, facts.structure)
        estates.amend_building(building_id=house.pk, facts=told, by=CHEN, now=NOW)

    assert together(job(mending), edit) == []
    house.refresh_from_db()
    assert (house.built, house.structure) == (1994, "frame")
    mending.refresh_from_db()
    assert mending.state == "applied"


def test_an_import_is_applied_once_by_two_who_press_at_once() -> None:
    row = brought(csv_of([flat(101)]))
    imports.check_list(import_id=row.pk, by=CHEN, now=NOW)

    def press() -> object:
        return imports.apply_list(import_id=row.pk, by=CHEN, now=NOW)

    wrong = together(press, press)
    assert [type(one) for one in wrong] == [imports.NotNow]
    assert Flat.objects.count() == 1


def test_what_is_entered_at_once_by_hand_and_by_list_is_all_counted() -> None:
    tasks.run_apply.call((first := ready(csv_of([flat(101), flat(101, 单元="2")]))).pk, first.job)
    mending = ready(csv_of([flat(number) for number in range(102, 302)]))
    wells = list(Stairwell.objects.values_list("pk", flat=True))

    def enter(well: int) -> Callable[[], object]:
        def act() -> None:
            for number in range(10):
                facts = FlatFacts(f"9{number:02}")
                flats.add_flat(stairwell_id=well, facts=facts, by=CHEN, now=NOW)

        return act

    assert together(job(mending), *map(enter, wells)) == []
    counted = Stock.objects.get()
    assert (counted.buildings, counted.stairwells, counted.walk_ups) == (1, 2, 2)
    assert counted.flats == Flat.objects.count() == 222
