"""Another scheme holds than when surfaces were made: which lack its zones, the work that draws these, and words for it.

A job for each commune, ordered in the transaction that changed the scheme. Nothing is kriged again.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy

from mapping import jobs, registry
from mapping.access import Capability
from mapping.errors import UserError, may_pass
from mapping.models import Job, JobState, Unit
from mapping.wording import Sentence, ngettext
from mapping.wording import gettext as _
from soil_map.models import Surface, SurfaceState, Zone
from soil_map.schemes import UsedScheme, schemes_of_all

log = logging.getLogger(__name__)
KIND: Final = "soil.zones"
_NAMED: Final = 5


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("vẽ lại vùng phân cấp"), Capability.EDIT_SOIL, run,
        back=lambda params: (reverse("soil_desk", args=[params["commune"]]), _("Xem bàn làm việc")),
    )  # fmt: skip


def lacking(surfaces: Collection[Surface]) -> dict[uuid.UUID, list[UsedScheme]]:
    """Return of each surface with rasters the schemes in use whose zones it has not; none that has all of them."""
    made = [one for one in surfaces if one.state == SurfaceState.MADE and one.values_file_id and one.surveyed_m2]
    drawn = set(
        Zone.objects.filter(surface__in=[one.pk for one in made])
        .values_list("surface", "soil_class__scheme")
        .distinct()
    )
    used = schemes_of_all({one.method_id for one in made})
    found = {one.pk: [of for of in used[one.method_id] if (one.pk, of.scheme.pk) not in drawn] for one in made}
    return {surface: of for surface, of in found.items() if of}


def order(methods: Iterable[str], user: Any) -> int:
    """Order zones of the schemes that hold for methods by now, where surfaces lack them; return how many do.

    For the transaction in which other schemes came to hold. A surface that is being computed may have read the former
    ones, so its commune gets the work too, which may find nothing to do.
    """
    surfaces = Surface.objects.filter(method__in=list(methods))
    found = lacking(surfaces.filter(state=SurfaceState.MADE).only("state", "method", "values_file", "surveyed_m2"))
    computed = surfaces.filter(state=SurfaceState.ORDERED, job__state__in=(JobState.WAITING, JobState.RUNNING))
    communes = Unit.objects.filter(
        pk__in=surfaces.filter(pk__in=[*found, *computed.values_list("pk", flat=True)]).values("campaign__commune")
    )
    for commune in communes.order_by("pk"):
        # Held until we are through, one that waits cannot begin before, and then sees what we did.
        waiting = Job.objects.select_for_update().filter(kind=KIND, commune=commune, state=JobState.WAITING)
        if not waiting.filter(cancel_requested=False):
            jobs.start(kind=KIND, commune=commune, user=user, params={"commune": commune.code})
    return len(found)


def run(work: jobs.Work) -> None:
    """Draw what the surfaces of the commune lack, each in a transaction of its own.

    One whose raster is lost or broken is told and keeps no other from being drawn; what was drawn stays.
    """
    from soil_map.surfaces import zoning  # contours take a while to load, and pages need none

    redrawn = 0
    unreadable: list[uuid.UUID] = []
    # Of what is still being computed too: it is there once its campaign can be held.
    states = (SurfaceState.MADE, SurfaceState.ORDERED)
    surfaces = Surface.objects.filter(campaign__commune=work.commune, state__in=states).order_by("pk")
    wanted = list(surfaces.values_list("campaign", "pk"))
    for place, (campaign, surface) in enumerate(wanted):
        try:
            redrawn += zoning.draw_lacking(campaign, surface)
            work.progress(place + 1, len(wanted))
        except OSError:  # of GDAL as well
            log.exception("The raster of surface %s cannot be read", surface)
            unreadable.append(surface)
        except jobs.Cancelled:
            if place + 1 == len(wanted):
                break  # too late: all is done
            if not redrawn:
                raise
            stopped = _("Đã dừng theo yêu cầu. %(drawn)s Các mặt còn lại vẫn chưa có vùng theo thang mới.")
            raise jobs.Cancelled(stopped % {"drawn": _drawn(redrawn)}) from None
        except Exception as error:
            if not redrawn or may_pass(error):
                raise
            log.exception("Zones of surface %s cannot be drawn", surface)
            failed = _(
                "Máy chủ gặp lỗi giữa chừng và đã ghi lại. %(drawn)s Các mặt còn lại vẫn chưa có vùng theo thang mới."
            )
            raise UserError(failed % {"drawn": _drawn(redrawn)}, code="part_way") from error
    work.job.result = {"surfaces": redrawn, "unreadable": [str(one) for one in unreadable]}
    work.job.sentence = _drawn(redrawn)
    if unreadable:
        lost = _unreadable(unreadable)
        if not redrawn:
            raise UserError(lost, code="unreadable")
        work.job.sentence = _("%(drawn)s %(lost)s") % {"drawn": _drawn(redrawn), "lost": lost}


def _drawn(count: int) -> Sentence:
    return ngettext(
        "Đã vẽ lại vùng phân cấp của %(count)d mặt nội suy.",
        "Đã vẽ lại vùng phân cấp của %(count)d mặt nội suy.",
        count,
    ) % {"count": count}


def _unreadable(surfaces: Collection[uuid.UUID]) -> Sentence:
    """Say which surfaces have lost their raster, the first of them by name."""
    found = Surface.objects.filter(pk__in=surfaces).select_related("campaign", "method__property").order_by("pk")
    names = [f"{one.method.property}, {one.campaign}" for one in found[:_NAMED]]
    return ngettext(
        "%(count)d mặt không đọc được tệp nên chưa vẽ lại được; hãy tính lại mặt đó: %(names)s.",
        "%(count)d mặt không đọc được tệp nên chưa vẽ lại được; hãy tính lại các mặt đó: %(names)s.",
        len(surfaces),
    ) % {"count": len(surfaces), "names": "; ".join(names + ["…"] * (len(surfaces) > _NAMED))}


def lacking_sentence() -> str:
    """Return what is said in place of areas where a surface has no zones of the scheme."""
    return _(
        "Thang phân cấp đã đổi sau khi nội suy và vùng theo thang mới chưa được vẽ, nên chưa có diện tích theo cấp. "
        "Nếu lâu vẫn vậy, hãy tính lại."
    )
