"""Photos go up from the phone in pieces: they go on where the server is, and only its receipt ends it."""

from __future__ import annotations

from typing import Any

import pytest

from tests import node

SEND = """await (async () => {
    const { size, offset, answers } = given;
    const photo = { sha256: "a".repeat(64), round: "r", house: "h", village: "v", question: "photos", size };
    const kept = [];
    const sent = [];
    const server = { offset };
    const asked = new Set();
    const ask = async (address, { method, headers, body }) => {
        asked.add(new URLSearchParams(address.split("?")[1]).get("village"));
        const told = answers.shift();
        if (told === "cut") return null;
        if (told) return { status: told.status, headers: new Headers(told.headers ?? {}), body: told.body ?? null };
        const where = new Headers({ "Upload-Offset": server.offset });
        if (method === "HEAD") return { status: 200, headers: where, body: null };
        sent.push([Number(headers["Upload-Offset"]), body.byteLength]);
        server.offset += body.byteLength;
        const isWhole = server.offset === size;
        const receipt = { sha256: photo.sha256, size, received_at: "now" };
        return { status: 200, headers: new Headers(), body: isWhole ? { receipt } : { offset: server.offset } };
    };
    const arrived = async (row, receipt) => kept.push({ ...row, receipt });
    const note = async (row, part) => kept.push({ ...row, ...part });
    const photos = { bytes: async () => new ArrayBuffer(size), note, arrived };
    const stopped = await module.sendPhotos({ rows: [photo], photos, mayGo: () => true, csrf: "c", ask, now: () => 0 });
    const { state = "", receipt = null, not_before: next = 0 } = kept.at(-1) ?? {};
    return { stopped, sent, state, has: receipt !== null, next, villages: [...asked] };
})()"""
PORTAL = {"status": 200, "body": None}


def sent(size: int, offset: int = 0, answers: list[Any] | None = None) -> dict[str, Any]:
    """What became of a photo of so many bytes, of which `offset` are there; `answers` come before the server's own."""
    told: dict[str, Any] = node.answer(
        "survey/photo_sending.js", SEND, {"size": size, "offset": offset, "answers": answers or []}
    )
    return told


def test_a_photo_goes_in_pieces_until_its_receipt_is_there() -> None:
    told = sent(600_000)
    assert told["sent"] == [[0, 262_144], [262_144, 262_144], [524_288, 75_712]]
    assert told["has"]
    assert told["villages"] == ["v"]


def test_it_goes_on_where_the_server_is_and_asks_again_for_a_lost_receipt() -> None:
    assert sent(600_000, 524_288)["sent"] == [[524_288, 75_712]]
    told = sent(600_000, 600_000)
    assert (told["sent"], told["has"]) == ([[600_000, 0]], True)


@pytest.mark.parametrize("answers", [["cut"], [PORTAL], [None, "cut"], [None, PORTAL], [None, {"status": 502}]])
def test_what_is_no_answer_of_ours_is_tried_again_later(answers: list[Any]) -> None:
    told = sent(1_000, answers=answers)
    assert (told["has"], told["state"], told["next"]) == (False, "", 2_000)


def test_a_refused_photo_is_kept_and_said_and_a_revoked_phone_stops() -> None:
    no_image = {"status": 422, "body": {"code": "faults", "error": "Không phải ảnh."}}
    assert sent(1_000, answers=[None, no_image])["state"] == "refused"
    revoked = {"status": 403, "body": {"code": "device_revoked", "error": "Đã thu hồi."}}
    assert sent(1_000, answers=[None, revoked])["stopped"] == "revoked"


def test_a_photo_that_arrived_broken_is_sent_anew() -> None:
    broken = {"status": 422, "body": {"code": "wrong_hash", "error": "Không còn nguyên vẹn."}}
    told = sent(1_000, answers=[None, broken])
    assert (told["has"], told["state"], told["next"]) == (False, "", 2_000)
