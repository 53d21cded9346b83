"""Designs and emblems of a commune: kept under a version, refused with the place, removed, and written down."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any

import pytest
from django.http import Http404
from django.utils import translation
from PIL import Image

from households import codes
from households.models import Emblem, OwnPlateDesign
from households.plates import emblems, longest_faces, own_designs, owning
from households.plates.design_reading import DesignProblems
from households.plates.shipped import NAMES, source_of
from mapping import files
from mapping.access import Role
from mapping.errors import Conflict, NotAllowed, TooLarge, UserError
from mapping.models import AuditEntry, StoredFile, Unit, User
from mapping.printing.sheet import A4_PLATES, SHEETS, one_plate_page
from tests import factories

pytestmark = pytest.mark.django_db
BLUE = source_of("house-number")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="9" height="9"/></svg>'


def picture(width: int = 60, height: int = 40, kind: str = "PNG", mode: str = "RGBA") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "red").save(out, kind)
    return out.getvalue()


def png_of_60_megapixels() -> bytes:
    """A few bytes that say they are 10 000 × 6 000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 10_000, 6_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def with_emblem(name: str) -> str:
    return json.dumps(json.loads(BLUE) | {"images": [{"emblem": name, "box": [38, 24, 8, 8]}]})


def own(officer: User, commune: Unit, name: str = "Biển của xã", source: str = BLUE) -> OwnPlateDesign:
    return own_designs.add(user=officer, commune=commune, name=name, source=source)


def acts(of: str) -> list[str]:
    found = AuditEntry.objects.filter(action__startswith=f"{of}.").order_by("at")
    return [entry.action.removeprefix(f"{of}.") for entry in found]


def test_a_commune_chooses_among_its_own_designs_and_the_shipped_ones(officer: User, commune: Unit) -> None:
    assert [one.key for one in own_designs.designs_of(commune)] == list(NAMES)
    made = own(officer, commune)
    first, *rest = own_designs.designs_of(commune)
    assert (first.title, first.source, first.own) == ("Biển của xã", BLUE, made)
    assert [one.key for one in rest] == list(NAMES)
    elsewhere = factories.neighbour_commune()
    assert [one.key for one in own_designs.designs_of(elsewhere)] == list(NAMES)
    for key in (str(made.pk), "nothing", ""):
        with pytest.raises(UserError, match="Các mẫu hiện có: "):
            own_designs.find(elsewhere, key)


def test_a_copy_says_the_same_under_a_name_that_is_free(officer: User, commune: Unit) -> None:
    first = own_designs.copy(user=officer, commune=commune, key="two-codes")
    second = own_designs.copy(user=officer, commune=commune, key=str(first.pk))
    assert (first.source, second.source) == (source_of("two-codes"),) * 2
    assert second.name == f"{first.name} (2)"
    assert acts("plate_design") == ["add", "add"]


def test_a_change_names_the_version_that_was_seen(officer: User, commune: Unit) -> None:
    made = own(officer, commune)
    changed = own_designs.change(user=officer, design=made, version=1, name="Biển mới", source=source_of("white-qr"))
    assert (changed.version, changed.name, changed.source) == (2, "Biển mới", source_of("white-qr"))
    with pytest.raises(Conflict, match="“Biển mới” đã được người khác sửa"):
        own_designs.change(user=officer, design=made, version=1, name="Tên khác", source=BLUE)
    with pytest.raises(Conflict):
        own_designs.remove(user=officer, design=made, version=1)
    own_designs.remove(user=officer, design=changed, version=2)
    with pytest.raises(Conflict, match="đã được người khác xóa"):
        own_designs.remove(user=officer, design=changed, version=2)
    assert not OwnPlateDesign.objects.exists()
    assert acts("plate_design") == ["add", "change", "remove"]


