"""One cell of a housing list: from what people write to what is meant.

``3栋`` and ``3幢`` are building 3, ``1998年5月`` the year 1998, ``68.255㎡`` is rounded half up and
told; what a cell vaguely says (``中楼层``, ``80年代``) is a gap, what cannot be is a fault.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, NamedTuple

from tuanti.rules.errors import Fact
from tuanti.rules.housing import HIGHEST, LOWEST
from tuanti.sheets.cells import Wrong
from tuanti.sheets.cells import read as read_cell
from tuanti.sheets.housing_columns import said, sheet
from tuanti.sheets.housing_names import Names, near
from tuanti.sheets.housing_source import Raw
from tuanti.sheets.layout import Column, plain, spoken
from tuanti.sheets.listing import clean

EARLIEST = 1840
MOST_AREA_M2 = 2_000
MOST_HOUSEHOLDS = 100_000
TALLEST = 200  # storeys: beyond it, it is a slip
LENGTHS = {"address": 200, "aliases": 200, "owner": 200, "phone": 100, "id_number": 200}
MOST_SIGNS = 60  # of any other text

_MOST_KEPT = 20_000  # answers kept for each column
_MOST_DIGITS = 10**15  # from here on a workbook has lost digits
_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII).fullmatch
_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{0,20})?", re.ASCII).fullmatch
_YEAR = re.compile(
    r"(\d{4})(?:[年./-](?:\d{1,2}(?:[月./-](?:\d{1,2}日?)?)?)?)?", re.ASCII
).fullmatch
_DECADE = re.compile(r"(?:19|20)?\d0s?年代.*|[一二三四五六七八九]十年代.*").fullmatch
_VAGUE_FLOOR = re.compile(r"[低中高底顶](?:楼?层|区)?").fullmatch
_BUILDING = re.compile(
    r"第?([A-Z]?\d{1,4}[A-Z]?|[A-Z])(?:号楼|号栋|号幢|栋|幢|座|#楼?|楼)"
).fullmatch
_STAIRWELL = re.compile(r"第?([A-Z]?\d{1,3}|[A-Z])(?:号?单元|号?门洞|号?梯|门)").fullmatch
_FLAT = re.compile(r"([A-Z]?\d{1,5}(?:-\d{1,2})?[A-Z]?)(?:室|号|房|户|号房)").fullmatch
_ERRORS = frozenset(
    ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]
)  # as a text file, or a copy, keeps them
_CHINESE = "零一二三四五六七八九"
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)").fullmatch
_SCIENTIFIC = re.compile(r"\s*\d(\.\d+)?[eE]\+\d+\s*").fullmatch
_AROUND = re.compile(r"^(第|共)|(层|楼|户|f|个|年)$").sub
_AREA_UNIT = re.compile(r"(m2|平方米|平米|平|方)$").sub
_BETWEEN = re.compile(r"[、,;\s]+")


class Cell(NamedTuple):
    """A cell read: its value, None where blank; why it is refused; what should be known of it."""

    value: Any = None
    fault: Wrong | None = None
    gap: Wrong | None = None


BLANK = Cell()


class Cells:
    """Reads cells by their column's field, keeping the answers that come again and again."""

    def __init__(self, this_year: int, streets: Names | None, districts: Names | None) -> None:
        self._year = this_year
        self._named = {"street": streets, "district": districts}
        self._kept: dict[str, dict[Raw, Cell]] = {column.field: {} for column in sheet().columns}

    def read(self, field: str, raw: Raw) -> Cell:
        """Read a cell of the column ``field``."""
        if isinstance(raw, Wrong):
            return Cell(fault=raw)
        kept = self._kept[field]
        found = kept.get(raw)
        if found is None:
            found = self._read(field, raw)
            if len(kept) < _MOST_KEPT:
                kept[raw] = found
        return found

    def _read(self, field: str, raw: Raw) -> Cell:
        text = tidy(raw)
        if text.upper() in _ERRORS:
            return Cell(fault=Wrong("sheets.error_cell", {"value": text.upper()}))
        if not text or (field not in ("lift", "demolition") and text.casefold() in _blanks()):
            return BLANK
        if len(text) > LENGTHS.get(field, MOST_SIGNS):
            limit = LENGTHS.get(field, MOST_SIGNS)
            return _fault("housing.too_long", field, text[:20] + "…", limit=limit)
        names = self._named.get(field)
        if field == "built":
            found = _year(text, raw, self._year)
        elif names is not None:
            found = _named(field, text, names)
        else:
            found = _READERS[field](field, text, raw)
        if found.gap is None and not found.fault and isinstance(raw, str) and clean(raw) != raw:
            return found._replace(gap=Wrong("housing.cleaned", {"field": field}))
        return found


