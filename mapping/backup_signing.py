"""A keyed line in a backup: who made it had the secret key of the installation that restores it, or nobody can tell.

The hashes of a backup find damage; a forger computes them anew. The manifest names the hash of every file, so a keyed
hash of the manifest stands for the whole backup. It can be checked only where SONHA_SECRET_KEY is the one that it was
made with.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from mapping.errors import UserError

_PURPOSE: Final = b"sonha backup manifest v1"


class Signed(StrEnum):
    """What a backup's keyed line says here."""

    OURS = "ours"
    OTHER_KEY = "other_key"  # made with another secret key: cannot be checked here
    NOT = "not"  # has none


def line_for(manifest: bytes) -> bytes:
    """Return the line for a manifest: which key, and the keyed hash."""
    key = _key()
    return b" ".join((_name_of(key), hmac.digest(key, manifest, hashlib.sha256).hex().encode())) + b"\n"


def check(line: bytes | None, manifest: bytes) -> Signed:
    """Tell what `line` says of a manifest. Raises UserError when it names this key and is not this key's."""
    if line is None:
        return Signed.NOT
    if line.partition(b" ")[0] != _name_of(_key()):
        return Signed.OTHER_KEY
    if not hmac.compare_digest(line, line_for(manifest)):
        raise UserError(
            _("Bản sao lưu đã bị người không có khóa bí mật của hệ thống sửa; chưa có gì được khôi phục."),
            code="forged",
        )
    return Signed.OURS


def sentence(signed: Signed) -> str:
    """What whoever restores has to know; empty when all is well."""
    if signed == Signed.OURS:
        return ""
    if signed == Signed.OTHER_KEY:
        return _(
            "Bản sao lưu được ký bằng một SONHA_SECRET_KEY khác nên chưa biết có bị giả mạo hay không; "
            "chỉ dùng nếu chắc chắn tệp từ đâu đến."
        )
    return _(
        "Bản sao lưu không có chữ ký nên chưa biết có bị giả mạo hay không; chỉ dùng nếu chắc chắn tệp từ đâu đến."
    )


def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE, hashlib.sha256)


def _name_of(key: bytes) -> bytes:
    return hmac.digest(key, b"name", hashlib.sha256).hex()[:16].encode()
