"""Photos that should lie on a phone and do not: told, and somebody can stop waiting for them."""

from __future__ import annotations

from typing import Any

from tests import node

HOUSE = {"round": "r", "house": "h"}


def photo(sha256: str, **more: Any) -> dict[str, Any]:
    return {**HOUSE, "sha256": sha256, "receipt": None, "state": "waiting", **more}


def stuck(photos: list[Any], drafted: list[str], given: list[dict[str, Any]]) -> list[str]:
    """Hashes of the photos that are told as stuck, where a draft names some and a finished visit others."""
    visits = [{**HOUSE, "photos": given}]
    drafts = [{**HOUSE, "photos": [{"sha256": name} for name in drafted]}]
    told: list[str] = node.answer(
        "survey/stuck_photos.js", "module.stuck(given).map((one) => one.sha256)",
        {"photos": photos, "drafts": drafts, "visits": visits},
    )  # fmt: skip
    return told


def test_what_a_finished_visit_names_and_is_not_here_is_stuck() -> None:
    assert stuck([], [], [{"sha256": "a"}]) == ["a"]
    assert stuck([], [], [{"sha256": "a", "isReceived": True}]) == []
    assert stuck([photo("a", isMissing=True)], [], [{"sha256": "a"}]) == ["a"]
    assert stuck([photo("a")], [], [{"sha256": "a"}]) == []


def test_what_only_a_draft_names_is_taken_off_there() -> None:
    assert stuck([photo("a", isMissing=True), photo("b")], ["a", "b"], []) == []
    assert stuck([photo("a", isMissing=True), photo("b"), photo("c", state="refused")], ["c"], []) == ["a", "b", "c"]
