"""The report as a workbook: areas by class, figures of the layers, villages' indices, samples and their results."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping import audit, exporting
from mapping.exporting import Column, Table
from soil_map.models import Campaign, Result, Sample
from soil_map.reports import telling
from soil_map.reports.whole import Report

MOST_RESULTS: Final = 6_000
"""So many results are written while somebody waits; a job writes more (`soil_map.packaging`)."""


def write(report: Report, path: Path) -> None:
    """Write the workbook. For whoever may see all, samples are in it too, and it is written down who took them out."""
    further = [_figures(report), _villages(report)]
    has_samples = report.exactly and _results_of(report.campaign).count() <= MOST_RESULTS
    if has_samples:
        further += [_samples(report.campaign), _results(report.campaign)]
        audit.record(
            "soil.export",
            subject=report.campaign.name,
            table=Sample._meta.db_table,
            rows=_private_rows(report.campaign) or None,
            commune=report.campaign.commune,
            count=report.samples,
            detail={"what": "report", "format": "xlsx"},
        )
    exporting.write_xlsx(
        path,
        title=_("Diện tích theo cấp"),
        columns=_area_columns(),
        rows=_area_rows(report),
        notes=_notes(report, has_samples=has_samples),
        notes_title=_("Về tệp này"),
        further=further,
    )


def _private_rows(campaign: Campaign) -> list[uuid.UUID]:
    return list(Sample.objects.filter(campaign=campaign, is_private=True).values_list("pk", flat=True))


def file_name(campaign: Campaign) -> str:
    """The name of the file: "dat-16543-2025-03-01.xlsx"."""
    return f"dat-{campaign.commune.code}-{campaign.started_on:%Y-%m-%d}.xlsx"


def _notes(report: Report, *, has_samples: bool) -> list[tuple[str, str]]:
    campaign = report.campaign
    notes = [
        (_("Đợt điều tra"), campaign.name),
        (_("Xã"), campaign.commune.full_name),
        (_("Từ ngày"), f"{campaign.started_on:%d/%m/%Y}"),
        (_("Phòng phân tích"), campaign.laboratory),
        (_("Số mẫu"), telling.number(report.samples, 0)),
        (_("Lúc"), f"{timezone.localtime():%d/%m/%Y %H:%M}"),
    ]
    if campaign.is_invented:
        notes.insert(0, (_("SỐ LIỆU GIẢ LẬP"), _("Làm ra để xem thử; không dùng để bón phân hay báo cáo.")))
    if report.left_out:
        notes.append((_("Riêng tư"), telling.private_sentence(campaign, report.left_out)))
    elif not has_samples and report.exactly:
        notes.append(
            (_("Mẫu"), _("Đợt này có quá nhiều kết quả cho tệp này; hãy tải danh sách mẫu hoặc tệp GeoPackage."))
        )
    notes += [(_("Đọc nhanh") if place == 0 else "", text) for place, text in enumerate(report.sentences)]
    notes.append(
        (
            _("Cách tính"),
            _(
                "Diện tích đo trong múi VN-2000 của xã; các cấp được làm tròn sao cho cộng lại đúng tổng. Chỉ số dinh "
                "dưỡng (Parker 1951): trung bình của thấp 1, trung bình 2, cao 3; dưới 1,5 là thấp, trên 2,5 là cao."
            ),
        )
    )
    return [(name, text) for name, text in notes if text]


def _area_columns() -> list[Column]:
    return [
        Column(_("Chỉ tiêu"), width=26),
        Column(_("Phương pháp"), width=22),
        Column(_("Độ sâu"), width=11),
        Column(_("Thang phân cấp"), width=34),
        Column(_("Tình trạng thang"), width=16),
        Column(_("Cấp"), width=18),
        Column(_("Giới hạn"), width=20),
        Column(_("Đơn vị"), width=16),
        Column(_("Diện tích (ha)"), "real", 14),
        Column(_("Tỷ lệ diện tích (%)"), "real", 12),
        Column(_("Số mẫu"), "whole", 9),
        Column(_("Tỷ lệ mẫu (%)"), "real", 9),
    ]


def _area_rows(report: Report) -> Iterator[tuple[Any, ...]]:
    for layer in report.layers:
        for table in layer.tables:
            head = (
                layer.property_name, layer.method, layer.depth, table.used.scheme.name,
                table.used.scheme.get_state_display(),
            )  # fmt: skip
            unit = table.used.scheme.unit
            for row in table.rows:
                areas = (row.hectares, row.percent) if table.has_areas else (None, None)
                yield (*head, row.soil_class.label, row.limits, unit, *areas, row.samples, row.sample_percent)
            total = (table.total_hectares, 100.0) if table.has_areas else (None, None)
            all_samples = 100.0 if table.samples else 0.0
            yield (*head, _("Tổng"), "", "", *total, table.samples, all_samples)


def _figures(report: Report) -> Table:
    columns = [
        Column(_("Chỉ tiêu"), width=26),
        Column(_("Phương pháp"), width=22),
        Column(_("Độ sâu"), width=11),
        Column(_("Đơn vị"), width=16),
        Column(_("Số mẫu"), "whole", 9),
        Column(_("Trung bình"), "real", 12),
        Column(_("Trung vị"), "real", 12),
        Column(_("Độ lệch chuẩn"), "real", 14),
        Column(_("Nhỏ nhất"), "real", 12),
        Column(_("Lớn nhất"), "real", 12),
        Column(_("Dưới ngưỡng phát hiện"), "whole", 22),
    ]
    rows = []
    for layer in report.layers:
        figures = layer.figures
        if figures is not None:
            digits = layer.decimals + 1
            rows.append(
                (
                    layer.property_name, layer.method, layer.depth, layer.unit, figures.count,
                    round(figures.mean, digits), round(figures.median, digits), round(figures.deviation, digits),
                    figures.lowest, figures.highest, figures.below_detection,
                )
            )  # fmt: skip
    return Table(_("Số liệu các lớp"), columns, rows)


def _villages(report: Report) -> Table:
    columns = [
        Column(_("Thôn"), width=22),
        Column(_("Diện tích (ha)"), "real", 14),
        Column(_("Nên có (mẫu)"), "whole", 13),
        Column(_("Chỉ tiêu"), width=40),
        Column(_("Số mẫu"), "whole", 9),
        Column(_("Đủ mẫu"), width=9),
        Column(_("Chỉ số"), "real", 9),
        Column(_("Mức"), width=12),
    ]
    rows = []
    for row in report.villages.rows:
        for layer, cell in zip(report.villages.layers, row.cells, strict=True):
            rows.append(
                (
                    row.name or _("Ngoài các thôn"),
                    None if row.hectares is None else round(row.hectares, 2),
                    row.needed,
                    layer.name,
                    cell.count,
                    _("đủ") if cell.is_enough else _("chưa đủ"),
                    None if cell.index is None else round(cell.index, cell.digits),
                    "" if cell.index is None else telling.level_name(cell.level),
                )
            )
    return Table(_("Chỉ số theo thôn"), columns, rows)


def _samples(campaign: Campaign) -> Table:
    columns = [
        Column(_("Mã phòng phân tích"), width=18),
        Column(_("Điểm"), width=12),
        Column(_("Kinh độ"), "real"),
        Column(_("Vĩ độ"), "real"),
        Column(_("Độ sâu từ (cm)"), "real"),
        Column(_("Độ sâu đến (cm)"), "real"),
        Column(_("Ngày lấy mẫu"), "date"),
        Column(_("Riêng tư"), width=9),
    ]
    samples = Sample.objects.filter(campaign=campaign).select_related("site").order_by("site__code", "depth_from_cm")
    rows = (
        (
            one.laboratory_code, one.site.code, *one.site.location.coords, one.depth_from_cm, one.depth_to_cm,
            one.sampled_on, _("có") if one.is_private else "",
        )
        for one in samples.iterator(chunk_size=2000)
    )  # fmt: skip
    return Table(_("Mẫu"), columns, rows)


def _results_of(campaign: Campaign) -> QuerySet[Result]:
    return Result.objects.filter(sample__campaign=campaign)


def _results(campaign: Campaign) -> Table:
    columns = [
        Column(_("Điểm"), width=12),
        Column(_("Độ sâu từ (cm)"), "real"),
        Column(_("Độ sâu đến (cm)"), "real"),
        Column(_("Chỉ tiêu"), width=26),
        Column(_("Phương pháp"), width=22),
        Column(_("Giá trị"), "real", 12),
        Column(_("Đơn vị"), width=16),
        Column(_("Dưới ngưỡng"), width=12),
        Column(_("Đã ghi"), width=14),
        Column(_("Đơn vị đã ghi"), width=16),
        Column(_("Lần lặp"), "whole", 8),
    ]
    results = (
        _results_of(campaign)
        .select_related("sample__site", "method__property")
        .order_by("sample__site__code", "sample__depth_from_cm", "method__property__rank", "method", "replicate")
    )
    rows = (
        (
            one.sample.site.code, one.sample.depth_from_cm, one.sample.depth_to_cm, str(one.method.property),
            str(one.method), one.value, one.method.property.unit, _("có") if one.is_below_detection else "",
            one.written, one.written_unit, one.replicate,
        )
        for one in results.iterator(chunk_size=2000)
    )  # fmt: skip
    return Table(_("Kết quả"), columns, rows)
