"""Addresses of samples and parcels, their advice and soil cards."""

from django.urls import URLPattern, URLResolver, path

from soil_map.views import cards, field_pages, parcels

urlpatterns: list[URLPattern | URLResolver] = [
    path("samples/<uuid:sample_id>/", field_pages.sample, name="soil_sample"),
    path("samples/<uuid:sample_id>/card.pdf", cards.of_sample, name="soil_sample_card"),
    path("desk/<str:code>/parcels/", parcels.index, name="soil_parcels"),
    path("parcels/<uuid:parcel_id>/", field_pages.parcel, name="soil_parcel"),
    path("parcels/<uuid:parcel_id>/card.pdf", cards.of_parcel, name="soil_parcel_card"),
    path("campaigns/<uuid:campaign_id>/cards/", cards.order, name="soil_cards_order"),
]
