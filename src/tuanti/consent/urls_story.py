"""Addresses of the story before the vote: wishes, canvassing, group, plans, what is said."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from tuanti.consent.views import story_acts as acts
from tuanti.consent.views import story_lists as lists
from tuanti.consent.views import story_page as page
from tuanti.consent.views import story_plans as plans
from tuanti.consent.views import story_residents as residents

_ONE = "consultations/<int:consultation_id>"
_PLAN = "plans/<int:plan_id>"


def _post(address: str, view: Callable[..., Any], name: str) -> URLPattern:
    return path(address, require_POST(view), name=name)


STORY: list[URLPattern] = [
    path("consultations", lists.consultations, name="consultations"),
    path("wishes", lists.heat, name="heat"),
    path("wishes/new", lists.wish_find, name="wish-find"),
    path("wishes/<int:estate_id>", lists.heat_estate, name="heat-estate"),
    path("stairwells/<int:stairwell_id>/wish", acts.wish_new, name="wish-new"),
    path(_ONE, page.consultation, name="consultation"),
    _post(f"{_ONE}/wishes/<int:flat_id>/withdraw", acts.wish_undo, "wish-undo"),
    _post(f"{_ONE}/canvass", acts.begin_canvass, "begin-canvass"),
    _post(f"{_ONE}/planning", acts.begin_planning, "begin-planning"),
    path(f"{_ONE}/flats/<int:flat_id>/answer", acts.canvass_flat, name="canvass-flat"),
    path(f"{_ONE}/representatives/new", acts.representative_new, name="representative-new"),
    _post(
        "representatives/<int:representative_id>/end",
        acts.representative_end,
        "representative-end",
    ),
    path(f"{_ONE}/plans", plans.plans_beside, name="plans"),
    path(f"{_ONE}/plans/new", plans.plan_new, name="plan-new"),
    path(_PLAN, plans.plan, name="plan"),
    _post(f"{_PLAN}/choose", plans.plan_choose, "plan-choose"),
    _post(f"{_PLAN}/drop", plans.plan_drop, "plan-drop"),
    path(f"{_PLAN}/schemes", plans.schemes, name="schemes"),
    path(f"{_PLAN}/flats/<int:flat_id>/impact", plans.impact, name="impact"),
    path(f"{_ONE}/meetings/new", acts.meeting_new, name="meeting-new"),
    path("meetings/<int:meeting_id>/paper", acts.meeting_paper, name="meeting-paper"),
    path(f"{_ONE}/questions/new", acts.question_new, name="question-new"),
    path("questions/<int:question_id>/answer", acts.question_answer, name="question-answer"),
    path(f"{_ONE}/statements/new", acts.statement_new, name="statement-new"),
    path("statements/<int:statement_id>/paper", acts.statement_paper, name="statement-paper"),
    path(f"{_ONE}/invitations/new", acts.invite, name="invite"),
    _post(f"{_ONE}/invitations/<slug:organisation_id>/end", acts.invitation_end, "invitation-end"),
    path(f"{_ONE}/withdraw", acts.withdraw, name="withdraw"),
    _post("my/wish", residents.wish, "wish"),
    _post("my/wish/withdraw", residents.wish_withdraw, "wish-withdraw"),
    _post("my/canvass", residents.canvass, "canvass"),
    _post("my/question", residents.ask, "ask"),
]
