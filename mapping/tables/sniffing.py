"""Tell what a file is that is no table of ours, so that its owner hears what to do with it."""

import re

from mapping.tables.model import TableError

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = {
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"Rar!": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"{\\rtf": "rtf",
    b"\xfd7zXZ": "xz",
    b"BZh": "bzip2",
}

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def refuse_unknown(content: bytes, name: str) -> None:
    """Raise `TableError` unless the content can be delimited text."""
    if content.startswith(_OLE2):
        # Excel puts a password-protected XLSX into the container that XLS files use.
        if _utf16("EncryptedPackage") in content:
            raise TableError("password_protected")
        if _utf16("Workbook") in content or _utf16("Book") in content or name.lower().endswith(".xls"):
            raise TableError("xls_old")
        raise TableError("not_supported", kind="ole2")
    if content.startswith(b"\x00\x00\x27\x0a"):
        raise TableError("shapefile_not_zipped")
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            raise TableError("not_supported", kind=kind)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table")):
        raise TableError("html")
    if start.startswith(b"<"):
        kind = "kml" if b"<kml" in start else "gml" if b"gml" in start else "xml"
        raise TableError("not_supported", kind=kind)
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and _is_binary(content[:100_000]):
        raise TableError("not_supported", kind="binary")


def _is_binary(sample: bytes) -> bool:
    if 0 not in sample:
        return False
    # Text in UTF-16 without a byte order mark has zeros too, in every second place.
    order = "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
    return _CONTROLS.search(sample.decode(order, "ignore")) is not None
