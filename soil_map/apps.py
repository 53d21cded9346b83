"""The soil application."""

from django.apps import AppConfig


class SoilMapConfig(AppConfig):
    """Holds no models yet."""

    name = "soil_map"
    verbose_name = "Nông hóa thổ nhưỡng"
