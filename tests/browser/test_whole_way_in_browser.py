"""One stairwell goes the whole way on a phone: from the first wish to the last mandate.

Every kind of act is done in the browser, at the width of a phone, by whoever does it. What the
other neighbours do in the same way goes by the commands, so that the walk does not take all day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from tests.consent_cast import Case, found_consultation, profile
from tests.notices_cast import buyer
from tests.places_cast import NOW, PNG, come_in, signed_in
from tuanti.consent.commands import agreements, ballots, mandates, planning, wishes
from tuanti.consent.models import Consultation
from tuanti.consent.queries.notices import agreed_stairwells
from tuanti.jobs.clock import tick
from tuanti.people.actors import Actor

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = 390
SCAN = {"name": "scan.png", "mimeType": "image/png", "buffer": PNG}


class Walk:
    """The stairwell on its way; ``day`` is when it is for everybody, browser and commands."""

    def __init__(self, case: Case, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 (a fixture)
        self.case, self.opened, self.now = case, opened, NOW
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def later(self, **time: int) -> None:
        self.now += timedelta(**time)

    @property
    def consultation(self) -> Consultation:
        return Consultation.objects.get(stairwell=self.case.stairwell)

    @property
    def at(self) -> str:
        return f"/consultations/{self.consultation.pk}"

    @contextmanager
    def desk(self, who: Actor, path: str) -> Iterator[Any]:
        """A page as somebody at work opens it, on a phone."""
        session = signed_in(who).cookies["session"].value
        with self.opened(path, PHONE, session=session) as page:
            yield page
            assert not page.query_selector_all(".error, .fault"), page.inner_text("main")

    @contextmanager
    def home(self, number: str) -> Iterator[Any]:
        """The stairwell's page as the owner of a flat opens it."""
        session = come_in(self.case.neighbours[number][0]).cookies["session"].value
        with self.opened(f"/b/{self.case.stairwell.code}", PHONE, session=session) as page:
            yield page

    def others(self, *done: str) -> Iterator[tuple[int, int, Actor]]:
        """Flat, owner and actor of the neighbours who have not acted yet."""
        for flat in self.case.flats:
            if flat.number not in done:
                held = self.case.neighbours[flat.number][0]
                yield flat.pk, held.owner_id, self.case.resident(flat.number)


