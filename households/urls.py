"""Addresses of houses, plates and scans. The token route stands last of all."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
