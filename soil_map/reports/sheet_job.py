"""Map sheets as a file: ordered from a report, drawn by a job, every page looked at before the file is handed out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pypdfium2 as pdfium
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from mapping import jobs, registry, scratch
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job
from mapping.printing.fonts import Font, Fonts, FontUnreadable
from mapping.text import fold
from mapping.wording import gettext as _
from mapping.wording import ngettext
from soil_map.measured import layers_of
from soil_map.models import Campaign, SoilMapVersion
from soil_map.reports import sheets
from soil_map.reports.layers import key_of, name_of
from soil_map.schemes import scheme_of
from soil_map.sheets.content import MapSheet
from soil_map.sheets.drawing import write_sheets
from soil_map.sheets.framing import PAPERS

KIND: Final = "soil.sheets"
ALL: Final = "all"
_OF_MAP: Final = "map:"


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("vẽ tờ bản đồ đất"), Capability.SEE_SOIL, run,
        back=lambda params: (reverse("soil_report", args=[params["campaign"]]), _("Trở lại báo cáo")),
    )  # fmt: skip


def choices(campaign: Campaign, user: Any) -> list[tuple[str, str]]:
    """Return what may be drawn: a key and a name; first everything as one file, where there is more than one sheet."""
    found = [(key_of(one), name_of(one)) for one in layers_of(campaign) if scheme_of(one.method) is not None]
    found += [(f"{_OF_MAP}{one.pk}", one.title) for one in _maps_of(campaign, user)]
    return [(ALL, str(_("Tất cả, mỗi lớp một trang"))), *found] if len(found) > 1 else found


def order(*, user: Any, campaign: Campaign, paper: str, layer: str) -> Job:
    """Queue the drawing; the same order pressed twice is one. Raises UserError of a paper or a layer there is not."""
    if paper not in PAPERS:
        raise UserError(_("Chỉ có khổ giấy A4 và A3; hãy chọn một trong hai."), code="paper")
    known = [key for key, _name in choices(campaign, user)]
    if not known:
        raise UserError(
            _("Đợt này chưa có lớp nào để vẽ: cần mẫu có kết quả và thang phân cấp, hoặc một bản đồ đất."), code="empty"
        )
    if layer not in known:
        raise UserError(_("Đợt này không có lớp đó; hãy chọn lại từ trang báo cáo."), code="layer")
    params = {"campaign": str(campaign.pk), "paper": paper, "layer": layer}
    return jobs.start_once(kind=KIND, commune=campaign.commune, user=user, params=params)


def run(work: jobs.Work) -> None:
    """Draw the sheets for whoever ordered them, look at each page, and keep the file."""
    campaign = (
        Campaign.objects.for_user(work.user)
        .select_related("commune__parent")
        .filter(pk=work.params["campaign"], commune=work.commune)
        .first()
    )
    if campaign is None:
        raise UserError(_("Đợt điều tra này không còn, nên không còn gì để vẽ."), code="gone")
    layer = str(work.params["layer"])
    keys = [key for key, _name in choices(campaign, work.user) if key != ALL] if layer == ALL else [layer]
    paper = PAPERS[work.params["paper"]]
    with scratch.folder() as folder:
        path = folder / "sheets.pdf"
        with path.open("wb") as out:
            drawn = write_sheets(
                out, _sheets(campaign, work.user, keys), paper, fonts(), title=f"{campaign.name}, {campaign.commune}",
                total=len(keys), progress=work.progress,
            )  # fmt: skip
        if not drawn:
            raise UserError(_("Lớp này không còn, nên không còn gì để vẽ."), code="gone")
        _look_at(path, len(drawn))
        work.keep_file(path, name=file_name(campaign, layer, paper.name), content_type="application/pdf")
    work.job.result = {"sheets": len(drawn), "scales": [one.ground.scale for one in drawn]}
    work.job.sentence = ngettext("Đã vẽ %(count)d tờ bản đồ.", "Đã vẽ %(count)d tờ bản đồ.", len(drawn)) % {
        "count": len(drawn)
    }


def fonts() -> Fonts:
    """Return the two fonts of this machine; raises UserError when one cannot be read."""
    try:
        return Fonts(Font(settings.FONT_REGULAR), Font(settings.FONT_BOLD))
    except (FontUnreadable, OSError) as error:
        raise UserError(
            _("Không đọc được phông chữ (%(detail)s); hãy cài gói fonts-noto-core.") % {"detail": error}, code="font"
        ) from error


def file_name(campaign: Campaign, layer: str, paper: str) -> str:
    """Return the name of the file: "ban-do-dat-16543-dot-2025-ph_kcl_0-20-a3.pdf"."""
    name = "-".join(fold(campaign.name).replace("/", "-").split())[:40]
    what = "tat-ca" if layer == ALL else "khoanh-dat" if layer.startswith(_OF_MAP) else layer
    return f"ban-do-dat-{campaign.commune.code}-{name}-{what}-{paper}.pdf"


def _sheets(campaign: Campaign, user: Any, keys: Sequence[str]) -> Iterator[MapSheet]:
    layers = [key for key in keys if not key.startswith(_OF_MAP)]
    if layers:
        yield from sheets.layer_sheets(campaign, layers)
    wanted = {key.removeprefix(_OF_MAP) for key in keys if key.startswith(_OF_MAP)}
    for soil_map in _maps_of(campaign, user):
        if str(soil_map.pk) in wanted:
            sheet = sheets.soil_map_sheet(soil_map)
            if sheet is not None:
                yield sheet


def _maps_of(campaign: Campaign, user: Any) -> list[SoilMapVersion]:
    """The soil maps of the commune that have something on them."""
    maps = SoilMapVersion.objects.for_user(user).filter(commune=campaign.commune).select_related("commune__parent")
    return [one for one in maps if one.units.exists()]


def _look_at(path: Any, pages: int) -> None:
    """Open the file with a reader that is not ours: so many pages, each with something on it. Raises UserError."""
    document = pdfium.PdfDocument(path)
    try:
        is_right = len(document) == pages and all(_has_content(page) for page in document)
    finally:
        document.close()
    if not is_right:
        raise UserError(_("Tờ bản đồ vẽ ra không mở được như mong đợi nên không được giao; hãy báo người quản trị."))


def _has_content(page: Any) -> bool:
    bitmap = page.render(scale=0.25, grayscale=True)
    try:
        return bool(bitmap.to_numpy().min() < 128)
    finally:
        bitmap.close()
        page.close()
