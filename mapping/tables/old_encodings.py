"""Text from before Unicode: Windows-1258 and TCVN3, the encoding of the "ABC" fonts (.VnTime), told apart.

TCVN 5712:1993, variant VN3: one byte a letter, capitals with a tone shared with the small letters of another font.
"""

import re
from collections.abc import Callable

from mapping import text

_LETTERS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",  # to 0xAE
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}


_TCVN3 = {start + offset: letter for start, run in _LETTERS.items() for offset, letter in enumerate(run)}
# Read as Windows-1258, TCVN3 has signs (¨ © ® µ ¸) and foreign letters in the middle of words.
_SIGN_IN_WORD = re.compile(r"[^\W\d_][\u00a1-\u00bf\u00d7\u00f7]|[\u00a1-\u00bf\u00d7\u00f7][^\W\d_]")
_WORD_WITH_MARKS = re.compile(r"[^\W\d_]*[\u0080-\uffff][^\W\d_]*")


def old_decoder(sample: bytes) -> Callable[[bytes], str]:
    """How to decode a file of which this is a good part: whichever of the two encodings makes words of it.

    What the function returns is composed (NFC): Windows-1258 writes tones as letters of their own.
    """
    as_1258 = from_1258(sample)
    odd = len(_SIGN_IN_WORD.findall(as_1258))
    if odd and odd * 4 > len(_WORD_WITH_MARKS.findall(as_1258)):
        return from_tcvn3
    return from_1258


def from_1258(raw: bytes) -> str:
    """Text in Windows-1258, composed."""
    return text.nfc(raw.decode("cp1258", errors="replace"))


def from_tcvn3(raw: bytes) -> str:
    """Text in TCVN3."""
    return raw.decode("latin-1").translate(_TCVN3)
