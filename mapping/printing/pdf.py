"""A PDF written page by page to a file, in memory that does not grow with its pages.

Only what printing needs: pages of vector content, artwork drawn many times (form XObjects) and embedded
TrueType subsets. Nothing in the file depends on the clock or on chance, so the same content gives the same
bytes; the identifier that a PDF carries is a hash of what went before it. References: ISO 32000-1.
"""

import hashlib
import os
import secrets
import zlib
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mapping.printing.fonts import Font, Subset, fine_number, number, to_unicode
from mapping.printing.raster import Raster

MM = 72 / 25.4
"""Points in a millimetre."""

COMPRESSION = 5  # level 6 takes two thirds more time for 5 % of the bytes
PAGES_A_NODE = 64
PAGES_WAITING = 4

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@contextmanager
def atomic_file(path: Path | str) -> Iterator[BinaryIO]:
    """A file that appears under its name whole or not at all.

    It is written beside its place and moved there, on the disk for good, when the block ends without an
    error. On any error, a full disk among them (OSError), what was written is removed and a file that
    already had the name is left as it was.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class PdfWriter:
    """Writes one PDF to `out`, which needs `write` alone. Call `close` at the end; lengths are points.

    A second thread compresses pages while the next ones are drawn (zlib lets other threads run); a few wait
    their turn, and they are written in their order, so the bytes do not depend on which thread was faster.
    """

    def __init__(self, out: BinaryIO, title: str = "", language: str = "vi") -> None:
        self._out = out
        self._title = title
        self._language = language
        self._hash = hashlib.blake2b(digest_size=16)
        self._position = 0
        self._offsets = array("Q")
        self.fonts: dict[Font, Subset] = {}
        self._forms: list[int] = []
        self._images: dict[str, int] = {}
        # By identity, for which each is kept alive: a picture's own hash walks all its pixels.
        self._image_names: dict[int, tuple[str, Raster]] = {}
        self._nodes: list[int] = []
        self._node = 0
        self._page_size = ""
        self._kids: list[int] = []
        self._compressor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf")
        self._waiting: deque[tuple[int, Future[bytes]]] = deque()
        self.pages = 0
        self._write(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        self._catalog, self._root, self._font_list, self._form_list = (self._reserve() for _ in range(4))

    def font(self, font: Font) -> Subset:
        """The subset of a font that grows with the text set in it."""
        if font not in self.fonts:
            self.fonts[font] = Subset(font, f"/F{len(self.fonts)}")
        return self.fonts[font]

    def form(
        self,
        content: bytes,
        width: float,
        height: float,
        x: float = 0,
        y: float = 0,
        images: Sequence[str] = (),
    ) -> str:
        """Artwork to draw any number of times: the name for `Do`. Cut off outside x, y, width, height.

        `images` are the names of those that it draws.
        """
        box = " ".join(map(fine_number, (x, y, x + width, y + height)))
        objects = " ".join(f"{name} {self._images[name]} 0 R" for name in dict.fromkeys(images))
        drawn = f"/XObject << {objects} >> " if objects else ""
        entries = f"/Type /XObject /Subtype /Form /BBox [{box}] /Resources << /Font {self._font_list} 0 R {drawn}>> "
        self._forms.append(self._stream(content, entries))
        return f"/X{len(self._forms) - 1}"

    def image(self, raster: Raster) -> str:
        """A picture for the artwork: its name for `Do`, which fills the unit square. One seen twice is kept once."""
        key = id(raster)
        if key not in self._image_names:
            mask = ""
            if raster.alpha is not None:
                mask = f"/SMask {self._stream(raster.alpha, _image_entries(raster, 'DeviceGray'))} 0 R "
            name = f"/I{len(self._images)}"
            self._images[name] = self._stream(raster.rgb, _image_entries(raster, "DeviceRGB") + mask)
            self._image_names[key] = (name, raster)
        return self._image_names[key][0]

    def page(
        self, content: Sequence[bytes], width: float, height: float, trim: Rectangle | None = None, bleed: float = 0
    ) -> None:
        """A page with this content stream. Parts unlike each other (texts, paths) are compressed apart.

        `trim` is what remains of the page once it is cut, `bleed` what colour goes on beyond: a factory's programs look
        for both.
        """
        stream = self._reserve()
        self._waiting.append((stream, self._compressor.submit(_compress, *content)))
        if len(self._waiting) > PAGES_WAITING:
            self._write_oldest()
        if not self._kids:
            self._node = self._reserve()
        size = f"/MediaBox [0 0 {number(width)} {number(height)}]"
        # The first page's size is written once, in the root of the page tree, where pages inherit it.
        self._page_size = self._page_size or size
        own_size = "" if size == self._page_size else f" {size}"
        boxes = _page_boxes(trim, bleed) if trim else ""
        entries = f"<</Type/Page/Parent {self._node} 0 R/Contents {stream} 0 R{own_size}{boxes}>>"
        self._kids.append(self._object(entries.encode("ascii")))
        self.pages += 1
        if len(self._kids) == PAGES_A_NODE:
            self._close_node()

    def close(self) -> int:
        """Write the fonts, the page tree and the table of objects; gives the length of the file in bytes."""
        while self._waiting:
            self._write_oldest()
        self._compressor.shutdown()
        if self._kids:
            self._close_node()
        kids = " ".join(f"{node} 0 R" for node in self._nodes)
        self._object(
            f"<< /Type /Pages /Count {self.pages} /Kids [{kids}] {self._page_size} /Resources "
            f"<< /Font {self._font_list} 0 R /XObject {self._form_list} 0 R >> >>".encode("ascii"),
            self._root,
        )
        fonts = " ".join(
            f"{resource} {self._embed(subset.font, codepoints)} 0 R"
            for subset in self.fonts.values()
            for resource, codepoints in subset.chunks()
        )
        self._object(f"<< {fonts} >>".encode("ascii"), self._font_list)
        forms = " ".join(f"/X{place} {form} 0 R" for place, form in enumerate(self._forms))
        self._object(f"<< {forms} >>".encode("ascii"), self._form_list)
        # A plate has to come out in its true size, so viewers are asked not to scale the page to the paper.
        self._object(
            f"<< /Type /Catalog /Pages {self._root} 0 R /Lang ({self._language}) "
            "/ViewerPreferences << /PrintScaling /None /DisplayDocTitle true >> >>".encode("ascii"),
            self._catalog,
        )
        title = "FEFF" + self._title.encode("utf-16-be").hex().upper()
        info = self._object(f"<< /Title <{title}> /Producer (SoNha) >>".encode("ascii"))
        self._close_file(info)
        return self._position

    def _close_file(self, info: int) -> None:
        start = self._position
        identifier = self._hash.hexdigest()
        count = len(self._offsets) + 1
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n".encode("ascii"))
        for first in range(0, len(self._offsets), 4096):
            part = self._offsets[first : first + 4096]
            self._write("".join([f"{offset:010d} 00000 n \n" for offset in part]).encode("ascii"))
        self._write(
            f"trailer\n<< /Size {count} /Root {self._catalog} 0 R /Info {info} 0 R "
            f"/ID [<{identifier}> <{identifier}>] >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
        )

    def _close_node(self) -> None:
        kids = " ".join(f"{kid} 0 R" for kid in self._kids)
        entries = f"<< /Type /Pages /Parent {self._root} 0 R /Count {len(self._kids)} /Kids [{kids}] >>"
        self._object(entries.encode("ascii"), self._node)
        self._nodes.append(self._node)
        self._kids = []

    def _embed(self, font: Font, codepoints: list[int]) -> int:
        """The objects of a font with these characters; gives the number of the one that pages refer to."""
        file = font.subset(codepoints)
        # A tag of six letters marks a subset; taken from its content, it stays the same from run to run.
        digest = hashlib.blake2b(file, digest_size=6).digest()
        name = "".join(chr(65 + byte % 26) for byte in digest) + "+" + font.name
        file_object = self._stream(file, f"/Length1 {len(file)} ")
        unicode_object = self._stream(to_unicode(codepoints))
        metrics = " ".join(f"/{key} {value}" for key, value in font.descriptor().items())
        box = " ".join(map(str, font.box()))
        descriptor = self._object(
            f"<< /Type /FontDescriptor /FontName /{name} {metrics} /FontBBox [{box}] "
            f"/FontFile2 {file_object} 0 R >>".encode("ascii")
        )
        widths = " ".join(str(font.width_of(codepoint)) for codepoint in codepoints)
        return self._object(
            f"<< /Type /Font /Subtype /TrueType /BaseFont /{name} /FirstChar 1 /LastChar {len(codepoints)} "
            f"/Widths [{widths}] /FontDescriptor {descriptor} 0 R /ToUnicode {unicode_object} 0 R >>".encode("ascii")
        )

    def _write_oldest(self) -> None:
        stream, packed = self._waiting.popleft()
        self._packed_stream(packed.result(), "", stream)

    def _stream(self, content: bytes, entries: str = "") -> int:
        return self._packed_stream(_compress(content), entries)

    def _packed_stream(self, packed: bytes, entries: str, reserved: int | None = None) -> int:
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
        return self._object(b"%b%b\nendstream" % (head.encode("ascii"), packed), reserved)

    def _object(self, body: bytes, reserved: int | None = None) -> int:
        place = reserved or self._reserve()
        self._offsets[place - 1] = self._position
        self._write(b"%d 0 obj\n%b\nendobj\n" % (place, body))
        return place

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self._position += len(data)


def _image_entries(raster: Raster, colours: str) -> str:
    return (
        f"/Type /XObject /Subtype /Image /Width {raster.width} /Height {raster.height} "
        f"/ColorSpace /{colours} /BitsPerComponent 8 "
    )


def _page_boxes(trim: Rectangle, bleed: float) -> str:
    left, bottom, right, top = trim
    bled = (left - bleed, bottom - bleed, right + bleed, top + bleed)
    return f"/TrimBox[{' '.join(map(number, trim))}]/BleedBox[{' '.join(map(number, bled))}]"


def _compress(*parts: bytes) -> bytes:
    # The strategy for small numbers that hardly repeat suits runs of modules: 2 % less than the usual one.
    compressor = zlib.compressobj(COMPRESSION, strategy=zlib.Z_FILTERED)
    packed: list[bytes] = []
    for part in parts:
        packed += (compressor.compress(part), compressor.flush(zlib.Z_BLOCK))
    return b"".join([*packed, compressor.flush()])
