"""The pages before the vote: each for whom it is, in both languages, in each state."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.consent_cast import HERE, Case, found_consultation
from tests.places_cast import come_in, signed_in, someone
from tuanti.consent.commands import planning, saying, wishes
from tuanti.consent.commands.planning import ImpactFacts
from tuanti.consent.commands.saying import MeetingFacts, StatementFacts
from tuanti.consent.models import Canvass, Consultation, Plan, Question, Wish
from tuanti.consent.plan_facts import PlanFacts
from tuanti.people.actors import CLOCK
from tuanti.profiles.commands import load_profiles

pytestmark = pytest.mark.django_db

LANGUAGES = ("zh-hans", "en")
SEERS = (
    "city-officer",
    "district-officer",
    "street-officer",
    "community-worker",
    "roll-keeper",
    "mediator",
    "auditor",
)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def talked_about() -> Case:
    """A case in which everything has been said that can be said before the vote."""
    load_profiles(by=CLOCK, now=NOW)
    case = found_consultation()
    pk = case.consultation.pk
    facts = PlanFacts(
        "二号方案", "p630", "half", "单元入口南侧", 7, asks=("pipes",), running_fen=480_000
    )
    plan = planning.draw_plan(consultation_id=pk, facts=facts, by=case.officer, now=NOW)
    grades = ImpactFacts("some", "slight", "none", "none", "某设计院 张工", note="窗外一米")
    flat = case.flat("101").pk
    planning.record_impact(plan_id=plan.pk, flat_id=flat, facts=grades, by=case.officer, now=NOW)
    wishes.make_wish(stairwell_id=case.stairwell.pk, flat_id=flat, by=case.resident("101"), now=NOW)
    for number, answer in (("101", "talk"), ("201", "no"), ("702", "yes")):
        wishes.answer_canvass(
            consultation_id=pk,
            flat_id=case.flat(number).pk,
            answer=answer,
            note="怕吵",
            by=case.resident(number),
            now=NOW,
        )
    planning.elect_representative(
        consultation_id=pk,
        owner_id=case.owners[13].pk,
        elected_on=NOW.date(),
        by=case.officer,
        now=NOW,
    )
    minutes = MeetingFacts(NOW, "社区活动室", 9, "谈了三种分摊办法。")
    saying.hold_meeting(consultation_id=pk, facts=minutes, by=case.officer, now=NOW)
    saying.ask_question(
        consultation_id=pk, flat_id=flat, text="一楼有没有补偿？", by=case.resident("101"), now=NOW
    )
    said = StatementFacts("structure", "可以加装。", sound=True, body="某检测公司")
    saying.state_finding(consultation_id=pk, facts=said, by=case.officer, now=NOW)
    return case


def pages_of(case: Case) -> list[str]:
    pk, plan = case.consultation.pk, Plan.objects.latest("pk").pk
    return [
        reverse("consent:consultations"),
        reverse("consent:heat"),
        reverse("consent:heat-estate", args=[case.estate.pk]),
        reverse("consent:consultation", args=[pk]),
        reverse("consent:plans", args=[pk]),
        reverse("consent:plans", args=[pk]) + "?only=differences",
        reverse("consent:plan", args=[plan]),
        reverse("consent:schemes", args=[plan]),
    ]


def forms_of(case: Case) -> list[str]:
    pk, plan, flat = case.consultation.pk, Plan.objects.latest("pk").pk, case.flats[0].pk
    return [
        reverse("consent:wish-find"),
        reverse("consent:wish-find") + "?q=cijiancun",
        reverse("consent:wish-new", args=[case.stairwell.pk]),
        reverse("consent:canvass-flat", args=[pk, flat]),
        reverse("consent:representative-new", args=[pk]),
        reverse("consent:plan-new", args=[pk]),
        reverse("consent:plan-new", args=[pk]) + f"?like={plan}",
        reverse("consent:impact", args=[plan, flat]),
        reverse("consent:meeting-new", args=[pk]),
        reverse("consent:question-new", args=[pk]),
        reverse("consent:question-answer", args=[Question.objects.latest("pk").pk]),
        reverse("consent:statement-new", args=[pk]),
        reverse("consent:invite", args=[pk]),
        reverse("consent:withdraw", args=[pk]),
    ]


def read(client: Client, address: str, language: str = "zh-hans") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    text = answer.content.decode()
    assert "%%" not in text
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_for_whoever_serves_the_place(language: str) -> None:
    case = talked_about()
    for duty in SEERS:
        client = signed_in(someone(duty, HERE))
        for address in pages_of(case):
            read(client, address, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_there_for_whoever_runs_it(language: str) -> None:
    case = talked_about()
    for actor in (case.officer, case.worker):
        client = signed_in(actor)
        for address in forms_of(case):
            read(client, address, language)


LINK = re.compile(r'href="(/[^"#]*)"')


def links_in(text: str) -> list[str]:
    """Collect the ways a page offers in its middle and beside it, not those every page has."""
    _, _, middle = text.partition("<main")
    return sorted(set(LINK.findall(middle.partition("</main>")[0])))


@pytest.mark.parametrize("state", ["wished", "canvassing", "draft", "withdrawn"])
def test_no_way_leads_whoever_may_see_a_consultation_to_a_shut_door(state: str) -> None:
    case = talked_about()
    Consultation.objects.update(state=state)
    for duty in (*SEERS, "ballot-typist", "ballot-confirmer"):
        client = signed_in(someone(duty, HERE))
        text = read(client, reverse("consent:consultation", args=[case.consultation.pk]))
        for link in links_in(text):
            assert client.get(link).status_code == 200, (duty, state, link)


@pytest.mark.parametrize("duty", ["property-manager", "auditor", "city-officer"])
def test_who_works_with_no_owners_sees_counts_only(duty: str) -> None:
    case = talked_about()
    case.estate.property_firm = "org-firm"
    case.estate.save()
    client = signed_in(someone(duty, "org-firm" if duty == "property-manager" else HERE))
    text = read(client, reverse("consent:consultation", args=[case.consultation.pk]))
    assert "先商量" in text
    assert "一楼有没有补偿" not in text
    assert "怕吵" not in text
    assert 'class="tile' not in text


def test_what_people_want_to_talk_about_is_for_who_runs_it(client: Client) -> None:
    case = talked_about()
    address = reverse("consent:consultation", args=[case.consultation.pk])
    assert "怕吵" in read(signed_in(case.officer), address)
    text = read(signed_in(case.keeper), address)
    assert "怕吵" not in text
    assert 'class="tile' in text
    assert client.get(address).status_code in (302, 403)


def test_no_full_name_stands_on_any_page() -> None:
    case = talked_about()
    client = signed_in(case.officer)
    names = {owner.name for owner in case.owners}
    for address in (*pages_of(case), *forms_of(case)):
        text = read(client, address)
        assert not [name for name in names if name in text], address


@pytest.mark.parametrize("name", ["consultation", "plans"])
def test_another_street_finds_nothing_there(name: str) -> None:
    case = talked_about()
    client = signed_in(case.stranger)
    assert client.get(reverse(f"consent:{name}", args=[case.consultation.pk])).status_code == 404
    assert case.estate.name not in read(client, reverse("consent:consultations"))


def test_lists_are_had_as_files() -> None:
    case = talked_about()
    client = signed_in(case.officer)
    plan = reverse("consent:plan", args=[case.plan.pk]) if case.plan else ""
    for address in (reverse("consent:consultations"), reverse("consent:heat"), plan):
        answer = client.get(address, {"format": "csv"})
        assert answer.status_code == 200
        assert "text/csv" in answer["Content-Type"]
        assert b"".join(answer).count(b"\n") > 0


def plan_filled(client: Client, address: str) -> dict[str, object]:
    """What a browser would send back of the form as it was offered."""
    form = client.get(address).context["form"]
    told: dict[str, object] = {}
    for field in form:
        value = field.value()
        if value is not None and value is not False and value != []:
            told[field.html_name] = value
    return told


def test_a_plan_is_tried_and_then_kept() -> None:
    case = talked_about()
    client = signed_in(case.officer)
    address = reverse("consent:plan-new", args=[case.consultation.pk])
    told = plan_filled(client, address) | {"position": "单元北侧"}
    tried = client.post(address, {**told, "preview": "1"})
    assert "试算结果" in tried.content.decode()
    assert Plan.objects.count() == 2
    kept = client.post(address, {**told, "save": "1"})
    plan = Plan.objects.latest("pk")
    assert kept.headers["Location"] == reverse("consent:plan", args=[plan.pk])
    assert (plan.stops, plan.entry, plan.subsidy_fen) == (7, "half", plan.total_fen * 3 // 5)


def test_every_fault_of_a_plan_stands_at_its_field() -> None:
    case = talked_about()
    client = signed_in(case.officer)
    address = reverse("consent:plan-new", args=[case.consultation.pk])
    flat = case.flat("301")
    told = plan_filled(client, address) | {
        "position": "单元北侧",
        "scheme": "xinmin",
        f"flat_{flat.pk}_street_floor": "99",
    }
    form = client.post(address, {**told, "save": "1"}).context["form"]
    assert set(form.errors) == {f"flat_{flat.pk}_street_floor"}
    told[f"flat_{flat.pk}_street_floor"] = "1"
    form = client.post(address, {**told, "save": "1"}).context["form"]
    assert set(form.errors) == {"scheme"}
    assert "杭州新民村" in str(form.errors["scheme"])
    assert Plan.objects.count() == 2


def test_a_worker_does_each_act_on_its_page() -> None:
    case = talked_about()
    client = signed_in(case.worker)
    pk, flat = case.consultation.pk, case.flat("301").pk
    acts: list[tuple[str, list[int], dict[str, object]]] = [
        ("wish-new", [case.stairwell.pk], {"flat": flat}),
        ("wish-undo", [pk, flat], {}),
        ("canvass-flat", [pk, flat], {"answer": "yes", "owner": case.owners[4].pk}),
        ("representative-new", [pk], {"owner": case.owners[4].pk, "elected_on": "2026-11-20"}),
        (
            "meeting-new",
            [pk],
            {
                "held_on": "2026-11-20",
                "held_time": "19:30",
                "place": "院坝",
                "present": 8,
                "text": "再谈一次。",
            },
        ),
        ("question-new", [pk], {"flat": flat, "text": "井道多大？"}),
        ("question-answer", [Question.objects.latest("pk").pk], {"answer": "一米八见方。"}),
        ("statement-new", [pk], {"kind": "comment", "text": "物业没有意见。", "sound": ""}),
        ("withdraw", [pk], {"reason": "先不装了"}),
    ]
    for name, args, fields in acts:
        answer = client.post(reverse(f"consent:{name}", args=args), fields)
        assert answer.status_code == 302, (name, answer.content.decode()[:2000])
    assert Consultation.objects.get(pk=pk).state == "withdrawn"


def test_a_resident_does_what_residents_do() -> None:
    case = found_consultation("wished")
    client = come_in(case.neighbours["701"][0])
    flat = {"flat": case.flat("701").pk}
    done = [client.post(reverse("consent:wish"), {**flat, "next": "/resident"})]
    assert Wish.objects.get().owner == case.owners[12]
    done.append(client.post(reverse("consent:wish-withdraw"), flat))
    Consultation.objects.update(state="canvassing")
    done.append(client.post(reverse("consent:canvass"), {**flat, "answer": "yes"}))
    done.append(client.post(reverse("consent:ask"), {**flat, "text": "什么时候开会？"}))
    assert [answer.status_code for answer in done] == [302] * 4
    assert done[0].headers["Location"] == "/resident"
    assert (Canvass.objects.get().answer, Question.objects.count()) == ("yes", 1)


def test_a_residents_way_on_leads_nowhere_else() -> None:
    case = found_consultation("wished")
    client = come_in(case.neighbours["701"][0])
    fields = {"flat": case.flat("701").pk, "next": "https://elsewhere.example/"}
    answer = client.post(reverse("consent:wish"), fields)
    assert "elsewhere" not in answer.headers["Location"]


def test_a_resident_cannot_answer_for_a_neighbour() -> None:
    case = found_consultation("canvassing")
    client = come_in(case.neighbours["701"][0])
    fields = {"flat": case.flat("101").pk, "answer": "yes"}
    assert client.post(reverse("consent:canvass"), fields).status_code == 409
    assert not Canvass.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_calls_states_by_their_names(language: str) -> None:
    case = found_consultation("canvassing")
    client = signed_in(case.officer)
    client.cookies["language"] = language
    answer = client.post(reverse("consent:begin-canvass", args=[case.consultation.pk]))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert ("意愿征询" if language == "zh-hans" else "canvassing") in text
    assert "consultation.not" not in text
