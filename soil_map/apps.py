"""The soil application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy

from mapping import registry

if TYPE_CHECKING:
    from mapping.models import Unit


class SoilMapConfig(AppConfig):
    """Announces what the soil map offers."""

    name = "soil_map"
    verbose_name = gettext_lazy("Nông hóa thổ nhưỡng")

    def ready(self) -> None:
        """Announce it all."""
        from soil_map import audit_actions, changes, personal_fields
        from soil_map.cards import batching
        from soil_map.importing import working
        from soil_map.packaging import job as packaging
        from soil_map.reports import sheet_job
        from soil_map.surfaces import ordering, rezoning
        from soil_map.viewing import layers

        audit_actions.register()
        changes.register()
        personal_fields.register()
        working.register()
        ordering.register()
        rezoning.register()
        batching.register()
        layers.register()
        sheet_job.register()
        packaging.register()
        registry.navigation.append(registry.NavigationEntry(gettext_lazy("Đất"), "soil", None, order=30))
        registry.demo_parts.append(_demo)
        post_migrate.connect(_load_reference, sender=self)


def _demo(commune: Unit, folder: Path, reset: bool) -> list[str]:
    """Add soil to the demo; what draws it is imported only then."""
    from soil_map.demo import loading

    return loading.write(commune, folder, reset)


def _load_reference(using: str, **_more: Any) -> None:
    """Put the shipped reference rows in, unless the tables were just taken away."""
    from soil_map.reference import loading

    if "soil_map_property" in connections[using].introspection.table_names():
        loading.load()
