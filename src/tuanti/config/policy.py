"""Who may open which address: one row for each, default deny.

Rows are named as Django names views; what an actor is known as stands in ``Actor.duties``. A row
opens a door only: what is shown behind it is scoped by each room's queries.
"""

from django.conf import settings

from tuanti.rules.duties import DUTIES

ANYONE = frozenset({"anyone"})
SIGNED_IN = frozenset({"signed-in"})
NOBODY: frozenset[str] = frozenset()  # an address a library brings and we do not use

Row = dict[str, frozenset[str]]

WEB: dict[str, Row] = {
    "web:home": {"GET": ANYONE},
    "web:desk": {"GET": SIGNED_IN},
    "web:look": {"POST": ANYONE},
    "web:components": {"GET": ANYONE},
}

ACCOUNTS: dict[str, Row] = {  # allauth's own
    "account_login": {"GET": ANYONE, "POST": ANYONE},
    "account_logout": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "account_inactive": {"GET": ANYONE},
    "account_reauthenticate": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "account_change_password": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_index": {"GET": SIGNED_IN},
    "mfa_authenticate": {"GET": ANYONE, "POST": ANYONE},  # half-way through signing in
    "mfa_reauthenticate": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_activate_totp": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_deactivate_totp": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_view_recovery_codes": {"GET": SIGNED_IN},
    "mfa_generate_recovery_codes": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_download_recovery_codes": {"GET": SIGNED_IN},
    "mfa_list_webauthn": {"GET": SIGNED_IN},
    "mfa_add_webauthn": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_reauthenticate_webauthn": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_remove_webauthn": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_edit_webauthn": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_login_webauthn": {"GET": ANYONE, "POST": ANYONE},
    "openid_connect_login": {"GET": ANYONE, "POST": ANYONE},
    "openid_connect_callback": {"GET": ANYONE},
    "socialaccount_login_cancelled": {"GET": ANYONE},
    "socialaccount_login_error": {"GET": ANYONE},
    "socialaccount_connections": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "usersessions_list": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    # No sign-up, no mail address, no reset by mail: an administrator opens and renews.
    "account_signup": {"GET": NOBODY, "POST": NOBODY},
    "account_email": {"GET": NOBODY, "POST": NOBODY},
    "account_email_verification_sent": {"GET": NOBODY},
    "account_confirm_email": {"GET": NOBODY, "POST": NOBODY},
    "account_confirm_login_code": {"GET": NOBODY, "POST": NOBODY},
    "account_set_password": {"GET": NOBODY, "POST": NOBODY},
    "account_reset_password": {"GET": NOBODY, "POST": NOBODY},
    "account_reset_password_done": {"GET": NOBODY},
    "account_reset_password_from_key": {"GET": NOBODY, "POST": NOBODY},
    "account_reset_password_from_key_done": {"GET": NOBODY},
    "socialaccount_signup": {"GET": NOBODY, "POST": NOBODY},
    "django.views.generic.base.RedirectView": {"GET": NOBODY},  # allauth's former addresses
}

_CHECKING = frozenset({"auditor", "supervising-officer", "administrator"})
JOURNAL: dict[str, Row] = {
    "journal:entries": {"GET": _CHECKING},
    "journal:export": {"POST": _CHECKING},
    "journal:entry": {"GET": _CHECKING},
    "journal:entry-proof": {"GET": _CHECKING},
    "journal:open": {"GET": ANYONE},
    "journal:checkpoint": {"GET": ANYONE},
    "journal:checkpoint-of": {"GET": ANYONE},
    "journal:growth": {"GET": ANYONE},
    "journal:proof": {"GET": ANYONE},
}

_ADMINISTRATORS = frozenset({"administrator"})
_OVERSEERS = _ADMINISTRATORS | {
    "city-officer",
    "district-officer",
    "street-officer",
    "supervising-officer",
    "auditor",
}

PEOPLE: dict[str, Row] = {
    "people:organisations": {"GET": _OVERSEERS},
    "people:organisation": {"GET": _OVERSEERS},
    "people:organisation_new": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:organisation_rename": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:organisation_close": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:account_new": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:post_new": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:post_end": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:account": {"GET": _OVERSEERS},
    "people:account_password": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:account_factor": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:account_close": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people:my_account": {"GET": SIGNED_IN},
    "people:session_end": {"POST": SIGNED_IN},
    "people:outbox": {"GET": _ADMINISTRATORS},
}

