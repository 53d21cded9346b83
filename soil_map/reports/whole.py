"""The whole report of a campaign, read once for a page or a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from soil_map import privacy
from soil_map.models import Campaign, Sample
from soil_map.reports import telling
from soil_map.reports.layers import LayerReport, layer_reports
from soil_map.reports.villages import VillageTable, village_table


@dataclass(frozen=True)
class Report:
    """All of it. `exactly`: private samples are among what is counted, for whoever may see them."""

    campaign: Campaign
    layers: tuple[LayerReport, ...]
    villages: VillageTable
    samples: int
    left_out: int
    exactly: bool

    @property
    def surveyed_hectares(self) -> list[float]:
        """The areas that were surveyed, each once: one figure where all layers have the same samples."""
        found = {one.table.surveyed_hectares for one in self.layers if one.table is not None and one.table.has_areas}
        return sorted(found, reverse=True)

    @property
    def sentences(self) -> list[str]:
        """What an official should read first."""
        return [telling.layer_sentence(one) for one in self.layers] + telling.village_sentences(self.villages)


def report_of(campaign: Campaign, user: Any) -> Report:
    """Return the report as somebody may see it."""
    exactly = privacy.sees_exactly(user, campaign.commune)
    samples = Sample.objects.filter(campaign=campaign)
    private = 0 if exactly else samples.filter(is_private=True).count()
    layers = tuple(layer_reports(campaign, exactly=exactly))
    return Report(campaign, layers, village_table(campaign, layers), samples.count() - private, private, exactly)
