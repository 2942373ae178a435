"""The room's name, and the checks that go with it."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class PeopleConfig(AppConfig):
    """People."""

    name = "tuanti.people"

    def ready(self) -> None:
        """Have a service's settings checked."""
        from tuanti.people.checks import safe_for_service  # noqa: PLC0415 (settings are ready now)

        register(safe_for_service, Tags.security)
