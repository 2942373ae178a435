"""The addresses of imports."""

from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from tuanti.places.views import imports

IMPORTS: list[URLPattern] = [
    path("imports", imports.imports, name="imports"),
    path("imports/new", imports.import_new, name="import-new"),
    path("imports/template.xlsx", imports.template, name="import-template"),
    path("imports/<int:import_id>", imports.one, name="import"),
    path("imports/<int:import_id>/progress", imports.progress, name="import-progress"),
    path("imports/<int:import_id>/marked", imports.marked, name="import-marked"),
    path("imports/<int:import_id>/check", require_POST(imports.check), name="import-check"),
    path("imports/<int:import_id>/apply", require_POST(imports.apply), name="import-apply"),
    path("imports/<int:import_id>/undo", require_POST(imports.undo), name="import-undo"),
    path("imports/<int:import_id>/resume", require_POST(imports.resume), name="import-resume"),
    path("imports/<int:import_id>/drop", require_POST(imports.drop), name="import-drop"),
]
