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
    "places:short": {"GET": ANYONE},
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

DEMO: dict[str, Row] = {  # stands in no table but a demonstration's
    "sample:roles": {"GET": ANYONE},
    "sample:enter": {"POST": ANYONE},
    "sample:enter-home": {"POST": ANYONE},
}

TABLE: dict[str, Row] = WEB | ACCOUNTS | JOURNAL | PEOPLE | PLACES | IMPORTS
if settings.DEMO:
    TABLE |= DEMO
