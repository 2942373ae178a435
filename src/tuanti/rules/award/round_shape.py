"""The shape of a round, checked against the table of its fields; what is sound goes on.

Columns are checked one after another, not rows: the test of a field is chosen once and then run
down the list, which keeps 120,000 price rows well under a second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuanti.rules.award.round_fields import (
    FORMAT,
    HEAD,
    LISTS,
    NEVER_EMPTY,
    RULES,
    Field,
    Row,
    fits,
    is_id,
    is_uscc_form,
    uscc_check,
)
from tuanti.rules.errors import Fact, Fault, Path

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Sound:
    """What is well-formed in a round: ill-formed fields left out, broken rows named.

    Rows keep their places, so that a finding points to where the reader wrote it.
    """

    rules: Row
    rules_broken: bool
    lists: Mapping[str, Sequence[Row]]
    broken: Mapping[str, frozenset[int]]

    def whole(self, name: str) -> Iterator[tuple[int, Row]]:
        """Walk the rows of list ``name`` of which every field is well-formed."""
        broken = self.broken[name]
        return ((at, row) for at, row in enumerate(self.lists[name]) if at not in broken)


def shape(data: object) -> tuple[list[Fault], Sound]:
    """Find every fault of structure, and what is left when the ill-formed is put aside."""
    if not isinstance(data, dict):
        return [Fault("round.not_an_object", (), {"value": shown(data)})], _nothing()
    head = {name: value for name, value in data.items() if name not in LISTS and name != "rules"}
    faults = _row_faults(head, HEAD, ())
    rules, rules_faults = _rules(data.get("rules"))
    lists: dict[str, Sequence[Row]] = {}
    broken: dict[str, frozenset[int]] = {}
    for name, fields in LISTS.items():
        found, lists[name] = _list(data.get(name), name, fields)
        broken[name] = frozenset(at for fault in found if (at := _row_of(fault)) is not None)
        faults += found
    return faults + rules_faults, Sound(rules, bool(rules_faults), lists, broken)


def shown(value: object) -> str:
    """Write ``value`` short enough for a sentence."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _nothing() -> Sound:
    return Sound(
        {},
        rules_broken=True,
        lists=dict.fromkeys(LISTS, ()),
        broken=dict.fromkeys(LISTS, frozenset()),
    )


def _rules(value: object) -> tuple[Row, list[Fault]]:
    facts: dict[str, Fact] = {"field": "rules", "value": shown(value)}
    if value is None:
        return {}, [Fault("round.field_missing", ("rules",), facts)]
    if not isinstance(value, dict):
        return {}, [Fault("round.not_an_object", ("rules",), facts)]
    faults = _row_faults(value, RULES, ("rules",))
    return _without(value, faults, 1), faults


def _list(rows: object, name: str, fields: Sequence[Field]) -> tuple[list[Fault], Sequence[Row]]:
    facts: dict[str, Fact] = {"field": name, "value": shown(rows)}
    if rows is None or rows == []:
        empty = [Fault("round.list_empty", (name,), facts)] if name in NEVER_EMPTY else []
        return empty, ()
    if not isinstance(rows, list):
        return [Fault("round.not_a_list", (name,), facts)], ()
    faults = _rows_faults(rows, fields, name)
    return faults, _sound_rows(rows, faults)


def _rows_faults(rows: Sequence[object], fields: Sequence[Field], name: str) -> list[Fault]:
    faults = [
        Fault("round.not_an_object", (name, at), {"value": shown(row)})
        for at, row in enumerate(rows)
        if not isinstance(row, dict)
    ]
    good = [(at, row) for at, row in enumerate(rows) if isinstance(row, dict)]
    known = frozenset(field.name for field in fields)
    for at, row in good:
        if not known.issuperset(row):
            faults += _unknown_fields(row, known, (name, at))
    for field in fields:
        faults += _column_faults(good, field, name)
    return faults


