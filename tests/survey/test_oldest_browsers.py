"""The page opens on the oldest browsers that docs/survey.md names: Safari 15.4 and Chrome 97, both of spring 2022.

A word that an older engine cannot read ends the whole module that it stands in, and every screen that imports it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from households.survey import shell
from tests.node import answer

ROOT = Path(__file__).parents[2]
OLDEST: Final = {"Safari": 15.4, "Chrome": 97}
OURS: Final = ("js/survey/", "js/core/", "js/map/")
NEWER: Final = {
    # what ends the whole module
    r"\(\?<[=!]": ("lookbehind in a regular expression", 16.4, 62),
    r"\bstatic\s*\{": ("a static block", 16.4, 94),
    r"[=(,:]\s*/(?![/*])(?:[^/\\\n]|\\.)+/[dgimsuy]*v": ("the v flag of a regular expression", 17, 112),
    r"\bimport\b[^;\n]*\bwith\s*\{": ("import attributes", 17.2, 123),
    r"^\s*(?:await )?using \w+ =": ("using", 99, 134),
    # what is called
    r"\.(?:toSorted|toReversed|toSpliced)\(": ("arrays that are copied", 16, 110),
    r"\.with\(": ("Array.with", 16, 110),
    r"\b(?:Object|Map)\.groupBy\(": ("groupBy", 17.4, 117),
    r"\bArray\.fromAsync\(": ("Array.fromAsync", 16.4, 121),
    r"\bPromise\.(?:withResolvers|try)\(": ("Promise.withResolvers", 17.4, 119),
    r"\bAbortSignal\.(?:timeout|any)\(": ("AbortSignal.timeout", 16, 103),
    r"\.throwIfAborted\(": ("AbortSignal.throwIfAborted", 15.4, 100),
    r"\.(?:is(?:Subset|Superset)Of|isDisjointFrom|union|intersection|(?:symmetricD|d)ifference)\(": ("sets", 17, 122),
    r"(?:\.(?:values|keys|entries)\(\)|\.matchAll\([^()]*\))\.(?:map|filter|find|some|every|reduce|forEach|toArray|take)\(":
        ("iterators that are mapped", 18.4, 122),
    r"\b(?:isWellFormed|toWellFormed)\(": ("isWellFormed", 16.4, 111),
    r"\.checkVisibility\(": ("checkVisibility", 17.4, 105),
    r"\b(?:Uint8Array\.from(?:Base64|Hex)|\.to(?:Base64|Hex)\()": ("bytes as Base64", 18.2, 140),
    r"\bURL\.(?:canParse|parse)\(": ("URL.canParse", 17, 120),
    r"\bnew OffscreenCanvas\b|\.convertToBlob\(": ("OffscreenCanvas", 16.4, 69),
    r"\bnew (?:De)?[Cc]ompressionStream\b": ("CompressionStream", 16.4, 80),
    r"\bResponse\.json\(": ("Response.json", 17, 105),
    r"\brequestIdleCallback\(": ("requestIdleCallback", 99, 47),
    r"\bshowPicker\(": ("showPicker", 16, 99),
    r"\bscheduler\.": ("scheduler", 99, 94),
    r"\bstartViewTransition\(": ("startViewTransition", 18, 111),
    r"\bsetHTML(?:Unsafe)?\(": ("setHTML", 17.4, 124),
    r"\bpopover\b|\bshowPopover\(": ("popover", 17, 114),
    r"\bIntl\.DurationFormat\b": ("Intl.DurationFormat", 16.4, 129),
}  # fmt: skip
"""Pattern → what it is, the Safari and the Chrome that it came in; 99 where it has not come."""
NEWER_STYLES: Final = {
    r"(?<![\w-])\d*\.?\d+[dsl]v(?:h|w|b|i|min|max)\b": ("heights that follow the browser's bars", 15.4, 108),
    r"^\s*&|[{;]\s*&": ("nested rules", 16.5, 112),
    r"@container\b": ("@container", 16, 105),
    r"@scope\b": ("@scope", 17.4, 118),
    r"@layer\b": ("@layer", 15.4, 99),
    r"\bcolor-mix\(": ("color-mix", 16.2, 111),
    r"\b(?:oklch|oklab|lch|lab|light-dark)\(": ("colours", 17.5, 123),
    r"@media[^{]*[<>]": ("ranges of widths", 16.4, 104),
    r",[^{}]*:has\(|:has\([^{}]*,[^{}]*\{": (":has() beside other selectors, which go with it", 15.4, 105),
}
"""The same of styles. A rule that an older browser cannot read is left out whole, and the page shows without it."""


def sources(ending: str) -> dict[str, str]:
    """Text of our own files of the shell with such an ending, without what is only said."""
    names = [name for name in shell.shell_files() if name.endswith(ending)]
    texts = {name: shell.content(name).decode() for name in names}
    comments = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.M | re.S)
    return {name: comments.sub("", text) for name, text in texts.items()}


def found_in(texts: dict[str, str], newer: dict[str, tuple[str, float, int]]) -> list[str]:
    return [
        f"{name}: {match.group()!r}, {what} came in Safari {safari:g} and Chrome {chrome}"
        for name, text in texts.items()
        for pattern, (what, safari, chrome) in newer.items()
        for match in re.finditer(pattern, text, re.M)
    ]


def test_no_module_says_what_the_oldest_browsers_cannot_read_or_do() -> None:
    texts = {name: text for name, text in sources(".js").items() if name.startswith(OURS)}
    assert len(texts) > 50
    assert found_in(texts, NEWER) == []


def test_styles_leave_nothing_to_newer_browsers_alone() -> None:
    texts = sources(".css")
    texts["css/sonha.css"] = re.sub(
        r"@supports selector\(:has\(\*\)\) \{.*?^\}", "", texts["css/sonha.css"], flags=re.M | re.S
    )
    assert {"css/survey.css", "css/survey_shell.css"} <= set(texts)
    assert found_in(texts, NEWER_STYLES) == []


@pytest.mark.parametrize(
    "name", ["leaflet/leaflet.js", "vendor/protomaps/protomaps-leaflet.js", "vendor/zxing/index.js"]
)
def test_libraries_are_read_by_the_oldest_browsers(name: str) -> None:
    unread = {pattern: said for pattern, said in NEWER.items() if "lookbehind" in said[0] or "static" in said[0]}
    assert found_in({name: shell.content(name).decode()}, unread) == []


def test_the_patterns_find_what_they_are_for() -> None:
    given = {
        "a": r"const OLD = /[ò][a]|(?<=q)[ù]/g; rows.toSorted(); class A { static { f(); } } AbortSignal.timeout(3)",
        "b": "map.values().map((one) => one); Object.groupBy(rows, f); const all = /[a&&b]/v;",
    }
    assert [line.split(", ")[1].split(" came")[0] for line in found_in(given, NEWER)] == [
        "lookbehind in a regular expression", "a static block", "arrays that are copied", "AbortSignal.timeout",
        "the v flag of a regular expression", "groupBy", "iterators that are mapped",
    ]  # fmt: skip


def test_the_documents_name_the_same_browsers() -> None:
    for name in ("docs/survey.md", "README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for browser, least in OLDEST.items():
            assert f"{browser} {least:g}" in text, name


def test_a_tone_is_moved_without_looking_behind() -> None:
    given = ["Thúy Qúy", "hòa bình", "qúa", "khủyu", "Hoằng", "búa"]
    keys = answer("survey/duplicates.js", "given.map(module.nameKey)", given)
    assert keys == ["thuý quý", "hoà bình", "quá", "khuỷu", "hoằng", "búa"]
