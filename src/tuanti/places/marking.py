"""The workbook of an import back, every fault of it red; read anew each time it is asked for."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from tuanti.places import lists
from tuanti.places.lists import Settled
from tuanti.places.models import Import
from tuanti.places.placing import Places
from tuanti.sheets import marked
from tuanti.texts import Lang

AT_ONCE = 20_000  # rows; a larger list is marked by a job
MOST = 100_000  # faults marked; "imports.capped" says so


def write(row: Import, lang: Lang, out: BinaryIO, now: datetime) -> None:
    """Write an import's workbook with its faults marked.

    :raises ListGone, FileRefused: the file is not there any more, or cannot be read.
    """
    places = Places(row.scope, Settled.of(row.settled).street)
    found = lists.opened(row, places, timezone.localdate(now).year)
    faults = (one for _, _, faults in lists.placed(found, places) for one in faults)
    first = list(islice(faults, MOST))
    marked.mark(lists.whole(row.path), row.name, first, lang, out, sheet=found.sheet)


def path_of(import_id: int, lang: Lang) -> Path:
    """Say where a large list's marked workbook lies, once it is made."""
    return Path(settings.MEDIA_ROOT) / "imports" / "marked" / f"{import_id}-{lang}.xlsx"


def make(import_id: int, lang: Lang, *, clock: Callable[[], datetime]) -> None:
    """Make the marked workbook of a large list, and put it where :func:`path_of` says."""
    row = Import.objects.select_related("scope").get(pk=import_id)
    path = path_of(import_id, lang)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=path.parent, suffix=".half", delete=False) as half:
        write(row, lang, half, clock())  # type: ignore[arg-type]  # a file in all but its class
    Path(half.name).replace(path)


def forget(import_id: int) -> None:
    """Delete what was marked: the list is read otherwise by now, or gone."""
    for lang in ("zh", "en"):
        path_of(import_id, "en" if lang == "en" else "zh").unlink(missing_ok=True)