@pytest.fixture
def walk(
    opened: Any,  # noqa: ANN401 (a fixture)
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Walk:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    profile()
    case = found_consultation("wished")
    Consultation.objects.all().delete()
    return Walk(case, opened, monkeypatch)


def test_a_stairwell_goes_from_a_wish_to_agreed_demand_on_a_phone(walk: Walk) -> None:
    _wish(walk)
    _canvass(walk)
    _plan(walk)
    _vote(walk)
    _post_notice(walk)
    _sign(walk)
    _mandate(walk)

    demanded = [one for one in agreed_stairwells() if one.stairwell == walk.case.stairwell.pk]
    assert len(demanded) == 1
    with walk.desk(walk.case.officer, walk.at) as page:
        assert "已委托采购" in page.inner_text("main")


def _wish(walk: Walk) -> None:
    with walk.home("702") as page:
        page.click("form[action$='/my/wish'] button")
    assert walk.consultation.state == "wished"


def _canvass(walk: Walk) -> None:
    with walk.desk(walk.case.worker, walk.at) as page:
        page.click("form[action$='/canvass'] button")
    with walk.home("101") as page:
        page.click("form[action$='/my/canvass'] button[value='talk']")
    for flat, _, who in walk.others("101"):
        told: dict[str, Any] = {"flat_id": flat, "answer": "yes", "by": who, "now": walk.now}
        wishes.answer_canvass(consultation_id=walk.consultation.pk, **told)
    assert walk.consultation.answers.count() == len(walk.case.flats)


def _plan(walk: Walk) -> None:
    walk.later(days=3)
    with walk.desk(walk.case.worker, walk.at) as page:
        page.click("form[action$='/planning'] button")
    for number in ("302", "502", "702"):
        held = walk.case.neighbours[number][0].owner_id
        told: dict[str, Any] = {"elected_on": timezone.localdate(), "owner_id": held}
        planning.elect_representative(
            consultation_id=walk.consultation.pk, by=walk.case.worker, now=walk.now, **told
        )
    with walk.desk(walk.case.worker, f"{walk.at}/plans/new") as page:
        page.fill("[name=name]", "方案一 半层入户")
        page.check("[name=entry][value=half]")
        page.fill("[name=position]", "单元入口北侧")
        page.get_by_role("button", name="试算").click()
        assert "每户要付的数" in page.inner_text("main")
        page.get_by_role("button", name="保存方案").click()
        page.click("form[action$='/choose'] button")
    with walk.home("101") as page:
        page.fill("#question", "采光会不会受影响？")
        page.click("form[action$='/my/question'] button")
    question = walk.consultation.questions.get()
    with walk.desk(walk.case.worker, f"/questions/{question.pk}/answer") as page:
        page.fill("[name=answer]", "井道用玻璃，外移 60 厘米。")
        page.click("form.form .buttons button.main")
    assert walk.consultation.plan is not None


def _vote(walk: Walk) -> None:
    walk.later(days=1)
    with walk.desk(walk.case.keeper, f"{walk.at}/poll/new") as page:
        page.fill("[name=last_on]", (timezone.localdate() + timedelta(days=8)).isoformat())
        page.click("form.form .buttons button.main")
    poll = walk.consultation.polls.get()
    walk.now = max(walk.now, poll.opens_at) + timedelta(hours=1)
    with walk.home("501") as page:
        page.click(f"form[action$='/polls/{poll.pk}/cast'] button[value='yes']")
        assert "/receipts/" in page.url
    _on_paper(walk, poll.pk)
    for flat, _, who in walk.others("101", "501", "601"):
        told: dict[str, Any] = {"poll_id": poll.pk, "client_id": uuid4(), "flat_id": flat}
        ballots.cast_ballot(answers={"lift": "yes"}, by=who, received_at=walk.now, **told)
    walk.now = poll.closes_at + timedelta(minutes=2)
    tick(walk.now)
    assert walk.consultation.state == "passed"
    with walk.home("501") as page:
        assert "92.8%" in page.inner_text("main")  # 13 of 14 took part; never rounded up


def _on_paper(walk: Walk, poll: int) -> None:
    """A paper ballot: typed with its photo by one, confirmed by another."""
    flat = walk.case.flat("601")
    with walk.desk(walk.case.typist, f"/polls/{poll}/ballots/{flat.pk}") as page:
        page.check("[name=owner] >> nth=0")
        page.check("[name=answer_lift][value=yes]")
        page.set_input_files("[name=paper]", files=[SCAN])
        page.click("form.form .buttons button.main")
    record = walk.consultation.polls.get().records.get(roll_flat__flat=flat, kind="ballot")
    with walk.desk(walk.case.confirmer, f"/ballots/{record.pk}") as page:
        page.click("form[action$='/confirm'] button")


def _post_notice(walk: Walk) -> None:
    walk.later(hours=20)
    with walk.desk(walk.case.officer, f"{walk.at}/notice/new") as page:
        page.click("form .buttons button.act")
    notice = walk.consultation.notices.get()
    with walk.desk(walk.case.worker, f"{walk.at}/notice/photos/new") as page:
        page.fill("[name=place]", "单元门口")
        page.set_input_files("[name=photo]", files=[SCAN])
        page.click("form.form .buttons button.main")
    assert notice.photos.count() == 1
    with walk.opened(f"/v/{notice.code}", PHONE) as page:
        assert notice.digest[:8] in page.inner_text("main").replace(" ", "")


def _sign(walk: Walk) -> None:
    ended = walk.consultation.notices.get().last_on + timedelta(days=1)
    walk.now = datetime.combine(ended, walk.now.timetz()) + timedelta(hours=1)
    with walk.desk(walk.case.officer, f"{walk.at}/agreement/new") as page:
        page.fill("[name=manager]", "全体出资业主委托物业公司管理")
        page.fill("[name=fund]", "协议生效后 15 日内交到银行共管账户")
        page.fill("[name=repairs]", "按建设时的比例出")
        page.click("form.form .buttons button.main")
    agreement = walk.consultation.agreements.get()
    with walk.home("701") as page:
        page.check("form[action$='/sign'] [name=agree]")
        page.click("form[action$='/sign'] button")
    for flat in _parties(walk, "701"):
        held = next(one for one in walk.others() if one[0] == flat)
        told: dict[str, Any] = {"flat_id": flat, "owner_id": held[1], "way": "phone"}
        agreements.sign_agreement(agreement_id=agreement.pk, by=held[2], now=walk.now, **told)
    assert walk.consultation.state == "agreed"


def _mandate(walk: Walk) -> None:
    agreement, bought_by = walk.consultation.agreements.get(), buyer()
    with walk.home("701") as page:
        page.check("form[action$='/mandate'] [name=agree]")
        page.click("form[action$='/mandate'] button")
    for flat in _parties(walk, "701"):
        held = next(one for one in walk.others() if one[0] == flat)
        told: dict[str, Any] = {"flat_id": flat, "owner_id": held[1], "way": "phone"}
        mandates.give_mandate(
            agreement_id=agreement.pk, buyer=bought_by, by=held[2], now=walk.now, **told
        )
    assert walk.consultation.state == "mandated"


def _parties(walk: Walk, *done: str) -> list[int]:
    """Flats that pay, but those that have acted."""
    paying = {one["flat"] for one in walk.consultation.agreements.get().facts["parties"]}
    skipped = {walk.case.flat(number).pk for number in done}
    return sorted(paying - skipped)
