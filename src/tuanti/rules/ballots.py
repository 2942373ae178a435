"""The ledger of a vote: what was received, in order, each line chained to the one before.

Nothing in it is changed or removed. A later ballot of the same person for the same flat takes the
place of an earlier one; a confirmation, a dispute or the end of a proxy is a line of its own. What
counts is computed from the lines alone.

A line is hashed as ``tuanti-ballot/1``: SHA-256 over its salt (16 bytes) and its canonical JSON
(sorted keys, no floats, UTF-8, no insignificant space), which holds the hash of the line before.
The first line follows the hash of the poll's own facts, its roll and its rules among them. Without
the salt nobody can guess an answer from a hash that is shown to everybody.

>>> from datetime import UTC
>>> start = head_of({"code": "7K3M9Q2XD", "roll": ["101"]})
>>> said = {"owner": "7", "way": "phone", "answers": {"lift": "yes"}}
>>> at = datetime(2026, 11, 23, 4, tzinfo=UTC)
>>> line = Record("7K3M9Q2XD", 1, "c1", "ballot", "101", said, at, "resident:7", prev=start)
>>> first_break("7K3M9Q2XD", start, [sealed(line, bytes(16))]) is None
True
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Literal, TypeAlias, get_args

from tuanti.rules.consent.roll import Ballot, Mandate, Roll
from tuanti.rules.deadlines import SHANGHAI
from tuanti.rules.errors import Fault

Kind: TypeAlias = Literal["ballot", "confirm", "refuse", "dispute", "uphold", "proxy", "revoke"]
Way: TypeAlias = Literal["phone", "paper"]
Wins: TypeAlias = Literal["later", "paper", "phone"]
State: TypeAlias = Literal[
    "counts", "replaced", "unconfirmed", "unsigned", "disputed", "refused", "unmandated", "off-roll"
]

FORMAT = "tuanti-ballot/1"
POLL_FORMAT = "tuanti-poll/1"
SALT_BYTES = 16  # always as many, so that nobody can move the border between salt and line

KINDS: tuple[Kind, ...] = get_args(Kind)
WAYS: tuple[Way, ...] = get_args(Way)
WINS: tuple[Wins, ...] = get_args(Wins)
# What may still come to count, if somebody else looks at it.
WAITING: frozenset[State] = frozenset({"unconfirmed", "unsigned", "disputed"})


@dataclass(frozen=True, slots=True)
class Record:
    """A line of the ledger.

    ``body`` says what was done: of a ``ballot`` the ``owner`` it speaks for, its ``way``, the
    ``answers`` by matter and the ``proxy`` who gave it, if one did; of ``confirm``, ``refuse``,
    ``dispute`` and ``uphold`` the ``ballot`` by its number; of ``proxy`` its ``proxy`` id, the
    ``owner``, ``capacity``, and ``from_on`` and ``until_on`` as text; of ``revoke`` the ``proxy``.
    ``paper`` is the SHA-256 of a scan that came with it. ``salt`` and the hashes are hexadecimal.
    """

    poll: str
    seq: int
    client_id: str
    kind: Kind
    flat: str
    body: Mapping[str, Any]
    received_at: datetime
    by: str
    paper: str = ""
    prev: str = ""
    salt: str = ""
    hash: str = ""

    @property
    def text(self) -> str:
        """The line as it is hashed."""
        return canonical(
            {
                "format": FORMAT,
                "poll": self.poll,
                "seq": self.seq,
                "client_id": self.client_id,
                "kind": self.kind,
                "flat": self.flat,
                "body": self.body,
                "received_at": instant(self.received_at),
                "by": self.by,
                "paper": self.paper,
                "prev": self.prev,
            }
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """What was fixed before the vote: which way wins, and whether a phone counts as writing.

    ``wins``: of a paper and an electronic ballot of one person the later counts, or always the one
    way. Where ``electronic`` is False a ballot by phone waits for its signed original.
    """

    wins: Wins = "later"
    electronic: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ballot stands; ``over`` is the number of the one that took its place, if one did."""

    record: Record
    state: State
    over: int = 0


