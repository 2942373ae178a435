"""The addresses and the policy of a demonstration, for tests that run in the test mode."""

from django.urls import include, path

from tuanti.config import policy, urls
from tuanti.config.urls import handler400, handler403, handler404, handler500

__all__ = ["TABLE", "handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*urls.urlpatterns, path("demo/", include("tuanti.sample.urls"))]
TABLE = policy.TABLE | policy.DEMO
