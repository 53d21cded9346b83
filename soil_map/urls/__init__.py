"""Addresses of the soil map, one file for each part of it."""

from django.urls import URLPattern, URLResolver

from soil_map.urls import advice, desk, imports, report, surfaces, viewer

urlpatterns: list[URLPattern | URLResolver] = [
    *viewer.urlpatterns,
    *desk.urlpatterns,
    *imports.urlpatterns,
    *surfaces.urlpatterns,
    *advice.urlpatterns,
    *report.urlpatterns,
]