@dataclass(frozen=True, slots=True)
class Clash:
    """A paper and an electronic ballot of one owner that differ: the one kept, and the other."""

    flat: str
    owner: str
    matter: str
    kept: int
    other: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What :func:`tuanti.rules.consent.tally` takes, and how every ballot stands.

    ``lines`` are the numbers of the records ``ballots`` came from, one for each.
    """

    ballots: tuple[Ballot, ...]
    lines: tuple[int, ...]
    mandates: tuple[Mandate, ...]
    standings: tuple[Standing, ...]
    clashes: tuple[Clash, ...]

    @property
    def waiting(self) -> tuple[Standing, ...]:
        """The ballots that do not count yet."""
        return tuple(one for one in self.standings if one.state in WAITING)


# --- The chain -------------------------------------------------------------------------------


def canonical(value: object) -> str:
    """Write ``value`` as canonical JSON.

    >>> canonical({"b": 1, "a": ["渝", None]})
    '{"a":["渝",null],"b":1}'
    """
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def instant(at: datetime) -> str:
    """Write a time: RFC 3339 in UTC, always to the microsecond.

    >>> instant(datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI))
    '2026-11-23T04:00:00.000000Z'
    """
    assert at.tzinfo is not None, "an instant has a time zone"
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def head_of(facts: Mapping[str, Any]) -> str:
    """Hash a poll's own facts: what its first line follows."""
    return sha256(canonical({**facts, "format": POLL_FORMAT}).encode()).hexdigest()


def sealed(record: Record, salt: bytes) -> Record:
    """Give a line its salt and its hash; ``prev`` is there already."""
    assert len(salt) == SALT_BYTES, "a salt has sixteen bytes"
    return replace(record, salt=salt.hex(), hash=sha256(salt + record.text.encode()).hexdigest())


def first_break(
    poll: str, start: str, records: Iterable[Record], *, size: int | None = None, head: str = ""
) -> Fault | None:
    """Find the first line that is not as it was received; None if all are.

    ``start`` is the hash of the poll's facts. ``size`` and ``head`` are the number and hash of the
    last line as kept elsewhere: without them a ledger cut off at its end looks whole.
    """
    prev, seq = start, 0
    for seq, record in enumerate(records, 1):
        if code := _amiss(record, poll, seq, prev):
            return Fault(code, ("records", seq - 1), {"seq": seq})
        prev = record.hash
    if (size is not None and size != seq) or (head and head != prev):
        return Fault("ballots.cut_off", ("records",), {"seq": seq + 1})
    return None


def _amiss(record: Record, poll: str, seq: int, prev: str) -> str:
    if record.poll != poll:
        return "ballots.of_another_poll"
    if record.seq != seq:
        return "ballots.out_of_order"
    if record.prev != prev:
        return "ballots.not_chained"
    return "" if _is_sealed(record) else "ballots.changed"


def _is_sealed(record: Record) -> bool:
    try:
        salt = bytes.fromhex(record.salt)
    except ValueError:
        return False
    if len(salt) != SALT_BYTES or salt.hex() != record.salt:
        return False
    return sha256(salt + record.text.encode()).hexdigest() == record.hash


# --- What counts -----------------------------------------------------------------------------

# Flats of the same owners are one vote, on each matter; each owner has a say in it.
_Say: TypeAlias = tuple[frozenset[str], str, str]  # the owners, the one who speaks, the matter


@dataclass(slots=True)
class _Draft:
    """A ballot as far as the ledger has been read."""

    record: Record
    mandate: Mandate | None = None
    barred: State | None = None
    confirmed: bool = False
    signed: bool = False
    refused: bool = False
    disputed_by: str = ""

    def judged(self, record: Record) -> None:
        """Take in what somebody else said of it; nobody judges what they brought themselves."""
        if record.by in (self.record.by, self.disputed_by):
            return
        match record.kind:
            case "dispute":
                self.disputed_by = record.by
            case "uphold":
                self.disputed_by = ""
            case "refuse":
                self.refused = True
            case _:
                self.confirmed, self.signed = True, self.signed or bool(record.paper)

    def state(self, terms: Terms) -> State:
        """How it stands by itself, whatever came after it."""
        if self.barred:
            return self.barred
        if self.refused or self.disputed_by:
            return "refused" if self.refused else "disputed"
        if self.record.body["way"] == "paper":
            return "counts" if self.confirmed else "unconfirmed"
        return "counts" if self.signed or terms.electronic else "unsigned"


def counted(records: Iterable[Record], roll: Roll, terms: Terms | None = None) -> Counted:
    """Find which ballots of a ledger count, on the roll that was fixed and under ``terms``.

    A later ballot of an owner for the same flat, or for another that is one vote with it (the same
    owners), takes the earlier one's place, matter by matter. A ballot on paper counts once somebody
    else has confirmed it; one that is disputed or refused does not, until it is upheld, and leaves
    an earlier one standing. A ballot by proxy counts if the proxy was in force when it came in; the
    mandates given out carry no ``revoked_on``, for that was judged here, to the line.
    """
    terms = terms or Terms()
    owners = {flat.id: frozenset(owner.id for owner in flat.owners) for flat in roll.flats}
    drafts = _read(records, owners)
    says = _says(drafts, owners, terms)
    kept = {say: _kept(said, terms.wins) for say, said in says.items()}
    chosen = sorted(
        ((draft, matter) for (_, _, matter), draft in kept.items()),
        key=lambda one: (one[0].record.seq, one[1]),
    )
    over = _replaced(says, kept)
    return Counted(
        ballots=tuple([_ballot(draft, matter) for draft, matter in chosen]),
        lines=tuple([draft.record.seq for draft, _ in chosen]),
        mandates=tuple({draft.mandate: None for draft, _ in chosen if draft.mandate}),
        standings=tuple([_standing(draft, terms, over) for draft in drafts]),
        clashes=tuple(_clashes(says, kept)),
    )


