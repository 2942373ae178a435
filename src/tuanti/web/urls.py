"""The shell's addresses."""

from django.urls import path

from tuanti.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk", views.desk, name="desk"),
    path("look", views.look, name="look"),
    path("components", views.components, name="components"),
]
