"""Addresses of the worker's desk, and of all that follows the vote."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from tuanti.consent.views import agreements, desk, notices, objections, own_acts

_ONE = "consultations/<int:consultation_id>"
_OBJECTION = "objections/<int:objection_id>"
_MANDATE = "mandates/<int:mandate_id>"


def _post(address: str, view: Callable[..., Any], name: str) -> URLPattern:
    return path(address, require_POST(view), name=name)


NOTICES: list[URLPattern] = [
    path("desk/stairwells", desk.desk, name="desk"),
    path("demand", agreements.demand, name="demand"),
    path(f"{_ONE}/doors", desk.doors, name="doors"),
    path(f"{_ONE}/contacts", desk.contact_log, name="contacts"),
    path(f"{_ONE}/contacts/new", desk.contact_new, name="contact-new"),
    path(f"{_ONE}/chat", desk.chat, name="chat"),
    path(f"{_ONE}/notice", notices.notice, name="notice"),
    path(f"{_ONE}/notice/new", notices.notice_new, name="notice-new"),
    path(f"{_ONE}/notice/photos/new", notices.photo_new, name="photo-new"),
    path(f"{_ONE}/kept/<int:evidence_id>", notices.kept, name="kept"),
    path(f"{_ONE}/objections", objections.objection_list, name="objections"),
    path(f"{_ONE}/objections/new", objections.objection_new, name="objection-new"),
    path(_OBJECTION, objections.objection, name="objection"),
    path(f"{_OBJECTION}/mediate", objections.objection_mediate, name="objection-mediate"),
    path(f"{_OBJECTION}/withdraw", objections.objection_withdraw, name="objection-withdraw"),
    path(f"{_OBJECTION}/void", objections.objection_void, name="objection-void"),
    path(f"{_ONE}/revise", objections.revise, name="revise"),
    path(f"{_ONE}/fail", objections.fail, name="fail"),
    path(f"{_ONE}/reopen", objections.reopen, name="reopen"),
    path(f"{_ONE}/agreement", agreements.agreement, name="agreement"),
    path(f"{_ONE}/agreement/new", agreements.agreement_new, name="agreement-new"),
    path(f"{_ONE}/agreement/sign", agreements.sign_new, name="sign-new"),
    path(f"{_ONE}/mandates/new", agreements.mandate_new, name="mandate-new"),
    _post(f"{_ONE}/mandates/settle", agreements.settle, "mandates-settle"),
    path(f"{_MANDATE}/leave-on-paper", agreements.mandate_leave_paper, name="mandate-leave-paper"),
    path(f"{_MANDATE}/above", agreements.mandate_above, name="mandate-above"),
    # What residents do, from their stairwell's page.
    _post("notices/<int:notice_id>/object", own_acts.object_, "object"),
    _post(f"{_OBJECTION}/take-back", own_acts.objection_take_back, "objection-take-back"),
    _post("agreements/<int:agreement_id>/sign", own_acts.sign, "sign"),
    _post("agreements/<int:agreement_id>/mandate", own_acts.mandate, "mandate"),
    _post(f"{_MANDATE}/leave", own_acts.mandate_leave, "mandate-leave"),
    _post(f"{_MANDATE}/confirm", own_acts.mandate_confirm, "mandate-confirm"),
]
