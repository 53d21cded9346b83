"""What lies on a commune's soil desk, and what is best done next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from mapping.models import Unit
from soil_map.kriging.gate import FEWEST
from soil_map.models import (
    Campaign,
    ClassScheme,
    DoseRule,
    Parcel,
    RuleState,
    Sample,
    SchemeState,
    SoilImport,
    SoilMapVersion,
    Surface,
    SurfaceState,
)

_IMPORTS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: a sentence, and the page where it is done with the words of its link."""

    sentence: str
    address: str
    link: str


def campaigns_of(commune: Unit) -> QuerySet[Campaign]:
    """The campaigns with `sample_count`, `private_count` and `surface_count`, the latest first."""
    return Campaign.objects.filter(commune=commune).annotate(
        sample_count=_counted(Sample.objects.all(), "campaign"),
        private_count=_counted(Sample.objects.filter(is_private=True), "campaign"),
        surface_count=_counted(Surface.objects.filter(state=SurfaceState.MADE), "campaign"),
    )


def maps_of(commune: Unit) -> QuerySet[SoilMapVersion]:
    """The soil maps with `unit_count`, the latest first."""
    return SoilMapVersion.objects.filter(commune=commune).annotate(unit_count=Count("units"))


def imports_of(commune: Unit) -> QuerySet[SoilImport]:
    """The latest files that were brought."""
    found = SoilImport.objects.filter(commune=commune).select_related("file", "campaign", "changeset")
    return found.order_by("-created_at")[:_IMPORTS_SHOWN]


def steps(commune: Unit, *, is_administrator: bool) -> list[Step]:
    """Return what is best done next, the most urgent first; nothing where all is done."""
    bring = reverse("soil_imports", args=[commune.code])
    campaigns = list(campaigns_of(commune))
    found: list[Step] = []
    if not campaigns:
        found.append(
            Step(
                _("Xã chưa có đợt điều tra nào. Tạo một đợt, rồi nhập phiếu kết quả phân tích vào đó."),
                reverse("soil_campaign_new", args=[commune.code]),
                _("Tạo đợt điều tra"),
            )
        )
    for campaign in campaigns:
        found += _steps_of(campaign, bring)
    maps = list(maps_of(commune))
    if not maps:
        found.append(
            Step(
                _("Chưa có bản đồ đất. Shapefile, MapInfo TAB, DGN, DXF, GeoPackage hay GeoJSON đều nhập được."),
                f"{bring}?kind=soil_units",
                _("Nhập khoanh đất"),
            )
        )
    if not Parcel.objects.filter(commune=commune).exists():
        found.append(
            Step(
                _("Chưa có thửa đất. Có bản đồ địa chính thì in được phiếu đất cho từng thửa."),
                f"{bring}?kind=parcels",
                _("Nhập thửa đất"),
            )
        )
    found += [
        Step(
            _("Bản đồ đất “%(title)s” chưa công bố.") % {"title": one},
            reverse("soil_map_page", args=[one.pk]),
            _("Xem và công bố"),
        )
        for one in maps
        if not one.is_published and one.unit_count
    ]
    if is_administrator:
        found += _drafts()
    return found


def _steps_of(campaign: Any, bring: str) -> list[Step]:
    page = reverse("soil_campaign", args=[campaign.pk])
    if not campaign.sample_count:
        return [
            Step(
                _("Đợt “%(name)s” chưa có mẫu nào.") % {"name": campaign},
                f"{bring}?kind=laboratory&campaign={campaign.pk}",
                _("Nhập phiếu phân tích"),
            )
        ]
    found = []
    if campaign.sample_count >= FEWEST and not campaign.surface_count:
        found.append(
            Step(
                _("Đợt “%(name)s” đã đủ điểm mà chưa có bản đồ nội suy nào.") % {"name": campaign},
                page,
                _("Chọn chỉ tiêu để nội suy"),
            )
        )
    if not campaign.is_published:
        found.append(
            Step(_("Đợt “%(name)s” chưa công bố.") % {"name": campaign}, f"{page}#publish", _("Xem và công bố"))
        )
    return found


def _drafts() -> list[Step]:
    schemes = ClassScheme.objects.filter(state=SchemeState.DRAFT).count()
    rules = DoseRule.objects.filter(state=RuleState.DRAFT).count()
    found = []
    if schemes:
        found.append(
            Step(
                _("%(count)d thang phân cấp còn là dự thảo: đối chiếu nguồn rồi duyệt.") % {"count": schemes},
                reverse("soil_schemes"),
                _("Các thang phân cấp"),
            )
        )
    if rules:
        found.append(
            Step(
                _("%(count)d quy tắc bón còn là dự thảo nên không dùng để khuyến cáo.") % {"count": rules},
                reverse("soil_rules"),
                _("Các quy tắc bón"),
            )
        )
    return found


def _counted(rows: QuerySet[Any], key: str) -> Coalesce:
    counted = rows.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
