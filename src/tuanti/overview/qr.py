"""A QR code as one path of an SVG drawing, so that a template can draw it without markup let in."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno

_QUIET = 2  # modules left white around it


@dataclass(frozen=True, slots=True)
class Code:
    """A code: how many modules its side has, and the path that blackens the dark ones."""

    side: int
    path: str


@lru_cache(maxsize=1024)  # a page shows the same at every look; 20 ms to make
def drawn(content: str) -> Code:
    """Draw ``content``, readable with a seventh of it damaged."""
    rows = [bytes(row) for row in segno.make(content, error="m", micro=False).matrix]
    runs = [
        f"M{x + _QUIET} {y + _QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _dark(row)
    ]
    return Code(len(rows) + 2 * _QUIET, "".join(runs))


def _dark(row: bytes) -> list[tuple[int, int]]:
    """Find the runs of dark modules in a row: where each begins, and how long it is."""
    found, at = [], 0
    for dark, some in groupby(row):
        length = len(list(some))
        if dark:
            found.append((at, length))
        at += length
    return found
