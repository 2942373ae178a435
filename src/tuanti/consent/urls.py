"""The addresses of ``consent``, in the order of the story."""

from django.urls import URLPattern

from tuanti.consent.urls_notices import NOTICES
from tuanti.consent.urls_papers import PAPERS
from tuanti.consent.urls_polls import POLLS
from tuanti.consent.urls_story import STORY

app_name = "consent"
urlpatterns: list[URLPattern] = [*STORY, *POLLS, *NOTICES, *PAPERS]
