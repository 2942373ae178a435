"""Triggers: the database itself refuses to change or delete what stands in the journal.

Only an entry's leaf number may be set, once. A later change of these tables on SQLite remakes
them without their triggers: its migration calls :func:`put_up` again (a test holds us to it).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_SAME = ("id", "at", "by", "act", "subject_kind", "subject_id", "facts", "salt")
_TABLES = ("journal_entry", "journal_node", "journal_checkpoint")
_WORDS = "the journal is added to, never changed"
# What a row must not take the place of (INSERT OR REPLACE deletes without a trigger).
_TWIN = {
    "journal_entry": '"id" = NEW."id"',
    "journal_node": '"id" = NEW."id" OR ("level" = NEW."level" AND "number" = NEW."number")',
    "journal_checkpoint": '"id" = NEW."id" OR "size" = NEW."size"',
}


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    _run(connection, _POSTGRESQL if connection.vendor == "postgresql" else _sqlite())


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers."""
    if connection.vendor == "postgresql":
        _run(connection, ["DROP FUNCTION IF EXISTS journal_kept() CASCADE"])
    else:
        names = [f"{table}_{act}" for table in _TABLES for act in ("insert", "update", "delete")]
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in names])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite() -> list[str]:
    same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _SAME)
    numbered = f"OLD.leaf IS NULL AND NEW.leaf IS NOT NULL AND {same}"
    found = [_trigger("journal_entry", "update", f"NOT ({numbered})")]
    found += [_trigger(table, "update", "1") for table in _TABLES[1:]]
    found += [_trigger(table, "delete", "1") for table in _TABLES]
    for table, twin in _TWIN.items():
        born_sealed = "NEW.leaf IS NOT NULL OR " if table == "journal_entry" else ""
        taken = f"{born_sealed}EXISTS (SELECT 1 FROM {table} WHERE {twin})"  # noqa: S608 (ours)
        found.append(_trigger(table, "insert", taken))
    return found


def _trigger(table: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    )


def _row(side: str) -> str:
    """One side of a comparison; a JSON is compared as it is written."""
    columns = (f'{side}."{name}"' + ("::text" if name == "facts" else "") for name in _SAME)
    return f"ROW({', '.join(columns)})"


def _guard(table: str, name: str, acts: str, each: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {acts} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION journal_kept()"
    )


_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION journal_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_TABLE_NAME = 'journal_entry' AND TG_OP = 'INSERT' THEN
        IF NEW.leaf IS NULL THEN RETURN NEW; END IF;
      ELSIF TG_TABLE_NAME = 'journal_entry' AND TG_OP = 'UPDATE' THEN
        IF OLD.leaf IS NULL AND NEW.leaf IS NOT NULL
          AND {_row("NEW")} IS NOT DISTINCT FROM {_row("OLD")}
        THEN RETURN NEW; END IF;
      END IF;
      RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    _guard("journal_entry", "insert", "INSERT", "ROW"),
    *(_guard(table, "kept", "UPDATE OR DELETE", "ROW") for table in _TABLES),
    *(_guard(table, "whole", "TRUNCATE", "STATEMENT") for table in _TABLES),
]
