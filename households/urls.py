"""Addresses of houses, plates and scans, but for the token route, which stands last of all in config.urls."""

from django.urls import URLPattern, URLResolver, path

from households.views import front, plates, scan

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.front, name="front"),
    path("h/<str:code>/", scan.by_house_code, name="house_by_code"),
    path("plates/", plates.plates, name="plates"),
]
