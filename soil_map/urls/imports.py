"""Addresses of files brought into the soil map."""

from django.urls import URLPattern, URLResolver, path

from soil_map.views import imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/<str:code>/imports/", imports.index, name="soil_imports"),
    path("imports/<uuid:import_id>/", imports.show, name="soil_import"),
    path("imports/<uuid:import_id>/check/", imports.check, name="soil_import_check"),
    path("imports/<uuid:import_id>/apply/", imports.apply, name="soil_import_apply"),
    path("imports/<uuid:import_id>/undo/", imports.undo, name="soil_import_undo"),
    path("imports/<uuid:import_id>/discard/", imports.discard, name="soil_import_discard"),
    path("imports/<uuid:import_id>/file/", imports.original, name="soil_import_file"),
    path("imports/<uuid:import_id>/report.csv", imports.report, name="soil_import_report"),
]
