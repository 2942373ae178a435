"""What is known of a vote: its roll, its ledger, who answered, what was counted, who may see it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias, cast

from django.db.models import Q, QuerySet
from django.utils import timezone

from tuanti.consent import ledger, permissions, receipts
from tuanti.consent.models import Consultation, Poll, Proxy, Record, RollFlat, RollOwner
from tuanti.consent.receipts import Receipt, ShortCode
from tuanti.consent.refusals.polls import CodeElsewhere, CodeUnread
from tuanti.journal.sealing import signer
from tuanti.people.actors import Actor
from tuanti.places.codes import ALPHABET, check_character
from tuanti.rules import ballots, law
from tuanti.rules.ballots import Counted, State, Terms, first_break
from tuanti.rules.consent import (
    Flat,
    Measure,
    Needed,
    Owner,
    Regime,
    Roll,
    Tally,
    door,
    still_needed,
    tally_all,
)
from tuanti.rules.errors import Fault

Visible: TypeAlias = Literal["", "answered", "totals", "names"]
VISIBLE: tuple[Visible, ...] = ("", "answered", "totals", "names")
# What has been said, or waits for somebody else's word: the flat has answered.
SAID: frozenset[State] = frozenset({"counts", *ballots.WAITING})
_BITS = 5  # of a code's character
_SERIAL = 6  # characters of a ballot form's own number


@dataclass(frozen=True, slots=True)
class BallotLine:
    """A ballot as received, and how it stands."""

    row: Record
    state: State
    over: int


# --- The vote --------------------------------------------------------------------------------


def poll_of(consultation: Consultation) -> Poll | None:
    """Find the latest vote of a consultation."""
    return next(iter(consultation.polls.all()), None)


def polls_for(actor: Actor) -> QuerySet[Poll]:
    """Select the votes in the actor's reach; an owner on a roll has theirs."""
    reach = Q(consultation__in=permissions.seen_by(actor).values("pk"))
    if actor.kind == "resident":
        reach |= Q(pk__in=own_flats(actor).values("roll_flat__poll"))
    rows = Poll.objects.filter(reach)
    return rows.select_related("consultation__stairwell__building__estate", "plan")


def records_for(actor: Actor) -> QuerySet[Record]:
    """Select the ledger's lines in the actor's reach; an owner's are those of their flats."""
    rows = Record.objects.select_related("poll__consultation", "roll_flat", "paper")
    if actor.kind == "resident":
        return rows.filter(roll_flat__in=own_flats(actor).values("roll_flat"))
    return rows.filter(poll__consultation__in=permissions.seen_by(actor).values("pk"))


def own_flats(actor: Actor) -> QuerySet[RollOwner]:
    """Select where rolls name a resident."""
    return RollOwner.objects.filter(owner=actor.owner or 0)


def asked_of(poll: Poll, flat: RollFlat) -> tuple[str, ...]:
    """Name the matters a flat of the roll is asked about."""
    return tuple(one["matter"] for one in poll.matters if _asked(one, flat))


def terms_of(poll: Poll) -> Terms:
    """Find what was fixed about ways of voting."""
    return Terms(wins=poll.terms["wins"]["value"], electronic=poll.terms["electronic"]["value"])


def regimes_of(poll: Poll) -> tuple[Regime, ...]:
    """Make the regimes a vote is counted under, one for each matter, from their law ids."""
    return tuple(_regime(one) for one in poll.matters)


def roll_of(poll: Poll) -> Roll:
    """Make the roll as it was fixed; ids of flats and owners are those of their rows."""
    return Roll(tuple(_flat(one) for one in flats_of(poll)))


def flats_of(poll: Poll) -> QuerySet[RollFlat]:
    """Select the flats of the roll with their owners."""
    return poll.roll.prefetch_related("owners").order_by("id")


# --- The ledger and the count ----------------------------------------------------------------


def ledger_of(poll: Poll) -> list[ballots.Record]:
    """Read a ledger, line by line."""
    rows = poll.records.select_related("roll_flat", "paper").order_by("seq")
    return ledger.lines(poll.code, rows)


