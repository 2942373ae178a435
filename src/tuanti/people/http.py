"""A request as our views see it: someone asks."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from tuanti.people.actors import Actor


class Request(HttpRequest):
    """A request that has been through our middleware; for annotations only."""

    actor: Actor
    htmx: HtmxDetails
