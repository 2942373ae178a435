"""Ballots: cast by phone, typed from paper, confirmed, refused, disputed, upheld; proxies.

``received_at``, taken on entry, decides: a ballot is in time while ``received_at < closes_at``. One
row lock on the vote orders its ledger. A form received twice is one record with one receipt, also
when the second copy comes after the deadline; nothing here is ever changed or removed.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args

from django.db import transaction
from django.utils import timezone

from tuanti.consent import ledger, permissions
from tuanti.consent.balloting import (
    handled,
    in_time,
    on_roll,
    other_hand,
    own_flat,
    people_only,
    received_before,
    tell_owner,
    whole,
)
from tuanti.consent.commands.polls import taken, taken_lean, while_open
from tuanti.consent.models import Poll, Proxy, Record
from tuanti.consent.queries import polls as known
from tuanti.consent.receipts import Receipt
from tuanti.consent.refusals.polls import (
    CapacityUnknown,
    HolderMissing,
    NotDisputable,
    NotDisputed,
    NothingToConfirm,
    NotInForce,
    NotOnTheRoll,
    OriginalMissing,
    ProxyDates,
    ReasonUnknown,
)
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places.filing import Paper, file
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.rules.ballots import Kind
from tuanti.rules.consent.roll import Capacity

CAPACITIES: tuple[Capacity, ...] = get_args(Capacity)
REASONS = ("unreadable", "unsigned", "wrong-flat", "mistyped", "not-theirs")
UPHOLD = (*permissions.CONFIRM, *permissions.MEDIATE)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ProxyFacts:
    """What a paper says of a proxy: who holds it, in what capacity, from when until when."""

    holder: str
    capacity: str = "proxy"
    from_on: date | None = None
    until_on: date | None = None


def cast_ballot(
    *,
    poll_id: int,
    client_id: uuid.UUID,
    flat_id: int,
    answers: Mapping[str, str],
    by: Actor,
    received_at: datetime,
) -> Receipt:
    """Take a resident's ballot for their own flat, and sign its receipt.

    ``client_id`` was minted with the form: the same form again gets the same receipt.

    :raises NotInReach, NotPermitted, NotYourFlat: ``by`` is no owner on the roll of that flat.
    :raises NotVoting, NotOpenYet, TooLate: it did not come in while the vote was open.
    :raises AnswersAmiss: a matter is unanswered.
    :raises FormUsed: the form came in before, with other answers.
    """
    said = {"owner": str(by.owner), "way": "phone", "answers": dict(answers)}
    return known.receipt_of(_cast(poll_id, client_id, flat_id, said, by, received_at))


@transaction.atomic
def enter_paper_ballot(
    *,
    poll_id: int,
    client_id: uuid.UUID,
    flat_id: int,
    owner_id: int,
    answers: Mapping[str, str],
    paper: Paper,
    by: Actor,
    now: datetime,
    proxy_id: int | None = None,
    origin: str = "",
) -> Record:
    """Type a ballot from paper, with its photo; it counts once another person has confirmed it.

    With ``proxy_id`` the holder of that proxy signed it. The owner is told by message, with a link
    under ``origin`` to dispute it.

    :raises NotInReach, NotPermitted, OneHand: ``by`` types no ballots here, or kept the roll.
    :raises NotVoting, NotOpenYet, TooLate: it did not come in while the vote was open.
    :raises NotOnTheRoll, AnswersAmiss, NotInForce: the ballot does not fit the roll or the proxy.
    :raises EvidenceMissing, EvidenceKind, EvidenceSize: the photo is none we keep.
    :raises FormUsed: the form came in before, with other answers.
    """
    poll = taken(poll_id)
    handled(poll, by, permissions.TYPE)
    said = {"owner": str(owner_id), "way": "paper", "answers": dict(answers)}
    said |= {"proxy": str(proxy_id)} if proxy_id else {}
    if done := received_before(poll, client_id, by, said, flat_id):
        return done
    in_time(poll, now, poll.consultation.state)
    flat = on_roll(poll, flat_id, owner_id)
    said["answers"] = whole(poll, flat, answers)
    if proxy_id:
        _held_proxy(poll, proxy_id, owner_id, now)

    scan = file(paper, by, now)
    row = ledger.append(
        poll, "ballot", said, by=by.id, at=now, client_id=client_id, roll_flat=flat, paper=scan
    )

    told = tell_owner(poll, flat, owner_id, origin=origin, by=by, now=now)
    facts = {"flat": flat_id, "line": row.seq, "hash": row.hash, "told": told}
    journal.write(at=now, by=by, act="ballot.enter", subject=row, **facts)
    return row


@transaction.atomic
def confirm_ballot(
    *, record_id: int, by: Actor, now: datetime, paper: Paper | None = None
) -> Record:
    """Confirm a typed ballot as a second person: a colleague, the owner, or a representative.

    Where a ballot by phone needs its signed original, confirming brings the scan of it.

    :raises NotInReach, NotPermitted, OneHand: ``by`` may not confirm it, or is no second person.
    :raises NotVoting, ClosedAlready: the vote is over.
    :raises NothingToConfirm: it does not wait for that.
    :raises OriginalMissing: the signed original is needed.
    """
    row = _judged(record_id)
    people_only(by)
    if not _is_owners(row, by):
        permissions.require(by, permissions.CONFIRM, row.poll.consultation)
    other_hand(row.poll, by, row.by)
    state = known.state_of(row)
    if state not in ("unconfirmed", "unsigned"):
        raise NothingToConfirm
    if state == "unsigned" and paper is None:
        raise OriginalMissing
    return _judge(row, "confirm", by, now, paper=paper)


@transaction.atomic
def refuse_ballot(*, record_id: int, reason: str, by: Actor, now: datetime) -> Record:
    """Refuse a ballot that waits, or is rightly disputed: it never counts.

    :raises NotInReach, NotPermitted, OneHand: ``by`` may not, or is no second person.
    :raises NotVoting, ClosedAlready: the vote is over.
    :raises NothingToConfirm: it does not wait for anybody.
    :raises ReasonUnknown: the reason is none of ``REASONS``.
    """
    row = _judged(record_id)
    handled(row.poll, by, UPHOLD, row.by)
    if reason not in REASONS:
        raise ReasonUnknown(value=reason)
    if known.state_of(row) not in known.SAID - {"counts"}:
        raise NothingToConfirm
    return _judge(row, "refuse", by, now, reason=reason)


@transaction.atomic
def dispute_ballot(*, record_id: int, by: Actor, now: datetime) -> Record:
    """Dispute a ballot that was entered for an owner: the owner, or an officer they told.

    It does not count until somebody upholds it.

    :raises NotInReach, NotPermitted: it was not entered for ``by``.
    :raises NotVoting, ClosedAlready: the vote is over; object to the notice instead.
    :raises NotDisputable: it is their own, or disputed or refused already.
    """
    row = _judged(record_id)
    people_only(by)
    if by.kind != "resident":
        permissions.require(by, permissions.MEDIATE, row.poll.consultation)
    elif not _is_owners(row, by):
        raise NotPermitted if known.records_for(by).filter(pk=row.pk).exists() else NotInReach
    if row.by == by.id or known.state_of(row) in ("disputed", "refused"):
        raise NotDisputable
    return _judge(row, "dispute", by, now)


@transaction.atomic
def uphold_ballot(*, record_id: int, by: Actor, now: datetime) -> Record:
    """Find that a disputed ballot is right after all: it counts as before.

    :raises NotInReach, NotPermitted, OneHand: ``by`` may not, typed it, or disputes it.
    :raises NotVoting, ClosedAlready: the vote is over.
    :raises NotDisputed: nobody disputes it.
    """
    row = _judged(record_id)
    disputes = row.poll.records.filter(kind="dispute").order_by("seq")
    by_whom = [one.by for one in disputes if one.body["ballot"] == row.seq]
    handled(row.poll, by, UPHOLD, row.by, *by_whom)
    if known.state_of(row) != "disputed":
        raise NotDisputed
    return _judge(row, "uphold", by, now)


@transaction.atomic
def name_proxy(
    *, poll_id: int, owner_id: int, facts: ProxyFacts, paper: Paper, by: Actor, now: datetime
) -> Proxy:
    """Enter who may vote for an owner, from the paper that says so; it holds from now on.

    :raises NotInReach, NotPermitted, OneHand: ``by`` types nothing here, or kept the roll.
    :raises NotVoting, ClosedAlready: the vote is over.
    :raises NotOnTheRoll: the owner is not on the roll.
    :raises HolderMissing, CapacityUnknown, ProxyDates: the facts do not fit.
    :raises EvidenceMissing, EvidenceKind, EvidenceSize: the paper is none we keep.
    """
    poll = taken(poll_id)
    handled(poll, by, permissions.TYPE)
    while_open(poll)
    if not poll.roll.filter(owners__owner=owner_id).exists():
        raise NotOnTheRoll
    _check_proxy(facts)

    scan = file(paper, by, now)
    proxy = Proxy.objects.create(
        poll=poll,
        owner_id=owner_id,
        holder=facts.holder.strip()[:_LONGEST_NAME],
        capacity=facts.capacity,
        paper=scan,
        from_on=facts.from_on,
        until_on=facts.until_on,
    )
    body = {"proxy": str(proxy.pk), "owner": str(owner_id), "capacity": facts.capacity}
    body |= {
        name: day.isoformat()
        for name in ("from_on", "until_on")
        if (day := getattr(facts, name)) is not None
    }
    row = ledger.append(poll, "proxy", body, by=by.id, at=now, paper=scan)

    told = {"owner": owner_id, "line": row.seq, "hash": row.hash}
    journal.write(at=now, by=by, act="proxy.name", subject=proxy, **told)
    return proxy


@transaction.atomic
def revoke_proxy(*, proxy_id: int, by: Actor, now: datetime) -> Record:
    """End a proxy: the owner in one step, or whoever types for them. What it said stands.

    :raises NotInReach, NotPermitted, OneHand: it is not theirs.
    :raises NotVoting, ClosedAlready: the vote is over.
    :raises NotInForce: it was revoked before.
    """
    proxy = Proxy.objects.filter(pk=proxy_id).first()
    if proxy is None:
        raise NotInReach
    poll = taken(proxy.poll_id)
    if by.kind != "resident":
        handled(poll, by, permissions.TYPE)
    elif by.owner != proxy.owner_id:
        raise NotInReach
    while_open(poll)
    if known.revoked(proxy):
        raise NotInForce
    row = ledger.append(poll, "revoke", {"proxy": str(proxy.pk)}, by=by.id, at=now)
    told = {"line": row.seq, "hash": row.hash}
    journal.write(at=now, by=by, act="proxy.revoke", subject=proxy, **told)
    return row


@transaction.atomic
def _cast(
    poll_id: int,
    client_id: uuid.UUID,
    flat_id: int,
    said: dict[str, Any],
    by: Actor,
    received_at: datetime,
) -> Record:
    poll, state = taken_lean(poll_id)
    if done := received_before(poll, client_id, by, said, flat_id):
        return done
    flat = own_flat(poll, flat_id, by)
    in_time(poll, received_at, state)
    whole(poll, flat, said["answers"])

    row = ledger.append(
        poll, "ballot", said, by=by.id, at=received_at, client_id=client_id, roll_flat=flat
    )

    told = {"flat": flat_id, "line": row.seq, "hash": row.hash}
    journal.write(at=received_at, by=by, act="ballot.cast", subject=row, **told)
    return row


def _judged(record_id: int) -> Record:
    """Fetch a ballot, and hold its vote, which must not be over.

    :raises NotInReach: there is none.
    :raises NotVoting, ClosedAlready: the vote is over.
    """
    rows = Record.objects.select_related("roll_flat", "paper").filter(kind="ballot")
    row = rows.filter(pk=record_id).first()
    if row is None:
        raise NotInReach
    row.poll = taken(row.poll_id)
    while_open(row.poll)
    return row


def _judge(
    row: Record,
    kind: Kind,
    by: Actor,
    now: datetime,
    *,
    paper: Paper | None = None,
    reason: str = "",
) -> Record:
    """Add a line on a ballot, and write it down."""
    scan = file(paper, by, now) if paper else None
    body = {"ballot": row.seq} | ({"reason": reason} if reason else {})
    line = ledger.append(
        row.poll, kind, body, by=by.id, at=now, roll_flat=row.roll_flat, paper=scan
    )
    told = {"ballot": row.seq, "line": line.seq, "hash": line.hash}
    journal.write(at=now, by=by, act=f"ballot.{kind}", subject=line, **told)
    return line


def _is_owners(row: Record, by: Actor) -> bool:
    return by.kind == "resident" and str(by.owner) == row.body["owner"]


def _held_proxy(poll: Poll, proxy_id: int, owner_id: int, now: datetime) -> None:
    proxy = poll.proxies.filter(pk=proxy_id, owner=owner_id).first()
    if proxy is None or not known.in_force(proxy, timezone.localdate(now)):
        raise NotInForce


def _check_proxy(facts: ProxyFacts) -> None:
    if not facts.holder.strip():
        raise HolderMissing
    if facts.capacity not in CAPACITIES:
        raise CapacityUnknown(value=facts.capacity)
    start, end = facts.from_on, facts.until_on
    if start and end and end <= start:
        raise ProxyDates(start=start.isoformat(), end=end.isoformat())
