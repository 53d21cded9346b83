"""Which rows of the soil map an undo may put back, and what the actions are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mapping import registry
from mapping.registry import ChangeTable


def register() -> None:
    """Announce tables, parents before children, and the names of the actions."""
    from soil_map.models import (
        Campaign,
        Parcel,
        Result,
        Sample,
        SamplingSite,
        SoilComponent,
        SoilMapVersion,
        SoilUnit,
    )

    registry.change_tables[Campaign._meta.db_table] = ChangeTable(Campaign)
    registry.change_tables[Parcel._meta.db_table] = ChangeTable(Parcel, geometry_columns=("outline",))
    registry.change_tables[SamplingSite._meta.db_table] = ChangeTable(SamplingSite, geometry_columns=("location",))
    registry.change_tables[Sample._meta.db_table] = ChangeTable(Sample)
    registry.change_tables[Result._meta.db_table] = ChangeTable(Result)
    registry.change_tables[SoilMapVersion._meta.db_table] = ChangeTable(SoilMapVersion)
    registry.change_tables[SoilUnit._meta.db_table] = ChangeTable(SoilUnit, geometry_columns=("outline", "drawn"))
    registry.change_tables[SoilComponent._meta.db_table] = ChangeTable(SoilComponent)
    labels = {
        "soil.laboratory": _("nhập kết quả phân tích đất"),
        "soil.soil_units": _("nhập khoanh đất"),
        "soil.parcels": _("nhập thửa đất"),
        "soil.campaign": _("sửa đợt điều tra đất"),
    }
    registry.change_labels |= labels
    registry.changes_undone_elsewhere |= set(labels)
