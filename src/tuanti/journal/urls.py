"""The addresses of ``journal``."""

from django.urls import path

from tuanti.journal import views

app_name = "journal"
urlpatterns = [
    path("journal", views.entries, name="entries"),
    path("journal/export", views.export, name="export"),
    path("journal/<int:number>", views.entry, name="entry"),
    path("journal/<int:number>/proof", views.entry_proof, name="entry-proof"),
    path("open/journal", views.front, name="open"),
    path("open/journal/checkpoint", views.checkpoint, name="checkpoint"),
    path("open/journal/checkpoints/<int:size>", views.checkpoint_of, name="checkpoint-of"),
    path("open/journal/growth/<int:size>", views.growth, name="growth"),
    path("open/journal/entries/<int:number>/proof", views.proof, name="proof"),
]
