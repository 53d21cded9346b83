"""Addresses of the desk: campaigns, soil maps, schemes and rules."""

from django.urls import URLPattern, URLResolver, path

from soil_map.views import campaigns, desk, rules, schemes, soil_maps

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", desk.index, name="soil_desks"),
    path("desk/<str:code>/", desk.show, name="soil_desk"),
    path("desk/<str:code>/campaigns/new/", campaigns.new, name="soil_campaign_new"),
    path("campaigns/<uuid:campaign_id>/", campaigns.show, name="soil_campaign"),
    path("campaigns/<uuid:campaign_id>/samples.<str:file_format>", campaigns.samples, name="soil_samples_file"),
    path("campaigns/<uuid:campaign_id>/edit/", campaigns.edit, name="soil_campaign_edit"),
    path("campaigns/<uuid:campaign_id>/publish/", campaigns.publish, name="soil_campaign_publish"),
    path("campaigns/<uuid:campaign_id>/unpublish/", campaigns.unpublish, name="soil_campaign_unpublish"),
    path("campaigns/<uuid:campaign_id>/delete/", campaigns.delete, name="soil_campaign_delete"),
    path("changes/<uuid:changeset_id>/undo/", campaigns.undo, name="soil_change_undo"),
    path("maps/<uuid:map_id>/", soil_maps.show, name="soil_map_page"),
    path("maps/<uuid:map_id>/publish/", soil_maps.publish, name="soil_map_publish"),
    path("maps/<uuid:map_id>/unpublish/", soil_maps.unpublish, name="soil_map_unpublish"),
    path("schemes/", schemes.index, name="soil_schemes"),
    path("schemes/<int:scheme_id>/", schemes.show, name="soil_scheme"),
    path("schemes/<int:scheme_id>/new/", schemes.new_version, name="soil_scheme_new"),
    path("schemes/<int:scheme_id>/approve/", schemes.approve, name="soil_scheme_approve"),
    path("rules/", rules.index, name="soil_rules"),
    path("rules/<int:rule_id>/", rules.show, name="soil_rule"),
    path("rules/<int:rule_id>/new/", rules.new_version, name="soil_rule_new"),
    path("rules/<int:rule_id>/approve/", rules.approve, name="soil_rule_approve"),
]
