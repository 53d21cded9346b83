"""The titles that columns have in files of soil units and parcels, and the fields that they mean."""

from __future__ import annotations

from typing import Final

SOIL_FIELDS: Final = (
    "symbol", "name1", "percent1", "name2", "percent2", "name3", "percent3", "name4", "percent4", "wrb",
)  # fmt: skip
"""Of a soil unit: its symbol, up to four soils with their shares, the group of the first by the world reference."""

PARCEL_FIELDS: Final = ("sheet", "number", "label", "land_use")
"""Of a parcel; a label is what a cadastral drawing writes into it: "LUC 345/512.3"."""

# Case, marks, blanks and underscores do not matter.
_TITLES: Final = {
    "symbol": ("ký hiệu", "kí hiệu", "kh", "kh đất", "ký hiệu đất", "ký hiệu khoanh", "khoanh", "mã đất", "symbol",
               "soil code", "code", "mapunit", "mu", "smu"),
    "name1": ("tên đất", "loại đất", "loại đất 1", "tên đất 1", "đất 1", "đất chính", "thành phần", "tên", "soil",
              "soil name", "soil type", "name1", "soil1"),
    "percent1": ("tỷ lệ", "tỉ lệ", "tỷ lệ 1", "tỉ lệ 1", "phần trăm", "pt1", "percent", "percent1", "pct1"),
    "name2": ("tên đất 2", "loại đất 2", "đất 2", "đất phụ", "name2", "soil2"),
    "percent2": ("tỷ lệ 2", "tỉ lệ 2", "pt2", "percent2", "pct2"),
    "name3": ("tên đất 3", "loại đất 3", "đất 3", "name3", "soil3"),
    "percent3": ("tỷ lệ 3", "tỉ lệ 3", "pt3", "percent3", "pct3"),
    "name4": ("tên đất 4", "loại đất 4", "đất 4", "name4", "soil4"),
    "percent4": ("tỷ lệ 4", "tỉ lệ 4", "pt4", "percent4", "pct4"),
    "wrb": ("wrb", "fao", "tên fao", "nhóm wrb", "wrb group", "fao unesco"),
    "sheet": ("số tờ", "tờ", "tờ bản đồ", "số tờ bản đồ", "số hiệu tờ bản đồ", "sh bản đồ", "sh tờ", "tờ bđ", "shtbd",
              "sheet"),
    "number": ("số thửa", "thửa", "thửa đất", "thửa đất số", "số thứ tự thửa", "số thứ tự thửa đất", "sh thửa",
               "số tt thửa", "stt thửa", "số hiệu thửa", "parcel", "number"),
    "label": ("nhãn thửa", "nhãn", "label"),
    "land_use": ("loại đất", "mục đích", "mục đích sử dụng", "mục đích sử dụng đất", "mdsd", "mdsd 2003",
                 "mã loại đất", "kh đất", "ký hiệu mục đích sử dụng", "land use"),
}  # fmt: skip

SOIL_TITLES: Final = {title: field for field in SOIL_FIELDS for title in _TITLES[field]}
PARCEL_TITLES: Final = {title: field for field in reversed(PARCEL_FIELDS) for title in _TITLES[field]}

SYNONYMS: Final = PARCEL_TITLES | SOIL_TITLES
"""For choosing the layer that says most, whichever of the two it holds."""
