"""Addresses of surfaces and their differences."""

from django.urls import URLPattern, URLResolver, path

from soil_map.views import differences, surfaces

urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/<uuid:campaign_id>/surfaces/", surfaces.order, name="soil_surface_order"),
    path("surfaces/<uuid:surface_id>/", surfaces.show, name="soil_surface"),
    path("surfaces/<uuid:surface_id>/remove/", surfaces.remove, name="soil_surface_remove"),
    path("surfaces/<uuid:surface_id>/value.tif", surfaces.raster, {"what": "value"}, name="soil_surface_value"),
    path(
        "surfaces/<uuid:surface_id>/deviation.tif", surfaces.raster, {"what": "deviation"},
        name="soil_surface_deviation",
    ),
    path("surfaces/<uuid:surface_id>/value.png", surfaces.picture, {"what": "value"}, name="soil_surface_value_png"),
    path(
        "surfaces/<uuid:surface_id>/deviation.png", surfaces.picture, {"what": "deviation"},
        name="soil_surface_deviation_png",
    ),
    path(
        "differences/<uuid:before_id>/<uuid:after_id>/difference.png", differences.picture,
        name="soil_difference_png",
    ),
    path("differences/<uuid:before_id>/<uuid:after_id>/difference.json", differences.told, name="soil_difference"),
]  # fmt: skip