def test_what_cannot_be_printed_is_refused_by_line_and_leaves_everything_as_it_was(
    officer: User, commune: Unit
) -> None:
    made = own(officer, commune)
    other = own(officer, commune, name="Mẫu khác")
    for wrong in ("", "{", BLUE.replace('"number"', '"phone"'), with_emblem("khong-co"), "[]"):
        with pytest.raises(DesignProblems) as refused:
            own_designs.change(user=officer, design=made, version=1, name="Tên mới", source=wrong)
        assert all(one.line >= 1 and one.sentence for one in refused.value.problems)
        with pytest.raises(DesignProblems):
            own(officer, commune, "Mẫu hỏng", wrong)
    for name, sentence in (("Mẫu khác", "đã có mẫu biển tên “Mẫu khác”"), (" ", "Hãy đặt tên"), ("a" * 81, "dài nhất")):
        with pytest.raises(UserError, match=sentence):
            own_designs.change(user=officer, design=made, version=1, name=name, source=BLUE)
    kept = OwnPlateDesign.objects.get(pk=made.pk)
    assert (kept.name, kept.source, kept.version) == ("Biển của xã", BLUE, 1)
    assert OwnPlateDesign.objects.count() == 2 and OwnPlateDesign.objects.get(pk=other.pk).version == 1
    assert acts("plate_design") == ["add", "add"]


def test_a_design_is_judged_as_it_would_be_printed_on_a_sheet(commune: Unit) -> None:
    assert own_designs.judged(commune, source_of("two-codes"), SHEETS["a4-2x4"]).shows_map
    with pytest.raises(DesignProblems, match="0,396"):
        own_designs.judged(commune, source_of("two-codes"), one_plate_page("small", 40, 28))


def test_designs_and_emblems_are_changed_by_whoever_prints_in_the_whole_commune(
    officer: User, commune: Unit, viewer: User, stranger: User
) -> None:
    made = own(officer, commune)
    emblem = emblems.add(user=officer, commune=commune, name="huy-hieu", content=picture())
    for person, error in ((viewer, NotAllowed), (stranger, Http404)):
        with pytest.raises(error):
            own_designs.add(user=person, commune=commune, name="x", source=BLUE)
        with pytest.raises(error):
            own_designs.copy(user=person, commune=commune, key="white-qr")
        with pytest.raises(error):
            own_designs.change(user=person, design=made, version=1, name="x", source=BLUE)
        with pytest.raises(error):
            own_designs.remove(user=person, design=made, version=1)
        with pytest.raises(error):
            emblems.add(user=person, commune=commune, name="x", content=picture())
        with pytest.raises(error):
            emblems.remove(user=person, emblem=emblem)
        assert own_designs.own(person, made.pk) is None and emblems.of_user(person, emblem.pk) is None
    assert own_designs.own(officer, made.pk) == made and emblems.of_user(officer, emblem.pk) == emblem


def test_a_commune_keeps_so_many_designs_and_emblems(
    officer: User, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "MOST", 1)
    monkeypatch.setattr(emblems, "MOST", 1)
    own(officer, commune)
    emblems.add(user=officer, commune=commune, name="một", content=picture())
    with pytest.raises(UserError, match="đã có 1 mẫu biển riêng"):
        own(officer, commune, "Mẫu thứ hai")
    with pytest.raises(UserError, match="đã có 1 biểu trưng"):
        emblems.add(user=officer, commune=commune, name="hai", content=picture())
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("JPEG", "RGB"), ("WEBP", "RGBA")])
def test_an_emblem_is_kept_as_a_clean_picture_and_called_by_a_plain_name(
    kind: str, mode: str, officer: User, commune: Unit
) -> None:
    made = emblems.add(user=officer, commune=commune, name="Huy hiệu_Xã", content=picture(3000, 1500, kind, mode))
    assert (made.name, made.width, made.height) == ("huy-hieu-xa", 1200, 600)
    with Image.open(files.path_of(made.file)) as kept:
        assert (kept.format, kept.size) == ("PNG", (1200, 600))
    raster = emblems.all_of(commune)["huy-hieu-xa"]
    assert (raster.width, raster.height) == (1200, 600)
    design = own_designs.judged(commune, with_emblem("huy-hieu-xa"))
    assert [one.emblem for one in design.pictures] == ["huy-hieu-xa"]
    with pytest.raises(DesignProblems, match="huy-hieu-xa"):
        own_designs.judged(factories.neighbour_commune(), with_emblem("huy-hieu-xa"))


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (png_of_60_megapixels(), TooLarge, "quá nhiều điểm ảnh"),
        (b"no picture at all", UserError, "không phải ảnh"),
        (b"", UserError, "không phải ảnh"),
        (SVG, UserError, "không phải ảnh"),
        (picture(400, 400)[:90], UserError, "hỏng hoặc bị cụt"),
        (b"x" * 15_000_001, TooLarge, "lớn hơn 15 MB"),
    ],
    ids=["60 megapixels", "no picture", "nothing", "an SVG with a script", "cut short", "too many bytes"],
)
def test_what_is_no_emblem_leaves_nothing(
    content: bytes, error: type[UserError], sentence: str, officer: User, commune: Unit
) -> None:
    with pytest.raises(error, match=sentence):
        emblems.add(user=officer, commune=commune, name="huy-hieu", content=content)
    assert not Emblem.objects.exists() and not StoredFile.objects.exists() and acts("emblem") == []


