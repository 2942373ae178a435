"""A poll's ledger between its rows and the cellar: rows into lines, and lines added to it."""

import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tuanti.consent.models import Poll, Record, RollFlat
from tuanti.rules import ballots
from tuanti.rules.ballots import SALT_BYTES, Kind, head_of, instant, sealed

_FLAT = (
    "flat_id", "building", "stairwell", "number", "floor", "area_dm2", "tenure", "state", "own",
    "occupied",
)  # fmt: skip
_OWNER = ("owner_id", "share", "standing")


def start_of(poll: Poll, roll: Iterable[RollFlat]) -> str:
    """Hash what a poll was opened with: its rules, its period and every flat of its roll.

    Names are no part of it, so that they can be erased; ``roll`` has its owners at hand.
    """
    return head_of(
        {
            "code": poll.code,
            "number": poll.number,
            "plan": poll.plan_id,
            "matters": poll.matters,
            "terms": poll.terms,
            "counted_on": poll.counted_on.isoformat(),
            "opens_at": instant(poll.opens_at),
            "closes_at": instant(poll.closes_at),
            "roll": [_told(flat) for flat in roll],
        }
    )


def append(
    poll: Poll,
    kind: Kind,
    body: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
    client_id: uuid.UUID | None = None,
    roll_flat: RollFlat | None = None,
    paper: Any = None,  # noqa: ANN401 (a row of places)
) -> Record:
    """Add a line to the ledger of a poll whose row the caller holds, and move its head."""
    poll.seq += 1
    line = sealed(
        ballots.Record(
            poll=poll.code,
            seq=poll.seq,
            client_id=str(client_id or uuid.uuid4()),
            kind=kind,
            flat=str(roll_flat.flat_id) if roll_flat else "",
            body=body,
            received_at=at,
            by=by,
            paper=paper.digest if paper else "",
            prev=poll.head,
        ),
        secrets.token_bytes(SALT_BYTES),
    )
    poll.head = line.hash
    Poll.objects.filter(pk=poll.pk).update(seq=poll.seq, head=poll.head)
    return Record.objects.create(
        poll=poll,
        seq=line.seq,
        client_id=line.client_id,
        kind=kind,
        roll_flat=roll_flat,
        body=dict(body),
        salt=line.salt,
        received_at=at,
        by=by,
        paper=paper,
        prev=line.prev,
        hash=line.hash,
    )


def lines(code: str, rows: Iterable[Record]) -> list[ballots.Record]:
    """Make the cellar's lines of rows, which have their flat and paper at hand."""
    return [line(code, row) for row in rows]


def line(code: str, row: Record) -> ballots.Record:
    """Make one line."""
    return ballots.Record(
        poll=code,
        seq=row.seq,
        client_id=str(row.client_id),
        kind=row.kind,  # type: ignore[arg-type]  # one of KINDS: the database checks it
        flat=str(row.roll_flat.flat_id) if row.roll_flat else "",
        body=row.body,
        received_at=row.received_at,
        by=row.by,
        paper=row.paper.digest if row.paper else "",
        prev=row.prev,
        salt=row.salt,
        hash=row.hash,
    )


def _told(flat: RollFlat) -> dict[str, Any]:
    owners = flat.owners.all()
    told = {name: getattr(flat, name) for name in _FLAT}
    return told | {"owners": [{name: getattr(one, name) for name in _OWNER} for one in owners]}
