"""Personal fields of the soil map: who worked on it, and where private samples were taken."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from mapping import personal
from mapping.access import Capability
from mapping.personal import Ground, PersonalField, PersonalTable

SURVEY: Final = Ground(
    basis=_("nhiệm vụ của cơ quan nhà nước: điều tra, đánh giá đất"), counted_from=_("ngày kết thúc đợt điều tra")
)
REQUEST: Final = Ground(basis=_("yêu cầu của người canh tác thửa đất"), counted_from=_("ngày lấy mẫu"))

BROUGHT: Final = Ground(
    basis=_("nhiệm vụ của cơ quan nhà nước: điều tra, đánh giá đất"), counted_from=_("ngày nhận tệp")
)
BROUGHT_FILE_DAYS: Final = 90
"""Originals of laboratory sheets and cadastral files, which may name who works or owns a field: as lists of houses."""


def _work(purpose: Any, see: Capability = Capability.EDIT_SOIL) -> PersonalField:
    return PersonalField(purpose, SURVEY, None, see=see)


def _private(purpose: Any) -> PersonalField:
    return PersonalField(purpose, REQUEST, None, see=Capability.SEE_SOIL)


def register() -> None:
    """Declare every field of this floor's tables."""
    personal.without_people |= {
        "soil_map.Property", "soil_map.Method", "soil_map.SoilClass", "soil_map.ClassScheme_methods",
        "soil_map.Crop", "soil_map.Fertiliser", "soil_map.SoilUnit", "soil_map.SoilComponent", "soil_map.Zone",
        "soil_map.SoilShape", "soil_map.Parcel", "soil_map.Result",
    }  # fmt: skip
    written = {"id", "version", "created_at", "updated_at"}
    personal.tables |= {
        "soil_map.Campaign": PersonalTable(
            fields={
                "published_by": _work(_("biết ai đã công bố")),
                "laboratory": _work(_("biết ai đã phân tích"), Capability.SEE_SOIL),
                "note": _work(_("việc cần nhớ về đợt điều tra")),
            },
            others=frozenset(written | {"commune", "name", "started_on", "ended_on", "is_invented", "published_at"}),
        ),
        "soil_map.SamplingSite": PersonalTable(
            fields={
                "code": _private(_("tìm lại điểm đã lấy mẫu")),
                "location": _private(_("biết đất ở đâu; điểm riêng tư được làm mờ với người ngoài")),
                "location_3857": _private(_("vẽ điểm trên bản đồ")),
                "written_x": _private(_("đối chiếu với phiếu gốc")),
                "written_y": _private(_("đối chiếu với phiếu gốc")),
            },
            others=frozenset(written | {"commune", "written_epsg", "accuracy_m"}),
        ),
        "soil_map.Sample": PersonalTable(
            fields={
                "parcel": _private(_("biết mẫu của thửa nào")),
                "laboratory_code": _private(_("đối chiếu với phiếu gốc")),
            },
            others=frozenset(
                written
                | {"campaign", "site", "depth_from_cm", "depth_to_cm", "composite_count", "sampled_on", "is_private"}
            ),
        ),
        "soil_map.ClassScheme": PersonalTable(
            fields={"approved_by": _work(_("biết ai đã duyệt thang"))},
            others=frozenset(
                {"id", "key", "version", "name_vi", "name_en", "property", "methods", "unit", "citation", "state",
                 "approved_at"}
            ),
        ),
        "soil_map.DoseRule": PersonalTable(
            fields={"approved_by": _work(_("biết ai đã duyệt quy tắc"))},
            others=frozenset(
                {"id", "key", "version", "name_vi", "name_en", "crop", "kind", "terms", "citation", "state",
                 "approved_at"}
            ),
        ),
        "soil_map.SoilMapVersion": PersonalTable(
            fields={
                "published_by": _work(_("biết ai đã công bố")),
                "source": _work(_("biết ai đã lập bản đồ"), Capability.SEE_SOIL),
            },
            others=frozenset(
                written
                | {"commune", "title", "legend", "edition", "scale", "surveyed_in", "is_invented", "published_at"}
            ),
        ),
        "soil_map.Surface": PersonalTable(
            fields={
                "created_by": _work(_("biết ai đã đặt tính")),
                "validation": _private(_("so giá trị đoán với giá trị đo, theo thứ tự điểm")),
            },
            others=frozenset(
                {"id", "campaign", "method", "depth_from_cm", "depth_to_cm", "state", "refusal", "model", "epsg",
                 "cell_m", "sample_count", "samples_changed_at", "surveyed_m2", "surveyed", "values_file",
                 "deviations_file", "open_values_file", "open_deviations_file", "job", "created_at"}
            ),
        ),
        "soil_map.SoilImport": PersonalTable(
            fields={
                "created_by": _work(_("biết ai đã nhập")),
                "file": PersonalField(
                    _("đối chiếu lần nhập với tệp gốc"), BROUGHT, BROUGHT_FILE_DAYS, see=Capability.EDIT_SOIL
                ),
                "report": _work(_("biết dòng nào của tệp sai")),
            },
            others=frozenset(
                {"id", "commune", "campaign", "kind", "state", "meaning", "changeset", "created_at", "applied_at"}
            ),
        ),
    }  # fmt: skip