def _column_faults(good: Sequence[tuple[int, Row]], field: Field, name: str) -> Iterator[Fault]:
    fit, key = fits(field), field.name
    for at, row in good:
        value = row.get(key)
        if value is None:
            if not field.optional:
                yield Fault("round.field_missing", (name, at, key), {"field": key})
        elif not fit(value):
            yield from _reasons(field, value, (name, at, key))


def _row_faults(row: Row, fields: Sequence[Field], path: Path) -> list[Fault]:
    faults = _unknown_fields(row, frozenset(field.name for field in fields), path)
    for field in fields:
        value, here = row.get(field.name), (*path, field.name)
        if value is None and not field.optional:
            faults.append(Fault("round.field_missing", here, {"field": field.name}))
        elif value is not None and not fits(field)(value):
            faults += _reasons(field, value, here)
    return faults


def _unknown_fields(row: Row, known: frozenset[str], path: Path) -> list[Fault]:
    return [
        Fault("round.field_unknown", (*path, str(name)), {"field": shown(name)})
        for name in row
        if name not in known
    ]


def _row_of(fault: Fault) -> int | None:
    at = fault.path[1] if len(fault.path) > 1 else None
    return at if isinstance(at, int) else None


def _sound_rows(rows: Sequence[object], faults: Sequence[Fault]) -> list[Row]:
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(_row_of(fault) or 0, []).append(fault)
    sound: list[Row] = [row if isinstance(row, dict) else {} for row in rows]
    for at, found in by_row.items():
        sound[at] = _without(sound[at], found, 2)
    return sound


def _without(row: Row, faults: Sequence[Fault], depth: int) -> Row:
    bad = {fault.path[depth] for fault in faults if len(fault.path) > depth}
    return {name: value for name, value in row.items() if name not in bad}


def _reasons(field: Field, value: object, path: Path) -> list[Fault]:
    facts: dict[str, Fact] = {"field": field.name, "value": shown(value)}
    if field.kind in ("ids", "choices"):
        return _list_reasons(field, value, path, facts)
    if field.kind == "groups":
        return _group_reasons(value, path, facts)
    return [_reason(field, value, path, facts)]


def _reason(field: Field, value: object, path: Path, facts: dict[str, Fact]) -> Fault:
    if field.kind == "count" and type(value) is int:
        return Fault("round.out_of_range", path, facts | {"low": field.low, "high": field.high})
    if field.kind == "choice":
        return Fault("round.unknown_choice", path, facts | {"choices": " ".join(field.choices)})
    if field.kind == "format":
        return Fault("round.unknown_format", path, facts | {"format": FORMAT})
    if field.kind == "uscc" and type(value) is str and is_uscc_form(value):
        return Fault("round.uscc_check", path, facts | {"expected": uscc_check(value)})
    codes = {"count": "not_a_number", "flag": "not_yes_no", "uscc": "bad_uscc"}
    code = codes.get(field.kind) or ("bad_text" if field.kind == "text" else "bad_id")
    return Fault(f"round.{code}", path, facts)


def _list_reasons(field: Field, value: object, path: Path, facts: dict[str, Fact]) -> list[Fault]:
    if not isinstance(value, list):
        return [Fault("round.not_a_list", path, facts)]
    if not value:
        return [Fault("round.list_empty", path, facts)]
    one = Field(field.name, "choice" if field.choices else "id", choices=field.choices)
    faults = [
        _reason(one, item, (*path, at), facts | {"value": shown(item)})
        for at, item in enumerate(value)
        if not fits(one)(item)
    ]
    return faults or [_repeated(value, path, facts)]


def _repeated(values: Sequence[str], path: Path, facts: dict[str, Fact]) -> Fault:
    at = next(at for at, value in enumerate(values) if value in values[:at])
    return Fault("round.repeated_in_list", (*path, at), facts | {"value": values[at]})


def _group_reasons(value: object, path: Path, facts: dict[str, Fact]) -> list[Fault]:
    if not isinstance(value, dict):
        return [Fault("round.not_an_object", path, facts)]
    return [
        Fault("round.bad_id", (*path, str(key)), facts | {"value": shown(wrong)})
        for key in value
        for wrong in (key, value[key])
        if not is_id(wrong)
    ]
