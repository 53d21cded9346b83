"""What list, map and search of a phone show: houses that only it knows, numbers before codes, what is to do first."""

from __future__ import annotations

from typing import Any

from tests.node import answer

ROUND, VILLAGE = "r", "01"
HERE = {"round": ROUND, "village": VILLAGE}
NORTH = 1 / 111_320


def draft(house: str, **fields: Any) -> dict[str, Any]:
    """What somebody typed for a house that is being added."""
    return {**HERE, "house": house, "is_new": True, "answers": {}, "place": None, "position": None, **fields}


def test_a_house_that_only_a_draft_or_the_queue_knows_is_there_with_what_was_typed() -> None:
    known = [{"house": "a", "number": "1", "lng": 1, "lat": 2}, {"house": "n", "number": "", "is_new": True, "lng": 3}]
    drafts = [
        draft("b", answers={"number": "14A", "head_name": "Đỗ Thị Mười"}, place=[105.8, 19.6]),
        draft("a", is_new=False, answers={"number": "99"}),
        draft("far", village="02"),
        draft("n", answers={"number": "7"}, position={"lng": 5, "lat": 6}),
    ]
    queue = [{"draft": draft("c")}, {"draft": draft("b", answers={"number": "14"})}]
    given = [known, {**HERE, "drafts": drafts, "queue": queue}]
    rows = answer("survey/own_houses.js", "module.withOwn(given[0], given[1])", given)
    assert [(row["house"], row["number"], row["lng"]) for row in rows] == [
        ("a", "1", 1), ("n", "7", 5), ("c", "", None), ("b", "14A", 105.8),
    ]  # fmt: skip
    heads = "Object.fromEntries(module.headsOf([{house: 'a', head_name: 'An'}], given[1]))"
    assert answer("survey/own_houses.js", heads, given) == {"a": ["An"], "b": ["Đỗ Thị Mười"]}


def test_a_number_is_found_by_itself_and_not_within_a_code() -> None:
    houses = [
        {"house": "code", "number": "5", "street": "Ngõ Đình", "code": "113800001"},
        {"house": "longer", "number": "138A", "street": "Ngõ Đình", "code": "200000001"},
        {"house": "name", "number": "6", "street": "Đường 138", "code": "200000002"},
        {"house": "exact", "number": "138", "street": "Ngõ Chùa", "code": "200000003"},
    ]
    texts = ["138", "0138", "113-800-001", "113800", "ngo chua", "van an", ""]
    found = "given[1].map((text) => module.matching(given[0], new Map([['exact', ['Nguyễn Văn An']]]), text)"
    assert answer("survey/finding.js", f"{found}.map((row) => row.house))", [houses, texts]) == [
        ["exact", "longer", "name"], ["exact", "longer"], ["code"], ["code"], ["exact"], ["exact"],
        ["code", "longer", "name", "exact"],
    ]  # fmt: skip


def test_what_came_back_is_first_and_what_is_done_last_whatever_is_near() -> None:
    houses = [{"house": name, "lng": 105.8, "lat": 19.6 + at * NORTH} for at, name in enumerate("sdtrw")]
    houses.append({"house": "p", "lng": None, "lat": None})
    standing = {"s": "sent", "d": "draft", "t": "todo", "r": "returned", "w": "waiting", "p": "draft"}
    order = "given[2].map((here) => module.nearestFirst(given[0], new Map(Object.entries(given[1])), here)"
    at = [105.8, 19.6 + 2 * NORTH]
    found = answer("survey/standing.js", f"{order}.map((row) => row.house).join(''))", [houses, standing, [None, at]])
    assert found == ["rdtpsw", "rtdpsw"]
