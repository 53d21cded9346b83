"""Rows of tests/test_urls.py for the addresses of the field survey: url name → row. See there what the words mean."""

from __future__ import annotations

import uuid

from tests.url_words import ABSENT, EDITORS, Row, post, somewhere

SURVEYS_SOMEWHERE = somewhere("surveyor", *EDITORS)
# Who surveys somewhere is let in and told that there is no such round for them.
OF_NO_ROUND = {person: ABSENT if met == "let in" else met for person, met in SURVEYS_SOMEWHERE.items()}

ROWS: dict[str, Row] = {
    "survey_devices": post(lambda w: "/api/survey/devices", SURVEYS_SOMEWHERE, json=True),
    "survey_operations": post(lambda w: "/api/survey/operations", SURVEYS_SOMEWHERE, json=True),
    "survey_photo": Row(
        lambda w: f"/api/survey/photos/{'0' * 64}?round={uuid.UUID(int=7)}&house={uuid.UUID(int=8)}",
        OF_NO_ROUND,
        "HEAD",
    ),
}
