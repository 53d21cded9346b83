"""The soil application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class SoilMapConfig(AppConfig):
    """Announces what the soil map offers."""

    name = "soil_map"
    verbose_name = gettext_lazy("Nông hóa thổ nhưỡng")

    def ready(self) -> None:
        """Announce it all."""
        from soil_map import personal_fields

        personal_fields.register()
