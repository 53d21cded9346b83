"""A surface: ordered, looked at on its page, taken as GeoTIFF, laid over a web map as a picture."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from mapping import files
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import StoredFile
from mapping.rate_limits import rate_limited
from soil_map import audit_trail, finding
from soil_map.measured import measured
from soil_map.models import Surface, SurfaceState
from soil_map.schemes import schemes_of
from soil_map.surfaces import drawings, drawn, extent, ordering, pictures, reading, seeing, telling
from soil_map.surfaces.freshness import stale
from soil_map.surfaces.rezoning import lacking_sentence
from soil_map.surfaces.seeing import Seen
from soil_map.viewing import asked

VALUE, DEVIATION = "value", "deviation"
CACHE_OF_SCOPED, CACHE_OF_PUBLIC = "private, no-cache", "public, max-age=300"
_PICTURES: Final = 2  # versions: a change of colours is another ETag


@login_required
@require_POST
def order(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """Ask for the surface of `method` at `depth` ("0-20") in cells of `cell` metres; then to the page of the work."""
    campaign = finding.campaign_or_404(request.user, campaign_id, Capability.EDIT_SOIL)
    depth = asked.depth_of(request.POST.get("depth"))
    cell = request.POST.get("cell", "")
    if depth is None:
        raise UserError(_("Độ sâu phải ghi như 0-20, từ nông đến sâu, tính bằng cm."), code="depth")
    if cell and not (cell.isascii() and cell.isdigit() and len(cell) < 5):
        raise UserError(_("Cạnh ô phải là một số mét, ví dụ 20."), code="cell")
    surface = ordering.order(
        user=request.user, campaign=campaign, method=request.POST.get("method", "")[:30],
        depth_from_cm=depth[0], depth_to_cm=depth[1], cell_m=int(cell) if cell else None,
    )  # fmt: skip
    if surface.job_id is None:
        return redirect("soil_surface", surface_id=surface.pk)
    return redirect("job", job_id=surface.job_id)


@rate_limited("soil_pages")
@never_cache
@require_safe
def show(request: HttpRequest, surface_id: uuid.UUID) -> HttpResponse:
    """The page: the map and how sure it is, areas by class, the model, how well it tells, or why there is none."""
    seen = seeing.surface_or_404(request.user, surface_id)
    surface = seen.surface
    rows = measured(surface.campaign, surface.method_id, surface.depth_from_cm, surface.depth_to_cm)
    shown = drawings.shown_samples(rows, exactly=seen.exactly)
    schemes = schemes_of(surface.method)
    is_made = surface.state == SurfaceState.MADE and bool(surface.model.get("bounds"))
    if seen.exactly:
        audit_trail.private_read((row.sample_id for row in rows if row.is_private), surface.campaign)
    context = {
        "seen": seen,
        "surface": surface,
        "campaign": surface.campaign,
        "commune": surface.campaign.commune,
        "depth": asked.depth_text((surface.depth_from_cm, surface.depth_to_cm)),
        "depth_said": f"{surface.depth_from_cm:g}–{surface.depth_to_cm:g} cm",
        "is_made": is_made,
        "outcome": ordering.outcome(surface),
        "is_stale": surface.state != SurfaceState.ORDERED and bool(stale([surface.pk], exactly=seen.exactly)),
        "for_others": telling.for_others(surface) if seen.exactly else "",
        "hidden": len(rows) - len(shown),
        "count": len(shown),
        "histogram": drawings.histogram(surface, shown, schemes[0] if schemes else None) if shown else "",
        "histogram_rows": telling.histogram_rows(surface, shown),
        "variogram": drawings.variogram(surface),
        "scatter": drawings.cross_validation(surface) if seen.exactly else "",
        "tried": telling.tried(surface),
        "verdict": telling.verdict(surface),
        "bins": telling.bins(surface),
        "cells": extent.CELLS_M,
        "unit": drawings.with_unit(surface),
        "unit_beside": drawings.unit_beside(surface, schemes[0] if schemes else None),
    }
    if is_made:
        picture = drawings.MapPicture(surface)
        context |= {
            "picture": picture,
            "outline": picture.outline(),
            "dots": picture.dots(shown),
            "squares": [] if seen.exactly else picture.squares([row for row in rows if row.is_private]),
            "value_legend": telling.value_legend(surface),
            "deviation_legend": telling.deviation_legend(surface),
            "areas": [(used, telling.class_areas(surface, used)) for used in schemes],
            "lacking": lacking_sentence(),
            "hectares": telling.hectares(surface),
        }
    return render(request, "soil_map/surface.html", context)


@rate_limited("address")
@require_GET
def raster(request: HttpRequest, surface_id: uuid.UUID, what: str) -> FileResponse:
    """A GeoTIFF of values or of standard deviations, in the VN-2000 zone."""
    seen = seeing.surface_or_404(request.user, surface_id)
    stored = dict(zip((VALUE, DEVIATION), _files(seen), strict=True))[what]
    if request.user.is_authenticated:
        audit_trail.taken_out(str(seen.surface), seen.surface.campaign.commune_id, count=1, file_format="tif")
    return files.download(stored)


@rate_limited("pictures")
@require_safe
def picture(request: HttpRequest, surface_id: uuid.UUID, what: str) -> HttpResponse:
    """A PNG in EPSG:3857 to lie over a web map; its bounds are in the catalogue."""
    seen = seeing.surface_or_404(request.user, surface_id)
    surface = seen.surface
    stored = dict(zip((VALUE, DEVIATION), _files(seen), strict=True))[what]
    etag = f'"{stored.sha256[:24]}-{_PICTURES}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(
        drawn.kept(f"{surface.pk} {etag}", lambda: _drawn(surface, what, exactly=seen.exactly)),
        content_type="image/png",
    )
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_OF_PUBLIC if seen.is_for_anyone else CACHE_OF_SCOPED
    response["Vary"] = "Cookie"
    return response


@login_required
@require_POST
def remove(request: HttpRequest, surface_id: uuid.UUID) -> HttpResponse:
    """Take a surface away; the samples stay."""
    seen = seeing.surface_or_404(request.user, surface_id)
    campaign = seen.surface.campaign
    ordering.remove(user=request.user, surface=seen.surface)
    messages.success(request, _("Đã bỏ mặt nội suy; các mẫu vẫn còn nguyên."))
    return redirect("soil_campaign", campaign_id=campaign.pk)


def _files(seen: Seen) -> list[StoredFile]:
    found = reading.files_of(seen.surface, exactly=seen.exactly)
    if seen.surface.state != SurfaceState.MADE or len(found) != 2:
        raise Http404
    return found


def _drawn(surface: Surface, what: str, *, exactly: bool) -> bytes:
    values, deviations, grid = reading.read(surface, exactly=exactly)
    frame = pictures.frame_of(grid, surface.epsg)
    if what == VALUE:
        laid = pictures.laid_on(values, grid, surface.epsg, frame)
        return pictures.value_picture(laid, surface.model["low"], surface.model["high"])
    laid = pictures.laid_on(deviations, grid, surface.epsg, frame)
    return pictures.deviation_picture(laid, surface.model["spread"])