_SEE_PLACES = frozenset(name for name, duty in DUTIES.items() if duty.scope == "place") | {
    "property-manager",
    "owners-representative",
}
_SEE_OWNERS = frozenset(
    {
        "district-officer",
        "street-officer",
        "community-worker",
        "roll-keeper",
        "ballot-typist",
        "ballot-confirmer",
        "mediator",
        "owners-representative",
    }
)
_KEEP_OWNERS = frozenset({"street-officer", "community-worker", "roll-keeper"})
_KEEP_HOUSING = _KEEP_OWNERS | {"district-officer"}
_ENTER_PAPERS = frozenset({"district-officer", "street-officer", "community-worker"})
_READ_PAPERS = _ENTER_PAPERS | {"city-officer", "roll-keeper", "supervising-officer", "auditor"}
_COMMUNITIES = frozenset({"city-officer", "district-officer", "street-officer"})
_PROGRAMME = _COMMUNITIES
_ERASE = frozenset({"street-officer", "roll-keeper"})
_RESIDENT = frozenset({"resident"})

PLACES: dict[str, Row] = {
    "places:places": {"GET": _SEE_PLACES},
    "places:division": {"GET": _SEE_PLACES},
    "places:community-new": {"GET": _COMMUNITIES, "POST": _COMMUNITIES},
    "places:estates": {"GET": _SEE_PLACES},
    "places:estate-new": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:estate": {"GET": _SEE_PLACES},
    "places:estate-edit": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:estate-remove": {"POST": _KEEP_HOUSING},
    "places:building-new": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:building": {"GET": _SEE_PLACES},
    "places:building-edit": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:building-remove": {"POST": _KEEP_HOUSING},
    "places:stairwell-new": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:stairwell": {"GET": _SEE_PLACES},
    "places:poster": {"GET": _SEE_PLACES},
    "places:stairwell-edit": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:stairwell-recode": {"POST": _KEEP_HOUSING},
    "places:stairwell-remove": {"POST": _KEEP_HOUSING},
    "places:flat-new": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:paper-new": {"GET": _ENTER_PAPERS, "POST": _ENTER_PAPERS},
    "places:paper-withdraw": {"POST": _ENTER_PAPERS},
    "places:evidence": {"GET": _READ_PAPERS},
    "places:flat": {"GET": _SEE_PLACES},
    "places:flat-edit": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:flat-remove": {"POST": _KEEP_HOUSING},
    "places:flat-state": {"POST": _KEEP_OWNERS},
    "places:owner-new": {"GET": _KEEP_OWNERS, "POST": _KEEP_OWNERS},
    "places:owner": {"GET": _SEE_OWNERS},
    "places:owner-edit": {"GET": _KEEP_OWNERS, "POST": _KEEP_OWNERS},
    "places:owner-reveal": {"GET": _KEEP_OWNERS, "POST": _KEEP_OWNERS},
    "places:owner-life": {"POST": _KEEP_OWNERS},
    "places:owner-erase": {"POST": _ERASE},
    "places:agreement-new": {"GET": _KEEP_OWNERS, "POST": _KEEP_OWNERS},
    "places:agreement-withdraw": {"POST": _KEEP_OWNERS},
    "places:ownership-end": {"POST": _KEEP_OWNERS},
    "places:ownership-transfer": {"GET": _KEEP_OWNERS, "POST": _KEEP_OWNERS},
    "places:ownership-heirs": {"GET": _KEEP_OWNERS, "POST": _KEEP_OWNERS},
    "places:programme": {"GET": _SEE_PLACES},
    "places:project-new": {"GET": _PROGRAMME, "POST": _PROGRAMME},
    "places:project": {"GET": _SEE_PLACES},
    "places:project-edit": {"GET": _PROGRAMME, "POST": _PROGRAMME},
    "places:project-remove": {"POST": _PROGRAMME},
    "places:reports": {"GET": _KEEP_OWNERS},
    "places:report": {"GET": _KEEP_OWNERS, "POST": _KEEP_OWNERS},
    "places:resident": {"GET": ANYONE},
    "places:resident-flat": {"GET": ANYONE, "POST": ANYONE},
    "places:resident-code": {"GET": ANYONE, "POST": ANYONE},
    "places:home": {"GET": _RESIDENT},
    "places:my-report": {"GET": _RESIDENT, "POST": _RESIDENT},
    "places:my-data": {"GET": _RESIDENT},
    "places:agree": {"POST": _RESIDENT},
    "places:withdraw": {"POST": _RESIDENT},
    "places:leave": {"POST": _RESIDENT},
}

