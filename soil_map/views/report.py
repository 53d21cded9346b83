"""The commune's report of a campaign: a page, a workbook, and orders of map sheets."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mapping import access, downloads, exporting, scratch
from mapping.access import Capability
from mapping.rate_limits import rate_limited
from soil_map import charts
from soil_map.models import Campaign
from soil_map.reports import sheet_job, tables, telling
from soil_map.reports.layers import ClassTable, LayerReport
from soil_map.reports.whole import report_of
from soil_map.surfaces.freshness import stale_sentence


@rate_limited("soil_reports")
@never_cache
@require_GET
def show(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """What a campaign found; of a published one for anyone, without private samples."""
    campaign = _campaign_or_404(request.user, campaign_id)
    report = report_of(campaign, request.user)
    may_order = access.may(request.user, Capability.SEE_SOIL, campaign.commune)
    context = {
        "campaign": campaign,
        "report": report,
        "layers": [_shown(one) for one in report.layers],
        "private": telling.private_sentence(campaign, report.left_out),
        "villages": [
            (
                row,
                [
                    (cell, telling.level_name(cell.level), telling.marked(layer.name, layer.table))
                    for cell, layer in zip(row.cells, report.villages.layers, strict=True)
                ],
            )
            for row in report.villages.rows
        ],
        "may_order": may_order,
        "sheet_choices": sheet_job.choices(campaign, request.user) if may_order else [],
    }
    return render(request, "soil_map/report.html", context)


@rate_limited("soil_reports")
@never_cache
@require_GET
def workbook(request: HttpRequest, campaign_id: uuid.UUID) -> FileResponse:
    """The same as tables for Excel; samples are in it for whoever may see all of them."""
    campaign = _campaign_or_404(request.user, campaign_id)
    report = report_of(campaign, request.user)
    with scratch.folder() as folder:
        path = folder / tables.file_name(campaign)
        tables.write(report, path)
        return downloads.attachment(path.open("rb"), name=path.name, content_type=exporting.XLSX)


@login_required
@never_cache
@require_POST
def sheets(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """Order map sheets and go to the page of the job."""
    campaign = _campaign_or_404(request.user, campaign_id)
    access.require(request.user, Capability.SEE_SOIL, campaign.commune)
    job = sheet_job.order(
        user=request.user,
        campaign=campaign,
        paper=request.POST.get("paper", ""),
        layer=request.POST.get("layer", sheet_job.ALL),
    )
    return redirect("job", job_id=job.pk)


def _campaign_or_404(user: Any, campaign_id: uuid.UUID) -> Campaign:
    campaigns = Campaign.objects.for_user(user).select_related("commune__parent")
    found: Campaign = get_object_or_404(campaigns, pk=campaign_id)
    return found


def _shown(report: LayerReport) -> dict[str, Any]:
    """A layer with the texts and pictures of its part of the page."""
    return {
        "report": report,
        "figures": report.figures,
        "why_not": telling.why_no_areas(report),
        "stale": stale_sentence() if report.is_stale else "",
        "histogram": _histogram(report),
        "tables": [
            {
                "table": one,
                # Of the first one `why_not` has said that it lacks its zones.
                "sum": telling.sum_sentence(one) if place or not one.lacks_zones else "",
                "parts": _parts(one),
            }
            for place, one in enumerate(report.tables)
        ],
    }


def _parts(table: ClassTable) -> list[dict[str, Any]]:
    """The classes as parts of one bar, a hundred wide; numbers are written for SVG, whatever the language."""
    parts, left = [], 0.0
    for row in table.rows:
        width = row.percent if table.has_areas else row.sample_percent
        if width:
            parts.append({"x": f"{left:.2f}", "width": f"{width:.2f}", "colour": row.soil_class.colour})
        left += width
    return parts


def _histogram(report: LayerReport) -> str:
    figures = report.figures
    if figures is None:
        return ""
    unit = f" ({report.unit})" if report.unit else ""
    words = charts.Words(
        name=report.key,
        title=_("Phân bố của %(layer)s") % {"layer": report.name},
        description=_("%(count)s mẫu, từ %(low)s đến %(high)s, trung vị %(median)s.")
        % {
            "count": figures.count,
            "low": telling.number(figures.lowest, report.decimals),
            "high": telling.number(figures.highest, report.decimals),
            "median": telling.number(figures.median, report.decimals),
        },
        x=f"{report.method}{unit}",
        y=_("số mẫu"),
    )
    table = report.table
    drawn = charts.histogram(
        [report.shown.number(one.value) for one in report.values],
        words,
        lambda value: telling.number(value, report.decimals),
        limits=table.used.own_limits if table is not None else (),
        colours=[one.colour for one in table.used.classes] if table is not None else (),
    )
    return mark_safe(drawn)  # noqa: S308  escaped where it is drawn
