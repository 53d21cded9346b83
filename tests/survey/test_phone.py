"""What the phone works out by itself: doubles, changes, ids, places; in a JavaScript engine."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from households import codes
from households.same_address import number_key, street_key
from households.survey.plate_keys import plate_key
from households.survey.position import metres_between
from tests.node import ROOT, answer

NUMBERS = ["03", "3", " 1 a ", "số nhà 12/05", "SN. 7", "12–3", "100", "0", "12A", "nhà số 05b"]
STREETS = [
    "Đường  Hoà Bình",
    "đ. Hòa Bình",
    "Ngõ Thuý",
    "ng Thúy",
    "QL1A",
    "phố Quý Hóa",
    "p.Quí",
    "Xóm Toản",
    "Hoả Lò",
]
HOUSE: dict[str, Any] = {"house": "a", "lng": 105.81, "lat": 19.67, "number": "12", "street": "Ngõ Đình"}
NORTH = 1 / 111_320


def alike(typed: dict[str, Any], houses: list[dict[str, Any]], heads: dict[str, list[str]] | None = None) -> Any:
    """Houses that may be the typed one, [house, why]."""
    found = answer(
        "survey/duplicates.js", "module.alike(given[0], given[1], new Map(Object.entries(given[2])))",
        [{"house": "new", **typed}, houses, heads or {}],
    )  # fmt: skip
    return [[one["house"], one["why"]] for one in found]


def test_numbers_and_streets_are_compared_as_at_the_server() -> None:
    keys = "[given[0].map(module.numberKey), given[1].map(module.streetKey)]"
    numbers, streets = answer("survey/duplicates.js", keys, [NUMBERS, STREETS])
    assert numbers == [number_key(one) for one in NUMBERS]
    assert streets == [street_key(one) for one in STREETS]


def test_doubles_are_the_same_point_or_number_or_name_nearby() -> None:
    near = {**HOUSE, "house": "b", "lat": HOUSE["lat"] + 100 * NORTH, "number": "14"}
    far = {**HOUSE, "house": "c", "lat": HOUSE["lat"] + 500 * NORTH}
    houses = [far, near, HOUSE]
    at = {"lng": HOUSE["lng"], "lat": HOUSE["lat"] + 5 * NORTH}
    assert alike({**at, "number": "012", "street": "ng. Đình"}, houses) == [["a", ["samePoint", "sameNumber"]]]
    assert alike({**at, "number": "12", "street": "ngõ Chùa"}, houses) == [["a", ["samePoint"]]]
    assert alike({**at, "head_name": "lê thị hòa"}, houses, {"b": ["Lê Thị Hoà"], "c": ["Lê Thị Hoà"]}) == [
        ["a", ["samePoint"]],
        ["b", ["sameName"]],
    ]
    assert alike({"number": "14"}, houses) == [["b", ["sameNumber"]]]
    assert alike({**at, "house": "a"}, [HOUSE]) == []


def test_only_what_differs_is_sent_and_what_was_emptied_is_null() -> None:
    draft = {
        "held": {"phone": "0912345678", "livelihood": ["rice"], "members.x": {"name": "A"}, "size": 3},
        "answers": {"phone": " ", "livelihood": ["rice"], "members.x": None, "size": 3, "note": "Hoa\u0300 "},
    }
    assert answer("survey/drafts.js", "module.changesOf(given)", draft) == {
        "phone": {"from": "0912345678", "to": None},
        "members.x": {"from": {"name": "A"}, "to": None},
        "note": {"from": None, "to": "Hoà"},
    }


def test_what_the_register_gave_says_so_whether_somebody_changed_it_or_not() -> None:
    work = """(() => {
        const draft = module.beginDraft({ ...given, now: 0 });
        Object.assign(draft.answers, { number: "12A", head_name: "", note: "mới" });
        return module.operationOf(draft, { id: "", user: 1, device: "", rules: 1, now: 0 }).changes;
    })()"""
    known = {"number": "12", "street": "ngõ Đình", "head_name": "An", "size": 3}
    begun = {"round": "r", "village": "v", "house": "h", "known": known}
    assert answer("survey/drafts.js", work, begun) == {
        "number": {"from": "12", "to": "12A"},
        "street": {"from": "ngõ Đình", "to": "ngõ Đình"},
        "head_name": {"from": "An", "to": None},
        "size": {"from": 3, "to": 3},
        "note": {"from": None, "to": "mới"},
    }
    seen = begun | {"visit": {"version": 2, "answers": {"number": "13", "size": 3}}}
    told = answer("survey/drafts.js", work, seen)
    assert told["number"] == {"from": "13", "to": "12A"}  # the visit's, once there is one
    assert "size" not in told


def test_what_was_emptied_is_sent_once_and_stays_empty_though_the_register_holds_it() -> None:
    work = """(async () => {
        const { knownAfter } = await import(new URL("seeing.js", given.folder));
        const about = { round: "r", village: "v", house: "h", known: { number: "12", street: "ngõ Đình" }, now: 0 };
        const draft = module.beginDraft({ ...about, visit: given.visit });
        draft.answers.number = "";
        const finished = { ...draft, answers: module.tidiedAnswers(draft.answers) };
        const visit = knownAfter(finished, given.visit);
        const next = module.beginDraft({ ...about, visit });
        return [module.changesOf(finished), module.isUntouched(next), next.answers.number ?? null];
    })()"""
    folder = (ROOT / "static/js/survey/drafts.js").as_uri()
    same = {"street": {"from": "ngõ Đình", "to": "ngõ Đình"}}
    unsaid = answer("survey/drafts.js", f"await {work}", {"visit": None, "folder": folder})
    assert unsaid == [same | {"number": {"from": "12", "to": None}}, True, None]
    held = {"version": 1, "answers": {"number": "12B"}}
    said = answer("survey/drafts.js", f"await {work}", {"visit": held, "folder": folder})
    assert said == [same | {"number": {"from": "12B", "to": None}}, True, None]


def test_every_keystroke_is_kept_and_the_last_one_wins_while_a_write_is_slow() -> None:
    work = """await (async () => {
        const kept = [];
        const store = {
            put: (draft) => new Promise((done) => setTimeout(() => done(kept.push(draft.answers.note)), 5)),
        };
        const keeper = new module.Keeper({ held: {}, answers: {} }, store);
        for (const text of given) keeper.answer("note", text);
        await keeper.save();
        return kept;
    })()"""
    kept = answer("survey/keeper.js", work, ["a", "ab", "abc"])
    assert kept[-1] == "abc"
    assert len(kept) <= 3


def test_ids_are_of_version_7_and_sort_by_when_they_were_made() -> None:
    made = answer("survey/sortable_ids.js", "[...given.map((at) => module.sortableId(at))]", [1_700_000_000_000] * 500)
    assert made == sorted(set(made))
    first = uuid.UUID(made[0])
    assert (first.version, first.variant, first.int >> 80) == (7, uuid.RFC_4122, 1_700_000_000_000)


@pytest.mark.parametrize(
    ("metres", "accuracy", "said"),
    [(10, 4, []), (10, 15, ["poor"]), (10, 25, ["bad"]), (100, 4, ["far"]), (100, 25, ["bad"]), (10, 0, ["doubtful"])],
)
def test_what_is_said_of_a_position(metres: float, accuracy: float, said: list[str]) -> None:
    position = {
        "source": "gps", "lng": HOUSE["lng"], "lat": HOUSE["lat"] + metres * NORTH, "accuracy_m": accuracy,
        "doubtful": accuracy == 0, "measured": None, "reason": "",
    }  # fmt: skip
    codes = "module.doubts(given[0], { house: given[1] }).map((one) => one.code)"
    assert answer("survey/measuring.js", codes, [position, HOUSE]) == said


def test_measuring_ends_early_when_it_is_good_and_after_30_seconds_when_it_is_not() -> None:
    work = """await (async () => {
        const found = [];
        for (const accuracy of given) {
            let now = 0, give, tick;
            const receiver = { watchPosition: (take) => { give = take; return 1; }, clearWatch: () => {} };
            const later = (work) => { tick = work; };
            const measuring = new module.Measuring({ receiver, now: () => now, later, forget: () => {} });
            const ended = measuring.run();
            let isOver = false;
            ended.then(() => { isOver = true; });
            let count = 0;
            while (!isOver && count < 100) {
                now += 1000;
                count += 1;
                give({ coords: { longitude: 105.81, latitude: 19.67, accuracy } });
                await null;
                await null;
            }
            const { source, fixes, accuracy_m } = await ended;
            found.push([source, fixes, accuracy_m]);
        }
        return found;
    })()"""
    assert answer("survey/measuring.js", work, [4, 9, 40]) == [
        ["averaged", 3, 2.3], ["averaged", 4, 4.5], ["averaged", 30, 20],
    ]  # fmt: skip


def test_inside_and_outside_an_outline_with_a_hole() -> None:
    ring = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    hole = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
    outline = {"type": "MultiPolygon", "coordinates": [[ring, hole]]}
    places = [[1, 1], [5, 5], [11, 5], [5, 9]]
    expression = "given[1].map(([lng, lat]) => module.insideOf(given[0])(lng, lat))"
    assert answer("survey/inside.js", expression, [outline, places]) == [True, False, False, True]


def test_what_a_plate_says_is_read_as_the_server_writes_it() -> None:
    token, place = codes.new_token(), (19.6701234, 105.8123456)
    url = codes.plate_url("so-nha.example", token, codes.plus_code(*place))
    broken = token[:-1] + ("2" if token[-1] != "2" else "3")
    typed = [url, url.lower(), codes.format_token(token).lower(), "123-456-780", broken, "https://example.com/", "12 Đ"]
    read = answer("survey/plate_text.js", "given.map((text) => module.readPlate(text))", typed)
    assert read[1] == read[0]
    assert read[0]["token"] == read[2]["token"] == token
    assert metres_between(place[1], place[0], read[0]["place"]["lng"], read[0]["place"]["lat"]) < 2.3
    assert read[3] == {"code": "123456780"}
    assert read[4:] == [None, None, None]


def test_a_plate_is_of_the_house_that_it_was_made_for_wherever_its_symbol_points() -> None:
    other = {**HOUSE, "house": "b", "lat": HOUSE["lat"] + 12 * NORTH}
    place = {"lng": HOUSE["lng"], "lat": HOUSE["lat"] + NORTH}
    houses = [other, {**HOUSE, "code": "123456780"}]
    mine, unknown = codes.new_token(), codes.new_token()
    reads = [{"token": mine, "place": at} for at in (place, None)]
    reads += [{"token": unknown, "place": at} for at in (place, None)]
    reads += [{"code": "123456780"}, {"code": "9"}]
    found = """await Promise.all(given[0].map(async (read) => {
        const { rows, isSure } = await module.housesOf(read, given[1], given[2] && new Map(given[2]));
        return [rows.map((row) => row.house).join(), isSure];
    }))"""
    plates = [[plate_key(mine), "b"]]
    assert answer("survey/plate_text.js", found, [reads, houses, plates]) == [
        ["b", True], ["b", True], ["a", False], ["", True], ["a", True], ["", True],
    ]  # fmt: skip
    assert answer("survey/plate_text.js", found, [reads[2:3], houses, None]) == [["a", True]]


def test_what_was_refused_is_mended_in_its_place_and_nothing_behind_it_is_lost() -> None:
    photos = [{"sha256": "p", "question": "photos", "size": 1}]
    start = {
        "base": 2,
        "held": {"size": 3},
        "is_new": True,
        "started_at": "1",
        "position": {"lng": 1},
        "photos": photos,
    }
    first = {**start, "answers": {"size": 3, "phone": "12", "photos": ["p"]}}
    second = {**start, "base": 2, "held": first["answers"], "started_at": "2", "position": None, "photos": []}
    second = {**second, "answers": {"size": 4, "phone": "12", "photos": ["p"]}}
    entries = [{"id": "a", "draft": first}, {"id": "b", "draft": second}]
    draft = answer("survey/drafts.js", "module.reopened(given)", entries)
    assert (draft["base"], draft["held"], draft["started_at"], draft["is_new"]) == (2, {"size": 3}, "1", True)
    assert (draft["position"], draft["photos"], draft["replaces"]) == ({"lng": 1}, photos, ["a", "b"])
    assert answer("survey/drafts.js", "Object.keys(module.changesOf(given))", draft) == ["size", "phone", "photos"]
    assert answer("survey/drafts.js", "module.reopened(given[0], given[1])", [entries, draft]) == draft


def test_a_screen_whose_first_drawing_fails_follows_nothing_any_more() -> None:
    drawn = """await (async () => {
        const sync = new EventTarget();
        let count = 0;
        const draw = async () => {
            count += 1;
            if (count === 1) throw new Error("not shown");
        };
        const error = await module.drawnFirst(draw, [module.follow(sync, draw)]).catch((error) => error);
        sync.dispatchEvent(new Event("changed"));
        return [error.message, count];
    })()"""
    assert answer("survey/following.js", drawn, None) == ["not shown", 1]
