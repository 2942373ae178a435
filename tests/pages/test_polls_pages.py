"""Pages of a vote: before, during and after; by those who run it, type, confirm, live there."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.places_cast import PNG, come_in, load_tree, signed_in
from tests.polls_cast import (
    CONFIRMER,
    KEEPER,
    OFFICER,
    STRANGER,
    TYPIST,
    WORKER,
    House,
    found_house,
    opened,
    say,
    typed,
)
from tuanti.consent import rolls
from tuanti.consent.commands import ballots, polls
from tuanti.consent.models import Consultation, Poll, Proxy, Record
from tuanti.consent.queries import polls as known
from tuanti.people.actors import CLOCK
from tuanti.places.models import Flat
from tuanti.rules import law

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "zh-hans")
EVERYBODY = "consent/stairwell-2017"  # Jiulongpo, as reported
LINE = {"counted_by": "consent/stairwell"}


@pytest.fixture
def house() -> House:
    load_tree()
    return found_house()


@pytest.fixture
def poll(house: House) -> Poll:
    """A vote that opened three days ago."""
    then = timezone.now() - timedelta(days=3)
    return opened(house, now=then, opens_at=then, closes_at=then + timedelta(days=10))


def shot() -> SimpleUploadedFile:
    return SimpleUploadedFile("ballot.png", PNG, "image/png")


def page(client: Client, address: str, status: int = 200, language: str = "zh-hans") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-400:]
    return answer.content.decode()


def both(client: Client, address: str) -> Iterator[str]:
    """The page in both languages; nothing is left unsaid in either."""
    for language in LANGUAGES:
        shown = page(client, address, language=language)
        main = shown.partition("<main")[2].partition("</main>")[0]
        assert not re.search(r"\{[a-z_]+\}|polls\.[a-z_]+", main)
        yield shown


def closed(poll: Poll) -> Poll:
    Poll.objects.get(pk=poll.pk)
    return polls.close_poll(poll_id=poll.pk, by=CLOCK, now=poll.closes_at + timedelta(seconds=60))


# --- Opening -----------------------------------------------------------------------------------


def test_the_roll_is_shown_and_the_vote_opened(house: House) -> None:
    client = signed_in(KEEPER)
    address = f"/consultations/{house.consultation.pk}/poll/new"
    for shown in both(client, address):
        assert all(flat.number in shown for flat in house.flats)
    last = timezone.localdate() + timedelta(days=10)
    told = {"opens_on": "", "last_on": last, "wins": "paper", "counted_by": EVERYBODY}
    answer = client.post(address, told)
    assert answer.status_code == 302
    poll = Poll.objects.get()
    assert answer["Location"] == f"/consultations/{house.consultation.pk}/poll"
    assert timezone.localtime(poll.closes_at).date() == last + timedelta(days=1)
    assert poll.terms["wins"]["value"] == "paper"
    assert poll.matters[0]["law"] == "jiulongpo/consent/stairwell-2017@2017-01-01"


def test_one_rule_alone_is_no_choice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(KEEPER)
    address = f"/consultations/{house.consultation.pk}/poll/new"
    for shown in both(client, address):
        assert shown.count('name="counted_by"') == 2
    nation = law.on(timezone.localdate(), "cn")
    monkeypatch.setattr(rolls, "law_of", lambda *_: nation)
    for shown in both(client, address):
        assert 'name="counted_by"' not in shown
    last = timezone.localdate() + timedelta(days=10)
    answer = client.post(address, {"last_on": last, "wins": "later"})
    assert answer.status_code == 302
    assert Poll.objects.get().matters[0]["law"].startswith("cn/consent/special@")


def test_a_period_too_short_is_told_with_its_law(house: House) -> None:
    client = signed_in(KEEPER)
    address = f"/consultations/{house.consultation.pk}/poll/new"
    answer = client.post(address, {"last_on": timezone.localdate(), "wins": "later", **LINE})
    assert "至少要 7 天" in answer.content.decode()
    assert not Poll.objects.exists()


def test_every_fault_of_the_roll_is_shown_with_the_way_to_mend_it(house: House) -> None:
    Flat.objects.filter(pk=house.flats[0].pk).update(area_dm2=None)
    for shown in both(signed_in(OFFICER), f"/consultations/{house.consultation.pk}/poll/new"):
        assert f"/flats/{house.flats[0].pk}" in shown
        assert 'name="last_on"' not in shown


def test_without_a_plan_nothing_can_be_opened(house: House) -> None:
    Consultation.objects.update(plan=None)
    shown = page(signed_in(OFFICER), f"/consultations/{house.consultation.pk}/poll/new")
    assert 'name="last_on"' not in shown


# --- While it is open --------------------------------------------------------------------------


def test_while_it_is_open_nobody_sees_what_was_said(house: House, poll: Poll) -> None:
    say(house, poll, 0, "no", when=timezone.now())
    typed(house, poll, 1, "no", when=timezone.now())
    for by in (OFFICER, WORKER, CONFIRMER, TYPIST, KEEPER):
        for shown in both(signed_in(by), f"/consultations/{house.consultation.pk}/poll"):
            middle = shown.partition('id="house"')[2].partition("</section>")[0]
            assert "不同意" not in middle
            assert ">no<" not in middle
            assert shown.count('class="gauge"') == 2


def test_who_has_not_answered_is_listed_from_the_top(house: House, poll: Poll) -> None:
    say(house, poll, 0, when=timezone.now())
    shown = page(signed_in(OFFICER), f"/consultations/{house.consultation.pk}/poll")
    assert "301、302、201、202、102" in shown
    assert "1 人" in shown or "1 / 6" in shown


def test_ballots_are_typed_by_the_code_of_their_form(house: House, poll: Poll) -> None:
    client = signed_in(TYPIST)
    address = f"/consultations/{house.consultation.pk}/ballots"
    [*both(client, address)]
    flat = poll.roll.get(flat=house.flats[0])
    code = known.ballot_code(flat)
    answer = client.get(address, {"code": code.lower()})
    assert answer["Location"] == f"/polls/{poll.pk}/ballots/{house.flats[0].pk}"
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert "编码不对" in client.get(address, {"code": wrong}).content.decode()
    form = answer["Location"]
    *_, shown = both(client, form)
    minted = re.search(r'name="client_id" value="([0-9a-f-]{36})"', shown)
    assert minted
    told = {"client_id": minted[1], "owner": house.held[0].owner_id, "answer_lift": "yes"}
    assert 'class="fault"' in client.post(form, told).content.decode()
    for _ in range(2):
        answer = client.post(form, {**told, "paper": shot()})
        assert answer["Location"] == address
    assert Record.objects.count() == 1


def test_a_form_of_another_vote_is_told_apart(house: House, poll: Poll) -> None:
    other = found_house("别处苑")
    then = timezone.now()
    theirs = opened(other, now=then, opens_at=then, closes_at=then + timedelta(days=10))
    code = known.ballot_code(theirs.roll.all()[0])
    client = signed_in(TYPIST)
    answer = client.get(f"/consultations/{house.consultation.pk}/ballots", {"code": code})
    assert "另一次表决" in answer.content.decode()
    assert poll.pk != theirs.pk


def test_a_second_person_compares_and_confirms(house: House, poll: Poll) -> None:
    row = typed(house, poll, 0, when=timezone.now())
    own = signed_in(TYPIST)
    assert "ballot-confirm" not in page(own, f"/ballots/{row.pk}")
    client = signed_in(CONFIRMER)
    for shown in both(client, f"/ballots/{row.pk}"):
        assert f"/ballots/{row.pk}/confirm" in shown
    assert client.get(f"/ballots/{row.pk}/paper")["Content-Type"] == "image/png"
    assert client.post(f"/ballots/{row.pk}/confirm").status_code == 302
    assert known.state_of(row) == "counts"
    assert client.post(f"/ballots/{row.pk}/confirm").status_code == 409


def test_a_ballot_is_refused_with_a_reason_and_a_dispute_upheld(house: House, poll: Poll) -> None:
    client = signed_in(CONFIRMER)
    first, second = (typed(house, poll, at, when=timezone.now()) for at in (0, 1))
    assert client.post(f"/ballots/{first.pk}/refuse", {"reason": "mistyped"}).status_code == 302
    assert known.state_of(first) == "refused"
    assert client.post(f"/ballots/{second.pk}/confirm").status_code == 302
    resident = come_in(house.held[1])
    assert resident.post(f"/ballots/{second.pk}/dispute").status_code == 302
    assert known.state_of(second) == "disputed"
    [*both(client, f"/ballots/{second.pk}")]
    assert client.post(f"/ballots/{second.pk}/uphold").status_code == 302
    assert known.state_of(second) == "counts"


def test_what_was_said_by_phone_is_no_officers_business(house: House, poll: Poll) -> None:
    row = say(house, poll, 0, when=timezone.now())
    for by in (OFFICER, CONFIRMER, TYPIST):
        page(signed_in(by), f"/ballots/{row.pk}", 404)


def test_a_proxy_is_entered_and_revoked_by_the_owner(house: House, poll: Poll) -> None:
    client = signed_in(TYPIST)
    address = f"/polls/{poll.pk}/proxies"
    [*both(client, address)]
    told: dict[str, Any] = {
        "owner": f"{house.flats[0].pk}:{house.held[0].owner_id}",
        "holder": "王小明",
        "capacity": "proxy",
    }
    assert client.post(address, {**told, "paper": shot()}).status_code == 302
    assert any("王小明" in shown for shown in both(client, address))
    shown = page(client, f"/polls/{poll.pk}/ballots/{house.flats[0].pk}")
    assert "王小明" in shown
    proxy = Proxy.objects.get()
    assert come_in(house.held[1]).post(f"/proxies/{proxy.pk}/revoke").status_code == 404
    assert come_in(house.held[0]).post(f"/proxies/{proxy.pk}/revoke").status_code == 302
    assert known.revoked(proxy)


def test_a_ballot_handed_over_is_marked(house: House, poll: Poll) -> None:
    client = signed_in(WORKER)
    assert client.post(f"/polls/{poll.pk}/served/{house.flats[0].pk}").status_code == 302
    assert poll.roll.get(flat=house.flats[0]).served_at


# --- Residents and passers-by ------------------------------------------------------------------


def ballot_of(house: House, at: int, answer: str = "yes") -> dict[str, Any]:
    return {"client_id": uuid.uuid4(), "flat": house.flats[at].pk, "answer_lift": answer}


def test_a_resident_votes_and_keeps_a_receipt_anyone_can_check(house: House, poll: Poll) -> None:
    client = come_in(house.held[0])
    told = ballot_of(house, 0)
    first, again = (client.post(f"/polls/{poll.pk}/cast", told) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert first.status_code == 302
    row = Record.objects.get()
    receipt = known.receipt_of(row)
    assert first["Location"] == f"/receipts/{receipt.code}"
    for shown in both(client, first["Location"]):
        assert receipt.code in shown
        assert "<svg" in shown
    taken = client.get(first["Location"], {"format": "txt"})
    assert taken.content.decode() == receipt.note
    for shown in both(Client(), f"/v/{receipt.code}"):
        assert row.hash in shown
        assert house.flats[0].number not in shown.partition("<main")[2]


def test_a_receipt_is_its_owners_only(house: House, poll: Poll) -> None:
    code = known.receipt_of(say(house, poll, 0, when=timezone.now())).code
    page(come_in(house.held[1]), f"/receipts/{code}", 404)
    assert Client().get(f"/receipts/{code}").status_code == 302
    page(come_in(house.held[0]), "/receipts/none", 404)


def test_a_torn_form_and_a_late_one_are_answered_in_words(house: House, poll: Poll) -> None:
    client = come_in(house.held[0])
    for told in ({}, {"client_id": "x", "flat": "1"}, {"client_id": uuid.uuid4()}):
        answer = client.post(f"/polls/{poll.pk}/cast", told)
        assert (answer.status_code, "表决票不完整" in answer.content.decode()) == (409, True)
    closed(poll)
    answer = client.post(f"/polls/{poll.pk}/cast", ballot_of(house, 0))
    assert (answer.status_code, "已于" in answer.content.decode()) == (409, True)


def test_neighbours_of_another_house_find_no_vote(house: House, poll: Poll) -> None:
    other = found_house("别处苑")
    client = come_in(other.held[0])
    assert client.post(f"/polls/{poll.pk}/cast", ballot_of(house, 0)).status_code == 404
    row = typed(house, poll, 0, when=timezone.now())
    assert client.post(f"/ballots/{row.pk}/dispute").status_code == 404
    stranger = signed_in(STRANGER)
    for address in (
        f"/consultations/{house.consultation.pk}/poll",
        f"/consultations/{house.consultation.pk}/ballots",
        f"/consultations/{house.consultation.pk}/poll/new",
        f"/ballots/{row.pk}",
        f"/ballots/{row.pk}/paper",
    ):
        page(stranger, address, 404)


def test_what_bears_no_code_is_answered_kindly(house: House) -> None:
    del house
    client = Client()
    [*both(client, "/v/")]
    for code in ("7K3M9Q2XD-1-000000", "nothing", "7K3M9Q2XD", "x-1-y"):
        assert "没有查到" in page(client, f"/v/{code}", 404)
    assert (
        client.get("/v/", {"code": " 7k3m9q2xd-1-000000 "})["Location"] == "/v/7k3m9q2xd-1-000000"
    )
    assert "编码不对" in client.get("/v/", {"code": "七"}).content.decode()


# --- After -------------------------------------------------------------------------------------


def test_the_result_shows_four_gauges_the_seats_and_the_law(house: House, poll: Poll) -> None:
    for at, answer in enumerate(("yes", "yes", "yes", "no", "abstain")):
        say(house, poll, at, answer, when=timezone.now())
    closed(poll)
    address = f"/consultations/{house.consultation.pk}/poll"
    for shown in both(signed_in(OFFICER), address):
        assert shown.count('class="gauge"') == 4
        assert 'class="tile no"' in shown
    shown = page(signed_in(CONFIRMER), address)
    assert shown.count('class="gauge"') == 4
    assert 'class="tile no"' not in shown


def test_paper_and_phone_that_differ_are_shown_when_it_is_over(house: House, poll: Poll) -> None:
    say(house, poll, 0, "yes", when=timezone.now())
    row = typed(house, poll, 0, "no", when=timezone.now())
    ballots.confirm_ballot(record_id=row.pk, by=CONFIRMER, now=timezone.now())
    closed(poll)
    shown = page(signed_in(OFFICER), f"/consultations/{house.consultation.pk}/poll")
    assert "101：第 2 张与第 1 张不一致" in shown


def test_an_earlier_vote_can_still_be_read(house: House, poll: Poll) -> None:
    closed(poll)
    Consultation.objects.update(state="draft")
    later = poll.closes_at + timedelta(days=40)
    opened(house, now=later, opens_at=later, closes_at=later + timedelta(days=10))
    client = signed_in(OFFICER)
    address = f"/consultations/{house.consultation.pk}/poll"
    assert "第 2 次表决" in page(client, address)
    assert "第 1 次表决 · " in page(client, f"{address}?n=1")
    assert "第 2 次表决 · " in page(client, f"{address}?n=9")


def test_counting_by_hand_waits_for_the_minute_after(house: House, poll: Poll) -> None:
    del house
    client = signed_in(OFFICER)
    answer = client.post(f"/polls/{poll.pk}/close")
    assert (answer.status_code, "还没到计票的时候" in answer.content.decode()) == (409, True)
