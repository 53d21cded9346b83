"""Rows of tests/test_urls.py for the survey's page: it holds nothing of anybody, so anyone may have it.

The base map is for whoever walks a village, and nobody walks one there.
"""

from __future__ import annotations

from tests.url_words import ANYONE, SIGNED_IN_BUT_ABSENT, Row, get

ROWS: dict[str, Row] = {
    "survey": get(lambda w: "/survey/", ANYONE),
    "survey_worker": get(lambda w: "/survey/sw.js", ANYONE),
    "survey_icon": get(lambda w: "/survey/icon-180.png", ANYONE),
    "survey_manifest": get(lambda w: "/survey/manifest.webmanifest", ANYONE),
    "survey_basemap": get(lambda w: f"/survey/basemap/{w.commune.code}.pmtiles", SIGNED_IN_BUT_ABSENT),
}