IMPORTS: dict[str, Row] = {
    "places:imports": {"GET": _KEEP_HOUSING},
    "places:import-new": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:import-template": {"GET": _KEEP_HOUSING},
    "places:import": {"GET": _KEEP_HOUSING, "POST": _KEEP_HOUSING},
    "places:import-progress": {"GET": _KEEP_HOUSING},
    "places:import-marked": {"GET": _KEEP_HOUSING},
    "places:import-check": {"POST": _KEEP_HOUSING},
    "places:import-apply": {"POST": _KEEP_HOUSING},
    "places:import-undo": {"POST": _KEEP_HOUSING},
    "places:import-resume": {"POST": _KEEP_HOUSING},
    "places:import-drop": {"POST": _KEEP_HOUSING},
}

_SET_PRICES = frozenset({"city-officer"})
PROFILES: dict[str, Row] = {
    "profiles:profiles": {"GET": SIGNED_IN},
    "profiles:cost-model": {"GET": SIGNED_IN},
    "profiles:cost-model-file": {"GET": SIGNED_IN},
    "profiles:cost-model-new": {"GET": _SET_PRICES, "POST": _SET_PRICES},
}

_RUN = frozenset({"street-officer", "community-worker"})
_TAKE_PART = frozenset({"designer", "supplier-manager"})  # where they were asked to
_SEE_CASES = _SEE_PLACES | _TAKE_PART
_ANSWER = _RUN | {"owners-representative"}
_SAY = _RUN | _TAKE_PART | {"property-manager", "utility-officer"}
_DRAW = _RUN | {"designer"}

CONSULTATION: dict[str, Row] = {  # wishes, plans, what is said
    "consent:consultations": {"GET": _SEE_CASES},
    "consent:heat": {"GET": _SEE_PLACES},
    "consent:heat-estate": {"GET": _SEE_PLACES},
    "consent:wish-find": {"GET": _RUN},
    "consent:wish-new": {"GET": _RUN, "POST": _RUN},
    "consent:consultation": {"GET": _SEE_CASES},
    "consent:wish-undo": {"POST": _RUN},
    "consent:begin-canvass": {"POST": _RUN},
    "consent:begin-planning": {"POST": _RUN},
    "consent:canvass-flat": {"GET": _RUN, "POST": _RUN},
    "consent:representative-new": {"GET": _RUN, "POST": _RUN},
    "consent:representative-end": {"POST": _RUN},
    "consent:plans": {"GET": _SEE_CASES},
    "consent:plan-new": {"GET": _RUN, "POST": _RUN},
    "consent:plan": {"GET": _SEE_CASES},
    "consent:plan-choose": {"POST": _RUN},
    "consent:plan-drop": {"POST": _RUN},
    "consent:schemes": {"GET": _SEE_CASES},
    "consent:impact": {"GET": _DRAW, "POST": _DRAW},
    "consent:meeting-new": {"GET": _ANSWER, "POST": _ANSWER},
    "consent:meeting-paper": {"GET": _SEE_OWNERS},
    "consent:question-new": {"GET": _RUN, "POST": _RUN},
    "consent:question-answer": {"GET": _ANSWER, "POST": _ANSWER},
    "consent:statement-new": {"GET": _SAY, "POST": _SAY},
    "consent:statement-paper": {"GET": _SEE_CASES},
    "consent:invite": {"GET": _RUN, "POST": _RUN},
    "consent:invitation-end": {"POST": _RUN},
    "consent:withdraw": {"GET": _RUN, "POST": _RUN},
    "consent:wish": {"POST": _RESIDENT},
    "consent:wish-withdraw": {"POST": _RESIDENT},
    "consent:canvass": {"POST": _RESIDENT},
    "consent:ask": {"POST": _RESIDENT},
}

_TYPE = frozenset({"ballot-typist", "community-worker"})
_CONFIRM = frozenset({"ballot-confirmer", "owners-representative", "street-officer"})
_MEDIATE = frozenset({"mediator", "street-officer", "community-worker"})
_HANDS = _TYPE | _CONFIRM | _MEDIATE
POLLS: dict[str, Row] = {  # rolls, ballots, receipts
    "consent:poll-new": {
        "GET": frozenset({"roll-keeper", "street-officer"}),
        "POST": frozenset({"roll-keeper", "street-officer"}),
    },
    "consent:poll": {"GET": _SEE_CASES},
    "consent:ballots": {"GET": _HANDS},
    "consent:poll-close": {"POST": frozenset({"street-officer", "community-worker"})},
    "consent:served": {"POST": _TYPE | {"street-officer"}},
    "consent:ballot-new": {"GET": _TYPE, "POST": _TYPE},
    "consent:proxies": {"GET": _TYPE, "POST": _TYPE},
    "consent:proxy-revoke": {"POST": _TYPE | _RESIDENT},
    "consent:ballot": {"GET": _HANDS},
    "consent:ballot-paper": {"GET": _HANDS},
    "consent:ballot-confirm": {"POST": _CONFIRM},
    "consent:ballot-refuse": {"POST": _CONFIRM | _MEDIATE},
    "consent:ballot-uphold": {"POST": _CONFIRM | _MEDIATE},
    "consent:dispute": {"POST": _MEDIATE | _RESIDENT},
    "consent:cast": {"POST": _RESIDENT},
    "consent:receipt": {"GET": _RESIDENT},
    "consent:check-any": {"GET": ANYONE},
    "consent:check": {"GET": ANYONE},
}

