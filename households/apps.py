"""The households application."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    """Announces houses to the ground floor: map layers, job kinds, what a change set may restore."""

    name = "households"
    verbose_name = "Nhà và hộ"

    def ready(self) -> None:
        """Announce what this floor offers; imports wait until every model is loaded."""
        from households import (
            audit_actions,
            changes,
            exporting,
            layers,
            listing,
            outside,
            personal_fields,
            street_layer,
        )
        from households.geocoding import working as geocoding_working
        from households.importing import working
        from households.plates import batching, board_working, walk_list_working
        from households.proposals import annex, choosing, deciding, starting
        from households.residents import announcing
        from households.streets.importing import working as street_working
        from households.survey import announcing as survey_announcing
        from households.survey import personal_fields as survey_personal_fields

        annex.register()
        announcing.register()
        audit_actions.register()
        batching.register()
        board_working.register()
        changes.register()
        choosing.register()
        deciding.register()
        exporting.register()
        geocoding_working.register()
        layers.register()
        listing.register()
        outside.register()
        personal_fields.register()
        starting.register()
        street_layer.register()
        street_working.register()
        survey_announcing.register()
        survey_personal_fields.register()
        walk_list_working.register()
        working.register()
