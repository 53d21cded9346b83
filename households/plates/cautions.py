"""What whoever chooses a design should know of it. Said in the program, never printed on the plate."""

from __future__ import annotations

from django.utils.translation import gettext as _

from households.plates.design import PlateDesign


def cautions(design: PlateDesign) -> list[str]:
    """Return a sentence for each thing to think of before plates of this design are printed."""
    said = []
    if design.shows_map:
        said.append(
            _(
                "Mã thứ hai dẫn thẳng tới Google Maps: xã không thu hồi được mã này, và nếu điểm nhà được sửa thì biển "
                "đã treo vẫn chỉ chỗ cũ. Mã trang của nhà thì thu hồi được."
            )
        )
    if design.subject == "alley":
        said.append(_("Mẫu này treo ở đầu ngõ, không phải biển của một nhà."))
    return said
