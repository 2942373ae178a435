"""Triggers: the database itself refuses to change or delete what a vote is held by.

The ledger is added to; the roll stands as it was fixed, but for the day a flat was served and the
sealed name (whose key may be changed, and which may be erased); of a vote only its head and, once,
its result may be set. A later change of these tables on SQLite remakes them without their triggers:
its migration calls :func:`put_up` again.
"""

from collections.abc import Iterator, Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

_WORDS = "a vote is added to, never changed"
# What may be set after a row was written.
FREE: Mapping[str, frozenset[str]] = {
    "consent_poll": frozenset({"seq", "head", "closed_at", "result", "passed"}),
    "consent_rollflat": frozenset({"served_at"}),
    "consent_rollowner": frozenset({"name"}),
    "consent_record": frozenset(),
}
# Every other column, in the order of the models; a test holds this to them.
KEPT: Mapping[str, tuple[str, ...]] = {
    "consent_poll": (
        "id", "consultation_id", "number", "code", "plan_id", "matters", "terms", "counted_on",
        "opens_at", "closes_at",
    ),
    "consent_rollflat": (
        "id", "poll_id", "flat_id", "building", "stairwell", "number", "floor", "area_dm2",
        "tenure", "state", "own", "occupied",
    ),
    "consent_rollowner": ("id", "roll_flat_id", "owner_id", "share", "standing"),
    "consent_record": (
        "id", "poll_id", "seq", "client_id", "kind", "roll_flat_id", "body", "salt", "received_at",
        "by", "paper_id", "prev", "hash",
    ),
}  # fmt: skip
# A vote that was counted stands as it is; while it runs its head moves by one line at a time. Its
# head is set once more before the first line: when its roll has been written.
_MOVES = (
    "OLD.closed_at IS NULL AND NEW.seq - OLD.seq IN (0, 1) "
    "AND (NEW.seq > OLD.seq OR NEW.head = OLD.head OR (OLD.seq = 0 AND OLD.head = ''))"
)
# What a row must not take the place of (INSERT OR REPLACE deletes without a trigger).
_TWIN: Mapping[str, str] = {
    "consent_poll": '"id" = NEW."id" OR "code" = NEW."code" '
    'OR ("consultation_id" = NEW."consultation_id" AND "number" = NEW."number")',
    "consent_rollflat": '"id" = NEW."id" '
    'OR ("poll_id" = NEW."poll_id" AND "flat_id" = NEW."flat_id")',
    "consent_rollowner": '"id" = NEW."id" '
    'OR ("roll_flat_id" = NEW."roll_flat_id" AND "owner_id" = NEW."owner_id")',
    "consent_record": '"id" = NEW."id" OR ("poll_id" = NEW."poll_id" '
    'AND ("seq" = NEW."seq" OR "client_id" = NEW."client_id"))',
}


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    _run(connection, _postgresql() if connection.vendor == "postgresql" else _sqlite())


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers."""
    if connection.vendor == "postgresql":
        _run(connection, ["DROP FUNCTION IF EXISTS consent_kept() CASCADE"])
    else:
        acts = ("insert", "update", "delete")
        names = [f"{table}_{act}" for table in KEPT for act in acts]
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in names])


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str] | list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite() -> Iterator[str]:
    for table, columns in KEPT.items():
        same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns)
        allowed = f"{same} AND {_MOVES}" if table == "consent_poll" else same
        update = f"NOT ({allowed})" if FREE[table] else "1"
        yield _trigger(table, "update", update)
        yield _trigger(table, "delete", "1")
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {_TWIN[table]})"  # noqa: S608 (ours)
        yield _trigger(table, "insert", taken)


def _trigger(table: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    )


def _postgresql() -> Iterator[str]:
    branches = [
        f"""
      IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = '{table}' THEN
        IF {_unchanged(columns)}{f" AND {_MOVES}" if table == "consent_poll" else ""}
        THEN RETURN NEW; END IF;
      END IF;"""
        for table, columns in KEPT.items()
        if FREE[table]
    ]
    yield f"""CREATE OR REPLACE FUNCTION consent_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN{"".join(branches)}
      RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation';
    END $$"""
    for table in KEPT:
        yield _guard(table, "kept", "UPDATE OR DELETE", "ROW")
        yield _guard(table, "whole", "TRUNCATE", "STATEMENT")


def _unchanged(columns: tuple[str, ...]) -> str:
    rows = (f"ROW({', '.join(f'{side}.{_quoted(one)}' for one in columns)})" for side in _SIDES)
    return " IS NOT DISTINCT FROM ".join(rows)


_SIDES = ("NEW", "OLD")


def _quoted(name: str) -> str:
    """Name a column; a JSON is compared as it is written."""
    return f'"{name}"' + ("::text" if name in ("matters", "terms", "body") else "")


def _guard(table: str, name: str, acts: str, each: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {acts} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION consent_kept()"
    )
