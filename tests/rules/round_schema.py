"""The JSON schema of a round, built from the table of its fields.

``PYTHONPATH=src python -m tests.rules.round_schema`` writes the published file anew.
"""

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from tuanti.rules.award.round_fields import (
    FORMAT,
    HEAD,
    ID_PATTERN,
    LISTS,
    NEVER_EMPTY,
    RULES,
    TEXT_PATTERN,
    USCC_PATTERN,
    Field,
)

FILE = files("tuanti.rules.award") / "tuanti-round-1.schema.json"


def published() -> dict[str, Any]:
    """Read the schema as it is shipped."""
    schema: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return schema


def built() -> dict[str, Any]:
    """Build the schema from the table."""
    schema = _object(HEAD)
    for name, fields in LISTS.items():
        schema["properties"][name] = _list(name, fields)
    schema["properties"]["rules"] = _object(RULES)
    schema["required"] += ["rules", *NEVER_EMPTY]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tuanti:round:1",
        "title": FORMAT,
        "$comment": "Structure only; `tuanti check` also finds what does not agree.",
        "$defs": {
            "id": {"type": "string", "pattern": _whole(ID_PATTERN)},
            "text": {"type": "string", "pattern": _whole(TEXT_PATTERN)},
            "uscc": {"type": "string", "pattern": _whole(USCC_PATTERN)},
        },
        **schema,
    }


def _whole(pattern: str) -> str:
    """Anchor at the very end: in Python ``$`` would let a line break through."""
    return f"^(?:{pattern})(?![\\s\\S])"


def _object(fields: Iterable[Field]) -> dict[str, Any]:
    fields = list(fields)
    return {
        "type": "object",
        "properties": {field.name: _value(field) for field in fields},
        "required": [field.name for field in fields if not field.optional],
        "additionalProperties": False,
    }


def _list(name: str, fields: Iterable[Field]) -> dict[str, Any]:
    rows = {"type": "array", "items": _object(fields)}
    return rows | {"minItems": 1} if name in NEVER_EMPTY else _or_null(rows)


def _value(field: Field) -> dict[str, Any]:
    return _or_null(_plain(field)) if field.optional else _plain(field)


def _plain(field: Field) -> dict[str, Any]:
    ident = {"$ref": "#/$defs/id"}
    plain: dict[str, dict[str, Any]] = {
        "format": {"const": FORMAT},
        "id": ident,
        "zone": {"anyOf": [ident, {"const": "*"}]},
        "text": {"$ref": "#/$defs/text"},
        "uscc": {"$ref": "#/$defs/uscc"},
        "count": {"type": "integer", "minimum": field.low, "maximum": field.high},
        "flag": {"type": "boolean"},
        "choice": {"enum": list(field.choices)},
        "ids": _several(ident),
        "choices": _several({"enum": list(field.choices)}),
        "groups": {"type": "object", "propertyNames": ident, "additionalProperties": ident},
    }
    return plain[field.kind]


def _several(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    if isinstance(value.get("type"), str):
        return value | {"type": [value["type"], "null"]}
    return {"anyOf": [value, {"type": "null"}]}


if __name__ == "__main__":
    text = json.dumps(built(), ensure_ascii=True, indent=2) + "\n"
    with open(str(FILE), "w", encoding="utf-8") as file:  # noqa: PTH123 (a Traversable)
        file.write(text)
