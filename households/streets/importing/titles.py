"""The titles that columns of names, kinds and widths have in the files that communes and surveyors keep."""

from __future__ import annotations

from typing import Final

_TITLES: Final = {
    "name": "name, tên, tên đường, ten_duong, tenduong, tên ngõ, ten_ngo, tên tuyến, ten_tuyen, tên đường phố, "
    "tên đường ngõ, street, street_name, road_name, roadname, full_name, tên đầy đủ, tên gọi, duong_pho, ngõ",
    "kind": "kind, loại, loại đường, loai_duong, loaiduong, loại tuyến, loai_tuyen, type, class, fclass, highway, "
    "cấp đường, cap_duong, loại đường ngõ, road_type, layer",
    "width": "width, bề rộng, be_rong, berong, chiều rộng, chieu_rong, chieurong, rộng, độ rộng, do_rong, rong_duong, "
    "mặt cắt, mat_cat, lộ giới, lo_gioi, width_m, width_class, bề rộng mặt đường, chiều rộng mặt đường, cấp bề rộng",
}
SYNONYMS: Final = {title: name for name, titles in _TITLES.items() for title in titles.split(", ")}
"""Title → field, for `mapping.tables.open_table`."""

FIELDS: Final = tuple(_TITLES)
