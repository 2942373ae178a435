"""Ledgers for the tests of ballots: short to write, and drawn at random."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.rules.consent_cast import SPECIAL
from tuanti.rules.ballots import Counted, Kind, Record, Terms, counted, head_of, sealed
from tuanti.rules.consent import Flat, Owner, Regime, Roll, Tally, tally

CODE = "7K3M9Q2XD"
START = head_of({"code": CODE, "roll": ["101", "102"]})
AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TYPIST, COLLEAGUE = "account:1", "account:2"


class Ledger:
    """A ledger that grows line by line, chained as it grows."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(
        self,
        kind: Kind,
        flat: str = "",
        by: str = TYPIST,
        paper: str = "",
        at: datetime | None = None,
        **body: Any,  # noqa: ANN401 (JSON)
    ) -> int:
        """Add a line; its number."""
        seq = len(self.records) + 1
        record = Record(
            poll=CODE,
            seq=seq,
            client_id=f"c{seq}",
            kind=kind,
            flat=flat,
            body=body,
            received_at=at or AT + timedelta(minutes=seq),
            by=by,
            paper=paper,
            prev=self.records[-1].hash if self.records else START,
        )
        self.records.append(sealed(record, seq.to_bytes(16, "big")))
        return seq

    def phone(
        self,
        flat: str,
        owner: str,
        answer: str,
        **more: Any,  # noqa: ANN401 (matters, time)
    ) -> int:
        """Let an owner vote by phone."""
        answers = more.pop("answers", {"lift": answer})
        at = more.pop("at", None)
        return self.add(
            "ballot", flat, f"resident:{owner}", at=at, owner=owner, way="phone", answers=answers
        )

    def paper(
        self, flat: str, owner: str, answer: str, *, by: str = TYPIST, proxy: str = ""
    ) -> int:
        """Have a ballot on paper typed."""
        body: dict[str, Any] = {"owner": owner, "way": "paper", "answers": {"lift": answer}}
        body |= {"proxy": proxy} if proxy else {}
        return self.add("ballot", flat, by, "ab" * 32, **body)

    def confirm(self, seq: int, by: str = COLLEAGUE, paper: str = "") -> int:
        """Have somebody confirm a ballot."""
        return self.add("confirm", by=by, paper=paper, ballot=seq)

    def counted(self, roll: Roll, terms: Terms | None = None) -> Counted:
        """Count what there is."""
        return counted(self.records, roll, terms)

    def answers(self, roll: Roll, terms: Terms | None = None) -> dict[str, str]:
        """What counts, by the owner who said it."""
        return {one.by: one.answer for one in self.counted(roll, terms).ballots}

    def states(self, roll: Roll, terms: Terms | None = None) -> list[str]:
        """How each ballot stands, in the order received."""
        return [one.state for one in self.counted(roll, terms).standings]


def house(*owners: str, area_dm2: int = 70_00) -> Roll:
    """Flats 101, 102, … and whose they are: ``"ab"`` belongs to a and b."""
    flats = (Flat(str(101 + at), area_dm2, tuple(map(Owner, who))) for at, who in enumerate(owners))
    return Roll(tuple(flats))


def tallied(
    ledger: Iterable[Record], roll: Roll, regime: Regime = SPECIAL, terms: Terms | None = None
) -> Tally:
    """Count a ledger under a regime."""
    found = counted([*ledger], roll, terms)
    last = (AT + timedelta(days=30)).date()
    return tally(replace(roll, mandates=found.mandates), found.ballots, regime, on=last)


ANSWERS = st.sampled_from(["yes", "yes", "no", "abstain"])
TERMS = st.builds(
    Terms, wins=st.sampled_from(["later", "paper", "phone"]), electronic=st.booleans()
)


@st.composite
def ledgers(draw: st.DrawFn, roll: Roll, most: int = 14) -> Ledger:
    """Draw a ledger of any lines that make sense one by one."""
    ledger, proxies = Ledger(), list[Mapping[str, str]]()
    people = st.sampled_from([TYPIST, COLLEAGUE, "account:3"])
    for _ in range(draw(st.integers(0, most))):
        flat = draw(st.sampled_from(roll.flats))
        owner = draw(st.sampled_from(flat.owners)).id
        match draw(st.integers(0, 7)):
            case 0 | 1 | 2:
                ledger.phone(flat.id, owner, draw(ANSWERS))
            case 3 | 4:
                named = [one["proxy"] for one in proxies if one["owner"] == owner]
                proxy = draw(st.sampled_from(["", *named]))
                ledger.paper(flat.id, owner, draw(ANSWERS), by=draw(people), proxy=proxy)
            case 5:
                name = str(len(proxies) + 1)
                proxies.append({"proxy": name, "owner": owner})
                ledger.add("proxy", paper="cd" * 32, capacity="proxy", proxy=name, owner=owner)
            case 6 if proxies:
                ledger.add("revoke", proxy=draw(st.sampled_from(proxies))["proxy"])
            case _ if ledger.records:
                kind: Kind = draw(
                    st.sampled_from(["confirm", "confirm", "refuse", "dispute", "uphold"])
                )
                ballot = draw(st.integers(1, len(ledger.records)))
                paper = draw(st.sampled_from(["", "ef" * 32]))
                ledger.add(kind, by=draw(people), paper=paper, ballot=ballot)
    return ledger
