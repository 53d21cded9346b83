"""The ground floor's application."""

from django.apps import AppConfig


class MappingConfig(AppConfig):
    """Registers the ground floor's own layers, job kinds and checks."""

    name = "mapping"
    verbose_name = "SoNha"

    def ready(self) -> None:
        """Announce what this floor offers; imports wait until every model is loaded."""
        from mapping import checks, layers

        checks.register()
        layers.register()
