"""A town that votes, and its examination: run as a program of its own under the house's settings.

``python -m bench.ballots.town seed VOTES FLATS`` fills an empty database and prints who may vote;
``python -m bench.ballots.town check FILE`` compares what was acknowledged with what is kept.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

KEEPER = "account:0"


def main() -> int:
    """Do what is asked, and print it as JSON."""
    import django  # noqa: PLC0415 (a program of its own)

    django.setup()
    act, *words = sys.argv[1:]
    if act == "seed":
        votes, flats = map(int, words)
        told: Any = [*seeded(votes, flats)]
    else:
        told = examined(json.loads(Path(words[0]).read_text("utf-8")))
    print(json.dumps(told))
    return 0


def seeded(votes: int, flats: int) -> Iterator[dict[str, Any]]:
    """Open so many votes of so many flats each; every owner is signed in."""
    from django.db import transaction  # noqa: PLC0415 (once the house is set up)

    with transaction.atomic():
        for vote in range(votes):
            yield from _vote(vote, flats)


def _vote(number: int, flats: int) -> Iterator[dict[str, Any]]:
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415 (as above)
    from django.contrib.sessions.models import Session  # noqa: PLC0415 (as above)
    from django.utils import timezone  # noqa: PLC0415 (as above)

    from tuanti.people.queries import RESIDENT  # noqa: PLC0415 (as above)

    stairwell, owners = _house(number, flats)
    poll = _opened(stairwell, owners)
    store, until = SessionStore(), timezone.now() + timedelta(days=1)
    sessions = []
    for flat, owner in owners:
        facts = {"owner": owner.pk, "stairwell": stairwell.pk, "name": "王**"}
        key = f"bench{poll.pk:08}{owner.pk:08}"
        data = store.encode({RESIDENT: facts})
        sessions.append(Session(session_key=key, session_data=data, expire_date=until))
        yield {"poll": poll.pk, "flat": flat.pk, "session": key}
    Session.objects.bulk_create(sessions)


def _house(number: int, flats: int) -> tuple[Any, list[tuple[Any, Any]]]:
    from tuanti.places.models import (  # noqa: PLC0415 (as above)
        Building,
        Division,
        Estate,
        Flat,
        Owner,
        Ownership,
        Stairwell,
    )

    street, _ = Division.objects.get_or_create(
        id="bench-street", defaults={"level": "street", "name": "测试街道"}
    )
    estate = Estate.objects.create(street=street, name=f"测试小区{number}")
    building = Building.objects.create(estate=estate, name="1", storeys=7, built=1994)
    stairwell = Stairwell.objects.create(building=building, name="1", lift=False)
    homes = Flat.objects.bulk_create(
        Flat(stairwell=stairwell, number=f"{at // 2 + 1}0{at % 2 + 1}", floor=at // 2 + 1,
             area_dm2=8640)
        for at in range(flats)
    )  # fmt: skip
    owners = Owner.objects.bulk_create(
        Owner(estate=estate, name=f"业主{number}-{at}") for at in range(flats)
    )
    pairs = [*zip(homes, owners, strict=True)]
    Ownership.objects.bulk_create(Ownership(flat=flat, owner=owner) for flat, owner in pairs)
    return stairwell, pairs


def _opened(stairwell: Any, owners: list[tuple[Any, Any]]) -> Any:  # noqa: ANN401 (rows)
    from django.utils import timezone  # noqa: PLC0415 (as above)

    from tuanti.consent import ledger  # noqa: PLC0415 (as above)
    from tuanti.consent.models import (  # noqa: PLC0415 (as above)
        Consultation,
        Plan,
        Poll,
        RollFlat,
        RollOwner,
    )
    from tuanti.profiles.models import Profile  # noqa: PLC0415 (as above)

    now = timezone.now()
    profile, _ = Profile.objects.get_or_create(
        id="bench",
        defaults={
            "title_zh": "测试规格", "title_en": "Bench profile", "load_kg": 630,
            "speed_mm_s": 1000, "from_on": now.date(),
        },
    )  # fmt: skip
    case = Consultation.objects.create(
        stairwell=stairwell, state="open", begun_at=now, moved_at=now
    )
    plan = Plan.objects.create(
        consultation=case, number=1, name="方案", profile=profile, entry="half", position="北侧",
        stops=7, estimate={}, total_fen=1, scheme="equal", drawn_at=now, by=KEEPER,
    )  # fmt: skip
    matter = {"matter": "lift", "scope": "stairwell", "law": "cn/consent/special@2021-01-01"}
    terms = {
        "shown": {"value": "answered", "law": ""},
        "electronic": {"value": True, "law": ""},
        "wins": {"value": "later", "law": ""},
        "roll_by": KEEPER,
    }
    poll = Poll.objects.create(
        consultation=case, number=1, plan=plan, matters=[matter | {"beside": []}], terms=terms,
        counted_on=now.date(), opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=7), head="",
    )  # fmt: skip
    roll = RollFlat.objects.bulk_create(
        RollFlat(poll=poll, flat=flat, building="1", stairwell="1", number=flat.number,
                 floor=flat.floor, area_dm2=8640, tenure="private", state="free", own=True)
        for flat, _ in owners
    )  # fmt: skip
    RollOwner.objects.bulk_create(
        RollOwner(roll_flat=row, owner=owner, name=owner.name, standing="registered")
        for row, (_, owner) in zip(roll, owners, strict=True)
    )
    poll.head = ledger.start_of(poll, poll.roll.prefetch_related("owners").order_by("id"))
    poll.save(update_fields=["head"])
    return poll


def examined(told: dict[str, Any]) -> dict[str, Any]:
    """Compare ``acks`` (form -> check code of its receipt) and ``sent`` with what is kept.

    ``lost``: acknowledged and not there. ``doubled``: there more than once. ``wrong``: the receipt
    names another line, or its note is not signed. ``strange``: there, and never sent. ``broken``:
    votes whose chain does not hold. ``unwritten``: ballots without their entry in the journal.
    """
    from tuanti.consent.models import Poll, Record  # noqa: PLC0415 (once the house is set up)
    from tuanti.consent.queries import polls as known  # noqa: PLC0415 (as above)
    from tuanti.journal.models import Entry  # noqa: PLC0415 (as above)

    acks, sent, notes = told["acks"], set(told["sent"]), told["notes"]
    rows: dict[str, list[Any]] = {}
    for row in Record.objects.select_related("poll"):
        rows.setdefault(str(row.client_id), []).append(row)
    receipts = {form: known.receipt_of(one[0]) for form, one in rows.items() if form in acks}
    entries = Counter(Entry.objects.filter(act="ballot.cast").values_list("facts__hash", flat=True))
    polls = Poll.objects.filter(seq__gt=0)
    return {
        "acknowledged": len(acks),
        "kept": sum(map(len, rows.values())),
        "votes": polls.count(),
        "lost": sum(form not in rows for form in acks),
        "doubled": sum(len(one) > 1 for one in rows.values()),
        "wrong": sum(receipts[form].code != code for form, code in acks.items() if form in rows)
        + sum(form in receipts and receipts[form].note != note for form, note in notes.items()),
        "strange": sum(form not in sent for form in rows),
        "broken": sum(known.fault_of(one) is not None for one in polls),
        "unwritten": sum(entries[one.hash] != 1 for some in rows.values() for one in some),
    }


if __name__ == "__main__":
    sys.exit(main())
