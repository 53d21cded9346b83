"""What a report says in sentences: a layer's ground, and the villages that stand out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from soil_map.classes import HIGH, LOW, MEDIUM
from soil_map.models import Campaign
from soil_map.reports.layers import ClassTable, LayerReport
from soil_map.reports.villages import VillageRow, VillageTable
from soil_map.surfaces import refusals
from soil_map.surfaces.rezoning import lacking_sentence

_MOST_NAMED: Final = 6


def level_name(level: int) -> str:
    """Return what LOW, MEDIUM and HIGH are called."""
    return {LOW: _("thấp"), MEDIUM: _("trung bình"), HIGH: _("cao")}[level]


def number(value: float, digits: int) -> str:
    """Return a number in the reader's language."""
    # Which by itself cuts digits off.
    return number_format(round(value, digits), decimal_pos=digits, use_l10n=True, force_grouping=True)


def percent(value: float) -> str:
    """Return a share with its sign, which stays on its line."""
    return f"{number(value, 1)}\u00a0%"


def layer_sentence(report: LayerReport) -> str:
    """Say where a layer's ground or samples lie in its classes; what is low beside what there is most of."""
    table = report.table
    if table is None:
        return _("%(layer)s: chưa có thang phân cấp nào cho phương pháp này, nên chỉ có số liệu.") % {
            "layer": report.name
        }
    largest = table.largest
    if largest is None:
        return _("%(layer)s: chưa có mẫu nào kể được.") % {"layer": report.name}
    name = marked(report.name, table)
    others = [row for row in table.rows if row.soil_class.level == LOW and row is not largest]
    if table.has_areas:
        told = _("%(layer)s: nhiều nhất là %(class)s, %(area)s ha (%(percent)s diện tích điều tra)") % {
            "layer": name,
            "class": largest.soil_class.label,
            "area": number(largest.hectares, 2),
            "percent": percent(largest.percent),
        }
        also = [
            _("%(class)s %(area)s ha (%(percent)s)")
            % {"class": row.soil_class.label, "area": number(row.hectares, 2), "percent": percent(row.percent)}
            for row in others
            if row.area_m2 > 0
        ]
    else:
        said = _("%(layer)s: mới có điểm lấy mẫu; nhiều nhất là %(class)s, %(count)s trong %(all)s mẫu")
        if table.lacks_zones:
            said = _(
                "%(layer)s: thang đã đổi sau khi nội suy, chưa có diện tích theo cấp; nhiều nhất là %(class)s, "
                "%(count)s trong %(all)s mẫu"
            )
        told = said % {
            "layer": name,
            "class": largest.soil_class.label,
            "count": number(largest.samples, 0),
            "all": number(table.samples, 0),
        }
        also = [
            _("%(class)s %(count)s mẫu") % {"class": row.soil_class.label, "count": number(row.samples, 0)}
            for row in others
            if row.samples
        ]
    return "; ".join([told, *also]) + "."


def marked(name: str, table: ClassTable | None) -> str:
    """Return a layer's name, and that its classes are those of a draft where they are."""
    if table is None or not table.used.is_draft:
        return name
    return _("%(layer)s [thang dự thảo]") % {"layer": name}


def why_no_areas(report: LayerReport) -> str:
    """Say why a layer's table has samples and no areas; empty where it has both."""
    if report.surface is not None:
        return lacking_sentence() if report.table is not None and report.table.lacks_zones else ""
    if report.refused is not None:
        return str(refusals.sentence(report.refused))
    return _("Lớp này chưa được nội suy, nên bảng chỉ đếm mẫu.")


def sum_sentence(table: ClassTable) -> str:
    """Say that the classes add up to the surveyed ground, or by how much they do not; empty of samples alone."""
    if table.lacks_zones:
        return lacking_sentence()
    if not table.has_areas:
        return ""
    if table.adds_up:
        return _("Các cấp cộng lại đúng bằng diện tích điều tra: %(area)s ha.") % {
            "area": number(table.surveyed_hectares, 2)
        }
    return _(
        "Các cấp cộng lại là %(sum)s ha, diện tích điều tra là %(area)s ha: thang đã đổi sau khi nội suy, "
        "hãy nội suy lại."
    ) % {"sum": number(table.total_hectares, 2), "area": number(table.surveyed_hectares, 2)}


def village_sentences(table: VillageTable) -> list[str]:
    """Say of each layer which villages are low, and at last which ones have too few samples to be sure."""
    told = []
    names = _short_names(table)
    for place in range(len(table.layers)):
        low = [row for row in table.rows if row.name and row.cells[place].count and row.cells[place].level == LOW]
        if low:
            low.sort(key=lambda row: row.cells[place].index or 0)
            told.append(
                _("Thấp về %(layer)s: %(villages)s.")
                % {"layer": marked(names[place], table.layers[place].table), "villages": _listed(low, place)}
            )
    few = [row for row in table.rows if row.name and row.needed is not None and not row.is_enough]
    if few:
        told.append(
            ngettext(
                "%(count)d thôn chưa đủ mẫu (nên có khoảng một mẫu cho 2 ha), chỉ số ở đó chỉ để tham khảo.",
                "%(count)d thôn chưa đủ mẫu (nên có khoảng một mẫu cho 2 ha), chỉ số ở đó chỉ để tham khảo.",
                len(few),
            )
            % {"count": len(few)}
        )
    return told


def _short_names(table: VillageTable) -> list[str]:
    """The property, and by which method where it is there twice; as words go on within a sentence."""
    properties = [one.property_name for one in table.layers]
    names = [one.property_name if properties.count(one.property_name) == 1 else one.name for one in table.layers]
    return [name[0].lower() + name[1:] for name in names]


def _listed(rows: Sequence[VillageRow], place: int) -> str:
    named = [f"{row.name} ({_index_text(row, place)})" for row in rows[:_MOST_NAMED]]
    left = len(rows) - len(named)
    if left:
        named.append(ngettext("%(count)d thôn khác", "%(count)d thôn khác", left) % {"count": left})
    return ", ".join(named)


def _index_text(row: VillageRow, place: int) -> str:
    """The index, and that it stands on too few samples where it does."""
    cell = row.cells[place]
    text = number(cell.index or math.nan, cell.digits)
    return text if cell.is_enough else _("%(index)s, chưa đủ mẫu") % {"index": text}


def private_sentence(campaign: Campaign, count: int) -> str:
    """Say that private samples were left out of what is counted here; empty of none."""
    if not count:
        return ""
    return ngettext(
        "%(count)d mẫu riêng tư không được kể trong số mẫu, phân bố và chỉ số ở trang này.",
        "%(count)d mẫu riêng tư không được kể trong số mẫu, phân bố và chỉ số ở trang này.",
        count,
    ) % {"count": count}
