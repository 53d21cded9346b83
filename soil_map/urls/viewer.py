"""Addresses of the soil map that anyone may look at."""

from django.urls import URLPattern, URLResolver, path

from soil_map.views import viewer, viewer_data

urlpatterns: list[URLPattern | URLResolver] = [
    path("", viewer.show, name="soil"),
    path("catalogue.json", viewer_data.list_all, name="soil_catalogue"),
    path("at.json", viewer_data.at, name="soil_at"),
]
