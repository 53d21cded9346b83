"""Addresses of houses, plates and scans, but for the token route, which stands last of all in config.urls."""

from django.urls import URLPattern, URLResolver, path

from households.views import (
    changes,
    exports,
    front,
    house_actions,
    household_actions,
    houses,
    imports,
    map,
    plates,
    scan,
    search,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.front, name="front"),
    path("h/<str:code>/", scan.by_house_code, name="house_by_code"),
    path("houses/", houses.index, name="houses"),
    path("houses/search.json", search.results, name="search_houses"),
    path("houses/export.<str:file_format>", exports.houses, name="export_houses"),
    path("houses/add/", house_actions.add, name="add_house"),
    path("houses/<str:code>/", houses.show, name="house"),
    path("houses/<str:code>/summary.json", search.summary, name="house_summary"),
    path("houses/<str:code>/edit/", house_actions.edit, name="edit_house"),
    path("houses/<str:code>/move/", house_actions.move, name="move_house"),
    path("houses/<str:code>/split/", house_actions.split, name="split_house"),
    path("houses/<str:code>/close/", house_actions.close, name="close_house"),
    path("houses/<str:code>/reopen/", house_actions.reopen, name="reopen_house"),
    path("houses/<str:code>/households/add/", household_actions.add, name="add_household"),
    path("households/<uuid:household_id>/edit/", household_actions.edit, name="edit_household"),
    path("households/<uuid:household_id>/move/", household_actions.move, name="move_household"),
    path("households/<uuid:household_id>/remove/", household_actions.remove, name="remove_household"),
    path("imports/", imports.index, name="imports"),
    path("imports/<uuid:run_id>/", imports.show, name="import_run"),
    path("imports/<uuid:run_id>/columns/", imports.columns, name="import_columns"),
    path("imports/<uuid:run_id>/place/", imports.place, name="import_place"),
    path("imports/<uuid:run_id>/check/", imports.check, name="import_check"),
    path("imports/<uuid:run_id>/apply/", imports.apply, name="import_apply"),
    path("imports/<uuid:run_id>/undo/", imports.undo, name="import_undo"),
    path("changes/", changes.index, name="changes"),
    path("changes/<uuid:changeset_id>/undo/", changes.undo, name="undo_change"),
    path("map/", map.show, name="map"),
    path("plates/", plates.plates, name="plates"),
]
