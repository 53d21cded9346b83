"""Make a picture that somebody brings safe to keep and to show: what is stored is drawn anew from its pixels.

What a file is, its content decides, never its name. Nothing but the pixels survives: no position, no name of the
camera, no profile, no second file hidden behind the picture. How the camera was held is applied before it is lost.
Size and number of pixels are looked at before anything is unpacked, and one picture at a time is unpacked.
"""

from __future__ import annotations

import contextlib
import io
import threading
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image

from mapping.errors import TooLarge, UserError

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
# A JPEG is unpacked at a half or a quarter of its size, the others whole: 25 million pixels are 100 MB.
_MOST_PIXELS: Final = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
_NARROWEST: Final = 20  # so many times as long as wide, at most: a strip is no photo and no emblem
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture of ours: JPEG, or PNG where it may be seen through."""

    content: bytes
    content_type: str
    suffix: str
    """With its point: ".jpg" or ".png"."""
    width: int
    height: int


def cleaned(
    content: bytes, *, longest: int = 2048, most_bytes: int = 15_000_000, transparent: bool = False, quality: int = 85
) -> CleanImage:
    """Draw a JPEG, PNG or WebP anew, at most `longest` pixels to a side; of a moving picture the first frame.

    `transparent` keeps what can be seen through, as an emblem needs, and gives a PNG then; otherwise white is put
    behind. Raises UserError, and TooLarge over `most_bytes` or too many pixels. At most some 300 MB while it works.
    """
    if len(content) > most_bytes:
        raise TooLarge(
            _("Ảnh lớn hơn %(limit)d MB; hãy chọn ảnh nhỏ hơn.") % {"limit": most_bytes // 1_000_000}, code="too_big"
        )
    with _one_at_a_time:
        try:
            return _redrawn(content, longest, transparent, quality)
        except UserError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels() from error
        except Image.UnidentifiedImageError as error:
            raise _not_an_image(transparent) from error
        except MemoryError as error:
            raise _too_many_pixels() from error
        except Exception as error:  # a broken picture can fail in the decoders in any way
            raise UserError(_("Ảnh bị hỏng hoặc bị cụt, không đọc được; hãy chọn ảnh khác."), code="damaged") from error


def as_png(content: bytes) -> bytes:
    """Return a picture of ours as a PNG."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _not_an_image(transparent: bool) -> UserError:
    if transparent:  # JPEG would lose what can be seen through
        sentence = _("Tệp này không phải ảnh PNG, JPEG hay WebP; hãy lưu lại thành PNG để giữ nền trong suốt.")
    else:
        sentence = _("Tệp này không phải ảnh JPEG, PNG hay WebP; hãy chụp hoặc lưu lại thành JPEG.")
    return UserError(sentence, code="not_image")


def _redrawn(content: bytes, longest: int, transparent: bool, quality: int) -> CleanImage:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as source:
        width, height = source.size
        if width * height > _MOST_PIXELS.get(source.format or "", 0):
            raise _too_many_pixels()
        if max(width, height) > _NARROWEST * min(width, height):
            raise UserError(
                _("Ảnh rộng %(width)d và cao %(height)d điểm ảnh, quá dài hoặc quá hẹp; hãy cắt lại ảnh.")
                % {"width": width, "height": height},
                code="shape",
            )
        turn = _turn(source)
        source.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        see_through = transparent and source.has_transparency_data
        picture = source.convert("RGBA") if source.has_transparency_data else source.convert("RGB")
    if picture.mode == "RGBA" and not see_through:
        behind = Image.new("RGB", picture.size, "white")
        behind.paste(picture, mask=picture.getchannel("A"))
        picture = behind
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info.clear()  # comments and profiles would be written again
    out = io.BytesIO()
    if see_through:
        picture.save(out, "PNG", optimize=True)
        return CleanImage(out.getvalue(), "image/png", ".png", *picture.size)
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
    return CleanImage(out.getvalue(), "image/jpeg", ".jpg", *picture.size)


def _turn(source: Image.Image) -> Image.Transpose | None:
    """How the picture must be turned to stand upright; EXIF that cannot be read says nothing."""
    with contextlib.suppress(Exception):
        return _TURNS.get(source.getexif().get(_ORIENTATION, 1))
    return None


def _too_many_pixels() -> TooLarge:
    return TooLarge(
        _("Ảnh có quá nhiều điểm ảnh nên không được mở; hãy thu nhỏ ảnh xuống dưới %(limit)d triệu điểm ảnh.")
        % {"limit": min(_MOST_PIXELS.values()) // 1_000_000},
        code="too_many_pixels",
    )
