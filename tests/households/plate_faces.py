"""Plates for tests, as a commune has them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings

from households import codes
from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import write_plates
from mapping.printing.fonts import Font, Fonts
from mapping.printing.sheet import A4_PLATES, Sheet

FONTS = Fonts(Font(settings.FONT_REGULAR), Font(settings.FONT_BOLD))
HOST = "sonha.thanhhoa.gov.vn"


def face(index: int = 0, **changes: str) -> PlateFace:
    """The face of a house with a number; each index has a token and a place of its own."""
    token = f"7K3M9QXT2W{index:02d}"
    plain = PlateFace(
        token=token,
        house_code="123-456-786",
        plus_code="7PH7MRC6+XJH",
        number="12",
        street="Ngõ 3 đường Lê Lợi",
        village="Thôn Trung Đình",
        commune="Xã Quảng Bình",
        province="Tỉnh Thanh Hóa",
        host=HOST,
        url=codes.plate_url(HOST, token, "7PH7MRC6+XJH"),
        maps_url=codes.google_maps_url(19.6712345, 105.8112345 + index / 10_000),
        numbers="1 – 45",
    )
    return replace(plain, **changes)


def printed(faces: Iterable[PlateFace], design: PlateDesign, sheet: Sheet = A4_PLATES, **options: Any) -> bytes:
    """The PDF of these plates."""
    out = io.BytesIO()
    write_plates(out, faces, design=design, sheet=sheet, fonts=FONTS, **options)
    return out.getvalue()