def tidy(raw: Raw) -> str:
    """A cell as text: without signs nobody sees, runs of blanks made one."""
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else f"{raw:.15g}"
    text = " ".join(clean(str(raw)).split())
    return text[1:] if text[:1] == "'" else text  # so texts are kept from being formulas


def narrow(text: str) -> str:
    """A text with half-width signs and no blanks, as codes and numbers are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def lost(raw: Raw) -> bool:
    """Whether a long code was stored as a number, or saved as one (``5.1E+17``)."""
    if isinstance(raw, float):
        return abs(raw) >= _MOST_DIGITS
    return isinstance(raw, str) and _SCIENTIFIC(raw) is not None


@cache
def _blanks() -> frozenset[str]:
    return frozenset(sign.casefold() for sign in said("blanks")) | set("/\\-—?？") | {"--", "——"}


def _fault(code: str, field: str, value: str, **facts: Fact) -> Cell:
    return Cell(fault=Wrong(code, {"field": field, "value": value[:40], **facts}))


def _gap(code: str, field: str, value: str, read: object = None, **facts: Fact) -> Cell:
    return Cell(read, gap=Wrong(code, {"field": field, "value": value[:40], **facts}))


def _text(_field: str, text: str, _raw: Raw) -> Cell:
    return Cell(text)


def _numbered(shape: Callable[[str], re.Match[str] | None]) -> Callable[[str, str, Raw], Cell]:
    def read(field: str, text: str, raw: Raw) -> Cell:
        if isinstance(raw, date):
            return _fault("sheets.date_in_cell", field, str(raw))
        code = narrow(text).upper()
        found = shape(code)
        return Cell(found[1] if found else code)

    return read


def _named(field: str, text: str, names: Names) -> Cell:
    name = names.known(text)
    if name is not None:
        return Cell(name)
    close = near(text, names)
    if close is None:
        return _fault("housing.unknown_name", field, text)
    return _fault("housing.unknown_name_near", field, text, near=close)


def _aliases(_field: str, text: str, _raw: Raw) -> Cell:
    return Cell(tuple(dict.fromkeys(part for part in re.split(r"\s*[、,，;；]\s*", text) if part)))


def _whole(text: str) -> int | None:
    """Read a whole number as people write storeys: 6, 6层, 6F, 六层, 负一."""
    code = _AROUND("", narrow(text).casefold())
    sign = -1 if code[:1] in ("负", "b") else 1
    code = code[1:] if sign < 0 else code
    if _NUMBER(code):
        return sign * int(code)
    tens = _TENS(code)
    if tens:
        return sign * (10 * (_CHINESE.index(tens[1] or "一")) + _CHINESE.index(tens[2] or "零"))
    return sign * _CHINESE.index(code) if len(code) == 1 and code in _CHINESE else None


def _storeys(field: str, text: str, _raw: Raw) -> Cell:
    count = _whole(text)
    if count is None:
        return _fault("housing.not_storeys", field, text)
    if not 1 <= count <= TALLEST:
        return _fault("housing.out_of_range", field, text, low=1, high=HIGHEST)
    if count > HIGHEST:
        return _gap("housing.too_tall", field, text, high=HIGHEST)
    return Cell(count)


def _floor(field: str, text: str, raw: Raw) -> Cell:
    if _VAGUE_FLOOR(text):
        return _gap("housing.vague", field, text)
    floor = None if isinstance(raw, date) else _whole(text)
    if floor is None:
        return _fault("housing.not_a_floor", field, str(raw))
    if floor == 0 or not LOWEST <= floor <= HIGHEST:
        return _fault("housing.out_of_range", field, text, low=LOWEST, high=HIGHEST)
    return Cell(floor)


def _entries(field: str, text: str, raw: Raw) -> Cell:
    found = [_floor(field, part, part) for part in _BETWEEN.split(narrow(text.replace(" ", "、")))]
    if isinstance(raw, date):
        return _fault("sheets.date_in_cell", field, str(raw))
    wrong = next((one for one in found if one.fault or one.value is None), None)
    if wrong:
        return wrong if wrong.fault else _fault("housing.not_a_floor", field, text)
    return Cell(tuple(sorted({one.value for one in found})))


def _households(field: str, text: str, _raw: Raw) -> Cell:
    count = _whole(text)
    if count is None:
        return _fault("sheets.not_whole", field, text)
    if not 0 <= count <= MOST_HOUSEHOLDS:
        return _fault("housing.out_of_range", field, text, low=0, high=MOST_HOUSEHOLDS)
    return Cell(count)


def _year(text: str, raw: Raw, this_year: int) -> Cell:
    found = _YEAR(str(raw) if isinstance(raw, date) else narrow(text))
    if not found:
        vague = _DECADE(narrow(text)) or narrow(text).endswith(("前", "以前", "之前"))
        return (_gap if vague else _fault)(
            "housing.vague" if vague else "housing.not_a_year", "built", text
        )
    if not EARLIEST <= int(found[1]) <= this_year:
        return _fault("housing.out_of_range", "built", found[1], low=EARLIEST, high=this_year)
    return Cell(int(found[1]))


def _area(field: str, text: str, raw: Raw) -> Cell:
    bare = _AREA_UNIT("", narrow(text).casefold())
    if isinstance(raw, date) or not _DECIMAL(bare):
        return _fault("sheets.not_a_number", field, str(raw))
    exact = Decimal(bare.replace(",", "")) * 100
    area = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 < area <= MOST_AREA_M2 * 100:
        return _fault("housing.area_absurd", field, text, limit=MOST_AREA_M2)
    if area != exact:
        return _gap("housing.rounded", field, text, area, kept=f"{area // 100}.{area % 100:02}")
    return Cell(area)


def _choice(field: str, text: str, _raw: Raw) -> Cell:
    if plain(text) in said("unknown"):
        return _gap("housing.vague", field, text)
    column = _columns()[field]
    choices = _spoken(field)
    found = choices.get(plain(text))
    if found is None:
        return _fault("sheets.unknown_choice", field, text, choices=" ".join(column.choices))
    return Cell(found)


def _flag(field: str, text: str, _raw: Raw) -> Cell:
    found = _spoken(field).get(plain(text)) or _spoken(field).get(text.casefold())
    if found is None and text.casefold() in _blanks():
        return BLANK
    return _fault("sheets.not_yes_no", field, text) if found is None else Cell(found == "yes")


def _shares(field: str, text: str, raw: Raw) -> Cell:
    """Read the shares of a cell, one or several; each over 0 and not over 1."""
    parts: list[Raw] = [part for part in re.split(r"[、,，;；]", text) if part.strip()]
    read = [read_cell(_columns()[field], part) for part in ([raw] if len(parts) == 1 else parts)]
    if any(isinstance(one, Wrong) for one in read):
        return _fault("tables.not_a_fraction", field, text)
    if any(not 0 < share <= 1 for share in read):  # type: ignore[operator] # they are fractions
        return _fault("housing.share_range", field, text)
    return Cell(tuple(read))


def _raw_people(field: str, text: str, raw: Raw) -> Cell:
    """Names, numbers and ID numbers are judged together, owner by owner."""
    if isinstance(raw, date):
        return _fault("sheets.date_in_cell", field, str(raw))
    if field == "id_number" and lost(raw):
        return _fault("sheets.code_as_number", field, "…")
    if field == "phone" and isinstance(raw, str) and lost(raw):
        return _fault("sheets.code_as_number", field, "…")
    return Cell(text)


@cache
def _columns() -> Mapping[str, Column]:
    return {column.field: column for column in sheet().columns}


@cache
def _spoken(field: str) -> Mapping[str, str]:
    column = _columns()[field]
    return spoken(column.choices or ("yes", "no"), column.words)


_READERS: Mapping[str, Callable[[str, str, Raw], Cell]] = {
    "district": _text,
    "street": _text,
    "community": _text,
    "estate": _text,
    "address": _text,
    "aliases": _aliases,
    "building": _numbered(_BUILDING),
    "storeys": _storeys,
    "structure": _choice,
    "demolition": _flag,
    "households": _households,
    "stairwell": _numbered(_STAIRWELL),
    "entries": _entries,
    "lift": _flag,
    "flat": _numbered(_FLAT),
    "floor": _floor,
    "area_dm2": _area,
    "tenure": _choice,
    "state": _choice,
    "owner": _raw_people,
    "phone": _raw_people,
    "id_number": _raw_people,
    "share": _shares,
    "standing": _choice,
    "life": _choice,
}
