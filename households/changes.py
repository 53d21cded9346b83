"""Which rows of this floor an undo may put back, and what the actions are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mapping import registry


def register() -> None:
    """Announce tables, parents before children, and the names of the actions."""
    from households.models import (
        Assessment,
        Frontage,
        House,
        HouseExternalId,
        HouseGroup,
        Household,
        HousePhoto,
        NumberingDecision,
        Street,
    )

    registry.change_tables[House._meta.db_table] = registry.ChangeTable(House, geometry_columns=("location",))
    registry.change_tables[HouseExternalId._meta.db_table] = registry.ChangeTable(HouseExternalId)
    registry.change_tables[Household._meta.db_table] = registry.ChangeTable(Household)
    registry.change_tables[HousePhoto._meta.db_table] = registry.ChangeTable(HousePhoto)
    registry.change_tables[Street._meta.db_table] = registry.ChangeTable(Street, geometry_columns=("line",))
    registry.change_tables[HouseGroup._meta.db_table] = registry.ChangeTable(HouseGroup, geometry_columns=("area",))
    registry.change_tables[NumberingDecision._meta.db_table] = registry.ChangeTable(NumberingDecision)
    registry.change_tables[Frontage._meta.db_table] = registry.ChangeTable(Frontage)
    registry.change_tables[Assessment._meta.db_table] = registry.ChangeTable(Assessment)
    registry.change_labels |= {
        "assessment.add": _("ghi kết quả rà soát hộ"),
        "assessment.correct": _("sửa kết quả rà soát hộ"),
        "house.add": _("thêm nhà"),
        "house.edit": _("sửa nhà"),
        "house.move": _("dời vị trí nhà"),
        "house.split": _("tách nhà"),
        "house.close": _("đóng nhà"),
        "house.reopen": _("mở lại nhà"),
        "household.add": _("thêm hộ"),
        "household.edit": _("sửa hộ"),
        "household.move": _("chuyển hộ"),
        "household.remove": _("xóa hộ"),
        "household.correction": _("sửa theo đề nghị của hộ"),
        "import": _("nhập danh sách"),
        "house_group.add": _("thêm nhóm nhà"),
        "house_group.edit": _("sửa nhóm nhà"),
        "house_group.remove": _("xóa nhóm nhà"),
        "survey.approve": _("duyệt kết quả điều tra"),
        "survey.photos": _("đưa ảnh điều tra vào hồ sơ nhà"),
        "survey.photo_removed": _("bỏ một ảnh khỏi hồ sơ nhà"),
        "numbering.approve": _("duyệt phương án đánh số nhà"),
        "street.add": _("thêm đường, ngõ"),
        "street.edit": _("sửa đường, ngõ"),
        "street.redraw": _("vẽ lại đường, ngõ"),
        "street.split": _("cắt đường, ngõ"),
        "street.join": _("nối đường, ngõ"),
        "street.reverse": _("đảo chiều đường, ngõ"),
        "street.remove": _("xóa đường, ngõ"),
        "street.import": _("nhập đường, ngõ"),
    }