def counted_of(poll: Poll, roll: Roll | None = None) -> Counted:
    """Find which ballots count, computed from the ledger."""
    return ballots.counted(ledger_of(poll), roll or roll_of(poll), terms_of(poll))


def fault_of(poll: Poll) -> Fault | None:
    """Find the first line of a ledger that is not as it was received; None if all are."""
    start = ledger.start_of(poll, flats_of(poll))
    return first_break(poll.code, start, ledger_of(poll), size=poll.seq, head=poll.head)


def tally_of(poll: Poll) -> list[Tally]:
    """Count a vote from its ledger, matter by matter."""
    roll = roll_of(poll)
    return tallied(poll, roll, counted_of(poll, roll))


def tallied(poll: Poll, roll: Roll, found: Counted) -> list[Tally]:
    """Count what was found to count."""
    return [
        *tally_all(
            replace(roll, mandates=found.mandates),
            found.ballots,
            regimes_of(poll),
            on=timezone.localdate(poll.closes_at),
            stairwell=_own_door(poll, roll),
        ).tallies
    ]


def needed(poll: Poll) -> list[Needed]:
    """Find who is still needed, matter by matter."""
    return [still_needed(one) for one in tally_of(poll)]


def answered(poll: Poll) -> set[int]:
    """Collect the flats with a ballot that counts or waits; one owner's flats answer as one."""
    roll = roll_of(poll)
    return answering(roll, counted_of(poll, roll))


def answering(roll: Roll, found: Counted) -> set[int]:
    """Collect the flats that have answered, of a count."""
    said = {one.record.flat for one in found.standings if one.state in SAID}
    owners = {flat.id: frozenset(owner.id for owner in flat.owners) for flat in roll.flats}
    voters = {owners[flat] for flat in said if flat in owners}
    return {int(flat) for flat, who in owners.items() if who in voters}


def taking_part(tally: Tally, answered: Collection[int]) -> tuple[Measure, Measure]:
    """Measure who has answered, whatever they said: their area, and their heads."""
    heard = [vote for vote in tally.votes if any(int(flat) in answered for flat in vote.flats)]
    area, persons = tally.measures[:2]
    return (
        replace(area, have=sum(vote.area_dm2 for vote in heard)),
        replace(persons, have=len(heard)),
    )


def visible(poll: Poll, actor: Actor) -> Visible:
    """Tell what an actor may see of what was said; "" if nothing at all.

    While the vote is open everybody sees what its terms show, ``answered`` unless the law of the
    place opens more. Once it is counted the stairwell sees the totals, and whoever runs the
    consultation the names, which a public notice gives as far as its rules ask.
    """
    resident = actor.kind == "resident"
    if not polls_for(actor).filter(pk=poll.pk).exists():
        return ""
    shown: Visible = poll.terms["shown"]["value"]
    if poll.closed_at is None:
        return shown
    if not resident and permissions.may(
        actor, (*permissions.RUN, "roll-keeper"), poll.consultation, allow_resident=False
    ):
        return "names"
    return max("totals", shown, key=VISIBLE.index)


def ballots_of(poll: Poll, flat_id: int) -> list[BallotLine]:
    """List a flat's ballots, the last first, each as it stands."""
    rows = {row.seq: row for row in poll.records.filter(roll_flat__flat=flat_id, kind="ballot")}
    found = [
        BallotLine(rows[one.record.seq], one.state, one.over)
        for one in counted_of(poll).standings
        if one.record.seq in rows
    ]
    return found[::-1]


def waiting(poll: Poll) -> list[BallotLine]:
    """List the ballots that wait for a second person, the oldest first."""
    standings = {one.record.seq: one for one in counted_of(poll).waiting}
    rows = poll.records.filter(seq__in=standings).select_related("roll_flat", "paper")
    return [BallotLine(row, standings[row.seq].state, 0) for row in rows.order_by("seq")]


