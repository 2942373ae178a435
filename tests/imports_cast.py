"""Lists brought to a small town: who brings them, and what stands there before and after."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Model
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.places_cast import NOW, OTHER_STREET, STREET, load_tree, someone
from tuanti.people.actors import Actor
from tuanti.places import models
from tuanti.places.commands import imports
from tuanti.places.models import Import

__all__ = ["NOW", "OTHER_STREET", "STREET"]

HEADINGS = ("街道", "社区", "小区", "曾用名", "栋", "总层数", "建成年份", "单元", "电梯", "房号",
            "所在层", "建筑面积", "产权人", "电话", "证件号码")  # fmt: skip
CHEN = someone("street-officer", STREET)
DISTRICT = someone("district-officer", "jiulongpo", "区经办")


def csv_of(rows: Iterable[Sequence[object]], headings: Sequence[str] = HEADINGS) -> bytes:
    """Write rows as people export them."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode("utf-8-sig")


def flat(number: int, **told: object) -> list[object]:
    """A line of the list of 石坪桥街道, complete but for what is told otherwise."""
    facts: dict[str, object] = {
        "街道": "石坪桥街道", "社区": "", "小区": "翰林苑", "曾用名": "", "栋": "3", "总层数": 7,
        "建成年份": 1994, "单元": "1", "电梯": "无", "房号": number, "所在层": number // 100,
        "建筑面积": "86.4", "产权人": f"王{number}", "电话": f"199000{number:05d}",
        "证件号码": "",
    }  # fmt: skip
    return [(facts | told)[name] for name in HEADINGS]


def brought(
    content: bytes, name: str = "清单.csv", by: Actor = CHEN, scope: str = STREET
) -> Import:
    """Bring a list."""
    return imports.bring_list(scope_id=scope, name=name, content=[content], by=by, now=NOW)


class Clerk:
    """Someone who works on imports and sees every job end at once."""

    def __init__(self, callbacks: DjangoCaptureOnCommitCallbacks, by: Actor = CHEN) -> None:
        self.by, self._callbacks = by, callbacks

    def check(self, row: Import) -> Import:
        return self._done(imports.check_list, row)

    def apply(self, row: Import, *, leave_out: bool = False) -> Import:
        return self._done(imports.apply_list, row, leave_out=leave_out)

    def undo(self, row: Import) -> Import:
        return self._done(imports.undo_list, row)

    def load(self, content: bytes, *, leave_out: bool = False, **more: str) -> Import:
        """Bring, check and apply a list."""
        row = brought(content, by=self.by, **more)
        return self.apply(self.check(row), leave_out=leave_out)

    def sees_jobs_end(self) -> AbstractContextManager[object]:
        """Within this, what was queued is done at the end."""
        return self._callbacks(execute=True)

    def another(self, by: Actor) -> "Clerk":
        """Someone else."""
        return Clerk(self._callbacks, by)

    def _done(self, act: Callable[..., object], row: Import, **facts: bool) -> Import:
        with self.sees_jobs_end():
            act(import_id=row.pk, by=self.by, now=NOW, **facts)
        return Import.objects.get(pk=row.pk)


@pytest.fixture
def clerk(
    db: None,  # noqa: ARG001 (fixtures in order)
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Clerk:
    """The street's officer, in a town with two streets and a folder of its own."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    load_tree()
    return Clerk(django_capture_on_commit_callbacks)


_ABOVE: Mapping[type[Model], tuple[str, ...]] = {
    models.Estate: ("street_id", "name"),
    models.Building: ("estate__name", "name"),
    models.Stairwell: ("building__estate__name", "building__name", "name"),
    models.Flat: ("stairwell__building__estate__name", "stairwell__building__name",
                  "stairwell__name", "number"),
    models.Owner: ("estate__name", "name"),
    models.Ownership: ("flat__stairwell__building__estate__name", "flat__number", "owner__name"),
}  # fmt: skip


def standing() -> dict[str, list[str]]:
    """Everything that stands in the town by its natural values, whatever its row numbers."""
    return {
        model.__name__: sorted(map(repr, _values(model, names))) for model, names in _ABOVE.items()
    }


def _values(model: type[Model], names: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
    own = [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname != "code" and not field.is_relation
        and field.attname not in ("source", *names)
    ]  # fmt: skip
    for row in model._default_manager.values_list(*names, *own):
        yield tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)


def on_postgres() -> bool:
    """Whether two can be at work at once."""
    return connection.vendor == "postgresql"
