"""The GeoPackage of a commune's soil: ordered, written by a job, read back before it is handed out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyogrio
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from mapping import audit, exporting, jobs, registry, scratch
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job, Unit
from mapping.wording import gettext as _
from mapping.wording import ngettext
from soil_map import privacy
from soil_map.models import Sample
from soil_map.packaging import qgis
from soil_map.packaging.layers import Contents

KIND: Final = "soil.export"


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("ghi dữ liệu đất ra tệp GeoPackage"), Capability.SEE_SOIL, run,
        back=lambda params: (reverse("soil_desk", args=[params["commune"]]), _("Trở lại bàn làm việc về đất")),
    )  # fmt: skip


def order(*, user: Any, commune: Unit, for_public: bool) -> Job:
    """Queue the writing; the same order pressed twice is one. Raises UserError where there is nothing to write."""
    _require_something(Contents(commune, for_public=for_public))
    params = {"commune": commune.code, "for": "public" if for_public else "office"}
    return jobs.start_once(kind=KIND, commune=commune, user=user, params=params)


def run(work: jobs.Work) -> None:
    """Write the file, read it back, keep it, and write down who took it out."""
    for_public = work.params["for"] == "public"
    with scratch.folder() as folder, transaction.atomic():
        contents = Contents(work.commune, for_public=for_public)
        _require_something(contents)
        path = folder / file_name(work.commune, for_public=for_public)
        written = write(contents, path, work.progress)
        work.keep_file(
            path, name=path.name, content_type=exporting.GEOPACKAGE, keep_days=None if for_public else privacy.KEPT_DAYS
        )
        private = contents.private_samples()
        audit.record(
            "soil.export",
            subject=work.commune.full_name,
            table=Sample._meta.db_table if private else "",
            rows=private or None,
            commune=work.commune,
            count=written.get("samples", 0),
            detail={"what": "soil", "format": "gpkg", "for": work.params["for"]},
        )
    work.job.result = {"layers": written}
    work.job.sentence = ngettext(
        "Đã ghi %(layers)d lớp vào tệp GeoPackage; QGIS mở ra đã có màu và chú dẫn.",
        "Đã ghi %(layers)d lớp vào tệp GeoPackage; QGIS mở ra đã có màu và chú dẫn.",
        len(written),
    ) % {"layers": len(written)}


def write(contents: Contents, path: Path, progress: Callable[[int, int], None]) -> dict[str, int]:
    """Write all layers and their styles into a new file; return how many rows each has, as a reader finds them."""
    packages = contents.layers()
    written: dict[str, int] = {}
    for place, package in enumerate(packages):
        progress(place, len(packages))
        written[package.layer.name] = exporting.write_layer(path, package.layer)
    qgis.keep(path, [(package.layer.name, style) for package in packages for style in package.styles])
    found = {name: int(pyogrio.read_info(path, layer=name)["features"]) for name in written}
    if found != written:
        raise RuntimeError(f"{path.name} does not hold what was written: {written}, {found}")
    return written


def file_name(commune: Unit, *, for_public: bool) -> str:
    """Return the name of the file: "dat-16543-2026-11-27.gpkg"; one to be shared says so."""
    kind = "dat-cong-bo" if for_public else "dat"
    return f"{kind}-{commune.code}-{timezone.localdate():%Y-%m-%d}.gpkg"


def _require_something(contents: Contents) -> None:
    if not contents.is_empty:
        return
    if contents.for_public:
        raise UserError(
            _("%(commune)s chưa công bố đợt điều tra hay bản đồ đất nào, nên chưa có gì để chia sẻ.")
            % {"commune": contents.commune.full_name},
            code="empty",
        )
    raise UserError(
        _("%(commune)s chưa có dữ liệu đất nào: hãy nhập phiếu kết quả, khoanh đất hay thửa đất trước.")
        % {"commune": contents.commune.full_name},
        code="empty",
    )