def state_of(row: Record) -> State:
    """Tell how a ballot stands now."""
    standings = counted_of(row.poll).standings
    return next(one.state for one in standings if one.record.seq == row.seq)


def revoked(proxy: Proxy) -> bool:
    """Whether a proxy was revoked."""
    lines = proxy.poll.records.filter(kind="revoke")
    return any(one["proxy"] == str(proxy.pk) for one in lines.values_list("body", flat=True))


def in_force(proxy: Proxy, day: date) -> bool:
    """Whether a proxy holds on a day."""
    begun = proxy.from_on is None or proxy.from_on <= day
    return begun and (proxy.until_on is None or day < proxy.until_on) and not revoked(proxy)


# --- Receipts and codes ----------------------------------------------------------------------


def receipt_of(row: Record) -> Receipt:
    """Sign the receipt of a line; the same line has the same one."""
    return receipts.issued(row.poll.code, row.seq, row.hash, row.received_at, signer())


def record_with(code: ShortCode) -> Record | None:
    """Find the line a receipt's short code names; None if there is none."""
    row = Record.objects.filter(poll__code=code.poll, seq=code.seq).select_related("poll").first()
    return row if row and receipts.tail_of(row.hash) == code.tail else None


def ballot_code(flat: RollFlat) -> str:
    """Write the code of a flat's ballot form: the poll's, the flat's number on it, a check."""
    shown = "".join(ALPHABET[flat.pk >> _BITS * at & 31] for at in reversed(range(_SERIAL)))
    code = f"{flat.poll.code}{shown}"
    return f"{flat.poll.code}-{shown}{check_character(code)}"


def flat_with(poll: Poll, typed: str) -> RollFlat:
    """Find the flat a ballot form is for.

    :raises CodeUnread: the code is mistyped.
    :raises CodeElsewhere: the form belongs to another vote.
    """
    code = "".join(typed.upper().split()).replace("-", "").translate(receipts.ALIKE)
    head, serial = code[: len(poll.code)], code[len(poll.code) : -1]
    known = all(one in ALPHABET for one in code) and len(serial) == _SERIAL
    if not known or check_character(code[:-1]) != code[-1]:
        raise CodeUnread
    row = sum(ALPHABET.index(one) << _BITS * at for at, one in enumerate(reversed(serial)))
    found = poll.roll.filter(pk=row).first() if head == poll.code else None
    if found is None:
        raise CodeElsewhere
    return found


# --- Rows into facts -------------------------------------------------------------------------


def _asked(matter: dict[str, Any], flat: RollFlat) -> bool:
    match matter["scope"]:
        case "stairwell":
            return flat.own
        case "building":
            return bool(flat.building == matter["building"])
    return True


def _regime(one: dict[str, Any]) -> Regime:
    shelf = law.packaged()
    beside = [shelf.rule(id_) for id_ in one["beside"]]
    regime = Regime.of(shelf.rule(one["law"]), one["matter"], beside=beside)
    return replace(regime, scope=one["scope"])


def _flat(one: RollFlat) -> Flat:
    return Flat(
        id=str(one.flat_id),
        area_dm2=one.area_dm2,
        owners=tuple(_owner(owner) for owner in one.owners.all()),
        building=one.building,
        stairwell=one.stairwell,
        tenure=cast("Any", one.tenure),
        state=cast("Any", one.state),
        occupied=one.occupied,
        served=one.served_at is not None,
    )


def _owner(one: RollOwner) -> Owner:
    share = Fraction(one.share) if one.share else None
    return Owner(str(one.owner_id), share, cast("Any", one.standing))


def _own_door(poll: Poll, roll: Roll) -> str:
    own = {str(pk) for pk in poll.roll.filter(own=True).values_list("flat_id", flat=True)}
    return door(next(flat for flat in roll.flats if flat.id in own))


def names_of(flats: Iterable[RollFlat]) -> dict[int, Sequence[RollOwner]]:
    """Map flats of a roll to their owners as the roll was fixed, by the flat's row id."""
    return {one.flat_id: [*one.owners.all()] for one in flats}
