"""Pictures that people bring: what hostile ones do to the server, and what is left of a good one."""

from __future__ import annotations

import io
import resource
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from mapping.errors import TooLarge, UserError
from mapping.images import CleanImage, cleaned

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def written(image: Image.Image, file_format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def opened(clean: CleanImage) -> Image.Image:
    image = Image.open(io.BytesIO(clean.content))
    image.load()
    assert image.size == (clean.width, clean.height)
    return image


def near(found: object, wanted: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(found, wanted, strict=False))


def refused(content: bytes) -> UserError:
    with pytest.raises(UserError) as caught:
        cleaned(content)
    return caught.value


def test_nothing_but_the_pixels_survives() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "Hang may anh", "ghi chu rieng"
    exif.get_ifd(0x8825).update({1: "N", 2: (19.0, 40.0, 12.0), 3: "E", 4: (105.0, 48.0, 36.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for file_format in ("JPEG", "PNG", "WEBP"):
        content = written(picture(), file_format, exif=exif, icc_profile=profile)
        if file_format == "JPEG":
            content = content[:2] + b"\xff\xfe\x00\x0bnha rieng" + content[2:]
        clean = cleaned(content)
        image = opened(clean)
        assert image.format == "JPEG" and not dict(image.getexif())
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for trace in (b"Exif", b"may anh", b"rieng", b"ICC_PROFILE", b"GPS"):
            assert trace not in clean.content


def test_a_picture_taken_with_the_camera_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = opened(cleaned(written(picture(), exif=exif, quality=95)))
    assert image.size == (40, 60)
    assert near(image.getpixel((20, 10)), RED) and near(image.getpixel((20, 50)), BLUE)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_exif_that_cannot_be_read_hinders_nothing() -> None:
    content = written(picture(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\x99" * 60)
    assert opened(cleaned(content)).size == (60, 40)


def test_a_large_photo_is_made_smaller_and_a_small_one_is_not_made_larger() -> None:
    assert opened(cleaned(written(picture(size=(4000, 3000))))).size == (2048, 1536)
    assert opened(cleaned(written(picture()))).size == (60, 40)
    assert opened(cleaned(written(picture(size=(4000, 3000))), longest=200)).size == (200, 150)


def test_what_hides_behind_a_picture_is_gone() -> None:
    """A file that is a picture to one program, a page or an archive to another."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x.html", "<script>alert(1)</script>")
    for tail in (b"<html><script>alert(1)</script></html>", packed.getvalue()):
        for file_format in ("JPEG", "PNG"):
            clean = cleaned(written(picture(), file_format) + tail)
            assert b"<script" not in clean.content and b"PK\x03\x04" not in clean.content
            assert clean.content.endswith(b"\xff\xd9")
    commented = written(picture(), comment=b"--><script>alert(1)</script>")
    assert b"<script" not in cleaned(commented).content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<!doctype html><html></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"%PDF-1.7\n",
        written(picture("P"), "GIF"),
        written(picture(), "TIFF"),
        written(picture(), "BMP"),
        written(picture(), "ICO"),
        written(picture(), "JPEG2000"),
    ],
    ids=["empty", "exe", "svg", "xml-svg", "html", "eps", "pdf", "gif", "tiff", "bmp", "ico", "jpeg2000"],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert refused(content).code == "not_image"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"", before: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", data or zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """50,000 × 50,000 pixels in 300 kB would be 2.5 GB, or 10 with colours."""
    squeezer = zlib.compressobj(9)
    line = b"\0" * (1 + 50_000 // 8)
    bomb = png(50_000, 50_000, b"".join(squeezer.compress(line) for _ in range(50_000)) + squeezer.flush())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = refused(bomb)
    assert isinstance(error, TooLarge) and error.code == "too_many_pixels" and error.status == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
    for width, height in ((9_000, 9_000), (6_000, 5_000)):
        assert refused(png(width, height)).code == "too_many_pixels"
    text = zlib.compress(b"a" * 80_000_000, 9)
    told = refused(png(60, 40, before=chunk(b"zTXt", b"Comment\0\0" + text)))
    assert told.code == "damaged"


def test_a_strip_is_refused() -> None:
    assert refused(png(1, 65_535)).code == "shape"
    assert refused(png(65_535, 1)).code == "shape"
    assert refused(written(picture(size=(2, 4_000)))).code == "shape"


def test_a_file_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLarge) as caught:
        cleaned(written(picture()) + b"\0" * 2_000_000, most_bytes=1_000_000)
    assert caught.value.code == "too_big" and "1 MB" in caught.value.sentence


def test_a_truncated_picture_is_refused() -> None:
    for file_format in ("JPEG", "PNG", "WEBP"):
        content = written(Image.effect_noise((300, 200), 80).convert("RGB"), file_format)
        assert refused(content[: len(content) // 2]).code in ("damaged", "not_image")


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = {"save_all": True, "append_images": [Image.new("RGB", (60, 40), "black")], "duration": 50}
    for file_format in ("PNG", "WEBP"):
        image = opened(cleaned(written(picture(), file_format, **frames)))
        assert getattr(image, "n_frames", 1) == 1
        assert near(image.getpixel((10, 20)), RED)
    several = written(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])
    assert opened(cleaned(several)).format == "JPEG"


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "RGBA", "LA", "I;16"])
def test_any_kind_of_colours_becomes_a_picture_that_browsers_show(mode: str) -> None:
    image = picture("I").convert("I;16") if mode == "I;16" else picture(mode)
    shown = opened(cleaned(written(image, "JPEG" if mode == "CMYK" else "PNG")))
    assert shown.mode == "RGB"
    if mode in ("CMYK", "RGBA", "P"):
        assert near(shown.getpixel((10, 20)), RED)


def test_an_emblem_keeps_what_can_be_seen_through_and_a_photo_gets_white_behind() -> None:
    image = picture("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    clean = cleaned(written(image, "PNG"), transparent=True)
    assert (clean.content_type, clean.suffix) == ("image/png", ".png")
    assert opened(clean).getpixel((10, 20))[3] == 0
    flat = cleaned(written(image, "PNG"))
    assert (flat.content_type, flat.suffix) == ("image/jpeg", ".jpg")
    assert near(opened(flat).getpixel((10, 20)), (255, 255, 255))
    assert cleaned(written(picture()), transparent=True).suffix == ".jpg"


GOOD = [written(picture(), "JPEG"), written(picture("P"), "PNG"), written(picture("RGBA"), "WEBP")]


@given(st.integers(0, 2), st.data())
@settings(max_examples=200)
def test_a_damaged_picture_is_drawn_or_refused(which: int, data: st.DataObject) -> None:
    content = GOOD[which]
    at = data.draw(st.integers(0, len(content)))
    patch = data.draw(st.binary(min_size=1, max_size=8))
    for damaged in (content[:at] + patch + content[at + len(patch) :], content[:at], patch):
        try:
            opened(cleaned(damaged))
        except UserError as error:
            assert error.code in ("damaged", "not_image", "too_many_pixels", "shape")
