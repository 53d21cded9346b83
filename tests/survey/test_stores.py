"""A person's database where the phone has no room to make it."""

from __future__ import annotations

from tests import node

FULL = """await (async () => {
    const asked = [];
    globalThis.indexedDB = {
        open: (name, version) => {
            asked.push(version ?? null);
            const request = { transaction: null };
            const fail = (error) => {
                request.error = error;
                request.onerror();
            };
            setTimeout(() => {
                if (version) return fail(new DOMException("full", "QuotaExceededError"));
                const given_up = new DOMException("given up", "AbortError");
                request.transaction = { abort: () => setTimeout(() => fail(given_up)) };
                return request.onupgradeneeded({ oldVersion: 0 });
            });
            return request;
        },
    };
    const error = await module.openStores("nobody").catch((error) => error);
    return [error.constructor.name, error.message, asked];
})()"""


def test_a_phone_without_room_for_a_first_database_says_so_and_makes_none() -> None:
    assert node.answer("survey/stores.js", FULL, None) == ["NoRoom", "full", [3, None]]
