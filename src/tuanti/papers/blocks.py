"""What a paper is made of, whatever it is printed by: lines, tables, places to sign."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Look: TypeAlias = Literal["body", "plain", "item", "strong", "centre", "right", "note", "mark"]
Align: TypeAlias = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``body`` is indented as Chinese prose is, ``item`` hangs, ``note`` is small."""

    text: str
    look: Look = "body"
    kind: Literal["text"] = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    centred: bool = False
    kind: Literal["heading"] = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` is its part of the room left, 0 as wide as what it holds."""

    title: str
    align: Align = "left"
    width: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head. ``total`` is its last row, set apart.

    ``tall`` leaves room to write, ``small`` makes room for many columns; ``boxes`` are columns
    whose cells are boxes to tick, all alike.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    tall: bool = False
    small: bool = False
    boxes: tuple[int, ...] = ()
    kind: Literal["table"] = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Particulars: a label and what it is, ``across`` pairs to a line."""

    rows: tuple[tuple[str, str], ...]
    across: int = 1
    kind: Literal["pairs"] = field(default="pairs", init=False)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One measure as a bar with the tick of its threshold, and in words beside it."""

    label: str
    have: int
    base: int
    tick: tuple[int, int]
    said: str
    kind: Literal["gauge"] = field(default="gauge", init=False)


@dataclass(frozen=True, slots=True)
class Signing:
    """Lines to sign on; each has a label. Never parted from what it stands under."""

    labels: tuple[str, ...]
    dated: str = ""  # what is printed before the date's own gap; "" for no date
    across: int = 2
    kind: Literal["signing"] = field(default="signing", init=False)


@dataclass(frozen=True, slots=True)
class Ruled:
    """Empty lines to write on."""

    count: int
    kind: Literal["ruled"] = field(default="ruled", init=False)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with its lines beside it; ``spoken`` tells what it is to who cannot see it."""

    content: str
    lines: tuple[str, ...]
    spoken: str
    kind: Literal["code"] = field(default="code", init=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """Blocks that stay on one page together."""

    blocks: tuple["Block", ...]
    kind: Literal["kept"] = field(default="kept", init=False)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Here a new page begins."""

    kind: Literal["leaf"] = field(default="leaf", init=False)


Block: TypeAlias = Text | Heading | Table | Pairs | Gauge | Signing | Ruled | Code | Kept | Leaf


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, ready to print: every word of it said, in one language.

    ``name`` and ``code`` stand above each page, ``mark`` too where it is an example; ``corner`` is
    a code beside the title. Text is ``points`` high, and small print no smaller than ``least``.
    """

    title: tuple[str, ...]
    name: str
    code: str
    on: date
    blocks: tuple[Block, ...]
    mark: str = ""
    corner: Code | None = None
    points: int = 14
    least: int = 0
    wide: bool = False
