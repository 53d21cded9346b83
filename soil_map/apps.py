"""The soil application."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class SoilMapConfig(AppConfig):
    """Announces what the soil map offers."""

    name = "soil_map"
    verbose_name = gettext_lazy("Nông hóa thổ nhưỡng")

    def ready(self) -> None:
        """Announce it all."""
        from soil_map import personal_fields

        personal_fields.register()
        post_migrate.connect(_load_reference, sender=self)


def _load_reference(using: str, **_more: Any) -> None:
    """Put the shipped reference rows in, unless the tables were just taken away."""
    from soil_map.reference import loading

    if "soil_map_property" in connections[using].introspection.table_names():
        loading.load()
