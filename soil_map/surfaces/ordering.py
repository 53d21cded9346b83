"""Somebody asks for a surface: checked, ordered as a job, and told how it ended."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from mapping import access, jobs, registry
from mapping.access import Capability
from mapping.errors import UserError, may_pass
from mapping.models import Job, JobState
from mapping.wording import decimal, number
from mapping.wording import gettext as _
from soil_map.measured import Layer, layers_of
from soil_map.models import Campaign, Surface, SurfaceState
from soil_map.surfaces import extent, refusals

KIND: Final = "soil.surface"


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("nội suy bản đồ đất"), Capability.EDIT_SOIL, run,
        back=lambda params: (reverse("soil_surface", args=[params["surface"]]), _("Xem mặt nội suy")),
        ended=_ended,
    )  # fmt: skip


def order(
    *, user: Any, campaign: Campaign, method: str, depth_from_cm: float, depth_to_cm: float, cell_m: int | None = None
) -> Surface:
    """Order the surface of a layer and return it with its job; one that is being computed is returned as it is.

    None for `cell_m` lets the samples decide. Raises NotAllowed, Http404, and UserError where there is no such layer or
    no such cell.
    """
    access.require(user, Capability.EDIT_SOIL, campaign.commune)
    if cell_m is not None and cell_m not in extent.CELLS_M:
        raise UserError(
            _("Cạnh ô phải là một trong các cỡ %(sizes)s m.") % {"sizes": ", ".join(map(str, extent.CELLS_M))},
            code="cell",
        )
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)  # orders of one campaign follow one another
        layer = layer_or_error(campaign, method, depth_from_cm, depth_to_cm)
        found = _being_made(campaign, layer)
        if found is not None:
            return found
        return _start(
            user, campaign=campaign, method=layer.method, depth_from_cm=depth_from_cm, depth_to_cm=depth_to_cm,
            epsg=campaign.commune.vn2000_srid, cell_m=cell_m or 0, sample_count=layer.count,
        )  # fmt: skip


def again(surface: Surface, count: int, user: Any) -> Surface:
    """Order a surface once more for `count` samples that changed, in the transaction that changed them.

    The caller has asked whether the person may. One that waits already is returned; one that runs may have read the
    samples as they were.
    """
    layer = {
        "campaign": surface.campaign, "method": surface.method, "depth_from_cm": surface.depth_from_cm,
        "depth_to_cm": surface.depth_to_cm,
    }  # fmt: skip
    waiting = Surface.objects.filter(**layer, state=SurfaceState.ORDERED, job__state=JobState.WAITING)
    found = waiting.filter(job__cancel_requested=False).first()
    return found or _start(user, sample_count=count, epsg=surface.epsg, cell_m=surface.cell_m, **layer)


def _start(user: Any, **fields: Any) -> Surface:
    """Note the wish and queue the work."""
    surface = Surface.objects.create(created_by=user, **fields)
    surface.job = jobs.start(
        kind=KIND, commune=surface.campaign.commune, user=user, params={"surface": str(surface.pk)}
    )
    surface.save(update_fields=["job"])
    return surface


def remove(*, user: Any, surface: Surface) -> None:
    """Take a surface away with its files and zones; raises NotAllowed, and UserError while it is being computed."""
    from soil_map.surfaces import making

    access.require(user, Capability.EDIT_SOIL, surface.campaign.commune)
    with transaction.atomic():
        standing = Surface.objects.select_for_update().select_related(None).filter(pk=surface.pk).first()
        if standing is None:
            return
        if standing.state == SurfaceState.ORDERED and surface.job is not None and not surface.job.is_over:
            raise UserError(_("Mặt này đang được tính. Hãy dừng việc đang chạy trước."), code="running")
        making.remove([surface])


def layer_or_error(campaign: Campaign, method: str, depth_from_cm: float, depth_to_cm: float) -> Layer:
    """Return the layer of a campaign; raises UserError that says what there is instead."""
    layers = layers_of(campaign)
    for layer in layers:
        if (layer.method.pk, layer.depth_from_cm, layer.depth_to_cm) == (method, depth_from_cm, depth_to_cm):
            return layer
    if not layers:
        raise UserError(
            _("Đợt “%(campaign)s” chưa có kết quả phân tích nào. Hãy nhập phiếu kết quả trước.")
            % {"campaign": campaign.name},
            code="no_results",
        )
    there = ", ".join(f"{one.method} {one.depth_from_cm:g}–{one.depth_to_cm:g} cm" for one in layers)
    raise UserError(
        _("Đợt “%(campaign)s” không có chỉ tiêu này ở độ sâu này. Hiện có: %(there)s.")
        % {"campaign": campaign.name, "there": there},
        code="no_layer",
    )


def _being_made(campaign: Campaign, layer: Layer) -> Surface | None:
    return Surface.objects.filter(
        campaign=campaign, method=layer.method, depth_from_cm=layer.depth_from_cm, depth_to_cm=layer.depth_to_cm,
        state=SurfaceState.ORDERED, job__state__in=(JobState.WAITING, JobState.RUNNING), job__cancel_requested=False,
    ).first()  # fmt: skip


def run(work: jobs.Work) -> None:
    """Make the surface that was ordered, and say what came of it."""
    from soil_map.surfaces import making  # GDAL takes a while to load, and pages need none of it

    surface = (
        Surface.objects.select_related("campaign__commune", "method__property", "created_by")
        .filter(pk=work.params["surface"])
        .first()
    )
    if surface is None:
        raise UserError(_("Đợt điều tra này đã bị xóa nên không còn gì để tính."), code="gone")
    try:
        surface = making.make(surface, progress=work.progress)
    except Exception as error:
        if not may_pass(error):
            _failed(work.job)
        raise
    work.job.result = {"surface": str(surface.pk), "state": surface.state}
    work.job.sentence = outcome(surface)


def outcome(surface: Surface) -> str:
    """Say in a sentence what became of a surface, without its job."""
    if surface.state == SurfaceState.REFUSED:
        return refusals.sentence(surface)
    if surface.state != SurfaceState.MADE or surface.surveyed_m2 is None:
        return ""
    return _("Đã nội suy từ %(places)d điểm trên %(hectares)s ha, ô %(cell)s m.") % {
        "places": surface.model.get("places", surface.sample_count),
        "hectares": decimal(surface.surveyed_m2 / 10_000),
        "cell": number(surface.cell_m),
    }


def _ended(job: Job) -> None:
    """Stopped while it waited, or given up."""
    _failed(job)


def _failed(job: Job) -> None:
    Surface.objects.filter(pk=job.params["surface"], state=SurfaceState.ORDERED).update(state=SurfaceState.FAILED)
