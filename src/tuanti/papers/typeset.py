"""Papers onto A4 by typst: one compiler for a process, one paper after another.

A compiler that is at work refuses a second thread ("Already borrowed"), and making one reads every
font; so there is one, and those who come wait for it (some milliseconds a page).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from threading import Lock
from typing import Any

import typst

from tuanti.papers.blocks import Paper
from tuanti.papers.qr import drawing
from tuanti.papers.voice import Voice
from tuanti.rules.deadlines import SHANGHAI

_STANDARDS: list[Any] = ["a-2b", "ua-1"]
_LOCK = Lock()


def pdf(papers: Sequence[Paper], voice: Voice) -> bytes:
    """Set papers as one PDF; PDF/A-2b and PDF/UA-1, so that it can be kept and read aloud.

    Where no font here has a character (a rare name), neither standard can be met: it is a plain
    PDF then, with a box in that place.
    """
    said, at = _said(papers, voice), _stamp(papers)
    try:
        (made,) = _set(said, pdf_standards=_STANDARDS, timestamp=at)
    except typst.TypstError as refusal:
        if "could not be displayed" not in str(refusal):
            raise
        (made,) = _set(said, timestamp=at)
    return made


def pictures(papers: Sequence[Paper], voice: Voice, dots: float = 100) -> list[bytes]:
    """Set papers as pictures (PNG), one a page, ``dots`` an inch."""
    return _set(_said(papers, voice), format="png", ppi=dots)


def _set(said: dict[str, str], **how: Any) -> list[bytes]:  # noqa: ANN401 (typst's)
    with _LOCK:
        made = _compiler().compile(sys_inputs=said, **how)
    assert made is not None, "nothing is written to a file"
    return made if isinstance(made, list) else [made]


@cache
def _compiler() -> typst.Compiler:
    """Make the compiler; ours is the first font, the machine's stand in for what it lacks."""
    house = files(__package__)
    with as_file(house / "fonts") as fonts, as_file(house / "layout") as layout:
        return typst.Compiler(str(layout / "paper.typ"), font_paths=[str(fonts)])


def _said(papers: Sequence[Paper], voice: Voice) -> dict[str, str]:
    first = papers[0]
    data = {
        "title": "".join(first.title) if voice.lang == "zh" else " · ".join(first.title),
        "author": "",
        "on": _date(first.on),
        "page": voice("page", x="\u0001", y="\u0002"),
        "papers": [_drawn(asdict(paper)) for paper in papers],
    }
    return {"lang": voice.lang, "papers": json.dumps(data, ensure_ascii=False, default=str)}


def _drawn(said: Any) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Give every code its drawing."""
    if isinstance(said, Mapping):
        found = {name: _drawn(value) for name, value in said.items()}
        if found.get("kind") == "code":
            found["drawing"] = drawing(found["content"])
        return found
    return [_drawn(one) for one in said] if isinstance(said, list | tuple) else said


def _date(on: date) -> dict[str, int]:
    return {"year": on.year, "month": on.month, "day": on.day}


def _stamp(papers: Sequence[Paper]) -> datetime:
    """Stamp a file with its paper's day: the same facts make the same file."""
    return datetime.combine(papers[0].on, time(), SHANGHAI)
