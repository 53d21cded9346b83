"""A draft and its photos are written together, one after another, and not any more once the page is over."""

from __future__ import annotations

from typing import Any

from tests import node

WORK = """await (async () => {
    const writes = [];
    const waiting = [];
    const store = {
        put: (draft, { taken, dropped }) => new Promise((done, fail) => waiting.push(() => {
            if (given.full?.includes(writes.length)) {
                writes.push("full");
                return fail(new Error("full"));
            }
            const named = draft.photos.map((one) => one.sha256).join("");
            return done(writes.push([draft.answers.note ?? "", named, taken?.sha256 ?? "", dropped.join("")]));
        })),
    };
    store.remove = async (_round, _house, dropped) => writes.push(["removed", dropped.join("")]);
    const told = [];
    const keeper = new module.Keeper({ answers: {}, photos: [] }, store, (what) => told.push(what.message ?? what));
    const photo = (sha256) => ({ sha256, question: "photos", size: 1, bytes: 1 });
    const kept = [];
    const doing = {
        type: (text) => keeper.answer("note", text),
        take: async (name) => kept.push([name, await keeper.take(photo(name)).catch((error) => error.message)]),
        drop: (sha256) => keeper.drop(photo(sha256)),
        end: () => keeper.end(),
        remove: () => keeper.remove(),
        goOn: () => keeper.goOn(),
        write: async () => {
            waiting.shift()?.();
            await new Promise((done) => setTimeout(done, 0));
        },
    };
    for (const [what, text] of given.steps) {
        await Promise.race([doing[what](text), new Promise((done) => setTimeout(done, 0))]);
    }
    while (waiting.length) await doing.write();
    return { writes, kept, told, answers: keeper.draft.answers, error: keeper.error?.message ?? null };
})()"""


def kept(*steps: tuple[str, str] | tuple[str], full: list[int] | None = None) -> dict[str, Any]:
    """What was written when somebody did so; writes number `full` find no room."""
    told: dict[str, Any] = node.answer("survey/keeper.js", WORK, {"steps": steps, "full": full or []})
    return told


def test_a_photo_is_written_with_the_draft_that_names_it_and_with_what_was_typed_meanwhile() -> None:
    told = kept(("type", "a"), ("take", "p"), ("type", "ab"))
    assert told["writes"] == [["a", "", "", ""], ["ab", "p", "p", ""]]
    assert told["kept"] == [["p", True]]
    told = kept(("take", "p"), ("type", "a"))
    assert told["writes"] == [["", "p", "p", ""], ["a", "p", "", ""]]
    assert told["answers"] == {"note": "a", "photos": ["p"]}


def test_a_photo_that_does_not_fit_is_named_nowhere_and_the_rest_is_kept() -> None:
    told = kept(("take", "p"), ("type", "a"), full=[0])
    assert told["writes"] == ["full", ["a", "", "", ""]]
    assert told["kept"] == [["p", "full"]]
    assert (told["answers"], told["error"]) == ({"note": "a"}, None)


def test_a_picture_goes_only_once_the_draft_without_it_is_written() -> None:
    told = kept(
        ("take", "p"), ("write",), ("drop", "p"), ("write",), ("type", "a"), ("write",), ("type", "ab"), full=[1]
    )
    assert told["writes"] == [["", "p", "p", ""], "full", ["a", "", "", "p"], ["ab", "", "", ""]]
    told = kept(("take", "p"), ("write",), ("drop", "p"), ("write",), ("take", "p"), full=[1])
    assert told["writes"][-1] == ["", "p", "p", ""]


def test_a_draft_that_goes_takes_along_the_picture_whose_going_found_no_room() -> None:
    told = kept(("take", "p"), ("write",), ("drop", "p"), ("write",), ("remove",), full=[1])
    assert told["writes"][-1] == ["removed", "p"]


def test_what_ends_after_the_page_is_written_nowhere_unless_it_goes_on_after_all() -> None:
    told = kept(("type", "a"), ("write",), ("end",), ("type", "ab"), ("take", "p"))
    assert told["writes"] == [["a", "", "", ""]]
    assert told["kept"] == [["p", False]]
    told = kept(("type", "a"), ("write",), ("end",), ("type", "ab"), ("goOn",))
    assert told["writes"] == [["a", "", "", ""], ["ab", "", "", ""]]


TYPED_AFTER = """await (async () => {
    const seen = [];
    for (let hops = 0; hops < given; hops += 1) {
        const writes = [];
        const type = async () => {
            for (let hop = 0; hop < hops; hop += 1) await null;
            keeper.answer("note", "a");
        };
        const put = async (draft) => {
            writes.push(draft.answers.note ?? "");
            if (writes.length === 1) type();
        };
        const keeper = new module.Keeper({ answers: {}, photos: [] }, { put });
        await keeper.take({ sha256: "p", question: "photos", size: 1, bytes: 1 });
        await new Promise((done) => setTimeout(done, 0));
        await keeper.flush();
        seen.push(writes.at(-1));
    }
    return seen;
})()"""


def test_what_is_typed_the_moment_after_a_write_is_written_too() -> None:
    assert node.answer("survey/keeper.js", TYPED_AFTER, 12) == ["a"] * 12
