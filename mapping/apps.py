"""The ground floor's application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MappingConfig(AppConfig):
    """Registers the ground floor's own layers, job kinds and checks."""

    name = "mapping"
    verbose_name = "SoNha"

    def ready(self) -> None:
        """Announce what this floor offers; imports wait until every model is loaded."""
        from django.utils.translation import gettext_lazy as _

        from mapping import audit_actions, checks, closed_functions, files, layers, personal_fields, registry, scratch
        from mapping.access import Capability
        from mapping.accounts import devices, traces

        registry.navigation.append(
            registry.NavigationEntry(_("Người dùng"), "people", Capability.MANAGE_ACCOUNTS, order=90)
        )
        post_migrate.connect(closed_functions.close_functions, sender=self)
        audit_actions.register()
        devices.register()
        traces.register()
        checks.register()
        layers.register()
        registry.upkeep += [files.remove_expired, scratch.remove_left_behind]
        personal_fields.register()
