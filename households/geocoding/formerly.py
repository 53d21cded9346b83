"""What a written address says of before: "thôn 5 (cũ)", "đường Trần Phú cũ", "trước đây là 12 đường Trần Phú". Pure."""

from __future__ import annotations

import re
from typing import Final

OLD: Final = "\ue000"
"""Stands in a text straight after the word that is said to be of before; no keyboard has it."""

_C: Final = re.IGNORECASE
_ALONE = re.compile(r"[\s,;]*[(\[“\"]\s*(?:(?:tên|số|địa chỉ|ten|so|dia chi)\s+)?c[ũu]\s*[)\]”\"]", _C)
_BETWEEN_COMMAS = re.compile(r"(?<=\w)\s*[,;]\s*c[ũu]\s*(?=[,;]|$)", _C)
_AFTER_NUMBER = re.compile(r"(?<=[0-9])([A-Za-zĐđ]?)\s+(?:cũ(?!\w)|cu\s*(?=[,;)]|$))", _C)
_BEFORE: Final = (
    r"(?:tr[ưu][ớo]c\s+(?:đây|day|kia|đó)(?:\s+(?:là|la|ở|o))?|tr[ưu][ớo]c\s+(?:là|la)|nguyên\s+là|xưa\s+là|"
    r"(?:địa\s+chỉ|số\s+nhà|số|tên|dia\s+chi|so\s+nha|so|ten)\s+c[ũu](?:\s+(?:là|la))?|c[ũu]\s+(?:là|la))(?!\w)\s*:?"
)
_NOW: Final = r"(?<!\w)(?:nay\s+là|nay\s+la|hiện\s+nay\s+là|bây\s+giờ\s+là)(?!\w)\s*:?"
_IN_BRACKETS = re.compile(rf"[(\[]\s*{_BEFORE}([^)\]]+)[)\]]", _C)
_TO_COMMA = re.compile(rf"(?<!\w){_BEFORE}([^,;]+)", _C)
_AT_BEGINNING = re.compile(rf"\s*{_BEFORE}", _C)
_NOW_IN_BRACKETS = re.compile(rf"^(.*?)[(\[]\s*{_NOW}([^)\]]+)[)\]](.*)$", _C | re.DOTALL)
_NOW_AFTER = re.compile(rf"^(.*?){_NOW}(.*)$", _C | re.DOTALL)


def marked(text: str) -> str:
    """Put `OLD` behind what is said to be of before by a "(cũ)" of its own or straight after a number."""
    if "c" not in text.lower():
        return text
    text = _ALONE.sub(OLD, text)
    text = _BETWEEN_COMMAS.sub(OLD, text)
    return _AFTER_NUMBER.sub(rf"\1{OLD}", text)


def now_and_before(text: str) -> tuple[str, str]:
    """The address that a text says of now, and the one that it says of before; either may be "".

    "12 ngõ Đình (trước đây là 7 đường Trần Phú)" → "12 ngõ Đình", "7 đường Trần Phú"; what stands in brackets or up
    to the next comma is of before.
    """
    for pattern in (_NOW_IN_BRACKETS, _NOW_AFTER):
        if (found := pattern.match(text)) is not None:
            before, now, *rest = (part.strip(" ,;") for part in found.groups())
            if before and now:
                return ", ".join([now, *(part for part in rest if part)]), before
    if (found := _AT_BEGINNING.match(text)) is not None:
        return "", text[found.end() :].strip()
    for pattern in (_IN_BRACKETS, _TO_COMMA):
        if (found := pattern.search(text)) is not None:
            now = f"{text[: found.start()].rstrip(' ,;')} {text[found.end() :].lstrip()}".strip(" ,;")
            return re.sub(r"\s+,", ",", now), found[1].strip()
    return text, ""


def without_old(name: str, *, has_marks: bool) -> str:
    """The name without a "cũ" behind it; "" where it has none. In a text without marks "cu" is the word."""
    words = name.split()
    last = words[-1].lower() if len(words) > 1 else ""
    return " ".join(words[:-1]) if last == "cũ" or (last == "cu" and not has_marks) else ""
