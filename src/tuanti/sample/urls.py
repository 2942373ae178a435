"""The addresses of a demonstration."""

from django.urls import path

from tuanti.sample import views

app_name = "sample"
urlpatterns = [
    path("", views.roles, name="roles"),
    path("enter", views.enter, name="enter"),
    path("enter-home", views.enter_home, name="enter-home"),
]