@pytest.mark.parametrize("name", ["", "  ", "a" * 41, "huy/hieu", "<b>", "..", "a--b"])
def test_an_emblem_without_a_plain_name_is_refused(name: str, officer: User, commune: Unit) -> None:
    with pytest.raises(UserError, match="chữ không dấu"):
        emblems.add(user=officer, commune=commune, name=name, content=picture())
    assert not StoredFile.objects.exists()


def test_an_emblem_that_a_design_shows_stays_until_it_no_longer_does(officer: User, commune: Unit) -> None:
    emblem = emblems.add(user=officer, commune=commune, name="huy-hieu", content=picture())
    with pytest.raises(UserError, match="đã có biểu trưng tên “huy-hieu”"):
        emblems.add(user=officer, commune=commune, name="huy-hieu", content=picture(50, 50))
    assert StoredFile.objects.count() == 1
    design = own(officer, commune, source=with_emblem("huy-hieu"))
    with pytest.raises(UserError, match="“Biển của xã” đang dùng biểu trưng “huy-hieu”"):
        emblems.remove(user=officer, emblem=emblem)
    own_designs.change(user=officer, design=design, version=1, name=design.name, source=BLUE)
    emblems.remove(user=officer, emblem=emblem)
    assert emblems.list_of(commune) == []
    assert acts("emblem") == ["add", "remove"]


def test_the_name_that_a_text_gives_itself() -> None:
    said: list[tuple[Any, str]] = [
        (json.dumps({"title": "  Biển   xã "}), "Biển xã"), ("{", ""), ("[1]", ""), ('{"title": 3}', ""),
        (json.dumps({"title": "a" * 200}), "a" * 80), ("[" * 100_000, ""),
    ]  # fmt: skip
    for text, name in said:
        assert own_designs.name_in(text) == name


def test_the_titles_of_shipped_designs_and_the_decimal_mark_are_the_readers(commune: Unit) -> None:
    small = source_of("house-number").replace('"square": [53.5, 23.5, 35]', '"square": [53.5, 23.5, 15]')
    for language, title, module in (("vi", "Biển xanh lam", "0,366 mm"), ("en", "Blue plate", "0.366 mm")):
        with translation.override(language):
            assert own_designs.find(commune, "house-number").title.startswith(title)
            with pytest.raises(DesignProblems) as refused:
                own_designs.judged(commune, small)
            assert module in refused.value.problems[0].sentence


def test_the_longest_texts_of_the_commune_are_tried_and_those_that_do_not_fit_are_listed(
    commune: Unit, officer: User
) -> None:
    long = "đường Liên thôn Phạm Ngũ Lão nối dài qua cầu Đông Hòa"
    for number in range(30):
        factories.house(commune, number=str(number + 1), street="ngõ Đình")
    house = factories.house(commune, number="7", street=long)
    data = json.loads(BLUE)
    design = own_designs.judged(commune, BLUE)
    assert longest_faces.not_fitting(officer, commune, design, A4_PLATES) == []
    for field in data["numbered"]["fields"]:
        if any(text["field"] == "headline" for text in field["texts"]):
            field["box"][2] = 8
    design = own_designs.judged(commune, json.dumps(data))
    notes = longest_faces.not_fitting(officer, commune, design, A4_PLATES)
    assert any("nối dài" in one and codes.format_house_code(house.code) in one for one in notes)
    head = factories.user("truongthon9", role=Role.VILLAGE_HEAD, at=factories.village(commune, 2))
    assert longest_faces.not_fitting(head, commune, design, A4_PLATES) == []