_TYPE = frozenset({"ballot-typist", "community-worker"})
_MEDIATE = _RUN | {"mediator"}
_KNOCK = _RUN | _TYPE | {"owners-representative", "mediator"}
_ENTER_SIGNED = _TYPE | {"street-officer", "owners-representative"}
_DESK = _KNOCK | {"roll-keeper", "ballot-confirmer", "district-officer"}
_DEMAND = frozenset({"city-officer", "district-officer", "street-officer"})

NOTICES: dict[str, Row] = {  # the worker's desk, notices, objections, agreement, mandates
    "consent:desk": {"GET": _DESK},
    "consent:demand": {"GET": _DEMAND},
    "consent:doors": {"GET": _KNOCK},
    "consent:contacts": {"GET": _KNOCK},
    "consent:contact-new": {"GET": _KNOCK, "POST": _KNOCK},
    "consent:chat": {"GET": _KNOCK},
    "consent:notice": {"GET": _SEE_PLACES},
    "consent:notice-new": {"GET": _RUN, "POST": _RUN},
    "consent:photo-new": {"GET": _ANSWER, "POST": _ANSWER},
    "consent:kept": {"GET": _SEE_PLACES},
    "consent:objections": {"GET": _SEE_OWNERS},
    "consent:objection-new": {"GET": _MEDIATE, "POST": _MEDIATE},
    "consent:objection": {"GET": _SEE_OWNERS},
    "consent:objection-mediate": {"GET": _MEDIATE, "POST": _MEDIATE},
    "consent:objection-withdraw": {"GET": _MEDIATE, "POST": _MEDIATE},
    "consent:objection-void": {"GET": _MEDIATE, "POST": _MEDIATE},
    "consent:revise": {"GET": _RUN, "POST": _RUN},
    "consent:fail": {"GET": _RUN, "POST": _RUN},
    "consent:reopen": {"GET": _RUN, "POST": _RUN},
    "consent:agreement": {"GET": _SEE_OWNERS},
    "consent:agreement-new": {"GET": _ANSWER, "POST": _ANSWER},
    "consent:sign-new": {"GET": _ENTER_SIGNED, "POST": _ENTER_SIGNED},
    "consent:mandate-new": {"GET": _ENTER_SIGNED, "POST": _ENTER_SIGNED},
    "consent:mandates-settle": {"POST": _RUN},
    "consent:mandate-leave-paper": {"GET": _ENTER_SIGNED, "POST": _ENTER_SIGNED},
    "consent:mandate-above": {"GET": _ENTER_SIGNED, "POST": _ENTER_SIGNED},
    "consent:object": {"POST": _RESIDENT},
    "consent:objection-take-back": {"POST": _RESIDENT},
    "consent:sign": {"POST": _RESIDENT},
    "consent:mandate": {"POST": _RESIDENT},
    "consent:mandate-leave": {"POST": _RESIDENT},
    "consent:mandate-confirm": {"POST": _RESIDENT},
}

PAPERS: dict[str, Row] = {  # what is printed; for whom each kind is, its query says
    "consent:papers": {"GET": _SEE_CASES},
    "consent:paper": {"GET": _SEE_CASES | _RESIDENT},
    "consent:estate-papers": {"GET": _SEE_OWNERS},
    "consent:ballot-form": {"GET": ANYONE},
}

OVERVIEW: dict[str, Row] = {
    "overview:stairwell": {"GET": ANYONE},  # a poster to all but its own people
    "overview:share": {"GET": _RESIDENT},
    "overview:pack": {"GET": _RESIDENT},
    "overview:mine": {"GET": _RESIDENT},
}

DEMO: dict[str, Row] = {  # stands in no table but a demonstration's
    "sample:roles": {"GET": ANYONE},
    "sample:enter": {"POST": ANYONE},
    "sample:enter-home": {"POST": ANYONE},
}

TABLE: dict[str, Row] = WEB | ACCOUNTS | JOURNAL | PEOPLE | PLACES | IMPORTS
TABLE |= PROFILES | CONSULTATION | POLLS | NOTICES | PAPERS | OVERVIEW
if settings.DEMO:
    TABLE |= DEMO
