"""Addresses of the commune's report, its map sheets and exports."""

from django.urls import URLPattern, URLResolver, path

from soil_map.views import exports, report

urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/<uuid:campaign_id>/report/", report.show, name="soil_report"),
    path("campaigns/<uuid:campaign_id>/report.xlsx", report.workbook, name="soil_report_xlsx"),
    path("campaigns/<uuid:campaign_id>/sheets/", report.sheets, name="soil_sheets_order"),
    path("desk/<str:code>/export/", exports.order, name="soil_export"),
]
