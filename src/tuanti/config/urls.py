"""Addresses, room by room down the street."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tuanti.web.urls")),
    path("account/", include("allauth.urls")),
    path("", include("tuanti.journal.urls")),
    path("", include("tuanti.people.urls")),
    path("", include("tuanti.places.urls")),
    path("", include("tuanti.profiles.urls")),
    path("", include("tuanti.consent.urls")),
    path("", include("tuanti.overview.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("tuanti.sample.urls"))]

handler400 = "tuanti.web.views.bad_request"
handler403 = "tuanti.web.views.forbidden"
handler404 = "tuanti.web.views.not_found"
handler500 = "tuanti.web.views.server_fault"
