"""Addresses of what is printed."""

from django.urls import URLPattern, path

from tuanti.consent.views import papers

PAPERS: list[URLPattern] = [
    path("consultations/<int:consultation_id>/papers", papers.papers_page, name="papers"),
    path("consultations/<int:consultation_id>/papers/<slug:kind>", papers.paper, name="paper"),
    path("estates/<int:estate_id>/papers/<slug:kind>", papers.estate_papers, name="estate-papers"),
    path("p/<slug:code>", papers.ballot_form, name="ballot-form"),
]
