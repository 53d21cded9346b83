"""The pages of designs, emblems and sheet profiles: who may do what, what comes back, what is said of bad input."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from households.models import Emblem, OwnPlateDesign, OwnSheetProfile
from households.plates import emblems, own_designs, own_profiles
from households.plates.shipped import NAMES, source_of
from mapping.access import Role
from mapping.models import Unit, User
from mapping.printing.sheet import SHEETS
from tests import factories
from tests.households.test_own_designs import SVG, picture, png_of_60_megapixels

pytestmark = pytest.mark.django_db
BLUE = source_of("house-number")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def head(commune: Unit) -> Client:
    """A village head, who prints in one village."""
    return client_of(factories.user("truongthon", role=Role.VILLAGE_HEAD, at=factories.village(commune)))


@pytest.fixture
def design(commune: Unit, officer: User) -> OwnPlateDesign:
    return own_designs.copy(user=officer, commune=commune, key="white-qr")


@pytest.fixture
def profile(commune: Unit, officer: User) -> OwnSheetProfile:
    return own_profiles.copy(user=officer, commune=commune, key="a4-2x4")


def preview(client: Client, source: object, **more: str) -> tuple[int, str, bytes]:
    answer = client.post("/plates/designs/preview/", json.dumps({"source": source} | more), "application/json")
    return answer.status_code, answer.headers["Content-Type"], answer.content


def sent_file(client: Client, content: bytes, name: str = "bien.json") -> tuple[int, str]:
    answer = client.post("/plates/designs/new/", {"file": SimpleUploadedFile(name, content)}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_village_head_looks_and_tries_and_changes_nothing(
    head: Client, design: OwnPlateDesign, profile: OwnSheetProfile, commune: Unit, officer: User
) -> None:
    emblem = emblems.add(user=officer, commune=commune, name="huy-hieu", content=picture())
    for address in (
        "/plates/designs/", f"/plates/designs/{design.pk}/", f"/plates/designs/{design.pk}/picture.png",
        f"/plates/designs/emblems/{emblem.pk}/", "/plates/designs/two-codes/", "/plates/profiles/",
        f"/plates/profiles/{profile.pk}/", f"/plates/profiles/{profile.pk}/calibration.pdf",
    ):  # fmt: skip
        answer = head.get(address)
        assert answer.status_code == 200, address
        if answer.headers["Content-Type"].startswith("text/html"):
            assert b"Sao ch\xc3\xa9p" not in answer.content and b'value="save"' not in answer.content, address
    assert preview(head, BLUE)[:2] == (200, "image/png")
    version = {"version": 1, "name": "x", "source": BLUE, "commune": commune.code}
    for address in (
        f"/plates/designs/{design.pk}/", f"/plates/designs/{design.pk}/copy/", f"/plates/designs/{design.pk}/remove/",
        "/plates/designs/new/", "/plates/designs/emblems/", f"/plates/designs/emblems/{emblem.pk}/remove/",
        f"/plates/profiles/{profile.pk}/", f"/plates/profiles/{profile.pk}/copy/",
        f"/plates/profiles/{profile.pk}/remove/", f"/plates/profiles/{profile.pk}/calibrate/",
        "/plates/designs/white-qr/copy/", "/plates/profiles/a4-2x4/copy/",
    ):  # fmt: skip
        assert head.post(address, version).status_code == 403, address
    assert OwnPlateDesign.objects.get() == design and OwnSheetProfile.objects.get() == profile
    assert Emblem.objects.get() == emblem


def test_another_communes_designs_and_profiles_are_not_there(
    design: OwnPlateDesign, profile: OwnSheetProfile, stranger: User, commune: Unit
) -> None:
    client = client_of(stranger)
    for address in (
        f"/plates/designs/{design.pk}/", f"/plates/designs/{design.pk}/picture.png", f"/plates/profiles/{profile.pk}/",
        f"/plates/profiles/{profile.pk}/calibration.pdf", f"/plates/designs/?commune={commune.code}",
        f"/plates/designs/two-codes/?commune={commune.code}", f"/plates/profiles/?commune={commune.code}",
        "/plates/designs/nothing/", "/plates/profiles/nothing/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert preview(client, BLUE, commune=commune.code)[0] == 404
    assert client.post(f"/plates/designs/{design.pk}/remove/", {"version": 1}).status_code == 404


def test_the_list_shows_each_design_with_its_picture_and_what_to_think_of(
    officer_client: Client, design: OwnPlateDesign
) -> None:
    page = officer_client.get("/plates/designs/").content.decode()
    assert page.count("/picture.png") == len(NAMES) + 1
    assert "không thu hồi được mã này" in page and "Mẫu này treo ở đầu ngõ" in page
    for key in (*NAMES, str(design.pk)):
        answer = officer_client.get(f"/plates/designs/{key}/picture.png")
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert 400 <= shown.width <= 482 and shown.format == "PNG", key


def test_every_shipped_design_can_be_looked_at_and_copied(officer_client: Client) -> None:
    for key in NAMES:
        page = officer_client.get(f"/plates/designs/{key}/").content.decode()
        assert 'src="data:image/png;base64,' in page and "readonly" in page, key
        assert officer_client.post(f"/plates/designs/{key}/", {"source": BLUE, "version": 0}).status_code == 403
        assert officer_client.post(f"/plates/designs/{key}/remove/").status_code == 403
        assert officer_client.post(f"/plates/designs/{key}/copy/").status_code == 302
    assert OwnPlateDesign.objects.count() == len(NAMES)


def test_whoever_prints_in_several_communes_says_for_which(design: OwnPlateDesign, commune: Unit) -> None:
    elsewhere = factories.neighbour_commune()
    client = client_of(factories.user("quantri", role=Role.PROVINCE_OFFICER, at=commune.parent))
    page = client.get(f"/plates/designs/?commune={elsewhere.code}").content.decode()
    assert f'<option value="{elsewhere.code}" selected>' in page and f'<option value="{commune.code}">' in page
    assert str(design.pk) not in page
    assert client.post("/plates/designs/two-codes/copy/", {"commune": elsewhere.code}).status_code == 302
    assert OwnPlateDesign.objects.get(commune=elsewhere).source == source_of("two-codes")
    assert f'name="commune" value="{commune.code}"' in client.get(f"/plates/designs/{design.pk}/").content.decode()


def test_a_preview_is_the_page_or_the_problems_by_line(officer_client: Client, commune: Unit) -> None:
    factories.house(commune, number="7", street="ngõ Chùa", village=factories.village(commune))
    for profile in SHEETS:
        status, kind, content = preview(officer_client, BLUE, profile=profile)
        with Image.open(io.BytesIO(content)) as page:
            across = SHEETS[profile].page_width / SHEETS[profile].page_height
            assert page.width / page.height == pytest.approx(across, rel=0.01), profile
        assert (status, kind) == (200, "image/png")
    status, kind, content = preview(officer_client, BLUE.replace('"level": "Q"', '"level": "L"'))
    said = json.loads(content)
    (problem,) = said["problems"]
    assert (status, said["code"]) == (400, "design")
    assert BLUE.splitlines()[problem["line"] - 1][problem["column"] - 1 :].startswith('"L"') or problem["path"]
    assert problem["said"].startswith(f"Dòng {problem['line']}, cột {problem['column']}: ")
    for wrong in ({"source": 3}, {"source": BLUE, "profile": "a9"}, {}):
        answer = officer_client.post("/plates/designs/preview/", json.dumps(wrong), "application/json")
        assert answer.status_code == 400 and answer.json()["error"] and answer.json()["problems"] == []


def test_no_picture_holds_the_token_of_a_plate(officer: User, commune: Unit) -> None:
    from households.plates import design_pictures

    house = factories.house(commune, number="7")
    plate = factories.plate(house)
    design = own_designs.judged(commune, BLUE)
    faces = design_pictures.faces(officer, commune, design, 8)
    assert [face.number for face in faces] == ["7"] and all(plate.token not in face.url for face in faces)


def test_a_file_is_taken_in_and_one_with_faults_opens_to_be_mended(officer_client: Client) -> None:
    status, page = sent_file(officer_client, BLUE.encode("utf-8-sig").replace(b"\n", b"\r\n"))
    kept = OwnPlateDesign.objects.get()
    assert status == 200 and f"Đã lưu mẫu biển “{kept.name}”" in page and kept.source == BLUE
    for content, sentence in (
        (BLUE.replace('"record"', '"phone"').encode(), "Dòng "),
        (b"\xff\xfe\x00\x81", "không phải văn bản UTF-8"),
        (b"x" * 400_001, "quá dài"),
        (b"", "Dòng 1, cột 1"),
    ):
        status, page = sent_file(officer_client, content)
        assert status in (400, 413) and sentence in page
    assert "Hãy chọn một tệp" in officer_client.post("/plates/designs/new/").content.decode()
    assert OwnPlateDesign.objects.count() == 1
    mended = {"source": BLUE, "name": "Đã sửa", "do": "save"}
    assert officer_client.post("/plates/designs/new/", mended).status_code == 302
    assert OwnPlateDesign.objects.filter(name="Đã sửa").exists()


def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    officer_client: Client, officer: User, design: OwnPlateDesign
) -> None:
    own_designs.change(user=officer, design=design, version=1, name="Của người khác", source=BLUE)
    typed = {"source": source_of("two-codes"), "name": "Của tôi", "version": 1}
    answer = officer_client.post(f"/plates/designs/{design.pk}/", typed)
    assert answer.status_code == 409
    assert "đã được người khác sửa" in answer.content.decode() and "Của tôi" in answer.content.decode()
    assert OwnPlateDesign.objects.get().name == "Của người khác"


def test_a_text_cannot_leave_its_field(officer_client: Client, design: OwnPlateDesign) -> None:
    answer = officer_client.post(
        f"/plates/designs/{design.pk}/", {"source": "</textarea><script>x</script>", "do": "preview"}
    )
    assert answer.status_code == 200 and b"<script>x" not in answer.content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(png_of_60_megapixels(), "quá nhiều điểm ảnh"), (b"text", "không phải ảnh"), (SVG, "không phải ảnh")],
)
def test_a_picture_that_is_none_is_refused_on_the_page(content: bytes, sentence: str, officer_client: Client) -> None:
    sent = {"name": "huy-hieu", "file": SimpleUploadedFile("a.png", content, "image/png")}
    answer = officer_client.post("/plates/designs/emblems/", sent)
    assert answer.status_code in (400, 413) and sentence in answer.content.decode()
    assert "thành JPEG" not in answer.content.decode() and "trong mục “images”" in answer.content.decode()
    assert 'value="huy-hieu"' in answer.content.decode() and not Emblem.objects.exists()


def test_an_emblem_is_added_shown_and_removed(officer_client: Client) -> None:
    sent = {"name": "Huy hiệu", "file": SimpleUploadedFile("a.jpg", picture(80, 60, "JPEG", "RGB"))}
    assert officer_client.post("/plates/designs/emblems/", sent).status_code == 302
    emblem = Emblem.objects.get()
    assert "trong mục “images”" in officer_client.get("/plates/designs/").content.decode()
    answer = officer_client.get(f"/plates/designs/emblems/{emblem.pk}/")
    assert answer.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as shown:  # type: ignore[attr-defined]
        assert shown.size == (80, 60)
    assert officer_client.post(f"/plates/designs/emblems/{emblem.pk}/remove/").status_code == 302
    assert not Emblem.objects.exists()


def test_numbers_are_typed_as_people_write_them(officer_client: Client, profile: OwnSheetProfile) -> None:
    typed = {key: str(value).replace(".", ",") for key, value in profile.body.items()}
    address = f"/plates/profiles/{profile.pk}/"
    saved = {"name": "Máy in", "version": 1, "margin_left": " 8,25 ", "offset_x": "−0.5"}
    assert officer_client.post(address, typed | saved).status_code == 302
    profile.refresh_from_db()
    assert (profile.name, profile.body["margin_left"], profile.body["offset_x"]) == ("Máy in", 8.25, -0.5)
    for field, text, sentence in (
        ("rows", "4,5", "phải là số nguyên"),
        ("rows", "", "Còn thiếu số hàng"),
        ("cell_width", "nan", "phải là một số"),
        ("cell_width", "1e9", "phải là một số"),
        ("cell_width", "999999999", "nhiều nhất"),
        ("rows", "5", "5 ô cao 65 mm"),
    ):
        answer = officer_client.post(address, typed | {"name": "Máy in", "version": 2, field: text})
        page = answer.content.decode()
        assert answer.status_code == 400 and sentence in page and 'aria-invalid="true"' in page, (field, text)
    profile.refresh_from_db()
    assert profile.version == 2


def test_numbers_are_drawn_before_they_are_kept(officer_client: Client, profile: OwnSheetProfile) -> None:
    address = f"/plates/profiles/{profile.pk}/"
    typed = {**profile.body, "name": profile.name, "version": 1, "do": "look"}
    drawn = officer_client.post(address, typed | {"rows": 3, "columns": 1})
    assert drawn.status_code == 200 and drawn.content.decode().count('class="cell"') == 3
    refused = officer_client.post(address, typed | {"rows": 5}).content.decode()
    assert "5 ô cao 65 mm" in refused and refused.count('class="cell"') == 8
    profile.refresh_from_db()
    assert profile.version == 1


def test_what_was_measured_is_made_up_for_or_refused_with_the_numbers(
    officer_client: Client, profile: OwnSheetProfile
) -> None:
    address = f"/plates/profiles/{profile.pk}/calibrate/"
    slip = {"do": "slip", "slip_right": "1,5", "slip_down": "-0,5", "version": 1}
    assert officer_client.post(address, slip).status_code == 302
    profile.refresh_from_db()
    assert (profile.body["offset_x"], profile.body["offset_y"]) == (-1.5, 0.5)
    for typed, sentence in (
        ({"do": "slip", "slip_right": "abc", "slip_down": "1"}, "đã ghi “abc”"),
        ({"do": "slip", "slip_right": "1"}, "“Lệch xuống dưới”"),
        ({"do": "measured", "left": "20", "top": "20", "right": "26", "bottom": "20"}, "Máy in đã co hoặc phóng trang"),
        ({"do": "measured", "left": "40", "top": "20"}, "nhiều nhất chỉ bù được 15 mm"),
    ):
        answer = officer_client.post(address, typed | {"version": 2})
        assert answer.status_code == 400 and sentence in answer.content.decode(), typed
    assert officer_client.post(address, slip).status_code == 409
    assert officer_client.post("/plates/profiles/a4-2x4/calibrate/", slip).status_code == 403
    profile.refresh_from_db()
    assert profile.version == 2


def test_a_profile_that_is_not_fit_any_more_is_shown_mended_and_removed(
    commune: Unit, officer: User, profile: OwnSheetProfile
) -> None:
    """An earlier version of the program allowed its numbers, or somebody changed what it is measured by."""
    OwnSheetProfile.objects.filter(pk=profile.pk).update(body=profile.body | {"rows": 9})
    second = own_profiles.copy(user=officer, commune=commune, key="a5-single")
    OwnSheetProfile.objects.filter(pk=second.pk).update(body={"page_width": "x"})
    client, address = client_of(officer), f"/plates/profiles/{profile.pk}/"
    listed = client.get(f"/plates/profiles/?commune={commune.code}").content.decode()
    assert profile.name in listed and second.name in listed and "hiện không in được" in listed
    assert f'action="{address}remove/"' in listed
    page = client.get(address)
    assert page.status_code == 200 and "9 ô cao 65 mm" in page.content.decode()
    for act, status in (("calibration.pdf", 400), ("calibrate/", 400), ("copy/", 302)):
        answer = client.get(address + act) if act.endswith("pdf") else client.post(address + act)
        assert answer.status_code == status, act
    typed = {name: str(value) for name, value in (profile.body | {"rows": 4}).items()}
    assert client.post(address, typed | {"name": profile.name, "version": "1"}).status_code == 302
    assert own_profiles.find(commune, str(profile.pk)).sheet.rows == 4
    assert client.get(f"/plates/profiles/{second.pk}/").status_code == 200
    assert client.post(f"/plates/profiles/{second.pk}/remove/", {"version": "1"}).status_code == 302
    assert not OwnSheetProfile.objects.filter(pk=second.pk).exists()


def test_what_a_design_cannot_hold_is_told_by_the_page_and_by_its_script(commune: Unit, officer: User) -> None:
    factories.house(commune, number="7", street="đường Liên thôn Phạm Ngũ Lão nối dài qua cầu Đông Hòa")
    data = json.loads(BLUE)
    for field in data["numbered"]["fields"]:
        if any(text["field"] == "headline" for text in field["texts"]):
            field["box"][2] = 8
    made = own_designs.add(user=officer, commune=commune, name="hẹp", source=json.dumps(data, ensure_ascii=False))
    client = client_of(officer)
    assert "nối dài" in client.get(f"/plates/designs/{made.pk}/").content.decode()
    asked = {"source": made.source, "commune": commune.code}
    answer = client.post("/plates/designs/try/", json.dumps(asked), "application/json")
    assert answer.status_code == 200 and "nối dài" in answer.json()["notes"][0]
    for source in (BLUE, "{", None):
        answer = client.post("/plates/designs/try/", json.dumps(asked | {"source": source}), "application/json")
        assert (answer.status_code, answer.json().get("notes")) == ((200, []) if source == BLUE else (400, None))
