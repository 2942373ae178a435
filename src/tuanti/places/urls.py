"""The addresses of ``places``."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path, register_converter
from django.views.decorators.http import require_POST

from tuanti.places.models import PURPOSES
from tuanti.places.urls_imports import IMPORTS
from tuanti.places.views import browsing, home, housing, owners, papers, resident
from tuanti.rules import housing as facts


class _OneOf:
    """A part of an address that is one of a few words."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def _words(name: str, words: tuple[str, ...]) -> None:
    register_converter(type(name, (_OneOf,), {"regex": "|".join(words)}), name)


_words("life", facts.LIVES)
_words("flatstate", facts.STATES)
_words("purpose", PURPOSES)


def _post(address: str, view: Callable[..., Any], name: str) -> URLPattern:
    return path(address, require_POST(view), name=name)


app_name = "places"
urlpatterns: list[URLPattern] = [
    path("places", browsing.places, name="places"),
    path("divisions/<slug:division_id>", browsing.division, name="division"),
    path(
        "divisions/<slug:division_id>/communities/new", housing.community_new, name="community-new"
    ),
    path("estates", browsing.estates, name="estates"),
    path("estates/new", housing.estate_new, name="estate-new"),
    path("estates/<int:estate_id>", browsing.estate, name="estate"),
    path("estates/<int:estate_id>/edit", housing.estate_edit, name="estate-edit"),
    _post("estates/<int:estate_id>/remove", housing.estate_remove, "estate-remove"),
    path("estates/<int:estate_id>/buildings/new", housing.building_new, name="building-new"),
    path("buildings/<int:building_id>", browsing.building, name="building"),
    path("buildings/<int:building_id>/edit", housing.building_edit, name="building-edit"),
    _post("buildings/<int:building_id>/remove", housing.building_remove, "building-remove"),
    path("buildings/<int:building_id>/stairwells/new", housing.stairwell_new, name="stairwell-new"),
    path("stairwells/<int:stairwell_id>", browsing.stairwell, name="stairwell"),
    path("stairwells/<int:stairwell_id>/poster", browsing.poster, name="poster"),
    path("stairwells/<int:stairwell_id>/edit", housing.stairwell_edit, name="stairwell-edit"),
    _post("stairwells/<int:stairwell_id>/code", housing.stairwell_recode, "stairwell-recode"),
    _post("stairwells/<int:stairwell_id>/remove", housing.stairwell_remove, "stairwell-remove"),
    path("stairwells/<int:stairwell_id>/flats/new", housing.flat_new, name="flat-new"),
    path("stairwells/<int:stairwell_id>/papers/new", papers.paper_new, name="paper-new"),
    _post("papers/<int:case_id>/withdraw", papers.paper_withdraw, "paper-withdraw"),
    path("evidence/<int:evidence_id>", papers.evidence_file, name="evidence"),
    path("flats/<int:flat_id>", owners.flat, name="flat"),
    path("flats/<int:flat_id>/edit", housing.flat_edit, name="flat-edit"),
    _post("flats/<int:flat_id>/remove", housing.flat_remove, "flat-remove"),
    _post("flats/<int:flat_id>/state/<flatstate:state>", owners.flat_state, "flat-state"),
    path("flats/<int:flat_id>/owners/new", owners.owner_new, name="owner-new"),
    path("owners/<int:owner_id>", owners.owner, name="owner"),
    path("owners/<int:owner_id>/edit", owners.owner_edit, name="owner-edit"),
    path("owners/<int:owner_id>/reveal", owners.owner_reveal, name="owner-reveal"),
    _post("owners/<int:owner_id>/life/<life:life>", owners.owner_life, "owner-life"),
    _post("owners/<int:owner_id>/erase", owners.owner_erase, "owner-erase"),
    path("owners/<int:owner_id>/agreements/new", owners.agreement_new, name="agreement-new"),
    _post(
        "agreements/<int:agreement_id>/withdraw", owners.agreement_withdraw, "agreement-withdraw"
    ),
    _post("ownerships/<int:ownership_id>/end", owners.ownership_end, "ownership-end"),
    path(
        "ownerships/<int:ownership_id>/transfer",
        owners.ownership_transfer,
        name="ownership-transfer",
    ),
    path("ownerships/<int:ownership_id>/heirs", owners.ownership_heirs, name="ownership-heirs"),
    *IMPORTS,
    path("programme", browsing.programme, name="programme"),
    path("programme/new", papers.project_new, name="project-new"),
    path("programme/<int:project_id>", papers.project, name="project"),
    path("programme/<int:project_id>/edit", papers.project_edit, name="project-edit"),
    _post("programme/<int:project_id>/remove", papers.project_remove, "project-remove"),
    path("reports", papers.reports, name="reports"),
    path("reports/<int:report_id>", papers.report, name="report"),
    path("resident", resident.resident, name="resident"),
    path("resident/flat", resident.resident_flat, name="resident-flat"),
    path("resident/code", resident.resident_code, name="resident-code"),
    path("my/home", home.home, name="home"),
    path("my/report", home.report, name="my-report"),
    path("my/data", home.data, name="my-data"),
    _post("my/agreements/<purpose:purpose>", home.agree, "agree"),
    _post("my/agreements/<int:agreement_id>/withdraw", home.withdraw, "withdraw"),
    _post("my/leave", resident.leave, "leave"),
]
