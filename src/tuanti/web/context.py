"""What the shell shows on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tuanti.texts import LANGS
from tuanti.web.templatetags.tuanti import spoken

LARGE = "large"  # the cookie of large type


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the language, the type size, the help line, and whether this is a demonstration."""
    return {
        "lang": spoken(),
        "language": settings.LANGUAGES[LANGS.index(spoken())][0],
        "languages": settings.LANGUAGES,
        "large": request.COOKIES.get(LARGE) == "1",
        "phone": settings.PHONE,
        "demo": settings.DEMO,
        "here": request.get_full_path(),
    }
