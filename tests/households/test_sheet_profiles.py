"""Sheet profiles of a commune: kept, changed, calibrated, refused with the numbers, and written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.utils import translation

from households.models import OwnSheetProfile
from households.plates import own_profiles, owning
from households.plates.sheet_sentences import LABELS, ProfileRefused, described, values_of
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import AuditEntry, Unit, User
from mapping.printing.calibration import Measured, Slip
from mapping.printing.sheet import A4_PLATES, SHEETS
from mapping.printing.sheet_reading import FIELDS, read_text, to_json
from tests import factories

pytestmark = pytest.mark.django_db
A4 = to_json(A4_PLATES)


def own(officer: User, commune: Unit, name: str = "Máy in phòng 2", **change: Any) -> OwnSheetProfile:
    return own_profiles.add(user=officer, commune=commune, name=name, values=A4 | change)


def refusal(values: object) -> str:
    with pytest.raises(ProfileRefused) as refused:
        own_profiles.sheet_of("own", values)
    return refused.value.sentence


def acts() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="sheet_profile.").order_by("at")
    return [entry.action.removeprefix("sheet_profile.") for entry in found]


def test_a_commune_chooses_among_its_own_profiles_and_the_shipped_ones(officer: User, commune: Unit) -> None:
    shipped = own_profiles.profiles_of(commune)
    assert [one.key for one in shipped] == list(SHEETS)
    assert all(one.title and one.sheet == SHEETS[one.key] and one.own is None for one in shipped)
    made = own(officer, commune, margin_left=9)
    first, *rest = own_profiles.profiles_of(commune)
    assert (first.title, first.sheet.margin_left, first.own) == ("Máy in phòng 2", 9, made)
    assert [one.key for one in rest] == list(SHEETS)
    assert own_profiles.find(commune, first.key).sheet == first.sheet
    assert own_profiles.find(commune, "a5-single").sheet == SHEETS["a5-single"]
    assert [one.key for one in own_profiles.profiles_of(factories.neighbour_commune())] == list(SHEETS)


def test_a_profile_of_another_commune_is_not_found(officer: User, commune: Unit) -> None:
    made = own(officer, commune)
    elsewhere = factories.neighbour_commune()
    for key in (str(made.pk), "a4-9x9", ""):
        with pytest.raises(UserError, match="Các khổ hiện có: A4, 8 biển"):
            own_profiles.find(elsewhere, key)


def test_a_copy_has_the_numbers_of_what_it_was_made_of_and_a_name_that_is_free(officer: User, commune: Unit) -> None:
    first = own_profiles.copy(user=officer, commune=commune, key="a4-3x8")
    second = own_profiles.copy(user=officer, commune=commune, key=str(first.pk))
    third = own_profiles.copy(user=officer, commune=commune, key="a4-3x8", name="  Nhãn   dán ")
    assert [one.name for one in (first, second, third)] == [
        "A4, 24 nhãn dán sẵn",
        "A4, 24 nhãn dán sẵn (2)",
        "Nhãn dán",
    ]
    assert first.body == second.body == third.body == to_json(SHEETS["a4-3x8"])
    assert acts() == ["add", "add", "add"]


def test_a_change_names_the_version_that_was_seen(officer: User, commune: Unit) -> None:
    made = own(officer, commune)
    changed = own_profiles.change(user=officer, profile=made, version=1, values=A4 | {"rows": 3})
    assert (changed.version, changed.body["rows"], changed.name) == (2, 3, "Máy in phòng 2")
    with pytest.raises(Conflict, match="“Máy in phòng 2” đã được người khác sửa"):
        own_profiles.change(user=officer, profile=made, version=1, values=A4)
    with pytest.raises(Conflict):
        own_profiles.remove(user=officer, profile=made, version=1)
    renamed = own_profiles.rename(user=officer, profile=made, version=2, name="Máy in phòng 3")
    assert (renamed.version, renamed.body["rows"], renamed.name) == (3, 3, "Máy in phòng 3")
    own_profiles.remove(user=officer, profile=renamed, version=3)
    assert not OwnSheetProfile.objects.exists()
    with pytest.raises(Conflict, match="đã được người khác xóa"):
        own_profiles.rename(user=officer, profile=renamed, version=3, name="x")
    assert acts() == ["add", "change", "change", "remove"]


def test_a_refused_change_leaves_everything_as_it_was(officer: User, commune: Unit) -> None:
    made = own(officer, commune)
    other = own(officer, commune, name="Khổ khác")
    with pytest.raises(ProfileRefused):
        own_profiles.change(user=officer, profile=made, version=1, values=A4 | {"rows": 5}, name="Tên mới")
    with pytest.raises(UserError, match="đã có khổ giấy tên “Khổ khác”"):
        own_profiles.rename(user=officer, profile=made, version=1, name="Khổ khác")
    for name in ("", "  ", "a" * 81, "a\x00b"):
        with pytest.raises(UserError):
            own_profiles.rename(user=officer, profile=made, version=1, name=name)
    with pytest.raises(UserError, match="đã có khổ giấy tên"):
        own(officer, commune, name="Khổ khác")
    kept = OwnSheetProfile.objects.get(pk=made.pk)
    assert (kept.name, kept.body, kept.version) == ("Máy in phòng 2", A4, 1)
    assert OwnSheetProfile.objects.get(pk=other.pk).version == 1
    assert acts() == ["add", "add"]


def test_profiles_are_changed_by_whoever_prints_in_the_whole_commune(
    officer: User, commune: Unit, viewer: User, stranger: User
) -> None:
    made = own(officer, commune)
    for person, error in ((viewer, NotAllowed), (stranger, Http404)):
        with pytest.raises(error):
            own_profiles.add(user=person, commune=commune, name="x", values=A4)
        with pytest.raises(error):
            own_profiles.copy(user=person, commune=commune, key="a4-2x4")
        with pytest.raises(error):
            own_profiles.change(user=person, profile=made, version=1, values=A4)
        with pytest.raises(error):
            own_profiles.calibrate(user=person, profile=made, version=1, measured=Slip(1, 1))
        with pytest.raises(error):
            own_profiles.remove(user=person, profile=made, version=1)
    assert OwnSheetProfile.objects.get().version == 1


def test_a_slip_typed_back_is_made_up_for_and_a_profile_that_no_longer_fits_is_refused(
    officer: User, commune: Unit
) -> None:
    made = own(officer, commune)
    made = own_profiles.calibrate(user=officer, profile=made, version=1, measured=Slip(right=1.5, down=-2))
    assert (made.body["offset_x"], made.body["offset_y"], made.version) == (-1.5, 2, 2)
    made = own_profiles.calibrate(user=officer, profile=made, version=2, measured=Measured(left=19, top=21))
    assert (made.body["offset_x"], made.body["offset_y"], made.version) == (1, -1, 3)
    with pytest.raises(ProfileRefused) as refused:
        own_profiles.calibrate(user=officer, profile=made, version=3, measured=Slip(right=9, down=-14))
    assert refused.value.sentence == (
        "Cần lề trái ít nhất 9 mm cho phần chừa xén và độ lệch phải bù, nay là 8 mm. "
        "4 ô cao 65 mm, khe giữa các hàng 4 mm, lề trên 12,5 mm và bù xuống dưới 14 mm cần 298,5 mm, trang cao 297 mm."
    )
    with pytest.raises(ProfileRefused, match="Phải bù 16 mm sang trái, mà nhiều nhất chỉ bù được 15 mm mỗi chiều"):
        own_profiles.calibrate(user=officer, profile=made, version=3, measured=Slip(right=16, down=0))
    with pytest.raises(ProfileRefused, match="đúng ra cách nhau 170 mm, theo số đo thì 165 mm"):
        own_profiles.calibrate(user=officer, profile=made, version=3, measured=Measured(22.5, 20, 22.5, 20))
    assert OwnSheetProfile.objects.get().version == 3
    assert acts() == ["add", "calibrate", "calibrate"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"rows": 5},
            "5 ô cao 65 mm, khe giữa các hàng 4 mm và lề trên 12,5 mm cần 353,5 mm, trang cao 297 mm.",
        ),
        (
            {"columns": 1, "cell_width": 205.25},
            "1 ô rộng 205,25 mm và lề trái 8 mm cần 213,25 mm, trang rộng 210 mm.",
        ),
        (
            {"bleed": 3, "gutter_x": 6},
            "Phần chừa xén của hai ô cạnh nhau cần khe giữa các hàng ít nhất 6 mm, nay là 4 mm.",
        ),
        ({"rows": "4"}, 'Số hàng (rows) phải là một số, không phải "4".'),
        ({"rows": 4.5}, "Số hàng (rows) phải là số nguyên, không phải 4,5."),
        ({"cell_width": 0}, "Bề rộng ô (cell_width) là 0 mm, ít nhất phải là 1 mm."),
        ({"page_width": 2500}, "Bề rộng trang (page_width) là 2500 mm, nhiều nhất chỉ được 2000 mm."),
        ({"rows": 0}, "Số hàng (rows) là 0, ít nhất phải là 1."),
        ({"columns": 40, "rows": 20}, "Một trang có nhiều nhất 500 ô; khổ này có 800 ô."),
        ({"page_widht": 2}, "Khổ giấy không có mục “page_widht”. Các mục: " + ", ".join(FIELDS) + "."),
    ],
)
def test_a_profile_that_cannot_be_is_refused_with_the_numbers(change: dict[str, Any], sentence: str) -> None:
    assert refusal(A4 | change) == sentence


def test_what_is_missing_or_no_profile_at_all_is_said() -> None:
    values = dict(A4)
    del values["cell_height"]
    assert refusal(values) == "Còn thiếu chiều cao ô (cell_height)."
    assert refusal([1]).startswith("Bản khai khổ giấy phải là một đối tượng JSON")
    with pytest.raises(Exception, match="syntax") as error:
        read_text("own", '{"rows": 4,}')
    assert "dòng 1, cột" in own_profiles.refused(error.value).sentence


def test_a_profile_is_described_in_a_line_and_its_numbers_go_into_a_form() -> None:
    assert described(A4_PLATES) == "trang 210 × 297 mm, 2 × 4 ô 95 × 65 mm"
    assert described(SHEETS["factory-200x150"]) == "trang 224 × 174 mm, một biển 200 × 150 mm, chừa xén 3 mm"
    assert list(values_of(A4_PLATES)) == list(LABELS) and set(LABELS) == set(FIELDS)
    with translation.override("en"):
        assert "12.5 mm" in refusal(A4 | {"rows": 5})


def test_a_profile_that_is_not_fit_any_more_is_no_choice_and_stops_no_list(officer: User, commune: Unit) -> None:
    made = own(officer, commune)
    OwnSheetProfile.objects.filter(pk=made.pk).update(body={"rows": 4})
    assert [one.key for one in own_profiles.profiles_of(commune)] == list(SHEETS)
    with pytest.raises(ProfileRefused):
        own_profiles.find(commune, str(made.pk))


def test_a_commune_has_no_more_profiles_than_anybody_chooses_from(
    officer: User, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "MOST", 2)
    own(officer, commune, name="1")
    own(officer, commune, name="2")
    with pytest.raises(UserError, match="đã có 2 khổ giấy riêng"):
        own(officer, commune, name="3")
