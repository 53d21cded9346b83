"""Rows of tests/test_urls.py for the addresses of the soil map: url name → row. See there what the words mean.

Import what is needed from `tests.url_words`; `w.campaign` is published, `w.soil_map` too, `w.parcel` never is.
"""

from __future__ import annotations

import uuid

from mapping.models import ChangeSet
from soil_map.models import ClassScheme, DoseRule
from tests.url_words import ANYONE, Row, get, of_commune, post, somewhere
from tests.url_world import World

WHO_EDITS_SOIL = of_commune("agronomist")
WHO_SEES_SOIL = of_commune("agronomist", "officer", "province_officer")
WHO_SEES_SOIL_SOMEWHERE = somewhere("agronomist", "officer", "province_officer")
ADMINISTRATORS = somewhere()

ROWS: dict[str, Row] = {
    # The viewer's data
    "soil": get(lambda w: f"/soil/?commune={w.commune.code}", ANYONE),
    "soil_catalogue": get(lambda w: f"/soil/catalogue.json?commune={w.commune.code}", ANYONE),
    "soil_at": get(
        lambda w: f"/soil/at.json?lng=105.81&lat=19.67&campaign={w.campaign.pk}&method=ph_kcl&depth=0-20", ANYONE
    ),
    # Files brought into the soil map.
    "soil_imports": get(lambda w: f"/soil/desk/{w.commune.code}/imports/", WHO_EDITS_SOIL),
    "soil_import": get(lambda w: f"/soil/imports/{w.soil_import.pk}/", WHO_EDITS_SOIL),
    "soil_import_check": post(lambda w: f"/soil/imports/{w.soil_import.pk}/check/", WHO_EDITS_SOIL),
    "soil_import_apply": post(lambda w: f"/soil/imports/{w.soil_import.pk}/apply/", WHO_EDITS_SOIL),
    "soil_import_undo": post(lambda w: f"/soil/imports/{w.soil_import.pk}/undo/", WHO_EDITS_SOIL),
    "soil_import_discard": post(lambda w: f"/soil/imports/{w.soil_import.pk}/discard/", WHO_EDITS_SOIL),
    "soil_import_file": get(lambda w: f"/soil/imports/{w.soil_import.pk}/file/", WHO_EDITS_SOIL),
    "soil_import_report": get(lambda w: f"/soil/imports/{w.soil_import.pk}/report.csv", WHO_EDITS_SOIL),
    # The desk
    "soil_desks": get(lambda w: "/soil/desk/", WHO_SEES_SOIL_SOMEWHERE),
    "soil_desk": get(lambda w: f"/soil/desk/{w.commune.code}/", WHO_SEES_SOIL),
    "soil_campaign_new": get(lambda w: f"/soil/desk/{w.commune.code}/campaigns/new/", WHO_EDITS_SOIL),
    "soil_campaign": get(lambda w: f"/soil/campaigns/{w.campaign.pk}/", WHO_SEES_SOIL),
    "soil_samples_file": get(lambda w: f"/soil/campaigns/{w.campaign.pk}/samples.csv", WHO_SEES_SOIL),
    "soil_campaign_edit": get(lambda w: f"/soil/campaigns/{w.campaign.pk}/edit/", WHO_EDITS_SOIL),
    "soil_campaign_publish": post(lambda w: f"/soil/campaigns/{w.campaign.pk}/publish/", WHO_EDITS_SOIL),
    "soil_campaign_unpublish": post(lambda w: f"/soil/campaigns/{w.campaign.pk}/unpublish/", WHO_EDITS_SOIL),
    "soil_campaign_delete": post(lambda w: f"/soil/campaigns/{w.campaign.pk}/delete/", WHO_EDITS_SOIL),
    "soil_change_undo": post(lambda w: f"/soil/changes/{_change_of(w)}/undo/", WHO_EDITS_SOIL),
    "soil_map_page": get(lambda w: f"/soil/maps/{w.soil_map.pk}/", WHO_SEES_SOIL),
    "soil_map_publish": post(lambda w: f"/soil/maps/{w.soil_map.pk}/publish/", WHO_EDITS_SOIL),
    "soil_map_unpublish": post(lambda w: f"/soil/maps/{w.soil_map.pk}/unpublish/", WHO_EDITS_SOIL),
    # The report, its sheets and exports
    "soil_report": get(lambda w: f"/soil/campaigns/{w.campaign.pk}/report/", ANYONE),
    "soil_report_xlsx": get(lambda w: f"/soil/campaigns/{w.campaign.pk}/report.xlsx", ANYONE),
    "soil_sheets_order": post(lambda w: f"/soil/campaigns/{w.campaign.pk}/sheets/", WHO_SEES_SOIL),
    "soil_export": post(lambda w: f"/soil/desk/{w.commune.code}/export/", WHO_SEES_SOIL),
    # Samples and fields, what a crop needs there, and their cards
    "soil_sample": get(lambda w: f"/soil/samples/{w.sample.pk}/", ANYONE),
    "soil_sample_card": get(lambda w: f"/soil/samples/{w.sample.pk}/card.pdf", ANYONE),
    "soil_parcels": get(lambda w: f"/soil/desk/{w.commune.code}/parcels/", WHO_SEES_SOIL),
    "soil_parcel": get(lambda w: f"/soil/parcels/{w.parcel.pk}/", WHO_SEES_SOIL),
    "soil_parcel_card": get(lambda w: f"/soil/parcels/{w.parcel.pk}/card.pdf", WHO_SEES_SOIL),
    "soil_cards_order": post(lambda w: f"/soil/campaigns/{w.campaign.pk}/cards/", WHO_SEES_SOIL),
    # What holds for every commune: read by anyone, decided by administrators
    "soil_schemes": get(lambda w: "/soil/schemes/", ANYONE),
    "soil_scheme": get(lambda w: f"/soil/schemes/{_scheme()}/", ANYONE),
    "soil_scheme_new": get(lambda w: f"/soil/schemes/{_scheme()}/new/", ADMINISTRATORS),
    "soil_scheme_approve": post(lambda w: f"/soil/schemes/{_scheme()}/approve/", ADMINISTRATORS),
    "soil_rules": get(lambda w: "/soil/rules/", ANYONE),
    "soil_rule": get(lambda w: f"/soil/rules/{_rule()}/", ANYONE),
    "soil_rule_new": get(lambda w: f"/soil/rules/{_rule()}/new/", ADMINISTRATORS),
    "soil_rule_approve": post(lambda w: f"/soil/rules/{_rule()}/approve/", ADMINISTRATORS),
    # Surfaces of the published campaign, and their differences
    "soil_surface_order": post(lambda w: f"/soil/campaigns/{w.campaign.pk}/surfaces/", WHO_EDITS_SOIL),
    "soil_surface": get(lambda w: f"/soil/surfaces/{w.surface.pk}/", ANYONE),
    "soil_surface_value": get(lambda w: f"/soil/surfaces/{w.surface.pk}/value.tif", ANYONE),
    "soil_surface_deviation": get(lambda w: f"/soil/surfaces/{w.surface.pk}/deviation.tif", ANYONE),
    "soil_surface_value_png": get(lambda w: f"/soil/surfaces/{w.surface.pk}/value.png", ANYONE),
    "soil_surface_deviation_png": get(lambda w: f"/soil/surfaces/{w.surface.pk}/deviation.png", ANYONE),
    "soil_surface_remove": post(lambda w: f"/soil/surfaces/{w.surface.pk}/remove/", WHO_EDITS_SOIL),
    "soil_difference_png": get(lambda w: f"/soil/differences/{w.surface.pk}/{w.surface.pk}/difference.png", ANYONE),
    "soil_difference": get(lambda w: f"/soil/differences/{w.surface.pk}/{w.surface.pk}/difference.json", ANYONE),
}


def _scheme() -> int:
    return ClassScheme.objects.values_list("pk", flat=True).get(key="om_hung_2004", version=1)


def _rule() -> int:
    return DoseRule.objects.values_list("pk", flat=True).get(key="ssnm_rice_spring", version=1)


def _change_of(w: World) -> uuid.UUID:
    return ChangeSet.objects.create(kind="soil.campaign", subject="Đợt 2025", commune=w.commune).pk
