"""The addresses of ``profiles``."""

from django.urls import URLPattern, path

from tuanti.profiles import views

app_name = "profiles"
urlpatterns: list[URLPattern] = [
    path("profiles", views.profiles, name="profiles"),
    path("cost-model", views.cost_model, name="cost-model"),
    path("cost-model/file", views.cost_model_file, name="cost-model-file"),
    path("cost-model/new", views.cost_model_new, name="cost-model-new"),
]