def _read(records: Iterable[Record], owners: Mapping[str, frozenset[str]]) -> list[_Draft]:
    drafts: dict[int, _Draft] = {}
    proxies: dict[str, Mandate] = {}
    for record in records:
        body = record.body
        match record.kind:
            case "ballot":
                drafts[record.seq] = _drafted(record, owners, proxies)
            case "proxy":
                proxies[body["proxy"]] = _mandate(record)
            case "revoke":
                proxies.pop(body["proxy"], None)
            case _ if draft := drafts.get(body["ballot"]):
                draft.judged(record)
    return [*drafts.values()]


def _drafted(
    record: Record, owners: Mapping[str, frozenset[str]], proxies: Mapping[str, Mandate]
) -> _Draft:
    owner, proxy = record.body["owner"], record.body.get("proxy", "")
    if owner not in owners.get(record.flat, ()):
        return _Draft(record, barred="off-roll")
    if not proxy:
        return _Draft(record)
    mandate = proxies.get(proxy)
    if mandate is None or mandate.owner != owner or not _holds(mandate, _day(record)):
        return _Draft(record, barred="unmandated")
    return _Draft(record, mandate)


def _mandate(record: Record) -> Mandate:
    body = record.body
    from_on, until_on = (
        date.fromisoformat(body[name]) if body.get(name) else None
        for name in ("from_on", "until_on")
    )
    return Mandate(
        owner=body["owner"],
        holder=f"proxy:{body['proxy']}",
        capacity=body["capacity"],
        document=record.paper,
        from_on=from_on,
        until_on=until_on,
    )


def _holds(mandate: Mandate, day: date) -> bool:
    begun = mandate.from_on is None or mandate.from_on <= day
    return begun and (mandate.until_on is None or day < mandate.until_on)


def _says(
    drafts: Sequence[_Draft], owners: Mapping[str, frozenset[str]], terms: Terms
) -> dict[_Say, list[_Draft]]:
    """Collect the ballots that may count, by whose say on which matter they are, as they came."""
    found: dict[_Say, list[_Draft]] = {}
    for draft in drafts:
        if draft.state(terms) == "counts":
            body = draft.record.body
            for matter in body["answers"]:
                say = owners[draft.record.flat], body["owner"], matter
                found.setdefault(say, []).append(draft)
    return found


def _kept(said: Sequence[_Draft], wins: Wins) -> _Draft:
    """Choose the last; the last of the way that wins, if there is one."""
    winning = [draft for draft in said if draft.record.body["way"] == wins]
    return (winning or said)[-1]


def _replaced(says: Mapping[_Say, Sequence[_Draft]], kept: Mapping[_Say, _Draft]) -> dict[int, int]:
    """Find the ballots of which nothing is left, and by which line."""
    over = {draft.record.seq: kept[say].record.seq for say, said in says.items() for draft in said}
    standing = {draft.record.seq for draft in kept.values()}
    return {seq: by for seq, by in over.items() if seq not in standing}


def _clashes(says: Mapping[_Say, Sequence[_Draft]], kept: Mapping[_Say, _Draft]) -> Iterator[Clash]:
    """Compare what each owner said last on paper with what they said last by phone."""
    for say, said in says.items():
        _, owner, matter = say
        lasts = {draft.record.body["way"]: draft.record for draft in said}
        keeps = kept[say].record
        for other in lasts.values():
            if other.body["answers"][matter] != keeps.body["answers"][matter]:
                yield Clash(keeps.flat, owner, matter, keeps.seq, other.seq)


def _standing(draft: _Draft, terms: Terms, over: Mapping[int, int]) -> Standing:
    if by := over.get(draft.record.seq):
        return Standing(draft.record, "replaced", by)
    return Standing(draft.record, draft.state(terms))


def _ballot(draft: _Draft, matter: str) -> Ballot:
    record = draft.record
    return Ballot(
        flat=record.flat,
        answer=record.body["answers"][matter],
        by=draft.mandate.holder if draft.mandate else record.body["owner"],
        matter=matter,
        cast_on=_day(record),
    )


def _day(record: Record) -> date:
    return record.received_at.astimezone(SHANGHAI).date()
