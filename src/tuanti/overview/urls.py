"""The addresses of ``overview``."""

from django.urls import URLPattern, path

from tuanti.overview import views

app_name = "overview"
urlpatterns: list[URLPattern] = [
    path("b/<slug:code>", views.stairwell, name="stairwell"),
    path("b/<slug:code>/share", views.share, name="share"),
    path("b/<slug:code>/pack", views.pack, name="pack"),
    path("my", views.mine, name="mine"),
]
